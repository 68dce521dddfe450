"""The training FLOP themselves."""

from __future__ import annotations

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.requirements._kind import Kind


def direct(training_flop: Value) -> Value:
    """Return a requirement that is stated outright, log10 FLOP."""
    return training_flop


KIND = Kind(
    "The training FLOP themselves.",
    direct,
    {
        "training_flop": Key(
            "training FLOP needed with 2020 algorithms", "FLOP", ABOVE_0, 1, 1e120, log10
        )
    },
    frozenset({"training_flop"}),
)
