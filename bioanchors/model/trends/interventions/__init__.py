"""What somebody does to what can be bought: pauses, limits, prices.

To add an action: a file with what it makes of a curve, and a row here. Keys of
``[interventions.NAME]``, the schema and the checks follow from that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bioanchors.model.curves import Curve, Value
from bioanchors.model.happenings import Intervention
from bioanchors.model.keys import AT_LEAST_0, REALS, Key
from bioanchors.model.paths import Path, drawn_breaks_of
from bioanchors.model.trends.interventions import at_most, freeze, times
from bioanchors.model.trends.interventions._action import Action

ACTIONS: dict[str, Action] = {
    "freeze": freeze.ACTION,
    "at_most": at_most.ACTION,
    "times": times.ACTION,
}
"""Each action; an intervention has the key of one."""

UNTIL = Key("year in which it ends; never if left out", "year", REALS, 1900, 3000)
LASTS = Key("how long it lasts, instead of until_year", "years", AT_LEAST_0, 0, 1000)

__all__ = ["ACTIONS", "LASTS", "UNTIL", "Action", "end_of", "holding", "intervened"]


def end_of(each: Intervention, draws: Mapping[str, Value]) -> Value:
    """Return the decimal year in which an intervention ends, ``inf`` where it never does.

    Parameters
    ----------
    each
        The intervention.
    draws
        Of its inputs.
    """
    if each.until is not None:
        return draws[each.until]
    return np.inf if each.lasts is None else draws[each.year] + draws[each.lasts]


def holding(
    interventions: Sequence[Intervention], draws: Mapping[str, Value]
) -> list[Intervention]:
    """Return those that change anything: neither known to be over at once nor not to be done."""

    def holds(each: Intervention) -> bool:
        since, until = draws[each.year], end_of(each, draws)
        is_over = np.ndim(since) == np.ndim(until) == 0 and until <= since
        idle: list[Value] = [1.0 if each.happens is None else draws[each.happens]]
        if each.action == "times" and each.value is not None:
            idle.append(draws[each.value])
        return not is_over and not any(np.ndim(value) == 0 and value == 0 for value in idle)

    return [each for each in interventions if holds(each)]


def intervened(
    interventions: Sequence[Intervention], draws: Mapping[str, Value], curve: Curve
) -> Curve:
    """Return what interventions make of a quantity, each of what those before it have made.

    Parameters
    ----------
    interventions
        On this quantity, in the order of their years.
    draws
        Of their inputs.
    curve
        The quantity without them, log10.
    """
    for each in holding(interventions, draws):
        since = draws[each.year]
        until = end_of(each, draws)
        ends = each.until is not None or each.lasts is not None
        action = ACTIONS[each.action]
        done = 1.0 if each.happens is None else draws[each.happens]
        values = [] if each.value is None else [draws[each.value]]
        years = [since, until] if ends else [since]
        if action.delays and ends:
            lasts: Value = until - since
            every: list[Value] = [*curve.breaks, *drawn_breaks_of(curve)]
            years += [year + lasts for year in every]
        arguments = (since, until, done, *values)
        keeps = action.keeps_rising(curve, *arguments)
        curve = Path.bent(
            curve,
            action.value,
            *arguments,
            years=years,
            keeps_rising=keeps,
            jumps=action.jumps,
        )
    return curve
