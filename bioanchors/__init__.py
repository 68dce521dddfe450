"""A Monte Carlo biological-anchors model of AI timelines."""

__version__ = "0.1.0"
