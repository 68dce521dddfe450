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
from bioanchors.parameters import BadParameters, Parameters, bounds_of, key_of, year_of
from bioanchors.parameters.problems import nearest
from bioanchors.parameters.shape import field_at, field_names, value_path
from bioanchors.results import Forecast
from bioanchors.results.executors import Where
from bioanchors.results.many import try_many
from bioanchors.results.outcomes import Estimate, ProbabilityBy
from bioanchors.types import Progress

Array = NDArray[np.float64]

TRIED, EVERY = 25, 3
"""Values over the range, between which a solution shows by a change of sign. Every third is tried,
and those between two where there may be one."""

BEND = 2.0
"""Times its second difference by which the probability may miss a straight line between two values
tried: an even bend misses it by an eighth."""

EXPECTED = 20
"""Runs of a search, about."""

SETTLED = 1e-3
"""Share of its standard error to which a probability is brought to the target."""

HALVINGS = 20
"""Steps in which the end of what a file allows is found."""

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
    """Return between which values to search: by default those that the file allows the key.

    Of a year those within the forecast's window, beyond which nothing is asked.
    """
    bounds = bounds_of(parameters, vary)
    parts = tuple(vary.split("."))
    if bounds is None and field_at(value_path(parts)) is None:
        near = nearest(parts[-1], field_names(parts[:-1]))
        raise ValueError(f"{vary}: there is no such key{near}")
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
    own, key = _own_of(parameters, vary), key_of(parameters, vary)
    if key is not None and key.unit == "year":
        start = start if low is not None else min(parameters.first_year, own)
        end = end if high is not None else max(parameters.last_year, own)
    if start < own < end:
        start = start if low is not None else _last_allowed(parameters, vary, own, start)
        end = end if high is not None else _last_allowed(parameters, vary, own, end)
    return start, end


def _own_of(parameters: Parameters, vary: str) -> float:
    """Return the file's own value of a key, the median where it is uncertain; NaN if it has none.

    In the unit of the file.
    """
    item = next((item for item in parameters.inputs.values() if item.path == vary), None)
    return math.nan if item is None else float(item.distribution.median)


def _last_allowed(parameters: Parameters, vary: str, own: float, end: float) -> float:
    """Return the value nearest to an end of a range that the file allows, found by halving."""

    def is_allowed(value: float) -> bool:
        try:
            parameters.with_values({vary: value})
        except BadParameters:
            return False
        return True

    if is_allowed(end):
        return end
    in_log = min(own, end) > 0 and max(own, end) / min(own, end) > WIDE
    for _ in range(HALVINGS):
        middle = math.sqrt(own * end) if in_log else 0.5 * (own + end)
        own, end = (middle, end) if is_allowed(middle) else (own, middle)
    return own


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
        self._counted = Counted(progress, EXPECTED)
        median = _own_of(parameters, vary)
        self._own = math.log(median) if self._in_log and median > 0 else median
        self._found: dict[float, Estimate] = {}
        self._refused: BadParameters | None = None

    def value_of(self, x: float) -> float:
        """Return the key's value at a place."""
        start, end = self._range
        return min(max(math.exp(x), start), end) if self._in_log else float(x)

    def scanned(self, xs: Array, every: int) -> tuple[Array, Array]:
        """Return places tried, and by how much the probability there exceeds the target.

        NaN where the value is refused.

        Parameters
        ----------
        xs
            Ascending places.
        every
            Of so many places one is tried, the ends among them; the others where the target may be
            met between two of these, a value is refused, or the file's own lies.

        Raises
        ------
        BadParameters
            If every value is.
        """
        chosen = np.arange(xs.size) % every == 0
        first = np.flatnonzero(chosen)
        reached = np.full(xs.size, np.nan)
        reached[first] = self.tried(xs[first])
        # Evidence makes peaks, and they lie about what the file itself says.
        about_own = (xs[first[:-1]] <= self._own) & (self._own <= xs[first[1:]])
        for gap in np.flatnonzero(_may_be_met(reached[first]) | about_own):
            chosen[first[gap] : first[gap + 1]] = True
        between = np.flatnonzero(chosen & (np.arange(xs.size) % every > 0))
        reached[between] = self.tried(xs[between])
        if self._refused is not None and np.all(np.isnan(reached)):
            raise self._refused
        return xs[chosen], reached[chosen]

    def tried(self, xs: Array) -> Array:
        """Return by how much the probability exceeds the target at each of some places.

        NaN where the value is refused.
        """
        files: dict[float, Parameters] = {}
        for x in map(float, xs):
            try:
                if x not in self._found:
                    files[x] = self._edited(x)
            except BadParameters as error:
                self._refused = error
        for x, result in zip(files, self._run(list(files.values())), strict=True):
            if isinstance(result, BadParameters):
                self._refused = result
            else:
                self._found[x] = result
        aim = self._aim.probability
        return np.array(
            [self._found[x].value - aim if x in self._found else np.nan for x in map(float, xs)]
        )

    def excess(self, x: float) -> float:
        """Return by how much the probability at a place exceeds the target; 0 if by next to none.

        Raises
        ------
        BadParameters
            If the value is refused.
        """
        found = self._estimate(x)
        apart = found.value - self._aim.probability
        return apart if abs(apart) > SETTLED * found.standard_error else 0.0

    def solution(self, x: float) -> Estimate:
        """Return the value at a root, with its standard error."""
        reach = 1e-2 * (self.xs[1] - self.xs[0])
        ends = np.array([max(x - reach, self.xs[0]), min(x + reach, self.xs[-1])])
        rise = float(np.diff(self.tried(ends))[0])
        slope = rise / (self.value_of(ends[1]) - self.value_of(ends[0]))
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


def _may_be_met(reached: Array) -> NDArray[np.bool_]:
    """Return whether what is aimed at, 0, may be met between each two neighbours.

    It is not where both lie to one side, and farther from it than a bend may bring the values
    between them.
    """
    bend = BEND * np.pad(np.abs(np.diff(reached, n=2)), 1)
    low, high = reached[:-1], reached[1:]
    far = np.minimum(np.abs(low), np.abs(high)) >= np.maximum(bend[:-1], bend[1:])
    # A NaN is never far: what is refused hides what lies beside it.
    return np.asarray(~((low * high > 0) & far))
