"""Several runs that can be compared: the same streams, and as many points each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bioanchors.parameters import Parameters
from bioanchors.results import Forecast, run

Progress = Callable[[int, int], None]


def run_alike(
    files: Sequence[Parameters],
    *,
    seed: int = 1,
    precision: float = 0.001,
    progress: Progress | None = None,
) -> list[Forecast]:
    """Run files with the same number of points, as many as the most demanding needs.

    What they share then drops out of their differences, and a forecast is as smooth in what is
    varied as the model is.

    Parameters
    ----------
    files
        The parameters, in the order of the results.
    seed, precision
        As ``run``.
    progress
        Called with how many runs are done, and of how many.
    """
    forecasts = []
    total = len(files)
    for done, each in enumerate(files):
        if progress is not None:
            progress(done, total)
        forecasts.append(run(each, seed=seed, precision=precision))
    most = max(points_of(forecast) for forecast in forecasts)
    again = [i for i, forecast in enumerate(forecasts) if points_of(forecast) < most]
    for done, i in enumerate(again):
        if progress is not None:
            progress(total + done, total + len(again))
        forecasts[i] = run(files[i], seed=seed, precision=precision, fewest=most, points=most)
    if progress is not None:
        progress(total + len(again), total + len(again))
    return forecasts


def points_of(forecast: Forecast) -> int:
    """Points that decided a forecast's accuracy: of its trends, or where those are known, all."""
    return forecast.sums.trend_points * forecast.replicates or forecast.points
