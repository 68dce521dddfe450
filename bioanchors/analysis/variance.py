"""Which input should I look into: shares of an output's variance.

For inputs X_S with the others unknown, the *first-order* index is Var(E[Y | X_S]) / Var(Y): the
share of the variance that goes once X_S is known. The *total* index is E[Var(Y | X_-S)] / Var(Y):
the share that is left while X_S alone is unknown. Where inputs are independent and all draws count
alike, first-order indices add up to at most 1, total ones to at least 1, and the difference is
interaction (Sobol'). Where inputs depend on each other, they do not decompose the variance; the
*Shapley effect* does: the mean over all orders in which inputs may become known of what each adds.

For an event (arrival by a year), Var(Y) is the expected Brier score of the forecast, so that the
first-order index times the variance is the expected reduction of the Brier score from learning X_S.

References
----------
Sobol', I. M. (2001), Math. Comput. Simul. 55, 271-280.
Owen, A. B. (2014), "Sobol' indices and Shapley value", SIAM/ASA J. Uncertainty Quant. 2, 245-251.
Song, E., Nelson, B. L. and Staum, J. (2016), SIAM/ASA J. Uncertainty Quant. 4, 1060-1083.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from bioanchors.analysis.conditional import Moments, Nested, Problem, mask
from bioanchors.analysis.estimating import estimate
from bioanchors.results.outcomes import Estimate
from bioanchors.types import Progress

Array = NDArray[np.float64]
Sets = Mapping[str, tuple[str, ...]]

REPLICATES = 16
FEWEST_OUTER = 64
INNER, INNER_WEIGHTED = 16, 64
MOST_DRAWS = 2**23
LEVEL = 0.95
LEADING = 3
"""How many of the largest effects must be told apart."""


@dataclass(frozen=True)
class Effect:
    """What one set of inputs does to an output, as shares of its variance.

    Attributes
    ----------
    name
        Of the set.
    members
        Its inputs.
    first, total, shapley
        First-order index, total index, Shapley effect, each with its standard error.
    """

    name: str
    members: tuple[str, ...]
    first: Estimate
    total: Estimate
    shapley: Estimate


@dataclass(frozen=True)
class Effects:
    """Effects of sets of inputs.

    Attributes
    ----------
    effects
        The largest first, by ``ranked_by``.
    mean, variance
        Of the output, each with its standard error.
    evaluations
        Draws of the model.
    told_apart
        Whether the intervals of the largest effects are disjoint.
    ranked_by
        ``"total"`` or ``"shapley"``.
    replicates
        Independent repetitions, from which the errors come.
    """

    effects: tuple[Effect, ...]
    mean: Estimate
    variance: Estimate
    evaluations: int
    told_apart: bool
    ranked_by: str
    replicates: int

    def interval(self, estimate: Estimate, level: float = LEVEL) -> tuple[float, float]:
        """Return an interval that holds the exact share with a probability, by Student's t."""
        reach = float(stdtrit(self.replicates - 1, (1 + level) / 2)) * estimate.standard_error
        return estimate.value - reach, estimate.value + reach

    def is_noise(self, estimate: Estimate, level: float = LEVEL) -> bool:
        """Whether an effect cannot be told from 0."""
        return not self.interval(estimate, level)[0] > 0


class _Sums:
    """Sums over outer draws, a row for each replicate."""

    def __init__(self) -> None:
        self._rows: list[list[float]] = []

    def add(self, moments: Moments) -> None:
        self._rows.append(
            [
                float(each.mean())
                for each in (moments.weight, moments.mean, moments.square, moments.within)
            ]
        )

    @property
    def left_out(self) -> Array:
        """Sums without each replicate in turn, and of all in the last row, (replicate + 1, 4)."""
        rows = np.array(self._rows)
        return np.vstack([rows.sum(axis=0) - rows, rows.sum(axis=0)])


def _variance(sums: Array) -> Array:
    return np.asarray(sums[:, 2] / sums[:, 0] - (sums[:, 1] / sums[:, 0]) ** 2)


def effects(
    problem: Problem,
    sets: Sets,
    *,
    ranked_by: str = "total",
    seed: int = 1,
    inner: int = INNER,
    max_draws: int = MOST_DRAWS,
    max_seconds: float = math.inf,
    progress: Progress | None = None,
) -> Effects:
    """Estimate the effects of sets of inputs on an output.

    Parameters
    ----------
    problem
        The output and its inputs.
    sets
        Names of sets and their inputs, which together are all inputs, each once.
    ranked_by
        ``"total"`` or ``"shapley"``: by which to rank.
    seed
        Any whole number.
    inner
        Inner draws; the bias where draws count differently falls as one over this.
    max_draws, max_seconds
        Draws are doubled until the 95 % intervals of the three largest effects are disjoint, and
        not past these. With a limit in seconds the result depends on the machine's speed.
    progress
        Called with how much is done, and of how much.

    Notes
    -----
    Errors are jackknifed over 16 independent replicates. Shapley effects take one random order of
    the sets for each outer draw.
    """
    names = list(sets)
    if sorted(n for members in sets.values() for n in members) != sorted(problem.names):
        raise ValueError("the sets must hold every input once")
    started = time.monotonic()
    outer = FEWEST_OUTER
    passes = 3 * len(names) + 1
    while True:
        before = time.monotonic()
        found = _round(problem, sets, ranked_by, seed, outer, inner, progress)
        cost = REPLICATES * outer * inner * passes
        now = time.monotonic()
        if (
            found.told_apart
            or 2 * cost > max_draws
            or now - started + 2 * (now - before) > max_seconds
        ):
            return found
        outer *= 2


def _round(
    problem: Problem,
    sets: Sets,
    ranked_by: str,
    seed: int,
    outer: int,
    inner: int,
    progress: Progress | None,
) -> Effects:
    names, count = list(sets), len(sets)
    masks = np.array([mask(problem.names, sets[name]) for name in names])
    firsts, totals = ([_Sums() for _ in names] for _ in range(2))
    everything = _Sums()
    shapley = np.zeros((REPLICATES, count))
    steps = REPLICATES * 3
    for r in range(REPLICATES):
        nested = Nested(problem, seed, r, outer, inner)
        everything.add(nested.moments(np.zeros(len(problem.names), dtype=np.bool_), 1))
        for i in range(count):
            firsts[i].add(nested.moments(masks[i], 2 + i))
        if progress is not None:
            progress(3 * r + 1, steps)
        for i in range(count):
            totals[i].add(nested.moments(~masks[i], 2 + count + i))
        if progress is not None:
            progress(3 * r + 2, steps)
        shapley[r] = _orders(nested, masks, seed, r, 2 + 2 * count)
        if progress is not None:
            progress(3 * r + 3, steps)
    whole = everything.left_out
    variance = _variance(whole)
    if not variance[-1] > 0:
        raise ValueError("the output is the same in all draws, so that nothing explains it")
    together = np.vstack([shapley.sum(axis=0) - shapley, shapley.sum(axis=0)])
    share = together / together.sum(axis=1, keepdims=True)
    result = []
    for i, name in enumerate(names):
        known, unknown = firsts[i].left_out, totals[i].left_out
        own = _variance(known)
        first = 1.0 - known[:, 3] / known[:, 0] / own
        total = unknown[:, 3] / unknown[:, 0] / _variance(unknown)
        result.append(
            Effect(name, tuple(sets[name]), estimate(first), estimate(total), estimate(share[:, i]))
        )
    result.sort(key=lambda effect: -getattr(effect, ranked_by).value)
    found = Effects(
        tuple(result),
        estimate(whole[:, 1] / whole[:, 0]),
        estimate(variance),
        REPLICATES * outer * inner * (3 * count + 1),
        False,
        ranked_by,
        REPLICATES,
    )
    leading = [found.interval(getattr(effect, ranked_by)) for effect in result[:LEADING]]
    apart = all(above[0] > below[1] for above, below in pairwise(leading))
    return replace(found, told_apart=apart)


def _orders(
    nested: Nested, masks: NDArray[np.bool_], seed: int, replicate: int, label: int
) -> Array:
    """Return what each set adds to the variance that is left, over one order an outer draw.

    With J the sets that have become unknown, in the order's turn, c(J) = E[Var(Y | X_-J)] grows
    from 0 to Var(Y), and each set adds what it grows by.
    """
    count, outer = len(masks), nested.outer
    rng = np.random.Generator(np.random.Philox(key=[seed % 2**64, replicate]))
    order = np.argsort(rng.random((outer, count)), axis=1)
    unknown = np.zeros((outer, masks.shape[1]), dtype=np.bool_)
    before = np.zeros(outer)
    added = np.zeros(count)
    for step in range(count):
        turn = order[:, step]
        unknown |= masks[turn]
        moments = nested.moments(~unknown, label + step)
        added += np.bincount(turn, moments.within - before, count) / outer
        before = moments.within
    return added
