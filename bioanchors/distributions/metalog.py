"""Keelin's metalog distribution: a smooth curve through given quantiles."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import Polynomial
from scipy.special import expit, logit

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray
from bioanchors.distributions._scale import from_line, to_line
from bioanchors.distributions._solve import solve_increasing

_NOISE = 1e-13
_MAX_CONDITION = 1e11  # of the equations for the coefficients: the points hold to 1e-5 at worst
_BODY = np.linspace(-40.0, 40.0, 4001)  # logits; beyond, the curve is straight in the logit
_ENDS = 745.0  # expit(-745) is the smallest float there is


@dataclass(frozen=True, slots=True)
class Metalog(Distribution):
    """Metalog distribution through as many quantiles as it has terms.

    Parameters
    ----------
    probabilities : tuple of float
        At least two, increasing, between 0 and 1.
    values : tuple of float
        The quantiles at these probabilities, increasing.
    low, high : float or None, default None
        Bounds, beyond all values; None for none.

    Raises
    ------
    ValueError
        Also if no distribution of this form passes through the points: the curve through them
        turns back somewhere.

    Notes
    -----
    With L = ln(y / (1 - y)), the quantile function of n terms is::

        M(y) = a1 + a2 L + a3 (y - 1/2) L + a4 (y - 1/2) + a5 (y - 1/2)**2 + a6 (y - 1/2)**2 L ...

    where M is x itself (unbounded), ln(x - low), -ln(high - x), or ln((x - low) / (high - x)).
    The n coefficients solve the n equations M(probability) = value. The support is the real
    line or what the bounds leave of it.

    References
    ----------
    Keelin, T. W. (2016). The metalog distributions. Decision Analysis 13(4), 243-277.

    Examples
    --------
    >>> from bioanchors.distributions import Metalog
    >>> spread = Metalog((0.1, 0.5, 0.9), (1.0, 2.0, 5.0), low=0.0)
    >>> [round(float(x), 9) for x in spread.ppf([0.1, 0.5, 0.9])]
    [1.0, 2.0, 5.0]
    """

    probabilities: tuple[float, ...]
    values: tuple[float, ...]
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "probabilities", tuple(float(p) for p in self.probabilities))
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        _checks.as_many(self.probabilities, self.values)
        for probability in self.probabilities:
            _checks.between("probabilities", probability, 0, 1)
        _checks.increasing("probabilities", self.probabilities)
        _checks.increasing("values", self.values)
        if self.low is not None:
            _checks.finite("low", self.low)
            _checks.above("values", self.values[0], self.low, "low")
        if self.high is not None:
            _checks.above("high", self.high, self.values[-1], "the last of values")
        self._check_feasible()

    def _check_feasible(self) -> None:
        plain, with_logit = _curve(self)
        y = expit(_BODY)
        slope = with_logit(y) + y * expit(-_BODY) * (
            with_logit.deriv()(y) * _BODY + plain.deriv()(y)
        )
        # At the ends only the logit's own slope is left; 0 there means a tail that stops.
        if (slope > 0).all() and with_logit(0.0) >= 0 and with_logit(1.0) >= 0:
            return
        where = f"near probability {y[int(np.argmin(slope))]:.3g}"
        raise ValueError(
            f"values must allow a metalog distribution, found that the curve through these "
            f"{len(self.values)} points turns back {where}; move the values towards a smoother "
            "curve, leave a point out, or change the bounds"
        )

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        t = logit(p)
        line = _metalog(self, 1 - p, -t) if upper else _metalog(self, p, t)
        return from_line(line, *self.support)

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        knots, knot_values = _knots(self)
        target = np.clip(to_line(x, *self.support), knot_values[0], knot_values[-1])
        t = solve_increasing(lambda t: _metalog(self, expit(t), t), target, knots, knot_values)
        mass: FloatArray = expit(-t if upper else t)
        low, high = self.support
        mass[x <= low] = float(upper)
        mass[x >= high] = float(not upper)
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """The bounds, infinite where there is none."""
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high


@lru_cache(maxsize=128)
def _curve(metalog: Metalog) -> tuple[Polynomial, Polynomial]:
    """Return the polynomials P and Q of M = P(y) + Q(y) L, both in y - 1/2."""
    y = np.array(metalog.probabilities)
    line = to_line(np.array(metalog.values), *metalog.support)
    # Keelin's order of terms: 1, L, then the linear pair with its L first, then plain first.
    with_logit = [index in (1, 2) or (index > 4 and index % 2 == 1) for index in range(len(y))]
    powers = [0, 0, 1, 1, *(index // 2 for index in range(4, len(y)))][: len(y)]
    terms = [
        (y - 0.5) ** power * (logit(y) if has_logit else 1.0)
        for power, has_logit in zip(powers, with_logit, strict=True)
    ]
    matrix = np.column_stack(terms)
    if np.linalg.cond(matrix) > _MAX_CONDITION:
        raise ValueError(
            f"probabilities must tell the metalog's {len(y)} terms apart, found that these cannot "
            "(7 or 11 that are symmetric about 0.5 never do); add, leave out or move a point"
        )
    a = np.linalg.solve(matrix, line)
    # Rounding leaves specks where a coefficient is 0; in the tails a speck can turn the curve.
    a[np.abs(a) < _NOISE * np.abs(a).max()] = 0.0
    p, q = np.zeros(len(y)), np.zeros(len(y))
    for power, has_logit, coefficient in zip(powers, with_logit, a, strict=True):
        (q if has_logit else p)[power] = coefficient
    # domain and window say: evaluate in y - 1/2
    return Polynomial(p, [0, 1], [-0.5, 0.5]), Polynomial(q, [0, 1], [-0.5, 0.5])


def _metalog(metalog: Metalog, y: FloatArray, t: FloatArray) -> FloatArray:
    plain, with_logit = _curve(metalog)
    line: FloatArray = plain(y) + with_logit(y) * t
    return line


@lru_cache(maxsize=128)
def _knots(metalog: Metalog) -> tuple[FloatArray, FloatArray]:
    t = np.concatenate([[-_ENDS], _BODY[::10], [_ENDS]])
    return t, np.maximum.accumulate(_metalog(metalog, expit(t), t))
