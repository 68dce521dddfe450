"""What a file's ``[[correlations]]`` say of which streams, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

import numpy as np

from bioanchors.model.keys import SPEEDS, direction
from bioanchors.parameters.correlations import groups_of, is_possible, matrix_of, nearest_possible
from bioanchors.parameters.problems import dotted, found, nearest
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import field_at, key_at
from bioanchors.parameters.tables import Correlation

Add = Callable[[KeyPath, str], None]
Pairs = dict[tuple[str, str], float]

ENTRY = "correlations"


def stream_of(path: KeyPath) -> str:
    """Name of a quantity's stream: that of a trend's speed is the same in every unit."""
    return dotted((*path[:-1], "speed") if path[-1] in SPEEDS else path)


def correlated_pairs(
    entries: list[Correlation], known: dict[str, bool], used: frozenset[str], add: Add
) -> tuple[Pairs, dict[str, str]]:
    """Return the rank correlation of each pair of streams, and the path by which each is called.

    Parameters
    ----------
    entries
        As the file has them.
    known
        Every quantity's path, and whether it is random.
    used
        Streams on which the forecast draws.
    add
        Takes each problem, with its path.

    Notes
    -----
    A stream goes up with the speed of a trend. A correlation is one of the values as written, so
    that of a doubling or halving time changes its sign.
    """
    pairs: Pairs = {}
    called: dict[str, str] = {}
    signs: dict[str, float] = {}
    for number, entry in enumerate(entries):
        here: KeyPath = (ENTRY, number)
        names = _names_of(entry, here, known, used, add)
        if names is None:
            continue
        for path, stream in names.items():
            called.setdefault(stream, path)
            signs[path] = direction(path)
        matrix = _matrix(entry, len(names), here, add)
        if matrix is None:
            continue
        paths = list(names)
        for i, j in zip(*np.triu_indices(len(paths), 1), strict=True):
            one, other = sorted((names[paths[i]], names[paths[j]]))
            if (one, other) in pairs:
                add(here, f"{paths[i]} and {paths[j]} are given twice; allowed: once")
            pairs[one, other] = float(matrix[i, j]) * signs[paths[i]] * signs[paths[j]]
    return pairs, called


def _names_of(
    entry: Correlation, here: KeyPath, known: dict[str, bool], used: frozenset[str], add: Add
) -> dict[str, str] | None:
    """Return the stream of each path that an entry names, or None if something is wrong."""
    if entry.parameters is None:
        add((*here, "parameters"), "missing; needed: a list of two or more paths")
        return None
    random = {stream_of(tuple(path.split("."))): is_random for path, is_random in known.items()}
    names: dict[str, str] = {}
    wrong = False
    for i, text in enumerate(entry.parameters):
        place = (*here, "parameters", i)
        paths = [path for path in known if fnmatchcase(path, text)] if "*" in text else [text]
        messages = []
        for path in paths:
            stream = stream_of(tuple(path.split(".")))
            if stream not in random or path.endswith(".speed"):
                parts = tuple(path.split("."))
                is_plain = field_at(parts) is not None and key_at(parts) is None
                why = "can be no distribution" if is_plain else "this file does not have"
                messages.append(f"{found(path)}, which {why}{nearest(path, list(known))}")
            elif stream not in used:
                messages.append(f"{found(path)}, which no hypothesis uses; allowed: one in use")
            elif not random[stream]:
                messages.append(
                    f"{path} is a known number; allowed: a distribution, or other [[correlations]] "
                    "in a file that extends this one, which replace these"
                )
            elif stream in names.values():
                messages.append(f"{path} is named twice; allowed: once")
            names[path] = stream
        if not paths:
            messages = [f"{found(text)}, which fits no quantity of this file"]
        for message in messages:
            add(place, message)
            wrong = True
    if not wrong and len(names) < 2:
        add((*here, "parameters"), f"found {len(names)}; allowed: two or more")
    return None if wrong or len(names) < 2 else names


def _matrix(entry: Correlation, size: int, here: KeyPath, add: Add) -> np.ndarray | None:
    rho, place = entry.rank_correlation, (*here, "rank_correlation")
    if rho is None:
        add(place, "missing; needed: a number from -1 to 1, or a matrix")
        return None
    if isinstance(rho, float | int):
        return np.full((size, size), float(rho))
    if len(rho) != size or any(len(row) != size for row in rho):
        add(place, f"found a matrix of another shape; allowed: {size} rows of {size} numbers")
        return None
    matrix = np.array(rho, dtype=float)
    if not np.array_equal(matrix, matrix.T) or not np.all(np.diag(matrix) == 1):
        add(place, "allowed: a matrix with 1 on its diagonal, the same above it as below")
        return None
    return matrix


def check_possible(pairs: Pairs, called: dict[str, str], order: tuple[str, ...], add: Add) -> None:
    """Note groups whose correlations exclude each other, with the nearest that do not."""
    for members in groups_of(order, pairs):
        matrix = matrix_of(members, pairs)
        if is_possible(matrix):
            continue
        nearby = nearest_possible(matrix)
        signs = [direction(called[member]) for member in members]

        def words(
            values: np.ndarray, members: tuple[str, ...] = members, signs: list[float] = signs
        ) -> str:
            return ", ".join(
                f"{called[members[i]]} with {called[members[j]]} "
                f"{values[i, j] * signs[i] * signs[j] + 0.0:g}"
                for i, j in zip(*np.triu_indices(len(members), 1), strict=True)
            )

        add(
            (ENTRY,),
            f"these rank correlations exclude each other: {words(matrix)}; "
            f"the nearest that do not: {words(nearby)}",
        )
