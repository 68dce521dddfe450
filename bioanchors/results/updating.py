"""From sums to a CDF: hypotheses and "none" mixed, and updated by what has been seen.

A draw belongs to a hypothesis h with its share, and "none" holds in it up to a year of release U.
The evidence E binds differently in each case of U (see ``model/evidence.py``), so that

    P(E | h) = sum over cases c of P(U in c) z_ch / w_h,
    P(arrival <= y, E | h) = sum over cases c of P(U in c, U <= y) a_ch(y) / w_h,

with z and a the mean weights of all and of what has arrived, and w the mean weight without the
evidence, which the low-end update alone makes other than 1. Where nothing has been seen there is
one case, with E certain.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine import Sums

Array = NDArray[np.float64]


def constant(none: float) -> Callable[[Array], Array]:
    """Return a probability of "none" that is the same in every year."""
    return lambda years: np.full_like(years, none)


class Updated:
    """Hypotheses and "none" mixed, given the evidence.

    Parameters
    ----------
    until
        Last year of release of each case, the last ``inf``.
    arrived, total
        Mean weights by case, shapes (case, ..., hypothesis, year) and (case, ..., hypothesis).
        What stands for the dots is carried through.
    before
        Mean weight without the evidence, (..., hypothesis).
    share
        Prior share of each hypothesis.
    none_by
        Prior probability of "none" by year.
    years
        Decimal years.
    order
        Of the hypotheses, in which they are added up: the same for every order of the file.
    """

    def __init__(
        self,
        until: tuple[float, ...],
        arrived: Array,
        total: Array,
        before: Array,
        share: Array,
        none_by: Callable[[Array], Array],
        years: Array,
        order: NDArray[np.intp],
    ) -> None:
        self._arrived, self._total, self._before = arrived, total, before
        self._share, self._order = share, order
        ends = np.array(until[:-1])
        released = np.concatenate([[0.0], 1.0 - none_by(ends), [1.0]])
        self.case_probability: Array = np.diff(released)
        self._none = none_by(years)
        by = 1.0 - self._none
        edges = np.vstack(
            [
                np.zeros_like(by),
                *(np.minimum(by, 1.0 - none_by(np.array([end]))) for end in ends),
                by,
            ]
        )
        self._released_in_case: Array = np.diff(edges, axis=0)

    @cached_property
    def evidence(self) -> Array:
        """P(E | hypothesis), up to a factor that all share, (..., hypothesis)."""
        return np.asarray(self._left / self._before)

    @cached_property
    def share(self) -> Array:
        """Share of each hypothesis given the evidence, (..., hypothesis)."""
        joint = self._share * self.evidence
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(joint / self._summed(joint)[..., np.newaxis])

    @cached_property
    def _left(self) -> Array:
        """Mean weight of each hypothesis under the evidence, (..., hypothesis)."""
        return np.asarray(over_cases(self.case_probability, self._total))

    @cached_property
    def joint_cdf(self) -> Array:
        """P(arrival by each year, E | hypothesis), up to the same factor, (..., hypothesis, year).

        The CDF of any weights is ``weights @ joint_cdf / weights @ evidence``.
        """
        released = over_cases(self._released_in_case, self._arrived)
        return np.asarray(released / self._before[..., np.newaxis])

    def _given(self, by_hypothesis: Array) -> Array:
        """Divide weights by year, (..., hypothesis, year), by those that are left of all."""
        left = self._left[..., np.newaxis]
        return np.divide(by_hypothesis, left, out=np.zeros_like(by_hypothesis), where=left > 0)

    def _mixed(self, by_hypothesis: Array) -> Array:
        """Mix weights by year, (..., hypothesis, year), of which those left are all."""
        given, order = self._given(by_hypothesis), self._order
        return np.asarray(
            np.einsum("...h,...hy->...y", self.share[..., order], given[..., order, :])
        )

    def _summed(self, by_hypothesis: Array) -> Array:
        """Sum over hypotheses in an order that is not the file's, (..., hypothesis)."""
        return np.asarray(by_hypothesis[..., self._order].sum(axis=-1))

    @cached_property
    def cdf(self) -> Array:
        """Probability of arrival by each year, (..., year)."""
        released = over_cases(self._released_in_case, self._arrived)
        return self._mixed(released)

    @cached_property
    def part_cdf(self) -> Array:
        """The same and that a hypothesis holds, which adds up to it: (..., hypothesis, year)."""
        released = over_cases(self._released_in_case, self._arrived)
        return np.asarray(self.share[..., np.newaxis] * self._given(released))

    @cached_property
    def hypothesis_cdf(self) -> Array:
        """The same given each hypothesis, and that "none" has let go: (..., hypothesis, year).

        Then all of the evidence binds, which is the first case. Where a hypothesis is refuted in
        that case, of all cases.
        """
        return _once_released(self.case_probability, self._arrived, self._total)

    @cached_property
    def none_probability(self) -> Array:
        """Probability that none of the hypotheses holds by each year, (..., year)."""
        if len(self._total) == 1:
            return self._none
        released = over_cases(self._released_in_case, self._total[..., np.newaxis])
        return 1.0 - self._mixed(released)

    @cached_property
    def refuted(self) -> Array:
        """Share of the prior that what was not enough rules out, observations counted first."""
        untested = self._summed(self._share / self._before * self._total[-1])
        left = self._summed(self._share * self.evidence)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(1.0 - left / untested)

    @property
    def tested_share(self) -> float:
        """Share of the prior that all of the evidence leaves where "none" does not hold.

        Observations count first, as in ``refuted``; 0 where they leave nothing.
        """
        weights = self._share / self._before
        tested, untested = (float(self._summed(weights * self._total[i])) for i in (0, -1))
        return tested / untested if untested > 0 else 0.0


def over_cases(probability: Array, by_case: Array) -> Array:
    """Sum what each case holds by its probability.

    Parameters
    ----------
    probability
        Shape (case,) or (case, year).
    by_case
        Shape (case, ...).

    Notes
    -----
    Element by element: a library's products may round an element by its place in memory, and the
    order of the file would show.
    """
    first, *others = zip(probability, by_case, strict=True)
    result = first[0] * first[1]
    for share, values in others:
        result = result + share * values
    return np.asarray(result)


def updated(
    sums: Sums, share: Array, none_by: Callable[[Array], Array], order: NDArray[np.intp]
) -> tuple[Updated, Updated]:
    """Return what the sums of all replicates give, and those without each replicate in turn.

    Parameters
    ----------
    sums
        By replicate; under the evidence where something was seen.
    share, none_by, order
        As in ``Updated``.
    """
    before, until = sums.total[0], sums.until or (math.inf,)
    arrived, total = sums.arrived[sums.given], sums.total[sums.given]

    def mixed(arrived: Array, total: Array, before: Array) -> Updated:
        return Updated(until, arrived, total, before, share, none_by, sums.years, order)

    return (
        mixed(arrived.sum(axis=1), total.sum(axis=1), before.sum(axis=0)),
        mixed(
            arrived.sum(axis=1, keepdims=True) - arrived,
            total.sum(axis=1, keepdims=True) - total,
            before.sum(axis=0) - before,
        ),
    )


def _once_released(case_probability: Array, some: Array, total: Array) -> Array:
    """Return which part of each total some are in the first case; of none left there, of all.

    Parameters
    ----------
    case_probability
        Of each case of the evidence.
    some, total
        (case, ..., hypothesis, place) and (case, ..., hypothesis).
    """
    refuted = ~(total[0] > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(refuted[..., np.newaxis], over_cases(case_probability, some), some[0])
        whole = np.where(refuted, over_cases(case_probability, total), total[0])
        return np.asarray(part / whole[..., np.newaxis])


def enough_given_each(sums: Sums, case_probability: Array) -> Array:
    """Return P(so many FLOP are enough) given each hypothesis, shape (hypothesis, edge).

    And that "none" has let go, as in ``Updated.hypothesis_cdf``.

    Parameters
    ----------
    sums
        By replicate; under the evidence where something was seen.
    case_probability
        Of each case of the evidence.
    """
    enough, total = sums.enough[sums.given], sums.total[sums.given]
    return _once_released(case_probability, enough.sum(axis=1), total.sum(axis=1))
