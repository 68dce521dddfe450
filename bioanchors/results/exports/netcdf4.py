"""Every number of a forecast, as netCDF-4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bioanchors.formats.netcdf import netcdf4_bytes

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> bytes:
    """Return the bytes of the file."""
    return netcdf4_bytes(forecast.dataset)
