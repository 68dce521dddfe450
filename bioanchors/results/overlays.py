"""Forecasts that others have published, to lay over one's own."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from bioanchors.parameters import nearest


@dataclass(frozen=True, slots=True)
class PublishedForecast:
    """A forecast that somebody has published.

    Attributes
    ----------
    name
        By which it is asked for.
    title, published
        Whose, and when.
    milestone
        What arrives: seldom quite what this model forecasts.
    years, probabilities
        Points of its CDF, ascending.
    confidence
        How sure the figures are: high, medium or low.
    reference
        Where they stand.
    """

    name: str
    title: str
    published: str
    milestone: str
    years: tuple[float, ...]
    probabilities: tuple[float, ...]
    confidence: str
    reference: str

    def probability_by(self, year: float) -> float:
        """Return the probability by a year, straight between points; NaN outside of them."""
        if not self.years[0] <= year <= self.years[-1]:
            return math.nan
        return float(np.interp(year, self.years, self.probabilities))

    @property
    def median(self) -> float:
        """Median year, straight between points; NaN where they do not enclose it."""
        if not self.probabilities[0] <= 0.5 <= self.probabilities[-1]:
            return math.nan
        return float(np.interp(0.5, self.probabilities, self.years))


@cache
def _all() -> dict[str, PublishedForecast]:
    text = files("bioanchors.results").joinpath("published_forecasts.toml").read_text("utf-8")
    return {
        name: PublishedForecast(
            name=name,
            title=item["title"],
            published=item["published"],
            milestone=item["milestone"],
            years=tuple(map(float, item["years"])),
            probabilities=tuple(map(float, item["probabilities"])),
            confidence=item["confidence"],
            reference=item["reference"],
        )
        for name, item in tomllib.loads(text).items()
    }


def published_forecasts() -> MappingProxyType[str, PublishedForecast]:
    """Return published forecasts by name.

    Examples
    --------
    >>> published_forecasts()["cotra2022"].probability_by(2036)
    0.35
    """
    return MappingProxyType(_all())


def published_forecast(name: str) -> PublishedForecast:
    """Return a published forecast.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    known = _all()
    if name not in known:
        hint = nearest(name, list(known)) or '; see "bioanchors published"'
        raise ValueError(f"no published forecast {name!r}{hint}")
    return known[name]
