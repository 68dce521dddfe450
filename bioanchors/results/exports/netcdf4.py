"""Every number of a forecast, as netCDF-4."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> bytes:
    """Return the bytes of the file."""
    made = io.BytesIO()
    # Not into the file: HDF5 brings the interpreter down where a disk is full.
    forecast.dataset.to_netcdf(made, engine="h5netcdf", format="NETCDF4")
    return made.getvalue()
