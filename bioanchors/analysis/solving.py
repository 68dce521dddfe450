"""What would have to be true: the value of one key at which a forecast says what it should."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.running import Where, points_of
from bioanchors.parameters import (
    BadParameters,
    Parameters,
    Source,
    as_parameters,
    bounds_of,
    key_of,
    year_of,
)
from bioanchors.results import Forecast, run
from bioanchors.results.many import run_many, try_many
from bioanchors.results.outcomes import Estimate, ProbabilityBy
from bioanchors.types import Progress

Array = NDArray[np.float64]

TRIED = 25
"""Values tried over the range, between which a solution shows by a change of sign."""

WIDE = 100.0
"""Ends of a range further apart than so many times are tried at equal ratios."""

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Target:
    """A probability of arrival by a year, as which every target can be said."""

    year: float
    probability: float
    words: str


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


@dataclass(frozen=True)
class _At:
    """Keeps of a forecast the probability that is aimed at; it can be sent to a worker."""

    outcome: ProbabilityBy

    def __call__(self, forecast: Forecast) -> Estimate:
        return self.outcome.estimate(forecast)


def read_target(text: str) -> Target:
    """Return the target that a text says: ``median=2031``, ``p10=2030`` or ``2036=0.5``.

    A year may be a date, ``median=2031-07-01``.

    Raises
    ------
    ValueError
        If it says none.
    """
    name, equals, given = (part.strip() for part in text.partition("="))
    quantile = re.fullmatch(r"p(\d+(?:\.\d+)?)", name)
    try:
        if not equals:
            raise ValueError
        if name == "median" or quantile:
            share = float(quantile.group(1)) / 100 if quantile else 0.5
            year = year_of(given)
        else:
            year = year_of(name)
            share = float(given.removesuffix("%")) / (100 if given.endswith("%") else 1)
        if not (0 < share < 1 and math.isfinite(year)):
            raise ValueError
    except ValueError:
        raise ValueError(
            f"found {text!r}; allowed: median=2031, p10=2030 (a tenth by then), or 2036=0.5"
        ) from None
    return Target(year, share, f"{name} = {given}")


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
        Between which to search; by default the key's bounds.
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
    unlike a median, it is finite everywhere. 25 values over the range are tried; between two at
    which it has different signs, Brent's method finds where it is 0. A value's standard error is
    that of the probability over the slope there.
    """
    from scipy.optimize import brentq

    aim = read_target(target)
    parameters = as_parameters(source)
    outcome = ProbabilityBy(aim.year)
    outcome.check(parameters.first_year, parameters.last_year)
    bounds = bounds_of(parameters, vary)
    if bounds is None and (low is None or high is None):
        raise ValueError(
            f"{vary} has no bounds of its own; needed: the range to search, {vary}=LOW:HIGH"
        )
    least, most = bounds or (-math.inf, math.inf)
    start, end = least if low is None else low, most if high is None else high
    if not (least <= start < end <= most and math.isfinite(start) and math.isfinite(end)):
        raise ValueError(
            f"found {start:g} to {end:g} for {vary}; allowed: a range, the lower end first, "
            f"within {least:g} to {most:g}"
        )
    ratios = start > 0 and end / start > WIDE
    xs = np.linspace(*((math.log(start), math.log(end)) if ratios else (start, end)), TRIED)
    own = run(parameters, seed=seed, precision=precision)
    points = points_of(own)
    done = 0

    options: dict[str, Any] = {
        "seed": seed,
        "precision": precision,
        "fewest": points,
        "points": points,
    }
    aimed = _At(outcome)

    def value_of(x: float) -> float:
        return min(max(math.exp(x), start), end) if ratios else float(x)

    def told(new: int, _: int = 0) -> None:
        if progress is not None:
            progress(done + new, max(done + new, TRIED + 10))

    def edited(x: float) -> Parameters:
        return parameters.with_values({vary: value_of(x)})

    def estimate(x: float) -> Estimate:
        nonlocal done
        (found,) = run_many([edited(x)], keep=aimed, **options)
        told(1)
        done += 1
        return found

    def excess(x: float) -> float:
        return estimate(x).value - aim.probability

    reached, refused, files = np.full(TRIED, np.nan), [], {}
    for i, x in enumerate(xs):
        try:
            files[i] = edited(x)
        except BadParameters as error:
            refused.append(error)
    tried = try_many(files.values(), executor, keep=aimed, progress=told, **options)
    done += len(files)
    for i, result in zip(files, tried, strict=True):
        if isinstance(result, BadParameters):
            refused.append(result)
        else:
            reached[i] = result.value - aim.probability
    if np.all(np.isnan(reached)):
        raise refused[-1]
    roots = [float(x) for x, value in zip(xs, reached, strict=True) if value == 0]
    for i in range(TRIED - 1):
        if reached[i] * reached[i + 1] < 0:
            roots.append(brentq(excess, xs[i], xs[i + 1], xtol=TOLERANCE * (xs[1] - xs[0])))
    values = []
    for root in sorted(roots):
        reach = 1e-2 * (xs[1] - xs[0])
        ends = max(root - reach, xs[0]), min(root + reach, xs[-1])
        try:
            slope = (excess(ends[1]) - excess(ends[0])) / (value_of(ends[1]) - value_of(ends[0]))
        except BadParameters:
            slope = math.nan
        spread = estimate(root).standard_error / abs(slope) if slope else math.nan
        values.append(Estimate(value_of(root), spread))
    key = key_of(parameters, vary)
    return Solution(
        vary,
        key.unit if key else "",
        aim,
        tuple(values),
        start,
        end,
        np.array([value_of(x) for x in xs]),
        reached + aim.probability,
        own,
    )
