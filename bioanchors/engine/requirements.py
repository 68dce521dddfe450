"""CDFs of all requirements, of each replicate: made of draws and convolved terms, and kept.

Many runs of one process are of files that differ in a trend, a weight or the evidence alone: their
requirements are the same to the bit, and are made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.engine.kept import Kept
from bioanchors.engine.stacked import Cdfs
from bioanchors.engine.sums import REQUIREMENT_EDGES, Array
from bioanchors.model.conditional_cdf import Cdf, Collected, ConditionalCdf
from bioanchors.model.convolution import GridCdf, Histogram
from bioanchors.model.curves import Value
from bioanchors.model.joint import Model
from bioanchors.sampling import BLOCK, Streams, draw_inputs

MOST_BYTES = 2**25
"""Of tables kept: some ten of a preset's."""


@dataclass(frozen=True, eq=False)
class Tables:
    """CDFs of all hypotheses' requirements.

    Attributes
    ----------
    cdfs
        Of each replicate, then of each hypothesis: unnormalised, after the low-end update.
    total
        Mass that it leaves, shape (replicate, hypothesis).
    enough
        The CDFs at ``REQUIREMENT_EDGES``, shape (replicate, hypothesis, edge).
    spreads
        About the standard deviation of each hypothesis' requirement, log10 FLOP.
    all_sampled
        Whether some requirement has no smooth term beyond the rarest of its draws.
    """

    cdfs: Sequence[Cdfs]
    total: Array
    enough: Array
    spreads: tuple[float, ...]
    all_sampled: bool

    @property
    def bytes(self) -> int:
        """Memory that they take, about."""
        every = {id(cdf): cdf for each in self.cdfs for cdf in each}
        # A CDF on a grid holds its values and their rises, and so may a stack.
        grids = sum(4 * cdf.values.nbytes for cdf in every.values() if isinstance(cdf, GridCdf))
        return self.total.nbytes + self.enough.nbytes + grids


KEPT: Kept[Tables] = Kept(MOST_BYTES, lambda tables: tables.bytes)


class Requirements:
    """Makes the tables of a model, of more and more points on the same grids.

    Parameters
    ----------
    model, streams
        Whose requirements, and from which uniforms.
    replicates
        Independent repetitions.
    trends_known
        Whether the CDFs are asked at few places only.
    """

    def __init__(self, model: Model, streams: Streams, replicates: int, trends_known: bool) -> None:
        self._model, self._streams = model, streams.without_trends()
        self._replicates, self._trends_known = replicates, trends_known
        self._requirements = [
            model.requirements[hypothesis.name] for hypothesis in model.spec.hypotheses
        ]
        used = {name for requirement in self._requirements for name in requirement.others}
        self._inputs = {name: item for name, item in model.spec.inputs.items() if name in used}
        self._random = model.spec.is_random(used)
        self._first_points = 0
        self._owners: list[ConditionalCdf] = []

    def tables(self, points: int) -> Tables:
        """Return the tables of so many points of each replicate, a power of two."""
        # Grids are chosen by the points that come first.
        self._first_points = self._first_points or points
        return KEPT.get((*self._key, self._first_points, points), lambda: self._made(points))

    @property
    def _key(self) -> tuple[object, ...]:
        """All that tables read, by value."""
        spec = self._model.spec
        asked = tuple((each.kind, each.terms, each.factors) for each in spec.hypotheses)
        names = sorted({name for each in spec.hypotheses for name in each.requirement})
        inputs = tuple(spec.inputs[name] for name in names)
        drawn = self._streams.key(names, self._replicates)
        return (asked, inputs, spec.ramp, drawn, self._replicates, self._trends_known)

    def _made(self, points: int) -> Tables:
        owners = self._chosen()
        shape = (self._replicates, len(owners))
        total, enough = np.empty(shape), np.empty((*shape, REQUIREMENT_EDGES.size))
        cdfs: list[Cdfs] = []
        # Few points of all replicates are drawn at once: calls cost more than they do.
        together = max(1, BLOCK // points)
        for first in range(0, self._replicates, together):
            replicates = range(first, min(first + together, self._replicates))
            collected = [self._collected(owners) for _ in replicates]
            for samples in self._sampled_parts(replicates, points):
                for place, parts in enumerate(collected):
                    for part, sample in zip(parts, samples, strict=True):
                        part.add(_of_one(sample, place, len(replicates)))
            for replicate, parts in zip(replicates, collected, strict=True):
                made: list[Cdf] = []
                for i, part in enumerate(parts):
                    if replicate and not np.ndim(samples[i]):
                        # Nothing of it is sampled, so that it is the same in every replicate.
                        total[replicate, i], enough[replicate, i] = total[0, i], enough[0, i]
                        made.append(cdfs[0][i])
                        continue
                    cdf, total[replicate, i] = part.cdf()
                    enough[replicate, i] = cdf(REQUIREMENT_EDGES)
                    made.append(cdf)
                cdfs.append(Cdfs(made))
        spreads = tuple(owner.spread for owner in owners)
        return Tables(cdfs, total, enough, spreads, any(owner.is_all_sampled for owner in owners))

    def _chosen(self) -> list[ConditionalCdf]:
        """Return what makes each hypothesis' CDFs, with its grid chosen."""
        if not self._owners:
            first = next(self._sampled_parts(range(1), self._first_points))
            self._owners = [
                ConditionalCdf(self._model, hypothesis, sample, self._trends_known)
                for hypothesis, sample in zip(self._model.spec.hypotheses, first, strict=True)
            ]
        return self._owners

    @staticmethod
    def _collected(owners: Sequence[ConditionalCdf]) -> list[Collected]:
        """Return what takes in the sampled parts of one replicate."""
        shared: dict[tuple[object, float], Histogram] = {}
        return [owner.collect(shared) for owner in owners]

    def _sampled_parts(self, replicates: range, points: int) -> Iterator[list[Value]]:
        """Yield each hypothesis' requirement without its added terms, block by block.

        A number, or of each replicate's draws, one replicate after the other.
        """
        size = min(points, BLOCK)
        # Where nothing is sampled one block says it all.
        blocks = points // size if self._random else 1
        for block in range(blocks):
            draws = draw_inputs(self._inputs, self._streams, replicates, block, size)
            # Networks that differ in their horizons alone have one such part between them.
            parts: dict[tuple[object, ...], Value] = {}
            for requirement in self._requirements:
                if requirement.key not in parts:
                    parts[requirement.key] = requirement.rest(draws)
            yield [parts[requirement.key] for requirement in self._requirements]


def _of_one(sample: Value, place: int, replicates: int) -> Value:
    """Return one replicate's draws of several's."""
    return np.reshape(sample, (replicates, -1))[place] if np.ndim(sample) else sample
