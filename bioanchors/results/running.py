"""From a parameter file to a forecast of the accuracy asked for."""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bioanchors.engine import InOrder, Integration, Sums, count
from bioanchors.model.joint import Model
from bioanchors.parameters import Parameters, as_parameters
from bioanchors.results.arrival import check_one
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import Origin
from bioanchors.results.refusing import contradiction, naming_places, too_few
from bioanchors.results.remarks import FEW_DRAWS, TOO_FEW_DRAWS
from bioanchors.results.sizes import RATES, Goal, Size, Standing, sizes
from bioanchors.sampling import SAMPLERS, Plan, Streams
from bioanchors.sampling.streams import MOST_POINTS as ALLOWED_POINTS
from bioanchors.types import Progress
from bioanchors.visible import shortened

if TYPE_CHECKING:
    from bioanchors.results.executors import Where

ESTIMATORS = ("integrate", "count")
PRECISION = 0.001
MOST_POINTS = 2**24
REPLICATES = 8
SEED = 1

MOST_CONFLICT = 6.0
"""Standard errors between prior and observations beyond which no draw comes near both."""

FINEST = 1e-15
"""Standard error that a run may be asked for: sums have few more digits."""


def run(
    source: str | Path | Parameters,
    *,
    precision: float = PRECISION,
    points: int = MOST_POINTS,
    fewest: int = 0,
    fewest_trend_points: int | None = None,
    trend_points: int | None = None,
    max_seconds: float = math.inf,
    seed: int = SEED,
    replicates: int = REPLICATES,
    sampler: str = "sobol",
    estimator: str = "integrate",
    threads: int | None = None,
    executor: Where = None,
    weights: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Run the model of a parameter file until the forecast is accurate enough.

    Parameters
    ----------
    source
        A preset's name, a path (what ends in ``.toml`` or has a slash), or ``Parameters``.
    precision
        Points are added until the standard error of the probability of arrival by every whole
        year is at most this; 0.001 is 0.1 percentage points.
    points
        The most points in all, rounded up to ``replicates`` times a power of two.
    fewest
        Points to start with, if more than would be tried first. With ``points`` as many, forecasts
        that are to be compared have the same ones.
    fewest_trend_points
        The same of the trends, where these are averaged over; by default ``fewest``.
    trend_points
        So many points of the trends, no fewer and no more, where these are averaged over; by
        default ``fewest`` and ``points`` are of them, too.
    max_seconds
        No further points are drawn where that would take longer than this, by what the last ones
        took. A forecast that stops early says so in ``origin.stopped_by``.
    seed
        Any whole number. The same seed gives the same bits, whatever the threads.
    replicates
        Independent repetitions, from which the errors come; at least 2, better 8.
    sampler
        ``"sobol"`` or ``"random"``.
    estimator
        ``"integrate"`` averages the requirements' CDFs over the trends; ``"count"`` counts joint
        draws, which is slower by far, to check the other.
    threads
        For counting; by default one for each processor.
    executor
        Who counts the blocks of joint draws instead, as ``run_many``; the bits are the same.
    weights
        As ``Forecast.with_weights``.
    progress
        Called with how much of the present round of points is done, and of how much.

    Returns
    -------
    Forecast

    Raises
    ------
    BadParameters
        If the file cannot be used, with every problem found; if the evidence leaves fewer than
        1,000 effective draws, with the item to blame.
    ValueError
        If another argument is not allowed.

    Examples
    --------
    >>> import bioanchors as ba
    >>> forecast = ba.run("cotra2020")
    >>> round(forecast.quantile(0.5))
    2053
    """
    seed, replicates = _whole("seed", seed), _whole("replicates", replicates)
    points, fewest = _points("points", points), _points("fewest", fewest, 0)
    if trend_points is not None:
        trend_points = _points("trend_points", trend_points)
    if fewest_trend_points is not None:
        fewest_trend_points = _points("fewest_trend_points", fewest_trend_points)
    _check(precision, max_seconds, threads, estimator, sampler)
    parameters = as_parameters(source)
    if weights is not None:
        parameters = parameters.with_weights(weights)
    streams = Streams.of(parameters.spec, seed, sampler)
    origin = Origin(
        seed,
        sampler,
        tuple(
            name
            for name in streams.without_column(replicates)
            if name in parameters.inputs and parameters.inputs[name].is_random
        ),
        estimator=estimator,
        precision=precision,
    )
    # Weights of integrated draws are bounded, and their error is what counts.
    needed = FEW_DRAWS if estimator == "count" else TOO_FEW_DRAWS
    size, most = sizes(points, fewest, fewest_trend_points, trend_points, replicates)
    goal = Goal(precision, most, needed, replicates, RATES[estimator], max_seconds)
    model = Model(parameters.spec)
    with _counted_by(executor) as in_order:
        made = _Making(parameters, origin, streams, replicates, threads, in_order, progress, model)
        if made.integration.conflict > MOST_CONFLICT:
            raise contradiction(parameters, made.integration.conflict)
        while True:
            before = time.monotonic()
            forecast = made.forecast(size)
            looked_into = forecast.largest_error <= precision
            if looked_into:
                forecast = made.looked_into(forecast)
            standing = made.standing(forecast, size)
            following, stopped_by = goal.next(standing, time.monotonic() - before)
            if following is None:
                break
            size = following
        if not looked_into:
            forecast = made.looked_into(forecast)
    if standing.left < TOO_FEW_DRAWS:
        drawn = forecast.trend_points or forecast.points
        raise too_few(parameters, standing.left, drawn, estimator)
    forecast.origin = replace(origin, error=forecast.largest_error, stopped_by=stopped_by)
    return forecast


def _counted_by(executor: Where) -> AbstractContextManager[InOrder | None]:
    if executor is None:
        return nullcontext()
    # What runs elsewhere is slow to import.
    from bioanchors.results.executors import blocks_by

    return blocks_by(executor)


def _points(name: str, value: object, least: int = 1) -> int:
    number = _whole(name, value)
    if not least <= number <= ALLOWED_POINTS:
        raise ValueError(f"{name} must be from {least} to {ALLOWED_POINTS}, found {number}")
    return number


def _whole(name: str, value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        found = shortened(repr(value))
        raise ValueError(f"{name} must be a whole number, found {found}") from None


def _check(
    precision: float, max_seconds: float, threads: int | None, estimator: str, sampler: str
) -> None:
    check_one("precision", precision)
    check_one("max_seconds", max_seconds)
    if not precision >= FINEST:
        raise ValueError(f"precision must be at least {FINEST:g}, found {precision}")
    if not max_seconds > 0:
        raise ValueError(f"max_seconds must be above 0, found {max_seconds}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be at least 1, found {threads}")
    for name, value, allowed in (
        ("estimator", estimator, ESTIMATORS),
        ("sampler", sampler, SAMPLERS),
    ):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, found {value!r}")


@dataclass
class _Making:
    """Forecasts of one file, of one size after the other."""

    parameters: Parameters
    origin: Origin
    streams: Streams
    replicates: int
    threads: int | None
    in_order: InOrder | None
    progress: Progress | None
    model: Model
    by_requirement: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.integration = Integration(
            self.model, self.streams, self.replicates, self.threads, self.origin.precision
        )

    def forecast(self, size: Size) -> Forecast:
        """Return the forecast of so many points."""
        with naming_places(self.parameters):
            if self.origin.estimator == "count":
                plan = Plan.of(size.each * self.replicates, self.replicates)
                sums = count(
                    self.model, plan, self.streams, self.threads, self.progress, self.in_order
                )
            else:
                sums = self.integration.estimate(size.each, size.trend, self.progress)
        return Forecast(self.parameters, sums, self.origin)

    def looked_into(self, forecast: Forecast) -> Forecast:
        """Return the last forecast with an error that holds what strata hide.

        It takes a while, and pays where all else is accurate enough, or nothing follows.
        """
        if self.origin.estimator == "count":
            return forecast
        sums = self.integration.looked_into(forecast.sums)
        return Forecast(self.parameters, sums, self.origin)

    def standing(self, forecast: Forecast, size: Size) -> Standing:
        """Return what a forecast of so many points has come to."""
        sums = forecast.sums
        return Standing(
            size,
            error=forecast.largest_error,
            left=forecast.effective_draws if forecast.has_evidence else math.inf,
            averaged=sums.trend_points,
            drawn=bool(sums.counted) or not sums.trend_points,
            by_requirement=lambda: self._by_requirement(sums, size.each),
        )

    def _by_requirement(self, sums: Sums, each: int) -> float:
        """Return the error that comes from requirements, which more trend points leave as it is."""
        if not sums.trend_points or sums.counted:
            return 0.0
        if each not in self.by_requirement:
            alone = Forecast(self.parameters, self.integration.by_requirement(), self.origin)
            self.by_requirement[each] = alone.largest_error
        return self.by_requirement[each]
