"""Edits of a parameter file from outside of it: values by path, or ``key=value`` settings."""

from __future__ import annotations

import copy
import os
import re
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bioanchors.parameters.problems import (
    BadParameters,
    Origin,
    Problem,
    dotted,
    found,
)
from bioanchors.parameters.reading.dates import QUARTER, no_such_day, with_decimal_years
from bioanchors.parameters.reading.layers import DEEPEST, depth_exceeds, read_table_files
from bioanchors.parameters.reading.merging import drop, merge
from bioanchors.parameters.reading.mistakes import mended
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.toml_text import toml_key
from bioanchors.parameters.shape import STAR
from bioanchors.parameters.tree import Layer
from bioanchors.visible import shortened

DROP = "drop"
TEXT_KEYS = ("title", "source", "note", "kind", "dist", "event", "file", "quantity", "hypothesis")


class _BadSettingError(ValueError):
    """A setting that cannot be used, and why."""


Edit = str | tuple[tuple[str, ...], Any]
"""``key=value`` with the value in TOML, or a path and the value itself."""


EDITED = ", edited"


def tell_of_edits(layer: Layer) -> None:
    """Let a title say that settings are laid on its file; one that has none is its user's own."""
    title = layer.tree.get("title")
    if isinstance(title, str) and not title.endswith(EDITED):
        layer.tree["title"] = f"{title}{EDITED}"


def edit(base: Layer, changes: Iterable[Edit], is_told: bool = False) -> Layer:
    """Lay edits over a layer, as a child would be.

    ``drop=["path", ...]`` takes away first, whatever its place. What no edit reaches is shared with
    the layer, not copied.

    Parameters
    ----------
    base, changes
        The layer and the edits.
    is_told
        Whether the title tells of them.

    Raises
    ------
    BadParameters
        If a setting is not of that form, its value is not TOML, or its path leads into a number.
    """
    edits = Layer({}, {}, base.label)
    done: list[KeyPath] = []
    problems = []
    for change in changes:
        try:
            path, value = _parsed(change) if isinstance(change, str) else change
            done.append(_set(edits, done, path, value))
        except _BadSettingError as error:
            told = change if isinstance(change, str) else _plain(change[0])
            problems.append(Problem(Origin(f"--set {shortened(told)}"), "", str(error)))
    if problems:
        raise BadParameters(problems)
    if not edits.tree:
        return base
    if DROP in edits.tree:
        base = copy.deepcopy(base)
        problems = [replace(problem, key="") for problem in drop(base, edits, whose="this file")]
        del edits.tree[DROP]
    edits.tree = with_decimal_years(edits.tree)
    # Unlike a child, an edit keeps the file's own title, source and published figures.
    merged = merge(base, edits, forget=())
    if is_told and "title" not in edits.tree:
        tell_of_edits(merged)
    read_table_files(merged, Path(), edits.tree)
    unread = [problem for path, problem in merged.unread.items() if path not in base.unread]
    if unread:
        raise BadParameters(unread)
    merged.parent, merged.chain = base.parent, base.chain
    merged.problems = [*problems, *merged.problems, *base.problems]
    return merged


def _set(edits: Layer, done: list[KeyPath], path: tuple[str, ...], value: Any) -> KeyPath:
    """Add a value to the edits and return its path."""
    if path == (DROP,):
        return _add_drops(edits, value)
    undone = [other for other in done if other != path and other[: len(path)] == path]
    if undone:
        raise _BadSettingError(
            f"would undo --set {_plain(undone[0])}, which comes before it; allowed: one of the two"
        )
    table = edits.tree
    for depth, part in enumerate(path[:-1], start=1):
        here = path[:depth]
        if part not in table:
            table[part] = {}
            edits.dotted |= {here}
        table = table[part]
        if not isinstance(table, dict):
            raise _BadSettingError(
                f"{_plain(here)} is set whole by a --set before it; allowed: one of the two"
            )
        if here not in edits.dotted and depth < len(path) - 1 and path[depth] not in table:
            raise _BadSettingError(f"there is no table {path[depth]} inside {_plain(here)}")
    table[path[-1]] = value
    origin = Origin(f"--set {_plain(path)}")
    edits.origins |= {path[:n]: origin for n in range(1, len(path) + 1)}
    return path


def _plain(path: KeyPath) -> str:
    """Return a path as one writes it here, a star without quotes."""
    return dotted(path).replace(f'"{STAR}"', STAR)


def _add_drops(edits: Layer, paths: Any) -> KeyPath:
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise _BadSettingError(f'{found(paths)}; allowed: a list of names, ["evidence"]')
    all_paths = edits.tree.setdefault(DROP, [])
    for path in paths:
        edits.origins[DROP, len(all_paths)] = Origin(f"--drop {shortened(path)}")
        all_paths.append(path)
    return (DROP,)


def _parsed(setting: str) -> tuple[tuple[str, ...], Any]:
    """Return path and value of ``key=value``; text and quarters need no quotes."""
    with suppress(UnicodeError):
        setting = os.fsencode(setting).decode()  # UTF-8 in any locale
    name, equals, text = setting.partition("=")
    path = tuple(part.strip() for part in name.split("."))
    if not equals or not all(path):
        raise _BadSettingError("allowed: key=value, such as hardware.doubling_years=2")
    if path[0] in ("extends", "format"):
        raise _BadSettingError(f"{path[0]} cannot be set here; allowed: any other key")
    try:
        setting.encode()
        parsed = tomllib.loads(f"v = {text}")
    except (ValueError, RecursionError) as error:
        is_text = path[-1] in TEXT_KEYS or re.fullmatch(QUARTER, text.strip())
        if not is_text or isinstance(error, UnicodeEncodeError):
            raise _BadSettingError(
                f"the value is not TOML; {_advice(name, path[-1], text)}"
            ) from None
        parsed = {"v": text.strip()}
    if set(parsed) != {"v"}:
        raise _BadSettingError("more than one value; allowed: one key=value for each --set")
    if depth_exceeds(parsed["v"], DEEPEST - len(path)):
        raise _BadSettingError(f"nested more than {DEEPEST} deep")
    return path, parsed["v"]


def _advice(name: str, key: str, text: str) -> str:
    """Say what to write for a value that is not TOML."""
    line = None if "\n" in text else mended(f"{toml_key(key)} = {text}")
    days = no_such_day(text)
    if days:
        return f"allowed: a day that there is; {days}"
    if line is None:
        return "allowed: a number, a list or { dist = ... }"
    return f"write {name.strip()}={line.partition(' = ')[2]}"
