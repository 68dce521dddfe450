"""A distribution through quantiles as they are published, whatever they are."""

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray
from bioanchors.distributions._scale import from_line, to_line
from bioanchors.distributions._solve import solve_increasing
from bioanchors.distributions._table import probit


@dataclass(frozen=True, slots=True)
class Quantiles(Distribution):
    """Monotone curve through quantiles, with normal tails.

    Parameters
    ----------
    probabilities : tuple of float
        At least two, increasing, between 0 and 1.
    values : tuple of float
        The quantiles at these probabilities, none below the one before and not all the same.
        Where some are the same, that value has the probability between them for itself.
    low, high : float, default -inf and inf
        Bounds, beyond which no value lies.

    Notes
    -----
    On the line of x, of ln(x - low), -ln(high - x) or ln((x - low) / (high - x)), as there are
    bounds, and with z the standard normal score of the probability:

    - Between points the line is a monotone cubic in z, with Fritsch and Butland's slopes.
    - Below the first point and above the last it is straight in z, as steep as from that point to
      the next: the tail of the normal distribution through the two outermost points. Hence all
      moments on the line are finite.
    - Beyond an outermost value that is there twice, or lies on a bound, there is nothing: it has
      all of the probability that is left. A bound on which a value lies has no part in the line.

    Unlike a metalog, the curve exists for any such points. The density may jump at them.

    References
    ----------
    Fritsch, F. N. and Butland, J. (1984). A method for constructing local monotone piecewise cubic
    interpolants. SIAM Journal on Scientific and Statistical Computing 5(2), 300-304.

    Examples
    --------
    >>> from bioanchors.distributions import Quantiles
    >>> skewed = Quantiles((0.05, 0.25, 0.5, 0.75, 0.95), (1.0, 1.1, 1.2, 8.0, 9.0))
    >>> [round(float(x), 9) for x in skewed.ppf([0.25, 0.5, 0.95])]
    [1.1, 1.2, 9.0]
    """

    probabilities: tuple[float, ...]
    values: tuple[float, ...]
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        object.__setattr__(self, "probabilities", tuple(float(p) for p in self.probabilities))
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        _checks.as_many(self.probabilities, self.values)
        for probability in self.probabilities:
            _checks.between("probabilities", probability, 0, 1)
        _checks.increasing("probabilities", self.probabilities)
        _checks.not_falling("values", self.values)
        if not self.low <= self.values[0] or not self.values[-1] <= self.high:
            raise ValueError(
                f"values must lie from low ({self.low:g}) to high ({self.high:g}), found "
                f"{self.values[0]:g} to {self.values[-1]:g}"
            )
        _curve(self)

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        curve = _curve(self)
        z = probit(p, upper)
        x = from_line(curve.line(z), *curve.bounds)
        # Rounding on the line may carry x past a value, and out of what repeats.
        low, high = curve.between(z)
        return np.clip(x, low, high)

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        curve = _curve(self)
        z = curve.score(to_line(x, *curve.bounds))
        # On a value, and within rounding of one, the line does not tell where x is; x does.
        place = np.searchsorted(np.array(self.values), x, side="right")
        z = np.clip(z, curve.least.take(place), curve.most.take(place))
        mass: FloatArray = ndtr(-z if upper else z)
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """The bounds, or the outermost values where there is nothing beyond."""
        low_ends, high_ends = _ends(self)
        return self.values[0] if low_ends else self.low, self.values[-1] if high_ends else self.high

    @property
    def atoms(self) -> tuple[float, ...]:
        """The values with a probability of their own."""
        low_ends, high_ends = _ends(self)
        ends = [self.values[0]] * low_ends + [self.values[-1]] * high_ends
        twice = {one for one, other in itertools.pairwise(self.values) if one == other}
        return tuple(sorted({*ends, *twice}))


class _Curve:
    """The line as a function of the normal score.

    Attributes
    ----------
    bounds
        Those that have a part in the line.
    least, most
        Scores that x may have, by how many of the values are not above it.
    """

    def __init__(self, of: Quantiles) -> None:
        values = np.array(of.values)
        self.bounds = (
            of.low if of.low < of.values[0] else -math.inf,
            of.high if of.high > of.values[-1] else math.inf,
        )
        z, y = ndtri(np.array(of.probabilities)), to_line(values, *self.bounds)
        if not y[0] < y[-1]:
            raise ValueError(f"values must not all be the same, found {of.values[0]:g}")
        steps, rises = np.diff(z), np.abs(np.diff(y))  # from 0 to -0 is a rise of -0
        secants = rises / steps
        slopes = np.concatenate([secants[:1], _butland(steps, secants), secants[-1:]])
        self._z, self._y, self._steps = z, y, steps
        start, end = steps * slopes[:-1], steps * slopes[1:]
        self._powers = (y[:-1], start, 3 * rises - 2 * start - end, start + end - 2 * rises)
        low_ends, high_ends = _ends(of)
        self._ends = np.array([of.support[0], *values, of.support[1]])
        self._tails = (0.0 if low_ends else secants[0], 0.0 if high_ends else secants[-1])
        self.least = np.concatenate([[-math.inf], z])
        self.most = np.concatenate([z, [math.inf]])
        if low_ends:
            self.most[0] = -math.inf
        if high_ends:
            self.least[-1] = math.inf

    def between(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values, or ends of the support, around what has the scores."""
        place = np.searchsorted(self._z, z, side="right")
        return self._ends.take(place), self._ends.take(place + 1)

    def line(self, z: FloatArray) -> FloatArray:
        """Return the line at normal scores."""
        inside = np.clip(z, self._z[0], self._z[-1])
        place = np.searchsorted(self._z[1:-1], inside, side="right")
        t = (inside - self._z.take(place)) / self._steps.take(place)
        constant, *powers = (power.take(place) for power in self._powers)
        line: FloatArray = constant + t * (powers[0] + t * (powers[1] + t * powers[2]))
        beyond = z - inside
        for slope, side in zip(self._tails, (beyond < 0, beyond > 0), strict=True):
            if slope > 0:
                line[side] += slope * beyond[side]
        return line

    def score(self, line: FloatArray) -> FloatArray:
        """Return normal scores at which the line has values; the lowest where several do."""
        y, spread = self._y, self._y[-1] - self._y[0]
        target = np.clip(line, y[0], y[-1])
        # In units of the spread, so that nothing depends on the quantity's own.
        z = solve_increasing(lambda z: self.line(z) / spread, target / spread, self._z, y / spread)
        below, above = line < y[0], line > y[-1]
        low, high = self._tails
        with np.errstate(divide="ignore"):
            z[below] = self._z[0] + np.divide(line[below] - y[0], low)
            z[above] = self._z[-1] + np.divide(line[above] - y[-1], high)
        return z


def _butland(steps: FloatArray, secants: FloatArray) -> FloatArray:
    """Return slopes at the inner points: a weighted harmonic mean of the secants' on both sides."""
    left, right = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
    with np.errstate(divide="ignore", over="ignore"):
        slopes: FloatArray = (left + right) / (left / secants[:-1] + right / secants[1:])
    return slopes


def _ends(of: Quantiles) -> tuple[bool, bool]:
    """Return whether there is nothing below the first value, and nothing above the last."""
    values = of.values
    return (
        values[0] in (values[1], of.low),
        values[-1] in (values[-2], of.high),
    )


@lru_cache(maxsize=128)
def _curve(of: Quantiles) -> _Curve:
    return _Curve(of)
