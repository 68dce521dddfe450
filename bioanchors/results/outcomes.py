"""What a forecast is asked for as one number: a probability, a quantile year, a restricted mean."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bioanchors.parameters import year_of
from bioanchors.results.arrival import (
    check_probability,
    check_year,
    probability_at,
    quantile_years,
)
from bioanchors.results.estimates import jackknife_error
from bioanchors.results.forecast import Forecast

Array = NDArray[np.float64]


class Estimate(NamedTuple):
    """A number and its standard error."""

    value: float
    standard_error: float


class Outcome(ABC):
    """A number that a CDF over years gives."""

    unit: str

    @property
    @abstractmethod
    def name(self) -> str:
        """Name in tables and files."""

    @abstractmethod
    def of(self, years: Array, cdf: Array) -> Array:
        """Return the number for each CDF, shapes (year,) and (..., year) to (...)."""

    @abstractmethod
    def check(self, first_year: float, last_year: float) -> None:
        """Raise a ValueError if a window has no such number."""

    def estimate(self, forecast: Forecast) -> Estimate:
        """Return the number of a forecast, and its standard error."""
        self.check(forecast.years[0], forecast.years[-1])
        return Estimate(float(self.of(forecast.years, forecast.cdf)), self._error(forecast))

    def _error(self, forecast: Forecast) -> float:
        return float(jackknife_error(self.of(forecast.years, forecast.cdf_without_one)))


@dataclass(frozen=True)
class ProbabilityBy(Outcome):
    """Probability of arrival by a decimal year."""

    year: float
    unit = "1"

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return f"probability_by_{self.year:g}"

    def of(self, years: Array, cdf: Array) -> Array:
        """Return the number for each CDF."""
        return probability_at(self.year, years, cdf)

    def check(self, first_year: float, last_year: float) -> None:
        """Raise a ValueError if a window does not hold the year."""
        check_year(self.year, first_year, last_year)

    def _error(self, forecast: Forecast) -> float:
        return forecast.probability_standard_error(self.year)


@dataclass(frozen=True)
class RestrictedMean(Outcome):
    """Mean of the arrival year, censored at the last year: E[min(T, until)].

    Arrival at or before the window's first year counts as then.

    Notes
    -----
    E[min(max(T, a), b)] = b - integral of P(T <= y) from a to b, exact for a CDF that is straight
    between its years.
    """

    until: float
    unit = "year"

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return "restricted_mean_year"

    def of(self, years: Array, cdf: Array) -> Array:
        """Return the number for each CDF."""
        last = int(np.searchsorted(years, self.until, side="right")) - 1
        steps = np.diff(years[: last + 1])
        area = (0.5 * (cdf[..., 1 : last + 1] + cdf[..., :last])) @ steps
        if last + 1 < years.size and years[last] < self.until:
            end = ProbabilityBy(self.until).of(years, cdf)
            area = area + (self.until - years[last]) * 0.5 * (cdf[..., last] + end)
        return np.asarray(self.until - area)

    def check(self, first_year: float, last_year: float) -> None:
        """Raise a ValueError if a window ends before."""
        check_year(self.until, first_year, last_year)


@dataclass(frozen=True)
class QuantileYear(Outcome):
    """Year by which arrival has a probability; as ``Forecast.quantile``."""

    probability: float
    unit = "year"

    @property
    def name(self) -> str:
        """Name in tables and files."""
        if self.probability == 0.5:
            return "median_year"
        return f"quantile_{100 * self.probability:g}_year"

    def of(self, years: Array, cdf: Array) -> Array:
        """Return the number for each CDF."""
        return quantile_years(self.probability, years, cdf)

    def check(self, first_year: float, last_year: float) -> None:
        """Raise a ValueError if the probability is none."""
        check_probability(self.probability)

    def _error(self, forecast: Forecast) -> float:
        return forecast.quantile_standard_error(self.probability)


MEDIAN = QuantileYear(0.5)


def read_outcome(text: str, last_year: float) -> Outcome:
    """Return the outcome that a text names.

    Parameters
    ----------
    text
        A decimal year or a date (arrival by then), ``median``, ``p10`` and the like, or
        ``restricted_mean``.
    last_year
        At which the mean is censored.

    Raises
    ------
    ValueError
        If it names none.
    """
    name = text.strip().lower()
    percent = re.fullmatch(r"p(\d+(?:\.\d+)?)", name)
    if name == "median":
        return MEDIAN
    if name == "restricted_mean":
        return RestrictedMean(last_year)
    if percent and 0 < float(percent.group(1)) < 100:
        return QuantileYear(float(percent.group(1)) / 100)
    try:
        return ProbabilityBy(year_of(name))
    except ValueError:
        raise ValueError(
            f"found {text!r}; allowed: a year or a date, median, p10 (a tenth by then), or "
            "restricted_mean"
        ) from None
