"""A language model whose loss is low enough, trained as cheaply as a scaling law has it."""

from __future__ import annotations

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.requirements._kind import Kind
from bioanchors.model.scaling_law import FORMS, SHARED, TABLE, ScalingLaw


def loss_threshold(loss_above_irreducible: Value, **constants: Value) -> Value:
    """Return the FLOP of the cheapest run that reaches a loss, log10.

    Parameters
    ----------
    loss_above_irreducible
        log10 of nats a token; in Kaplan's form, which has no irreducible loss, of the loss.
    **constants
        Of the law, by the names that files give them.

    Notes
    -----
    See ``ScalingLaw.flop``.
    """
    return ScalingLaw.of(constants).flop(loss_above_irreducible)


_CONSTANTS = tuple(dict.fromkeys(name for form in FORMS.values() for name in form))
_OF_ONE_FORM = tuple(name for name in _CONSTANTS if name not in SHARED)
KIND = Kind(
    "A language model whose loss is low enough, trained as cheaply as a scaling law has it.",
    loss_threshold,
    {
        "loss_above_irreducible": Key(
            "loss to reach, above the irreducible one; by Kaplan's form, the loss",
            "nats/token",
            ABOVE_0,
            1e-9,
            1e3,
            log10,
        ),
        **{name: f"{TABLE}.{name}" for name in _CONSTANTS},
    },
    frozenset(),
    # log10 FLOP is linear in log10 of each, with slopes by the exponents.
    dict.fromkeys(("loss_above_irreducible", *_OF_ONE_FORM), SHARED),
    optional=frozenset(_OF_ONE_FORM),
)
