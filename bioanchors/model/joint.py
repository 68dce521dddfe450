"""A parameter file's model: from one block of draws to requirements, weights and arrival years."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.arrival import first_crossing
from bioanchors.model.curves import Array, Curve, Value
from bioanchors.model.evidence import Case, cases, largest_run, undominated
from bioanchors.model.low_end_update import ramp_weight
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.trends import (
    algorithmic_gain,
    flop_per_usd,
    largest_run_usd,
    shifted_speed,
)
from bioanchors.parameters import HypothesisInputs, Parameters
from bioanchors.parameters.parameters import RUN_NOISE
from bioanchors.parameters.tables import Observation

Draws = Mapping[str, Value]


class Model:
    """The formulas that a parameter file asks for, bound to its known years.

    Parameters
    ----------
    parameters
        The validated parameters.
    """

    def __init__(self, parameters: Parameters) -> None:
        tables = parameters.tables
        assert tables.hardware is not None
        assert tables.spending is not None
        assert tables.economy is not None
        assert tables.hardware.start_year is not None
        assert tables.spending.start_year is not None
        assert tables.economy.gdp_year is not None
        self._hardware_start = tables.hardware.start_year
        self._spending_start = tables.spending.start_year
        self._gdp_year = tables.economy.gdp_year
        self.first_year = float(parameters.first_year)
        self.last_year = float(parameters.last_year)
        ramp = tables.low_end_update
        self.ramp: tuple[float, float] | None = None
        if ramp is not None:
            assert ramp.ruled_out_below_flop is not None
            assert ramp.full_weight_above_flop is not None
            self.ramp = (
                float(np.log10(ramp.ruled_out_below_flop)),
                float(np.log10(ramp.full_weight_above_flop)),
            )
        self._lags = parameters.lags(parameters.event)
        self._evidence_lags = parameters.lags(parameters.evidence_event)
        seen = parameters.evidence
        self.not_arrived_by = seen.not_arrived_by
        self._observations = tuple(seen.observation or ())
        self._runs = tuple(
            (float(np.log10(run.flop)), run.year)
            for run in seen.insufficient_run or ()
            if run.flop is not None and run.year is not None
        )
        last_run = max((year for _, year in self._runs), default=None)
        speeds = [parameters.inputs[hypothesis.speed] for hypothesis in parameters.hypotheses]
        if all(float(speed.values(np.array([1e-9]))[0]) > 0 for speed in speeds):
            self._runs = undominated(self._runs)
        self.cases: tuple[Case, ...] = ()
        if parameters.has_evidence:
            self.cases = cases(last_run, self.not_arrived_by)
        self._by_name = {hypothesis.name: hypothesis for hypothesis in parameters.hypotheses}

    def price_performance(self, draws: Draws) -> Curve:
        """Return FLOP per dollar."""
        return flop_per_usd(
            draws["hardware.flop_per_usd"],
            draws["hardware.speed"],
            draws["hardware.max_flop_per_usd"],
            start_year=self._hardware_start,
            origin=self.first_year,
        )

    def spending(self, draws: Draws) -> Curve:
        """Return dollars spent on the largest training run."""
        return largest_run_usd(
            draws["spending.largest_run_usd"],
            draws["spending.speed"],
            draws["spending.max_share_of_gdp"],
            draws["economy.largest_economy_gdp_usd"],
            draws["economy.growth_per_year"],
            start_year=self._spending_start,
            gdp_year=self._gdp_year,
            origin=self.first_year,
        )

    def affordable(self, draws: Draws) -> Curve:
        """Return the FLOP of the largest training run that can be bought."""
        return self.price_performance(draws) + self.spending(draws)

    def gain(self, hypothesis: HypothesisInputs, draws: Draws) -> Curve:
        """Return a hypothesis' algorithmic gain."""
        rate = self._speed(hypothesis, draws)
        if hypothesis.transfer is not None:
            rate = rate * draws[hypothesis.transfer]
        return self._gain(hypothesis, draws, rate)

    @staticmethod
    def gain_key(hypothesis: HypothesisInputs) -> tuple[object, ...]:
        """Return what a hypothesis' gain hangs on: two with the same one have the same gain."""
        return (
            hypothesis.speed,
            hypothesis.transfer,
            hypothesis.halving_shift,
            hypothesis.max_oom,
            hypothesis.gain_start_year,
            hypothesis.requirement_year,
        )

    def measured_gain(self, hypothesis: HypothesisInputs, draws: Draws) -> Curve:
        """Return the gain on the tasks on which it is measured: without ``transfer``."""
        return self._gain(hypothesis, draws, self._speed(hypothesis, draws))

    def _speed(self, hypothesis: HypothesisInputs, draws: Draws) -> Value:
        rate = draws[hypothesis.speed]
        if hypothesis.halving_shift is None:
            return rate
        return shifted_speed(rate, draws[hypothesis.halving_shift])

    def _gain(self, hypothesis: HypothesisInputs, draws: Draws, rate: Value) -> Curve:
        return algorithmic_gain(
            rate,
            draws[hypothesis.max_oom],
            gain_start_year=hypothesis.gain_start_year,
            requirement_year=hypothesis.requirement_year,
            origin=self.first_year,
        )

    def lag(self, draws: Draws) -> Value:
        """Return years from when a run can be bought to the event."""
        return sum((draws[name] for name in self._lags), 0.0)

    def evidence_lag(self, draws: Draws) -> Value:
        """Return the same for the event of which ``not_arrived_by`` speaks."""
        return sum((draws[name] for name in self._evidence_lags), 0.0)

    @property
    def same_event(self) -> bool:
        """Whether the event that has not happened is the one that is forecast."""
        return self._lags == self._evidence_lags

    def enough(self, hypothesis: HypothesisInputs, draws: Draws, affordable: Curve) -> Curve:
        """Return the FLOP with which the event happens in a year, the gain counted in."""
        return (affordable + self.gain(hypothesis, draws)).later(self.lag(draws))

    def enough_for_evidence(
        self, hypothesis: HypothesisInputs, draws: Draws, affordable: Curve
    ) -> Curve:
        """Return the same for the event of which ``not_arrived_by`` speaks."""
        return (affordable + self.gain(hypothesis, draws)).later(self.evidence_lag(draws))

    def common_likelihood(self, draws: Draws) -> Value:
        """Return how likely the trends make what is observed of all hypotheses alike.

        Up to a constant; 1 where nothing is.
        """
        items = [item for item in self._observations if not _is_own(item)]
        if not items:
            return 1.0
        any_of = next(iter(self._by_name.values()))
        return np.exp(sum(self._log_density(item, any_of, draws) for item in items))

    def likelihood(self, hypothesis: HypothesisInputs, draws: Draws, common: Value) -> Value:
        """Return the same times what is observed of the gain of the hypothesis that holds."""
        items = [item for item in self._observations if _is_own(item)]
        if not items:
            return common
        return common * np.exp(sum(self._log_density(item, hypothesis, draws) for item in items))

    def misses(self, hypothesis: HypothesisInputs, draws: Draws, own: bool) -> list[Value]:
        """Return by how many standard errors the trends miss each observation.

        Parameters
        ----------
        hypothesis, draws
            Which holds, and the trends.
        own
            Whether observations of the gain of the hypothesis that holds are among them.
        """
        items = [item for item in self._observations if own or not _is_own(item)]
        return [self._miss(item, hypothesis, draws) for item in items]

    def observed(self, own: bool) -> bool:
        """Whether anything was observed of the trends; ``own`` as for ``misses``."""
        return any(own or not _is_own(item) for item in self._observations)

    @staticmethod
    def measured_key(hypothesis: HypothesisInputs) -> tuple[object, ...]:
        """Return what the measured gain of a hypothesis hangs on."""
        return (
            hypothesis.speed,
            hypothesis.halving_shift,
            hypothesis.max_oom,
            hypothesis.gain_start_year,
            hypothesis.requirement_year,
        )

    def _log_density(self, item: Observation, hypothesis: HypothesisInputs, draws: Draws) -> Value:
        miss = self._miss(item, hypothesis, draws)
        return -0.5 * miss * miss

    def _miss(self, item: Observation, hypothesis: HypothesisInputs, draws: Draws) -> Value:
        assert item.quantity is not None
        assert item.year is not None
        assert item.value is not None
        assert item.standard_error_oom is not None
        if item.quantity == "algorithmic_gain":
            # What is measured of one hypothesis' algorithms is so whichever hypothesis holds.
            whose = hypothesis if item.hypothesis is None else self._by_name[item.hypothesis]
            curve = self.measured_gain(whose, draws)
        elif item.quantity.startswith("flop_per_usd"):
            curve = self.price_performance(draws)
        elif item.quantity.startswith("largest_run_usd"):
            curve = self.spending(draws)
        else:
            curve = self.affordable(draws)
        predicted: Value = curve.at(item.year)
        if item.from_year is not None:
            predicted = predicted - curve.at(item.from_year)
            if item.quantity.endswith("_growth"):
                predicted = predicted / (item.year - item.from_year)
        miss: Value = (predicted - float(np.log10(item.value))) / item.standard_error_oom
        return miss

    def run_threshold(self, hypothesis: HypothesisInputs, draws: Draws) -> Value:
        """Return log10 FLOP, with the requirement year's algorithms, that runs have ruled out.

        Notes
        -----
        The largest effective run plus a normal deviate of the runs' softness: the requirement
        exceeds it with probability Phi((requirement - run) / softness).
        """
        return largest_run(self.gain(hypothesis, draws), self._runs) + draws.get(RUN_NOISE, 0.0)

    def requirement(self, hypothesis: HypothesisInputs, draws: Draws) -> Value:
        """Return log10 training FLOP that a hypothesis asks for, with 2020 algorithms."""
        formula = REQUIREMENTS[hypothesis.kind].formula
        return formula(*(draws[name] for name in hypothesis.requirement))

    def weight(self, requirement: Value) -> Array | None:
        """Return the low-end update's weight of each draw, or None where there is no update."""
        return None if self.ramp is None else ramp_weight(requirement, *self.ramp)

    def arrival(
        self, hypothesis: HypothesisInputs, draws: Draws, affordable: Curve, requirement: Value
    ) -> Array:
        """Return the event's year: the first with enough FLOP; see ``first_crossing``."""
        return first_crossing(
            self.enough(hypothesis, draws, affordable), requirement, self.last_year
        )

    def evidence_arrival(
        self, hypothesis: HypothesisInputs, draws: Draws, affordable: Curve, requirement: Value
    ) -> Array:
        """Return the year of the event of which ``not_arrived_by`` speaks."""
        curve = self.enough_for_evidence(hypothesis, draws, affordable)
        return first_crossing(curve, requirement, self.last_year)


def _is_own(item: Observation) -> bool:
    """Whether an observation is of the gain of whichever hypothesis holds."""
    return item.quantity == "algorithmic_gain" and item.hypothesis is None
