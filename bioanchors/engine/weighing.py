"""What a block of draws of the trends adds to the sums: the prior, and the evidence's cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.engine.adding import Seen, add_each, add_stacked
from bioanchors.engine.count import moments
from bioanchors.engine.stacked import Cdfs
from bioanchors.engine.sums import Array
from bioanchors.engine.weighted import Bound, Weighted
from bioanchors.model.conditional_cdf import Cdf
from bioanchors.model.curves import Curve, Value
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

    def enough(
        self, trends: Trends, years: Array, between_years: bool = True
    ) -> dict[object, Most]:
        """Return the FLOP that are enough by each year, by hypotheses' algorithms.

        Hypotheses with the same algorithms share all but their requirement.

        Parameters
        ----------
        between_years
            Whether curves that fall are searched for summits between the years.
        """

        def highest(curve: Curve, values: Array) -> Array:
            # What was enough once stays enough, even where curves fall.
            if between_years:
                return curve.highest_so_far(years, values)
            return np.maximum.accumulate(np.atleast_2d(values), axis=1)

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
                highest(curve, values + gain.at(years))
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

    def look(self, block: Block, years: Array, between_years: bool = True) -> Look:
        """Return what the draws of a block say at some years, as ``enough``."""
        model, trends = self._model, block.trends
        curves = self.enough(trends, years, between_years)
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

    def add(self, sums: Weighted, cdfs: Cdfs, look: Look, replicate: int = 0) -> None:
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
        cases, block = self._model.cases, look.block
        size = block.size
        rows = slice(replicate * size, (replicate + 1) * size)
        first = np.empty((len(cdfs), size))
        kept = np.empty((len(cdfs), len(cases), max(0, min(size, block.keep))))
        for key, places in self._alike():
            # Known curves are one row for all draws.
            most = look.curves[key].take(rows)
            seen = None
            if cases:
                thresholds = look.thresholds[key]
                bounds = [None if t is None else Bound(t.take(rows), most) for t in thresholds]
                seen = Seen(look.weights[key][rows], bounds, most)
            stack = cdfs.stack(places) if _pays_to_stack(places, most, size) else None
            if stack is not None:
                left = add_stacked(sums, places, stack, most.states[0], seen, block.prior)
            else:
                left = add_each(sums, places, cdfs, most, seen, block.prior, size)
            for case, by_hypothesis in enumerate(left):
                for i, values in zip(places, by_hypothesis, strict=True):
                    kept[i, case] = values[: kept.shape[-1]]
                    if case == 0:
                        first[i] = values
        if cases:
            sums.moments += moments(first)
        if kept.size:
            sums.likelihood.append(kept)

    def values(self, i: int, cdf: Cdf, look: Look) -> tuple[Array, Array, Array]:
        """Return what draws say if the hypothesis at a place holds, one by one.

        Returns
        -------
        tuple of array
            The probability that it has arrived by each year, (draw, year); if there is evidence,
            what its first case leaves of each draw, (draw, 1), and what of that has arrived.
        """
        block, key = look.block, self._hypotheses[i].gain_key
        size, most = block.size * block.replicates, look.curves[key]
        whole = cdf(np.array([np.inf]))
        mass = most.mean(
            [np.broadcast_to(cdf(state), (size, look.years.size)) for state in most.states]
        )
        if not self._model.cases:
            return mass / whole, np.ones((size, 1)), mass
        weight, threshold = look.weights[key][:, np.newaxis], look.thresholds[key][0]
        below = np.zeros((size, 1))
        if threshold is not None:
            below = threshold.mean([cdf(state) for state in threshold.states])[:, np.newaxis]
        return mass / whole, weight * (whole - below), weight * np.maximum(mass - below, 0.0)

    def _alike(self) -> list[tuple[object, tuple[int, ...]]]:
        """Return the places of the hypotheses that are averaged, by their algorithms."""
        alike: dict[object, tuple[int, ...]] = {}
        # By name: products of matrices round by where a column is, whatever the file's order.
        for i, hypothesis in sorted(enumerate(self._hypotheses), key=lambda each: each[1].name):
            if not self._is_idle(i):
                key = hypothesis.gain_key
                alike[key] = (*alike.get(key, ()), i)
        return list(alike.items())


def _pays_to_stack(places: Sequence[int], most: Most, size: int) -> bool:
    """Whether several CDFs are asked at the same many places, in one state of each draw."""
    return len(places) > 1 and not most.chances and len(most.states[0]) == size > 1


def _column(values: Value, size: int) -> Array:
    """Return a value for each draw, from a number, or a column, or what crosses it with a year."""
    return np.broadcast_to(np.asarray(values, dtype=float).reshape(-1), (size,))
