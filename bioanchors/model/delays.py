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
from bioanchors.model.paths import Path, drawn_breaks_of

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


class Waiting:
    """Delays of a block of draws.

    Parameters
    ----------
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

    def __init__(self, delays: Sequence[Delay], draws: Mapping[str, Value]) -> None:
        self._falls = tuple(delay.falls for delay in delays)
        self._years = tuple(draws[delay.years] for delay in delays)
        self._turns = tuple(delay.turning_year(draws[delay.chance]) for delay in delays)

    def of(self, curve: Curve) -> Path:
        """Return what is ready in a year of what can be bought, with its gain, log10 FLOP."""
        laters = [curve.later(years) for years in self._years]
        breaks = [*self._turns]
        for later in laters:
            breaks += [*later.breaks, *drawn_breaks_of(later)]
        return Path.bent(
            curve, _Ready(self._falls), *laters, *self._turns, years=breaks, keeps_rising=True
        )

    def looks(self, curve: Curve, year: Array) -> list[Array]:
        """Return a curve wherever what is ready in some years hangs on it.

        Of a product of curves they are the sums of those of each, so that what several products
        share is looked at once.
        """
        laters = [curve.later(years) for years in self._years]
        return _looks(year, self._falls, self._turns, curve, laters)

    def ready(self, year: Array, looks: Sequence[Array], origin: float) -> Array:
        """Return what is ready in some years, by looks at what can be bought from ``origin`` on."""
        return _ready(year, self._falls, self._turns, looks, origin)


@dataclass(frozen=True, slots=True)
class _Ready:
    """What delays leave of a curve, as a function of the year; whether each holds until a year."""

    falls: tuple[bool, ...]

    def __call__(self, year: Array, curve: Curve, *others: Any) -> Array:
        count = len(self.falls)
        laters, turns = others[:count], others[count:]
        looks = _looks(year, self.falls, turns, curve, laters)
        return _ready(year, self.falls, turns, looks, curve.origin)


def _looks(
    year: Array,
    falls: Sequence[bool],
    turns: Sequence[Value],
    curve: Curve,
    laters: Sequence[Curve],
) -> list[Array]:
    """Return the curve now, and of each delay a delay before, and where it rises, at its turn."""
    looks = [curve.at(year)]
    for until, turn, later in zip(falls, turns, laters, strict=True):
        looks += [later.at(year)] if until else [later.at(year), curve.at(turn)]
    return looks


def _ready(
    year: Array,
    falls: Sequence[bool],
    turns: Sequence[Value],
    looks: Sequence[Array],
    origin: float,
) -> Array:
    """Return the least over delays of what each leaves."""
    now, *others = looks
    rest, every = iter(others), []
    for until, turn in zip(falls, turns, strict=True):
        waited = next(rest)
        if until:
            every.append(np.where(year < turn, waited, now))
        else:
            before = np.where(turn > origin, next(rest), -np.inf)
            every.append(np.where(year < turn, now, np.maximum(waited, before)))
    result: Array = np.minimum.reduce(np.broadcast_arrays(*every))
    return result
