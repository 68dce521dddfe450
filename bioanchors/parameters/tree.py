"""A parameter file as it is read: a tree of values, and where each was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bioanchors.parameters.problems import Origin, Problem
from bioanchors.parameters.reading.positions import KeyPath


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
    dotted
        Tables that only dotted keys lead into: inside a parent's distribution, these change
        arguments.
    sources
        Sources of values that cannot hold one, and whose table no longer says it.
    replaced
        Quantities of the parents in whose place a newer file, or an edit, has put others.
    """

    tree: dict[str, Any]
    origins: dict[KeyPath, Origin]
    label: str
    parent: str | None = None
    chain: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: dict[KeyPath, Problem] = field(default_factory=dict)
    is_orphan: bool = False
    dotted: frozenset[KeyPath] = frozenset()
    sources: dict[KeyPath, str] = field(default_factory=dict)
    replaced: dict[KeyPath, Any] = field(default_factory=dict)

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
    value = table.pop(path[-1])
    if not isinstance(value, dict | list):
        for kept in (layer.origins, layer.sources, layer.unread):
            kept.pop(path, None)
        return True
    layer.origins = {p: o for p, o in layer.origins.items() if p[: len(path)] != path}
    layer.sources = {p: s for p, s in layer.sources.items() if p[: len(path)] != path}
    layer.unread = {p: u for p, u in layer.unread.items() if p[: len(path)] != path}
    return True


def paths_of(tree: Mapping[str, Any], prefix: KeyPath = ()) -> Iterator[KeyPath]:
    """All paths of tables and keys in a tree, lists not entered."""
    for key, value in tree.items():
        yield (*prefix, key)
        if isinstance(value, dict):
            yield from paths_of(value, (*prefix, key))
