"""Two parameter files: where they differ, and files that are partly the one, partly the other."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bioanchors.parameters.parameters import Parameters, assembled
from bioanchors.parameters.problems import dotted
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.toml_text import toml_brief
from bioanchors.parameters.shape import WORDS, YEAR_TABLES, bare, family_at, is_section, named
from bioanchors.parameters.tree import node

NOT_PARAMETERS = ("format", "title", "as_of", "extends", "drop", *YEAR_TABLES, *WORDS)
LABELS = (("forecast", "report_years"), ("economy", "dollar_year"))
GroupOf = Callable[[KeyPath], str]


@dataclass(frozen=True)
class Difference:
    """A parameter that two files have differently.

    Attributes
    ----------
    path
        Its path.
    first, second
        Its values as TOML, None where a file has none.
    first_source, second_source
        What the files give as sources, or where the values were written.
    """

    path: KeyPath
    first: str | None
    second: str | None
    first_source: str
    second_source: str

    @property
    def name(self) -> str:
        """The path as a person writes it."""
        return dotted(self.path)


def differences(first: Parameters, second: Parameters) -> tuple[Difference, ...]:
    """Return where two files differ, sources and notes aside, in the order of the first."""
    trees = [dict(leaves(parameters.resolved)) for parameters in (first, second)]
    for tree in trees:
        tree.setdefault(("forecast", "event"), "affordable")
    found = []
    for path in dict.fromkeys([*trees[0], *trees[1]]):
        values = [tree.get(path) for tree in trees]
        if path[0] in NOT_PARAMETERS or path in LABELS or path[-1] in WORDS:
            continue
        if bare(values[0]) == bare(values[1]):
            continue
        texts = [None if value is None else toml_brief(bare(value)) for value in values]
        told = [
            "" if value is None else parameters.source(path) or str(parameters.origin(path))
            for parameters, value in zip((first, second), values, strict=True)
        ]
        found.append(Difference(path, texts[0], texts[1], told[0], told[1]))
    return tuple(found)


def assumed(parameters: Parameters) -> dict[KeyPath, Any]:
    """Return what a file assumes: values by their paths, without what is only said of them."""
    return {
        path: bare(value)
        for path, value in leaves(parameters.resolved)
        if path[0] not in NOT_PARAMETERS and path not in LABELS and path[-1] not in WORDS
    }


def swapped(
    first: Parameters, second: Parameters, groups: Collection[str], group_of: GroupOf
) -> Parameters:
    """Return the first file with some groups of parameters as in the second.

    Parameters
    ----------
    first, second
        The files.
    groups
        What to take from the second.
    group_of
        Group of a path; that of the whole hypothesis, or the like, that only one file has.

    Raises
    ------
    BadParameters
        If the parts do not fit together.
    """
    tree: dict[str, Any] = {}
    trees = [parameters.resolved for parameters in (first, second)]
    for i, own in enumerate(trees):
        for path, value in leaves(own):
            group = group_of(place_of(path, trees))
            if (group in groups) == bool(i):
                _put(tree, path, copy.deepcopy(value))
    return assembled(_in_order(tree, trees), f"{first.name} with parts of {second.name}")


def leaves(tree: Mapping[str, Any], prefix: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Yield path and value of everything that is merged as one value."""
    for key, value in tree.items():
        here = (*prefix, key)
        if isinstance(value, dict) and is_section(here) and here[0] not in YEAR_TABLES:
            yield from leaves(value, here)
        else:
            yield here, value


def place_of(path: KeyPath, trees: Collection[Mapping[str, Any]]) -> KeyPath:
    """Return a path, or that of the table with a name, or at the top, that not all files have."""
    for size in range(1, len(path)):
        place = path[:size]
        is_whole = named(place) is not None or (size == 1 and family_at(place) is None)
        if is_whole and any(node(tree, place) is None for tree in trees):
            return place
    return path


def _put(tree: dict[str, Any], path: KeyPath, value: Any) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(str(part), {})
    tree[str(path[-1])] = value


def _in_order(
    tree: dict[str, Any], trees: Collection[Mapping[str, Any]], path: KeyPath = ()
) -> dict[str, Any]:
    """Put tables with names in the order of the files, the second's own last."""
    names: Collection[str] = tree
    if family_at(path) is not None:
        names = dict.fromkeys(name for each in trees for name in node(each, path) or ())
    return {
        name: _in_order(tree[name], trees, (*path, name))
        if isinstance(tree[name], dict) and is_section((*path, name))
        else tree[name]
        for name in names
        if name in tree
    }
