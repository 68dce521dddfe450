"""What every export carries or stands beside, so that the run can be made again from it alone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from bioanchors.parameters import Parameters
from bioanchors.results import Forecast
from bioanchors.results.dataset import rounds_in
from bioanchors.results.origin import EVENT_MEANINGS, Origin, rounds_text
from bioanchors.results.repeating import repeat
from bioanchors.results.stored import digest, parameters_in, whole_in
from bioanchors.sampling.streams import FEWEST_REPLICATES, MOST_REPLICATES


def provenance(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast's parameters, seed, version and errors, as plain data for JSON."""
    parameters, error = forecast.parameters, forecast.largest_error
    return {
        "title": forecast.title,
        "source": parameters.tables.source,
        "name": parameters.name,
        "event": forecast.event,
        "event_meaning": EVENT_MEANINGS[forecast.event],
        **forecast.origin.attrs(),
        "largest_standard_error": error if math.isfinite(error) else None,
        "replicates": forecast.replicates,
        "points_per_replicate": forecast.sums.points,
        "trend_points_per_replicate": forecast.sums.trend_points,
        "rounds": rounds_text(forecast.sums.rounds),
        "first_year": parameters.first_year,
        "last_year": parameters.last_year,
        "table_files": parameters.table_files,
        "parameters": parameters.text,
        "parameters_sha256": parameters.hash,
    }


def table_digest(made: Mapping[str, Any], text: str) -> str:
    """Return the digest of a provenance and the table beside it, whatever ends its lines."""
    return digest({"provenance": made, "table": text.replace("\r\n", "\n")})


def identity(forecast: Forecast) -> str:
    """Return what makes a forecast the same one, as a text: all of its provenance but the time."""
    made = provenance(forecast)
    del made["created"]
    return json.dumps(made, sort_keys=True)


def parameters_of(made: Mapping[str, Any]) -> Parameters:
    """Return the parameters of a provenance.

    Raises
    ------
    ValueError
        If they cannot be used, or are not those that the rest speaks of.
    """
    return parameters_in(made)


def repeated(made: Mapping[str, Any]) -> Forecast:
    """Make the forecast of a provenance again.

    Raises
    ------
    ValueError
        If it does not say how, or if that is more than ``run`` would do.
    """
    return repeat(
        parameters_of(made),
        Origin.of_attrs(made),
        rounds_in(made),
        whole_in(made, "replicates", FEWEST_REPLICATES, MOST_REPLICATES),
    )
