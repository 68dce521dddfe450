"""What is wrong with what runs may have to wait for."""

from __future__ import annotations

import re
from itertools import pairwise

from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import dotted, found
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.years import FIRST_YEAR, LAST_YEAR


def check_delays(checker: Checker, tables: Tables) -> None:
    """Check ``[lag.delays.NAME]``."""
    delays = (tables.lag.delays if tables.lag else None) or {}
    for name, delay in delays.items():
        path: KeyPath = ("lag", "delays", name)
        if delay.years is None:
            checker.missing((*path, "years"), "a number or a distribution of years")
        if delay.probability_in is None:
            checker.missing((*path, "probability_in"), "probabilities by year, as { 2027 = 0.5 }")
        else:
            _check_schedule(checker, (*path, "probability_in"), delay.probability_in)
            if not any(delay.probability_in.values()):
                checker.warnings.append(f"{dotted(path)}: no run has to wait, so it does nothing")
    forecast, seen = tables.forecast, tables.evidence
    events = {(forecast.event if forecast else None) or "affordable", seen.event if seen else None}
    if delays and events <= {"affordable", None}:
        words = ", ".join(delays)
        checker.warnings.append(f"[lag.delays] {words}: the event affordable does not ask for it")


def _check_schedule(checker: Checker, path: KeyPath, chances: dict[str, float]) -> None:
    if not chances and not checker.is_told(path):
        checker.add(path, "found none; allowed: one or more years, as { 2027 = 0.5 }")
    odd = [year for year in chances if not re.fullmatch("[0-9]{4}", year)]
    odd += [y for y in chances if y not in odd and not FIRST_YEAR <= int(y) <= LAST_YEAR]
    for year in odd:
        message = f"{found(year)}; allowed: a year from {FIRST_YEAR} to {LAST_YEAR}, such as 2027"
        checker.add((*path, year), message)
    steps = [b - a for a, b in pairwise(chances[year] for year in sorted(chances))]
    if not odd and min(steps, default=0) < 0 < max(steps, default=0):
        checker.add(path, "falls and rises; allowed: what only falls, or only rises, with the year")
