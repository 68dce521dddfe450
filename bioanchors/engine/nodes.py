"""The years at which averages over the trends are taken, and what lies between them."""

from __future__ import annotations

import math

import numpy as np

from bioanchors.engine.sums import STEPS_PER_YEAR, Array
from bioanchors.model.interpolation import left_out, monotone_cubic

FIRST_YEARS = 2.0
"""Years between those at which averages are first taken."""

SETTLING_YEARS, AFTER_CUT = 4.0, 0.25
"""After evidence cuts arrivals off: until when years are nearer to each other, and how near."""


class Nodes:
    """Years at which averages are taken, in stretches.

    Where the evidence cuts arrivals off, the mean of what has arrived has a kink, at which one
    stretch ends and the next begins; it bends most right after it, and less and less further on.

    Parameters
    ----------
    grid
        Decimal years at which the averages are wanted, ascending.
    kink
        Where arrivals are cut off, if they are.

    Attributes
    ----------
    error
        Bound of what interpolation leaves at the grid, relative to all of a hypothesis.
    """

    def __init__(self, grid: Array, kink: float | None) -> None:
        self._grid = grid
        self._stretches = _first(grid[0], grid[-1], kink)
        self.error = np.zeros(grid.size)

    @property
    def years(self) -> Array:
        """All of them, each once."""
        first, *others = self._stretches
        return np.concatenate([first, *(stretch[1:] for stretch in others)])

    def onto_grid(self, values: Array) -> Array:
        """Put values at the years, (..., year), onto the grid, each stretch by itself."""
        result, start = np.empty((*values.shape[:-1], self._grid.size)), 0
        for stretch in self._stretches:
            inside = (self._grid >= stretch[0]) & (self._grid <= stretch[-1])
            some = values[..., start : start + stretch.size]
            result[..., inside] = monotone_cubic(stretch, some, self._grid[inside])
            start += stretch.size - 1
        return result

    def refine(self, cdf: Array, tolerance: float) -> bool:
        """Halve the intervals beside years that the others miss by more than a tolerance.

        Parameters
        ----------
        cdf
            At the years, (..., year).
        tolerance
            In probability.

        Returns
        -------
        bool
            Whether there are more years now. ``error`` is what was left before.
        """
        start, stretches = 0, []
        for stretch in self._stretches:
            values = cdf[..., start : start + stretch.size]
            start += stretch.size - 1
            miss = left_out(stretch, values)
            gap = np.diff(stretch)
            near = np.maximum(miss[:-1], miss[1:])
            near[gap < 1.01 / STEPS_PER_YEAR] = 0.0
            # At the years themselves nothing is interpolated.
            inside = np.searchsorted(stretch, self._grid) - 1
            own = np.isin(self._grid, stretch)
            between = (inside >= 0) & (inside < gap.size) & ~own
            self.error[between] = near[inside[between]]
            self.error[own] = 0.0
            bad = np.flatnonzero(near > tolerance)
            stretches.append(np.union1d(stretch, (stretch[bad] + stretch[bad + 1]) / 2))
        added = sum(map(len, stretches)) > sum(map(len, self._stretches))
        self._stretches = stretches
        return added


def _first(first: float, last: float, kink: float | None) -> list[Array]:
    """Return the years to begin with; the last is that of the grid."""
    if kink is None or not first < kink < last:
        return [np.linspace(first, last, 1 + max(8, math.ceil((last - first) / FIRST_YEARS)))]
    settled = min(kink + SETTLING_YEARS, last)
    after = np.linspace(kink, settled, 1 + max(4, math.ceil((settled - kink) / AFTER_CUT)))
    if settled < last:
        count = max(4, math.ceil((last - settled) / FIRST_YEARS))
        after = np.concatenate([after, np.linspace(settled, last, 1 + count)[1:]])
    before = np.linspace(first, kink, 1 + max(4, math.ceil((kink - first) / FIRST_YEARS)))
    return [before, after]
