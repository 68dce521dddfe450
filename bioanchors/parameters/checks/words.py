"""What pydantic says of a tree, in our words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import closest, dotted, found, nearest, number
from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.quantities.interval_specs import (
    INTERVAL_WORDS,
    USUAL_INTERVALS,
    is_interval,
)
from bioanchors.parameters.reading.dates import no_such_day
from bioanchors.parameters.reading.numbers_meant import number_meant
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import (
    WORDS,
    family_at,
    key_at,
    listed_at,
    model_at,
    named,
    value_path,
    year_at,
)
from bioanchors.parameters.tree import node


def tell(checker: Checker, tree: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    """Note one of pydantic's problems with a tree, at its path in the file."""
    path = locate(tree, detail["loc"], detail["type"])
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
        message += _dated(path, kind, value)
    elif kind == "literal_error":
        allowed = str(context["expected"]).replace("'", '"').replace(" or ", ", ")
        allowed = allowed.replace("True", "true")
        names = re.findall(r'"([^"]*)"', allowed)
        near = nearest(value, names) if isinstance(value, str) else ""
        message = f"{found(value)}; allowed: {allowed}{near}"
    else:
        quoted = isinstance(value, str) and _is_number(value)
        message = f"{found(value)}; allowed: {_allowed(path, kind, context, quoted)}"
        message += _dated(path, kind, value) + _in_oom(tree, path, kind)
    if isinstance(value, str) and kind in ("union_tag_not_found", "float_type", "int_type"):
        meant = None if _is_number(value) else number_meant(value, str(path[-1]))
        message += f"; write {meant}" if meant is not None else ""
    checker.add(path, message)


def _dated(path: KeyPath, kind: str, value: Any) -> str:
    """Say which dates are allowed, of a date or a text that is none where a year may stand."""
    is_date = isinstance(value, dt.date) or (isinstance(value, str) and not _is_number(value))
    if not is_date or year_at(path) is None:
        return ""
    within_a_year = ', a date, 2030-07-01, or a quarter, "2030Q3"'
    days = no_such_day(str(value))
    return {
        "int_type": ", 2030, or its first day, 2030-01-01",
        "float_type": within_a_year,
        "union_tag_not_found": within_a_year,
    }.get(kind, "") + (f"; {days}" if days else "")


IN_OOM = {
    "normal": ("lognormal", "median and sd_oom"),
    "logistic": ("log_logistic", "median and scale_oom"),
    "skew_normal": ("log_skew_normal", "median, scale_oom and shape"),
}
"""Families with a spread, which is not as large as values may be, and the same of log10."""


def _in_oom(tree: Mapping[str, Any], path: KeyPath, kind: str) -> str:
    """Say how to give a spread in OOM, of one that is too large where values are positive."""
    key, table = key_at(value_path(path)), node(tree, path[:-1])
    if kind != "less_than_equal" or path[-1] not in ("sd", "scale") or not isinstance(table, dict):
        return ""
    family, arguments = IN_OOM.get(str(table.get("dist")), ("", ""))
    if not family or key is None or key.domain.low < 0:
        return ""
    return f'; for what is above 0 over orders of magnitude, dist = "{family}", with {arguments}'


def locate(tree: Mapping[str, Any], loc: tuple[str | int, ...], kind: str) -> KeyPath:
    """Path in the file of pydantic's location, which also names the branches of unions."""
    here: Any = tree
    path: list[str | int] = []
    branch: Any = None  # the table whose branch was named last
    for i, part in enumerate(loc):
        in_quantity = key_at(value_path(tuple(path))) is not None
        if in_quantity and _family(here) == part and branch is not here:
            branch = here  # a family may have an argument of its own name, as beta has
        elif _is_in(here, part):
            here = here[part]
            path.append(part)
        elif kind == "missing" and i == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _family(value: Any) -> Any:
    """Return the family that a quantity names, or that samples alone stand for."""
    if not isinstance(value, dict):
        return None
    return value.get("dist", "samples" if "samples" in value else None)


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
            return [*family.common_keys(), *own, *family.tables, *WORDS]
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
