"""A forecast in the form of a continuous question on Metaculus: CDF values at even places.

The site asks for a CDF at so many places between the question's bounds, evenly spaced on its scale;
each step must be large enough and not too large, and an end beyond which an answer may lie (open)
must leave something there. The nearest such CDF, in the sum of squared steps, is sent, and how far
it is from the forecast is told.

References
----------
Metaculus, help on continuous questions and on the API (2026): 201 values; steps of at least 0.01
over and at most 0.2 x 200 over the number of intervals; 0.001 outside an open end.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.parameters.dates import decimal_year as decimal_year_of
from bioanchors.parameters.problems import found
from bioanchors.parameters.tables import FIRST_YEAR, LAST_YEAR
from bioanchors.results.arrival import probability_at
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.origin import EVENT_MEANINGS
from bioanchors.visible import json_text

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast

Array = NDArray[np.float64]
INTERVALS = 200
FEWEST_INTERVALS, MOST_INTERVALS = 2, 10_000
LEAST_STEP, MOST_STEP, OUTSIDE = 0.01, 0.2, 0.001
A_DATE = "a date such as 2030-06-01, a year, or Unix seconds"
ROOM = 1e-9
"""Kept away from each limit, so that rounding does not break it."""


@dataclass(frozen=True)
class Question:
    """A continuous question about a date.

    Attributes
    ----------
    low, high
        Its bounds, decimal years.
    open_low, open_high
        Whether the answer may lie outside of them.
    zero_year
        Zero point of a logarithmic scale, a decimal year; None for a linear one.
    intervals
        Places less one.
    """

    low: float
    high: float
    open_low: bool = False
    open_high: bool = True
    zero_year: float | None = None
    intervals: int = INTERVALS

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"found {self.low:g} to {self.high:g}; allowed: the lower bound first")
        if self.zero_year is not None and self.low <= self.zero_year <= self.high:
            raise ValueError(
                f"found zero point {self.zero_year:g}; allowed: outside {self.low:g} to "
                f"{self.high:g}"
            )
        if not FEWEST_INTERVALS <= self.intervals <= MOST_INTERVALS:
            raise ValueError(
                f"found {self.intervals} intervals; allowed: from {FEWEST_INTERVALS} to "
                f"{MOST_INTERVALS}"
            )

    @property
    def places(self) -> Array:
        """Decimal years at which the CDF is asked for.

        Notes
        -----
        With t from 0 to 1, linear: low + (high - low) t; logarithmic with zero point z and
        r = (high - z) / (low - z): low + (high - low) (r^t - 1) / (r - 1).
        """
        t = np.linspace(0.0, 1.0, self.intervals + 1)
        if self.zero_year is not None:
            ratio = (self.high - self.zero_year) / (self.low - self.zero_year)
            t = (np.power(ratio, t) - 1.0) / (ratio - 1.0)
        return np.asarray(self.low + (self.high - self.low) * t)


@dataclass(frozen=True, eq=False)
class Continuous:
    """A forecast of a question.

    Attributes
    ----------
    question
        The question.
    cdf
        Values that meet the site's rules.
    wanted
        What the forecast says.
    is_conditional
        Whether it is given arrival by the upper bound, and not before a closed lower one.
    p_before, p_beyond
        The forecast's probability of arrival before the lower bound, and of none by the upper one.
    """

    question: Question
    cdf: Array
    wanted: Array
    is_conditional: bool
    p_before: float
    p_beyond: float

    @property
    def largest_move(self) -> float:
        """How far the rules moved the curve, at the place where most."""
        return float(np.max(np.abs(self.cdf - self.wanted)))


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


def continuous(forecast: Forecast, question: Question, *, condition: bool = False) -> Continuous:
    """Return a forecast in the form that a question asks for.

    Parameters
    ----------
    forecast
        The forecast.
    question
        The question.
    condition
        Give the forecast given arrival by the upper bound, and not before a closed lower one.

    Raises
    ------
    ValueError
        If the question's range is not within the forecast's window, or an end is closed and arrival
        may be beyond it, unless that is conditioned away.
    """
    first, last = forecast.years[0], forecast.years[-1]
    places = question.places
    if question.high > last or question.high <= first:
        raise ValueError(
            f"the question ends at {question.high:.2f}; allowed: after {first:g} and by {last:g}, "
            "the forecast's last_year (--last-year moves it)"
        )
    cdf = probability_at(places, forecast.years, forecast.cdf)
    if question.low < first and forecast.cdf[0] > 0 and np.any(places < first):
        # What came at or before the window is not spread over years that it says nothing of.
        cdf[places < first] = 0.0
    before, beyond = float(cdf[0]), 1.0 - float(cdf[-1])
    if not question.open_high and beyond > 1e-9 and not condition:
        raise ValueError(
            f"the upper end is closed, but no arrival by {question.high:.2f} has a probability of "
            f"{100 * beyond:.1f} %; allowed: an open end, or --condition to give the forecast "
            "given arrival by then"
        )
    if not question.open_low and before > 1e-9 and not condition:
        raise ValueError(
            f"the lower end is closed, but arrival before {question.low:.2f} has a probability of "
            f"{100 * before:.1f} %; allowed: an open end, or --condition to give the forecast "
            "given that it has not been before"
        )
    if condition:
        excluded = 0.0 if question.open_low else before
        if not cdf[-1] > excluded:
            raise ValueError(f"there is no arrival by {question.high:.2f} to condition on")
        cdf = (cdf - excluded) / (cdf[-1] - excluded)
    wanted = cdf if question.open_low else np.where(np.arange(cdf.size) == 0, 0.0, cdf)
    return Continuous(question, _nearest(wanted, question), wanted, condition, before, beyond)


def _nearest(wanted: Array, question: Question) -> Array:
    """Return the CDF within the rules whose steps are nearest, in the sum of squares.

    Steps are cut to their limits after one shift of all of them, which is found by halving: the
    conditions of Karush, Kuhn and Tucker of this problem say no more.
    """
    steps = np.diff(wanted, prepend=0.0, append=1.0)
    count = question.intervals
    low = np.full(count + 2, LEAST_STEP / count + ROOM)
    high = np.full(count + 2, MOST_STEP * INTERVALS / count - ROOM)
    for end, is_open in ((0, question.open_low), (-1, question.open_high)):
        low[end], high[end] = (OUTSIDE + ROOM, 1.0) if is_open else (0.0, 0.0)
    if low.sum() > 1 or high.sum() < 1:
        raise ValueError("no CDF meets the rules of this question")
    bottom, top = -2.0, 2.0
    for _ in range(200):
        shift = 0.5 * (bottom + top)
        if np.clip(steps + shift, low, high).sum() < 1.0:
            bottom = shift
        else:
            top = shift
    chosen = np.clip(steps + 0.5 * (bottom + top), low, high)
    cdf = np.cumsum(chosen)[:-1]
    if not question.open_low:
        cdf[0] = 0.0
    if not question.open_high:
        cdf[-1] = 1.0
    return np.asarray(cdf)


def content(forecast: Forecast, asked: Asked) -> str:
    """Return the values for the question asked, as JSON with the provenance.

    Raises
    ------
    ValueError
        If there is no question, or the forecast cannot answer it.
    """
    if asked.question is None:
        raise ValueError("metaculus needs --question FILE, or --range FROM:TO")
    made = continuous(forecast, asked.question, condition=asked.condition)
    return metaculus_text(forecast, made, provenance(forecast))


def metaculus_text(forecast: Forecast, made: Continuous, provenance: Mapping[str, Any]) -> str:
    """Return the values as JSON, with what they are of and how far the rules moved them."""
    question = made.question
    lag = forecast.parameters.tables.lag
    document = {
        "format": "bioanchors-metaculus",
        "version": 1,
        "continuous_cdf": made.cdf.tolist(),
        "event": forecast.event,
        "event_meaning": EVENT_MEANINGS[forecast.event],
        "lag": None if lag is None else forecast.parameters.resolved.get("lag"),
        "conditional_on_arrival_by_upper_bound": made.is_conditional,
        "not_before_lower_bound": made.is_conditional and not question.open_low,
        "probability_before_lower_bound": made.p_before,
        "probability_beyond_upper_bound": made.p_beyond,
        "largest_move_by_the_rules": made.largest_move,
        "question": {
            "range_years": [question.low, question.high],
            "open_lower_bound": question.open_low,
            "open_upper_bound": question.open_high,
            "zero_point_year": question.zero_year,
            "inbound_outcome_count": question.intervals,
        },
        "provenance": dict(provenance),
    }
    return json_text(document, indent=1)
