"""How many draws the evidence leaves.

References
----------
Kong, A. (1992), "A note on importance sampling using standardized weights": the effective number.
Zhang, J. and Stephens, M. A. (2009), "A new and efficient estimation method for the generalized
Pareto distribution", Technometrics 51, 316-325.
Vehtari, A. et al. (2024), "Pareto smoothed importance sampling", JMLR 25(72): which weights are
the tail, and what k means: up to 0.7 the effective number can be trusted.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST_FOR_TAIL = 25


def effective_share(share: Array, mean: Array, products: Array) -> float:
    """Return the effective number of draws as a share of all: (mean w)^2 / mean w^2.

    Parameters
    ----------
    share
        Of each hypothesis; a draw's weight w is the mixture of its likelihoods.
    mean, products
        Means of the likelihoods, (hypothesis,), and of products of two, (hypothesis, hypothesis).
    """
    squares = float(share @ products @ share)
    return float(share @ mean) ** 2 / squares if squares > 0 else 0.0


def pareto_k(weights: Array) -> float:
    """Return the shape k of the generalised Pareto distribution that fits the largest weights.

    NaN where the weights are equal, or too few, to have a tail.
    """
    size = math.ceil(min(0.2 * weights.size, 3 * math.sqrt(weights.size)))
    if size < FEWEST_FOR_TAIL:
        return math.nan
    ordered = np.sort(weights)
    tail = ordered[-size:] - ordered[-size - 1]
    tail = tail[tail > 1e-12 * ordered[-1]]
    return _fit(tail) if tail.size >= FEWEST_FOR_TAIL else math.nan


def _fit(excess: Array) -> float:
    """Zhang and Stephens' estimate of k, shrunk towards 0.5 as ten draws would."""
    n = excess.size
    grid = 30 + int(math.sqrt(n))
    candidates = 1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    quartile = excess[int(n / 4 + 0.5) - 1]
    candidates = candidates / (3 * quartile) + 1 / excess[-1]
    shapes = np.log1p(-candidates[:, np.newaxis] * excess).mean(axis=1)
    profile = n * (np.log(-candidates / shapes) - shapes - 1)
    with np.errstate(over="ignore"):
        weight = 1 / np.exp(profile - profile[:, np.newaxis]).sum(axis=1)
    best = float(np.sum(candidates * weight) / np.sum(weight))
    k = float(np.mean(np.log1p(-best * excess)))
    return k * n / (n + 10) + 0.5 * 10 / (n + 10)
