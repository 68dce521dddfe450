"""What a table says of the source of its values, where files are merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import (
    WORDS,
    family_at,
    is_section,
    key_at,
)
from bioanchors.parameters.tree import Layer, node, remove


def parted_words(
    base: Layer, target: dict[str, Any], source: Mapping[str, Any], path: KeyPath
) -> dict[str, str]:
    """Part what a table says of the source of all of its values, before a child changes some.

    What the parent's table says goes to the parent's own values. Where the two stay mixed, what the
    child's says is returned, to go to the child's.
    """
    if not path or family_at(path) is not None:
        return {}
    new = [
        key
        for key, value in source.items()
        if key not in WORDS and not (isinstance(value, dict) and is_section((*path, key)))
    ]
    if not new:
        return {}
    kept = [key for key in target if key not in new and key not in WORDS]
    inherited = words_of(target)
    tell(base, path, kept, inherited)
    for word in inherited:
        remove(base, (*path, word))
    return words_of(source) if kept else {}


def words_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Return source and note of a table, those that it has."""
    return {word: table[word] for word in WORDS if isinstance(table.get(word), str)}


def tell(base: Layer, path: KeyPath, names: Iterable[str], words: Mapping[str, str]) -> None:
    """Write source and note of a table to values in it: into those that may hold them."""
    table = node(base.tree, path)
    for name in names if words else ():
        here, value = (*path, name), table.get(name)
        told = _with_words(value, words) if key_at(here) is not None else None
        if told is not None:
            table[name] = told
        elif "source" in words and not is_section(here):
            base.sources[here] = words["source"]


def _with_words(value: Any, words: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a quantity with source and note that it lacks; None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = {"value": value}
    return {**value, **{w: words[w] for w in words if w not in value}} if _is_table(value) else None


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)
