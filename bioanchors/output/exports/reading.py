"""Reading an export back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors import __version__
from bioanchors.output.exports.json_format import FORMAT, read_json
from bioanchors.output.exports.provenance import parameters_of, repeated
from bioanchors.output.exports.writing import BESIDE, find
from bioanchors.output.files import tidy
from bioanchors.output.sets import check_whole
from bioanchors.parameters import Parameters
from bioanchors.results import Forecast
from bioanchors.results.estimates import quantile_year

Array = NDArray[np.float64]
RESULT = "forecast.nc"


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A CDF by year as it was exported to CSV or Parquet.

    Attributes
    ----------
    columns
        As exported.
    provenance
        Parameters, seed, version and errors.
    """

    columns: dict[str, Array]
    provenance: dict[str, Any]

    @property
    def years(self) -> Array:
        """Decimal years."""
        return self.columns["year"]

    @property
    def cdf(self) -> Array:
        """Probability of arrival by each of ``years``."""
        return self.columns["probability"]

    @property
    def parameters(self) -> Parameters:
        """What was run."""
        return parameters_of(self.provenance)

    def probability_by(self, year: float) -> float:
        """Return the probability of arrival by a decimal year in the window."""
        if not self.years[0] <= year <= self.years[-1]:
            raise ValueError(
                f"year must be from {self.years[0]:g} to {self.years[-1]:g}, found {year:g}"
            )
        return float(np.interp(year, self.years, self.cdf))

    def quantile(self, probability: float) -> float:
        """Return the year by which arrival has a probability, as ``Forecast.quantile``.

        Between the years of the table the CDF is taken for straight.
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"probability must be from 0 to 1, found {probability}")
        return quantile_year(probability, self.years, self.cdf)

    def repeat(self) -> Forecast:
        """Make the run again from what the export says of it."""
        return repeated(self.provenance)

    def __repr__(self) -> str:
        made = self.provenance
        return f"<LoadedTable: {made['title']}, {self.years.size} years, {made['event']}>"


def load(path: str | Path) -> Forecast | LoadedTable:
    """Read back what ``export`` or ``run --out`` wrote.

    Parameters
    ----------
    path
        A folder of ``run --out``, netCDF, JSON, CSV (of the CDF, with its provenance beside it) or
        Parquet.

    Returns
    -------
    Forecast or LoadedTable
        A whole forecast from netCDF and JSON, the table from CSV and Parquet; each number is the
        same as before.

    Raises
    ------
    ValueError
        If the file is none of these.
    """
    path = Path(path)
    tidy(path if path.is_dir() else path.parent)
    if path.is_dir():
        try:
            check_whole(path)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        path = path / RESULT
    if not path.is_file():
        why = "a device or a pipe; allowed: a file" if path.exists() else "there is no such file"
        raise ValueError(f"{path}: {why}")
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise ValueError(f"{path}: found {suffix or 'no suffix'}; allowed: {', '.join(_READERS)}")
    try:
        return _READERS[suffix](path)
    except ValueError as error:
        # Bad parameters say what they are themselves.
        if type(error) is not ValueError:
            raise
        raise ValueError(f"{path}: {error}") from None


def other_version(loaded: Forecast | LoadedTable) -> str:
    """Return the version that made an export, if it is another than this one, else nothing."""
    version = (
        loaded.provenance["bioanchors_version"]
        if isinstance(loaded, LoadedTable)
        else loaded.origin.version
    )
    return "" if version == __version__ else str(version)


def _netcdf(path: Path) -> Forecast:
    import xarray as xr

    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"CDF"):
        engine = "scipy"
    elif start.startswith(b"\x89HDF"):
        find("netcdf4")
        engine = "h5netcdf"
    else:
        raise ValueError("not netCDF")
    with xr.open_dataset(path, engine=engine) as data:
        if "arrived" not in data or "parameters" not in data.attrs:
            raise ValueError("not a forecast of bioanchors")
        return Forecast.from_dataset(data.load())


def _json(path: Path) -> Forecast:
    document = _parsed(path.read_text(encoding="utf-8"))
    if document.get("format") == "bioanchors-metaculus":
        raise ValueError(f"values for a question, not a forecast; allowed: format {FORMAT!r}")
    return read_json(document)


def _csv(path: Path) -> LoadedTable:
    beside = path.with_name(path.name + BESIDE)
    if not beside.is_file():
        raise ValueError(f"needs {beside.name} beside it, which was exported with it")
    with path.open(encoding="utf-8", newline="") as file:
        heads, *rows = list(csv.reader(file)) or [[]]
    if heads[:2] != ["year", "probability"]:
        raise ValueError("not a CDF by year; allowed: a file of format csv")
    try:
        numbers = np.array(rows, dtype=np.float64).reshape(len(rows), len(heads))
    except ValueError:
        raise ValueError("a cell is not a number, or a line too short") from None
    columns = {head: numbers[:, i] for i, head in enumerate(heads)}
    return LoadedTable(columns, _parsed(beside.read_text(encoding="utf-8")))


def _parquet(path: Path) -> LoadedTable:
    find("parquet")
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except pyarrow.ArrowInvalid:
        raise ValueError("not Parquet") from None
    made = (table.schema.metadata or {}).get(b"bioanchors")
    if made is None:
        raise ValueError("not a forecast of bioanchors")
    columns = {name: table[name].to_numpy() for name in table.column_names}
    return LoadedTable(columns, _parsed(made.decode()))


def _parsed(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON, line {error.lineno}") from None
    if not isinstance(document, Mapping):
        raise ValueError("not a JSON object")
    return dict(document)


_READERS: dict[str, Callable[[Path], Forecast | LoadedTable]] = {
    ".nc": _netcdf,
    ".json": _json,
    ".csv": _csv,
    ".parquet": _parquet,
}
