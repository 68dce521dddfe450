"""Tables of training runs as they are published: which columns are what, and what is left out."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bioanchors.parameters import BadParameters, Problem, nearest, year_of
from bioanchors.parameters.problems import Origin
from bioanchors.parameters.reading.files import name_text, read_regular

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
        Why rows are left out, and how many.
    """

    label: str
    columns: dict[str, str]
    dollars: int | None
    runs: tuple[TrainingRun, ...]
    left_out: dict[str, int]

    @property
    def name(self) -> str:
        """Name of the file without its folder."""
        return Path(self.label).name


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
    heads = list(rows[0]) if rows else []
    found = _columns(label, heads, columns or {})
    year = re.search(r"(?:19|20)\d\d", found.get("usd", ""))
    runs, left_out = [], Counter[str]()
    for row in rows:
        made = _run(row, found, errors_oom)
        if isinstance(made, str):
            left_out[made] += 1
        else:
            runs.append(made)
    if len(runs) < 3:
        why = ", ".join(f"{number} {reason}" for reason, number in left_out.items())
        raise _bad(label, f"{len(runs)} runs with date and FLOP; needed: 3 or more ({why})")
    order = tuple(sorted(runs, key=lambda run: (run.year, run.flop, run.name)))
    return RunTable(label, found, int(year[0]) if year else None, order, dict(left_out))


def _rows(path: Path, label: str) -> list[dict[str, str]]:
    try:
        raw = read_regular(path, LARGEST_TABLE + 1)
    except OSError as error:
        raise _bad(label, f"cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST_TABLE:
        raise _bad(label, "larger than 20 MB")
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        rows = [{str(k): v or "" for k, v in row.items() if isinstance(v, str | None)}
                for row in reader]  # fmt: skip
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
    try:
        year = year_of(row[columns["date"]])
    except ValueError:
        return "without a date"
    if not 1950 <= year <= 2200:
        return "with a date that is none"
    flop, usd = _number(row, columns, "flop"), _number(row, columns, "usd")
    if math.isnan(flop):
        return "without FLOP"
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


def _bad(label: str, message: str) -> BadParameters:
    return BadParameters([Problem(Origin(label), "", message)])
