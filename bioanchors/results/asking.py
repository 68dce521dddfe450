"""What people ask of a forecast: methods that hand it on to the CDF that it gives."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from bioanchors.results.arrival import EstimatedCdf

Array = NDArray[np.float64]


class Asking(ABC):
    """The questions, of all and given one hypothesis."""

    @abstractmethod
    def given(self, hypothesis: str | None = None) -> EstimatedCdf:
        """Return the CDF of all, or given one hypothesis (without "none"), with its errors."""

    def cdf_of(self, hypothesis: str | None = None) -> Array:
        """Return the CDF at ``years``, of all or given one hypothesis, as ``given``."""
        return self.given(hypothesis).cdf

    def quantile(self, probability: float, hypothesis: str | None = None) -> float:
        """Return the year by which arrival has a probability.

        Parameters
        ----------
        probability
            From 0 to 1.
        hypothesis
            Given this one, without "none"; by default of the whole forecast.

        Returns
        -------
        float
            Decimal year; ``-inf`` is at or before the window's first, ``inf`` not by its last.

        Raises
        ------
        ValueError
            If the probability is not from 0 to 1.
        """
        return self.given(hypothesis).quantile(probability)

    def quantile_standard_error(self, probability: float, hypothesis: str | None = None) -> float:
        """Return the standard error of a quantile year, in years; NaN where it has no bound."""
        return self.given(hypothesis).quantile_standard_error(probability)

    def quantile_interval(
        self, probability: float, level: float = 0.95, hypothesis: str | None = None
    ) -> tuple[float, float]:
        """Return an interval that holds the exact quantile year with a probability.

        Parameters
        ----------
        probability
            Of the quantile, from 0 to 1.
        level
            Probability that the interval holds the exact year.
        hypothesis
            As ``quantile``.

        Returns
        -------
        tuple of float
            Decimal years; ``-inf`` is at or before the window's first, ``inf`` not by its last.
        """
        return self.given(hypothesis).quantile_interval(probability, level)

    def probability_by(self, year: float, hypothesis: str | None = None) -> float:
        """Return the probability of arrival by a decimal year in the window.

        Raises
        ------
        ValueError
            If the year is outside the window.
        """
        return self.given(hypothesis).probability_by(year)

    def probability_standard_error(self, year: float, hypothesis: str | None = None) -> float:
        """Return the standard error of ``probability_by``."""
        return self.given(hypothesis).probability_standard_error(year)

    def within(
        self, duration_years: float, start: float, hypothesis: str | None = None
    ) -> tuple[float, float]:
        """Return the probability of arrival within so many years of a date, given none by then.

        With its standard error. The date is a decimal year; both ends lie in the window.
        """
        return self.given(hypothesis).within(duration_years, start)

    def probability_interval(
        self, year: float, level: float = 0.95, hypothesis: str | None = None
    ) -> tuple[float, float]:
        """Return an interval that holds the exact ``probability_by`` with a probability."""
        return self.given(hypothesis).probability_interval(year, level)

    @property
    def mass_at_or_before(self) -> float:
        """Probability of arrival at or before the window's first year."""
        return float(self.given().cdf[0])

    @property
    def mass_within(self) -> float:
        """Probability of arrival after the first year, up to the last."""
        cdf = self.given().cdf
        return float(cdf[-1] - cdf[0])

    @property
    def mass_beyond(self) -> float:
        """Probability of no arrival by the last year: later, or never."""
        return float(1.0 - self.given().cdf[-1])

    @property
    def cdf_standard_error(self) -> Array:
        """Standard error of ``cdf``: the replicates' spread, moderated by that of all years."""
        return self.given().standard_error

    @property
    def largest_error(self) -> float:
        """Largest standard error of the probability of arrival by a whole year."""
        return self.given().largest_error
