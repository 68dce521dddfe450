"""Weights of hypotheses by name, as values of a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def weight_values(names: Sequence[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights as values by path.

    Parameters
    ----------
    names
        The hypotheses that there are.
    weights
        Weight of hypotheses by name; those not named get 0, unless only ``"none"`` is named.
        ``"none"`` sets the probability of "none", at both ends; left out, it is kept.

    Raises
    ------
    ValueError
        If a name is unknown or a weight is not allowed.
    """
    for name, weight in weights.items():
        if name != "none" and name not in names:
            raise ValueError(f"unknown hypothesis {name!r}; allowed: {', '.join(names)}, none")
        if not (math.isfinite(weight) and weight >= 0) or (name == "none" and weight > 1):
            allowed = "from 0 to 1" if name == "none" else "at least 0"
            raise ValueError(f"weight of {name} must be {allowed}, found {weight}")
    values = {}
    if set(weights) - {"none"}:
        if not any(weight for name, weight in weights.items() if name != "none"):
            raise ValueError("all weights are 0; at least one must be above 0")
        values = {f"hypotheses.{name}.weight": float(weights.get(name, 0.0)) for name in names}
    if "none" in weights:
        values["none"] = float(weights["none"])
    return values
