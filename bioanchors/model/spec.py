"""What the model draws on and the numbers that it knows: all that a file says of it, complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bioanchors.distributions import Distribution, Mixture
from bioanchors.model.delays import Delay
from bioanchors.model.happenings import Change, Intervention
from bioanchors.model.keys import Key, direction, log10, natural

Array = NDArray[np.float64]

RUN_NOISE = "evidence.run_softness_oom"
"""Name of the stream that softens the runs' threshold."""

HAPPENS = ".happens"
"""Ends the name of the input that tells whether something is done or happens at all."""

BASE = "base"
"""The milestone that the hypotheses speak of."""

HARDWARE = ("hardware.flop_per_usd", "hardware.speed", "hardware.max_flop_per_usd")
SPENDING = ("spending.largest_run_usd", "spending.speed", "spending.max_share_of_gdp")
ECONOMY = ("economy.largest_economy_gdp_usd", "economy.growth_per_year")
UNHOBBLING = ("unhobbling.max_oom", "unhobbling.years")
POWER = ("power.flop", "power.speed")
DATA = ("data.stock_tokens", "data.speed", "data.algorithms_save")
RESEARCH = {name: f"research.{name}.speed" for name in ("algorithms", "hardware")}
"""The growth of the effort that goes into a trend."""
SCALING_LAW = "scaling_law."
"""How the names of the law's constants begin."""
TRAINING_YEARS, DEPLOYMENT_YEARS = "lag.training_years", "lag.deployment_years"
LAGS: dict[str, tuple[str, ...]] = {
    "affordable": (),
    "trained": (TRAINING_YEARS,),
    "deployed": (TRAINING_YEARS, DEPLOYMENT_YEARS),
}
"""Each event, and the inputs that part it from what is affordable."""


@dataclass(frozen=True)
class Input:
    """One quantity that the model draws.

    Attributes
    ----------
    name
        Name of its stream: its path, or ``TABLE.speed`` for the speed of a trend, whatever the
        unit in which the file gives it.
    path
        Its path in the file.
    distribution
        Its distribution, in the unit of the file.
    key
        What the key means.
    """

    name: str
    path: str
    distribution: Distribution
    key: Key

    @property
    def is_random(self) -> bool:
        """Whether it is anything but a known number."""
        return not self.distribution.is_point

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it is 1 where something happens and 0 where not."""
        return self.name.endswith(HAPPENS)

    @cached_property
    def point(self) -> float:
        """Value in the model's unit, of a known number."""
        return float(self.values(np.array([0.5]))[0])

    @cached_property
    def median(self) -> float:
        """Median in the model's unit."""
        return float(self.values(np.array([0.5]))[0])

    @cached_property
    def partings(self) -> tuple[float, ...]:
        """Uniforms below which the components of a mixture lie, one after the other."""
        if not isinstance(self.distribution, Mixture):
            return ()
        medians = [float(part.ppf(0.5)) for part in self.distribution.components]
        # A higher uniform is a faster trend, whatever the file gives of it.
        order = np.argsort(direction(self.path) * np.array(medians))
        weights = np.array(self.distribution.weights)[order]
        return tuple(float(below) for below in np.cumsum(weights / weights.sum())[:-1])

    def values(self, u: Array) -> Array:
        """Return quantiles in the model's unit: log10, OOM per year or natural.

        Parameters
        ----------
        u
            Probabilities in (0, 1), of any shape.
        """
        return self.key.to_model(self.distribution, u)

    def cdf(self, x: Array) -> Array:
        """Return the CDF at values in the model's unit; not for the speed of a trend.

        Parameters
        ----------
        x
            Values, of any shape.

        Raises
        ------
        ValueError
            For the speed of a trend.
        """
        if self.key.to_model is natural:
            return self.distribution.cdf(x)
        if self.key.to_model is not log10:
            raise ValueError(f"{self.name}: no CDF of what is neither natural nor log10")
        exponent = self.distribution.exponent
        if exponent is not None:
            return exponent.cdf(x)
        with np.errstate(over="ignore", under="ignore"):
            return self.distribution.cdf(np.power(10.0, x))

    @property
    def model_unit(self) -> str:
        """Unit in which the model computes with it."""
        if self.name.endswith(".speed") and self.path.endswith("returns_to_research"):
            return "OOM/OOM"
        if self.name.endswith(".speed"):
            return "OOM/year"
        return f"log10 {self.key.unit}" if self.key.to_model is log10 else self.key.unit


@dataclass(frozen=True, slots=True)
class Size:
    """Algorithms of the draws whose requirement is at least so large.

    Attributes
    ----------
    from_log10_flop
        The size from which on, log10 training FLOP.
    speed, max_oom
        Names of the inputs that take the place of the hypothesis'; None where they stay.
    """

    from_log10_flop: float
    speed: str | None
    max_oom: str | None


@dataclass(frozen=True)
class HypothesisInputs:
    """What a hypothesis draws on: names of inputs, and its known numbers.

    ``terms`` are those of its kind's formula, each with its input's name; ``sizes`` ascend.
    """

    name: str
    kind: str
    weight: float
    terms: tuple[tuple[str, str], ...]
    speed: str
    max_oom: str
    gain_start_year: float
    requirement_year: float
    transfer: str | None = None
    halving_shift: str | None = None
    factors: tuple[str, ...] = ()
    compute_share: str | None = None
    effort: str | None = None
    data_limited: bool = False
    sizes: tuple[Size, ...] = ()

    @property
    def requirement(self) -> tuple[str, ...]:
        """Names of the inputs of what it asks for."""
        return (*(name for _, name in self.terms), *self.factors)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Names of the inputs of its algorithmic gain."""
        by_size = (name for size in self.sizes for name in (size.speed, size.max_oom))
        rest = (self.transfer, self.halving_shift, self.compute_share, self.effort, *by_size)
        return (self.speed, self.max_oom, *(name for name in rest if name is not None))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of all its inputs, the trends that all hypotheses share left out."""
        return (*self.requirement, *self.algorithms)

    @property
    def measured_key(self) -> tuple[object, ...]:
        """What its gain on measured tasks hangs on: two with the same one have the same."""
        return (
            self.speed,
            self.halving_shift,
            self.max_oom,
            self.gain_start_year,
            self.requirement_year,
            self.compute_share,
            self.effort,
        )

    @property
    def gain_key(self) -> tuple[object, ...]:
        """What its gain hangs on: two with the same one have the same gain."""
        return (*self.measured_key, self.transfer, self.data_limited, self.sizes)


@dataclass(frozen=True, eq=False)
class CorrelatedGroup:
    """Inputs that are correlated with one another and with no others.

    Attributes
    ----------
    names
        Names of their streams, in the order of the file.
    normal
        Their correlations on the normal scale, shape (input, input).
    """

    names: tuple[str, ...]
    normal: Array


@dataclass(frozen=True, slots=True)
class Release:
    """Probability of "none" up to one year and from another on, straight between them."""

    probability: float
    probability_end: float
    start_year: float
    end_year: float

    def at(self, year: Array) -> Array:
        """Return the probability in decimal years, any shape; from the second year on, the last."""
        if self.end_year == self.start_year:
            return np.full_like(year, self.probability)
        years = [self.start_year, self.end_year]
        return np.interp(year, years, [self.probability, self.probability_end])


@dataclass(frozen=True, slots=True)
class Observed:
    """Something measured that the trends predict.

    Attributes
    ----------
    quantity
        Its name among the observables.
    year, from_year
        Decimal years; the second is the first of the two years of a growth or a gain, else None.
    log10_value, standard_error_oom
        log10 of what was measured, and its standard error.
    hypothesis
        Whose gain was measured; None for that of whichever holds.
    path
        Where it stands in the file.
    """

    quantity: str
    year: float
    log10_value: float
    standard_error_oom: float
    from_year: float | None = None
    hypothesis: str | None = None
    path: tuple[str | int, ...] = field(default=(), compare=False)

    def __lt__(self, other: Observed) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[object, ...]:
        given = (self.from_year or 0.0, self.hypothesis or "")
        return (self.quantity, self.year, self.log10_value, self.standard_error_oom, *given)

    @property
    def is_own(self) -> bool:
        """Whether it is of the gain of whichever hypothesis holds."""
        return self.quantity == "algorithmic_gain" and self.hypothesis is None


@dataclass(frozen=True, eq=False)
class Spec:
    """All that the model asks of a parameter file.

    Attributes
    ----------
    first_year, last_year
        The window, decimal years.
    inputs
        Every quantity that is drawn on, by name of stream, in the order of the file.
    hypotheses
        In the order of the file.
    correlations
        Groups of correlated inputs.
    hardware_start, spending_start, gdp_year
        Years in which the levels of the trends hold.
    ramp
        Ends of the low-end update, log10 FLOP.
    release
        "None", if it has a probability.
    lags, evidence_lags
        Inputs that part the event forecast, and that of ``not_arrived_by``, from what is
        affordable.
    not_arrived_by
        Year by which that event has not happened.
    observations
        What was measured.
    runs
        log10 FLOP and decimal year of runs that were not enough.
    changes
        What happens to trends, of each in the order of the years.
    delays, evidence_delays
        What the event forecast, and that of ``not_arrived_by``, may have to wait for.
    offset
        Inputs that add up to how many OOM more the event's milestone asks for than the hypotheses.
    interventions
        What somebody does to what can be bought, in the order of the years.
    answers_to_interventions
        Whether algorithms that answer to compute do so to interventions alone, or to all growth.
    hardware_is_researched
        Whether hardware's speed is for an OOM of cumulative research.
    speed_is_of_run
        Whether spending's speed is that of the largest run's FLOP, of which hardware has its part.
    unhobbling_start, power_year, stock_year
        Years in which unhobbling begins, and what can be powered and the stock of data hold; None
        where the file has none of it.
    """

    first_year: float
    last_year: float
    inputs: Mapping[str, Input]
    hypotheses: tuple[HypothesisInputs, ...]
    correlations: tuple[CorrelatedGroup, ...]
    hardware_start: float
    spending_start: float
    gdp_year: float
    ramp: tuple[float, float] | None = None
    release: Release | None = None
    lags: tuple[str, ...] = ()
    evidence_lags: tuple[str, ...] = ()
    not_arrived_by: float | None = None
    observations: tuple[Observed, ...] = ()
    runs: tuple[tuple[float, float], ...] = ()
    changes: tuple[Change, ...] = ()
    delays: tuple[Delay, ...] = ()
    evidence_delays: tuple[Delay, ...] = ()
    offset: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    answers_to_interventions: bool = True
    hardware_is_researched: bool = False
    speed_is_of_run: bool = False
    unhobbling_start: float | None = None
    power_year: float | None = None
    stock_year: float | None = None

    def changes_of(self, trend: str) -> tuple[Change, ...]:
        """Return what happens to a trend."""
        return tuple(change for change in self.changes if change.of == trend)

    def interventions_on(self, quantity: str) -> tuple[Intervention, ...]:
        """Return what is done to a quantity."""
        return tuple(each for each in self.interventions if each.of == quantity)

    @cached_property
    def correlated(self) -> frozenset[str]:
        """Names of the inputs that are correlated with others."""
        return frozenset(name for group in self.correlations for name in group.names)

    @cached_property
    def shared_trends(self) -> tuple[str, ...]:
        """Names of the inputs of what can be bought, of the lags and of the event's milestone."""
        names = {*HARDWARE, *SPENDING, *ECONOMY, *LAGS["deployed"], *self.offset}
        names |= {*UNHOBBLING, *POWER, *DATA}
        if self.hardware_is_researched:
            names.add(RESEARCH["hardware"])
        if self.stock_year is not None:
            names.update(name for name in self.inputs if name.startswith(SCALING_LAW))
        names.update(*(change.inputs for change in self.changes))
        names.update(*(delay.inputs for delay in (*self.delays, *self.evidence_delays)))
        names.update(*(each.inputs for each in self.interventions))
        return tuple(name for name in self.inputs if name in names)

    @cached_property
    def trends(self) -> tuple[str, ...]:
        """Names of all inputs but those of the requirements, in an order that is not the file's."""
        names = {RUN_NOISE, *self.shared_trends}
        names.update(*(hypothesis.algorithms for hypothesis in self.hypotheses))
        return tuple(sorted(name for name in self.inputs if name in names))

    @cached_property
    def used(self) -> frozenset[str]:
        """Names of the inputs on which the forecast hangs: not those of other milestones."""
        return frozenset({*self.trends, *(name for h in self.hypotheses for name in h.inputs)})

    def is_random(self, names: Iterable[str]) -> bool:
        """Whether any of the inputs named is anything but a known number."""
        return any(self.inputs[name].is_random for name in names)
