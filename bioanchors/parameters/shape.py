"""What the tables of a parameter file may hold at a path, whether or not a file has it.

The classes in ``tables.py`` say which keys there are. ``NAMED`` says where a file gives tables
names of its own. Merging, dropping, ``--set``, messages, the resolved text, comparisons and groups
read both from here, so that another family is its class of keys and its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bioanchors.model.keys import Key
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.spec import BASE
from bioanchors.model.trends.interventions import ACTIONS
from bioanchors.parameters.quantities.families import is_value
from bioanchors.parameters.quantities.specs import Spec
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.years import YearMark

STAR = "*"
"""Stands for every table of a family."""

WORDS = ("source", "note")
"""Keys that any table and any quantity may have."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
NAME_WORDS = "a name of 1 to 60 letters, digits, _ and -"

YEAR_TABLES = ("published", "adjusted")


@dataclass(frozen=True, slots=True)
class Family:
    """Tables to which a file gives names of its own.

    Attributes
    ----------
    path
        Where they stand; ``*`` is for the name of a table of a family around them.
    one
        What one of them is, in messages.
    sections
        Tables inside each that merge key by key; at the top such a table is for all of them.
    kinds
        Where keys depend on a table's ``kind``: those of each kind.
    reserved
        Names that are taken.
    takes_star
        Whether a file may say something of every one, ``[family."*"]``.
    listed
        Key of the list beside in which they may stand without names.
    one_of
        Keys of which each has one: one that a file gives replaces the others of its parent.
    """

    path: tuple[str, ...]
    one: str
    sections: tuple[str, ...] = ()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reserved: tuple[str, ...] = ()
    takes_star: bool = False
    listed: str | None = None
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def model(self) -> type[BaseModel]:
        """The class of keys of each."""
        model = model_at((*self.path, STAR))
        if model is None:
            raise LookupError(f"no class of keys for {'.'.join(self.path)}")
        return model

    @property
    def families(self) -> tuple[str, ...]:
        """Keys of families of named tables inside each."""
        return tuple(each.path[-1] for each in NAMED if each.path[:-1] == (*self.path, STAR))

    def common_keys(self) -> list[str]:
        """Keys of values that a table of any kind may have, source and note aside."""
        apart = {*(key for own in self.kinds.values() for key in own), *WORDS, *self.tables}
        return [name for name in self.model.model_fields if name not in apart]

    @property
    def tables(self) -> tuple[str, ...]:
        """Keys of tables that a table of any kind may have."""
        return (*self.sections, *self.families)

    def keys_of(self, kind: object) -> list[str]:
        """Keys that only a table of this kind has."""
        return list(self.kinds.get(kind, ())) if isinstance(kind, str) else []


NAMED = (
    Family(
        ("hypotheses",),
        "hypothesis",
        sections=("algorithms",),
        kinds={name: tuple(kind.own) for name, kind in REQUIREMENTS.items()},
        reserved=("none", "year", "probability", "standard_error"),
        takes_star=True,
    ),
    Family(("hypotheses", STAR, "factors"), "factor"),
    Family(("research",), "trend"),
    Family(("changes",), "change"),
    Family(("algorithms", "sizes"), "size"),
    Family(("lag", "delays"), "delay"),
    Family(
        ("interventions",),
        "intervention",
        one_of=(("until_year", "years"), tuple(ACTIONS)),
    ),
    Family(("milestones",), "milestone", reserved=(BASE,)),
    Family(("evidence", "observations"), "observation", listed="observation"),
    Family(("evidence", "insufficient_runs"), "run", listed="insufficient_run"),
)
"""Every family of named tables."""


def _places() -> dict[str, Any]:
    """Return the tables below the top that merge key by key, each in the one around it."""
    root: dict[str, Any] = {}
    for family in NAMED:
        here = root
        for part in (*family.path, STAR):
            here = here.setdefault(part, {})
        for name in family.sections:
            here.setdefault(name, {})
    return root


_PLACES = _places()


# Paths ------------------------------------------------------------------------------------------


def is_section(path: KeyPath) -> bool:
    """Whether a table is merged key by key; anything deeper is a value and replaced whole."""
    if len(path) <= 1:
        return True
    here: Any = _PLACES
    for part in path:
        here = here.get(part, here.get(STAR))
        if here is None:
            return False
    return True


def pattern(path: KeyPath) -> tuple[str, ...]:
    """Return a path with ``*`` for the names that files give, places in lists left out."""
    here: Any = _PLACES
    parts = []
    for part in path:
        if isinstance(part, int):
            continue
        if part not in here and STAR in here:
            part = STAR
        parts.append(part)
        here = here.get(part, {})
    return tuple(parts)


def family_at(path: KeyPath) -> Family | None:
    """Return the family that stands at a path, all of its tables together, if one does."""
    found = pattern(path)
    return next((family for family in NAMED if family.path == found), None)


def named(path: KeyPath) -> Family | None:
    """Return the family of which a path is one table, if it is."""
    return family_at(path[:-1]) if path else None


def family_of(path: KeyPath) -> Family | None:
    """Return the family into one of whose tables a path leads, the innermost, if it does."""
    tables = (named(path[:size]) for size in range(len(path), 0, -1))
    return next((family for family in tables if family is not None), None)


def listed_at(path: KeyPath) -> Family | None:
    """Return the family whose tables may stand, without names, in the list at a path."""
    lists = ((family, (*family.path[:-1], family.listed)) for family in NAMED)
    return next((family for family, place in lists if place == path), None)


def value_path(path: KeyPath) -> KeyPath:
    """Return the path of the whole value (a quantity, say, or a list) in which a path leads."""
    for size in range(1, len(path) + 1):
        if size < len(path) and isinstance(path[size], int):
            return path[:size]
        if not is_section(path[:size]):
            return path[:size]
    return path


def has_header(path: KeyPath) -> bool:
    """Whether a table is written under a header of its own, rather than as one value."""
    if len(path) <= 1 or path[0] in YEAR_TABLES:
        return len(path) <= 2
    return family_at(path) is not None or named(path) is not None


def shared_path(path: KeyPath) -> tuple[str, ...]:
    """Return the pattern of a path, or what holds for a whole family where that may stand there.

    Examples
    --------
    >>> shared_path(("hypotheses", "genome", "algorithms", "max_oom"))
    ('algorithms', 'max_oom')
    """
    parts = pattern(path)
    family = family_of(path)
    inside = parts[len(family.path) + 1 :] if family is not None else ()
    in_section = family is not None and len(inside) > 1 and inside[0] in family.sections
    return inside if in_section else parts


# Classes ----------------------------------------------------------------------------------------


@cache
def _field(parts: tuple[str, ...]) -> FieldInfo | None:
    model: type[BaseModel] | None = Tables
    info = None
    for part in parts:
        if part == STAR:
            continue
        info = model.model_fields.get(part) if model is not None else None
        if info is None:
            return None
        model = next(models_in(info.annotation), None)
    return info


def field_at(path: KeyPath) -> FieldInfo | None:
    """Return the field at a path of keys and indices, any name standing for one of a family."""
    return _field(pattern(path))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the tables that a field holds, in a list or by name or itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from models_in(each)


def model_at(path: KeyPath) -> type[BaseModel] | None:
    """Return the class of the table at a path, or None where no table, or one of names, stands."""
    if not path:
        return Tables
    info = field_at(path)
    if info is None or family_at(path) is not None:
        return None
    model = next(models_in(info.annotation), None)
    return None if model is None or issubclass(model, Spec) else model


def field_names(path: KeyPath) -> list[str]:
    """Return the keys of the table at a path, source and note aside; none where none stands."""
    model = model_at(path)
    return [name for name in model.model_fields if name not in WORDS] if model is not None else []


@lru_cache(maxsize=65536)
def key_at(path: KeyPath) -> Key | None:
    """Return the key of the quantity at a path, or None where no quantity may stand."""
    info = field_at(path)
    marks = info.metadata if info is not None else []
    return next((mark for mark in marks if isinstance(mark, Key)), None)


def year_at(path: KeyPath) -> YearMark | None:
    """Return what sort of year may stand at a path, or None where none may."""
    whole = value_path(path)
    key = key_at(whole)
    if key is not None:
        return YearMark() if key.unit == "year" and is_value(path[len(whole) :]) else None
    info = field_at(path)
    if info is None:
        return None
    return next((mark for mark in _marks(info.annotation) if isinstance(mark, YearMark)), None)


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for each in get_args(annotation):
        yield from _marks(each)


# Validated tables -------------------------------------------------------------------------------


def named_tables(tables: BaseModel, family: Family) -> Iterator[tuple[KeyPath, BaseModel]]:
    """Yield path and table of each of a family that a file has, in its order."""
    yield from _below(tables, (), (*family.path, STAR))


def _below(
    value: Any, path: KeyPath, parts: tuple[str, ...]
) -> Iterator[tuple[KeyPath, BaseModel]]:
    if value is None:
        return
    if not parts:
        yield path, value
    elif parts[0] == STAR:
        for name, table in value.items():
            yield from _below(table, (*path, name), parts[1:])
    else:
        yield from _below(getattr(value, parts[0], None), (*path, parts[0]), parts[1:])


def quantities(tables: Tables) -> Iterator[tuple[KeyPath, float | Spec, Key]]:
    """Yield path, value and key of every quantity that is given: at the top, then by family."""
    for name in type(tables).model_fields:
        yield from _quantities_of(getattr(tables, name), (name,))
    for family in NAMED:
        for path, table in named_tables(tables, family):
            yield from _quantities_of(table, path)
            for name in family.sections:
                yield from _quantities_of(getattr(table, name), (*path, name))


def _quantities_of(table: object, path: KeyPath) -> Iterator[tuple[KeyPath, float | Spec, Key]]:
    if not isinstance(table, BaseModel):
        return
    for name, key in _keys_in(type(table)):
        value = getattr(table, name)
        if value is not None:
            yield (*path, name), value, key


@cache
def _keys_in(model: type[BaseModel]) -> tuple[tuple[str, Key], ...]:
    return tuple(
        (name, mark)
        for name, info in model.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Key)
    )


def bare(value: Any) -> Any:
    """Return a value without sources and notes; a number alone where that is all there is."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    left = {key: bare(item) for key, item in value.items() if key not in WORDS}
    return left["value"] if set(left) == {"value"} else left
