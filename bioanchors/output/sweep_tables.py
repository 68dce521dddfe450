"""A sweep as CSV and on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.solving import Solution
from bioanchors.analysis.sweeping import Sweep
from bioanchors.output.tables import dataset_csv, headed, rows_of, states, within
from bioanchors.results.words import NO_DOUBT, percent, plus_minus, points_words, year_text

if TYPE_CHECKING:
    import xarray as xr

MOST_ROWS, MOST_COLUMNS, MOST_NAMES, LONGEST_LABEL = 24, 9, 2, 20


def sweep_csv(sweep: Sweep) -> str:
    """Return a sweep as CSV, a row for each combination.

    Columns are the swept things (each weighting by its hypotheses' weights, and ``none``),
    ``median_year`` with its ``_state`` (empty where not within the window) and ``_standard_error``,
    ``probability_by_YEAR`` and its ``_standard_error``. Numbers have all their digits.
    """
    data = sweep.dataset
    median = data["median_year"]
    columns = {
        **_swept(sweep),
        "median_year": within(median),
        "median_year_state": states(median, *data["year"].values[[0, -1]]),
        "median_year_standard_error": data["median_year_standard_error"],
    }
    for year in sweep.report_years:
        for ending in ("", "_standard_error"):
            by = data[f"probability{ending}"].sel(year=year)
            columns[f"probability_by_{year}{ending}"] = by
    return dataset_csv((sweep.dimensions, columns))


def combinations(sweep: Sweep) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return names of what was swept, and its values for each combination, in order."""
    columns = _swept(sweep)
    return list(columns), list(rows_of(sweep.dimensions, columns))


def _swept(sweep: Sweep) -> dict[str, xr.DataArray]:
    """Return what was swept; of a weighting, its weights."""
    data = sweep.dataset
    columns: dict[str, xr.DataArray] = {}
    for name in sweep.dimensions:
        names = [name]
        if name == "weighting":
            names = [str(c) for c in data.coords if data[c].dims == (name,) and c != name]
        columns |= {each: data[each] for each in names}
    return columns


def sweep_screen(sweep: Sweep) -> RenderableType:
    """Return a sweep for a terminal of 80 columns."""
    made = sweep.forecast
    parts: list[RenderableType] = [
        Text(made.title if "file" not in sweep.dimensions else "Several files", style="bold"),
        Text(_what(sweep), style="dim"),
    ]
    if sweep.axis is not None and sweep.axis.kind == "simplex" and len(sweep.dimensions) == 1:
        parts.append(_simplex(sweep))
    elif len(sweep.dimensions) == 2 and sweep.axis is None:
        parts.append(_grid(sweep))
    else:
        parts.append(_list(sweep))
    errors = sweep.dataset["median_year_standard_error"].values
    chances = sweep.dataset["probability_standard_error"].values
    finite = errors[np.isfinite(errors)]
    words = f"{NO_DOUBT} at most {100 * np.nanmax(chances):.2g} pp"
    if finite.size:
        words += f", of median years {finite.max():.2g}"
    parts.append(Text(f"{words}; first run: {points_words(made)}", style="dim"))
    return Group(*parts)


def _what(sweep: Sweep) -> str:
    parts = [
        f"{name} ({sweep.dataset.sizes[name]})" for name in sweep.dimensions if name != "weighting"
    ]
    axis = sweep.axis
    if axis is not None:
        rest = ""
        if axis.kind == "simplex":
            rest = ", the others' shares kept" if axis.others_keep else ", the others 0"
        if not np.all(np.isnan(axis.none)) and np.ptp(axis.none) == 0:
            rest += f', "none" {axis.none[0]:g}'
        parts.append(f"{len(axis.weights):,} weightings of {', '.join(axis.names)}{rest}")
    return "swept: " + "; ".join(parts)


def _year(sweep: Sweep, year: float) -> str:
    return year_text(year, *sweep.dataset["year"].values[[0, -1]])


def _simplex(sweep: Sweep) -> RenderableType:
    axis, data, years = sweep.weightings, sweep.dataset, sweep.report_years
    table = headed(["weights of " + ", ".join(axis.names), "median", *(f"by {y}" for y in years)])

    def add(label: str, median: float, chances: Sequence[float]) -> None:
        table.add_row(Text(label), _year(sweep, median), *(percent(p) for p in chances))

    for i, name in enumerate(axis.names):
        place = int(np.argmax(axis.weights[:, i]))
        chances = [float(data["probability"].sel(year=y).values[place]) for y in years]
        add(f"all {name}", float(data["median_year"].values[place]), chances)
    for mark in sweep.marks:
        weights = ", ".join(f"{weight:.2f}" for weight in mark.weights)
        add(f"{_end(mark.label)}: {weights}", mark.median_year, mark.probability)
    medians = data["median_year"].values
    for label, pick in (("least", np.min), ("most", np.max)):
        chances = [float(pick(data["probability"].sel(year=y).values)) for y in years]
        add(f"{label} anywhere on the map", float(pick(medians)), chances)
    return Padding(table, (1, 0, 1, 0))


def _grid(sweep: Sweep) -> RenderableType:
    rows, columns = sweep.dimensions
    medians = sweep.dataset["median_year"].values
    table = headed([f"median year; down {rows}, across {columns}", *_labels(sweep, columns)])
    for label, row in zip(_labels(sweep, rows), medians, strict=True):
        table.add_row(Text(label), *(_year(sweep, year) for year in row))
    if len(medians) > MOST_ROWS or medians.shape[1] > MOST_COLUMNS:
        return _list(sweep)
    return Padding(table, (1, 0, 1, 0))


def _labels(sweep: Sweep, name: str) -> list[str]:
    values = sweep.dataset[name].values.tolist()
    return [value if isinstance(value, str) else f"{value:g}" for value in values]


def _list(sweep: Sweep) -> RenderableType:
    heads, rows = combinations(sweep)
    years = sweep.report_years
    by = [f"by {year}" for year in years]
    # Of many swept things, a row's number stands beside each part of a table that is too wide.
    numbered = [""] if len(heads) > MOST_NAMES else []
    table = headed([*numbered, *heads, "median", *by], labels=1 if numbered else len(heads))
    medians = sweep.dataset["median_year"].values.ravel()
    chances = [sweep.dataset["probability"].sel(year=year).values.ravel() for year in years]
    for i, row in enumerate(rows[:MOST_ROWS]):
        table.add_row(
            *(f"{i + 1}" for _ in numbered),
            *(Text(_short(cell)) for cell in row),
            _year(sweep, float(medians[i])),
            *(percent(float(column[i])) for column in chances),
        )
    parts: list[RenderableType] = [table]
    if len(rows) > MOST_ROWS:
        parts.append(Text(f"... and {len(rows) - MOST_ROWS:,} more; --out DIR writes them all"))
    return Padding(Group(*parts), (1, 0, 1, 0))


def _end(label: str) -> str:
    """Return a label, of a long path its end."""
    return label if len(label) <= LONGEST_LABEL else "…" + label[1 - LONGEST_LABEL :]


def _short(cell: str) -> str:
    try:
        return f"{float(cell):.4g}"
    except ValueError:
        return cell if len(cell) <= 40 else cell[:39] + "…"


def solution_words(solution: Solution) -> str:
    """Return what would have to be true, in a few lines."""
    target, unit = solution.target, f" {solution.unit}" if solution.unit else ""
    own = solution.own
    now = own.probability_by(target.year)
    meant = f"{percent(target.probability)} by {target.year:g}"
    lines = [f"wanted: {target.words}, that is {meant} (now {percent(now)})"]
    for value, error in solution.values:
        much = value / 2 if solution.low > 0 else (solution.high - solution.low) / 20
        vague = ": the probability hardly hangs on it there" if error > much else ""
        lines.append(f"{solution.key} = {value:.5g} {plus_minus(error)}{unit}{vague}")
    if any(item.path == solution.key and item.is_random for item in own.parameters.inputs.values()):
        lines.append("values tried are known; in the file it is uncertain")
    if not solution.values:
        value, chance = solution.nearest
        lines.append(
            f"no value of {solution.key} from {solution.low:g} to {solution.high:g}{unit} does it, "
            f"by the {solution.tried.size} tried; nearest of these: {value:.4g} gives "
            f"{percent(chance)}"
        )
    if np.any(np.isnan(solution.probability)):
        allowed = solution.tried[~np.isnan(solution.probability)]
        together = np.all(np.diff(np.flatnonzero(~np.isnan(solution.probability))) == 1)
        some = f"those from {allowed[0]:.4g} to {allowed[-1]:.4g} were"
        lines.append(
            f"of the values tried, {some if allowed.size > 1 else 'one alone was'} not refused"
            if together
            else "some values tried were refused"
        )
    return "\n".join(lines)
