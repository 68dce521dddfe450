"""What the tables of a parameter file may hold at a path, whether or not a file has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bioanchors.model.keys import Key
from bioanchors.parameters.positions import KeyPath
from bioanchors.parameters.tables import Tables, YearMark


def field_at(path: KeyPath) -> FieldInfo | None:
    """Return the field at a path of keys and indices, any name standing for a hypothesis."""
    model: type[BaseModel] | None = Tables
    info = None
    parts = [part for part in path if isinstance(part, str)]
    if parts[:1] == ["hypotheses"]:
        del parts[1:2]
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
