"""One figure that a newspaper could print: a sentence, a curve, four numbers and the source."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, plain, write_drawn
from bioanchors.results.forecast import Forecast
from bioanchors.results.telling import headline_words, whole_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_YEARS = 4
FEWEST_YEARS = 2
"""Report years below which decades are told instead."""

WIDTH = 62
"""Characters of the sentence in a line."""

LEFT_OF = 0.6
"""Of the axes' width, from which on a number stands to the left of its place on the curve."""


def draw_headline(forecast: Forecast, axes: Axes) -> Axes:
    """Draw the CDF of all, with the probability by up to four years written on it."""
    years, cdf = forecast.years, forecast.cdf
    axes.fill_between(years, cdf, color=COLOURS[5], alpha=0.12, linewidth=0)
    axes.plot(years, cdf, color=COLOURS[5], linewidth=2.6)
    for year in headline_years(forecast):
        probability = forecast.probability_by(year)
        late = (year - years[0]) / (years[-1] - years[0]) > LEFT_OF
        axes.plot(
            [year],
            [probability],
            marker="o",
            markersize=6,
            color=COLOURS[5],
            markeredgecolor="white",
            clip_on=False,
            zorder=5,
        )
        axes.annotate(
            f"{whole_percent(probability)} by {year:g}",
            (year, probability),
            xytext=(0, 12) if late else (9, -11),
            textcoords="offset points",
            ha="right" if late else "left",
            fontsize=10,
            fontweight="bold",
            color=INK,
        )
    axes.set_xlim(years[0], years[-1])
    axes.set_ylim(0, 1)
    axes.locator_params(axis="x", integer=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel("by the first day of the year")
    axes.set_ylabel("probability that it has happened")
    plain(axes, "y")
    return axes


def headline_years(forecast: Forecast) -> list[float]:
    """Return up to four years to tell of: those of the report, or decades if those are too few.

    Of more, the first of the two that are nearest to each other is left out, again and again.
    """
    parameters = forecast.parameters
    chosen: list[float] = sorted(set(parameters.report_years))
    if len(chosen) < FEWEST_YEARS:
        window = range(parameters.first_year, parameters.last_year + 1)
        decades = [year for year in window if year % 10 == 0] or [window[-1]]
        places = np.linspace(0, len(decades) - 1, MOST_YEARS).round().astype(int)
        chosen = [decades[place] for place in np.unique(places)]
    while len(chosen) > MOST_YEARS:
        del chosen[int(np.argmin(np.diff(chosen)))]
    return chosen


def source_words(forecast: Forecast) -> str:
    """Return where the figure comes from, and of what it is no proof, in small print."""
    made = forecast.origin
    return (
        f"Source: forecast \u201c{forecast.title}\u201d, bioanchors {made.version}, "
        f"{made.created[:10]}, after the model of A. Cotra (2020). The curve is what follows from "
        "the forecast's assumptions; other assumptions give other curves."
    )


def _even_lines(text: str) -> str:
    """Return a text in as few lines as it needs, of about one length."""
    count = len(textwrap.wrap(text, WIDTH))
    width = next(w for w in range(1, WIDTH + 1) if len(textwrap.wrap(text, w)) <= count)
    return textwrap.fill(text, width)


def write_headline(forecast: Forecast, path: Target) -> None:
    """Write the figure, as ``write_drawn`` writes."""

    def draw(figure: Figure) -> None:
        axes = draw_headline(forecast, figure.subplots())
        axes.set_title(
            _even_lines(headline_words(forecast)),
            fontsize=13,
            fontweight="bold",
            parse_math=False,
            pad=16,
        )

    write_drawn(path, draw, textwrap.fill(source_words(forecast), 130), size=(7.2, 4.8))
