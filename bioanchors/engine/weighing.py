"""What a block of draws of the trends adds to the sums: the prior, and the evidence's cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.engine.count import moments
from bioanchors.engine.sums import Array
from bioanchors.engine.weighted import Bound, Weighted
from bioanchors.model.conditional_cdf import Cdf
from bioanchors.model.curves import Value
from bioanchors.model.delays import Waiting
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs
from bioanchors.model.trends import Trends

Curves = Mapping[object, Array]
"""What is enough by each year, (draw, year), by hypotheses' algorithms."""


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
    thresholds: Mapping[object, Sequence[Array | None]]


class Weighing:
    """Adds blocks of draws to sums.

    Parameters
    ----------
    model
        The formulas.

    Attributes
    ----------
    sharp
        Places of the hypotheses that are counted instead.
    """

    def __init__(self, model: Model) -> None:
        self._model, self._hypotheses = model, model.spec.hypotheses
        self.sharp: Sequence[int] = ()

    def enough(self, trends: Trends, years: Array) -> dict[object, Array]:
        """Return the FLOP that are enough by each year, (draw, year), by hypotheses' algorithms.

        Hypotheses with the same algorithms share all but their requirement.
        """
        if self._model.spec.delays:
            return self._ready(trends, years)
        lag = trends.lag
        moved = trends.counting
        bought = moved.at(years)
        curves: dict[object, Array] = {}
        for i, hypothesis in enumerate(self._hypotheses):
            key = hypothesis.gain_key
            if key in curves or self._is_idle(i):
                continue
            gain = trends.saved(hypothesis).later(lag)
            # What was enough once stays enough, even where curves fall.
            values = bought + gain.at(years)
            curve = trends.enough(hypothesis) if hypothesis.data_limited else moved + gain
            curves[key] = curve.highest_so_far(years, values)
        return curves

    def _ready(self, trends: Trends, years: Array) -> dict[object, Array]:
        """Return the same where runs may have to wait."""
        spec = self._model.spec
        waiting, moved = Waiting(spec.delays, trends.draws), years - trends.lag
        bought = waiting.looks(trends.affordable, moved)
        curves: dict[object, Array] = {}
        for i, hypothesis in enumerate(self._hypotheses):
            key = hypothesis.gain_key
            if key in curves or self._is_idle(i):
                continue
            saved = waiting.looks(trends.saved(hypothesis), moved)
            looks = [one + other for one, other in zip(bought, saved, strict=True)]
            ready = waiting.ready(moved, looks, spec.first_year) - trends.offset
            curves[key] = trends.enough(hypothesis).highest_so_far(years, ready)
        return curves

    def _is_idle(self, i: int) -> bool:
        """Whether nothing of a hypothesis is averaged: not even for the others' evidence."""
        return i in self.sharp and not self._model.cases

    def thresholds(
        self,
        hypothesis: HypothesisInputs,
        trends: Trends,
        years: Array,
        most: Array,
        size: int,
    ) -> list[Array | None]:
        """Return what a requirement must exceed in each case of the evidence, (draw,)."""
        model = self._model
        run = until = None
        if any(case.runs for case in model.cases):
            run = _column(model.run_threshold(hypothesis, trends), size)
        seen_until = model.spec.not_arrived_by
        if seen_until is not None:
            before = years <= seen_until
            if model.same_event:
                until = np.broadcast_to(most, (size, years.size))[:, np.flatnonzero(before)[-1]]
            else:
                past = np.append(years[before], seen_until)
                curve = trends.enough_for_evidence(hypothesis)
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

    def look(self, block: Block, years: Array) -> Look:
        """Return what the draws of a block say at some years."""
        model, trends = self._model, block.trends
        curves = self.enough(trends, years)
        weights: dict[object, Array] = {}
        thresholds: dict[object, list[Array | None]] = {}
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
            most = look.curves[key] if len(look.curves[key]) == 1 else look.curves[key][rows]
            mass = np.broadcast_to(cdf(most), (size, years.size))
            if block.prior:
                sums.arrived[0, i] += mass.sum(axis=0)
            if not cases:
                continue
            if key not in seen:
                bounds = [
                    None if all_of is None else all_of[rows] for all_of in look.thresholds[key]
                ]
                seen[key] = _Seen.of(look.weights[key][rows], bounds, most)
            for case, left in enumerate(_add_cases(sums, i, cdf, mass, seen[key])):
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
    """

    weight: Array
    bounds: list[Bound | None]

    @classmethod
    def of(cls, weight: Array, thresholds: Sequence[Array | None], most: Array) -> _Seen:
        return cls(weight, [None if each is None else Bound(each, most) for each in thresholds])


def _add_cases(sums: Weighted, i: int, cdf: Cdf, mass: Array, seen: _Seen) -> list[Array]:
    """Add each case of the evidence for a hypothesis; return what it leaves of each draw."""
    weight = seen.weight
    all_of = float(cdf(np.array([np.inf]))[0])
    weighted = weight @ mass
    shares = []
    for case, bound in enumerate(seen.bounds):
        if bound is None:
            sums.arrived[1 + case, i] += weighted
            left = weight * all_of
            sums.at_most(case, i, None, weight, weight)
        else:
            below = cdf(bound.threshold)
            ruled_out = weight * below
            sums.arrived[1 + case, i] += bound.above(weight, mass, below, weighted, ruled_out.sum())
            left = weight * all_of - ruled_out
            sums.at_most(case, i, bound.place, weight, ruled_out)
        sums.total[case, i] += left.sum()
        shares.append(left / all_of)
    return shares


def _column(values: Value, size: int) -> Array:
    """Return a value for each draw, from a number, or a column, or what crosses it with a year."""
    return np.broadcast_to(np.asarray(values, dtype=float).reshape(-1), (size,))
