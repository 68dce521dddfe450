"""Statistics of replicates: errors by leaving one out, and quantile years.

References
----------
Efron, B. and Tibshirani, R. (1993), "An Introduction to the Bootstrap", ch. 11: the jackknife.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROUNDING = 1e-12


def jackknife_error(values: Array) -> Array:
    """Return the standard error of a statistic from its values without each replicate.

    Parameters
    ----------
    values
        Shape (replicate, ...).

    Returns
    -------
    array
        Shape (...); NaN where a value is infinite, as of a quantile that is not always reached.

    Notes
    -----
    SE^2 = (R - 1) / R x sum over replicates of (value_r - mean)^2.
    """
    replicates = values.shape[0]
    with np.errstate(invalid="ignore"):
        spread = values - values.mean(axis=0)
    result: Array = np.sqrt((replicates - 1) / replicates * np.sum(spread**2, axis=0))
    # Where nothing was sampled, the replicates differ by the rounding of their sums alone.
    return np.where(result <= ROUNDING * np.abs(values).max(axis=0), 0.0, result)


def quantile_year(probability: float, years: Array, cdf: Array) -> float:
    """Return the first year at which a CDF, straight between its years, reaches a probability.

    Parameters
    ----------
    probability
        From 0 to 1.
    years, cdf
        Shape (year,), ascending.

    Returns
    -------
    float
        Decimal year; the first one where it is reached at or before then, ``inf`` where it is
        not reached by the last.
    """
    # Weighted sums of what is 1 may fall short of 1 by their rounding.
    if np.isnan(cdf[-1]):
        return float("nan")
    target = probability - ROUNDING
    place = int(np.searchsorted(cdf, target, side="left"))
    if place == 0:
        return float(years[0])
    if place == cdf.size:
        return float("inf")
    low, high = cdf[place - 1], cdf[place]
    share = (target - low) / (high - low)
    year = float(years[place - 1] + share * (years[place] - years[place - 1]))
    # At a step the two years are neighbours, and only the later one is late enough.
    return year if year > years[place - 1] else float(years[place])
