"""Scores of a forecast of a number, from weighted draws and a measurement with an error.

References
----------
Gneiting, T. and Raftery, A. E. (2007), "Strictly proper scoring rules, prediction, and estimation",
J. Am. Stat. Assoc. 102, 359-378.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from bioanchors.analysis.estimating import weighted_percentiles

Array = NDArray[np.float64]

BANDS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Ends of the central 95, 80 and 50 %, and the median."""
STRATA = 2**15
"""Strata of the measurement error, drawn at random to the draws."""


class Scores(NamedTuple):
    """What was said of a number, and how it fared; all in OOM, but for PIT and log score.

    Attributes
    ----------
    median, spread
        Median and standard deviation of the forecast.
    off
        What was measured less the median.
    z
        The same over the spread and the standard error of the measurement together.
    pit
        Probability that the forecast gave to less than was measured.
    log_score
        Logarithm of the density that it gave to what was measured, in nats per OOM.
    crps
        Continuous ranked probability score: 0 is best.
    bands
        ``BANDS`` of the forecast of the measurement, its error included.
    """

    median: float
    spread: float
    off: float
    z: float
    pit: float
    log_score: float
    crps: float
    bands: tuple[float, ...]


_NO = math.nan
NOT_SCORED = Scores(_NO, _NO, _NO, _NO, _NO, _NO, _NO, (_NO,) * len(BANDS))


def scores(draws: Array, weight: Array, measured: float, error: float) -> Scores:
    """Return the scores of a forecast.

    Parameters
    ----------
    draws, weight
        Of the forecast, log10, and what each counts; shape (draw,).
    measured, error
        log10 of what was measured, and the standard error of that.

    Notes
    -----
    With X the forecast and e the error of the measurement, W = X + e: PIT P(W <= measured), the log
    score log p_W(measured), and CRPS E|W - measured| - E|W - W'| / 2. The first two and the first
    half of the third are exact given the draws; E|W - W'| is of draws of W.
    """
    share = weight / weight.sum()
    median = float(weighted_percentiles(draws, weight, [0.5])[0])
    spread = math.sqrt(_mean((draws - _mean(draws, share)) ** 2, share))
    z = (measured - draws) / error
    exponent = -0.5 * z * z
    most = float(exponent.max())
    log_density = most + math.log(_mean(np.exp(exponent - most), share)) - log_scale(error)
    noisy = draws + error * _noise(draws.size)
    return Scores(
        median,
        spread,
        measured - median,
        (measured - median) / math.hypot(spread, error),
        _mean(ndtr(z), share),
        log_density,
        error * _mean(_mean_distance(z), share) - 0.5 * _mean_gap(noisy, share),
        tuple(float(each) for each in weighted_percentiles(noisy, weight, BANDS)),
    )


def log_scale(error: float) -> float:
    """Return the logarithm of what a normal density is divided by."""
    return math.log(error * math.sqrt(2.0 * math.pi))


def _mean(values: Array, share: Array) -> float:
    # Not a library's product: for so few numbers its threads take longer than they save.
    return float(np.sum(values * share))


def _noise(size: int) -> Array:
    """Return normal scores, one of each stratum, in an order at random that is always the same."""
    strata = np.arange(min(size, STRATA)) + 0.5
    one = ndtri(strata / strata.size)
    return np.random.default_rng(0).permutation(np.resize(one, size))


def _mean_distance(z: Array) -> Array:
    """Return E|z + e| for a standard normal e."""
    return np.asarray(z * (2.0 * ndtr(z) - 1.0) + math.sqrt(2.0 / math.pi) * np.exp(-0.5 * z * z))


def _mean_gap(values: Array, share: Array) -> float:
    """Return E|W - W'| of two independent draws, from their order."""
    order = np.argsort(values)
    steps, below = np.diff(values[order]), np.cumsum(share[order])[:-1]
    return 2.0 * _mean(steps * below, 1.0 - below)
