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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.comparison import common_outcomes, in_common_window
from bioanchors.analysis.estimating import LeftOut, estimates
from bioanchors.analysis.groups import Grouping
from bioanchors.analysis.labels import about, labelled, texts
from bioanchors.analysis.running import Counted, Points, run_alike
from bioanchors.analysis.shapley import shapley_matrix, steps
from bioanchors.analysis.swaps import Swapped, Swaps
from bioanchors.parameters import Parameters, Source, as_parameters, differences
from bioanchors.results import Forecast
from bioanchors.results.executors import Where, opened
from bioanchors.results.outcomes import MEDIAN, Estimate, Outcome, read_outcome
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
PICKS = {
    "shapley": "Shapley value of the group",
    "standard_error": "standard error of the Shapley value",
    "lowest": "smallest change over the orders of swapping",
    "highest": "largest change over the orders of swapping",
}


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
    is_asked
        Whether the outcomes are those that were asked for, of which none is left out.
    """

    first: Forecast
    second: Forecast
    groups: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    runs: int
    is_asked: bool

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
        rows = [
            (*part.shapley, part.lowest, part.highest)
            for part in (table[group, name] for group in self.groups for name in names)
        ]
        numbers = np.array(rows).reshape(len(self.groups), len(names), len(PICKS))
        dims, unit = ("group", "outcome"), "of the outcome"
        return xr.Dataset(
            {
                pick: labelled(dims, numbers[..., i], meaning, unit)
                for i, (pick, meaning) in enumerate(PICKS.items())
            },
            coords={
                "group": list(self.groups),
                "outcome": names,
                "unit": ("outcome", texts(outcome.unit for outcome in self.outcomes)),
            },
            attrs=about(
                self.first,
                first=self.first.parameters.name,
                second=self.second.parameters.name,
                second_parameters=self.second.parameters.text,
                second_parameters_sha256=self.second.parameters.hash,
                notes="; ".join(self.notes),
            ),
        )


def attribute(
    first: Source,
    second: Source,
    *,
    years: Sequence[float] | None = None,
    outcomes: Sequence[str | float | Outcome] | None = None,
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
    outcomes
        What to attribute instead: years, as numbers, or dates (arrival by then), ``"median"``,
        ``"p10"`` and the like, ``"restricted_mean"``. By default probabilities by ``years``, the
        restricted mean and, where every swap has one, the median.
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
        If the files have no window in common, or a year is outside it; if a quantile year is asked
        for that some swap does not reach within the window.

    Notes
    -----
    Groups tied by correlations, and groups without which the other's values make no forecast, are
    swapped together, and at most eight are left. Weights alone need no new draws, nor does taking
    away evidence.
    """
    read = [as_parameters(each) for each in (first, second)]
    (a, b), notes = in_common_window(read)
    asked = _asked(read, a, years, outcomes)
    grouping = Grouping(a, b, differences(a, b))
    counted = Counted(progress)
    options: dict[str, Any] = {"seed": seed, "precision": precision}
    with opened(executor) as maker:
        found = run_alike([a, b], Points.of, executor=maker, progress=counted, **options)
        counted.advance()
        options |= Points.most(found).options
        swaps = Swaps(a, b, _Values(asked), maker, options, counted)
        swapped = _swapped(swaps, grouping)
    groups = tuple(grouping.members)
    values = np.array([each.values for each in swapped])
    told = dict(zip(asked, np.moveaxis(values, 1, 0), strict=True))
    for outcome in [outcome for outcome in asked if not np.all(np.isfinite(told[outcome]))]:
        if outcomes is not None:
            raise ValueError(_out_of_window(outcome, told[outcome], groups, a, b))
        notes = (*notes, "no medians: not every swap has one within the window")
        del told[outcome]
    ends = [each.forecast for each in swapped if each.forecast is not None]
    return Attribution(
        ends[0],
        ends[-1],
        groups,
        tuple(told),
        tuple(part for outcome in told for part in _parts(groups, outcome, told[outcome])),
        (*notes, *grouping.notes),
        swaps.runs,
        outcomes is not None,
    )


def _swapped(swaps: Swaps, grouping: Grouping) -> list[Swapped]:
    """Return all swaps; groups are merged until each makes a forecast."""
    while True:
        swapped, invalid = swaps.all(grouping)
        if not invalid:
            return swapped
        one, other = grouping.split_most(invalid)
        grouping.merge(
            grouping.members[one][0],
            grouping.members[other][0],
            "one without the other makes no forecast",
        )


@dataclass(frozen=True)
class _Values:
    """Keeps of a forecast outcomes without each replicate in turn, and of all, last.

    Shape (outcome, replicate + 1). It can be sent to a worker.
    """

    outcomes: tuple[Outcome, ...]

    def __call__(self, forecast: Forecast) -> Array:
        return np.array([LeftOut(outcome)(forecast) for outcome in self.outcomes])


def _asked(
    read: Sequence[Parameters],
    file: Parameters,
    years: Sequence[float] | None,
    outcomes: Sequence[str | float | Outcome] | None,
) -> tuple[Outcome, ...]:
    """Return what to attribute in the window of a file.

    Raises
    ------
    ValueError
        If the window has no such thing.
    """
    if outcomes is None:
        return (*common_outcomes(read, file, years), MEDIAN)
    found = [
        each if isinstance(each, Outcome) else read_outcome(str(each), file.last_year)
        for each in outcomes
    ]
    for outcome in found:
        outcome.check(file.first_year, file.last_year)
    return tuple(dict.fromkeys(found))


def _out_of_window(
    outcome: Outcome, values: Array, groups: Sequence[str], first: Parameters, second: Parameters
) -> str:
    """Return what to tell of an outcome, (coalition, replicate + 1), that some swap has not."""
    swap = int(np.argmin(np.isfinite(values).all(axis=1)))
    taken = [group for i, group in enumerate(groups) if swap >> i & 1]
    what = f"{first.name} with {', '.join(taken)} of {second.name}" if taken else first.name
    return (
        f"{what} has no {outcome.name} within {first.first_year} to {first.last_year}; allowed: "
        "what every swap has, such as a probability by a year or the restricted mean"
    )


def _parts(groups: Sequence[str], outcome: Outcome, values: Array) -> list[Part]:
    """Return what each group carries of an outcome, by its values of each coalition.

    Without each replicate in turn, and of all, last: shape (coalition, replicate + 1).
    """
    shapley = estimates((shapley_matrix(len(groups)) @ values).T)
    ranges = [steps(values[:, -1], i) for i in range(len(groups))]
    return [
        Part(group, outcome.name, value, float(each.min()), float(each.max()))
        for group, value, each in zip(groups, shapley, ranges, strict=True)
    ]
