"""What interventions do: effective FLOP with and without them, beside the CDFs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.with_and_without import WithAndWithout, with_and_without
from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, STYLES, plain, write_drawn
from bioanchors.results import Forecast
from bioanchors.results.words import all_made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
SHADES = (COLOURS[5], COLOURS[4], COLOURS[0], COLOURS[2], COLOURS[3])
"""That of the file's own share first."""

SHARES = (0.0, 0.9)
"""Drawn beside the file's own."""

NEAR = 0.03
"""Probability by which lines are apart at the most of which that is told."""


def draw_effective(of: Forecast | WithAndWithout, axes: Axes) -> Axes:
    """Draw medians of the effective FLOP of the largest run, with and without interventions.

    Effective: with the gain of algorithms and what else a file counts in. The band is while the
    intervention lasts.

    Raises
    ------
    ValueError
        If the file has no interventions, or its algorithms answer to all compute.
    """
    found = _found(of)
    curves = [found.effective_without, found.effective_own, *found.effective]
    _draw(found, axes, [(found.years, curve) for curve in curves])
    axes.set_xlabel("year")
    axes.set_ylabel("effective FLOP of the largest run, log10")
    return axes


def draw_interventions(of: Forecast | WithAndWithout, axes: Axes) -> Axes:
    """Draw the CDFs with and without interventions.

    Raises
    ------
    ValueError
        If the file has no interventions, or its algorithms answer to all compute.
    """
    found = _found(of)
    every = [found.without, found.own, *found.forecasts]
    _draw(found, axes, [(each.years, each.cdf) for each in every])
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel(f"year in which {found.without.subject} is {found.without.event}")
    axes.set_ylabel("probability of arrival by the year")
    return axes


def _found(of: Forecast | WithAndWithout) -> WithAndWithout:
    if isinstance(of, WithAndWithout):
        return of
    origin = of.origin
    return with_and_without(of.parameters, SHARES, seed=origin.seed, precision=origin.precision)


def own_words(found: WithAndWithout) -> str:
    """Return which share of algorithmic progress the file gives to compute."""
    low, high = (f"{share:.2g}" for share in found.own_shares)
    return f"the file's share, {low if low == high else f'{low} to {high}'}"


def _is_own(found: WithAndWithout, share: float) -> bool:
    """Whether a share is the file's own, whose line there is."""
    return found.own_shares == (share, share)


def near_words(found: WithAndWithout) -> str:
    """Return how near the lines with interventions are, where they can hardly be told apart."""
    years = found.own.years
    curves = [np.interp(years, each.years, each.cdf) for each in (found.own, *found.forecasts)]
    apart = float(np.ptp(curves, axis=0).max())
    if apart >= NEAR:
        return ""
    return f"lines with it lie on each other, at most {100 * apart:.1f} pp apart; "


def _draw(found: WithAndWithout, axes: Axes, curves: Sequence[tuple[Array, Array]]) -> None:
    (years, values), own, *others = curves
    for first, last in found.spans:
        axes.axvspan(first, min(last, years[-1]), color="#999999", alpha=0.18, linewidth=0)
    axes.plot(years, values, color=INK, linewidth=2, label="without")
    named = zip((f"share {share:g}" for share in found.shares), found.shares, others, strict=True)
    lines = [(own_words(found), own)]
    lines += [(name, curve) for name, share, curve in named if not _is_own(found, share)]
    for i, (name, curve) in enumerate(lines):
        axes.plot(
            *curve,
            color=SHADES[i % len(SHADES)],
            linestyle=STYLES[(i + 1) % len(STYLES)],
            label=f"with, {name}",
        )
    axes.set_xlim(years[0], years[-1])
    axes.locator_params(axis="x", integer=True)
    plain(axes)


def write_interventions(of: Forecast | WithAndWithout, path: Target) -> None:
    """Write both figures side by side, as ``write_drawn`` writes."""
    found = _found(of)

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        draw_effective(found, left)
        draw_interventions(found, right)
        right.legend(loc="lower right")

    every = [found.without, found.own, *found.forecasts]
    band = "while it lasts" if found.spans_are_sure else "between its median years, if it comes"
    note = (
        f"share: of the progress of algorithms, what growing compute drives; band: {band}\n"
        f"{near_words(found)}effective: with the gain of algorithms, medians of all hypotheses "
        "together\n"
        f"event: {found.without.event}; {all_made_words(every)}"
    )
    write_drawn(path, draw, note, size=(9.0, 4.2), title=found.without.title)
