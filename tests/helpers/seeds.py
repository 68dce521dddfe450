"""Over how many seeds a run of the tests looks, and what so many can tell.

A few by default, so that the tests end within minutes; ``BIOANCHORS_SEEDS=200 pytest``, which the
weekly workflow runs, takes all, and then the bounds are those that are promised.
"""

from __future__ import annotations

import math
import os

ALL = 200
SEEDS = min(int(os.environ.get("BIOANCHORS_SEEDS", "16")), ALL)

COVERED, OFF = 0.93, 1.3
"""Share of 95 % intervals that hold the exact value, and root mean square of stated errors by which
numbers are off: the least and the most over all seeds."""


def cases(count: int) -> range:
    """Return numbers of random cases: a quarter of so many, or all."""
    return range(count if SEEDS == ALL else math.ceil(count / 4))


def least_covered(seeds: int) -> float:
    """Return the least share of intervals that cover: with few seeds, some miss by chance."""
    return COVERED - 2 * (seeds < ALL) * math.sqrt(0.05 * 0.95 / seeds)


def most_off(seeds: int) -> float:
    """Return the root mean square of z at the most: with few seeds, two standard errors above."""
    return OFF * (1 + 2 * (seeds < ALL) / math.sqrt(2 * seeds))
