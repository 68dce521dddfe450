"""The JSON Schema of parameter files, for editors that complete and check TOML."""

from __future__ import annotations

import json
from typing import Any

from bioanchors.parameters.tables import Tables


def schema() -> str:
    """JSON Schema of a parameter file, for editors that complete and check TOML."""
    document = Tables.model_json_schema()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = "bioanchors parameter file, format 1"
    return json.dumps(_without_nulls(document), indent=1, ensure_ascii=False) + "\n"


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
