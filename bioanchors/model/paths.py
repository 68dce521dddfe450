"""Curves that are any function of the year, and where they first reach what is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Rows, Value, taken

STEP_YEARS = 8.0
"""Years between those at which a path is first looked at, besides its breaks."""

CLOSE_YEARS = 1e-5
"""A bracket of an arrival that is no wider is the answer: its right end."""

REFINEMENTS, HALVINGS = 100, 40
ROWS = 4096
"""Draws at a time: what is looked at then stays near the processor."""

BESIDE = 1e-3
"""Years to either side of a summit at which nothing is higher."""

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, slots=True)
class Path:
    """Any function of the year, in log10.

    Attributes
    ----------
    function
        Of decimal years, any shape, and of the arguments: what a curve is there, in log10.
    arguments
        Known numbers, values for each draw, or curves.
    origin
        Year from which arrivals are looked for.
    breaks
        Known years at which it bends or jumps; where it jumps it has the later value.
    drawn_breaks
        The same, a year for each draw.
    """

    function: Callable[..., Array]
    arguments: tuple[Value | Curve, ...]
    origin: float
    breaks: tuple[float, ...] = ()
    drawn_breaks: tuple[Array, ...] = ()

    @classmethod
    def bent(
        cls,
        curve: Curve,
        function: Callable[..., Array],
        *arguments: Value | Curve,
        years: Sequence[Value] = (),
    ) -> Path:
        """Return a curve that something happens to.

        Parameters
        ----------
        curve
            Handed to ``function`` as its second argument, after the years.
        function, arguments
            As of a path.
        years
            Known or drawn, at which the new curve bends or jumps, besides those of the old one.
        """
        known = [float(year) for year in years if np.ndim(year) == 0]
        drawn = tuple(np.asarray(year) for year in years if np.ndim(year))
        return cls(
            function,
            (curve, *arguments),
            curve.origin,
            _ascending([*curve.breaks, *known]),
            (*_drawn_breaks(curve), *drawn),
        )

    def at(self, year: Value) -> Array:
        """Return log10 of the quantity at decimal years (broadcast against the draws)."""
        return np.asarray(self.function(np.asarray(year, dtype=np.float64), *self.arguments))

    def later(self, years: Value) -> Path:
        """Curve that takes each value so many years later."""
        if np.ndim(years) == 0:
            known = tuple(year + float(years) for year in self.breaks)
            drawn = tuple(year + years for year in self.drawn_breaks)
        else:
            lag = np.asarray(years)
            known, drawn = (), tuple(year + lag for year in (*self.breaks, *self.drawn_breaks))
        return Path(_later, (self, years), self.origin, known, drawn)

    def plus(self, oom: Value) -> Path:
        """Curve of the quantity times 10^oom."""
        return Path(_plus, (self, oom), self.origin, self.breaks, self.drawn_breaks)

    def __add__(self, other: Curve) -> Path:
        """Curve of the product of two quantities."""
        if self.origin != other.origin:
            raise ValueError("curves count from different years")
        return Path(
            _sum,
            (self, other),
            self.origin,
            _ascending([*self.breaks, *other.breaks]),
            (*self.drawn_breaks, *_drawn_breaks(other)),
        )

    def take(self, rows: Rows) -> Path:
        """Return the paths of some draws."""
        arguments = tuple(
            taken(each, rows) if isinstance(each, float | int | np.ndarray) else each.take(rows)
            for each in self.arguments
        )
        drawn = tuple(np.asarray(taken(year, rows)) for year in self.drawn_breaks)
        return Path(self.function, arguments, self.origin, self.breaks, drawn)

    def highest_so_far(self, years: Array, values: Array | None = None) -> Array:
        """Return the highest that the curve has been by each year, from the first of them on.

        Parameters
        ----------
        years
            Ascending, shape (year,).
        values
            The curve there, (draw, year), if it is known already.

        Notes
        -----
        The path is looked at in its own years, too, and just before each drawn break. A summit
        between two of them is found by golden sections, but where a drawn break lies there, too.
        """
        known = _looked_at(years[0], years[-1], self.breaks)
        every, other = np.union1d(known, years), np.setdiff1d(known, years)
        given = np.atleast_2d(self.at(years) if values is None else values)
        found = np.empty((given.shape[0], every.size))
        found[:, np.searchsorted(every, years)] = given
        found[:, np.searchsorted(every, other)] = self.at(other)
        best = np.maximum.accumulate(found, axis=1)
        for year in self.drawn_breaks:
            before = self.at(year - JUST_BEFORE)
            counts = (year > every[0]) & (every >= year)
            best = np.maximum(best, np.where(counts, before, -np.inf))
        # A summit lies beside a year with more than both of its neighbours.
        higher = (found[:, 1:-1] > found[:, :-2]) & (found[:, 1:-1] >= found[:, 2:])
        for year in self.drawn_breaks:
            higher &= (year < every[:-2]) | (year > every[2:])
        for j in np.flatnonzero(higher.any(axis=0)):
            rows = _higher_beside(self, np.flatnonzero(higher[:, j]), every[j + 1], found[:, j + 1])
            low, high = (np.full((rows.size, 1), every[k]) for k in (j, j + 2))
            _, top = _summit(self.take(rows), low, high)
            best[rows, j + 2 :] = np.maximum(best[rows, j + 2 :], top)
        return np.asarray(best[:, np.searchsorted(every, years)])


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
    is enough, or a summit beside one, brackets the arrival, which is then refined by secants that
    stay inside the bracket, and bisections, to ``CLOSE_YEARS``.
    """
    need = np.atleast_1d(np.asarray(requirement, dtype=np.float64))
    drawn = _drawn_breaks(curve)
    size = np.broadcast_shapes(need.shape, np.shape(curve.at(last_year)), *map(np.shape, drawn))
    need = np.broadcast_to(need, size)
    known = _looked_at(curve.origin, last_year, curve.breaks)
    result = np.empty(size)
    for start in range(0, size[0], ROWS):
        rows = slice(start, min(start + ROWS, size[0]))
        part = curve.take(rows)
        some = [np.broadcast_to(year, size)[rows] for year in drawn]
        sides = [side for year in some for side in (year - JUST_BEFORE, year)]
        years = np.broadcast_to(known[:, np.newaxis], (known.size, need[rows].size))
        if sides:
            inside = np.clip(np.array(sides), curve.origin, last_year)
            years = np.sort(np.concatenate([years, inside]), axis=0)
        result[rows] = _first(part, need[rows], years)
    return result


def _first(curve: Curve, need: Array, years: Array) -> Array:
    """Return the first arrivals of some draws, looked at in years of shape (look, draw)."""
    found = np.array([np.broadcast_to(curve.at(each), need.shape) for each in years])
    enough = found >= need
    first = np.where(enough.any(axis=0), enough.argmax(axis=0), len(years))
    place = np.arange(need.size)
    low, high = (years[np.clip(first + k, 0, len(years) - 1), place] for k in (-1, 0))
    # A summit between two looks may come first.
    before = np.arange(1, len(years) - 1)[:, np.newaxis] < first
    higher = (found[1:-1] > found[:-2]) & (found[1:-1] >= found[2:]) & before
    for j in np.flatnonzero(higher.any(axis=1)):
        rows = np.flatnonzero(higher[j])
        rows = rows[first[rows] > j + 1]
        rows = _higher_beside(curve, rows, years[j + 1], found[j + 1])
        year, top = _summit(curve.take(rows), years[j, rows], years[j + 2, rows])
        over = rows[top >= need[rows]]
        low[over], high[over] = years[j, over], year[top >= need[rows]]
        first[over] = j + 1
    result: Array = np.where(first == 0, years[0], high)
    rest = np.flatnonzero((first > 0) & (first < len(years)))
    result[rest] = _refined(curve.take(rest), need[rest], low[rest], high[rest])
    result[first == len(years)] = np.inf
    return result


def _refined(curve: Curve, need: Array, low: Array, high: Array) -> Array:
    """Return the right ends of brackets, made narrow: below need at the left, not at the right."""
    low, high = low.copy(), np.array(high)
    below, above = curve.at(low) - need, curve.at(high) - need
    rows = np.flatnonzero(high - low > CLOSE_YEARS)
    for turn in range(REFINEMENTS):
        if not rows.size:
            break
        a, b = low[rows], high[rows]
        width = b - a
        if turn % 3 == 2:
            middle = a + 0.5 * width
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                share = below[rows] / (below[rows] - above[rows])
            # From just past the secant's year on it is enough, if the curve is smooth.
            margin = CLOSE_YEARS / 2 / width
            share = share + (margin if turn % 3 == 0 else -margin)
            middle = a + width * np.clip(np.where(np.isfinite(share), share, 0.5), 0.01, 0.99)
        gap = curve.take(rows).at(middle) - need[rows]
        enough = gap >= 0
        high[rows[enough]], above[rows[enough]] = middle[enough], gap[enough]
        low[rows[~enough]], below[rows[~enough]] = middle[~enough], gap[~enough]
        rows = rows[high[rows] - low[rows] > CLOSE_YEARS]
    return high


def _higher_beside(
    curve: Curve, rows: NDArray[np.intp], year: Value, value: Array
) -> NDArray[np.intp]:
    """Return those of some rows in which a curve is higher shortly before or after a year.

    Parameters
    ----------
    curve
        One for each draw.
    rows
        Draws in which the year is above its neighbours.
    year, value
        The year, known or of each draw, and the curves there, (draw,).

    Notes
    -----
    Elsewhere the year itself is the summit, as the last one before a fall.
    """
    if not rows.size:
        return rows
    some, top = curve.take(rows), value[rows]
    column = (-1, 1) if np.ndim(year) == 0 else (-1,)
    when = taken(year, rows)
    beside = [np.reshape(some.at(when + side), column)[..., 0] for side in (-BESIDE, BESIDE)]
    return rows[(beside[0] > top) | (beside[1] > top)]


def _summit(curve: Curve, low: Array, high: Array) -> tuple[Array, Array]:
    """Return year and value of the highest place between two years, by golden sections."""
    for _ in range(HALVINGS if low.size else 0):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        rises = curve.at(right) > curve.at(left)
        low, high = np.where(rises, left, low), np.where(rises, high, right)
    year = 0.5 * (low + high)
    return year, np.asarray(curve.at(year))


def _looked_at(first: float, last: float, breaks: Sequence[float]) -> Array:
    """Return known years to look at: every few, and both sides of breaks."""
    steps = max(2, int(np.ceil((last - first) / STEP_YEARS)) + 1)
    inside = [year for year in breaks if first < year <= last]
    sides = [side for year in inside for side in (year - JUST_BEFORE, year)]
    return np.union1d(np.linspace(first, last, steps), sides)


def _drawn_breaks(curve: Curve) -> tuple[Array, ...]:
    return curve.drawn_breaks if isinstance(curve, Path) else ()


def _ascending(years: Sequence[float]) -> tuple[float, ...]:
    return tuple(sorted(set(years)))


def _sum(year: Array, one: Curve, other: Curve) -> Array:
    return one.at(year) + other.at(year)


def _plus(year: Array, curve: Curve, oom: Value) -> Array:
    return np.asarray(curve.at(year) + oom)


def _later(year: Array, curve: Curve, years: Value) -> Array:
    return curve.at(year - years)
