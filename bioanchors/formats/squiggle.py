"""Distributions in Squiggle's language."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EDGE = 1e-3
"""Share of a year over which the density goes from one year's to the next."""


def point_set(years: Array, density: Array) -> str:
    """Return an expression for a density that is even within each year.

    Parameters
    ----------
    years
        Whole years, ascending, shape (year,).
    density
        Per year, between each and the next, shape (year - 1,).

    Notes
    -----
    Squiggle joins points by straight lines, so each year has two points, close to its ends; what a
    line takes from one year it gives to the next.
    """
    points = []
    for i, value in enumerate(density):
        low = years[i] + (EDGE if i else 0.0)
        high = years[i + 1] - (EDGE if i < density.size - 1 else 0.0)
        points += [f"  {{x: {float(x)!r}, y: {float(value)!r}}}" for x in (low, high)]
    text = ",\n".join(points)
    return f"PointSet.makeContinuous([\n{text}\n])"
