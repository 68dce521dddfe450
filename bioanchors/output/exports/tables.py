"""A forecast as tables: by year, and by probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.output.cells import table_text
from bioanchors.results import Forecast

Array = NDArray[np.float64]
Columns = Mapping[str, Array]
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


def quantile_table(forecast: Forecast) -> dict[str, Array]:
    """Return quantile years: of all, with errors, and of each hypothesis without "none".

    ``inf`` is a year that is not reached by the window's last.
    """
    columns = {
        "probability": np.array(QUANTILES),
        "year": np.array([forecast.quantile(p) for p in QUANTILES]),
        "standard_error": np.array([forecast.quantile_standard_error(p) for p in QUANTILES]),
    }
    for name in forecast.hypotheses:
        columns[name] = np.array([forecast.quantile(p, name) for p in QUANTILES])
    return columns


def csv_text(columns: Columns, texts: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return columns as CSV, numbers with all their digits, texts first."""
    texts = texts or {}
    # As they are: whole numbers stay whole.
    numbers = [list(map(repr, column.tolist())) for column in columns.values()]
    return table_text([*texts, *columns], zip(*texts.values(), *numbers, strict=True))
