"""Tables: for spreadsheets made from datasets, and for a terminal."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from bioanchors.formats.cells import digits, safe, table_text, year_states
from bioanchors.results import Forecast

if TYPE_CHECKING:
    import xarray as xr
    from rich.console import Console, ConsoleOptions, RenderResult

    Columns = Mapping[str, xr.DataArray]
    """What stands in each column, by its head."""

GAP = 2


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


def grid(
    heads: Sequence[str], rows: Sequence[Sequence[str]], more: str = "", labels: int = 1
) -> Cells:
    """Return a table of rows, with a last line of what is left out."""
    table = headed(heads, labels=labels)
    for row in rows:
        table.add_row(*row)
    table.more = more
    return table


def headed(heads: Sequence[str], gap: int = GAP, labels: int = 1) -> Cells:
    """Return an empty table: names to the left, in so many columns, and numbers to the right."""
    return Cells(heads, gap, labels)


class Cells:
    """A table for a terminal of any width, which cuts no cell and loses no column.

    Where it is too wide, heads take several lines, then names do; then the numbers' columns stand
    in several tables below each other, each with the names.

    Parameters
    ----------
    heads
        Of its columns.
    gap
        Blanks between columns.
    labels
        How many of the first columns are names.
    """

    def __init__(self, heads: Sequence[str], gap: int, labels: int) -> None:
        self.heads, self.gap, self.labels = [Text(head) for head in heads], gap, labels
        self.rows: list[list[Text]] = []
        self.more = ""

    def add_row(self, *cells: str | Text) -> None:
        """Add a row of texts, which are no markup."""
        self.rows.append([cell if isinstance(cell, Text) else Text(cell) for cell in cells])

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return how wide it is: as wide as it asks for, or as there is room."""
        widths = self._widths(whole=True)
        asked = min(sum(widths) + self.gap * (len(widths) - 1), options.max_width)
        return Measurement(asked, asked)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield one table, or several that are as wide as the terminal."""
        room, gap = options.max_width, self.gap
        widths = self._widths(whole=True)
        if sum(widths) + gap * (len(widths) - 1) > room:
            gap, widths = min(gap, GAP), self._widths(whole=False)
        names = widths[: self.labels]
        # A column of numbers alone, beside the names, is on any terminal.
        numbers = [min(width, room * 2 // 3) for width in widths[self.labels :]]
        left = room - sum(width + gap for width in numbers)
        if left < min(sum(names), room * self.labels // (self.labels + 2)):
            half = room * (self.labels + 1) // (self.labels + 3)
            left = min(half, room - max(numbers, default=0) - gap)
        names = _narrowed(names, left - gap * (self.labels - 1))
        taken = sum(width + gap for width in names)
        start = 0
        while start < len(numbers) or start == 0:
            stop = _fitting(numbers, start, room - taken, gap)
            yield self._part(names, numbers, start, stop, gap)
            start = max(stop, 1)
        if self.more:
            yield Text(self.more, style="dim")

    def _widths(self, whole: bool) -> list[int]:
        """Return what each column needs: its head on one line, or on as many as it has words."""
        widths = []
        for i, head in enumerate(self.heads):
            cells = max((row[i].cell_len for row in self.rows), default=0)
            words = [head.plain] if whole or i < self.labels else head.plain.split() or [""]
            widths.append(max(cells, *map(cell_len, words)))
        return widths

    def _part(
        self, names: Sequence[int], numbers: Sequence[int], start: int, stop: int, gap: int
    ) -> Table:
        """Return the names with some of the numbers."""
        table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
        columns = [*range(self.labels), *range(self.labels + start, self.labels + stop)]
        for i in columns:
            is_name = i < self.labels
            width = names[i] if is_name else numbers[i - self.labels]
            table.add_column(
                self.heads[i], justify="left" if is_name else "right", width=width, overflow="fold"
            )
        for row in self.rows:
            table.add_row(*(row[i] for i in columns))
        return table


def _narrowed(widths: Sequence[int], room: int) -> list[int]:
    """Return widths that fit into some room, the widest narrowed first."""
    narrowed = list(widths)
    while sum(narrowed) > max(room, len(narrowed)):
        narrowed[narrowed.index(max(narrowed))] -= 1
    return narrowed


def _fitting(widths: Sequence[int], start: int, room: int, gap: int) -> int:
    """Return up to which column, from one, all fit into some room: one at least."""
    stop, taken = start + 1, widths[start] if start < len(widths) else 0
    while stop < len(widths) and taken + gap + widths[stop] <= room:
        taken += gap + widths[stop]
        stop += 1
    return min(stop, len(widths))
