"""When runs can be bought, on a screen and as CSV."""

from __future__ import annotations

import math

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.affording import SHARES, Affordability
from bioanchors.output.tables import dataset_csv, grid, states, within
from bioanchors.results.words import made_words, percent, year_words


def affordability_screen(found: Affordability) -> RenderableType:
    """Return when runs of so many FLOP can be bought, at what cost, and with what probability."""
    rows = [
        [
            f"{entry.flop:.0e}" if _is_round(entry.flop) else f"{entry.flop:.3g}",
            *(year_words(found.forecast, year.value) for year in entry.years),
            percent(entry.never.value),
            "" if math.isnan(entry.cost_usd) else f"{entry.cost_usd:.1e}",
            "" if math.isnan(entry.share_of_gdp) else share_words(entry.share_of_gdp),
        ]
        for entry in found.entries
    ]
    last = found.forecast.parameters.last_year
    heads = ["FLOP", *(f"{100 * share:.0f} %" for share in SHARES), f"not by {last}", "$", "of GDP"]
    counted = (
        "no algorithmic gain counted in"
        if found.algorithms is None
        else f"with the algorithmic gain of {found.algorithms}, as FLOP of its requirement"
    )
    return Group(
        Text(found.forecast.title, style="bold"),
        Text(f"year in which somebody could buy the run; {counted}", style="dim"),
        Padding(grid(heads, rows), (1, 0, 1, 0)),
        Text(
            "Cost and share of the largest economy's GDP: medians in the year in which it can be "
            "bought, of the draws in which it can.",
            style="dim",
        ),
        Text(made_words(found.forecast), style="dim"),
    )


def _is_round(flop: float) -> bool:
    return math.isclose(flop, float(f"{flop:.0e}"), rel_tol=1e-12)


def share_words(share: float) -> str:
    """Return a share in percent, to two digits."""
    return f"{100 * share:.2g} %" if share < 0.095 else f"{100 * share:.0f} %"


def affordability_csv(found: Affordability) -> str:
    """Return when runs can be bought as CSV, a row for each number of FLOP."""
    data = found.dataset
    window = found.forecast.parameters.first_year, found.forecast.parameters.last_year
    columns = {"flop": data["flop"]}
    for share in SHARES:
        name, year = f"year_{100 * share:.0f}", data["year"].sel(percentile=100 * share)
        errors = data["year_standard_error"].sel(percentile=100 * share)
        columns |= {
            name: within(year),
            f"{name}_state": states(year, *window),
            f"{name}_standard_error": within(errors),
        }
    columns |= {
        "probability_never": data["never"],
        "probability_never_standard_error": data["never_standard_error"],
        "cost_usd": data["cost"],
        "share_of_gdp": data["share_of_gdp"],
    }
    return dataset_csv((["flop"], columns))
