"""Uniforms by name: a parameter's draws depend on the seed and its name alone."""

from __future__ import annotations

import copy
import hashlib
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from bioanchors.model.spec import CorrelatedGroup, Spec
from bioanchors.sampling.copula import LARGEST, SMALLEST, correlate, factor
from bioanchors.sampling.sobol import (
    BITS,
    FIRST_FREE,
    assign_columns,
    directions,
    scrambled,
    without_trends,
)

Array = NDArray[np.float64]

BLOCK = 65_536
"""Draws computed at a time. A constant, so that results do not depend on threads or memory; long
enough that two threads seldom wait for the interpreter."""

TOGETHER = 2**15
"""Points scrambled at a time: many short columns at once, long ones by themselves."""

Replicates = int | range
"""One, or several whose draws follow one another."""

SAMPLERS = ("sobol", "random")
MOST_POINTS = 2**30
FEWEST_REPLICATES, MOST_REPLICATES = 2, 2**12


@dataclass(frozen=True, slots=True)
class Plan:
    """How many points, in which replicates and blocks.

    Attributes
    ----------
    replicates
        Independent repetitions, from whose spread the errors come.
    points
        Points of each replicate, a power of two.
    block
        Points computed at a time.
    """

    replicates: int
    points: int
    block: int

    @classmethod
    def of(cls, points: int, replicates: int) -> Plan:
        """Plan at least ``points`` in all, rounded up to replicates x a power of two.

        Raises
        ------
        ValueError
            If there are too few or too many replicates or points.
        """
        if not FEWEST_REPLICATES <= replicates <= MOST_REPLICATES:
            raise ValueError(
                f"replicates must be from {FEWEST_REPLICATES} to {MOST_REPLICATES}, "
                f"found {replicates}"
            )
        if not 1 <= points <= MOST_POINTS:
            raise ValueError(f"points must be from 1 to {MOST_POINTS}, found {points}")
        each = 1 << max(0, (-(-points // replicates) - 1).bit_length())
        return cls(replicates, each, min(each, BLOCK))

    @property
    def total(self) -> int:
        """Points of all replicates together."""
        return self.replicates * self.points

    @property
    def jobs(self) -> list[tuple[int, int]]:
        """Replicate and block number of every block, in the order in which they are added up."""
        return [(r, b) for r in range(self.replicates) for b in range(self.points // self.block)]


NONE = "none"
"""Name of the stream of the year in which "none" lets go."""


class Streams:
    """Named streams of uniforms in (0, 1).

    Parameters
    ----------
    names
        Names of all streams, in the order of the file.
    seed
        Any whole number.
    correlations
        Groups of names and their correlations on the normal scale.
    sampler
        ``"sobol"``: each name reads its own column of Sobol' points (in each replicate another one
        where no preset has the name), with a nested scramble keyed by seed, replicate and name.
        ``"random"``: pseudo-random numbers keyed alike.

    Notes
    -----
    u = (scrambled point + 1/2) / 2^32, so u is never 0 or 1. Every point is uniform over the
    scrambles, so each replicate's mean is unbiased, and replicates are independent. A shift of all
    points alike would do for that, but leaves each replicate one of a few errors, so that the
    spread of eight may be tiny where all are wrong alike. So would two columns that are uneven
    together, if all replicates read them.

    References
    ----------
    Owen, A. B. (2023), "Practical Quasi-Monte Carlo Integration", ch. 17: scrambled nets.
    """

    def __init__(
        self,
        names: Iterable[str],
        seed: int,
        sampler: str = "sobol",
        correlations: Iterable[CorrelatedGroup] = (),
    ) -> None:
        if sampler not in SAMPLERS:
            raise ValueError(f"sampler must be one of {', '.join(SAMPLERS)}, found {sampler!r}")
        self.seed = seed
        self.sampler = sampler
        self._names, self._requirements_alone = tuple(names), False
        self._columns: dict[int, dict[str, int | None]] = {}
        self._groups = {
            name: (members, lower)
            for group in correlations
            for members, lower in (self._factored(group),)
            for name in members
        }

    @classmethod
    def of(cls, spec: Spec, seed: int, sampler: str = "sobol") -> Streams:
        """Return the streams of a file's inputs, and of "none"."""
        return cls([*spec.inputs, NONE], seed, sampler, spec.correlations)

    def without_column(self, replicates: int) -> tuple[str, ...]:
        """Return names whose column is taken in one of so many replicates: pseudo-random there."""
        if self.sampler != "sobol":
            return ()
        each = [self._columns_of(replicate) for replicate in range(replicates)]
        return tuple(n for n in self._names if any(columns[n] is None for columns in each))

    def _columns_of(self, replicate: int) -> dict[str, int | None]:
        """Return the columns that names read in a replicate; None for pseudo-random numbers."""
        found = self._columns.get(replicate)
        if found is None:
            found = assign_columns(self._names, replicate)
            if self._requirements_alone:
                found = without_trends(found)
            self._columns[replicate] = found
        return found

    def _factored(self, group: CorrelatedGroup) -> tuple[tuple[str, ...], Array]:
        """Return a group's names by their columns, so that the file's order says nothing."""

        def place(name: str) -> tuple[float, str]:
            column = self._columns_of(0).get(name)
            return (math.inf if column is None or column >= FIRST_FREE else column, name)

        members = tuple(sorted(group.names, key=place))
        rows = [group.names.index(name) for name in members]
        return members, factor(group.normal[np.ix_(rows, rows)])

    def without_trends(self) -> Streams:
        """Return the same streams for inputs of requirements alone, on the most even columns.

        What is drawn of them must not be joined with what is drawn of these.
        """
        other = copy.copy(self)
        other._requirements_alone, other._columns = True, {}
        return other

    def uniforms(self, name: str, replicate: int, block: int, size: int) -> Array:
        """Return one block of a stream.

        Parameters
        ----------
        name
            One of the names given at the start.
        replicate, block
            Which block of which replicate.
        size
            Points of a block, a power of two.

        Returns
        -------
        array
            Uniforms in (0, 1), shape (size,).
        """
        return self.all_uniforms([name], replicate, block, size)[name]

    def all_uniforms(
        self, names: Iterable[str], replicate: Replicates, block: int, size: int
    ) -> dict[str, Array]:
        """Return one block of several streams; those of a group are made at once.

        Of several replicates, one after the other: shape (replicate x size,).
        """
        every = self.with_groups(names)
        own = self._independent(every, replicate, block, size)
        result = dict(zip(every, own, strict=True))
        for members, lower in dict(self._groups.values()).items():
            if members[0] in result:
                together = np.array([result[name] for name in members])
                result.update(zip(members, correlate(together, lower), strict=True))
        return result

    def scores(self, names: Sequence[str], replicate: Replicates, block: int, size: int) -> Array:
        """Return independent normal scores of streams, before their copula, (name, draw)."""
        return ndtri(self._independent(names, replicate, block, size))

    def from_scores(self, names: Sequence[str], scores: Array) -> dict[str, Array]:
        """Return uniforms of streams, of which whole groups must be named, from their scores."""
        scores, at = scores.copy(), {name: i for i, name in enumerate(names)}
        for group, lower in dict(self._groups.values()).items():
            if group[0] in at:
                rows = [at[name] for name in group]
                scores[rows] = lower @ scores[rows]
        uniforms = np.clip(ndtr(scores), SMALLEST, LARGEST)
        return dict(zip(names, uniforms, strict=True))

    def key(self, names: Iterable[str], replicates: int) -> tuple[object, ...]:
        """Return all that uniforms of some streams hang on in so many replicates, by value."""
        own = sorted(self.with_groups(names))
        each = [self._columns_of(replicate) for replicate in range(replicates)]
        columns = tuple(tuple(columns[name] for name in own) for columns in each)
        groups = tuple(
            (members, lower.tobytes()) for members, lower in self.groups() if members[0] in own
        )
        return (self.seed, self.sampler, tuple(own), columns, groups)

    def sequence(self, name: str, replicate: int) -> tuple[list[int], tuple[int, int]]:
        """Return what a stream's Sobol' points are made of: direction numbers, and its scramble.

        A name whose column was taken has those of the column all the same.
        """
        words = divmod(self._key(BITS // 4, name, replicate), 1 << BITS)
        column = self._columns_of(replicate)[name]
        return [int(each) for each in directions()[FIRST_FREE if column is None else column]], words

    def groups(self) -> list[tuple[tuple[str, ...], Array]]:
        """Return the correlated names, and the lower triangle that makes them so, of each group."""
        return list(dict(self._groups.values()).items())

    def with_groups(self, names: Iterable[str]) -> list[str]:
        """Return names and all that share a group with one of them."""
        result = dict.fromkeys(names)
        for name in list(result):
            result |= dict.fromkeys(self._groups[name][0] if name in self._groups else ())
        return list(result)

    def _independent(
        self, names: Sequence[str], replicate: Replicates, block: int, size: int
    ) -> Array:
        """Return uniforms before the copula, (name, draw)."""
        replicates = replicate if isinstance(replicate, range) else [replicate]
        places = list(itertools.product(names, replicates))
        result = np.empty((len(places), size))
        most = max(1, TOGETHER // size)
        columns: list[int] = []
        words: list[tuple[int, int]] = []
        rows: list[int] = []

        def scramble() -> None:
            # Rows that follow one another are filled in place.
            whole = rows == list(range(rows[0], rows[-1] + 1))
            part = result[rows[0] : rows[-1] + 1] if whole else np.empty((len(rows), size))
            np.add(scrambled(columns, block * size, size, words), 0.5, out=part)
            part *= 2.0**-BITS
            if not whole:
                result[rows] = part
            for each in (columns, words, rows):
                each.clear()

        for row, (name, number) in enumerate(places):
            column = self._columns_of(number)[name]
            if self.sampler == "random" or column is None:
                key = self._key(16, name, number, block)
                uniforms = np.random.Generator(np.random.Philox(key=key)).random(size)
                result[row] = np.maximum(uniforms, 2.0**-54)
                continue
            columns.append(column)
            words.append(divmod(self._key(BITS // 4, name, number), 1 << BITS))
            rows.append(row)
            if len(rows) == most:
                scramble()
        if rows:
            scramble()
        return result.reshape(len(names), len(replicates) * size)

    def _key(self, length: int, *parts: object) -> int:
        text = "\0".join(str(part) for part in (self.seed, *parts))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=length).digest(), "big")
