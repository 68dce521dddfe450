"""What can be asked of a sensitivity analysis, as values by the interval in which arrival lies."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.parameters import Parameters, year_of
from bioanchors.results.forecast import Forecast
from bioanchors.results.outcomes import MEDIAN, Outcome, ProbabilityBy, QuantileYear, RestrictedMean

Array = NDArray[np.float64]

MEAN, YEAR, MIDDLE = "restricted_mean", "arrival_year", "median"
ALLOWED = f"a year (probability by then), {MIDDLE}, {YEAR}, {MEAN}"

LOST = 0.005
"""Share of the arrival year's variance that may lie within intervals."""

FEWEST_INTERVALS, MOST_INTERVALS = 12, 256

BESIDE = 0.5
"""Years to either side of the median over which the density is taken."""

JUMP = 1e-3


def read_output(text: str | float | None, parameters: Parameters) -> tuple[str, Outcome]:
    """Return the name of an output and the number that a forecast has for it.

    Parameters
    ----------
    text
        A year or a date (probability by then), ``"median"``, ``"arrival_year"`` or
        ``"restricted_mean"``; None is the probability by the middle one of the file's report years.
    parameters
        Whose window it must lie in.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if text is None:
        years = parameters.report_years
        text = years[len(years) // 2] if years else parameters.last_year
    words = str(text).removeprefix("probability_by_")
    last = float(parameters.last_year)
    if words in (MEAN, YEAR):
        return words, RestrictedMean(last)
    if words in (MIDDLE, MEDIAN.name):
        return MEDIAN.name, MEDIAN
    try:
        year = year_of(words)
        if not re.match(r"\d", words) or not math.isfinite(year):
            raise ValueError
    except ValueError:
        is_quantile = re.fullmatch(r"p\d+(\.\d+)?", words)
        hint = f"; compare --outcome and solve --target take {words}" if is_quantile else ""
        raise ValueError(f"unknown output {words!r}; allowed: {ALLOWED}{hint}") from None
    outcome = ProbabilityBy(year)
    outcome.check(parameters.first_year, last)
    return outcome.name, outcome


@dataclass(frozen=True)
class Asked:
    """An output of a forecast that follows from the year of arrival.

    Attributes
    ----------
    name
        As ``read_output`` returns it.
    by
        Decimal year, if the output is whether arrival is by it; None for the arrival year.
    unit
        By what the draws' output is multiplied: 1, or for the median, by which the influence
        function exceeds that of an event, years.
    """

    name: str
    by: float | None
    unit: float = 1.0

    @classmethod
    def of(cls, name: str, outcome: Outcome, forecast: Forecast) -> Asked:
        """Return an output, the median as its influence function.

        Raises
        ------
        ValueError
            If the median has none.

        Notes
        -----
        The influence function of the median m is (1/2 - 1[T <= m]) / f(m): its shares of variance
        are those of arrival by m, and what learning an input does to the median is, to first
        order, the fall of the variance of arrival by m, over the squared density there.
        """
        if isinstance(outcome, QuantileYear):
            median = forecast.quantile(outcome.probability)
            return cls(name, median, 1.0 / _density(forecast, median))
        return cls(name, outcome.year if isinstance(outcome, ProbabilityBy) else None)


def _density(forecast: Forecast, median: float) -> float:
    """Return the density at the median.

    Raises
    ------
    ValueError
        If there is none, or no median.
    """
    first, last = (float(year) for year in forecast.years[[0, -1]])
    if not first < median < last:
        where = f"not reached by {last:g}" if median >= last else f"at or before {first:g}"
        raise ValueError(
            f"the median is {where}, so that nothing moves it by a little; allowed: {ALLOWED}"
        )
    low, high = max(first, median - BESIDE), min(last, median + BESIDE)
    near = median + np.array([-1e-6, 1e-6])
    at = np.interp([low, high, *near], forecast.years, forecast.cdf)
    if at[3] - at[2] > JUMP or not at[1] > at[0]:
        raise ValueError(
            f"the probability jumps at the median, {median:.1f}, so that nothing moves it by a "
            f"little; allowed: {ALLOWED}"
        )
    return float((at[1] - at[0]) / (high - low))


def intervals(asked: list[Asked], forecast: Forecast) -> tuple[Array, Array]:
    """Return ends of intervals of arrival, and of each output its value in each interval.

    Parameters
    ----------
    asked
        The outputs.
    forecast
        By whose arrivals the intervals are chosen.

    Returns
    -------
    tuple of array
        Decimal years, ascending, and values (output, year + 1): of arrival up to the first of the
        years, between two, and after the last. That of the arrival year is its mean there.
    """
    events = [each.by for each in asked if each.by is not None]
    years = np.unique(np.array(events, dtype=np.float64))
    means = np.zeros(years.size + 1)
    if len(events) < len(asked):
        intervals = FEWEST_INTERVALS
        while True:
            ends = np.union1d(years, _ends(forecast, intervals))
            means, lost = _means(forecast, ends)
            if lost <= LOST or intervals >= MOST_INTERVALS:
                break
            intervals *= 2
        years = ends
    values = [
        means if each.by is None else np.append(years <= each.by, False).astype(np.float64)
        for each in asked
    ]
    return years, np.array(values)


def _ends(forecast: Forecast, intervals: int) -> Array:
    """Return ends of intervals that are short where arrivals are many."""
    years, cdf = forecast.years, forecast.cdf
    time = (years - years[0]) / (years[-1] - years[0])
    place = time + (cdf - cdf[0]) / max(float(cdf[-1] - cdf[0]), 1e-12)
    return np.interp(np.linspace(0.0, place[-1], intervals + 1), place, years)


def _means(forecast: Forecast, ends: Array) -> tuple[Array, float]:
    """Return the mean arrival year of each interval, censored, and what variance is within them.

    As a share of all.
    """
    years, cdf = forecast.years, forecast.cdf
    every = np.union1d(years, ends)
    by = np.interp(every, years, cdf)
    # Arrivals at or before the window count as its first year, later ones as its last.
    when = np.concatenate([[years[0]], 0.5 * (every[1:] + every[:-1]), [years[-1]]])
    mass = np.diff(by, prepend=0.0, append=1.0)
    which = np.searchsorted(ends, np.append(every, np.inf))
    count = ends.size + 1
    weight, total, square = (np.bincount(which, mass * when**k, count) for k in range(3))
    middle = np.append(0.5 * (ends + np.concatenate([[years[0]], ends[:-1]])), years[-1])
    means = np.divide(total, weight, out=middle, where=weight > 0)
    within = float(np.maximum(square - total * means, 0.0)[weight > 0].sum())
    mean = float(mass @ when)
    whole = float(mass @ (when - mean) ** 2)
    return means, within / whole if whole > 0 else 0.0
