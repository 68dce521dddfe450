"""A parameter file's model: from one block of draws to requirements, weights and arrival years."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from bioanchors.model import observables
from bioanchors.model.curves import Array, Value
from bioanchors.model.delays import Delay
from bioanchors.model.evidence import Case, cases, undominated
from bioanchors.model.low_end_update import ramp_weight
from bioanchors.model.release import release_year
from bioanchors.model.requirement import Requirement
from bioanchors.model.spec import RUN_NOISE, HypothesisInputs, Spec
from bioanchors.model.trends import Draws, Trends


class Model:
    """The formulas that a file asks for, bound to its known numbers.

    Parameters
    ----------
    spec
        What the file says, complete.

    Attributes
    ----------
    cases
        Of the evidence: which of it binds, by a draw's year of release.
    requirements
        What each hypothesis asks for, by its name.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        last_run = max((year for _, year in spec.runs), default=None)
        speeds = [spec.inputs[hypothesis.speed] for hypothesis in spec.hypotheses]
        rises = (
            not spec.changes_of("algorithms")
            and spec.stock_year is None
            and all(float(speed.values(np.array([1e-9]))[0]) > 0 for speed in speeds)
        )
        self._runs = undominated(spec.runs) if rises else spec.runs
        self.cases: tuple[Case, ...] = ()
        if spec.observations or spec.runs or spec.not_arrived_by is not None:
            self.cases = cases(last_run, spec.not_arrived_by)
        self._by_name = {hypothesis.name: hypothesis for hypothesis in spec.hypotheses}
        self.requirements = {name: Requirement(spec, each) for name, each in self._by_name.items()}

    @cached_property
    def breaks(self) -> tuple[float, ...]:
        """Known years within the window at which what is enough, or its chance, bends or jumps."""
        one = np.full((1, 1), 0.5)
        trends = self.trends(
            {
                name: item.values(one) if item.is_random else item.point
                for name, item in self.spec.inputs.items()
            }
        )
        found: set[float] = set()
        for hypothesis in self.spec.hypotheses:
            for curve, waiting in (
                (trends.enough(hypothesis), trends.waiting()),
                (trends.enough_for_evidence(hypothesis), trends.waiting_for_evidence()),
            ):
                for each in (curve, *waiting.later(curve)):
                    found.update(each.breaks)
        if np.ndim(trends.lag) == 0:
            for delay in self.closed_delays:
                found.update(year + float(trends.lag) for year, _ in delay.schedule)
        first, last = self.spec.first_year, self.spec.last_year
        return tuple(sorted(year for year in found if first < year < last))

    def trends(self, draws: Draws) -> Trends:
        """Return the curves of a block of draws."""
        return Trends(self.spec, draws)

    @cached_property
    def closed_delays(self) -> tuple[Delay, ...]:
        """Delays of which whether they hold can be averaged over, given the other trends.

        Such as fall. What is ready then has the same states in years of both the event and that of
        ``not_arrived_by``, and never less in later ones: the mass that has arrived since is the
        difference of two means. Not so if a milestone asks for more, or less, than was not seen.
        """
        spec = self.spec
        seen = spec.not_arrived_by is not None and spec.evidence_delays
        if seen and spec.offset:
            return ()
        return tuple(delay for delay in spec.delays if delay.falls)

    @property
    def same_event(self) -> bool:
        """Whether the event that has not happened is the one that is forecast."""
        spec = self.spec
        same = spec.lags == spec.evidence_lags and spec.delays == spec.evidence_delays
        return same and not spec.offset

    def common_likelihood(self, trends: Trends) -> Value:
        """Return how likely the trends make what is observed of all hypotheses alike.

        Up to a constant; 1 where nothing is.
        """
        any_of = next(iter(self._by_name.values()))
        misses = self.misses(any_of, trends, own=False)
        return np.exp(sum(-0.5 * miss * miss for miss in misses)) if misses else 1.0

    def likelihood(self, hypothesis: HypothesisInputs, trends: Trends, common: Value) -> Value:
        """Return the same times what is observed of the gain of the hypothesis that holds."""
        items = [item for item in self.spec.observations if item.is_own]
        if not items:
            return common
        misses = [observables.miss(item, hypothesis, trends) for item in items]
        return common * np.exp(sum(-0.5 * miss * miss for miss in misses))

    def misses(self, hypothesis: HypothesisInputs, trends: Trends, own: bool) -> list[Value]:
        """Return by how many standard errors the trends miss each observation.

        Parameters
        ----------
        hypothesis, trends
            Which holds, and the trends.
        own
            Whether observations of the gain of the hypothesis that holds are among them.
        """
        return [
            observables.miss(
                item,
                hypothesis if item.hypothesis is None else self._by_name[item.hypothesis],
                trends,
            )
            for item in self.spec.observations
            if own or not item.is_own
        ]

    def observed(self, own: bool) -> bool:
        """Whether anything was observed of the trends; ``own`` as for ``misses``."""
        return any(own or not item.is_own for item in self.spec.observations)

    def run_threshold(self, hypothesis: HypothesisInputs, trends: Trends) -> Value:
        """Return log10 FLOP, with the requirement year's algorithms, that runs have ruled out.

        Notes
        -----
        The largest effective run plus a normal deviate of the runs' softness: the requirement
        exceeds it with probability Phi((requirement - run) / softness).
        """
        runs = [trends.effective(hypothesis, flop, year) for flop, year in self._runs]
        largest: Value = np.maximum.reduce(np.broadcast_arrays(*runs))
        return largest + trends.draws.get(RUN_NOISE, 0.0)

    def requirement(self, hypothesis: HypothesisInputs, draws: Draws) -> Value:
        """Return log10 training FLOP that a hypothesis asks for, with 2020 algorithms."""
        return self.requirements[hypothesis.name].value(draws)

    def sized(self, hypothesis: HypothesisInputs, trends: Trends, requirement: Value) -> Trends:
        """Return the trends of draws with the algorithms that go with the size of what they ask.

        Parameters
        ----------
        hypothesis, trends
            Whose algorithms, and the draws of all of them.
        requirement
            log10 FLOP, one for each draw.
        """
        if not hypothesis.sizes:
            return trends
        draws = dict(trends.draws)
        for name in (hypothesis.speed, hypothesis.max_oom):
            value = draws[name]
            for size in hypothesis.sizes:
                other = size.speed if name == hypothesis.speed else size.max_oom
                if other is not None:
                    large = np.asarray(requirement) >= size.from_log10_flop
                    value = np.where(large, trends.draws[other], value)
            draws[name] = value if np.ndim(value) else float(value)
        return self.trends(draws)

    def weight(self, requirement: Value) -> Array | None:
        """Return the low-end update's weight of each draw, or None where there is no update."""
        return None if self.spec.ramp is None else ramp_weight(requirement, *self.spec.ramp)

    def release_year(self, u: Array) -> Array:
        """Return the year from which "none" no longer holds, by uniforms of any shape."""
        none = self.spec.release
        if none is None:
            return np.full(u.shape, -np.inf)
        return release_year(
            u, none.probability, none.probability_end, none.start_year, none.end_year
        )

    def released_by(self, year: Array) -> Array:
        """Return the probability that "none" has let go by decimal years of any shape."""
        none = self.spec.release
        return np.ones_like(year) if none is None else 1.0 - none.at(year)

    def arrival(self, hypothesis: HypothesisInputs, trends: Trends, requirement: Value) -> Array:
        """Return the event's year: the first with enough FLOP; see ``first_crossing``."""
        curve = trends.enough(hypothesis)
        return trends.waiting().arrival(curve, requirement, self.spec.last_year)

    def evidence_arrival(
        self, hypothesis: HypothesisInputs, trends: Trends, requirement: Value
    ) -> Array:
        """Return the year of the event of which ``not_arrived_by`` speaks."""
        curve = trends.enough_for_evidence(hypothesis)
        return trends.waiting_for_evidence().arrival(curve, requirement, self.spec.last_year)
