"""Tables: for spreadsheets made from datasets, and for a terminal."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from bioanchors.formats.cells import digits, safe, table_text, year_states
from bioanchors.results import Forecast

if TYPE_CHECKING:
    import xarray as xr

    Columns = Mapping[str, xr.DataArray]
    """What stands in each column, by its head."""

GAP, LEAST = 2, 12


def dataset_csv(*parts: tuple[Sequence[str], Columns]) -> str:
    """Return variables of a dataset as CSV.

    Parameters
    ----------
    *parts
        Stand below one another, with the heads of the first. Each has the dimensions along which
        its rows go, the last the fastest, and its columns, which have these dimensions or some.

    Notes
    -----
    Numbers have all their digits, so that they read back to the same; NaN is an empty cell.
    """
    (_, first), *_ = parts
    rows = (rows_of(dims, columns, safe) for dims, columns in parts)
    return table_text(list(first), itertools.chain.from_iterable(rows))


def rows_of(
    dims: Sequence[str], columns: Columns, text: Callable[[str], str] = str
) -> Iterator[tuple[str, ...]]:
    """Return the rows of a table as texts.

    Parameters
    ----------
    dims, columns
        As a part of ``dataset_csv``.
    text
        What to make of a cell that is a text.
    """
    sizes: dict[Any, int] = {}
    for array in columns.values():
        sizes |= array.sizes
    every = {dim: sizes[dim] for dim in dims}
    return zip(*(_cells(_spread(array, every), text) for array in columns.values()), strict=True)


def _spread(array: xr.DataArray, sizes: Mapping[str, int]) -> NDArray[Any]:
    """Return values along all dimensions, repeated along those that they lack."""
    own = [dim for dim in sizes if dim in array.dims]
    shape = [size if dim in own else 1 for dim, size in sizes.items()]
    values = array.transpose(*own).values.reshape(shape)
    return np.broadcast_to(values, tuple(sizes.values())).ravel()


def _cells(values: NDArray[Any], text: Callable[[str], str]) -> list[str]:
    if values.dtype.kind == "f":
        return digits(values.tolist())
    if values.dtype.kind == "b":
        return ["true" if value else "false" for value in values]
    return [text(str(value)) for value in values]


def within(array: xr.DataArray) -> xr.DataArray:
    """Return numbers, NaN where they are infinite: a year that is not in the window."""
    return array.where(np.isfinite(array))


def states(array: xr.DataArray, first_year: float, last_year: float) -> xr.DataArray:
    """Return where arrival years are, as ``year_states``."""
    return array.copy(
        data=np.array(year_states(array.values.ravel(), first_year, last_year)).reshape(array.shape)
    )


def brief(array: xr.DataArray) -> xr.DataArray:
    """Return numbers as texts, whole ones without a point."""
    return array.copy(data=[repr(v).removesuffix(".0") for v in array.values.tolist()])


def cdf_csv(forecast: Forecast) -> str:
    """Return the CDF by whole year as CSV.

    Columns are ``year``, ``probability``, ``standard_error``, then each hypothesis by its name,
    which leaves "none" out. Numbers have all their digits, so that they read back to the same.
    """
    rows = np.searchsorted(forecast.years, forecast.whole_years)
    columns = [
        forecast.cdf[rows],
        forecast.cdf_standard_error[rows],
        *forecast.hypothesis_cdf[:, rows],
    ]
    heads = ["year", "probability", "standard_error", *forecast.hypotheses]
    numbers = zip(*map(digits, columns), strict=True)
    years = (int(year) for year in forecast.whole_years)
    return table_text(heads, ([year, *row] for year, row in zip(years, numbers, strict=True)))


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], more: str = "") -> Table:
    """Return a table in which only the first column gives way where the terminal is narrow."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    room = shutil.get_terminal_size().columns - sum(width + GAP for width in widths[1:]) - GAP
    table = headed(heads)
    table.columns[0].max_width = max(room, LEAST)
    for column, width in zip(table.columns[1:], widths[1:], strict=True):
        column.min_width = width
    for row in rows:
        table.add_row(*map(Text, row))
    if more:
        table.add_row(Text(more, style="dim"))
    return table


def headed(heads: Sequence[str], gap: int = GAP, *, wraps: bool = False) -> Table:
    """Return an empty table: names to the left, which may wrap, and numbers to the right."""
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if i else "left", no_wrap=not wraps or i > 0)
    return table
