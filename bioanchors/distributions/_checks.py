"""Checks of arguments, worded for the person who wrote the number.

The layer that reads parameter files catches these errors and adds file and line, so a message
names the argument and the value found, and nothing else.
"""

import math
from collections.abc import Iterable, Sequence


def finite(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a finite number."""
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, found {value:g}")


def above(name: str, value: float, bound: float, bound_name: str = "") -> None:
    """Raise ValueError unless `value` is finite and above `bound`."""
    finite(name, value)
    if not value > bound:
        limit = f"{bound_name} ({bound:g})" if bound_name else f"{bound:g}"
        raise ValueError(f"{name} must be above {limit}, found {value:g}")


def between(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError unless low < value < high."""
    if not low < value < high:
        raise ValueError(
            f"{name} must lie between {low:g} and {high:g}, ends excluded, found {value:g}"
        )


def increasing(name: str, values: Iterable[float]) -> None:
    """Raise ValueError unless every value is finite and above the one before it."""
    previous = -math.inf
    for value in values:
        finite(name, value)
        if not value > previous:
            raise ValueError(f"{name} must be increasing, found {value:g} after {previous:g}")
        previous = value


def not_falling(name: str, values: Iterable[float]) -> None:
    """Raise ValueError unless every value is finite and not below the one before it."""
    previous = -math.inf
    for value in values:
        finite(name, value)
        if value < previous:
            raise ValueError(f"{name} must not fall, found {value:g} after {previous:g}")
        previous = value


def as_many(probabilities: Sequence[float], values: Sequence[float]) -> None:
    """Raise ValueError unless there are as many of both, and two or more."""
    if len(probabilities) != len(values):
        raise ValueError(
            f"probabilities and values must be as many, found {len(probabilities)} "
            f"and {len(values)}"
        )
    if len(values) < 2:
        raise ValueError(f"values must be at least 2, found {len(values)}")
