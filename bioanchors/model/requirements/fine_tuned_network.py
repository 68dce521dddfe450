"""A brain-like network, trained with short samples and fine-tuned with a few long ones."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import LN10, Value
from bioanchors.model.keys import Domain, Key, log10
from bioanchors.model.requirements import neural_network
from bioanchors.model.requirements._kind import Kind
from bioanchors.model.requirements.neural_network import EFFECTIVE_HORIZON_S

BETWEEN = Domain(0.0, 1.0, "above 0, below 1", "beta")
MOST = 1.0 - 2.0**-53


def mixed_horizon(
    pretraining_horizon_s: Value, fine_tuning_horizon_s: Value, fine_tuning_share: Value
) -> Value:
    """Return the effective horizon length of a mix of samples, log10 subjective seconds.

    Parameters
    ----------
    pretraining_horizon_s, fine_tuning_horizon_s
        log10 of subjective seconds of each sort of sample.
    fine_tuning_share
        log10 of the share of samples that are for fine-tuning.

    Notes
    -----
    H = (1 - f) H_short + f H_long. What is long hardly counts where f < H_short / H_long.
    """
    # A tail beyond the domain, of a mass that is ignored, is still a share.
    rest = np.log1p(-np.minimum(np.power(10.0, fine_tuning_share), MOST))
    short = rest + LN10 * pretraining_horizon_s
    return np.logaddexp(short, LN10 * (fine_tuning_share + fine_tuning_horizon_s)) / LN10


def fine_tuned_network(
    brain: Value,
    oom_vs_brain: Value,
    flop_per_parameter: Value,
    exponent: Value,
    reference_parameters: Value,
    samples_at_reference: Value,
    pretraining_horizon_s: Value,
    fine_tuning_horizon_s: Value,
    fine_tuning_share: Value,
    horizon_exponent: Value = 1.0,
) -> Value:
    """Return the requirement of a network that is fine-tuned, log10 FLOP.

    Parameters
    ----------
    brain, oom_vs_brain, flop_per_parameter, exponent
        As of the brain-like network.
    reference_parameters, samples_at_reference, horizon_exponent
        As of the brain-like network.
    pretraining_horizon_s, fine_tuning_horizon_s, fine_tuning_share
        As of ``mixed_horizon``.

    Notes
    -----
    As the brain-like network, whose effective horizon length is that of the mix (R. Shah and
    others, discussion of the 2020 report, 2021: short horizons for most of training, and little
    fine-tuning on long ones). With a share of 0 it is that network.
    """
    return neural_network.neural_network(
        brain,
        oom_vs_brain,
        flop_per_parameter,
        exponent,
        reference_parameters,
        samples_at_reference,
        mixed_horizon(pretraining_horizon_s, fine_tuning_horizon_s, fine_tuning_share),
        horizon_exponent,
    )


def _horizon(of: str) -> Key:
    key = EFFECTIVE_HORIZON_S
    help_ = f"effective horizon length of {of}"
    return Key(help_, key.unit, key.domain, key.low, key.high, key.to_model)


_NETWORK = neural_network.KIND.terms
KIND = Kind(
    "A brain-like network, trained with short samples and fine-tuned with a few long ones.",
    fine_tuned_network,
    {
        **{name: term for name, term in _NETWORK.items() if isinstance(term, str)},
        "pretraining_horizon_s": _horizon("most of training"),
        "fine_tuning_horizon_s": _horizon("fine-tuning"),
        "fine_tuning_share": Key(
            "share of all samples that are for fine-tuning",
            "share",
            BETWEEN,
            1e-30,
            0.999999,
            log10,
        ),
    },
    frozenset({"samples_at_reference"}),
    optional=neural_network.KIND.optional,
)
