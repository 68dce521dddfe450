"""A trend is so many times higher at once."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Curve, Flag, Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.trends.changes._mechanism import Mechanism


def added(year: Array, since: Value, before: Value, times: Value) -> Array:
    """Return the OOM that come to a line: log10 of the factor, from the year on."""
    return np.where(year >= since, times, 0.0)


def keeps_rising(line: Curve, before: Value, times: Value) -> Flag:
    """Return whether a line that rises still does: where nothing is lost."""
    return np.asarray(times >= 0)


MECHANISM = Mechanism(
    "The trend is so many times higher at once.",
    {"times": Key("factor at once, under the ceiling", "times", ABOVE_0, 1e-12, 1e12, log10)},
    added,
    keeps_rising,
    jumps=True,
)
