"""Datasets as netCDF, the classic one and netCDF-4."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


def netcdf_bytes(dataset: xr.Dataset) -> bytes:
    """Return a Dataset as a file of classic netCDF.

    Notes
    -----
    The classic format has neither 64-bit integers nor Unicode attributes. Texts are written as
    UTF-8 bytes, which every reader of classic netCDF takes them for.
    """
    plain = dataset.copy()
    for name, variable in plain.variables.items():
        if variable.dtype == np.int64:
            plain[name] = variable.astype(np.int32)
    return bytes(plain.to_netcdf(None, engine="scipy", format="NETCDF3_64BIT"))


def netcdf4_bytes(dataset: xr.Dataset) -> bytes:
    """Return a Dataset as a file of netCDF-4; needs h5netcdf."""
    made = io.BytesIO()
    # Not into the file: HDF5 brings the interpreter down where a disk is full.
    dataset.to_netcdf(made, engine="h5netcdf", format="NETCDF4")
    return made.getvalue()
