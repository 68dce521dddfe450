"""Weights of hypotheses as settings of a parameter file."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bioanchors.parameters import Parameters


def weight_settings(parameters: Parameters, weights: Mapping[str, float]) -> list[str]:
    """Return weights as settings of a parameter file.

    Raises
    ------
    ValueError
        If a name is unknown or a weight is not allowed.
    """
    names = list(parameters.weights)
    for name, weight in weights.items():
        if name != "none" and name not in names:
            raise ValueError(f"unknown hypothesis {name!r}; allowed: {', '.join(names)}, none")
        if not (math.isfinite(weight) and weight >= 0) or (name == "none" and weight > 1):
            allowed = "from 0 to 1" if name == "none" else "at least 0"
            raise ValueError(f"weight of {name} must be {allowed}, found {weight}")
    settings = []
    if set(weights) - {"none"}:
        if not any(weight for name, weight in weights.items() if name != "none"):
            raise ValueError("all weights are 0; at least one must be above 0")
        settings = [f"hypotheses.{n}.weight={float(weights.get(n, 0.0))!r}" for n in names]
    if "none" in weights:
        settings.append(f"none={float(weights['none'])!r}")
    return settings
