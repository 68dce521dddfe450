"""A forecast as JSON, by a versioned schema (``forecast.schema.json``).

It holds what people read: provenance, summary, CDF by whole year and quantile years. A full one
adds every number, from which ``load`` makes the same forecast. No NaN and no infinity: both are
``null``, and ``case_until`` alone means infinity by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.formats.labelled_json import dataset_of_plain, plain_variables
from bioanchors.parameters import found
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.exports.tables import by_year, quantile_table
from bioanchors.results.stored import DIGEST, digest
from bioanchors.results.summaries import summary
from bioanchors.visible import json_text as plain_json

if TYPE_CHECKING:
    import xarray as xr

    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast

FORMAT, VERSION = "bioanchors-forecast", 2
READ = (1, VERSION)
"""Versions that are read; the first had every number and no tables."""

INFINITE = ("case_until",)
SCHEMA = Path(__file__).with_name("forecast.schema.json")


def content(forecast: Forecast, asked: Asked) -> str:
    """Return the JSON."""
    return json_text(forecast, is_full=asked.is_full)


def json_text(forecast: Forecast, *, is_full: bool = False) -> str:
    """Return a forecast as JSON.

    Parameters
    ----------
    forecast
        The forecast.
    is_full
        With every number, in one line; else tables alone, to be read.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "provenance": provenance(forecast),
        "summary": summary(forecast),
        "by_year": _rows(by_year(forecast)),
        "quantiles": _rows(quantile_table(forecast)),
    }
    if is_full:
        dataset = forecast.dataset
        document["attrs"] = {str(key): value for key, value in dataset.attrs.items()}
        document["variables"] = plain_variables(dataset)
    whole = {**document, DIGEST: document_digest(document)}
    return plain_json(whole, indent=None if is_full else 1)


def _rows(columns: Mapping[str, NDArray[np.float64] | list[str]]) -> list[dict[str, Any]]:
    rows = zip(*(list(column) for column in columns.values()), strict=True)
    return [dict(zip(columns, map(_cell, row), strict=True)) for row in rows]


def _cell(value: Any) -> str | float | None:
    if isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None


def document_digest(document: Mapping[str, Any]) -> str:
    """Return the digest of all but the arrays, of which the digest in ``attrs`` is."""
    return digest({k: part for k, part in document.items() if k not in (DIGEST, "variables")})


def check_format(document: Mapping[str, Any]) -> None:
    """Check that a document says to be one that ``json_text`` made.

    Raises
    ------
    ValueError
        If it does not.
    """
    said = document.get("format"), document.get("version")
    if said[0] != FORMAT:
        raise ValueError(f"found format {_given(said[0])}; allowed: {FORMAT!r}")
    if type(said[1]) is not int or said[1] not in READ:
        allowed = " and ".join(map(str, READ))
        raise ValueError(f"found version {_given(said[1])}; allowed: {allowed}")


def is_full(document: Mapping[str, Any]) -> bool:
    """Whether a document has every number, or was meant to: one cut at either is no table."""
    return "by_year" not in document or "variables" in document or "attrs" in document


def table_of(document: Mapping[str, Any]) -> tuple[list[str], NDArray[np.float64]]:
    """Return heads and numbers, shape (row, column), of the table by year.

    Raises
    ------
    ValueError
        If it is no such table.
    """
    rows = document["by_year"]
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        raise ValueError("by_year is no list of rows")
    heads = list(rows[0])
    if any(list(row) != heads for row in rows):
        raise ValueError("by_year: its rows have different names")
    cells = [list(row.values()) for row in rows]
    if any(type(cell) not in (int, float, type(None)) for row in cells for cell in row):
        raise ValueError("by_year: a cell is not a number")
    try:
        return heads, np.array(cells, dtype=np.float64)
    except OverflowError:
        raise ValueError("by_year: holds a number too large") from None


def dataset_of(document: Mapping[str, Any]) -> xr.Dataset:
    """Return the Dataset in a full document, as it is.

    Raises
    ------
    ValueError
        If it is not whole.
    """
    attrs, parts = document.get("attrs"), document.get("variables")
    if not isinstance(attrs, dict) or not isinstance(parts, dict):
        raise ValueError(f"not a whole {FORMAT}: lacks attrs or variables")
    return dataset_of_plain(parts, attrs, INFINITE)


def _given(value: object) -> str:
    return found(value).removeprefix("found ")
