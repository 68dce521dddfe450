"""A file laid over its parent, or an edit over a file: what replaces, changes and drops what."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping
from typing import Any

from bioanchors.model.keys import SPEEDS
from bioanchors.parameters.problems import Problem, dotted, found, nearest
from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.quantities.interval_specs import is_interval, takes
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.sources import parted_words, tell
from bioanchors.parameters.reading.stars import spread
from bioanchors.parameters.reading.table_files import READ
from bioanchors.parameters.shape import (
    NAMED,
    STAR,
    WORDS,
    is_section,
    key_at,
    named,
)
from bioanchors.parameters.tree import Layer, node, paths_of, remove

NOT_INHERITED = ("title", "source", "note", "published", "adjusted", "extends", "drop")


def write_out_none(layer: Layer) -> None:
    """Make a table of ``none = 0.1``, once it has replaced the parent's."""
    short = layer.tree.get("none")
    if isinstance(short, int | float) and not isinstance(short, bool):
        layer.tree["none"] = {"probability": short}


def complete(layer: Layer) -> None:
    """Write out what is short for more in a file that extends none."""
    write_out_none(layer)
    spread(layer, {})


def merge(parent: Layer, child: Layer, forget: Container[str] = NOT_INHERITED) -> Layer:
    """Lay a child over its parent, of which some top-level keys are forgotten first.

    What the child does not reach is shared with the parent, not copied. What is wrong with the
    child's way of changing the parent is in the result's ``problems``.
    """
    spread(child, parent.tree)
    merged = Layer(
        {k: v for k, v in parent.tree.items() if k not in forget},
        {p: o for p, o in parent.origins.items() if p[0] not in forget},
        child.label,
        problems=child.problems,
        sources={p: text for p, text in parent.sources.items() if p[0] not in forget},
        replaced=dict(parent.replaced),
        unread=dict(parent.unread),
    )
    _overlay(merged, child, (), merged.tree, child.tree)
    merged.sources |= child.sources
    write_out_none(merged)
    return merged


def _overlay(
    base: Layer,
    child: Layer,
    path: KeyPath,
    target: dict[str, Any],
    source: Mapping[str, Any],
) -> None:
    """Lay one of the child's tables, at a path, over the base's, which is no one else's."""
    before = dict(target)
    family = named(path)
    for one_of in (tuple(SPEEDS), *(family.one_of if family is not None else ())) if path else ():
        if not source.keys().isdisjoint(one_of):
            for name in one_of:
                if name not in source:
                    _replace(base, (*path, name))
    if (
        family is not None
        and family.kinds
        and source.get("kind", target.get("kind")) != target.get("kind")
    ):
        for name in set(target) - {*family.common_keys(), *family.tables, *WORDS} | {"kind"}:
            remove(base, (*path, name))
    if path == ("none",) and source.get("probability") == 0:
        # Nothing is left to fall to what the parent has for the end.
        for name in set(target) - {"probability", *WORDS}:
            remove(base, (*path, name))
    words = parted_words(base, target, source, path)
    for key, value in source.items():
        here = (*path, key)
        if key in words:
            continue
        both_tables = isinstance(value, dict) and isinstance(target.get(key), dict)
        if both_tables and is_section(here):
            if here in child.origins:
                base.origins[here] = child.origins[here]
            target[key] = dict(target[key])
            _overlay(base, child, here, target[key], value)
        elif here in child.dotted and not is_section(here) and isinstance(value, dict):
            _change(base, child, here, before.get(key))
        else:
            _replace(base, here)
            _write(base, child, here, value)
    tell(base, path, [key for key in source if key not in WORDS], words)


def _replace(base: Layer, path: KeyPath) -> None:
    """Take a value away, and keep in mind what it was where it is a quantity."""
    present = node(base.tree, path)
    if remove(base, path) and key_at(path) is not None:
        base.replaced[path] = present


def _write(base: Layer, child: Layer, path: KeyPath, value: Any) -> None:
    node(base.tree, path[:-1])[path[-1]] = copy.deepcopy(value)
    if not isinstance(value, dict | list):
        if path in child.origins:
            base.origins[path] = child.origins[path]
        return
    base.origins.update({p: o for p, o in child.origins.items() if p[: len(path)] == path})


# Inside a distribution --------------------------------------------------------------------------


def _change(base: Layer, child: Layer, path: KeyPath, present: Any) -> None:
    """Change some arguments of the parent's distribution, by dotted keys or edits."""
    change = node(child.tree, path)
    if not isinstance(present, dict):
        if _is_whole(change) or (present is None and key_at(path) is None):
            _replace(base, path)
            _write(base, child, path, change)
            return
        what = "is not there" if present is None else found(present).replace("found", "is", 1)
        _refuse(base, child, path, f"{dotted(path)} {what}, so nothing can be set inside it")
        return
    # What is told of the source no longer holds of it all.
    kept = {key: value for key, value in present.items() if key not in WORDS}
    family = change.get("dist")
    if isinstance(family, str) and family != kept.get("dist") and family in FAMILIES:
        kept = {key: value for key, value in kept.items() if takes(FAMILIES[family], key)}
    if "file" in change:
        # What the file that was named before holds goes with it.
        kept = {key: value for key, value in kept.items() if key not in ("sha256", *READ)}
        base.unread.pop(path, None)
    kept = copy.deepcopy(kept)
    if _put_inside(base, child, path, path, kept):
        if key_at(path) is not None:
            base.replaced[path] = present
        node(base.tree, path[:-1])[path[-1]] = kept
        base.sources.pop(path, None)
        base.origins.update({p: o for p, o in child.origins.items() if p[: len(path)] == path})


def _is_whole(table: Mapping[str, Any]) -> bool:
    """Whether a table is a quantity of its own, rather than some arguments of one."""
    return any(name in ("dist", "value", "samples") or is_interval(name) for name in table)


def _put_inside(
    base: Layer, child: Layer, whole: KeyPath, path: KeyPath, table: dict[str, Any]
) -> bool:
    for key, value in node(child.tree, path).items():
        here = (*path, key)
        if here not in child.dotted:
            table[key] = copy.deepcopy(value)
        elif not isinstance(table.get(key), dict):
            _refuse(base, child, here, f"there is no table {key} inside {dotted(whole)}")
            return False
        elif not _put_inside(base, child, whole, here, table[key]):
            return False
    return True


def _refuse(base: Layer, child: Layer, path: KeyPath, message: str) -> None:
    """Note a problem at the first argument that dotted keys set inside a path."""
    while path in child.dotted:
        path = (*path, next(iter(node(child.tree, path))))
    base.problems.append(Problem(child.origin(path), dotted(path), message))


def drop(parent: Layer, child: Layer, whose: str = "the parent") -> list[Problem]:
    """Take away from the parent what the child's ``drop`` names; return what is wrong with it."""
    paths = child.tree.get("drop", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        return []  # what is wrong with it is told by its structure
    problems = []
    known = [dotted(path) for path in paths_of(parent.tree)]
    for i, path in enumerate(paths):
        origin = child.origin(("drop", i))
        gone = [parts for parts in _meant(parent, path) if remove(parent, parts)]
        for parts in gone:
            parent.origins |= {parts[:n]: origin for n in range(1, len(parts) + 1)}
        if gone:
            continue
        message = f"{found(path)}, which {whose} does not have{nearest(path, known)}"
        if path in known:
            message = f"{found(path)}, which is dropped already"
        problems.append(Problem(origin, f"drop[{i}]", message))
    return problems


def _meant(layer: Layer, path: str) -> list[KeyPath]:
    """Return the paths that a text names, of every table of a family where it says so."""
    parts = tuple(part.strip('"') if part == f'"{STAR}"' else part for part in path.split("."))
    for family in NAMED:
        size = len(family.path)
        if family.takes_star and parts[: size + 1] == (*family.path, STAR):
            tables = node(layer.tree, family.path)
            names = list(tables) if isinstance(tables, dict) else []
            return [(*family.path, name, *parts[size + 1 :]) for name in names]
    return [parts]
