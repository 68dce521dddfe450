"""Other people's forecasts: what docs/library.md says of them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import bioanchors as ba
from bioanchors.output.library_figures import draw_library, published_row, row_of
from bioanchors.parameters.reading.preset_files import GROUPS

PAGE = Path(__file__).resolve().parents[2] / "docs/library.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| `")
]
LIBRARY = [
    "xpt2022-in-cotra2020",
    "acx2026-one-input",
    "acx2026-two-inputs",
    *GROUPS["other models"],
]


def figures(cell: str) -> tuple[float, dict[int, float]]:
    """Return median and percentages by year of a cell."""
    first, *rest = cell.split(";")
    pairs = (part.strip().removesuffix(" %").split() for part in rest)
    return float(first.removeprefix("median ")), {int(y): float(p) for y, p in pairs}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_table_of_the_library_is_true(row: tuple[str, ...]) -> None:
    preset, published, here, within, why = row
    assert why
    parameters = ba.read_parameters(preset.strip("`"))
    forecast = ba.run(parameters)
    median, by = figures(here)
    assert round(forecast.quantile(0.5), 1) == median
    for year, percent in by.items():
        assert 100 * forecast.probability_by(year) == pytest.approx(percent, abs=0.051)
    told, told_by = figures(published)
    assert told_by.keys() == by.keys()
    if within != "no":
        years, points = map(float, re.findall(r"[\d.]+", within))
        assert abs(median - told) <= years
        assert all(abs(by[year] - told_by[year]) <= points for year in by)
    own = parameters.tables.published
    if own is not None:
        assert own.median_year == told
        listed = own.probability_by or {}
        for year, percent in told_by.items():
            assert 100 * listed[str(year)] == pytest.approx(percent, abs=0.051)


@pytest.mark.parametrize("name", LIBRARY)
def test_a_file_of_the_library_says_whence_and_what_it_cannot_say(name: str) -> None:
    tables = ba.read_parameters(name).tables
    assert tables.source
    assert tables.note
    assert tables.as_of is not None
    assert name in PAGE.read_text("utf-8")
    if tables.published is not None:
        assert tables.published.source


def test_all_that_claim_figures_are_in_the_table() -> None:
    names = {row[0].strip("`") for row in ROWS}
    claim = {n for n in LIBRARY if ba.read_parameters(n).tables.published is not None}
    assert claim <= names


def test_the_figure_has_a_line_for_each_with_what_arrives() -> None:
    forecast = ba.run("takeoff2023-no-feedback")
    known = [published_row(each) for each in ba.published_forecasts().values()]
    drawn = [row for row in known if row.is_known]
    assert 0 < len(drawn) < len(known)
    axes = draw_library([("ours", [row_of(forecast)]), ("theirs", known)], Figure().subplots())
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert sorted(names) == sorted([forecast.parameters.name, *(row.name for row in drawn)])
    texts = [text.get_text() for text in axes.texts]
    assert texts.count("affordable") == 1
    medians = [row.years[2] for row in sorted(drawn, key=lambda row: names.index(row.name))]
    given = [year for year in medians if not math.isnan(year)]
    assert given == sorted(given)


def test_a_published_forecast_has_no_years_but_those_between_its_points() -> None:
    row = published_row(ba.published_forecasts()["cotra2022"])
    assert row.years[2] == 2040
    assert math.isnan(row.years[0])
    assert math.isnan(row.years[-1])
