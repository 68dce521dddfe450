"""The kinds of hypothesis: the keys each one has, and the shared inputs it needs.

To add a kind: a class of its keys and a row of ``KINDS`` here, its formula in
``model/requirements.py``, and its keys' places in ``sampling/sobol.py`` if a preset uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bioanchors.parameters.keys import ABOVE_0, REALS, Key, log10
from bioanchors.parameters.quantities import Quantity
from bioanchors.parameters.specs import Table


class LifetimeKeys(Table):
    """Training takes as much as a human brain computes from birth to adulthood."""

    lifetime_s: Annotated[
        Quantity | None,
        Key("seconds from birth to adulthood", "s", ABOVE_0, 1, 1e15, log10),
    ] = None
    oom_vs_lifetime: Annotated[
        Quantity | None,
        Key("training FLOP against a lifetime's", "OOM", REALS, -50, 50),
    ] = None


class NeuralNetworkKeys(Table):
    """A network of brain-like compute, trained with samples of an effective horizon length."""

    effective_horizon_s: Annotated[
        Quantity | None,
        Key(
            "effective horizon length: subjective seconds per training sample",
            "subjective s",
            ABOVE_0,
            1e-6,
            1e20,
            log10,
        ),
    ] = None


class GenomeKeys(Table):
    """A network with as many parameters as the genome has bytes."""

    parameters: Annotated[
        Quantity | None,
        Key("parameters of the network", "parameters", ABOVE_0, 1, 1e40, log10),
    ] = None


class EvolutionKeys(Table):
    """Training takes as much as all nervous systems computed over evolution."""

    ancestor_flop_per_s: Annotated[
        Quantity | None,
        Key("computation of the average ancestor", "FLOP/s", ABOVE_0, 1e-10, 1e40, log10),
    ] = None
    population: Annotated[
        Quantity | None,
        Key("ancestors alive at a time", "individuals", ABOVE_0, 1, 1e40, log10),
    ] = None
    duration_years: Annotated[
        Quantity | None,
        Key("length of evolution since neurons", "years", ABOVE_0, 1, 1e12, log10),
    ] = None
    oom_vs_evolution: Annotated[
        Quantity | None,
        Key("training FLOP against evolution's", "OOM", REALS, -50, 50),
    ] = None


class DirectKeys(Table):
    """The training FLOP themselves."""

    training_flop: Annotated[
        Quantity | None,
        Key("training FLOP needed with 2020 algorithms", "FLOP", ABOVE_0, 1, 1e120, log10),
    ] = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hypothesis: the inputs it shares with others, then the keys of its own.

    Both stand in the order in which its formula takes them.
    """

    shared: tuple[str, ...]
    own: tuple[str, ...]


_NETWORK = ("brain.flop_per_s", "network.oom_vs_brain", "network.flop_per_parameter_per_subj_s")
_SCALING = ("scaling.exponent", "scaling.reference_parameters", "scaling.samples_at_reference")

KINDS: dict[str, Kind] = {
    "lifetime": Kind(("brain.flop_per_s",), ("lifetime_s", "oom_vs_lifetime")),
    "neural_network": Kind(_NETWORK + _SCALING, ("effective_horizon_s",)),
    "genome": Kind(
        ("brain.flop_per_s", "network.oom_vs_brain", *_SCALING),
        ("parameters", "effective_horizon_s"),
    ),
    "evolution": Kind(
        (), ("ancestor_flop_per_s", "population", "duration_years", "oom_vs_evolution")
    ),
    "direct": Kind((), ("training_flop",)),
}
