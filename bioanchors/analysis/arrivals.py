"""Outputs that follow from when arrival is, without a draw of what can be enumerated.

Which hypothesis holds and when "none" lets go are enumerated, one input of each requirement is
integrated, and the rest is drawn. Arrival is told by the interval between given years in which it
lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bioanchors.analysis.conditional import Array, Draws, Mask, Moments
from bioanchors.engine.all_but_one import AllButOne
from bioanchors.engine.response import HYPOTHESIS, NONE, Response

CELLS = 2**16
"""Draws times intervals at a time: arrays then stay near the processor."""


@dataclass(frozen=True, slots=True)
class _Releases:
    """What ranges of years of release of "none" make of masses.

    Attributes
    ----------
    weight
        What of each case of the evidence counts, (range, case).
    mean, square
        By how much the outputs and their squares fall with what has arrived by each year,
        (range, output, case, year).
    """

    weight: Array
    mean: Array
    square: Array

    @property
    def together(self) -> _Releases:
        """All ranges as one."""
        each = (self.weight, self.mean, self.square)
        return _Releases(*(values.sum(axis=0, keepdims=True) for values in each))


class Arrivals:
    """Outputs by the interval of arrival: moments given some inputs.

    Parameters
    ----------
    response
        The model.
    years
        Ends of the intervals, decimal years of the window, ascending.
    values
        Of each output, by the interval up to each of the years and after the last,
        (output, year + 1).
    """

    def __init__(self, response: Response, years: Array, values: Array) -> None:
        self._names, self._known = response.names, response.known
        self._share = response.shares / response.kept
        self._given = AllButOne(response.model, response.places, years)
        self._values, self._are_events = values, bool(np.all(values**2 == values))
        trends = set(response.model.spec.trends)
        self._of_trends = np.array([name in trends for name in response.names])
        self._releases = _releases(response, years, values)

    def restart(self) -> None:
        """Forget what earlier rows led to."""
        self._given.forget()

    def moments(self, draws: Draws, known: Mask, ratio: Array | None) -> Moments:
        """Return moments given what is known; see ``Output``."""
        rows, inner = known.shape[0], max(values.shape[1] for values in draws.values())
        some = max(1, CELLS // (inner * self._values.shape[1]))
        parts = [
            self._moments(
                {name: values[start : start + some] for name, values in draws.items()},
                known[start : start + some],
                None if ratio is None else ratio[start : start + some],
                (start, inner),
            )
            for start in range(0, rows, some)
        ]
        return Moments(*np.concatenate(parts, axis=-1))

    def _moments(
        self, draws: Draws, known: Mask, ratio: Array | None, place: tuple[int, int]
    ) -> Array:
        """Return moments of some rows, (moment, output, row)."""
        of_trends = known[:, self._of_trends]
        same = None
        if of_trends.all() or not of_trends.any():
            same = (*place, bool(of_trends.all()))
        unknown = {name: ~known[:, i] for i, name in enumerate(self._names)}
        masses = self._given.masses({**self._known, **draws}, unknown, ratio, same)
        rows = len(known)
        found = np.zeros((4, len(self._values), rows))
        is_known = self._is_known(unknown, rows)
        for flags in np.unique(is_known, axis=0):
            some = (is_known == flags).all(axis=1)
            here = slice(None) if some.all() else some
            part = self._sum(masses.weight[..., here, :], masses.arrived[..., here, :], *flags)
            found[..., here] = [part.weight, part.mean, part.square, part.within]
        return found

    def _is_known(self, unknown: Mapping[str, Mask], rows: int) -> Mask:
        """Return whether hypothesis and "none" are known, (row, 2)."""
        nothing = np.ones(rows, dtype=np.bool_)
        return ~np.stack([unknown.get(HYPOTHESIS, nothing), unknown.get(NONE, nothing)], axis=1)

    def _sum(self, weight: Array, arrived: Array, hypothesis: bool, none: bool) -> Moments:
        """Return moments, summed over hypotheses and years of release where these are known."""
        share = self._share
        if hypothesis:
            weight = weight * share.reshape(-1, 1, 1, 1)
            arrived = arrived * share.reshape(-1, 1, 1, 1, 1)
        else:
            weight = _weighted(share, weight)[np.newaxis]
            arrived = _weighted(share, arrived)[np.newaxis]
        releases = self._releases if none else self._releases.together
        parts = [self._given_one(*each, releases) for each in zip(weight, arrived, strict=True)]
        return Moments(*(np.sum(each, axis=(0, 1)) for each in zip(*parts, strict=True)))

    def _given_one(self, weight: Array, arrived: Array, releases: _Releases) -> tuple[Array, ...]:
        """Return moments by range of release, (range, output, row), of what has one hypothesis.

        From masses of shape (case, row, inner) and (case, year, row, inner).
        """
        size, shape = len(releases.weight), weight.shape[1:]
        counted = (releases.weight @ weight.reshape(len(weight), -1)).reshape(size, 1, *shape)
        last = self._values[:, -1].reshape(-1, 1, 1)
        places = arrived.reshape(-1, shape[0] * shape[1])

        def of(falls: Array, last: Array) -> Array:
            fallen = falls.reshape(-1, len(places)) @ places
            return np.asarray(last * counted - fallen.reshape(size, -1, *shape))

        mean = of(releases.mean, last)
        square = mean if self._are_events else of(releases.square, last**2)
        found = Moments.of(np.broadcast_to(counted, mean.shape), mean, square)
        return found.weight, found.mean, found.square, found.within


def _weighted(share: Array, masses: Array) -> Array:
    """Return the sum over hypotheses."""
    total = np.zeros(masses.shape[1:])
    for each, mass in zip(share, masses, strict=True):
        total += each * mass
    return total


def _releases(response: Response, years: Array, values: Array) -> _Releases:
    """Return what ranges of years of release make of masses, those without any left out."""
    untils = np.array([case.until for case in response.model.cases] or [np.inf])
    ends = np.unique([*untils, *years, np.inf])
    by = np.append(response.model.released_by(ends[:-1]), 1.0)
    if NONE not in response.names:
        by = np.ones_like(ends)
    share = np.diff(by, prepend=0.0)
    ends, share = ends[share > 0], share[share > 0]
    # The case is the first that ends no earlier.
    weight = share[:, np.newaxis] * np.eye(untils.size)[np.searchsorted(untils, ends)]
    counts = years >= ends[:, np.newaxis]
    falls = [np.einsum("rc,rk,ok->rock", weight, counts, np.diff(v)) for v in (values, values**2)]
    return _Releases(weight, *falls)
