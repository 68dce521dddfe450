"""A map of the weights' simplex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.sweeping import Sweep
from bioanchors.analysis.weightings import simplex
from bioanchors.output.figure import COLOURS, INK, MARKERS
from bioanchors.results.words import year_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
FINE_STEP = 0.02
HEIGHT = np.sqrt(3.0) / 2.0


def draw_ternary(sweep: Sweep, axes: Axes, year: int | None = None) -> Axes:
    """Draw a map of the weights' simplex: of the median year, or of the probability by a year.

    Parameters
    ----------
    sweep
        Over a simplex of three hypotheses and nothing else.
    axes
        Where to draw it.
    year
        Whose probability to draw; by default the median year.

    Returns
    -------
    Axes
        The same axes.
    """
    axis = sweep.weightings
    # Finer than the table: weightings cost nothing.
    fine = simplex(axis.names, FINE_STEP, "keep" if axis.others_keep else "zero", none_of(sweep))
    under = fine.of(sweep.forecast)
    x, y = _place(fine.weights)
    values = under.quantile(0.5) if year is None else 100 * under.cdf(np.array([float(year)]))[:, 0]
    shown = np.clip(values, *sweep.dataset["year"].values[[0, -1]]) if year is None else values
    if np.ptp(shown) < 1e-9:
        shown = shown + np.linspace(0.0, 1e-6, shown.size)
    unit = "" if year is None else " %"
    # Lines at whole numbers: a label says where its line is.
    every, levels = _whole_levels(shown, 6), _whole_levels(shown, 24)
    drawn = axes.tricontourf(x, y, shown, levels=levels, cmap="cividis" if year else "cividis_r")
    lines = axes.tricontour(x, y, shown, levels=every, colors="white", linewidths=0.6)
    axes.clabel(lines, fmt=lambda value: f"{value:g}{unit}", fontsize=7)
    for out, words in outside(sweep, values):
        axes.tricontourf(
            x, y, out.astype(float), levels=[0.5, 1.5], colors=["#dddddd"], hatches=["////"]
        )
        axes.text(
            float(x[out].mean()),
            float(y[out].mean()),
            words,
            ha="center",
            fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        )
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.7, pad=0.1)
    bar.ax.tick_params(labelsize=7)
    bar.set_ticks([level for level in every if levels[0] <= level <= levels[-1]])
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}{unit}")
    axes.plot([0, 1, 0.5, 0], [0, 0, HEIGHT, 0], color=INK, linewidth=0.8)
    _corner_labels(axes, [name.replace("_", " ") for name in axis.names])
    _mark(sweep, axes)
    axes.set_aspect("equal")
    axes.set_xlim(-0.06, 1.06)
    axes.set_ylim(-0.12, HEIGHT + 0.1)
    axes.axis("off")
    title = "median arrival year" if year is None else f"probability of arrival by {year}"
    axes.set_title(title, fontsize=9)
    return axes


def _mark(sweep: Sweep, axes: Axes) -> None:
    """Draw the weightings to show, each with a sign of its own."""
    for i, mark in enumerate(sweep.marks):
        at = _place(np.array([mark.weights]))
        axes.plot(
            *at,
            marker="o" if i == 0 else MARKERS[(i - 1) % len(MARKERS)],
            markersize=7,
            markerfacecolor="white" if i == 0 else COLOURS[(i + 3) % len(COLOURS)],
            markeredgecolor="black",
            markeredgewidth=1.2,
            linestyle="none",
            label=mark.label,
            clip_on=False,
            zorder=6,
        )


def _whole_levels(values: Array, count: int) -> Array:
    """Return about so many levels over values, at whole numbers where they are far enough apart."""
    from matplotlib.ticker import MaxNLocator

    return np.asarray(MaxNLocator(count).tick_values(values.min(), values.max()))


def none_of(sweep: Sweep) -> float | None:
    """Return the probability of "none" on the map; None where the file's is kept."""
    none = float(sweep.weightings.none[0])
    return None if np.isnan(none) else none


def _place(weights: Array) -> tuple[Array, Array]:
    """Return places in the plane: the first name at the lower left, the third on top."""
    return weights[:, 1] + 0.5 * weights[:, 2], HEIGHT * weights[:, 2]


def _corner_labels(axes: Axes, names: list[str]) -> None:
    for (x, y), name, ha, va in zip(
        ((0.0, -0.03), (1.0, -0.03), (0.5, HEIGHT + 0.02)),
        names,
        ("center", "center", "center"),
        ("top", "top", "bottom"),
        strict=True,
    ):
        axes.text(x, y, f"all {name}", ha=ha, va=va, fontsize=8)


def outside(sweep: Sweep, years: Array) -> list[tuple[NDArray[np.bool_], str]]:
    """Return which median years are outside the window, on either side, and how that is said."""
    window = sweep.dataset["year"].values[[0, -1]]
    sides = [(years == end, year_text(end, *window)) for end in (-np.inf, np.inf)]
    return [(outside, words) for outside, words in sides if outside.any()]
