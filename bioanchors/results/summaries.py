"""The figures that people quote, as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bioanchors.formats.strict_json import parsed_object
from bioanchors.parameters import date_of
from bioanchors.results.origin import event_meaning
from bioanchors.results.wanted import USUAL, Wanted
from bioanchors.visible import json_text

if TYPE_CHECKING:
    from bioanchors.results.arrival import EstimatedCdf
    from bioanchors.results.comparing import Change
    from bioanchors.results.forecast import Forecast
    from bioanchors.results.overlays import PublishedForecast

Json = dict[str, Any]
LEVEL = 0.95
SCHEMA = Path(__file__).with_name("summary.schema.json")
"""JSON Schema of what ``summary`` returns."""
QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)


def summary(
    forecast: Forecast,
    change: Change | None = None,
    overlays: Sequence[PublishedForecast] = (),
    wanted: Wanted = USUAL,
) -> Json:
    """Return a forecast's figures as plain numbers and texts.

    Parameters
    ----------
    forecast
        The forecast.
    change
        What an edit did, if it is to be told.
    overlays
        Published forecasts to hold beside it.
    wanted
        Other years than the file's, and spans of years.

    Notes
    -----
    A year that is not reached is ``null`` with its ``state``; nothing is NaN or infinite.
    """
    origin, parameters, cdf = forecast.origin, forecast.parameters, forecast.given()
    years = list(wanted.years_of(forecast).values())
    return {
        "format": 1,
        "title": forecast.title,
        "source": parameters.tables.source,
        "name": parameters.name,
        "event": forecast.event,
        "event_meaning": event_meaning(forecast.parameters),
        "bioanchors_version": origin.version,
        "created": origin.created,
        "seed": origin.seed,
        "sampler": origin.sampler,
        "estimator": origin.estimator,
        "points": forecast.points,
        "precision": origin.precision,
        "trend_points": forecast.trend_points,
        "counted_hypotheses": list(forecast.sums.counted),
        "largest_standard_error": _finite(origin.error),
        "stopped_by": origin.stopped_by,
        "replicates": forecast.replicates,
        "pseudo_random_inputs": list(origin.pseudo_random_inputs),
        "first_year": parameters.first_year,
        "last_year": parameters.last_year,
        "quantile_years": [{"probability": p, **_quantile(cdf, p)} for p in QUANTILES],
        "probability_by": [_probability(cdf, year) for year in years],
        "within": [_within(cdf, *span) for span in wanted.spans(forecast)],
        "mass": {
            "at_or_before_first_year": forecast.mass_at_or_before,
            "within": forecast.mass_within,
            "not_by_last_year": forecast.mass_beyond,
        },
        "none": {
            "at_first_year": float(forecast.none_probability[0]),
            "at_last_year": float(forecast.none_probability[-1]),
        },
        "hypotheses": {name: _hypothesis(forecast, name, years) for name in forecast.hypotheses},
        "evidence": _evidence(forecast, years),
        "published": published_fit(forecast),
        "adjusted": adjusted_by(forecast),
        "overlays": [asdict(overlay) for overlay in overlays],
        "change": None if change is None else _change(change),
        "notes": list(forecast.notes),
        "parameters_sha256": parameters.hash,
        "parameters": parameters.text,
    }


def summary_json(
    forecast: Forecast,
    change: Change | None = None,
    overlays: Sequence[PublishedForecast] = (),
    wanted: Wanted = USUAL,
) -> str:
    """Return ``summary`` as JSON text."""
    return json_text(summary(forecast, change, overlays, wanted), indent=1)


def wanted_in(raw: bytes) -> Wanted:
    """Return which years and spans the summary of a run tells of.

    Raises
    ------
    ValueError
        If it is no such summary.
    """
    document = parsed_object(raw)
    try:
        first, last = float(document["first_year"]), float(document["last_year"])
        years = [float(each["year"]) for each in document["probability_by"]]
        spans = [(float(each["years"]), float(each["start"])) for each in document["within"]]
    except (KeyError, TypeError) as error:
        raise ValueError("no summary of a run") from error
    ends = [(year, year) for year in years] + [(start, start + span) for span, start in spans]
    if not all(first <= start <= end <= last for start, end in ends):
        raise ValueError("years outside of its window")
    named = {f"{year:g}": year for year in years}
    return Wanted(named if len(named) == len(years) else None, tuple(spans))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _date(year: float) -> str | None:
    return date_of(year) if math.isfinite(year) else None


def _quantile(cdf: EstimatedCdf, probability: float) -> Json:
    year, error = cdf.quantile(probability), cdf.quantile_standard_error(probability)
    low, high = cdf.quantile_interval(probability, LEVEL)
    return {
        "year": _finite(year),
        "date": _date(year),
        "standard_error": _finite(error),
        "interval_95": [_finite(low), _finite(high)],
        "state": _state(year),
    }


def _within(cdf: EstimatedCdf, duration_years: float, start: float) -> Json:
    probability, error = cdf.within(duration_years, start)
    return {
        "years": duration_years,
        "start": start,
        "start_date": _date(start),
        "probability": _finite(probability),
        "standard_error": _finite(error),
    }


def _probability(cdf: EstimatedCdf, year: float) -> Json:
    return {
        "year": year,
        "date": _date(year),
        "probability": _finite(cdf.probability_by(year)),
        "standard_error": _finite(cdf.probability_standard_error(year)),
        "interval_95": [_finite(end) for end in cdf.probability_interval(year, LEVEL)],
    }


def _hypothesis(forecast: Forecast, name: str, years: Sequence[float]) -> Json:
    i, cdf = forecast.hypotheses.index(name), forecast.given(name)
    return {
        "weight": forecast.parameters.weights[name],
        "share": _finite(float(forecast.share[i])),
        "prior_share": float(forecast.prior_share[i]),
        "low_end_removed": float(forecast.low_end_removed[i]),
        "median_year": _quantile(cdf, 0.5),
        "probability_by": [_probability(cdf, year) for year in years],
    }


def _evidence(forecast: Forecast, years: Sequence[float]) -> Json | None:
    """Return the prior beside what the evidence made of it, and how many draws it leaves."""
    if not forecast.has_evidence:
        return None
    prior = forecast.prior.given()
    median = forecast.quantile(0.5) - prior.quantile(0.5)
    return {
        "not_arrived_by": forecast.parameters.evidence.not_arrived_by,
        "not_arrived_event": forecast.parameters.evidence_event,
        "prior": {
            "quantile_years": [{"probability": p, **_quantile(prior, p)} for p in QUANTILES],
            "probability_by": [_probability(prior, year) for year in years],
        },
        "median_moved_years": _finite(median),
        "refuted": forecast.refuted,
        "probability_within_12_months": _finite(forecast.probability_next_year),
        "effective_draws": _finite(forecast.effective_draws),
        "pareto_k": _finite(forecast.pareto_k),
    }


def adjusted_by(forecast: Forecast) -> Json | None:
    """Return the judgement on top of the model, and why, if the file has one."""
    adjusted = forecast.parameters.tables.adjusted
    return None if adjusted is None else adjusted.model_dump(exclude_none=True)


def published_fit(forecast: Forecast) -> Json | None:
    """Return how far the forecast is from what its file is meant to reproduce, if from anything."""
    published = forecast.parameters.tables.published
    if published is None:
        return None
    differences = {
        int(year): forecast.probability_by(int(year)) - probability
        for year, probability in (published.probability_by or {}).items()
        if forecast.years[0] <= int(year) <= forecast.years[-1]
    }
    worst = max(differences, key=lambda year: abs(differences[year]), default=None)
    return {
        "source": published.source,
        "years": len(differences),
        "largest_difference": None
        if worst is None
        else {"year": worst, "difference": differences[worst]},
        "median_year": published.median_year,
    }


def _median(year: float) -> Json:
    return {"year": _finite(year), "state": _state(year)}


def _state(year: float) -> str:
    if math.isfinite(year):
        return "within"
    if math.isnan(year):
        return "refuted"
    return "not by last_year" if year > 0 else "at or before first_year"


def _change(change: Change) -> Json:
    return {
        "against": change.baseline,
        "median_before": _median(change.median_before),
        "median_after": _median(change.median_after),
        "probability_by": [
            {
                "year": year,
                "difference": value,
                "standard_error": _finite(change.standard_error[year]),
            }
            for year, value in change.probability.items()
        ],
    }
