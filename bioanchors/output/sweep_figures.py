"""A sweep as a figure: a ternary map, lines, a heat map, or dots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.sweeping import Sweep
from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, MARKERS, STYLES, plain, write_drawn
from bioanchors.output.ternary_figures import draw_ternary, none_of, outside
from bioanchors.results.words import all_made_words, number_text, year_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
MOST_DOTS = 40
HIGH = 4.2
MULTIPLES_ACROSS, MOST_MULTIPLES = 3, 12


def draw_lines(sweep: Sweep, median: Axes, chances: Axes) -> None:
    """Draw the median year, and the probabilities by the report years, against what was swept.

    Parameters
    ----------
    sweep
        Over one thing that has an order.
    median, chances
        Where to draw the two.
    """
    data, x, label = sweep.dataset, *_order(sweep)
    years, error = data["median_year"].values, data["median_year_standard_error"].values
    finite = np.isfinite(years)
    dense = x.size > 30
    median.plot(x[finite], years[finite], color=INK, marker=None if dense else "o", markersize=3)
    known = finite & np.isfinite(error)
    median.fill_between(
        x[known],
        (years - 2 * error)[known],
        (years + 2 * error)[known],
        color=INK,
        alpha=0.2,
        linewidth=0,
    )
    for out, words in outside(sweep, years):
        median.plot(
            x[out],
            np.clip(years[out], *data["year"].values[[0, -1]]),
            linestyle="none",
            marker="^" if years[out][0] > 0 else "v",
            color="#999999",
            label=words,
            clip_on=False,
        )
    if not finite.all():
        median.legend(fontsize=7, frameon=False)
    median.ticklabel_format(axis="y", useOffset=False)
    median.set_ylabel(f"median year in which {sweep.forecast.subject} is {sweep.forecast.event}")
    for i, year in enumerate(sweep.report_years):
        values = data["probability"].sel(year=year).values
        error = data["probability_standard_error"].sel(year=year).values
        colour = COLOURS[i % len(COLOURS)]
        chances.plot(
            x,
            values,
            color=colour,
            linestyle=STYLES[i % len(STYLES)],
            marker=None if dense else "o",
            markersize=3,
            label=f"by {year}",
        )
        chances.fill_between(
            x, values - 2 * error, values + 2 * error, color=colour, alpha=0.25, linewidth=0
        )
    chances.set_ylim(0, 1)
    chances.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    chances.set_ylabel("probability of arrival")
    chances.legend(fontsize=7, frameon=False)
    for axes in (median, chances):
        plain(axes)
        axes.set_xlabel(label)
        if _is_wide(x):
            axes.set_xscale("log")


def draw_heat(
    sweep: Sweep,
    axes: Axes,
    year: int | None = None,
    *,
    at: Mapping[str, int] | None = None,
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draw two swept keys as a grid of cells: the median year, or the probability by a year.

    Parameters
    ----------
    sweep
        Over two keys, or more of which all others are fixed.
    axes
        Where to draw it.
    year
        Whose probability to draw; by default the median year.
    at
        Places of other keys at which they are fixed.
    limits
        Ends of the colours, which several figures share; by default of what is drawn, with a bar
        beside it.
    """
    fixed = at or {}
    down, across = (name for name in sweep.dimensions if name not in fixed)
    data = sweep.dataset.isel(fixed)
    values = (
        data["median_year"].values
        if year is None
        else 100 * data["probability"].sel(year=year).values
    )
    finite = np.where(np.isfinite(values), values, np.nan)
    drawn = axes.imshow(
        finite,
        origin="lower",
        aspect="auto",
        cmap="cividis" if year else "cividis_r",
        vmin=None if limits is None else limits[0],
        vmax=None if limits is None else limits[1],
    )
    axes.set_facecolor("#dddddd")
    axes.grid(visible=False)  # would cross out the numbers
    for name, set_ticks, set_label in (
        (across, axes.set_xticks, axes.set_xlabel),
        (down, axes.set_yticks, axes.set_ylabel),
    ):
        labels = [v if isinstance(v, str) else number_text(v) for v in data[name].values.tolist()]
        every = max(1, -(-len(labels) // 8))
        set_ticks(range(0, len(labels), every), labels[::every], fontsize=7)
        set_label(_with_unit(sweep, name))
    if values.size <= 100:
        low, high = limits or (np.nanmin(finite), np.nanmax(finite))
        for (i, j), value in np.ndenumerate(values):
            text = f"{value:.0f}" + ("" if year is None else " %")
            if not np.isfinite(value):
                text = year_text(value, *data["year"].values[[0, -1]])
            dark = np.isfinite(value) and (
                ((value - low) / max(high - low, 1e-9) > 0.5) == (year is None)
            )
            axes.text(
                j, i, text, ha="center", va="center", fontsize=7, color="white" if dark else "black"
            )
    if limits is None:
        axes.figure.colorbar(drawn, ax=axes, shrink=0.8).ax.tick_params(labelsize=7)
    title = "median arrival year" if year is None else f"probability of arrival by {year}, %"
    axes.set_title(title, fontsize=9)
    return axes


def draw_multiples(sweep: Sweep, figure: Figure) -> None:
    """Draw three swept keys as grids of the median year, one for each value of one of them.

    The key with the fewest values tells the grids apart, which share their colours.
    """
    data = sweep.dataset["median_year"]
    apart = min(sweep.dimensions, key=lambda name: data.sizes[name])
    finite = data.values[np.isfinite(data.values)]
    limits = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    values = sweep.dataset[apart].values.tolist()
    every = figure.subplots(
        -(-len(values) // MULTIPLES_ACROSS), min(len(values), MULTIPLES_ACROSS), squeeze=False
    ).ravel()
    for i, (axes, value) in enumerate(zip(every, values, strict=False)):
        draw_heat(sweep, axes, at={apart: i}, limits=limits)
        told = value if isinstance(value, str) else f"{value:.4g}"
        axes.set_title(f"{apart} = {told}", fontsize=8)
        # Names of keys are long: once is enough.
        if i % MULTIPLES_ACROSS:
            axes.set_ylabel("")
    for axes in every[len(values) :]:
        axes.remove()
    figure.colorbar(every[0].images[0], ax=list(every[: len(values)]), shrink=0.8).set_label(
        "median arrival year"
    )


def draw_dots(sweep: Sweep, axes: Axes) -> Axes:
    """Draw what has no order: the probabilities by the report years, a row each."""
    from bioanchors.output.sweep_tables import combinations

    heads, rows = combinations(sweep)
    labels = [
        ", ".join(cell if len(cell) < 30 else cell[:29] + "…" for cell in row) for row in rows
    ]
    if heads != ["file"]:
        labels = [f"{i + 1}" for i in range(len(rows))]
    places = np.arange(len(rows))[::-1]
    for i, year in enumerate(sweep.report_years):
        values = sweep.dataset["probability"].sel(year=year).values.ravel()
        error = sweep.dataset["probability_standard_error"].sel(year=year).values.ravel()
        axes.errorbar(
            values,
            places,
            xerr=2 * error,
            linestyle="none",
            marker=MARKERS[i % len(MARKERS)],
            color=COLOURS[i % len(COLOURS)],
            markersize=5,
            label=f"by {year}",
        )
    axes.set_yticks(places, labels, fontsize=7)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel("probability of arrival")
    if heads != ["file"]:
        axes.set_ylabel("row of sweep.csv")
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.legend(
        fontsize=7,
        frameon=False,
        ncols=len(sweep.report_years),
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
    )
    plain(axes)
    return axes


def write_sweep_figure(sweep: Sweep, path: Target) -> bool:
    """Write the figure that fits a sweep as PNG; return whether there is one.

    Three hypotheses: ternary maps. One key, a line, or two hypotheses: lines. Two keys: heat maps.
    Three, of which one has up to twelve values: a heat map for each of those. Files, or a list of
    up to 40 weightings: dots. More dimensions have no figure.
    """
    draw, height = _fitting(sweep)
    if draw is None:
        return False
    notes = [f"event: {sweep.forecast.event}; {all_made_words(sweep.runs)}"]
    if _is_ternary(sweep):
        rest = "keep their shares" if sweep.weightings.others_keep else "have none"
        none = none_of(sweep)
        notes.append(
            f'other hypotheses {rest}; "none" '
            + ("as in the file" if none is None else f"{none:g}")
            + "; marks stand for their weights alone"
        )
    title = "Several files" if "file" in sweep.dimensions else sweep.forecast.title
    write_drawn(path, draw, "\n".join(notes), size=(9.0, height), title=title)
    return True


def _is_ternary(sweep: Sweep) -> bool:
    axis = sweep.axis
    return (
        len(sweep.dimensions) == 1
        and axis is not None
        and axis.kind == "simplex"
        and len(axis.names) == 3
    )


def _fitting(sweep: Sweep) -> tuple[Callable[[Figure], None] | None, float]:
    """Return what draws the figure that fits a sweep, if one does, and its height in inches."""
    dims, rows = sweep.dimensions, int(sweep.dataset["median_year"].size)
    year = sweep.report_years[len(sweep.report_years) // 2] if sweep.report_years else None

    def ternary(figure: Figure) -> None:
        pair = figure.subplots(1, 2)
        draw_ternary(sweep, pair[0])
        if year is not None:
            draw_ternary(sweep, pair[1], year)
        handles = pair[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside upper right", ncols=4, fontsize=8, frameon=False)

    def lines(figure: Figure) -> None:
        draw_lines(sweep, *figure.subplots(1, 2))

    def heat(figure: Figure) -> None:
        pair = figure.subplots(1, 2)
        draw_heat(sweep, pair[0])
        if year is not None:
            draw_heat(sweep, pair[1], year)

    def dots(figure: Figure) -> None:
        draw_dots(sweep, figure.subplots())

    if _is_ternary(sweep):
        return ternary, HIGH
    if len(dims) == 1 and _has_order(sweep):
        return lines, HIGH
    if len(dims) == 2 and sweep.axis is None and "file" not in dims:
        return heat, HIGH
    sizes = [sweep.dataset.sizes[name] for name in dims]
    if (
        len(dims) == 3
        and sweep.axis is None
        and "file" not in dims
        and min(sizes) <= MOST_MULTIPLES
    ):
        down = -(-min(sizes) // MULTIPLES_ACROSS)
        return partial(draw_multiples, sweep), 1.0 + 2.7 * down
    if len(dims) == 1 and rows <= MOST_DOTS:
        return dots, 1.6 + 0.3 * rows
    return None, HIGH


def _has_order(sweep: Sweep) -> bool:
    (name,) = sweep.dimensions
    if name == "weighting":
        return sweep.weightings.kind in ("line", "simplex")
    return name != "file" and sweep.dataset[name].dtype.kind == "f"


def _order(sweep: Sweep) -> tuple[Array, str]:
    (name,) = sweep.dimensions
    if name != "weighting":
        return sweep.dataset[name].values, _with_unit(sweep, name)
    axis = sweep.weightings
    if axis.share is not None:
        return axis.share, "way from the first weighting to the second"
    return axis.weights[:, 1], f"weight of {axis.names[1]}, the rest of {axis.names[0]}"


def _with_unit(sweep: Sweep, name: str) -> str:
    unit = sweep.dataset[name].attrs.get("units", "")
    return f"{name}, {unit}" if unit else name


def _is_wide(x: Array) -> bool:
    return bool(np.all(x > 0) and x.max() / x.min() > 50)
