"""What is wrong with what a file lets happen to its trends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from pydantic import BaseModel

from bioanchors.model.keys import Key
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
    for trend, found in spans.items():
        for ((_, end), one), ((start, _), other) in pairwise(sorted(found)):
            if start <= end:
                checker.add(
                    (HERE, other, "year"),
                    f"may come before that of changes.{one}, which is of {trend}, too; allowed: "
                    "years of which it is certain which comes first",
                )


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
