"""Sensitivity on a screen and as CSV."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bioanchors.analysis.early_and_late import Pawn, Regional
from bioanchors.analysis.ledgers import Ledger
from bioanchors.analysis.one_at_a_time import Swing, Tornado
from bioanchors.analysis.sensitivities import Sensitivity
from bioanchors.analysis.variance import Effect, Effects
from bioanchors.formats.cells import digits, table_text
from bioanchors.results.outcomes import Estimate
from bioanchors.results.words import percent, plus_minus, points

MOST_INPUTS, MOST_SWINGS, MOST_DIFFERENCES = 6, 12, 10
GAP, LEAST, MOST_REFUSED = 2, 12, 3


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], more: str = "") -> Table:
    """Return a table in which only the first column gives way where the terminal is narrow."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    room = shutil.get_terminal_size().columns - sum(width + GAP for width in widths[1:]) - GAP
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        table.add_column(
            Text(head),
            justify="right" if i else "left",
            no_wrap=True,
            min_width=widths[i] if i else None,
            max_width=None if i else max(room, LEAST),
        )
    for row in rows:
        table.add_row(*map(Text, row))
    if more:
        table.add_row(Text(more, style="dim"))
    return table


def _short(name: str) -> str:
    return name.removeprefix("hypotheses.").replace("_horizon.effective_horizon_s", "_horizon.h")


def output_words(output: str) -> str:
    """Return an output's name as a person says it."""
    if output.startswith("probability_by_"):
        return f"arrival by {output.removeprefix('probability_by_')}"
    return {
        "arrival_year": "arrival year, censored at the last year",
        "restricted_mean": "mean arrival year, censored at the last year",
        "restricted_mean_year": "mean arrival year, censored at the last year",
    }[output]


# Variance ---------------------------------------------------------------------------------------


def share_words(found: Effects, estimate: Estimate) -> str:
    """Return a share with half its 95 % interval, or how large it may be where it is noise."""
    low, high = found.interval(estimate)
    if found.is_noise(estimate):
        return f"< {100 * max(high, 0.0005):.1f}"
    return f"{100 * estimate.value:.1f} ± {100 * (high - low) / 2:.1f}"


def brier_words(found: Effects, effect: Effect) -> str:
    """Return by how much learning an input is expected to lower the Brier score."""
    low, high = found.interval(effect.first)
    variance = found.variance.value
    if found.is_noise(effect.first):
        return f"< {max(high, 0.0) * variance:.4f}"
    return f"{effect.first.value * variance:.4f} ± {variance * (high - low) / 2:.4f}"


def sensitivity_screen(sensitivity: Sensitivity) -> RenderableType:
    """Return what an output hangs on, for a terminal of 80 columns."""
    s = sensitivity
    value, error = s.value
    spread = (
        f"probability {percent(value)}, error {points(error)}, expected Brier score "
        f"{s.variance:.3f}"
        if s.is_probability
        else f"mean {value:.1f} {plus_minus(error)}, standard deviation {s.variance**0.5:.1f} years"
    )
    parts: list[RenderableType] = [
        Text(s.forecast.title, style="bold"),
        Text(f"output: {output_words(s.output)} ({spread})", style="dim"),
        Padding(_effects(s, s.groups, "group", len(s.groups.effects)), (1, 0, 0, 0)),
        Padding(_effects(s, s.inputs, "input", MOST_INPUTS), (1, 0, 1, 0)),
    ]
    if s.ties:
        parts.append(
            Text(
                f"{' and '.join(s.ties)} make{'s' if len(s.ties) == 1 else ''} inputs depend on "
                "each other: first-order and total (Sobol') indices do not decompose the variance; "
                "Shapley effects do"
            )
        )
    parts.append(Text(_made(s), style="dim"))
    return Group(*parts)


def _made(s: Sensitivity) -> str:
    parts = []
    for name, found in (("groups", s.groups), ("inputs", s.inputs)):
        told = "told apart" if found.told_apart else "not told apart by then"
        parts.append(f"{name}: the three largest {told}, {found.evaluations:,} draws")
    return f"± and <: 95 % intervals; {'; '.join(parts)}; seed {s.forecast.origin.seed}"


def _effects(s: Sensitivity, found: Effects, head: str, most: int) -> Table:
    shown = [e for e in found.effects if not found.is_noise(getattr(e, found.ranked_by))][:most]
    rows = []
    for effect in shown:
        row = [share_words(found, each) for each in (effect.total, effect.first, effect.shapley)]
        row += [brier_words(found, effect)] if s.is_probability else []
        rows.append([_short(effect.name), *row])
    left = len(found.effects) - len(shown)
    heads = [
        head,
        "total, %",
        "first, %",
        "Shapley, %",
        *(["Brier gain"] if rows[:1] and s.is_probability else []),
    ]
    return grid(heads, rows, f"... {left} more" if left else "")


def sensitivity_csv(sensitivity: Sensitivity) -> str:
    """Return effects as CSV.

    Columns: ``level`` (``group`` or ``input``), ``name``, ``first_order``, ``total``, ``shapley``
    (shares of the variance) and ``variance_reduction`` (of a probability, the expected reduction of
    the Brier score), each with its ``_standard_error``, and ``members``.
    """
    kinds = ("first", "total", "shapley")
    heads = ["level", "name"]
    for kind in ("first_order", "total", "shapley", "variance_reduction"):
        heads += [kind, f"{kind}_standard_error"]
    rows = []
    for level, found in (("group", sensitivity.groups), ("input", sensitivity.inputs)):
        for effect in found.effects:
            numbers = [x for kind in kinds for x in getattr(effect, kind)]
            numbers += [found.variance.value * x for x in effect.first]
            rows.append([level, effect.name, *digits(numbers), " ".join(effect.members)])
    return table_text([*heads, "members"], rows)


# Early and late ---------------------------------------------------------------------------------


def regional_screen(found: Regional, pawn: Pawn | None = None) -> RenderableType:
    """Return how inputs differ between early and late arrivals."""
    shown = [d for d in found.differences if _is_told(d.distance, found.noise)][:MOST_DIFFERENCES]
    rows = [
        [
            f"{_short(each.name)} [{each.unit}]" if each.unit else _short(each.name),
            *(f"{mid:.3g} ({low:.3g} to {high:.3g})" for low, mid, high in (each.early, each.late)),
            f"{each.distance.value:.2f}",
        ]
        for each in shown
    ]
    left = len(found.differences) - len(shown)
    table = grid(
        ["input: median (5 % to 95 %)", "early", "late", "distance"],
        rows,
        f"... {left} more" if left else "",
    )
    shares = grid(
        ["hypothesis, %", "early", "late"],
        [[name, *(f"{100 * x:.1f}" for x in both)] for name, both in found.hypotheses.items()],
    )
    parts: list[RenderableType] = [
        Text(
            f"early: by {found.split:.1f} ({100 * found.probability:.1f} % of draws); late: after, "
            'or never ("none" included)',
            style="dim",
        ),
        Padding(table, (1, 0, 1, 0)),
        shares,
        Text(f"distance of the two CDFs; noise reaches about {found.noise:.2f}", style="dim"),
    ]
    if pawn is not None:
        told = [f"{_short(n)} {v:.2f}" for n, v in pawn.median.items() if v > 1.5 * pawn.noise]
        parts.append(
            Text(
                f"PAWN (median distance of the arrival year's CDF): {', '.join(told[:8])}; noise "
                f"{pawn.noise:.2f}"
            )
        )
    return Group(*parts)


def _is_told(distance: Estimate, noise: float) -> bool:
    return distance.value - 3 * distance.standard_error > noise


def regional_csv(found: Regional, pawn: Pawn | None = None) -> str:
    """Return early against late as CSV, in the units of the model."""
    ends = ("p05", "p50", "p95")
    moved = {} if pawn is None else pawn.median
    heads = ["input", "unit", *(f"early_{e}" for e in ends), *(f"late_{e}" for e in ends)]
    rows = [
        [
            each.name,
            each.unit,
            *digits((*each.early, *each.late, *each.distance)),
            *(digits([moved[each.name]]) if each.name in moved else [""]),
        ]
        for each in found.differences
    ]
    return table_text([*heads, "distance", "distance_standard_error", "pawn_median"], rows)


# One at a time ----------------------------------------------------------------------------------


def tornado_screen(found: Tornado) -> RenderableType:
    """Return swings of inputs, one at a time, with a warning where that misleads."""
    rows = []
    for each in found.swings[:MOST_SWINGS]:
        low, high = (_plain(found, end) for end in each.swap_range)
        rows.append(
            [
                f"{_short(each.path)}, {each.low:.3g} to {each.high:.3g}",
                _number(found, each.at_low),
                _number(found, each.at_high),
                _plain(found, each.swing.value),
                f"{low} to {high}" if each.swap_range[0] < each.swap_range[1] else "",
            ]
        )
    unit = "years" if found.unit == "year" else "pp"
    left = len(found.swings) - MOST_SWINGS
    table = grid(
        ["input, 5 % to 95 %", "from", "to", f"swing, {unit}", "swap range"],
        rows,
        f"... {left} more, smaller" if left > 0 else "",
    )
    parts: list[RenderableType] = [
        Text(found.forecast.title, style="bold"),
        Text(
            f"output: {output_words(found.output)}, {_number(found, found.value.value)}; one input "
            "at a time",
            style="dim",
        ),
        Padding(table, (1, 0, 1, 0)),
    ]
    warning = tornado_warning(found)
    if warning:
        parts.append(Text(warning))
    parts += [Text(f"left out: {text}", style="dim") for text in found.refused[:MOST_REFUSED]]
    return Group(*parts)


def tornado_warning(found: Tornado) -> str:
    """Return where one input at a time misleads, or nothing."""
    strong = [swing for swing in found.swings if swing.interacts]
    if not strong:
        return ""
    swings = {swing.name: swing for swing in found.swings}
    named = {swing.name for swing in strong}
    telling = [pair for pair in found.pairs if set(pair.names) & named]
    # The strongest, and the strongest of one table: rate and cap of a trend.
    own = [pair for pair in telling if len({_table_of(name) for name in pair.names}) == 1]
    text = (
        "warning: inputs interact, so that one at a time misleads; the swap range is of the swings "
        "with another input fixed at either end."
    )
    for pair in dict.fromkeys([*telling[:1], *own[:1]]):
        one, other = (swings[name] for name in pair.names)
        text += (
            f" {_short(one.path)} swings {_difference(found, one.swing.value)} alone and "
            f"{_short(other.path)} {_difference(found, other.swing.value)}; together they span "
            f"{_difference(found, pair.range).removeprefix('+')}."
        )
    return text


def _table_of(name: str) -> str:
    return name.rsplit(".", 1)[0]


def _number(found: Tornado, value: float) -> str:
    return f"{value:.1f}" if found.unit == "year" else f"{100 * value:.1f} %"


def _plain(found: Tornado, value: float) -> str:
    # Adding 0 makes a rounded -0 a plain 0.
    return f"{round(value * (1 if found.unit == 'year' else 100), 1) + 0.0:+.1f}"


def _difference(found: Tornado, value: float) -> str:
    return _plain(found, value) + (" years" if found.unit == "year" else " pp")


def tornado_csv(found: Tornado) -> str:
    """Return swings as CSV: values of the output, its swing with error, the swap range."""
    heads = ["input", "unit", "low", "high", "at_low", "at_high", "swing"]
    heads += ["swing_standard_error", "swap_lowest", "swap_highest", "interacts"]

    def row(each: Swing) -> list[str]:
        numbers = (each.low, each.high, each.at_low, each.at_high, *each.swing, *each.swap_range)
        return [each.path, each.unit, *digits(numbers), str(each.interacts).lower()]

    return table_text(heads, [row(each) for each in found.swings])


def pairs_csv(found: Tornado) -> str:
    """Return pairs as CSV: the output at the four corners, and the interaction with its error."""
    heads = ["first", "second", "low_low", "low_high", "high_low", "high_high"]
    heads += ["interaction", "interaction_standard_error"]
    rows = [[*p.names, *digits((*p.corners, *p.interaction))] for p in found.pairs]
    return table_text(heads, rows)


# Ledger -----------------------------------------------------------------------------------------


def ledger_screen(found: Ledger) -> RenderableType:
    """Return the OOM ledger, and between the first and the last year what changes."""
    years = found.years
    between = len(years) == 2
    heads = [f"{year:g}" for year in years]
    if between:
        heads.append(f"{years[0]:g} to {years[1]:g}")

    def cells(values: Sequence[float]) -> list[str]:
        row = [f"{value:.2f}" for value in values]
        return [*row, f"{values[1] - values[0]:+.2f}"] if between else row

    hardware, spending = ([e.value for e in each] for each in (found.hardware, found.spending))
    affordable = [a + b for a, b in zip(hardware, spending, strict=True)]
    bought = grid(
        ["mean of log10", *heads],
        [
            ["hardware, FLOP per $", *cells(hardware)],
            ["spending, $", *cells(spending)],
            ["affordable, FLOP", *cells(affordable)],
        ],
    )
    rows = []
    for entry in found.entries:
        gains, sums = ([e.value for e in each] for each in (entry.algorithms, entry.sum))
        need = f"{entry.requirement.value:.2f}"
        rows.append([entry.hypothesis, need, "algorithms", *cells(gains)])
        rows.append(["", "", "in all", *cells(sums)])
        missing = [f"{value:.2f}" for value in entry.missing]
        rows.append(["", "", "missing", *missing, *([""] if between else [])])
    table = grid(["given", "asks for", "below 0: over", *heads], rows)
    return Group(
        Text(found.forecast.title, style="bold"),
        Text("orders of magnitude (OOM); asked for: the median requirement", style="dim"),
        Padding(bought, (1, 0, 1, 0)),
        table,
    )


def ledger_csv(found: Ledger) -> str:
    """Return the ledger as CSV, a row for each hypothesis, year and item, in OOM."""
    rows = []
    for i, year in enumerate(found.years):
        for item in ("hardware", "spending"):
            rows.append(["", f"{year:g}", item, *digits(getattr(found, item)[i])])
        for entry in found.entries:
            for item in ("algorithms", "sum"):
                values = getattr(entry, item)[i]
                rows.append([entry.hypothesis, f"{year:g}", item, *digits(values)])
            error = (entry.requirement.standard_error**2 + entry.sum[i].standard_error ** 2) ** 0.5
            rows.append(
                [entry.hypothesis, f"{year:g}", "missing", *digits((entry.missing[i], error))]
            )
    return table_text(["hypothesis", "year", "item", "oom", "standard_error"], rows)
