"""The arrival year as a continuous distribution of SciPy with steps where a year is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rv_continuous  # noqa: TID251

Array = NDArray[np.float64]

# The stubs' signatures are of anything that SciPy takes; these methods get arrays.
Continuous: Any = rv_continuous

STEP = 1e-6
"""Years: what arrives in less time arrives at once."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
"""Of each stretch between two years, for expectations."""


class ArrivalYear(Continuous):  # type: ignore[misc]
    """A distribution whose CDF is straight between years, but for steps.

    Parameters
    ----------
    years
        Ascending; the two years of a step are neighbouring numbers.
    cdf
        Rising from 0 to 1 at them.

    Notes
    -----
    SciPy's own distribution of a histogram takes a step for a bin of no width, in which its moments
    cancel. Here a stretch from a to b with mass m adds m (b^(n+1) - a^(n+1)) / ((n + 1) (b - a)) to
    the n-th moment and a step m a^n, both about the middle of the window. At a step the density is
    infinite, and with one the differential entropy is minus infinity.
    """

    def __init__(self, years: Array, cdf: Array, **options: Any) -> None:
        self._years = np.asarray(years, dtype=np.float64)
        self._masses_by = np.asarray(cdf, dtype=np.float64)
        options["a"], options["b"] = float(self._years[0]), float(self._years[-1])
        super().__init__(**options)
        mass, width = np.diff(self._masses_by), np.diff(self._years)
        self._steps = (width < STEP) & (mass > 0)
        self._mass, self._width = mass, width
        self._centre = 0.5 * (self._years[0] + self._years[-1])

    def _updated_ctor_param(self) -> dict[str, Any]:
        return {**super()._updated_ctor_param(), "years": self._years, "cdf": self._masses_by}

    def _cdf(self, x: Array) -> Array:
        return np.asarray(np.interp(x, self._years, self._masses_by))

    def _ppf(self, q: Array) -> Array:
        place = np.clip(np.searchsorted(self._masses_by, q, side="left"), 1, self._years.size - 1)
        below, mass = self._masses_by[place - 1], self._mass[place - 1]
        share = np.where(mass > 0, (q - below) / np.where(mass > 0, mass, 1.0), 0.0)
        within = self._years[place - 1] + np.clip(share, 0.0, 1.0) * self._width[place - 1]
        return np.where(self._steps[place - 1], self._years[place], within)

    def _pdf(self, x: Array) -> Array:
        place = np.clip(np.searchsorted(self._years, x, side="left") - 1, 0, self._mass.size - 1)
        density = self._mass[place] / self._width[place]
        return np.where(self._steps[place], np.inf, density)

    def _munp(self, n: int, *_: Any) -> float:
        return float(self.expect(lambda x: x**n))

    def _stats(self, *_: Any, **__: Any) -> tuple[float, float, float, float]:
        mean = self._centre + self._about(self._centre, 1)
        variance, third, fourth = (self._about(mean, n) for n in (2, 3, 4))
        if variance <= 0:
            return mean, 0.0, np.nan, np.nan
        return mean, variance, third / variance**1.5, fourth / variance**2 - 3.0

    def _about(self, point: float, n: int) -> float:
        """Return the n-th moment about a point."""
        low, high = self._years[:-1] - point, self._years[1:] - point
        # (b^(n+1) - a^(n+1)) / (b - a), without the difference.
        powers = sum(high**k * low ** (n - k) for k in range(n + 1))
        return float(self._mass @ np.where(self._steps, high**n, powers / (n + 1)))

    def _entropy(self, *_: Any) -> float:
        if self._steps.any():
            return -np.inf
        some = self._mass > 0
        mass = self._mass[some]
        return float(-mass @ np.log(mass / self._width[some]))

    def expect(
        self,
        func: Callable[[Array], Array] | None = None,
        args: tuple[Any, ...] = (),
        loc: float = 0,
        scale: float = 1,
        lb: float | None = None,
        ub: float | None = None,
        conditional: bool = False,
        **_: Any,
    ) -> float:
        """Return the expectation of a function of the year, steps included.

        As SciPy's, by Gauss's rule on each stretch between two years.
        """
        low = -np.inf if lb is None else (lb - loc) / scale
        high = np.inf if ub is None else (ub - loc) / scale
        value = func if func is not None else (lambda x: x)
        a = np.clip(self._years[:-1], low, high)
        b = np.clip(self._years[1:], low, high)
        share = np.where(self._steps, 0.0, (b - a) / self._width) * self._mass
        x = 0.5 * (a + b)[:, np.newaxis] + 0.5 * (b - a)[:, np.newaxis] * NODES
        total = share @ _at(value, loc + scale * x) @ WEIGHTS / 2.0
        at = self._years[1:][self._steps]
        inside = (at >= low) & (at <= high)
        mass = self._mass[self._steps][inside]
        if mass.size:
            total += mass @ _at(value, loc + scale * at[inside])
        if conditional:
            total /= share.sum() + mass.sum()
        return float(total)


def _at(function: Callable[[Array], Array], x: Array) -> Array:
    """Return a function's values, of one that may take single numbers alone."""
    try:
        values = np.asarray(function(x), dtype=np.float64)
        if values.shape == x.shape:
            return values
    except (TypeError, ValueError):
        pass
    return np.asarray(np.vectorize(function, otypes=[np.float64])(x))
