"""Training takes as much as all nervous systems computed over evolution."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Value
from bioanchors.model.keys import ABOVE_0, REALS, Key, log10
from bioanchors.model.requirements._kind import Kind

LOG10_S_PER_YEAR = float(np.log10(365 * 86400))


def evolution(
    ancestor_flop_per_s: Value, population: Value, duration_years: Value, oom_vs_evolution: Value
) -> Value:
    """Return the requirement of the evolution hypothesis, log10 FLOP (pp. 109-110).

    Parameters
    ----------
    ancestor_flop_per_s, population, duration_years
        log10 of the average ancestor's FLOP/s, of ancestors alive at a time, of years.
    oom_vs_evolution
        OOM against evolution's.

    Notes
    -----
    FLOP = FLOP/s of the average ancestor x ancestors alive x years x seconds per 365-day year
    x 10^(OOM against evolution's).
    """
    return ancestor_flop_per_s + population + duration_years + LOG10_S_PER_YEAR + oom_vs_evolution


KIND = Kind(
    "Training takes as much as all nervous systems computed over evolution.",
    evolution,
    {
        "ancestor_flop_per_s": Key(
            "computation of the average ancestor", "FLOP/s", ABOVE_0, 1e-10, 1e40, log10
        ),
        "population": Key("ancestors alive at a time", "individuals", ABOVE_0, 1, 1e40, log10),
        "duration_years": Key(
            "length of evolution since neurons", "years", ABOVE_0, 1, 1e12, log10
        ),
        "oom_vs_evolution": Key("training FLOP against evolution's", "OOM", REALS, -50, 50),
    },
    frozenset({"ancestor_flop_per_s", "population", "duration_years", "oom_vs_evolution"}),
)
