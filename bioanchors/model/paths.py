"""Curves that are any function of the year, in log10."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Flag, Rows, Value, taken
from bioanchors.model.summits import SLIGHT_OOM, STEP_YEARS, summits

ROUNDING_OOM = 1e-12

REMEMBERED = 3
"""Looks at a curve that others share, of which the values are kept."""


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
    keeps_rising
        Whether it is known to fall nowhere where none of the curves among its arguments does.
    jumps
        Whether it falls at its breaks alone, where none of them falls elsewhere.
    seen
        What it was in known years, by these: parts of curves that hypotheses share are looked at
        once.
    """

    function: Callable[..., Array]
    arguments: tuple[Value | Curve, ...]
    origin: float
    breaks: tuple[float, ...] = ()
    drawn_breaks: tuple[Array, ...] = ()
    keeps_rising: Flag = False
    jumps: bool = False
    seen: dict[tuple[float, ...], Array] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def bent(
        cls,
        curve: Curve,
        function: Callable[..., Array],
        *arguments: Value | Curve,
        years: Sequence[Value] = (),
        keeps_rising: Flag = False,
        jumps: bool = False,
    ) -> Path:
        """Return a curve that something happens to.

        Parameters
        ----------
        curve
            Handed to ``function`` as its second argument, after the years.
        function, arguments
            As of a path.
        years
            Known or drawn, at which the new curve bends or jumps, besides those of the curves of
            which it is made.
        keeps_rising, jumps
            As of a path.
        """
        curves = [curve, *_curves(arguments)]
        known = [float(year) for year in years if np.ndim(year) == 0]
        drawn = [np.asarray(year) for year in years if np.ndim(year)]
        # Each array once: curves may share what bends them.
        every = {id(year): year for each in curves for year in drawn_breaks_of(each)}
        return cls(
            function,
            (curve, *arguments),
            curve.origin,
            _ascending([*(year for each in curves for year in each.breaks), *known]),
            (*every.values(), *drawn),
            keeps_rising,
            jumps,
        )

    def at(self, year: Value) -> Array:
        """Return log10 of the quantity at decimal years (broadcast against the draws)."""
        return np.asarray(self.function(np.asarray(year, dtype=np.float64), *self.arguments))

    def later(self, years: Value) -> Path:
        """Curve that takes each value so many years later."""
        if np.ndim(years) == 0 and years == 0:
            return self
        if np.ndim(years) == 0:
            known = tuple(year + float(years) for year in self.breaks)
            drawn = tuple(year + years for year in self.drawn_breaks)
        else:
            lag = np.asarray(years)
            known, drawn = (), tuple(year + lag for year in (*self.breaks, *self.drawn_breaks))
        return Path(_later, (self, years), self.origin, known, drawn, keeps_rising=True)

    def plus(self, oom: Value) -> Path:
        """Curve of the quantity times 10^oom."""
        breaks = self.breaks, self.drawn_breaks
        return Path(_plus, (self, oom), self.origin, *breaks, keeps_rising=True)

    def __add__(self, other: Curve) -> Path:
        """Curve of the product of two quantities."""
        if self.origin != other.origin:
            raise ValueError("curves count from different years")
        return Path.bent(self, _sum, other, keeps_rising=True)

    def take(self, rows: Rows) -> Path:
        """Return the paths of some draws."""
        arguments = tuple(
            taken(each, rows) if isinstance(each, float | int | np.ndarray) else each.take(rows)
            for each in self.arguments
        )
        drawn = tuple(np.asarray(taken(year, rows)) for year in self.drawn_breaks)
        keeps = self.keeps_rising
        if isinstance(keeps, np.ndarray) and keeps.ndim:
            keeps = keeps[rows]
        return Path(self.function, arguments, self.origin, self.breaks, drawn, keeps, self.jumps)

    def rises_until(self, year: float) -> Flag:
        """Return whether it is known of each draw that it falls nowhere before a year."""
        rises = self.keeps_rising
        for curve in _curves(self.arguments):
            if not np.any(rises):
                break
            rises = rises & curve.rises_until(year)
        return rises

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
        Where it falls at breaks alone, it is looked at just before each. Elsewhere it is looked at
        in its own years, too. A summit between two of them is found by golden sections, but where a
        drawn break lies there, too.
        """
        given = np.atleast_2d(self.at(years) if values is None else values)
        falls = ~np.broadcast_to(self.rises_until(years[-1]), (given.shape[0], 1))[:, 0]
        if not falls.any():
            return given
        jumps = np.broadcast_to(rises_between(self, years[-1]), (given.shape[0], 1))[:, 0]
        rows = np.flatnonzero(falls & ~jumps)
        if rows.size == given.shape[0]:
            return self._highest(years, given)
        result = self._highest_of_jumps(years, given, falls & jumps)
        if rows.size:
            result[rows] = self.take(rows)._highest(years, given[rows])
        return result

    def _highest_of_jumps(self, years: Array, given: Array, some: NDArray[np.bool_]) -> Array:
        # Between two breaks it rises: what it has been at most, it was just before one, or is now.
        best = given.copy()
        if not some.any():
            return best
        holds = some[:, np.newaxis]
        for year in self.breaks:
            if years[0] < year <= years[-1]:
                place = int(np.searchsorted(years, year))
                known = years[place - 1] == year - JUST_BEFORE
                before = given[:, place - 1 : place] if known else self.at(year - JUST_BEFORE)
                np.maximum(best[:, place:], before, out=best[:, place:], where=holds)
        for drawn in self.drawn_breaks:
            counts = holds & (drawn > years[0]) & (years >= drawn)
            if counts.any():
                np.maximum(best, self.at(drawn - JUST_BEFORE), out=best, where=counts)
        return best

    def _highest(self, years: Array, given: Array) -> Array:
        known = years_to_look_at(years[0], years[-1], self.breaks)
        every, other = np.union1d(known, years), np.setdiff1d(known, years)
        found = np.empty((given.shape[0], every.size))
        found[:, np.searchsorted(every, years)] = given
        found[:, np.searchsorted(every, other)] = self.at(other)
        best = np.maximum.accumulate(found, axis=1)
        for year in self.drawn_breaks:
            before = self.at(year - JUST_BEFORE)
            counts = (year > every[0]) & (every >= year)
            best = np.maximum(best, np.where(counts, before, -np.inf))
        # A summit lies beside a year with more than both of its neighbours.
        higher = found[:, 1:-1] > found[:, :-2] + SLIGHT_OOM
        higher &= found[:, 1:-1] >= found[:, 2:]
        for year in self.drawn_breaks:
            higher &= (year < every[:-2]) | (year > every[2:])
        rows, place = np.nonzero(higher)
        if rows.size:
            low, year, high = (every[place + k, np.newaxis] for k in range(3))
            value = found[rows, place + 1, np.newaxis]
            over, _, top = summits(self, rows, low, year, high, value)
            tops = np.full(best.shape, -np.inf)
            tops[rows[over], place[over] + 2] = top[:, 0]
            best = np.maximum(best, np.maximum.accumulate(tops, axis=1))
        result = best[:, np.searchsorted(every, years)]
        # A fall by rounding is none.
        return np.asarray(np.where(result - given <= ROUNDING_OOM, given, result))


class _Remembered:
    """A curve itself, with the last few of its values."""

    def __init__(self) -> None:
        self._last: list[tuple[Array, Curve, Array]] = []

    def __call__(self, year: Array, curve: Curve) -> Array:
        for other, of, values in self._last:
            if of is curve and (other is year or _same_known(other, year)):
                return values
        values = curve.at(year)
        self._last = [(year, curve, values), *self._last[: REMEMBERED - 1]]
        return values


def remembered(curve: Curve) -> Path:
    """Return a curve for several users, who ask for the same years one after the other."""
    return Path.bent(curve, _Remembered(), keeps_rising=True)


def _same_known(one: Array, other: Array) -> bool:
    return one.ndim == other.ndim == 1 and np.array_equal(one, other)


def seen_in(curve: Curve, years: tuple[float, ...]) -> Array:
    """Return a curve in known years, (year, draw), and remember it."""
    if not isinstance(curve, Path):
        return curve.at(np.array(years)[:, np.newaxis])
    if years not in curve.seen:
        if curve.function is _sum:
            one, other = (seen_in(each, years) for each in _curves(curve.arguments))
            curve.seen[years] = one + other
        else:
            curve.seen[years] = curve.at(np.array(years)[:, np.newaxis])
    return curve.seen[years]


def years_to_look_at(first: float, last: float, breaks: Sequence[float]) -> Array:
    """Return known years to look at: every few, and both sides of breaks."""
    steps = max(2, int(np.ceil((last - first) / STEP_YEARS)) + 1)
    inside = [year for year in breaks if first < year <= last]
    sides = [side for year in inside for side in (year - JUST_BEFORE, year)]
    return np.union1d(np.linspace(first, last, steps), sides)


def rises_between(curve: Curve, year: float) -> Flag:
    """Return whether it is known of each draw that before a year it falls at breaks alone."""
    if not isinstance(curve, Path):
        return curve.rises_until(year)
    rises = curve.keeps_rising | curve.jumps
    for each in _curves(curve.arguments):
        if not np.any(rises):
            break
        rises = rises & rises_between(each, year)
    return rises


def drawn_breaks_of(curve: Curve) -> tuple[Array, ...]:
    """Return the years, of each draw, at which a curve bends or jumps."""
    return curve.drawn_breaks if isinstance(curve, Path) else ()


def _curves(arguments: Sequence[Value | Curve]) -> list[Curve]:
    return [each for each in arguments if not isinstance(each, float | int | np.ndarray)]


def _ascending(years: Sequence[float]) -> tuple[float, ...]:
    return tuple(sorted(set(years)))


def _sum(year: Array, one: Curve, other: Curve) -> Array:
    return one.at(year) + other.at(year)


def _plus(year: Array, curve: Curve, oom: Value) -> Array:
    return np.asarray(curve.at(year) + oom)


def _later(year: Array, curve: Curve, years: Value) -> Array:
    return curve.at(year - years)
