"""Several runs that can be compared: the same streams, and as many points each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from bioanchors.parameters import Parameters
from bioanchors.results import Forecast
from bioanchors.results.executors import Where, opened
from bioanchors.results.many import run_many
from bioanchors.results.origin import Origin
from bioanchors.types import Progress

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Made:
    """How one of many runs was made.

    Attributes
    ----------
    origin
        Seed, precision, error and what else it is made of.
    points, trend_points
        As of the forecast.
    """

    origin: Origin
    points: int
    trend_points: int

    @classmethod
    def of(cls, forecast: Forecast) -> Made:
        """Return how a forecast was made."""
        return cls(forecast.origin, forecast.points, forecast.trend_points)


class Points(NamedTuple):
    """Points of all replicates together.

    Attributes
    ----------
    each
        Of requirements, or of joint draws.
    trends
        Of trends, where these are averaged over, else 0: more of them change nothing.
    """

    each: int
    trends: int

    @classmethod
    def of(cls, forecast: Forecast) -> Points:
        """Return the points of a forecast."""
        sums, replicates = forecast.sums, forecast.replicates
        return cls(sums.points * replicates, sums.trend_points * replicates)

    @classmethod
    def most(cls, several: Sequence[Points]) -> Points:
        """Return the most of either."""
        return cls(max(each for each, _ in several), max(trends for _, trends in several))

    def fall_short_of(self, most: Points) -> bool:
        """Whether a forecast of these points has fewer of any that count."""
        return self.each < most.each or 0 < self.trends < most.trends

    @property
    def options(self) -> dict[str, int]:
        """Options by which ``run`` takes just these points."""
        trends = {"trend_points": self.trends} if self.trends else {}
        return {"fewest": self.each, "points": self.each, **trends}

    @property
    def at_least(self) -> dict[str, int]:
        """Options by which ``run`` takes no fewer points."""
        # Of known trends, which have none, others learn nothing.
        return {"fewest": self.each, "fewest_trend_points": max(self.trends, 1)}


class Counted:
    """Progress over several sets of runs, one after the other.

    Parameters
    ----------
    progress
        Called with how many runs are done, and of how many.
    expected
        How many there will be in all, as far as can be told; at least those of the present set.
    """

    def __init__(self, progress: Progress | None, expected: int = 0) -> None:
        self._progress, self.expected = progress, expected
        self._before = self._done = 0

    def __call__(self, done: int, of: int) -> None:
        """Take how many runs of the present set are done, and of how many."""
        self._done = self._before + done
        if self._progress is not None:
            self._progress(self._done, max(self.expected, self._before + of))

    def advance(self) -> None:
        """Begin the next set."""
        self._before = self._done


@dataclass(frozen=True)
class _WithPoints(Generic[Kept]):
    """Keeps something of a forecast, and its points."""

    keep: Callable[[Forecast], Kept]

    def __call__(self, forecast: Forecast) -> tuple[Kept, Points]:
        return self.keep(forecast), Points.of(forecast)


def run_alike(
    files: Sequence[Parameters],
    keep: Callable[[Forecast], Kept],
    *,
    executor: Where = None,
    progress: Progress | None = None,
    **options: Any,
) -> list[Kept]:
    """Run files with the same number of points, as many as the most demanding needs.

    What they share then drops out of their differences, and a forecast is as smooth in what is
    varied as the model is.

    Parameters
    ----------
    files
        The parameters, in the order of the results.
    keep, executor
        As ``run_many``.
    progress
        Called with how many runs are done, and of how many.
    **options
        As ``run``: seed and precision.
    """
    counted = Counted(progress, len(files))
    with opened(executor) as maker:
        first, rest = files[:1], files[1:]
        made = run_many(first, maker, keep=_WithPoints(keep), progress=counted, **options)
        if rest:
            counted.advance()
            # None will have fewer in the end: what fewer would say is not found out first.
            known = {**options, **made[0][1].at_least}
            made += run_many(rest, maker, keep=_WithPoints(keep), progress=counted, **known)
        most = Points.most([points for _, points in made])
        again = [i for i, (_, points) in enumerate(made) if points.fall_short_of(most)]
        if again:
            counted.advance()
            alike = {**options, **most.options}
            jobs = [files[i] for i in again]
            redone = run_many(jobs, maker, keep=keep, progress=counted, **alike)
            for i, kept in zip(again, redone, strict=True):
                made[i] = kept, most
    return [kept for kept, _ in made]
