"""The first year at which what can be bought, times the algorithmic gain, is enough."""

from __future__ import annotations

import itertools

import numpy as np

from bioanchors.model.curves import LN10, Array, Curve, Value

TOLERANCE_YEARS = 1e-5
MOST_STEPS = 100


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
        Decimal years, one for each draw: ``curve.origin`` where it is reached at or before then,
        ``inf`` where it is not reached by ``last_year``.

    Notes
    -----
    The curve is concave in the year, a line less softplus terms. Newton's tangents hence lie
    above it and from the left never step past the first crossing, whether the curve later falls
    or not; a tangent that no longer rises proves that there is none. The start is the latest of
    the crossings of the straight lines that bound the curve from above (each softplus is above 0
    and above its own line), so that a few steps are enough.
    """
    span = last_year - curve.origin
    need = np.atleast_1d(np.asarray(requirement, dtype=float)) * LN10
    level, slope = curve.level * LN10, curve.slope * LN10
    terms = [(a * LN10, k * LN10) for a, k in curve.terms]
    need = np.broadcast_to(need, np.broadcast_shapes(need.shape, np.shape(level), np.shape(slope)))
    t = _lower_bound(level, slope, terms, need)
    np.minimum(t, span + 1.0, out=t)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(MOST_STEPS):
            gap, rise = need - (level + slope * t), slope
            product: Value = 1.0
            for a, k in terms:
                x = a + k * t
                e = np.exp(-np.abs(x))
                gap += np.maximum(x, 0.0)
                product = product * (1.0 + e)
                # The logistic function of x, from e = exp(-|x|).
                rise = rise - k * (np.where(x > 0, 1.0, e) / (1.0 + e))
            gap += np.log(product)
            step = np.where(gap > 0, np.where(rise > 0, gap / rise, np.inf), 0.0)
            moved = np.minimum(t + step, span + 1.0)
            farthest = float(np.max(moved - t))
            t = moved
            if farthest < TOLERANCE_YEARS:
                break
    return np.where(t <= span, t + curve.origin, np.inf)


def _lower_bound(
    level: Value, slope: Value, terms: list[tuple[Value, Value]], need: Array
) -> Array:
    """Years from the origin before which no crossing can lie."""
    bound = np.zeros_like(need)
    for taken in itertools.product((False, True), repeat=len(terms)):
        a, k = level, slope
        for take, (term_level, term_slope) in zip(taken, terms, strict=True):
            if take:
                a, k = a - term_level, k - term_slope
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            rising = (need - a) / k
            crossing = np.where(k > 0, rising, np.where(need > a, np.inf, 0.0))
        np.maximum(bound, crossing, out=bound)
    return bound
