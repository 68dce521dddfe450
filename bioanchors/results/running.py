"""From a parameter file to a forecast of the accuracy asked for."""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bioanchors.engine import Integration, Sums, count
from bioanchors.model.joint import Model
from bioanchors.parameters import Parameters, as_parameters
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import Origin
from bioanchors.results.refusing import contradiction, naming_places, too_few
from bioanchors.results.remarks import FEW_DRAWS, TOO_FEW_DRAWS
from bioanchors.sampling import SAMPLERS, Plan, Streams
from bioanchors.types import Progress

ESTIMATORS = ("integrate", "count")
PRECISION = 0.001
MOST_POINTS = 2**24
REPLICATES = 8
SEED = 1

FEWEST_POINTS = 2048
"""Points of a replicate to start with: for requirements, and for joint draws."""

FEWEST_TREND_POINTS = 128
MOST_CONFLICT = 6.0
"""Standard errors between prior and observations beyond which no draw comes near both."""

HOPELESS_DRAWS, HOPELESS_AFTER = 250, 2**17
"""Effective draws of so many below which no more points are tried."""

REQUIREMENT_SHARE = 0.5
"""Of the error allowed, what may come from the requirements."""

FINEST = 1e-15
"""Standard error that a run may be asked for: sums have few more digits."""

MARGIN = 1.0
RATES = {"integrate": 1.0, "count": 0.6}
REQUIREMENT_RATE = 0.75
"""Powers of the points with which errors fall, to guess how many more are needed."""


def run(
    source: str | Path | Parameters,
    *,
    precision: float = PRECISION,
    points: int = MOST_POINTS,
    fewest: int = 0,
    max_seconds: float = math.inf,
    seed: int = SEED,
    replicates: int = REPLICATES,
    sampler: str = "sobol",
    estimator: str = "integrate",
    threads: int | None = None,
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
    if not precision >= FINEST:
        raise ValueError(f"precision must be at least {FINEST:g}, found {precision}")
    if not max_seconds > 0:
        raise ValueError(f"max_seconds must be above 0, found {max_seconds}")
    seed, points, replicates = (operator.index(value) for value in (seed, points, replicates))
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be at least 1, found {threads}")
    for name, value, allowed in (
        ("estimator", estimator, ESTIMATORS),
        ("sampler", sampler, SAMPLERS),
    ):
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, found {value!r}")
    parameters = as_parameters(source)
    if weights is not None:
        parameters = parameters.with_weights(weights)
    streams = Streams.of(parameters.spec, seed, sampler)
    origin = Origin(
        seed,
        sampler,
        tuple(
            name
            for name in streams.without_column
            if name in parameters.inputs and parameters.inputs[name].is_random
        ),
        estimator=estimator,
        precision=precision,
    )
    most = Plan.of(points, replicates).points
    start = Plan.of(fewest, replicates).points if fewest else 1
    each, started = min(max(start, FEWEST_POINTS), most), time.monotonic()
    trend = min(max(start, FEWEST_TREND_POINTS), most)
    stopped_by = "points"

    def estimate(each: int, trend: int) -> Sums:
        with naming_places(parameters):
            if estimator == "count":
                plan = Plan.of(each * replicates, replicates)
                return count(model, plan, streams, threads, progress)
            return integration.estimate(each, trend, progress)

    model = Model(parameters.spec)
    integration = Integration(model, streams, replicates, threads, precision)
    if integration.conflict > MOST_CONFLICT:
        raise contradiction(parameters, integration.conflict)
    # Weights of integrated draws are bounded, and their error is what counts.
    needed = FEW_DRAWS if estimator == "count" else TOO_FEW_DRAWS
    by_requirement: dict[int, float] = {}

    while True:
        before = time.monotonic()
        forecast = Forecast(parameters, estimate(each, trend), origin)
        error = forecast.largest_error
        left = forecast.effective_draws if forecast.has_evidence else math.inf
        done = forecast.sums.trend_points or each
        enough = error <= precision and left >= needed
        if enough or done >= most:
            stopped_by = "precision" if enough else "points"
            break
        hopeless = left < HOPELESS_DRAWS and done * replicates >= HOPELESS_AFTER
        if hopeless or left * most / done < TOO_FEW_DRAWS:
            break  # not even all points would leave enough, or only after minutes
        # What of the error comes from the requirements, which more trend points leave as it is.
        part = 0.0
        if forecast.sums.trend_points and not forecast.sums.counted:
            if each not in by_requirement:
                alone = Forecast(parameters, integration.by_requirement(), origin)
                by_requirement[each] = alone.largest_error
            part = by_requirement[each]
        now = time.monotonic()
        bearable = REQUIREMENT_SHARE * precision
        if part > bearable and each < most:
            growth = _following(each, most, part / bearable, REQUIREMENT_RATE) // each
        else:
            following = done
            if not error <= precision:
                rest = math.sqrt(max(precision**2 - part**2, (precision / 2) ** 2))
                own = math.sqrt(max(error**2 - part**2, 0.0)) if error < math.inf else error
                following = _following(done, most, max(own / rest, 1.0), RATES[estimator])
            if left < needed:
                following = max(following, _following(done, most, needed / max(left, 1e-3), 1.0))
            first_look = 1 << ((HOPELESS_AFTER // replicates).bit_length() - 1)
            if left < HOPELESS_DRAWS and done < first_look:
                following = min(following, first_look)
            growth = following // done
        while growth > 2 and now - started + (now - before) * growth > max_seconds:
            growth //= 2
        if now - started + (now - before) * growth > max_seconds:
            stopped_by = "time"
            break
        if part > bearable and each < most:
            each = min(most, growth * each)
            continue
        if forecast.sums.trend_points:
            trend = growth * done
        if forecast.sums.counted or not forecast.sums.trend_points:
            each = min(most, growth * each)
    if left < TOO_FEW_DRAWS:
        drawn = forecast.trend_points or forecast.points
        raise too_few(parameters, left, drawn, estimator)
    forecast.origin = replace(origin, error=error, stopped_by=stopped_by)
    return forecast


def _following(done: int, most: int, too_large: float, rate: float) -> int:
    """Return how many points to take next: a power of two, at least twice those done.

    An error that is not known, since a replicate holds nothing of a hypothesis, asks for twice.
    """
    if not math.isfinite(too_large):
        return min(most, 2 * done)
    doublings = math.ceil(math.log2(MARGIN * too_large) / rate)
    return most if doublings > math.log2(most / done) else max(2, 1 << doublings) * done
