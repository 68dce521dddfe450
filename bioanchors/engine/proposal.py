"""Draws of the trends from near what was observed of them.

Observations are nearly linear in the inputs' normal scores z. With their misses m(z), in standard
errors, the posterior is about normal, with its mode where |z|^2 + |m(z)|^2 is least and with the
precision I + J^T J there. Points are drawn from that proposal q and as many from the prior p, and
each counts by p / (a p + (1 - a) q) times its likelihood, with a the share of the prior's points:
at most 1/a, so that a proposal that does not fit costs points, not truth.

References
----------
Cornuet, J.-M., Marin, J.-M., Mira, A. and Robert, C. P. (2012), "Adaptive multiple importance
sampling", Scand. J. Stat. 39, 798-812.

Hesterberg, T. (1995), "Weighted average importance sampling and defensive mixture distributions",
Technometrics 37, 185-194.

Veach, E. and Guibas, L. (1995), "Optimally combining sampling techniques for Monte Carlo
rendering", SIGGRAPH 95: the balance heuristic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from bioanchors.engine.modes import REACHES, Normals, modes
from bioanchors.engine.sums import Array
from bioanchors.model.curves import Value
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs, Input
from bioanchors.model.trends import Trends
from bioanchors.sampling import Draws, Streams

PILOT, ROUNDS = 1024, 2
WIDER = 1.3
"""Factor on the spread of what is not matched yet."""


class Proposal:
    """A normal distribution of the trends' independent scores, before their copula.

    Or a mixture of a few, where observations that contradict the prior may be explained in several
    ways.

    Parameters
    ----------
    model, hypothesis, own
        Whose observations, as for ``Model.misses``.
    inputs, streams
        The trends' inputs and their streams.
    spare
        Name of a stream that no trend reads, by which draws choose among several modes; without it
        there is one.

    Attributes
    ----------
    names
        Of the random inputs, in the order of scores.
    rows
        The same and, where there are several modes, the spare stream.
    conflict
        Root of the least |z|^2 + |m|^2: of one observation that is linear in z, by how many
        standard errors it misses what the prior predicts.
    """

    def __init__(
        self,
        model: Model,
        hypothesis: HypothesisInputs,
        own: bool,
        inputs: Mapping[str, Input],
        streams: Streams,
        spare: str | None = None,
    ) -> None:
        self._inputs, self._streams = inputs, streams
        self.names = self.rows = random_names(inputs)

        def misses(trends: Trends, size: int) -> Array:
            found = model.misses(hypothesis, trends, own)
            return np.array([np.broadcast_to(np.ravel(m), (size,)) for m in found])

        def at(scores: Array) -> Array:
            return misses(model.trends(self.draws(scores)), scores.shape[1])

        self._model, self._misses = model, misses
        size = len(self.names)
        # A ceiling or a rare component may be reached along one input alone, far from the middle.
        axes = np.concatenate([reach * np.eye(size) for reach in REACHES], axis=1)
        least, found, shares = modes(at, np.concatenate([self._pilot(), axes], axis=1))
        self.conflict = float(np.sqrt(least))
        if spare is None:
            found, shares = found[:1], np.ones(1)
        if len(found) > 1:
            self.rows = [*self.names, str(spare)]
        self._normals = Normals([each.wider(WIDER) for each in found], shares)

    @classmethod
    def near(cls, model: Model, inputs: Mapping[str, Input], streams: Streams) -> Proposal | None:
        """Return a proposal for the trends' inputs, or None where observations say nothing of one.

        Parameters
        ----------
        model, inputs, streams
            As of a proposal.
        """
        hypotheses, names = model.spec.hypotheses, random_names(inputs)
        # Algorithms that differ would each need points of their own, which does not pay.
        own = len({hypothesis.measured_key for hypothesis in hypotheses}) == 1
        # What is tied to a requirement is drawn with it.
        if not model.observed(own) or set(streams.with_groups(names)) != set(names):
            return None
        # Points of the requirements are others, so that their streams are free here.
        free = {*model.spec.inputs} - {*model.spec.trends} - {*inputs}
        spare = min((name for name in free if streams.with_groups([name]) == [name]), default=None)
        return cls(model, hypotheses[0], own, inputs, streams, spare)

    @property
    def mean(self) -> Array:
        """Mean of the scores near the first mode, (name,)."""
        return self._normals.parts[0].mean

    @property
    def covariance(self) -> Array:
        """Covariance of the scores there, (name, name), nowhere wider than the prior.

        Between modes there is nothing, and one normal distribution over all of them is none.
        """
        root = self._normals.parts[0].root
        values, vectors = np.linalg.eigh(root @ root.T)
        return np.asarray((vectors * np.minimum(values, 1.0)) @ vectors.T)

    def _pilot(self, number: int = 0) -> Array:
        """Return scores of the prior, from replicates of their own.

        So that those of the estimate stay independent, given the proposal.
        """
        return self._streams.scores(self.rows, -1 - number, 0, PILOT)

    def match(self, left: Callable[[Trends, int], Array]) -> None:
        """Take mean and covariance of weighted draws, twice: ceilings bend what is observed.

        Parameters
        ----------
        left
            From the trends of so many draws to what the rest of the evidence leaves of each,
            (draw,).
        """

        def log_density(scores: Array) -> Array:
            size = scores.shape[1]
            trends = self._model.trends(self.draws(scores))
            rest = np.maximum(left(trends, size), 1e-300)
            return np.asarray(np.log(rest) - 0.5 * (self._misses(trends, size) ** 2).sum(axis=0))

        size = len(self.names)
        drawn = [self._pilot()[:size]]
        densities = [log_density(drawn[0])]
        past = [Normals.standard(size)]
        for number in range(ROUNDS):
            drawn.append(self.move(self._pilot(1 + number))[:size])
            densities.append(log_density(drawn[-1]))
            past.append(self._normals)
            scores = np.concatenate(drawn, axis=1)
            # Each draw counts by the mixture of all that were drawn from.
            mixed = np.logaddexp.reduce([normals.log_ratio(scores) for normals in past], axis=0)
            weight = np.concatenate(densities) - mixed
            self._normals = self._normals.matched(scores, np.exp(weight - weight.max()))

    def draws(self, scores: Array) -> Draws:
        """Return the inputs' draws, as columns, at scores (name, draw)."""
        return Columns(self._inputs, self._streams.from_scores(self.names, scores))

    def move(self, scores: Array) -> Array:
        """Return scores of the proposal from those of the prior, (row, draw)."""
        size = len(self.names)
        if len(self.rows) == size:
            return self._normals.move(scores, None)
        moved = self._normals.move(scores[:size], ndtr(scores[size]))
        return np.concatenate([moved, scores[size:]])

    def unmoved(self, row: int, uniform: float) -> list[float]:
        """Return which uniforms of an input each mode moves to the one given.

        With the scores of all others 0.
        """
        return [
            float(ndtr((ndtri(uniform) - part.mean[row]) / part.root[row, row]))
            for part in self._normals.parts
        ]

    def log_ratio(self, scores: Array) -> Array:
        """Return log q - log p at scores (row, draw), shape (draw,)."""
        return self._normals.log_ratio(scores[: len(self.names)])


class Columns(Mapping[str, Value]):
    """Draws of inputs, (draw, 1), each made when it is asked for: few are for what was observed."""

    def __init__(self, inputs: Mapping[str, Input], uniforms: Mapping[str, Array]) -> None:
        self._inputs, self._uniforms = inputs, uniforms
        self._made: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._made:
            item = self._inputs[name]
            self._made[name] = (
                item.values(self._uniforms[name])[:, np.newaxis] if item.is_random else item.point
            )
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)


def random_names(inputs: Mapping[str, Input]) -> list[str]:
    """Return the names of the inputs that are random."""
    return [name for name, item in inputs.items() if item.is_random]
