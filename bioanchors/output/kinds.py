"""What can be drawn of a forecast, by name; imports nothing, as the command line asks for it."""

from __future__ import annotations

TREND_KINDS = ("hardware", "spending", "algorithms")

KINDS_OF_SEVERAL = ("cdf", "density", "needed")
"""Those that can be drawn of several forecasts in one figure."""

KINDS = (
    "cdf",
    "headline",
    "density",
    "requirements",
    "needed",
    *TREND_KINDS,
    "prior",
    "loss",
    "interventions",
)
"""Each is a function of ``plots`` of that name, or for a trend ``plots.trend`` of it."""
