"""A Monte Carlo biological-anchors model of AI timelines.

>>> import bioanchors as ba
>>> forecast = ba.run("cotra2020")
>>> f"{forecast.quantile(0.5):.0f}"
'2053'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from bioanchors.analysis.affording import affordability
    from bioanchors.analysis.attribution import attribute
    from bioanchors.analysis.bounding import bounds
    from bioanchors.analysis.comparison import compare
    from bioanchors.analysis.explaining import explain
    from bioanchors.analysis.hindcasting import hindcast
    from bioanchors.analysis.ledgers import ledger
    from bioanchors.analysis.milestones import milestones
    from bioanchors.analysis.mixing import mix
    from bioanchors.analysis.one_at_a_time import tornado
    from bioanchors.analysis.sensitivities import sensitivities, sensitivity
    from bioanchors.analysis.solving import solve
    from bioanchors.analysis.sweeping import sweep
    from bioanchors.analysis.with_and_without import with_and_without
    from bioanchors.output import plots
    from bioanchors.output.page import explore
    from bioanchors.output.page.links import from_link
    from bioanchors.output.report import report
    from bioanchors.output.starter import new
    from bioanchors.parameters import BadParameters, Parameters, presets, read_parameters, schema
    from bioanchors.results import Forecast, draw, published_forecasts, run
    from bioanchors.results.exports.reading import load
    from bioanchors.results.exports.writing import export
    from bioanchors.results.many import run_many

_HOMES = {
    "BadParameters": "bioanchors.parameters",
    "Forecast": "bioanchors.results",
    "Parameters": "bioanchors.parameters",
    "affordability": "bioanchors.analysis.affording",
    "attribute": "bioanchors.analysis.attribution",
    "bounds": "bioanchors.analysis.bounding",
    "compare": "bioanchors.analysis.comparison",
    "draw": "bioanchors.results",
    "explain": "bioanchors.analysis.explaining",
    "explore": "bioanchors.output.page",
    "export": "bioanchors.results.exports.writing",
    "from_link": "bioanchors.output.page.links",
    "hindcast": "bioanchors.analysis.hindcasting",
    "ledger": "bioanchors.analysis.ledgers",
    "load": "bioanchors.results.exports.reading",
    "milestones": "bioanchors.analysis.milestones",
    "mix": "bioanchors.analysis.mixing",
    "new": "bioanchors.output.starter",
    "presets": "bioanchors.parameters",
    "published_forecasts": "bioanchors.results",
    "read_parameters": "bioanchors.parameters",
    "report": "bioanchors.output.report",
    "run": "bioanchors.results",
    "run_many": "bioanchors.results.many",
    "schema": "bioanchors.parameters",
    "sensitivities": "bioanchors.analysis.sensitivities",
    "sensitivity": "bioanchors.analysis.sensitivities",
    "solve": "bioanchors.analysis.solving",
    "sweep": "bioanchors.analysis.sweeping",
    "tornado": "bioanchors.analysis.one_at_a_time",
    "with_and_without": "bioanchors.analysis.with_and_without",
}

__all__ = [
    "BadParameters",
    "Forecast",
    "Parameters",
    "__version__",
    "affordability",
    "attribute",
    "bounds",
    "compare",
    "draw",
    "explain",
    "explore",
    "export",
    "from_link",
    "hindcast",
    "ledger",
    "load",
    "milestones",
    "mix",
    "new",
    "plots",
    "presets",
    "published_forecasts",
    "read_parameters",
    "report",
    "run",
    "run_many",
    "schema",
    "sensitivities",
    "sensitivity",
    "solve",
    "sweep",
    "tornado",
    "with_and_without",
]


def __getattr__(name: str) -> Any:
    """Import a name's home when it is first asked for: ``bioanchors --help`` needs none of them."""
    if name == "plots":
        return import_module("bioanchors.output.plots")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
