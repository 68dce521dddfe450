"""CDF and density 16 times a year, as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bioanchors.formats.parquet import parquet_bytes
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.exports.tables import by_year
from bioanchors.results.stored import DIGEST, digest
from bioanchors.visible import json_text

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> bytes:
    """Return the bytes of the file; its metadata hold the provenance."""
    columns, made = by_year(forecast, whole_years=False), provenance(forecast)
    text = json_text({**made, DIGEST: digest(made, columns)})
    return parquet_bytes(columns, text)
