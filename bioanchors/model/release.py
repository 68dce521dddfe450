"""The probability that none of the hypotheses holds, as a year of release for each draw."""

from __future__ import annotations

import numpy as np

from bioanchors.model.curves import Array


def release_year(
    u: Array, probability: float, probability_end: float, start_year: float, end_year: float
) -> Array:
    """Return the year from which one of the hypotheses is taken to hold.

    Parameters
    ----------
    u
        Uniforms, any shape.
    probability, probability_end
        Probability of "none" up to ``start_year`` and from ``end_year`` on; falling.

    Returns
    -------
    array
        Decimal years: ``-inf`` where a hypothesis holds from the beginning, ``inf`` where none
        ever does.

    Notes
    -----
    P(release <= y) = 1 - none(y), so that arrival = max(release, model's year) has the CDF
    (1 - none(y)) F(y) of the 2020 model.
    """
    fall = probability - probability_end
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = (u - (1.0 - probability)) / fall
        between = start_year + (end_year - start_year) * share
    year = np.where(u <= 1.0 - probability_end, between, np.inf)
    released: Array = np.where(u <= 1.0 - probability, -np.inf, year)
    return released
