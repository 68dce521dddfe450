"""What the tables of a parameter file may hold at a path, whether or not a file has it.

Families of named tables stand here once: what merges, drops, sets, checks or shows them asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bioanchors.model.keys import Key
from bioanchors.parameters.positions import KeyPath
from bioanchors.parameters.tables import Tables, YearMark


@dataclass(frozen=True, slots=True)
class Family:
    """Tables of one sort, each by a name of its own.

    Attributes
    ----------
    path
        Of the table that holds them.
    one
        What one of them is called.
    sections
        Tables inside of each that are merged key by key, as they themselves are.
    """

    path: tuple[str, ...]
    one: str
    sections: tuple[str, ...] = ()


NAMED = (
    Family(("hypotheses",), "hypothesis", ("algorithms",)),
    Family(("changes",), "change"),
    Family(("evidence", "observations"), "observation"),
    Family(("evidence", "insufficient_runs"), "run"),
)
"""The families of named tables."""


def family_of(path: KeyPath) -> Family | None:
    """Return the family into one of whose tables a path leads, if it does."""
    for family in NAMED:
        if len(path) > len(family.path) and path[: len(family.path)] == family.path:
            return family
    return None


def is_section(path: KeyPath) -> bool:
    """Whether a table is merged key by key; anything deeper is a value and replaced whole."""
    if len(path) <= 1 or any(path == family.path[: len(path)] for family in NAMED):
        return True
    family = family_of(path)
    if family is None:
        return False
    inside = path[len(family.path) + 1 :]
    return not inside or (len(inside) == 1 and inside[0] in family.sections)


def value_path(path: KeyPath) -> KeyPath:
    """Return the path of the whole value, a quantity or a list, at or in which a path is."""
    if path[0] == "correlations":
        return path[:1]
    depth = max(n for n in range(len(path) + 1) if is_section(path[:n]))
    return path[: depth + 1]


def field_at(path: KeyPath) -> FieldInfo | None:
    """Return the field at a path of keys and indices, any name standing for one of a family."""
    model: type[BaseModel] | None = Tables
    info = None
    family = family_of(path)
    named = -1 if family is None else len(family.path)
    parts = [part for i, part in enumerate(path) if isinstance(part, str) and i != named]
    for part in parts:
        info = model.model_fields.get(part) if model is not None else None
        if info is None:
            return None
        model = next(models_in(info.annotation), None)
    return info


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the tables that a field holds, in a list or by name or itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from models_in(each)


def key_at(path: KeyPath) -> Key | None:
    """Return the key of the quantity at a path, or None where no quantity may stand."""
    info = field_at(path)
    marks = info.metadata if info is not None else []
    return next((mark for mark in marks if isinstance(mark, Key)), None)


def year_at(path: KeyPath) -> YearMark | None:
    """Return what sort of year may stand at a path, or None where none may."""
    info = field_at(path)
    if info is None:
        return None
    return next((mark for mark in _marks(info.annotation) if isinstance(mark, YearMark)), None)


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for each in get_args(annotation):
        yield from _marks(each)
