"""A forecast in words: numbers as people read them, and a few lines of them."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bioanchors.results.origin import Origin, event_meaning
from bioanchors.results.summaries import QUANTILES, published_fit

if TYPE_CHECKING:
    from bioanchors.results.comparing import Change
    from bioanchors.results.forecast import Forecast
    from bioanchors.results.overlays import PublishedForecast


NO_DOUBT = "simulation error, not doubt about the future:"
"""What nobody is left to mistake an error for."""

TOLD_YEARS = 0.5
"""Years by which evidence changes what an edit does to the median, from which on it is told."""

YEAR_DIGIT, SHARE_DIGIT = 0.1, 0.001
"""The last digits of a year and of a probability that are shown."""


def year_words(forecast: Forecast, year: float) -> str:
    """Return a quantile year as text: ``2052.9``, ``before 2024``, ``after 2100``."""
    return year_text(year, forecast.parameters.first_year, forecast.parameters.last_year)


def year_text(year: float, first_year: float, last_year: float) -> str:
    """Return a quantile year of a window as text, as ``year_words``."""
    if math.isfinite(year):
        return f"{year:.1f}"
    if math.isnan(year):
        return "refuted"
    return f"after {last_year:g}" if year > 0 else f"before {first_year:g}"


def number_text(value: float, unit: str = "") -> str:
    """Return a value of a key to three digits, as ``1e+18``; a year to its tenth."""
    if unit == "year":
        return f"{value:.1f}"
    text = f"{value:.3g}"
    return f"{value:.0f}" if text.endswith("e+03") else text


def percent(probability: float) -> str:
    """Return a probability in percent."""
    return f"{100 * probability:.1f} %"


def points(error: float) -> str:
    """Return an error of a probability in percentage points."""
    return f"{plus_minus(100 * error)} pp"


def plus_minus(error: float) -> str:
    """Return an error to two digits, as far as anybody reads."""
    if not math.isfinite(error):
        return "± ?"
    return "± <0.001" if 0 < error < 0.001 else f"± {error:.2g}"


def error_row(errors: Sequence[float], digit: float, *, every: bool = False) -> list[str]:
    """Return errors as a row of texts: those that reach the last digit shown; empty if none does.

    Parameters
    ----------
    errors
        Of the numbers above them.
    digit
        The last digit shown of those.
    every
        All that are known, instead.
    """
    shown = [math.isfinite(error) and (every or error >= digit) for error in errors]
    row = [plus_minus(e) if is_shown else "" for e, is_shown in zip(errors, shown, strict=True)]
    return row if any(shown) else []


def none_words(forecast: Forecast) -> str:
    """Return the probability of "none" as text, with its years where it is not the same in all."""
    none, years = forecast.none_probability, forecast.years
    first, last = percent(none[0]), percent(none[-1])
    return first if first == last else f"{first} in {years[0]:g}, {last} in {years[-1]:g}"


class HasOrigin(Protocol):
    """What knows how it was made: a forecast, or what a sweep keeps of one."""

    @property
    def origin(self) -> Origin: ...  # noqa: D102
    @property
    def points(self) -> int: ...  # noqa: D102
    @property
    def trend_points(self) -> int: ...  # noqa: D102


def made_words(forecast: HasOrigin) -> str:
    """Return how the forecast was made, to make it again, and the error that this left."""
    origin = forecast.origin
    early = "" if origin.stopped_by == "precision" else f" (stopped by {origin.stopped_by})"
    return f"{NO_DOUBT} at most {100 * origin.error:.2g} pp{early}; {points_words(forecast)}"


def points_words(forecast: HasOrigin) -> str:
    """Return of which points the forecast was made, and by what."""
    origin = forecast.origin
    random = "" if origin.sampler == "sobol" else f"{origin.sampler} "
    trends = f" ({forecast.trend_points:,} for trends)" if forecast.trend_points else ""
    return (
        f"{forecast.points:,} {random}points{trends}, seed {origin.seed}, "
        f"bioanchors {origin.version}"
    )


def all_made_words(forecasts: Sequence[HasOrigin]) -> str:
    """Return how several forecasts were made, with the largest of their errors."""
    if len(forecasts) == 1:
        return made_words(forecasts[0])
    error = max(forecast.origin.error for forecast in forecasts)
    most = max(forecast.points for forecast in forecasts)
    least = min(forecast.points for forecast in forecasts)
    points = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    origin = forecasts[0].origin
    early = sum(forecast.origin.stopped_by != "precision" for forecast in forecasts)
    return (
        f"{NO_DOUBT} at most {100 * error:.2g} pp"
        f"{f' ({early} stopped early)' if early else ''}; {points} points, seed {origin.seed}, "
        f"bioanchors {origin.version}"
    )


def overlay_words(overlay: PublishedForecast, years: Sequence[float]) -> str:
    """Return a published forecast in a line or two: what it says of some years, and of what."""
    chances = [
        f"{year:g} {percent(overlay.probability_by(year))}"
        for year in years
        if math.isfinite(overlay.probability_by(year))
    ]
    if math.isfinite(overlay.median):
        chances.append(f"median {overlay.median:.1f}")
    figures = ", ".join(chances) or "nothing of these years"
    return f"{overlay.title}: {figures} ({overlay.milestone})"


def evidence_words(forecast: Forecast) -> str:
    """Return what the evidence did, and why, in a sentence."""
    same = ((forecast.cdf, forecast.prior.cdf), (forecast.share, forecast.prior_share))
    if all(np.allclose(after, before, rtol=0, atol=1e-12) for after, before in same):
        return "the evidence changes nothing of this forecast"
    median = year_words(forecast.prior, forecast.prior.quantile(0.5))
    text = f"evidence moves the median from {median}"
    if forecast.refuted >= SHARE_DIGIT / 2:
        text += f" ({percent(forecast.refuted)} of the prior is ruled out)"
    next_year = forecast.probability_next_year
    if math.isfinite(next_year):
        now = forecast.parameters.evidence.not_arrived_by
        text += f"; if not {forecast.event} by {now:g}: {percent(next_year)} within 12 months"
    return text


def within_words(forecast: Forecast, duration_years: float, start: float) -> str:
    """Return the probability within so many years of a date."""
    probability, error = forecast.within(duration_years, start)
    if not math.isfinite(probability):
        return f"{forecast.event} by {start:.5g} for certain"
    told = f" {points(error)}" if error >= SHARE_DIGIT else ""
    span = f"within {duration_years:g} year{'' if duration_years == 1 else 's'}"
    return f"{span} of {start:.6g}, if not {forecast.event} before: {percent(probability)}{told}"


def draws_words(forecast: Forecast) -> str:
    """Return how many draws the evidence leaves, and whether that number can be trusted."""
    k = f", Pareto k {forecast.pareto_k:.1f}" if math.isfinite(forecast.pareto_k) else ""
    return f"evidence leaves {forecast.effective_draws:,.0f} effective draws{k}"


def published_words(forecast: Forecast) -> str | None:
    """Return how far the forecast is from what its file is meant to reproduce."""
    published = published_fit(forecast)
    if published is None:
        return None
    parts = []
    worst = published["largest_difference"]
    if worst is not None:
        count = published["years"]
        years = "1 year" if count == 1 else f"{count} years"
        parts.append(
            f"at most {100 * worst['difference']:+.2f} pp off ({worst['year']}, of {years})"
        )
    if published["median_year"] is not None:
        median = year_words(forecast, forecast.quantile(0.5))
        parts.append(f"median {median} against {published['median_year']:g}")
    return "; ".join(parts)


def adjusted_words(forecast: Forecast) -> str | None:
    """Return the judgement on top of the model beside what the model says, and why."""
    adjusted = forecast.parameters.tables.adjusted
    if adjusted is None or not adjusted.probability_by:
        return None
    first, last = forecast.years[0], forecast.years[-1]
    parts = []
    for year, probability in sorted(adjusted.probability_by.items()):
        own = ""
        if first <= int(year) <= last:
            own = f" (model {percent(forecast.probability_by(int(year)))})"
        parts.append(f"{year} {percent(probability)}{own}")
    return f"{', '.join(parts)}: {adjusted.reason}"


def change_words(forecast: Forecast, change: Change) -> str:
    """Return what an edit did: ``against X: median A -> B, by 2036 +7.3 pp``."""
    before = year_text(change.median_before, *change.window_before)
    parts = [f"median {before} -> {year_words(forecast, change.median_after)}"]
    for year, value in change.probability.items():
        # Adding 0 makes a rounded -0 a plain 0.
        parts.append(f"by {year:g} {round(100 * value, 1) + 0.0:+.1f} pp")
    told = f"against {change.baseline}"
    if change.events is not None:
        told += f" ({' -> '.join(change.events)})"
    return f"{told}: {', '.join(parts)}{_resistance(forecast, change)}"


def without_words(forecast: Forecast, without: Forecast) -> str:
    """Return what a forecast would be without its interventions, and what it is, in a sentence.

    Parameters
    ----------
    forecast
        As it is.
    without
        Of the same file without them.
    """
    years = [
        f"{percent(without.probability_by(year))} ({percent(forecast.probability_by(year))}) by "
        f"{year:g}"
        for year in forecast.parameters.report_years
    ]
    medians = (year_words(each, each.quantile(0.5)) for each in (without, forecast))
    return (
        "Without its interventions, and in brackets with them: median {} ({}), probability {}."
    ).format(*medians, ", ".join(years))


def _resistance(forecast: Forecast, change: Change) -> str:
    """Return what an edit does before the evidence, if the evidence makes much of a difference."""
    if change.prior_medians is None:
        return ""
    first, second = change.prior_medians
    before, after = second - first, change.median_after - change.median_before
    if not abs(before - after) >= max(TOLD_YEARS, abs(before) / 3):
        return ""
    told = "the evidence resists: before it" if abs(after) < abs(before) else "before the evidence"
    medians = year_text(first, *change.window_before), year_words(forecast, second)
    return f"; {told}, median {' -> '.join(medians)}"


def short_text(forecast: Forecast) -> str:
    """Return a forecast in a few lines, for a terminal."""
    years = ", ".join(
        f"{100 * p:.0f} % {year_words(forecast, forecast.quantile(p))}" for p in QUANTILES
    )
    chances = ", ".join(
        f"{year:g}: {percent(forecast.probability_by(year))}"
        for year in forecast.parameters.report_years
    )
    evidence = f"  {evidence_words(forecast)}\n" if forecast.has_evidence else ""
    evidence += "".join(f"  note: {note}\n" for note in forecast.notes)
    return (
        f"<Forecast: {forecast.title}>\n"
        f"  arrival year ({forecast.event}): {years}\n"
        f"  probability by {chances}\n"
        f"{evidence}"
        f"  {made_words(forecast)}"
    )


def short_html(forecast: Forecast) -> str:
    """Return a forecast as a small table, for a notebook; errors where they reach a digit shown."""

    def row(head: str, cells: list[str], tag: str) -> str:
        inside = "".join(f"<{tag}>{cell}</{tag}>" for cell in cells)
        return f"<tr><th>{head}</th>{inside}</tr>" if cells else ""

    quantiles = [forecast.quantile(p) for p in QUANTILES]
    errors = [forecast.quantile_standard_error(p) for p in QUANTILES]
    report = forecast.parameters.report_years
    chances = [100 * forecast.probability_standard_error(year) for year in report]
    return (
        f"<div><strong>{html.escape(forecast.title)}</strong><br>"
        f"{forecast.event}: {event_meaning(forecast.parameters)}"
        "<table>"
        + row("arrival year", [f"{100 * p:.0f} %" for p in QUANTILES], "th")
        + row("", [year_words(forecast, q) for q in quantiles], "td")
        + row("", error_row(errors, YEAR_DIGIT), "td")
        + "</table><table>"
        + row("probability by", [f"{year:g}" for year in report], "th")
        + row("", [percent(forecast.probability_by(y)) for y in report], "td")
        + row("", error_row(chances, 100 * SHARE_DIGIT), "td")
        + "</table>"
        + (f"<p>{evidence_words(forecast)}</p>" if forecast.has_evidence else "")
        + "".join(f"<p>note: {html.escape(note)}</p>" for note in forecast.notes)
        + f"<small>{made_words(forecast)}</small></div>"
    )
