"""Draws of some inputs given others, and moments of outputs given some inputs.

For the sets S of inputs that sensitivity analysis asks about, Var(Y) = Var(E[Y | X_S]) +
E[Var(Y | X_S)]. Both parts are estimated by nested draws: rows of all inputs, and for each row
several inner draws of the inputs outside S given those in S. Draws that count by a weight w (an
update, a likelihood) make inputs depend on each other; all moments are of the weighted draws.

References
----------
Song, E., Nelson, B. L. and Staum, J. (2016), "Shapley effects for global sensitivity analysis:
theory and computation", SIAM/ASA J. Uncertainty Quantification 4, 1060-1083.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from bioanchors.sampling import Streams
from bioanchors.sampling.copula import LARGEST, SMALLEST

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Draws = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Moments:
    """Of outputs, given what is known in each row, shape (output, row).

    Attributes
    ----------
    weight
        Mean weight.
    mean
        Weighted mean, times ``weight``.
    square
        Weighted mean of the square, times ``weight``.
    within
        Variance, times ``weight``.
    """

    weight: Array
    mean: Array
    square: Array
    within: Array

    @classmethod
    def of(cls, weight: Array, mean: Array, square: Array) -> Moments:
        """Return moments from inner draws of conditional ones, shape (..., inner).

        Parameters
        ----------
        weight, mean, square
            What each inner draw counts, and times that the conditional mean of the output and of
            its square.

        Notes
        -----
        With inner draws j of weights w_j and means m_j, the squared mean is too large by the
        variance of the mean of n draws, sum w_j^2 (m_j - m)^2 / ((sum w)^2 - sum w^2).
        """
        n = weight.shape[-1]
        w, wy, wyy = (each.mean(axis=-1) for each in (weight, mean, square))
        with np.errstate(divide="ignore", invalid="ignore"):
            m = np.where(w > 0, wy / w, 0.0)
            pairs = (n * w) ** 2 - (weight**2).sum(axis=-1)
            noise = ((mean - m[..., np.newaxis] * weight) ** 2).sum(axis=-1) / pairs
            noise = np.where(pairs > 1e-12 * (n * w) ** 2, noise, 0.0)
        return cls(w, wy, wyy, wyy - w * (m * m - noise))


class Output(Protocol):
    """What the moments are of: one output, or several at once."""

    def moments(self, draws: Draws, known: Mask, ratio: Array | None) -> Moments:
        """Return moments given what is known.

        Parameters
        ----------
        draws
            Of each input, shape (row, 1) where it is known in all rows, else (row, inner).
        known
            Which inputs are known in which rows, (row, input).
        ratio
            What draws count besides their weights, as ``draws``; None for 1.
        """

    def restart(self) -> None:
        """Be told that new rows follow."""


@dataclass(frozen=True)
class Drawn:
    """An output that is a function of the inputs, drawn jointly.

    Attributes
    ----------
    function
        From draws by name, shape (draw,), to the output and to what each draw counts.
    """

    function: Callable[[Draws], tuple[Array, Array]]

    def moments(self, draws: Draws, known: Mask, ratio: Array | None) -> Moments:
        """Return moments given what is known."""
        shape = np.broadcast_shapes(*(values.shape for values in draws.values()))
        flat = {name: np.broadcast_to(values, shape).ravel() for name, values in draws.items()}
        size = (shape[0] * shape[1],)
        y, w = (np.broadcast_to(each, size).reshape(shape) for each in self.function(flat))
        if ratio is not None:
            w = w * ratio
        return Moments.of(*(each[np.newaxis] for each in (w, w * y, w * y * y)))

    def restart(self) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, eq=False)
class Together:
    """Inputs whose normal scores are jointly normal, and independent of all others.

    Attributes
    ----------
    names
        Names of the inputs.
    correlations
        Of the scores, which have mean 0 and variance 1.
    mean, covariance
        Of the scores as they are drawn, if that is from somewhere else: draws then count by the
        ratio of the densities.
    """

    names: tuple[str, ...]
    correlations: Array
    mean: Array | None = None
    covariance: Array | None = None

    @property
    def drawn(self) -> tuple[Array, Array]:
        """Mean and covariance of the scores as they are drawn."""
        if self.mean is None or self.covariance is None:
            return np.zeros(len(self.names)), self.correlations
        return self.mean, self.covariance


@dataclass(frozen=True)
class Problem:
    """Outputs as functions of inputs.

    Attributes
    ----------
    names
        Inputs.
    output
        Of which moments are asked.
    together
        Inputs that depend on each other; the others are independent.
    quantiles
        Of each input, its quantile function; without one, an input is uniform.
    """

    names: tuple[str, ...]
    output: Output
    together: tuple[Together, ...] = ()
    quantiles: Mapping[str, Callable[[Array], Array]] = field(default_factory=dict)

    def values(self, name: str, uniforms: Array) -> Array:
        """Return an input's values at uniforms of any shape."""
        quantile = self.quantiles.get(name)
        return uniforms if quantile is None else quantile(uniforms)


class Nested:
    """Rows of draws that stay, and inner draws of what is unknown, made once for all sets.

    Parameters
    ----------
    problem
        What is drawn.
    seed
        Of the streams, named as everywhere: Sobol' points for rows, pseudo-random numbers inside.
    replicates
        Independent repetitions, whose rows follow one another.
    block, outer
        Which rows of each, and how many; a power of two.
    inner
        Inner draws of each row.
    """

    def __init__(
        self,
        problem: Problem,
        seed: int,
        replicates: Sequence[int],
        block: int,
        outer: int,
        inner: int,
    ) -> None:
        self.problem, names = problem, problem.names
        self.rows = len(replicates) * outer
        # Even rows lower errors by about a third; the inner draws are too many for it.
        even, random = (Streams(names, seed, sampler) for sampler in ("sobol", "random"))
        rows = [even.all_uniforms(names, r, block, outer) for r in replicates]
        inside = [random.all_uniforms(names, r, block, outer * inner) for r in replicates]
        tied = {name for group in problem.together for name in group.names}
        self._known = {n: np.concatenate([u[n] for u in rows])[:, np.newaxis] for n in names}
        self._fresh = {
            n: np.concatenate([u[n] for u in inside]).reshape(self.rows, inner) for n in names
        }
        self._groups = [
            _Scores(group, self._known, self._fresh, problem) for group in problem.together
        ]
        for drawn in (self._known, self._fresh):
            for name in names:
                if name not in tied:
                    drawn[name] = problem.values(name, drawn[name])
        problem.output.restart()

    def moments(self, known: Mask, inner: int | None = None) -> Moments:
        """Return moments given the inputs that are known.

        Parameters
        ----------
        known
            For each row and input, shape (row, input), or (input,) for all alike.
        inner
            How many of the inner draws are used; all by default.
        """
        names = self.problem.names
        known = np.broadcast_to(known, (self.rows, len(names)))
        draws, ratio = {}, None
        for i, name in enumerate(names):
            draws[name] = _mixed(known[:, i], self._known[name], self._fresh[name][:, :inner])
        for group in self._groups:
            places = [names.index(name) for name in group.names]
            found, counts = group.given(known[:, places], inner)
            draws.update(found)
            if counts is not None:
                ratio = counts if ratio is None else ratio * counts
        return self.problem.output.moments(draws, known, ratio)


def _mixed(known: Mask, rows: Array, fresh: Array) -> Array:
    if known.all():
        return rows
    return np.where(known[:, np.newaxis], rows, fresh) if known.any() else fresh


class _Scores:
    """Normal scores of inputs that depend on each other, of rows and of inner draws.

    Notes
    -----
    Given those of a row that are known, K, a draw of all becomes one of the others by adding
    C_.K C_KK^-1 (z_K of the row - z_K of the draw), which leaves the known ones as the row has them
    (Matheron's rule).
    """

    def __init__(
        self, group: Together, rows: dict[str, Array], fresh: dict[str, Array], problem: Problem
    ) -> None:
        self.names, self._group, self._problem = group.names, group, problem
        mean, self._covariance = group.drawn
        values, vectors = np.linalg.eigh(self._covariance)
        # By the symmetric root the order of the names says nothing.
        root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
        scores = []
        for drawn in (rows, fresh):
            independent = ndtri(np.array([drawn[name] for name in group.names]))
            z = mean[:, np.newaxis, np.newaxis] + np.tensordot(root, independent, 1)
            drawn.update(self._values(z))
            scores.append(z)
        self._rows, self._fresh = scores
        self._ratios = [self._ratio(z) for z in scores]

    def given(self, known: Mask, inner: int | None) -> tuple[dict[str, Array], Array | None]:
        """Return draws given the members that are known, (row, member), and what they count."""
        if known.all() or not known.any():
            ratio = self._ratios[0 if known.all() else 1]
            return {}, ratio if ratio is None else ratio[:, :inner]
        fresh = self._fresh[:, :, :inner]
        patterns, which = np.unique(known, axis=0, return_inverse=True)
        gains = np.array([self._gain(pattern) for pattern in patterns])[which.ravel()]
        z = fresh + np.einsum("rij,jrk->irk", gains, self._rows - fresh)
        z = np.where(known.T[:, :, np.newaxis], self._rows, z)
        # What is known in all rows stays one value for each.
        moved = {name: z[i] for i, name in enumerate(self.names) if not known[:, i].all()}
        return self._values_of(moved), self._ratio(z)

    def _gain(self, known: Mask) -> Array:
        """Return C_.K C_KK^-1 as a matrix over all members."""
        gain = np.zeros((known.size, known.size))
        inside = self._covariance[np.ix_(known, known)]
        gain[:, known] = self._covariance[:, known] @ np.linalg.pinv(inside, hermitian=True)
        return gain

    def _values(self, z: Array) -> dict[str, Array]:
        return self._values_of(dict(zip(self.names, z, strict=True)))

    def _values_of(self, scores: Mapping[str, Array]) -> dict[str, Array]:
        return {
            name: self._problem.values(name, np.clip(ndtr(z), SMALLEST, LARGEST))
            for name, z in scores.items()
        }

    def _ratio(self, z: Array) -> Array | None:
        """Return the density of scores over that by which they are drawn, (row, inner)."""
        group = self._group
        if group.mean is None or group.covariance is None:
            return None
        wanted = _log_density(z, group.correlations)
        apart = z - group.mean[:, np.newaxis, np.newaxis]
        return np.exp(wanted - _log_density(apart, group.covariance))


def _log_density(z: Array, covariance: Array) -> Array:
    """Return a centred normal's log density up to a constant that is the same for all."""
    precision = np.linalg.inv(covariance)
    squares = np.einsum("irk,irk->rk", z, np.tensordot(precision, z, 1))
    return np.asarray(-0.5 * squares - 0.5 * np.linalg.slogdet(covariance)[1])


def mask(names: Sequence[str], known: Sequence[str]) -> Mask:
    """Return which of the names are known."""
    chosen = set(known)
    return np.array([name in chosen for name in names], dtype=np.bool_)
