"""Training takes as much as a human brain computes from birth to adulthood."""

from __future__ import annotations

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, REALS, Key, log10
from bioanchors.model.requirements._kind import Kind


def lifetime(brain: Value, lifetime_s: Value, oom_vs_lifetime: Value) -> Value:
    """Return the requirement of the lifetime hypothesis, log10 FLOP (pp. 105-106).

    Parameters
    ----------
    brain
        log10 FLOP/s of the brain.
    lifetime_s
        log10 of the seconds from birth to adulthood.
    oom_vs_lifetime
        OOM against a lifetime's.

    Notes
    -----
    FLOP = brain FLOP/s x seconds from birth to adulthood x 10^(OOM against a lifetime's).
    """
    return brain + lifetime_s + oom_vs_lifetime


KIND = Kind(
    "Training takes as much as a human brain computes from birth to adulthood.",
    lifetime,
    {
        "brain": "brain.flop_per_s",
        "lifetime_s": Key("seconds from birth to adulthood", "s", ABOVE_0, 1, 1e15, log10),
        "oom_vs_lifetime": Key("training FLOP against a lifetime's", "OOM", REALS, -50, 50),
    },
    frozenset({"brain", "lifetime_s", "oom_vs_lifetime"}),
)
