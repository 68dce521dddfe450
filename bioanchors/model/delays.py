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

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.model.arrival import first_crossing
from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Flag, Value
from bioanchors.model.paths import drawn_breaks_of

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

    def chance_at(self, year: Array) -> Array:
        """Return the probability that a run of decimal years of any shape has to wait."""
        years, chances = zip(*self.schedule, strict=True)
        return np.asarray(np.interp(year, years, chances))

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


@dataclass(frozen=True, slots=True)
class Most:
    """The most that has been enough by each year, by what draws have to wait for.

    Attributes
    ----------
    states
        log10 FLOP in each state, (draw, year).
    chances
        Probability of each state in each year, to be broadcast against it; empty where there is
        one state alone.
    """

    states: tuple[Array, ...]
    chances: tuple[Array, ...] = ()

    def mean(self, values: Sequence[Array]) -> Array:
        """Return the mean of what holds in each state."""
        if not self.chances:
            return values[0]
        result = self.chances[0] * values[0]
        for chance, value in zip(self.chances[1:], values[1:], strict=True):
            result += chance * value
        return result

    def weights(self, weight: Array) -> list[Array]:
        """Return a weight's part in each state."""
        return [weight * chance for chance in self.chances] or [weight]

    def at_least(self, least: Array) -> Most:
        """Return the same with at least as much in each state."""
        return Most(tuple(np.maximum(each, least) for each in self.states), self.chances)

    def take(self, rows: slice) -> Most:
        """Return that of some draws; what is the same for all stays."""

        def some(values: Array) -> Array:
            return values if values.ndim == 2 and len(values) == 1 else values[rows]

        return Most(tuple(map(some, self.states)), tuple(map(some, self.chances)))

    def at(self, place: int | slice, size: int) -> Most:
        """Return the same of so many draws in one of the years, (draw,), or in some."""

        def some(values: Array) -> Array:
            wide = (size, self.states[0].shape[-1])
            return np.broadcast_to(values, wide)[:, place]

        return Most(tuple(map(some, self.states)), tuple(map(some, self.chances)))


class Waiting:
    """Delays of a block of draws, between when a run can be bought and an event.

    Parameters
    ----------
    delays, draws
        What may be lacking, and the draws of its inputs.
    lag
        Years from when a run can be bought to the event, if nothing is lacking.
    origin
        Year from which on what could be bought before something hinders it need not wait.
    closed
        Delays that are averaged over whether they hold; they must be such as fall.

    Notes
    -----
    A run that can be bought in year b is ready by y if for each delay, of D years, b + D <= y or
    b <= y and the delay does not hold: in y, if it holds until a year T; in b, if it holds from T
    on. With F the most that could be bought by a year, what is ready by y is hence the least over
    delays, of F(y - D) where one holds, else F(y), and at least F(T) once it holds. Delays that
    hold at once count together, not one after the other: the longest decides.

    A delay that falls holds in y with the probability of y, whatever can be bought: what is ready
    then has two states. Where it rises, all between F(y - D) and F(y) may be ready, by T.
    """

    def __init__(
        self,
        delays: Sequence[Delay],
        draws: Mapping[str, Value],
        lag: Value,
        origin: float,
        closed: Collection[Delay] = (),
    ) -> None:
        self.years = tuple(draws[delay.years] for delay in delays)
        self._delays, self._closed, self._lag = delays, closed, lag
        self._turns: list[tuple[Value, Flag]] = []
        for delay in delays:
            turn = LONG_AGO if delay in closed else delay.turning_year(draws[delay.chance])
            self._turns.append((turn + lag, turn > origin))

    def arrival(self, curve: Curve, requirement: Value, last_year: float) -> Array:
        """Return the event's year, as ``first_crossing`` does.

        Parameters
        ----------
        curve
            What would be enough if nothing were lacking, log10 FLOP.
        requirement, last_year
            As there.
        """
        now = result = first_crossing(curve, requirement, last_year)
        if not self._delays:
            return now
        for delay, years, (turn, counts) in zip(self._delays, self.years, self._turns, strict=True):
            later = first_crossing(curve.later(years), requirement, last_year)
            if delay.falls:
                ready = np.minimum(later, np.maximum(now, turn))
            else:
                ready = np.where(counts & (now < turn), now, later)
            result = np.maximum(result, ready)
        return np.where(result <= last_year, result, np.inf)

    def most(self, year: Array, curve: Curve) -> Most:
        """Return what is ready by some years.

        Parameters
        ----------
        year
            Ascending, shape (year,).
        curve
            What would be enough if nothing were lacking.
        """
        now, *later = (each.highest_so_far(year) for each in (curve, *self.later(curve)))
        return self.states(year, curve, now, later)

    def later(self, curve: Curve) -> list[Curve]:
        """Return a curve as each delay leaves it if it holds."""
        return [curve.later(years) for years in self.years]

    def states(self, year: Array, curve: Curve, now: Array, later: Sequence[Array]) -> Most:
        """Return the same, of what has been computed.

        Parameters
        ----------
        year, curve
            As for ``most``.
        now, later
            The highest that the curve has been by then, and so of it as each delay leaves it.
        """
        ready, waited = now, []
        for delay, (turn, counts), behind in zip(self._delays, self._turns, later, strict=True):
            if delay in self._closed:
                waited.append(behind)
            elif delay.falls:
                ready = np.minimum(ready, np.where(year < turn, behind, now))
            else:
                before = np.where(counts, _highest_by(turn, curve, year, now), -np.inf)
                left = np.where(year < turn, now, np.maximum(behind, before))
                ready = np.minimum(ready, left)
        if not waited:
            return Most((ready,))
        return Most((ready, *(np.minimum(ready, each) for each in waited)), self._chances(year))

    def _chances(self, year: Array) -> tuple[Array, ...]:
        """Return the probability that none of the closed delays holds, then that each decides."""
        each: list[tuple[Value, Array]] = [
            (years, delay.chance_at(np.atleast_2d(year - self._lag)))
            for delay, years in zip(self._delays, self.years, strict=True)
            if delay in self._closed
        ]
        none = np.prod(np.broadcast_arrays(*(1.0 - holds for _, holds in each)), axis=0)
        result = [none]
        for i, (own, holds) in enumerate(each):
            decides = holds
            for j, (other, its) in enumerate(each):
                # Of two that are as long the first decides.
                longer = np.asarray(other - own) >= 0 if j < i else np.asarray(other - own) > 0
                decides = decides * np.where(longer & (j != i), 1.0 - its, 1.0)
            result.append(decides)
        return tuple(result)


def _highest_by(turn: Value, curve: Curve, year: Array, now: Array) -> Array:
    """Return the highest that a curve has been by a year of each draw, a column.

    Parameters
    ----------
    turn
        That year.
    curve, year, now
        The curve, years from the first on, and the highest that it has been by each of them.
    """
    best = curve.at(turn)
    if np.all(curve.rises_until(year[-1])):
        return best
    place = np.atleast_2d(np.searchsorted(year, turn, side="right"))
    rows = np.broadcast_to(now, (max(len(now), len(place)), year.size))
    place = np.broadcast_to(place, (len(rows), 1))
    before = np.take_along_axis(rows, np.maximum(place - 1, 0), axis=1)
    best = np.maximum(best, np.where(place > 0, before, -np.inf))
    jumps: list[Value] = [*curve.breaks, *drawn_breaks_of(curve)]
    for jump in jumps:
        passed = (year[0] < jump) & (jump <= turn)
        best = np.maximum(best, np.where(passed, curve.at(jump - JUST_BEFORE), -np.inf))
    return best
