"""Tables of training runs as they are published: which columns are what, and what is left out."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bioanchors.parameters import BadParameters, Problem, nearest, year_of
from bioanchors.parameters.problems import Origin
from bioanchors.parameters.reading.dates import no_such_day
from bioanchors.parameters.reading.files import name_text, read_regular
from bioanchors.visible import shortened

LARGEST_TABLE = 20_000_000
GUESSES = {
    "name": r"^(model|name|system)$",
    "date": r"date|^year$",
    "flop": r"flop|training.*compute",
    "usd": r"cost|usd|dollar",
    "confidence": r"confidence",
}
"""What the heads of columns are like; the first that is like it is taken."""
NEEDED = ("name", "date", "flop")
BOUNDS = {"flop": (1e6, 1e40), "usd": (1e-2, 1e14)}
"""Outside of these a number is in another unit, or a slip."""
UNREAD = {
    "date": "with a date that is not understood",
    "flop": "with FLOP that are not understood",
    "usd": "with a cost that is not understood",
}
"""What is said of rows in whose column something stands, but nothing that can be read."""
WRITE = {
    "date": "2023-03-15, 2023Q1 or 2023.2",
    "flop": "a number, as 2.1e25",
    "usd": "a number, as 4.5e8",
}
"""How to write it."""
NOTHING = ("", "nan", "n/a", "na", "none", "null", "unknown", "-", "?")
"""What stands where nothing is known."""
SHOWN = 3
"""Rows that are named; the others are counted."""
ERRORS_OOM = {"confident": 0.15, "likely": 0.25, "speculative": 0.4}
"""Standard errors by the confidence that a table states: a judgement."""


@dataclass(frozen=True)
class TrainingRun:
    """A training run: decimal year, FLOP, $ or NaN, and standard error of log10 of both."""

    name: str
    year: float
    flop: float
    usd: float
    error_oom: float


@dataclass(frozen=True)
class Row:
    """A row by its line in the file, and what stands in it that is not understood, if anything."""

    line: int
    text: str = ""
    hint: str = ""

    def __str__(self) -> str:
        inside = "; ".join(each for each in (self.text, self.hint) if each)
        return f"{self.line} ({inside})" if inside else f"{self.line}"


@dataclass(frozen=True)
class RunTable:
    """What a table of runs holds.

    Attributes
    ----------
    label
        Name of the file.
    columns
        Head of the column of each thing.
    dollars
        Year of the dollars, as a head says it.
    runs
        By year.
    left_out
        Why rows are left out, and which.
    no_cost
        Rows that are there, but for their cost, which is not understood.
    """

    label: str
    columns: dict[str, str]
    dollars: int | None
    runs: tuple[TrainingRun, ...]
    left_out: dict[str, tuple[Row, ...]]
    no_cost: tuple[Row, ...] = ()

    @property
    def name(self) -> str:
        """Name of the file without its folder."""
        return Path(self.label).name

    @property
    def remarks(self) -> Iterator[str]:
        """What is left out, and why: rows that are not understood by line, others by number."""
        for why, rows in self.left_out.items():
            yield f"left out: {rows_words(rows, why)}"
        if self.no_cost:
            yield f"cost left out: {rows_words(self.no_cost, UNREAD['usd'])}"


def rows_words(rows: tuple[Row, ...], why: str) -> str:
    """Say how many rows there are of a kind; of those not understood which, and how to write it.

    Examples
    --------
    >>> rows_words((Row(3, "2023/3/5"),), UNREAD["date"])
    '1 with a date that is not understood, line 3 (2023/3/5); write 2023-03-15, 2023Q1 or 2023.2'
    """
    count = f"{len(rows)} {why}"
    what = next((each for each, words in UNREAD.items() if words == why), None)
    if what is None:
        return count
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    lines = ", ".join(map(str, rows[:SHOWN]))
    return f"{count}, line{'s' if len(rows) > 1 else ''} {lines}{more}; write {WRITE[what]}"


def read_runs(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    errors_oom: Mapping[str, float] = ERRORS_OOM,
) -> RunTable:
    """Read a table of training runs.

    Parameters
    ----------
    path
        CSV with a head line.
    columns
        Head of the column of ``name``, ``date``, ``flop``, ``usd`` or ``confidence``, where the
        guess is wrong.
    errors_oom
        Standard error of log10 by stated confidence; what states none has the largest.

    Raises
    ------
    BadParameters
        If it cannot be read or used.
    """
    label = name_text(path)
    rows = _rows(Path(path), label)
    heads = list(rows[0][1]) if rows else []
    found = _columns(label, heads, columns or {})
    year = re.search(r"(?:19|20)\d\d", found.get("usd", ""))
    runs: list[TrainingRun] = []
    left_out: dict[str, list[Row]] = {}
    no_cost: list[Row] = []
    for line, row in rows:
        made = _run(row, found, errors_oom)
        if isinstance(made, str):
            what = next((each for each, words in UNREAD.items() if words == made), None)
            text = "" if what is None else row[found[what]]
            left_out.setdefault(made, []).append(_row(line, text))
            continue
        runs.append(made)
        cost = row.get(found.get("usd", ""), "")
        if math.isnan(made.usd) and not _is_nothing(cost):
            no_cost.append(_row(line, cost))
    told = {why: tuple(each) for why, each in left_out.items()}
    if len(runs) < 3:
        why = ", ".join(rows_words(each, why) for why, each in told.items())
        why = f" ({why})" if why else ""
        raise _bad(label, f"{len(runs)} runs with date and FLOP; needed: 3 or more{why}")
    order = tuple(sorted(runs, key=lambda run: (run.year, run.flop, run.name)))
    return RunTable(label, found, int(year[0]) if year else None, order, told, tuple(no_cost))


def _rows(path: Path, label: str) -> list[tuple[int, dict[str, str]]]:
    """Return each row of a table with the line on which it begins."""
    try:
        raw = read_regular(path, LARGEST_TABLE + 1)
    except OSError as error:
        raise _bad(label, f"cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST_TABLE:
        raise _bad(label, "larger than 20 MB")
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        rows = []
        for row in reader:
            cells = {str(k): v or "" for k, v in row.items() if isinstance(v, str | None)}
            within = sum(cell.count("\n") for cell in cells.values())
            rows.append((reader.line_num - within, cells))
    except (UnicodeDecodeError, csv.Error):
        raise _bad(label, "not CSV in UTF-8") from None
    if not rows:
        raise _bad(label, "no rows; needed: a head line and a row for each run")
    return rows


def _columns(label: str, heads: list[str], told: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for what, pattern in GUESSES.items():
        if what in told:
            if told[what] not in heads:
                hint = f"found column {told[what]!r}; allowed: {', '.join(heads)}"
                raise _bad(label, hint + nearest(told[what], heads))
            found[what] = told[what]
            continue
        like = [head for head in heads if re.search(pattern, head, re.IGNORECASE)]
        like = [head for head in like if head not in found.values()]
        if like:
            found[what] = like[0]
        elif what in NEEDED:
            raise _bad(label, f"no column for {what}; say which with --column {what}=HEAD")
    return found


def _run(
    row: Mapping[str, str], columns: Mapping[str, str], errors_oom: Mapping[str, float]
) -> TrainingRun | str:
    """Return the run of a row, or why there is none."""
    date = row[columns["date"]]
    if _is_nothing(date):
        return "without a date"
    try:
        year = year_of(date)
    except ValueError:
        return UNREAD["date"]
    if not 1950 <= year <= 2200:
        return "with a date outside of 1950 to 2200"
    flop, usd = _number(row, columns, "flop"), _number(row, columns, "usd")
    if math.isnan(flop):
        return "without FLOP" if _is_nothing(row[columns["flop"]]) else UNREAD["flop"]
    low, high = BOUNDS["flop"]
    if not low <= flop <= high:
        return f"with FLOP outside of {low:g} to {high:g}"
    low, high = BOUNDS["usd"]
    if not math.isnan(usd) and not low <= usd <= high:
        return f"with a cost outside of {low:g} to {high:g} $"
    stated = row.get(columns.get("confidence", ""), "").strip().lower()
    error = errors_oom.get(stated, max(errors_oom.values()))
    return TrainingRun(row[columns["name"]].strip(), year, flop, usd, error)


def _number(row: Mapping[str, str], columns: Mapping[str, str], what: str) -> float:
    try:
        return float(row[columns[what]].replace(",", ""))
    except (KeyError, ValueError):
        return math.nan


def _is_nothing(text: str) -> bool:
    return text.strip().lower() in NOTHING


def _row(line: int, text: str) -> Row:
    """Return a row, with what stands there that is not understood."""
    return Row(line, shortened(text.strip()), no_such_day(text))


def _bad(label: str, message: str) -> BadParameters:
    return BadParameters([Problem(Origin(label), "", message)])
