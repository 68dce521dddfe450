"""A forecast as source for Squiggle's playground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bioanchors.results.exports.tables import by_year
from bioanchors.results.origin import EVENT_MEANINGS
from bioanchors.results.summaries import made_words
from bioanchors.visible import visible

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast

EDGE = 1e-3
"""Share of a year over which the density goes from one year's to the next."""


def squiggle_text(forecast: Forecast) -> str:
    """Return Squiggle source: the arrival year given arrival in the window, the rest as numbers.

    Notes
    -----
    A density that is even within each year. Squiggle joins points by straight lines, so each year
    has two points, close to its ends; what a line takes from one year it gives to the next.
    """
    table = by_year(forecast)
    years, cdf = table["year"], table["probability"]
    within = float(cdf[-1] - cdf[0])
    if not within > 0:
        raise ValueError("there is no arrival within the window to give a distribution of")
    mass = np.diff(cdf) / within
    points = []
    for i, density in enumerate(mass):
        low = years[i] + (EDGE if i else 0.0)
        high = years[i + 1] - (EDGE if i < mass.size - 1 else 0.0)
        for x in (low, high):
            points.append(f"  {{x: {float(x)!r}, y: {float(density)!r}}}")
    text = ",\n".join(points)
    first, last = (f"{year:g}" for year in years[[0, -1]])
    return f"""// {_comment(forecast.title)}
// {forecast.event}: {EVENT_MEANINGS[forecast.event]}
// {_comment(made_words(forecast))}
// parameters, SHA-256: {forecast.parameters.hash}

pAtOrBefore = {float(cdf[0])!r} // arrival at or before {first}
pNever = {float(1.0 - cdf[-1])!r} // no arrival by {last}

// The arrival year, given arrival after {first} and by {last}.
arrival = PointSet.makeContinuous([
{text}
])

arrivalBy(year) = pAtOrBefore + (1 - pAtOrBefore - pNever) * cdf(arrival, year)

// To make the run again: bioanchors {forecast.origin.version}, and this parameter file:
{_commented(forecast.parameters.text)}
"""


def content(forecast: Forecast, asked: Asked) -> str:
    """Return the source."""
    return squiggle_text(forecast)


def _commented(text: str) -> str:
    return "\n".join(f"// {_comment(line)}".rstrip() for line in text.splitlines())


def _comment(text: str) -> str:
    """Return a text on one line, so that it stays a comment."""
    return visible(text)
