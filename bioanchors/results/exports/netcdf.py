"""Every number of a forecast, as classic netCDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bioanchors.formats.netcdf import netcdf_bytes

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> bytes:
    """Return the bytes of the file."""
    return netcdf_bytes(forecast.dataset)
