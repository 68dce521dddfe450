"""Parameter files as they are read and merged: a tree of values and where each was written."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bioanchors.parameters.keys import SPEEDS
from bioanchors.parameters.positions import KeyPath, key_lines
from bioanchors.parameters.preset_files import preset_names, preset_path
from bioanchors.parameters.problems import BadParameters, Origin, Problem, dotted, found, nearest

LARGEST_FILE = 1_000_000
DEEPEST = 40
MOST_PARENTS = 50
NOT_INHERITED = ("title", "source", "note", "published", "extends", "drop")
TEXT_KEYS = ("title", "source", "note", "kind", "dist")


@dataclass
class Layer:
    """Values, and the origin of each path in them."""

    tree: dict[str, Any]
    origins: dict[KeyPath, Origin]
    label: str
    parent: str | None = None
    chain: list[str] = field(default_factory=list)

    def origin(self, path: Iterable[str | int]) -> Origin:
        """Where a path, or else the nearest table around it, was written."""
        parts = tuple(path)
        while parts:
            if parts in self.origins:
                return self.origins[parts]
            parts = parts[:-1]
        return Origin(self.label)


def read_layer(source: str | Path) -> Layer:
    """Read a file with all its parents merged in.

    Raises
    ------
    BadParameters
        If a file is missing, unreadable or not TOML, or parents form a loop.
    """
    return _read(source, Path(), Origin(str(source)), [])


def is_path(source: str | Path) -> bool:
    """Whether a source names a file rather than a preset."""
    return isinstance(source, Path) or source.endswith(".toml") or "/" in source or "\\" in source


def _read(source: str | Path, folder: Path, asked_by: Origin, chain: list[str]) -> Layer:
    key = "extends" if chain else ""
    if is_path(source):
        path = folder / source
        label = str(path)
    else:
        names = preset_names()
        if source not in names:
            message = f"found no preset of this name; allowed: {', '.join(names)}, or a .toml file"
            if not key:
                asked_by, key = Origin("parameters"), str(source)[:60]
            raise _bad(asked_by, key, message + nearest(str(source), names))
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
            raise _bad(origin, "drop", "this file extends none, so there is nothing to drop")
        layer.chain = [label]
        return layer
    if not isinstance(extends, str) or not extends:
        message = f"{found(extends)}; allowed: a preset's name or a path to a .toml file"
        raise _bad(layer.origin(("extends",)), "extends", message)
    parent = _read(extends, path.parent, layer.origin(("extends",)), [*chain, identity])
    drop(parent, layer)
    merged = merge(parent, layer)
    merged.parent = extends if not is_path(extends) else str(path.parent / extends)
    merged.chain = [label, *parent.chain]
    return merged


def _bad(origin: Origin, key: str, message: str) -> BadParameters:
    return BadParameters([Problem(origin, key, message)])


def _identity(path: Path, asked_by: Origin, key: str) -> str:
    try:
        return str(path.resolve())
    except (OSError, ValueError, RuntimeError):
        raise _bad(asked_by, key, "this is not a path that can be opened") from None


def _text(path: Path, label: str, asked_by: Origin, key: str) -> str:
    where = asked_by if key else Origin(label)
    missing = f"found no file {label}" if key else "there is no such file"
    try:
        if path.is_dir():
            raise _bad(where, key, "this is a folder; allowed: a .toml file")
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _bad(where, key, missing) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a usable path"
        raise _bad(where, key, f"this file cannot be read: {reason}") from None
    if len(raw) > LARGEST_FILE:
        raise _bad(Origin(label), "", f"larger than {LARGEST_FILE // 1_000_000} MB, which no "
                   "parameter file is")  # fmt: skip
    if not raw.strip():
        raise _bad(Origin(label), "", "this file is empty")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _bad(Origin(label, line), "", "not UTF-8 text") from None


def parse_layer(text: str, label: str) -> Layer:
    """Read one file's text, its parents not looked at.

    Raises
    ------
    BadParameters
        If it is not TOML.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Only the place is told: the file may be anything, and none of it is to be echoed.
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        where = f"column {place[2]}" if place else "the end of the file"
        raise _bad(Origin(label, line), "", f"not TOML, from {where} on") from None
    except RecursionError:
        raise _bad(Origin(label), "", "nested too deeply") from None
    except ValueError:
        # tomllib hands Python's own limit on the digits of an integer through.
        raise _bad(Origin(label), "", "a number with too many digits") from None
    if _depth_exceeds(tree, DEEPEST):
        raise _bad(Origin(label), "", f"nested more than {DEEPEST} deep")
    origins = {path: Origin(label, line) for path, line in key_lines(text).items()}
    layer = Layer(tree, origins, label)
    _write_out_none(layer)
    return layer


def _depth_exceeds(tree: Any, limit: int) -> bool:
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


def _write_out_none(layer: Layer) -> None:
    short = layer.tree.get("none")
    if isinstance(short, int | float) and not isinstance(short, bool):
        layer.tree["none"] = {"probability": short, "probability_end": short}


def _is_section(path: KeyPath) -> bool:
    """Whether a table is merged key by key; anything deeper is a value and replaced whole."""
    if len(path) == 3:
        return path[0] == "hypotheses" and path[2] == "algorithms"
    if len(path) == 2:
        return path[0] == "hypotheses"
    return len(path) <= 1


def merge(parent: Layer, child: Layer, forget: Container[str] = NOT_INHERITED) -> Layer:
    """Lay a child over its parent, of which some top-level keys are forgotten first."""
    merged = Layer(
        {k: v for k, v in copy.deepcopy(parent.tree).items() if k not in forget},
        {p: o for p, o in parent.origins.items() if p[0] not in forget},
        child.label,
    )
    _overlay(merged, child, ())
    return merged


def _overlay(base: Layer, child: Layer, path: KeyPath) -> None:
    target, source = node(base.tree, path), node(child.tree, path)
    assert isinstance(target, dict)
    assert isinstance(source, dict)
    speeds = [name for name in SPEEDS if name in source]
    if speeds and path:
        for name in SPEEDS:
            remove(base, (*path, name))
    if len(path) == 2 and "kind" in source and source["kind"] != target.get("kind"):
        for name in set(target) - {"weight", "algorithms", "source", "note"}:
            remove(base, (*path, name))
    for key, value in source.items():
        here = (*path, key)
        both_tables = isinstance(value, dict) and isinstance(target.get(key), dict)
        if both_tables and _is_section(here):
            if here in child.origins:
                base.origins.setdefault(here, child.origins[here])
            _overlay(base, child, here)
            continue
        remove(base, here)
        target[key] = copy.deepcopy(value)
        base.origins.update({p: o for p, o in child.origins.items() if p[: len(here)] == here})


def node(tree: Mapping[str, Any], path: KeyPath) -> Any:
    """Return the value at a path through tables, or None."""
    here: Any = tree
    for part in path:
        if not isinstance(here, dict) or part not in here:
            return None
        here = here[part]
    return here


def remove(layer: Layer, path: KeyPath) -> bool:
    """Take a value and all below it away; tell whether it was there."""
    table = node(layer.tree, path[:-1])
    if not isinstance(table, dict) or path[-1] not in table:
        return False
    del table[path[-1]]
    layer.origins = {p: o for p, o in layer.origins.items() if p[: len(path)] != path}
    return True


def drop(parent: Layer, child: Layer) -> None:
    """Take away from the parent what the child's ``drop`` names."""
    paths = child.tree.get("drop", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        message = f'{found(paths)}; allowed: a list of paths, such as ["low_end_update"]'
        raise _bad(child.origin(("drop",)), "drop", message)
    problems = []
    for i, path in enumerate(paths):
        if not remove(parent, tuple(path.split("."))):
            known = [dotted(p) for p in paths_of(parent.tree)]
            message = f"{found(path)}, which the parent does not have" + nearest(path, known)
            problems.append(Problem(child.origin(("drop", i)), f"drop[{i}]", message))
    if problems:
        raise BadParameters(problems)


def paths_of(tree: Mapping[str, Any], prefix: KeyPath = ()) -> Iterator[KeyPath]:
    """All paths of tables and keys in a tree, lists not entered."""
    for key, value in tree.items():
        yield (*prefix, key)
        if isinstance(value, dict):
            yield from paths_of(value, (*prefix, key))


def edit(base: Layer, settings: Iterable[str]) -> Layer:
    """Lay ``key=value`` settings over a layer, as a child would be.

    Raises
    ------
    BadParameters
        If a setting is not of that form, its value is not TOML, or its path leads into a number.
    """
    edits = Layer({}, {}, base.label)
    problems = []
    for setting in settings:
        problem = _set(base, edits, setting)
        if problem:
            problems.append(Problem(Origin(f"--set {setting[:80]}"), "", problem))
    if problems:
        raise BadParameters(problems)
    if not edits.tree:
        return base
    _write_out_none(edits)
    # Unlike a child, an edit keeps the file's own title, source and published figures.
    merged = merge(base, edits, forget=())
    merged.parent, merged.chain = base.parent, base.chain
    return merged


def _set(base: Layer, edits: Layer, setting: str) -> str | None:
    name, equals, text = setting.partition("=")
    path: KeyPath = tuple(part.strip() for part in name.split("."))
    if not equals or not all(path):
        return "allowed: key=value, such as hardware.doubling_years=2"
    if path[0] in ("extends", "drop", "format"):
        return f"{path[0]} cannot be set here; allowed: any other key"
    try:
        parsed = tomllib.loads(f"v = {text}")
        if set(parsed) != {"v"} or "\n" in text.strip():
            raise ValueError
        value = parsed["v"]
    except (ValueError, RecursionError):
        if path[-1] not in TEXT_KEYS:
            return "the value is not TOML; allowed: a number, a list or { dist = ... }"
        value = text.strip()
    origin = Origin(f"--set {name.strip()}")
    table, depth = edits.tree, 0
    while depth < len(path) - 1 and _is_section(path[: depth + 1]):
        table = table.setdefault(str(path[depth]), {})
        if not isinstance(table, dict):
            return f"{dotted(path[: depth + 1])} is set whole by another --set"
        depth += 1
    key = str(path[depth])
    if depth < len(path) - 1:
        present = table.get(key, node(base.tree, path[: depth + 1]))
        if not isinstance(present, dict):
            what = "is not there" if present is None else found(present).replace("found", "is")
            return f"{dotted(path[: depth + 1])} {what}, so nothing can be set inside it"
        distribution = copy.deepcopy(present)
        distribution.pop("source", None)
        inner = distribution
        for part in path[depth + 1 : -1]:
            step = inner.get(str(part))
            if not isinstance(step, dict):
                return f"there is no table {part} inside {dotted(path[: depth + 1])}"
            inner = step
        inner[str(path[-1])] = value
        value = distribution
    table[key] = value
    for i in range(1, len(path) + 1):
        edits.origins[path[:i]] = origin
    return None
