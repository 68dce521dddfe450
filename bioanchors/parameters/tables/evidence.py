"""What has been seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bioanchors.model.observables import OBSERVABLES
from bioanchors.parameters.quantities.specs import Table
from bioanchors.parameters.tables.years import EventName, Flop, WholeYear, Year

if TYPE_CHECKING:
    ObservableName = str
else:
    ObservableName = Literal[tuple(OBSERVABLES)]


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
    dollar_year: WholeYear | None = Field(
        default=None,
        description="year of the dollars of the value, which is brought to economy.dollar_year by "
        "consumer prices; if left out, they are taken to be the same",
    )
    as_of: Year | None = Field(
        default=None, description="when the value was known, by which hindcast tells what was not"
    )
    same_as: list[str] | None = Field(
        default=None,
        description="names of observations that say the same; hindcast does not count both",
    )
    rate_only: bool | None = Field(
        default=None,
        description="a growth that is scored although it was measured before the trend's start",
    )
    licence: str | None = Field(default=None, description="on which terms the value may be used")


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
    milestone: Literal["base"] | None = Field(
        default=None,
        description="of which milestone not_arrived_by and the runs speak: what the hypotheses say",
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
