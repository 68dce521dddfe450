"""Moments of an output given some of its inputs, which may be correlated or weighted.

For the sets S of inputs that sensitivity analysis asks about, Var(Y) = Var(E[Y | X_S]) +
E[Var(Y | X_S)]. Both parts are estimated by nested draws: an outer draw of all inputs, and for each
several inner draws of the inputs outside S given those in S. Draws that count by a weight w (an
update, a likelihood) make inputs depend on each other; all moments are of the weighted draws.

References
----------
Song, E., Nelson, B. L. and Staum, J. (2016), "Shapley effects for global sensitivity analysis:
theory and computation", SIAM/ASA J. Uncertainty Quantification 4, 1060-1083.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from bioanchors.parameters import CorrelatedGroup
from bioanchors.sampling import Streams
from bioanchors.sampling.copula import LARGEST, SMALLEST

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Output = Callable[[Mapping[str, Array]], tuple[Array, Array]]


@dataclass(frozen=True)
class Problem:
    """An output as a function of uniforms.

    Attributes
    ----------
    names
        Inputs.
    output
        From uniforms, by name and of shape (draw,), to the output and to what each draw counts.
    correlations
        Groups of correlated inputs, on the normal scale; the others are independent.
    """

    names: tuple[str, ...]
    output: Output
    correlations: tuple[CorrelatedGroup, ...] = ()


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over the inner draws of each outer draw, shape (outer,).

    Attributes
    ----------
    weight
        Mean weight given what is known.
    mean
        Weighted mean of the output, times ``weight``.
    square
        Weighted mean of its square, times ``weight``.
    within
        Variance given what is known, times ``weight``.
    """

    weight: Array
    mean: Array
    square: Array
    within: Array


class Nested:
    """Nested draws of a problem: outer draws that stay, inner draws for each set that is known.

    Parameters
    ----------
    problem
        What is drawn.
    seed
        Of the streams, named as everywhere: Sobol' points outside, pseudo-random numbers inside.
    replicate
        Which of the independent repetitions.
    outer, inner
        Draws; those outside a power of two.
    """

    def __init__(self, problem: Problem, seed: int, replicate: int, outer: int, inner: int) -> None:
        self.problem, self.outer, self.inner = problem, outer, inner
        self._replicate = replicate
        self._streams = Streams(problem.names, seed, "random", problem.correlations)
        # Even outer draws lower errors by about a third; the inner ones are too many for it.
        even = Streams(problem.names, seed, "sobol", problem.correlations)
        self._first = even.all_uniforms(problem.names, replicate, 0, outer)

    def moments(self, known: Mask, label: int) -> Moments:
        """Return moments given the inputs that are known.

        Parameters
        ----------
        known
            For each outer draw and input, shape (outer, input), or (input,) for all alike.
        label
            Number of the inner draws, above 0; the same number draws the same again.
        """
        known = np.broadcast_to(known, (self.outer, len(self.problem.names)))
        uniforms = self._inner(known, label)
        y, w = self.problem.output(uniforms)
        shape = (self.outer, self.inner)
        y, w = np.broadcast_to(y, (shape[0] * shape[1],)), np.broadcast_to(w, shape[0] * shape[1])
        y, w = y.reshape(shape), w.reshape(shape)
        w1, w2 = w.sum(axis=1), (w**2).sum(axis=1)
        y1, y2 = (w * y).sum(axis=1), (w * y**2).sum(axis=1)
        pairs = w1**2 - w2
        with np.errstate(divide="ignore", invalid="ignore"):
            # Half the squared difference of two inner draws, over all pairs.
            within = np.where(pairs > 1e-12 * w1**2, (w1 * y2 - y1**2) / pairs, 0.0)
        within = np.maximum(within, 0.0)
        n = float(self.inner)
        return Moments(w1 / n, y1 / n, y2 / n, within * w1 / n)

    def _inner(self, known: Mask, label: int) -> dict[str, Array]:
        names, count = self.problem.names, self.outer * self.inner
        fresh = self._streams.all_uniforms(names, self._replicate, label, count)
        result = {}
        for i, name in enumerate(names):
            kept = np.repeat(known[:, i], self.inner)
            result[name] = np.where(kept, np.repeat(self._first[name], self.inner), fresh[name])
        for group in self.problem.correlations:
            places = [names.index(name) for name in group.names]
            self._condition(group, known[:, places], label, result)
        return result

    def _condition(
        self, group: CorrelatedGroup, known: Mask, label: int, result: dict[str, Array]
    ) -> None:
        """Draw the members of a group that are not known, given those that are."""
        own = Streams(group.names, self._streams.seed, "random")
        count = self.outer * self.inner
        free = np.array(
            [ndtri(own.uniforms(name, self._replicate, label, count)) for name in group.names]
        )
        first = np.array([ndtri(self._first[name]) for name in group.names])
        patterns, which = np.unique(known, axis=0, return_inverse=True)
        for p, pattern in enumerate(patterns):
            if pattern.all() or not pattern.any():
                continue
            rows = np.flatnonzero(which.ravel() == p)
            inner = (rows[:, np.newaxis] * self.inner + np.arange(self.inner)).ravel()
            inside = group.normal[np.ix_(pattern, pattern)]
            across = group.normal[np.ix_(~pattern, pattern)] @ np.linalg.pinv(inside)
            rest = group.normal[np.ix_(~pattern, ~pattern)]
            left = rest - across @ group.normal[np.ix_(pattern, ~pattern)]
            values, vectors = np.linalg.eigh(left)
            root = vectors * np.sqrt(np.maximum(values, 0.0))
            mean = np.repeat(across @ first[pattern][:, rows], self.inner, axis=1)
            drawn = mean + root @ free[~pattern][:, inner]
            for name, z in zip(np.array(group.names)[~pattern], drawn, strict=True):
                result[str(name)][inner] = np.clip(ndtr(z), SMALLEST, LARGEST)


def mask(names: Sequence[str], known: Sequence[str]) -> Mask:
    """Return which of the names are known."""
    chosen = set(known)
    return np.array([name in chosen for name in names], dtype=np.bool_)
