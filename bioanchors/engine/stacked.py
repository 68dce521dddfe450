"""CDFs of several hypotheses' requirements, read at once where they are asked at the same places.

Hypotheses with the same algorithms need as much as can be bought by the same curves. Of all draws
in a year it is then enough to know how they lie on a grid: one pass over the draws, whatever the
number of hypotheses, and a product of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine.sums import Array
from bioanchors.model.conditional_cdf import Cdf
from bioanchors.model.convolution import GridCdf

ALL = slice(None)

MOST_PLACES = 2**13
"""A grid of more places is longer than the draws are many."""


class Stack:
    """CDFs on grids that nest, on one that has the places of all.

    Parameters
    ----------
    cdfs
        Of each hypothesis; their places nest (``GridCdf.nests``).

    Attributes
    ----------
    whole
        The CDFs' last values, shape (hypothesis,).
    """

    def __init__(self, cdfs: Sequence[GridCdf]) -> None:
        self._step = _step(cdfs)
        self._start = min(cdf.start for cdf in cdfs)
        # What is straight between places stays so on a finer grid.
        places: Array = self._start + self._step * np.arange(_places(cdfs), dtype=float)
        self._values = np.stack([cdf(places) for cdf in cdfs], axis=1)
        self._rises = np.diff(self._values, axis=0, append=self._values[-1:])
        self.whole = self._values[-1]

    @classmethod
    def of(cls, cdfs: Sequence[Cdf]) -> Stack | None:
        """Return a stack, or None where grids do not nest or are too long."""
        grids = [cdf for cdf in cdfs if isinstance(cdf, GridCdf) and cdf.nests]
        every = len(grids) == len(cdfs)
        return cls(grids) if every and _places(grids) <= MOST_PLACES else None

    def at(self, x: Array) -> Array:
        """Return the CDFs at places of shape (draw,): shape (hypothesis, draw)."""
        place, within = self.place(x)
        values = self._rises.take(place, axis=0)
        values *= within[:, np.newaxis]
        values += self._values.take(place, axis=0)
        return np.ascontiguousarray(values.T)

    def place(self, x: Array) -> tuple[NDArray[np.intp], Array]:
        """Return the number of the grid's place before each x, and which part of a step beyond."""
        within = np.asarray((x - self._start) * (1.0 / self._step))
        np.clip(within, 0.0, len(self._values) - 1.0, out=within)
        place = within.astype(np.intp)
        within -= place
        return place, within

    def product(self, first: int, counts: Array, within: Array) -> Array:
        """Return sums of the CDFs, shape (hypothesis, year).

        Parameters
        ----------
        first
            Place of the first column.
        counts, within
            Weight at each place, and times the part of a step beyond, shape (year, place).
        """
        columns = slice(first, first + counts.shape[1])
        sums = counts @ self._values[columns] + within @ self._rises[columns]
        # Where sums of two years are equal, rounding may tell them apart.
        return np.asarray(np.maximum.accumulate(sums, axis=0).T)


class Placed:
    """Draws by where they lie on a stack's grid in each year.

    Parameters
    ----------
    stack
        The CDFs.
    most
        What is enough by each year, log10 FLOP, shape (draw, year): it never falls.

    Attributes
    ----------
    most
        As given.
    """

    def __init__(self, stack: Stack, most: Array) -> None:
        self._stack, self.most = stack, most
        self._place, self._within = stack.place(most)
        # Most are on few places: those between the first and the last.
        self._first = int(self._place.min())
        self._width = int(self._place.max()) - self._first + 1
        self._place += self._width * np.arange(most.shape[1]) - self._first

    def sums(self, weight: Array | None = None, years: slice = ALL) -> Array:
        """Return the weighted sums over the draws of the CDFs.

        Parameters
        ----------
        weight
            Of each draw, or of each in each of the years: shape (draw,) or (draw, year).
        years
            Of which the sums are wanted.

        Returns
        -------
        array
            Shape (hypothesis, year).
        """
        place, within = self._place[:, years], self._within[:, years]
        if years.start:
            place = place - years.start * self._width
        if weight is not None:
            weight = weight.reshape(len(place), -1)
            within = within * weight
            weight = np.broadcast_to(weight, place.shape).reshape(-1)
        shape = (place.shape[1], self._width)
        place = place.reshape(-1)
        counts, parts = (
            np.bincount(place, each, shape[0] * shape[1]).reshape(shape).astype(float, copy=False)
            for each in (weight, within.reshape(-1))
        )
        return self._stack.product(self._first, counts, parts)


class Cdfs(tuple[Cdf, ...]):
    """CDFs of all hypotheses' requirements, of one replicate."""

    @cached_property
    def _stacks(self) -> dict[tuple[int, ...], Stack | None]:
        return {}

    def stack(self, hypotheses: tuple[int, ...]) -> Stack | None:
        """Return the CDFs of some hypotheses as a stack, if they make one; it is kept."""
        if hypotheses not in self._stacks:
            self._stacks[hypotheses] = Stack.of([self[i] for i in hypotheses])
        return self._stacks[hypotheses]


def _places(cdfs: Sequence[GridCdf]) -> int:
    start, end = min(cdf.start for cdf in cdfs), max(cdf.end for cdf in cdfs)
    return round((end - start) / _step(cdfs)) + 1


def _step(cdfs: Sequence[GridCdf]) -> float:
    """Return the step of a grid that has the places of all: half the finest, if they differ."""
    steps = {cdf.step for cdf in cdfs}
    return min(steps) / (2 if len(steps) > 1 else 1)
