"""Writing a forecast in one of the formats."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bioanchors.output.exports.excel import write_excel
from bioanchors.output.exports.json_format import json_text as forecast_json
from bioanchors.output.exports.metaculus import Question, continuous, metaculus_text
from bioanchors.output.exports.provenance import provenance, table_digest
from bioanchors.output.exports.squiggle import squiggle_text
from bioanchors.output.exports.tables import by_year, csv_text, quantile_table, year_columns
from bioanchors.output.files import (
    is_replaced,
    is_stream,
    write_bytes,
    write_netcdf,
    write_text,
    write_together,
)
from bioanchors.results import Forecast, draw
from bioanchors.results.stored import DIGEST, digest
from bioanchors.visible import json_text

if TYPE_CHECKING:
    import xarray as xr

DRAWS = 4096
BESIDE = ".provenance.json"
Write = Callable[[Forecast, Path, "Asked"], list[Path]]


class MissingExtraError(ImportError):
    """A format needs a library that comes with an extra."""


@dataclass(frozen=True)
class Asked:
    """What some formats need to know.

    Attributes
    ----------
    points
        Joint draws, for ``draws``.
    question
        For ``metaculus``.
    condition
        For ``metaculus``: give the forecast given arrival by the upper bound.
    """

    points: int = DRAWS
    question: Question | None = None
    condition: bool = False


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes
    ----------
    suffix
        Of its files.
    help
        What it holds.
    write
        Writes a forecast; returns the paths written.
    text
        The same as text, for those that are one.
    needs, extra
        Library that it needs, and the extra that brings it.
    """

    suffix: str
    help: str
    write: Write
    text: Callable[[Forecast, Asked], str] | None = None
    needs: str = ""
    extra: str = ""


def _text(make: Callable[[Forecast, Asked], str], beside: bool = False) -> Write:
    def write(forecast: Forecast, path: Path, asked: Asked) -> list[Path]:
        text = make(forecast, asked)
        if not beside or is_stream(path):
            write_text(path, text)
            return [path]
        other = path.with_name(path.name + BESIDE)
        made = provenance(forecast)
        said = json_text({**made, DIGEST: table_digest(made, text)}, indent=1)
        write_together(path.parent, {path.name: text.encode(), other.name: said.encode()})
        return [path, other]

    return write


def _cdf(forecast: Forecast, asked: Asked) -> str:
    return csv_text(by_year(forecast))


def _quantiles(forecast: Forecast, asked: Asked) -> str:
    return csv_text(quantile_table(forecast))


def _json(forecast: Forecast, asked: Asked) -> str:
    return forecast_json(forecast)


def _squiggle(forecast: Forecast, asked: Asked) -> str:
    return squiggle_text(forecast)


def _metaculus(forecast: Forecast, asked: Asked) -> str:
    if asked.question is None:
        raise ValueError("metaculus needs --question FILE, or --range FROM:TO")
    made = continuous(forecast, asked.question, condition=asked.condition)
    return metaculus_text(forecast, made, provenance(forecast))


def _draws(forecast: Forecast, asked: Asked) -> str:
    """Tidy draws: a row for each draw and hypothesis; columns name key and unit."""
    origin = forecast.origin
    data = draw(
        forecast.parameters,
        seed=origin.seed,
        points=asked.points,
        replicates=forecast.replicates,
        sampler=origin.sampler,
    )
    count, names = data.sizes["draw"], data["hypothesis"].values.tolist()
    columns: dict[str, Any] = {
        "hypothesis": names * count,
        "draw": np.repeat(np.arange(count), len(names)),
    }
    by_draw = ["replicate", *(name for name in data.data_vars if data[name].dims == ("draw",))]
    for name in by_draw:
        columns[_with_unit(data[name])] = np.repeat(data[name].values, len(names))
    for name in ("requirement", "weight", "evidence_weight"):
        columns[_with_unit(data[name])] = data[name].values.T.ravel()
    arrival = data["arrival_year"].values.T.ravel()
    return csv_text(columns | year_columns(forecast.parameters, "arrival_year", arrival))


def _with_unit(variable: xr.DataArray) -> str:
    """Return the name of a column: ``brain.flop_per_s [FLOP/s]``, ``log10(requirement) [FLOP]``."""
    name, unit = str(variable.name), str(variable.attrs.get("units", "1"))
    if unit in ("1", "year"):  # the years' names say it
        return name
    if unit.startswith("log10 "):
        name, unit = f"log10({name})", unit.removeprefix("log10 ")
    return f"{name} [{unit}]"


def _parquet(forecast: Forecast, path: Path, asked: Asked) -> list[Path]:
    import pyarrow
    import pyarrow.parquet

    columns, made = by_year(forecast, whole_years=False), provenance(forecast)
    text = json_text({**made, DIGEST: digest(made, columns)})
    table = pyarrow.table(columns).replace_schema_metadata({"bioanchors": text})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer)
    write_bytes(path, buffer.getvalue())
    return [path]


def _netcdf(forecast: Forecast, path: Path, asked: Asked) -> list[Path]:
    write_netcdf(forecast.dataset, path)
    return [path]


def _netcdf4(forecast: Forecast, path: Path, asked: Asked) -> list[Path]:
    made = io.BytesIO()
    # Not into the file: HDF5 brings the interpreter down where a disk is full.
    forecast.dataset.to_netcdf(made, engine="h5netcdf", format="NETCDF4")
    write_bytes(path, made.getvalue())
    return [path]


def _excel(forecast: Forecast, path: Path, asked: Asked) -> list[Path]:
    write_excel(forecast, path)
    return [path]


FORMATS = {
    "csv": Format(".csv", "CDF and density by whole year", _text(_cdf, beside=True), _cdf),
    "quantiles": Format(".csv", "quantile years", _text(_quantiles, beside=True), _quantiles),
    "draws": Format(
        ".csv", "joint draws, a row for each and hypothesis", _text(_draws, beside=True), _draws
    ),
    "json": Format(".json", "every number, by a versioned schema", _text(_json), _json),
    "netcdf": Format(".nc", "every number, as classic netCDF", _netcdf),
    "netcdf4": Format(".nc", "every number, as netCDF-4", _netcdf4, None, "h5netcdf", "io"),
    "parquet": Format(
        ".parquet", "CDF and density, 16 times a year", _parquet, None, "pyarrow", "parquet"
    ),
    "excel": Format(".xlsx", "a workbook", _excel, None, "openpyxl", "excel"),
    "squiggle": Format(
        ".squiggle", "source for Squiggle's playground", _text(_squiggle), _squiggle
    ),
    "metaculus": Format(
        ".json", "CDF values for a continuous question", _text(_metaculus), _metaculus
    ),
}


def export(
    forecast: Forecast,
    path: str | Path,
    format: str,
    *,
    asked: Asked | None = None,
    force: bool = False,
) -> list[Path]:
    """Write a forecast in one of the formats.

    Parameters
    ----------
    forecast
        The forecast.
    path
        Where to; what is there already is kept unless ``force``.
    format
        One of ``FORMATS``: csv, quantiles, draws, json, netcdf, netcdf4, parquet, excel, squiggle,
        metaculus.
    asked
        What some formats need to know.
    force
        Overwrite.

    Returns
    -------
    list of Path
        What was written: CSV has its provenance beside it.

    Raises
    ------
    ValueError
        If there is no such format, or the forecast cannot be put in it.
    FileExistsError
        If something is there.
    MissingExtraError
        If a library is missing, with the extra that brings it.
    """
    known, path = find(format), Path(path)
    beside = path.with_name(path.name + BESIDE)
    for each in (path, beside):
        if is_replaced(each) and not force:
            raise FileExistsError(f"{each} exists; allowed: another name, or --force")
    return known.write(forecast, path, asked or Asked())


def find(format: str) -> Format:
    """Return a format by its name, its library checked for."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; allowed: {', '.join(FORMATS)}")
    known = FORMATS[format]
    if known.needs and importlib.util.find_spec(known.needs) is None:
        raise MissingExtraError(
            f"{format} needs {known.needs}: pip install 'bioanchors[{known.extra}]'"
        )
    return known
