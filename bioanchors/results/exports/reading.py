"""Reading an export back."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors import __version__
from bioanchors.formats.cells import numbers, read_table
from bioanchors.formats.files import tidy
from bioanchors.formats.netcdf_reading import is_netcdf4, read_netcdf
from bioanchors.formats.parquet import read_parquet
from bioanchors.formats.sets import check_whole
from bioanchors.formats.strict_json import decoded, parsed_object
from bioanchors.parameters import Parameters, found
from bioanchors.parameters.reading.files import read_regular
from bioanchors.results.arrival import ArrivalCdf
from bioanchors.results.dataset import rounds_in
from bioanchors.results.exports.json_format import (
    FORMAT,
    check_format,
    dataset_of,
    document_digest,
    is_full,
    table_of,
)
from bioanchors.results.exports.provenance import table_digest
from bioanchors.results.exports.tables import HEADS as TABLE_HEADS
from bioanchors.results.exports.writing import BESIDE, find
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import Origin, check_rounds
from bioanchors.results.repeating import repeated
from bioanchors.results.stored import (
    DIGEST,
    ROUNDING,
    check_by_year,
    check_cumulative,
    check_digest,
    digest,
    parameters_in,
    whole_in,
)
from bioanchors.sampling.streams import FEWEST_REPLICATES, MOST_REPLICATES
from bioanchors.visible import shortened

Array = NDArray[np.float64]
RESULT = "forecast.nc"
LARGEST = 2**30
"""Bytes of the largest file that is read."""


OTHER_TABLES = {"probability,year": "quantiles", "hypothesis,draw": "draws"}
"""Tables that ``export`` writes and that cannot be read back, by their first heads."""
READ = "allowed: a file of format csv, parquet, json or netcdf, or a folder of run --out"


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A CDF by year as it was exported to CSV, Parquet or JSON.

    Attributes
    ----------
    columns
        As exported.
    provenance
        Parameters, seed, version and errors.
    parameters
        What was run.
    """

    columns: dict[str, Array]
    provenance: dict[str, Any]
    parameters: Parameters

    @property
    def arrival(self) -> ArrivalCdf:
        """The CDF, straight between the years of the table."""
        return ArrivalCdf(self.columns["year"], self.columns["probability"])

    @property
    def years(self) -> Array:
        """Decimal years."""
        return self.arrival.years

    @property
    def whole_years(self) -> int:
        """How many whole years there are among ``years``, in every format as many."""
        return int(np.count_nonzero(self.years == np.floor(self.years)))

    @property
    def cdf(self) -> Array:
        """Probability of arrival by each of ``years``."""
        return self.arrival.cdf

    def probability_by(self, year: float) -> float:
        """Return the probability of arrival by a decimal year in the window."""
        return self.arrival.probability_by(year)

    def quantile(self, probability: float) -> float:
        """Return the year by which arrival has a probability, as ``Forecast.quantile``."""
        return self.arrival.quantile(probability)

    def repeat(self) -> Forecast:
        """Make the run again from what the export says of it."""
        return repeated(self.provenance)

    def __repr__(self) -> str:
        made = self.parameters
        return f"<LoadedTable: {made.title}, {self.whole_years} years, {made.event}>"


@dataclass(frozen=True)
class Reading:
    """What a file held, and what is worth a look about that.

    Attributes
    ----------
    result
        A whole forecast from netCDF and full JSON, the table from CSV, Parquet and JSON.
    notes
        That another version made it; that no digest guards it.
    """

    result: Forecast | LoadedTable
    notes: tuple[str, ...] = ()


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
        A whole forecast from netCDF and full JSON, the table from CSV, Parquet and JSON; each
        number is the same as before.

    Raises
    ------
    ValueError
        If the file is none of these, is damaged, or was edited, cut or mixed with another.
    """
    return read_back(path).result


def read_back(path: str | Path) -> Reading:
    """Read back what ``export`` or ``run --out`` wrote, with what is worth a look.

    Raises
    ------
    ValueError
        As ``load``.
    """
    path = Path(path)
    # These say no of a name that the system does not take.
    is_folder = os.path.isdir(path)
    tidy(path if is_folder else path.parent)
    if is_folder:
        try:
            check_whole(path)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        path = path / RESULT
    if not os.path.isfile(path):
        why = (
            "a device or a pipe; allowed: a file"
            if os.path.exists(path)
            else "there is no such file"
            + ("; allowed: a folder of run --out, which has one" if is_folder else "")
        )
        raise ValueError(f"{path}: {why}")
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise ValueError(f"{path}: found {suffix or 'no suffix'}; allowed: {', '.join(_READERS)}")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path}: larger than {LARGEST >> 30} GiB, which no forecast is")
    try:
        result, is_guarded = _READERS[suffix](path)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    version = other_version(result)
    notes = [f"made by bioanchors {version}; a repeat may differ"] if version else []
    if not is_guarded:
        notes.append("written before files held a digest: no change of its numbers would show")
    return Reading(result, tuple(notes))


def other_version(loaded: Forecast | LoadedTable) -> str:
    """Return the version that made an export, if it is another than this one, else nothing."""
    version = (
        loaded.provenance["bioanchors_version"]
        if isinstance(loaded, LoadedTable)
        else loaded.origin.version
    )
    return "" if version == __version__ else str(version)


def _netcdf(path: Path) -> tuple[Forecast, bool]:
    if is_netcdf4(path):
        find("netcdf4")
    data = read_netcdf(path, LARGEST)
    if "arrived" not in data.variables or "parameters" not in data.attrs:
        raise ValueError("not a forecast of bioanchors")
    return Forecast.from_dataset(data), DIGEST in data.attrs


def _json(path: Path) -> tuple[Forecast | LoadedTable, bool]:
    document = json_object(path)
    if document.get("format") == "bioanchors-metaculus":
        raise ValueError(f"values for a question, not a forecast; allowed: format {FORMAT!r}")
    check_format(document)
    if not is_full(document):
        heads, rows = table_of(document)
        made = document.get("provenance")
        if not isinstance(made, dict):
            raise ValueError(f"not a whole {FORMAT}: lacks provenance")
        check_digest(document.get(DIGEST), document_digest(document))
        return _checked(heads, rows.T, made, whole_years=True), DIGEST in document
    dataset = dataset_of(document)
    check_digest(document.get(DIGEST), document_digest(document))
    return Forecast.from_dataset(dataset), DIGEST in document and DIGEST in dataset.attrs


def _csv(path: Path) -> tuple[LoadedTable, bool]:
    beside = path.with_name(path.name + BESIDE)
    if not beside.is_file():
        whole = path.with_name(RESULT).is_file()
        instead = '; it is of "run --out": allowed here is its folder' if whole else ""
        raise ValueError(f"needs {beside.name} beside it, which was exported with it{instead}")
    text = decoded(path.read_bytes())
    try:
        made = json_object(beside)
    except ValueError as error:
        raise ValueError(f"{beside.name} beside it: {error}") from None
    heads, rows = read_table(text)
    if heads[:2] != ["year", "probability"]:
        what = OTHER_TABLES.get(",".join(heads[:2]))
        held = "not a CDF by year" if what is None else f"found {what}, not a CDF by year"
        raise ValueError(f"{held}; {READ}")
    written = made.pop(DIGEST, None)
    check_digest(written, table_digest(made, text))
    return _checked(heads, numbers(rows, len(heads)).T, made, whole_years=True), written is not None


def _parquet(path: Path) -> tuple[LoadedTable, bool]:
    find("parquet")
    columns, text = read_parquet(path, LARGEST)
    if text is None:
        raise ValueError("not a forecast of bioanchors")
    made = parsed_object(text)
    written = made.pop(DIGEST, None)
    check_digest(written, digest(made, columns))
    return _checked([*columns], columns.values(), made), written is not None


def _checked(
    heads: list[str], values: Iterable[Array], made: dict[str, Any], whole_years: bool = False
) -> LoadedTable:
    """Return the table of columns and a provenance, if the one can be a run of the other."""
    parameters = parameters_in(made)
    replicates = whole_in(made, "replicates", FEWEST_REPLICATES, MOST_REPLICATES)
    check_rounds(rounds_in(made), replicates, Origin.of_attrs(made).estimator)
    names = list(parameters.weights)
    allowed = [*TABLE_HEADS, *(each for n in names for each in (n, f"{n}_standard_error"))]
    if heads != allowed:
        raise ValueError(
            f"found the columns {shortened(', '.join(heads))}; allowed: those of its parameters, "
            + ", ".join(allowed)
        )
    columns = dict(zip(heads, values, strict=True))
    cdfs = {name: columns[name] for name in ("probability", *names)}
    refuted = names if parameters.has_evidence else []
    check_by_year(parameters, columns["year"], cdfs, whole_years, refuted)
    none = columns["none_probability"]
    check_cumulative("none_probability", 1.0 - none, 1.0)
    years, cdf = columns["year"], columns["probability"]
    mass = columns["density"][1:] * np.diff(years)
    if not np.allclose(mass, np.diff(cdf), rtol=0.0, atol=ROUNDING):
        raise ValueError("density is not that of probability")
    for name in ("standard_error", *(f"{n}_standard_error" for n in names)):
        if np.any(columns[name] < -ROUNDING):
            raise ValueError(f"{name} is below 0")
    error: Any = made.get("largest_standard_error")
    is_error = type(error) in (int, float) and (0 <= error <= LARGEST or error == math.inf)
    if error is not None and not is_error:
        raise ValueError(f"largest_standard_error: {found(error)}; allowed: a number, at least 0")
    return LoadedTable(columns, made, parameters)


def json_object(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file holds.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is too large, or not an object in JSON with each key given once.
    """
    raw = read_regular(path, LARGEST + 1)
    if len(raw) > LARGEST:
        raise ValueError(f"larger than {LARGEST >> 30} GiB")
    return parsed_object(raw)


_READERS: dict[str, Callable[[Path], tuple[Forecast | LoadedTable, bool]]] = {
    ".nc": _netcdf,
    ".json": _json,
    ".csv": _csv,
    ".parquet": _parquet,
}
