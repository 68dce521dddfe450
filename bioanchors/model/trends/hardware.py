"""Price-performance: how many useful training FLOP a dollar of run cost buys."""

from __future__ import annotations

from collections.abc import Mapping

from bioanchors.model.curves import Curve, Line, Value, logistic
from bioanchors.model.spec import HARDWARE, RESEARCH, Spec
from bioanchors.model.trends.changes import capped, changed
from bioanchors.model.trends.research import researched


def flop_per_usd(
    level: Value, rate: Value, ceiling: Value, *, start_year: float, origin: float
) -> Line:
    """Return price-performance: useful training FLOP per dollar of run cost, log10 FLOP/$.

    Parameters
    ----------
    level
        log10 FLOP/$ in ``start_year``.
    rate
        OOM per year.
    ceiling
        log10 of the most FLOP/$ ever.
    start_year
        Year in which the level holds.
    origin
        Year from which the curve counts.

    Notes
    -----
    x(y) = l(y) / (1 + l(y) / c), l(y) = 10^(level + rate (y - start_year)), c = 10^ceiling.

    References
    ----------
    Cotra (2020), "Forecasting TAI with biological anchors", part 4.
    """
    return logistic(level, rate, start_year, ceiling, 0.0, start_year, origin)


def speed_of(spec: Spec, draws: Mapping[str, Value]) -> Value:
    """Return the speed without a ceiling, OOM per year: as given, or what research brings."""
    speed = draws[HARDWARE[1]]
    return speed * draws[RESEARCH["hardware"]] if spec.hardware_is_researched else speed


def of(spec: Spec, draws: Mapping[str, Value]) -> Curve:
    """Return the curve of draws, log10 FLOP/$."""
    level, returns, ceiling = (draws[name] for name in HARDWARE)
    rate = speed_of(spec, draws)
    research = spec.changes_of("research") if spec.hardware_is_researched else ()
    changes = spec.changes_of("hardware")
    if changes or research:
        origin = spec.first_year
        line: Curve = Line(level + rate * (origin - spec.hardware_start), rate, (), origin)
        if research:
            line = researched(line, returns, draws[RESEARCH["hardware"]], research, draws)
        return capped(changed(changes, draws, line, rate), Line(ceiling, 0.0, (), origin))
    return flop_per_usd(
        level, rate, ceiling, start_year=spec.hardware_start, origin=spec.first_year
    )
