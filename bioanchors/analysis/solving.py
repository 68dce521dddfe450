"""What would have to be true: the value of one key at which a forecast says what it should."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.labels import about, estimated, labelled
from bioanchors.analysis.running import Points
from bioanchors.analysis.searching import EVERY, Search, Target, range_of, read_target
from bioanchors.parameters import BadParameters, Source, as_parameters, key_of
from bioanchors.results import Forecast, run
from bioanchors.results.executors import Where, opened
from bioanchors.results.outcomes import Estimate, ProbabilityBy
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
TOLERANCE = 1e-6
BEND_LOOKS = 12
CLOSER_LOOKS, CLOSER, CLOSER_EVERY = 3, 9, 2
"""How often a stretch in which values are refused is looked at more closely, at so many values, of
which every second is tried in any case."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Where a key's value makes a forecast meet a target.

    Attributes
    ----------
    key, unit
        What was varied.
    target
        What was to be met.
    values
        All values that meet it, ascending, each with its standard error; empty where none does.
    low, high
        Between which it was searched.
    tried, probability
        Values tried, ascending, and the probability by the target's year at each; NaN where the
        value is not allowed.
    own
        The forecast as it is.
    """

    key: str
    unit: str
    target: Target
    values: tuple[Estimate, ...]
    low: float
    high: float
    tried: Array
    probability: Array
    own: Forecast

    def __repr__(self) -> str:
        values = ", ".join(f"{value:.5g}" for value, _ in self.values) or "no value"
        return f"<Solution: {self.target.words} by {self.key} = {values}>"

    @property
    def nearest(self) -> tuple[float, float]:
        """The value tried that comes nearest to the target, and the probability there."""
        best = int(np.nanargmin(np.abs(self.probability - self.target.probability)))
        return float(self.tried[best]), float(self.probability[best])

    @property
    def dataset(self) -> xr.Dataset:
        """The probability by values ``tried``, and each ``solution`` with its standard error."""
        import xarray as xr

        chance = f"probability of arrival by {self.target.year:g}; NaN where refused"
        meaning = f"value of {self.key} that meets the target"
        return xr.Dataset(
            {
                "probability": labelled("tried", self.probability, chance),
                **estimated("value", "solution", self.values, meaning, self.unit),
            },
            coords={"tried": labelled("tried", self.tried, self.key, self.unit)},
            attrs=about(
                self.own,
                key=self.key,
                target=self.target.words,
                target_year=self.target.year,
                target_probability=self.target.probability,
                low=self.low,
                high=self.high,
            ),
        )


def solve(
    source: Source,
    vary: str,
    target: str,
    *,
    low: float | None = None,
    high: float | None = None,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Solution:
    """Find the values of a key at which a forecast meets a target.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    vary
        Path of a number, such as ``hardware.doubling_years``. A distribution there is replaced by
        the number.
    target
        ``"median=2031"``, ``"p10=2030"`` or ``"2036=0.5"``.
    low, high
        Between which to search; by default what the file allows the key, of years the window.
    seed, precision
        As ``run``.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of about how many.

    Returns
    -------
    Solution

    Raises
    ------
    BadParameters
        If the file, or every value in the range, cannot be used.
    ValueError
        If another argument is not allowed.

    Notes
    -----
    A target is a probability p by a year y, so that it is P(arrival <= y) - p that is brought to 0:
    unlike a median, it is finite everywhere. Of 25 values over the range every third is tried, and
    those between two at which it is nearer to 0 than a bend may bring it, or about the file's own
    value; between two at which it has different signs, Brent's method finds where it is 0, to a
    thousandth of its error. Where what is tried comes near and turns back, the bend is looked
    for, and on either side of it. A value's standard error is that of the probability over the
    slope there. Where a value between two is refused, since the evidence rules it out or the file
    does not allow it, up to nine of that stretch are tried, and so on.
    """
    aim = read_target(target)
    parameters = as_parameters(source)
    ProbabilityBy(aim.year).check(parameters.first_year, parameters.last_year)
    start, end = range_of(parameters, vary, low, high)
    own = run(parameters, seed=seed, precision=precision)
    options = {"seed": seed, "precision": precision, **Points.of(own).options}
    with opened(executor) as maker:
        search = Search(parameters, vary, aim, start, end, maker, options, progress)
        xs, reached = search.scanned(search.xs, EVERY)
        roots = [*_roots(search, xs, reached, CLOSER_LOOKS), *_beside_bends(search, xs, reached)]
        solutions = tuple(map(search.solution, sorted(roots)))
    key = key_of(parameters, vary)
    return Solution(
        vary,
        key.unit if key else "",
        aim,
        solutions,
        start,
        end,
        np.array([search.value_of(x) for x in xs]),
        reached + aim.probability,
        own,
    )


class _MetError(Exception):
    """The target is met, or passed, at the place that this holds."""


def _beside_bends(search: Search, xs: Array, reached: Array) -> list[float]:
    """Return places at which the target is met on either side of a bend between those tried."""
    from scipy.optimize import brentq, minimize_scalar

    roots: list[float] = []
    tolerance = TOLERANCE * (search.xs[1] - search.xs[0])
    for i in range(1, xs.size - 1):
        before, here, after = np.abs(reached[i - 1 : i + 2])
        alike = np.all(np.sign(reached[i - 1 : i + 2]) == np.sign(reached[i]))
        # Of two that are as near the first; a bend gains less than its steeper side loses.
        if not (alike and here < before and here <= after and here < max(before, after) - here):
            continue

        def missing(x: float, sign: float = float(np.sign(reached[i]))) -> float:
            left = sign * search.excess(x)
            if left <= 0:
                raise _MetError(x)
            return left

        low, high = float(xs[i - 1]), float(xs[i + 1])
        try:
            minimize_scalar(
                missing, bounds=(low, high), method="bounded", options={"maxiter": BEND_LOOKS}
            )
        except BadParameters:
            continue
        except _MetError as met:
            (place,) = met.args
            if search.excess(place) == 0:
                roots.append(place)
                continue
            for one, other in ((low, place), (place, high)):
                with suppress(BadParameters):
                    roots.append(brentq(search.excess, one, other, xtol=tolerance))
    return roots


def _roots(search: Search, xs: Array, reached: Array, looks: int) -> list[float]:
    """Return the places at which the target is met, by what is reached at some."""
    from scipy.optimize import brentq

    roots = [float(x) for x, value in zip(xs, reached, strict=True) if value == 0]
    for low, high in np.flatnonzero(reached[:-1] * reached[1:] < 0)[:, np.newaxis] + [0, 1]:
        tolerance = TOLERANCE * (search.xs[1] - search.xs[0])
        try:
            roots.append(brentq(search.excess, xs[low], xs[high], xtol=tolerance))
        except BadParameters:
            if looks:
                between = np.linspace(xs[low], xs[high], CLOSER)
                roots += _roots(search, *search.scanned(between, CLOSER_EVERY), looks - 1)
    return roots
