"""The uniform and the triangular distribution: a range, without and with a most likely value."""

from dataclasses import dataclass

import numpy as np

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Uniform distribution.

    Parameters
    ----------
    low, high : float
        Ends of the range, low < high.

    Notes
    -----
    F(x) = (x - low) / (high - low) on the support [low, high].

    References
    ----------
    Johnson, N. L., Kotz, S. and Balakrishnan, N. (1995). Continuous Univariate Distributions,
    vol. 2, chapter 26. Wiley.

    Examples
    --------
    >>> from bioanchors.distributions import Uniform
    >>> Uniform(2, 4).median
    3.0
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _checks.finite("low", self.low)
        _checks.above("high", self.high, self.low, "low")
        _checks.finite("high - low", self.high - self.low)

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        width = self.high - self.low
        return self.high - width * p if upper else self.low + width * p

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        covered = self.high - x if upper else x - self.low
        return np.clip(covered / (self.high - self.low), 0.0, 1.0)

    @property
    def support(self) -> tuple[float, float]:
        """The range."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """Triangular distribution.

    Parameters
    ----------
    low, mode, high : float
        Ends of the range and the most likely value, low <= mode <= high and low < high.

    Notes
    -----
    With w = high - low, on the support [low, high]::

        F(x) = (x - low)**2 / (w (mode - low))          for x <= mode
        F(x) = 1 - (high - x)**2 / (w (high - mode))    for x >= mode

    References
    ----------
    Kotz, S. and van Dorp, J. R. (2004). Beyond Beta, chapter 1. World Scientific.

    Examples
    --------
    >>> from bioanchors.distributions import Triangular
    >>> Triangular(0, 1, 2).median
    1.0
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _checks.finite("low", self.low)
        _checks.above("high", self.high, self.low, "low")
        _checks.finite("high - low", self.high - self.low)
        if not self.low <= self.mode <= self.high:
            raise ValueError(
                f"mode must lie between low ({self.low:g}) and high ({self.high:g}), "
                f"found {self.mode:g}"
            )

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        below, above = (1 - p, p) if upper else (p, 1 - p)
        return np.where(
            above * width > right,
            self.low + np.sqrt(below * width * left),
            self.high - np.sqrt(above * width * right),
        )

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        x = np.clip(x, self.low, self.high)
        rising = x < self.mode
        # An end that is the mode has no side of its own; 1 stands in for its zero length. Of a
        # side that is next to nothing, the quotient overflows where the other side counts.
        with np.errstate(over="ignore"):
            below = (x - self.low) ** 2 / (width * (left or 1.0))
            above = (self.high - x) ** 2 / (width * (right or 1.0))
        return np.where(rising, 1 - below, above) if upper else np.where(rising, below, 1 - above)

    @property
    def support(self) -> tuple[float, float]:
        """The range."""
        return self.low, self.high
