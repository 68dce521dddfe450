"""The skew-normal distribution, placed by its median."""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri, owens_t

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray
from bioanchors.distributions._scale import in_spreads
from bioanchors.distributions._table import LIMIT, ProbitTable, nodes, probit

_MAX_SHAPE = 1e6  # beyond, Phi - 2 T has no digits to spare where its two terms nearly cancel
_GAUSS_X, _GAUSS_W = np.polynomial.legendre.leggauss(36)
_DEPTH = 80.0  # the tail integral stops where its integrand has fallen by exp(-40)
_FAR = 40.0  # Phi(-40) is 0 in floats, and the square of 1e200 is not a float
_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class SkewNormal(Distribution):
    """Skew-normal distribution with a given median.

    Parameters
    ----------
    median : float
        Median.
    scale : float
        Scale, above 0; the standard deviation if the shape is 0, else more than that.
    shape : float
        Skewness to the right if positive, to the left if negative, none (a normal) if 0;
        within -1e6 and 1e6.

    Notes
    -----
    The density is 2 phi(s) Phi(shape s) / scale at s = (x - location) / scale, with the location
    chosen so that the median is `median`: SciPy's ``skewnorm(shape, location, scale)``. The
    standard CDF is F(s) = Phi(s) - 2 T(s, shape), with T Owen's function. The support is the
    real line.

    Where that difference cancels (shape > 0 and s < -1/shape), F is the integral that remains
    of Owen's when its covered part is taken off::

        F(-h) = exp(-h**2 / 2) / pi  *  integral from shape h to infinity of
                exp(-y**2 / 2)  h / (h**2 + y**2) dy

    by Gauss-Legendre quadrature; all its terms are positive, so the tail keeps its relative
    accuracy. Quantiles come from a table in the probit coordinate; see `_table`.

    References
    ----------
    .. [1] Azzalini, A. (1985). A class of distributions which includes the normal ones.
       Scandinavian Journal of Statistics 12(2), 171-178.
    .. [2] Owen, D. B. (1956). Tables for computing bivariate normal probabilities. Annals of
       Mathematical Statistics 27(4), 1075-1090.

    Examples
    --------
    >>> from bioanchors.distributions import SkewNormal
    >>> float(SkewNormal(median=2.0, scale=1.0, shape=4.0).ppf(0.5))
    2.0
    """

    median: float = field()  # the bare annotation would take the base's property as its default
    scale: float
    shape: float

    def __post_init__(self) -> None:
        _checks.finite("median", self.median)
        _checks.above("scale", self.scale, 0)
        _checks.finite("shape", self.shape)
        if abs(self.shape) > _MAX_SHAPE:
            raise ValueError(f"shape must lie within -1e6 and 1e6, found {self.shape:g}")

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        # A negative shape is the mirror image of a positive one, tail for tail.
        mirrored = self.shape < 0
        table, centre = _standard(abs(self.shape))
        s = table(probit(p, upper is not mirrored)) - centre
        return self.median - self.scale * s if mirrored else self.median + self.scale * s

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        mirrored = self.shape < 0
        _, centre = _standard(abs(self.shape))
        s = in_spreads(self.median - x if mirrored else x - self.median, self.scale) + centre
        return _standard_mass(s, abs(self.shape), upper is not mirrored)

    @property
    def support(self) -> tuple[float, float]:
        """The real line."""
        return -math.inf, math.inf


def _standard_mass(s: FloatArray, shape: float, upper: bool) -> FloatArray:
    """CDF of the standard skew-normal, or survival function if `upper`, for shape >= 0."""
    s = np.clip(s, -_FAR, _FAR)
    twice_owen = 2 * owens_t(s, shape)
    if upper:
        return np.minimum(ndtr(-s) + twice_owen, 1.0)
    mass: FloatArray = np.maximum(ndtr(s) - twice_owen, 0.0)
    cancelling = shape * s < -1
    if cancelling.any():
        mass[cancelling] = _left_tail(-s[cancelling], shape)
    return mass


def _left_tail(h: FloatArray, shape: float) -> FloatArray:
    start = shape * h
    length = _DEPTH / (np.sqrt(start**2 + _DEPTH) + start)
    total = np.zeros_like(h)
    for node, weight in zip((1 + _GAUSS_X) / 2, _GAUSS_W / 2, strict=True):
        step = length * node
        y = start + step
        # exp(-start**2 / 2) stands outside the sum, where it cannot underflow term by term.
        total += weight * np.exp(-step * (start + 0.5 * step)) / (h * h + y * y)
    tail: FloatArray = np.exp(-0.5 * h * h * (1 + shape**2)) / np.pi * h * length * total
    return tail


@lru_cache(maxsize=64)
def _standard(shape: float) -> tuple[ProbitTable, float]:
    """Return the quantile table of the standard skew-normal, shape >= 0, and its median."""
    z = nodes()
    tail, left = ndtr(-np.abs(z)), z <= 0

    # First guess by interpolation: the body is as wide as 1, the short tail as wide as 1/shape,
    # and the even steps in log join the two.
    wide, short = np.linspace(-LIMIT - 1, LIMIT + 1, 521), 1 / max(shape, 1.0)
    s = np.unique(np.concatenate([wide, short * wide, np.geomspace(short, 1.0, 121)]))
    below, above = _standard_mass(s, shape, upper=False), _standard_mass(s, shape, upper=True)
    reached = np.where(below < above, ndtri(below), -ndtri(above))
    usable = np.isfinite(reached)
    q = np.interp(z, reached[usable], s[usable])

    # Newton's method on log F and log S; both are concave, so it does not overshoot.
    for _ in range(4):
        q[left] -= _newton(q[left], shape, tail[left], upper=False)
        q[~left] += _newton(q[~left], shape, tail[~left], upper=True)

    dq = np.exp(-0.5 * z**2 - _LOG_SQRT_2PI - _log_pdf(q, shape))
    hazard = np.exp(-0.5 * (shape * q) ** 2 - _LOG_SQRT_2PI - log_ndtr(shape * q))
    d2q = -dq * (z + dq * (shape * hazard - q))
    return ProbitTable.build(q, dq, d2q), float(q[len(q) // 2])


def _newton(q: FloatArray, shape: float, tail: FloatArray, upper: bool) -> FloatArray:
    mass = _standard_mass(q, shape, upper)
    return np.log(mass / tail) * mass * np.exp(-_log_pdf(q, shape))


def _log_pdf(s: FloatArray, shape: float) -> FloatArray:
    log_pdf: FloatArray = math.log(2) - 0.5 * s**2 - _LOG_SQRT_2PI + log_ndtr(shape * s)
    return log_pdf
