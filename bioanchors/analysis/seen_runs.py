"""From a table of training runs to observations and to runs that were not enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from bioanchors.analysis.run_tables import RunTable, TrainingRun
from bioanchors.parameters.reading.toml_text import toml_document

Array = NDArray[np.float64]
LEVEL = 0.9
LEAST_ERROR_OOM = 1e-5
"""Standard error that is written of a line through runs which lie on it."""
MOST_OOM = 100.0
"""Beyond so many OOM a year, either way, nothing is told of growth."""


@dataclass(frozen=True)
class Growth:
    """Growth a year, by a straight line through log10 of a quantity.

    Attributes
    ----------
    quantity
        ``"largest_run_flop"`` or ``"largest_run_usd"``.
    from_year, year
        First and last year of what was fitted.
    intercept, slope
        log10 at ``from_year``, and OOM a year.
    slope_error, interval
        Standard error of the slope, and times a year between which 90 % lie, by Student's t.
    scatter
        Standard deviation about the line, OOM.
    runs
        How many were fitted.
    """

    quantity: str
    from_year: float
    year: float
    intercept: float
    slope: float
    slope_error: float
    interval: tuple[float, float]
    scatter: float
    runs: int

    @property
    def times_per_year(self) -> float:
        """Growth a year."""
        return float(10.0**self.slope)

    @property
    def error_oom(self) -> float:
        """Standard deviation of the normal of log10 that has the same 90 % interval, OOM a year.

        Evidence is normal, and Student's t of few runs is wider: of three runs 3.8 times, of twelve
        1.1 times. With many it is the standard error of the slope.
        """
        return self.slope_error * _reach(self.runs) / float(ndtri(0.5 + LEVEL / 2))


@dataclass(frozen=True, eq=False)
class Seen:
    """What a table of runs says.

    Attributes
    ----------
    table
        The table.
    records
        Runs than which none before was as large.
    growth
        Of FLOP and, where there are costs, of cost.
    """

    table: RunTable
    records: tuple[TrainingRun, ...]
    growth: tuple[Growth, ...]

    @property
    def text(self) -> str:
        """A file of observations and of runs that were not enough."""
        table, largest = self.table, self.records[-1]
        where = {"source": f"{table.name}: {largest.name}"}
        error = {"standard_error_oom": round(largest.error_oom, 4)}
        level: dict[str, Any] = {"year": round(largest.year, 3)}
        name = f"run-{largest.year:.1f}".replace(".", "-")
        run = {"quantity": "largest_run_flop", **level, "value": largest.flop, **error, **where}
        items: dict[str, Any] = {name: run}
        if not math.isnan(largest.usd):
            dollars = {} if table.dollars is None else {"dollar_year": table.dollars}
            cost = {"quantity": "largest_run_usd", **level, "value": largest.usd, **dollars}
            items[name.replace("run", "cost")] = {**cost, **error, **where}
        for each in self.growth:
            short = "run" if each.quantity.endswith("flop") else "cost"
            items[f"{short}-growth"] = {
                "quantity": f"{each.quantity}_growth",
                "from_year": round(each.from_year, 3),
                "year": round(each.year, 3),
                "value": round(each.times_per_year, 4),
                "standard_error_oom": max(round(each.error_oom, 5), LEAST_ERROR_OOM),
                "source": f"{table.name}: a line through {each.runs} runs",
            }
        runs = {
            f"run-{i + 1}": {
                "flop": each.flop,
                "year": round(each.year, 3),
                "source": f"{table.name}: {each.name}",
            }
            for i, each in enumerate(self.records)
        }
        title = f"Training runs of {table.name}"
        evidence = {"run_softness_oom": 1.0, "observations": items, "insufficient_runs": runs}
        return toml_document({"format": 1, "title": title, "evidence": evidence})


def seen_in(table: RunTable, since: float) -> Seen:
    """Return what a table of runs says.

    Parameters
    ----------
    table
        As read.
    since
        Decimal year from which runs are fitted, and records are listed.

    Raises
    ------
    ValueError
        If fewer than three runs are left.

    Notes
    -----
    Growth is the slope of an ordinary least-squares line through log10 of all the runs of the
    table since the year: a table of the largest runs of their time gives the growth of these. Its
    interval is Student's, and the standard error that is written that of a normal with the same
    interval. A cost is fitted where there are three or more.
    """
    runs = [run for run in table.runs if run.year >= since]
    if len(runs) < 3:
        raise ValueError(f"{len(runs)} runs since {since:g}; needed: 3 or more")
    records: list[TrainingRun] = []
    for run in table.runs:
        if not records or run.flop > records[-1].flop:
            records.append(run)
    growth = [fitted("largest_run_flop", [(run.year, run.flop) for run in runs])]
    costs = [(run.year, run.usd) for run in runs if not math.isnan(run.usd)]
    if len(costs) >= 3:
        growth.append(fitted("largest_run_usd", costs))
    return Seen(table, tuple(run for run in records if run.year >= since), tuple(growth))


def fitted(quantity: str, points: Sequence[tuple[float, float]]) -> Growth:
    """Return the line through log10 of values by year.

    Raises
    ------
    ValueError
        If the years are so near each other that they tell no growth.
    """
    years, values = np.array(points).T
    first = float(years.min())
    t, y = years - first, np.log10(values)
    middle = t - t.mean()
    spread = float(np.sum(middle**2))
    last = float(years.max())
    slope = float(np.sum(middle * y)) / (spread or math.nan)
    intercept = float(y.mean() - slope * t.mean())
    scatter = math.sqrt(float(np.sum((y - intercept - slope * t) ** 2)) / (len(points) - 2))
    error = scatter / math.sqrt(spread or math.nan)
    reach = _reach(len(points)) * error
    if not abs(slope) + reach < MOST_OOM:
        raise ValueError(
            f"{quantity}: {len(points)} runs from {first:.2f} to {last:.2f} tell no growth a year; "
            "needed: years that are further apart"
        )
    interval = (10.0 ** (slope - reach), 10.0 ** (slope + reach))
    return Growth(quantity, first, last, intercept, slope, error, interval, scatter, len(points))


def _reach(runs: int) -> float:
    """Half the 90 % interval of a slope, in its standard errors."""
    return float(stdtrit(runs - 2, 0.5 + LEVEL / 2))
