"""A forecast as JSON: every number, by a versioned schema (``forecast.schema.json``).

No NaN and no infinity: both are ``null``, and ``case_until`` alone means infinity by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bioanchors.parameters.problems import found, shortened
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.stored import DIGEST, digest
from bioanchors.results.summaries import summary
from bioanchors.visible import json_text as plain_json

if TYPE_CHECKING:
    import xarray as xr

    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast

FORMAT, VERSION = "bioanchors-forecast", 1
INFINITE = ("case_until",)
SCHEMA = Path(__file__).with_name("forecast.schema.json")


def content(forecast: Forecast, asked: Asked) -> str:
    """Return the JSON."""
    return json_text(forecast)


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
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "provenance": provenance(forecast),
        "summary": summary(forecast),
        "attrs": {str(key): value for key, value in dataset.attrs.items()},
        "variables": variables,
    }
    return plain_json({**document, DIGEST: document_digest(document)})


def document_digest(document: Mapping[str, Any]) -> str:
    """Return the digest of all but the arrays, of which the digest in ``attrs`` is."""
    return digest({k: part for k, part in document.items() if k not in (DIGEST, "variables")})


def dataset_of(document: Mapping[str, Any]) -> xr.Dataset:
    """Return the Dataset in a document that ``json_text`` made, as it is.

    Raises
    ------
    ValueError
        If it is no such document.
    """
    import xarray as xr

    for name, allowed in (("format", FORMAT), ("version", VERSION)):
        if document.get(name) != allowed:
            given = found(document.get(name)).removeprefix("found ")
            raise ValueError(f"found {name} {given}; allowed: {allowed!r}")
    attrs, parts = document.get("attrs"), document.get("variables")
    if not isinstance(attrs, dict) or not isinstance(parts, dict):
        raise ValueError(f"not a whole {FORMAT}: lacks attrs or variables")
    variables = {name: _variable(name, part) for name, part in parts.items()}
    coords = {name: v for name, v in variables.items() if v[0] == [name]}
    try:
        return xr.Dataset(
            {name: v for name, v in variables.items() if name not in coords},
            coords=coords,
            attrs=attrs,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(f"not a whole {FORMAT}: its arrays do not fit together") from None


def _variable(name: str, part: Any) -> tuple[list[str], Any, dict[str, str]]:
    if not isinstance(part, dict) or not {"dims", "data", "units", "long_name"} <= part.keys():
        raise ValueError(f"variables.{shortened(name)}: lacks dims, data, units or long_name")
    dims, data = part["dims"], _array(name, part["data"])
    texts = {key: part[key] for key in ("units", "long_name")}
    are_texts = isinstance(dims, list) and all(
        isinstance(each, str) for each in (*dims, *texts.values())
    )
    if not are_texts or len(dims) != data.ndim or len(set(dims)) < len(dims):
        raise ValueError(f"variables.{shortened(name)}: dims do not fit its data")
    return dims, data, texts


def _plain(values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype.kind != "f":
        return array.tolist()
    plain = array.astype(object)
    plain[~np.isfinite(array)] = None
    return plain.tolist()


def _array(name: str, data: Any) -> Any:
    """Return nested lists as an array: of texts, or of numbers, which null may be among."""
    flat = np.array(data, dtype=object)
    kinds = set(map(type, flat.ravel()))
    if kinds == {str}:
        return np.array(data, dtype=str)
    if not kinds <= {int, float, type(None)}:
        raise ValueError(f"variables.{shortened(name)}: data is ragged, or not of numbers alone")
    flat[flat == None] = np.inf if name in INFINITE else np.nan  # noqa: E711 - elementwise
    try:
        return np.array(data) if kinds == {int} else flat.astype(np.float64)
    except OverflowError:
        raise ValueError(f"variables.{shortened(name)}: holds a number too large") from None
