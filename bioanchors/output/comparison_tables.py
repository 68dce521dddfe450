"""Comparisons and attributions on a screen and as CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.attribution import Attribution
from bioanchors.analysis.comparison import Comparison
from bioanchors.output.tables import dataset_csv, grid, within
from bioanchors.parameters import Difference, KeyPath, dotted
from bioanchors.parameters.shape import family_at
from bioanchors.parameters.tree import node
from bioanchors.results import Forecast
from bioanchors.results.outcomes import Outcome, ProbabilityBy, QuantileYear, RestrictedMean
from bioanchors.results.words import NO_DOUBT, all_made_words, year_words

LONGEST, LONGEST_NAME = 46, 24
MOST_DIFFERENCES = 6
"""Of two files, that are listed unless all are asked for."""


def outcome_words(outcome: Outcome) -> str:
    """Return an outcome's name as a person says it."""
    if isinstance(outcome, ProbabilityBy):
        return f"by {outcome.year:g}, %"
    if isinstance(outcome, QuantileYear) and outcome.probability != 0.5:
        return f"year with {100 * outcome.probability:g} %"
    return f"mean up to {outcome.until:g}" if isinstance(outcome, RestrictedMean) else "median"


def _value(outcome: Outcome, value: float, forecast: Forecast) -> str:
    """Return an outcome of a file; a year outside its window in words."""
    if isinstance(outcome, QuantileYear):
        return year_words(forecast, value)
    return _scaled(outcome, value)


def _scaled(outcome: Outcome, value: float, sign: bool = False) -> str:
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "later" if value > 0 else "earlier"
    scale = 100.0 if isinstance(outcome, ProbabilityBy) else 1.0
    # Rounded once: what is rounded to two digits first may go the wrong way at the next.
    digits = 2 if sign else 1
    return f"{round(scale * value, digits) + 0.0:{'+' if sign else ''}.{digits}f}"


def _error(outcome: Outcome, error: float) -> str:
    """Return an error where it reaches the last digit shown."""
    scale = 100.0 if isinstance(outcome, ProbabilityBy) else 1.0
    rounds_away = scale * error < 0.005
    return f" ± {scale * error:.2f}" if math.isfinite(error) and not rounds_away else ""


def comparison_screen(comparison: Comparison, every: bool = False) -> RenderableType:
    """Return what a difference does and where files differ, for a terminal of 80 columns.

    Parameters
    ----------
    comparison
        What to show.
    every
        Every parameter that differs, not only the first few of many.
    """
    c = comparison
    parts: list[RenderableType] = []
    for i, found in enumerate(c.differences, start=1):
        count = "1 parameter differs" if len(found) == 1 else f"{len(found)} parameters differ"
        trees = [c.forecasts[k].parameters.resolved for k in (0, i)]
        tables = {each.path: [each] for each in found} if every else _by_table(found, trees)
        most = len(tables) if every or len(tables) <= MOST_DIFFERENCES + 1 else MOST_DIFFERENCES
        rest = " (in short below, each by --all)" if not every and most < len(found) else ""
        parts.append(Text(f"{c.names[0]} -> {c.names[i]}: {count}{rest}", style="bold"))
        rows = []
        for outcome in c.outcomes:
            change = c.change(i, outcome)
            rows.append(
                [
                    outcome_words(outcome),
                    _value(outcome, c.value(0, outcome).value, c.forecasts[0]),
                    _value(outcome, c.value(i, outcome).value, c.forecasts[i]),
                    _scaled(outcome, change.value, True) + _error(outcome, change.standard_error),
                ]
            )
        names = [_short(c.names[0], LONGEST_NAME), _short(c.names[i], LONGEST_NAME)]
        parts.append(Padding(grid(["", *names, "difference"], rows), (1, 0, 1, 0)))
        shown = list(tables.items())[:most]
        parts.extend(_difference(place, inside) for place, inside in shown)
        left_out = len(found) - sum(len(inside) for _, inside in shown)
        if left_out:
            parts.append(Text(f"and {left_out} more: --all, or differences.csv of --out"))
        if found:
            parts.append(Text(""))
    parts += [Text(note, style="dim") for note in c.notes]
    parts.append(Text(all_made_words(c.forecasts), style="dim"))
    return Group(*parts)


def _by_table(
    found: Sequence[Difference], trees: Sequence[Mapping[str, Any]]
) -> dict[KeyPath, list[Difference]]:
    """Return differences by the table that one of two files has alone, or each by itself."""
    tables: dict[KeyPath, list[Difference]] = {}
    for each in found:
        above = [each.path[:size] for size in range(1, len(each.path))]
        alone = (
            place
            for place in above
            if family_at(place) is None and any(node(tree, place) is None for tree in trees)
        )
        tables.setdefault(next(alone, each.path), []).append(each)
    return tables


def _difference(place: KeyPath, inside: Sequence[Difference]) -> RenderableType:
    """Return how files differ at a place: in a value, or in a table that one has alone."""
    each = inside[0]
    before, after = each.first, each.second
    if place != each.path:
        keys = [dotted(one.path[len(place) :]) for one in inside]
        before, after = (
            None
            if texts[0] is None
            else f"{{ {', '.join(f'{k} = {text}' for k, text in zip(keys, texts, strict=True))} }}"
            for texts in ([one.first for one in inside], [one.second for one in inside])
        )
    before, after = ("(not there)" if text is None else _short(text) for text in (before, after))
    sources = [_short(text) for text in (each.first_source, each.second_source) if text]
    text = Text(f"{dotted(place)}: ")
    text.append(f"{before} -> {after}")
    lines: list[RenderableType] = [text]
    if sources:
        lines.append(Padding(Text(" -> ".join(dict.fromkeys(sources)), style="dim"), (0, 0, 0, 4)))
    return Group(*lines)


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def attribution_screen(attribution: Attribution, most: int = 3) -> RenderableType:
    """Return what carries the difference, for a terminal of 80 columns.

    Parameters
    ----------
    attribution
        What to show.
    most
        Of how many outcomes: the restricted mean, the median, and probabilities from the middle.
    """
    a = attribution
    names = [forecast.parameters.name for forecast in (a.first, a.second)]
    parts: list[RenderableType] = [
        Text(f"what carries the difference from {names[0]} to {names[1]}", style="bold")
    ]
    if not a.groups:
        return Group(*parts, Text("nothing: the files have the same parameters"))
    for outcome in chosen_outcomes(a, most):
        before, after = a.ends(outcome)
        rows = [
            [
                part.group,
                _scaled(outcome, part.shapley.value, True)
                + _error(outcome, part.shapley.standard_error),
                f"{_scaled(outcome, part.lowest, True)} to {_scaled(outcome, part.highest, True)}",
            ]
            for part in a.of(outcome)
        ]
        rows.append(["all", _scaled(outcome, after - before, True), ""])
        head = f"{outcome_words(outcome)}: {_scaled(outcome, before)} -> {_scaled(outcome, after)}"
        parts.append(Padding(grid([head, "Shapley value", "over all orders"], rows), (1, 0, 0, 0)))
    parts.append(Text(""))
    parts += [Text(note, style="dim") for note in a.notes]
    parts.append(Text(attribution_made(a), style="dim"))
    return Group(*parts)


def attribution_made(attribution: Attribution) -> str:
    """Return how an attribution was made: the larger error of its two ends, runs and seed."""
    a = attribution
    error = max(a.first.largest_error, a.second.largest_error)
    runs = "1 run" if a.runs == 1 else f"{a.runs} runs"
    return (
        f"{runs}; {NO_DOUBT} at most {100 * error:.2g} pp in both forecasts; seed "
        f"{a.first.origin.seed}, bioanchors {a.first.origin.version}"
    )


def chosen_outcomes(attribution: Attribution, most: int) -> list[Outcome]:
    """Return the outcomes to show: the mean, then the middle probability, then the median.

    All where they were asked for.
    """
    outcomes = attribution.outcomes
    if attribution.is_asked:
        return list(outcomes)
    chances = [o for o in outcomes if isinstance(o, ProbabilityBy)]
    others = [o for o in outcomes if not isinstance(o, ProbabilityBy)]
    middle = [chances[len(chances) // 2]] if chances else []
    return [*others[:1], *middle, *others[1:]][:most]


# Tables -----------------------------------------------------------------------------------------


def differences_csv(comparison: Comparison) -> str:
    """Return where files differ as CSV: ``file``, ``parameter``, values and sources of both."""
    data = comparison.dataset
    columns = {
        "file": "differing_file",
        "parameter": "differing_parameter",
        "first": "first_text",
        "this": "this_text",
        "first_source": "first_source",
        "this_source": "this_source",
    }
    return dataset_csv((["differing"], {head: data[name] for head, name in columns.items()}))


def comparison_csv(comparison: Comparison) -> str:
    """Return outcomes as CSV: values by file, and differences from the first with paired errors.

    A year that is not within the window is empty; its ``state`` says on which side it is.
    """
    data = comparison.dataset
    columns = {
        "file": data["file"],
        "outcome": data["outcome"],
        "value": within(data["value"]),
        "state": data["state"],
        "standard_error": data["value_standard_error"],
        "difference": within(data["difference"]),
        "difference_standard_error": within(data["difference_standard_error"]),
    }
    return dataset_csv((["file", "outcome"], columns))


def attribution_csv(attribution: Attribution) -> str:
    """Return Shapley values as CSV, with their errors and the range over orders."""
    data = attribution.dataset
    names = ("group", "outcome", "shapley", "standard_error", "lowest", "highest")
    return dataset_csv((["outcome", "group"], {name: data[name] for name in names}))
