"""Edits of a parameter file from outside of it: ``key=value`` settings."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bioanchors.parameters.layers import (
    DEEPEST,
    Layer,
    depth_exceeds,
    is_section,
    merge,
    node,
    read_table_files,
)
from bioanchors.parameters.positions import KeyPath
from bioanchors.parameters.problems import (
    BadParameters,
    Origin,
    Problem,
    dotted,
    found,
    shortened,
)
from bioanchors.parameters.table_files import READ

TEXT_KEYS = ("title", "source", "note", "kind", "dist", "event", "file")


class _BadSettingError(ValueError):
    """A setting that cannot be used, and why."""


def edit(base: Layer, settings: Iterable[str]) -> Layer:
    """Lay ``key=value`` settings over a layer, as a child would be.

    Raises
    ------
    BadParameters
        If a setting is not of that form, its value is not TOML, or its path leads into a number.
    """
    edits = Layer({}, {}, base.label)
    done: list[KeyPath] = []
    problems = []
    for setting in settings:
        try:
            done.append(_set(base, edits, done, setting))
        except _BadSettingError as error:
            problems.append(Problem(Origin(f"--set {shortened(setting)}"), "", str(error)))
    read_table_files(edits, Path())
    problems += edits.unread.values()
    if problems:
        raise BadParameters(problems)
    if not edits.tree:
        return base
    # Unlike a child, an edit keeps the file's own title, source and published figures.
    merged = merge(base, edits, forget=())
    merged.parent, merged.chain, merged.problems = base.parent, base.chain, base.problems
    return merged


def _set(base: Layer, edits: Layer, done: list[KeyPath], setting: str) -> KeyPath:
    """Add a setting to the edits and return its path."""
    path, value = _parsed(setting)
    undone = [other for other in done if other != path and other[: len(path)] == path]
    if undone:
        raise _BadSettingError(
            f"would undo --set {dotted(undone[0])}, which comes before it; allowed: one of the two"
        )
    table, depth = edits.tree, 0
    while depth < len(path) - 1 and is_section(path[: depth + 1]):
        table = table.setdefault(path[depth], {})
        depth += 1
        if not isinstance(table, dict):
            whole = dotted(path[:depth])
            raise _BadSettingError(
                f"{whole} is set whole by a --set before it; allowed: one of the two"
            )
    key, inner = path[depth], path[depth + 1 :]
    if inner:
        present = table.get(key, node(base.tree, path[: depth + 1]))
        value = _with(present, path[: depth + 1], inner, value, keep_source=key in table)
    table[key] = value
    origin = Origin(f"--set {dotted(path)}")
    edits.origins |= {path[:n]: origin for n in range(1, len(path) + 1)}
    return path


def _parsed(setting: str) -> tuple[tuple[str, ...], Any]:
    """Return path and value of ``key=value``; where a key is text, what is not TOML is text."""
    name, equals, text = setting.partition("=")
    path = tuple(part.strip() for part in name.split("."))
    if not equals or not all(path):
        raise _BadSettingError("allowed: key=value, such as hardware.doubling_years=2")
    if path[0] in ("extends", "drop", "format"):
        raise _BadSettingError(f"{path[0]} cannot be set here; allowed: any other key")
    try:
        setting.encode()
        parsed = tomllib.loads(f"v = {text}")
    except (ValueError, RecursionError) as error:
        if path[-1] not in TEXT_KEYS or isinstance(error, UnicodeEncodeError):
            raise _BadSettingError(
                "the value is not TOML; allowed: a number, a list or { dist = ... }"
            ) from None
        parsed = {"v": text.strip()}
    if set(parsed) != {"v"}:
        raise _BadSettingError("more than one value; allowed: one key=value for each --set")
    if depth_exceeds(parsed["v"], DEEPEST - len(path)):
        raise _BadSettingError(f"nested more than {DEEPEST} deep")
    return path, parsed["v"]


def _with(
    present: Any, path: KeyPath, inner: tuple[str, ...], value: Any, keep_source: bool
) -> dict[str, Any]:
    """Return a distribution with one argument changed: its source no longer says it all."""
    if not isinstance(present, dict):
        what = "is not there" if present is None else found(present).replace("found", "is", 1)
        raise _BadSettingError(f"{dotted(path)} {what}, so nothing can be set inside it")
    distribution = copy.deepcopy(present)
    if not keep_source:
        distribution.pop("source", None)
    table: Any = distribution
    for part in inner[:-1]:
        table = table.get(part)
        if not isinstance(table, dict):
            raise _BadSettingError(f"there is no table {part} inside {dotted(path)}")
    if inner[-1] == "file":
        # What the file that was named before holds goes with it.
        for name in ("sha256", *READ):
            table.pop(name, None)
    table[inner[-1]] = value
    return distribution
