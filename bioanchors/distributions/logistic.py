"""The logistic distribution."""

import math
from dataclasses import dataclass, field

from scipy.special import expit, logit

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray
from bioanchors.distributions._scale import in_spreads


@dataclass(frozen=True, slots=True)
class Logistic(Distribution):
    """Logistic distribution: bell-shaped, with heavier tails than the normal.

    Parameters
    ----------
    median : float
        Median, which is also the mean.
    scale : float
        Scale, above 0; the standard deviation is pi / sqrt(3), or 1.81, of it.

    Notes
    -----
    F(x) = 1 / (1 + exp(-(x - median) / scale)). The support is the real line.

    References
    ----------
    Johnson, N. L., Kotz, S. and Balakrishnan, N. (1995). Continuous Univariate Distributions,
    vol. 2, chapter 23. Wiley.

    Examples
    --------
    >>> from bioanchors.distributions import Logistic
    >>> round(float(Logistic(1.0, 2.0).ppf(0.75)), 6)
    3.197225
    """

    median: float = field()  # the bare annotation would take the base's property as its default
    scale: float

    def __post_init__(self) -> None:
        _checks.finite("median", self.median)
        _checks.above("scale", self.scale, 0)

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        line: FloatArray = logit(p)
        return self.median + self.scale * (-line if upper else line)

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        mass: FloatArray = expit(
            in_spreads(self.median - x if upper else x - self.median, self.scale)
        )
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """The real line."""
        return -math.inf, math.inf
