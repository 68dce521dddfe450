"""Estimates with errors by leaving one replicate out, and percentiles of weighted draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.results import Forecast
from bioanchors.results.estimates import jackknife_error
from bioanchors.results.outcomes import Estimate, Outcome

Array = NDArray[np.float64]


def left_out(by_replicate: Array) -> Array:
    """Return sums without each replicate in turn, and of all in the last row.

    Parameters
    ----------
    by_replicate
        Shape (replicate, ...).

    Returns
    -------
    array
        Shape (replicate + 1, ...).
    """
    total = by_replicate.sum(axis=0)
    return np.concatenate([total - by_replicate, total[np.newaxis]])


def estimate(values: Array) -> Estimate:
    """Return an estimate from values without each replicate in turn, and of all, last."""
    return Estimate(float(values[-1]), float(jackknife_error(values[:-1])))


def estimates(values: Array) -> tuple[Estimate, ...]:
    """Return an estimate for each column of what ``estimate`` takes, (replicate + 1, column)."""
    errors = jackknife_error(values[:-1])
    return tuple(Estimate(float(v), float(e)) for v, e in zip(values[-1], errors, strict=True))


@dataclass(frozen=True)
class LeftOut:
    """Keeps of a forecast an outcome without each replicate in turn, and of all, last.

    It can be sent to a worker.
    """

    outcome: Outcome

    def __call__(self, forecast: Forecast) -> Array:
        """Return shape (replicate + 1,)."""
        cdfs = np.vstack([forecast.cdf_without_one, forecast.cdf])
        return self.outcome.of(forecast.years, cdfs)


def weighted_percentiles(values: Array, weight: Array, shares: Sequence[float]) -> Array:
    """Return the values below which weighted draws have these shares.

    Parameters
    ----------
    values, weight
        Shape (draw,).
    shares
        From 0 to 1.

    Returns
    -------
    array
        Shape (share,); NaN where nothing has a weight.
    """
    order = np.argsort(values)
    return _percentiles(values[order], weight[order], shares)


def _percentiles(ascending: Array, weight: Array, shares: Sequence[float]) -> Array:
    total = np.cumsum(weight)
    if not (total.size and total[-1] > 0):
        return np.full(len(shares), np.nan)
    places = np.searchsorted(total, np.array(shares) * total[-1])
    return np.asarray(ascending[np.minimum(places, ascending.size - 1)])


def percentiles_left_out(values: Array, weight: Array, shares: Sequence[float]) -> Array:
    """Return weighted percentiles without each replicate in turn, and of all in the last row.

    Parameters
    ----------
    values, weight
        Shape (replicate, draw).
    shares
        From 0 to 1.

    Returns
    -------
    array
        Shape (replicate + 1, share); NaN where nothing has a weight.
    """
    replicates, draws = values.shape
    order = np.argsort(values, axis=None)
    ascending, owner = values.ravel()[order], order // draws
    counts = weight.ravel()[order]
    return np.array(
        [
            _percentiles(ascending, np.where(owner == left, 0.0, counts), shares)
            for left in range(replicates + 1)
        ]
    )
