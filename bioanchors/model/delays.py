"""Delays that some runs have to wait for: how likely hangs on the year in which they can be bought.

Something besides FLOP may be lacking: data, power stations, ideas, permits. A schedule gives the
probability that a run that could be bought in a year has to wait. It may fall with the year, where
what is lacking is being made, or rise, where what hinders is yet to come.

References
----------
The idea, with its probabilities by year and lengths: Rethink Priorities, future assessment model,
notebooks 3B and 3C (2023). There a run that waits does so for the whole delay, even where a later
one would not have waited; here what is no longer lacking is lacking to nobody, so that more FLOP
never come before less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bioanchors.model.curves import Array, Curve, Value
from bioanchors.model.paths import Path

CHANCE = ".chance"
"""Ends the name of the input that tells whether a draw's runs wait."""

LONG_AGO, NEVER = 1000.0, 5000.0
"""Years before and after every window."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Years that a run has to wait, if something is lacking when it can be bought.

    Attributes
    ----------
    name
        As the file calls it.
    years
        Name of the input that is its length.
    chance
        Name of the input, uniform between 0 and 1, that tells whether a draw has to wait.
    schedule
        Decimal years, ascending, and the probability that a run of that year has to wait: straight
        between them, constant outside, and only falling or only rising.
    """

    name: str
    years: str
    chance: str
    schedule: tuple[tuple[float, float], ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of both its inputs."""
        return (self.years, self.chance)

    @property
    def falls(self) -> bool:
        """Whether what is lacking is lacking until some year, not from some year on."""
        return self.schedule[0][1] >= self.schedule[-1][1]

    def turning_year(self, u: Value) -> Value:
        """Return the year at which a draw's runs cease to wait, or where it rises, begin to.

        Parameters
        ----------
        u
            Between 0 and 1: a run of a year waits where it is below the year's probability.

        Notes
        -----
        The inverse of the schedule, so that P(wait in y) = P(u < p(y)). Before every window, or
        after, where a draw's runs all wait, or none.
        """
        years, chances = (np.array(each) for each in zip(*self.schedule, strict=True))
        sign = -1.0 if self.falls else 1.0
        # Where the schedule is level the year makes no difference but for a set of measure 0.
        year = np.interp(sign * np.asarray(u), sign * chances, years)
        lowest, highest = min(chances[0], chances[-1]), max(chances[0], chances[-1])
        always, never = (NEVER, LONG_AGO) if self.falls else (LONG_AGO, NEVER)
        result = np.where(u < lowest, always, np.where(u >= highest, never, year))
        return float(result) if np.ndim(u) == 0 else result


def delayed(curve: Curve, delays: Sequence[Delay], draws: Mapping[str, Value]) -> Curve:
    """Return what is enough with delays: FLOP that could be bought, and have waited if they must.

    Parameters
    ----------
    curve
        What could be bought, with its gain, log10 FLOP.
    delays, draws
        What may be lacking, and the draws of its inputs.

    Notes
    -----
    A run that could be bought in year b is ready by y if for each delay, of D years, b + D <= y or
    b <= y and the delay does not hold: in y, if it holds until a year T; in b, if it holds from T
    on. Hence what is ready by y is the least over delays, of F(y - D) where one holds, else F(y),
    and at least F(T) once it holds. Delays that hold at once count together, not one after the
    other: the longest decides.
    """
    laters = [curve.later(draws[delay.years]) for delay in delays]
    turns = [delay.turning_year(draws[delay.chance]) for delay in delays]
    breaks = [*turns]
    for later in laters:
        breaks += [*later.breaks, *(later.drawn_breaks if isinstance(later, Path) else ())]
    falls = tuple(delay.falls for delay in delays)
    return Path.bent(curve, _Waiting(falls), *laters, *turns, years=breaks, keeps_rising=True)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What delays leave of a curve, as a function of the year; whether each holds until a year."""

    falls: tuple[bool, ...]

    def __call__(self, year: Array, curve: Curve, *others: Any) -> Array:
        count = len(self.falls)
        now, result = curve.at(year), None
        for falls, later, turn in zip(self.falls, others[:count], others[count:], strict=True):
            waited = later.at(year)
            if falls:
                ready = np.where(year < turn, waited, now)
            else:
                before = np.where(turn > curve.origin, curve.at(turn), -np.inf)
                ready = np.where(year < turn, now, np.maximum(waited, before))
            result = ready if result is None else np.minimum(result, ready)
        return now if result is None else result
