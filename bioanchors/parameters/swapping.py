"""Two parameter files: where they differ, and files that are partly the one, partly the other."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bioanchors.parameters.parameters import Parameters, assembled
from bioanchors.parameters.positions import KeyPath
from bioanchors.parameters.problems import dotted
from bioanchors.parameters.shape import family_of, is_section
from bioanchors.parameters.toml_text import toml_brief
from bioanchors.parameters.tree import node

WORDS = ("source", "note")
NOT_PARAMETERS = ("format", "title", "extends", "drop", "published", *WORDS)
LABELS = (("forecast", "report_years"), ("economy", "dollar_year"))
HYPOTHESES = "hypotheses"
GroupOf = Callable[[KeyPath], str]


@dataclass(frozen=True)
class Difference:
    """A parameter that two files have differently.

    Attributes
    ----------
    path
        Its path; that of the hypothesis where only one file has it.
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
        if _bare(values[0]) == _bare(values[1]):
            continue
        texts = [None if value is None else toml_brief(_bare(value)) for value in values]
        told = [
            "" if value is None else parameters.source(path) or str(parameters.origin(path))
            for parameters, value in zip((first, second), values, strict=True)
        ]
        found.append(Difference(path, texts[0], texts[1], told[0], told[1]))
    return tuple(found)


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
        Group of a path. Hypotheses that only one file has are of the group ``hypotheses``, whole.

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
        if isinstance(value, dict) and is_section(here) and here[0] != "published":
            yield from leaves(value, here)
        else:
            yield here, value


def place_of(path: KeyPath, trees: Collection[Mapping[str, Any]]) -> KeyPath:
    """Return a path, or that of the named table, or of the table, that not all files have."""
    family = family_of(path)
    if family is not None:
        size = len(family.path) + 1
        if not all(path[size - 1] in (node(tree, family.path) or {}) for tree in trees):
            return path[:size]
    elif len(path) > 1 and not all(path[0] in tree for tree in trees):
        return path[:1]
    return path


def _put(tree: dict[str, Any], path: KeyPath, value: Any) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(str(part), {})
    tree[str(path[-1])] = value


def _in_order(tree: dict[str, Any], trees: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    """Put hypotheses in the order of the files, the second's own last."""
    hypotheses = tree.get(HYPOTHESES, {})
    names = dict.fromkeys(name for each in trees for name in each.get(HYPOTHESES, {}))
    if hypotheses:
        tree[HYPOTHESES] = {name: hypotheses[name] for name in names if name in hypotheses}
    return tree


def _bare(value: Any) -> Any:
    """Return a value without sources and notes; a number alone where that is all there is."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    left = {key: _bare(item) for key, item in value.items() if key not in WORDS}
    return left["value"] if set(left) == {"value"} else left
