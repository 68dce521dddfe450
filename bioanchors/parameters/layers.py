"""Parameter files as they are read and merged: a tree of values and where each was written."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bioanchors.parameters.dates import with_decimal_years
from bioanchors.parameters.keys import SPEEDS
from bioanchors.parameters.kinds import KINDS
from bioanchors.parameters.mistakes import what_is_wrong
from bioanchors.parameters.positions import KeyPath, dotted_tables, key_lines
from bioanchors.parameters.preset_files import preset_names, preset_path
from bioanchors.parameters.problems import (
    BadParameters,
    Origin,
    Problem,
    dotted,
    found,
    nearest,
)
from bioanchors.parameters.quantities import FAMILIES
from bioanchors.parameters.shape import key_at
from bioanchors.parameters.tables import Algorithms

LARGEST_FILE = 1_000_000
DEEPEST = 40
MOST_PARENTS = 50
NOT_INHERITED = ("title", "source", "note", "published", "extends", "drop")
WORDS = ("source", "note")
HYPOTHESES = "hypotheses"


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
    is_orphan: bool = False
    dotted: frozenset[KeyPath] = frozenset()
    sources: dict[KeyPath, str] = field(default_factory=dict)
    replaced: dict[KeyPath, Any] = field(default_factory=dict)

    def origin(self, path: Iterable[str | int]) -> Origin:
        """Where a path, or else the nearest table around it, was written."""
        parts = tuple(path)
        while parts:
            if parts in self.origins:
                return self.origins[parts]
            parts = parts[:-1]
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
    extends = layer.tree.get("extends")
    if extends is None:
        if "drop" in layer.tree:
            origin = layer.origin(("drop",))
            layer.problems = [Problem(origin, "drop", "needs extends, which this file lacks")]
        layer.chain = [label]
        complete(layer)
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
    merged.problems = [*problems, *merged.problems, *parent.problems]
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
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        told = what_is_wrong(text, line, str(error))
        if told is not None:
            raise _bad(Origin(label, told[0]), "", told[1]) from None
        # Only the place is told: the file may be anything, and none of it is to be echoed.
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
    return Layer(with_decimal_years(tree), origins, label, dotted=dotted_tables(text))


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


def complete(layer: Layer) -> None:
    """Write out what is short for more in a file that extends none."""
    write_out_none(layer)
    spread(layer, {})


def is_section(path: KeyPath) -> bool:
    """Whether a table is merged key by key; anything deeper is a value and replaced whole."""
    if len(path) == 3:
        return path[0] == "hypotheses" and path[2] == "algorithms"
    if len(path) == 2:
        return path[0] == "hypotheses"
    return len(path) <= 1


def merge(parent: Layer, child: Layer, forget: Container[str] = NOT_INHERITED) -> Layer:
    """Lay a child over its parent, of which some top-level keys are forgotten first.

    What is wrong with the child's way of changing the parent is in the result's ``problems``.
    """
    spread(child, parent.tree)
    merged = Layer(
        {k: v for k, v in copy.deepcopy(parent.tree).items() if k not in forget},
        {p: o for p, o in parent.origins.items() if p[0] not in forget},
        child.label,
        problems=child.problems,
        sources={p: text for p, text in parent.sources.items() if p[0] not in forget},
        replaced=dict(parent.replaced),
    )
    _overlay(merged, child, ())
    merged.sources |= child.sources
    write_out_none(merged)
    return merged


def _overlay(base: Layer, child: Layer, path: KeyPath) -> None:
    target, source = node(base.tree, path), node(child.tree, path)
    assert isinstance(target, dict)
    assert isinstance(source, dict)
    before = dict(target)
    if path and not source.keys().isdisjoint(SPEEDS):
        for name in SPEEDS:
            if name not in source:
                _replace(base, (*path, name))
    if len(path) == 2 and "kind" in source and source["kind"] != target.get("kind"):
        for name in set(target) - {"weight", "algorithms", *WORDS}:
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
            _overlay(base, child, here)
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
    if not path or path == (HYPOTHESES,):
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
        kept = {key: value for key, value in kept.items() if key in FAMILIES[family].model_fields}
    kept = copy.deepcopy(kept)
    if _put_inside(base, child, path, path, kept):
        if key_at(path) is not None:
            base.replaced[path] = present
        node(base.tree, path[:-1])[path[-1]] = kept
        base.sources.pop(path, None)
        base.origins.update({p: o for p, o in child.origins.items() if p[: len(path)] == path})


def _is_whole(table: Mapping[str, Any]) -> bool:
    """Whether a table is a quantity of its own, rather than some arguments of one."""
    return any(name in ("dist", "value") or name.startswith("ci") for name in table)


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


# Every hypothesis -------------------------------------------------------------------------------


def spread(layer: Layer, inherited: Mapping[str, Any]) -> None:
    """Write out what a file says of every hypothesis, ``[hypotheses."*"]``, in place.

    It goes to every hypothesis, the file's own or inherited, whose kind has the key and of which
    the file says nothing else. What is wrong with it goes to the layer's ``problems``.

    Parameters
    ----------
    layer
        The file.
    inherited
        Its parent's tree.
    """
    named = layer.tree.get(HYPOTHESES)
    if not isinstance(named, dict) or STAR not in named:
        return
    above = (HYPOTHESES, STAR)
    star = named.pop(STAR)
    if not isinstance(star, dict):
        message = f"{found(star)}; allowed: a table, as [{dotted(above)}]"
        layer.problems.append(Problem(layer.origin(above), dotted(above), message))
        return
    parents = inherited.get(HYPOTHESES)
    names = [
        name
        for name in dict.fromkeys([*(parents if isinstance(parents, dict) else ()), *named])
        if isinstance(named.get(name, {}), dict)
    ]
    own = {name: copy.deepcopy(named.get(name, {})) for name in names}
    kinds = {
        name: own[name].get("kind", node(inherited, (HYPOTHESES, name, "kind"))) for name in names
    }
    for inside, keys in _star_tables(star):
        words = _words_of(keys)
        for key in (key for key in keys if key not in words):
            path = (*above, *inside, key)
            if key in WORDS:
                message = f"{found(keys[key])}; allowed: text in quotes"
                layer.problems.append(Problem(layer.origin(path), dotted(path), message))
                continue
            told = [name for name in names if key in _keys_of(kinds[name], inside)]
            if not told:
                _refuse_star(layer, path, kinds.values(), inside)
            free = [name for name in told if _says_nothing(node(own[name], inside), key)]
            places = [(HYPOTHESES, name, *inside) for name in free]
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


STAR = "*"
"""Stands for every hypothesis."""


def _star_tables(star: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    inner = star.get("algorithms")
    if isinstance(inner, dict):
        yield (), {key: value for key, value in star.items() if key != "algorithms"}
        yield ("algorithms",), inner
    else:
        yield (), star


def _keys_of(kind: Any, inside: tuple[str, ...]) -> list[str]:
    """Keys that a hypothesis of a kind may be given for being one of all."""
    if inside:
        return [name for name in Algorithms.model_fields if name not in WORDS]
    own = KINDS[kind].own if isinstance(kind, str) and kind in KINDS else ()
    return ["weight", "algorithms", *own]


def _refuse_star(
    layer: Layer, path: KeyPath, kinds: Iterable[Any], inside: tuple[str, ...]
) -> None:
    known = list(dict.fromkeys(key for kind in kinds for key in _keys_of(kind, inside)))
    message = "there is no hypothesis for it to stand for"
    if known:
        near = nearest(str(path[-1]), known)
        message = f"no hypothesis here has such a key; allowed: {', '.join(known)}{near}"
    layer.problems.append(Problem(layer.origin(path), dotted(path), message))


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
    layer.sources = {p: s for p, s in layer.sources.items() if p[: len(path)] != path}
    return True


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
    """Return the paths that a text names, of every hypothesis where it says so."""
    parts = tuple(part.strip('"') if part == f'"{STAR}"' else part for part in path.split("."))
    if parts[:2] != (HYPOTHESES, STAR):
        return [parts]
    return [(HYPOTHESES, name, *parts[2:]) for name in list(layer.tree.get(HYPOTHESES, {}))]


def paths_of(tree: Mapping[str, Any], prefix: KeyPath = ()) -> Iterator[KeyPath]:
    """All paths of tables and keys in a tree, lists not entered."""
    for key, value in tree.items():
        yield (*prefix, key)
        if isinstance(value, dict):
            yield from paths_of(value, (*prefix, key))
