"""Several runs that can be compared: the same streams, and as many points each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bioanchors.parameters import Parameters
from bioanchors.results import Forecast
from bioanchors.results.many import HasMap, run_many
from bioanchors.results.origin import Origin
from bioanchors.types import Progress

Kept = TypeVar("Kept")
Where = str | HasMap | None
"""Where many runs are made, as ``run_many`` takes it."""


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


@dataclass(frozen=True)
class _WithPoints(Generic[Kept]):
    """Keeps something of a forecast, and its points."""

    keep: Callable[[Forecast], Kept]

    def __call__(self, forecast: Forecast) -> tuple[Kept, int]:
        return self.keep(forecast), points_of(forecast)


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
    made = run_many(files, executor, keep=_WithPoints(keep), progress=progress, **options)
    most = max(points for _, points in made)
    again = [i for i, (_, points) in enumerate(made) if points < most]
    if again:
        total = len(files) + len(again)

        def told(done: int, of: int) -> None:
            if progress is not None:
                progress(len(files) + done, total)

        alike = {**options, "fewest": most, "points": most}
        redone = run_many([files[i] for i in again], executor, keep=keep, progress=told, **alike)
        for i, kept in zip(again, redone, strict=True):
            made[i] = kept, most
    return [kept for kept, _ in made]


def points_of(forecast: Forecast) -> int:
    """Points that decided a forecast's accuracy: of its trends, or where those are known, all."""
    return forecast.sums.trend_points * forecast.replicates or forecast.points
