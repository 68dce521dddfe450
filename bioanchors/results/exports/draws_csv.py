"""Tidy joint draws, as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bioanchors.formats.cells import csv_text
from bioanchors.results.draws import draw
from bioanchors.results.exports.tables import year_columns

if TYPE_CHECKING:
    import xarray as xr

    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> str:
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
