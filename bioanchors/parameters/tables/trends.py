"""What the trends are, the economy and lags among them, and what happens to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from bioanchors.model.keys import (
    ABOVE_0,
    ABOVE_1,
    ABOVE_MINUS_1,
    AT_LEAST_0,
    PART,
    REALS,
    SHARE,
    SPEEDS,
    Domain,
    Key,
    log10,
)
from bioanchors.model.trends.changes import MECHANISMS, YEAR
from bioanchors.model.trends.interventions import ACTIONS, LASTS, UNTIL
from bioanchors.parameters.quantities.families import Quantity
from bioanchors.parameters.quantities.specs import Table
from bioanchors.parameters.tables.years import Flop, Probability, WholeYear, Year

TrendName = Literal["hardware", "spending", "algorithms", "research"]
BoughtName = Literal["flop_per_usd", "largest_run_usd", "largest_run_flop"]


def _speed_key(name: str, help_: str, unit: str, domain: Domain, low: float, high: float) -> Key:
    return Key(f"speed of the trend: {help_}", unit, domain, low, high, SPEEDS[name])


TIMES_PER_YEAR = _speed_key("times_per_year", "growth per year", "times", ABOVE_0, 1e-6, 1e12)
OOM_PER_YEAR = _speed_key("oom_per_year", "growth per year", "OOM/year", REALS, -20, 20)
HALVING = "halving time of the requirement"
HALVING_YEARS = _speed_key("halving_years", HALVING, "years", ABOVE_0, 1e-3, 1e6)
HALVING_MONTHS = _speed_key("halving_months", HALVING, "months", ABOVE_0, 1e-2, 1e7)
MAX_OOM = Key("most that algorithms can save", "OOM", ABOVE_0, 1e-3, 100)
RETURNS = _speed_key(
    "returns_to_research", "OOM for an OOM of cumulative research", "OOM/OOM", ABOVE_0, 1e-3, 100
)


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
    halving_years: Annotated[Quantity | None, HALVING_YEARS] = None
    halving_months: Annotated[Quantity | None, HALVING_MONTHS] = None
    times_per_year: Annotated[Quantity | None, TIMES_PER_YEAR] = None
    oom_per_year: Annotated[Quantity | None, OOM_PER_YEAR] = None
    returns_to_research: Annotated[Quantity | None, RETURNS] = None
    max_oom: Annotated[Quantity | None, MAX_OOM] = None
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
    compute_share: Annotated[
        Quantity | None,
        Key("share of progress that growing compute drives; 0 if left out", "share", PART, 0, 1),
    ] = None
    requirement_year: Year | None = Field(
        default=None,
        description="year whose algorithms the requirement assumes; if left out, 2020 or, where "
        "that is earlier, gain_start_year",
    )


class Size(Table):
    """Another speed or cap of algorithms where much is asked for."""

    from_flop: Flop | None = Field(
        default=None, description="for requirements of so many training FLOP and more"
    )
    halving_years: Annotated[Quantity | None, HALVING_YEARS] = None
    halving_months: Annotated[Quantity | None, HALVING_MONTHS] = None
    times_per_year: Annotated[Quantity | None, TIMES_PER_YEAR] = None
    oom_per_year: Annotated[Quantity | None, OOM_PER_YEAR] = None
    max_oom: Annotated[Quantity | None, MAX_OOM] = None


class SharedAlgorithms(Algorithms):
    """Algorithmic progress: what holds where a hypothesis says nothing else, and for all alike."""

    halving_shift_years: Annotated[
        Quantity | None,
        Key("added to the halving time of every hypothesis", "years", REALS, -100, 100),
    ] = None
    answers_to: Literal["interventions", "compute"] | None = Field(
        default=None,
        description="what compute_share is of: interventions (the default), against growth without "
        "them, or compute, against growth for ever at the file's speeds",
    )
    sizes: dict[str, Size] | None = Field(
        default=None, description="other speeds and caps, by the size of the requirement"
    )


class Hardware(_Growth):
    """Useful training FLOP per dollar of run cost."""

    returns_to_research: Annotated[Quantity | None, RETURNS] = None
    start_year: Year | None = None
    flop_per_usd: Annotated[
        Quantity | None, Key("FLOP per $ in start_year", "FLOP/$", ABOVE_0, 1, 1e60, log10)
    ] = None
    max_flop_per_usd: Annotated[
        Quantity | None, Key("most FLOP per $ ever", "FLOP/$", ABOVE_0, 1, 1e80, log10)
    ] = None


class Spending(_Growth):
    """Cost of the largest single training run."""

    run_flop_doubling_months: Annotated[
        Quantity | None,
        _speed_key(
            "run_flop_doubling_months",
            "doubling time of the largest run's FLOP, of which hardware has its part",
            "months",
            ABOVE_0,
            1e-2,
            1e7,
        ),
    ] = None
    run_flop_times_per_year: Annotated[
        Quantity | None,
        _speed_key(
            "run_flop_times_per_year",
            "growth per year of the largest run's FLOP, of which hardware has its part",
            "times",
            ABOVE_0,
            1e-6,
            1e12,
        ),
    ] = None
    start_year: Year | None = None
    largest_run_usd: Annotated[
        Quantity | None, Key("largest run in start_year", "$", ABOVE_0, 1e-6, 1e30, log10)
    ] = None
    max_share_of_gdp: Annotated[
        Quantity | None,
        Key("most that one run may cost", "share of GDP", SHARE, 1e-12, 1, log10),
    ] = None


class Research(_Growth):
    """Growth of the yearly effort that goes into algorithms, or into hardware."""


class Economy(Table):
    """The largest economy, whose GDP limits spending."""

    dollar_year: WholeYear | None = Field(default=None, description="year of the dollars")
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

    of: TrendName | None = Field(
        default=None, description="hardware, spending, algorithms or research"
    )
    year: Annotated[Quantity | None, YEAR] = None
    probability: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="that it happens at all; 1 if left out"
    )


class Delay(Table):
    """What a run that could be bought may have to wait for, before it is trained."""

    years: Annotated[
        Quantity | None,
        Key("how long a run has to wait", "years", AT_LEAST_0, 0, 100),
    ] = None
    probability_in: dict[str, Probability] | None = Field(
        default=None,
        description="year = probability that a run which could be bought then has to wait; "
        "straight between years, constant before and after, only falling or only rising",
    )


def _keys_of_actions() -> dict[str, Any]:
    """Return fields for the keys of everything that may be done to what can be bought."""
    return {
        name: (Annotated[Quantity | None, action.key], None)
        for name, action in ACTIONS.items()
        if action.key is not None
    }


if TYPE_CHECKING:
    _OfAnyAction = Table
else:
    _OfAnyAction = create_model("_OfAnyAction", __base__=Table, **_keys_of_actions())


class Intervention(_OfAnyAction):
    """Something that somebody does to what can be bought, for a while or for good."""

    of: BoughtName | None = Field(
        default=None, description="flop_per_usd, largest_run_usd or largest_run_flop"
    )
    year: Annotated[Quantity | None, YEAR] = None
    until_year: Annotated[Quantity | None, UNTIL] = None
    years: Annotated[Quantity | None, LASTS] = None
    freeze: Literal[True] | None = Field(
        default=None, description="true: it stays what it is, then goes on from there"
    )
    probability: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="that it is done at all; 1 if left out"
    )


class Unhobbling(Table):
    """What better use of the same trained model brings, once, outside of max_oom."""

    max_oom: Annotated[
        Quantity | None, Key("all that there is to gain", "OOM", ABOVE_0, 1e-6, 100)
    ] = None
    start_year: Year | None = Field(default=None, description="before which there is nothing")
    years: Annotated[
        Quantity | None, Key("until all but 1/e of it is there", "years", ABOVE_0, 1e-3, 1e3)
    ] = None


class Power(_Growth):
    """The largest run whose computers can be powered."""

    flop: Annotated[
        Quantity | None,
        Key("FLOP of a run that can be powered in year", "FLOP", ABOVE_0, 1, 1e80, log10),
    ] = None
    year: Year | None = None


class Data(_Growth):
    """The stock of data; a run that lacks them counts as the smaller run of equal loss."""

    stock_tokens: Annotated[
        Quantity | None,
        Key("tokens that there are in stock_year", "tokens", ABOVE_1, 2, 1e80, log10),
    ] = None
    stock_year: Year | None = None
    algorithms_save: Annotated[
        Quantity | None,
        Key("share of the algorithmic gain that saves data as well", "share", PART, 0, 1),
    ] = None
    applies_to: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="hypotheses whose runs need such data; all if left out"
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
    delays: dict[str, Delay] | None = Field(
        default=None, description="what runs may have to wait for, by name"
    )
