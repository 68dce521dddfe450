"""What files said of what was then measured, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bioanchors.analysis.hindcasting import Hindcast
from bioanchors.analysis.scored_files import Scored
from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, plain, short_title, write_drawn
from bioanchors.output.hindcast_tables import times

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS = ((0, 6, 0.15), (1, 5, 0.25), (2, 4, 0.4))
"""Places of the ends of the central 95, 80 and 50 %, and how dark each is."""
BAND, SEEN = COLOURS[5], COLOURS[4]
FARTHEST = 3.0
"""OOM shown to either side."""


def draw_hindcast(found: Scored, axes: Axes) -> Axes:
    """Draw the bands of each prediction about its median, and what was measured.

    Parameters
    ----------
    found
        How one file fared.
    axes
        Where to draw it.

    Returns
    -------
    Axes
        The same axes.
    """
    items = [item for item in found.items if not item.silent]
    for row, item in enumerate(items):
        s = item.all
        for low, high, alpha in BANDS:
            left, right = s.bands[low] - s.median, s.bands[high] - s.median
            axes.barh(
                row, right - left, left=left, height=0.55, color=BAND, alpha=alpha, linewidth=0
            )
        axes.plot([0, 0], [row - 0.3, row + 0.3], color=INK, linewidth=1.2)
        axes.plot(
            s.off,
            row,
            "D",
            markersize=6,
            markerfacecolor=SEEN if item.counted else "white",
            markeredgecolor=INK,
            markeredgewidth=0.7,
        )
        beside = axes.get_yaxis_transform()
        axes.text(1.01, row, f"{times(s.off)} times", transform=beside, va="center", fontsize=8)
    axes.set_yticks(range(len(items)), [item.name.replace("-", " ") for item in items])
    axes.set_ylim(len(items) - 0.4, -0.6)
    left, right = axes.get_xlim()
    axes.set_xlim(max(left, -FARTHEST), min(right, FARTHEST))
    axes.set_xlabel("OOM from the median predicted")
    axes.set_title(short_title(found.parameters.name), loc="left", fontsize=10, parse_math=False)
    plain(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes


def write_hindcast(found: Hindcast, path: Target) -> None:
    """Write a panel for each file, as ``write_drawn`` writes."""
    number = len(found.files)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(number, 1, squeeze=False, sharex=True)[:, 0]
        for axes, each in zip(panels, found.files, strict=True):
            draw_hindcast(each, axes)

    note = (
        "bands: central 50, 80 and 95 % of what the file predicts of the measurement, its error "
        "included\nfilled: counts; open: known when the file was written, or said by another item"
    )
    rows = max(sum(not item.silent for item in each.items) for each in found.files)
    size = (7.4, 0.9 + number * (0.8 + 0.3 * rows))
    write_drawn(path, draw, note, size=size, title=found.title)
