"""What every export carries or stands beside, so that the run can be made again from it alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bioanchors.parameters import Parameters, parse_parameters
from bioanchors.results import Forecast
from bioanchors.results.origin import EVENT_MEANINGS, Origin, rounds_of, rounds_text
from bioanchors.results.repeating import repeat


def provenance(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast's parameters, seed, version and errors, as plain data for JSON."""
    parameters = forecast.parameters
    return {
        "title": forecast.title,
        "source": parameters.tables.source,
        "name": parameters.name,
        "event": forecast.event,
        "event_meaning": EVENT_MEANINGS[forecast.event],
        **forecast.origin.attrs(),
        "largest_standard_error": forecast.largest_error,
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


def identity(forecast: Forecast) -> str:
    """Return what makes a forecast the same one, as a text: all of its provenance but the time."""
    made = provenance(forecast)
    del made["created"]
    return json.dumps(made, sort_keys=True)


def parameters_of(made: Mapping[str, Any]) -> Parameters:
    """Return the parameters of a provenance.

    Raises
    ------
    BadParameters
        If they cannot be used.
    """
    return parse_parameters(str(made["parameters"]), str(made["name"]))


def repeated(made: Mapping[str, Any]) -> Forecast:
    """Make the forecast of a provenance again."""
    if "rounds" in made:
        rounds = rounds_of(str(made["rounds"]))
    else:  # written before there were any
        points, trend_points = (
            int(made[f"{kind}_per_replicate"]) for kind in ("points", "trend_points")
        )
        rounds = ((points, trend_points or points),)
    return repeat(
        parameters_of(made),
        Origin.of_attrs(made),
        rounds,
        int(made["replicates"]),
    )
