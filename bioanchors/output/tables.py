"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io

import numpy as np

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
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["year", "probability", "standard_error", *forecast.hypotheses])
    for i, year in enumerate(forecast.whole_years):
        writer.writerow([int(year), *(repr(float(column[i])) for column in columns)])
    return buffer.getvalue()
