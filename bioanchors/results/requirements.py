"""What each hypothesis asks for, before the low-end update and the evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bioanchors.distributions import Point
from bioanchors.engine import Integration
from bioanchors.model.joint import Model
from bioanchors.model.requirement import Requirement
from bioanchors.model.spec import Input, Spec
from bioanchors.parameters import Parameters
from bioanchors.sampling import Streams

Array = NDArray[np.float64]

POINTS, REPLICATES = 2**15, 8


def tied_to_trends(parameters: Parameters) -> list[str]:
    """Return the hypotheses whose requirement is correlated with a trend, or is drawn with one."""
    spec, trends = parameters.spec, set(parameters.trends)
    tied = {name for name in trends if spec.inputs[name].is_random}
    for group in spec.correlations:
        if trends & set(group.names):
            tied |= set(group.names)
    return [each.name for each in spec.hypotheses if tied & set(each.requirement)]


def requirement_cdfs(parameters: Parameters, seed: int = 1) -> Array:
    """Return P(so many FLOP are enough) given each hypothesis, (hypothesis, edge).

    At ``REQUIREMENT_EDGES``, with the algorithms of the requirement's year, before the low-end
    update and before any evidence.

    Parameters
    ----------
    parameters
        Whose requirements; none of them tied to a trend (``tied_to_trends``).
    seed
        Of the draws.
    """
    spec = _alone(parameters.spec)
    integration = Integration(Model(spec), Streams.of(spec, seed), REPLICATES)
    sums = integration.estimate(POINTS, 1)
    return np.asarray(sums.enough[0].mean(axis=0) / sums.total[0].mean(axis=0)[:, np.newaxis])


def shifting(parameters: Parameters) -> list[dict[str, float]]:
    """Return by which inputs each hypothesis' requirement can be shifted, and by what for each OOM.

    Those that are merely added, times a known factor, in each hypothesis that asks for them, and
    are correlated with nothing: where such a one has another median, and otherwise the same
    distribution, the CDF of the requirement is the same, elsewhere.
    """
    spec = parameters.spec
    added = [Requirement(spec, each).added for each in spec.hypotheses]
    fixed = {
        name
        for each, own in zip(spec.hypotheses, added, strict=True)
        for name in each.requirement
        if name not in own
    }
    return [{name: x for name, x in own.items() if name not in fixed} for own in added]


def _alone(spec: Spec) -> Spec:
    """Return a spec whose trends are known, and without what weighs draws."""
    trends = set(spec.trends)
    inputs = {name: _known(item) if name in trends else item for name, item in spec.inputs.items()}
    apart = tuple(group for group in spec.correlations if not trends & set(group.names))
    return replace(
        spec,
        inputs=inputs,
        correlations=apart,
        ramp=None,
        observations=(),
        runs=(),
        not_arrived_by=None,
        changes=(),
        interventions=(),
    )


def _known(item: Input) -> Input:
    return replace(item, distribution=Point(float(item.distribution.ppf(0.5))))
