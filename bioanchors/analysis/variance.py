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
O'Brien, P. C. and Fleming, T. R. (1979), "A multiple testing procedure for clinical trials",
Biometrics 35, 549-556.
Sobol', I. M. (2001), Math. Comput. Simul. 55, 271-280.
Owen, A. B. (2014), "Sobol' indices and Shapley value", SIAM/ASA J. Uncertainty Quant. 2, 245-251.
Song, E., Nelson, B. L. and Staum, J. (2016), SIAM/ASA J. Uncertainty Quant. 4, 1060-1083.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from bioanchors.analysis.conditional import Problem
from bioanchors.analysis.estimating import estimate, estimates, left_out
from bioanchors.analysis.rounds import REPLICATES, Rounds
from bioanchors.engine.blas import one_blas_thread
from bioanchors.results.estimates import moderated_error, shared_variance
from bioanchors.results.outcomes import Estimate
from bioanchors.types import Progress

Array = NDArray[np.float64]
Sets = Mapping[str, tuple[str, ...]]

INNER, INNER_WEIGHTED = 16, 32
MOST_DRAWS = 2**22
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
    ranked_by
        ``"total"`` or ``"shapley"``.
    replicates
        Independent repetitions, from which the errors come.
    """

    effects: tuple[Effect, ...]
    mean: Estimate
    variance: Estimate
    evaluations: int
    ranked_by: str
    replicates: int

    @property
    def too_close(self) -> tuple[str, str] | None:
        """Names of two neighbours among the largest effects whose intervals are not disjoint."""
        return self._too_close(1.0)

    @property
    def told_apart(self) -> bool:
        """Whether the intervals of the largest effects are disjoint."""
        return self.too_close is None

    def told_apart_early(self, share: float) -> bool:
        """Whether they are that plainly, after a share of the draws that there may be.

        Intervals 1 / sqrt(share) times as wide must be disjoint:
        the boundary of O'Brien and Fleming, who look more than once.
        """
        return self._too_close(1.0 / math.sqrt(min(share, 1.0))) is None

    def _too_close(self, times: float) -> tuple[str, str] | None:
        """Return the same of intervals that are so many times as wide."""
        for above, below in pairwise(self.effects[:LEADING]):
            one, other = (getattr(each, self.ranked_by) for each in (above, below))
            apart = one.value - other.value
            half = [self.interval(each)[1] - each.value for each in (one, other)]
            if not apart > times * sum(half):
                return above.name, below.name
        return None

    def interval(self, estimate: Estimate, level: float = LEVEL) -> tuple[float, float]:
        """Return an interval that holds the exact share with a probability, by Student's t."""
        reach = float(stdtrit(self.replicates - 1, (1 + level) / 2)) * estimate.standard_error
        return estimate.value - reach, estimate.value + reach

    def is_noise(self, estimate: Estimate, level: float = LEVEL) -> bool:
        """Whether an effect cannot be told from 0."""
        return not self.interval(estimate, level)[0] > 0


def effects(problem: Problem, sets: Sets, **options: Any) -> Effects:
    """Return what ``all_effects`` does of a problem with one output."""
    (found,) = all_effects(problem, sets, **options)
    return found


@one_blas_thread()
def all_effects(
    problem: Problem,
    sets: Sets,
    *,
    ranked_by: str = "total",
    seed: int = 1,
    inner: int = INNER,
    max_draws: int = MOST_DRAWS,
    max_seconds: float = math.inf,
    progress: Progress | None = None,
) -> tuple[Effects, ...]:
    """Estimate the effects of sets of inputs on outputs, one for each output.

    Parameters
    ----------
    problem
        The outputs and their inputs.
    sets
        Names of sets and their inputs, which together are all inputs, each once.
    ranked_by
        ``"total"`` or ``"shapley"``: by which to rank.
    seed
        Any whole number.
    inner
        Inner draws where few inputs are known; the bias where draws count differently falls as one
        over this.
    max_draws, max_seconds
        Rows are doubled until the three largest effects are told apart, and not past these, but for
        the first 128: by 95 % intervals in the end, and before by wider ones, since who stops as
        soon as they are apart stops where luck has put them apart. With a limit in seconds the
        result depends on the machine's speed.
    progress
        Called with how much is done, and of how much.

    Notes
    -----
    Errors are jackknifed over 16 independent replicates, and moderated by what the sets say
    together, as those of a CDF by its years (``moderated_error``). Where an input matters in few
    rows alone, none may have been drawn: errors of total indices and Shapley effects hold one row
    on which all of the variance hangs. Shapley effects take one random order of the sets for each
    row, and its reverse for the next.
    """
    if sorted(n for members in sets.values() for n in members) != sorted(problem.names):
        raise ValueError("the sets must hold every input once")
    started = time.monotonic()
    rounds = Rounds(problem, tuple(sets.values()), seed, inner, max_draws)
    while True:
        rounds.add(progress)
        found = tuple(_effects(rounds, sets, output, ranked_by) for output in range(rounds.outputs))
        # Another round is as many rows as all so far.
        if (
            all(each.told_apart_early(rounds.evaluations / max_draws) for each in found)
            or 2 * rounds.evaluations > max_draws
            or 2 * (time.monotonic() - started) > max_seconds
        ):
            return found


def _effects(rounds: Rounds, sets: Sets, output: int, ranked_by: str) -> Effects:
    """Return the effects that the rounds so far say, of one output."""
    # Moments by replicate, all but one in turn, and all: (moment, replicate + 1).
    whole, known, unknown = (
        np.moveaxis(left_out(np.moveaxis(sums, -1, 0)), 0, -1)
        for sums in (rounds.whole[output], rounds.known[:, output], rounds.unknown[:, output])
    )
    variance = whole[2] / whole[0] - (whole[1] / whole[0]) ** 2
    if not variance[-1] > 0:
        raise ValueError("the output is the same in all draws, so that nothing explains it")
    unseen = 1.0 / rounds.rows
    added = left_out(rounds.added[:, output].T)
    share = added / added.sum(axis=1, keepdims=True)
    result = [
        Effect(name, tuple(members), first, _at_least(total, unseen), _at_least(shapley, unseen))
        for (name, members), first, total, shapley in zip(
            sets.items(),
            _moderated(1.0 - (known[:, 3] / known[:, 0] / variance).T),
            _moderated((unknown[:, 3] / unknown[:, 0] / variance).T),
            _moderated(share),
            strict=True,
        )
    ]
    result.sort(key=lambda effect: -getattr(effect, ranked_by).value)
    return Effects(
        tuple(result),
        estimate(whole[1] / whole[0]),
        estimate(variance),
        rounds.evaluations,
        ranked_by,
        REPLICATES,
    )


def _moderated(values: Array) -> list[Estimate]:
    """Return estimates of sets, (replicate + 1, set), whose errors gain from the other sets'."""
    value, error = np.array(estimates(values)).T
    error = moderated_error(error, value, shared_variance(error, value, REPLICATES))
    return [Estimate(float(v), float(e)) for v, e in zip(value, error, strict=True)]


def _at_least(found: Estimate, unseen: float) -> Estimate:
    """Return an estimate with what no row may have shown in its error, too."""
    return Estimate(found.value, math.hypot(found.standard_error, unseen))
