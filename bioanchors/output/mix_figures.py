"""A mix of forecasts as a figure: its CDF, and those of its parts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bioanchors.analysis.mixing import Mix
from bioanchors.formats.files import Target
from bioanchors.output.figure import (
    COLOURS,
    INK,
    LONGEST_LABEL,
    STYLES,
    of_cdfs,
    with_named_lines,
    write_drawn,
)
from bioanchors.results.words import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_mix(found: Mix, axes: Axes) -> Axes:
    """Draw the CDF of a mix, and of each of its parts, over the years of which all speak."""
    years = found.years
    for i, part in enumerate(found.parts):
        name = (
            part.name if len(part.name) <= LONGEST_LABEL else f"…{part.name[1 - LONGEST_LABEL :]}"
        )
        axes.plot(
            years,
            part.at(years),
            color=COLOURS[(i + 4) % len(COLOURS)],
            linestyle=STYLES[(i + 1) % len(STYLES)],
            linewidth=1.1,
            label=f"{name} ({percent(part.weight)})",
        )
    axes.plot(years, found.cdf, color=INK, linewidth=2.2, label="mixed")
    differ = "year; milestones differ between the parts"
    return of_cdfs(axes, years, f"year in which it is {found.event}" if found.event else differ)


def write_mix(found: Mix, path: Target) -> None:
    """Write the figure, as ``write_drawn`` writes."""
    note = "mixed: the weighted sum of the parts' CDFs, over the years of which all of them speak"
    write_drawn(path, with_named_lines(partial(draw_mix, found)), note, title="A mix of forecasts")
