"""The first year at which what can be bought, times the algorithmic gain, is enough."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.crossing import first_reaching
from bioanchors.model.curves import LN10, Array, Curve, Line, Value

TOLERANCE_YEARS = 1e-4
"""A Newton step shorter than this is the last: what is left is of the order of its square."""

COARSE_STEPS = 2
MOST_STEPS = 200
TINY = 1e-30
"""Stands for a slope that does not rise: what is divided by it lies past every window."""

Floats = NDArray[Any]


def first_crossing(curve: Curve, requirement: Value, last_year: float) -> Array:
    """Return the first year from ``curve.origin`` on at which a curve reaches a requirement.

    Parameters
    ----------
    curve
        Effective FLOP that can be bought, log10; known numbers or a value for each draw.
    requirement
        log10 FLOP, one for each draw.
    last_year
        End of the window.

    Returns
    -------
    array
        Decimal years, one for each draw, to better than 0.001: ``curve.origin`` where it is
        reached at or before then, ``inf`` where it is not reached by ``last_year``.

    Notes
    -----
    A ``Line`` is concave in the year, a line less softplus terms. Newton's tangents hence lie
    above it and from the left never step past the first crossing, whether the curve later falls
    or not; a tangent that no longer rises proves that there is none. The start is the latest of
    the crossings of the straight lines that bound the curve from above (each softplus is above 0
    and above its own line), so that a few steps are enough. Where the curve never falls, the
    first steps are taken in single precision: wherever they end, a tangent from there leads to
    the left of the crossing or towards it. Any other curve is bracketed and refined.
    """
    if not isinstance(curve, Line):
        return first_reaching(curve, requirement, last_year)
    span = last_year - curve.origin
    values = (curve.level, curve.slope, *itertools.chain.from_iterable(curve.terms))
    shape = np.broadcast_shapes((1,), *(np.shape(v) for v in (requirement, *values)))
    need = np.broadcast_to(np.asarray(requirement, dtype=float), shape)
    lines = _Lines.of(curve, need)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        t = _solve(lines, span)
    return np.where(t <= span, t + curve.origin, np.inf)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Crossings to find: t with need = slope t - sum softplus(-(a + k t)), in nats.

    The lines under the softplus terms have their signs turned, ``level`` is in ``need``.
    """

    need: Floats
    slope: Value
    terms: tuple[tuple[Value, Value], ...]

    @classmethod
    def of(cls, curve: Line, need: Array) -> _Lines:
        def nats(value: Value, sign: float = 1.0) -> Value:
            # float(): a NumPy scalar would make single precision double again.
            return (float(value) if np.ndim(value) == 0 else np.asarray(value)) * (sign * LN10)

        terms = tuple((nats(a, -1.0), nats(k, -1.0)) for a, k in curve.terms)
        return cls((need - curve.level) * LN10, nats(curve.slope), terms)

    def map(self, change: Any) -> _Lines:
        """Return the lines with all arrays changed alike; numbers stay."""

        def of(value: Value) -> Any:
            return value if isinstance(value, float) else change(value)

        return _Lines(
            change(self.need), of(self.slope), tuple((of(a), of(k)) for a, k in self.terms)
        )

    def never_falls(self) -> bool:
        """Whether the curve rises even where every term has its full effect."""
        least = self.slope + sum(np.minimum(k, 0.0) for _, k in self.terms)
        return bool(np.min(least) > -1e-13)

    def lower_bound(self) -> Floats:
        """Return times before which no crossing can lie, 0 or later."""
        bound = np.zeros_like(self.need)
        # Each softplus is at least 0 and at least its own line: two bounds for every term.
        bounds: list[tuple[Any, Any]] = [(self.need, self.slope)]
        for a, k in self.terms:
            bounds += [(gap - a, slope + k) for gap, slope in bounds]
        for gap, slope in bounds:
            np.maximum(bound, gap / np.maximum(slope, TINY), out=bound)
        return bound

    def step(self, t: Floats) -> Floats:
        """Return Newton's step at t: towards infinity where the tangent does not rise."""
        # With n = -(a + k t), softplus(-n) = log(1 + e^n) - n. Below the bound on n it is 0 to
        # this precision, and the product of the e^n stays finite.
        most = (85.0 if t.dtype == np.float32 else 300.0) / max(1, len(self.terms))
        gap: Any = self.need - self.slope * t
        rise: Any = self.slope
        product: Any = None
        for a, k in self.terms:
            n = k * t
            n += a
            np.minimum(n, most, out=n)
            gap -= n
            np.exp(n, out=n)
            n += 1.0
            product = n if product is None else product * n
            rise = rise + k / n
        if product is not None:
            gap += np.log(product)
        return np.asarray(gap / np.maximum(rise, TINY))


def _solve(lines: _Lines, span: float) -> Array:
    """Return the crossings' times; past ``span`` where they are later or there are none."""
    end = span + 1.0
    if lines.never_falls():
        single = lines.map(lambda values: values.astype(np.float32))
        t = np.minimum(single.lower_bound(), end)
        for _ in range(COARSE_STEPS):
            t = _between(t + single.step(t), end)
        t = t.astype(float)
    else:
        t = np.minimum(lines.lower_bound(), end)
    times = _between(t + lines.step(t), end)
    rest = np.flatnonzero(np.abs(times - t) > TOLERANCE_YEARS)
    for _ in range(MOST_STEPS):
        if not rest.size:
            break
        some = lines.map(lambda values, rest=rest: values[rest])
        t = times[rest]
        times[rest] = moved = _between(t + some.step(t), end)
        rest = rest[np.abs(moved - t) > TOLERANCE_YEARS]
    return times


def _between(t: Floats, end: float) -> Floats:
    """Put times into the window, in place."""
    np.maximum(t, 0.0, out=t)
    np.minimum(t, end, out=t)
    return t
