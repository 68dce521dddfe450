"""Ten to the power of another distribution."""

import math
from dataclasses import dataclass

import numpy as np

from bioanchors.distributions._base import Distribution, FloatArray, log10_onto, power10


@dataclass(frozen=True, slots=True)
class Power10(Distribution):
    """Distribution of 10**Y, for quantities whose order of magnitude is uncertain.

    Parameters
    ----------
    of : Distribution
        Distribution of Y, the log10 of the quantity.

    Notes
    -----
    F(x) = F_Y(log10 x) for x > 0, else 0. The quantile function 10**ppf_Y(u) may overflow to
    infinity without a warning; `log10_ppf` is ppf_Y itself and cannot. The support is
    10**(support of Y).

    Examples
    --------
    >>> from bioanchors.distributions import Normal, Power10
    >>> float(Power10(Normal(300, 10)).log10_ppf(0.5))
    300.0
    """

    of: Distribution

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        return power10(self.of._quantile(p, upper))

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        positive = ~(x <= 0)
        mass = np.full(x.shape, float(upper))
        mass[positive] = self.of._mass(log10_onto(x[positive], self.of.atoms), upper)
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """Powers of the ends of Y's support."""
        low, high = power10(np.array(self.of.support))
        return float(low), float(high)

    @property
    def atoms(self) -> tuple[float, ...]:
        """Powers of Y's atoms."""
        powers = power10(np.array(self.of.atoms))
        return tuple(float(power) for power in powers if 0 < power < math.inf)

    @property
    def exponent(self) -> Distribution:
        """Y."""
        return self.of

    @property
    def is_point(self) -> bool:
        """Whether Y is a point."""
        return self.of.is_point
