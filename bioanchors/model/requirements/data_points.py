"""A network of brain-like size, which sees so many data points once each."""

from __future__ import annotations

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.requirements._kind import Kind
from bioanchors.model.scaling_law import LOG10_6


def data_points(
    brain: Value,
    oom_vs_brain: Value,
    flop_per_parameter: Value,
    data_points: Value,
    flop_per_parameter_per_data_point: Value = LOG10_6,
) -> Value:
    """Return the requirement of a network that sees so many data points, log10 FLOP.

    Parameters
    ----------
    brain, oom_vs_brain, flop_per_parameter
        As of the brain-like network.
    data_points
        log10 of what it sees.
    flop_per_parameter_per_data_point
        log10; 6 FLOP of a forward and a backward pass (Kaplan et al. 2020, section 2.1).

    Notes
    -----
    FLOP = 6 x parameters x data points, where parameters = brain FLOP/s x 10^oom_vs_brain /
    flop_per_parameter. The count of data points may be that of a human's senses or attention
    (nostalgebraist and others, discussion of the 2020 report, 2021).
    """
    parameters = brain + oom_vs_brain - flop_per_parameter
    return flop_per_parameter_per_data_point + parameters + data_points


KIND = Kind(
    "A network of brain-like size, which sees so many data points once each.",
    data_points,
    {
        "brain": "brain.flop_per_s",
        "oom_vs_brain": "network.oom_vs_brain",
        "flop_per_parameter": "network.flop_per_parameter_per_subj_s",
        "data_points": Key("data points seen in training", "data points", ABOVE_0, 1, 1e60, log10),
        "flop_per_parameter_per_data_point": Key(
            "FLOP per parameter and data point; 6 if left out",
            "FLOP/parameter/data point",
            ABOVE_0,
            1e-6,
            1e12,
            log10,
        ),
    },
    frozenset({"brain", "oom_vs_brain", "data_points", "flop_per_parameter_per_data_point"}),
    {"flop_per_parameter": ()},
    optional=frozenset({"flop_per_parameter_per_data_point"}),
)
