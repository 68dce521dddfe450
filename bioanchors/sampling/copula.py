"""A Gaussian copula on the named streams: marginals stay as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

SMALLEST, LARGEST = 2.0**-54, 1.0 - 2.0**-53


def factor(normal: Array) -> Array:
    """Return the lower triangle L with L L^T = the matrix, which may be singular.

    Parameters
    ----------
    normal
        Correlations, shape (input, input).
    """
    size = len(normal)
    lower = np.zeros((size, size))
    for j in range(size):
        rest = normal[j:, j] - lower[j:, :j] @ lower[j, :j]
        # A perfectly correlated input adds nothing of its own.
        if rest[0] > 1e-9:
            lower[j:, j] = rest / np.sqrt(rest[0])
    return np.asarray(lower / np.linalg.norm(lower, axis=1, keepdims=True))


def correlate(uniforms: Array, lower: Array) -> Array:
    """Return correlated uniforms from independent ones, the first as it was.

    Parameters
    ----------
    uniforms
        Shape (input, draw).
    lower
        As ``factor`` returns it.

    Notes
    -----
    u' = Phi(L Phi^-1(u)).
    """
    result = uniforms.copy()
    normal = ndtri(uniforms)
    result[1:] = ndtr(lower[1:] @ normal)
    np.clip(result[1:], SMALLEST, LARGEST, out=result[1:])
    return result
