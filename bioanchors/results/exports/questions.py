"""Questions as Metaculus gives them: JSON of a post, or of the question alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from bioanchors.formats.question import (
    FEWEST_INTERVALS,
    INTERVALS,
    MOST_INTERVALS,
    Question,
)
from bioanchors.parameters import decimal_year as decimal_year_of
from bioanchors.parameters import found
from bioanchors.parameters.tables.years import FIRST_YEAR, LAST_YEAR

A_DATE = "a date such as 2030-06-01, a year, or Unix seconds"


def read_question(document: Mapping[str, Any]) -> Question:
    """Return the question of a JSON document as the site gives it, a post or the question alone.

    Raises
    ------
    ValueError
        If something is missing, or the question is not about a date.
    """
    question = document.get("question", document)
    if not isinstance(question, Mapping) or not isinstance(question.get("scaling"), Mapping):
        raise ValueError("found no question with a scaling; allowed: a question as downloaded")
    kind = question.get("type", "date")
    if kind not in ("date", "numeric"):
        raise ValueError(f"type: {found(kind)}; allowed: date, or numeric of a year")
    as_year = decimal_year if kind == "date" else _plain_year
    scaling = question["scaling"]

    def year(name: str) -> float:
        if scaling.get(name) is None:
            raise ValueError(f"the question's scaling has no {name}")
        return as_year(scaling[name])

    zero = scaling.get("zero_point")
    count = scaling.get("inbound_outcome_count")
    if count is None:
        count = question.get("inbound_outcome_count")
    ends = [
        _flag(name, question.get(name, scaling.get(name)))
        for name in ("open_lower_bound", "open_upper_bound")
    ]
    return Question(
        year("range_min"),
        year("range_max"),
        ends[0],
        ends[1],
        None if zero is None else decimal_year(zero) if kind == "date" else _number(zero),
        INTERVALS if count is None else _count(count),
    )


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e300:
        raise ValueError(f"{found(value)}; allowed: a number")
    return float(value)


def _plain_year(value: Any) -> float:
    """Return the bound of a numeric question, which must be a year."""
    try:
        year = _number(value)
    except ValueError:
        year = math.nan
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"{found(value)} as a bound of a numeric question; allowed: a question about a year"
        )
    return year


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool | None):
        raise ValueError(f"{name}: {found(value)}; allowed: true or false")
    return bool(value)


def _count(value: Any) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and abs(value) <= MOST_INTERVALS and value == int(value)):
        raise ValueError(
            f"inbound_outcome_count: {found(value)}; allowed: a whole number from "
            f"{FEWEST_INTERVALS} to {MOST_INTERVALS}"
        )
    return int(value)


def decimal_year(value: Any) -> float:
    """Return a date as decimal year: Unix seconds, an ISO date, or a plain year such as ``2030``.

    Raises
    ------
    ValueError
        If it is no date.
    """
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return _year_of_text(value)
    except OverflowError:
        number = math.inf
    if 1000 <= number <= 9999:
        return number
    try:
        return decimal_year_of(dt.datetime(1970, 1, 1) + dt.timedelta(seconds=number))
    except (OverflowError, ValueError):
        raise ValueError(f"{found(value)}; allowed: {A_DATE}") from None


def _year_of_text(value: object) -> float:
    if not isinstance(value, str):
        raise ValueError(f"{found(value)}; allowed: {A_DATE}")
    try:
        return decimal_year_of(value)
    except ValueError:
        raise ValueError(f"{found(value)}; allowed: {A_DATE}") from None
