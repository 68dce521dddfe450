"""Several runs that can be compared: the same streams, and as many points each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bioanchors.parameters import Parameters
from bioanchors.results import Forecast, run
from bioanchors.results.origin import Origin

Kept = TypeVar("Kept")
Progress = Callable[[int, int], None]


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


def run_alike(
    files: Sequence[Parameters],
    keep: Callable[[Forecast], Kept],
    *,
    seed: int = 1,
    precision: float = 0.001,
    progress: Progress | None = None,
) -> list[Kept]:
    """Run files with the same number of points, as many as the most demanding needs.

    What they share then drops out of their differences, and a forecast is as smooth in what is
    varied as the model is.

    Parameters
    ----------
    files
        The parameters, in the order of the results.
    keep
        What to keep of each forecast, which is dropped then: many would not fit.
    seed, precision
        As ``run``.
    progress
        Called with how many runs are done, and of how many.
    """
    kept, points = [], []
    total = len(files)
    for done, each in enumerate(files):
        if progress is not None:
            progress(done, total)
        forecast = run(each, seed=seed, precision=precision)
        kept.append(keep(forecast))
        points.append(points_of(forecast))
    most = max(points)
    again = [i for i, each in enumerate(points) if each < most]
    for done, i in enumerate(again):
        if progress is not None:
            progress(total + done, total + len(again))
        kept[i] = keep(run(files[i], seed=seed, precision=precision, fewest=most, points=most))
    if progress is not None:
        progress(total + len(again), total + len(again))
    return kept


def whole(forecast: Forecast) -> Forecast:
    """Keep a forecast as it is, for ``run_alike``."""
    return forecast


def points_of(forecast: Forecast) -> int:
    """Points that decided a forecast's accuracy: of its trends, or where those are known, all."""
    return forecast.sums.trend_points * forecast.replicates or forecast.points
