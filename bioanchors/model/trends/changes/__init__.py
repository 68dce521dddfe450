"""What happens to trends from some year on: other speeds, gains at once.

To add a mechanism: a file with its keys and what it adds to a trend's line, and a row here. Keys of
``[changes.NAME]``, the schema and the checks follow from that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bioanchors.model.curves import LN10, Array, Curve, Line, Value
from bioanchors.model.happenings import Change
from bioanchors.model.keys import REALS, Key
from bioanchors.model.paths import Path
from bioanchors.model.trends.changes import one_off, speed
from bioanchors.model.trends.changes._mechanism import Mechanism

MECHANISMS: dict[str, Mechanism] = {
    "speed": speed.MECHANISM,
    "times": one_off.MECHANISM,
}
"""Each mechanism; a change has the keys of one."""

YEAR = Key("year from which on", "year", REALS, 1900, 3000)

__all__ = ["MECHANISMS", "YEAR", "Mechanism", "capped", "changed"]


def changed(
    changes: Sequence[Change],
    draws: Mapping[str, Value],
    line: Curve,
    rate: Value,
    speeds_times: Value = 1.0,
) -> Curve:
    """Return a trend's line to which things happen, log10; its ceiling is not in it.

    Parameters
    ----------
    changes
        In the order of their years.
    draws
        Of their inputs.
    line, rate
        The trend without a ceiling, log10, and its speed, OOM per year.
    speeds_times
        By what a speed that a change sets is multiplied.
    """
    rising: Curve = line
    for change in changes:
        mechanism = MECHANISMS[change.mechanism]
        since = draws[change.year]
        values = [draws[name] for name in change.values]
        if mechanism.sets_speed:
            values = [value * speeds_times for value in values]
        happens = 1.0 if change.happens is None else draws[change.happens]
        rising = Path.bent(
            rising,
            _Added(mechanism),
            since,
            rate,
            happens,
            *values,
            years=[since],
            keeps_rising=mechanism.keeps_rising(line, rate, *values) | (np.asarray(happens) == 0),
            jumps=mechanism.jumps,
        )
        if mechanism.sets_speed:
            rate = rate + happens * (values[0] - rate)
    return rising


def capped(curve: Curve, limit: Line) -> Path:
    """Return a curve under a ceiling, log10: that of l / (1 + l / c)."""
    return Path.bent(curve, _capped, limit, keeps_rising=True)


class _Added:
    """A mechanism's addition to a curve, as a function of the year."""

    def __init__(self, mechanism: Mechanism) -> None:
        self._added = mechanism.added

    def __call__(
        self, year: Array, curve: Curve, since: Value, rate: Value, happens: Value, *values: Value
    ) -> Array:
        return curve.at(year) + happens * self._added(year, since, rate, *values)


def _capped(year: Array, curve: Curve, limit: Curve) -> Array:
    value, most = curve.at(year), limit.at(year)
    # Not by logaddexp, which takes one number at a time.
    apart = np.exp(-LN10 * np.abs(value - most))
    return np.asarray(np.minimum(value, most) - np.log(1.0 + apart) * (1.0 / LN10))
