"""A distribution as a sample of it."""

from dataclasses import dataclass

import numpy as np

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray


@dataclass(frozen=True, slots=True)
class Samples(Distribution):
    """Straight lines between samples in order: the quantiles that NumPy computes of a sample.

    Parameters
    ----------
    values : tuple of float
        At least two samples, in any order, not all the same.

    Notes
    -----
    The quantile function runs through the i-th smallest of n values at (i - 1) / (n - 1), straight
    in between: definition 7 of Hyndman and Fan. The support is from the smallest value to the
    largest. Values that are there more than once have a probability of their own.

    References
    ----------
    Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American
    Statistician 50(4), 361-365.

    Examples
    --------
    >>> from bioanchors.distributions import Samples
    >>> Samples((3, 1, 2)).summary()
    {'p05': 1.1, 'p50': 2.0, 'p95': 2.9}
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        values = np.sort(np.array(self.values, dtype=np.float64))
        if len(values) < 2:
            raise ValueError(f"values must be at least 2, found {len(values)}")
        for value in values[~np.isfinite(values)]:
            _checks.finite("values", value)
        object.__setattr__(self, "values", tuple(values.tolist()))
        if self.values[0] == self.values[-1]:
            raise ValueError(f"values must not all be the same, found {self.values[0]:g}")

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        # Counted from the nearer end, a place has as many digits there as the probability.
        values = np.array(self.values)
        if upper:
            values = values[::-1]
        last = values.size - 1
        place = np.minimum((p * last).astype(np.intp), last - 1)
        start = values.take(place)
        x: FloatArray = start + (p * last - place) * (values.take(place + 1) - start)
        return x

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        values = np.array(self.values)
        last = values.size - 1
        above = np.searchsorted(values, x, side="right")
        place = np.clip(above, 1, last)
        low, high = values.take(place - 1), values.take(place)
        inside = np.clip(x, low, high)
        with np.errstate(invalid="ignore"):
            share = (high - inside if upper else inside - low) / (high - low)
        # Only beyond the ends are two neighbours the same.
        share = np.where(high > low, share, float(not upper))
        mass = ((last - place if upper else place - 1) + share) / last
        mass[above > last] = float(not upper)
        mass[above == 0] = float(upper)
        return mass

    @property
    def support(self) -> tuple[float, float]:
        """From the smallest value to the largest."""
        return self.values[0], self.values[-1]

    @property
    def atoms(self) -> tuple[float, ...]:
        """The values that are there more than once."""
        values = np.array(self.values)
        return tuple(np.unique(values[1:][np.diff(values) == 0]).tolist())
