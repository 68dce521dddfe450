"""The years at which averages over the trends are taken, and what lies between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from bioanchors.engine.sums import STEPS_PER_YEAR, Array
from bioanchors.model.curves import JUST_BEFORE
from bioanchors.model.interpolation import left_out, monotone_cubic

FIRST_YEARS = 2.0
"""Years between those at which averages are first taken."""

SETTLING_YEARS, AFTER_CUT = 4.0, 0.25
"""After evidence cuts arrivals off: until when years are nearer to each other, and how near."""


HALVING = 16.0
"""By how much half as far between years lessens what interpolation misses of a smooth mean."""


class Nodes:
    """Years at which averages are taken, in stretches.

    Where the evidence cuts arrivals off, the mean of what has arrived has a kink, at which one
    stretch ends and the next begins; it bends most right after it, and less and less further on.
    At a break of the curves it may jump: one stretch ends just before, the next begins there.

    Parameters
    ----------
    grid
        Decimal years at which the averages are wanted, ascending.
    kink
        Where arrivals are cut off, if they are.
    breaks
        Known years at which curves bend or jump, ascending; both sides are in the grid.

    Attributes
    ----------
    error
        Bound of what interpolation leaves at the grid, relative to all of a hypothesis.
    """

    def __init__(self, grid: Array, kink: float | None, breaks: Sequence[float] = ()) -> None:
        self._grid = grid
        self._stretches = _first(grid[0], grid[-1], kink, breaks)
        self.error = np.zeros(grid.size)

    @property
    def years(self) -> Array:
        """All of them, each once."""
        return np.unique(np.concatenate(self._stretches))

    def _parts(self, values: Array) -> Iterator[tuple[Array, Array]]:
        """Yield each stretch, and of values at the years, (..., year), those in it."""
        years = self.years
        for stretch in self._stretches:
            start = int(np.searchsorted(years, stretch[0]))
            yield stretch, values[..., start : start + stretch.size]

    def onto_grid(self, values: Array) -> Array:
        """Put values at the years, (..., year), onto the grid, each stretch by itself."""
        result = np.empty((*values.shape[:-1], self._grid.size))
        for stretch, some in self._parts(values):
            inside = (self._grid >= stretch[0]) & (self._grid <= stretch[-1])
            result[..., inside] = monotone_cubic(stretch, some, self._grid[inside])
        return result

    def refine(self, cdf: Array, tolerance: float) -> bool:
        """Divide the intervals beside years that the others miss by more than a tolerance.

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
        stretches = []
        for stretch, values in self._parts(cdf):
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
            stretches.append(_finer(stretch, near, tolerance))
        added = sum(map(len, stretches)) > sum(map(len, self._stretches))
        self._stretches = stretches
        return added


def _finer(years: Array, miss: Array, tolerance: float) -> Array:
    """Return years with more in each interval that is missed by more than a tolerance."""
    gap = np.diff(years)
    parts = np.where(miss > tolerance, 2, 1)
    # In the next round it would be halved again.
    parts[(miss > HALVING * tolerance) & (gap > 3.99 / STEPS_PER_YEAR)] = 4
    finer = [years]
    for number in (2, 4):
        divided = parts == number
        for part in range(1, number):
            finer.append(years[:-1][divided] + gap[divided] * part / number)
    return np.unique(np.concatenate(finer))


def _first(first: float, last: float, kink: float | None, breaks: Sequence[float]) -> list[Array]:
    """Return the years to begin with; the last is that of the grid."""
    turns = {*breaks} | ({kink} if kink is not None and first < kink < last else set())
    if not turns:
        return [np.linspace(first, last, 1 + max(8, math.ceil((last - first) / FIRST_YEARS)))]
    starts = [first, *sorted(turns)]
    ends = [year - JUST_BEFORE if year in breaks else year for year in starts[1:]]
    stretches = []
    for start, end in zip(starts, [*ends, last], strict=True):
        settled = min(start + SETTLING_YEARS, end) if start == kink else start
        parts = [np.array([start])]
        for one, other, apart in ((start, settled, AFTER_CUT), (settled, end, FIRST_YEARS)):
            if one < other:
                count = max(4, math.ceil((other - one) / apart))
                parts.append(np.linspace(one, other, 1 + count)[1:])
        stretches.append(np.concatenate(parts))
    return stretches
