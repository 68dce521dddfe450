"""The three trends of the 2020 model: price-performance, spending, algorithmic progress."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Curve, Value, logistic

LOG10_2 = float(np.log10(2.0))


def flop_per_usd(
    level: Value, rate: Value, ceiling: Value, *, start_year: float, origin: float
) -> Curve:
    """Return price-performance: useful training FLOP per dollar of run cost.

    Parameters
    ----------
    level
        log10 FLOP/$ in ``start_year``.
    rate
        OOM per year.
    ceiling
        log10 of the most FLOP/$ ever.
    """
    return logistic(level, rate, start_year, ceiling, 0.0, start_year, origin)


def largest_run_usd(
    level: Value,
    rate: Value,
    max_share_of_gdp: Value,
    gdp: Value,
    growth_per_year: Value,
    *,
    start_year: float,
    gdp_year: float,
    origin: float,
) -> Curve:
    """Return spending on the largest single training run.

    Parameters
    ----------
    level
        log10 $ in ``start_year``.
    rate
        OOM per year.
    max_share_of_gdp
        log10 of the most that one run may cost, as a share of the largest economy's GDP.
    gdp
        log10 $ in ``gdp_year``.
    growth_per_year
        Real growth of GDP, as a share; the ceiling grows with it.
    """
    gdp_rate: Value = np.log10(1.0 + growth_per_year)
    return logistic(level, rate, start_year, max_share_of_gdp + gdp, gdp_rate, gdp_year, origin)


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
) -> Curve:
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

    Notes
    -----
    gain(y) = g(y) - (g(r) - g(s)) with g(y) = log10(e / (1 + e / 10^max_oom)),
    e = 10^(rate (y - s)), s the start year and r the requirement's or, where that is earlier,
    s itself: up to the start nothing was gained. Before it g is negative, as in the published
    table.
    """
    gain = logistic(0.0, rate, gain_start_year, max_oom, 0.0, gain_start_year, origin)
    if requirement_year <= gain_start_year:
        return gain
    before = gain.at(requirement_year) - gain.at(gain_start_year)
    return gain.plus(-(float(before) if np.ndim(before) == 0 else before))
