"""The one road from draws to arrival: requirement, weight, arrival year, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bioanchors.engine.sums import Array
from bioanchors.model.curves import Value
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs
from bioanchors.model.trends import Trends


@dataclass(frozen=True, slots=True)
class Outcome:
    """What joint draws lead to if a hypothesis holds, one value for each draw.

    Attributes
    ----------
    requirement
        log10 training FLOP.
    kept
        Weight by the low-end update; None where there is none.
    arrival
        Decimal years, the window's first where it is at or before then, ``inf`` where it is not by
        the last; "none" left out.
    likelihood
        Of what has been seen, up to a constant, in each of the evidence's cases.
    """

    requirement: Array
    kept: Array | None
    arrival: Array
    likelihood: tuple[Array, ...]

    @classmethod
    def of(
        cls,
        model: Model,
        hypothesis: HypothesisInputs,
        trends: Trends,
        size: int,
        common: Value | None = None,
    ) -> Outcome:
        """Return what draws lead to.

        Parameters
        ----------
        model, hypothesis, trends
            The trends hold the draws of the requirement's inputs, too.
        size
            How many draws there are.
        common
            What ``Model.common_likelihood`` returns of the same trends, if it is known already.
        """
        need = np.broadcast_to(model.requirement(hypothesis, trends.draws), (size,))
        trends = model.sized(hypothesis, trends, need)
        arrival = model.arrival(hypothesis, trends, need)
        seen: tuple[Array, ...] = ()
        if model.cases:
            known = model.common_likelihood(trends) if common is None else common
            base = np.broadcast_to(model.likelihood(hypothesis, trends, known), (size,))
            seen = _by_case(model, hypothesis, trends, need, arrival, base)
        return cls(need, model.weight(need), arrival, seen)

    def evidence(self, model: Model, release: Array) -> Array:
        """Return each draw's likelihood in the case to which its year of release belongs."""
        weight = np.ones(release.shape)
        for case, each in reversed(list(zip(model.cases, self.likelihood, strict=True))):
            weight = np.where(release <= case.until, each, weight)
        return weight


def _by_case(
    model: Model,
    hypothesis: HypothesisInputs,
    trends: Trends,
    requirement: Array,
    arrival: Array,
    base: Array,
) -> tuple[Array, ...]:
    """Return the likelihood in each case: that of what was measured, where nothing else binds."""
    above = not_yet = None
    if any(case.runs for case in model.cases):
        above = requirement > model.run_threshold(hypothesis, trends)
    until = model.spec.not_arrived_by
    if until is not None:
        when = arrival
        if not model.same_event:
            when = model.evidence_arrival(hypothesis, trends, requirement)
        not_yet = when > until
    weights = []
    for case in model.cases:
        weight = base
        if case.runs and above is not None:
            weight = weight * above
        if case.arrival and not_yet is not None:
            weight = weight * not_yet
        weights.append(weight)
    return tuple(weights)
