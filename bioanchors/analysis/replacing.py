"""How a file's median moves as what it assumed is replaced by what was measured.

The steps share the change by their Shapley values; see ``analysis/attribution.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bioanchors.analysis.estimating import LeftOut, estimates
from bioanchors.analysis.predicting import GAIN
from bioanchors.analysis.running import run_alike
from bioanchors.analysis.shapley import shapley_matrix, steps
from bioanchors.model.spec import Observed
from bioanchors.parameters import Parameters
from bioanchors.parameters.observation_files import Observations
from bioanchors.parameters.observed import dollar_year, observed
from bioanchors.results.executors import Where
from bioanchors.results.outcomes import MEDIAN, Estimate
from bioanchors.types import Progress

LEVELS = {
    "flop_per_usd": ("FLOP per $", "hardware", "flop_per_usd"),
    "largest_run_usd": ("cost of the largest run", "spending", "largest_run_usd"),
}
GROWTHS = {
    "flop_per_usd_growth": ("growth of FLOP per $", "hardware"),
    "largest_run_usd_growth": ("growth of the cost", "spending"),
}
SPEED, CAPS = "speed of algorithms", "caps, by what was gained"
Values = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One replacement.

    Attributes
    ----------
    name, by
        What is replaced, and by which item.
    years
        Shapley value: what it does to the median, with its standard error.
    lowest, highest
        The same over all orders of replacing.
    """

    name: str
    by: str
    years: Estimate
    lowest: float
    highest: float


@dataclass(frozen=True, eq=False)
class Replaced:
    """How a file's median moves.

    Attributes
    ----------
    parameters
        The file.
    before, after
        Medians: of the file, and with all replaced.
    steps
        In the order in which they are replaced.
    """

    parameters: Parameters
    before: Estimate
    after: Estimate
    steps: tuple[Step, ...]


def replaced(
    parameters: Parameters,
    seen: Observations,
    *,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Replaced:
    """Replace what a file assumed by what was measured, in all orders.

    Parameters
    ----------
    parameters
        The file, whose evidence is left out.
    seen
        What was measured; of each quantity the first item is taken, without its error.
    seed, precision, executor
        As ``attribute``.
    progress
        Called with how many runs are done, and of how many.

    Raises
    ------
    ValueError
        If nothing of it replaces anything, or some order has no median within the window.

    Notes
    -----
    Where algorithms have gained, their cap is counted from the same year; the last step adds what
    was gained to it, so that as much is left as the file had at the start. Nobody has measured a
    cap.
    """
    file = parameters.with_evidence(None)
    asked = _steps(file, seen)
    if not asked:
        raise ValueError(
            "nothing of what was measured replaces an input; allowed: levels and growth of FLOP "
            "per $ and of cost, and a gain of algorithms"
        )
    sets = [
        [step for i, step in enumerate(asked) if subset >> i & 1]
        for subset in range(2 ** len(asked))
    ]
    files = [_with(file, [values for _, _, values in each]) for each in sets]
    made = run_alike(
        files,
        LeftOut(MEDIAN),
        seed=seed,
        precision=precision,
        executor=executor,
        progress=progress,
    )
    medians = np.array(made)  # (subset, replicate + 1)
    if not np.all(np.isfinite(medians[:, -1])):
        last = parameters.last_year
        raise ValueError(f"some order of replacing has no median by {last}; allowed: a later year")
    shares = estimates((shapley_matrix(len(asked)) @ medians).T)
    every = [steps(medians[:, -1], i) for i in range(len(asked))]
    before, after = estimates(medians[[0, -1]].T)
    rows = [
        Step(name, by, share, float(each.min()), float(each.max()))
        for (name, by, _), share, each in zip(asked, shares, every, strict=True)
    ]
    return Replaced(parameters, before, after, tuple(rows))


def _with(file: Parameters, values: list[Values]) -> Parameters:
    together: Values = {}
    for each in values:
        together |= each
    return file.with_values(together) if together else file


def _steps(file: Parameters, seen: Observations) -> list[tuple[str, str, Values]]:
    """Return name, item and values of each replacement."""
    first: dict[str, tuple[str, Observed]] = {}
    dollars = dollar_year(file.tables)
    for name, item in seen.items.items():
        if item.quantity is not None and item.hypothesis is None:
            one = observed(item, ("evidence", "observations", name), dollars)
            first.setdefault(item.quantity, (name, one))
    found: list[tuple[str, str, Values]] = []
    for quantity, (what, table, key) in LEVELS.items():
        if quantity in first:
            name, one = first[quantity]
            values = {f"{table}.start_year": one.year, f"{table}.{key}": 10.0**one.log10_value}
            found.append((what, name, values))
    for quantity, (what, table) in GROWTHS.items():
        if quantity in first:
            name, one = first[quantity]
            found.append((what, name, {f"{table}.times_per_year": 10.0**one.log10_value}))
    if GAIN in first:
        name, one = first[GAIN]
        found.append((SPEED, name, _speeds(file, one)))
        found.append((CAPS, name, _caps(file, one)))
    return found


def _speeds(file: Parameters, one: Observed) -> Values:
    """Return the speed at which so much was gained, from when on, for every hypothesis."""
    since = one.from_year if one.from_year is not None else one.year
    rate = one.log10_value / (one.year - since)
    values: Values = {}
    for hypothesis in file.hypotheses:
        table = file.inputs[hypothesis.speed].path.rpartition(".")[0]
        values[f"{table}.oom_per_year"] = rate
        own = (file.tables.hypotheses or {})[hypothesis.name].algorithms
        if own is not None and own.gain_start_year is not None:
            values[f"hypotheses.{hypothesis.name}.algorithms.gain_start_year"] = since
    shared = file.tables.algorithms
    if shared is not None and shared.gain_start_year is not None:
        values["algorithms.gain_start_year"] = since
    if shared is not None and shared.halving_shift_years is not None:
        values["algorithms.halving_shift_years"] = 0.0
    return values


def _caps(file: Parameters, one: Observed) -> Values:
    """Return each cap's median with what was gained added to it."""
    caps = [file.inputs[hypothesis.max_oom] for hypothesis in file.hypotheses]
    return {cap.path: cap.median + one.log10_value for cap in caps}
