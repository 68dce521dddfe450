"""From a merged tree to its tables; what differs from one that was checked, alone read anew."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.checks.words import locate, tell
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.table_files import unread_tables
from bioanchors.parameters.shape import (
    family_at,
    is_section,
    value_path,
)
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tree import Layer, node

Model = TypeVar("Model", bound=BaseModel)


def tell_unread(checker: Checker) -> None:
    """Tell of the files of numbers that could not be read, where nothing has replaced them."""
    for path, problem in checker.layer.unread.items():
        if any(path == at for at, _ in unread_tables(checker.layer.tree)):
            checker.problems.append(problem)
            checker.told.add(value_path(path))


@dataclass(frozen=True)
class Checked:
    """A tree that is free of problems.

    Attributes
    ----------
    tree, tables
        The tree and its tables.
    quantities
        Value of each of its quantities, by path.
    """

    tree: dict[str, Any]
    tables: Tables
    quantities: Mapping[KeyPath, object]


def read_structure(checker: Checker, before: Checked | None = None) -> Tables | None:
    """Return the tables, without the values that are wrong in themselves, which are told.

    What the tree shares with one that was checked before is not checked again.
    """
    if before is not None and not checker.told:
        tables = patched(before, checker.layer.tree)
        if tables is not None:
            return tables
    tree = copy.deepcopy(checker.layer.tree)
    _check_numbers(checker, tree, ())
    for _ in range(5):
        try:
            return Tables.model_validate(tree)
        except ValidationError as error:
            # What is wrong is told and taken out, so that the rest is still checked. What is
            # missing may be what an unknown key was meant for, so unknown keys come first.
            details = error.errors(include_url=False, include_context=True)
            said: set[KeyPath] = set()  # a number or a matrix: one word for both
            for detail in sorted(details, key=lambda detail: detail["type"] != "extra_forbidden"):
                place = locate(tree, detail["loc"], detail["type"])
                if detail["type"] == "list_type" and place in said:
                    continue
                said.add(place)
                tell(checker, tree, detail)
            for path in sorted(checker.told, key=len, reverse=True):
                _delete(tree, path)
    return None


def patched(before: Checked, tree: Mapping[str, Any]) -> Tables | None:
    """Return the tables of a tree, of which only what differs from one before is read anew.

    None where something of that is wrong.
    """
    with suppress(ValidationError, _OddNumberError):
        return _patched(before.tables, tree, before.tree, ())
    return None


class _OddNumberError(Exception):
    """A number that no key can hold."""


def _patched(
    model: Model, tree: Mapping[str, Any], before: Mapping[str, Any], path: KeyPath
) -> Model:
    """Return the table of a tree before, with what is another object in a new tree read anew.

    Raises
    ------
    ValidationError, _OddNumberError
        If something of it is wrong.
    """
    update: dict[str, Any] = dict.fromkeys(before.keys() - tree.keys())
    part: dict[str, Any] = {}
    for key, value in tree.items():
        if key in before and value is before[key]:
            continue
        here, old = (*path, key), getattr(model, key, None)
        family = family_at(here)
        if not isinstance(value, dict):
            part[key] = value
        elif family is not None:
            were = before.get(key, {})
            update[key] = {
                name: _patched(old[name], table, were[name], (*here, name))
                if old is not None and name in old and isinstance(table, dict)
                else family.model.model_validate(table)
                for name, table in value.items()
            }
        elif is_section(here) and isinstance(old, BaseModel):
            update[key] = _patched(old, value, before[key], here)
        else:
            part[key] = value
    if part:
        if _has_odd_number(part):
            raise _OddNumberError
        read = type(model).model_validate(part)
        update |= {key: getattr(read, key) for key in part}
    return model.model_copy(update=update) if update else model


def _has_odd_number(value: Any) -> bool:
    probe = Checker(Layer({}, {}, ""))
    _check_numbers(probe, value, ("",))
    return bool(probe.problems)


def _check_numbers(checker: Checker, value: Any, path: KeyPath) -> None:
    """Tell numbers that no key can hold, wherever they stand, before pydantic meets them."""
    items: list[tuple[str | int, Any]]
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return
    for key, child in items:
        here = (*path, key)
        if isinstance(child, float) and not math.isfinite(child):
            word = "nan" if math.isnan(child) else f"{child}"
            checker.add(here, f"found {word}; allowed: a finite number")
            checker.told.add(value_path(here))
        elif isinstance(child, int) and abs(child) > 10**300:
            checker.add(here, "found an integer of over 300 digits; allowed: a smaller number")
            checker.told.add(value_path(here))
        else:
            _check_numbers(checker, child, here)
    if not path:
        for bad in checker.told:
            _delete(value, bad)


def _delete(tree: Any, path: KeyPath) -> None:
    table = node(tree, path[:-1])
    if isinstance(table, dict):
        table.pop(path[-1], None)
