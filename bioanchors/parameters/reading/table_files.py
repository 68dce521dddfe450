"""CSV files that a parameter file names: read with it, so that what is saved stands by itself."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bioanchors.parameters.problems import found, number
from bioanchors.parameters.reading.files import read_regular
from bioanchors.parameters.reading.positions import KeyPath

LARGEST_TABLE = 1_000_000
MOST_ROWS = 10_000
READ = ("samples", "values", "probabilities")
"""Keys of a table in which stands what its file holds, once it is read."""


class BadTableError(Exception):
    """What is wrong with a table: in it, at a line, or, without one, with the file as a whole."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class TableFile:
    """What a file of numbers holds.

    Attributes
    ----------
    columns
        Numbers by the keys of ``dist = "table"`` under which they stand.
    first_line
        Line of the first of them; each has a line of its own.
    sha256
        Digest of the file, in hexadecimal.
    """

    columns: dict[str, list[float]]
    first_line: int
    sha256: str


def read_table(file: Path, sha256: object = None) -> TableFile:
    """Read a CSV file of samples, or of values and cumulative probabilities.

    Parameters
    ----------
    file
        Its path.
    sha256
        The digest that it must have, if any.

    Raises
    ------
    BadTableError
        If it is no regular file of a few thousand rows of numbers.
    """
    raw = _regular_file(file)
    digest = hashlib.sha256(raw).hexdigest()
    if isinstance(sha256, str) and sha256 != digest:
        raise BadTableError(f"{found(str(file))}, of which sha256 is {digest}")
    columns, first_line = _columns(raw)
    return TableFile(columns, first_line, digest)


def tables_in(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """Yield path and value of everything in a tree that names a file of numbers."""
    if isinstance(value, dict) and value.get("dist") == "table":
        if isinstance(value.get("file"), str):
            yield path, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in items:
            if isinstance(child, dict | list):
                yield from tables_in(child, (*path, key))


def unread_tables(value: Any) -> list[tuple[KeyPath, dict[str, Any]]]:
    """Return path and value of what names a file of numbers, but does not hold them."""
    return [
        (path, table) for path, table in tables_in(value) if not any(name in table for name in READ)
    ]


def _regular_file(file: Path) -> bytes:
    name = found(str(file))
    try:
        raw = read_regular(file, LARGEST_TABLE + 1)
    except FileNotFoundError:
        raise BadTableError(f"found no file {file}") from None
    except OSError as error:
        reason = error.strerror or "the system does not say why"
        raise BadTableError(f"{name}, which cannot be read: {reason}") from None
    except ValueError:
        raise BadTableError(f"{name}, which is not a usable path") from None
    if len(raw) > LARGEST_TABLE:
        raise BadTableError(f"{name}, larger than {LARGEST_TABLE // 1_000_000} MB")
    return raw


def _columns(raw: bytes) -> tuple[dict[str, list[float]], int]:
    """Return what a CSV file holds under the keys of a table, and the first line with numbers."""
    lines = list(_lines(raw))
    while lines and not any(cell.strip() for cell in lines[-1][1]):
        lines.pop()
    if lines and all(_number(cell) is None for cell in lines[0][1]):
        heads = [cell.strip().lower() for cell in lines.pop(0)[1]]
        if len(heads) == 2 and ("prob" in heads[0] or heads[0] in ("p", "cdf")):
            message = "column 1 is headed as a probability; allowed: values, then probabilities"
            raise BadTableError(message, 1)
    if not 2 <= len(lines) <= MOST_ROWS:
        raise BadTableError(
            f"found {len(lines)} rows of numbers; allowed: 2 to {number(MOST_ROWS)}", 1
        )
    first_line, width = lines[0][0], len(lines[0][1])
    rows = []
    for line, cells in lines:
        if len(cells) != width or width > 2:
            allowed = "1, samples, or 2, values and cumulative probabilities"
            if width <= 2:
                allowed = f"{width}, as in line {first_line}"
            raise BadTableError(f"found {len(cells)} columns; allowed: {allowed}", line)
        row = [_number(cell) for cell in cells]
        if None in row:
            # None of what is there is told: the file may be anything.
            column = f"column {row.index(None) + 1} is not a finite number"
            message = f"{column}; allowed: a number such as 0.25, with commas between columns"
            raise BadTableError(message, line)
        rows.append([value for value in row if value is not None])
    if width == 1:
        return {"samples": [value for (value,) in rows]}, first_line
    _check_cumulative(rows, first_line)
    # Of what is before all and after all, the nearest says where all begins and ends.
    start = max(i for i, (_, p) in enumerate(rows) if p == 0 or i == 0)
    stop = min(i for i, (_, p) in enumerate(rows) if p == 1 or i == len(rows) - 1)
    values, probabilities = (list(column) for column in zip(*rows[start : stop + 1], strict=True))
    return {"values": values, "probabilities": probabilities}, first_line + start


def _lines(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTableError("not UTF-8 text", raw[: error.start].count(b"\n") + 1) from None
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise BadTableError("not CSV", reader.line_num) from None


def _number(cell: str) -> float | None:
    """Return a cell's number, unless it is none, or one that only Python takes for one."""
    try:
        value = float(cell) if cell.isascii() and "_" not in cell else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _check_cumulative(rows: list[list[float]], first_line: int) -> None:
    for line, (_, p) in enumerate(rows, first_line):
        if not 0 <= p <= 1:
            raise BadTableError(f"column 2: found {number(p)}; allowed: from 0 to 1", line)
    for line, ((value, p), (next_value, next_p)) in enumerate(
        itertools.pairwise(rows), first_line + 1
    ):
        if next_value < value:
            message = f"column 1: found {number(next_value)} after {number(value)}"
            raise BadTableError(f"{message}; allowed: none below the one before", line)
        if not (next_p > p or next_p == p in (0, 1)):
            message = f"column 2: found {number(next_p)} after {number(p)}"
            raise BadTableError(f"{message}; allowed: each above the one before", line)
