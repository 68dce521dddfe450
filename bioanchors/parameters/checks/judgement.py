"""What is wrong with a file's tables of years: what was published, and a judgement on top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import found, number
from bioanchors.parameters.tables import Forecast, Tables


def check_published(checker: Checker, tables: Tables) -> None:
    """Check ``[published]``."""
    if tables.published is not None and tables.published.probability_by is not None:
        _check_years(checker, "published", tables.published.probability_by, tables.forecast)


def check_adjusted(checker: Checker, tables: Tables) -> None:
    """Check ``[adjusted]``: a CDF, and why."""
    adjusted = tables.adjusted
    if adjusted is None:
        return
    if adjusted.reason is None:
        checker.missing(("adjusted", "reason"), "why it differs from the model")
    if not adjusted.probability_by:
        checker.missing(("adjusted", "probability_by"), "years and probabilities")
        return
    _check_years(checker, "adjusted", adjusted.probability_by, tables.forecast)
    in_order = sorted(adjusted.probability_by.items())
    for (before, least), (year, probability) in pairwise(in_order):
        if probability < least:
            message = f"found {number(probability)}; allowed: at least that by {before}, "
            checker.add(("adjusted", "probability_by", year), message + number(least))


def _check_years(
    checker: Checker, table: str, by: Mapping[str, float], forecast: Forecast | None
) -> None:
    outside = []
    for year in by:
        if not re.fullmatch("[0-9]{4}", year):
            message = f"{found(year)}; allowed: a year, such as 2036"
            checker.add((table, "probability_by", year), message)
        elif (
            forecast
            and forecast.first_year
            and forecast.last_year
            and not forecast.first_year <= int(year) <= forecast.last_year
        ):
            outside.append(year)
    if outside:
        checker.warnings.append(f"{table} years {', '.join(outside)}: outside the window")
