"""The CDF of an arrival year: probabilities by years, quantile years, and the errors of both.

What is asked of a CDF over years is answered here alone, for forecasts, tables read back and the
outcomes of analyses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from bioanchors.results.estimates import (
    ENDS,
    ROUNDING,
    bent_quantile_error,
    jackknife_error,
    moderated_error,
    moderated_quantile_error,
    shared_variance,
    student_t,
)
from bioanchors.visible import shortened

Array = NDArray[np.float64]


def probability_at(year: Array | float, years: Array, cdf: Array) -> Array:
    """Return CDFs at other years: straight between their own, and level before and after them.

    Parameters
    ----------
    year
        One decimal year, or an array of them.
    years
        Shape (year,), ascending.
    cdf
        At those years, shape (..., year).

    Returns
    -------
    array
        Shape (...), for an array of years with their axis at the end.
    """
    place = np.clip(np.searchsorted(years, year), 1, years.size - 1)
    before, after = years[place - 1], years[place]
    share = np.clip((year - before) / (after - before), 0.0, 1.0)
    return np.asarray((1.0 - share) * cdf[..., place - 1] + share * cdf[..., place])


def quantile_years(probability: float, years: Array, cdf: Array) -> Array:
    """Return the first years at which CDFs reach a probability.

    Parameters
    ----------
    probability
        From 0 to 1.
    years
        Shape (year,), ascending.
    cdf
        At those years and straight between them, shape (..., year).

    Returns
    -------
    array
        Shape (...); ``-inf`` where it is reached at or before the first year, ``inf`` where it is
        not reached by the last, NaN where there is no CDF.
    """
    found = [_quantile_and_slope(probability, years, row)[0] for row in cdf.reshape(-1, years.size)]
    return np.array(found).reshape(cdf.shape[:-1])


def _quantile_and_slope(probability: float, years: Array, cdf: Array) -> tuple[float, float]:
    """Return a quantile year and the slope of the CDF there, ``inf`` where it has none."""
    if np.isnan(cdf[-1]):
        return math.nan, math.nan
    # Weighted sums of what is 1 may fall short of 1 by their rounding.
    target = probability - ROUNDING
    place = int(np.searchsorted(cdf, target, side="left"))
    if place == 0:
        return -math.inf, math.inf
    if place == cdf.size:
        return math.inf, math.inf
    rise, gap = cdf[place] - cdf[place - 1], years[place] - years[place - 1]
    year = float(years[place - 1] + (target - cdf[place - 1]) / rise * gap)
    # At a step the two years are neighbours, and only the later one is late enough.
    return year if year > years[place - 1] else float(years[place]), float(rise / gap)


def check_one(name: str, value: object) -> None:
    """Raise a ValueError if a value is no number, or is several."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"{name} must be one number, found {shortened(repr(value))}")


def check_probability(probability: float) -> None:
    """Raise a ValueError if a probability is none."""
    check_one("probability", probability)
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must be from 0 to 1, found {probability}")


def check_year(year: float, first_year: float, last_year: float) -> None:
    """Raise a ValueError if a year is outside a window."""
    check_one("year", year)
    if not first_year <= year <= last_year:
        raise ValueError(f"year must be from {first_year:g} to {last_year:g}, found {year:g}")


@dataclass(frozen=True, eq=False)
class ArrivalCdf:
    """Probability of arrival by decimal years, straight between them.

    Attributes
    ----------
    years
        Decimal years, ascending; the two years of a step are neighbouring numbers.
    cdf
        Probability of arrival by each of them.
    """

    years: Array
    cdf: Array

    def probability_by(self, year: float) -> float:
        """Return the probability of arrival by a decimal year in the window.

        Raises
        ------
        ValueError
            If the year is outside the window.
        """
        check_year(year, self.years[0], self.years[-1])
        return float(probability_at(year, self.years, self.cdf))

    def quantile(self, probability: float) -> float:
        """Return the year by which arrival has a probability.

        Returns
        -------
        float
            Decimal year; ``-inf`` is at or before the window's first, ``inf`` not by its last, NaN
            of a hypothesis that the evidence refutes.

        Raises
        ------
        ValueError
            If the probability is not from 0 to 1.
        """
        check_probability(probability)
        return _quantile_and_slope(probability, self.years, self.cdf)[0]


@dataclass(frozen=True, eq=False)
class EstimatedCdf(ArrivalCdf):
    """A CDF that replicates estimate, with the errors of all that is asked of it.

    Attributes
    ----------
    without_one
        ``cdf`` without each replicate in turn, shape (replicate, year).
    between
        Bound of what interpolation leaves at ``years``, which no spread of replicates holds.
    unseen
        Standard error that all replicates may hide alike.
    """

    without_one: Array
    between: Array
    unseen: float

    @property
    def replicates(self) -> int:
        """Independent repetitions."""
        return len(self.without_one)

    @cached_property
    def standard_error(self) -> Array:
        """Standard error of ``cdf``: the replicates' spread, moderated by that of all years."""
        return moderated_error(self._spread, self.cdf, self._shared, self.between)

    @property
    def largest_error(self) -> float:
        """Largest standard error of the probability of arrival by a whole year."""
        return float(np.max(self.standard_error[self._whole]))

    @cached_property
    def _spread(self) -> Array:
        return np.asarray(np.hypot(jackknife_error(self.without_one), self.unseen))

    @cached_property
    def _shared(self) -> Array:
        """The variance that all years share: only whole ones count."""
        return shared_variance(self._spread[self._whole], self.cdf[self._whole], self.replicates)

    @property
    def _whole(self) -> NDArray[np.bool_]:
        return np.asarray(self.years == np.floor(self.years))

    def probability_standard_error(self, year: float) -> float:
        """Return the standard error of ``probability_by``."""
        cdf = np.array([self.probability_by(year)])
        spread = jackknife_error(probability_at(year, self.years, self.without_one))
        between = probability_at(year, self.years, self.between)
        error = np.hypot(spread, self.unseen)
        return float(moderated_error(error, cdf, self._shared, between)[0])

    def within(self, duration_years: float, start: float) -> tuple[float, float]:
        """Return the probability of arrival within so many years of a date, given none by then.

        Parameters
        ----------
        duration_years
            Above 0.
        start
            Decimal year of the date.

        Returns
        -------
        tuple of float
            (F(start + duration) - F(start)) / (1 - F(start)), and its standard error; NaN where
            all has arrived by the date.

        Raises
        ------
        ValueError
            If the duration is not above 0, or either end is outside the window.
        """
        check_one("years", duration_years)
        check_one("start", start)
        if not duration_years > 0:
            raise ValueError(f"years must be above 0, found {duration_years:g}")
        ends = np.array([start, start + duration_years])
        before, after = (self.probability_by(end) for end in ends)
        if before >= 1.0:
            return math.nan, math.nan
        each = probability_at(ends, self.years, self.without_one)
        spread = jackknife_error((each[:, 1] - each[:, 0]) / (1.0 - each[:, 0]))
        between, left = probability_at(ends, self.years, self.between), 1.0 - before
        share = np.array([(after - before) / left])
        error = moderated_error(
            np.hypot(spread, self.unseen / left), share, self._shared / left, between.sum() / left
        )
        return float(share[0]), float(error[0])

    def probability_interval(self, year: float, level: float = 0.95) -> tuple[float, float]:
        """Return an interval that holds the exact ``probability_by`` with a probability.

        Notes
        -----
        The estimate and Student's t, with one degree of freedom less than there are replicates,
        times its standard error; cut to between 0 and 1.
        """
        middle = self.probability_by(year)
        reach = student_t(self.replicates, level) * self.probability_standard_error(year)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def quantile_standard_error(self, probability: float) -> float:
        """Return the standard error of a quantile year, in years; NaN where it has no bound."""
        check_probability(probability)
        error = jackknife_error(quantile_years(probability, self.years, self.without_one))
        year, slope = _quantile_and_slope(probability, self.years, self.cdf)
        between = np.hypot(probability_at(year, self.years, self.between), self.unseen)
        error = moderated_quantile_error(error, probability, np.array(slope), self._shared, between)
        if not math.isfinite(year):
            return float(error)
        reach = student_t(self.replicates)
        off = reach * self.probability_standard_error(year)
        ends = [
            _quantile_and_slope(probability + end * off, self.years, self.cdf)[0] for end in ENDS
        ]
        return float(bent_quantile_error(error, np.array(year), np.array(ends), reach))

    def quantile_interval(self, probability: float, level: float = 0.95) -> tuple[float, float]:
        """Return an interval that holds the exact quantile year with a probability.

        Returns
        -------
        tuple of float
            Decimal years, as ``quantile``.

        Notes
        -----
        The years at which the upper and the lower end of the CDF's band reach the probability;
        the band is the pooled CDF and Student's t times its standard error.
        """
        check_probability(probability)
        reach = student_t(self.replicates, level) * self.standard_error
        bands = np.maximum.accumulate([self.cdf + reach, self.cdf - reach], axis=1)
        low, high = quantile_years(probability, self.years, bands)
        return float(low), float(high)
