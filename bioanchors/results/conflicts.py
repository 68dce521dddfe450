"""Whether what was observed is what the file's trends predict."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.joint import Model
from bioanchors.model.spec import Observed
from bioanchors.parameters import Parameters
from bioanchors.sampling import Plan, Streams, draw_inputs

POINTS = 2048


class Conflict(NamedTuple):
    """How far an observation lies from what the file predicts without evidence."""

    observed: Observed
    """What was measured, with its place in the file."""

    z: float
    """Standard errors, above 0 where more was measured than predicted."""


def predictive_scores(parameters: Parameters) -> tuple[Conflict, ...]:
    """Return the prior-predictive z of each observation.

    Parameters
    ----------
    parameters
        With the observations.

    Notes
    -----
    z = (measured - mean predicted) / sqrt(variance predicted + standard error^2), in log10, over
    draws of the trends from the prior, whose seed is always the same. An observation of the gain of
    whichever hypothesis holds gets the z of the hypothesis to which it is nearest.

    References
    ----------
    Box, G. E. P. (1980), "Sampling and Bayes' inference in scientific modelling and robustness",
    J. R. Stat. Soc. A 143, 383-430: checking a model by its prior predictive distribution.
    """
    model = Model(parameters.spec)
    if not model.observed(own=True):
        return ()
    streams = Streams.of(parameters.spec, 1)
    plan = Plan.of(POINTS, 2)
    parts = []
    for replicate in range(plan.replicates):
        draws = draw_inputs(parameters.inputs, streams, replicate, 0, plan.points)
        trends = model.trends(draws)
        by_hypothesis = []
        for hypothesis in parameters.hypotheses:
            found = model.misses(hypothesis, trends, own=True)
            by_hypothesis.append(
                [np.broadcast_to(np.ravel(miss), (plan.points,)) for miss in found]
            )
        parts.append(np.array(by_hypothesis))
    # In standard errors of the measurement: (hypothesis, observation, draw).
    misses = np.concatenate(parts, axis=-1)
    z: NDArray[np.float64] = -misses.mean(axis=-1) / np.sqrt(misses.var(axis=-1) + 1.0)
    nearest = np.argmin(np.abs(z), axis=0)
    return tuple(
        Conflict(observed, float(z[h, i]))
        for i, (h, observed) in enumerate(zip(nearest, parameters.spec.observations, strict=True))
    )
