"""What only shows once it is known on what a forecast draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bioanchors.model.keys import LOG10_2
from bioanchors.parameters.checks.correlated import check_possible, correlated_pairs
from bioanchors.parameters.problems import BadParameters, Problem, dotted
from bioanchors.parameters.reading.positions import KeyPath

if TYPE_CHECKING:
    from bioanchors.parameters.parameters import Parameters


CAP_YEARS, CAP_SHARE = 5, 0.9


def check_inputs(parameters: Parameters) -> None:
    """Check what only shows once it is known on what a forecast draws.

    Raises
    ------
    BadParameters
        With every problem of the correlations and of the shift of halving times.
    """
    problems: list[Problem] = []

    def add(path: KeyPath, message: str) -> None:
        problems.append(Problem(parameters.origin(path), dotted(path), message))

    inputs = parameters.inputs
    if parameters.tables.correlations:
        known = {item.path: item.is_random for item in parameters.given}
        pairs, called = correlated_pairs(
            parameters.tables.correlations, known, frozenset(inputs), add
        )
        if not problems:
            check_possible(pairs, called, tuple(inputs), add)
    for hypothesis in parameters.hypotheses:
        if hypothesis.halving_shift is None:
            continue
        shift = inputs[hypothesis.halving_shift]
        ends = np.array([TAIL, 1.0 - TAIL])
        least = shift.values(np.array([TAIL]))[0]
        path = tuple(shift.path.split("."))
        by_size = (inputs[size.speed] for size in hypothesis.sizes if size.speed is not None)
        for speed in (inputs[hypothesis.speed], *by_size):
            slowest, fastest = speed.values(ends)
            if hypothesis.effort is not None:
                growth = inputs[hypothesis.effort].values(ends)
                slowest, fastest = slowest * growth[0], fastest * growth[1]
            if not slowest > 0:
                add(path, f"{speed.path} is not above 0 throughout; allowed: only where speeds are")
            elif not LOG10_2 / fastest + least > 0:
                shortest = f"{LOG10_2 / fastest + least:.3g}"
                add(
                    path,
                    f"leaves {hypothesis.name} a halving time of {shortest} years at the least; "
                    "allowed: what keeps every halving time above 0",
                )
    if problems:
        raise BadParameters(problems)


def cap_warning(parameters: Parameters) -> tuple[str, ...]:
    """Warn where at the medians a gain passes 90 % of its cap within five years of its start."""

    def median(name: str | None, otherwise: float) -> float:
        if name is None:
            return otherwise
        return parameters.inputs[name].median

    capped = []
    for hypothesis in parameters.hypotheses:
        rate = median(hypothesis.speed, 0.0) * median(hypothesis.effort, 1.0)
        cap = median(hypothesis.max_oom, math.inf)
        if rate <= 0:
            continue
        rate = LOG10_2 / (LOG10_2 / rate + median(hypothesis.halving_shift, 0.0))
        grown = CAP_YEARS * rate * median(hypothesis.transfer, 1.0)
        gain = grown - float(np.logaddexp(0.0, math.log(10.0) * (grown - cap))) / math.log(10.0)
        if gain > CAP_SHARE * cap:
            capped.append(hypothesis.name)
    if not capped:
        return ()
    return (
        f"{', '.join(capped)}: algorithms gain {CAP_SHARE:.0%} of max_oom within {CAP_YEARS} "
        "years of gain_start_year, so that the cap decides the answer, not the speed",
    )


TAIL = 1e-9
"""Mass that is ignored, as outside of a key's domain."""
