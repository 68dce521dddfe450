"""The OOM ledger on a screen and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.ledgers import Ledger
from bioanchors.output.tables import brief, dataset_csv, grid


def ledger_screen(found: Ledger) -> RenderableType:
    """Return the OOM ledger, and between the first and the last year what changes."""
    years = found.years
    between = len(years) == 2
    heads = [f"{year:g}" for year in years]
    if between:
        heads.append(f"{years[0]:g} to {years[1]:g}")

    def cells(values: Sequence[float]) -> list[str]:
        row = [f"{value:.2f}" for value in values]
        return [*row, f"{values[1] - values[0]:+.2f}"] if between else row

    hardware, spending = ([e.value for e in each] for each in (found.hardware, found.spending))
    affordable = [a + b for a, b in zip(hardware, spending, strict=True)]
    bought = grid(
        ["mean of log10", *heads],
        [
            ["hardware, FLOP per $", *cells(hardware)],
            ["spending, $", *cells(spending)],
            ["affordable, FLOP", *cells(affordable)],
        ],
    )
    rows = []
    for entry in found.entries:
        gains, sums = ([e.value for e in each] for each in (entry.algorithms, entry.sum))
        need = f"{entry.requirement.value:.2f}"
        rows.append([entry.hypothesis, need, "algorithms", *cells(gains)])
        rows.append(["", "", "in all", *cells(sums)])
        missing = [f"{value:.2f}" for value in entry.missing]
        rows.append(["", "", "missing", *missing, *([""] if between else [])])
    table = grid(["given", "asks for", "below 0: over", *heads], rows)
    return Group(
        Text(found.forecast.title, style="bold"),
        Text("orders of magnitude (OOM); asked for: the median requirement", style="dim"),
        Padding(bought, (1, 0, 1, 0)),
        table,
    )


def ledger_csv(found: Ledger) -> str:
    """Return the ledger as CSV, a row for each hypothesis, year and item, in OOM."""
    import xarray as xr

    data = found.dataset
    years, parts = brief(data["year"]), []
    for i in range(years.size):
        for items in (("hardware", "spending"), ("algorithms", "sum", "missing")):
            errors = [f"{item}_standard_error" for item in items]
            oom, error = (
                data[list(names)].isel(year=i).to_dataarray("item") for names in (items, errors)
            )
            is_given = "hypothesis" in oom.dims
            columns = {
                "hypothesis": data["hypothesis"] if is_given else xr.DataArray(""),
                "year": years[i],
                "item": oom["item"],
                "oom": oom,
                "standard_error": error,
            }
            parts.append((["hypothesis", "item"] if is_given else ["item"], columns))
    return dataset_csv(*parts)
