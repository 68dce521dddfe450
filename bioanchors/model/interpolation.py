"""Monotone interpolation between even places."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array

# Differences of fourth order at the first and the second of five places.
_AT_END = np.array([[-25, 48, -36, 16, -3], [-3, -10, 18, -6, 1]]) / 12


def monotone_cubic(x: Array, y: Array, new_x: Array) -> Array:
    """Return a rising curve through rising values.

    Parameters
    ----------
    x
        Even places, ascending, at least 5, shape (place,).
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
    Cubic Hermite interpolation with differences of fourth order for slopes, cut to between 0 and
    three times the smaller of the rises on either side, which keeps the curve from falling.

    References
    ----------
    Hyman, J. M. (1983), "Accurate monotonicity preserving cubic interpolation", SIAM J. Sci. Stat.
    Comput. 4, 645-654.
    """
    step = x[1] - x[0]
    rise = np.diff(y, axis=-1)
    slope = np.empty_like(y)
    slope[..., 2:-2] = (8 * (y[..., 3:-1] - y[..., 1:-3]) - (y[..., 4:] - y[..., :-4])) / 12
    slope[..., :2] = y[..., :5] @ _AT_END.T
    slope[..., -2:] = -(y[..., :-6:-1] @ _AT_END.T)[..., ::-1]
    most = np.full_like(y, np.inf)
    most[..., :-1] = rise
    most[..., 1:] = np.minimum(most[..., 1:], rise)
    slope = np.clip(slope, 0.0, 3 * most)
    position = (new_x - x[0]) / step
    place = np.clip(position.astype(np.intp), 0, x.size - 2)
    t = position - place
    d0, d1, low, up = (values[..., place] for values in (slope, slope[..., 1:], y, rise))
    cubic = low + t * (d0 + t * (3 * up - 2 * d0 - d1 + t * (d0 + d1 - 2 * up)))
    return np.asarray(cubic)
