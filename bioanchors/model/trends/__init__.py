"""The trends of one block of draws: price-performance, spending, algorithms, and what they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from bioanchors.model.curves import Curve, Line, Value
from bioanchors.model.delays import Delay, delayed
from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.model.trends import algorithms, hardware, spending

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

    @cached_property
    def price_performance(self) -> Curve:
        """FLOP per dollar, log10."""
        return hardware.of(self._spec, self.draws)

    @cached_property
    def spending(self) -> Curve:
        """Dollars spent on the largest training run, log10."""
        return spending.of(self._spec, self.draws)

    @cached_property
    def gdp(self) -> Line:
        """GDP of the largest economy, log10 $."""
        return spending.gdp(self._spec, self.draws)

    @cached_property
    def affordable(self) -> Curve:
        """FLOP of the largest training run that can be bought, log10."""
        return self.price_performance + self.spending

    @property
    def lag(self) -> Value:
        """Years from when a run can be bought to the event."""
        return sum((self.draws[name] for name in self._spec.lags), 0.0)

    @property
    def evidence_lag(self) -> Value:
        """The same for the event of which ``not_arrived_by`` speaks."""
        return sum((self.draws[name] for name in self._spec.evidence_lags), 0.0)

    @property
    def offset(self) -> Value:
        """OOM that the event's milestone asks for beyond what the hypotheses do."""
        return sum((self.draws[name] for name in self._spec.offset), 0.0)

    @cached_property
    def counting(self) -> Curve:
        """FLOP that count for the event in a year, without any gain, log10.

        What could be bought a lag before, less the milestone's offset.
        """
        moved = self.affordable.later(self.lag)
        return moved.plus(-self.offset) if self._spec.offset else moved

    def gain(self, hypothesis: HypothesisInputs) -> Curve:
        """Return a hypothesis' algorithmic gain, OOM."""
        key = hypothesis.gain_key
        if key not in self._gains:
            self._gains[key] = algorithms.of(self._spec, hypothesis, self.draws)
        return self._gains[key]

    def measured_gain(self, hypothesis: HypothesisInputs) -> Curve:
        """Return the gain on the tasks on which it is measured: without ``transfer``."""
        if hypothesis.transfer is None:
            return self.gain(hypothesis)
        return algorithms.of(self._spec, hypothesis, self.draws, measured=True)

    def enough(self, hypothesis: HypothesisInputs) -> Curve:
        """Return the FLOP with which the event happens in a year, the gain counted in, log10."""
        moved = self._ready(hypothesis, self._spec.delays).later(self.lag)
        return moved.plus(-self.offset) if self._spec.offset else moved

    def enough_for_evidence(self, hypothesis: HypothesisInputs) -> Curve:
        """Return the same for the event of which ``not_arrived_by`` speaks."""
        return self._ready(hypothesis, self._spec.evidence_delays).later(self.evidence_lag)

    def _ready(self, hypothesis: HypothesisInputs, delays: Sequence[Delay]) -> Curve:
        """Return what could be bought, with the gain, and has waited for what was lacking."""
        curve = self.affordable + self.gain(hypothesis)
        return delayed(curve, delays, self.draws) if delays else curve
