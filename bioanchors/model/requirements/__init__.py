"""Training FLOP that each kind of hypothesis asks for, with 2020 algorithms, in log10.

To add a kind: a file with its formula and its ``KIND``, and a row here. Its keys, the schema, the
checks and the command line follow from that.

References
----------
Cotra (2020), "Forecasting TAI with biological anchors", draft of July 2020; pages in the files.
"""

from bioanchors.model.requirements import (
    data_points,
    direct,
    evolution,
    fine_tuned_network,
    genome,
    lifetime,
    loss_threshold,
    neural_network,
)
from bioanchors.model.requirements._kind import Kind

REQUIREMENTS: dict[str, Kind] = {
    "lifetime": lifetime.KIND,
    "neural_network": neural_network.KIND,
    "genome": genome.KIND,
    "evolution": evolution.KIND,
    "direct": direct.KIND,
    "fine_tuned_network": fine_tuned_network.KIND,
    "data_points": data_points.KIND,
    "loss_threshold": loss_threshold.KIND,
}
"""Each kind, by the name that a file gives it."""

__all__ = ["REQUIREMENTS", "Kind"]
