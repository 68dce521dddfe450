"""The trends of one block of draws: price-performance, spending, algorithms, and what they make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from bioanchors.model.curves import Curve, Line, Value
from bioanchors.model.delays import Delay, Waiting
from bioanchors.model.paths import Path, remembered
from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.model.trends import algorithms, hardware, spending, unhobbling
from bioanchors.model.trends.answering import Compute, speed_of_compute
from bioanchors.model.trends.data import Wall
from bioanchors.model.trends.interventions import holding, intervened
from bioanchors.model.trends.power import powered

Draws = Mapping[str, Value]


class Trends:
    """The curves of one block of draws, each made once.

    Parameters
    ----------
    spec
        What is known of the trends.
    draws
        Of their inputs, by name of stream: numbers, or a value for each draw.
    """

    def __init__(self, spec: Spec, draws: Draws) -> None:
        self.draws, self._spec = draws, spec
        self._gains: dict[tuple[object, ...], Curve] = {}
        self._enough: dict[tuple[object, ...], Curve] = {}
        self._left: dict[tuple[object, ...], Curve] = {}

    @cached_property
    def price_performance(self) -> Curve:
        """FLOP per dollar, log10."""
        return self._intervened("flop_per_usd", hardware.of(self._spec, self.draws))

    @cached_property
    def spending(self) -> Curve:
        """Dollars spent on the largest training run, log10."""
        return self._intervened("largest_run_usd", spending.of(self._spec, self.draws))

    @cached_property
    def gdp(self) -> Line:
        """GDP of the largest economy, log10 $."""
        return spending.gdp(self._spec, self.draws)

    @cached_property
    def affordable(self) -> Curve:
        """FLOP of the largest training run that can be bought, log10."""
        bought = self.price_performance + self.spending
        return self._intervened("largest_run_flop", powered(self._spec, self.draws, bought))

    def _intervened(self, quantity: str, curve: Curve) -> Curve:
        return intervened(self._spec.interventions_on(quantity), self.draws, curve)

    @cached_property
    def _bought(self) -> Path:
        """The largest run for what several hypotheses make of it."""
        return remembered(self.affordable)

    @cached_property
    def _against_reference(self) -> Compute | None:
        """Compute against the same without interventions; None where there are none."""
        if not holding(self._spec.interventions, self.draws):
            return None
        reference = Trends(replace(self._spec, interventions=()), self.draws)
        return Compute.against(self._bought, reference.affordable)

    def _compute(self, hypothesis: HypothesisInputs) -> Compute | None:
        """Return the compute to which a hypothesis' algorithms answer; None where to none."""
        share = hypothesis.compute_share
        if share is None or (np.ndim(self.draws[share]) == 0 and self.draws[share] == 0):
            return None
        if self._spec.answers_to_interventions:
            return self._against_reference
        speed = speed_of_compute(self._spec, self.draws)
        return Compute.against_speeds(self._bought, speed, hypothesis.gain_start_year)

    @property
    def lag(self) -> Value:
        """Years from when a run can be bought to the event."""
        return self._sum_of(self._spec.lags)

    @property
    def evidence_lag(self) -> Value:
        """The same for the event of which ``not_arrived_by`` speaks."""
        return self._sum_of(self._spec.evidence_lags)

    @property
    def offset(self) -> Value:
        """OOM that the event's milestone asks for beyond what the hypotheses do."""
        return self._sum_of(self._spec.offset)

    def counting(self, lag: Value) -> Curve:
        """Return FLOP that count for the event in a year, without any gain, log10.

        What could be bought a lag before, less the milestone's offset.
        """
        moved = self.affordable.later(lag)
        return moved.plus(-self.offset) if self._spec.offset else moved

    def gain(self, hypothesis: HypothesisInputs) -> Curve:
        """Return a hypothesis' algorithmic gain, OOM."""
        key = hypothesis.gain_key
        if key not in self._gains:
            self._gains[key] = algorithms.of(
                self._spec, hypothesis, self.draws, self._compute(hypothesis)
            )
        return self._gains[key]

    @cached_property
    def unhobbling(self) -> Curve | None:
        """What better use of trained models brings, OOM; None where a file has none."""
        return unhobbling.of(self._spec, self.draws)

    @cached_property
    def _wall(self) -> Wall | None:
        year = self._spec.stock_year
        return None if year is None else Wall(self._spec, self.draws, year)

    def left_by_data(self, hypothesis: HypothesisInputs) -> Curve:
        """Return a hypothesis' algorithmic gain less what its runs lose for want of data, OOM."""
        gain, key = self.gain(hypothesis), hypothesis.gain_key
        if not hypothesis.data_limited or self._wall is None:
            return gain
        if key not in self._left:
            self._left[key] = self._wall.of(gain, self._bought)
        return self._left[key]

    def saved(self, hypothesis: HypothesisInputs) -> Curve:
        """Return by how many OOM a run that can be bought counts for more, or for less."""
        saved = self.left_by_data(hypothesis)
        return saved if self.unhobbling is None else self.unhobbling + saved

    def effective(self, hypothesis: HypothesisInputs, flop: float, year: float) -> Value:
        """Return what a run of so many FLOP in a year counts, both log10."""
        gain: Value = self.gain(hypothesis).at(year)
        if hypothesis.data_limited and self._wall is not None:
            gain = self._wall.of_run(gain, flop, year)
        return flop + gain + (0.0 if self.unhobbling is None else self.unhobbling.at(year))

    def measured_gain(self, hypothesis: HypothesisInputs) -> Curve:
        """Return the gain on the tasks on which it is measured: without ``transfer``."""
        if hypothesis.transfer is None:
            return self.gain(hypothesis)
        compute = self._compute(hypothesis)
        return algorithms.of(self._spec, hypothesis, self.draws, compute, measured=True)

    def enough(self, hypothesis: HypothesisInputs) -> Curve:
        """Return the FLOP with which the event happens in a year, the gain counted in, log10.

        If nothing else is lacking: see ``waiting``.
        """
        moved = self._enough_after(hypothesis, self._spec.lags)
        return moved.plus(-self.offset) if self._spec.offset else moved

    def enough_for_evidence(self, hypothesis: HypothesisInputs) -> Curve:
        """Return the same for the event of which ``not_arrived_by`` speaks."""
        return self._enough_after(hypothesis, self._spec.evidence_lags)

    def waiting(self, closed: Collection[Delay] = ()) -> Waiting:
        """Return what the event may have to wait for; of the closed, whether is averaged over."""
        spec = self._spec
        return Waiting(spec.delays, self.draws, self.lag, spec.first_year, closed)

    def waiting_for_evidence(self, closed: Collection[Delay] = ()) -> Waiting:
        """Return the same for the event of which ``not_arrived_by`` speaks."""
        spec = self._spec
        lag, first_year = self.evidence_lag, spec.first_year
        return Waiting(spec.evidence_delays, self.draws, lag, first_year, closed)

    def _enough_after(self, hypothesis: HypothesisInputs, lags: tuple[str, ...]) -> Curve:
        key = (lags, hypothesis.gain_key)
        if key not in self._enough:
            self._enough[key] = self._with_saved(hypothesis).later(self._sum_of(lags))
        return self._enough[key]

    def _with_saved(self, hypothesis: HypothesisInputs) -> Curve:
        if not hypothesis.data_limited or self._wall is None:
            return self.affordable + self.saved(hypothesis)
        besides = self.unhobbling or Line(0.0, 0.0, (), self._spec.first_year)
        return self._wall.enough(self.gain(hypothesis), self._bought, besides)

    def _sum_of(self, names: tuple[str, ...]) -> Value:
        return sum((self.draws[name] for name in names), 0.0)
