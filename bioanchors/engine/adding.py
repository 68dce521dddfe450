"""Adds draws to sums: to the prior's, and to those of each case of the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.engine.stacked import Placed, Stack
from bioanchors.engine.sums import Array
from bioanchors.engine.weighted import Bound, Weighted
from bioanchors.model.conditional_cdf import Cdf
from bioanchors.model.delays import Most


@dataclass(frozen=True, slots=True)
class Seen:
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
    bounds: Sequence[Bound | None]
    most: Most


def add_each(
    sums: Weighted,
    places: Sequence[int],
    cdfs: Sequence[Cdf],
    most: Most,
    seen: Seen | None,
    prior: bool,
    size: int,
) -> list[Sequence[Array]]:
    """Add draws for hypotheses with the same algorithms, one after the other.

    Parameters
    ----------
    sums, places
        What to add to, and the hypotheses' places there.
    cdfs
        Of all hypotheses' requirements.
    most
        What is enough by each year.
    seen
        What the evidence makes of the draws, if there is any.
    prior
        Whether they serve the forecast without evidence.
    size
        How many there are.

    Returns
    -------
    list of sequence of array
        Of each case and hypothesis, what the evidence leaves of each draw.
    """
    left: list[list[Array]] = []
    for i in places:
        masses = [np.broadcast_to(cdf, (size, cdf.shape[1])) for cdf in map(cdfs[i], most.states)]
        mass = most.mean(masses)
        if prior:
            sums.arrived[0, i] += mass.sum(axis=0)
        if seen is not None:
            left.append(_add_cases(sums, i, cdfs[i], masses, mass, seen))
    return list(zip(*left, strict=True))


def _add_cases(
    sums: Weighted, i: int, cdf: Cdf, masses: Sequence[Array], mass: Array, seen: Seen
) -> list[Array]:
    """Add each case of the evidence for one hypothesis; return what it leaves of each draw."""
    weight, size = seen.weight, seen.weight.size
    all_of = float(cdf(np.array([np.inf]))[0])
    weighted = weight @ mass
    shares = []
    for case, bound in enumerate(seen.bounds):
        if bound is None:
            sums.arrived[1 + case, i] += weighted
            left = weight * all_of
            sums.at_most(case, [i], None, weight, ())
        else:
            states = [cdf(threshold) for threshold in bound.threshold.states]
            below = bound.threshold.mean(states)
            ruled_out = weight * below
            reached = mass
            if len(masses) > 1:
                # What is ruled out in every state has not arrived in any.
                least = np.minimum.reduce(states)[:, np.newaxis]
                early = slice(bound.between.stop)
                floored = [np.maximum(each[:, early], least) for each in masses]
                reached = seen.most.at(early, size).mean(floored)
            total = ruled_out.sum()
            sums.arrived[1 + case, i] += bound.above(weight, reached, below, weighted, total)
            left = weight * all_of - ruled_out
            for place, counts, some in zip(
                bound.places, bound.threshold.weights(weight), states, strict=True
            ):
                sums.at_most(case, [i], place, counts, [counts * some])
        sums.total[case, i] += left.sum()
        shares.append(left / all_of)
    return shares


def add_stacked(
    sums: Weighted,
    places: Sequence[int],
    stack: Stack,
    most: Array,
    seen: Seen | None,
    prior: bool,
) -> list[Sequence[Array]]:
    """Do the same for hypotheses whose CDFs make a stack, all at once.

    Parameters
    ----------
    stack
        CDFs of their requirements.
    most
        What is enough by each year, (draw, year): one state alone.
    """
    placed = Placed(stack, most)
    if prior:
        sums.arrived[0, places] += placed.sums()
    if seen is None:
        return []
    weight = seen.weight
    whole = stack.whole[:, np.newaxis]
    everything = whole * weight
    weighted = placed.sums(weight)
    shares: list[Sequence[Array]] = []
    for case, bound in enumerate(seen.bounds):
        arrived, left = weighted, everything
        if bound is None:
            sums.at_most(case, places, None, weight, ())
        else:
            below = stack.at(bound.threshold.states[0])
            ruled_out = below * weight
            total = ruled_out.sum(axis=1)
            arrived = bound.above_stacked(weight, placed, below, weighted, total)
            left = everything - ruled_out
            sums.at_most(case, places, bound.places[0], weight, ruled_out)
        sums.arrived[1 + case, places] += arrived
        sums.total[case, places] += left.sum(axis=1)
        shares.append(left / whole)
    return shares
