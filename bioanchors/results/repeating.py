"""A forecast made again from what an export says of it."""

from __future__ import annotations

from dataclasses import replace

from bioanchors.engine import Integration, count
from bioanchors.parameters import Parameters
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import Origin
from bioanchors.sampling import Plan, Streams


def repeat(
    parameters: Parameters, origin: Origin, points: int, trend_points: int, replicates: int
) -> Forecast:
    """Make a forecast again, with the same draws.

    Parameters
    ----------
    parameters
        What was run.
    origin
        How; its version is not this one's where another made it, and then bits may differ.
    points, trend_points
        Points of each replicate, for requirements (or joint draws), and for trends.
    replicates
        Independent repetitions.

    Returns
    -------
    Forecast
        The same but for rounding, on the same version: sums may be added in another order.
    """
    streams = Streams(
        [*parameters.inputs, "none"], origin.seed, origin.sampler, parameters.correlations
    )
    if origin.estimator == "count":
        sums = count(parameters, Plan.of(points * replicates, replicates), streams)
    else:
        integration = Integration(parameters, streams, replicates)
        # Where all trends are known they had no points; the estimate takes any number then.
        sums = integration.estimate(points, trend_points or points)
    again = Forecast(parameters, sums, origin)
    again.origin = replace(origin, error=again.largest_error)
    return again
