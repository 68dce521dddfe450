"""Unscrambled Sobol' points, a column at a time, and which input reads which column.

Two inputs on one column with different shifts are wholly dependent, so every input needs a column
of its own. Those of the presets have fixed ones, the most important first, since the lowest
columns are the most even; a name that a user adds hashes to one of the rest. Above about a
thousand columns, pairs of Sobol' columns are no better than chance, so the table stops before.

References
----------
Joe, S. and Kuo, F. Y. (2008), "Constructing Sobol' sequences with better two-dimensional
projections", SIAM J. Sci. Comput. 30, 2635-2654.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BITS = 32
COLUMNS = 256
FIRST_FREE = 64

_HORIZONS = ("short_horizon", "medium_horizon", "long_horizon", "genome")
_PRESET_HYPOTHESES = ("lifetime", *_HORIZONS, "evolution")
FIXED_COLUMNS: dict[str, int] = {
    name: column
    for column, name in enumerate(
        (
            "brain.flop_per_s",
            "network.oom_vs_brain",
            "scaling.samples_at_reference",
            "scaling.exponent",
            *(f"hypotheses.{name}.effective_horizon_s" for name in _HORIZONS),
            "hypotheses.genome.parameters",
            "hypotheses.lifetime.oom_vs_lifetime",
            "hypotheses.evolution.oom_vs_evolution",
            "hypotheses.evolution.ancestor_flop_per_s",
            "hypotheses.evolution.population",
            "hypotheses.evolution.duration_years",
            "hardware.speed",
            "spending.speed",
            "algorithms.speed",
            "algorithms.max_oom",
            "hardware.flop_per_usd",
            "hardware.max_flop_per_usd",
            "spending.largest_run_usd",
            "spending.max_share_of_gdp",
            "economy.growth_per_year",
            "economy.largest_economy_gdp_usd",
            *(f"hypotheses.{name}.algorithms.speed" for name in _PRESET_HYPOTHESES),
            *(f"hypotheses.{name}.algorithms.max_oom" for name in _PRESET_HYPOTHESES),
            "hypotheses.lifetime.lifetime_s",
            "network.flop_per_parameter_per_subj_s",
            "scaling.reference_parameters",
            "none",
            "algorithms.transfer",
            "algorithms.halving_shift_years",
            "lag.training_years",
            "lag.deployment_years",
            "evidence.run_softness_oom",
        )
    )
}
"""Columns of the names that the presets use. Append only: moving a name moves results."""


def assign_columns(names: Iterable[str]) -> dict[str, int | None]:
    """Give each name a column; of two names that hash to the same one the later gets None."""
    columns: dict[str, int | None] = {}
    taken: set[int] = set()
    for name in names:
        column = FIXED_COLUMNS.get(name)
        if column is None:
            digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
            column = FIRST_FREE + int.from_bytes(digest, "big") % (COLUMNS - FIRST_FREE)
        columns[name] = None if column in taken else column
        taken.add(column)
    return columns


@lru_cache(maxsize=1)
def directions() -> NDArray[np.uint32]:
    """Direction numbers, one row a column of points, made by ``tools/sobol_directions.py``."""
    table: NDArray[np.uint32] = np.load(Path(__file__).with_name("sobol_directions.npy"))
    return table


@lru_cache(maxsize=COLUMNS)
def pattern(column: int, size: int) -> NDArray[np.uint32]:
    """First ``size`` points of a column as integers; size is a power of two.

    In Gray-code order, point n is the exclusive-or of the direction numbers at the set bits of
    n ^ (n >> 1), so each doubling mirrors what is there and flips one direction.
    """
    points = np.zeros(1, dtype=np.uint32)
    for direction in directions()[column, : size.bit_length() - 1]:
        points = np.concatenate([points, points[::-1] ^ direction])
    points.flags.writeable = False
    return points


def offset(column: int, start: int) -> int:
    """Integer by which points from ``start`` on differ from those from 0 on.

    ``start`` is a multiple of the length that is read; the Gray code is linear in exclusive-or.
    """
    gray, result = start ^ (start >> 1), 0
    for bit in range(gray.bit_length()):
        if gray >> bit & 1:
            result ^= int(directions()[column, bit])
    return result
