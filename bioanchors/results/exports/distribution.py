"""A forecast as a distribution of SciPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from bioanchors.results.forecast import Forecast


class ArrivalDistribution(NamedTuple):
    """The arrival year, as SciPy has distributions.

    Attributes
    ----------
    distribution
        Of the year given arrival after the window's first year and by its last: frozen, with
        ``cdf``, ``ppf``, ``rvs`` and the rest of ``scipy.stats``.
    p_at_or_before
        Probability of arrival at or before the window's first year.
    p_never
        Probability of no arrival by its last.
    """

    distribution: Any
    p_at_or_before: float
    p_never: float

    def cdf(self, year: Any) -> Any:
        """Return the probability of arrival by decimal years in the window, of any shape."""
        inside = 1.0 - self.p_at_or_before - self.p_never
        return self.p_at_or_before + inside * self.distribution.cdf(year)


def distribution(forecast: Forecast) -> ArrivalDistribution:
    """Return a forecast as a distribution of SciPy, conditional on arrival within the window.

    Raises
    ------
    ValueError
        If there is none.
    """
    # Not at the top: SciPy's distributions take longer to import than a forecast to make.
    from bioanchors.formats.arrival_year import ArrivalYear

    cdf = np.maximum.accumulate(forecast.cdf)
    inside = cdf[-1] - cdf[0]
    if not inside > 0:
        raise ValueError("there is no arrival within the window to give a distribution of")
    made = ArrivalYear(forecast.years, (cdf - cdf[0]) / inside, name="arrival_year")
    return ArrivalDistribution(made, float(cdf[0]), float(1.0 - cdf[-1]))
