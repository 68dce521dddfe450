"""What was measured, as the model asks for it: in log10, and in the dollars of a file."""

from __future__ import annotations

import numpy as np

from bioanchors.model.dollars import IN_DOLLARS, oom_more_in
from bioanchors.model.spec import Observed
from bioanchors.parameters.quantities.specs import known
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.evidence import Evidence, Observation


def dollar_year(tables: Tables) -> int | None:
    """Return the year of a file's dollars, if it says."""
    return None if tables.economy is None else tables.economy.dollar_year


def observations(evidence: Evidence, dollars: int | None) -> tuple[Observed, ...]:
    """Return what was measured, in an order that is not the file's: sums keep their bits."""
    return tuple(
        sorted(
            observed(item, ("evidence", *path), dollars)
            for path, item in evidence.every_observation.items()
        )
    )


def observed(item: Observation, path: KeyPath, dollars: int | None) -> Observed:
    """Return what was measured, in the dollars of a year where both years are known.

    Parameters
    ----------
    item
        Checked, so that nothing of it is missing.
    path
        Where it stands.
    dollars
        The year.
    """
    quantity = known(item.quantity)
    power, moved = IN_DOLLARS.get(quantity), 0.0
    if power is not None and item.dollar_year is not None and dollars is not None:
        moved = power * oom_more_in(dollars, item.dollar_year)
    return Observed(
        quantity,
        known(item.year),
        float(np.log10(known(item.value))) + moved,
        known(item.standard_error_oom),
        item.from_year,
        item.hypothesis,
        path,
    )
