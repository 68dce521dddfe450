"""A forecast in the form of a continuous question on Metaculus, and how far it is from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.formats.question import Question, nearest
from bioanchors.results.arrival import probability_at
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.origin import event_meaning
from bioanchors.visible import json_text

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast

Array = NDArray[np.float64]


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
    return Continuous(question, nearest(wanted, question), wanted, condition, before, beyond)


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
        "event_meaning": event_meaning(forecast.parameters),
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
