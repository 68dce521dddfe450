"""Spending: what the largest single training run costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.curves import Curve, Line, Value, logistic
from bioanchors.model.spec import ECONOMY, SPENDING, Spec
from bioanchors.model.trends import hardware
from bioanchors.model.trends.changes import capped, changed


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
) -> Line:
    """Return spending on the largest single training run, log10 $.

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
    start_year, gdp_year
        Years in which the level and the GDP hold.
    origin
        Year from which the curve counts.

    Notes
    -----
    x(y) = l(y) / (1 + l(y) / c(y)), l(y) = 10^(level + rate (y - start_year)),
    c(y) = 10^(max_share_of_gdp + gdp) (1 + growth_per_year)^(y - gdp_year).

    References
    ----------
    Cotra (2020), "Forecasting TAI with biological anchors", part 4.
    """
    gdp_rate: Value = np.log10(1.0 + growth_per_year)
    return logistic(level, rate, start_year, max_share_of_gdp + gdp, gdp_rate, gdp_year, origin)


def gdp(spec: Spec, draws: Mapping[str, Value]) -> Line:
    """Return GDP of the largest economy, log10 $: of it spending is at most a share."""
    level, growth = (draws[name] for name in ECONOMY)
    rate: Value = np.log10(1.0 + growth)
    return Line(level + rate * (spec.first_year - spec.gdp_year), rate, (), spec.first_year)


def of(spec: Spec, draws: Mapping[str, Value]) -> Curve:
    """Return the curve of draws, log10 $."""
    level, speed, share, gdp, growth = (draws[name] for name in (*SPENDING, *ECONOMY))
    rate = speed - hardware.speed_of(spec, draws) if spec.speed_is_of_run else speed
    changes = spec.changes_of("spending")
    if changes:
        origin = spec.first_year
        line = Line(level + rate * (origin - spec.spending_start), rate, (), origin)
        gdp_rate: Value = np.log10(1.0 + growth)
        ceiling = share + gdp + gdp_rate * (origin - spec.gdp_year)
        return capped(changed(changes, draws, line, rate), Line(ceiling, gdp_rate, (), origin))
    return largest_run_usd(
        level,
        rate,
        share,
        gdp,
        growth,
        start_year=spec.spending_start,
        gdp_year=spec.gdp_year,
        origin=spec.first_year,
    )
