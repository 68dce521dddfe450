"""The exponential distribution."""

import math
from dataclasses import dataclass

import numpy as np

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray
from bioanchors.distributions._scale import in_spreads


@dataclass(frozen=True, slots=True)
class Exponential(Distribution):
    """Exponential distribution: a waiting time of which what is left never changes.

    Parameters
    ----------
    mean : float
        Mean time, above 0.
    low : float
        From when on one waits.

    Notes
    -----
    F(x) = 1 - exp(-(x - low) / mean) on the support from low on.

    References
    ----------
    Johnson, N. L., Kotz, S. and Balakrishnan, N. (1994). Continuous Univariate Distributions,
    vol. 1, chapter 19. Wiley.

    Examples
    --------
    >>> from bioanchors.distributions import Exponential
    >>> round(Exponential(2.0).median, 6)
    1.386294
    """

    mean: float
    low: float = 0.0

    def __post_init__(self) -> None:
        _checks.above("mean", self.mean, 0)

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        with np.errstate(divide="ignore"):
            x: FloatArray = -self.mean * (np.log(p) if upper else np.log1p(-p))
        return np.maximum(x, 0.0) + self.low  # of a probability of 0 it is -0

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        waited = in_spreads(np.maximum(x - self.low, 0.0), self.mean)
        return np.exp(-waited) if upper else -np.expm1(-waited)

    @property
    def support(self) -> tuple[float, float]:
        """From low on."""
        return self.low, math.inf
