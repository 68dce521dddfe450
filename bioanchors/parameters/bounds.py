"""What may be put at a path: the key of a quantity, and its bounds."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from bioanchors.model.keys import Key
from bioanchors.parameters.parameters import Parameters
from bioanchors.parameters.tables import Hypothesis, Tables

PLACES = ("value", "median", "mean", "mode", "low", "high")
"""Arguments of a distribution that are values of the quantity itself."""


def key_of(parameters: Parameters, path: str) -> Key | None:
    """Return the key of the quantity at a path, or None if there is none.

    Parameters
    ----------
    parameters
        Whose hypotheses may be named.
    path
        Such as ``hardware.doubling_years``, in any unit of a trend's speed whether or not the file
        has it, or an argument of its distribution, ``brain.flop_per_s.median``.
    """
    parts = path.split(".")
    model: type[BaseModel] = Tables
    while parts:
        name, parts = parts[0], parts[1:]
        if name not in model.model_fields:
            return None
        info = model.model_fields[name]
        for mark in info.metadata:
            if isinstance(mark, Key):
                return mark if not parts or (len(parts) == 1 and parts[0] in PLACES) else None
        if model is Tables and name == "hypotheses":
            if not parts or parts[0] not in parameters.weights:
                return None
            model, parts = Hypothesis, parts[1:]
            continue
        inner = [
            each
            for each in (info.annotation, *get_args(info.annotation))
            if isinstance(each, type) and issubclass(each, BaseModel)
        ]
        if not inner:
            return None
        model = inner[0]
    return None


def bounds_of(parameters: Parameters, path: str) -> tuple[float, float] | None:
    """Return the least and the greatest number allowed at a path, or None if it has no bounds."""
    if path == "none" or path in ("none.probability", "none.probability_end"):
        return 0.0, 1.0
    key = key_of(parameters, path)
    return None if key is None else (key.low, key.high)
