"""What may be put at a path: the key of a quantity, and its bounds."""

from __future__ import annotations

from bioanchors.model.keys import Key
from bioanchors.parameters.parameters import Parameters
from bioanchors.parameters.shape import key_at, named
from bioanchors.parameters.tree import node

PLACES = ("value", "median", "mean", "mode", "low", "high")
"""Arguments of a distribution that are values of the quantity itself."""


def key_of(parameters: Parameters, path: str) -> Key | None:
    """Return the key of the quantity at a path, or None if there is none.

    Parameters
    ----------
    parameters
        Whose hypotheses, and other tables with names of their own, may be named.
    path
        Such as ``hardware.doubling_years``, in any unit of a trend's speed whether or not the file
        has it, or an argument of its distribution, ``brain.flop_per_s.median``.
    """
    parts = tuple(path.split("."))
    for size in range(1, len(parts) + 1):
        place = parts[:size]
        if named(place) is not None and node(parameters.resolved, place) is None:
            return None
        key = key_at(place)
        if key is not None:
            inside = parts[size:]
            return key if not inside or (len(inside) == 1 and inside[0] in PLACES) else None
    return None


def bounds_of(parameters: Parameters, path: str) -> tuple[float, float] | None:
    """Return the least and the greatest number allowed at a path, or None if it has no bounds."""
    if path == "none" or path in ("none.probability", "none.probability_end"):
        return 0.0, 1.0
    *table, last = path.split(".")
    if last == "probability" and named(tuple(table)) is not None:
        # Of what may happen; of a table that the file does not have there is nothing to say.
        return None if node(parameters.resolved, tuple(table)) is None else (0.0, 1.0)
    key = key_of(parameters, path)
    return None if key is None else (key.low, key.high)
