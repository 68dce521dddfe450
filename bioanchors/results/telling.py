"""A forecast told to those who read no tables: in sentences, and as a methods paragraph."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bioanchors.results.input_words import listed
from bioanchors.results.mechanisms import mechanism_words, supposed_words
from bioanchors.results.origin import event_meaning
from bioanchors.results.wanted import USUAL, Wanted
from bioanchors.results.words import none_words, percent

if TYPE_CHECKING:
    from bioanchors.results.forecast import Forecast

EARLY, LATE = 0.1, 0.9
GROUPS = {
    "hypothesis choice": "which hypothesis holds",
    "brain": "how much a brain computes",
}
"""Groups of inputs as one says them."""

REPORT_2020 = "cotra2020"
"""The preset of the 2020 report's best guess."""


def opening_words(
    forecast: Forecast,
    reference: Forecast | None = None,
    hangs_on: Sequence[tuple[str, float]] = (),
    hangs_on_year: float = math.nan,
    wanted: Wanted = USUAL,
) -> str:
    """Return what is forecast, by when, how sure, what it hangs on, and how it differs.

    Parameters
    ----------
    forecast
        The forecast.
    reference
        That of the 2020 report.
    hangs_on, hangs_on_year
        What the probability by a year hangs on most, each with its share of the variance.
    wanted
        By which years it is told how likely it is.
    """
    sentences = [
        _median_sentence(forecast),
        f"It gives that {_chances(forecast, wanted.years_of(forecast))}.",
        _spread_sentence(forecast),
    ]
    supposed = supposed_words(forecast.parameters)
    if supposed:
        sentences.insert(1, supposed)
    if forecast.none_probability.max() > 0:
        none = none_words(forecast)
        sentences.append(f"For none of its hypotheses to hold it leaves {none}.")
    if hangs_on:
        (first, share), *others = ((GROUPS.get(name, name), share) for name, share in hangs_on)
        told = [f"{name} ({whole_percent(share)})" for name, share in others]
        sentences.append(
            f"How likely it is by {hangs_on_year:g} hangs most on "
            + listed([f"{first} ({whole_percent(share)} of the variance)", *told])
            + "."
        )
    if reference is not None:
        sentences.append(_against_sentence(forecast, reference))
    return " ".join(sentences)


def whole_percent(probability: float) -> str:
    """Return a probability in whole percent, as one says it."""
    if 0 < probability < 0.005:
        return "less than 1 %"
    if 0.995 <= probability < 1:
        return "more than 99 %"
    return f"{100 * probability:.0f} %"


def headline_words(forecast: Forecast) -> str:
    """Return the forecast in one sentence, as a headline has it."""
    odds = _odds(forecast)
    meaning = event_meaning(forecast.parameters)
    return f"Transformative AI: {odds} that {meaning}"


def _median_sentence(forecast: Forecast) -> str:
    meaning = event_meaning(forecast.parameters)
    return f"Of transformative AI this forecast says: {_odds(forecast)} that {meaning}."


def _odds(forecast: Forecast) -> str:
    median, window = forecast.quantile(0.5), forecast.parameters
    if median == math.inf:
        return f"by {window.last_year} odds are less than even"
    if median == -math.inf:
        return f"before {window.first_year} odds are more than even"
    return f"in the course of {int(median)} it becomes as likely as not"


def _chances(forecast: Forecast, years: Mapping[str, float]) -> str:
    chances = {text: forecast.probability_by(year) for text, year in years.items()}
    return listed([f"{whole_percent(chance)} by {text}" for text, chance in chances.items()])


def _spread_sentence(forecast: Forecast) -> str:
    window = forecast.parameters
    early, late = (forecast.quantile(p) for p in (EARLY, LATE))
    if early == -math.inf:
        first = f"more than one chance in ten that it has come by {window.first_year}"
    elif early == math.inf:
        first = f"less than one chance in ten that it comes by {window.last_year}"
    else:
        first = f"one chance in ten that it comes before {early:.0f}"
    second = f"one in ten that it does not by {late:.0f}"
    if not math.isfinite(late):
        second = f"{whole_percent(forecast.mass_beyond)} that it does not by {window.last_year}"
    return f"How unsure it is, its spread says: {first}, and {second}."


def _against_sentence(forecast: Forecast, reference: Forecast) -> str:
    own, other = forecast.quantile(0.5), reference.quantile(0.5)
    apart = ""
    if math.isfinite(own - other) and abs(own - other) >= 0.05:
        apart = f", {abs(own - other):.1f} years {'later' if other > own else 'earlier'}"
    window = reference.parameters
    both = {
        str(year): year
        for year in forecast.parameters.report_years
        if window.first_year <= year <= window.last_year
    }
    told = f", and gave {_chances(reference, both)}" if both else ""
    event = ""
    if forecast.event != reference.event:
        event = f", which is of {reference.event} and not of {forecast.event},"
    return f"The 2020 report's best guess{event} had its median in {int(other)}{apart}{told}."


def methods_words(forecast: Forecast) -> str:
    """Return how the forecast was made, as a paragraph for a paper."""
    parameters, origin = forecast.parameters, forecast.origin
    shares = [
        f"{name.replace('_', ' ')} {percent(share)}"
        for name, share in zip(forecast.hypotheses, forecast.prior_share, strict=True)
    ]
    told = mechanism_words(parameters)
    points = "Sobol' points" if origin.sampler == "sobol" else "pseudo-random points"
    how = "by integration over" if origin.estimator == "integrate" else "by counting"
    return (
        f"We forecast the year of arrival ({forecast.event}: {event_meaning(parameters)}) with "
        f"bioanchors {origin.version}, a Monte Carlo implementation of the biological-anchors "
        f"model (Cotra 2020). Training compute asked for is a mixture of {len(shares)} "
        f"hypothes{'is' if len(shares) == 1 else 'es'} (prior shares: {listed(shares)}); the "
        "largest training run follows from spending and from hardware's price-performance, and "
        f"what is asked for falls with algorithmic progress. {f'{told} ' if told else ''}Every "
        "input, with its distribution and source, stands in parameter file "
        f"{parameters.name} (SHA-256 {parameters.hash}). "
        f"Probabilities were computed {how} {forecast.points:,} "
        f"{points} (seed {origin.seed}), with a simulation error of at most "
        f"{100 * origin.error:.2g} percentage points."
    )


def citation_words(forecast: Forecast) -> str:
    """Return how to cite the run, the program and the report whose model it implements."""
    parameters, origin = forecast.parameters, forecast.origin
    return (
        f'"{forecast.title}", parameter file {parameters.name} (SHA-256 {parameters.hash}), run '
        f"with bioanchors {origin.version} on {origin.created[:10]}, seed {origin.seed}. The "
        "bioanchors developers, bioanchors: a Monte Carlo biological-anchors model of AI "
        "timelines. The model is of A. Cotra, Forecasting TAI with biological anchors, draft of "
        "July 2020, Open Philanthropy."
    )
