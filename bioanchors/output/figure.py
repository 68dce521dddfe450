"""The CDF of arrival years as a figure."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from bioanchors.formats.files import Target, write_bytes
from bioanchors.output.labelling import label_lines
from bioanchors.results.forecast import Forecast
from bioanchors.results.overlays import PublishedForecast
from bioanchors.results.summaries import QUANTILES
from bioanchors.results.words import made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with colour-blindness can tell apart; line styles differ,
# too, so that they can be told apart in grey.
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#D55E00", "#0072B2", "#999999")
STYLES = (
    "-",
    (0, (5, 2)),
    (0, (6, 1.5, 1, 1.5)),
    (0, (1, 1.2)),
    (0, (6, 1.5, 1, 1.5, 1, 1.5, 1, 1.5)),
    (0, (12, 2.5)),
    (0, (2.5, 1.5)),
)
MARKERS = ("D", "^", "s", "v", "P", "X")
INK = "#222222"
SHEET = Path(__file__).with_name("bioanchors.mplstyle")
MOST_LABELS, LONGEST_LABEL, LONGEST_TITLE = 12, 24, 60
SEEN = 0.003
"""Standard error of a probability from which on twice it reaches beyond the line of a CDF."""


def draw_cdf(forecast: Forecast, axes: Axes, overlays: Sequence[PublishedForecast] = ()) -> Axes:
    """Draw the CDF, the hypotheses and the published figures.

    Twice the standard error is drawn about the CDF where it reaches beyond the line.

    Parameters
    ----------
    forecast
        What to draw.
    axes
        Where to draw it.
    overlays
        Published forecasts to lay over it.

    Returns
    -------
    Axes
        The same axes.
    """
    years, cdf = forecast.years, forecast.cdf_of()
    largest = np.argsort(-forecast.share, kind="stable")[:MOST_LABELS]
    for i, name in enumerate(forecast.hypotheses):
        axes.plot(
            years,
            forecast.cdf_of(name),
            color=COLOURS[i % len(COLOURS)],
            linestyle=STYLES[(i + i // len(COLOURS)) % len(STYLES)],
            linewidth=1.1,
            label=name.replace("_", " ")[:LONGEST_LABEL] if i in largest else None,
        )
    draw_error(forecast, axes, INK)
    if forecast.has_evidence:
        prior = forecast.prior
        axes.plot(years, prior.cdf, color="#888888", linewidth=1.6, label="before the evidence")
    axes.plot(years, cdf, color=INK, linewidth=2.2, label='all, "none" included')
    mark_quantiles(forecast, axes)
    published, adjusted = forecast.parameters.tables.published, forecast.parameters.tables.adjusted
    if adjusted is not None and adjusted.probability_by:
        axes.plot(
            *_inside(adjusted.probability_by, years[0], years[-1]),
            color=INK,
            linewidth=0.8,
            linestyle="--",
            marker="s",
            markersize=4.5,
            label="adjusted",
            zorder=5,
        )
    if published is not None and published.probability_by:
        axes.plot(
            *_inside(published.probability_by, years[0], years[-1]),
            linestyle="none",
            marker="o",
            markersize=3,
            markerfacecolor="white",
            markeredgecolor=INK,
            markeredgewidth=0.7,
            label="published",
            zorder=5,
        )
    for i, overlay in enumerate(overlays):
        axes.plot(
            overlay.years,
            overlay.probabilities,
            color="#777777",
            linewidth=0.8,
            marker=MARKERS[i % len(MARKERS)],
            markersize=4.5,
            markerfacecolor=COLOURS[(i + 4) % len(COLOURS)],
            markeredgecolor=INK,
            markeredgewidth=0.5,
            label=overlay.title,
            zorder=4,
        )
    return of_cdfs(axes, years, f"year in which {forecast.subject} is {forecast.event}")


def of_cdfs(axes: Axes, years: Sequence[float] | NDArray[np.float64], label: str) -> Axes:
    """Give axes the ends, numbers and names of CDFs by year.

    Parameters
    ----------
    axes
        The axes.
    years
        Ascending, from the first to the last.
    label
        What the years are.
    """
    if years[0] < years[-1]:
        axes.set_xlim(years[0], years[-1])
    axes.locator_params(axis="x", integer=True)
    axes.ticklabel_format(axis="x", useOffset=False)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel(label)
    axes.set_ylabel("probability of arrival by the year")
    plain(axes)
    return axes


def draw_error(forecast: Forecast, axes: Axes, colour: str) -> None:
    """Draw twice the standard error about a CDF, where it reaches beyond the line."""
    years, cdf, error = forecast.years, forecast.cdf_of(), forecast.cdf_standard_error
    if error.max() >= SEEN:
        low, high = cdf - 2 * error, cdf + 2 * error
        axes.fill_between(years, low, high, color=colour, alpha=0.25, linewidth=0)


def band_words(forecasts: Iterable[Forecast]) -> str:
    """Return what to say of bands, to follow other words; nothing where none is seen."""
    seen = any(each.cdf_standard_error.max() >= SEEN for each in forecasts)
    return "; bands: two standard errors" if seen else ""


def mark_quantiles(forecast: Forecast, axes: Axes) -> None:
    """Mark the median and other quantiles on the CDF of all, each with its year."""
    from matplotlib.patheffects import withStroke

    for p in QUANTILES:
        year = forecast.quantile(p)
        if not np.isfinite(year):
            continue
        is_median = p == 0.5
        axes.plot([year], [p], marker="o", markersize=5 if is_median else 3.5, color=INK, zorder=6)
        axes.annotate(
            f"{year:.0f}" if not is_median else f"median {year:.1f}",
            (year, p),
            xytext=(5, -8),
            textcoords="offset points",
            fontsize=8 if is_median else 7,
            fontweight="bold" if is_median else "normal",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
            zorder=6,
        )


def _inside(
    by: Mapping[str, float], first_year: float, last_year: float
) -> tuple[list[int], list[float]]:
    """Return years and probabilities of a table, those of the window."""
    kept = {int(y): p for y, p in sorted(by.items()) if first_year <= int(y) <= last_year}
    return list(kept), list(kept.values())


def short_title(title: str) -> str:
    """Cut a title to what fits above a figure."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def plain(axes: Axes, grid: Literal["both", "x", "y"] = "both") -> None:
    """Give axes a grid behind what is drawn, and no box."""
    axes.grid(visible=False)
    axes.grid(axis=grid, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


@contextmanager
def style() -> Iterator[None]:
    """Return a context in which figures have the package's style."""
    from matplotlib import rc_params_from_file, rcParams

    sheet = rc_params_from_file(str(SHEET), use_default_template=False)
    # Not matplotlib's own context: it also takes back what a notebook's backend has set meanwhile.
    before = {key: rcParams[key] for key in sheet}
    rcParams.update(sheet)
    try:
        yield
    finally:
        rcParams.update(before)


def legend_above(axes: Axes) -> None:
    """Put what a plot shows into a line above it, where it covers nothing."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=8, borderaxespad=0.4,
        handlelength=1.6, columnspacing=1.3, fontsize=7.5,
    )  # fmt: skip


def write_drawn(
    path: Target,
    draw: Callable[[Figure], None],
    note: str = "",
    *,
    size: tuple[float, float] | None = None,
    title: str = "",
    suffix: str = ".png",
) -> None:
    """Write a figure in the package's style, a title above and a note below; whole or not at all.

    Parameters
    ----------
    path
        Where to: a path, as PNG, SVG or PDF by its suffix, or a stream.
    draw
        Draws into the figure.
    note
        Small print: of which event, how it was made.
    size
        Width and height, inches; by default that of the style.
    title
        Is cut to what fits.
    suffix
        Of a stream, which has none.
    """
    # Without pyplot: no global state, no window system, half the import time.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    suffix = path.suffix if isinstance(path, Path) else suffix
    made = io.BytesIO()
    with style(), warnings.catch_warnings():
        # A title may be in a script that matplotlib's own fonts lack; the figure is sound.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure = Figure(figsize=size)
        FigureCanvasAgg(figure)
        draw(figure)
        if title:
            figure.suptitle(short_title(title), x=0.01, ha="left", fontsize=11, parse_math=False)
        if note:
            small = {"fontsize": 6.5, "color": "#666666"}
            figure.supxlabel(note, parse_math=False, x=0.01, ha="left", **small)
        metadata = {"Date": None} if suffix == ".svg" else None
        figure.savefig(made, format=suffix.removeprefix("."), metadata=metadata)
    write_bytes(path, made.getvalue())


def with_named_lines(draw: Callable[[Axes], object]) -> Callable[[Figure], None]:
    """Return what draws one set of axes into a figure, each line named at its end."""

    def drawn(figure: Figure) -> None:
        axes = figure.subplots()
        draw(axes)
        label_lines(figure, axes)

    return drawn


def write_cdf(forecast: Forecast, path: Target, overlays: Sequence[PublishedForecast] = ()) -> None:
    """Write the CDF, as ``write_drawn`` writes."""
    lines = [
        f"event: {forecast.event}; {made_words(forecast)}",
        f'hypotheses without "none"{band_words([forecast])}',
        *(f"{overlay.title}: {overlay.milestone}" for overlay in overlays),
    ]
    draw = partial(draw_cdf, forecast, overlays=overlays)
    write_drawn(path, with_named_lines(draw), "\n".join(lines), title=forecast.title)
