"""Files that appear whole or not at all: written aside, then renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to; it takes the name of ``path`` at the end.

    If the writing fails or is interrupted, what was at ``path`` before is still there.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8 with plain line ends."""
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


def write_netcdf(dataset: xr.Dataset, path: Path) -> None:
    """Write a Dataset as classic netCDF, which needs no library but SciPy.

    Notes
    -----
    The classic format has neither 64-bit integers nor Unicode attributes. Texts are written as
    UTF-8 bytes, which every reader of classic netCDF takes them for.
    """
    plain = dataset.copy()
    for name, variable in plain.variables.items():
        if variable.dtype == np.int64:
            plain[name] = variable.astype(np.int32)
    with written_aside(path) as aside:
        plain.to_netcdf(aside, engine="scipy", format="NETCDF3_64BIT")
