"""Figures: each function takes and returns ``Axes``.

>>> import bioanchors as ba
>>> from matplotlib.figure import Figure
>>> forecast = ba.run("cotra2020")
>>> axes = ba.plots.density(forecast, Figure().subplots())
>>> axes.get_xlabel()
'year in which it is affordable'

With pyplot, ``ba.plots.cdf(forecast, plt.gca())``; ``ba.plots.style()`` is a context with the style
of the package's own figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.trajectories import Trajectories, trajectories
from bioanchors.engine import REQUIREMENT_EDGES
from bioanchors.formats.files import Target
from bioanchors.output.affordability_figures import draw_affordability as affordability
from bioanchors.output.comparison_figures import arrival_label, names_of
from bioanchors.output.comparison_figures import draw_forecasts as forecasts
from bioanchors.output.comparison_figures import draw_waterfall as waterfall
from bioanchors.output.figure import COLOURS, INK, STYLES, style, write_cdf, write_drawn
from bioanchors.output.figure import draw_cdf as cdf
from bioanchors.output.headline_figures import draw_headline as headline
from bioanchors.output.headline_figures import write_headline
from bioanchors.output.intervention_figures import draw_effective as effective
from bioanchors.output.intervention_figures import draw_interventions as interventions
from bioanchors.output.intervention_figures import write_interventions
from bioanchors.output.kinds import TREND_KINDS
from bioanchors.output.labelling import label_lines
from bioanchors.output.loss_figures import draw_loss as loss
from bioanchors.output.milestone_figures import draw_milestones as milestones
from bioanchors.output.mix_figures import draw_mix as mixed
from bioanchors.output.sensitivity_figures import draw_effects as effects
from bioanchors.output.sensitivity_figures import draw_ledger as ledger
from bioanchors.output.sensitivity_figures import draw_tornado as tornado
from bioanchors.output.ternary_figures import draw_ternary as ternary
from bioanchors.results import Forecast
from bioanchors.results.words import all_made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "affordability",
    "cdf",
    "densities",
    "density",
    "effective",
    "effects",
    "forecasts",
    "headline",
    "interventions",
    "ledger",
    "loss",
    "milestones",
    "mixed",
    "needed",
    "prior",
    "requirements",
    "several_needed",
    "style",
    "ternary",
    "tornado",
    "trend",
    "waterfall",
]

Array = NDArray[np.float64]
BANDS = ((0, 4, 0.15), (1, 3, 0.25))
TRENDS = {
    "hardware": "FLOP per $",
    "spending": "$ for the largest training run",
    "algorithms": "algorithmic gain, times",
}
DRAWN = {
    "density": "Probability of arrival per year",
    "requirements": "Training FLOP that each hypothesis asks for",
    "needed": "What the largest run can buy, and what is needed",
    "hardware": "Price-performance of hardware",
    "spending": "Spending on the largest training run",
    "algorithms": "What better algorithms have saved, by hypothesis",
    "prior": "Before and after the evidence",
    "loss": "Loss by parameters and tokens",
}
"""What a kind of figure is of, where its axes do not say so."""

MOVED = ("requirements", "needed", *TREND_KINDS)
"""Kinds that show inputs, which the evidence moves."""

SMOOTH_YEARS = 1.0
WRITERS: dict[str, Callable[[Forecast, Target], None]] = {
    "cdf": write_cdf,
    "headline": write_headline,
    "interventions": write_interventions,
}
"""Of figures that are more than one set of axes with what the lines mean beside."""


def density(forecast: Forecast, axes: Axes) -> Axes:
    """Draw the probability of arrival per year, of all and of each hypothesis' part of it."""
    years = forecast.years
    middle = _middle_years(years)
    parts = forecast.part_cdf
    for i, name in enumerate(forecast.hypotheses):
        axes.plot(
            middle,
            _rate(years, parts[i], middle),
            color=COLOURS[i % len(COLOURS)],
            linestyle=STYLES[i % len(STYLES)],
            linewidth=1.1,
            label=name.replace("_", " "),
        )
    axes.plot(middle, _rate(years, forecast.cdf, middle), color=INK, linewidth=2, label="all")
    axes.set_xlim(years[0], years[-1])
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(f"year in which {forecast.subject} is {forecast.event}")
    axes.set_ylabel("probability per year, %")
    return axes


def _middle_years(years: Array) -> Array:
    """Return the years in whose middle a whole year of the window lies."""
    half = 0.5 * SMOOTH_YEARS
    return np.asarray(years[(years >= years[0] + half) & (years <= years[-1] - half)])


def _rate(years: Array, cdf: Array, middle: Array) -> Array:
    """Return percent a year: what arrives within half a year of each of ``middle``.

    Over a whole year, in which the steps of a sixteenth do not show; and nowhere over less, by
    which a window's ends would get a kink that the forecast does not have.
    """
    half = 0.5 * SMOOTH_YEARS
    mass = np.interp(middle + half, years, cdf) - np.interp(middle - half, years, cdf)
    return np.asarray(100 * mass / SMOOTH_YEARS)


def requirements(forecast: Forecast, axes: Axes) -> Axes:
    """Draw the density of log10 training FLOP that each hypothesis asks for, as the report does."""
    edges = REQUIREMENT_EDGES
    middle = 0.5 * (edges[1:] + edges[:-1])
    width = np.diff(edges)
    cdfs = forecast.requirement_cdf
    reach: list[float] = []
    for i, name in enumerate(forecast.hypotheses):
        if not np.isfinite(cdfs[i]).all():
            continue
        mass = np.diff(cdfs[i])
        # Half an order of magnitude either way.
        size = 9
        kernel = np.hanning(size + 2)[1:-1]
        shape = np.convolve(mass / width, kernel / kernel.sum(), mode="same")
        axes.plot(
            middle,
            shape,
            color=COLOURS[i % len(COLOURS)],
            linestyle=STYLES[i % len(STYLES)],
            label=name.replace("_", " "),
        )
        reach += [float(np.interp(p, cdfs[i], edges)) for p in (0.002, 0.995)]
    mixed = forecast.share @ np.nan_to_num(cdfs)
    axes.fill_between(
        middle,
        np.convolve(np.diff(mixed) / width, np.ones(9) / 9, mode="same"),
        color=INK,
        alpha=0.12,
        linewidth=0,
        label="all, by their shares",
    )
    if reach:
        axes.set_xlim(min(reach), max(reach))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("log10 training FLOP, algorithms of the requirement's year")
    axes.set_ylabel("density, per OOM")
    return axes


def needed(of: Forecast | Trajectories, axes: Axes) -> Axes:
    """Draw what can be bought against what is needed, by year, with 50 and 90 % bands."""
    found = of if isinstance(of, Trajectories) else trajectories(of)
    for values, colour, label in (
        (found.affordable, COLOURS[5], "can be bought"),
        (found.needed[""], COLOURS[4], "needed, by any"),
    ):
        _band(axes, found.years, values, colour, label)
    names = [name for name in found.needed if name]
    for i, name in enumerate(names):
        axes.plot(
            found.years,
            found.needed[name][2],
            color=INK,
            linewidth=0.9,
            linestyle=STYLES[(i + 1) % len(STYLES)],
            label=name.replace("_", " "),
        )
    axes.set_xlim(found.years[0], found.years[-1])
    axes.set_xlabel("year")
    axes.set_ylabel("log10 FLOP; medians, 50 and 90 % bands")
    return axes


def trend(of: Forecast | Trajectories, axes: Axes, name: str = "hardware") -> Axes:
    """Draw FLOP per $, spending, or the algorithmic gain by year, with 50 and 90 % bands.

    Parameters
    ----------
    of
        A forecast, or what ``trajectories`` made of it.
    axes
        Where to draw it.
    name
        ``"hardware"``, ``"spending"`` or ``"algorithms"`` (a line for each hypothesis).
    """
    if name not in TRENDS:
        raise ValueError(f"unknown trend {name!r}; allowed: {', '.join(TRENDS)}")
    found = of if isinstance(of, Trajectories) else trajectories(of)
    if name == "algorithms":
        for i, (hypothesis, values) in enumerate(found.algorithms.items()):
            axes.plot(
                found.years,
                values[2],
                color=COLOURS[i % len(COLOURS)],
                linestyle=STYLES[i % len(STYLES)],
                label=hypothesis.replace("_", " "),
            )
    else:
        _band(axes, found.years, getattr(found, name), COLOURS[5], "median")
    bands = "medians" if name == "algorithms" else "median, 50 and 90 % bands"
    axes.set_xlim(found.years[0], found.years[-1])
    axes.set_xlabel("year")
    axes.set_ylabel(f"log10 {TRENDS[name]}\n{bands}")
    return axes


def prior(forecast: Forecast, axes: Axes) -> Axes:
    """Draw the forecast before and after the evidence."""
    for each, colour, line, label in (
        (forecast.prior, COLOURS[1], "--", "before the evidence"),
        (forecast, COLOURS[5], "-", "after"),
    ):
        axes.plot(each.years, each.cdf, color=colour, linestyle=line, label=label)
    axes.set_xlim(forecast.years[0], forecast.years[-1])
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel(f"year in which {forecast.subject} is {forecast.event}")
    axes.set_ylabel("probability of arrival by the year")
    return axes


def densities(made: Sequence[Forecast], axes: Axes, names: Sequence[str] | None = None) -> Axes:
    """Draw the probability of arrival per year of several forecasts, a line each."""
    for i, (forecast, name) in enumerate(zip(made, names_of(made, names), strict=True)):
        middle = _middle_years(forecast.years)
        axes.plot(
            middle,
            _rate(forecast.years, forecast.cdf, middle),
            color=COLOURS[(i + 4) % len(COLOURS)],
            linestyle=STYLES[i % len(STYLES)],
            linewidth=1.8,
            label=name,
        )
    axes.set_xlim(made[0].years[0], made[0].years[-1])
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(arrival_label(made))
    axes.set_ylabel("probability per year, %")
    return axes


def several_needed(
    made: Sequence[Forecast], axes: Axes, names: Sequence[str] | None = None
) -> Axes:
    """Draw of several forecasts the medians of what can be bought (rising) and what is needed."""
    for i, (forecast, name) in enumerate(zip(made, names_of(made, names), strict=True)):
        found = trajectories(forecast)
        for values, width, what in (
            (found.affordable, 1.8, "bought"),
            (found.needed[""], 1.0, "needed"),
        ):
            axes.plot(
                found.years,
                values[2],
                color=COLOURS[(i + 4) % len(COLOURS)],
                linestyle=STYLES[i % len(STYLES)],
                linewidth=width,
                label=f"{what}: {name}",
            )
    axes.set_xlim(made[0].years[0], made[0].years[-1])
    axes.set_xlabel("year")
    axes.set_ylabel("log10 FLOP; medians")
    return axes


def _band(axes: Axes, years: Array, values: Array, colour: str, label: str) -> None:
    for low, high, alpha in BANDS:
        axes.fill_between(years, values[low], values[high], color=colour, alpha=alpha, linewidth=0)
    axes.plot(years, values[2], color=colour, linewidth=1.8, label=label)


def drawing(kind: str) -> Callable[[Forecast, Axes], Axes]:
    """Return the function that draws one of ``KINDS`` of a forecast."""
    if kind in TREND_KINDS:
        return partial(trend, name=kind)
    function: Callable[[Forecast, Axes], Axes] = globals()[kind]
    return function


def drawn_words(kind: str, has_evidence: bool) -> str:
    """Return what a kind of figure is of; empty where its axes say so."""
    words = DRAWN.get(kind, "")
    return f"{words}, after the evidence" if has_evidence and kind in MOVED else words


OF_SEVERAL: dict[str, Callable[[Sequence[Forecast], Axes], Axes]] = {
    "cdf": forecasts,
    "density": densities,
    "needed": several_needed,
}
"""What can be drawn of several forecasts: ``kinds.KINDS_OF_SEVERAL``."""


def write_plot(made: Sequence[Forecast], kind: str, path: Target) -> None:
    """Write a figure of a forecast, or of several, as PNG, SVG or PDF by the suffix."""
    if len(made) == 1 and kind in WRITERS:
        WRITERS[kind](made[0], path)
        return

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        if len(made) > 1:
            OF_SEVERAL[kind](made, axes)
        else:
            drawing(kind)(made[0], axes)
        axes.set_title(drawn_words(kind, any(each.has_evidence for each in made)))
        label_lines(figure, axes)

    events = " or ".join(dict.fromkeys(each.event for each in made))
    note = f"event: {events}; {all_made_words(made)}"
    write_drawn(path, draw, note, title=made[0].title if len(made) == 1 else "Several forecasts")
