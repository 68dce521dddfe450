"""Names, units and sources of an analysis' numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors import __version__
from bioanchors.parameters import Parameters
from bioanchors.results import Forecast
from bioanchors.results.dataset import storable

Variable = tuple[str | Sequence[str], Any, dict[str, str]]


def about(forecast: Forecast, **more: str | float) -> dict[str, str | float]:
    """Return attributes that say of what, from which file and how a result was made."""
    return about_file(forecast.parameters, **more, **forecast.origin.attrs())


def about_file(parameters: Parameters, **more: str | float) -> dict[str, str | float]:
    """Return the same of what no draws were made for."""
    return {
        "title": storable(parameters.title),
        "source": storable(parameters.tables.source or ""),
        "event": parameters.event,
        "bioanchors_version": __version__,
        **more,
        "parameters": parameters.text,
        "parameters_sha256": parameters.hash,
    }


def labelled(dims: str | Sequence[str], values: Any, long_name: str, unit: str = "1") -> Variable:
    """Return a variable, as ``xarray.Dataset`` takes it."""
    return dims, values, {"long_name": long_name, "units": unit}


def estimated(
    name: str, dims: str | Sequence[str], values: Any, long_name: str, unit: str = "1"
) -> dict[str, Variable]:
    """Return variables of numbers and of their standard errors.

    Parameters
    ----------
    name
        Of the numbers; that of the errors ends in ``_standard_error``.
    dims
        Dimensions.
    values
        ``Estimate`` in sequences, one in another for each dimension.
    long_name, unit
        What the numbers are.
    """
    both = np.array(values, dtype=np.float64)
    # A list without entries does not say of what it has none.
    both = both.reshape(*both.shape[: 1 if isinstance(dims, str) else len(dims)], 2)
    return {
        name: labelled(dims, both[..., 0], long_name, unit),
        f"{name}_standard_error": labelled(
            dims, both[..., 1], f"standard error: {long_name}", unit
        ),
    }


def texts(values: Iterable[str]) -> NDArray[np.str_]:
    """Return texts as an array, of none, too."""
    return np.array(list(values), dtype=np.str_)
