"""Rank correlations between inputs: a Gaussian copula's matrix from what a file says.

References
----------
Pearson, K. (1907): for normal variables, Spearman's rho and the correlation r go together as
r = 2 sin(pi rho / 6).
Higham, N. J. (2002), "Computing the nearest correlation matrix - a problem from finance", IMA J.
Numer. Anal. 22, 329-343: alternating projections.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SEMI_DEFINITE = -1e-10
"""Least eigenvalue of a matrix that counts as one of correlations: perfect ones are allowed."""

PROJECTIONS = 2000
DIGITS = 3


def to_normal(spearman: Array) -> Array:
    """Return the correlations of normal variables that have these rank correlations."""
    return np.asarray(2.0 * np.sin(np.pi * np.asarray(spearman) / 6.0))


def is_possible(spearman: Array) -> bool:
    """Whether rank correlations can hold together, by a Gaussian copula."""
    return bool(np.linalg.eigvalsh(to_normal(spearman))[0] >= SEMI_DEFINITE)


def nearest_correlations(matrix: Array) -> Array:
    """Return the correlation matrix nearest to a symmetric one, in the Frobenius norm."""
    y = np.array(matrix, dtype=np.float64)
    correction = np.zeros_like(y)
    for _ in range(PROJECTIONS):
        shifted = y - correction
        values, vectors = np.linalg.eigh(shifted)
        x = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = x - shifted
        moved = x - y
        np.fill_diagonal(moved, 0.0)
        y = np.array(x, dtype=np.float64)
        np.fill_diagonal(y, 1.0)
        if np.abs(moved).max() < 1e-12:
            break
    result: Array = y
    return result


def nearest_possible(spearman: Array) -> Array:
    """Return rank correlations, to three digits, near those given, that can hold together."""
    normal = nearest_correlations(to_normal(spearman))
    exact = 6.0 / np.pi * np.arcsin(np.clip(normal, -1.0, 1.0) / 2.0)
    for shrink in np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 40)]):
        rounded: Array = np.round(exact * (1.0 - shrink), DIGITS)
        np.fill_diagonal(rounded, 1.0)
        if is_possible(rounded):
            return rounded
    return np.eye(len(exact))


def groups_of(names: tuple[str, ...], pairs: dict[tuple[str, str], float]) -> list[tuple[str, ...]]:
    """Return the names that hang together by pairs, each group in the order of ``names``."""
    group = {name: {name} for pair in pairs for name in pair}
    for one, other in pairs:
        if group[one] is not group[other]:
            group[one] |= group[other]
            for name in group[other]:
                group[name] = group[one]
    different = {id(members): members for members in group.values()}.values()
    ordered = [tuple(name for name in names if name in members) for members in different]
    return sorted(ordered, key=lambda members: names.index(members[0]))


def matrix_of(members: tuple[str, ...], pairs: dict[tuple[str, str], float]) -> Array:
    """Return the matrix of a group; pairs that nobody named are 0."""
    matrix = np.eye(len(members))
    for (one, other), rho in pairs.items():
        if one in members:
            i, j = members.index(one), members.index(other)
            matrix[i, j] = matrix[j, i] = rho
    return matrix
