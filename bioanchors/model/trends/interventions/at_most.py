"""A quantity is held to a limit."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Curve, Flag, Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.trends.interventions._action import Action


def value(year: Array, curve: Curve, since: Value, until: Value, done: Value, most: Value) -> Array:
    """Return a curve that is held to a limit, log10: min(x(y), most) while it lasts."""
    plain = curve.at(year)
    holds = (year >= since) & (year < until) & (done > 0)
    return np.where(holds, np.minimum(plain, most), plain)


def keeps_rising(curve: Curve, since: Value, until: Value, done: Value, most: Value) -> Flag:
    """Return whether a curve that rises still does: where it is not above the limit at first."""
    return np.asarray((done == 0) | (curve.at(since) <= most))


ACTION = Action(
    "The quantity is held to a limit.",
    value,
    keeps_rising,
    Key("most that it may be, in its own unit", "FLOP/$, $ or FLOP", ABOVE_0, 1e-6, 1e120, log10),
    jumps=True,
)
