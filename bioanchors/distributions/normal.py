"""The normal distribution."""

import math
from dataclasses import dataclass

from scipy.special import ndtr

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray
from bioanchors.distributions._scale import in_spreads
from bioanchors.distributions._table import probit


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """Normal distribution.

    Parameters
    ----------
    mean : float
        Mean, which is also the median.
    sd : float
        Standard deviation, above 0.

    Notes
    -----
    F(x) = Phi((x - mean) / sd), with Phi the standard normal CDF. The support is the real line.

    References
    ----------
    Johnson, N. L., Kotz, S. and Balakrishnan, N. (1994). Continuous Univariate Distributions,
    vol. 1, chapter 13. Wiley.

    Examples
    --------
    >>> from bioanchors.distributions import Normal
    >>> round(float(Normal(0.8, 0.2).ppf(0.975)), 6)
    1.191993
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _checks.finite("mean", self.mean)
        _checks.above("sd", self.sd, 0)

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        return self.mean + self.sd * probit(p, upper)

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        mass: FloatArray = ndtr(in_spreads(self.mean - x if upper else x - self.mean, self.sd))
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """The real line."""
        return -math.inf, math.inf
