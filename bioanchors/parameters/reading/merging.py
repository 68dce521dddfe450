"""A file laid over its parent, or an edit over a file: what replaces, changes and drops what."""

from __future__ import annotations

import copy
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from bioanchors.model.keys import SPEEDS
from bioanchors.parameters.problems import Problem, dotted, found, nearest
from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.quantities.interval_specs import is_interval, takes
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.table_files import READ
from bioanchors.parameters.shape import (
    NAMED,
    STAR,
    WORDS,
    Family,
    family_at,
    field_names,
    is_section,
    key_at,
    named,
)
from bioanchors.parameters.tree import Layer, node, paths_of, remove

NOT_INHERITED = ("title", "source", "note", "published", "extends", "drop")


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
    if path and not source.keys().isdisjoint(SPEEDS):
        for name in SPEEDS:
            if name not in source:
                _replace(base, (*path, name))
    family = named(path)
    if (
        family is not None
        and family.kinds
        and source.get("kind", target.get("kind")) != target.get("kind")
    ):
        for name in set(target) - {*family.common_keys(), *WORDS} | {"kind"}:
            remove(base, (*path, name))
    if path == ("none",) and source.get("probability") == 0:
        # Nothing is left to fall to what the parent has for the end.
        for name in set(target) - {"probability", *WORDS}:
            remove(base, (*path, name))
    words = _parted_words(base, target, source, path)
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
    _tell(base, path, [key for key in source if key not in WORDS], words)


def _replace(base: Layer, path: KeyPath) -> None:
    """Take a value away, and keep in mind what it was where it is a quantity."""
    present = node(base.tree, path)
    if remove(base, path) and key_at(path) is not None:
        base.replaced[path] = present


def _write(base: Layer, child: Layer, path: KeyPath, value: Any) -> None:
    node(base.tree, path[:-1])[path[-1]] = copy.deepcopy(value)
    base.origins.update({p: o for p, o in child.origins.items() if p[: len(path)] == path})


# Sources ----------------------------------------------------------------------------------------


def _parted_words(
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
    inherited = _words_of(target)
    _tell(base, path, kept, inherited)
    for word in inherited:
        remove(base, (*path, word))
    return _words_of(source) if kept else {}


def _words_of(table: Mapping[str, Any]) -> dict[str, str]:
    return {word: table[word] for word in WORDS if isinstance(table.get(word), str)}


def _tell(base: Layer, path: KeyPath, names: Iterable[str], words: Mapping[str, str]) -> None:
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


# Every table of a family --------------------------------------------------------------------------


def spread(layer: Layer, inherited: Mapping[str, Any]) -> None:
    """Write out what a file says of every table of a family, ``[hypotheses."*"]``, in place.

    It goes to every one, the file's own or inherited, whose kind has the key and of which the file
    says nothing else. What is wrong with it goes to the layer's ``problems``.

    Parameters
    ----------
    layer
        The file.
    inherited
        Its parent's tree.
    """
    for family in NAMED:
        own = node(layer.tree, family.path)
        if family.takes_star and isinstance(own, dict) and STAR in own:
            _spread(layer, inherited, family, own)


def _spread(
    layer: Layer, inherited: Mapping[str, Any], family: Family, tables: dict[str, Any]
) -> None:
    above = (*family.path, STAR)
    star = tables.pop(STAR)
    if not isinstance(star, dict):
        message = f"{found(star)}; allowed: a table, as [{dotted(above)}]"
        layer.problems.append(Problem(layer.origin(above), dotted(above), message))
        return
    parents = node(inherited, family.path)
    names = [
        name
        for name in dict.fromkeys([*(parents if isinstance(parents, dict) else ()), *tables])
        if isinstance(tables.get(name, {}), dict)
    ]
    own = {name: copy.deepcopy(tables.get(name, {})) for name in names}
    kinds = {
        name: own[name].get("kind", node(inherited, (*family.path, name, "kind"))) for name in names
    }
    for inside, keys in _star_tables(star, family):
        words = _words_of(keys)
        for key in (key for key in keys if key not in words):
            path = (*above, *inside, key)
            if key in WORDS:
                message = f"{found(keys[key])}; allowed: text in quotes"
                layer.problems.append(Problem(layer.origin(path), dotted(path), message))
                continue
            told = [name for name in names if key in _keys_of(family, kinds[name], inside)]
            if not told:
                known = [each for kind in kinds.values() for each in _keys_of(family, kind, inside)]
                _refuse_star(layer, path, family, list(dict.fromkeys(known)))
            free = [name for name in told if _says_nothing(node(own[name], inside), key)]
            places = [(*family.path, name, *inside) for name in free]
            _copy_to(layer, places, path, keys[key], words)


def _says_nothing(table: Any, key: str) -> bool:
    """Whether a table leaves a key, or the speed of a trend in any unit, open."""
    same = SPEEDS if key in SPEEDS else (key,)
    return not (isinstance(table, dict) and not table.keys().isdisjoint(same))


def _copy_to(
    layer: Layer, tables: list[KeyPath], path: KeyPath, value: Any, words: Mapping[str, str]
) -> None:
    """Copy a value, which was written at a path, into tables, with the lines of the original."""
    size = len(path)
    origins = {p[size:]: o for p, o in layer.origins.items() if p[:size] == path}
    dots = [p[size:] for p in layer.dotted if p[:size] == path]
    filled = []
    for place in tables:
        table: Any = layer.tree
        for part in place:
            table = table.setdefault(part, {}) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[path[-1]] = copy.deepcopy(value)
            filled.append((*place, path[-1]))
            _tell(layer, place, [str(path[-1])], words)
    layer.origins |= {(*to, *inner): origins[inner] for to in filled for inner in origins}
    layer.dotted |= {(*to, *inner) for to in filled for inner in dots}


def _star_tables(
    star: dict[str, Any], family: Family
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    inner = [name for name in family.sections if isinstance(star.get(name), dict)]
    yield (), {key: value for key, value in star.items() if key not in inner}
    for name in inner:
        yield (name,), star[name]


def _keys_of(family: Family, kind: Any, inside: tuple[str, ...]) -> list[str]:
    """Keys that a table of a kind may be given for being one of all."""
    if inside:
        return field_names((*family.path, STAR, *inside))
    return [*(name for name in family.common_keys() if name != "kind"), *family.keys_of(kind)]


def _refuse_star(layer: Layer, path: KeyPath, family: Family, known: list[str]) -> None:
    message = f"there is no {family.one} for it to stand for"
    if known:
        near = nearest(str(path[-1]), known)
        allowed = f"{', '.join(known)}{near}"
        message = f"no {family.one} here has such a key; allowed: {allowed}"
    layer.problems.append(Problem(layer.origin(path), dotted(path), message))


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
