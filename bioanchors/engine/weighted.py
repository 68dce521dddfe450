"""Weighted sums over points of the trends, without the evidence and in each of its cases."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

import numpy as np
from numpy.typing import NDArray

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
        self, case: int, hypothesis: int, place: Places | None, weight: Array, below: Array
    ) -> None:
        """Add draws by the requirement edge from which on their threshold is passed.

        Parameters
        ----------
        place
            Number of that edge for each draw; None where there is no threshold.
        weight, below
            Likelihood of each draw, and times the requirement's mass below its threshold.
        """
        if place is None:
            self._bound[0, case, hypothesis, 0] += weight.sum()
            return
        first, last = int(place.min()), int(place.max())
        for sums, values in zip(self._bound, (weight, below), strict=True):
            sums[case, hypothesis, first : last + 1] += np.bincount(place - first, values)

    def enough(self, mass: Array) -> Array:
        """Return the weight of requirements up to each edge, of which the mass is given."""
        passed, below = np.cumsum(self._bound, axis=-1)
        return np.asarray(np.maximum(passed * mass - below, 0.0))

    def __iadd__(self, other: Weighted) -> Weighted:
        self.arrived += other.arrived
        self.total += other.total
        self._bound += other._bound
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
    years
        How many years come before those at which all draws are past it, whatever their state.
    """

    def __init__(self, threshold: Most, most: Most) -> None:
        self.threshold = threshold
        self.places: tuple[Places, ...] = tuple(map(_place, threshold.states))
        highest = np.asarray(np.maximum.reduce(threshold.states))
        lowest = np.asarray(np.minimum.reduce(most.states)) if most.chances else most.states[0]
        years = range(lowest.shape[1])

        @cache
        def past(year: int) -> int:
            return int(np.count_nonzero(lowest[:, year] >= highest))

        # From when on some draw is past its own, from when on most are, and all of them.
        self._some, self._half, self.years = (
            bisect_left(years, draws, key=past)
            for draws in (1, (highest.size + 1) // 2, highest.size)
        )
        if most.chances:
            # Before all are past it in every state, some may be in one.
            self._some, self._half = 0, self.years
        last = min(self._half, years[-1])
        self._late = np.flatnonzero(lowest[:, last] < highest)

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

        Notes
        -----
        Where most draws are past their thresholds the sum of max(mass - below, 0) is that of mass
        less that of below, and max(below - mass, 0) of the few that are late.
        """
        some, half, every = self._some, self._half, self.years
        result = weighted - ruled_out
        result[:some] = 0.0
        beyond = mass[:, some:half] - below[:, np.newaxis]
        result[some:half] = weight @ np.clip(beyond, 0.0, np.inf, out=beyond)
        late = self._late
        missing = below[late, np.newaxis] - mass[late, half:every]
        result[half:every] += weight[late] @ np.clip(missing, 0.0, np.inf, out=missing)
        return np.asarray(result)


def _place(threshold: Array) -> Places:
    edges = REQUIREMENT_EDGES
    steps = (threshold - edges[0]) * (1.0 / (edges[1] - edges[0]))
    np.ceil(steps, out=steps)
    np.clip(steps, 0, edges.size - 1, out=steps)
    place: Places = steps.astype(np.intp)
    return place
