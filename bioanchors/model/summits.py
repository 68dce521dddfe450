"""The highest place of a curve that is any function of the year, between two years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import Array, Curve

BESIDE = 1e-3
"""Years to either side of a summit at which nothing is higher."""

SLIGHT_OOM = 1e-9
"""What is higher by no more is as high: a plateau has no summit."""

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
SECTIONS = 20
"""Of a few years: to less than a thousandth of one, next to a summit that is flat."""


def summits(
    curve: Curve, rows: NDArray[np.intp], low: Array, year: Array, high: Array, value: Array
) -> tuple[NDArray[np.intp], Array, Array]:
    """Return which places have a higher one beside them, and year and value of the highest.

    Parameters
    ----------
    curve
        One for each draw.
    rows
        Draws of the places.
    low, year, high
        Each place, above its neighbours, between the years before and after it, in the shape of
        the curve's draws.
    value
        The curve there.

    Notes
    -----
    By golden sections. A place that has nothing higher beside it is itself the summit, as the last
    one before a fall.
    """
    some = curve.take(rows)
    before, after = np.maximum(year - BESIDE, low), np.minimum(year + BESIDE, high)
    beside = np.maximum(some.at(before), some.at(after))
    places = np.flatnonzero(beside > value + SLIGHT_OOM)
    if not places.size:
        return places, low[places], value[places]
    some, low, high = curve.take(rows[places]), low[places], high[places]
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    on_left, on_right = some.at(left), some.at(right)
    for _ in range(SECTIONS):
        rises = on_right > on_left
        low, high = np.where(rises, left, low), np.where(rises, high, right)
        # Of two places within, one was within before.
        other = np.where(rises, low + GOLDEN * (high - low), high - GOLDEN * (high - low))
        found = some.at(other)
        left, right = np.where(rises, right, other), np.where(rises, other, left)
        on_left, on_right = (
            np.where(rises, on_right, found),
            np.where(rises, found, on_left),
        )
    middle = 0.5 * (low + high)
    return places, middle, np.asarray(some.at(middle))
