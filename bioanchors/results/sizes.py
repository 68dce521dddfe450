"""How many points a run takes next, and when it stops."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bioanchors.results.remarks import TOO_FEW_DRAWS
from bioanchors.sampling import Plan

FEWEST_POINTS = 2048
"""Points of a replicate to start with: for requirements, and for joint draws."""

FEWEST_TREND_POINTS = 128

HOPELESS_DRAWS, HOPELESS_AFTER = 250, 2**17
"""Effective draws of so many below which no more points are tried."""

REQUIREMENT_SHARE = 0.5
"""Of the error allowed, what may come from the requirements."""

RATES = {"integrate": 1.0, "count": 0.6}
REQUIREMENT_RATE = 0.75
"""Powers of the points with which errors fall, to guess how many more are needed."""


@dataclass(frozen=True, slots=True)
class Size:
    """Points of a replicate: of each requirement, or of joint draws; and of trends."""

    each: int
    trend: int


def sizes(
    points: int,
    fewest: int,
    fewest_trend_points: int | None,
    trend_points: int | None,
    replicates: int,
) -> tuple[Size, Size]:
    """Return the points to start with, and the most, from those of all replicates together."""
    most = Plan.of(points, replicates).points
    start = Plan.of(fewest, replicates).points if fewest else 1
    each = min(max(start, FEWEST_POINTS), most)
    if trend_points is None:
        if fewest_trend_points is not None:
            start = Plan.of(fewest_trend_points, replicates).points
        return Size(each, min(max(start, FEWEST_TREND_POINTS), most)), Size(most, most)
    trend = Plan.of(trend_points, replicates).points
    return Size(each, trend), Size(most, trend)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a forecast has come to.

    Attributes
    ----------
    size
        Its points.
    error
        The largest standard error of any year; infinite where a replicate holds nothing.
    left
        Effective draws that the evidence leaves; infinite without any.
    averaged
        Points of trends in a replicate over which is averaged; 0 where none is.
    drawn
        Whether anything is counted in joint draws.
    by_requirement
        Works out what of the error comes from the requirements alone.
    """

    size: Size
    error: float
    left: float
    averaged: int
    drawn: bool
    by_requirement: Callable[[], float]

    @property
    def done(self) -> int:
        """Points of a replicate from which the error comes."""
        return self.averaged or self.size.each


@dataclass(frozen=True, slots=True)
class Goal:
    """What a run is to reach, and what it may take.

    Attributes
    ----------
    precision
        Largest standard error.
    most
        The most points.
    needed
        Effective draws under evidence.
    replicates
        Independent repetitions.
    rate
        Power of the points with which errors fall.
    max_seconds
        From the goal's making.
    """

    precision: float
    most: Size
    needed: float
    replicates: int
    rate: float
    max_seconds: float
    started: float = field(default_factory=time.monotonic)

    def next(self, standing: Standing, took: float) -> tuple[Size | None, str]:
        """Return the points to take next, or None and what stops the run.

        Parameters
        ----------
        standing
            What the last points have come to.
        took
            Seconds that they took.
        """
        done, left = standing.done, standing.left
        most = self.most.trend if standing.averaged else self.most.each
        if standing.error <= self.precision and left >= self.needed:
            return None, "precision"
        hopeless = left < HOPELESS_DRAWS and done * self.replicates >= HOPELESS_AFTER
        # Not even all points would leave enough, or only after minutes.
        if done >= most or hopeless or left * most / done < TOO_FEW_DRAWS:
            return None, "points"
        part, bearable = standing.by_requirement(), REQUIREMENT_SHARE * self.precision
        by_requirement = part > bearable and standing.size.each < self.most.each
        if by_requirement:
            each = standing.size.each
            more = _following(each, self.most.each, part / bearable, REQUIREMENT_RATE)
            growth = more // each
        else:
            growth = self._draws(standing, part, most) // done
        growth = self._in_time(growth, took)
        if growth < 2:
            return None, "time"
        more = min(self.most.each, growth * standing.size.each)
        if by_requirement:
            return replace(standing.size, each=more), ""
        return Size(
            more if standing.drawn else standing.size.each,
            growth * done if standing.averaged else standing.size.trend,
        ), ""

    def _draws(self, standing: Standing, part: float, most: int) -> int:
        """Return how many points to average over, where the requirements leave so much error."""
        done, error, left = standing.done, standing.error, standing.left
        following = done
        if not error <= self.precision:
            rest = math.sqrt(max(self.precision**2 - part**2, (self.precision / 2) ** 2))
            own = math.sqrt(max(error**2 - part**2, 0.0)) if error < math.inf else error
            following = _following(done, most, max(own / rest, 1.0), self.rate)
        if left < self.needed:
            enough = _following(done, most, self.needed / max(left, 1e-3), 1.0)
            following = max(following, enough)
        first_look = 1 << ((HOPELESS_AFTER // self.replicates).bit_length() - 1)
        if left < HOPELESS_DRAWS and done < first_look:
            following = min(following, first_look)
        return following

    def _in_time(self, growth: int, took: float) -> int:
        """Return the growth of points for which there is time, by what the last ones took."""
        left = self.max_seconds - (time.monotonic() - self.started)
        while growth > 1 and took * growth > left:
            growth //= 2
        return growth


def _following(done: int, most: int, too_large: float, rate: float) -> int:
    """Return how many points to take next: a power of two, at least twice those done.

    An error that is not known, since a replicate holds nothing of a hypothesis, asks for twice.
    """
    if not math.isfinite(too_large):
        return min(most, 2 * done)
    doublings = math.ceil(math.log2(too_large) / rate)
    return most if doublings > math.log2(most / done) else max(2, 1 << doublings) * done
