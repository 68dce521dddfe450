"""Draws of the trends: of the prior and, if there is a proposal, from near what was observed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bioanchors.engine.proposal import Columns, Proposal, random_names
from bioanchors.engine.strata import Stratum, at_places
from bioanchors.engine.sums import KEPT_DRAWS, Array
from bioanchors.engine.weighing import Block
from bioanchors.model.joint import Model
from bioanchors.model.spec import Input
from bioanchors.model.trends import Trends
from bioanchors.sampling import Replicates, Streams, draw_inputs

CHUNK = 262_144
"""Draws times years at a time, of one replicate or of several: fewer calls cost less, but for what
no longer fits into a processor's cache."""

OTHERS = 4
"""Draws of all other inputs with which an input's strata are looked into."""

PRIOR_SHARE = 0.5
"""Of the points that serve the posterior, the share drawn from the prior: weights are at most
1 / PRIOR_SHARE. A smaller one leaves what the proposal misses to luck."""


class TrendDraws:
    """Draws of the trends' inputs.

    Parameters
    ----------
    model, inputs, streams
        What is drawn, and from which uniforms.
    replicates
        Independent repetitions.

    Attributes
    ----------
    random
        Whether any input is.
    proposal
        Where as many draws again come from, if observations say something of the inputs.
    """

    def __init__(
        self, model: Model, inputs: Mapping[str, Input], streams: Streams, replicates: int
    ) -> None:
        self._model, self._inputs, self._streams = model, inputs, streams
        self._replicates = replicates
        self.random = model.spec.is_random(inputs)
        self.proposal = Proposal.near(model, inputs, streams) if self.random else None
        random = random_names(inputs)
        # Of independent scores, in this order: a copula takes all of a group.
        self._names = streams.with_groups(random) if self.proposal is None else self.proposal.rows
        self._last: tuple[tuple[range, int, int], list[Block]] | None = None

    @property
    def sets(self) -> int:
        """Sets of points that serve the posterior: the prior's, and the proposal's if any."""
        return 1 if self.proposal is None else 2

    def known(self) -> Block:
        """Return the one draw of known trends."""
        return Block(self._prior(0, 0, 1), 1)

    def likely(self, points: int) -> Trends:
        """Return trends of so many points, from where most is that the observations leave."""
        if self.proposal is None:
            return self._prior(0, 0, points)
        scores = self._scores(self._replicates, 0, points)
        return self._at(self.proposal.move(scores))

    def blocks(
        self, replicates: range, start: int, stop: int, years: int
    ) -> Iterator[Sequence[Block]]:
        """Yield draws of the points from start to stop, a few at a time.

        Both are powers of two, or start is 0.

        Parameters
        ----------
        replicates
            Of which they are, one after the other.
        start, stop
            Of each replicate.
        years
            Number of years with which they will be crossed.

        Yields
        ------
        sequence of Block
            Of the prior and, if there is one, of the proposal. The last are kept: years are chosen,
            and requirements compared, at the same ones.
        """
        for block, size in _blocks(start, stop, years):
            place = (replicates, block, size)
            if self._last is None or self._last[0] != place:
                self._last = place, self._draw(*place)
            yield self._last[1]

    def _draw(self, replicates: range, block: int, size: int) -> list[Block]:
        number, keep = len(replicates), KEPT_DRAWS - block * size
        if self.proposal is None:
            trends = self._prior(replicates, block, size)
            return [Block(trends, size, keep, replicates=number)]
        prior = self._scores(replicates, block, size)
        # Those of the proposal have keys of their own.
        own = range(self._replicates + replicates.start, self._replicates + replicates.stop)
        moved = self.proposal.move(self._scores(own, block, size))
        return [self._block(prior, keep, number), self._block(moved, keep, number, prior=False)]

    def within_strata(self, points: int) -> Iterator[tuple[Block, Sequence[Stratum]]]:
        """Yield draws within strata of single inputs, and these strata, of each set of points.

        The outermost strata, and those in which the components of a mixture part.

        Parameters
        ----------
        points
            Of a replicate, and hence strata of an input.
        """
        others = self._scores(0, 0, min(OTHERS, points))
        rows = [(row, name) for row, name in enumerate(self._names) if name in self._inputs]
        ends = [stratum for row, _ in rows for stratum in Stratum.ends(row, points)]
        partings = [
            (row, parting)
            for row, name in rows
            if not self._is_tied(name)
            for parting in self._inputs[name].partings
        ]
        strata = [*ends]
        for row, parting in partings:
            strata += Stratum.around(row, points, parting)
        yield self._block(at_places(strata, others)), strata
        if self.proposal is not None:
            strata = [*ends]
            for row, parting in partings:
                for uniform in self.proposal.unmoved(row, parting):
                    strata += Stratum.around(row, points, uniform)
            moved = self.proposal.move(at_places(strata, others))
            yield self._block(moved, prior=False), strata

    def parting_error(self, points: int, looked_into: bool) -> float:
        """Return a bound of the standard error of the shares of draws in mixtures' components.

        Of n points one lies in each stratum of width 1 / n. Where components part inside of a
        stratum, a fraction f into it, all replicates may count alike, and be wrong alike: the count
        above has the variance f (1 - f). As a bound, arrival is taken to hang on it wholly, where
        that is not looked into, or where inputs are correlated, which have no strata.

        Parameters
        ----------
        points
            Of a replicate.
        looked_into
            Whether ``within_strata`` is.
        """
        variance = 0.0
        for name, item in self._inputs.items():
            tied = self._is_tied(name)
            for below in item.partings if tied or not looked_into else ():
                fraction = below if tied else (points * below) % 1.0
                variance += fraction * (1.0 - fraction) * (points if tied else 1.0)
        return math.sqrt(variance / self._replicates) / points

    def _is_tied(self, name: str) -> bool:
        return self._streams.with_groups([name]) != [name]

    def _prior(self, replicate: Replicates, block: int, size: int) -> Trends:
        """Return trends of the prior, draws as columns, to be crossed with years."""
        draws = draw_inputs(self._inputs, self._streams, replicate, block, size)
        return self._model.trends(
            {
                name: values[:, np.newaxis] if isinstance(values, np.ndarray) else values
                for name, values in draws.items()
            }
        )

    def _scores(self, replicate: Replicates, block: int, size: int) -> Array:
        """Return independent normal scores, (name, draw)."""
        return self._streams.scores(self._names, replicate, block, size)

    def _at(self, scores: Array) -> Trends:
        uniforms = self._streams.from_scores(self._names, scores)
        return self._model.trends(Columns(self._inputs, uniforms))

    def _block(self, scores: Array, keep: int = 0, number: int = 1, prior: bool = True) -> Block:
        """Return draws at independent scores of so many replicates."""
        ratio = None if self.proposal is None else _balance(self.proposal.log_ratio(scores))
        return Block(self._at(scores), scores.shape[1] // number, keep, ratio, prior, number)


def _blocks(start: int, stop: int, years: int) -> list[tuple[int, int]]:
    """Return number and size of each block of points."""
    if start == stop:
        return []
    size = stop - start if start == 0 else start
    while size > 1 and size * years > CHUNK:
        size //= 2
    return [(block, size) for block in range(start // size, stop // size)]


def _balance(log_ratio: Array) -> Array:
    """Return p / (a p + (1 - a) q) from log q - log p: at most 1 / a."""
    ratio = np.exp(np.minimum(log_ratio, 700.0))
    return np.asarray(1.0 / (PRIOR_SHARE + (1.0 - PRIOR_SHARE) * ratio))
