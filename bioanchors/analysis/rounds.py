"""Sums over rows of nested draws, from which effects follow: by set of inputs and by replicate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.conditional import Array, Mask, Moments, Nested, Problem, mask
from bioanchors.types import Progress

REPLICATES = 16
FIRST_ROWS, FEWEST_ROWS = 64, 8
"""Rows of each replicate in the first round, and where that is more draws than there may be."""

TOGETHER = 1024
"""Rows at a time: arrays then stay near the processor."""

FEWER = 4
"""By how many fewer inner draws do where little is unknown, or many orders are averaged."""


class Rounds:
    """Sums to which each round adds as many rows as there were.

    Parameters
    ----------
    problem
        The outputs and their inputs.
    sets
        Members of each set.
    seed
        Any whole number.
    inner
        Inner draws of each row where few inputs are known.
    max_draws
        Which the first round does not pass, if it can.

    Attributes
    ----------
    whole
        Moments where nothing is known, (output, moment, replicate).
    known, unknown
        The same where each set alone is known, and alone unknown, (set, output, moment, replicate).
    added
        What each set adds to the variance that is left, in random orders,
        (set, output, replicate).
    """

    def __init__(
        self,
        problem: Problem,
        sets: Sequence[tuple[str, ...]],
        seed: int,
        inner: int,
        max_draws: int,
    ) -> None:
        self._problem, self._seed, self._inner = problem, seed, inner
        self._few = max(2, inner // FEWER)
        self._masks = np.array([mask(problem.names, members) for members in sets])
        self._rows, self._first = 0, FIRST_ROWS
        while self._first > FEWEST_ROWS and self._first * self._cost > max_draws:
            self._first //= 2
        self.whole = self.known = self.unknown = self.added = np.zeros(())

    @property
    def outputs(self) -> int:
        """How many outputs there are."""
        return len(self.whole)

    @property
    def rows(self) -> int:
        """Rows of all replicates."""
        return REPLICATES * self._rows

    @property
    def evaluations(self) -> int:
        """Draws of the model."""
        return self._rows * self._cost

    @property
    def _cost(self) -> int:
        """Draws of one row of each replicate."""
        sets = len(self._masks)
        return REPLICATES * (self._inner * (sets + 1) + self._few * 2 * sets)

    def add(self, progress: Progress | None = None) -> None:
        """Add rows: those of Sobol' points that follow the ones so far.

        Parameters
        ----------
        progress
            Called with how many questions have been answered, and of how many.
        """
        rows = self._rows or self._first
        block = 1 if self._rows else 0
        together = max(1, min(REPLICATES, TOGETHER // rows))
        starts = range(0, REPLICATES, together)
        told = _Told(progress, len(starts) * (1 + 3 * len(self._masks)))
        parts = []
        for start in starts:
            replicates = range(start, min(start + together, REPLICATES))
            nested = Nested(self._problem, self._seed, replicates, block, rows, self._inner)
            orders = np.concatenate([self._orders(r, rows) for r in replicates])
            parts.append(
                [
                    each.reshape(*each.shape[:-1], -1, rows).sum(axis=-1)
                    for each in (*self._averages(nested, told), self._adds(nested, orders, told))
                ]
            )
        new = [np.concatenate(each, axis=-1) for each in zip(*parts, strict=True)]
        self.whole, self.known, self.unknown, self.added = (
            one + more
            for one, more in zip(
                (self.whole, self.known, self.unknown, self.added), new, strict=True
            )
        )
        self._rows += rows

    def _averages(self, nested: Nested, told: _Told) -> tuple[Array, Array, Array]:
        """Return moments of each row: of nothing known, each set known, each alone unknown."""

        def moments(known: Mask, inner: int) -> Array:
            told.one()
            return _stacked(nested.moments(known, inner))

        return (
            moments(np.zeros(self._masks.shape[1], dtype=np.bool_), self._inner),
            np.array([moments(known, self._inner) for known in self._masks]),
            np.array([moments(~unknown, self._few) for unknown in self._masks]),
        )

    def _adds(self, nested: Nested, orders: NDArray[np.intp], told: _Told) -> Array:
        """Return what each set adds to the variance that is left, (set, output, row).

        With J the sets that have become unknown, in the order's turn, c(J) = E[Var(Y | X_-J)] grows
        from 0 to Var(Y), and each set adds what it grows by.
        """
        unknown = np.zeros((len(orders), self._masks.shape[1]), dtype=np.bool_)
        within = []
        for turn in orders.T:
            unknown |= self._masks[turn]
            within.append(nested.moments(~unknown, self._few).within)
            told.one()
        grown = np.diff(np.array(within), axis=0, prepend=0.0)
        added = np.empty_like(grown)
        np.put_along_axis(added, orders.T[:, np.newaxis], grown, axis=0)
        return added

    def _orders(self, replicate: int, rows: int) -> NDArray[np.intp]:
        """Return random orders of the sets, (row, turn), each followed by its reverse."""
        key = [self._seed % 2**64, replicate + (self._rows << 32)]
        rng = np.random.Generator(np.random.Philox(key=key))
        half = np.argsort(rng.random((rows // 2, len(self._masks))), axis=1)
        return np.stack([half, half[:, ::-1]], axis=1).reshape(rows, -1)


def _stacked(moments: Moments) -> Array:
    """Return (output, moment, row)."""
    each = (moments.weight, moments.mean, moments.square, moments.within)
    return np.stack(each, axis=1)


class _Told:
    """Counts for a progress."""

    def __init__(self, progress: Progress | None, of: int) -> None:
        self._progress, self._done, self._of = progress, 0, of

    def one(self) -> None:
        """One more is done."""
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._of)
