"""A quantity is so many times what it would be."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Curve, Flag, Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.trends.interventions._action import Action


def value(year: Array, curve: Curve, since: Value, until: Value, done: Value, oom: Value) -> Array:
    """Return a curve that is multiplied, log10: x(y) + oom while it lasts."""
    holds = (year >= since) & (year < until)
    return np.asarray(curve.at(year) + np.where(holds, done * oom, 0.0))


def keeps_rising(curve: Curve, since: Value, until: Value, done: Value, oom: Value) -> Flag:
    """Return whether a curve that rises still does: where it is raised, and for ever."""
    return np.asarray((done == 0) | ((oom >= 0) & (until == np.inf)))


ACTION = Action(
    "The quantity is so many times what it would be.",
    value,
    keeps_rising,
    Key("what it is times what it would be", "times", ABOVE_0, 1e-12, 1e12, log10),
    jumps=True,
)
