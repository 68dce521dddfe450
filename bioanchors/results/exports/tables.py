"""A forecast as tables: by year, and by probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.formats.cells import Columns, year_states

if TYPE_CHECKING:
    from bioanchors.parameters import Parameters
    from bioanchors.results.forecast import Forecast

Array = NDArray[np.float64]
HEADS = ("year", "probability", "standard_error", "density", "none_probability")
"""Columns by year, before those of the hypotheses."""

QUANTILES = (
    0.01,
    0.05,
    0.10,
    0.20,
    0.25,
    0.30,
    0.40,
    0.50,
    0.60,
    0.70,
    0.75,
    0.80,
    0.90,
    0.95,
    0.99,
)


def by_year(forecast: Forecast, whole_years: bool = True) -> dict[str, Array]:
    """Return a forecast by year.

    Parameters
    ----------
    forecast
        The forecast.
    whole_years
        Whole years; else all decimal years of the CDF.

    Returns
    -------
    dict of array
        ``year``; ``probability`` of arrival by it and its ``standard_error``; ``density``, the
        probability per year between the year before and this one; ``none_probability``; and of each
        hypothesis ``NAME`` and ``NAME_standard_error``, which leave "none" out.
    """
    places = (
        np.searchsorted(forecast.years, forecast.whole_years)
        if whole_years
        else np.arange(forecast.years.size)
    )
    years, cdf = forecast.years[places], forecast.cdf[places]
    density = np.diff(cdf) / np.diff(years)
    errors = forecast.hypothesis_cdf_standard_error
    columns = {
        "year": years,
        "probability": cdf,
        "standard_error": forecast.cdf_standard_error[places],
        # What has arrived by the first year has no density.
        "density": np.concatenate([[0.0], density]),
        "none_probability": forecast.none_probability[places],
    }
    for i, name in enumerate(forecast.hypotheses):
        columns[name] = forecast.hypothesis_cdf[i, places]
        columns[f"{name}_standard_error"] = errors[i, places]
    return columns


def quantile_table(forecast: Forecast) -> Columns:
    """Return quantile years: of all, with errors, and of each hypothesis without "none".

    Beside each column of years is its state: "within", "at or before YEAR" of the window's first,
    "not by YEAR" of its last, or "refuted". A year that is not within the window is NaN.
    """
    columns: Columns = {"probability": np.array(QUANTILES)}
    for name in (None, *forecast.hypotheses):
        years = [forecast.quantile(p, name) for p in QUANTILES]
        columns |= year_columns(forecast.parameters, name or "year", years)
        if name is None:
            errors = [forecast.quantile_standard_error(p) for p in QUANTILES]
            columns["standard_error"] = np.array(errors)
    return columns


def year_columns(parameters: Parameters, name: str, years: Sequence[float] | Array) -> Columns:
    """Return arrival years and, by the name and ``_state``, what they are."""
    values = np.asarray(years, dtype=np.float64)
    return {
        name: np.where(np.isfinite(values), values, np.nan),
        f"{name}_state": year_states(values, parameters.first_year, parameters.last_year),
    }
