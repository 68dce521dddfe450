"""A forecast made again from what an export says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bioanchors.engine import Integration, count
from bioanchors.model.joint import Model
from bioanchors.parameters import Parameters
from bioanchors.results.dataset import rounds_in
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import Origin, check_rounds
from bioanchors.results.refusing import naming_places
from bioanchors.results.stored import parameters_in, whole_in
from bioanchors.sampling import Plan, Streams
from bioanchors.sampling.streams import FEWEST_REPLICATES, MOST_REPLICATES


def repeat(
    parameters: Parameters,
    origin: Origin,
    rounds: Sequence[tuple[int, int]],
    replicates: int,
) -> Forecast:
    """Make a forecast again, with the same draws.

    Parameters
    ----------
    parameters
        What was run.
    origin
        How; its version is not this one's where another made it, and then bits may differ.
    rounds
        Points of each replicate, for requirements (or joint draws), and for trends, of each round
        that was made; the last one is the forecast.
    replicates
        Independent repetitions.

    Returns
    -------
    Forecast
        The same but for rounding, on the same version: sums may be added in another order.

    Raises
    ------
    ValueError
        If that is more than ``run`` would draw, or no number of points that it would.
    """
    check_rounds(rounds, replicates, origin.estimator)
    model = Model(parameters.spec)
    streams = Streams.of(parameters.spec, origin.seed, origin.sampler)
    points, trend_points = rounds[-1]
    with naming_places(parameters):
        if origin.estimator == "count":
            sums = count(model, Plan.of(points * replicates, replicates), streams)
        else:
            integration = Integration(model, streams, replicates, precision=origin.precision)
            for points, trend_points in rounds:
                sums = integration.estimate(points, trend_points)
            sums = integration.looked_into(sums)
    again = Forecast(parameters, sums, origin)
    again.origin = replace(origin, error=again.largest_error)
    return again


def repeated(made: Mapping[str, Any]) -> Forecast:
    """Make the forecast of a provenance again.

    Raises
    ------
    ValueError
        If it does not say how, or if that is more than ``run`` would do.
    """
    return repeat(
        parameters_in(made),
        Origin.of_attrs(made),
        rounds_in(made),
        whole_in(made, "replicates", FEWEST_REPLICATES, MOST_REPLICATES),
    )
