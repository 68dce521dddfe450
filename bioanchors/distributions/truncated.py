"""A distribution cut to an interval."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bioanchors.distributions._base import (
    Distribution,
    FloatArray,
    just_below,
    log10_onto,
    power10_onto,
)

_LEAST_LEFT = 1e-9


@dataclass(frozen=True, slots=True)
class Truncated(Distribution):
    """Another distribution, given that its value lies in [low, high].

    Parameters
    ----------
    of : Distribution
        The distribution to cut.
    low, high : float, default -inf and inf
        Ends of the interval, low < high; at least 1e-9 of `of` must lie in it.

    Notes
    -----
    F(x) = P(low <= X <= x) / P(low <= X <= high), with X distributed as `of`. The support is
    that of `of` within [low, high].

    The quantile function takes each point from the nearer end of `of`, so that what is left of
    a far upper tail has as many digits as what is left of a lower one.

    Examples
    --------
    >>> from bioanchors.distributions import Normal, Truncated
    >>> round(Truncated(Normal(0, 1), low=0).median, 6)
    0.67449
    """

    of: Distribution
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"low must be below high ({self.high:g}), found {self.low:g}")
        left = _shares(self).inside
        if not left >= _LEAST_LEFT:
            raise ValueError(
                f"at least {_LEAST_LEFT:g} of the distribution must lie between low "
                f"({self.low:g}) and high ({self.high:g}), found {left:.3g}"
            )

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        if self.exponent is not None:
            x = power10_onto(self.exponent._quantile(p, upper), self.atoms)
        else:
            shares = _shares(self)
            from_low, from_high = (1 - p, p) if upper else (p, 1 - p)
            below = shares.below + from_low * shares.inside
            above = shares.above + from_high * shares.inside
            nearer = below <= above
            x = np.empty_like(p)
            x[nearer] = self.of._quantile(below[nearer], upper=False)
            x[~nearer] = self.of._quantile(above[~nearer], upper=True)
        return np.clip(x, self.low, self.high)

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        shares = _shares(self)
        if upper and shares.above <= 0.5:
            mass = self.of._mass(x, upper=True) - shares.above
        elif upper:
            mass = shares.to_high - self.of._mass(x, upper=False)
        elif shares.below <= 0.5:
            mass = self.of._mass(x, upper=False) - shares.below
        else:
            mass = shares.from_low - self.of._mass(x, upper=True)
        mass = np.clip(mass / shares.inside, 0.0, 1.0)
        mass[x < self.low] = float(upper)
        mass[x >= self.high] = float(not upper)
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """Support of `of` within [low, high]."""
        low, high = self.of.support
        return max(low, self.low), min(high, self.high)

    @property
    def atoms(self) -> tuple[float, ...]:
        """Atoms of `of` in [low, high]."""
        return tuple(atom for atom in self.of.atoms if self.low <= atom <= self.high)

    @property
    def exponent(self) -> "Truncated | None":
        """The exponent of `of`, cut to the log10 of the bounds."""
        of = self.of.exponent
        if of is None:
            return None
        bounds = np.maximum(np.array([self.low, self.high]), 0.0)
        with np.errstate(divide="ignore"):
            low, high = log10_onto(bounds, of.atoms)
        return Truncated(of, float(low), float(high))

    @property
    def is_point(self) -> bool:
        """Whether `of` is a point."""
        return self.of.is_point


class _Shares(NamedTuple):
    below: float  # P(X < low)
    from_low: float  # P(X >= low)
    to_high: float  # P(X <= high)
    above: float  # P(X > high)

    @property
    def inside(self) -> float:
        if self.below > 0.5:
            return self.from_low - self.above
        if self.above > 0.5:
            return self.to_high - self.below
        return 1 - self.below - self.above


@lru_cache(maxsize=256)
def _shares(distribution: Truncated) -> _Shares:
    of, high = distribution.of, distribution.high
    low = just_below(distribution.low, of)
    return _Shares(float(of.cdf(low)), float(of.sf(low)), float(of.cdf(high)), float(of.sf(high)))
