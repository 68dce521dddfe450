"""Reading netCDF: the classic one here, netCDF-4 in a process of its own.

Damaged HDF5 can send its library round in circles, or end the process: only another process can
tell that, and stop it. It hands the Dataset back as classic netCDF, which pure Python reads.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from bioanchors.formats.netcdf import netcdf_bytes

if TYPE_CHECKING:
    import xarray as xr

PATIENCE_S = 20.0
MOST_MEMORY = 2**33


def is_netcdf4(path: Path) -> bool:
    """Return whether a file is netCDF-4, and not classic netCDF.

    Raises
    ------
    ValueError
        If it is neither.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start.startswith((b"CDF", b"\x89HDF")):
        raise ValueError("not netCDF")
    return not start.startswith(b"CDF")


def read_netcdf(path: Path, most: int) -> xr.Dataset:
    """Return the Dataset of a file of either kind, of no more bytes than ``most``.

    Raises
    ------
    ValueError
        If it is no netCDF, is damaged, or larger.
    """
    is_classic = not is_netcdf4(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _classic(path, most) if is_classic else _read_apart(path, most)
    except Exception:
        # Damaged bytes end in errors of any kind, at any place of three libraries.
        raise ValueError("damaged netCDF, or cut short") from None


def _classic(path: Path, most: int) -> xr.Dataset:
    import xarray as xr

    # From memory: what is damaged would leave its file open, and mapped.
    with xr.open_dataset(io.BytesIO(path.read_bytes()), engine="scipy", decode_times=False) as data:
        if data.nbytes > most:
            raise ValueError
        return data.load()


def _read_apart(path: Path, most: int) -> xr.Dataset:
    """Return the Dataset of a netCDF-4 file, of no more bytes than ``most``.

    Raises
    ------
    ValueError
        If it cannot be read, or not in ``PATIENCE_S``, or is larger.
    """
    with tempfile.TemporaryDirectory() as folder:
        classic = Path(folder) / "classic.nc"
        # As this process finds modules, and not in the folder that happens to be the present one.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-m", __name__, str(path.absolute()), str(classic)]
        try:
            subprocess.run(
                command, check=True, capture_output=True, timeout=PATIENCE_S, env=environment
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise ValueError("damaged netCDF-4") from None
        return _classic(classic, most)


def _rewrite(path: Path, classic: Path) -> None:
    import xarray as xr

    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    dataset = xr.load_dataset(path, engine="h5netcdf", decode_times=False)
    classic.write_bytes(netcdf_bytes(dataset))


if __name__ == "__main__":
    _rewrite(*map(Path, sys.argv[1:]))
