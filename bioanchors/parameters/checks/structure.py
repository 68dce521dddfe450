"""The structure of a merged tree: what pydantic says of it, in our words."""

from __future__ import annotations

import copy
import datetime as dt
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bioanchors.parameters.problems import Problem, closest, dotted, found, nearest, number
from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.quantities.interval_specs import (
    INTERVAL_WORDS,
    USUAL_INTERVALS,
    is_interval,
)
from bioanchors.parameters.reading.numbers_meant import number_meant
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.table_files import unread_tables
from bioanchors.parameters.shape import (
    WORDS,
    family_at,
    is_section,
    key_at,
    listed_at,
    model_at,
    named,
    value_path,
    year_at,
)
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tree import Layer, node

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Checker:
    """Collects problems of one merged layer.

    Attributes
    ----------
    layer
        What is checked.
    problems, warnings
        What was noted.
    told
        Paths about which all has been said: values that are wrong in themselves, and keys that
        a misspelt one was meant for.
    """

    layer: Layer
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    told: set[KeyPath] = field(default_factory=set)

    def add(self, path: KeyPath, message: str) -> None:
        """Note a problem at a key."""
        self.problems.append(Problem(self.layer.origin(path), dotted(path), message))

    def is_told(self, path: KeyPath) -> bool:
        """Whether all has been said about a path, or about a table around it."""
        return any(path[: i + 1] in self.told for i in range(len(path)))

    def missing(self, path: KeyPath, what: str) -> None:
        """Note a missing key, unless all has been said about it."""
        if not self.is_told(path):
            self.add(path, f"missing; needed: {what}")

    def conflict(
        self, first: tuple[KeyPath, float, str], second: tuple[KeyPath, float, str]
    ) -> None:
        """Note that two values exclude each other, at the one that was written last.

        Each comes with the word for how it would have to stand to the other.
        """
        first_age, second_age = (
            self.layer.age(self.layer.origin(p)) for p, _, _ in (first, second)
        )
        if second_age < first_age:
            first, second = second, first
        (path, value, word), (other, limit, _) = first, second
        self.add(
            path, f"found {number(value)}; allowed: {word} {other[-1]}, which is {number(limit)}"
        )


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
                place = _locate(tree, detail["loc"], detail["type"])
                if detail["type"] == "list_type" and place in said:
                    continue
                said.add(place)
                _tell(checker, tree, detail)
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


def _tell(checker: Checker, tree: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    path = _locate(tree, detail["loc"], detail["type"])
    value, kind, context = detail["input"], detail["type"], detail.get("ctx", {})
    if kind == "missing" and path in checker.told:
        return
    checker.told.add(path if kind == "extra_forbidden" else value_path(path))
    if kind == "extra_forbidden":
        known = _known_keys(tree, path)
        meant = closest(str(path[-1]), known)
        if meant is not None and node(tree, (*path[:-1], meant)) is None:
            checker.told.add((*path[:-1], meant))
        what = "unknown argument" if _inside_quantity(path) else "unknown key"
        message = f"{what}; allowed: {_listed(known)}{nearest(str(path[-1]), known)}"
    elif kind == "missing":
        message = "missing; needed by this distribution"
    elif kind.startswith("union_tag"):
        message = _untagged(value) + _with_a_dot(path, value)
    elif kind == "literal_error":
        allowed = str(context["expected"]).replace("'", '"').replace(" or ", ", ")
        names = re.findall(r'"([^"]*)"', allowed)
        near = nearest(value, names) if isinstance(value, str) else ""
        message = f"{found(value)}; allowed: {allowed}{near}"
    else:
        quoted = isinstance(value, str) and _is_number(value)
        message = f"{found(value)}; allowed: {_allowed(path, kind, context, quoted)}"
        if kind == "int_type" and isinstance(value, dt.date) and year_at(path) is not None:
            message += ", 2030, or its first day, 2030-01-01"
    if isinstance(value, str) and kind in ("union_tag_not_found", "float_type", "int_type"):
        meant = None if _is_number(value) else number_meant(value, str(path[-1]))
        message += f"; write {meant}" if meant is not None else ""
    checker.add(path, message)


def _locate(tree: Mapping[str, Any], loc: tuple[str | int, ...], kind: str) -> KeyPath:
    """Path in the file of pydantic's location, which also names the branches of unions."""
    here: Any = tree
    path: list[str | int] = []
    branch: Any = None  # the table whose branch was named last
    for i, part in enumerate(loc):
        if isinstance(here, dict) and _family(here) == part and branch is not here:
            branch = here  # a family may have an argument of its own name, as beta has
        elif _is_in(here, part):
            here = here[part]
            path.append(part)
        elif kind == "missing" and i == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _family(table: Mapping[str, Any]) -> Any:
    """Return the family that a quantity names, or that samples alone stand for."""
    return table.get("dist", "samples" if "samples" in table else None)


def _is_in(value: Any, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def _inside_quantity(path: KeyPath) -> bool:
    whole = value_path(path)
    return len(path) > len(whole) and key_at(whole) is not None


def _known_keys(tree: Mapping[str, Any], path: KeyPath) -> list[str]:
    if _inside_quantity(path):
        table = node(tree, path[:-1])
        family = table.get("dist") if isinstance(table, dict) else None
        if isinstance(family, str) and family in FAMILIES:
            return _field_names(FAMILIES[family])
        if isinstance(table, dict) and "value" in table:
            return ["value", *WORDS]
        if isinstance(table, dict) and "samples" in table:
            return ["samples", *WORDS]
        return [*USUAL_INTERVALS, "dist", *WORDS]
    model, family = model_at(path[:-1]), named(path[:-1])
    if family is not None:
        own = family.keys_of(node(tree, (*path[:-1], "kind")))
        if own:
            common = family.common_keys()
            values = [name for name in common if name not in family.sections]
            return [*values, *own, *family.sections, *WORDS]
    return _field_names(model) if model is not None else []


def _field_names(model: type[BaseModel]) -> list[str]:
    """Keys of a table, its own before those that it shares with others."""
    own = [name for name in model.model_fields if name not in ("intervals", *WORDS)]
    return [*own, *(USUAL_INTERVALS if "intervals" in model.model_fields else ()), *WORDS]


def _listed(names: list[str]) -> str:
    """Names in a row, of the intervals only how far they go."""
    words = dict.fromkeys(INTERVAL_WORDS if is_interval(name) else name for name in names)
    return ", ".join(words)


def _untagged(value: Any) -> str:
    families = list(FAMILIES)
    if isinstance(value, dict) and "dist" in value:
        family = value["dist"]
        near = nearest(family, families) if isinstance(family, str) else ""
        return f"{found(family)} as dist; allowed: {', '.join(families)}{near}"
    quoted = " without quotes" if isinstance(value, str) and _is_number(value) else ""
    return (
        f"{found(value)}; allowed: a number{quoted}, {{ value = ..., source = ... }}, "
        "{ dist = ... } or { ci90 = [low, high] }"
    )


def _with_a_dot(path: KeyPath, value: Any) -> str:
    """Say how to change one argument of a distribution that is inherited."""
    known = {name for family in FAMILIES.values() for name in family.model_fields}
    if not isinstance(value, dict) or not value or not set(value) <= known - {"dist"}:
        return ""
    name, argument = next(iter(value.items()))
    wanted = f"{dotted((path[-1], name))} = {found(argument).removeprefix('found ')}"
    return f"; for one argument of what is inherited, write {wanted}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _allowed(path: KeyPath, kind: str, context: Mapping[str, Any], quoted: bool) -> str:
    """Say what a value must be; ``quoted`` tells that it is a number in quotes."""
    unquoted = " without quotes" if quoted else ""
    words = {
        "float_type": f"a number{unquoted}",
        "int_type": f"a whole number{unquoted}",
        "string_type": "text in quotes",
        "list_type": "a list, in [ ]",
        "dict_type": f"a table, as [{dotted(path)}]",
        "model_type": f"a table, as [{dotted(path)}]",
    }
    family = listed_at(path)
    if kind == "list_type" and family is not None:
        return f"a list, as [[{dotted(path)}]]; with a name, [{dotted((*family.path, 'NAME'))}]"
    if kind == "dict_type" and family_at(path) is not None:
        return f"a table for each, as [{dotted((*path, 'NAME'))}]"
    if path == ("none",):
        return f"a number{unquoted} from 0 to 1 or {words['model_type']}"
    if is_interval(path[-1]) and kind in ("list_type", "too_short", "too_long"):
        return "two numbers, [low, high]"
    if kind in words:
        return words[kind]
    bounds = {
        "greater_than": "above {gt}",
        "greater_than_equal": "at least {ge}",
        "less_than": "below {lt}",
        "less_than_equal": "at most {le}",
        "too_short": "{min_length} or more items",
        "too_long": "at most {max_length} items",
    }
    if kind in bounds:
        return bounds[kind].format(
            **{k: number(v) if isinstance(v, int | float) else v for k, v in context.items()}
        )
    return kind.replace("_", " ")
