"""A trend goes on at another speed."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Curve, Flag, Line, Value
from bioanchors.model.keys import ABOVE_0, REALS, SPEEDS, Domain, Key
from bioanchors.model.trends.changes._mechanism import Mechanism


def added(year: Array, since: Value, before: Value, speed: Value) -> Array:
    """Return the OOM that come to a line.

    Notes
    -----
    (speed - before) max(year - since, 0), speeds in OOM per year.
    """
    return np.asarray((speed - before) * np.maximum(year - since, 0.0))


def keeps_rising(line: Curve, before: Value, speed: Value) -> Flag:
    """Return whether a line that rises still does: what research makes of it may hang back."""
    least: Value = 0.0 if isinstance(line, Line) else before
    return np.asarray(speed >= least)


def _key(name: str, help_: str, unit: str, domain: Domain, low: float, high: float) -> Key:
    return Key(f"speed from then on: {help_}", unit, domain, low, high, SPEEDS[name])


HALVING = "halving time of the requirement"

MECHANISM = Mechanism(
    "The trend goes on at another speed.",
    {
        "doubling_years": _key("doubling_years", "doubling time", "years", ABOVE_0, 1e-3, 1e6),
        "doubling_months": _key("doubling_months", "doubling time", "months", ABOVE_0, 1e-2, 1e7),
        "halving_years": _key("halving_years", HALVING, "years", ABOVE_0, 1e-3, 1e6),
        "halving_months": _key("halving_months", HALVING, "months", ABOVE_0, 1e-2, 1e7),
        "times_per_year": _key("times_per_year", "growth per year", "times", ABOVE_0, 1e-6, 1e12),
        "oom_per_year": _key("oom_per_year", "growth per year", "OOM/year", REALS, -20, 20),
    },
    added,
    keeps_rising,
    sets_speed=True,
)
