"""Cells of tables: numbers with all their digits, years with their states, safe texts."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

from bioanchors.visible import visible

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


def digits(values: Iterable[float]) -> list[str]:
    """Return numbers so that they read back to the same; what is not known is empty."""
    return ["" if math.isnan(value) else repr(value) for value in map(float, values)]


def year_digits(years: Iterable[float]) -> list[str]:
    """Return arrival years as ``digits``; what is not a year of the window is empty."""
    return [repr(year) if math.isfinite(year) else "" for year in map(float, years)]


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
