"""Unhobbling: what better use of the same trained model brings, once, whatever it was trained with.

References
----------
Davidson, T. et al. (2023), "AI capabilities can be significantly improved without expensive
retraining", arXiv:2312.07413: most enhancements are worth more than five times as much compute.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.curves import Array, Curve, Line, Value
from bioanchors.model.paths import Path
from bioanchors.model.spec import UNHOBBLING, Spec


def unhobbled(year: Value, max_oom: Value, years: Value, start_year: float) -> Array:
    """Return the gain by decimal years, OOM.

    Parameters
    ----------
    year
        Decimal years.
    max_oom
        All that there is to gain, OOM.
    years
        Until all but 1/e of it is there.
    start_year
        Before which there is nothing.

    Notes
    -----
    U(y) = max (1 - exp(-(y - start)+ / years)).
    """
    waited = np.maximum(np.asarray(year) - start_year, 0.0) / years
    return np.asarray(-max_oom * np.expm1(-waited))


def of(spec: Spec, draws: Mapping[str, Value]) -> Curve | None:
    """Return the curve of draws, OOM; None where a file has none."""
    start = spec.unhobbling_start
    if start is None:
        return None
    nothing = Line(0.0, 0.0, (), spec.first_year)
    most, years = (draws[name] for name in UNHOBBLING)
    return Path.bent(nothing, _at, most, years, start, years=[start], keeps_rising=True)


def _at(year: Array, nothing: Curve, most: Value, years: Value, start: float) -> Array:
    return unhobbled(year, most, years, start)
