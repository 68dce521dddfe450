"""What is wrong with research that drives a trend."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel

from bioanchors.model.keys import SPEEDS, Key
from bioanchors.model.spec import RESEARCH
from bioanchors.parameters.checks.changes import TAIL
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import found
from bioanchors.parameters.quantities.families import build, quantity_troubles
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables

RETURNS = "returns_to_research"


def check_research(checker: Checker, tables: Tables) -> None:
    """Check ``[research.NAME]`` and what has ``returns_to_research``."""
    given = tables.research or {}
    for name, effort in given.items():
        if name not in RESEARCH:
            checker.add(("research", name), f"{found(name)}; allowed: {', '.join(RESEARCH)}")
        else:
            _check_growth(checker, ("research", name), effort)
    driven = _driven(tables)
    for name, path in driven.items():
        if name not in given:
            checker.missing(("research", name), f"the growth of its effort, by {'.'.join(path)}")
    for name in given:
        if name in RESEARCH and name not in driven:
            checker.warnings.append(
                f"[research.{name}]: {name} has no {RETURNS}, so it does nothing"
            )
    for name, change in (tables.changes or {}).items():
        if change.of == "research" and not driven:
            checker.add(
                ("changes", name, "of"),
                f"found research, and nothing has {RETURNS}; allowed: another, or with one",
            )


def _driven(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Return the trends that research drives, and where that is said."""
    driven: dict[str, tuple[str, ...]] = {}
    every = {("hardware",): tables.hardware, ("algorithms",): tables.algorithms}
    for path, table in every.items():
        if getattr(table, RETURNS, None) is not None:
            driven[path[0]] = (*path, RETURNS)
    for name, hypothesis in (tables.hypotheses or {}).items():
        if getattr(hypothesis.algorithms, RETURNS, None) is not None:
            driven.setdefault("algorithms", ("hypotheses", name, "algorithms", RETURNS))
    return driven


def _check_growth(checker: Checker, path: KeyPath, effort: BaseModel) -> None:
    """Check that effort grows before anything happens to it."""
    name = next((each for each in SPEEDS if getattr(effort, each, None) is not None), None)
    if name is None:
        if not any(checker.is_told((*path, each)) for each in SPEEDS):
            checker.missing(path, "the growth of the yearly effort, a speed")
        return
    key = next(m for m in type(effort).model_fields[name].metadata if isinstance(m, Key))
    value = getattr(effort, name)
    if any(quantity_troubles(value, key)):
        return
    if float(key.to_model(build(value, key), np.array([TAIL]))[0]) <= 0:
        checker.add(
            (*path, name),
            'effort may not grow; allowed: growth above 0, as oom_per_year with dist = "lognormal"',
        )
