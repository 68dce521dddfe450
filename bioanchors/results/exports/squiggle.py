"""A forecast as source for Squiggle's playground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bioanchors.formats.squiggle import point_set
from bioanchors.results.exports.tables import by_year
from bioanchors.results.origin import event_meaning
from bioanchors.results.words import made_words
from bioanchors.visible import visible

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def squiggle_text(forecast: Forecast) -> str:
    """Return Squiggle source: the arrival year given arrival in the window, the rest as numbers.

    Raises
    ------
    ValueError
        If there is no arrival within the window.
    """
    table = by_year(forecast)
    years, cdf = table["year"], table["probability"]
    within = float(cdf[-1] - cdf[0])
    if not within > 0:
        raise ValueError("there is no arrival within the window to give a distribution of")
    first, last = (f"{year:g}" for year in years[[0, -1]])
    return f"""// {visible(forecast.title)}
// {forecast.event}: {event_meaning(forecast.parameters)}
// {visible(made_words(forecast))}
// parameters, SHA-256: {forecast.parameters.hash}

pAtOrBefore = {float(cdf[0])!r} // arrival at or before {first}
pNever = {float(1.0 - cdf[-1])!r} // no arrival by {last}

// The arrival year, given arrival after {first} and by {last}.
arrival = {point_set(years, np.diff(cdf) / within)}

arrivalBy(year) = pAtOrBefore + (1 - pAtOrBefore - pNever) * cdf(arrival, year)

// To make the run again: bioanchors {forecast.origin.version}, and this parameter file:
{_commented(forecast.parameters.text)}
"""


def content(forecast: Forecast, asked: Asked) -> str:
    """Return the source."""
    return squiggle_text(forecast)


def _commented(text: str) -> str:
    # Each line on one line, so that it stays a comment.
    return "\n".join(f"// {visible(line)}".rstrip() for line in text.splitlines())
