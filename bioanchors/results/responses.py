"""A forecast's model as a function of its inputs: what sensitivity analysis asks."""

from __future__ import annotations

from bioanchors.engine.response import Response
from bioanchors.results.forecast import Forecast


def response_of(forecast: Forecast) -> Response:
    """Return arrival years as a function of a forecast's inputs."""
    kept = forecast.prior.sums.total[0].mean(axis=0)
    return Response(forecast.parameters.spec, forecast.prior_share, kept)
