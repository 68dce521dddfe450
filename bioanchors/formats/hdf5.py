"""Reading netCDF-4 in a process of its own.

Damaged HDF5 can send its library round in circles, or end the process: only another process can
tell that, and stop it. It hands the Dataset back as classic netCDF, which pure Python reads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

PATIENCE_S = 20.0
MOST_MEMORY = 2**33


def read_apart(path: Path) -> xr.Dataset:
    """Return the Dataset of a netCDF-4 file.

    Raises
    ------
    ValueError
        If it cannot be read, or not in ``PATIENCE_S``.
    """
    import xarray as xr

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
        return xr.load_dataset(classic, engine="scipy", decode_times=False)


def _rewrite(path: Path, classic: Path) -> None:
    import xarray as xr

    from bioanchors.formats.files import write_netcdf

    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    write_netcdf(xr.load_dataset(path, engine="h5netcdf", decode_times=False), classic)


if __name__ == "__main__":
    _rewrite(*map(Path, sys.argv[1:]))
