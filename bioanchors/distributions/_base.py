"""What every distribution answers, and the share of one that falls outside a domain."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]

_SMALLEST = float(np.finfo(np.float64).tiny)
_EPSILON = float(np.finfo(np.float64).eps)


class Distribution(ABC):
    """A univariate distribution that holds no random numbers: uniforms go in, quantiles come out.

    Notes
    -----
    A family writes two methods, `_quantile` and `_mass`. Both take probability from either end:
    an upper tail of 1e-20 is a number, while 1 - 1e-20 is not, and truncation, mixtures and
    `mass_outside` all need such tails.

    Families are frozen, hashable dataclasses; what is expensive to prepare is cached on their
    arguments, so that equal distributions share it.
    """

    __slots__ = ()

    @abstractmethod
    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        """Value with probability `p` below it (above it if `upper`); 1-d in, 1-d out."""

    @abstractmethod
    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        """P(X <= x), or P(X > x) if `upper`; 1-d in, 1-d out."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Smallest and largest value; either may be infinite."""

    @property
    def atoms(self) -> tuple[float, ...]:
        """Values that have a probability of their own."""
        return ()

    @property
    def exponent(self) -> "Distribution | None":
        """Distribution of log10 X where there is one that never leaves log10, else None."""
        return None

    @property
    def is_point(self) -> bool:
        """Whether the distribution is a single certain value."""
        return False

    @property
    def median(self) -> float:
        """Value with half of the probability on each side."""
        return float(self.ppf(0.5))

    def ppf(self, u: ArrayLike) -> FloatArray:
        """Quantile function.

        Parameters
        ----------
        u : array_like
            Probabilities in (0, 1), any shape.

        Returns
        -------
        ndarray of float64
            The value with probability `u` below it, in the shape of `u`.
        """
        return _keep_shape(u, lambda p: self._quantile(p, upper=False))

    def isf(self, p: ArrayLike) -> FloatArray:
        """Quantile function counted from above: ppf(1 - p) without the rounding of 1 - p."""
        return _keep_shape(p, lambda flat: self._quantile(flat, upper=True))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Probability of a value of at most `x`, in the shape of `x`."""
        return _keep_shape(x, lambda flat: self._mass(flat, upper=False))

    def sf(self, x: ArrayLike) -> FloatArray:
        """Probability of a value above `x`: 1 - cdf(x) without the cancellation."""
        return _keep_shape(x, lambda flat: self._mass(flat, upper=True))

    def log10_ppf(self, u: ArrayLike) -> FloatArray:
        """log10 of the quantile function.

        Parameters
        ----------
        u : array_like
            Probabilities in (0, 1), any shape.

        Returns
        -------
        ndarray of float64
            log10(ppf(u)), in the shape of `u`. Values that are not positive count as the
            smallest normal number, about 10**-307.7. A distribution with an `exponent` answers
            from it and can neither overflow nor underflow.
        """
        if self.exponent is not None:
            return self.exponent.ppf(u)
        logs: FloatArray = np.log10(np.maximum(self.ppf(u), _SMALLEST))
        return logs

    def summary(self) -> dict[str, float]:
        """5th, 50th and 95th percentile under the names p05, p50 and p95."""
        low, middle, high = self.ppf(np.array([0.05, 0.5, 0.95]))
        return {"p05": float(low), "p50": float(middle), "p95": float(high)}


def mass_outside(
    distribution: Distribution,
    low: float,
    high: float,
    closed: tuple[bool, bool] = (False, False),
) -> float:
    """Probability outside a domain from `low` to `high`.

    Parameters
    ----------
    distribution : Distribution
        The distribution to check.
    low, high : float
        Ends of the domain; infinite for none.
    closed : tuple of bool, default (False, False)
        Whether each end itself is inside.

    Returns
    -------
    float
        P(X <= low) + P(X >= high), or P(X < low) and P(X > high) of ends that are inside. Each
        tail is computed as a tail, so small values keep their relative accuracy.

    Examples
    --------
    >>> from bioanchors.distributions import Normal, Point, mass_outside
    >>> round(mass_outside(Normal(0.8, 0.2), 0, float("inf")), 8)
    3.167e-05
    >>> mass_outside(Point(0), 0, 1), mass_outside(Point(0), 0, 1, closed=(True, False))
    (1.0, 0.0)
    """
    first = just_below(low, distribution) if closed[0] else low
    last = high if closed[1] else just_below(high, distribution)
    below = 0.0 if low == -math.inf else float(distribution.cdf(first))
    above = 0.0 if high == math.inf else float(distribution.sf(last))
    return min(below + above, 1.0)


def just_below(x: float, distribution: Distribution) -> float:
    """`x`, or the float before it if `x` is an atom: cdf there is P(X < x), sf P(X >= x)."""
    return math.nextafter(x, -math.inf) if x in distribution.atoms else x


_LN10 = math.log(10.0)


def power10(y: FloatArray) -> FloatArray:
    """10**y, silently 0 or infinite where a float cannot hold it."""
    with np.errstate(over="ignore", under="ignore"):
        # A third of the time of np.power, and right to a few units in the last place.
        powers: FloatArray = np.exp(_LN10 * y)
    return powers


def log10_onto(x: FloatArray, atoms: tuple[float, ...]) -> FloatArray:
    """log10 of positive `x`, landing exactly on an atom `a` of the exponent where x is 10**a.

    log10(10**a) is often one rounding below a, and a step function does not forgive that.
    """
    y: FloatArray = np.log10(x)
    for atom in atoms:
        y[np.abs(y - atom) <= 4 * _EPSILON * max(1.0, abs(atom))] = atom
    return y


def power10_onto(y: FloatArray, atoms: tuple[float, ...]) -> FloatArray:
    """10**y, landing exactly on an atom `a` where y is log10(a); see `log10_onto`."""
    x = power10(y)
    for atom in atoms:
        if atom > 0:
            exponent = math.log10(atom)
            x[np.abs(y - exponent) <= 4 * _EPSILON * max(1.0, abs(exponent))] = atom
    return x


def _keep_shape(values: ArrayLike, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    answer: FloatArray = function(array.ravel()).reshape(array.shape)[()]
    return answer
