"""When runs can be bought, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bioanchors.analysis.affording import Affordability
from bioanchors.formats.files import Target
from bioanchors.output.affordability_tables import share_words
from bioanchors.output.figure import COLOURS, INK, plain, write_drawn
from bioanchors.results.words import made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


PLACES = (0.2, 0.6, 1.0)


def draw_affordability(found: Affordability, axes: Axes) -> Axes:
    """Draw the years in which runs can be bought: the median, and 10 to 90 %."""
    first, last = found.forecast.years[0], found.forecast.years[-1]
    flop = np.array([entry.flop for entry in found.entries])
    years = np.array([[year.value for year in entry.years] for entry in found.entries])
    low, middle, high = np.clip(years, first, last).T
    axes.fill_betweenx(flop, low, high, color=COLOURS[5], alpha=0.25, linewidth=0)
    inside = np.isfinite(years[:, 1])
    axes.plot(middle[inside], flop[inside], color=INK, linewidth=1.8, marker="o", markersize=3)
    axes.set_yscale("log")
    axes.set_xlim(first, last)
    axes.set_xlabel("year in which somebody could buy the run")
    axes.set_ylabel("training FLOP")
    axes.locator_params(axis="x", integer=True)
    plain(axes)
    return axes


def _prices(found: Affordability, axes: Axes) -> None:
    """Write cost, share of GDP and probability of never, each at the height of its run."""
    heads = ("$", "of GDP", f"not by {found.forecast.years[-1]:.0f}")
    for place, head in zip(PLACES, heads, strict=True):
        axes.annotate(head, (place, 1.02), xycoords="axes fraction", ha="right", fontsize=7)
    for entry in found.entries:
        cost = "-" if np.isnan(entry.cost_usd) else f"{entry.cost_usd:.0e}"
        share = "-" if np.isnan(entry.share_of_gdp) else share_words(entry.share_of_gdp)
        texts = (cost, share, f"{100 * entry.never.value:.0f} %")
        for place, text in zip(PLACES, texts, strict=True):
            axes.text(place, entry.flop, text, ha="right", va="center", fontsize=7)
    axes.set_axis_off()


def write_affordability(found: Affordability, path: Target) -> None:
    """Write when runs can be bought, and at what price, as ``write_drawn`` writes."""

    def draw(figure: Figure) -> None:
        years, prices = figure.subplots(1, 2, sharey=True, width_ratios=(2.6, 1.0))
        draw_affordability(found, years)
        _prices(found, prices)

    counted = "no algorithmic gain" if found.algorithms is None else f"gain of {found.algorithms}"
    note = (
        f"line: median; band: 10 to 90 %; {counted}; $ and share of GDP: medians in that year\n"
        f"{made_words(found.forecast)}"
    )
    write_drawn(path, draw, note, title=found.forecast.title)
