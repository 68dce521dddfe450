"""The highest place of a curve that is any function of the year, between two years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import Array, Curve, Value, taken

BESIDE = 1e-3
"""Years to either side of a summit at which nothing is higher."""

SLIGHT_OOM = 1e-9
"""What is higher by no more is as high: a plateau has no summit."""

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
HALVINGS = 40


def higher_beside(
    curve: Curve, rows: NDArray[np.intp], year: Value, value: Array
) -> NDArray[np.intp]:
    """Return those of some rows in which a curve is higher shortly before or after a year.

    Parameters
    ----------
    curve
        One for each draw.
    rows
        Draws in which the year is above its neighbours.
    year, value
        The year, known or of each draw, and the curves there, (draw,).

    Notes
    -----
    Elsewhere the year itself is the summit, as the last one before a fall.
    """
    if not rows.size:
        return rows
    some, top = curve.take(rows), value[rows]
    column = (-1, 1) if np.ndim(year) == 0 else (-1,)
    when = taken(year, rows)
    beside = [np.reshape(some.at(when + side), column)[..., 0] for side in (-BESIDE, BESIDE)]
    return rows[np.maximum(*beside) > top + SLIGHT_OOM]


def summit(curve: Curve, low: Array, high: Array) -> tuple[Array, Array]:
    """Return year and value of the highest place between two years, by golden sections."""
    for _ in range(HALVINGS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        rises = curve.at(right) > curve.at(left)
        low, high = np.where(rises, left, low), np.where(rises, high, right)
    year = 0.5 * (low + high)
    return year, np.asarray(curve.at(year))
