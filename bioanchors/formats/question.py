"""A continuous question as Metaculus has them, and the CDF values that it takes.

The site asks for a CDF at so many places between the question's bounds, evenly spaced on its scale;
each step must be large enough and not too large, and an end beyond which an answer may lie (open)
must leave something there. The nearest such CDF, in the sum of squared steps, is what is sent.

References
----------
Metaculus, help on continuous questions and on the API (2026): 201 values; steps of at least 0.01
over and at most 0.2 x 200 over the number of intervals; 0.001 outside an open end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
INTERVALS = 200
FEWEST_INTERVALS, MOST_INTERVALS = 2, 10_000
LEAST_STEP, MOST_STEP, OUTSIDE = 0.01, 0.2, 0.001
ROOM = 1e-9
"""Kept away from each limit, so that rounding does not break it."""


@dataclass(frozen=True)
class Question:
    """A continuous question about a date.

    Attributes
    ----------
    low, high
        Its bounds, decimal years.
    open_low, open_high
        Whether the answer may lie outside of them.
    zero_year
        Zero point of a logarithmic scale, a decimal year; None for a linear one.
    intervals
        Places less one.
    """

    low: float
    high: float
    open_low: bool = False
    open_high: bool = True
    zero_year: float | None = None
    intervals: int = INTERVALS

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"found {self.low:g} to {self.high:g}; allowed: the lower bound first")
        if self.zero_year is not None and self.low <= self.zero_year <= self.high:
            raise ValueError(
                f"found zero point {self.zero_year:g}; allowed: outside {self.low:g} to "
                f"{self.high:g}"
            )
        if not FEWEST_INTERVALS <= self.intervals <= MOST_INTERVALS:
            raise ValueError(
                f"found {self.intervals} intervals; allowed: from {FEWEST_INTERVALS} to "
                f"{MOST_INTERVALS}"
            )

    @property
    def places(self) -> Array:
        """Decimal years at which the CDF is asked for.

        Notes
        -----
        With t from 0 to 1, linear: low + (high - low) t; logarithmic with zero point z and
        r = (high - z) / (low - z): low + (high - low) (r^t - 1) / (r - 1).
        """
        t = np.linspace(0.0, 1.0, self.intervals + 1)
        if self.zero_year is not None:
            ratio = (self.high - self.zero_year) / (self.low - self.zero_year)
            t = (np.power(ratio, t) - 1.0) / (ratio - 1.0)
        return np.asarray(self.low + (self.high - self.low) * t)


def nearest(wanted: Array, question: Question) -> Array:
    """Return the CDF within the rules whose steps are nearest, in the sum of squares.

    Steps are cut to their limits after one shift of all of them, which is found by halving: the
    conditions of Karush, Kuhn and Tucker of this problem say no more.

    Raises
    ------
    ValueError
        If no CDF meets the rules.
    """
    steps = np.diff(wanted, prepend=0.0, append=1.0)
    count = question.intervals
    low = np.full(count + 2, LEAST_STEP / count + ROOM)
    high = np.full(count + 2, MOST_STEP * INTERVALS / count - ROOM)
    for end, is_open in ((0, question.open_low), (-1, question.open_high)):
        low[end], high[end] = (OUTSIDE + ROOM, 1.0) if is_open else (0.0, 0.0)
    if low.sum() > 1 or high.sum() < 1:
        raise ValueError("no CDF meets the rules of this question")
    bottom, top = -2.0, 2.0
    for _ in range(200):
        shift = 0.5 * (bottom + top)
        if np.clip(steps + shift, low, high).sum() < 1.0:
            bottom = shift
        else:
            top = shift
    chosen = np.clip(steps + 0.5 * (bottom + top), low, high)
    cdf = np.cumsum(chosen)[:-1]
    if not question.open_low:
        cdf[0] = 0.0
    if not question.open_high:
        cdf[-1] = 1.0
    return np.asarray(cdf)
