"""Where observations put draws of the trends: modes, and normal distributions around them.

References
----------
Cappe, O., Douc, R., Guillin, A., Marin, J.-M. and Robert, C. P. (2008), "Adaptive importance
sampling in general mixture classes", Stat. Comput. 18, 447-459.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import logsumexp

from bioanchors.engine.sums import Array

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

CONFLICT = 2.0
"""Standard errors up to which no other mode is sought: the prior's draws reach it themselves."""

SCAN = np.linspace(-5.0, 5.0, 21)
SCANNED = 6
"""Scores of one input by which others are sought, and from how many at most."""

APART = 3.0
"""Standard deviations of a mode from which on another is one of its own."""

RARE = 1e-3
"""Weight against the first mode's from which on another counts."""

WIDER_AT_LAST = 1.05
"""Factor on the spread: too wide a distribution costs less than one too narrow."""

TRUSTED = 4
"""Effective draws for each input at which half of a new covariance is believed."""

LEAST_SHARE = 0.02
"""Of a part that hardly any weight falls to."""

FARTHEST = 6.0


class Normal:
    """A normal distribution with the symmetric root of its covariance.

    With the symmetric root, directions of which nothing was observed stay on their own columns.
    """

    def __init__(self, mean: Array, root: Array) -> None:
        self.mean, self.root = mean, root
        self._inverse = np.linalg.inv(root)
        self.log_det = float(np.linalg.slogdet(root)[1])

    def white(self, scores: Array) -> Array:
        """Return scores in standard deviations from the mean, independent ones."""
        return np.asarray(self._inverse @ (scores - self.mean[:, np.newaxis]))

    def log_ratio(self, scores: Array) -> Array:
        """Return its log density less that of the standard normal."""
        squares = (scores**2).sum(axis=0) - (self.white(scores) ** 2).sum(axis=0)
        return np.asarray(0.5 * squares - self.log_det)

    def matched(self, scores: Array, weight: Array) -> Normal:
        """Return one with the moments of weighted draws, as far as these can be trusted."""
        if not weight.sum() > 0:
            return self
        weight = weight / weight.sum()
        effective = 1.0 / float(weight @ weight)
        trust = effective / (effective + TRUSTED * self.mean.size)
        mean = scores @ weight
        apart = scores - mean[:, np.newaxis]
        covariance = trust * (apart * weight) @ apart.T
        covariance += (1.0 - trust) * self.root @ self.root.T
        values, vectors = np.linalg.eigh(covariance)
        root = (vectors * np.sqrt(np.maximum(values, 1e-12))) @ vectors.T
        return Normal(trust * mean + (1.0 - trust) * self.mean, WIDER_AT_LAST * root)

    def wider(self, factor: float) -> Normal:
        """Return one that is so many times as wide."""
        return Normal(self.mean, factor * self.root)


class Normals:
    """A mixture of normal distributions.

    Attributes
    ----------
    parts
        One for each mode.
    shares
        Of draws that are each's; they add up to 1.
    """

    def __init__(self, parts: Sequence[Normal], shares: Array) -> None:
        self.parts, self.shares = tuple(parts), shares

    @classmethod
    def standard(cls, size: int) -> Normals:
        """Return the prior."""
        return cls([Normal(np.zeros(size), np.eye(size))], np.ones(1))

    def move(self, scores: Array, uniform: Array | None) -> Array:
        """Return scores of it from those of the prior.

        Parameters
        ----------
        scores
            Independent, (name, draw).
        uniform
            By which each draw chooses its part; None where there is but one.
        """
        moved = [part.mean[:, np.newaxis] + part.root @ scores for part in self.parts]
        if uniform is None or len(moved) == 1:
            return moved[0]
        part = np.searchsorted(np.cumsum(self.shares)[:-1], uniform)
        return np.asarray(np.choose(part, moved))

    def log_parts(self, scores: Array) -> Array:
        """Return each part's log density less that of the standard normal, (part, draw)."""
        return np.array(
            [
                part.log_ratio(scores) + np.log(share)
                for part, share in zip(self.parts, self.shares, strict=True)
            ]
        )

    def matched(self, scores: Array, weight: Array) -> Normals:
        """Return mixture with the moments of weighted draws, as far as these can be trusted.

        Parameters
        ----------
        scores, weight
            Draws, (name, draw), and their weights. Each counts for a part as far as it is likely
            to be its (Cappe et al. 2008).
        """
        each = self.log_parts(scores)
        belongs = np.exp(each - logsumexp(each, axis=0)) if len(each) > 1 else np.ones((1, 1))
        weights = belongs * weight
        shares = weights.sum(axis=1) / weights.sum()
        parts = [part.matched(scores, own) for part, own in zip(self.parts, weights, strict=True)]
        shares = np.maximum(shares, LEAST_SHARE)
        return Normals(parts, shares / shares.sum())

    def log_ratio(self, scores: Array) -> Array:
        """Return its log density less that of the standard normal."""
        if len(self.parts) == 1:
            return self.parts[0].log_ratio(scores)
        return np.asarray(logsumexp(self.log_parts(scores), axis=0))


def modes(misses: Misses, candidates: Array) -> tuple[float, list[Normal], Array]:
    """Return the least |z|^2 + |m|^2, the modes as normal distributions, and the weight of each.

    By Laplace's approximation. From the middle with the observations blurred at first, since from
    far away a sharp one is a needle; and as they are from the candidates (name, draw) that come
    nearest. Where observations contradict the prior, what one input explains another may, too: the
    best scores of single inputs are tried as well.
    """
    middle = np.zeros(len(candidates))
    for blur in BLURS:
        _, middle, _ = _laplace(lambda scores, blur=blur: misses(scores) / blur, middle)  # type: ignore[misc]
    far = (candidates**2).sum(axis=0) + (misses(candidates) ** 2).sum(axis=0)
    starts = [middle, *candidates[:, np.argsort(far)[:STARTS]].T]
    least, mode, root = min((_laplace(misses, start) for start in starts), key=lambda each: each[0])
    found = [Normal(mode, root)]
    weights = [found[0].log_det - least / 2]
    for start in _others(misses, mode.size) if least > CONFLICT**2 else ():
        value, mode, root = _laplace(misses, start)
        other = Normal(mode, root)
        weight = other.log_det - value / 2
        apart = min(float(np.linalg.norm(one.white(mode[:, np.newaxis]))) for one in found)
        if apart > APART and weight > weights[0] + np.log(RARE):
            found.append(other)
            weights.append(weight)
    shares = np.exp(np.array(weights) - max(weights))
    return least, found, shares / shares.sum()


def _others(misses: Misses, size: int) -> list[Array]:
    """Return where single inputs, all others in the middle, explain most, best first."""
    scores = np.zeros((size, size, SCAN.size))
    scores[range(size), range(size)] = SCAN
    flat = scores.reshape(size, -1)
    far = ((flat**2).sum(axis=0) + (misses(flat) ** 2).sum(axis=0)).reshape(size, -1)
    best = far.argmin(axis=1)
    order = np.argsort(far.min(axis=1))[:SCANNED]
    return [scores[:, i, best[i]] for i in order if SCAN[best[i]] != 0]


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
