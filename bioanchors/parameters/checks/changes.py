"""What is wrong with what a file lets happen to its trends."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from pydantic import BaseModel

from bioanchors.model.keys import SPEEDS, Key
from bioanchors.model.trends.changes import MECHANISMS
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import number
from bioanchors.parameters.quantities.families import build, quantity_troubles
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.trends import Change

HERE = "changes"
TAIL = 1e-9
"""Mass that is ignored, as outside of a key's domain."""

Span = tuple[float, float]


def mechanism_of(change: Change) -> tuple[str, tuple[str, ...]] | None:
    """Return the mechanism of which a change has keys, and which; None where it has none.

    Where it has keys of several, the first.
    """
    for name, mechanism in MECHANISMS.items():
        given = tuple(key for key in mechanism.keys if getattr(change, key) is not None)
        if given:
            return name, given
    return None


def check_changes(checker: Checker, tables: Tables) -> None:
    """Check ``[changes.NAME]``."""
    spans: dict[str, list[tuple[Span, str]]] = {}
    for name, change in (tables.changes or {}).items():
        path: KeyPath = (HERE, name)
        if change.of is None and not checker.is_told((*path, "of")):
            checker.missing((*path, "of"), "hardware, spending, algorithms or research")
        if change.year is None and not checker.is_told((*path, "year")):
            checker.missing((*path, "year"), "a year or a distribution of years")
        _check_what(checker, path, change)
        span = None if checker.is_told((*path, "year")) else span_of(change, "year")
        if span is not None and change.of is not None:
            spans.setdefault(change.of, []).append((span, name))
            last = tables.forecast.last_year if tables.forecast else None
            if last is not None and span[0] >= last:
                checker.warnings.append(f"changes.{name}: only after {last}, so it does nothing")
            warn_of_evidence(checker, tables, f"{HERE}.{name}", span)
    _warn_of_the_same_speed(checker, tables)
    for trend, found in spans.items():
        for ((_, end), one), ((start, _), other) in pairwise(sorted(found)):
            if start <= end:
                checker.add(
                    (HERE, other, "year"),
                    f"may come before that of changes.{one}, which is of {trend}, too; allowed: "
                    "years of which it is certain which comes first",
                )


def _warn_of_the_same_speed(checker: Checker, tables: Tables) -> None:
    """Warn of the first change of a trend, where it sets the speed that the trend has already."""
    for trend in ("hardware", "spending", "algorithms"):
        table, first = getattr(tables, trend), _first_of(tables, trend)
        if table is None or first is None:
            continue
        name, change = first
        before, after = _known_speed(table), _known_speed(change)
        if before is not None and after is not None and math.isclose(before, after, rel_tol=1e-9):
            checker.warnings.append(
                f"{HERE}.{name}: the speed that {trend} has already, so it does nothing"
            )


def _first_of(tables: Tables, trend: str) -> tuple[str, Change] | None:
    """Return the change of a trend that comes first, by name."""
    spans = {
        name: span_of(change, "year")
        for name, change in (tables.changes or {}).items()
        if change.of == trend
    }
    known = {name: span for name, span in spans.items() if span is not None}
    if len(known) < len(spans) or not known:
        return None
    name = min(known, key=lambda each: known[each])
    return name, (tables.changes or {})[name]


def _known_speed(table: BaseModel) -> float | None:
    """Return a speed that is a known number, OOM per year; None where it is not."""
    name = next((key for key in SPEEDS if getattr(table, key, None) is not None), None)
    if name is None:
        return None
    value = getattr(table, name)
    meaning = next(m for m in type(table).model_fields[name].metadata if isinstance(m, Key))
    if any(quantity_troubles(value, meaning)):
        return None
    ends = meaning.to_model(build(value, meaning), np.array([TAIL, 1.0 - TAIL]))
    return float(ends[0]) if ends[0] == ends[1] else None


def warn_of_evidence(checker: Checker, tables: Tables, what: str, span: Span) -> None:
    """Warn of what happens before the last year of the evidence."""
    seen = last_evidence(tables)
    if seen is not None and span[0] < seen:
        checker.warnings.append(
            f"{what}: begins before {seen:g}, the last year of the evidence, which is taken "
            "to have been seen with it"
        )


def last_evidence(tables: Tables) -> float | None:
    """Return the last year of which the evidence speaks, if there is any."""
    evidence = tables.evidence
    if evidence is None:
        return None
    measured = [item.year for item in evidence.every_observation.values()]
    made = [item.year for item in evidence.every_run.values()]
    years = (*measured, *made, evidence.not_arrived_by)
    return max((year for year in years if year is not None), default=None)


def _check_what(checker: Checker, path: KeyPath, change: Change) -> None:
    """Check that a change has all keys of one mechanism, and of no other."""
    every = {key: name for name, each in MECHANISMS.items() for key in each.keys}
    given = [key for key in every if getattr(change, key) is not None]
    if not given:
        if not any(checker.is_told((*path, key)) for key in every):
            checker.missing(path, f"what happens, one of {', '.join(every)}")
        return
    mechanism = MECHANISMS[every[given[0]]]
    for key in given:
        if every[key] != every[given[0]]:
            checker.add((*path, key), f"beside {given[0]}; allowed: one of them")
    own = [key for key in given if every[key] == every[given[0]]]
    if mechanism.sets_speed:
        for key in own[1:]:
            checker.add((*path, key), f"a second speed, beside {own[0]}; allowed: one of them")
    else:
        for key in mechanism.keys:
            if key not in own and not checker.is_told((*path, key)):
                checker.missing((*path, key), f"it goes with {own[0]}")


def span_of(table: BaseModel, key: str) -> Span | None:
    """Return between which years something comes, but for a mass that is ignored."""
    value = getattr(table, key)
    meaning = next(m for m in type(table).model_fields[key].metadata if isinstance(m, Key))
    if value is None or any(quantity_troubles(value, meaning)):
        return None
    ends = build(value, meaning).ppf(np.array([TAIL, 1.0 - TAIL]))
    return float(ends[0]), float(ends[1])


def year_words(span: Span) -> str:
    """Return a span of years in words."""
    return number(span[0]) if span[0] == span[1] else f"{span[0]:.1f} to {span[1]:.1f}"
