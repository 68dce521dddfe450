"""Runs with inputs fixed at a number: which inputs, which pairs, and what they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import LeftOut
from bioanchors.analysis.running import Counted
from bioanchors.model.delays import CHANCE
from bioanchors.parameters import BadParameters, Parameters, with_fixed
from bioanchors.parameters.problems import nearest
from bioanchors.results.executors import Where
from bioanchors.results.many import try_many
from bioanchors.results.outcomes import Estimate, Outcome
from bioanchors.types import Progress

Array = NDArray[np.float64]
LEADING_PAIRED, MOST_PAIRS = 4, 16

TOGETHER = (
    ("speed", "max_oom"),
    ("halving_shift_years", "max_oom"),
    ("speed", "max_flop_per_usd"),
    ("speed", "max_share_of_gdp"),
)
"""Keys that bound each other: rate and cap of one trend."""


class FixedRuns:
    """Runs with inputs fixed, counted for the progress.

    Parameters
    ----------
    parameters
        The file.
    outcome
        What is looked at.
    executor, progress
        As ``run_many``.
    options
        As ``run``, for all.

    Attributes
    ----------
    counted
        Runs made, and expected.
    refused
        Values that make no forecast, and why.
    """

    def __init__(
        self,
        parameters: Parameters,
        outcome: Outcome,
        executor: Where,
        options: Mapping[str, Any],
        progress: Progress | None,
    ) -> None:
        self._parameters, self._keep = parameters, LeftOut(outcome)
        self._executor, self._options = executor, options
        self.counted = Counted(progress)
        self.refused: list[str] = []

    def left_out(self, fixed: Sequence[dict[str, float]]) -> list[Array | None]:
        """Return, for each set of values, what ``LeftOut`` keeps.

        None where the values make no forecast, which ``refused`` tells.
        """
        files: dict[int, Parameters] = {}
        refused: dict[int, BadParameters] = {}
        for i, values in enumerate(fixed):
            try:
                files[i] = with_fixed(self._parameters, values)
            except BadParameters as error:
                refused[i] = error
        results = try_many(
            files.values(),
            self._executor,
            keep=self._keep,
            progress=self.counted,
            **self._options,
        )
        self.counted.advance()
        kept: dict[int, Array] = {}
        for i, result in zip(files, results, strict=True):
            if isinstance(result, BadParameters):
                refused[i] = result
            else:
                kept[i] = result
        for i in sorted(refused):
            told = ", ".join(
                f"{self._parameters.inputs[n].path} = {value:.3g}" for n, value in fixed[i].items()
            )
            self.refused.append(f"{told}: {refused[i].problems[0].message}")
        return [kept.get(i) for i in range(len(fixed))]


def chosen_inputs(parameters: Parameters, inputs: Sequence[str] | None) -> list[str]:
    """Return the names of inputs by name or path; by default of all that are not known.

    What no file can fix is left out: the noise of runs, and the chance of a delay.

    Raises
    ------
    ValueError
        If one is a known number, or there is none such.
    """
    known = {
        n: item
        for n, item in parameters.inputs.items()
        if n in parameters.spec.used and not n.startswith("evidence.") and not n.endswith(CHANCE)
    }
    if inputs is None:
        return [n for n, item in known.items() if item.is_random]
    by_path = {item.path: n for n, item in known.items()}
    chosen = []
    for text in inputs:
        n = text if text in known else by_path.get(text)
        if n is None:
            uncertain = [path for path, name in by_path.items() if known[name].is_random]
            near = nearest(text, uncertain)
            raise ValueError(f"unknown input {text!r}; allowed: {', '.join(uncertain)}{near}")
        if not known[n].is_random:
            value = float(known[n].distribution.median)
            raise ValueError(
                f"{text} is a known number, {value:g}, which has no percentiles; allowed: a "
                "distribution"
            )
        chosen.append(n)
    return chosen


def paired(chosen: Sequence[str], swings: Mapping[str, Estimate]) -> list[tuple[str, str]]:
    """Return pairs to fix together: rate and cap of a trend, and the largest swings."""
    pairs = []
    for one, other in combinations(chosen, 2):
        tables, keys = zip(one.rsplit(".", 1), other.rsplit(".", 1), strict=True)
        shared = tables[0] == tables[1] or (
            "algorithms" in tables and all(table.endswith("algorithms") for table in tables)
        )
        if shared and (keys in TOGETHER or keys[::-1] in TOGETHER):
            pairs.append((one, other))
    leading = sorted(chosen, key=lambda n: -abs(swings[n].value))[:LEADING_PAIRED]
    largest = [n for n in chosen if n in leading]
    pairs += [pair for pair in combinations(largest, 2) if pair not in pairs]
    return pairs[:MOST_PAIRS]
