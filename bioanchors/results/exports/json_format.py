"""A forecast as JSON: every number, by a versioned schema (``forecast.schema.json``).

No NaN and no infinity: both are ``null``, and ``case_until`` alone means infinity by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bioanchors.formats.labelled_json import dataset_of_plain, plain_variables
from bioanchors.parameters import found
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
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "provenance": provenance(forecast),
        "summary": summary(forecast),
        "attrs": {str(key): value for key, value in dataset.attrs.items()},
        "variables": plain_variables(dataset),
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
    for name, allowed in (("format", FORMAT), ("version", VERSION)):
        if document.get(name) != allowed:
            given = found(document.get(name)).removeprefix("found ")
            raise ValueError(f"found {name} {given}; allowed: {allowed!r}")
    attrs, parts = document.get("attrs"), document.get("variables")
    if not isinstance(attrs, dict) or not isinstance(parts, dict):
        raise ValueError(f"not a whole {FORMAT}: lacks attrs or variables")
    return dataset_of_plain(parts, attrs, INFINITE)
