"""Research that makes a trend rise: gains by how much effort has gone in altogether.

References
----------
Davidson, T. (2023), "What a compute-centric framework says about takeoff speeds", on returns to
cumulative research: 5.2 (2.5 to 7) for hardware, 1.25 (0.8 to 5) for software.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bioanchors.model.curves import LN10, Array, Curve, Value
from bioanchors.model.happenings import Change
from bioanchors.model.paths import Path

LARGEST = 600.0
"""Nats above which growth of effort within one stretch is not followed."""


def researched(
    line: Curve,
    returns: Value,
    growth: Value,
    changes: Sequence[Change],
    draws: Mapping[str, Value],
) -> Curve:
    """Return a trend's line to which changes of research happen, log10.

    Parameters
    ----------
    line
        The trend while research goes on as it did: it rises by ``returns`` times ``growth`` a year.
    returns
        OOM of the trend for an OOM of cumulative research.
    growth
        Of the yearly effort until the first change, OOM per year.
    changes
        Of the effort's growth, or of effort at once, in the order of their years.
    draws
        Of their inputs.

    Notes
    -----
    Q' = E, with effort E exponential between changes. Before the first it is as if effort had
    always grown like that, so that E = growth ln(10) Q and log10 Q is a line. From a change in T,
    Q(y) = Q(T) + E(T) (10^(g (y - T)) - 1) / (g ln 10).
    """
    if not changes:
        return line
    arguments: list[Value] = []
    before = growth
    for change in changes:
        happens = 1.0 if change.happens is None else draws[change.happens]
        value = draws[change.values[0]]
        jump: Value = 0.0
        if change.mechanism == "times":
            jump = happens * value
        else:
            before = before + happens * (value - before)
        arguments += [draws[change.year], before, jump]
    years = [draws[change.year] for change in changes]
    return Path.bent(
        line,
        _researched,
        returns,
        growth,
        *arguments,
        years=years,
        keeps_rising=np.asarray(returns) >= 0,
    )


def cumulative(year: Value, growth: Value, *changes: Value) -> Array:
    """Return cumulative research against what it would be without changes, OOM.

    Parameters
    ----------
    year
        Decimal years.
    growth
        Of effort until the first change, OOM per year.
    changes
        Of each its year, the growth from then on, and OOM of effort that come at once.
    """
    since = changes[0]
    total: Value = 1.0
    effort: Value = growth * LN10
    triples = [changes[i : i + 3] for i in range(0, len(changes), 3)]
    ends = [*(triple[0] for triple in triples[1:]), np.inf]
    for (start, speed, jump), end in zip(triples, ends, strict=True):
        effort = effort * np.power(10.0, jump)
        nats = speed * LN10
        waited = np.minimum(np.maximum(np.asarray(year) - start, 0.0), end - start)
        total = total + effort * _grown(nats, waited)
        if np.all(np.isfinite(end)):
            effort = effort * np.exp(np.minimum(nats * (end - start), LARGEST))
    plain = growth * np.maximum(np.asarray(year) - since, 0.0)
    return np.asarray(np.log10(total) - plain)


def _grown(nats: Value, years: Array) -> Array:
    """Return the integral of exp(nats t) over so many years."""
    rate = np.where(np.abs(nats) < 1e-12, 1e-12, nats)
    return np.asarray(np.expm1(np.minimum(rate * years, LARGEST)) / rate)


def _researched(year: Array, line: Curve, returns: Value, growth: Value, *changes: Value) -> Array:
    return np.asarray(line.at(year) + returns * cumulative(year, growth, *changes))
