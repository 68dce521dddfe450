"""Several forecasts in one figure, and the waterfall from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bioanchors.analysis.attribution import Attribution
from bioanchors.formats.files import Target
from bioanchors.output.comparison_tables import attribution_made, chosen_outcomes, outcome_words
from bioanchors.output.figure import (
    COLOURS,
    INK,
    STYLES,
    band_words,
    draw_error,
    of_cdfs,
    plain,
    with_named_lines,
    write_drawn,
)
from bioanchors.results import Forecast
from bioanchors.results.outcomes import Outcome, ProbabilityBy
from bioanchors.results.words import all_made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_NAME = 40
LATER, EARLIER = COLOURS[4], COLOURS[5]


def draw_forecasts(
    forecasts: Sequence[Forecast], axes: Axes, names: Sequence[str] | None = None
) -> Axes:
    """Draw the CDFs of several forecasts, each with twice its standard error where that is seen.

    Parameters
    ----------
    forecasts
        What to draw.
    axes
        Where to draw it.
    names
        What to call each; by default as their files.
    """
    called = names_of(forecasts, names)
    for i, forecast in enumerate(forecasts):
        colour = COLOURS[(i + 4) % len(COLOURS)]
        draw_error(forecast, axes, colour)
        axes.plot(
            forecast.years,
            forecast.cdf,
            color=colour,
            linestyle=STYLES[i % len(STYLES)],
            linewidth=1.8,
            label=called[i],
        )
    return of_cdfs(axes, forecasts[0].years, arrival_label(forecasts))


def names_of(forecasts: Sequence[Forecast], names: Sequence[str] | None = None) -> Sequence[str]:
    """Return what to call each of several forecasts: as their files, unless they are named."""
    return [_name(each) for each in forecasts] if names is None else names


def arrival_label(forecasts: Sequence[Forecast]) -> str:
    """Return what the years of several forecasts are."""
    events = dict.fromkeys(forecast.event for forecast in forecasts)
    return f"year in which it is {' or '.join(events)}"


def _name(forecast: Forecast) -> str:
    """Return a preset's name, or a file's without its folder."""
    name = Path(forecast.parameters.name).name
    return name if len(name) <= LONGEST_NAME else "…" + name[1 - LONGEST_NAME :]


def draw_waterfall(attribution: Attribution, outcome: Outcome, axes: Axes) -> Axes:
    """Draw how an outcome goes from the first forecast to the second, group by group.

    Bars are Shapley values, one after the other; thin lines are the range over all orders of
    swapping, from where the bar begins.
    """
    a = attribution
    before, after = a.ends(outcome)
    scale = 100.0 if isinstance(outcome, ProbabilityBy) else 1.0
    parts = a.of(outcome)
    names = [_name(a.first), *(part.group for part in parts), _name(a.second)]
    here = before
    sooner = isinstance(outcome, ProbabilityBy)
    for i, part in enumerate(parts, start=1):
        value = part.shapley.value
        earlier = (value > 0) == sooner
        axes.barh(
            i, scale * value, left=scale * here, height=0.62, color=EARLIER if earlier else LATER
        )
        axes.plot(
            [scale * (here + part.lowest), scale * (here + part.highest)],
            [i, i],
            color=INK,
            linewidth=0.9,
            marker="|",
            markersize=5,
        )
        axes.plot(
            [scale * (here + value)] * 2, [i - 0.31, i + 1.31], color="#888888", linewidth=0.6
        )
        right = max(scale * (here + part.highest), scale * here, scale * (here + value))
        axes.annotate(
            f"{round(scale * value, 1) + 0.0:+.1f}",
            (right, i),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
        here += value
    for place, value in ((0, before), (len(parts) + 1, after)):
        axes.plot([scale * value], [place], marker="D", color=INK, markersize=6)
        text = f"{scale * value:.1f}" + (" %" if sooner else "")
        axes.annotate(
            text,
            (scale * value, place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.use_sticky_edges = False
    axes.margins(x=0.15)
    # By itself matplotlib may set ticks at quarters of a year, whose names overlap.
    axes.locator_params(axis="x", nbins="auto", steps=[1, 2, 5, 10])
    axes.ticklabel_format(axis="x", useOffset=False)
    if isinstance(outcome, ProbabilityBy):
        axes.set_xlabel(f"probability of arrival by {outcome.year:g}, %")
    else:
        axes.set_xlabel(f"arrival year: {outcome_words(outcome)}")
    plain(axes, "x")
    return axes


def write_comparison(forecasts: Sequence[Forecast], path: Target) -> None:
    """Write the CDFs of several forecasts as PNG."""
    note = f'"none" included{band_words(forecasts)}\n{all_made_words(forecasts)}'
    drawn = with_named_lines(partial(draw_forecasts, forecasts))
    write_drawn(path, drawn, note, title="Forecasts compared")


def write_waterfall(attribution: Attribution, path: Target) -> None:
    """Write the waterfalls of the restricted mean and of the middle probability as PNG."""
    a = attribution
    chosen = chosen_outcomes(a, 2)

    def draw(figure: Figure) -> None:
        every = figure.subplots(1, len(chosen), squeeze=False)[0]
        for axes, outcome in zip(every, chosen, strict=True):
            draw_waterfall(a, outcome, axes)

    event = " -> ".join(dict.fromkeys([a.first.event, a.second.event]))
    note = (
        "bars: Shapley values (blue: earlier, orange: later); thin lines: range over all orders of "
        f"swapping\nevent: {event}; {attribution_made(a)}"
    )
    title = f"from {_name(a.first)} to {_name(a.second)}"
    write_drawn(
        path,
        draw,
        note,
        size=(max(4.5 * len(chosen), 5.0), 1.8 + 0.34 * (len(a.groups) + 2)),
        title=title,
    )
