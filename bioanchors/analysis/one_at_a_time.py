"""One input at a time: the tornado, and what it hides.

Each input is fixed at its 5th and at its 95th percentile, the others left as they are. What a pair
does together does not show there: rate and cap of a trend may do next to nothing alone and decades
together. So pairs are fixed together, too, and each input's swing is told with the smallest and
the largest one over the places at which another is fixed (its *swap range*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.running import Where, points_of
from bioanchors.analysis.sensitivities import read_output
from bioanchors.parameters import (
    BadParameters,
    Parameters,
    Source,
    as_parameters,
    percentiles,
    with_fixed,
)
from bioanchors.results import Forecast, run
from bioanchors.results.estimates import jackknife_error
from bioanchors.results.many import try_many
from bioanchors.results.outcomes import Estimate, Outcome
from bioanchors.types import Progress

Array = NDArray[np.float64]
LOW, HIGH = 0.05, 0.95
LEADING_PAIRED, MOST_PAIRS = 4, 16
INTERACTION = 0.25
"""Share of its own swing by which the swap range must differ from it to be told."""

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""Lower or upper end of each of a pair."""

TOGETHER = (
    ("speed", "max_oom"),
    ("halving_shift_years", "max_oom"),
    ("speed", "max_flop_per_usd"),
    ("speed", "max_share_of_gdp"),
)
"""Keys that bound each other: rate and cap of one trend."""


@dataclass(frozen=True)
class Swing:
    """What fixing one input does to an output.

    Attributes
    ----------
    name, path, unit
        Of the input.
    low, high
        Its 5th and 95th percentile, in the unit of the file.
    at_low, at_high
        The output with the input fixed there.
    swing
        ``at_high`` less ``at_low``, with its paired standard error.
    swap_range
        Smallest and largest swing over the places at which another input is fixed; the swing
        itself where no pair was tried.
    """

    name: str
    path: str
    unit: str
    low: float
    high: float
    at_low: float
    at_high: float
    swing: Estimate
    swap_range: tuple[float, float]

    @property
    def interacts(self) -> bool:
        """Whether the swing depends much on where another input is, beyond errors."""
        alone, error = self.swing
        far = max(abs(end - alone) for end in self.swap_range)
        return far > INTERACTION * abs(alone) + 4 * error


@dataclass(frozen=True)
class Pair:
    """What fixing two inputs together does.

    Attributes
    ----------
    names
        Of the two.
    corners
        Output at (low, low), (low, high), (high, low) and (high, high).
    interaction
        Swing of the first with the second high, less that with the second low, with its error.
    """

    names: tuple[str, str]
    corners: tuple[float, float, float, float]
    interaction: Estimate

    @property
    def range(self) -> float:
        """Largest less smallest output over the four corners."""
        return max(self.corners) - min(self.corners)


@dataclass(frozen=True, eq=False)
class Tornado:
    """Swings of inputs, one at a time.

    Attributes
    ----------
    forecast
        The forecast as it is.
    output, unit
        What is looked at, and its unit.
    value
        The output as it is.
    swings
        The largest first, by the larger of the swing and the swap range.
    pairs
        Pairs that were fixed together, the strongest interaction first.
    refused
        Values that make no forecast, and why; their inputs or pairs are left out.
    """

    forecast: Forecast
    output: str
    unit: str
    value: Estimate
    swings: tuple[Swing, ...]
    pairs: tuple[Pair, ...]
    refused: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Tornado of {self.output} in {self.forecast.title}: {len(self.swings)} inputs>"


def tornado(
    source: Source,
    output: str | float | None = None,
    *,
    inputs: Sequence[str] | None = None,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Tornado:
    """Fix each input at its 5th and 95th percentile, and pairs of those that may interact.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    output
        As ``sensitivity``; ``"arrival_year"`` and ``"restricted_mean"`` are the same here.
    inputs
        Paths or names of inputs; by default all that are not known.
    seed, precision
        As ``run``.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.

    Returns
    -------
    Tornado

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If an input is a known number, which has no percentiles, or there is none such.

    Notes
    -----
    All runs are of the same streams and as many points. Under evidence, percentiles are those of
    the file's distributions, and each run is updated by the evidence anew. A correlated input is
    fixed without moving the others.
    """
    parameters = as_parameters(source)
    name, outcome = read_output(output, parameters)
    if name == "arrival_year":
        name = "restricted_mean"
    chosen = _chosen(parameters, inputs)
    if not chosen:
        raise ValueError(f"{parameters.name} has no uncertain input to fix")
    own = run(parameters, seed=seed, precision=precision)
    points = points_of(own)
    ends = {n: percentiles(parameters.inputs[n], (LOW, HIGH)) for n in chosen}
    options = {"seed": seed, "precision": precision, "fewest": points, "points": points}
    runs = _Runs(parameters, outcome, executor, options, progress)
    runs.expected = 2 * len(chosen) + 4 * min(MOST_PAIRS, len(chosen))
    each_end = runs.left_out([{n: end} for n in chosen for end in ends[n]])
    alone: dict[str, tuple[Array, Array]] = {}
    for n, low, high in zip(chosen, each_end[::2], each_end[1::2], strict=True):
        if low is not None and high is not None:
            alone[n] = (low, high)
    if not alone:
        raise ValueError("; ".join(runs.refused))
    swings = {n: _estimate(high - low) for n, (low, high) in alone.items()}
    pairs = _pairs(list(alone), swings)
    runs.expected = 2 * len(chosen) + 4 * len(pairs)
    ranges = {n: [swings[n].value] for n in alone}
    corners = runs.left_out(
        [{one: ends[one][i], other: ends[other][j]} for one, other in pairs for i, j in CORNERS]
    )
    found = [
        pair
        for k, names in enumerate(pairs)
        if (pair := _fixed_together(names, corners[4 * k : 4 * k + 4], ranges)) is not None
    ]
    result = [
        Swing(
            n,
            parameters.inputs[n].path,
            parameters.inputs[n].key.unit,
            ends[n][0],
            ends[n][1],
            float(alone[n][0][-1]),
            float(alone[n][1][-1]),
            swings[n],
            (min(ranges[n]), max(ranges[n])),
        )
        for n in alone
    ]
    result.sort(key=lambda s: -max(abs(s.swing.value), *map(abs, s.swap_range)))
    found.sort(key=lambda pair: -abs(pair.interaction.value))
    return Tornado(
        own,
        name,
        outcome.unit,
        outcome.estimate(own),
        tuple(result),
        tuple(found),
        tuple(runs.refused),
    )


def _fixed_together(
    names: tuple[str, str], values: Sequence[Array | None], ranges: dict[str, list[float]]
) -> Pair | None:
    """Return what a pair does, by its values at the ``CORNERS``, and add swings to ``ranges``."""
    one, other = names
    corner = {at: value for at, value in zip(CORNERS, values, strict=True) if value is not None}
    if len(corner) < len(CORNERS):
        return None
    for j in (0, 1):
        ranges[one].append(float((corner[1, j] - corner[0, j])[-1]))
        ranges[other].append(float((corner[j, 1] - corner[j, 0])[-1]))
    together = corner[1, 1] - corner[0, 1] - corner[1, 0] + corner[0, 0]
    at = [float(corner[i, j][-1]) for i in (0, 1) for j in (0, 1)]
    return Pair((one, other), (at[0], at[1], at[2], at[3]), _estimate(together))


class _Runs:
    """Runs with inputs fixed, counted for the progress."""

    def __init__(
        self,
        parameters: Parameters,
        outcome: Outcome,
        executor: Where,
        options: Mapping[str, Any],
        progress: Progress | None,
    ) -> None:
        self._parameters, self._keep = parameters, _LeftOut(outcome)
        self._executor, self._options = executor, options
        self._progress, self._done = progress, 0
        self.expected = 0
        self.refused: list[str] = []

    def left_out(self, fixed: Sequence[dict[str, float]]) -> list[Array | None]:
        """Return, for each set of values, what ``_LeftOut`` keeps.

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
            progress=self._told,
            **self._options,
        )
        self._done += len(files)
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

    def _told(self, done: int, _: int) -> None:
        if self._progress is not None:
            self._progress(self._done + done, max(self.expected, self._done + done))


@dataclass(frozen=True)
class _LeftOut:
    """Keeps of a forecast the outcome without each replicate in turn, and of all, last."""

    outcome: Outcome

    def __call__(self, forecast: Forecast) -> Array:
        cdfs = np.vstack([forecast.cdf_without_one, forecast.cdf])
        return self.outcome.of(forecast.years, cdfs)


def _estimate(values: Array) -> Estimate:
    return Estimate(float(values[-1]), float(jackknife_error(values[:-1])))


def _chosen(parameters: Parameters, inputs: Sequence[str] | None) -> list[str]:
    known = {n: item for n, item in parameters.inputs.items() if not n.startswith("evidence.")}
    if inputs is None:
        return [n for n, item in known.items() if item.is_random]
    by_path = {item.path: n for n, item in known.items()}
    chosen = []
    for text in inputs:
        n = text if text in known else by_path.get(text)
        if n is None:
            raise ValueError(f"unknown input {text!r}; allowed: {', '.join(by_path)}")
        if not known[n].is_random:
            value = float(known[n].distribution.median)
            raise ValueError(
                f"{text} is a known number, {value:g}, which has no percentiles; allowed: a "
                "distribution"
            )
        chosen.append(n)
    return chosen


def _pairs(chosen: Sequence[str], swings: dict[str, Estimate]) -> list[tuple[str, str]]:
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
