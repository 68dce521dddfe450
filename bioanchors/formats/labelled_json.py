"""The variables of a Dataset as plain data for JSON, and back.

No NaN and no infinity: both are ``null``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bioanchors.visible import shortened

if TYPE_CHECKING:
    import xarray as xr


def plain_variables(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the variables by name, each with its ``dims``, ``units``, ``long_name``, ``data``."""
    return {
        str(name): {
            "dims": [str(dim) for dim in variable.dims],
            "units": variable.attrs.get("units", ""),
            "long_name": variable.attrs.get("long_name", ""),
            "data": _plain(variable.values),
        }
        for name, variable in dataset.variables.items()
    }


def dataset_of_plain(
    variables: Mapping[str, Any], attrs: Mapping[str, Any], infinite: Collection[str] = ()
) -> xr.Dataset:
    """Return the Dataset of what ``plain_variables`` made.

    Parameters
    ----------
    variables
        By name.
    attrs
        Of the Dataset.
    infinite
        Variables in which ``null`` is infinity; in all others it is NaN.

    Raises
    ------
    ValueError
        If something is missing or of another type, or the arrays do not fit together.
    """
    import xarray as xr

    made = {name: _variable(name, part, name in infinite) for name, part in variables.items()}
    coords = {name: v for name, v in made.items() if v[0] == [name]}
    try:
        return xr.Dataset(
            {name: v for name, v in made.items() if name not in coords},
            coords=coords,
            attrs=dict(attrs),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError("not whole: its arrays do not fit together") from None


def _variable(name: str, part: Any, is_infinite: bool) -> tuple[list[str], Any, dict[str, str]]:
    if not isinstance(part, dict) or not {"dims", "data", "units", "long_name"} <= part.keys():
        raise ValueError(f"variables.{shortened(name)}: lacks dims, data, units or long_name")
    dims, data = part["dims"], _array(name, part["data"], is_infinite)
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


def _array(name: str, data: Any, is_infinite: bool) -> Any:
    """Return nested lists as an array: of texts, or of numbers, which null may be among."""
    flat = np.array(data, dtype=object)
    kinds = set(map(type, flat.ravel()))
    if kinds == {str}:
        return np.array(data, dtype=str)
    if not kinds <= {int, float, type(None)}:
        raise ValueError(f"variables.{shortened(name)}: data is ragged, or not of numbers alone")
    flat[flat == None] = np.inf if is_infinite else np.nan  # noqa: E711 - elementwise
    try:
        return np.array(data) if kinds == {int} else flat.astype(np.float64)
    except OverflowError:
        raise ValueError(f"variables.{shortened(name)}: holds a number too large") from None
