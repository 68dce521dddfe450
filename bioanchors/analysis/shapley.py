"""Shapley values of a game, by all of its coalitions.

Coalition s, of n players, has as members the bits of s.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def shapley_matrix(count: int) -> Array:
    """Return the matrix that makes Shapley values of a game's values.

    Parameters
    ----------
    count
        Players, n.

    Returns
    -------
    array
        Shape (n, 2^n); column s is of the coalition whose members are the bits of s.

    Notes
    -----
    phi_g = sum over S without g of |S|! (n - |S| - 1)! / n! x (v(S + g) - v(S)).
    """
    matrix = np.zeros((count, 2**count))
    for subset in range(2**count):
        size = subset.bit_count()
        for player in range(count):
            if subset >> player & 1:
                weight = factorial(size - 1) * factorial(count - size) / factorial(count)
                matrix[player, subset] += weight
                matrix[player, subset ^ (1 << player)] -= weight
    return matrix


def steps(values: Array, player: int) -> Array:
    """Return what a player changes after each set of others, all of which some order has.

    Parameters
    ----------
    values
        Of each coalition, shape (2^n,).
    player
        Its number.
    """
    subsets = np.arange(values.size)
    without = subsets[(subsets >> player & 1) == 0]
    return np.asarray(values[without | 1 << player] - values[without])
