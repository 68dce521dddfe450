"""A forecast: one Dataset, and the few questions that people ask of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from bioanchors.engine import Sums
from bioanchors.parameters import Parameters
from bioanchors.parameters.problems import dotted
from bioanchors.results import dataset as labelled
from bioanchors.results.conflicts import Conflict, predictive_scores
from bioanchors.results.diagnostics import effective_share, pareto_k
from bioanchors.results.estimates import (
    jackknife_error,
    moderated_error,
    moderated_quantile_error,
    quantile_and_slope,
    quantile_year,
    shared_variance,
)
from bioanchors.results.exporting import Exporting
from bioanchors.results.origin import Origin
from bioanchors.results.stored import (
    DIGEST,
    ROUNDING,
    check_digest,
    dataset_digest,
    parameters_in,
)
from bioanchors.results.updating import Updated, constant, over_cases

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

CONFLICT = 3.0
"""Standard errors from what a file predicts beyond which an observation is mentioned."""

FEW_DRAWS, TOO_FEW_DRAWS = 2000, 1000
"""Effective draws left by the evidence, below which there is a note, and below which no result."""


class Forecast(Exporting):
    """When a transformative AI becomes affordable, or arrives: a CDF over years, with its errors.

    Where the parameters hold evidence, everything is given it; ``prior`` is the forecast without.

    Parameters
    ----------
    parameters
        What was run.
    sums
        What its draws added up to.
    origin
        How it was made.
    """

    def __init__(self, parameters: Parameters, sums: Sums, origin: Origin) -> None:
        self.parameters = parameters
        self.sums = sums
        self.origin = origin

    @classmethod
    def from_dataset(cls, dataset: xr.Dataset) -> Forecast:
        """Return the forecast that a Dataset holds, such as one read from ``forecast.nc``.

        Raises
        ------
        ValueError
            If it was changed or is not a whole one, its sums are not what sums can be, or its
            parameters cannot be used or are of something else.
        """
        check_digest(dataset.attrs.get(DIGEST), dataset_digest(dataset))
        parameters = parameters_in(dataset.attrs)
        forecast = cls(parameters, *labelled.unlabel(dataset, parameters))
        if "cdf" in dataset.variables and not np.allclose(
            dataset["cdf"].values, forecast.cdf, rtol=0.0, atol=ROUNDING
        ):
            raise ValueError("its cdf is not what its sums give")
        return forecast

    @cached_property
    def dataset(self) -> xr.Dataset:
        """All numbers, labelled.

        ``cdf`` and ``cdf_standard_error`` by ``year`` (a sixteenth of a year apart),
        ``hypothesis_cdf``, ``requirement_cdf`` by ``log10_flop``, the sums of each replicate, and
        in attrs seed, sampler, version and resolved parameters.
        """
        return labelled.label(self)

    @property
    def title(self) -> str:
        """The parameter file's title."""
        return self.parameters.title

    @property
    def years(self) -> Array:
        """Decimal years of the CDF."""
        return self.sums.years

    @property
    def whole_years(self) -> Array:
        """Whole years of the window."""
        return np.arange(self.parameters.first_year, self.parameters.last_year + 1.0)

    @property
    def points(self) -> int:
        """Points of all replicates together, for requirements and for joint draws."""
        return self.sums.points * self.replicates

    @property
    def trend_points(self) -> int:
        """Points of all replicates together for trends; 0 where they had none of their own."""
        return self.sums.trend_points * self.replicates * (2 if self.sums.proposed else 1)

    @property
    def replicates(self) -> int:
        """Independent repetitions."""
        return int(self.sums.total.shape[0])

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Names of the hypotheses, in the order of the file."""
        return tuple(self.parameters.weights)

    @property
    def event(self) -> str:
        """What arrives: ``"affordable"``, ``"trained"`` or ``"deployed"``."""
        return self.parameters.event

    @property
    def has_evidence(self) -> bool:
        """Whether anything has been seen."""
        return self.sums.seen is not None

    @cached_property
    def prior(self) -> Forecast:
        """The forecast without the evidence, from the same draws."""
        if not self.has_evidence:
            return self
        sums = replace(self.sums, seen=None)
        return Forecast(self.parameters.with_evidence(None), sums, self.origin)

    @cached_property
    def prior_share(self) -> Array:
        """Share of each hypothesis in what "none" leaves, before the evidence."""
        weights = np.array(list(self.parameters.weights.values()))
        return np.asarray(weights / math.fsum(weights))

    def _updated(
        self, arrived: Array, total: Array, before: Array, none: float | None = None
    ) -> Updated:
        seen = self.sums.seen
        return Updated(
            (math.inf,) if seen is None else seen.until,
            arrived,
            total,
            before,
            self.prior_share,
            self.parameters.none_probability if none is None else constant(none),
            self.years,
            np.argsort(self.hypotheses),
        )

    def _cases(self) -> tuple[Array, Array]:
        """Return what has arrived and all, (case, replicate, hypothesis, ...)."""
        seen = self.sums.seen
        if seen is None:
            return self.sums.arrived[np.newaxis], self.sums.total[np.newaxis]
        return seen.arrived, seen.total

    def mixing(self, none: float | None = None) -> tuple[Updated, Updated]:
        """Return hypotheses and "none" as they mix: of all replicates, and without each in turn.

        Parameters
        ----------
        none
            Probability of "none" instead of the file's, the same in every year.
        """
        arrived, total = self._cases()
        before = self.sums.total
        return (
            self._updated(arrived.sum(axis=1), total.sum(axis=1), before.sum(axis=0), none),
            self._updated(
                arrived.sum(axis=1, keepdims=True) - arrived,
                total.sum(axis=1, keepdims=True) - total,
                before.sum(axis=0) - before,
                none,
            ),
        )

    @cached_property
    def _all(self) -> Updated:
        return self.mixing()[0]

    @cached_property
    def _all_but_one(self) -> Updated:
        return self.mixing()[1]

    @property
    def share(self) -> Array:
        """Share of each hypothesis in what "none" leaves, given the evidence."""
        return self._all.share

    @property
    def none_probability(self) -> Array:
        """Probability that none of the hypotheses holds, at ``years``."""
        return self._all.none_probability

    @property
    def hypothesis_cdf(self) -> Array:
        """CDF at ``years`` given each hypothesis, without "none", shape (hypothesis, year)."""
        return self._all.hypothesis_cdf

    @property
    def cdf(self) -> Array:
        """Probability of arrival by each of ``years``."""
        return self._all.cdf

    @property
    def cdf_without_one(self) -> Array:
        """``cdf`` without each replicate in turn, shape (replicate, year)."""
        return self._all_but_one.cdf

    @cached_property
    def cdf_standard_error(self) -> Array:
        """Standard error of ``cdf``: the replicates' spread, moderated by that of all years."""
        return self._moderated(self.cdf, self.cdf_without_one)[0]

    @cached_property
    def hypothesis_cdf_standard_error(self) -> Array:
        """Standard error of ``hypothesis_cdf``, shape (hypothesis, year)."""
        return self._moderated(self.hypothesis_cdf, self.hypothesis_cdf_without_one)[0]

    def _moderated(self, cdf: Array, without_one: Array) -> tuple[Array, Array]:
        """Return errors of CDFs, (..., year), and the variance that their years share, (...)."""
        error = np.hypot(jackknife_error(without_one), self.sums.unseen)
        shared = shared_variance(error[..., self._whole], cdf[..., self._whole], self.replicates)
        return moderated_error(error, cdf, shared, self.sums.between), shared

    @cached_property
    def _whole(self) -> NDArray[np.intp]:
        """Places of the whole years among ``years``."""
        return np.searchsorted(self.years, self.whole_years)

    @property
    def hypothesis_cdf_without_one(self) -> Array:
        """``hypothesis_cdf`` without each replicate in turn, (replicate, hypothesis, year)."""
        return self._all_but_one.hypothesis_cdf

    @cached_property
    def requirement_cdf(self) -> Array:
        """P(so many FLOP are enough) given each hypothesis, at ``REQUIREMENT_EDGES``.

        With the algorithms of the requirement's year, and given the evidence.
        """
        seen, sums = self.sums.seen, self.sums
        enough, total = (
            (sums.enough[np.newaxis], sums.total[np.newaxis])
            if seen is None
            else (seen.enough, seen.total)
        )
        weigh = self._all.case_probability
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(
                over_cases(weigh, enough.sum(axis=1))
                / over_cases(weigh, total.sum(axis=1))[:, np.newaxis]
            )

    @property
    def refuted(self) -> float:
        """Share of the prior that is ruled out by what was not enough.

        By runs that were made and by the event's not having happened; observations, of which
        there is only more or less likely, count first.
        """
        return float(self._all.refuted)

    @cached_property
    def _draw_weights(self) -> Array:
        """Weight of each kept draw, relative to one another."""
        assert self.sums.seen is not None
        # The first case: all of the evidence binds, since "none" does not hold.
        return np.asarray(self.prior_share @ self.sums.seen.likelihood[:, 0])

    @property
    def effective_draws(self) -> float:
        """How many draws the evidence leaves, where "none" does not hold.

        As many as tell as much as the weighted ones: the smaller number of those of the trends,
        (sum w)^2 / sum w^2 of their weights, and of those of the requirements, of which a part is
        ruled out. All points where nothing was seen.
        """
        if not self.has_evidence:
            return float(self.points)
        assert self.sums.seen is not None
        moments = self.sums.seen.moments
        weighted = effective_share(self.prior_share, moments[:, 0], moments[:, 1:])
        if self.origin.estimator == "count":
            return weighted * self.points
        left = self._all.tested_share * self.points
        return min(left, weighted * self.trend_points) if self.trend_points else left

    @property
    def pareto_k(self) -> float:
        """Shape of the tail of the draws' weights; NaN where they are all alike.

        Up to 0.7 ``effective_draws`` can be trusted.
        """
        return pareto_k(self._draw_weights) if self.has_evidence else math.nan

    @property
    def probability_next_year(self) -> float:
        """Probability of arrival within 12 months of ``not_arrived_by``, given none until then.

        NaN where the file says no such date, or the window ends before.
        """
        now = self.parameters.evidence.not_arrived_by
        if now is None or now + 1 > self.years[-1]:
            return math.nan
        before, after = self.probability_by(now), self.probability_by(now + 1)
        return (after - before) / (1.0 - before)

    @property
    def largest_error(self) -> float:
        """Largest standard error of the probability of arrival by a whole year."""
        return float(np.max(self.cdf_standard_error[self._whole]))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth a look, in the parameters or in what came of them."""
        left = zip(self.hypotheses, self.low_end_removed, strict=True)
        return (
            *self.parameters.warnings,
            *(
                f"the low-end update leaves {1 - removed:.2g} of {name}"
                for name, removed in left
                if removed > 0.99
            ),
            *self._evidence_notes(),
        )

    def _evidence_notes(self) -> list[str]:
        if not self.has_evidence:
            return []
        notes, k = [], self.pareto_k
        if self.effective_draws < (FEW_DRAWS if self.sums.trend_points == 0 else TOO_FEW_DRAWS):
            notes.append(f"the evidence leaves few effective draws: {self.effective_draws:,.0f}")
        if k > 0.7:
            notes.append(f"few draws carry the evidence (Pareto k {k:.2f}): errors may be larger")
        for item, z in self.predictive_scores:
            if abs(z) > CONFLICT:
                notes.append(
                    f"{dotted(item.path)}, {item.quantity} in {item.year:g}, lies "
                    f"{abs(z):.1f} standard errors {'above' if z > 0 else 'below'} what the file "
                    "predicts without evidence"
                )
        return notes

    @cached_property
    def predictive_scores(self) -> tuple[Conflict, ...]:
        """How far each observation lies from what the file predicts without evidence."""
        return predictive_scores(self.parameters)

    @property
    def low_end_removed(self) -> Array:
        """Share of each hypothesis that the low-end update takes away."""
        return np.asarray(1.0 - self.sums.total.mean(axis=0))

    def cdf_of(self, hypothesis: str | None = None) -> Array:
        """Return the CDF at ``years``, of all or given one hypothesis (without "none").

        Raises
        ------
        ValueError
            If there is no such hypothesis.
        """
        return self.cdf if hypothesis is None else self.hypothesis_cdf[self._index(hypothesis)]

    def _index(self, hypothesis: str) -> int:
        if hypothesis not in self.hypotheses:
            known = ", ".join(self.hypotheses)
            raise ValueError(f"unknown hypothesis {hypothesis!r}; allowed: {known}")
        return self.hypotheses.index(hypothesis)

    def _without_one(self, hypothesis: str | None) -> Array:
        if hypothesis is None:
            return self.cdf_without_one
        return self.hypothesis_cdf_without_one[:, self._index(hypothesis)]

    def quantile(self, probability: float, hypothesis: str | None = None) -> float:
        """Return the year by which arrival has a probability.

        Parameters
        ----------
        probability
            From 0 to 1.
        hypothesis
            Given this one, without "none"; by default of the whole forecast.

        Returns
        -------
        float
            Decimal year; ``-inf`` is at or before the window's first, ``inf`` not by its last.

        Raises
        ------
        ValueError
            If the probability is not from 0 to 1.
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"probability must be from 0 to 1, found {probability}")
        return quantile_year(probability, self.years, self.cdf_of(hypothesis))

    def quantile_standard_error(self, probability: float, hypothesis: str | None = None) -> float:
        """Return the standard error of a quantile year, in years; NaN where it has no bound."""
        self.quantile(probability, hypothesis)
        cdf, without_one = self.cdf_of(hypothesis), self._without_one(hypothesis)
        values = [quantile_year(probability, self.years, each) for each in without_one]
        error = jackknife_error(np.array(values))
        shared = self._moderated(cdf, without_one)[1]
        slope = np.array(quantile_and_slope(probability, self.years, cdf)[1])
        between = self.sums.between_at(quantile_year(probability, self.years, cdf))
        between = np.hypot(between, self.sums.unseen)
        return float(moderated_quantile_error(error, probability, slope, shared, between))

    def probability_by(self, year: float, hypothesis: str | None = None) -> float:
        """Return the probability of arrival by a decimal year in the window.

        Raises
        ------
        ValueError
            If the year is outside the window.
        """
        self._check_year(year)
        return float(np.interp(year, self.years, self.cdf_of(hypothesis)))

    def probability_standard_error(self, year: float, hypothesis: str | None = None) -> float:
        """Return the standard error of ``probability_by``."""
        self._check_year(year)
        without_one = self._without_one(hypothesis)
        shared = self._moderated(self.cdf_of(hypothesis), without_one)[1]
        spread = jackknife_error(np.array([np.interp(year, self.years, c) for c in without_one]))
        error = np.hypot(spread, self.sums.unseen)
        cdf = np.array([self.probability_by(year, hypothesis)])
        return float(moderated_error(error, cdf, shared, self.sums.between_at(year))[0])

    def _error_of(self, hypothesis: str | None) -> Array:
        if hypothesis is None:
            return self.cdf_standard_error
        error: Array = self.hypothesis_cdf_standard_error[self._index(hypothesis)]
        return error

    def quantile_interval(
        self, probability: float, level: float = 0.95, hypothesis: str | None = None
    ) -> tuple[float, float]:
        """Return an interval that holds the exact quantile year with a probability.

        Parameters
        ----------
        probability
            Of the quantile, from 0 to 1.
        level
            Probability that the interval holds the exact year.
        hypothesis
            As ``quantile``.

        Returns
        -------
        tuple of float
            Decimal years; ``-inf`` is at or before the window's first, ``inf`` not by its last.

        Notes
        -----
        The years at which the upper and the lower end of the CDF's band reach the probability;
        the band is the pooled CDF and Student's t times its standard error.
        """
        self.quantile(probability, hypothesis)
        cdf = self.cdf_of(hypothesis)
        reach = self._student_t(level) * self._error_of(hypothesis)
        ends = (
            quantile_year(probability, self.years, np.maximum.accumulate(band))
            for band in (cdf + reach, cdf - reach)
        )
        return next(ends), next(ends)

    def probability_interval(
        self, year: float, level: float = 0.95, hypothesis: str | None = None
    ) -> tuple[float, float]:
        """Return an interval that holds the exact ``probability_by`` with a probability.

        Notes
        -----
        The estimate and Student's t, with one degree of freedom less than there are replicates,
        times its standard error; cut to between 0 and 1.
        """
        middle = self.probability_by(year, hypothesis)
        reach = self._student_t(level) * self.probability_standard_error(year, hypothesis)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def _student_t(self, level: float) -> float:
        if not 0 < level < 1:
            raise ValueError(f"level must be between 0 and 1, found {level}")
        return float(stdtrit(self.replicates - 1, (1 + level) / 2))

    def _check_year(self, year: float) -> None:
        if not self.years[0] <= year <= self.years[-1]:
            raise ValueError(
                f"year must be from {self.years[0]:g} to {self.years[-1]:g}, found {year:g}"
            )

    @property
    def mass_at_or_before(self) -> float:
        """Probability of arrival at or before the window's first year."""
        return float(self.cdf[0])

    @property
    def mass_within(self) -> float:
        """Probability of arrival after the first year, up to the last."""
        return float(self.cdf[-1] - self.cdf[0])

    @property
    def mass_beyond(self) -> float:
        """Probability of no arrival by the last year: later, or never."""
        return float(1.0 - self.cdf[-1])

    def with_weights(self, weights: Mapping[str, float]) -> Forecast:
        """Return the forecast with other weights: exact, since hypotheses mix linearly.

        Parameters
        ----------
        weights
            Prior weight of hypotheses by name; those not named get 0, unless only ``"none"`` is
            named. ``"none"`` sets the probability of "none", at both ends; left out, it is kept.

        Raises
        ------
        ValueError
            If a name is unknown or a weight is not allowed.
        """
        parameters = self.parameters.edited(*weight_settings(self.parameters, weights))
        forecast = Forecast(parameters, self.sums, self.origin)
        if forecast.has_evidence and not forecast.effective_draws >= 1:
            raise ValueError("the evidence leaves nothing of the hypotheses that have a weight")
        error, origin = forecast.largest_error, self.origin
        # Points were added until the mixture before was accurate, not this one.
        missed = origin.stopped_by == "precision" and not error <= origin.precision
        stopped_by = "reweighting" if missed else origin.stopped_by
        forecast.origin = replace(origin, error=error, stopped_by=stopped_by)
        return forecast

    def summary(self) -> dict[str, Any]:
        """Return the figures that people quote, as plain numbers for JSON; see ``summary.json``."""
        from bioanchors.results.summaries import summary

        return summary(self)

    def __repr__(self) -> str:
        from bioanchors.results.summaries import short_text

        return short_text(self)

    def _repr_html_(self) -> str:
        from bioanchors.results.summaries import short_html

        return short_html(self)


def weight_settings(parameters: Parameters, weights: Mapping[str, float]) -> list[str]:
    """Return weights as settings of a parameter file.

    Raises
    ------
    ValueError
        If a name is unknown or a weight is not allowed.
    """
    names = list(parameters.weights)
    for name, weight in weights.items():
        if name != "none" and name not in names:
            raise ValueError(f"unknown hypothesis {name!r}; allowed: {', '.join(names)}, none")
        if not (math.isfinite(weight) and weight >= 0) or (name == "none" and weight > 1):
            allowed = "from 0 to 1" if name == "none" else "at least 0"
            raise ValueError(f"weight of {name} must be {allowed}, found {weight}")
    settings = []
    if set(weights) - {"none"}:
        if not any(weight for name, weight in weights.items() if name != "none"):
            raise ValueError("all weights are 0; at least one must be above 0")
        settings = [f"hypotheses.{n}.weight={float(weights.get(n, 0.0))!r}" for n in names]
    if "none" in weights:
        settings.append(f"none={float(weights['none'])!r}")
    return settings
