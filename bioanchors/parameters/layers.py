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
from bioanchors.parameters.problems import (
    BadParameters,
    Origin,
    Problem,
    dotted,
    found,
    nearest,
)
from bioanchors.parameters.table_files import BadTableError, read_table, unread_tables

LARGEST_FILE = 1_000_000
DEEPEST = 40
MOST_PARENTS = 50
NOT_INHERITED = ("title", "source", "note", "published", "extends", "drop")


@dataclass(frozen=True, slots=True)
class Rows(Origin):
    """Where a list of numbers was read: the line is that of the first, and each has its own."""

    def of(self, place: int) -> Origin:
        """Where the number at a place of the list was written."""
        return Origin(self.label, (self.line or 1) + place)


@dataclass
class Layer:
    """Values, and the origin of each path in them.

    Attributes
    ----------
    tree
        The values, as TOML has them.
    origins
        Where each path was written: a value where it was set, a table where it was last
        mentioned, and what was dropped where it was dropped.
    label
        Name of the file.
    parent
        What it extends.
    chain
        Labels of the file and its parents, from the newest to the oldest.
    problems
        What is wrong with its parents and with what it drops.
    unread
        What is wrong with files of numbers that could not be read, by where they are named.
    is_orphan
        Whether it extends something that could not be read, so that nothing is merged in.
    """

    tree: dict[str, Any]
    origins: dict[KeyPath, Origin]
    label: str
    parent: str | None = None
    chain: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: dict[KeyPath, Problem] = field(default_factory=dict)
    is_orphan: bool = False

    def origin(self, path: Iterable[str | int]) -> Origin:
        """Where a path, or else the nearest table around it, was written."""
        parts = tuple(path)
        inner: str | int = ""
        while parts:
            if parts in self.origins:
                origin = self.origins[parts]
                if isinstance(origin, Rows) and isinstance(inner, int):
                    return origin.of(inner)
                return origin
            inner, parts = parts[-1], parts[:-1]
        return Origin(self.label)

    def age(self, origin: Origin) -> int:
        """Return -1 for what an edit wrote, 0 for what this file did, more for older parents."""
        return self.chain.index(origin.label) if origin.label in self.chain else -1


def read_layer(source: str | Path) -> Layer:
    """Read a file with all its parents merged in.

    Raises
    ------
    BadParameters
        If the file is missing, unreadable or not TOML. What is wrong with its parents is in
        the layer's ``problems``.
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
            message = f"{found(str(source))}; allowed: {', '.join(names)} or a path to a .toml file"
            asked_by = asked_by if key else Origin("preset")
            raise _bad(asked_by, key, message + nearest(str(source), names))
        path, label = preset_path(str(source)), str(source)
    identity = _identity(path, asked_by, key)
    if identity in chain:
        raise _bad(asked_by, key, f"{found(str(source))}, which leads back to this file")
    if len(chain) >= MOST_PARENTS:
        raise _bad(asked_by, key, f"more than {MOST_PARENTS} parents")
    layer = parse_layer(_text(path, label, asked_by, key), label)
    read_table_files(layer, path.parent)
    extends = layer.tree.get("extends")
    if extends is None:
        if "drop" in layer.tree:
            origin = layer.origin(("drop",))
            layer.problems = [Problem(origin, "drop", "needs extends, which this file lacks")]
        layer.chain = [label]
        write_out_none(layer)
        return layer
    if not isinstance(extends, str):
        return _orphan(layer, [])  # what is wrong with it is told by its structure
    try:
        parent = _read(extends, path.parent, layer.origin(("extends",)), [*chain, identity])
    except BadParameters as error:
        return _orphan(layer, error.problems)
    if parent.is_orphan:
        return _orphan(layer, parent.problems)
    problems = drop(parent, layer)
    merged = merge(parent, layer)
    merged.parent = extends if not is_path(extends) else str(path.parent / extends)
    merged.chain = [label, *parent.chain]
    merged.problems = [*problems, *parent.problems]
    return merged


def _orphan(layer: Layer, problems: Iterable[Problem]) -> Layer:
    layer.problems, layer.is_orphan = list(problems), True
    write_out_none(layer)
    return layer


def _bad(origin: Origin, key: str, message: str) -> BadParameters:
    return BadParameters([Problem(origin, key, message)])


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
        raw = None if path.is_dir() else _start(path)
    except FileNotFoundError:
        raise _bad(where, key, missing) from None
    except OSError as error:
        reason = error.strerror or "the system does not say why"
        raise _bad(where, key, f"{file} cannot be read: {reason}") from None
    if raw is None:
        raise _bad(where, key, f"{file} is a folder; allowed: a .toml file")
    if len(raw) > LARGEST_FILE:
        message = f"larger than {LARGEST_FILE // 1_000_000} MB, which no parameter file is"
        raise _bad(Origin(label), "", message)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _bad(Origin(label, line), "", "not UTF-8 text") from None


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


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
        # Only the place is told: the file may be anything, and none of it is to be echoed.
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
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
    return Layer(tree, origins, label)


def read_table_files(layer: Layer, folder: Path) -> None:
    """Put what the files of ``dist = "table"`` hold beside their names, with their digests.

    What is wrong with one is put into ``unread``, to be told unless a child replaces it.

    Parameters
    ----------
    layer
        As it was written, parents not merged in.
    folder
        To which paths are relative.
    """
    for path, table in unread_tables(layer.tree):
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


def write_out_none(layer: Layer) -> None:
    """Make a table of ``none = 0.1``, once it has replaced the parent's."""
    short = layer.tree.get("none")
    if isinstance(short, int | float) and not isinstance(short, bool):
        layer.tree["none"] = {"probability": short}


def is_section(path: KeyPath) -> bool:
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
        unread=parent.unread | child.unread,
    )
    _overlay(merged, child, ())
    write_out_none(merged)
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
        if both_tables and is_section(here):
            if here in child.origins:
                base.origins[here] = child.origins[here]
            _overlay(base, child, here)
            continue
        remove(base, here)
        target[key] = copy.deepcopy(value)
        base.origins.update({p: o for p, o in child.origins.items() if p[: len(here)] == here})


def node(tree: Mapping[str, Any], path: KeyPath) -> Any:
    """Return the value at a path through tables and lists, or None."""
    here: Any = tree
    for part in path:
        in_list = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if not in_list and not (isinstance(here, dict) and part in here):
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


def drop(parent: Layer, child: Layer) -> list[Problem]:
    """Take away from the parent what the child's ``drop`` names; return what is wrong with it."""
    paths = child.tree.get("drop", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        return []  # what is wrong with it is told by its structure
    problems = []
    known = [dotted(path) for path in paths_of(parent.tree)]
    for i, path in enumerate(paths):
        parts, origin = tuple(path.split(".")), child.origin(("drop", i))
        if remove(parent, parts):
            parent.origins |= {parts[:n]: origin for n in range(1, len(parts) + 1)}
        elif path in known:
            message = f"{found(path)}, which is dropped already"
            problems.append(Problem(origin, f"drop[{i}]", message))
        else:
            message = f"{found(path)}, which the parent does not have{nearest(path, known)}"
            problems.append(Problem(origin, f"drop[{i}]", message))
    return problems


def paths_of(tree: Mapping[str, Any], prefix: KeyPath = ()) -> Iterator[KeyPath]:
    """All paths of tables and keys in a tree, lists not entered."""
    for key, value in tree.items():
        yield (*prefix, key)
        if isinstance(value, dict):
            yield from paths_of(value, (*prefix, key))
