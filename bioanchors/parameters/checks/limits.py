"""What is wrong with what limits runs, power and data, and with what comes besides algorithms."""

from __future__ import annotations

from pydantic import BaseModel

from bioanchors.model.keys import SPEEDS
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import found
from bioanchors.parameters.tables import Tables

QUANTITY = "a number or a distribution"
SAVE = (
    "a share from 0 to 1: of what algorithms save in FLOP, how much they save in data as well; it "
    "decides, hence has no default"
)
NEEDED = {
    "unhobbling": {"max_oom": QUANTITY, "start_year": "a year", "years": QUANTITY},
    "power": {"flop": QUANTITY, "year": "a year", "doubling_years": "a speed"},
    "data": {
        "stock_tokens": QUANTITY,
        "stock_year": "a year",
        "doubling_years": "a speed",
        "algorithms_save": SAVE,
    },
}
"""What each of these tables needs; a speed may have any of its names."""


def check_limits(checker: Checker, tables: Tables) -> None:
    """Check ``[unhobbling]``, ``[power]`` and ``[data]``."""
    for name, needed in NEEDED.items():
        table: BaseModel | None = getattr(tables, name)
        if table is None:
            continue
        for key, what in needed.items():
            every = tuple(SPEEDS) if key in SPEEDS else (key,)
            if all(getattr(table, each, None) is None for each in every) and not any(
                checker.is_told((name, each)) for each in every
            ):
                others = ", ".join(each for each in SPEEDS if hasattr(table, each))
                words = f"{what}, one of {others}" if key in SPEEDS else what
                checker.missing((name, key), words)
    if tables.data is None:
        return
    if tables.scaling_law is None:
        checker.missing(("scaling_law",), "the law by which loss falls with data, by [data]")
    hypotheses = tables.hypotheses or {}
    for i, each in enumerate(tables.data.applies_to or ()):
        if each not in hypotheses:
            checker.add(
                ("data", "applies_to", i), f"{found(each)}; allowed: {', '.join(hypotheses)}"
            )
