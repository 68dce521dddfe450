"""What a file says of quantities that can be measured: draws of them, given its evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine import Outcome
from bioanchors.model.joint import Model
from bioanchors.model.observables import GROWTH, OBSERVABLES
from bioanchors.model.spec import HypothesisInputs, Observed, Spec
from bioanchors.model.trends import Trends
from bioanchors.parameters import Parameters
from bioanchors.sampling import Plan, Streams, draw_inputs
from bioanchors.sampling.streams import NONE

Array = NDArray[np.float64]

GAIN = "algorithmic_gain"


@dataclass(frozen=True, eq=False)
class Predicted:
    """Joint draws of quantities, and what each draw counts.

    Attributes
    ----------
    values
        log10 of each quantity, shape (item, hypothesis, draw).
    weight
        Share of the hypothesis times what the low-end update and the evidence make of the draw,
        shape (hypothesis, draw).
    replicate
        To which each draw belongs, shape (draw,).
    arrival
        Decimal years, "none" included, shape (hypothesis, draw).
    """

    values: Array
    weight: Array
    replicate: NDArray[np.intp]
    arrival: Array

    @property
    def effective_draws(self) -> float:
        """As many as tell as much as the weighted ones: (sum w)^2 / sum w^2 over the draws."""
        each = self.weight.sum(axis=0)
        return float(each.sum() ** 2 / (each**2).sum())


def start_of(quantity: str, spec: Spec) -> float:
    """Return the year from which a file says anything of a quantity that all hypotheses share."""
    price, spending = spec.hardware_start, spec.spending_start
    level = quantity.removesuffix(GROWTH)
    return {"flop_per_usd": price, "largest_run_usd": spending}.get(level, max(price, spending))


def why_silent(item: Observed, spec: Spec, rate_only: bool = False) -> str:
    """Return why a file says nothing of a quantity, or nothing where it does."""
    if item.quantity == GAIN:
        names = [hypothesis.name for hypothesis in spec.hypotheses]
        unknown = item.hypothesis is not None and item.hypothesis not in names
        # Before its start there is no gain, which is something said.
        return f"it has no hypothesis {item.hypothesis}" if unknown else ""
    start = start_of(item.quantity, spec)
    first = item.year if item.from_year is None else item.from_year
    if first >= start or (rate_only and item.quantity.endswith(GROWTH)):
        return ""
    return f"{first:g} is before the file's start in {start:g}"


def predict(
    parameters: Parameters, items: Sequence[Observed], *, seed: int, draws: int, replicates: int
) -> Predicted:
    """Draw quantities of a file.

    Parameters
    ----------
    parameters
        The file; draws count by its evidence, if it has any.
    items
        What to predict: quantities and years.
    seed, draws, replicates
        As ``run``.
    """
    model, hypotheses = Model(parameters.spec), parameters.hypotheses
    named = {hypothesis.name: hypothesis for hypothesis in hypotheses}
    streams = Streams.of(parameters.spec, seed)
    plan = Plan.of(draws, replicates)
    values = np.empty((len(items), len(hypotheses), plan.total))
    kept, weight, arrival = np.ones((3, len(hypotheses), plan.total))
    for i, job in enumerate(plan.jobs):
        rows = slice(i * plan.block, (i + 1) * plan.block)
        drawn = draw_inputs(parameters.inputs, streams, *job, plan.block)
        trends = model.trends(drawn)
        release = model.release_year(streams.uniforms(NONE, *job, plan.block))
        for h, hypothesis in enumerate(hypotheses):
            outcome = Outcome.of(model, hypothesis, trends, plan.block)
            if outcome.kept is not None:
                kept[h, rows] = outcome.kept
            weight[h, rows] = outcome.evidence(model, release)
            arrival[h, rows] = np.maximum(outcome.arrival, release)
            for k, item in enumerate(items):
                whose = hypothesis if item.hypothesis is None else named[item.hypothesis]
                values[k, h, rows] = of(item, whose, trends)
    shares = np.array(list(parameters.weights.values()))
    weight *= kept * (shares / math.fsum(shares) / kept.mean(axis=1))[:, np.newaxis]
    return Predicted(values, weight, np.repeat(np.arange(plan.replicates), plan.points), arrival)


def of(item: Observed, hypothesis: HypothesisInputs, trends: Trends) -> Array:
    """Return log10 of a quantity that trends predict, of a growth per year.

    A gain is counted from the year from which the file has any.
    """
    curve = OBSERVABLES[item.quantity](trends, hypothesis)
    if item.from_year is None:
        return curve.at(item.year)
    if item.quantity == GAIN:
        first, last = (max(y, hypothesis.gain_start_year) for y in (item.from_year, item.year))
        return curve.at(last) - curve.at(first)
    gained = curve.at(item.year) - curve.at(item.from_year)
    return np.asarray(gained / (item.year - item.from_year))
