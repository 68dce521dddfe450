"""Cells of tables: numbers with all their digits, years with their states, safe texts."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.visible import visible

Columns = dict[str, NDArray[np.float64] | list[str]]
"""A table: numbers or texts, all of one length, by their head."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV with plain line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(visible, heads))
    writer.writerows(
        [visible(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return buffer.getvalue()


def csv_text(columns: Mapping[str, NDArray[np.float64] | list[str]]) -> str:
    """Return columns as CSV, numbers with all their digits, empty where NaN."""
    cells = [
        column
        if isinstance(column, list)
        else digits(column)
        if column.dtype.kind == "f"
        else map(repr, column.tolist())
        for column in columns.values()
    ]
    return table_text([*columns], zip(*cells, strict=True))


def read_table(text: str) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of CSV.

    Raises
    ------
    ValueError
        If it is not CSV.
    """
    try:
        heads, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    except csv.Error as error:
        raise ValueError(f"not CSV: {error}") from None
    return heads, rows


def numbers(rows: Sequence[Sequence[str]], count: int) -> NDArray[np.float64]:
    """Return rows of cells as numbers, shape (row, ``count``), NaN where a cell is empty.

    Raises
    ------
    ValueError
        If a cell is no number, or a row not of so many.
    """
    try:
        filled = [[cell or "nan" for cell in row] for row in rows]
        return np.array(filled, dtype=np.float64).reshape(len(rows), count)
    except ValueError:
        raise ValueError("a cell is not a number, or a line too short") from None


def digits(values: Iterable[float]) -> list[str]:
    """Return numbers so that they read back to the same; what is not known is empty."""
    return ["" if math.isnan(value) else repr(value) for value in map(float, values)]


def year_states(years: Iterable[float], first_year: float, last_year: float) -> list[str]:
    """Return what an arrival year is: within the window, before it, after it, or refuted.

    Parameters
    ----------
    years
        Decimal years; ``-inf`` is at or before the first, ``inf`` not by the last, NaN none.
    first_year, last_year
        The window.
    """
    before, after = f"at or before {first_year:g}", f"not by {last_year:g}"
    return [
        "within"
        if math.isfinite(year)
        else "refuted"
        if math.isnan(year)
        else (after if year > 0 else before)
        for year in map(float, years)
    ]


def safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula; what is a number stays one."""
    try:
        float(text)
    except ValueError:
        return f"'{text}" if text.startswith(FORMULA_STARTS) else text
    return text
