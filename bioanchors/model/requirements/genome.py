"""A network with as many parameters as the genome has bytes."""

from __future__ import annotations

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.requirements._kind import Kind
from bioanchors.model.requirements.neural_network import EFFECTIVE_HORIZON_S, HORIZON_EXPONENT


def genome(
    brain: Value,
    oom_vs_brain: Value,
    exponent: Value,
    reference_parameters: Value,
    samples_at_reference: Value,
    parameters: Value,
    effective_horizon_s: Value,
    horizon_exponent: Value = 1.0,
) -> Value:
    """Return the requirement of the genome hypothesis, log10 FLOP (p. 102).

    Parameters
    ----------
    parameters
        log10 of the network's parameters.
    brain, oom_vs_brain, exponent, reference_parameters, samples_at_reference
        As of the brain-like network.
    effective_horizon_s, horizon_exponent
        As of the brain-like network.

    Notes
    -----
    As the brain-like network, with the parameters those of the genome.
    """
    samples = samples_at_reference + exponent * (parameters - reference_parameters)
    return brain + oom_vs_brain + horizon_exponent * effective_horizon_s + samples


KIND = Kind(
    "A network with as many parameters as the genome has bytes.",
    genome,
    {
        "brain": "brain.flop_per_s",
        "oom_vs_brain": "network.oom_vs_brain",
        "exponent": "scaling.exponent",
        "reference_parameters": "scaling.reference_parameters",
        "samples_at_reference": "scaling.samples_at_reference",
        "parameters": Key("parameters of the network", "parameters", ABOVE_0, 1, 1e40, log10),
        "effective_horizon_s": EFFECTIVE_HORIZON_S,
        "horizon_exponent": HORIZON_EXPONENT,
    },
    frozenset({"brain", "oom_vs_brain", "samples_at_reference"}),
    {"effective_horizon_s": ("horizon_exponent",)},
    optional=frozenset({"horizon_exponent"}),
)
