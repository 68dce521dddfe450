"""A quantity is so many times what it would be."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Curve, Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.trends.interventions._action import Action


def value(year: Array, curve: Curve, since: Value, until: Value, done: Value, oom: Value) -> Array:
    """Return a curve that is multiplied, log10: x(y) + oom while it lasts."""
    holds = (year >= since) & (year < until)
    return np.asarray(curve.at(year) + np.where(holds, done * oom, 0.0))


ACTION = Action(
    "The quantity is so many times what it would be.",
    value,
    Key("what it is times what it would be", "times", ABOVE_0, 1e-12, 1e12, log10),
)
