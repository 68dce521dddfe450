"""Where a curve that is any function of the year first reaches what is needed."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Value
from bioanchors.model.paths import drawn_breaks_of, seen_in, years_to_look_at
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
    years, found = _looks(curve, last_year)
    shape = np.broadcast_shapes(need.shape, years.shape[1:], found.shape[1:])
    need = np.broadcast_to(need, shape)
    years, found = (np.broadcast_to(each, (len(each), *shape)) for each in (years, found))
    result = np.empty(shape)
    for start in range(0, need.size, ROWS):
        rows = slice(start, min(start + ROWS, need.size))
        result[rows] = _first(curve.take(rows), need[rows], years[:, rows], found[:, rows])
    return result


def _looks(curve: Curve, last_year: float) -> tuple[Array, Array]:
    """Return the years at which a curve is looked at first, and the curve there, (look, draw)."""
    looked_at = years_to_look_at(curve.origin, last_year, curve.breaks)
    known, found = looked_at[:, np.newaxis], np.atleast_2d(seen_in(curve, tuple(looked_at)))
    drawn = drawn_breaks_of(curve)
    if not drawn:
        return known, found
    both = [np.atleast_1d(side) for year in drawn for side in (year - JUST_BEFORE, year)]
    inside = np.clip(np.array(np.broadcast_arrays(*both)), curve.origin, last_year)
    sides = np.atleast_2d(curve.at(inside))
    size = max(sides.shape[1], found.shape[1])
    years, values = (
        np.concatenate([np.broadcast_to(each, (len(each), size)) for each in pair])
        for pair in ((known, inside), (found, sides))
    )
    order = np.argsort(years, axis=0, kind="stable")
    return np.take_along_axis(years, order, axis=0), np.take_along_axis(values, order, axis=0)


def _first(curve: Curve, need: Array, years: Array, found: Array) -> Array:
    """Return the first arrivals of some draws, looked at in years of shape (look, draw)."""
    enough = found >= need
    first = np.where(enough.any(axis=0), enough.argmax(axis=0), len(years))
    place = np.arange(need.size)
    before, at = (np.clip(first + k, 0, len(years) - 1) for k in (-1, 0))
    low, high, below, above = (each[k, place] for each in (years, found) for k in (before, at))
    # A summit between two looks may come first.
    falls = np.flatnonzero(~np.broadcast_to(curve.rises_until(years[-1].max()), need.shape))
    looked = found[:, falls]
    earlier = np.arange(1, len(years) - 1)[:, np.newaxis] < first[falls]
    higher = (looked[1:-1] > looked[:-2] + SLIGHT_OOM) & (looked[1:-1] >= looked[2:]) & earlier
    looks, rows = np.nonzero(higher)
    rows = falls[rows]
    if rows.size:
        start, year, end = (years[looks + k, rows] for k in range(3))
        over, year, top = summits(curve, rows, start, year, end, found[looks + 1, rows])
        # Of several in a draw the earliest, which is written last.
        some = np.flatnonzero(top >= need[rows[over]])[::-1]
        row, look = rows[over[some]], looks[over[some]]
        low[row], high[row], first[row] = years[look, row], year[some], look + 1
        below[row], above[row] = found[look, row], top[some]
    result: Array = np.where(first == 0, years[0], high)
    rest = np.flatnonzero((first > 0) & (first < len(years)) & (high - low > 2 * JUST_BEFORE))
    gaps = below[rest] - need[rest], above[rest] - need[rest]
    result[rest] = _refined(curve.take(rest), need[rest], low[rest], high[rest], *gaps)
    result[first == len(years)] = np.inf
    return result


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


Places = tuple[Array, Array]


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
