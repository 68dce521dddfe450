"""Power: the largest run whose computers can be fed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.curves import Array, Curve, Line, Value
from bioanchors.model.paths import Path
from bioanchors.model.spec import POWER, Spec


def powered(spec: Spec, draws: Mapping[str, Value], compute: Curve) -> Curve:
    """Return the largest run that can be bought and powered, log10 FLOP.

    Parameters
    ----------
    spec, draws
        What is known of power, and the draws.
    compute
        The largest run that can be bought, log10 FLOP.

    Notes
    -----
    The smaller of the two in each year: min(F(y), flop + speed (y - year)).
    """
    if spec.power_year is None:
        return compute
    flop, speed = (draws[name] for name in POWER)
    limit = Line(flop + speed * (spec.first_year - spec.power_year), speed, (), spec.first_year)
    return Path.bent(compute, _smaller, limit, keeps_rising=True)


def _smaller(year: Array, one: Curve, other: Curve) -> Array:
    return np.minimum(one.at(year), other.at(year))
