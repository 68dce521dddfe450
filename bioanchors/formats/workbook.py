"""Sheets of rows as an Excel workbook; needs openpyxl."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bioanchors.visible import LINES, visible

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767
"""Characters that a cell may hold."""

NARROWEST, WIDEST = 8, 60
"""Of columns, characters."""

YEAR, PERCENT, PROBABILITY = "0.0", "0.0%", "0.000%"
"""How numbers are shown; the cells hold all of their digits."""


class Shown(NamedTuple):
    """A cell's number, and the format in which Excel shows it."""

    value: Any
    format: str


class Curve(NamedTuple):
    """A native chart of a sheet's second column against its first, shown on another sheet.

    Attributes
    ----------
    sheet, on, at
        Names of the two sheets, and the cell of the chart's corner.
    title, x, y
        What is written on it.
    """

    sheet: str
    on: str
    at: str
    title: str
    x: str
    y: str


def workbook_bytes(
    sheets: Mapping[str, Iterable[tuple[Any, ...]]], curve: Curve | None = None
) -> bytes:
    """Return rows by the name of their sheet as a file; the first row of each is its heads.

    Columns are as wide as what they show, heads stay in sight, and a ``Shown`` has its format.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for i, row in enumerate(rows, start=1):
            for j, given in enumerate(row, start=1):
                value, shown = given if isinstance(given, Shown) else (given, None)
                cell = sheet.cell(i, j)
                if shown is not None:
                    cell.number_format = shown
                if isinstance(value, str):
                    cell.value = visible(value, LINES)[:LONGEST]
                    # A title that begins with = is a text, not a formula.
                    cell.data_type = "s"
                else:
                    cell.value = value
                if i == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "B2"
        _widen(sheet)
    if curve is not None:
        _draw(book[curve.sheet], book[curve.on], curve)
    # Not straight into a file: where that fails, the library leaves half an archive, and says so.
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _widen(sheet: Worksheet) -> None:
    """Make columns as wide as what they show, within reason."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(sheet.columns, start=1):
        longest = max(_length(cell.value, cell.number_format) for cell in column)
        width = min(max(longest + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width


def _length(value: Any, shown: str) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        return max(map(len, value.splitlines()), default=0)
    return len(f"{value:g}") if shown == "General" else len(shown) + 3


def _draw(data: Worksheet, sheet: Worksheet, curve: Curve) -> None:
    from openpyxl.chart import Reference, ScatterChart, Series

    chart = ScatterChart()
    chart.style, chart.legend, chart.scatterStyle = 13, None, "lineMarker"
    chart.title, chart.x_axis.title, chart.y_axis.title = curve.title, curve.x, curve.y
    last = data.max_row
    years = Reference(data, min_col=1, min_row=2, max_row=last)
    series = Series(Reference(data, min_col=2, min_row=2, max_row=last), years)
    series.marker.symbol, series.smooth = "none", False
    chart.series.append(series)
    chart.x_axis.scaling.min, chart.x_axis.scaling.max = (
        data.cell(2, 1).value,
        data.cell(last, 1).value,
    )
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.x_axis.number_format, chart.y_axis.number_format = "0", "0%"
    # The library's own default hides both axes in newer versions of Excel.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = 20, 11
    sheet.add_chart(chart, curve.at)


def number_cell(value: float) -> float | None:
    """Return a number as Excel has them: what is not finite is an empty cell."""
    return float(value) if math.isfinite(value) else None


def text_cells(text: str) -> list[str]:
    """Return a text in as many cells as it needs."""
    return [text[start : start + LONGEST] for start in range(0, max(len(text), 1), LONGEST)]
