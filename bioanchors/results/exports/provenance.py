"""What every export carries or stands beside, so that the run can be made again from it alone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bioanchors.results.origin import event_meaning, rounds_text
from bioanchors.results.stored import digest

if TYPE_CHECKING:
    from bioanchors.results.forecast import Forecast


def provenance(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast's parameters, seed, version and errors, as plain data for JSON."""
    parameters, error = forecast.parameters, forecast.largest_error
    return {
        "title": forecast.title,
        "source": parameters.tables.source,
        "name": parameters.name,
        "event": forecast.event,
        "event_meaning": event_meaning(forecast.parameters),
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
