"""Monotone interpolation between even places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import Array


def monotone_cubic(x: Array, y: Array, new_x: Array) -> Array:
    """Return a rising curve through rising values.

    Parameters
    ----------
    x
        Places, ascending, at least 3, shape (place,).
    y
        Values that never fall along the last axis, shape (..., place).
    new_x
        Places within those of ``x``, shape (new,).

    Returns
    -------
    array
        Shape (..., new).

    Notes
    -----
    Cubic Hermite interpolation with slopes of the quartic through five places, cut to between 0
    and three times the smaller of the slopes on either side, which keeps the curve from falling.

    References
    ----------
    Hyman, J. M. (1983), "Accurate monotonicity preserving cubic interpolation", SIAM J. Sci. Stat.
    Comput. 4, 645-654.
    """
    gap = np.diff(x)
    secant = np.diff(y, axis=-1) / gap
    order = min(5, x.size)
    first = np.clip(np.arange(x.size) - order // 2, 0, x.size - order)
    near = first[:, np.newaxis] + np.arange(order)
    weights = _weights(x[near], np.arange(x.size) - first)
    slope = (y[..., near] * weights).sum(axis=-1)
    most = np.full_like(y, np.inf)
    most[..., :-1] = secant
    most[..., 1:] = np.minimum(most[..., 1:], secant)
    slope = np.clip(slope, 0.0, 3 * most)
    place = np.clip(np.searchsorted(x, new_x, side="right") - 1, 0, x.size - 2)
    t = (new_x - x[place]) / gap[place]
    d0, d1, up = slope[..., :-1] * gap, slope[..., 1:] * gap, secant * gap
    # There are few places, and many new ones: over these as few passes as can be.
    cubic = (d0 + d1 - 2 * up).take(place, axis=-1)
    for coefficient in (3 * up - 2 * d0 - d1, d0, y):
        cubic *= t
        cubic += coefficient.take(place, axis=-1)
    return np.asarray(cubic)


def _weights(near: Array, own: NDArray[np.intp]) -> Array:
    """Return weights of values at places near each for the slope there: Lagrange's, derived."""
    rows = np.arange(near.shape[0])
    apart = near[:, :, np.newaxis] - near[:, np.newaxis, :] + np.eye(near.shape[1])
    lagrange = 1.0 / apart.prod(axis=2)
    here = near[rows, own][:, np.newaxis] - near
    here[rows, own] = 1.0
    weights = lagrange / lagrange[rows, own][:, np.newaxis] / here
    weights[rows, own] = 0.0
    weights[rows, own] = -weights.sum(axis=1)
    return np.asarray(weights)


def left_out(x: Array, y: Array) -> Array:
    """Return by how much the curve through the others misses each value, 0 at the ends.

    The largest over the leading axes of y: shape (place,).
    """
    error = np.zeros(x.size)
    if x.size < 5:
        return error
    inner = np.arange(1, x.size - 1)
    for odd in (0, 1):
        out = inner[inner % 2 == odd]
        kept = np.setdiff1d(np.arange(x.size), out)
        guess = monotone_cubic(x[kept], y[..., kept], x[out])
        miss = np.abs(guess - y[..., out])
        error[out] = miss.reshape(-1, out.size).max(axis=0)
    return error
