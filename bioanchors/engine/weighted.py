"""Weighted sums over points of the trends, without the evidence and in each of its cases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine.sums import REQUIREMENT_EDGES, Array

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
        As in ``Seen``, summed.
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
        for sums, values in zip(self._bound, (weight, below), strict=True):
            sums[case, hypothesis] += np.bincount(place, values, REQUIREMENT_EDGES.size)

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
    """What requirements must exceed, (draw,).

    Attributes
    ----------
    threshold
        In log10 FLOP.
    place
        Number of the requirement edge from which on it is passed.
    """

    def __init__(self, threshold: Array) -> None:
        edges = REQUIREMENT_EDGES
        steps = (threshold - edges[0]) * (1.0 / (edges[1] - edges[0]))
        np.ceil(steps, out=steps)
        np.clip(steps, 0, edges.size - 1, out=steps)
        self.threshold = threshold
        self.place: Places = steps.astype(np.intp)


def years_below(threshold: Array, most: Array) -> int:
    """Return how many years come before those at which every draw has at least its threshold.

    Parameters
    ----------
    threshold, most
        (draw,), and what is enough, (draw, year), which never falls.
    """
    low, high = 0, most.shape[1]
    while low < high:
        middle = (low + high) // 2
        if np.any(most[:, middle] < threshold):
            low = middle + 1
        else:
            high = middle
    return low
