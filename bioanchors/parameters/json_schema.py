"""The JSON Schema of parameter files, for editors that complete and check TOML."""

from __future__ import annotations

import json
from typing import Any

from bioanchors.parameters.quantities.families import is_value
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.years import DATES

REFERENCE = "#/$defs/"
OF_YEARS = "OfYears"
"""Ends the names of definitions of quantities in whose values dates may stand."""


def schema() -> str:
    """JSON Schema of a parameter file, for editors that complete and check TOML."""
    document = Tables.model_json_schema()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = "bioanchors parameter file, format 1"
    _let_years_be_dates(document["$defs"])
    return json.dumps(_without_nulls(document), indent=1, ensure_ascii=False) + "\n"


def _let_years_be_dates(definitions: dict[str, Any]) -> None:
    """Give quantities whose unit is a year definitions of their own, with dates."""
    wanted = {
        name
        for definition in definitions.values()
        for each in definition.get("properties", {}).values()
        if str(each.get("description", "")).endswith("[year]")
        for name in _renamed(each)
    }
    while wanted:
        name = min(wanted)
        wanted.remove(name)
        own = f"{name}{OF_YEARS}"
        if own not in definitions:
            definitions[own] = _with_dates(definitions[name], is_argument=name == "Quantity")
            wanted |= _renamed(definitions[own])


def _renamed(value: Any) -> set[str]:
    """Let all references inside a schema be to definitions with dates; return which they were."""
    found: set[str] = set()
    if isinstance(value, list):
        found.update(*map(_renamed, value))
    elif isinstance(value, dict):
        found.update(*map(_renamed, value.values()))
        if "$ref" in value:
            name = value["$ref"].removeprefix(REFERENCE)
            value["$ref"] = f"{REFERENCE}{name}{OF_YEARS}"
            found.add(name)
    return found


def _with_dates(value: Any, is_argument: bool = False) -> Any:
    """Return a schema in which numbers may be dates where they are values of the quantity."""
    if isinstance(value, list):
        return [_with_dates(item, is_argument) for item in value]
    if not isinstance(value, dict):
        return value
    if is_argument and value.get("type") == "number":
        return {"anyOf": [value, *DATES]}
    result = {}
    for key, item in value.items():
        if key in ("properties", "patternProperties"):
            result[key] = {
                name: _with_dates(each, key != "properties" or is_value([name]))
                for name, each in item.items()
            }
        else:
            result[key] = _with_dates(item, is_argument)
    return result


def _without_nulls(value: Any) -> Any:
    """Take out ``null`` alternatives and defaults: TOML has no null, and nothing is required."""
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    cleaned = {
        key: _without_nulls(item)
        for key, item in value.items()
        if not (key == "default" and item is None)
    }
    shapes = cleaned.get("anyOf")
    if isinstance(shapes, list):
        shapes = [shape for shape in shapes if shape != {"type": "null"}]
        if len(shapes) == 1 and isinstance(shapes[0], dict):
            del cleaned["anyOf"]
            cleaned = {**shapes[0], **cleaned}
        else:
            cleaned["anyOf"] = shapes
    return cleaned
