"""A trend is so many times higher at once."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.trends.changes._mechanism import Mechanism


def added(year: Array, since: Value, before: Value, times: Value) -> Array:
    """Return the OOM that come to a line: log10 of the factor, from the year on."""
    return np.where(year >= since, times, 0.0)


MECHANISM = Mechanism(
    "The trend is so many times higher at once.",
    {"times": Key("factor at once, under the ceiling", "times", ABOVE_0, 1e-12, 1e12, log10)},
    added,
)
