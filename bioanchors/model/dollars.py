"""Dollars of different years.

References
----------
US Bureau of Labor Statistics, CPI-U, US city average, all items, not seasonally adjusted (series
CUUR0000SA0; public domain): annual averages, 1982-84 = 100. That of 2026 is the mean of April to
June (333.020, 335.123, 333.952).
"""

from __future__ import annotations

import math

PRICE_LEVEL = {
    2012: 229.594, 2013: 232.957, 2014: 236.736, 2015: 237.017, 2016: 240.007, 2017: 245.120,
    2018: 251.107, 2019: 255.657, 2020: 258.811, 2021: 270.970, 2022: 292.655, 2023: 304.702,
    2024: 313.689, 2025: 321.943, 2026: 334.032,
}  # fmt: skip
"""Consumer prices by year."""

IN_DOLLARS = {"largest_run_usd": 1, "flop_per_usd": -1}
"""Observables whose value hangs on the year of the dollars, and with which power."""


def oom_more_in(year: int, than_in: int) -> float:
    """Return by how many OOM a sum is larger in the dollars of one year than in another's.

    Parameters
    ----------
    year, than_in
        Years of ``PRICE_LEVEL``.

    Notes
    -----
    log10(price level of ``year`` / price level of ``than_in``).
    """
    return math.log10(PRICE_LEVEL[year] / PRICE_LEVEL[than_in])
