"""The structure of a merged tree: what pydantic says of it, in our words."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from bioanchors.parameters.kinds import KINDS
from bioanchors.parameters.layers import Layer, node
from bioanchors.parameters.positions import KeyPath
from bioanchors.parameters.problems import Problem, dotted, found, nearest
from bioanchors.parameters.quantities import FAMILIES, INTERVALS
from bioanchors.parameters.tables import Algorithms, Tables


@dataclass
class Checker:
    """Collects problems of one merged layer."""

    layer: Layer
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pruned: set[KeyPath] = field(default_factory=set)

    def add(self, path: KeyPath, message: str) -> None:
        """Note a problem at a key."""
        self.problems.append(Problem(self.layer.origin(path), dotted(path), message))

    def missing(self, path: KeyPath, what: str) -> None:
        """Note a missing key, unless it is there and already known to be wrong."""
        if not any(path[: i + 1] in self.pruned for i in range(len(path))):
            self.add(path, f"missing; needed: {what}")


def read_structure(checker: Checker) -> Tables | None:
    """Return the tables, without the values that are wrong in themselves, which are told."""
    tree = copy.deepcopy(checker.layer.tree)
    _check_numbers(checker, tree, ())
    for _ in range(5):
        try:
            return Tables.model_validate(tree)
        except ValidationError as error:
            # What is wrong is told and taken out, so that the rest is still checked.
            for detail in error.errors(include_url=False, include_context=True):
                _tell(checker, tree, detail)
            for path in sorted(checker.pruned, key=len, reverse=True):
                _delete(tree, path)
    return None


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
            checker.pruned.add(_value_path(here))
        elif isinstance(child, int) and abs(child) > 10**300:
            checker.add(here, "found an integer of over 300 digits; allowed: a smaller number")
            checker.pruned.add(_value_path(here))
        else:
            _check_numbers(checker, child, here)
    if not path:
        for bad in checker.pruned:
            _delete(value, bad)


def _value_path(path: KeyPath) -> KeyPath:
    """Path of the whole value (a quantity, say) within which something is wrong."""
    if path[0] == "hypotheses":
        depth = 4 if len(path) > 3 and path[2] == "algorithms" else 3
    else:
        depth = 2
    return path[:depth]


def _delete(tree: Any, path: KeyPath) -> None:
    table = node(tree, path[:-1])
    if isinstance(table, dict):
        table.pop(path[-1], None)


def _tell(checker: Checker, tree: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    path = _locate(tree, detail["loc"], detail["type"])
    value, kind, context = detail["input"], detail["type"], detail.get("ctx", {})
    checker.pruned.add(path if kind == "extra_forbidden" else _value_path(path))
    if kind == "extra_forbidden":
        known = _known_keys(tree, path)
        what = "unknown argument" if _inside_quantity(path) else "unknown key"
        message = f"{what}; allowed: {', '.join(known)}{nearest(str(path[-1]), known)}"
    elif kind == "missing":
        message = "missing; needed by this distribution"
    elif kind.startswith("union_tag"):
        message = _untagged(value)
    elif kind == "literal_error":
        allowed = str(context["expected"]).replace("'", '"').replace(" or ", ", ")
        names = re.findall(r'"([^"]*)"', allowed)
        near = nearest(value, names) if isinstance(value, str) else ""
        message = f"{found(value)}; allowed: {allowed}{near}"
    else:
        message = f"{found(value)}; allowed: {_allowed(kind, context)}"
        if isinstance(value, str) and kind in ("float_type", "int_type") and _is_number(value):
            message += ", without quotes"
    checker.add(path, message)


def _locate(tree: Mapping[str, Any], loc: tuple[str | int, ...], kind: str) -> KeyPath:
    """Path in the file of pydantic's location, which also names the branches of unions."""
    here: Any = tree
    path: list[str | int] = []
    for i, part in enumerate(loc):
        if _is_in(here, part):
            here = here[part]
            path.append(part)
        elif kind == "missing" and i == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _is_in(value: Any, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def _table_models() -> dict[str, type[BaseModel]]:
    models = {}
    for name, info in Tables.model_fields.items():
        for option in (info.annotation, *getattr(info.annotation, "__args__", ())):
            if isinstance(option, type) and issubclass(option, BaseModel):
                models[name] = option
    return models


TABLE_MODELS = _table_models()
"""Each top-level table's model."""


def _inside_quantity(path: KeyPath) -> bool:
    return len(path) > len(_value_path(path))


def _known_keys(tree: Mapping[str, Any], path: KeyPath) -> list[str]:
    if _inside_quantity(path):
        table = node(tree, path[:-1])
        family = table.get("dist") if isinstance(table, dict) else None
        if isinstance(family, str) and family in FAMILIES:
            return list(FAMILIES[family].model_fields)
        if isinstance(table, dict) and "value" in table:
            return ["value", "source", "note"]
        return [*INTERVALS, "dist", "source", "note"]
    if len(path) == 1:
        return list(Tables.model_fields)
    if path[0] == "hypotheses" and len(path) == 3:
        kind = node(tree, (*path[:2], "kind"))
        own = KINDS[kind].own if isinstance(kind, str) and kind in KINDS else ()
        return ["kind", "weight", *own, "algorithms", "source", "note"]
    if path[0] == "hypotheses" and len(path) == 4:
        return list(Algorithms.model_fields)
    table = TABLE_MODELS.get(str(path[0]))
    return list(table.model_fields) if table else []


def _untagged(value: Any) -> str:
    families = list(FAMILIES)
    if isinstance(value, dict) and "dist" in value:
        family = value["dist"]
        near = nearest(family, families) if isinstance(family, str) else ""
        return f"{found(family)} as dist; allowed: {', '.join(families)}{near}"
    quoted = ", without quotes" if isinstance(value, str) and _is_number(value) else ""
    return (
        f"{found(value)}; allowed: a number{quoted}, {{ value = ..., source = ... }}, "
        "{ dist = ... } or { ci90 = [low, high] }"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _allowed(kind: str, context: Mapping[str, Any]) -> str:
    words = {
        "float_type": "a number",
        "int_type": "a whole number",
        "string_type": "text in quotes",
        "list_type": "a list",
        "dict_type": "a table",
        "model_type": "a table",
        "model_attributes_type": "a table",
        "bool_type": "true or false",
    }
    if kind in words:
        return words[kind]
    bounds = {
        "greater_than": "above {gt}",
        "greater_than_equal": "at least {ge}",
        "less_than": "below {lt}",
        "less_than_equal": "at most {le}",
        "too_short": "at least {min_length} items",
        "too_long": "at most {max_length} items",
    }
    if kind in bounds:
        return bounds[kind].format(**{k: _plain(v) for k, v in context.items()})
    return kind.replace("_", " ")


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
