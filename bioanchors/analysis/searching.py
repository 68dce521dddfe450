"""Targets of a search, and runs with a key at the values that it tries."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.running import Counted
from bioanchors.parameters import BadParameters, Parameters, bounds_of, year_of
from bioanchors.results import Forecast
from bioanchors.results.executors import Where
from bioanchors.results.many import try_many
from bioanchors.results.outcomes import Estimate, ProbabilityBy
from bioanchors.types import Progress

Array = NDArray[np.float64]

TRIED = 25
"""Values tried over the range, between which a solution shows by a change of sign."""

WIDE = 100.0
"""Ends of a range further apart than so many times are tried at equal ratios."""


@dataclass(frozen=True)
class Target:
    """A probability of arrival by a year, as which every target can be said."""

    year: float
    probability: float
    words: str


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


def range_of(
    parameters: Parameters, vary: str, low: float | None, high: float | None
) -> tuple[float, float]:
    """Return between which values to search, within the key's bounds."""
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
    return start, end


@dataclass(frozen=True)
class _At:
    """Keeps of a forecast the probability that is aimed at; it can be sent to a worker."""

    outcome: ProbabilityBy

    def __call__(self, forecast: Forecast) -> Estimate:
        return self.outcome.estimate(forecast)


class Search:
    """Runs with a key at some value, counted for the progress.

    Places ``x`` are values, or where the range is wide their logarithms.
    """

    def __init__(
        self,
        parameters: Parameters,
        vary: str,
        aim: Target,
        start: float,
        end: float,
        executor: Where,
        options: Mapping[str, Any],
        progress: Progress | None,
    ) -> None:
        self._parameters, self._vary, self._aim = parameters, vary, aim
        self._keep = _At(ProbabilityBy(aim.year))
        self._range = start, end
        self._in_log = start > 0 and end / start > WIDE
        ends = (math.log(start), math.log(end)) if self._in_log else (start, end)
        self.xs = np.linspace(*ends, TRIED)
        self._executor, self._options = executor, options
        self._counted = Counted(progress, TRIED + 10)
        self._found: dict[float, Estimate] = {}

    def value_of(self, x: float) -> float:
        """Return the key's value at a place."""
        start, end = self._range
        return min(max(math.exp(x), start), end) if self._in_log else float(x)

    def tried(self, xs: Array) -> Array:
        """Return by how much the probability exceeds the target at each of some places.

        NaN where the value is refused.

        Raises
        ------
        BadParameters
            If every value is.
        """
        reached, refused, files = np.full(xs.size, np.nan), [], {}
        for i, x in enumerate(xs):
            try:
                files[i] = self._edited(x)
            except BadParameters as error:
                refused.append(error)
        for i, result in zip(files, self._run(list(files.values())), strict=True):
            if isinstance(result, BadParameters):
                refused.append(result)
            else:
                self._found[float(xs[i])] = result
                reached[i] = result.value - self._aim.probability
        if np.all(np.isnan(reached)):
            raise refused[-1]
        return reached

    def excess(self, x: float) -> float:
        """Return by how much the probability at a place exceeds the target."""
        return self._estimate(x).value - self._aim.probability

    def solution(self, x: float) -> Estimate:
        """Return the value at a root, with its standard error."""
        reach = 1e-2 * (self.xs[1] - self.xs[0])
        ends = np.array([max(x - reach, self.xs[0]), min(x + reach, self.xs[-1])])
        try:
            rise = float(np.diff(self.tried(ends))[0])
            slope = rise / (self.value_of(ends[1]) - self.value_of(ends[0]))
        except BadParameters:
            slope = math.nan
        spread = self._estimate(x).standard_error / abs(slope) if slope else math.nan
        return Estimate(self.value_of(x), spread)

    def _edited(self, x: float) -> Parameters:
        return self._parameters.with_values({self._vary: self.value_of(x)})

    def _estimate(self, x: float) -> Estimate:
        if x not in self._found:
            (found,) = self._run([self._edited(x)])
            if isinstance(found, BadParameters):
                raise found
            self._found[x] = found
        return self._found[x]

    def _run(self, files: list[Parameters]) -> list[Estimate | BadParameters]:
        results = try_many(
            files, self._executor, keep=self._keep, progress=self._counted, **self._options
        )
        self._counted.advance()
        return results
