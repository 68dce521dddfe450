"""Values that ``--vary`` names."""

from __future__ import annotations

import math
from typing import Any

from bioanchors.cli.options import whole_number

MOST_VALUES = 10_000


def number(text: str, whole: str) -> float:
    """Return the number that a part of an option is.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"found {text.strip()!r} in {whole!r}; allowed: a number")
    return value


def _listed(value: Any, whole: str) -> float | str:
    """Return a value of a list: a number, or what else can be written in TOML, as text."""
    from bioanchors.parameters import toml_value

    try:
        return float(value) if type(value) in (int, float) else toml_value(value)
    except (OverflowError, TypeError):
        shown = whole if len(whole) < 80 else whole[:79] + "…"
        raise ValueError(f"found {shown!r}; allowed: numbers, texts and tables of a file") from None


def values_of(text: str) -> tuple[str, list[float | str]]:
    """Return key and values of ``KEY=LOW:HIGH:COUNT``, ``...:log`` or ``KEY=[...]``."""
    import tomllib

    import numpy as np

    key, equals, given = (part.strip() for part in text.partition("="))
    allowed = "allowed: KEY=LOW:HIGH:COUNT, KEY=LOW:HIGH:COUNT:log, or KEY=[VALUE, VALUE]"
    if not (key and equals):
        raise ValueError(f"found {text!r}; {allowed}")
    if given.startswith("["):
        try:
            listed = tomllib.loads(f"v = {given}")["v"]
        except tomllib.TOMLDecodeError:
            raise ValueError(f"found {text!r}, which is not TOML; {allowed}") from None
        if not listed:
            raise ValueError(f"{key}: an empty list; needed: at least one value")
        return key, [_listed(value, text) for value in listed]
    parts = given.split(":")
    is_log = len(parts) == 4 and parts[3].strip() == "log"
    if len(parts) != 3 and not is_log:
        raise ValueError(f"found {text!r}; {allowed}")
    low, high = (number(part, text) for part in parts[:2])
    count = whole_number(parts[2])
    if count is None or not 2 <= count <= MOST_VALUES:
        raise ValueError(
            f"found {parts[2].strip()!r} in {text!r}; allowed: a count from 2 to {MOST_VALUES:,}"
        )
    if not low < high:
        raise ValueError(f"{key}: the range {low:g} to {high:g} is empty; allowed: the lower first")
    if is_log and low <= 0:
        raise ValueError(f"{key}: found {low:g}; allowed: above 0 for equal ratios")
    make = np.geomspace if is_log else np.linspace
    return key, [float(value) for value in make(low, high, count)]
