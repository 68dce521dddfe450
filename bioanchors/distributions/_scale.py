"""Scales: of curves through quantiles, whose bounds lie infinitely far away, and in spreads."""

import math

import numpy as np
from scipy.special import expit

from bioanchors.distributions._base import FloatArray


def in_spreads(distance: FloatArray, spread: float) -> FloatArray:
    """Return a distance in spreads, infinite where it is beyond the largest number."""
    with np.errstate(over="ignore"):
        return np.asarray(distance / spread)


def to_line(x: FloatArray, low: float, high: float) -> FloatArray:
    """Return x itself, ln(x - low), -ln(high - x) or ln((x - low) / (high - x)).

    Which of them follows from which of the bounds, if any, are finite.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if math.isfinite(low) and math.isfinite(high):
            # Not the logarithm of a quotient, which may overflow.
            return np.log(np.maximum(x - low, 0)) - np.log(np.maximum(high - x, 0))
        if math.isfinite(low):
            return np.log(np.maximum(x - low, 0))
        if math.isfinite(high):
            return -np.log(np.maximum(high - x, 0))
        return x


def from_line(line: FloatArray, low: float, high: float) -> FloatArray:
    """Return the x of which `to_line` made `line`."""
    with np.errstate(over="ignore", under="ignore"):
        if math.isfinite(low) and math.isfinite(high):
            share: FloatArray = expit(line)
            return np.minimum(low + (high - low) * share, high)
        if math.isfinite(low):
            return low + np.exp(line)
        if math.isfinite(high):
            return high - np.exp(-line)
        return line
