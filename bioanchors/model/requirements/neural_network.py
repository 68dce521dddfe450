"""A network of brain-like compute, trained with samples of an effective horizon length."""

from __future__ import annotations

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.requirements._kind import Kind

EFFECTIVE_HORIZON_S = Key(
    "effective horizon length: subjective seconds per training sample",
    "subjective s",
    ABOVE_0,
    1e-6,
    1e20,
    log10,
)
HORIZON_EXPONENT = "scaling.horizon_exponent"


def neural_network(
    brain: Value,
    oom_vs_brain: Value,
    flop_per_parameter: Value,
    exponent: Value,
    reference_parameters: Value,
    samples_at_reference: Value,
    effective_horizon_s: Value,
    horizon_exponent: Value = 1.0,
) -> Value:
    """Return the requirement of a brain-like network, log10 FLOP (pp. 10-12, 36-45, 82-87).

    Parameters
    ----------
    brain
        log10 FLOP/s of the brain.
    oom_vs_brain
        FLOP per subjective second against the brain's FLOP/s, OOM.
    flop_per_parameter
        log10 FLOP per parameter and subjective second.
    exponent
        Of samples in parameters.
    reference_parameters, samples_at_reference
        log10 of a size, and of the samples needed there.
    effective_horizon_s
        log10 of subjective seconds per sample.
    horizon_exponent
        Of the cost in the horizon; 1 as in the report.

    Notes
    -----
    FLOP = FLOP per subjective second x subjective seconds per sample^horizon_exponent x samples,
    where
    FLOP per subjective second = brain FLOP/s x 10^oom_vs_brain,
    parameters = FLOP per subjective second / flop_per_parameter, and
    samples = samples_at_reference x (parameters / reference_parameters)^exponent.
    """
    flop_per_subj_s = brain + oom_vs_brain
    parameters = flop_per_subj_s - flop_per_parameter
    samples = samples_at_reference + exponent * (parameters - reference_parameters)
    return flop_per_subj_s + horizon_exponent * effective_horizon_s + samples


KIND = Kind(
    "A network of brain-like compute, trained with samples of an effective horizon length.",
    neural_network,
    {
        "brain": "brain.flop_per_s",
        "oom_vs_brain": "network.oom_vs_brain",
        "flop_per_parameter": "network.flop_per_parameter_per_subj_s",
        "exponent": "scaling.exponent",
        "reference_parameters": "scaling.reference_parameters",
        "samples_at_reference": "scaling.samples_at_reference",
        "effective_horizon_s": EFFECTIVE_HORIZON_S,
        "horizon_exponent": HORIZON_EXPONENT,
    },
    frozenset({"samples_at_reference"}),
    {"effective_horizon_s": ("horizon_exponent",)},
    optional=frozenset({"horizon_exponent"}),
)
