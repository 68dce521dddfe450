"""A forecast as JSON: every number, by a versioned schema (``forecast.schema.json``).

No NaN and no infinity: both are ``null``, and ``case_until`` alone means infinity by it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bioanchors.output.exports.provenance import provenance
from bioanchors.output.summaries import summary
from bioanchors.results import Forecast

FORMAT, VERSION = "bioanchors-forecast", 1
INFINITE = ("case_until",)
SCHEMA = Path(__file__).with_name("forecast.schema.json")


def json_text(forecast: Forecast) -> str:
    """Return a forecast as JSON, from which ``load`` makes the same forecast."""
    dataset = forecast.dataset
    variables = {
        str(name): {
            "dims": [str(dim) for dim in variable.dims],
            "units": variable.attrs.get("units", ""),
            "long_name": variable.attrs.get("long_name", ""),
            "data": _plain(variable.values),
        }
        for name, variable in dataset.variables.items()
    }
    document = {
        "format": FORMAT,
        "version": VERSION,
        "provenance": provenance(forecast),
        "summary": summary(forecast),
        "attrs": {str(key): value for key, value in dataset.attrs.items()},
        "variables": variables,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=None) + "\n"


def read_json(document: dict[str, Any]) -> Forecast:
    """Return the forecast of a document that ``json_text`` made.

    Raises
    ------
    ValueError
        If it is none.
    """
    import xarray as xr

    if document.get("format") != FORMAT:
        raise ValueError(f"found format {document.get('format')!r}; allowed: {FORMAT!r}")
    if document.get("version") != VERSION:
        raise ValueError(f"found version {document.get('version')!r}; allowed: {VERSION}")
    try:
        variables = {
            name: (each["dims"], _array(name, each["data"]), {
                "units": each["units"], "long_name": each["long_name"]
            })
            for name, each in document["variables"].items()
        }  # fmt: skip
        coords = {name: v for name, v in variables.items() if v[0] == [name]}
        dataset = xr.Dataset(
            {name: v for name, v in variables.items() if name not in coords},
            coords=coords,
            attrs=document["attrs"],
        )
        return Forecast.from_dataset(dataset)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a whole {FORMAT}: {error}") from None


def _plain(values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array.tolist()
    plain = array.astype(object)
    plain[~np.isfinite(array)] = None
    return plain.tolist()


def _array(name: str, data: Any) -> Any:
    flat = np.array(data, dtype=object)
    if any(isinstance(value, str) for value in flat.ravel()):
        return np.array(data, dtype=str)
    if all(type(value) is int for value in flat.ravel()):
        return np.array(data)
    empty = np.inf if name in INFINITE else np.nan
    flat[flat == None] = empty  # noqa: E711 - elementwise
    return flat.astype(np.float64)
