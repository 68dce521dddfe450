"""The highest place of a curve that is any function of the year, between two years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import Array, Curve

BESIDE = 1e-3
"""Years to either side of a summit at which nothing is higher."""

SLIGHT_OOM = 1e-9
"""What is higher by no more is as high: a plateau has no summit."""

PARTS, ROUNDS = 16, 4
"""Into how many a few years are divided at a time, and how often: to about a thousandth of a year,
next to a summit that is flat. A curve is asked for all of a round at once: calls cost more."""


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
    The years beside the highest of some are divided again. A place that has nothing higher beside
    it is itself the summit, as the last one before a fall.
    """
    some = curve.take(rows)
    before, after = np.maximum(year - BESIDE, low), np.minimum(year + BESIDE, high)
    beside = np.maximum(some.at(before), some.at(after))
    places = np.flatnonzero(beside > value + SLIGHT_OOM)
    if not places.size:
        return places, low[places], value[places]
    shape = (-1, *low.shape[1:])
    low, width = low[places].ravel(), (high - low)[places].ravel()
    inside = np.arange(1, PARTS) / PARTS
    some, each = curve.take(np.repeat(rows[places], inside.size)), np.arange(places.size)
    for _ in range(ROUNDS):
        years = low[:, np.newaxis] + width[:, np.newaxis] * inside
        found = some.at(years.reshape(shape)).reshape(years.shape)
        best = found.argmax(axis=1)
        low, width = years[each, best] - width / PARTS, width * (2 / PARTS)
    return places, years[each, best].reshape(shape), found[each, best].reshape(shape)
