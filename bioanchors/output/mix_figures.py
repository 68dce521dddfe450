"""A mix of forecasts as a figure: its CDF, and those of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bioanchors.analysis.mixing import Mix
from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, LONGEST_LABEL, STYLES, plain, write_drawn
from bioanchors.output.labelling import label_lines
from bioanchors.results.words import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
    if np.ptp(years) > 0:
        axes.set_xlim(years[0], years[-1])
    axes.set_ylim(0, 1)
    axes.locator_params(axis="x", integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel(
        f"year in which it is {found.event}"
        if found.event
        else "year; milestones differ between the parts"
    )
    axes.set_ylabel("probability of arrival by the year")
    plain(axes)
    return axes


def write_mix(found: Mix, path: Target) -> None:
    """Write the figure, as ``write_drawn`` writes."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        draw_mix(found, axes)
        label_lines(figure, axes)

    note = "mixed: the weighted sum of the parts' CDFs, over the years of which all of them speak"
    write_drawn(path, draw, note, title="A mix of forecasts")
