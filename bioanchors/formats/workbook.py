"""Sheets of rows as an Excel workbook; needs openpyxl."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from typing import Any

from bioanchors.visible import LINES, visible

LONGEST = 32_767
"""Characters that a cell may hold."""

WIDTH = 32


def workbook_bytes(sheets: Mapping[str, Iterable[tuple[Any, ...]]]) -> bytes:
    """Return rows by the name of their sheet as a file; the first row of each is its heads."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for i, row in enumerate(rows, start=1):
            for j, value in enumerate(row, start=1):
                cell = sheet.cell(i, j)
                if isinstance(value, str):
                    cell.value = visible(value, LINES)[:LONGEST]
                    # A title that begins with = is a text, not a formula.
                    cell.data_type = "s"
                else:
                    cell.value = value
                if i == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        sheet.column_dimensions["A"].width = WIDTH
    # Not straight into a file: where that fails, the library leaves half an archive, and says so.
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def number_cell(value: float) -> float | None:
    """Return a number as Excel has them: what is not finite is an empty cell."""
    return float(value) if math.isfinite(value) else None


def text_cells(text: str) -> list[str]:
    """Return a text in as many cells as it needs."""
    return [text[start : start + LONGEST] for start in range(0, max(len(text), 1), LONGEST)]
