"""The tables of a parameter file.

All is optional here: a file that extends another is a fragment, and ``checks/`` asks for
completeness once the parents are merged.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

from bioanchors.parameters.quantities.specs import Table
from bioanchors.parameters.tables.evidence import Evidence
from bioanchors.parameters.tables.milestones import Milestone
from bioanchors.parameters.tables.requirements import (
    Brain,
    Hypothesis,
    LowEndUpdate,
    Network,
    NoneOfThese,
    NumberIsShort,
    Scaling,
    ScalingLaw,
)
from bioanchors.parameters.tables.trends import (
    Change,
    Data,
    Economy,
    Hardware,
    Intervention,
    Lag,
    Power,
    Research,
    SharedAlgorithms,
    Spending,
    Unhobbling,
)
from bioanchors.parameters.tables.years import EventName, Probability, WholeYear, Year


class Forecast(Table):
    """The window of years, those to report, and of which event."""

    first_year: WholeYear | None = None
    last_year: WholeYear | None = None
    report_years: Annotated[list[Year], Field(min_length=1, max_length=20)] | None = Field(
        default=None,
        description='years to print probabilities for: 2030, 2027.5, a date or "2027Q3"',
    )
    event: EventName | None = Field(
        default=None, description="what arrives: affordable (the default), trained or deployed"
    )
    milestone: str | None = Field(
        default=None, description="which milestone arrives; if left out, what the hypotheses say"
    )


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


class Published(Table):
    """What this file is meant to reproduce; shown beside the result."""

    probability_by: dict[str, Probability] | None = Field(
        default=None, description="year = probability of arrival by then"
    )
    median_year: Year | None = None


class Adjusted(Table):
    """A judgement on top of the model, shown beside its own CDF, which it leaves as it is."""

    probability_by: dict[str, Probability] | None = Field(
        default=None, description="year = probability of arrival by then, all things considered"
    )
    reason: str | None = Field(default=None, description="why it differs from the model")


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
    as_of: Year | None = Field(
        default=None, description="when the file was written: what is known later it cannot know"
    )
    extends: str | None = Field(
        default=None, description="a preset's name, or a path to a .toml file relative to this one"
    )
    drop: list[str] | None = Field(default=None, description="paths to take away from the parent")
    forecast: Forecast | None = None
    brain: Brain | None = None
    network: Network | None = None
    scaling: Scaling | None = None
    scaling_law: ScalingLaw | None = None
    low_end_update: LowEndUpdate | None = None
    hypotheses: dict[str, Hypothesis] | None = None
    none: Annotated[NoneOfThese | None, NumberIsShort()] = None
    algorithms: SharedAlgorithms | None = None
    hardware: Hardware | None = None
    spending: Spending | None = None
    economy: Economy | None = None
    research: dict[str, Research] | None = None
    unhobbling: Unhobbling | None = None
    power: Power | None = None
    data: Data | None = None
    changes: dict[str, Change] | None = None
    interventions: dict[str, Intervention] | None = None
    milestones: dict[str, Milestone] | None = None
    lag: Lag | None = None
    correlations: list[Correlation] | None = None
    evidence: Evidence | None = None
    published: Published | None = None
    adjusted: Adjusted | None = None
