"""The highest places of a curve that is any function of the year: between two years, and all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Value

STEP_YEARS = 8.0
"""Years between those at which a path is first looked at, besides its breaks."""

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


def falls_from(curve: Curve, breaks: Sequence[Value], last_year: float) -> list[Value]:
    """Return years and values of the places from which a curve falls, in turn, until a year.

    The first of each draw, then the second, and so on; ``inf`` where a draw has no more.

    Parameters
    ----------
    curve
        Known, or one for each draw.
    breaks
        Years, known or drawn, at which it bends or jumps; before the first it falls nowhere.
    last_year
        Until which it is looked at.
    """
    first = min((float(np.min(year)) for year in breaks), default=curve.origin) - JUST_BEFORE
    if first >= last_year:
        return []
    shape = curve.at(last_year).shape
    steps = np.linspace(first, last_year, 2 + int((last_year - first) / STEP_YEARS))
    # Where a curve rises from one year and falls to the next there is a summit between them.
    looks: list[Value] = [year + apart for year in steps for apart in (-BESIDE, 0.0, BESIDE)]
    looks += [y + apart for y in breaks for apart in (-BESIDE, -JUST_BEFORE, 0.0, BESIDE)]
    years = np.sort([np.broadcast_to(np.clip(y, first, last_year), shape) for y in looks], axis=0)
    found = curve.at(years)
    higher = found[:-1] >= found[1:] + SLIGHT_OOM
    # Just before a break it may be as high as at it, but for rounding.
    higher[1:] &= found[1:-1] >= found[:-2] - SLIGHT_OOM
    if not higher.any():
        return []
    draw, place = np.nonzero(higher.reshape(len(higher), -1).T)
    years, found = (each.reshape(len(each), -1) for each in (years, found))
    one = (-1, *shape[1:])
    low, year, high = (years[np.maximum(place + k, 0), draw].reshape(one) for k in (-1, 0, 1))
    value = found[place, draw].reshape(one)
    over, better, top = summits(curve, draw, low, year, high, value)
    year[over], value[over] = better, top
    number = np.arange(draw.size) - np.searchsorted(draw, draw)
    result: list[Value] = []
    for each in range(int(number.max()) + 1):
        for values, none in ((year, np.inf), (value, -np.inf)):
            column = np.full(found.shape[1], none)
            column[draw[number == each]] = values[number == each].ravel()
            result.append(column.reshape(shape) if shape else float(column[0]))
    return result
