"""What files said of what was then measured, as a figure."""

from __future__ import annotations

from collections.abc import Sequence
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
MARGIN = 0.05


def draw_hindcast(found: Scored, axes: Axes, ends: tuple[float, float] | None = None) -> Axes:
    """Draw the bands of each prediction about its median, and what was measured.

    Parameters
    ----------
    found
        How one file fared.
    axes
        Where to draw it.
    ends
        Between which OOM from the median predicted; by default, those of the file.

    Returns
    -------
    Axes
        The same axes. What was measured beyond an end is an arrow at it.
    """
    left_end, right_end = ends or _ends([found])
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
            min(max(s.off, left_end), right_end),
            row,
            "<" if s.off < left_end else ">" if s.off > right_end else "D",
            markersize=6,
            clip_on=False,
            markerfacecolor=SEEN if item.counted else "white",
            markeredgecolor=INK,
            markeredgewidth=0.7,
        )
        beside = axes.get_yaxis_transform()
        axes.text(1.01, row, f"{times(s.off)} times", transform=beside, va="center", fontsize=8)
    axes.set_yticks(range(len(items)), [item.name.replace("-", " ") for item in items])
    axes.set_ylim(len(items) - 0.4, -0.6)
    axes.set_xlim(left_end, right_end)
    axes.set_xlabel("OOM from the median predicted")
    axes.set_title(short_title(found.parameters.name), loc="left", fontsize=10, parse_math=False)
    plain(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes


def _ends(files: Sequence[Scored]) -> tuple[float, float]:
    """Return OOM between which all bands and measurements of files lie, or the farthest shown."""
    items = [item.all for each in files for item in each.items if not item.silent]
    left = min((min(s.bands[0] - s.median, s.off) for s in items), default=-1.0)
    right = max((max(s.bands[-1] - s.median, s.off) for s in items), default=1.0)
    margin = MARGIN * (right - left)
    return max(left - margin, -FARTHEST), min(right + margin, FARTHEST)


def write_hindcast(found: Hindcast, path: Target) -> None:
    """Write a panel for each file, as ``write_drawn`` writes."""
    number, ends = len(found.files), _ends(found.files)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(number, 1, squeeze=False, sharex=True)[:, 0]
        for axes, each in zip(panels, found.files, strict=True):
            draw_hindcast(each, axes, ends)

    note = (
        "bands: central 50, 80 and 95 % of what the file predicts of the measurement, its error "
        "included\nfilled: counts; open: known when the file was written, or said by another item"
    )
    rows = max(sum(not item.silent for item in each.items) for each in found.files)
    size = (7.4, 0.9 + number * (0.8 + 0.3 * rows))
    write_drawn(path, draw, note, size=size, title=found.title)
