"""The low-end update: what has been tried and was not enough is unlikely to be the requirement."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array, Value


def ramp_weight(requirement: Value, ruled_out_below: float, full_weight_above: float) -> Array:
    """Return the weight of each draw of a requirement.

    Parameters
    ----------
    requirement
        log10 training FLOP.
    ruled_out_below, full_weight_above
        Ends of the ramp, log10 training FLOP.

    Notes
    -----
    w(x) = clip((x - low) / (high - low), 0, 1). Where both ends are the same it is a cut: 0 below,
    1 from there on. A hypothesis' density times w is renormalised, so that the weights of the
    hypotheses do not move.
    """
    if ruled_out_below == full_weight_above:
        return np.asarray(np.asarray(requirement) >= full_weight_above, dtype=np.float64)
    share = (np.asarray(requirement) - ruled_out_below) / (full_weight_above - ruled_out_below)
    return np.clip(share, 0.0, 1.0)
