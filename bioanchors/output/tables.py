"""Tables for spreadsheets."""

from __future__ import annotations

import numpy as np

from bioanchors.formats.cells import digits, table_text
from bioanchors.results import Forecast


def cdf_csv(forecast: Forecast) -> str:
    """Return the CDF by whole year as CSV.

    Columns are ``year``, ``probability``, ``standard_error``, then each hypothesis by its name,
    which leaves "none" out. Numbers have all their digits, so that they read back to the same.
    """
    rows = np.searchsorted(forecast.years, forecast.whole_years)
    columns = [
        forecast.cdf[rows],
        forecast.cdf_standard_error[rows],
        *forecast.hypothesis_cdf[:, rows],
    ]
    heads = ["year", "probability", "standard_error", *forecast.hypotheses]
    numbers = zip(*map(digits, columns), strict=True)
    years = (int(year) for year in forecast.whole_years)
    return table_text(heads, ([year, *row] for year, row in zip(years, numbers, strict=True)))
