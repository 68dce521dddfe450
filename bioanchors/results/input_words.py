"""How inputs and their numbers are told in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bioanchors.model.spec import Input
from bioanchors.parameters import percentiles

MOST = 4
"""Of one kind that are told one by one."""

SPEEDS = {
    "doubling_years": "doubling in {} years",
    "doubling_months": "doubling in {} months",
    "halving_years": "halving what is asked for in {} years",
    "halving_months": "halving what is asked for in {} months",
    "times_per_year": "growing by a factor of {} a year",
    "oom_per_year": "growing by {} OOM a year",
}
"""How a trend's speed is told, by the key that gives it."""

Number = Callable[[Input], str]
"""How a value of an input is told."""


def printed(meaning: str) -> str:
    """Return what a key means to those who read no file: without what it is when left out.

    Examples
    --------
    >>> printed("year in which it ends; never if left out")
    'year in which it ends'
    """
    return re.sub(r"; [^;]* if left out|, instead of \w+|; with harder_than.*", "", meaning)


def short_number(value: float) -> str:
    """Return a number to three digits as files have it: ``1e15``."""
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.3g}")


def year_number(value: float) -> str:
    """Return a decimal year to its hundredth at most."""
    return f"{round(value, 2):.6g}"


def in_full(item: Input) -> str:
    """Return a known number, or of what is uncertain the median and the interval of 90 %."""
    low, middle, high = (_text(item, value) for value in percentiles(item, (0.05, 0.5, 0.95)))
    return f"{middle} (90 %: {low} to {high})" if item.is_random else middle


def in_short(item: Input) -> str:
    """Return a known number, or about where an uncertain one lies."""
    (middle,) = percentiles(item, (0.5,))
    return f"about {_text(item, middle)}" if item.is_random else _text(item, middle)


def _text(item: Input, value: float) -> str:
    if item.key.unit != "year":
        return short_number(value)
    return year_number(round(value, 1) if item.is_random else value)


def speed_words(item: Input, number: Number = in_full) -> str:
    """Return how fast a trend is, by the input that is its speed."""
    return SPEEDS[item.path.rsplit(".", 1)[-1]].format(number(item))


def chance_words(probability: float | None) -> str:
    """Return how likely something is; nothing where it is certain."""
    return "" if probability in (None, 1) else f"with probability {probability:g} "


def listed(parts: Sequence[str]) -> str:
    """Return parts as one lists them: with commas, and "and" before the last."""
    return " and ".join([*[", ".join(parts[:-1])][: len(parts) > 1], *parts[-1:]])


def first_few(parts: Sequence[str], more: str) -> list[str]:
    """Return the first few of many, and how many more there are."""
    left = len(parts) - MOST
    return [*parts[:MOST], *([f"{left} more {more}"] if left > 0 else [])]


def plain(name: str) -> str:
    """Return a name that a file gives in words."""
    return name.replace("_", " ")
