"""JSON objects in which each key stands once."""

from __future__ import annotations

import json
from typing import Any


def decoded(raw: bytes) -> str:
    """Return bytes as text.

    Raises
    ------
    ValueError
        If they are not UTF-8, with the line.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8, line {raw[: error.start].count(10) + 1}") from None


def parsed_object(raw: bytes) -> dict[str, Any]:
    """Return the object that bytes hold as JSON.

    Raises
    ------
    ValueError
        If they hold none, a key is given twice, or a number is too long.
    """
    text = decoded(raw)
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON, line {error.lineno}") from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError as error:
        digits = "digits" in str(error)  # Python's own limit on those of an integer
        raise ValueError("holds a number of thousands of digits" if digits else error) from None
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("not JSON that can be trusted: a key is given twice")
    return made
