"""Points in whose stratum the components of a mixture part, divided between them.

Of n Sobol' points one lies in each interval of length 1/n. Where a mixture's components part inside
of one, its point is of the lower component with a chance f, and the draws of a component are too
many or too few by part of a draw: something rare that arrivals hang on would be there or not. Such
a point is instead averaged over which component it is of: it stands for both, with the shares f and
1 - f of a draw. Every component then has its exact share of the draws of each replicate.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def divided(points: Array, partings: Mapping[int, Sequence[float]]) -> tuple[Array, Array]:
    """Return points with those divided in whose stratum components part, and what each counts.

    Parameters
    ----------
    points
        Uniforms, (name, replicate, point), of which those of each replicate and name lie one in
        each interval of equal length.
    partings
        By number of a name, the probabilities at which its components part, ascending.

    Returns
    -------
    tuple of array
        The points, (name, replicate, point), and what each counts, (replicate, point), which adds
        up to the number of points given. What is added comes last.

    Notes
    -----
    A point u of [k/n, (k + 1)/n) is moved into each part [a, b) of that, to a + (u - k/n)(b - a)n,
    where it counts (b - a)n: its mean over u is that of the whole interval.
    """
    points = points.copy()
    size = points.shape[-1]
    counts = np.ones(points.shape[1:])
    every, all_counts = [points], [counts]
    replicates = np.arange(points.shape[1])
    for name, probabilities in partings.items():
        for stratum, ends in _strata(probabilities, size):
            place = replicates, np.argmax(np.floor(points[name] * size) == stratum, axis=-1)
            whole, count = points[:, *place], counts[place]
            inside = whole[name] * size - stratum
            for start, end in itertools.pairwise(ends):
                part = whole.copy()
                part[name] = (stratum + start + inside * (end - start)) / size
                if start == 0.0:
                    points[:, *place], counts[place] = part, count * end
                else:
                    every.append(part[..., np.newaxis])
                    all_counts.append(count[:, np.newaxis] * (end - start))
    return np.concatenate(every, axis=-1), np.concatenate(all_counts, axis=-1)


def _strata(probabilities: Sequence[float], size: int) -> Iterator[tuple[int, list[float]]]:
    """Yield each interval in which something parts, and the ends of its parts, from 0 to 1."""
    inside = [math.modf(each * size) for each in probabilities]
    for stratum, some in itertools.groupby((each for each in inside if each[0]), lambda x: x[1]):
        yield int(stratum), [0.0, *(fraction for fraction, _ in some), 1.0]
