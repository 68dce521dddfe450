"""The tables of a parameter file.

All is optional here: a file that extends another is a fragment, and ``checks/`` asks for
completeness once the parents are merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, create_model
from pydantic_core import CoreSchema, PydanticKnownError

from bioanchors.model.keys import (
    ABOVE_0,
    ABOVE_MINUS_1,
    AT_LEAST_0,
    REALS,
    SHARE,
    SPEEDS,
    Domain,
    Key,
    log10,
)
from bioanchors.model.observables import OBSERVABLES
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.trends.changes import MECHANISMS, YEAR
from bioanchors.parameters.quantities.families import Quantity
from bioanchors.parameters.quantities.specs import Table


@dataclass(frozen=True, slots=True)
class YearMark:
    """Marks a year; ``reading/dates.py`` makes one of a date before validation."""

    is_whole: bool = False

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let an editor take a date, too."""
        schema = dict(handler(core_schema))
        description = schema.pop("description")
        return {
            "anyOf": [schema, {"type": "string", "format": "date"}],
            "description": f"{description} or {'its first day' if self.is_whole else 'date'}",
        }


FIRST_YEAR, LAST_YEAR = 1900, 3000
Year = Annotated[float, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="decimal year"), YearMark()]
WholeYear = Annotated[
    int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="whole year"), YearMark(is_whole=True)
]
Probability = Annotated[float, Field(ge=0, le=1)]
Flop = Annotated[float, Field(ge=1, le=1e120, description="training FLOP")]
if TYPE_CHECKING:
    KindName = str
    ObservableName = str
else:
    KindName = Literal[tuple(REQUIREMENTS)]
    ObservableName = Literal[tuple(OBSERVABLES)]
TrendName = Literal["hardware", "spending", "algorithms"]
EventName = Literal["affordable", "trained", "deployed"]


def _speed_key(name: str, help_: str, unit: str, domain: Domain, low: float, high: float) -> Key:
    return Key(f"speed of the trend: {help_}", unit, domain, low, high, SPEEDS[name])


TIMES_PER_YEAR = _speed_key("times_per_year", "growth per year", "times", ABOVE_0, 1e-6, 1e12)
OOM_PER_YEAR = _speed_key("oom_per_year", "growth per year", "OOM/year", REALS, -20, 20)


class _Growth(Table):
    """A trend whose speed is a doubling time; one of the four."""

    doubling_years: Annotated[
        Quantity | None,
        _speed_key("doubling_years", "doubling time", "years", ABOVE_0, 1e-3, 1e6),
    ] = None
    doubling_months: Annotated[
        Quantity | None,
        _speed_key("doubling_months", "doubling time", "months", ABOVE_0, 1e-2, 1e7),
    ] = None
    times_per_year: Annotated[Quantity | None, TIMES_PER_YEAR] = None
    oom_per_year: Annotated[Quantity | None, OOM_PER_YEAR] = None


class Algorithms(Table):
    """Algorithmic progress: how fast the FLOP needed fall, and by how much at the most."""

    gain_start_year: Year | None = Field(default=None, description="year at which the gain is 1")
    halving_years: Annotated[
        Quantity | None,
        _speed_key("halving_years", "halving time of the requirement", "years", ABOVE_0, 1e-3, 1e6),
    ] = None
    halving_months: Annotated[
        Quantity | None,
        _speed_key(
            "halving_months", "halving time of the requirement", "months", ABOVE_0, 1e-2, 1e7
        ),
    ] = None
    times_per_year: Annotated[Quantity | None, TIMES_PER_YEAR] = None
    oom_per_year: Annotated[Quantity | None, OOM_PER_YEAR] = None
    max_oom: Annotated[
        Quantity | None,
        Key("most that algorithms can save", "OOM", ABOVE_0, 1e-3, 100),
    ] = None
    transfer: Annotated[
        Quantity | None,
        Key(
            "speed for a transformative task against that for measured ones; 1 if left out",
            "",
            ABOVE_0,
            1e-3,
            1e3,
        ),
    ] = None
    requirement_year: Year | None = Field(
        default=None,
        description="year whose algorithms the requirement assumes; if left out, 2020 or, where "
        "that is earlier, gain_start_year",
    )


class SharedAlgorithms(Algorithms):
    """Algorithmic progress: what holds where a hypothesis says nothing else, and for all alike."""

    halving_shift_years: Annotated[
        Quantity | None,
        Key("added to the halving time of every hypothesis", "years", REALS, -100, 100),
    ] = None


class Forecast(Table):
    """The window of years, those to report, and of which event."""

    first_year: WholeYear | None = None
    last_year: WholeYear | None = None
    report_years: Annotated[list[WholeYear], Field(min_length=1, max_length=20)] | None = Field(
        default=None, description="years to print probabilities for"
    )
    event: EventName | None = Field(
        default=None, description="what arrives: affordable (the default), trained or deployed"
    )


class Brain(Table):
    """The brain."""

    flop_per_s: Annotated[
        Quantity | None,
        Key("computation of the human brain", "FLOP/s", ABOVE_0, 1, 1e40, log10),
    ] = None


class Network(Table):
    """A trained network against the brain."""

    oom_vs_brain: Annotated[
        Quantity | None,
        Key("FLOP per subjective second against the brain's FLOP/s", "OOM", REALS, -50, 50),
    ] = None
    flop_per_parameter_per_subj_s: Annotated[
        Quantity | None,
        Key(
            "FLOP per parameter and subjective second",
            "FLOP/parameter/s",
            ABOVE_0,
            1e-6,
            1e12,
            log10,
        ),
    ] = None


class Scaling(Table):
    """Samples = samples_at_reference x (parameters / reference_parameters)^exponent."""

    exponent: Annotated[
        Quantity | None, Key("exponent of samples in parameters", "", REALS, -10, 10)
    ] = None
    reference_parameters: Annotated[
        Quantity | None,
        Key("size at which the samples are known", "parameters", ABOVE_0, 1, 1e40, log10),
    ] = None
    samples_at_reference: Annotated[
        Quantity | None,
        Key("samples needed at that size", "samples", ABOVE_0, 1e-10, 1e60, log10),
    ] = None


class LowEndUpdate(Table):
    """A ramp in log10 FLOP, or with both ends equal a cut, by which each hypothesis is weighted."""

    ruled_out_below_flop: Flop | None = None
    full_weight_above_flop: Flop | None = None


def _keys_of_all_kinds() -> dict[str, Any]:
    """Return fields for the keys of every kind; in which order inputs are listed follows."""
    keys = {name: key for kind in reversed(REQUIREMENTS.values()) for name, key in kind.own.items()}
    return {name: (Annotated[Quantity | None, key], None) for name, key in keys.items()}


if TYPE_CHECKING:
    _OfAnyKind = Table
else:
    _OfAnyKind = create_model("_OfAnyKind", __base__=Table, **_keys_of_all_kinds())


class Hypothesis(_OfAnyKind):
    """One hypothesis of how much training takes; which keys it needs follows from its kind."""

    kind: KindName | None = None
    weight: Annotated[float, Field(ge=0, le=1e12)] | None = Field(
        default=None, description="relative weight: hypotheses share what [none] leaves"
    )
    algorithms: Algorithms | None = None


class NoneOfThese(Table):
    """The probability that none of the hypotheses holds, falling linearly between two years."""

    probability: Probability | None = Field(default=None, description="up to start_year")
    probability_end: Probability | None = Field(default=None, description="from end_year on")
    start_year: Year | None = None
    end_year: Year | None = None


class Hardware(_Growth):
    """Useful training FLOP per dollar of run cost."""

    start_year: Year | None = None
    flop_per_usd: Annotated[
        Quantity | None, Key("FLOP per $ in start_year", "FLOP/$", ABOVE_0, 1, 1e60, log10)
    ] = None
    max_flop_per_usd: Annotated[
        Quantity | None, Key("most FLOP per $ ever", "FLOP/$", ABOVE_0, 1, 1e80, log10)
    ] = None


class Spending(_Growth):
    """Cost of the largest single training run."""

    start_year: Year | None = None
    largest_run_usd: Annotated[
        Quantity | None, Key("largest run in start_year", "$", ABOVE_0, 1e-6, 1e30, log10)
    ] = None
    max_share_of_gdp: Annotated[
        Quantity | None,
        Key("most that one run may cost", "share of GDP", SHARE, 1e-12, 1, log10),
    ] = None


class Economy(Table):
    """The largest economy, whose GDP limits spending."""

    dollar_year: WholeYear | None = Field(default=None, description="year of the dollars; a label")
    gdp_year: Year | None = None
    largest_economy_gdp_usd: Annotated[
        Quantity | None, Key("GDP in gdp_year", "$", ABOVE_0, 1, 1e30, log10)
    ] = None
    growth_per_year: Annotated[
        Quantity | None,
        Key("real growth of GDP per year", "share", ABOVE_MINUS_1, -0.5, 10),
    ] = None


def _keys_of_mechanisms() -> dict[str, Any]:
    """Return fields for the keys of everything that may happen to a trend."""
    keys = {name: key for each in MECHANISMS.values() for name, key in each.keys.items()}
    return {name: (Annotated[Quantity | None, key], None) for name, key in keys.items()}


if TYPE_CHECKING:
    _OfAnyMechanism = Table
else:
    _OfAnyMechanism = create_model("_OfAnyMechanism", __base__=Table, **_keys_of_mechanisms())


class Change(_OfAnyMechanism):
    """Something that happens to a trend from some year on."""

    of: TrendName | None = Field(default=None, description="hardware, spending or algorithms")
    year: Annotated[Quantity | None, YEAR] = None
    probability: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="that it happens at all; 1 if left out"
    )


class Lag(Table):
    """Years from a run that can be bought to a trained, and from there to a deployed model."""

    training_years: Annotated[
        Quantity | None,
        Key("from affordable to trained", "years", AT_LEAST_0, 0, 100),
    ] = None
    deployment_years: Annotated[
        Quantity | None,
        Key("from trained to deployed", "years", AT_LEAST_0, 0, 100),
    ] = None


class Correlation(Table):
    """Rank correlations of two or more inputs."""

    parameters: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="paths of quantities; * stands for every hypothesis"
    )
    rank_correlation: (
        Annotated[float, Field(ge=-1, le=1)]
        | list[list[Annotated[float, Field(ge=-1, le=1)]]]
        | None
    ) = Field(default=None, description="Spearman's, for each pair, or as a matrix")


class Observation(Table):
    """Something measured that the trends predict."""

    quantity: ObservableName | None = None
    year: Year | None = Field(default=None, description="decimal year")
    from_year: Year | None = Field(
        default=None, description="first of the two years, for growth and gains"
    )
    value: Annotated[float, Field(gt=0, le=1e120)] | None = Field(
        default=None, description="what was measured; growth as times per year, a gain as times"
    )
    standard_error_oom: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="standard error of log10 of the value"
    )
    hypothesis: str | None = Field(
        default=None,
        description="whose algorithmic gain was measured; if left out, that of each, if it holds",
    )


class InsufficientRun(Table):
    """A training run that was made and was not enough."""

    flop: Flop | None = None
    year: Year | None = None


class Evidence(Table):
    """What has been seen, by which the forecast is updated."""

    not_arrived_by: Year | None = Field(
        default=None, description="decimal year by which the event has not happened"
    )
    event: EventName | None = Field(
        default=None, description="which event has not; the forecast's if left out"
    )
    run_softness_oom: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None, description="how sharply a run rules out what it reaches; 0 is a hard cut"
    )
    observation: list[Observation] | None = None
    observations: dict[str, Observation] | None = Field(
        default=None, description="the same by name, which a file that extends this one can change"
    )
    insufficient_run: list[InsufficientRun] | None = None
    insufficient_runs: dict[str, InsufficientRun] | None = Field(
        default=None, description="the same by name, which a file that extends this one can change"
    )

    @property
    def every_observation(self) -> dict[tuple[str, str | int], Observation]:
        """What was measured, by its path within the table: those of the list, then by name."""
        return {
            **{("observation", i): item for i, item in enumerate(self.observation or ())},
            **{("observations", name): item for name, item in (self.observations or {}).items()},
        }

    @property
    def every_run(self) -> dict[tuple[str, str | int], InsufficientRun]:
        """The runs that were not enough, likewise."""
        return {
            **{("insufficient_run", i): run for i, run in enumerate(self.insufficient_run or ())},
            **{
                ("insufficient_runs", name): run
                for name, run in (self.insufficient_runs or {}).items()
            },
        }


class Published(Table):
    """What this file is meant to reproduce; shown beside the result."""

    probability_by: dict[str, Probability] | None = Field(
        default=None, description="year = probability of arrival by then"
    )
    median_year: Year | None = None


class _NumberIsShort:
    """``none = 0.1`` is short for a table, which is written out before it is checked."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = dict(handler(core_schema))
        number = {"type": "number", "minimum": 0, "maximum": 1}
        return {**schema, "anyOf": [number, *schema["anyOf"]]}


def _integer(value: Any) -> Any:
    """Refuse what merely equals 1 in Python: ``true`` and ``1.0``."""
    if type(value) is not int:
        raise PydanticKnownError("literal_error", {"expected": "1"})
    return value


class Tables(Table):
    """A whole parameter file."""

    format: Annotated[Literal[1], BeforeValidator(_integer)] | None = Field(
        default=None, description="version of this file format"
    )
    title: str | None = None
    extends: str | None = Field(
        default=None, description="a preset's name, or a path to a .toml file relative to this one"
    )
    drop: list[str] | None = Field(default=None, description="paths to take away from the parent")
    forecast: Forecast | None = None
    brain: Brain | None = None
    network: Network | None = None
    scaling: Scaling | None = None
    low_end_update: LowEndUpdate | None = None
    hypotheses: dict[str, Hypothesis] | None = None
    none: Annotated[NoneOfThese | None, _NumberIsShort()] = None
    algorithms: SharedAlgorithms | None = None
    hardware: Hardware | None = None
    spending: Spending | None = None
    economy: Economy | None = None
    changes: dict[str, Change] | None = None
    lag: Lag | None = None
    correlations: list[Correlation] | None = None
    evidence: Evidence | None = None
    published: Published | None = None
