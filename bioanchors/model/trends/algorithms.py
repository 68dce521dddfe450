"""Algorithmic progress: how many OOM fewer FLOP a year's algorithms need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from bioanchors.model.curves import Curve, Line, Value, logistic
from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.model.trends.answering import Compute, answering, speed_of_compute
from bioanchors.model.trends.changes import capped, changed
from bioanchors.model.trends.research import researched

AnyCurve = TypeVar("AnyCurve", Line, Curve)

LOG10_2 = float(np.log10(2.0))


def shifted_speed(rate: Value, halving_shift_years: Value) -> Value:
    """Return the speed of a trend whose halving time is so many years longer, OOM per year.

    Parameters
    ----------
    rate
        OOM per year, above 0.
    halving_shift_years
        Years added to the halving time log10(2) / rate.
    """
    return LOG10_2 / (LOG10_2 / rate + halving_shift_years)


def algorithmic_gain(
    rate: Value,
    max_oom: Value,
    *,
    gain_start_year: float,
    requirement_year: float,
    origin: float,
) -> Line:
    """Return how many OOM fewer FLOP the algorithms of a year need than those of 2020.

    Parameters
    ----------
    rate
        OOM per year: log10(2) over the halving time.
    max_oom
        Most that algorithms can save from ``gain_start_year`` on, OOM.
    gain_start_year
        Year from which the gain grows.
    requirement_year
        Year whose algorithms the requirement assumes; what was gained before is in it.
    origin
        Year from which the curve counts.

    Notes
    -----
    gain(y) = g(y) - (g(r) - g(s)) with g(y) = log10(e / (1 + e / 10^max_oom)),
    e = 10^(rate (y - s)), s the start year and r the requirement's or, where that is earlier,
    s itself: up to the start nothing was gained. Before it g is negative, as in the published
    table.
    """
    gain = logistic(0.0, rate, gain_start_year, max_oom, 0.0, gain_start_year, origin)
    return since_requirement(gain, gain_start_year, requirement_year)


def since_requirement(gain: AnyCurve, gain_start_year: float, requirement_year: float) -> AnyCurve:
    """Return a gain without what is in the requirement already: what was gained before its year."""
    if requirement_year <= gain_start_year:
        return gain
    before = gain.at(requirement_year) - gain.at(gain_start_year)
    return gain.plus(-(float(before) if np.ndim(before) == 0 else before))


def of(
    spec: Spec,
    hypothesis: HypothesisInputs,
    draws: Mapping[str, Value],
    compute: Compute | None = None,
    *,
    measured: bool = False,
) -> Curve:
    """Return the curve of draws for a hypothesis, OOM.

    Parameters
    ----------
    spec, hypothesis, draws
        Whose algorithms, and the draws.
    compute
        Compute to which they answer; None where to none.
    measured
        Whether on the tasks on which it is measured, without ``transfer``.
    """
    rate = draws[hypothesis.speed]
    growth = None if hypothesis.effort is None else draws[hypothesis.effort]
    if growth is not None:
        rate = rate * growth
    if hypothesis.halving_shift is not None:
        rate = shifted_speed(rate, draws[hypothesis.halving_shift])
    transfer: Value = 1.0
    if hypothesis.transfer is not None and not measured:
        transfer = draws[hypothesis.transfer]
        rate = rate * transfer
    start, origin = hypothesis.gain_start_year, spec.first_year
    changes = spec.changes_of("algorithms")
    research = () if growth is None else spec.changes_of("research")
    if changes or research or compute is not None:
        line: Curve = Line(rate * (origin - start), rate, (), origin)
        limit = Line(draws[hypothesis.max_oom], 0.0, (), origin)
        if growth is not None:
            line = researched(line, rate / growth, growth, research, draws)
        rising = changed(changes, draws, line, rate, transfer)
        if compute is not None and hypothesis.compute_share is not None:
            share = draws[hypothesis.compute_share]
            speed = speed_of_compute(spec, draws)
            rising = answering(rising, compute, share, rate, speed, spec.last_year)
        return since_requirement(capped(rising, limit), start, hypothesis.requirement_year)
    return algorithmic_gain(
        rate,
        draws[hypothesis.max_oom],
        gain_start_year=start,
        requirement_year=hypothesis.requirement_year,
        origin=origin,
    )
