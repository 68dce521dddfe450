"""What is wrong with the hypotheses: their kinds, what these need, and further factors."""

from __future__ import annotations

import numpy as np

from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import closest, dotted
from bioanchors.parameters.quantities.families import build
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.requirements import Hypothesis

TAIL = 1e-9
"""Mass that is ignored, as outside of a key's domain."""


def check_hypotheses(checker: Checker, tables: Tables) -> None:
    """Check ``[hypotheses.NAME]``, its algorithms left out."""
    hypotheses = tables.hypotheses
    if not hypotheses:
        if not any(path[0] == "hypotheses" for path in checker.told):
            checker.missing(("hypotheses",), "at least one, as [hypotheses.NAME]")
        return
    for name, hypothesis in hypotheses.items():
        path = ("hypotheses", name)
        if hypothesis.kind is None:
            near = closest(name, [other for other in hypotheses if other != name])
            hint = f'; did you mean the hypothesis "{near}"?' if near else ""
            checker.missing((*path, "kind"), f"one of {', '.join(REQUIREMENTS)}{hint}")
            if near:
                checker.told.add(path)
        if hypothesis.weight is None:
            checker.missing((*path, "weight"), "a number, such as 0.1")
        if hypothesis.kind is not None:
            _check_keys(checker, path, hypothesis, hypothesis.kind)
        for factor, table in (hypothesis.factors or {}).items():
            if table.oom is None:
                checker.missing((*path, "factors", factor, "oom"), "a number or a distribution")
    weights = [hypothesis.weight for hypothesis in hypotheses.values()]
    if None not in weights and not any(weights) and not any("weight" in p for p in checker.told):
        checker.add(("hypotheses",), "all weights are 0; allowed: at least one above 0")


def _check_keys(checker: Checker, path: KeyPath, hypothesis: Hypothesis, name: str) -> None:
    """Check that a hypothesis has all keys of its kind, and of no other."""
    kind = REQUIREMENTS[name]
    for key in kind.own:
        if getattr(hypothesis, key) is None and key not in kind.optional:
            checker.missing((*path, key), f"a number or a distribution, by the kind {name}")
    every = {key for other in REQUIREMENTS.values() for key in other.own}
    for key in sorted(every - set(kind.own)):
        if getattr(hypothesis, key) is not None:
            message = f"the kind {name} has no such key; allowed: {', '.join(kind.own)}"
            checker.add((*path, key), message)
    if name == "fine_tuned_network":
        _warn_of_short_tuning(checker, path, hypothesis)


def _warn_of_short_tuning(checker: Checker, path: KeyPath, hypothesis: Hypothesis) -> None:
    """Warn where fine-tuning takes no longer samples than the rest of training."""
    keys = REQUIREMENTS["fine_tuned_network"].own
    ends = []
    for key, share in (("pretraining_horizon_s", TAIL), ("fine_tuning_horizon_s", 1.0 - TAIL)):
        value = getattr(hypothesis, key)
        if value is None or checker.is_told((*path, key)):
            return
        ends.append(float(build(value, keys[key]).ppf(np.array([share]))[0]))
    if ends[1] <= ends[0]:
        checker.warnings.append(
            f"{dotted(path)}: fine_tuning_horizon_s is nowhere above pretraining_horizon_s, so "
            "that fine-tuning makes nothing dearer"
        )
