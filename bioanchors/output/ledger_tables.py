"""The OOM ledger on a screen and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.ledgers import Entry, Ledger
from bioanchors.output.tables import brief, dataset_csv, grid

LABELS = {
    "hardware": "hardware, FLOP per $",
    "spending": "spending, $",
    "limits": "limits: power, interventions",
}


def ledger_screen(found: Ledger) -> RenderableType:
    """Return the OOM ledger, and of two years what comes between them, a year and as a share."""
    years = found.years
    between = len(years) == 2
    heads = [f"{year:g}" for year in years]
    if between:
        heads += [f"{years[0]:g} to {years[1]:g}", "a year", "share"]

    def cells(values: Sequence[float], whole: float | None = None) -> list[str]:
        row = [f"{value:z.2f}" for value in values]
        if not between:
            return row
        gain = values[1] - values[0]
        share = "" if whole is None or whole == 0 else f"{100 * gain / whole:z.1f} %"
        return [*row, f"{gain:+z.2f}", f"{gain / (years[1] - years[0]):+z.3f}", share]

    def of(item: str, owner: Ledger | Entry = found) -> list[float]:
        return [each.value for each in getattr(owner, item)]

    compute = [sum(each) for each in zip(*map(of, found.shared), strict=True)]
    bought = grid(
        ["mean of log10", *heads],
        [
            *([LABELS[item], *cells(of(item))] for item in found.shared),
            ["affordable, FLOP", *cells(compute)],
        ],
    )
    rows = []
    for entry in found.entries:
        sums = of("sum", entry)
        whole = sums[1] - sums[0] if between else None
        lines = [(item, of(item, entry)) for item in found.own]
        if between:
            # Given the hypothesis, of which evidence lets the trends hang.
            own = [sum(each) for each in zip(*(values for _, values in lines), strict=True)]
            lines.insert(0, ("compute", [a - b for a, b in zip(sums, own, strict=True)]))
        need = f"{entry.requirement.value:.2f}"
        for i, (item, values) in enumerate(lines):
            given = ["", ""] if i else [entry.hypothesis, need]
            rows.append([*given, item, *cells(values, whole)])
        rows.append(["", "", "in all", *cells(sums, whole)])
        margin = [f"{each.value:+z.2f}" for each in entry.margin]
        rows.append(["", "", "margin", *margin, *(["", "", ""] if between else [])])
    table = grid(["given", "asks for", "", *heads], rows, labels=3)
    event = found.forecast.event
    lags = "" if event == "affordable" else f" to be affordable; it is {event} so many years later"
    return Group(
        Text(found.forecast.title, style="bold"),
        Text(
            "orders of magnitude (OOM); asked for: the median requirement; margin: in all less "
            f"what is asked for, so that from 0 on it is enough{lags}",
            style="dim",
        ),
        Padding(bought, (1, 0, 1, 0)),
        table,
    )


def ledger_csv(found: Ledger) -> str:
    """Return the ledger as CSV, a row for each hypothesis, year and item, in OOM."""
    import xarray as xr

    data = found.dataset
    years, parts = brief(data["year"]), []
    for i in range(years.size):
        for items in (found.shared, (*found.own, "sum", "margin")):
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
