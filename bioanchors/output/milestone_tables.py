"""Milestones on a screen and as CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.milestones import SHARES, Milestones
from bioanchors.output.tables import brief, dataset_csv, grid, states, within
from bioanchors.results.origin import EVENT_MEANINGS
from bioanchors.results.words import all_made_words, percent, year_words


def milestones_screen(
    found: Milestones, years: Mapping[str, float] | None = None
) -> RenderableType:
    """Return when each milestone comes, and what lies between them.

    Parameters
    ----------
    found
        The milestones.
    years
        By which probabilities are told, by what to call them; by default the file's report years.
    """
    if years is None:
        years = {f"{year:g}": year for year in found.base.parameters.report_years}
    heads = [f"{100 * share:.0f} %" for share in SHARES]
    rows = [
        [
            name,
            f"{found.offsets[name] + 0.0:+.1f}",
            *(year_words(each, each.quantile(share)) for share in SHARES),
        ]
        for name, each in found.forecasts.items()
    ]
    chances = [
        [name, *(percent(each.probability_by(year)) for year in years.values())]
        for name, each in found.forecasts.items()
    ]
    event = found.base.event
    parts: list[RenderableType] = [
        Text(found.base.title, style="bold"),
        Text(f"{event}: {EVENT_MEANINGS[event]}", style="dim"),
        Padding(grid(["milestone", "OOM", *heads], rows), (1, 0, 1, 0)),
        Padding(grid(["probability by", *years], chances), (0, 0, 1, 0)),
    ]
    if found.gaps:
        gaps = [
            [f"{gap.first} to {gap.second}", *(_years(years) for years in gap.years)]
            for gap in found.gaps
        ]
        table = grid(["years between, if the first comes within", *heads], gaps)
        parts.append(Padding(table, (0, 0, 1, 0)))
    parts.append(Text(all_made_words(list(found.forecasts.values())), style="dim"))
    return Group(*parts)


def _years(years: float) -> str:
    if math.isnan(years):
        return "?"
    return f"{years:.1f}" if math.isfinite(years) else "not in the window"


def milestones_csv(found: Milestones) -> str:
    """Return each milestone's CDF by whole year as CSV."""
    data = found.dataset
    columns = {
        "milestone": data["milestone"],
        "offset_oom": data["offset"],
        "year": data["year"].astype(int),
        "probability": data["probability"],
        "standard_error": data["probability_standard_error"],
    }
    return dataset_csv((["milestone", "year"], columns))


def milestone_years_csv(found: Milestones) -> str:
    """Return percentiles of each milestone's year, and of the years between two, as CSV."""
    import xarray as xr

    data = found.dataset
    window = found.base.parameters.first_year, found.base.parameters.last_year
    empty = xr.DataArray("")
    columns = {
        "from_milestone": empty,
        "milestone": data["milestone"],
        "percentile": brief(data["percentile"]),
        "year": within(data["arrival"]),
        "year_state": states(data["arrival"], *window),
        "standard_error": within(data["arrival_standard_error"]),
        "years_between": xr.DataArray(math.nan),
    }
    between = {
        "from_milestone": data["gap_from"],
        "milestone": data["gap_to"],
        "percentile": brief(data["percentile"]),
        "year": xr.DataArray(math.nan),
        "year_state": empty,
        "standard_error": xr.DataArray(math.nan),
        "years_between": within(data["gap_years"]),
    }
    return dataset_csv((["milestone", "percentile"], columns), (["gap", "percentile"], between))
