"""Runs the model over points in replicates, and adds up. Knows no formula."""

from bioanchors.engine.count import InOrder, count
from bioanchors.engine.integrate import Integration
from bioanchors.engine.outcome import Outcome
from bioanchors.engine.sums import REQUIREMENT_EDGES, STEPS_PER_YEAR, NothingLeftError, Sums

__all__ = [
    "REQUIREMENT_EDGES",
    "STEPS_PER_YEAR",
    "InOrder",
    "Integration",
    "NothingLeftError",
    "Outcome",
    "Sums",
    "count",
]
