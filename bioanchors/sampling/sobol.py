"""Unscrambled Sobol' points, a column at a time, and which input reads which column.

Two inputs on one column are dependent even with different scrambles, so every input needs a column
of its own. Those of the presets have fixed ones. The lowest columns are the most even: they go to
the trends, over which most is averaged at once, and where requirements are drawn apart from the
trends, to the requirements too. A name that a user adds hashes to others of a thousand.

Two columns may be uneven together: of a hundred points none lies in every other box of a coarse
grid. Scrambles then leave one of two errors of the same size, and eight replicates may be off alike
with hardly any spread. Of the thousand columns half are such with one of the lowest. A name that a
user adds hence reads another one in each replicate.

References
----------
Joe, S. and Kuo, F. Y. (2008), "Constructing Sobol' sequences with better two-dimensional
projections", SIAM J. Sci. Comput. 30, 2635-2654.

Laine, S. and Karras, T. (2011), "Stratified sampling for stochastic transparency", Computer
Graphics Forum 30, 1197-1204.

Owen, A. B. (1995), "Randomly permuted (t,m,s)-nets and (t,s)-sequences", in "Monte Carlo and
Quasi-Monte Carlo Methods in Scientific Computing".

Vegdahl, N. (2021), "Building a better LK hash", psychopath.io.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BITS = 32
FIRST_FREE = 64
COLUMNS = FIRST_FREE + 1024

_HORIZONS = ("short_horizon", "medium_horizon", "long_horizon", "genome")
_PRESET_HYPOTHESES = ("lifetime", *_HORIZONS, "evolution")
_TUNED = ("medium_horizon", "long_horizon")
_MIX = ("fine_tuning_share", "fine_tuning_horizon_s", "pretraining_horizon_s")
FIXED_COLUMNS: dict[str, int] = {
    name: column
    for column, name in enumerate(
        (
            "algorithms.speed",
            "algorithms.transfer",
            "algorithms.max_oom",
            "hardware.flop_per_usd",
            "spending.largest_run_usd",
            "hardware.speed",
            "spending.speed",
            "algorithms.halving_shift_years",
            "spending.max_share_of_gdp",
            "hardware.max_flop_per_usd",
            "economy.growth_per_year",
            "economy.largest_economy_gdp_usd",
            "lag.training_years",
            "lag.deployment_years",
            *(f"hypotheses.{name}.algorithms.speed" for name in _PRESET_HYPOTHESES),
            *(f"hypotheses.{name}.algorithms.max_oom" for name in _PRESET_HYPOTHESES),
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
            "hypotheses.lifetime.lifetime_s",
            "network.flop_per_parameter_per_subj_s",
            "scaling.reference_parameters",
            "none",
            "evidence.run_softness_oom",
            "hypothesis",
            *(f"hypotheses.{name}.{key}" for name in _TUNED for key in _MIX),
            "hypotheses.loss.loss_above_irreducible",
            "unhobbling.max_oom",
            "algorithms.compute_share",
            "data.algorithms_save",
            "data.stock_tokens",
            "data.speed",
            "hypotheses.scientist.training_flop",
            "hypotheses.scientist.algorithms.speed",
            "hypotheses.scientist.algorithms.max_oom",
            "hypotheses.direct_approach.training_flop",
        )
    )
}
"""Columns of the names that the presets use. Append only: moving a name moves results."""

FIRST_OF_REQUIREMENTS = FIXED_COLUMNS["brain.flop_per_s"]


def assign_columns(names: Iterable[str], replicate: int = 0) -> dict[str, int | None]:
    """Give each name a column, whatever their order.

    Of two names that hash to the same one, the later in the alphabet gets None.
    """
    columns: dict[str, int | None] = {}
    taken: set[int] = set()
    for name in sorted(names):
        column = FIXED_COLUMNS.get(name)
        if column is None:
            first, stride = _hashed(name)
            column = FIRST_FREE + (first + replicate * stride) % (COLUMNS - FIRST_FREE)
        columns[name] = None if column in taken else column
        taken.add(column)
    return columns


@lru_cache(maxsize=4096)
def _hashed(name: str) -> tuple[int, int]:
    """Return where a name's columns begin, and their stride: odd, so that it meets them all."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    rest, first = divmod(int.from_bytes(digest, "big"), COLUMNS - FIRST_FREE)
    return first, rest % (COLUMNS - FIRST_FREE) | 1


def without_trends(columns: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return columns for inputs of requirements alone: the lowest ones, where no trend is drawn."""
    return {
        name: column - FIRST_OF_REQUIREMENTS
        if column is not None and FIRST_OF_REQUIREMENTS <= column < FIRST_FREE
        else column
        for name, column in columns.items()
    }


@lru_cache(maxsize=1)
def directions() -> NDArray[np.uint32]:
    """Direction numbers, one row a column of points, made by ``tools/sobol_directions.py``."""
    table: NDArray[np.uint32] = np.load(Path(__file__).with_name("sobol_directions.npy"))
    return table


def pattern(column: int, size: int) -> NDArray[np.uint32]:
    """First ``size`` points of a column as integers; size is a power of two.

    In Gray-code order, point n is the exclusive-or of the direction numbers at the set bits of
    n ^ (n >> 1), so each doubling mirrors what is there and flips one direction.
    """
    points = np.zeros(1, dtype=np.uint32)
    for direction in directions()[column, : size.bit_length() - 1]:
        points = np.concatenate([points, points[::-1] ^ direction])
    return points


@lru_cache(maxsize=4096)
def offset(column: int, start: int) -> int:
    """Integer by which points from ``start`` on differ from those from 0 on.

    ``start`` is a multiple of the length that is read; the Gray code is linear in exclusive-or.
    """
    gray, result = start ^ (start >> 1), 0
    for bit in range(gray.bit_length()):
        if gray >> bit & 1:
            result ^= int(directions()[column, bit])
    return result


@lru_cache(maxsize=256)
def _mirrored(columns: tuple[int, ...], size: int) -> NDArray[np.uint32]:
    """``pattern`` of each column with the bits of each point from last to first."""
    points = reversed_bits(np.array([pattern(column, size) for column in columns]))
    points.flags.writeable = False
    return points


def reversed_bits(x: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return numbers with their 32 bits from last to first."""
    return _reverse(x.copy(), np.empty_like(x))


def _reverse(x: NDArray[np.uint32], spare: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Do the same in place."""
    for shift, mask in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F)):
        np.right_shift(x, np.uint32(shift), out=spare)
        spare &= np.uint32(mask)
        x &= np.uint32(mask)
        x <<= np.uint32(shift)
        x |= spare
    return x.byteswap(inplace=True)


def scrambled(
    columns: Sequence[int], start: int, size: int, words: Sequence[tuple[int, int]]
) -> NDArray[np.uint32]:
    """Return points from ``start`` on, each column with a nested scramble of its own.

    Parameters
    ----------
    columns
        Numbers of the sequences.
    start, size
        Which points: ``size`` is a power of two, and ``start`` a multiple of it.
    words
        Two words of 32 bits for each column, which make its scramble.

    Returns
    -------
    array of uint32
        Shape (column, size).

    Notes
    -----
    In mirrored numbers a permutation of which each bit hangs on lower bits alone permutes the
    halves, quarters, ... of the unit interval, which keeps a net a net. That of Laine and Karras
    (2011), with Vegdahl's constants (2021), comes near to Owen's (1995), where each permutation is
    drawn by itself. The last shift makes each point exactly uniform. Two rounds: with one, flips
    of neighbouring intervals hang together a little more than chance has it.
    """
    x = _mirrored(tuple(columns), size)
    both = np.array(words, dtype=np.uint32)[:, :, np.newaxis]
    if start:
        moved = np.array([[offset(column, start)] for column in columns], dtype=np.uint32)
        x = x ^ reversed_bits(moved)
    x, spare = x.copy(), np.empty_like(x)
    for word in (both[:, 0], both[:, 1]):
        _spread(x, 0x3D20ADEA, spare)
        x += word
        x *= (word >> np.uint32(16)) | np.uint32(1)
        _spread(x, 0x05526C56, spare)
        _spread(x, 0x53A22864, spare)
    x = _reverse(x, spare)
    x ^= both[:, 1]
    return x


def _spread(x: NDArray[np.uint32], factor: int, spare: NDArray[np.uint32]) -> None:
    """Let higher bits hang on lower ones: an even factor leaves the lowest as it is."""
    np.multiply(x, np.uint32(factor), out=spare)
    x ^= spare
