"""Inputs that depend on each other: by correlations, and by what was observed of the trends."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from bioanchors.analysis.conditional import Together
from bioanchors.engine.proposal import Proposal
from bioanchors.engine.response import Response
from bioanchors.sampling import Streams

MOVED = 0.1
"""Of scores, in standard deviations or as a correlation: what an observation moves by less is drawn
as if it were not observed."""

MOST = 10
"""Inputs drawn near the observations: of more, those that move most."""


SINGULAR = 1e-9
"""Least variance of a combination of scores below which their density is not one: inputs that are
perfectly correlated are drawn from the prior."""


def tied(response: Response, seed: int) -> tuple[Together, ...]:
    """Return the inputs that are drawn together.

    Parameters
    ----------
    response
        The model.
    seed
        Of the draws by which it is found where the observations put the trends.
    """
    near = _near_observations(response, seed)
    seen = set() if near is None else set(near.names)
    groups = [
        Together(group.names, group.normal)
        for group in response.correlations
        if not seen & set(group.names)
    ]
    return (*groups, *(() if near is None else (near,)))


def _near_observations(response: Response, seed: int) -> Together | None:
    """Return the inputs of the trends that observations move, drawn from where they put them."""
    model, spec = response.model, response.model.spec
    inputs = {name: spec.inputs[name] for name in spec.trends}
    streams = Streams.of(spec, seed)
    proposal = Proposal.near(model, inputs, streams)
    if proposal is None:
        return None
    names = proposal.names
    # A correlated group's scores are a linear function of independent ones.
    root = ndtri(np.array(list(streams.from_scores(names, np.eye(len(names))).values())))
    mean, covariance = root @ proposal.mean, root @ proposal.covariance @ root.T
    prior = root @ root.T
    moved = np.maximum(np.abs(mean), np.abs(covariance - prior).max(axis=1))
    chosen = [names[i] for i in np.argsort(-moved)[:MOST] if moved[i] > MOVED]
    places = [i for i, name in enumerate(names) if name in streams.with_groups(chosen)]
    inside = np.ix_(places, places)
    if not places or np.linalg.eigvalsh(prior[inside])[0] < SINGULAR:
        return None
    return Together(
        tuple(names[i] for i in places), prior[inside], mean[places], covariance[inside]
    )
