"""What can be measured of the trends, and what each curve predicts of it.

To add one: a row of ``OBSERVABLES``.
"""

from __future__ import annotations

from collections.abc import Callable

from bioanchors.model.curves import Curve, Value
from bioanchors.model.spec import HypothesisInputs, Observed
from bioanchors.model.trends import Trends

GROWTH = "_growth"
"""Ends the name of a curve's growth a year, between two years."""

_LEVELS: dict[str, Callable[[Trends, HypothesisInputs], Curve]] = {
    "flop_per_usd": lambda trends, hypothesis: trends.price_performance,
    "largest_run_usd": lambda trends, hypothesis: trends.spending,
    "largest_run_flop": lambda trends, hypothesis: trends.affordable,
}

OBSERVABLES: dict[str, Callable[[Trends, HypothesisInputs], Curve]] = {
    **{name + end: curve for name, curve in _LEVELS.items() for end in ("", GROWTH)},
    "algorithmic_gain": lambda trends, hypothesis: trends.measured_gain(hypothesis),
}
"""The curve, log10, that predicts each observable."""


def miss(item: Observed, hypothesis: HypothesisInputs, trends: Trends) -> Value:
    """Return by how many standard errors the trends' prediction lies above what was measured.

    Parameters
    ----------
    item
        What was measured.
    hypothesis
        Whose gain, if it is of a gain.
    trends
        Of a block of draws.

    Notes
    -----
    (log10 predicted - log10 measured) / standard error; a growth is per year, a gain between the
    two years.
    """
    curve = OBSERVABLES[item.quantity](trends, hypothesis)
    predicted: Value = curve.at(item.year)
    if item.from_year is not None:
        predicted = predicted - curve.at(item.from_year)
        if item.quantity.endswith(GROWTH):
            predicted = predicted / (item.year - item.from_year)
    result: Value = (predicted - item.log10_value) / item.standard_error_oom
    return result
