"""Integrating: given the trends, P(arrival <= y) is the requirement's CDF at what can be bought.

Requirements and trends share no input, so the one is averaged over points of the other: smooth
functions instead of hits and misses. A requirement is a sampled part plus independent terms, which
are convolved. Both sides are drawn afresh in each replicate, so that the replicates' spread holds
the error of both.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine.count import Added, Progress, add_up, moments
from bioanchors.engine.proposal import Proposal, random_names
from bioanchors.engine.sums import (
    KEPT_DRAWS,
    REQUIREMENT_EDGES,
    STEPS_PER_YEAR,
    Array,
    Sums,
    finish,
    is_random,
    keep_freed_memory,
    onto,
    with_evidence_years,
    year_grid,
)
from bioanchors.model.conditional_cdf import Cdf, ConditionalCdf
from bioanchors.model.convolution import Histogram
from bioanchors.model.curves import Curve, Value
from bioanchors.model.interpolation import left_out, monotone_cubic
from bioanchors.model.joint import Model
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.parameters import HypothesisInputs, Parameters
from bioanchors.sampling import BLOCK, Draws, Plan, Streams, draw_inputs

Places = NDArray[np.intp]

CHUNK = 131_072
"""Trend points times years at a time."""

PILOT_POINTS = 64
FIRST_YEARS = 2.0
"""Years between those at which averages over the trends are first taken."""

SETTLING_YEARS, AFTER_CUT = 4.0, 0.25
"""After evidence cuts arrivals off: until when years are nearer to each other, and how near."""

SHARP = 0.5
"""A requirement whose spread is a smaller share of that of the trends' product is counted."""

TOLERANCE = 1e-4
"""Largest error between such years, in probability."""

FIRST_LOOK = 128
"""Trend points of one replicate by which years are added before all of them are averaged."""

SETTLED = 0.7
"""Share of the tolerance to which they settle there: adding years later makes all sums anew."""

COMMON_POINTS = 32
"""Trend points at which the requirements of all replicates are compared."""

PRIOR_SHARE = 0.5
"""Of the points that serve the posterior, the share drawn from the prior: weights are at most
1 / PRIOR_SHARE. A smaller one leaves what the proposal misses to luck."""


class Integration:
    """Estimates the CDFs by integrating over trends and requirements apart.

    What more points leave as it was is kept from one estimate to the next.

    Parameters
    ----------
    parameters, streams
        What to estimate, and from which uniforms.
    replicates
        Independent repetitions.
    threads
        For hypotheses that are counted; by default one for each processor.
    precision
        Standard error that is asked for: interpolation between years may add a tenth of it.
    """

    def __init__(
        self,
        parameters: Parameters,
        streams: Streams,
        replicates: int,
        threads: int | None = None,
        precision: float = 10.0 * TOLERANCE,
    ) -> None:
        keep_freed_memory()
        self._tolerance = min(TOLERANCE, precision / 10.0)
        self._rounds: list[tuple[int, int]] = []
        self._threads = threads
        self._parameters, self._streams = parameters, streams
        self._model, self._replicates = Model(parameters), replicates
        self._requirements: list[ConditionalCdf] = []
        self._points = 0
        self._cdfs: list[list[Cdf]] = []
        self._counted: Added | None = None
        shape = (replicates, len(parameters.hypotheses))
        self._total = np.empty(shape)
        self._enough = np.empty((*shape, REQUIREMENT_EDGES.size))
        self._trends = _Trends(parameters, self._model, streams, replicates)

    def estimate(
        self,
        points: int,
        trend_points: int,
        progress: Progress | None = None,
    ) -> Sums:
        """Return the sums.

        Parameters
        ----------
        points
            Points of each replicate for the sampled parts of the requirements, a power of two.
        trend_points
            Points of each replicate for the trends, a power of two.
        progress
            Called with the number of replicates done and of all replicates.

        Raises
        ------
        BadParameters
            If the low-end update leaves nothing of a hypothesis.
        """
        self._rounds.append((points, trend_points))
        if points != self._points:
            self._cdfs = []
            for replicate in range(self._replicates):
                self._cdfs.append(self._requirements_of(replicate, points))
            self._points = points
            self._counted = None
            self._trends.forget()
        trends = self._trends
        if trends.random and not trends.chosen:
            spreads = [requirement.spread for requirement in self._requirements]
            trends.match(self._cdfs[0])
            trends.choose(spreads, min(PILOT_POINTS, trend_points))
        if not trends.points:
            few = min(FIRST_LOOK, trend_points)
            trends.settle(self._cdfs[0], self._enough, few, SETTLED * self._tolerance)
        added = trends.average(self._cdfs, self._enough, trend_points, progress)
        while trends.refine(self._enough, self._tolerance):
            added = trends.average(self._cdfs, self._enough, trend_points, progress)
        sums = self._sums(added, points, trend_points)
        return replace(sums, unseen=math.hypot(sums.unseen, trends.stratum_error()))

    @property
    def conflict(self) -> float:
        """Standard errors between prior and observations, taken together; 0 where not known."""
        proposal = self._trends.proposal
        return 0.0 if proposal is None else proposal.conflict

    def by_requirement(self) -> Sums:
        """Return sums of which the replicates differ in the requirements alone."""
        points = min(COMMON_POINTS, self._trends.points)
        added = self._trends.by_requirement(self._cdfs, self._enough, points)
        return self._sums(added, self._points, points)

    def _sums(self, added: Added, points: int, trend_points: int) -> Sums:
        trends = self._trends
        added.total[0] = self._total
        added.enough[0] = self._enough
        counted = [self._parameters.hypotheses[i] for i in trends.sharp]
        unseen = 0.0
        if counted:
            if self._counted is None:
                plan = Plan.of(points * self._replicates, self._replicates)
                self._counted = add_up(
                    self._parameters, self._model, self._streams, plan, counted, self._threads
                )
            some = self._counted
            grid = year_grid(self._parameters)
            unseen = some.smallest_step(points * self._replicates)
            added.arrived[:, :, trends.sharp] = onto(trends.grid, grid, some.arrived)
            added.total[:, :, trends.sharp] = some.total
            added.enough[:, :, trends.sharp] = some.enough
        sums = Sums(
            trends.grid,
            added.arrived[0],
            added.total[0],
            points,
            trend_points if trends.random else 0,
            added.enough[0],
            tuple(hypothesis.name for hypothesis in counted),
            added.seen(self._model, trends.grid, trends.grid),
            trends.error,
            tuple(self._rounds),
            unseen,
            trends.proposal is not None,
        )
        return finish(self._parameters, self._model, self._streams, sums)

    def _requirements_of(self, replicate: int, points: int) -> list[Cdf]:
        parts = self._sampled_parts(replicate, points)
        first = next(parts)
        if not self._requirements:
            self._requirements = [
                ConditionalCdf(
                    self._parameters, self._model, hypothesis, sample, not self._trends.random
                )
                for hypothesis, sample in zip(self._parameters.hypotheses, first, strict=True)
            ]
        shared: dict[tuple[object, float], Histogram] = {}
        collected = [requirement.collect(shared) for requirement in self._requirements]
        for samples in itertools.chain([first], parts):
            for part, sample in zip(collected, samples, strict=True):
                part.add(sample)
        cdfs = []
        for i, (part, sample) in enumerate(zip(collected, first, strict=True)):
            if replicate and not np.ndim(sample):
                # Nothing of it is sampled, so that it is the same in every replicate.
                self._total[replicate, i] = self._total[0, i]
                self._enough[replicate, i] = self._enough[0, i]
                cdfs.append(self._cdfs[0][i])
                continue
            cdf, self._total[replicate, i] = part.cdf()
            self._enough[replicate, i] = cdf(REQUIREMENT_EDGES)
            cdfs.append(cdf)
        return cdfs

    def _sampled_parts(self, replicate: int, points: int) -> Iterator[list[Value]]:
        """Yield each hypothesis' requirement without its added terms, block by block."""
        formulas = [
            (REQUIREMENTS[hypothesis.kind], hypothesis.requirement)
            for hypothesis in self._parameters.hypotheses
        ]
        correlated = self._parameters.correlated
        used = {name for formula, names in formulas for name in formula.split(names, correlated)[1]}
        inputs = {name: item for name, item in self._parameters.inputs.items() if name in used}
        size = min(points, BLOCK)
        # Where nothing is sampled one block says it all.
        blocks = points // size if is_random(self._parameters, tuple(used)) else 1
        streams = self._streams.without_trends()
        for block in range(blocks):
            draws = draw_inputs(inputs, streams, replicate, block, size)
            # Networks that differ in their horizons alone have one such part between them.
            parts: dict[tuple[object, ...], Value] = {}
            keys = []
            for formula, names in formulas:
                keys.append((formula.formula, *formula.split(names, correlated)[1]))
                if keys[-1] not in parts:
                    parts[keys[-1]] = formula.rest(names, draws, correlated)
            yield [parts[key] for key in keys]


class _Trends:
    """Averages functions of what can be bought over points of the trends."""

    def __init__(
        self, parameters: Parameters, model: Model, streams: Streams, replicates: int
    ) -> None:
        self._parameters, self._model, self._streams = parameters, model, streams
        self.grid = with_evidence_years(model, year_grid(parameters))
        self._inputs = {name: parameters.inputs[name] for name in parameters.trends}
        self.random = is_random(parameters, parameters.trends)
        self._replicates = replicates
        self._tied = _tied_to_trends(parameters)
        self.sharp: list[int] = []
        self.chosen = False
        self.nodes = self._first_nodes()
        self.error = np.zeros(self.grid.size)
        self._known: dict[object, Array] = {}  # of known trends, at the grid
        self.proposal = self._propose() if self.random else None
        self.forget()

    def _propose(self) -> Proposal | None:
        """Return where to draw from besides the prior, if observations say."""
        model, hypotheses = self._model, self._parameters.hypotheses
        names = random_names(self._inputs)
        # Algorithms that differ would each need points of their own, which does not pay.
        own = len({model.measured_key(hypothesis) for hypothesis in hypotheses}) == 1
        # What is tied to a requirement is drawn with it.
        if not model.observed(own) or set(self._streams.with_groups(names)) != set(names):
            return None
        return Proposal(model, hypotheses[0], own, self._inputs, self._streams)

    def match(self, cdfs: list[Cdf]) -> None:
        """Let the proposal, if there is one, learn what all of the evidence leaves of each draw."""
        model, hypotheses = self._model, self._parameters.hypotheses
        if self.proposal is None:
            return
        until = model.not_arrived_by
        years = self.grid[:1] if until is None else np.unique([self.grid[0], until])

        def left(draws: Draws) -> Array:
            affordable = model.affordable(draws)
            curves = self._enough(draws, affordable, years)
            size = max(np.size(values) for values in draws.values())
            result = np.zeros(size)
            # All alike, so that other weights of the hypotheses have the same draws.
            for hypothesis, cdf in zip(hypotheses, cdfs, strict=True):
                most = curves[model.gain_key(hypothesis)]
                # The first case: all of the evidence binds, since "none" does not hold.
                threshold = self._thresholds(hypothesis, draws, affordable, years, most, size)[0]
                below = 0.0 if threshold is None else cdf(threshold)
                result += cdf(np.array([np.inf])) - below
            return result

        self.proposal.match(left)

    def forget(self) -> None:
        """Drop what has been added up."""
        self._sums: list[_Weighted] = []
        self._points = 0

    def average(
        self,
        cdfs: list[list[Cdf]],
        enough: Array,
        points: int,
        progress: Progress | None = None,
    ) -> Added:
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
            new = []
            for replicate, each in enumerate(cdfs):
                new.append(self._add(each, replicate, self._points, points))
                if progress is not None:
                    progress(replicate + 1, self._replicates)
            if self._sums:
                for before, more in zip(self._sums, new, strict=True):
                    before += more
            else:
                self._sums = new
            self._points = points
        return self._gather(self._sums, enough, points)

    @property
    def points(self) -> int:
        """Points of each replicate so far."""
        return self._points

    def stratum_error(self) -> float:
        """Return the standard error of the shares of draws in mixtures' components.

        Of n points one lies in each stratum of width 1 / n. Where components part inside of a
        stratum, a fraction f into it, all replicates may count alike, and be wrong alike: the count
        above has the variance f (1 - f). As a bound, arrival is taken to hang on it wholly. What is
        correlated has no strata.
        """
        n = self._points
        variance = 0.0
        for name, item in self._inputs.items():
            for below in item.partings:
                tied = self._streams.with_groups([name]) != [name]
                fraction = below if tied else (n * below) % 1.0
                variance += fraction * (1.0 - fraction) * (n if tied else 1.0)
        return math.sqrt(variance / self._replicates) / n if n else 0.0

    def by_requirement(self, cdfs: list[list[Cdf]], enough: Array, points: int) -> Added:
        """Return the same with the trends of the first replicate for all of them."""
        same = [self._add(each, 0, 0, points) for each in cdfs]
        return self._gather(same, enough, points)

    def _gather(self, sums: list[_Weighted], enough: Array, points: int) -> Added:
        cases = len(self._model.cases)
        added = Added.of(cases, enough.shape[:2], self.grid.size, REQUIREMENT_EDGES.size)
        # Points of the prior and of the proposal both serve the posterior.
        every = points if self.proposal is None else 2 * points
        for replicate, each in enumerate(sums):
            arrived = self._on_grid(each.arrived)
            added.arrived[0, replicate] = arrived[0] / points
            added.arrived[1:, replicate] = arrived[1:] / every
            added.total[1:, replicate] = each.total / every
            if cases:
                added.enough[1:, replicate] = each.enough(enough[replicate]) / every
                added.likelihood += each.likelihood
                added.moments += each.moments / (every * len(sums))
        return added

    def _on_grid(self, values: Array) -> Array:
        """Put values at nodes onto the grid, each stretch of nodes by itself."""
        if not self.random:
            return values
        result, start = np.empty((*values.shape[:-1], self.grid.size)), 0
        for stretch in self.nodes:
            inside = (self.grid >= stretch[0]) & (self.grid <= stretch[-1])
            some = values[..., start : start + stretch.size]
            result[..., inside] = monotone_cubic(stretch, some, self.grid[inside])
            start += stretch.size - 1
        return result

    def _grid_values(self, cdfs: list[Cdf]) -> _Weighted:
        """Return the sums over the one draw of known trends, at the grid itself."""
        sums = _Weighted.of(len(self._model.cases), len(cdfs), self.grid.size)
        if not self._known:
            draws = self._draws(0, 0, 1)
            self._known = self._enough(draws, self._model.affordable(draws), self.grid)
        self._weigh(sums, cdfs, self._draws(0, 0, 1), self.grid, 1)
        return sums

    def choose(self, spreads: list[float], points: int) -> None:
        """Choose for which hypotheses averaging does not pay.

        Where a requirement is known much better than what can be bought, its CDF there is a step,
        and averaging it over few trend points would count hits, with an error that nobody sees.
        Where it is correlated with a trend it has no CDF that is the same for all trends.
        """
        draws = self._draws(0, 0, points)
        if self.proposal is not None:
            # Of what can be bought, the observations leave less.
            scores = self._streams.scores(self.proposal.names, self._replicates, 0, points)
            draws = self.proposal.draws(self.proposal.move(scores))
        affordable = self._model.affordable(draws)
        some_years = np.linspace(self.grid[0], self.grid[-1], 9)
        sharp = list(self._tied)
        for i, hypothesis in enumerate(self._parameters.hypotheses):
            curve = self._model.enough(hypothesis, draws, affordable)
            narrow = spreads[i] < SHARP * float(np.max(np.std(curve.at(some_years), axis=0)))
            if narrow and i not in sharp:
                sharp.append(i)
        self.sharp = sorted(sharp)
        self.chosen = True

    def refine(self, enough: Array, tolerance: float) -> bool:
        """Add years between those at which the means bend more than interpolation follows.

        Each year's mean is left out in turn. Returns whether years were added, so that the sums
        must be made anew; ``error`` is what is left, at the grid.
        """
        return self._refine(self._sums, enough, self._points, tolerance)

    def settle(self, cdfs: list[Cdf], enough: Array, points: int, tolerance: float) -> None:
        """Add years by what the first replicate says, which is cheap."""
        while self.random:
            sums = [self._add(cdfs, 0, 0, points)]
            if not self._refine(sums, enough[:1], points, tolerance):
                break

    def _refine(self, sums: list[_Weighted], enough: Array, points: int, tolerance: float) -> bool:
        smooth = [i for i in range(enough.shape[1]) if i not in self.sharp]
        if not self.random or not sums or not smooth:
            return False
        arrived = np.sum([each.arrived for each in sums], axis=0)[:, smooth]
        # Relative to what the evidence leaves of each hypothesis in each case.
        total = np.concatenate(
            [
                [enough[:, :, -1].sum(axis=0) * points],
                np.sum([each.total for each in sums], axis=0),
            ]
        )[:, smooth]
        with np.errstate(divide="ignore", invalid="ignore"):
            cdf = np.where(total[..., np.newaxis] > 0, arrived / total[..., np.newaxis], 0.0)
        start, added = 0, False
        nodes = []
        for stretch in self.nodes:
            values = cdf[..., start : start + stretch.size]
            start += stretch.size - 1
            miss = left_out(stretch, values)
            gap = np.diff(stretch)
            near = np.maximum(miss[:-1], miss[1:])
            near[gap < 1.01 / STEPS_PER_YEAR] = 0.0
            # At the years themselves nothing is interpolated.
            inside = np.searchsorted(stretch, self.grid) - 1
            between = (inside >= 0) & (inside < gap.size) & ~np.isin(self.grid, stretch)
            self.error[between] = near[inside[between]]
            self.error[np.isin(self.grid, stretch)] = 0.0
            bad = np.flatnonzero(near > tolerance)
            if bad.size:
                added = True
                stretch = np.union1d(stretch, (stretch[bad] + stretch[bad + 1]) / 2)
            nodes.append(stretch)
        if added:
            self.nodes = nodes
            self.forget()
        return added

    def _first_nodes(self) -> list[Array]:
        """Return stretches of years, to be refined.

        The last is at or after the window's end. Where the evidence cuts arrivals off, the mean of
        what has arrived has a kink, at which one stretch ends and the next begins; it bends most
        right after it, and less and less further on.
        """
        first, last = self.grid[0], self.grid[-1]
        kink = self._kink()
        if kink is None or not first < kink < last:
            return [np.linspace(first, last, 1 + max(8, math.ceil((last - first) / FIRST_YEARS)))]
        settled = min(kink + SETTLING_YEARS, last)
        after = np.linspace(kink, settled, 1 + max(4, math.ceil((settled - kink) / AFTER_CUT)))
        if settled < last:
            count = max(4, math.ceil((last - settled) / FIRST_YEARS))
            after = np.concatenate([after, np.linspace(settled, last, 1 + count)[1:]])
        before = np.linspace(first, kink, 1 + max(4, math.ceil((kink - first) / FIRST_YEARS)))
        return [before, after]

    def _kink(self) -> float | None:
        """Year of the forecast's event at or about which the evidence cuts arrivals off."""
        model, inputs = self._model, self._inputs
        if model.not_arrived_by is None:
            return min((case.until for case in model.cases[:-1]), default=None)
        if model.same_event:
            return model.not_arrived_by
        lags = {name: item.point for name, item in inputs.items() if not item.is_random}
        try:
            return model.not_arrived_by + float(model.lag(lags) - model.evidence_lag(lags))
        except KeyError:
            return model.not_arrived_by  # an uncertain lag leaves a bend

    def _add(self, cdfs: list[Cdf], replicate: int, start: int, stop: int) -> _Weighted:
        """Return sums over the points from start to stop.

        Both are powers of two, or start is 0.
        """
        years = np.concatenate([self.nodes[0], *(stretch[1:] for stretch in self.nodes[1:])])
        result = _Weighted.of(len(self._model.cases), len(cdfs), years.size)
        if len(self.sharp) == len(cdfs) and not self._model.cases:
            return result
        names = [] if self.proposal is None else self.proposal.names
        for block, size in _blocks(start, stop, years.size):
            draws = self._draws(replicate, block, size)
            keep = KEPT_DRAWS - block * size
            if self.proposal is None:
                self._weigh(result, cdfs, draws, years, size, keep)
                continue
            scores = self._streams.scores(names, replicate, block, size)
            ratio = _balance(self.proposal.log_ratio(scores))
            self._weigh(result, cdfs, draws, years, size, keep, ratio)
            # Those of the proposal have keys of their own.
            scores = self._streams.scores(names, self._replicates + replicate, block, size)
            moved = self.proposal.move(scores)
            ratio = _balance(self.proposal.log_ratio(moved))
            draws = self.proposal.draws(moved)
            self._weigh(result, cdfs, draws, years, size, keep, ratio, prior=False)
        return result

    def _weigh(
        self,
        sums: _Weighted,
        cdfs: list[Cdf],
        draws: Draws,
        years: Array,
        size: int,
        keep: int = 1,
        ratio: Array | None = None,
        prior: bool = True,
    ) -> None:
        """Add one block of draws to the sums.

        Parameters
        ----------
        keep
            Of how many draws the likelihood is kept.
        ratio
            What draws count in the posterior besides their likelihood, (draw,).
        prior
            Whether they serve the forecast without evidence.
        """
        model = self._model
        affordable = model.affordable(draws)
        common = model.common_likelihood(draws)
        if ratio is not None:
            common = common * ratio[:, np.newaxis]
        curves = self._known or self._enough(draws, affordable, years)
        seen: dict[object, tuple[Array, list[_Bound | None]]] = {}
        first = np.empty((len(cdfs), size))
        kept = np.empty((len(cdfs), len(model.cases), max(0, min(size, keep))))
        for i, (hypothesis, cdf) in enumerate(zip(self._parameters.hypotheses, cdfs, strict=True)):
            if i in self.sharp and not model.cases:
                continue
            key = model.gain_key(hypothesis)
            most = curves[key]
            # Known curves are one row for all draws.
            mass = np.broadcast_to(cdf(most), (size, years.size))
            if prior:
                sums.arrived[0, i] += mass.sum(axis=0)
            if not model.cases:
                continue
            if key not in seen:
                weight = _column(model.likelihood(hypothesis, draws, common), size)
                thresholds = self._thresholds(hypothesis, draws, affordable, years, most, size)
                seen[key] = weight, [None if t is None else _Bound(t, most) for t in thresholds]
            weight, bounds = seen[key]
            all_of = float(cdf(np.array([np.inf]))[0])
            weighted = weight @ mass
            for case, bound in enumerate(bounds):
                if bound is None:
                    sums.arrived[1 + case, i] += weighted
                    left = weight * all_of
                    sums.at_most(case, i, None, weight, weight)
                else:
                    below, n = cdf(bound.threshold), bound.years
                    ruled_out = weight * below
                    above = np.maximum(mass[:, :n] - below[:, np.newaxis], 0.0)
                    sums.arrived[1 + case, i, :n] += weight @ above
                    sums.arrived[1 + case, i, n:] += weighted[n:] - ruled_out.sum()
                    left = weight * all_of - ruled_out
                    sums.at_most(case, i, bound.place, weight, ruled_out)
                sums.total[case, i] += left.sum()
                kept[i, case] = left[: kept.shape[-1]] / all_of
                if case == 0:
                    first[i] = left / all_of
        if model.cases:
            sums.moments += moments(first)
        if kept.size:
            sums.likelihood.append(kept)

    def _enough(self, draws: Draws, affordable: Curve, years: Array) -> dict[object, Array]:
        """Return the FLOP that are enough by each year, (draw, year), by hypotheses' algorithms.

        Hypotheses with the same algorithms share all but their requirement.
        """
        model, lag = self._model, self._model.lag(draws)
        moved = affordable.later(lag)
        bought = moved.at(years)
        curves: dict[object, Array] = {}
        for i, hypothesis in enumerate(self._parameters.hypotheses):
            key = model.gain_key(hypothesis)
            if key in curves or (i in self.sharp and not model.cases):
                continue
            gain = model.gain(hypothesis, draws).later(lag)
            # What was enough once stays enough, even where curves fall.
            curves[key] = (moved + gain).highest_so_far(years, bought + gain.at(years))
        return curves

    def _thresholds(
        self,
        hypothesis: HypothesisInputs,
        draws: Draws,
        affordable: Curve,
        years: Array,
        most: Array,
        size: int,
    ) -> list[Array | None]:
        """Return what a requirement must exceed in each case of the evidence, (draw,)."""
        model = self._model
        run = until = None
        if any(case.runs for case in model.cases):
            run = _column(model.run_threshold(hypothesis, draws), size)
        if model.not_arrived_by is not None:
            before = years <= model.not_arrived_by
            if model.same_event:
                until = np.broadcast_to(most, (size, years.size))[:, np.flatnonzero(before)[-1]]
            else:
                past = np.append(years[before], model.not_arrived_by)
                curve = model.enough_for_evidence(hypothesis, draws, affordable)
                until = _column(curve.highest_so_far(past)[:, -1], size)
        result: list[Array | None] = []
        for case in model.cases:
            bounds = [
                bound
                for binds, bound in ((case.runs, run), (case.arrival, until))
                if binds and bound is not None
            ]
            result.append(np.maximum.reduce(bounds) if bounds else None)
        return result

    def _draws(self, replicate: int, block: int, size: int) -> Draws:
        """Return draws as columns, to be crossed with years."""
        draws = draw_inputs(self._inputs, self._streams, replicate, block, size)
        return {
            name: values[:, np.newaxis] if isinstance(values, np.ndarray) else values
            for name, values in draws.items()
        }


class _Weighted:
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
    def of(cls, cases: int, hypotheses: int, years: int) -> _Weighted:
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

    def __iadd__(self, other: _Weighted) -> _Weighted:
        self.arrived += other.arrived
        self.total += other.total
        self._bound += other._bound
        self.likelihood += other.likelihood
        self.moments += other.moments
        return self


class _Bound:
    """What requirements must exceed, (draw,).

    Attributes
    ----------
    threshold
        In log10 FLOP.
    place
        Number of the requirement edge from which on it is passed.
    years
        How many years come before those at which what is enough, (draw, year), is at least that in
        every draw.
    """

    def __init__(self, threshold: Array, most: Array) -> None:
        edges = REQUIREMENT_EDGES
        steps = np.ceil((threshold - edges[0]) / (edges[1] - edges[0]))
        self.threshold = threshold
        self.place: Places = np.asarray(np.clip(steps, 0, edges.size - 1), dtype=np.intp)
        low, high = 0, most.shape[1]
        while low < high:
            middle = (low + high) // 2
            if np.any(most[:, middle] < threshold):
                low = middle + 1
            else:
                high = middle
        self.years = low


def _blocks(start: int, stop: int, years: int) -> list[tuple[int, int]]:
    """Return number and size of each block of points."""
    if start == stop:
        return []
    size = stop - start if start == 0 else start
    while size > 1 and size * years > CHUNK:
        size //= 2
    return [(block, size) for block in range(start // size, stop // size)]


def _balance(log_ratio: Array) -> Array:
    """Return p / (a p + (1 - a) q) from log q - log p: at most 1 / a."""
    ratio = np.exp(np.minimum(log_ratio, 700.0))
    return np.asarray(1.0 / (PRIOR_SHARE + (1.0 - PRIOR_SHARE) * ratio))


def _column(values: Value, size: int) -> Array:
    """Return a value for each draw, from a number, or a column, or what crosses it with a year."""
    return np.broadcast_to(np.asarray(values, dtype=float).reshape(-1), (size,))


def _tied_to_trends(parameters: Parameters) -> list[int]:
    """Return the hypotheses of which a requirement's input is correlated with a trend's."""
    trends = set(parameters.trends)
    tied = {
        name
        for group in parameters.correlations
        if trends & set(group.names)
        for name in group.names
        if name not in trends
    }
    return [i for i, h in enumerate(parameters.hypotheses) if tied & set(h.requirement)]
