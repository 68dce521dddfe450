"""Time stands still for a quantity, then goes on from where it stood."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Curve, Value
from bioanchors.model.trends.interventions._action import Action


def value(year: Array, curve: Curve, since: Value, until: Value, done: Value) -> Array:
    """Return a frozen curve, log10.

    Notes
    -----
    x(y - s) with s = min(max(y - since, 0), until - since), the time for which it stood.
    """
    return curve.at(year - done * np.clip(year - since, 0.0, until - since))


def keeps_rising(*_: object) -> bool:
    """Return whether a curve that rises still does: it does."""
    return True


ACTION = Action(
    "The quantity stays what it is, then goes on from there.", value, keeps_rising, delays=True
)
