"""Which years and spans of years are told of a forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bioanchors.results.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside what the file says.

    Attributes
    ----------
    years
        Decimal years of the probabilities, by how they are written; by default the file's report
        years.
    within
        Spans: so many years, and the decimal year of the date from which, None for now.
    """

    years: Mapping[str, float] | None = None
    within: tuple[tuple[float, float | None], ...] = ()

    def years_of(self, forecast: Forecast) -> Mapping[str, float]:
        """Return the years to tell of a forecast, by how they are written."""
        if self.years is not None:
            return self.years
        years = forecast.parameters.report_years
        named = {f"{year:g}": year for year in years}
        return named if len(named) == len(years) else {repr(year): year for year in years}

    def spans(self, forecast: Forecast) -> list[tuple[float, float]]:
        """Return years and start of each span; now is up to when nothing has arrived, if told."""
        return [
            (years, now_of(forecast) if start is None else start) for years, start in self.within
        ]


USUAL = Wanted()


def now_of(forecast: Forecast) -> float:
    """Return up to when the file knows of no arrival, or else its first year."""
    now = forecast.parameters.evidence.not_arrived_by
    return float(forecast.parameters.first_year if now is None else now)
