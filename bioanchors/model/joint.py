"""A parameter file's model: from one block of draws to requirements, weights and arrival years."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.arrival import first_crossing
from bioanchors.model.curves import Array, Curve, Value
from bioanchors.model.low_end_update import ramp_weight
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.trends import algorithmic_gain, flop_per_usd, largest_run_usd
from bioanchors.parameters import HypothesisInputs, Parameters

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
        return algorithmic_gain(
            draws[hypothesis.speed],
            draws[hypothesis.max_oom],
            gain_start_year=hypothesis.gain_start_year,
            origin=self.first_year,
        )

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
        """Return the first year at which the requirement is met; see ``first_crossing``."""
        effective = affordable + self.gain(hypothesis, draws)
        return first_crossing(effective, requirement, self.last_year)
