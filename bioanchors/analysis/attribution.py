"""Why two forecasts differ: how much of the difference each group of parameters carries.

With v(S) an outcome of the first file after the groups S have been taken from the second, the
Shapley value of a group is the mean of v(S + g) - v(S) over all orders in which the groups may be
swapped one after the other. The values add up to v(all) - v(none).

References
----------
Shapley, L. S. (1953), "A value for n-person games", Contributions to the Theory of Games II.
Shorrocks, A. F. (2013), "Decomposition procedures for distributional analysis: a unified framework
based on the Shapley value", J. Econ. Inequal. 11, 99-126.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.comparison import common_outcomes, in_common_window
from bioanchors.analysis.groups import EVIDENCE, WEIGHTS, Grouping
from bioanchors.analysis.running import Where, points_of, run_alike
from bioanchors.parameters import (
    BadParameters,
    Parameters,
    Source,
    as_parameters,
    differences,
    swapped,
)
from bioanchors.results import Forecast
from bioanchors.results.estimates import jackknife_error
from bioanchors.results.many import try_many, whole
from bioanchors.results.outcomes import MEDIAN, Estimate, Outcome
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Subset = frozenset[str]
PICKS = ("shapley", "standard_error", "lowest", "highest")


@dataclass(frozen=True)
class Part:
    """What one group carries of the difference in one outcome.

    Attributes
    ----------
    group, outcome
        Names.
    shapley
        Its Shapley value, with its standard error.
    lowest, highest
        Range over the orders of swapping.
    """

    group: str
    outcome: str
    shapley: Estimate
    lowest: float
    highest: float


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much of the difference of two forecasts each group of parameters carries.

    Attributes
    ----------
    first, second
        The two forecasts, on the same streams and in the same window.
    groups
        Groups in which the files differ.
    outcomes
        What is attributed.
    parts
        One for each group and outcome.
    notes
        What was swapped together, and why; whether there are medians.
    runs
        Runs made.
    """

    first: Forecast
    second: Forecast
    groups: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    runs: int

    def __repr__(self) -> str:
        names = (self.first.parameters.name, self.second.parameters.name)
        return f"<Attribution from {names[0]} to {names[1]}: {', '.join(self.groups)}>"

    def of(self, outcome: Outcome) -> tuple[Part, ...]:
        """Return the parts of an outcome, the largest first."""
        parts = [part for part in self.parts if part.outcome == outcome.name]
        return tuple(sorted(parts, key=lambda part: -abs(part.shapley.value)))

    def ends(self, outcome: Outcome) -> tuple[float, float]:
        """Return an outcome of the first and of the second forecast."""
        return outcome.estimate(self.first).value, outcome.estimate(self.second).value

    @property
    def dataset(self) -> xr.Dataset:
        """Shapley values by ``group`` and ``outcome``, with errors and ranges."""
        import xarray as xr

        table = {(part.group, part.outcome): part for part in self.parts}
        names = [outcome.name for outcome in self.outcomes]
        dims = ("group", "outcome")

        rows = [
            (*table[group, name].shapley, table[group, name].lowest, table[group, name].highest)
            for group in self.groups
            for name in names
        ]
        numbers = np.array(rows).reshape(len(self.groups), len(names), len(PICKS))
        return xr.Dataset(
            {pick: (dims, numbers[..., i]) for i, pick in enumerate(PICKS)},
            coords={"group": list(self.groups), "outcome": names},
            attrs={
                "first": self.first.parameters.name,
                "second": self.second.parameters.name,
                **self.first.origin.attrs(),
            },
        )


def shapley_matrix(count: int) -> Array:
    """Return the matrix that makes Shapley values of a game's values.

    Parameters
    ----------
    count
        Players, n.

    Returns
    -------
    array
        Shape (n, 2^n); column s is of the coalition whose members are the bits of s.

    Notes
    -----
    phi_g = sum over S without g of |S|! (n - |S| - 1)! / n! x (v(S + g) - v(S)).
    """
    matrix = np.zeros((count, 2**count))
    for subset in range(2**count):
        size = subset.bit_count()
        for player in range(count):
            if subset >> player & 1:
                weight = factorial(size - 1) * factorial(count - size) / factorial(count)
                matrix[player, subset] += weight
                matrix[player, subset ^ (1 << player)] -= weight
    return matrix


def attribute(
    first: Source,
    second: Source,
    *,
    years: Sequence[int] | None = None,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Attribution:
    """Say how much of the difference of two forecasts each group of parameters carries.

    Parameters
    ----------
    first, second
        Presets, paths or ``Parameters``.
    years
        As ``compare``.
    seed, precision
        As ``run``; all runs have the same streams and as many points as the more demanding file.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.

    Returns
    -------
    Attribution

    Raises
    ------
    BadParameters
        If a file cannot be used.
    ValueError
        If the files have no window in common, or a year is outside it.

    Notes
    -----
    Groups tied by correlations, and groups without which the other's values make no forecast, are
    swapped together, and at most eight are left. Weights alone need no new draws, nor does taking
    away evidence.
    """
    read = [as_parameters(each) for each in (first, second)]
    (a, b), notes = in_common_window(read)
    outcomes = common_outcomes(read, a, years)
    grouping = Grouping(a, b, differences(a, b))
    ends = run_alike([a, b], whole, executor=executor, seed=seed, precision=precision)
    points = max(map(points_of, ends))
    options = {"seed": seed, "precision": precision, "fewest": points, "points": points}
    swaps = _Swaps(a, b, executor, options)
    while True:
        forecasts, invalid = swaps.all(grouping, progress)
        if not invalid:
            break
        one, other = grouping.split_most(invalid)
        grouping.merge(
            grouping.members[one][0],
            grouping.members[other][0],
            "one without the other makes no forecast",
        )
    groups = tuple(grouping.members)
    cdfs = [np.vstack([f.cdf_without_one, f.cdf]) for f in forecasts]
    matrix = shapley_matrix(len(groups))
    parts: list[Part] = []
    told: list[Outcome] = []
    for outcome in (*outcomes, MEDIAN):
        values = np.array(
            [outcome.of(f.years, cdf) for f, cdf in zip(forecasts, cdfs, strict=True)]
        )
        if outcome is MEDIAN and not np.all(np.isfinite(values)):
            notes = (*notes, "no medians: not every swap has one within the window")
            continue
        told.append(outcome)
        shapley = matrix @ values
        errors = jackknife_error(shapley[:, :-1].T)
        for i, group in enumerate(groups):
            steps = _steps(values[:, -1], i)
            parts.append(
                Part(
                    group,
                    outcome.name,
                    Estimate(float(shapley[i, -1]), float(errors[i])),
                    float(steps.min()),
                    float(steps.max()),
                )
            )
    return Attribution(
        forecasts[0],
        forecasts[-1],
        groups,
        tuple(told),
        tuple(parts),
        (*notes, *grouping.notes),
        swaps.runs,
    )


def _steps(values: Array, player: int) -> Array:
    """Return what a group changes after each set of others, all of which some order has."""
    subsets = np.arange(values.size)
    without = subsets[(subsets >> player & 1) == 0]
    return np.asarray(values[without | 1 << player] - values[without])


class _Swaps:
    """Forecasts of the first file with groups from the second; each run is made once."""

    def __init__(
        self, first: Parameters, second: Parameters, executor: Where, options: Mapping[str, Any]
    ) -> None:
        self._files = (first, second)
        self._executor, self._options = executor, options
        self._made: dict[Subset, Forecast | None] = {}
        self.runs = 0

    def all(
        self, grouping: Grouping, progress: Progress | None
    ) -> tuple[list[Forecast], list[Subset]]:
        """Return forecasts in the order of ``shapley_matrix``, and the subsets that make none."""
        names = list(grouping.members)
        subsets = [
            frozenset(n for i, n in enumerate(names) if s >> i & 1) for s in range(2 ** len(names))
        ]
        parameters = {s: self._parameters(grouping, s) for s in subsets}
        invalid = [s for s in subsets if parameters[s] is None]
        if invalid:
            return [], invalid
        bases = {s: self._base(grouping, s) for s in subsets}
        wanted = list(dict.fromkeys(bases.values()))
        fine = {s: self._fine(grouping, s) for s in wanted}
        # Every subset makes a file here: else it was among the invalid.
        missing = {
            fine[base]: file
            for base in wanted
            if fine[base] not in self._made and (file := parameters[base]) is not None
        }
        self._run(missing, progress)
        invalid = [s for s in subsets if self._made[fine[bases[s]]] is None]
        forecasts = []
        for s in subsets:
            made, own = self._made[fine[bases[s]]], parameters[s]
            if made is None or own is None:
                continue
            seen = made.sums.seen if own.has_evidence else None
            forecasts.append(Forecast(own, replace(made.sums, seen=seen), made.origin))
        return forecasts, invalid

    def _fine(self, grouping: Grouping, subset: Subset) -> Subset:
        return frozenset(fine for name in subset for fine in grouping.members[name])

    def _base(self, grouping: Grouping, subset: Subset) -> Subset:
        """Return the run from whose sums a subset's forecast comes.

        Weights do not matter to them, and those under evidence hold those without.
        """
        base = subset - {WEIGHTS}
        first, second = (file.has_evidence for file in self._files)
        if EVIDENCE in grouping.members and first != second:
            base = base | {EVIDENCE} if second else base - {EVIDENCE}
        return base

    def _parameters(self, grouping: Grouping, subset: Subset) -> Parameters | None:
        if not subset:
            return self._files[0]
        if len(subset) == len(grouping.members):
            return self._files[1]
        try:
            return swapped(*self._files, subset, grouping.of)
        except BadParameters:
            return None

    def _run(self, files: Mapping[Subset, Parameters], progress: Progress | None) -> None:
        """Run files; of those that are refused there is no forecast."""
        results = try_many(
            files.values(), self._executor, keep=whole, progress=progress, **self._options
        )
        for subset, result in zip(files, results, strict=True):
            self._made[subset] = None if isinstance(result, BadParameters) else result
        self.runs += len(files)
