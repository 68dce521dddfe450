"""Statistics of replicates: errors by leaving one out.

References
----------
Efron, B. and Tibshirani, R. (1993), "An Introduction to the Bootstrap", ch. 11: the jackknife.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Array = NDArray[np.float64]

ROUNDING = 1e-12
FLAT = 0.02
FREEDOM = 3.5
"""Degrees of freedom of what all years say together, beside the replicates': half of eight's."""

ENDS = (-2.0, -1.0, 1.0, 2.0)
"""Where it is looked for bends of a CDF near a quantile year, in half widths of its interval."""

BENT = 1.5
"""How many times as far the year may lie there as a straight CDF would have it, before the error is
what these years say."""


def student_t(replicates: int, level: float = 0.95) -> float:
    """Return how many standard errors an interval reaches that holds the truth with a probability.

    Raises
    ------
    ValueError
        If the probability is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, found {level}")
    return float(stdtrit(replicates - 1, (1 + level) / 2))


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


def shared_variance(error: Array, cdf: Array, replicates: int) -> Array:
    """Return what the years of a CDF say together of its error.

    Parameters
    ----------
    error, cdf
        At the same years, shape (..., year).
    replicates
        From how many the errors come: many need no help.

    Returns
    -------
    array
        Mean of SE^2 / (F (1 - F)) over the years at which F (1 - F) is above 0.02, times 3.5 over
        the replicates' degrees of freedom; 0 where there are no such years. Shape (...).
    """
    spread = cdf * (1.0 - cdf)
    some = spread > FLAT
    ratios = np.where(some, error**2 / np.where(some, spread, 1.0), 0.0)
    share = FREEDOM / (replicates - 1)
    return np.asarray(share * ratios.sum(axis=-1) / np.maximum(some.sum(axis=-1), 1))


def moderated_error(error: Array, cdf: Array, shared: Array, between: Array | float = 0.0) -> Array:
    """Return errors of a CDF that a lucky spread at some year does not make too small.

    Parameters
    ----------
    error, cdf
        Standard errors from few replicates, and probabilities, shape (..., year).
    shared
        As ``shared_variance`` gives it, shape (...).
    between
        Bound of an error that all replicates have in common, where anything is uncertain; by year.

    Notes
    -----
    SE^2 + c F (1 - F) + b^2, with c the shared variance and b the bound: variances of few
    replicates gain from what all years say together, and a run that stops where its error looks
    small has chosen a small look.

    References
    ----------
    Smyth, G. K. (2004), "Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments", Stat. Appl. Genet. Mol. Biol. 3, 3.
    """
    spread = np.maximum(cdf * (1.0 - cdf), 0.0)
    added = np.asarray(shared)[..., np.newaxis] * spread
    return np.asarray(np.sqrt(error**2 + added + between**2 * (spread > ROUNDING)))


def moderated_quantile_error(
    error: Array, probability: float, slope: Array, shared: Array, between: Array | float = 0.0
) -> Array:
    """Return errors of quantile years, as ``moderated_error`` of a CDF.

    Parameters
    ----------
    error
        In years.
    probability
        Of the quantile.
    slope
        Of the CDF there, per year: what it lacks in probability it lacks in years by its slope.
    shared, between
        As ``moderated_error``.
    """
    added = shared * probability * (1.0 - probability) + between**2
    with np.errstate(divide="ignore", invalid="ignore"):
        years = np.where(added > 0, np.sqrt(added) / slope, 0.0)
    return np.asarray(np.hypot(error, years))


def bent_quantile_error(error: Array, year: Array, ends: Array, reach: float) -> Array:
    """Return errors of quantile years that hold a bend or a step of the CDF near them.

    Parameters
    ----------
    error, year
        As ``moderated_quantile_error`` gives it, which takes the CDF for straight, and the year.
    ends
        Years at which the CDF has the quantile's probability and ``ENDS`` times the reach: shape
        (end, ...).
    reach
        Half width of the interval in standard errors, those of the CDF at the year.

    Notes
    -----
    Within a step of the CDF all replicates agree on the year, and the slope is infinite; that the
    step may end below the probability, years earlier than it is reached, shows at the ends alone,
    and at those of the interval not, where it is all but sure: then an error of nothing would be
    too little. What is beyond the window says nothing.
    """
    with np.errstate(invalid="ignore"):
        off = np.abs(ends - year)
    reaches = reach * np.abs(ENDS).reshape(-1, *[1] * (off.ndim - 1))
    far = (np.where(np.isfinite(off), off, 0.0) / reaches).max(axis=0)
    return np.asarray(np.where(far > BENT * error, far, error))
