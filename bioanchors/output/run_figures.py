"""Training runs of a table, what was fitted to them, and the records."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bioanchors.analysis.seen_runs import Growth, Seen
from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, plain, with_named_lines, write_drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_runs(seen: Seen, axes: Axes) -> Axes:
    """Draw FLOP of the runs by year, the line fitted to them and the records."""
    runs = seen.table.runs
    axes.plot(
        [run.year for run in runs],
        [run.flop for run in runs],
        "o",
        markersize=3,
        color=COLOURS[6],
        label="runs",
    )
    records = seen.records
    axes.plot(
        [run.year for run in records],
        [run.flop for run in records],
        "D",
        markersize=4.5,
        markerfacecolor=COLOURS[4],
        markeredgecolor=INK,
        markeredgewidth=0.5,
        label="records",
    )
    growth = seen.growth[0]
    years = np.array([growth.from_year, growth.year])
    line = growth.intercept + growth.slope * (years - growth.from_year)
    axes.plot(years, 10.0**line, color=COLOURS[5], label=growth_words(growth))
    axes.set_yscale("log")
    axes.set_xlabel("year")
    axes.set_ylabel("training FLOP")
    plain(axes)
    return axes


def growth_words(growth: Growth) -> str:
    """Say how fast something grew."""
    low, high = growth.interval
    return f"{growth.times_per_year:.2f} times a year (90 %: {low:.2f} to {high:.2f})"


def write_runs(seen: Seen, path: Target) -> None:
    """Write the figure, as ``write_drawn`` writes."""
    growth = seen.growth[0]
    note = f"line: least squares through log10 of {growth.runs} runs since {growth.from_year:.1f}"
    drawn = with_named_lines(partial(draw_runs, seen))
    write_drawn(path, drawn, note, title=f"Training runs of {seen.table.name}")
