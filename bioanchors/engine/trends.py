"""Averages over points of the trends: of the prior, and of what the evidence makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bioanchors.engine.drawing import CHUNK, TrendDraws
from bioanchors.engine.nodes import Nodes
from bioanchors.engine.stacked import Cdfs
from bioanchors.engine.strata import variance_within
from bioanchors.engine.sums import (
    Array,
    Tally,
    with_turns,
    year_grid,
)
from bioanchors.engine.weighing import Look, Weighing
from bioanchors.engine.weighted import Places, Weighted
from bioanchors.model.delays import Most
from bioanchors.model.joint import Model
from bioanchors.model.spec import Spec
from bioanchors.model.trends import Trends
from bioanchors.sampling import Streams
from bioanchors.types import Progress

SHARP = 0.5
"""A requirement whose spread is a smaller share of that of the trends' product is counted."""

SOME_YEARS = 2
"""Each how manieth of the years averaged at is looked at for what strata hide."""


class TrendAverages:
    """Averages functions of what can be bought over points of the trends."""

    def __init__(self, model: Model, streams: Streams, replicates: int) -> None:
        spec = model.spec
        self._model = model
        self._hypotheses = spec.hypotheses
        self.grid = with_turns(model, year_grid(spec))
        closed = model.closed_delays
        averaged_over = {delay.chance for delay in closed}
        self._inputs = {n: spec.inputs[n] for n in spec.trends if n not in averaged_over}
        self._draws = TrendDraws(model, self._inputs, streams, replicates)
        self.random, self.proposal = self._draws.random, self._draws.proposal
        self._replicates = replicates
        self._tied = _tied_to_trends(spec)
        self.weighing = Weighing(model, closed)
        if not self.random:
            self.weighing.sharp = self._tied
        self.chosen = False
        self.nodes = Nodes(self.grid, self._kink(), model.breaks)
        self._known: Look | None = None  # of known trends, at the grid
        self.forget()

    def match(self, cdfs: Cdfs) -> None:
        """Let the proposal, if there is one, learn what all of the evidence leaves of each draw."""
        model, hypotheses = self._model, self._hypotheses
        if self.proposal is None:
            return
        until = model.spec.not_arrived_by
        years = self.grid[:1] if until is None else np.unique([self.grid[0], until])
        alike = sorted(zip(hypotheses, cdfs, strict=True), key=lambda pair: pair[0].name)

        def left(trends: Trends, size: int) -> Array:
            curves = self.weighing.enough(trends, years)
            result = np.zeros(size)
            thresholds: dict[object, Most | None] = {}
            # All alike, so that other weights of the hypotheses have the same draws.
            for hypothesis, cdf in alike:
                key = hypothesis.gain_key
                if key not in thresholds:
                    # The first case: all of the evidence binds, since "none" does not hold.
                    thresholds[key] = self.weighing.thresholds(
                        hypothesis, trends, years, curves[key], size
                    )[0]
                threshold = thresholds[key]
                result += cdf(np.array([np.inf]))
                if threshold is not None:
                    result -= threshold.mean([cdf(state) for state in threshold.states])
            return result

        self.proposal.match(left)

    def forget(self) -> None:
        """Drop what has been added up."""
        self._sums: list[Weighted] = []
        self._points = 0

    def average(
        self,
        cdfs: Sequence[Cdfs],
        enough: Array,
        points: int,
        progress: Progress | None = None,
    ) -> Tally:
        """Return means over the trend points, (case, replicate, hypothesis, ...).

        Totals and requirements without the evidence are left to the caller, who gives the latter
        as ``enough``.
        """
        if not self.random:
            known = [self._grid_values(each) for each in cdfs]
            return self._gather(known, enough, 1)
        if points < self._points:
            self.forget()
        if points > self._points:
            new: list[Weighted] = []
            together = max(1, CHUNK // (points * self.nodes.years.size))
            for first in range(0, len(cdfs), together):
                some = cdfs[first : first + together]
                new += self._add(some, first, self._points, points)
                if progress is not None:
                    progress(len(new), self._replicates)
            if self._sums:
                for before, more in zip(self._sums, new, strict=True):
                    before += more
            else:
                self._sums = new
            self._points = points
        return self._gather(self._sums, enough, points)

    @property
    def sharp(self) -> Sequence[int]:
        """Places of the hypotheses for which averaging does not pay, which are counted."""
        return self.weighing.sharp

    @property
    def points(self) -> int:
        """Points of each replicate so far."""
        return self._points

    def parting_error(self) -> float:
        """Return what ``TrendDraws.parting_error`` does: of counted draws strata tell nothing."""
        return self._draws.parting_error(self._points, not self.sharp) if self._points else 0.0

    def stratum_error(self, cdfs: Cdfs) -> Array:
        """Return the standard errors that the strata of single inputs leave, in probability.

        Of the hypothesis for which it is largest, and of the first case of the evidence.

        Parameters
        ----------
        cdfs
            Of the requirements, in any replicate.

        Returns
        -------
        array
            Without the evidence and, if there is any, with it: (1 or 2, year of the grid).
        """
        averaged = [i for i in range(len(cdfs)) if i not in self.sharp]
        forecasts = 1 + bool(self._model.cases)
        if not self.random or not averaged:
            return np.zeros((forecasts, self.grid.size))
        nodes = self.nodes.years
        some = np.append(np.arange(0, nodes.size - 1, SOME_YEARS), nodes.size - 1)
        variance = np.zeros((forecasts, len(cdfs), some.size))
        for block, strata in self._draws.within_strata(self._points):
            look = self.weighing.look(block, nodes[some], between_years=False)
            for i in averaged:
                prior, left, reached = self.weighing.values(i, cdfs[i], look)
                if block.prior:
                    variance[0, i] += variance_within(strata, prior)
                if forecasts > 1:
                    off = self._off(i, some, left, reached)
                    variance[1, i] += variance_within(strata, off)
        error = np.sqrt(variance.max(axis=1) / self._replicates) / self._points
        return np.array([np.interp(self.grid, nodes[some], each) for each in error])

    def _off(self, i: int, years: Places, left: Array, reached: Array) -> Array:
        """Return by how much draws move the ratio of what has arrived to what the evidence leaves.

        Times the number of points, in the first case, at some of the nodes: (draw, year).
        """
        total = sum(float(each.total[0, i]) for each in self._sums)
        if not total > 0:
            return np.zeros_like(reached)
        arrived = np.sum([each.arrived[1, i, years] for each in self._sums], axis=0)
        points = self._points * self._replicates
        return np.asarray((reached - left * arrived / total) * (points / total))

    def by_requirement(self, cdfs: Sequence[Cdfs], enough: Array, points: int) -> Tally:
        """Return the same with the trends of the first replicate for all of them."""
        same = self._sums_of(cdfs, self._looks(range(1), 0, points), same=True)
        return self._gather(same, enough, points)

    def _gather(self, sums: list[Weighted], enough: Array, points: int) -> Tally:
        cases = len(self._model.cases)
        added = Tally.of(cases, enough.shape[:2], self.grid.size)
        every = points * self._draws.sets
        # By case, then replicate.
        arrived = np.stack([each.arrived for each in sums], axis=1)
        if self.random:
            arrived = self.nodes.onto_grid(arrived)
        np.divide(arrived[0], points, out=added.arrived[0])
        np.divide(arrived[1:], every, out=added.arrived[1:])
        for replicate, each in enumerate(sums):
            added.total[1:, replicate] = each.total / every
            if cases:
                added.enough[1:, replicate] = each.enough(enough[replicate]) / every
                added.likelihood += each.likelihood
                added.moments += each.moments / (every * len(sums))
        return added

    def _grid_values(self, cdfs: Cdfs) -> Weighted:
        """Return the sums over the one draw of known trends, at the grid itself."""
        sums = Weighted.of(len(self._model.cases), len(cdfs), self.grid.size)
        if self._known is None:
            self._known = self.weighing.look(self._draws.known(), self.grid)
        self.weighing.add(sums, cdfs, self._known)
        return sums

    def choose(self, spreads: Sequence[float], points: int) -> None:
        """Choose for which hypotheses averaging does not pay.

        Where a requirement is known much better than what can be bought, its CDF there is a step,
        and averaging it over few trend points would count hits, with an error that nobody sees.
        Where it is correlated with a trend it has no CDF that is the same for all trends.
        """
        trends = self._draws.likely(points)
        some_years = np.linspace(self.grid[0], self.grid[-1], 9)
        sharp = list(self._tied)
        for i, hypothesis in enumerate(self._hypotheses):
            curve = trends.enough(hypothesis)
            narrow = spreads[i] < SHARP * float(np.max(np.std(curve.at(some_years), axis=0)))
            if narrow and i not in sharp:
                sharp.append(i)
        self.weighing.sharp = sorted(sharp)
        self.chosen = True

    def refine(self, enough: Array, tolerance: float) -> bool:
        """Add years between those at which the means bend more than interpolation follows.

        Each year's mean is left out in turn. Returns whether years were added, so that the sums
        must be made anew; ``nodes.error`` is what is left, at the grid.
        """
        if not self.random or not self._sums:
            return False
        arrived = np.sum([each.arrived for each in self._sums], axis=0)
        total = np.sum([each.total for each in self._sums], axis=0)
        return self._refine(arrived, total, enough, self._points, tolerance)

    def settle(self, cdfs: Cdfs, enough: Array, points: int, tolerance: float) -> None:
        """Add years by what the first replicate says, which is cheap."""
        if not self.random:
            return
        known, before = np.empty(0), np.empty((1 + len(self._model.cases), len(cdfs), 0))
        while True:
            years = self.nodes.years
            new = np.union1d(np.setdiff1d(years, known), self._first_looks)
            (sums,) = self._sums_of([cdfs], self._looks(range(1), 0, points, new), years=new)
            arrived = np.empty((*before.shape[:2], years.size))
            arrived[..., np.searchsorted(years, known)] = before
            arrived[..., np.searchsorted(years, new)] = sums.arrived
            known, before = years, arrived
            if not self._refine(arrived, sums.total, enough[:1], points, tolerance):
                break

    @property
    def _first_looks(self) -> Array:
        """Years by which it is told what has been enough before any other."""
        until = self._model.spec.not_arrived_by
        years = self.nodes.years
        return years[:1] if until is None else np.intersect1d(years, [years[0], until])

    def _refine(
        self, arrived: Array, total: Array, enough: Array, points: int, tolerance: float
    ) -> bool:
        smooth = [i for i in range(enough.shape[1]) if i not in self.sharp]
        if not smooth:
            return False
        arrived = arrived[:, smooth]
        # Relative to what the evidence leaves of each hypothesis in each case.
        total = np.concatenate([[enough[:, :, -1].sum(axis=0) * points], total])[:, smooth]
        with np.errstate(divide="ignore", invalid="ignore"):
            cdf = np.where(total[..., np.newaxis] > 0, arrived / total[..., np.newaxis], 0.0)
        added = self.nodes.refine(cdf, tolerance)
        if added:
            self.forget()
        return added

    def _kink(self) -> float | None:
        """Year of the forecast's event at or about which the evidence cuts arrivals off."""
        model, inputs = self._model, self._inputs
        until = model.spec.not_arrived_by
        if until is None:
            return min((case.until for case in model.cases[:-1]), default=None)
        if model.same_event:
            return until
        lags = [inputs[name] for name in {*model.spec.lags} ^ {*model.spec.evidence_lags}]
        delays = model.spec.delays != model.spec.evidence_delays
        if delays or any(item.is_random for item in lags):
            return until  # an uncertain lag leaves a bend
        known = model.trends({name: item.point for name, item in inputs.items()})
        return until + float(known.lag - known.evidence_lag)

    def _add(self, cdfs: Sequence[Cdfs], first: int, start: int, stop: int) -> list[Weighted]:
        """Return sums over the points from start to stop, of replicates from the first on.

        Both are powers of two, or start is 0.

        Parameters
        ----------
        cdfs
            Of each replicate's requirements.
        """
        return self._sums_of(cdfs, self._looks(range(first, first + len(cdfs)), start, stop))

    def _sums_of(
        self,
        cdfs: Sequence[Cdfs],
        looks: Iterable[Look],
        same: bool = False,
        years: Array | None = None,
    ) -> list[Weighted]:
        """Return the sums of replicates over draws, each over its own or over the ``same``."""
        cases, size = len(self._model.cases), (self.nodes.years if years is None else years).size
        results = [Weighted.of(cases, len(each), size) for each in cdfs]
        if not cases and all(len(self.sharp) == len(each) for each in cdfs):
            return results
        for look in looks:
            for place, (result, each) in enumerate(zip(results, cdfs, strict=True)):
                self.weighing.add(result, each, look, 0 if same else place)
        return results

    def _looks(
        self, replicates: range, start: int, stop: int, years: Array | None = None
    ) -> Iterator[Look]:
        """Yield what draws of the points from start to stop say at the nodes, or in some years."""
        years = self.nodes.years if years is None else years
        for blocks in self._draws.blocks(replicates, start, stop, years.size):
            for block in blocks:
                yield self.weighing.look(block, years)


def _tied_to_trends(spec: Spec) -> list[int]:
    """Return the hypotheses of which a requirement's input is a trend's, or goes with one.

    And those whose algorithms hang on the requirement.
    """
    trends = set(spec.trends)
    both = {name for name in trends if spec.inputs[name].is_random}
    tied = {
        name
        for group in spec.correlations
        if trends & set(group.names)
        for name in group.names
        if name not in trends
    }
    either = tied | both
    return [i for i, h in enumerate(spec.hypotheses) if h.sizes or either & set(h.requirement)]
