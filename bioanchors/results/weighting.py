"""Thousands of weightings of one forecast's hypotheses: matrix products, no new draws.

With shares s_h of the hypotheses, the CDF is s @ J / s @ E, where J and E are each hypothesis'
arrivals and evidence (``Updated.joint_cdf`` and ``.evidence``). Both are linear in a constant
probability of "none", too, so that one product serves weightings with different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bioanchors.results.arrival import probability_at
from bioanchors.results.estimates import (
    ENDS,
    ROUNDING,
    bent_quantile_error,
    jackknife_error,
    moderated_error,
    moderated_quantile_error,
    shared_variance,
    student_t,
)
from bioanchors.results.forecast import Forecast
from bioanchors.results.updating import Updated

Array = NDArray[np.float64]


class Weightings:
    """A forecast under many weightings of its hypotheses.

    Parameters
    ----------
    forecast
        The forecast, whose draws are used.
    shares
        Prior weights of the hypotheses in the forecast's order, shape (weighting, hypothesis);
        relative, so that each row need not add up to 1.
    none
        Probability of "none" in every year, shape (weighting,), NaN where the file's is kept.

    Raises
    ------
    ValueError
        If a weight is negative or a row is 0 throughout, or "none" is not from 0 to 1.
    """

    def __init__(self, forecast: Forecast, shares: Array, none: Array | None = None) -> None:
        shares = np.asarray(shares, dtype=np.float64)
        count = len(forecast.hypotheses)
        if shares.ndim != 2 or shares.shape[1] != count:
            raise ValueError(f"shares must have the shape (weighting, {count})")
        if not (np.all(np.isfinite(shares)) and np.all(shares >= 0)):
            raise ValueError("weights must be at least 0")
        if not np.all(shares.sum(axis=1) > 0):
            raise ValueError("all weights of a weighting are 0; at least one must be above 0")
        shares = shares / shares.sum(axis=1, keepdims=True)
        none = np.full(len(shares), np.nan) if none is None else np.asarray(none, dtype=np.float64)
        kept = np.isnan(none)
        if not np.all(kept | ((none >= 0) & (none <= 1))):
            raise ValueError('"none" must be from 0 to 1')
        parts: list[float | None] = []
        weights = []
        if kept.any():
            parts.append(None)
            weights.append(shares * kept[:, np.newaxis])
        if not kept.all():
            given = np.where(kept, 0.0, none)
            parts += [0.0, 1.0]
            weights.append(shares * ((1.0 - given) * ~kept)[:, np.newaxis])
            weights.append(shares * given[:, np.newaxis])
        mixings = [forecast.mixing(part) for part in parts]
        order = np.argsort(forecast.hypotheses)
        weights = [each[:, order] for each in weights]
        self.years, self._whole = forecast.years, forecast.whole_years
        self._between, self._unseen = forecast.sums.shared_error_at, forecast.sums.unseen
        self._weights = np.concatenate(weights, axis=1)
        self._all, self._all_but_one = (_joined([m[i] for m in mixings], order) for i in (0, 1))
        if not np.all(self._weights @ self._all[1] > 0):
            raise ValueError("the evidence leaves nothing of the hypotheses that have a weight")

    def cdf(self, years: Array) -> Array:
        """Return the probability of arrival by decimal years, shape (weighting, year)."""
        joint, evidence = self._all
        return self._cdf(self._at(years, joint), evidence)

    def cdf_standard_error(self, years: Array) -> Array:
        """Return the standard errors of ``cdf``, as ``Forecast.cdf_standard_error``."""
        error = self._spread(years)
        return moderated_error(error, self.cdf(years), self._shared, self._between(years))

    @cached_property
    def _shared(self) -> Array:
        replicates = len(self._all_but_one[0])
        return shared_variance(self._spread(self._whole), self.cdf(self._whole), replicates)

    def _spread(self, years: Array) -> Array:
        joint, evidence = self._all_but_one
        left_out = [self._cdf(self._at(years, j), e) for j, e in zip(joint, evidence, strict=True)]
        return np.asarray(np.hypot(jackknife_error(np.array(left_out)), self._unseen))

    def _cdf(self, joint: Array, evidence: Array) -> Array:
        return np.asarray(self._weights @ joint.T / (self._weights @ evidence)[:, np.newaxis])

    def _at(self, years: Array, joint: Array) -> Array:
        return probability_at(years, self.years, joint.T).T

    def quantile(self, probability: float) -> Array:
        """Return the year by which arrival has a probability, as ``Forecast.quantile``.

        Shape (weighting,); ``-inf`` where at or before the window's first year, ``inf`` where not
        by its last.
        """
        return self._quantile(probability, *self._all)[0]

    def quantile_standard_error(self, probability: float) -> Array:
        """Return the standard errors of ``quantile``; NaN where a replicate has no bound."""
        joint, evidence = self._all_but_one
        error = jackknife_error(
            np.array(
                [self._quantile(probability, j, e)[0] for j, e in zip(joint, evidence, strict=True)]
            )
        )
        years, slope = self._quantile(probability, *self._all)
        between = np.hypot(self._between(years), self._unseen)
        error = moderated_quantile_error(error, probability, slope, self._shared, between)
        reach = student_t(len(joint))
        off = reach * self._error_at_own(years)
        ends = [self._quantile(probability + end * off, *self._all)[0] for end in ENDS]
        return bent_quantile_error(error, years, np.array(ends), reach)

    def _error_at_own(self, years: Array) -> Array:
        """Return the standard error of each weighting's CDF at a year of its own."""

        def cdf(joint: Array, evidence: Array) -> Array:
            own = np.einsum("wk,wk->w", self._weights, self._at(years, joint))
            return np.asarray(own / (self._weights @ evidence))

        left_out = [cdf(j, e) for j, e in zip(*self._all_but_one, strict=True)]
        spread = np.hypot(jackknife_error(np.array(left_out)), self._unseen)
        all_ = cdf(*self._all)[:, np.newaxis]
        between = self._between(years)[:, np.newaxis]
        return moderated_error(spread[:, np.newaxis], all_, self._shared, between)[:, 0]

    def _quantile(
        self, probability: float | Array, joint: Array, evidence: Array
    ) -> tuple[Array, Array]:
        """Halve the years between which each weighting's CDF reaches the probability.

        Returns the years and the slopes of the CDFs there.
        """
        weights = self._weights / (self._weights @ evidence)[:, np.newaxis]
        target = probability - ROUNDING
        low = np.full(len(weights), -1)
        high = np.full(len(weights), self.years.size)
        while np.any(high - low > 1):
            middle = np.minimum((low + high) // 2, self.years.size - 1)
            reached = np.einsum("wk,wk->w", weights, joint[middle]) >= target
            open_ = high - low > 1
            high = np.where(open_ & reached, middle, high)
            low = np.where(open_ & ~reached, middle, low)
        inside = (high > 0) & (high < self.years.size)
        place = np.clip(high, 1, self.years.size - 1)
        below = np.einsum("wk,wk->w", weights, joint[place - 1])
        above = np.einsum("wk,wk->w", weights, joint[place])
        before, after = self.years[place - 1], self.years[place]
        with np.errstate(divide="ignore", invalid="ignore"):
            year = before + (target - below) / (above - below) * (after - before)
        # At a step the two years are neighbours, and only the later one is late enough.
        year = np.where(year > before, year, after)
        year = np.where(inside, year, np.where(high == 0, -np.inf, np.inf))
        slope = np.where(inside, (above - below) / (after - before), np.inf)
        return np.asarray(year), slope


def _joined(mixings: Sequence[Updated], order: NDArray[np.intp]) -> tuple[Array, Array]:
    """Return joint CDFs, (..., year, part and hypothesis), and the evidence of all parts."""
    joint = np.concatenate([m.joint_cdf[..., order, :] for m in mixings], axis=-2)
    evidence = np.concatenate([m.evidence[..., order] for m in mixings], axis=-1)
    # Year first: a look-up of one year takes a row that lies together.
    return np.moveaxis(joint, -1, -2), evidence
