"""Where a curve that is any function of the year first reaches what is needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Value
from bioanchors.model.paths import drawn_breaks_of, rises_between, seen_in, years_to_look_at
from bioanchors.model.summits import SLIGHT_OOM, summits

CLOSE_YEARS = 1e-4
"""A step towards an arrival that is no longer is the last: what is left is much less."""

REFINEMENTS = 100

ROWS = 32_768
"""Draws at a time: enough that threads seldom wait for the interpreter."""


def first_reaching(curve: Curve, requirement: Value, last_year: float) -> Array:
    """Return the first year from ``curve.origin`` on at which any curve reaches a requirement.

    Parameters
    ----------
    curve
        log10, known or a value for each draw.
    requirement
        log10, one for each draw.
    last_year
        End of the window.

    Returns
    -------
    array
        Decimal years, one for each draw: ``curve.origin`` where it is reached at or before then,
        ``inf`` where it is not by ``last_year``. Where it is reached by a jump, the jump's year.

    Notes
    -----
    The curve is looked at every few years and on both sides of its breaks; the first of these that
    is enough, or a summit beside one, brackets the arrival, which is then refined.
    """
    need = np.atleast_1d(np.asarray(requirement, dtype=np.float64))
    years = years_to_look_at(curve.origin, last_year, curve.breaks)
    found = np.atleast_2d(seen_in(curve, tuple(years)))
    sides = _sides(curve, last_year)
    shape = np.broadcast_shapes(need.shape, found.shape[1:], *(side.shape for side, _ in sides))
    need, found = np.broadcast_to(need, shape), np.broadcast_to(found, (len(found), *shape))
    sides = [(np.broadcast_to(side, shape), np.broadcast_to(at, shape)) for side, at in sides]
    result = np.empty(shape)
    for start in range(0, need.size, ROWS):
        rows = slice(start, min(start + ROWS, need.size))
        some = [(side[rows], at[rows]) for side, at in sides]
        result[rows] = _first(curve.take(rows), need[rows], years, found[:, rows], some)
    return result


Places = tuple[Array, Array]
"""Years, and the curve there."""


def _sides(curve: Curve, last_year: float) -> list[Places]:
    """Return both sides of each drawn break, within the window, and the curve there."""
    sides = [
        np.clip(np.atleast_1d(side), curve.origin, last_year)
        for year in drawn_breaks_of(curve)
        for side in (year - JUST_BEFORE, year)
    ]
    return [(side, np.atleast_1d(curve.at(side))) for side in sides]


def _first(curve: Curve, need: Array, years: Array, found: Array, sides: Sequence[Places]) -> Array:
    """Return the first arrivals of some draws.

    Parameters
    ----------
    curve, need
        Of each draw.
    years, found
        Known years at which they are looked at, ascending, and the curves there, (look, draw).
    sides
        Further years of each draw.
    """
    place = np.arange(need.size)
    enough = found >= need
    first = np.where(enough.any(axis=0), enough.argmax(axis=0), len(years))
    above = found[np.minimum(first, len(years) - 1), place]
    high = np.append(years, np.inf)[first]
    for side, at in sides:
        sooner = (at >= need) & (side < high)
        high, above = np.where(sooner, side, high), np.where(sooner, at, above)
    before = np.maximum(np.searchsorted(years, high) - 1, 0)
    low, below = years[before], found[before, place]
    for side, at in sides:
        later = (side > low) & (side < high)
        low, below = np.where(later, side, low), np.where(later, at, below)
    # A summit between two looks may come first.
    falls = np.flatnonzero(~np.broadcast_to(rises_between(curve, years[-1]), need.shape))
    if falls.size:
        some = [(side[falls], at[falls]) for side, at in sides]
        looks = _in_order(years, found[:, falls], some)
        _to_summits(curve, falls, looks, need, (low, below), (high, above))
    result = high.copy()
    rest = np.flatnonzero((high > years[0]) & (high < np.inf) & (high - low > 2 * JUST_BEFORE))
    gaps = below[rest] - need[rest], above[rest] - need[rest]
    result[rest] = _refined(curve.take(rest), need[rest], low[rest], high[rest], *gaps)
    return result


def _in_order(years: Array, found: Array, sides: Sequence[Places]) -> Places:
    """Return all years that draws are looked at in, ascending, and the curves: (look, draw)."""
    every = np.array([*(np.broadcast_to(year, found.shape[1:]) for year in years)])
    every = np.concatenate([every, *(side[np.newaxis] for side, _ in sides)])
    values = np.concatenate([found, *(at[np.newaxis] for _, at in sides)])
    order = np.argsort(every, axis=0, kind="stable")
    return np.take_along_axis(every, order, axis=0), np.take_along_axis(values, order, axis=0)


def _to_summits(
    curve: Curve, rows: NDArray[np.intp], looks: Places, need: Array, low: Places, high: Places
) -> None:
    """Move brackets, in place, to summits between looks that are enough before what is.

    Parameters
    ----------
    curve, need
        Of each draw.
    rows
        Draws that are looked at.
    looks
        The years of these, and their curves, (look, row).
    low, high
        Of each draw, where it is not enough and where it is.
    """
    years, found = looks
    earlier = years[1:-1] < high[0][rows]
    higher = (found[1:-1] > found[:-2] + SLIGHT_OOM) & (found[1:-1] >= found[2:]) & earlier
    look, place = np.nonzero(higher)
    if not place.size:
        return
    start, year, end = (years[look + k, place] for k in range(3))
    over, year, top = summits(curve, rows[place], start, year, end, found[look + 1, place])
    look, place = look[over], place[over]
    # Of several in a draw the earliest, which is written last.
    some = np.flatnonzero(top >= need[rows[place]])[::-1]
    row, before = rows[place[some]], (look[some], place[some])
    for bracket, values in ((low, (years[before], found[before])), (high, (year[some], top[some]))):
        for each, value in zip(bracket, values, strict=True):
            each[row] = value


def _refined(
    curve: Curve, need: Array, low: Array, high: Array, below: Array, above: Array
) -> Array:
    """Return where a curve reaches the need, between a year below it and one that is not.

    Parameters
    ----------
    curve, need
        Of each draw.
    low, high, below, above
        The years, and the curve less the need there.

    Notes
    -----
    Chandrupatla's method: inverse quadratic steps where the last three places promise that they
    help, else halvings. It ends with the step that is shorter than ``CLOSE_YEARS``.

    References
    ----------
    Chandrupatla, T. R. (1997). A new hybrid quadratic/bisection algorithm for finding the zero of
    a nonlinear function without using derivatives. Advances in Engineering Software 28, 145-149.
    """
    result = np.empty(need.shape)
    place = np.arange(need.size)
    # The last place, the one on the other side of the need, and the one before.
    last, other, third = (high, above), (low, below), (low, below)
    share = above / (above - below)
    for _ in range(REFINEMENTS):
        (a, gap_a), (b, gap_b) = last, other
        step = share * (b - a)
        done = np.abs(step) <= CLOSE_YEARS
        result[place[done]] = (a + step)[done]
        rest = np.flatnonzero(~done)
        if not rest.size:
            break
        curve, need, place, step = curve.take(rest), need[rest], place[rest], step[rest]
        a, gap_a, b, gap_b = a[rest], gap_a[rest], b[rest], gap_b[rest]
        year = a + step
        gap = curve.at(year) - need
        same = (gap >= 0) == (gap_a >= 0)
        third = np.where(same, a, b), np.where(same, gap_a, gap_b)
        other = np.where(same, b, a), np.where(same, gap_b, gap_a)
        last = year, gap
        share = _share(last, other, third)
    return result


def _share(last: Places, other: Places, third: Places) -> Array:
    """Return which share of the way from the last place to the other side comes next."""
    (a, gap_a), (b, gap_b), (c, gap_c) = last, other, third
    with np.errstate(divide="ignore", invalid="ignore"):
        way = (a - b) / (c - b)
        fall = (gap_a - gap_b) / (gap_c - gap_b)
        helps = (fall**2 < way) & ((1.0 - fall) ** 2 < 1.0 - way)
        inverse = gap_a / (gap_b - gap_a) * (gap_c / (gap_b - gap_c)) + (c - a) / (
            b - a
        ) * gap_a / (gap_c - gap_a) * gap_b / (gap_c - gap_b)
    return np.where(helps, np.clip(inverse, 0.0, 1.0), 0.5)
