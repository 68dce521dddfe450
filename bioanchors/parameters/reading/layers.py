"""Parameter files as they are read, with all their parents merged in."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from bioanchors.parameters.problems import (
    BadParameters,
    Origin,
    Problem,
    dotted,
    found,
    nearest,
)
from bioanchors.parameters.reading.dates import with_decimal_years
from bioanchors.parameters.reading.files import name_text, read_regular, text_name
from bioanchors.parameters.reading.merging import complete, drop, merge, write_out_none
from bioanchors.parameters.reading.mistakes import what_is_wrong
from bioanchors.parameters.reading.positions import dotted_tables, key_lines
from bioanchors.parameters.reading.preset_files import SEEN, names_of, preset_names, preset_path
from bioanchors.parameters.reading.table_files import BadTableError, read_table, unread_tables
from bioanchors.parameters.tree import Layer, Rows

LARGEST_FILE = 1_000_000
DEEPEST = 40
MOST_PARENTS = 50


def read_layer(source: str | Path) -> Layer:
    """Read a file with all its parents merged in.

    Raises
    ------
    BadParameters
        If the file is missing, unreadable or not TOML. What is wrong with its parents is in
        the layer's ``problems``.
    """
    return _read(source, Path(), Origin(name_text(source)), [])


def is_path(source: str | Path) -> bool:
    """Whether a source names a file rather than a preset."""
    return isinstance(source, Path) or source.endswith(".toml") or "/" in source or "\\" in source


def _read(source: str | Path, folder: Path, asked_by: Origin, chain: list[str]) -> Layer:
    key = "extends" if chain else ""
    if is_path(source):
        path = folder / source
        label = name_text(path)
    else:
        names = preset_names()
        if source not in (*names, *names_of(SEEN)):
            beside = _beside(folder, str(source))
            every = "a preset's name" if beside else ", ".join(names)
            message = f"{found(str(source))}; allowed: {every} or a path to a .toml file"
            asked_by = asked_by if key else Origin("preset")
            raise _bad(asked_by, key, message + (beside or nearest(str(source), names)))
        path, label = preset_path(str(source)), str(source)
    identity = _identity(path, asked_by, key)
    if identity in chain:
        raise _bad(asked_by, key, f"{found(str(source))}, which leads back to this file")
    if len(chain) >= MOST_PARENTS:
        raise _bad(asked_by, key, f"more than {MOST_PARENTS} parents")
    layer = parse_layer(_text(path, label, asked_by, key), label)
    extends = layer.tree.get("extends")
    if extends is None:
        if "drop" in layer.tree:
            origin = layer.origin(("drop",))
            layer.problems = [Problem(origin, "drop", "needs extends, which this file lacks")]
        layer.chain = [label]
        complete(layer)
        read_table_files(layer, path.parent)
        return layer
    if not isinstance(extends, str):
        return _orphan(layer, [])  # what is wrong with it is told by its structure
    try:
        parent = _read(
            text_name(extends), path.parent, layer.origin(("extends",)), [*chain, identity]
        )
    except BadParameters as error:
        return _orphan(layer, error.problems)
    if parent.is_orphan:
        return _orphan(layer, parent.problems)
    problems = drop(parent, layer)
    merged = merge(parent, layer)
    read_table_files(merged, path.parent)
    merged.parent = str(path.parent / text_name(extends)) if is_path(extends) else extends
    merged.chain = [label, *parent.chain]
    merged.problems = [*problems, *merged.problems, *parent.problems]
    return merged


def _orphan(layer: Layer, problems: Iterable[Problem]) -> Layer:
    layer.problems, layer.is_orphan = list(problems), True
    write_out_none(layer)
    return layer


def _bad(origin: Origin, key: str, message: str) -> BadParameters:
    return BadParameters([Problem(origin, key, message)])


RESULTS = (".nc", ".json", ".csv", ".parquet")
"""How the names of results end."""


def _beside(folder: Path, name: str) -> str:
    """Say what a name that is no preset's was meant of, if there is a file or folder of it."""
    path = folder / name
    if os.path.isfile(f"{path}.toml"):
        return f'; did you mean "{name}.toml"?'
    return _result(path)


def _result(path: Path) -> str:
    """Say that ``load`` reads what is a result, or may be one by its name."""
    is_result = os.path.isfile(path / "forecast.nc") or (
        path.suffix.lower() in RESULTS and os.path.isfile(path)
    )
    return "; if it is a result, load reads it" if is_result else ""


def _identity(path: Path, asked_by: Origin, key: str) -> str:
    try:
        return str(path.resolve())
    except (OSError, ValueError, RuntimeError):
        message = f"{found(str(path))}, which is not a usable path"
        raise _bad(asked_by if key else Origin("path"), key, message) from None


def _text(path: Path, label: str, asked_by: Origin, key: str) -> str:
    where = asked_by if key else Origin(label)
    file = label if key else "this"
    missing = f"found no file {file}" if key else "there is no such file"
    try:
        raw = None if path.is_dir() else read_regular(path, LARGEST_FILE + 1)
    except FileNotFoundError:
        is_preset = path.suffix == ".toml" and path.stem in preset_names()
        hint = f'; did you mean the preset "{path.stem}"?' if is_preset else ""
        raise _bad(where, key, missing + hint) from None
    except OSError as error:
        reason = error.strerror or "the system does not say why"
        raise _bad(where, key, f"{file} cannot be read: {reason}") from None
    if raw is None:
        raise _bad(where, key, f"{file} is a folder; allowed: a .toml file{_result(path)}")
    if len(raw) > LARGEST_FILE:
        message = f"larger than {LARGEST_FILE // 1_000_000} MB, which no parameter file is"
        raise _bad(Origin(label), "", message)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _bad(Origin(label, line), "", "not UTF-8 text") from None


def parse_layer(text: str, label: str) -> Layer:
    """Read one file's text as it is written, its parents not looked at.

    Raises
    ------
    BadParameters
        If it is not TOML.
    """
    lines = key_lines(text)
    too_deep = f"nested more than {DEEPEST} deep"
    # Depth is looked at before, for tomllib takes quadratic time for deep keys, and after, for
    # key_lines may give up.
    deep = next((line for path, line in lines.items() if len(path) > DEEPEST), None)
    if deep is not None:
        raise _bad(Origin(label, deep), "", too_deep)
    try:
        tree = tomllib.loads(text)
        if depth_exceeds(tree, DEEPEST):
            raise RecursionError
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        told = what_is_wrong(text, line, str(error))
        if told is not None:
            raise _bad(Origin(label, told[0]), "", told[1]) from None
        # Only the place is told: the file may be anything, and none of it is to be echoed.
        where = f"column {place[2]}" if place else "the end of the file"
        message = f"not TOML, from {where} on"
        if re.match("Cannot (overwrite|declare)|Duplicate", str(error)):
            message = "not TOML: the key or table that ends here was given before"
        raise _bad(Origin(label, line), "", message) from None
    except RecursionError:
        raise _bad(Origin(label), "", too_deep) from None
    except ValueError:
        # tomllib hands Python's own limit on the digits of an integer through.
        digits = re.search(r"[0-9_]{4000}", text)
        long_line = text.count("\n", 0, digits.start()) + 1 if digits else None
        message = "found an integer of thousands of digits; allowed: a smaller number"
        raise _bad(Origin(label, long_line), "", message) from None
    if not tree:
        raise _bad(Origin(label), "", "nothing is set in this file")
    origins = {path: Origin(label, line) for path, line in lines.items()}
    return Layer(with_decimal_years(tree), origins, label, dotted=dotted_tables(text))


def read_table_files(layer: Layer, folder: Path, only: Container[str] | None = None) -> None:
    """Put what the files of ``dist = "table"`` hold beside their names, with their digests.

    What is wrong with one is put into ``unread``, to be told unless a child replaces it.

    Parameters
    ----------
    layer
        A file with its parents, whose own tables are read already.
    folder
        To which paths are relative.
    only
        Top-level tables in which to look; all if left out.
    """
    tree = {key: value for key, value in layer.tree.items() if only is None or key in only}
    for path, table in unread_tables(tree):
        if path in layer.unread:
            continue
        file = folder / table["file"]
        try:
            read = read_table(file, table.get("sha256"))
        except BadTableError as error:
            if error.line is None:
                at = (*path, "file")
                problem = Problem(layer.origin(at), dotted(at), str(error))
            else:
                problem = Problem(Origin(str(file), error.line), dotted(path), str(error))
            layer.unread[path] = problem
            continue
        table |= {"sha256": read.sha256, **read.columns}
        for name in read.columns:
            layer.origins[(*path, name)] = Rows(str(file), read.first_line)


def depth_exceeds(tree: Any, limit: int) -> bool:
    """Whether tables and lists are nested more than so many deep."""
    level, depth = [tree], 0
    while level:
        if depth > limit:
            return True
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        depth += 1
    return False
