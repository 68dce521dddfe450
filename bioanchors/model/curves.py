"""Quantities over decimal years, in log10: what every curve can do, and trends with a ceiling.

A logistic trend x(y) = l(y) / (1 + l(y) / c(y)), with l and c exponentials, is in log10 a straight
line less one softplus of a straight line. Products of such trends add up to one line less several
softplus terms. That sum is concave, on which ``arrival.first_crossing`` rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
Value = float | Array
"""A known number, or a value for each draw."""

Rows = slice | NDArray[np.intp]

Flag = bool | np.bool_ | NDArray[np.bool_]
"""Whether something holds, of all draws or of each."""

LN10 = float(np.log(10.0))
JUST_BEFORE = 1e-9
"""Years by which the last look before a jump comes before it."""

HALVINGS = 30
"""Of a window of a hundred years: to less than a millionth of a year."""


class Curve(Protocol):
    """log10 of a quantity over decimal years: known, or one curve for each draw.

    Where it jumps it has the later value at the year of the jump.
    """

    @property
    def origin(self) -> float:
        """Year from which arrivals are looked for."""

    @property
    def breaks(self) -> tuple[float, ...]:
        """Known years at which it bends or jumps."""

    def at(self, year: Value) -> Array:
        """Return log10 of the quantity at decimal years, broadcast against the draws."""

    def later(self, years: Value) -> Curve:
        """Return the curve that takes each value so many years later."""

    def plus(self, oom: Value) -> Curve:
        """Return the curve of the quantity times 10^oom."""

    def __add__(self, other: Curve) -> Curve:
        """Return the curve of the product of two quantities."""

    def take(self, rows: Rows) -> Curve:
        """Return the curves of some draws, where each draw is one value."""

    def rises_until(self, year: float) -> Flag:
        """Return whether it is known of each draw that it falls nowhere before a year."""

    def highest_so_far(self, years: Array, values: Array | None = None) -> Array:
        """Return the highest that it has been by each of ascending years, (draw, year).

        From the first of them on; ``values`` are the curve there, if known already. Draws are
        columns.
        """


@dataclass(frozen=True, slots=True)
class Line:
    """A line in the year less softplus terms of lines, in log10.

    Attributes
    ----------
    level
        The line at ``origin``, in log10 of the quantity's unit.
    slope
        The line's slope, OOM per year.
    terms
        Level at ``origin`` and slope of each line under a softplus.
    origin
        The year from which the lines count.

    Notes
    -----
    log10 x(y) = level + slope t - sum_i log10(1 + 10^(a_i + k_i t)), with t = y - origin.
    """

    breaks: ClassVar[tuple[float, ...]] = ()

    level: Value
    slope: Value
    terms: tuple[tuple[Value, Value], ...]
    origin: float

    def __add__(self, other: Curve) -> Curve:
        """Curve of the product of two quantities: a line where both are."""
        if self.origin != other.origin:
            raise ValueError("curves count from different years")
        if not isinstance(other, Line):
            return other + self
        return Line(
            self.level + other.level,
            self.slope + other.slope,
            self.terms + other.terms,
            self.origin,
        )

    def plus(self, oom: Value) -> Line:
        """Curve of the quantity times 10^oom."""
        return Line(self.level + oom, self.slope, self.terms, self.origin)

    def later(self, years: Value) -> Line:
        """Curve that takes each value so many years later."""
        if np.ndim(years) == 0 and years == 0:
            return self
        return Line(
            self.level - self.slope * years,
            self.slope,
            tuple((level - slope * years, slope) for level, slope in self.terms),
            self.origin,
        )

    def take(self, rows: Rows) -> Line:
        """Return the lines of some draws."""
        return Line(
            taken(self.level, rows),
            taken(self.slope, rows),
            tuple((taken(level, rows), taken(slope, rows)) for level, slope in self.terms),
            self.origin,
        )

    def at(self, year: Value) -> Array:
        """Return log10 of the quantity at decimal years (broadcast against the draws)."""
        t = np.asarray(year) - self.origin
        value = np.asarray(self.level + self.slope * t)
        # With n = -(a + k t), a softplus is log(1 + e^n) - n: one logarithm for all of them. The
        # bound on n keeps the product finite; a softplus is 0 long before it.
        most = 300.0 / max(1, len(self.terms))
        shape = np.broadcast_shapes(
            value.shape, *(np.shape(each) for term in self.terms for each in term)
        )
        product = nats = None
        for level, slope in self.terms:
            n = np.empty(shape)
            np.multiply(t, -LN10 * slope, out=n)
            n += -LN10 * level
            if np.max(n, initial=-np.inf) > most:
                np.minimum(n, most, out=n)
            if nats is None:
                nats = n.copy()
            else:
                nats += n
            np.exp(n, out=n)
            n += 1.0
            if product is None:
                product = n
            else:
                product *= n
        if product is None or nats is None:
            return value
        np.log(product, out=product)
        nats -= product
        nats *= 1.0 / LN10
        nats += value
        return nats

    def slope_at(self, year: Value) -> Array:
        """Return the slope at decimal years, OOM per year. Of a concave curve it never rises."""
        t = np.asarray(year) - self.origin
        slope = np.asarray(self.slope, dtype=np.float64)
        for level, rate in self.terms:
            slope = slope - rate * expit(LN10 * (level + rate * t))
        return slope

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
        A concave curve has one summit, which may lie between the years: it is found by halving.
        """
        values = np.atleast_2d(self.at(years) if values is None else values)
        if self.never_falls():
            return values
        rises = np.broadcast_to(self.rises_until(years[-1]), (values.shape[0], 1))
        rows = np.flatnonzero(~rises[:, 0])
        if not rows.size:
            return values
        result = values.copy()
        result[rows] = self.take(rows)._past_summit(years, values[rows])
        return result

    def _past_summit(self, years: Array, values: Array) -> Array:
        low, high = (np.full((values.shape[0], 1), year) for year in (years[0], years[-1]))
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            rises = self.slope_at(middle) > 0
            low, high = np.where(rises, middle, low), np.where(rises, high, middle)
        # The first year is the summit of what falls throughout.
        top = np.maximum(self.at(0.5 * (low + high)), values[:, :1])
        return np.where(years > high, np.maximum(top, values), values)

    def rises_until(self, year: float) -> Flag:
        """Return whether each draw falls nowhere before a year."""
        # What still rises at the end has risen all along.
        return self.never_falls() or self.slope_at(year) > 0

    def steepest(self) -> Value:
        """Return what its slope nowhere exceeds, OOM per year."""
        most: Value = self.slope
        for _, slope in self.terms:
            most = most - np.minimum(slope, 0.0)
        return most

    def never_falls(self) -> bool:
        """Whether the curve rises even where every term has its full effect."""
        # The slope where all softplus terms are past their bends.
        least: Value = self.slope
        for _, slope in self.terms:
            least = least - np.maximum(slope, 0.0)
        return bool(np.min(least) >= 0.0)


def taken(value: Value, rows: Rows) -> Value:
    """Return the values of some draws; what is known is known of all."""
    return value[rows] if isinstance(value, np.ndarray) and value.ndim else value


def logistic(
    level: Value,
    rate: Value,
    start_year: float,
    ceiling: Value,
    ceiling_rate: Value,
    ceiling_year: float,
    origin: float,
) -> Line:
    """Return the curve of exponential growth under a ceiling that may itself grow.

    Parameters
    ----------
    level
        log10 of the quantity in ``start_year``, were there no ceiling.
    rate
        OOM per year.
    ceiling
        log10 of the ceiling in ``ceiling_year``.
    ceiling_rate
        OOM per year.
    origin
        Year from which the curve's lines count.

    Notes
    -----
    x(y) = l(y) / (1 + l(y) / c(y)), l = 10^(level + rate (y - start_year)),
    c = 10^(ceiling + ceiling_rate (y - ceiling_year)). At start_year x is a little below
    10^level, as in the 2020 model.

    References
    ----------
    Cotra (2020), "Forecasting TAI with biological anchors", part 4.
    """
    line = level + rate * (origin - start_year)
    limit = ceiling + ceiling_rate * (origin - ceiling_year)
    return Line(line, rate, ((line - limit, rate - ceiling_rate),), origin)
