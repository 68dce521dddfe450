"""What the strata of single inputs hide, alike in all replicates.

Of n points of a net one lies in each stratum of width 1 / n of an input: of that input alone, what
varies within strata is all the error that is left. Where it comes from few of them, from a tail or
from where a mixture's components part, most replicates may have like values there, and then the
replicates' spread says nothing of it. It is found by looking at places within these strata.

References
----------
Owen, A. B. (1997), "Monte Carlo variance of scrambled net quadrature", SIAM J. Numer. Anal. 34,
1884-1910.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from bioanchors.engine.sums import Array

TAIL = (0.75, 0.375, 0.1875, 0.0625)
"""Places in the outermost stratum, as shares of its width from its end: the middles of parts, each
half as wide as the one before but for the last."""

TAIL_WEIGHTS = (0.5, 0.25, 0.125, 0.125)
"""Widths of these parts."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Places within one stratum of an input.

    Attributes
    ----------
    row
        Of the input among scores.
    places, weights
        Uniforms, ascending or descending, and the shares of the stratum for which they stand.
    """

    row: int
    places: Sequence[float]
    weights: Sequence[float]

    @classmethod
    def ends(cls, row: int, points: int) -> list[Stratum]:
        """Return the first and the last of so many strata."""
        low = [share / points for share in TAIL]
        high = [1.0 - place for place in low]
        return [cls(row, places, TAIL_WEIGHTS) for places in (low, high)]

    @classmethod
    def around(cls, row: int, points: int, parting: float) -> list[Stratum]:
        """Return the one of so many strata that a probability parts.

        None where it lies between two, or so near to 0 or 1 that no number is beyond it.
        """
        below = (points * parting) % 1.0
        places = parting - below / (2 * points), parting + (1.0 - below) / (2 * points)
        if not 0.0 < places[0] < parting < places[1] < 1.0:
            return []
        return [cls(row, places, (below, 1.0 - below))]


def at_places(strata: Sequence[Stratum], base: Array) -> Array:
    """Return scores of which one input's is at each place of the strata in turn.

    Parameters
    ----------
    strata
        Strata.
    base
        Independent normal scores of some draws, (name, draw), which give the other inputs'.

    Returns
    -------
    array
        (name, place x draw), places in the order of the strata.
    """
    moved = []
    for stratum in strata:
        for score in ndtri(stratum.places):
            moved.append(base.copy())
            moved[-1][stratum.row] = score
    return np.concatenate(moved, axis=1)


def variance_within(strata: Sequence[Stratum], values: Array) -> Array:
    """Return the variance within strata, averaged over the other inputs' draws, of their sum.

    Parameters
    ----------
    strata
        Strata.
    values
        At the scores that ``at_places`` returns, (place x draw, year).

    Returns
    -------
    array
        Of one value in each stratum, shape (year,).
    """
    weights = np.concatenate([stratum.weights for stratum in strata])
    by_stratum = np.zeros((len(strata), weights.size))
    start = 0
    for row, stratum in enumerate(strata):
        stop = start + len(stratum.weights)
        by_stratum[row, start:stop] = stratum.weights
        start = stop
    by_place = values.reshape(weights.size, -1)
    mean = by_stratum @ by_place
    variance = weights @ by_place**2 - (mean**2).sum(axis=0)
    result: Array = variance.reshape(-1, values.shape[-1]).mean(axis=0)
    return np.maximum(result, 0.0)
