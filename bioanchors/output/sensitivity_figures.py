"""Sensitivity as figures: effects, the tornado, the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bioanchors.analysis.ledgers import Ledger
from bioanchors.analysis.one_at_a_time import Swing, Tornado
from bioanchors.analysis.sensitivities import Sensitivity
from bioanchors.analysis.variance import Effects
from bioanchors.formats.files import Target
from bioanchors.output.figure import COLOURS, INK, legend_above, plain, write_drawn
from bioanchors.output.sensitivity_tables import output_words
from bioanchors.output.tornado_tables import input_name, span_words, tornado_warning
from bioanchors.results import Forecast
from bioanchors.results.words import made_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BARS = 12
EARLY, LATE = COLOURS[1], COLOURS[4]


def _label(name: str) -> str:
    return name.removeprefix("hypotheses.").replace("_", " ").replace(".", ": ")


TOTAL, FAIR, KNOWN = "left while it alone is unknown", "fair share", "gone once it is known"


def draw_effects(found: Effects, axes: Axes) -> Axes:
    """Draw total, Shapley and first-order effects with 95 % intervals; noise is left out."""
    shown = [e for e in found.effects if not found.is_noise(getattr(e, found.ranked_by))]
    shown = shown[:MOST_BARS][::-1]
    places = range(len(shown))
    for kind, colour, marker, label in (
        ("total", COLOURS[1], "s", f"total: {TOTAL}"),
        ("shapley", COLOURS[4], "D", f"Shapley effect: {FAIR}"),
        ("first", INK, "o", f"first-order: {KNOWN}"),
    ):
        offset = {"total": 0.22, "shapley": 0.0, "first": -0.22}[kind]
        for place, effect in zip(places, shown, strict=True):
            estimate = getattr(effect, kind)
            if found.is_noise(estimate):
                continue
            low, high = found.interval(estimate)
            axes.plot([low, high], [place + offset] * 2, color=colour, linewidth=1.4)
            axes.plot([estimate.value], [place + offset], marker=marker, color=colour, markersize=4)
        axes.plot([], [], marker=marker, color=colour, markersize=4, label=label)
    axes.set_yticks(places, [_label(effect.name) for effect in shown], fontsize=8)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel("share of the variance")
    plain(axes, "x")
    return axes


def _span(each: Swing) -> str:
    """Return from where to where an input is moved; years are told by how they look."""
    unit = "" if each.unit == "year" else f" {each.unit}"
    return f"{span_words(each)}{unit}".strip()


def draw_tornado(found: Tornado, axes: Axes) -> Axes:
    """Draw the output at each input's 5th and 95th percentile; lines are swap ranges."""
    shown = found.swings[:MOST_BARS][::-1]
    centre = found.value.value
    for place, each in enumerate(shown):
        axes.barh(place, each.at_low - centre, left=centre, height=0.6, color=EARLY)
        axes.barh(place, each.at_high - centre, left=centre, height=0.6, color=LATE)
        low, high = each.swap_range
        if each.is_paired:
            # From the low end's value, how far the swing reaches with another input fixed.
            ends = [each.at_low + low, each.at_low + high]
            axes.plot(ends, [place] * 2, color=INK, linewidth=1.2, marker="|", markersize=6)
    no, yes = (", or no", ", or yes") if any(each.is_yes_or_no for each in shown) else ("", "")
    axes.barh(0, 0, left=centre, color=EARLY, label=f"input at its 5th percentile{no}")
    axes.barh(0, 0, left=centre, color=LATE, label=f"at its 95th{yes}")
    axes.plot([], [], color=INK, marker="|", label="swap range: from the 5th, another input fixed")
    axes.axvline(centre, color=INK, linewidth=0.8)
    axes.set_yticks(
        range(len(shown)),
        [f"{_label(input_name(each))}\n{_span(each)}" for each in shown],
        fontsize=7,
    )
    if found.unit == "1":
        axes.xaxis.set_major_formatter(_probability)
    else:
        axes.ticklabel_format(axis="x", useOffset=False)
    axes.set_xlabel(output_words(found.output))
    plain(axes, "x")
    return axes


def _probability(value: float, place: float) -> str:
    """Return a tick's label; a swap range, which is a length, may reach beyond what there is."""
    return f"{100 * value:.0f} %" if -1e-9 <= value <= 1.0 + 1e-9 else ""


GAINS: dict[str, dict[str, Any]] = {
    "hardware": {"color": COLOURS[5]},
    "spending": {"color": COLOURS[0]},
    "limits": {"color": COLOURS[4]},
    "algorithms": {"color": COLOURS[2]},
    "unhobbling": {"color": COLOURS[2], "alpha": 0.6, "hatch": "///"},
    "data": {"color": COLOURS[3]},
}
"""How what each part brings is drawn."""

HATCHES = {"limits": "\\\\\\\\", "data": "xxxx"}


def _lost(part: str) -> dict[str, Any]:
    """Return how what a part takes away is drawn: what is below it can still be seen."""
    colour, hatch = GAINS[part]["color"], HATCHES.get(part, "////")
    return {"facecolor": (1.0, 1.0, 1.0, 0.8), "edgecolor": colour, "hatch": hatch, "linewidth": 0}


def draw_ledger(found: Ledger, axes: Axes) -> Axes:
    """Draw what hardware, spending and algorithms bring by year, against the requirements.

    Gains are stacked from what can be bought in the first of the years; what is lost is taken from
    their end.
    """
    parts = (*found.shared, *found.own)
    base = sum(getattr(found, part)[0].value for part in found.shared)
    labels, places, place, least, lost = [], [], 0.0, base, set()
    for entry in found.entries:
        for i, year in enumerate(found.years):
            changes = {
                part: getattr(entry, part)[i].value
                if part in found.own
                else getattr(found, part)[i].value - getattr(found, part)[0].value
                for part in parts
            }
            end = base
            for part, change in changes.items():
                if change > 0:
                    axes.barh(place, change, left=end, height=0.8, **GAINS[part])
                    end += change
            for part, change in reversed(changes.items()):
                if change < 0:
                    axes.barh(place, change, left=end, height=0.8, **_lost(part))
                    end += change
                    lost.add(part)
            need = entry.requirement.value
            axes.plot([need, need], [place - 0.5, place + 0.5], color=INK, linewidth=2)
            if end < need:
                axes.plot([end, need], [place] * 2, color=INK, linewidth=0.6, linestyle=":")
            least = min(least, end)
            labels.append(f"{year:g}" if i else f"{entry.hypothesis.replace('_', ' ')}  {year:g}")
            places.append(place)
            place += 1.0
        place += 0.6
    for part in parts:
        if part not in lost or part not in HATCHES:
            axes.barh([0], [0], label=part, **GAINS[part])
        if part in lost:
            axes.barh([0], [0], label=f"lost to {part}", **_lost(part))
    axes.plot([], [], color=INK, linewidth=2, label="median requirement")
    axes.set_yticks(places, labels, fontsize=7)
    axes.set_ylim(place - 0.1, -0.9)
    axes.set_xlim(left=least)
    axes.set_xlabel(f"log10 FLOP, from what could be bought in {found.years[0]:g} on; means")
    plain(axes, "x")
    return axes


def write_effects(sensitivities: Sequence[Sensitivity], path: Target) -> None:
    """Write effects of groups and of inputs as PNG, a row for each output."""
    first = sensitivities[0]

    def draw(figure: Figure) -> None:
        rows = figure.subplots(len(sensitivities), 2, squeeze=False)
        for each, pair in zip(sensitivities, rows, strict=True):
            for axes, found, title in zip(
                pair, (each.groups, each.inputs), ("groups", "inputs"), strict=True
            ):
                draw_effects(found, axes)
                # How it is looked at stands below.
                what = output_words(each.output).partition(",")[0]
                more = f", {what}" if len(sensitivities) > 1 else ""
                axes.set_title(title + more, fontsize=9)
            # Of the groups the last have small totals: there is room for short words.
            handles, meanings = pair[0].get_legend_handles_labels()
            words = [meaning.partition(":")[0] for meaning in meanings]
            pair[0].legend(handles, words, loc="lower right")

    ties = f"; inputs depend by {', '.join(first.ties)}" if first.ties else ""
    outputs = "; ".join(output_words(each.output) for each in sensitivities)
    note = (
        f"total: {TOTAL}; Shapley effect: {FAIR}; first-order: {KNOWN}\n"
        f"output: {outputs}; 95 % intervals; noise left out{ties}"
    )
    _write(first.forecast, path, draw, note, height=4.6 * len(sensitivities))


def write_tornado(found: Tornado, path: Target) -> None:
    """Write a tornado as PNG."""

    def draw(figure: Figure) -> None:
        axes = draw_tornado(found, figure.subplots())
        axes.legend(loc="lower right")

    note = "one input at a time, the others as in the file"
    if tornado_warning(found):
        note += "; inputs interact, so that bars alone mislead: see the swap ranges"
    _write(found.forecast, path, draw, note, height=1.6 + 0.36 * min(MOST_BARS, len(found.swings)))


def write_ledger(found: Ledger, path: Target) -> None:
    """Write the OOM ledger as PNG."""
    rows = len(found.entries) * (len(found.years) + 0.6)

    def draw(figure: Figure) -> None:
        axes = draw_ledger(found, figure.subplots())
        legend_above(axes)

    _write(found.forecast, path, draw, "means over draws", height=1.6 + 0.2 * rows)


def _write(
    forecast: Forecast, path: Target, draw: Callable[[Figure], None], note: str, height: float
) -> None:
    words = f"{note}\nevent: {forecast.event}; {made_words(forecast)}"
    write_drawn(path, draw, words, size=(9.0, height), title=forecast.title)
