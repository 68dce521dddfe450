"""A forecast: one Dataset, and the few questions that people ask of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine import Sums
from bioanchors.model.spec import BASE
from bioanchors.parameters import Parameters
from bioanchors.results import dataset as labelled
from bioanchors.results.arrival import EstimatedCdf
from bioanchors.results.asking import Asking
from bioanchors.results.conflicts import Conflict, predictive_scores
from bioanchors.results.diagnostics import effective_share, pareto_k
from bioanchors.results.exporting import Exporting
from bioanchors.results.origin import Origin
from bioanchors.results.remarks import notes
from bioanchors.results.stored import (
    DIGEST,
    ROUNDING,
    check_digest,
    dataset_digest,
    parameters_in,
)
from bioanchors.results.updating import Updated, constant, enough_given_each, updated

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


class Forecast(Asking, Exporting):
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

    def __getstate__(self) -> dict[str, Any]:
        # All else follows from these.
        return {"parameters": self.parameters, "sums": self.sums, "origin": self.origin}

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
        return int(self.sums.total.shape[1])

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Names of the hypotheses, in the order of the file."""
        return tuple(self.parameters.weights)

    @property
    def event(self) -> str:
        """What arrives: ``"affordable"``, ``"trained"`` or ``"deployed"``."""
        return self.parameters.event

    @property
    def subject(self) -> str:
        """What it is of which the event is told: ``"it"``, or the milestone's name."""
        milestone = self.parameters.milestone
        return "it" if milestone == BASE else milestone.replace("_", " ")

    @property
    def has_evidence(self) -> bool:
        """Whether anything has been seen."""
        return bool(self.sums.until)

    @cached_property
    def prior(self) -> Forecast:
        """The forecast without the evidence, from the same draws."""
        if not self.has_evidence:
            return self
        sums, parameters = self.sums.without_evidence(), self.parameters.with_evidence(None)
        return Forecast(parameters, sums, self.origin)

    @cached_property
    def prior_share(self) -> Array:
        """Share of each hypothesis in what "none" leaves, before the evidence."""
        weights = np.array(list(self.parameters.weights.values()))
        return np.asarray(weights / math.fsum(weights))

    def mixing(self, none: float | None = None) -> tuple[Updated, Updated]:
        """Return hypotheses and "none" as they mix: of all replicates, and without each in turn.

        Parameters
        ----------
        none
            Probability of "none" instead of the file's, the same in every year.
        """
        none_by = self.parameters.none_probability if none is None else constant(none)
        return updated(self.sums, self.prior_share, none_by, np.argsort(self.hypotheses))

    @cached_property
    def _mixed(self) -> tuple[Updated, Updated]:
        return self.mixing()

    @property
    def _all(self) -> Updated:
        return self._mixed[0]

    @property
    def _all_but_one(self) -> Updated:
        return self._mixed[1]

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
        """CDF at ``years`` given each hypothesis, without "none", shape (hypothesis, year).

        Under evidence, given that "none" no longer held when it came: so that it binds, and the
        curve does not hang on how likely "none" is.
        """
        return self._all.hypothesis_cdf

    @property
    def part_cdf(self) -> Array:
        """Probability by ``years`` of arrival under each hypothesis, (hypothesis, year).

        The parts add up to ``cdf``.
        """
        return self._all.part_cdf

    @property
    def cdf(self) -> Array:
        """Probability of arrival by each of ``years``."""
        return self._all.cdf

    @property
    def cdf_without_one(self) -> Array:
        """``cdf`` without each replicate in turn, shape (replicate, year)."""
        return self._all_but_one.cdf

    @property
    def hypothesis_cdf_standard_error(self) -> Array:
        """Standard error of ``hypothesis_cdf``, shape (hypothesis, year)."""
        return np.array([self.given(name).standard_error for name in self.hypotheses])

    @property
    def hypothesis_cdf_without_one(self) -> Array:
        """``hypothesis_cdf`` without each replicate in turn, (replicate, hypothesis, year)."""
        return self._all_but_one.hypothesis_cdf

    @cached_property
    def requirement_cdf(self) -> Array:
        """P(so many FLOP are enough) given each hypothesis, at ``REQUIREMENT_EDGES``.

        With the algorithms of the requirement's year; given the evidence, and that "none" has let
        go, as in ``hypothesis_cdf``.
        """
        return enough_given_each(self.sums, self._all.case_probability)

    @property
    def refuted(self) -> float:
        """Share of the prior that is ruled out by what was not enough.

        By runs that were made and by the event's not having happened; observations, of which
        there is only more or less likely, count first.
        """
        return float(self._all.refuted)

    @property
    def effective_draws(self) -> float:
        """How many draws the evidence leaves, where "none" does not hold.

        As many as tell as much as the weighted ones: the smaller number of those of the trends,
        (sum w)^2 / sum w^2 of their weights, and of those of the requirements, of which a part is
        ruled out. All points where nothing was seen.
        """
        moments = self.sums.moments
        if moments is None:
            return float(self.points)
        share = effective_share(self.prior_share, moments[:, 0], moments[:, 1:])
        if self.origin.estimator == "count":
            return share * self.points
        left = self._all.tested_share * self.points
        return min(left, share * self.trend_points) if self.trend_points else left

    @property
    def pareto_k(self) -> float:
        """Shape of the tail of the draws' weights; NaN where they are all alike.

        Up to 0.7 ``effective_draws`` can be trusted.
        """
        likelihood = self.sums.likelihood
        if likelihood is None:
            return math.nan
        # The first case: all of the evidence binds, since "none" does not hold.
        return pareto_k(self.prior_share @ likelihood[:, 0])

    @property
    def probability_next_year(self) -> float:
        """Probability of arrival within 12 months of ``not_arrived_by``, given none until then.

        NaN where the file says no such date, or the window ends before.
        """
        now = self.parameters.evidence.not_arrived_by
        if now is None or now + 1 > self.years[-1]:
            return math.nan
        return self.within(1.0, now)[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth a look, in the parameters or in what came of them."""
        return notes(self)

    @cached_property
    def predictive_scores(self) -> tuple[Conflict, ...]:
        """How far each observation lies from what the file predicts without evidence."""
        return predictive_scores(self.parameters)

    @property
    def low_end_removed(self) -> Array:
        """Share of each hypothesis that the low-end update takes away."""
        return np.asarray(1.0 - self.sums.total[0].mean(axis=0))

    def given(self, hypothesis: str | None = None) -> EstimatedCdf:
        """Return the CDF of all, or given one hypothesis (without "none"), with its errors.

        Raises
        ------
        ValueError
            If there is no such hypothesis.
        """
        if hypothesis is None:
            return self._given_any
        if hypothesis not in self._given_one:
            known = ", ".join(self.hypotheses)
            raise ValueError(f"unknown hypothesis {hypothesis!r}; allowed: {known}")
        return self._given_one[hypothesis]

    @cached_property
    def _given_any(self) -> EstimatedCdf:
        return self._estimated(self.cdf, self.cdf_without_one)

    @cached_property
    def _given_one(self) -> dict[str, EstimatedCdf]:
        without_one = np.moveaxis(self.hypothesis_cdf_without_one, -2, 0)
        each = zip(self.hypotheses, self.hypothesis_cdf, without_one, strict=True)
        return {name: self._estimated(cdf, others) for name, cdf, others in each}

    def _estimated(self, cdf: Array, without_one: Array) -> EstimatedCdf:
        shared = self.sums.shared_error_at(self.years)
        return EstimatedCdf(self.years, cdf, without_one, shared, self.sums.unseen)

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
        parameters = self.parameters.with_weights(weights)
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
        from bioanchors.results.words import short_text

        return short_text(self)

    def _repr_html_(self) -> str:
        from bioanchors.results.words import short_html

        return short_html(self)
