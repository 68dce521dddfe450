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

from bioanchors.engine.sums import Array
from bioanchors.model.curves import Value
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs, Input
from bioanchors.model.trends import Trends
from bioanchors.sampling import Draws, Streams

Misses = Callable[[Array], Array]
"""From scores (name, draw) to misses in standard errors (observation, draw)."""

STEP = 0.25
"""Half the distance in z over which slopes are taken: a mixture's quantiles have corners."""

TRIES = 30
BLURS = (64.0, 16.0, 4.0)
"""Factors on the observations' standard errors, one after the other."""

REACHES = (-5.0, -3.0, 3.0, 5.0)
STARTS = 4
"""Scores of one input, and how many of all candidates, from which a mode is sought."""

PILOT, ROUNDS = 1024, 2
WIDER, WIDER_AT_LAST = 1.3, 1.05
"""Factors on the spread: too wide a proposal costs less than one too narrow."""

FARTHEST = 6.0
TRUSTED = 4
"""Effective draws for each input at which half of a new covariance is believed."""


class Proposal:
    """A normal distribution of the trends' independent scores, before their copula.

    Parameters
    ----------
    model, hypothesis, own
        Whose observations, as for ``Model.misses``.
    inputs, streams
        The trends' inputs and their streams.

    Attributes
    ----------
    names
        Of the random inputs, in the order of scores.
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
    ) -> None:
        self._inputs, self._streams = inputs, streams
        self.names = random_names(inputs)

        def misses(trends: Trends, size: int) -> Array:
            found = model.misses(hypothesis, trends, own)
            return np.array([np.broadcast_to(np.ravel(m), (size,)) for m in found])

        def at(scores: Array) -> Array:
            return misses(model.trends(self.draws(scores)), scores.shape[1])

        self._model, self._misses = model, misses
        size = len(self.names)
        # A ceiling or a rare component may be reached along one input alone, far from the middle.
        axes = np.concatenate([reach * np.eye(size) for reach in REACHES], axis=1)
        least, mode, root = _mode(at, np.concatenate([self._pilot(), axes], axis=1))
        self.conflict = float(np.sqrt(least))
        self._normal = _Normal(mode, WIDER * root)

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
        return cls(model, hypotheses[0], own, inputs, streams)

    @property
    def mean(self) -> Array:
        """Mean of the scores, (name,)."""
        return self._normal.mean

    @property
    def covariance(self) -> Array:
        """Covariance of the scores, (name, name), nowhere wider than the prior."""
        values, vectors = np.linalg.eigh(self._normal.root @ self._normal.root.T)
        return np.asarray((vectors * np.minimum(values, 1.0)) @ vectors.T)

    def _pilot(self, number: int = 0) -> Array:
        """Return scores of the prior, from replicates of their own.

        So that those of the estimate stay independent, given the proposal.
        """
        return self._streams.scores(self.names, -1 - number, 0, PILOT)

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

        drawn = [self._pilot()]
        densities = [log_density(drawn[0])]
        past = [_Normal(np.zeros(len(self.names)), np.eye(len(self.names)))]
        for number in range(ROUNDS):
            drawn.append(self.move(self._pilot(1 + number)))
            densities.append(log_density(drawn[-1]))
            past.append(self._normal)
            scores = np.concatenate(drawn, axis=1)
            # Each draw counts by the mixture of all that were drawn from.
            mixed = np.logaddexp.reduce([normal.log_ratio(scores) for normal in past], axis=0)
            weight = np.concatenate(densities) - mixed
            weight = np.exp(weight - weight.max())
            weight /= weight.sum()
            effective = 1.0 / float(weight @ weight)
            trust = effective / (effective + TRUSTED * len(self.names))
            mean = scores @ weight
            apart = scores - mean[:, np.newaxis]
            before = self._normal
            covariance = trust * (apart * weight) @ apart.T
            covariance += (1.0 - trust) * before.root @ before.root.T
            values, vectors = np.linalg.eigh(covariance)
            root = (vectors * np.sqrt(np.maximum(values, 1e-12))) @ vectors.T
            mean = trust * mean + (1.0 - trust) * before.mean
            self._normal = _Normal(mean, WIDER_AT_LAST * root)

    def draws(self, scores: Array) -> Draws:
        """Return the inputs' draws, as columns, at scores (name, draw)."""
        return Columns(self._inputs, self._streams.from_scores(self.names, scores))

    def move(self, scores: Array) -> Array:
        """Return scores of the proposal from those of the prior."""
        return self._normal.mean[:, np.newaxis] + self._normal.root @ scores

    def unmoved(self, row: int, uniform: float) -> float:
        """Return which uniform of an input is moved to the one given, with all others' scores 0."""
        score = (ndtri(uniform) - self._normal.mean[row]) / self._normal.root[row, row]
        return float(ndtr(score))

    def log_ratio(self, scores: Array) -> Array:
        """Return log q - log p at scores, shape (draw,)."""
        return self._normal.log_ratio(scores)


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


class _Normal:
    """A normal distribution with the symmetric root of its covariance.

    With the symmetric root, directions of which nothing was observed stay on their own columns.
    """

    def __init__(self, mean: Array, root: Array) -> None:
        self.mean, self.root = mean, root
        self._inverse = np.linalg.inv(root)
        self._log_det = float(np.linalg.slogdet(root)[1])

    def log_ratio(self, scores: Array) -> Array:
        """Return its log density less that of the standard normal."""
        white = self._inverse @ (scores - self.mean[:, np.newaxis])
        squares = (scores**2).sum(axis=0) - (white**2).sum(axis=0)
        return np.asarray(0.5 * squares - self._log_det)


def random_names(inputs: Mapping[str, Input]) -> list[str]:
    """Return the names of the inputs that are random."""
    return [name for name, item in inputs.items() if item.is_random]


def _mode(misses: Misses, candidates: Array) -> tuple[float, Array, Array]:
    """Return what ``_laplace`` does, from the best of several starts.

    From the middle with the observations blurred at first, since from far away a sharp one is a
    needle; and as they are from the candidates (name, draw) that come nearest.
    """
    middle = np.zeros(len(candidates))
    for blur in BLURS:
        _, middle, _ = _laplace(lambda scores, blur=blur: misses(scores) / blur, middle)  # type: ignore[misc]
    far = (candidates**2).sum(axis=0) + (misses(candidates) ** 2).sum(axis=0)
    starts = [middle, *candidates[:, np.argsort(far)[:STARTS]].T]
    return min((_laplace(misses, start) for start in starts), key=lambda found: found[0])


def _laplace(misses: Misses, start: Array) -> tuple[float, Array, Array]:
    """Return |z|^2 + |m|^2 at a mode, the mode, and the symmetric root of the covariance there.

    By damped Gauss-Newton.
    """
    size = start.size
    nearby = STEP * np.concatenate([np.zeros((size, 1)), np.eye(size), -np.eye(size)], axis=1)

    def at(z: Array) -> tuple[float, Array, Array]:
        m = misses(z[:, np.newaxis] + nearby)
        slopes = (m[:, 1 : size + 1] - m[:, size + 1 :]) / (2 * STEP)
        return float(z @ z + m[:, 0] @ m[:, 0]), m[:, 0], slopes

    z, damping = start, 0.0
    least, m, slopes = at(z)
    for _ in range(TRIES):
        precision = (1.0 + damping) * np.eye(size) + slopes.T @ slopes
        step = np.linalg.solve(precision, -(z + slopes.T @ m))
        new = np.clip(z + step, -FARTHEST, FARTHEST)
        value, new_m, new_slopes = at(new)
        if value < least:
            gained = least - value
            z, least, m, slopes, damping = new, value, new_m, new_slopes, damping / 4
            if gained < 1e-3:
                break
        elif damping > 1e4:
            break
        else:
            damping = max(1.0, 4 * damping)
    values, vectors = np.linalg.eigh(np.eye(size) + slopes.T @ slopes)
    return least, z, (vectors / np.sqrt(values)) @ vectors.T
