"""Mass of a requirement of which all terms but one are known, draw by draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bioanchors.model.convolution import TAIL, GridCdf
from bioanchors.model.curves import Array, Value
from bioanchors.model.low_end_update import ramp_weight

CELLS = 4096
"""Cells of the tables of a term's CDF, between its outermost quantiles."""


class TermMass:
    """P(requirement <= x), weighed by the low-end update, for rest + slope x term.

    Parameters
    ----------
    cdf, values
        The term's CDF and quantile function.
    ramp
        Ends of the low-end update, if there is one, log10 FLOP.

    Attributes
    ----------
    spread
        Half the distance between the term's quantiles at 16 % and 84 %.

    Notes
    -----
    With the ramp w from a to b and F the CDF of the requirement, the mass up to x is, integrated by
    parts, w(x) F(x) - (I(min(x, b)) - I(a)) / (b - a), with I the integral of F; with a cut at a it
    is F(x) - P(X < a) from a on. F and I come from tables, straight between their places.
    """

    def __init__(
        self,
        cdf: Callable[[Array], Array],
        values: Callable[[Array], Array],
        ramp: tuple[float, float] | None,
    ) -> None:
        low, left, right, high = values(np.array([TAIL, 0.16, 0.84, 1.0 - TAIL]))
        self.spread = float(right - left) / 2.0
        self._ramp = ramp
        step = float(high - low) / CELLS
        places = low + step * np.arange(CELLS + 1)
        found = cdf(places)
        self._end = float(places[-1])
        self._cdf = GridCdf(float(low), step, found)
        pieces = 0.5 * step * (found[1:] + found[:-1])
        self._integral = GridCdf(float(low), step, np.concatenate([[0.0], np.cumsum(pieces)]))

    def up_to(self, x: Array, rest: Value, slope: Value) -> Array:
        """Return the mass up to x; shapes broadcast.

        Parameters
        ----------
        x
            log10 FLOP.
        rest, slope
            What is known of the requirement, and by what the term is multiplied, above 0.
        """
        mass = self._cdf((x - rest) / slope)
        if self._ramp is None:
            return mass
        low, high = self._ramp
        if low == high:
            return np.maximum(mass - self._below(low, rest, slope), 0.0)
        weighed = ramp_weight(x, low, high) * mass
        return np.maximum(weighed - self._taken(np.clip(x, low, high), rest, slope), 0.0)

    def left(self, rest: Value, slope: Value) -> Value:
        """Return the mass that the low-end update leaves."""
        if self._ramp is None:
            return 1.0
        low, high = self._ramp
        if low == high:
            return 1.0 - self._below(low, rest, slope)
        return 1.0 - self._taken(high, rest, slope)

    def _below(self, x: float, rest: Value, slope: Value) -> Array:
        return self._cdf((np.nextafter(x, -np.inf) - rest) / slope)

    def _taken(self, x: Value, rest: Value, slope: Value) -> Array:
        low, high = self._ramp if self._ramp is not None else (0.0, 1.0)
        return (
            slope
            * (self._area((x - rest) / slope) - self._area((low - rest) / slope))
            / (high - low)
        )

    def _area(self, z: Value) -> Array:
        """Return the integral of the term's CDF up to z."""
        z = np.asarray(z)
        return self._integral(z) + np.maximum(z - self._end, 0.0)
