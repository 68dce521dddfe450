"""The merged file as it is written out, with or without where each value comes from."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from bioanchors.parameters.quantities.interval_specs import IntervalSpec
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.toml_text import toml_document
from bioanchors.parameters.shape import has_header, is_section, quantities
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tree import Layer, node

_HEAD = ("format", "title", "source", "note")
_LOADING = ("extends", "drop")
_ORDER = [*_HEAD, *(name for name in Tables.model_fields if name not in (*_HEAD, *_LOADING))]


def resolved(layer: Layer) -> dict[str, Any]:
    """Return a merged file as plain data, without ``extends`` and ``drop``."""
    tree = copy.deepcopy(layer.tree)
    return {name: tree[name] for name in _ORDER if name in tree}


def resolved_text(tree: Mapping[str, Any]) -> str:
    """Return the TOML of a merged file."""
    return toml_document(tree, inline=_is_value)


def annotated_text(layer: Layer, tables: Tables) -> str:
    """Return the TOML of a merged file, each value with where it was written.

    A bare interval is followed by the family that it stands for.
    """
    families = {
        path: value.family(key)
        for path, value, key in quantities(tables)
        if isinstance(value, IntervalSpec)
    }
    tree = resolved(layer)
    comments = {
        path: _written(layer, path) + (f", read as {families[path]}" if path in families else "")
        for path in _leaves(tree)
    }
    return toml_document(tree, comments, inline=_is_value)


def _written(layer: Layer, path: KeyPath) -> str:
    """Say where a value was written; of a table that several files have filled, each key."""
    value = node(layer.tree, path)
    if not (isinstance(value, dict) and value and is_section(path)):
        return str(layer.origin(path))
    places: dict[str, list[str]] = {}
    for key in value:
        places.setdefault(str(layer.origin((*path, key))), []).append(key)
    if len(places) == 1:
        return next(iter(places))
    return ", ".join(f"{' and '.join(keys)} {place}" for place, keys in places.items())


def _is_value(path: KeyPath, table: Mapping[str, Any]) -> bool:
    """Whether a table is written inline, as one value."""
    return not has_header(path)


def _leaves(tree: Mapping[str, Any], prefix: KeyPath = ()) -> Iterator[KeyPath]:
    for key, value in tree.items():
        here = (*prefix, key)
        if isinstance(value, dict) and not _is_value(here, value):
            yield from _leaves(value, here)
        else:
            yield here
