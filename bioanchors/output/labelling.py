"""What the lines of a figure are, written where they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

Array = NDArray[np.float64]
FONT_POINTS = 8
APART_POINTS = 10.5
LEGEND_POINTS = 16.0
"""Height of a row of a legend, about."""

HIGH = 0.74
"""Of a figure's height, that of its axes, about."""

FARTHEST = 0.12
"""Of the axes' height, how far a label may be from its line; farther, a legend is clearer."""

AWAY = 0.035
"""Of the axes' width, from the end of a line to its label."""


def label_lines(figure: Figure, axes: Axes) -> None:
    """Write the name of each line beside its end, joined to it; of what has no end there, a legend.

    Parameters
    ----------
    figure
        Of one set of axes.
    axes
        With all of their lines and limits.
    """
    from matplotlib.lines import Line2D

    handles, names = axes.get_legend_handles_labels()
    lines = {i: handle for i, handle in enumerate(handles) if isinstance(handle, Line2D)}
    ends = {i: _end(axes, line) for i, line in lines.items()}
    found = {i: end for i, end in ends.items() if end is not None}
    order = sorted(found, key=lambda i: found[i])
    wanted = np.array([found[i] for i in order])
    high = _high_points(figure, axes)
    apart = APART_POINTS / high
    # The lowest and the highest that all of them leave each other, in the axes.
    steps = apart * np.arange(wanted.size)
    lowest = spread(wanted, apart) - steps
    places = np.clip(lowest, 0.0, max(1.0 - apart * (wanted.size - 1), 0.0)) + steps
    if wanted.size and np.abs(places - wanted).max() > FARTHEST:
        order = []
    for i, place in zip(order, places, strict=False):
        line = lines[i]
        axes.plot(
            [1.0, 1.0 + 0.8 * AWAY],
            [found[i], place],
            transform=axes.transAxes,
            clip_on=False,
            color=line.get_color(),
            linestyle=line.get_linestyle(),
            linewidth=line.get_linewidth(),
            label="_end",
        )
        axes.annotate(
            names[i],
            (1.0 + AWAY, place),
            xycoords="axes fraction",
            annotation_clip=False,
            va="center",
            fontsize=FONT_POINTS,
            parse_math=False,
        )
    rest = [i for i in range(len(handles)) if i not in order]
    if rest:
        # Of more than there is room for the boldest.
        most = int(high / LEGEND_POINTS)
        left_out = len(rest) - most
        if left_out > 0:
            widths = {i: line.get_linewidth() for i, line in lines.items()}
            rest = sorted(sorted(rest, key=lambda i: -widths.get(i, np.inf))[:most])
        axes.legend(
            [handles[i] for i in rest],
            [names[i] for i in rest],
            loc="best",
            title=f"(and {left_out} more)" if left_out > 0 else None,
        )


def _high_points(figure: Figure, axes: Axes) -> float:
    """Return how high axes are, or will be once the figure is laid out."""
    if figure.get_layout_engine() is None:
        return 72 * float(axes.bbox.height / figure.dpi)
    return 72 * HIGH * float(figure.get_figheight())


def spread(wanted: Array, apart: float) -> Array:
    """Return ascending places nearest to those wanted, by squares, at least so far apart.

    Parameters
    ----------
    wanted
        Ascending, shape (label,).
    apart
        In the same unit.

    Notes
    -----
    What is left when each place is lowered by its number times ``apart`` must not fall: isotonic
    regression, by pooling adjacent violators.
    """
    pools: list[list[float]] = []
    for lowered in wanted - apart * np.arange(wanted.size):
        pools.append([float(lowered)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    flat: list[float] = [float(np.mean(pool)) for pool in pools for _ in pool]
    return np.array(flat, dtype=np.float64) + apart * np.arange(wanted.size, dtype=np.float64)


def _end(axes: Axes, line: Line2D) -> float | None:
    """Return how high a line ends at the right edge, as a share of the axes, if it does."""
    if line.get_linestyle() == "None":
        return None
    x, y = _last(line)
    to_axes = axes.transScale + axes.transLimits
    across, high = to_axes.transform((x, y))
    return float(high) if abs(across - 1) < 0.01 and 0 <= high <= 1 else None


def _last(line: Line2D) -> tuple[float, float]:
    x, y = (np.asarray(data, dtype=np.float64) for data in line.get_data())
    return (float(x[-1]), float(y[-1])) if x.size else (np.nan, np.nan)
