"""What an edit does to a forecast: differences between two runs on the same streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bioanchors.parameters import BadParameters, Parameters
from bioanchors.results.arrival import probability_at
from bioanchors.results.estimates import jackknife_error
from bioanchors.results.forecast import Forecast
from bioanchors.results.running import run


@dataclass(frozen=True, slots=True)
class Change:
    """Difference of a forecast from a baseline.

    Attributes
    ----------
    baseline
        What it is compared with.
    median_before, median_after
        Median years; ``-inf`` at or before the window's first, ``inf`` where not reached.
    window_before
        First and last year of the baseline's window.
    probability
        Difference of the probability of arrival, by year.
    standard_error
        Its standard error. The runs share their streams, so differences are compared replicate by
        replicate, and their errors are smaller than those of either probability.
    prior_medians
        Median years before the evidence, of the baseline and of the forecast, if both have any.
    events
        Of which event the baseline's years and the forecast's are, where these differ.
    """

    baseline: str
    median_before: float
    median_after: float
    window_before: tuple[int, int]
    probability: dict[float, float]
    standard_error: dict[float, float]
    prior_medians: tuple[float, float] | None = None
    events: tuple[str, str] | None = None


def change(
    forecast: Forecast, baseline: Forecast, name: str, years: Iterable[float] | None = None
) -> Change:
    """Compare a forecast with a baseline that has as many replicates.

    Probabilities are those by ``years``, by default the report years of the forecast's file.
    Replicates are paired, whatever their draws; run both with the same seed and sampler, and
    what they share drops out of the difference and its error.

    Raises
    ------
    ValueError
        If the two have different numbers of replicates.
    """
    if forecast.replicates != baseline.replicates:
        raise ValueError("the forecasts have different numbers of replicates")
    probability, error = {}, {}
    for year in forecast.parameters.report_years if years is None else years:
        if baseline.years[0] <= year <= baseline.years[-1]:
            after, before = (
                probability_at(year, each.years, each.cdf_without_one)
                for each in (forecast, baseline)
            )
            probability[year] = forecast.probability_by(year) - baseline.probability_by(year)
            error[year] = float(jackknife_error(after - before))
    events, priors = (_event(baseline), _event(forecast)), None
    if forecast.has_evidence and baseline.has_evidence:
        priors = baseline.prior.quantile(0.5), forecast.prior.quantile(0.5)
    return Change(
        name,
        baseline.quantile(0.5),
        forecast.quantile(0.5),
        (baseline.parameters.first_year, baseline.parameters.last_year),
        probability,
        error,
        priors,
        None if events[0] == events[1] else events,
    )


def _event(forecast: Forecast) -> str:
    """Return the event, and the milestone if the file says which."""
    milestone = forecast.parameters.milestone
    return forecast.event if milestone == "base" else f"{milestone}, {forecast.event}"


def run_with_change(
    parameters: Parameters,
    weights: Mapping[str, float] | None = None,
    years: Iterable[float] | None = None,
    **options: Any,
) -> tuple[Forecast, Change | None]:
    """Run the parameters and, where they are an edit of something, what they are an edit of.

    Parameters
    ----------
    parameters, weights
        What is run, as ``run``.
    years
        As ``change``.
    options
        Of ``run``, for both.
    """
    forecast = run(parameters, weights=weights, **options)
    if weights is not None and not parameters.is_edited:
        before = Forecast(parameters, forecast.sums, forecast.origin)
        return forecast, change(forecast, before, parameters.name, years)
    try:
        baseline = parameters.baseline()
    except BadParameters:
        # A parent may be a fragment that is no forecast of its own.
        baseline = None
    if baseline is None:
        return forecast, None
    return forecast, change(forecast, run(baseline, **options), baseline.name, years)
