"""What has been seen: how likely each draw makes it.

Observations weigh a draw by what its trends predict. Everything else says that something was not
enough: a run that was made, or, where the event has not happened yet, all that could be bought.
Both ask that a draw's requirement lie above a threshold, unless "none" still holds in that draw;
since "none" holds until a year of release, the draws fall into cases by that year.

References
----------
Bayes' rule; the cases reproduce, for ``not_arrived_by`` alone, conditioning
F(y) = (1 - none(y)) sum_h w_h F_h(y) on no arrival by a year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """Years of release up to which, and from the case before on, some tests bind.

    Attributes
    ----------
    until
        Last year of release of the case; ``inf`` for the last case.
    runs, arrival
        Whether in this case the runs that were made, and the event's not having happened, tell
        against a requirement that they reach.
    """

    until: float
    runs: bool
    arrival: bool


def cases(last_run: float | None, not_arrived_by: float | None) -> tuple[Case, ...]:
    """Return the cases of a draw's year of release, in their order.

    A test binds in the draws for which a hypothesis holds when it is made; the runs count as
    made when the last of them was.
    """
    years = {year for year in (last_run, not_arrived_by) if year is not None}
    return tuple(
        Case(
            until,
            runs=last_run is not None and until <= last_run,
            arrival=not_arrived_by is not None and until <= not_arrived_by,
        )
        for until in (*sorted(years), math.inf)
    )


def undominated(runs: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return the runs than which none is both as large and as late.

    The others never are the largest effective run while the gain does not fall.
    """
    return tuple(
        run
        for run in dict.fromkeys(runs)
        if not any(other != run and other[0] >= run[0] and other[1] >= run[1] for other in runs)
    )
