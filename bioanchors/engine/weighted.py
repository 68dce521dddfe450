"""Weighted sums over points of the trends, without the evidence and in each of its cases."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine.stacked import Placed
from bioanchors.engine.sums import REQUIREMENT_EDGES, Array
from bioanchors.model.delays import Most

Places = NDArray[np.intp]


class Weighted:
    """Sums over trend points, without the evidence and then for each of its cases.

    Attributes
    ----------
    arrived
        (1 + case, hypothesis, year).
    total
        (case, hypothesis).
    likelihood
        Of some draws, arrays of shape (hypothesis, case, draw).
    moments
        As in ``Tally``, summed.
    """

    def __init__(self, arrived: Array, total: Array, bound: Array) -> None:
        self.arrived, self.total, self._bound = arrived, total, bound
        self._edges = 1  # of which some have been passed
        self.likelihood: list[Array] = []
        self.moments = np.zeros((arrived.shape[1], 1 + arrived.shape[1]))

    @classmethod
    def of(cls, cases: int, hypotheses: int, years: int) -> Weighted:
        """Return zeros."""
        shape = (cases, hypotheses)
        return cls(
            np.zeros((1 + cases, hypotheses, years)),
            np.zeros(shape),
            np.zeros((2, *shape, REQUIREMENT_EDGES.size if cases else 0)),
        )

    def at_most(
        self,
        case: int,
        hypotheses: Sequence[int],
        place: Places | None,
        weight: Array,
        below: Iterable[Array],
    ) -> None:
        """Add draws by the requirement edge from which on their threshold is passed.

        Parameters
        ----------
        hypotheses
            Their places here.
        place
            Number of that edge for each draw; None where there is no threshold.
        weight
            Likelihood of each draw.
        below
            The same times the mass of each hypothesis' requirement below its threshold.
        """
        passed, missed = self._bound[:, case]
        if place is None:
            passed[hypotheses, 0] += weight.sum()
            return
        first, last = int(place.min()), int(place.max())
        self._edges = max(self._edges, last + 1)
        beyond, edges = place - first, slice(first, last + 1)
        passed[hypotheses, edges] += np.bincount(beyond, weight)
        for i, values in zip(hypotheses, below, strict=True):
            missed[i, edges] += np.bincount(beyond, values)

    def enough(self, mass: Array) -> Array:
        """Return the weight of requirements up to each edge, of which the mass is given."""
        passed, below = np.cumsum(self._bound[..., : self._edges], axis=-1)
        result = np.empty(self._bound.shape[1:])
        result[..., : self._edges] = passed * mass[..., : self._edges] - below
        # All have passed.
        result[..., self._edges :] = passed[..., -1:] * mass[..., self._edges :] - below[..., -1:]
        return np.maximum(result, 0.0, out=result)

    def __iadd__(self, other: Weighted) -> Weighted:
        self.arrived += other.arrived
        self.total += other.total
        self._bound += other._bound
        self._edges = max(self._edges, other._edges)
        self.likelihood += other.likelihood
        self.moments += other.moments
        return self


class Bound:
    """What requirements must exceed.

    Parameters
    ----------
    threshold
        In log10 FLOP, in each state of what draws have to wait for, (draw,).
    most
        What is enough by each year, (draw, year), which never falls.

    Attributes
    ----------
    threshold
        As given.
    places
        Of each state the number of the requirement edge from which on it is passed.
    before, between
        Years by which no draw is past it, and those by which some are but not all, whatever their
        state.
    """

    def __init__(self, threshold: Most, most: Most) -> None:
        self.threshold = threshold
        self.places: tuple[Places, ...] = tuple(map(_place, threshold.states))
        highest = np.asarray(np.maximum.reduce(threshold.states))
        lowest = np.asarray(np.minimum.reduce(most.states)) if most.chances else most.states[0]
        years = range(lowest.shape[1])

        def past(year: int) -> int:
            return int(np.count_nonzero(lowest[:, year] >= highest))

        some, every = (bisect_left(years, draws, key=past) for draws in (1, highest.size))
        if most.chances:
            # Before all are past it in every state, some may be in one.
            some = 0
        self.before, self.between = slice(some), slice(some, every)

    def above(
        self, weight: Array, mass: Array, below: Array, weighted: Array, ruled_out: float
    ) -> Array:
        """Return the weight of requirements beyond the threshold that are enough by each year.

        Parameters
        ----------
        weight, below
            Of each draw: what it counts, and the requirement's mass up to its threshold.
        mass
            The requirement's mass up to what is enough, (draw, year).
        weighted, ruled_out
            Sums over the draws of both, weighted.
        """
        result = weighted - ruled_out
        result[self.before] = 0.0
        beyond = mass[:, self.between] - below[:, np.newaxis]
        result[self.between] = weight @ np.maximum(beyond, 0.0, out=beyond)
        return np.asarray(result)

    def above_stacked(
        self, weight: Array, placed: Placed, below: Array, weighted: Array, ruled_out: Array
    ) -> Array:
        """Return the same of several hypotheses, (hypothesis, year), in one state.

        Parameters
        ----------
        weight
            Of each draw: what it counts.
        placed
            What is enough by each year.
        below
            The requirements' mass up to the threshold, (hypothesis, draw).
        weighted, ruled_out
            Sums over the draws of the mass up to what is enough, and of that: (hypothesis, year)
            and (hypothesis,).
        """
        result = weighted - ruled_out[:, np.newaxis]
        result[:, self.before] = 0.0
        if self.between.start < self.between.stop:
            most, threshold = placed.most[:, self.between], self.threshold.states[0]
            past = weight[:, np.newaxis] * (most >= threshold[:, np.newaxis])
            result[:, self.between] = placed.sums(past, self.between) - below @ past
        # Rounding tells apart what is equal.
        return np.asarray(np.maximum.accumulate(np.maximum(result, 0.0), axis=1))


def _place(threshold: Array) -> Places:
    edges = REQUIREMENT_EDGES
    steps = (threshold - edges[0]) * (1.0 / (edges[1] - edges[0]))
    np.ceil(steps, out=steps)
    np.clip(steps, 0, edges.size - 1, out=steps)
    place: Places = steps.astype(np.intp)
    return place
