"""Milestones as a figure: one CDF for each, on the same draws."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bioanchors.analysis.milestones import Milestones
from bioanchors.formats.files import Target
from bioanchors.output.comparison_figures import draw_forecasts
from bioanchors.output.figure import band_words, with_named_lines, write_drawn
from bioanchors.results.words import all_made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_milestones(found: Milestones, axes: Axes) -> Axes:
    """Draw the CDF of each milestone and its median year."""
    from matplotlib.patheffects import withStroke

    names = [
        f"{name.replace('_', ' ')} ({found.offsets[name] + 0.0:+.1f} OOM)"
        for name in found.forecasts
    ]
    made = list(found.forecasts.values())
    draw_forecasts(made, axes, names)
    axes.set_xlabel(f"year in which it is {found.base.event}")
    axes.axhline(0.5, color="#999999", linewidth=0.7, zorder=0)
    axes.annotate(
        "50 %: median years",
        (0, 0.5),
        xycoords=("axes fraction", "data"),
        xytext=(4, 3),
        textcoords="offset points",
        fontsize=7,
        color="#666666",
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )
    return axes


def write_milestones(found: Milestones, path: Target) -> None:
    """Write the milestones, as ``write_drawn`` writes."""
    made = list(found.forecasts.values())
    note = f"event: {found.base.event}; {all_made_words(made)}{band_words(made)}"
    write_drawn(
        path, with_named_lines(partial(draw_milestones, found)), note, title=found.base.title
    )
