"""Every preset and every published forecast in one figure: when, and of what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, plain, write_drawn
from bioanchors.results import Forecast
from bioanchors.results.overlays import PublishedForecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
FIRST_YEAR, LAST_YEAR = 2024, 2100
LONGEST = 52
ROW_INCHES = 0.17


@dataclass(frozen=True)
class Row:
    """A line of the figure: years at ``SHARES``, ``inf`` or NaN where there are none."""

    name: str
    of: str
    years: tuple[float, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is anything to draw."""
        return not all(map(math.isnan, self.years))


def row_of(forecast: Forecast) -> Row:
    """Return the line of a forecast."""
    of = forecast.event if forecast.subject == "it" else f"{forecast.subject} {forecast.event}"
    years = tuple(forecast.quantile(share) for share in SHARES)
    return Row(forecast.parameters.name, of, years)


def published_row(forecast: PublishedForecast) -> Row:
    """Return the line of a published forecast, straight between its points."""
    given = forecast.probabilities
    years = tuple(
        float(np.interp(share, given, forecast.years))
        if given[0] <= share <= given[-1]
        else math.nan
        for share in SHARES
    )
    return Row(forecast.title, forecast.milestone, years)


def draw_library(groups: Sequence[tuple[str, Sequence[Row]]], axes: Axes) -> Axes:
    """Draw 10 to 90 %, 25 to 75 % and the median of each forecast, one below the other.

    Parameters
    ----------
    groups
        Title and lines of each group.
    axes
        Where to draw them.

    Returns
    -------
    Axes
        The same axes.
    """
    places, labels = [], []
    at = 0.0
    for i, (title, rows) in enumerate(groups):
        axes.text(FIRST_YEAR, at, title, fontsize=8, fontweight="bold", va="center")
        at += 1
        for row in sorted((row for row in rows if row.is_known), key=_by_median):
            _draw_row(axes, at, row, COLOURS[(5, 4, 2, 3, 0, 1, 6)[i % 7]])
            of = row.of if len(row.of) <= LONGEST else row.of[: LONGEST - 1] + "…"
            beside = axes.get_yaxis_transform()
            axes.text(1.01, at, of, transform=beside, fontsize=6, va="center", parse_math=False)
            places.append(at)
            labels.append(row.name)
            at += 1
        at += 0.4
    axes.set_yticks(places, labels, fontsize=6.5, parse_math=False)
    axes.set_ylim(at - 0.4, -0.7)
    axes.set_xlim(FIRST_YEAR, LAST_YEAR)
    axes.set_xlabel("year")
    plain(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes


def _by_median(row: Row) -> tuple[float, str]:
    median = row.years[2]
    return (math.inf if math.isnan(median) else median, row.name)


def _draw_row(axes: Axes, at: float, row: Row, colour: str) -> None:
    # What is not reached goes on to the edge; what was not published is not there.
    first, low, middle, high, last = np.clip(row.years, FIRST_YEAR, LAST_YEAR)
    known = [year for year in (first, low, middle, high, last) if not math.isnan(year)]
    if len(known) > 1:
        axes.plot([known[0], known[-1]], [at, at], color=colour, linewidth=1.4, alpha=0.6)
    if not (math.isnan(low) or math.isnan(high)):
        axes.plot([low, high], [at, at], color=colour, linewidth=4, alpha=0.6)
    if not math.isnan(middle):
        axes.plot(
            middle,
            at,
            "D",
            markersize=4,
            markerfacecolor=colour,
            markeredgecolor=INK,
            markeredgewidth=0.5,
            clip_on=False,
        )


def write_library(groups: Sequence[tuple[str, Sequence[Row]]], path: Target) -> None:
    """Write the figure, as ``write_drawn`` writes."""

    def draw(figure: Figure) -> None:
        draw_library(groups, figure.subplots())

    rows = sum(len(rows) + 1.4 for _, rows in groups)
    note = (
        "thin: 10 to 90 %, or as far as published; thick: 25 to 75 %; diamond: median. "
        "At the right: what arrives. Years before 2024 and after 2100 are at the edge."
    )
    size = (9.0, 1.0 + ROW_INCHES * rows)
    write_drawn(path, draw, note, size=size, title="Forecasts by their medians")
