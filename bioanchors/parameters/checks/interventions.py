"""What is wrong with what a file lets be done to what can be bought, and how algorithms answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from scipy.special import ndtr

from bioanchors.model.keys import SPEEDS, Key
from bioanchors.model.trends.interventions import ACTIONS
from bioanchors.parameters.checks.changes import Span, span_of, warn_of_evidence, year_words
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.quantities.families import build
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.trends import Algorithms, Intervention

HERE = "interventions"
RARE = 1e-6
"""Mass of compute that does not grow which is ignored; the model then takes it to grow a little."""

SCORES = np.linspace(-7.0, 7.0, 1401)
QUANTITIES = "flop_per_usd, largest_run_usd or largest_run_flop"
RUN = "largest_run_flop"

Found = tuple[Span, str, Intervention]


def actions_of(intervention: Intervention) -> tuple[str, ...]:
    """Return the actions of which an intervention has the key."""
    return tuple(name for name in ACTIONS if getattr(intervention, name) is not None)


def check_interventions(checker: Checker, tables: Tables) -> None:
    """Check ``[interventions.NAME]``."""
    spans: dict[str, list[tuple[Span, str, Intervention]]] = {}
    for name, each in (tables.interventions or {}).items():
        path: KeyPath = (HERE, name)
        if each.of is None and not checker.is_told((*path, "of")):
            checker.missing((*path, "of"), QUANTITIES)
        if each.year is None and not checker.is_told((*path, "year")):
            checker.missing((*path, "year"), "a year or a distribution of years")
        _check_action(checker, path, each)
        span = None if checker.is_told((*path, "year")) else span_of(each, "year")
        if span is None:
            continue
        _check_end(checker, path, each, span)
        _warn_of_years(checker, tables, name, span)
        if each.of is not None:
            spans.setdefault(each.of, []).append((span, name, each))
    for quantity, found in spans.items():
        for one, other in pairwise(sorted(found, key=lambda each: each[:2])):
            _check_order(checker, quantity, one, other)
    _warn_of_later_parts(checker, spans)


def _check_action(checker: Checker, path: KeyPath, each: Intervention) -> None:
    given = actions_of(each)
    if not given and not any(checker.is_told((*path, key)) for key in ACTIONS):
        checker.missing(path, f"what is done, one of {', '.join(ACTIONS)}")
    for extra in given[1:]:
        checker.add((*path, extra), f"beside {given[0]}; allowed: one of them")
    times = getattr(each, "times", None)
    if times == 1:
        checker.warnings.append(f"{HERE}.{path[1]}: times = 1 does nothing")
    elif isinstance(times, float | int) and times > 1:
        checker.warnings.append(
            f"{HERE}.{path[1]}: times = {times:g} makes runs larger; for a price m times as high, "
            "flop_per_usd is 1/m of what it was"
        )


def _check_end(checker: Checker, path: KeyPath, each: Intervention, start: Span) -> None:
    if each.until_year is None or checker.is_told((*path, "until_year")):
        return
    if each.years is not None:
        checker.add((*path, "years"), "beside until_year; allowed: one of them")
        return
    end = span_of(each, "until_year")
    if end is not None and end[0] < start[1]:
        checker.add(
            (*path, "until_year"),
            f"found {year_words(end)}, and year is {year_words(start)}; allowed: years of which it "
            "is certain that they do not come before it, or years, how long it lasts",
        )


def _warn_of_later_parts(checker: Checker, spans: Mapping[str, Sequence[Found]]) -> None:
    """Warn of what is done to a part of the largest run while that stands still, or after it."""
    frozen = [each for each in spans.get(RUN, ()) if each[2].freeze]
    for (start, _), name, freeze in frozen:
        if freeze.until_year is None and freeze.years is None:
            continue
        for quantity in (each for each in spans if each != RUN):
            for (_, last), other, part in spans[quantity]:
                # What has begun before it may end in it.
                if last > start or (_latest_end(part, last) or last) > start:
                    checker.warnings.append(
                        f"{HERE}.{other}: time stands still for the frozen run, which meets what "
                        f"is done to {quantity} later, by as long as {HERE}.{name} has lasted; "
                        f'for years of the calendar, of = "{RUN}"'
                    )


def _warn_of_years(checker: Checker, tables: Tables, name: str, span: Span) -> None:
    last = tables.forecast.last_year if tables.forecast else None
    if last is not None and span[0] >= last:
        checker.warnings.append(f"{HERE}.{name}: only after {last}, so it does nothing")
    warn_of_evidence(checker, tables, f"{HERE}.{name}", span)


def _check_order(checker: Checker, quantity: str, one: Found, other: Found) -> None:
    """Check that it is certain which of two comes first, and that two freezes do not overlap."""
    (start, end), name, first = one
    (later, _), path = other[0], (HERE, other[1], "year")
    if later <= end and (start, end) != other[0]:
        checker.add(
            path,
            f"may come before that of {HERE}.{name}, which is of {quantity}, too; allowed: years "
            "of which it is certain which comes first",
        )
    elif first.freeze and other[2].freeze:
        until = _latest_end(first, end)
        if until is None or later < until:
            checker.add(
                path,
                f"is frozen already by {HERE}.{name}; allowed: a year after that one has ended",
            )


def _latest_end(each: Intervention, latest_start: float) -> float | None:
    """Return the last year in which an intervention may end; None where it never does."""
    if each.years is not None:
        lasts = span_of(each, "years")
        return None if lasts is None else latest_start + lasts[1]
    until = span_of(each, "until_year")
    return None if until is None else until[1]


def check_answers(checker: Checker, tables: Tables) -> None:
    """Check the share of algorithmic progress that growing compute drives."""
    shared = tables.algorithms
    every: dict[KeyPath, Algorithms | None] = {("algorithms",): shared}
    for name, hypothesis in (tables.hypotheses or {}).items():
        every["hypotheses", name, "algorithms"] = hypothesis.algorithms
    given = [path for path, table in every.items() if getattr(table, "compute_share", None)]
    answers = None if shared is None else shared.answers_to
    shares = [getattr(table, "compute_share", None) for table in every.values()]
    if answers is not None and all(share is None for share in shares):
        checker.add(("algorithms", "answers_to"), "no compute_share; needed: the share that does")
    if not given:
        return
    if answers != "compute" and not tables.interventions:
        checker.warnings.append(
            "compute_share: nothing is done to what can be bought, so it does nothing"
        )
    if _may_not_grow(tables):
        checker.add(
            (*given[0], "compute_share"),
            "goes with compute that grows; allowed: speeds of hardware and spending whose sum is "
            "above 0",
        )


def _may_not_grow(tables: Tables) -> bool:
    """Whether hardware and spending together may not grow, but for a mass that is ignored."""
    speeds = []
    for table in (tables.hardware, tables.spending):
        name = next((n for n in SPEEDS if getattr(table, n, None) is not None), None)
        if table is None or name is None:
            return False
        key = next(m for m in type(table).model_fields[name].metadata if isinstance(m, Key))
        speeds.append(key.to_model(build(getattr(table, name), key), ndtr(SCORES)))
    hardware, spending = speeds
    # P(spending <= -hardware), averaged over hardware by its normal scores.
    below = np.interp(-hardware, spending, SCORES, left=-np.inf, right=np.inf)
    weights = np.exp(-0.5 * SCORES**2)
    return bool((ndtr(below) * weights).sum() / weights.sum() > RARE)
