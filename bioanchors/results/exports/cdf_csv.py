"""CDF and density by whole year, as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bioanchors.formats.cells import csv_text
from bioanchors.results.exports.tables import by_year

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> str:
    """Return the CSV."""
    return csv_text(by_year(forecast))
