"""A certain value."""

import math
from dataclasses import dataclass

import numpy as np

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray


@dataclass(frozen=True, slots=True)
class Point(Distribution):
    """A single value that is certain.

    Parameters
    ----------
    value : float
        The value.

    Notes
    -----
    The CDF is a step, F(x) = 1 for x >= value, else 0; the quantile function is constant.
    The support is [value, value].

    Examples
    --------
    >>> from bioanchors.distributions import Point
    >>> Point(7.0).median
    7.0
    """

    value: float

    def __post_init__(self) -> None:
        _checks.finite("value", self.value)

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        return np.full(p.shape, float(self.value))

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        return (x < self.value if upper else x >= self.value).astype(np.float64)

    @property
    def support(self) -> tuple[float, float]:
        """The value, twice."""
        return self.value, self.value

    @property
    def atoms(self) -> tuple[float, ...]:
        """The value."""
        return (self.value,)

    @property
    def exponent(self) -> "Point | None":
        """The point log10(value), if the value is positive."""
        return Point(math.log10(self.value)) if self.value > 0 else None

    @property
    def is_point(self) -> bool:
        """True."""
        return True
