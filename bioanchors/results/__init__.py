"""Forecasts: sums given names, units and errors."""

from bioanchors.results.comparing import Change, change, run_with_change
from bioanchors.results.draws import draw
from bioanchors.results.forecast import Forecast
from bioanchors.results.overlays import PublishedForecast, published_forecasts
from bioanchors.results.running import run

__all__ = [
    "Change",
    "Forecast",
    "PublishedForecast",
    "change",
    "draw",
    "published_forecasts",
    "run",
    "run_with_change",
]
