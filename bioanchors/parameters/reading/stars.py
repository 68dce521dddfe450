"""What a file says of every table of a family, `[hypotheses."*"]`, written out."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from bioanchors.model.keys import SPEEDS
from bioanchors.parameters.problems import Problem, dotted, found, nearest
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.sources import tell, words_of
from bioanchors.parameters.shape import (
    NAMED,
    STAR,
    WORDS,
    Family,
    field_names,
)
from bioanchors.parameters.tree import Layer, node


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
        words = words_of(keys)
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
            tell(layer, place, [str(path[-1])], words)
    layer.origins |= {(*to, *inner): origins[inner] for to in filled for inner in origins}
    layer.dotted |= {(*to, *inner) for to in filled for inner in dots}


def _star_tables(
    star: dict[str, Any], family: Family
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield what is said of every one by the table inside of each in which it belongs."""
    inner = [name for name in family.sections if isinstance(star.get(name), dict)]
    named = {
        (key, name): table
        for key in family.families
        for name, table in (star[key] if _holds_tables(star.get(key)) else {}).items()
    }
    apart = {*inner, *(key for key, _ in named)}
    yield (), {key: value for key, value in star.items() if key not in apart}
    for name in inner:
        yield (name,), star[name]
    yield from named.items()


def _holds_tables(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(table, dict) for table in value.values())


def _keys_of(family: Family, kind: Any, inside: tuple[str, ...]) -> list[str]:
    """Keys that a table of a kind may be given for being one of all."""
    if inside:
        return field_names((*family.path, STAR, *inside))
    values = [name for name in family.common_keys() if name != "kind"]
    return [*values, *family.keys_of(kind), *family.tables]


def _refuse_star(layer: Layer, path: KeyPath, family: Family, known: list[str]) -> None:
    message = f"there is no {family.one} for it to stand for"
    if known:
        near = nearest(str(path[-1]), known)
        allowed = f"{', '.join(known)}{near}"
        message = f"no {family.one} here has such a key; allowed: {allowed}"
    layer.problems.append(Problem(layer.origin(path), dotted(path), message))
