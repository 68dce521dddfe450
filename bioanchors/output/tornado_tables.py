"""A tornado on a screen and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.one_at_a_time import ENDS, Swing, Tornado
from bioanchors.output.sensitivity_tables import output_words, short_name
from bioanchors.output.tables import dataset_csv, grid
from bioanchors.results.words import number_text

MOST_SWINGS, MOST_REFUSED = 12, 3


def tornado_screen(found: Tornado) -> RenderableType:
    """Return swings of inputs, one at a time, with a warning where that misleads."""
    rows = []
    shown = found.swings[:MOST_SWINGS]
    for each in shown:
        low, high = (_plain(found, end) for end in each.swap_range)
        rows.append(
            [
                f"{short_name(input_name(each))}, {span_words(each)}",
                _number(found, each.at_low),
                _number(found, each.at_high),
                _plain(found, each.swing.value),
                f"{low} to {high}" if each.is_paired else "",
            ]
        )
    unit = "years" if found.unit == "year" else "pp"
    left = len(found.swings) - MOST_SWINGS
    # A yes or no has no percentiles.
    head = "input" if any(each.is_yes_or_no for each in shown) else "input, 5 % to 95 %"
    table = grid(
        [head, "from", "to", f"swing, {unit}", "swap range"],
        rows,
        f"... {left} more, smaller" if left > 0 else "",
    )
    parts: list[RenderableType] = [
        Text(found.forecast.title, style="bold"),
        Text(
            f"output: {output_words(found.output)}, {_number(found, found.value.value)}; one input "
            "at a time, the widest swings first",
            style="dim",
        ),
        Padding(table, (1, 0, 1, 0)),
    ]
    parts += [Text(text, style="dim") for text in _remarks(found, shown)]
    warning = tornado_warning(found)
    if warning:
        parts.append(Text(warning))
    parts += [Text(f"left out: {text}", style="dim") for text in found.refused[:MOST_REFUSED]]
    return Group(*parts)


def input_name(each: Swing) -> str:
    """Return the path of an input, or whether what happens: that is no probability."""
    return each.name if each.is_yes_or_no else each.path


def span_words(each: Swing) -> str:
    """Return from where to where an input is moved."""
    if each.is_yes_or_no:
        return "no to yes"
    return f"{number_text(each.low, each.unit)} to {number_text(each.high, each.unit)}"


def _remarks(found: Tornado, shown: Sequence[Swing]) -> list[str]:
    """Return what rows do not say by themselves."""
    told = []
    if any(each.is_yes_or_no for each in shown):
        told.append("ends: 5 % and 95 %; of whether something happens, no and yes")
    if found.pairs and not all(each.is_paired for each in shown):
        told.append(
            "no swap range: not fixed together with another input; speed and cap of a trend are, "
            "and the four widest swings"
        )
    return told


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
            f" {short_name(one.path)} swings {_difference(found, one.swing.value)} alone and "
            f"{short_name(other.path)} {_difference(found, other.swing.value)}; together they span "
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
    data = found.dataset
    columns = {"input": data["input"], "unit": data["unit"]}
    for head, name in (("", "value"), ("at_", "at")):
        columns |= {f"{head}{end}": data[name].sel(end=end) for end in ENDS}
    names = ("swing", "swing_standard_error", "swap_lowest", "swap_highest", "interacts")
    return dataset_csv((["input"], {**columns, **{name: data[name] for name in names}}))


def pairs_csv(found: Tornado) -> str:
    """Return pairs as CSV: the output at the four corners, and the interaction with its error."""
    data = found.dataset
    corners = {
        f"{one}_{other}": data["corners"].sel(first_end=one, second_end=other)
        for one in ENDS
        for other in ENDS
    }
    names = ("interaction", "interaction_standard_error")
    columns = {"first": data["first"], "second": data["second"], **corners}
    return dataset_csv((["pair"], {**columns, **{name: data[name] for name in names}}))
