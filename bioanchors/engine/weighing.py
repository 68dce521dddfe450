"""What a block of draws of the trends adds to the sums: the prior, and the evidence's cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.engine.count import moments
from bioanchors.engine.sums import Array
from bioanchors.engine.weighted import Bound, Weighted
from bioanchors.model.conditional_cdf import Cdf
from bioanchors.model.curves import Value
from bioanchors.model.delays import Delay, Most
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs
from bioanchors.model.trends import Trends

Curves = Mapping[object, Most]
"""What is enough by each year, by hypotheses' algorithms."""


@dataclass(frozen=True)
class Block:
    """Draws of the trends, and how they count.

    Attributes
    ----------
    trends
        Their curves; draws are columns, those of several replicates one after the other.
    size
        How many of each replicate.
    keep
        Of how many of each replicate the likelihood is kept.
    ratio
        What draws count in the posterior besides their likelihood, (draw,); None for 1.
    prior
        Whether they serve the forecast without evidence.
    replicates
        How many there are.
    """

    trends: Trends
    size: int
    keep: int = 1
    ratio: Array | None = None
    prior: bool = True
    replicates: int = 1


@dataclass(frozen=True)
class Look:
    """What a block of draws says at some years, whatever is required.

    Attributes
    ----------
    block, years
        The draws, and the years.
    curves
        What is enough by each year.
    weights, thresholds
        By hypotheses' algorithms, if there is evidence: the likelihood of what was measured,
        (draw,), and what a requirement must exceed in each case.
    """

    block: Block
    years: Array
    curves: Curves
    weights: Mapping[object, Array]
    thresholds: Mapping[object, Sequence[Most | None]]


class Weighing:
    """Adds blocks of draws to sums.

    Parameters
    ----------
    model
        The formulas.
    closed
        Delays that are averaged over whether they hold; the others are drawn.

    Attributes
    ----------
    sharp
        Places of the hypotheses that are counted instead.
    """

    def __init__(self, model: Model, closed: Collection[Delay] = ()) -> None:
        self._model, self._hypotheses, self._closed = model, model.spec.hypotheses, closed
        self.sharp: Sequence[int] = ()

    def enough(self, trends: Trends, years: Array) -> dict[object, Most]:
        """Return the FLOP that are enough by each year, by hypotheses' algorithms.

        Hypotheses with the same algorithms share all but their requirement.
        """
        waiting = trends.waiting(self._closed)
        lags = [trends.lag, *(trends.lag + more for more in waiting.years)]
        bought = [trends.counting(lag) for lag in lags]
        flop = [curve.at(years) for curve in bought]
        curves: dict[object, Most] = {}
        for i, hypothesis in enumerate(self._hypotheses):
            key = hypothesis.gain_key
            if key in curves or self._is_idle(i):
                continue
            saved, enough = trends.saved(hypothesis), trends.enough(hypothesis)
            whole = [enough, *waiting.later(enough)]
            gains = [saved.later(lag) for lag in lags]
            if not hypothesis.data_limited:
                whole = [one + other for one, other in zip(bought, gains, strict=True)]
            now, *later = (
                # What was enough once stays enough, even where curves fall.
                curve.highest_so_far(years, values + gain.at(years))
                for curve, values, gain in zip(whole, flop, gains, strict=True)
            )
            curves[key] = waiting.states(years, whole[0], now, later)
        return curves

    def _is_idle(self, i: int) -> bool:
        """Whether nothing of a hypothesis is averaged: not even for the others' evidence."""
        return i in self.sharp and not self._model.cases

    def thresholds(
        self,
        hypothesis: HypothesisInputs,
        trends: Trends,
        years: Array,
        most: Most,
        size: int,
    ) -> list[Most | None]:
        """Return what a requirement must exceed in each case of the evidence, (draw,)."""
        model = self._model
        run = until = None
        if any(case.runs for case in model.cases):
            run = Most((_column(model.run_threshold(hypothesis, trends), size),))
        seen_until = model.spec.not_arrived_by
        if seen_until is not None:
            before = years <= seen_until
            if model.same_event:
                until = most.at(int(np.flatnonzero(before)[-1]), size)
            else:
                past = np.append(years[before], seen_until)
                curve = trends.enough_for_evidence(hypothesis)
                highest = trends.waiting_for_evidence(self._closed).most(past, curve)
                until = highest.at(-1, size)
        result: list[Most | None] = []
        for case in model.cases:
            bound = until if case.arrival else None
            if case.runs and run is not None:
                bound = run if bound is None else bound.at_least(run.states[0])
            result.append(bound)
        return result

    def look(self, block: Block, years: Array) -> Look:
        """Return what the draws of a block say at some years."""
        model, trends = self._model, block.trends
        curves = self.enough(trends, years)
        weights: dict[object, Array] = {}
        thresholds: dict[object, list[Most | None]] = {}
        if model.cases:
            every = block.size * block.replicates
            common: Value = model.common_likelihood(trends)
            if block.ratio is not None:
                common = common * block.ratio[:, np.newaxis]
            for hypothesis in self._hypotheses:
                key = hypothesis.gain_key
                if key not in weights:
                    weights[key] = _column(model.likelihood(hypothesis, trends, common), every)
                    thresholds[key] = self.thresholds(hypothesis, trends, years, curves[key], every)
        return Look(block, years, curves, weights, thresholds)

    def add(self, sums: Weighted, cdfs: Sequence[Cdf], look: Look, replicate: int = 0) -> None:
        """Add a replicate's draws of a block to its sums.

        Parameters
        ----------
        sums
            What to add to, at the years of the look.
        cdfs
            Of the hypotheses' requirements.
        look
            What the draws say.
        replicate
            Which of the block's.
        """
        cases, block, years = self._model.cases, look.block, look.years
        size = block.size
        rows = slice(replicate * size, (replicate + 1) * size)
        seen: dict[object, _Seen] = {}
        first = np.empty((len(cdfs), size))
        kept = np.empty((len(cdfs), len(cases), max(0, min(size, block.keep))))
        for i, (hypothesis, cdf) in enumerate(zip(self._hypotheses, cdfs, strict=True)):
            if self._is_idle(i):
                continue
            key = hypothesis.gain_key
            # Known curves are one row for all draws.
            most = look.curves[key].take(rows)
            masses = [np.broadcast_to(cdf(some), (size, years.size)) for some in most.states]
            mass = most.mean(masses)
            if block.prior:
                sums.arrived[0, i] += mass.sum(axis=0)
            if not cases:
                continue
            if key not in seen:
                bounds = [
                    None if all_of is None else all_of.take(rows) for all_of in look.thresholds[key]
                ]
                seen[key] = _Seen.of(look.weights[key][rows], bounds, most)
            for case, left in enumerate(_add_cases(sums, i, cdf, mass, masses, seen[key])):
                kept[i, case] = left[: kept.shape[-1]]
                if case == 0:
                    first[i] = left
        if cases:
            sums.moments += moments(first)
        if kept.size:
            sums.likelihood.append(kept)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the evidence makes of draws if a hypothesis of some algorithms holds.

    Attributes
    ----------
    weight
        Likelihood of what was measured, (draw,).
    bounds
        What a requirement must exceed in each case.
    most
        What is enough by each year.
    """

    weight: Array
    bounds: list[Bound | None]
    most: Most

    @classmethod
    def of(cls, weight: Array, thresholds: Sequence[Most | None], most: Most) -> _Seen:
        bounds = [None if each is None else Bound(each, most) for each in thresholds]
        return cls(weight, bounds, most)


def _add_cases(
    sums: Weighted, i: int, cdf: Cdf, mass: Array, masses: Sequence[Array], seen: _Seen
) -> list[Array]:
    """Add each case of the evidence for a hypothesis; return what it leaves of each draw."""
    weight, size = seen.weight, seen.weight.size
    all_of = float(cdf(np.array([np.inf]))[0])
    weighted = weight @ mass
    shares = []
    for case, bound in enumerate(seen.bounds):
        if bound is None:
            sums.arrived[1 + case, i] += weighted
            left = weight * all_of
            sums.at_most(case, i, None, weight, weight)
        else:
            states = [cdf(threshold) for threshold in bound.threshold.states]
            below = bound.threshold.mean(states)
            ruled_out = weight * below
            reached = mass
            if len(masses) > 1:
                # What is ruled out in every state has not arrived in any.
                least = np.minimum.reduce(states)[:, np.newaxis]
                early = slice(bound.years)
                floored = [np.maximum(each[:, early], least) for each in masses]
                reached = seen.most.at(early, size).mean(floored)
            total = ruled_out.sum()
            sums.arrived[1 + case, i] += bound.above(weight, reached, below, weighted, total)
            left = weight * all_of - ruled_out
            for place, counts, some in zip(
                bound.places, bound.threshold.weights(weight), states, strict=True
            ):
                sums.at_most(case, i, place, counts, counts * some)
        sums.total[case, i] += left.sum()
        shares.append(left / all_of)
    return shares


def _column(values: Value, size: int) -> Array:
    """Return a value for each draw, from a number, or a column, or what crosses it with a year."""
    return np.broadcast_to(np.asarray(values, dtype=float).reshape(-1), (size,))
