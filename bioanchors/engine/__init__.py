"""Runs the model over points in replicates, and adds up. Knows no formula."""

from bioanchors.engine.count import case_weights, count
from bioanchors.engine.integrate import Integration
from bioanchors.engine.sums import REQUIREMENT_EDGES, STEPS_PER_YEAR, Seen, Sums

__all__ = [
    "REQUIREMENT_EDGES",
    "STEPS_PER_YEAR",
    "Integration",
    "Seen",
    "Sums",
    "case_weights",
    "count",
]
