"""A forecast as one labelled Dataset, and back. Here, and only here, arrays get their labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bioanchors.engine import REQUIREMENT_EDGES, Sums
from bioanchors.parameters import Parameters, found
from bioanchors.results.estimates import Array
from bioanchors.results.origin import Origin, check_rounds, event_meaning, rounds_of, rounds_text
from bioanchors.results.stored import (
    DIGEST,
    WITHIN,
    check_dataset,
    dataset_digest,
    text_in,
    whole_in,
)
from bioanchors.sampling.streams import MOST_POINTS

if TYPE_CHECKING:
    import xarray as xr

    from bioanchors.results.forecast import Forecast


def label(forecast: Forecast) -> xr.Dataset:
    """Return a forecast's sums and estimates with names, units and where they come from."""
    import xarray as xr

    used = _between_none_and_all(forecast)
    variables = {
        **_by_year(forecast),
        **_by_hypothesis(forecast, used),
        **_sums(forecast.sums, used),
        **_seen_variables(forecast, used),
    }
    dataset = xr.Dataset(
        {
            name: (dims, values, {"long_name": long_name, "units": "1"})
            for name, (dims, values, long_name) in variables.items()
        },
        coords=_coords(forecast, used),
        attrs=_attrs(forecast),
    )
    return dataset.assign_attrs({DIGEST: dataset_digest(dataset)})


Variables = dict[str, tuple[str | tuple[str, ...], Array, str]]
"""Dimensions, values and meaning, by name."""


def _coords(forecast: Forecast, used: slice) -> dict[str, Any]:
    sums = forecast.sums
    return {
        "year": ("year", sums.years, {"long_name": "decimal year", "units": "year"}),
        "hypothesis": list(forecast.hypotheses),
        "replicate": np.arange(forecast.replicates, dtype=np.int32),
        "log10_flop": (
            "log10_flop",
            REQUIREMENT_EDGES[used],
            {
                "long_name": "training FLOP with the algorithms of the requirement's year",
                "units": "log10 FLOP",
            },
        ),
    }


def _attrs(forecast: Forecast) -> dict[str, str]:
    sums, parameters = forecast.sums, forecast.parameters
    return {
        "title": storable(parameters.tables.title or parameters.name),
        "source": storable(parameters.tables.source or ""),
        "note": storable(parameters.tables.note or ""),
        "name": parameters.name,
        "event": forecast.event,
        "event_meaning": event_meaning(parameters),
        **forecast.origin.attrs(),
        "points": str(forecast.points),
        "points_per_replicate": str(sums.points),
        "trend_points_per_replicate": str(sums.trend_points),
        "rounds": rounds_text(sums.rounds),
        "shared_standard_error": repr(sums.unseen),
        "trends_drawn_near_observations": str(sums.proposed),
        "counted_hypotheses": ", ".join(sums.counted),
        "parameters": parameters.text,
        "parameters_sha256": parameters.hash,
    }


def _by_year(forecast: Forecast) -> Variables:
    by_year = ("hypothesis", "year")
    return {
        "cdf": ("year", forecast.cdf, "probability of arrival by the year"),
        "cdf_standard_error": (
            "year",
            forecast.cdf_standard_error,
            "standard error of the probability of arrival",
        ),
        "hypothesis_cdf": (
            by_year,
            forecast.hypothesis_cdf,
            "probability of arrival by the year given the hypothesis, without none",
        ),
        "hypothesis_cdf_standard_error": (
            by_year,
            forecast.hypothesis_cdf_standard_error,
            "standard error given the hypothesis",
        ),
        "between_years_error": (
            "year",
            np.broadcast_to(forecast.sums.between, forecast.years.shape),
            "bound of what interpolation between years leaves, part of every standard error",
        ),
        WITHIN: (
            "year",
            _within(forecast)[-1],
            "standard error that strata of single inputs leave, part of every standard error",
        ),
        "none_probability": (
            "year",
            forecast.none_probability,
            "probability that none of the hypotheses holds",
        ),
    }


def _by_hypothesis(forecast: Forecast, used: slice) -> Variables:
    return {
        "requirement_cdf": (
            ("hypothesis", "log10_flop"),
            forecast.requirement_cdf[:, used],
            "probability that the FLOP are enough with 2020 algorithms, given the hypothesis",
        ),
        "weight": (
            "hypothesis",
            np.array(list(forecast.parameters.weights.values())),
            "weight as written",
        ),
        "share": ("hypothesis", forecast.share, "share of what none leaves, as used"),
        "low_end_removed": (
            "hypothesis",
            forecast.low_end_removed,
            "share of the hypothesis that the low-end update takes away",
        ),
    }


def _sums(sums: Sums, used: slice) -> Variables:
    by_replicate = ("replicate", "hypothesis")
    return {
        "arrived": (
            (*by_replicate, "year"),
            sums.arrived[0],
            "weight of the draws that have arrived, without none",
        ),
        "enough": (
            (*by_replicate, "log10_flop"),
            sums.enough[0, ..., used],
            "weight of the draws for which the FLOP are enough",
        ),
        "total": (by_replicate, sums.total[0], "weight of all draws"),
    }


def _within(forecast: Forecast) -> Array:
    """Return the standard error that strata leave before the evidence, if any, and after it."""
    sums = forecast.sums
    shape = (1 + bool(sums.until), sums.years.size)
    return np.broadcast_to(sums.within, shape)


def storable(text: str) -> str:
    """Return a text without NUL, at which texts end in HDF5."""
    return text.replace("\0", r"\x00")


def _seen_variables(forecast: Forecast, used: slice) -> Variables:
    """Return the prior, and the sums under the evidence, where there is any."""
    sums, prior = forecast.sums, forecast.prior
    likelihood, moments = sums.likelihood, sums.moments
    if likelihood is None or moments is None:
        return {}
    by_case = ("case", "replicate", "hypothesis")
    return {
        "prior_cdf": ("year", prior.cdf, "probability of arrival before the evidence"),
        "prior_cdf_standard_error": ("year", prior.cdf_standard_error, "its standard error"),
        f"prior_{WITHIN}": ("year", _within(forecast)[0], "the same before the evidence"),
        "prior_hypothesis_cdf": (
            ("hypothesis", "year"),
            prior.hypothesis_cdf,
            "probability of arrival before the evidence, given the hypothesis, without none",
        ),
        "prior_share": ("hypothesis", forecast.prior_share, "share before the evidence"),
        "case_until": ("case", np.array(sums.until), "last year of release of the case"),
        "seen_arrived": (
            (*by_case, "year"),
            sums.arrived[1:],
            "weight, by the evidence, of the draws that have arrived, without none",
        ),
        "seen_total": (by_case, sums.total[1:], "weight, by the evidence, of all draws"),
        "seen_enough": (
            (*by_case, "log10_flop"),
            sums.enough[1:, ..., used],
            "weight, by the evidence, of the draws for which the FLOP are enough",
        ),
        "likelihood": (
            ("hypothesis", "case", "kept_draw"),
            likelihood,
            "likelihood of some draws, relative to one another",
        ),
        "likelihood_moments": (
            ("hypothesis", "moment"),
            moments,
            "means of the likelihood over all draws, and of its products with each hypothesis'",
        ),
    }


def unlabel(dataset: xr.Dataset, parameters: Parameters) -> tuple[Sums, Origin]:
    """Return the sums of a Dataset that ``label`` made, and how they were made.

    Raises
    ------
    ValueError
        If the Dataset is not one of these parameters, or not a whole one.
    """
    check_dataset(dataset, parameters)
    attrs = dataset.attrs
    origin, rounds = Origin.of_attrs(attrs), rounds_in(attrs)
    check_rounds(rounds, dataset.sizes["replicate"], origin.estimator)
    counted = tuple(filter(None, text_in(attrs, "counted_hypotheses").split(", ")))
    if not set(counted) <= set(parameters.weights):
        raise ValueError(f"counted_hypotheses: {found(', '.join(counted))}; allowed: hypotheses")
    arrived, total = ([dataset[name].values[np.newaxis]] for name in ("arrived", "total"))
    enough = [_all_edges(dataset, "enough", "total")[np.newaxis]]
    seen = "seen_arrived" in dataset
    if seen:
        arrived.append(dataset["seen_arrived"].values)
        total.append(dataset["seen_total"].values)
        enough.append(_all_edges(dataset, "seen_enough", "seen_total"))
    # Earlier versions knew of no errors within strata.
    within = [name for name in (f"prior_{WITHIN}", WITHIN) if name in dataset]
    sums = Sums(
        years=dataset["year"].values,
        arrived=np.concatenate(arrived),
        total=np.concatenate(total),
        enough=np.concatenate(enough),
        points=whole_in(attrs, "points_per_replicate", 1, MOST_POINTS),
        trend_points=whole_in(attrs, "trend_points_per_replicate", 0, MOST_POINTS),
        until=tuple(float(year) for year in dataset["case_until"].values) if seen else (),
        likelihood=dataset["likelihood"].values if seen else None,
        moments=dataset["likelihood_moments"].values if seen else None,
        counted=counted,
        between=dataset["between_years_error"].values,
        within=np.array([dataset[name].values for name in within]) if within else 0.0,
        rounds=rounds,
        unseen=_shared_error(text_in(attrs, "shared_standard_error")),
        proposed=text_in(attrs, "trends_drawn_near_observations") == "True",
    )
    return sums, origin


def rounds_in(attrs: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Return the rounds that a file tells of; one that tells of none was made in one round.

    Raises
    ------
    ValueError
        If they are not what rounds can be.
    """
    if "rounds" in attrs:
        return rounds_of(text_in(attrs, "rounds"))
    points = whole_in(attrs, "points_per_replicate", 1, MOST_POINTS)
    return ((points, whole_in(attrs, "trend_points_per_replicate", 0, MOST_POINTS) or points),)


def _shared_error(text: str) -> float:
    try:
        error = float(text)
    except ValueError:
        error = math.nan
    if not 0 <= error < math.inf:
        raise ValueError(f"shared_standard_error: {found(text)}; allowed: a number, at least 0")
    return error


def _all_edges(dataset: xr.Dataset, name: str, total_name: str) -> Array:
    """Return ``enough`` at all edges of the engine, those cut off when labelled filled in."""
    enough, total = dataset[name].values, dataset[total_name].values
    first = int(np.searchsorted(REQUIREMENT_EDGES, dataset["log10_flop"].values[0]))
    full = np.zeros((*enough.shape[:-1], REQUIREMENT_EDGES.size))
    full[..., first:] = total[..., np.newaxis]
    full[..., first : first + enough.shape[-1]] = enough
    return full


def _between_none_and_all(forecast: Forecast) -> slice:
    """Edges of the requirement's CDF between its last 0 and its first 1, of any hypothesis."""
    share = np.vstack([forecast.prior.requirement_cdf, np.nan_to_num(forecast.requirement_cdf)])
    first = int(np.argmax(np.any(share > 0, axis=0)))
    # Sums in different orders may differ in their last bits.
    full = np.all(share > 1 - 1e-12, axis=0)
    last = int(np.argmax(full)) if full.any() else full.size - 1
    return slice(max(0, first - 1), last + 1)
