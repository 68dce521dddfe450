"""Loss by parameters and tokens as a map: what a run reaches, and which of the two holds it up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.scaling_law import LOG10_6, TABLE, ScalingLaw
from bioanchors.output.figure import COLOURS, INK, MARKERS
from bioanchors.parameters import Parameters
from bioanchors.results import Forecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

PARAMETERS, TOKENS = (8.0, 18.0), (8.0, 20.0)
"""Ends of the axes, log10."""

PLACES = 241
MOST_CONTOURS = 14
FINE, MIDDLING, COARSE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 2, 5), (1,)
FLOP_STEP = 3
HARDLY = 0.01
"""Share of the loss that a tenfold takes away where it hardly helps."""

RUNS = {
    "GPT-3": (1.75e11, 3e11),  # Brown et al. 2020
    "GPT-4, as rumoured": (2.8e11, 1.3e13),  # parameters in use; their product is Epoch AI's FLOP
}
BRAIN = 1e15, (5e10, 1e16)
"""Synapses, and the fewest and most data points of a person grown up, see `brain-data`."""


def draw_loss(forecast: Forecast, axes: Axes) -> Axes:
    """Draw contours of the loss by the file's law, at the medians of its constants.

    Lines of equal FLOP, the cheapest run of each loss, and shaded where a tenfold of data, or of
    parameters, takes away less than 1 % of what is left of the loss above the irreducible one: to
    the one side it is L(N), to the other L(D). Marks are runs that were made, a brain, and what
    hypotheses of the kind ``loss_threshold`` ask for, at the medians; and a band of the data that
    there are, from 5 to 95 %, where the file has a stock of them.

    Raises
    ------
    ValueError
        If the file has no scaling law.
    """
    law = law_of(forecast.parameters)
    x, y = np.linspace(*PARAMETERS, PLACES), np.linspace(*TOKENS, PLACES)
    loss = np.asarray(law.loss(x, y[:, np.newaxis]))
    levels = _round_levels(float(loss.min()), float(loss.max()))
    contours = axes.contour(
        x, y, loss, levels=np.log10(levels), colors=INK, linewidths=0.7, linestyles="solid"
    )
    axes.clabel(contours, fmt=lambda level: f"{10**level:.3g}", fontsize=6.5)
    floor = known_floor(forecast.parameters)
    of = f"loss above {floor:g}" if floor else "loss"
    axes.plot([], color=INK, linewidth=0.7, label=f"{of}, nats a token")
    _shade(axes, law, x, y)
    _equal_flop(axes)
    cheapest = np.linspace(LOG10_6 + PARAMETERS[0] + TOKENS[0], 40, 200)
    best = law.best_loss(cheapest)
    axes.plot(
        law.parameters(best), law.tokens(best), color=COLOURS[4], label="cheapest run of a loss"
    )
    _marks(axes, forecast.parameters, law)
    _stock(axes, forecast.parameters)
    axes.set_xlim(*PARAMETERS)
    axes.set_ylim(*TOKENS)
    axes.set_xlabel("log10 parameters")
    axes.set_ylabel("log10 tokens")
    return axes


def law_of(parameters: Parameters) -> ScalingLaw:
    """Return the scaling law of a file, at the medians of its constants.

    Raises
    ------
    ValueError
        If it has none.
    """
    if parameters.tables.scaling_law is None:
        raise ValueError(f"{parameters.name} has no scaling law; allowed: a file with [{TABLE}]")
    return ScalingLaw.drawn({item.name: item.median for item in parameters.given})


def known_floor(parameters: Parameters) -> float:
    """Return the loss that no model gets below, nats a token; 0 where the file names none."""
    law = parameters.tables.scaling_law
    return 0.0 if law is None or law.irreducible_loss is None else law.irreducible_loss


def _round_levels(low: float, high: float) -> Array:
    """Return round losses between two ends, log10, as fine as leaves few enough."""
    decades = np.power(10.0, np.arange(np.floor(low), np.ceil(high) + 1))
    found = np.zeros(0)
    for steps in (FINE, MIDDLING, COARSE):
        every = np.outer(decades, steps).ravel()
        found = every[(every > 10**low) & (every < 10**high)]
        if found.size <= MOST_CONTOURS:
            break
    return found


def _shade(axes: Axes, law: ScalingLaw, x: Array, y: Array) -> None:
    """Shade where more data, or more parameters, hardly lower the loss."""
    from matplotlib.patches import Rectangle

    here = law.loss(x, y[:, np.newaxis])
    for more, colour, label in (
        ((0, 1), COLOURS[1], "more data hardly help: L(N)"),
        ((1, 0), COLOURS[3], "more parameters hardly help: L(D)"),
    ):
        there = law.loss(x + more[0], y[:, np.newaxis] + more[1])
        gained = 1 - np.power(10.0, there - here)
        axes.contourf(x, y, gained, levels=[-1, HARDLY], colors=[colour], alpha=0.3)
        # A contour has no place in a legend: a patch of no size stands in for it.
        axes.add_patch(Rectangle((x[0], y[0]), 0, 0, facecolor=colour, alpha=0.3, label=label))


def _equal_flop(axes: Axes) -> None:
    for i, flop in enumerate(range(18, 40, FLOP_STEP)):
        ends = np.array(PARAMETERS)
        axes.plot(
            ends,
            flop - LOG10_6 - ends,
            color="#999999",
            linewidth=0.7,
            linestyle="--",
            label=None if i else "equal FLOP",
        )
        # Where the line enters at the top or the left.
        top = min(TOKENS[1], flop - LOG10_6 - PARAMETERS[0])
        if TOKENS[0] < top:
            place = (flop - LOG10_6 - top + 0.1, top - 0.35)
            axes.text(*place, f"1e{flop}", fontsize=6.5, color="#777777", clip_on=True)


def _marks(axes: Axes, parameters: Parameters, law: ScalingLaw) -> None:
    for i, (name, run) in enumerate(RUNS.items()):
        axes.plot(*np.log10(run), MARKERS[i], color=INK, markersize=5, label=name)
    synapses, points = BRAIN
    brain = [math.log10(synapses)] * 2
    axes.plot(brain, np.log10(points), color=COLOURS[2], linewidth=2.5, label="a brain's data")
    inputs = parameters.inputs
    for i, hypothesis in enumerate(parameters.hypotheses):
        needed = dict(hypothesis.terms).get("loss_above_irreducible")
        if needed is None:
            continue
        loss = inputs[needed].median
        axes.plot(
            law.parameters(loss),
            law.tokens(loss),
            "*",
            color=COLOURS[(i + 5) % len(COLOURS)],
            markersize=11,
            label=f"needed: {hypothesis.name.replace('_', ' ')}",
        )


def _stock(axes: Axes, parameters: Parameters) -> None:
    data = parameters.tables.data
    if data is None:
        return
    ends = parameters.inputs["data.stock_tokens"].values(np.array([0.05, 0.5, 0.95]))
    axes.axhspan(ends[0], ends[2], color=COLOURS[0], alpha=0.35, linewidth=0)
    axes.axhline(ends[1], color=COLOURS[0], label=f"stock of data in {data.stock_year:g}")
