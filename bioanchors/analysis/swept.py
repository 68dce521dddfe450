"""What a sweep runs over: files, values of keys, weightings, and the years it shows."""

from __future__ import annotations

import itertools
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.labels import Variable, about, labelled
from bioanchors.analysis.weightings import WeightAxis, horizon_hypotheses, line, listed, simplex
from bioanchors.parameters import Parameters, key_of
from bioanchors.results import Forecast

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Value = float | str
Numbers = tuple[Array, Array, Array, Array]
"""Median, its error, probabilities and their errors, a weighting in front if any."""

MOST_RUNS = 10_000
MOST_NUMBERS = 2**25
"""Probabilities and their errors that a sweep holds: 256 MB."""

MEANINGS = (
    (
        "median_year",
        "median arrival year; -inf at or before the first, inf not by the last",
        "year",
    ),
    ("median_year_standard_error", "standard error of the median year", "year"),
    ("probability", "probability of arrival by the year", "1"),
    ("probability_standard_error", "its standard error", "1"),
)
"""Variables of a sweep, in the order of ``Numbers``."""


@dataclass(frozen=True, eq=False)
class Swept:
    """What is swept.

    Attributes
    ----------
    files
        Files, a dimension if several.
    varied
        Values of keys, a dimension each.
    axis
        Weightings, the last dimension if any.
    """

    files: tuple[Parameters, ...]
    varied: dict[str, list[Value]]
    axis: WeightAxis | None

    def edited(self) -> list[Parameters]:
        """Return the file of each run, in the order of the dimensions.

        Raises
        ------
        BadParameters
            If a value cannot be used.
        ValueError
            If there are too many, a key has no values, or one twice, or a file lacks a hypothesis.
        """
        for key, values in self.varied.items():
            if not values:
                raise ValueError(f"{key}: no values to vary it over; needed: at least one")
            if len(set(map(str, values))) != len(values):
                raise ValueError(f"{key}: a value is named twice; allowed: once")
        runs = math.prod(map(len, self.varied.values())) * len(self.files)
        if runs > MOST_RUNS:
            raise ValueError(f"{runs:,} runs; allowed: at most {MOST_RUNS:,}")
        edited = [
            file.varied(
                *(f"{key}={_toml(value)}" for key, value in zip(self.varied, values, strict=True))
            )
            if self.varied
            else file
            for file in self.files
            for values in itertools.product(*self.varied.values())
        ]
        if self.axis is not None:
            for each in edited:
                self.axis.shares(each)
        return edited

    def years(
        self, edited: Sequence[Parameters], asked: Sequence[int] | None
    ) -> tuple[Array, tuple[int, ...]]:
        """Return the years that all windows have in common, and those to show.

        Parameters
        ----------
        edited
            The file of each run.
        asked
            Years to show; by default the first file's that are within.

        Raises
        ------
        ValueError
            If there are none, a year is outside, or the numbers are too many.
        """
        first = max(file.first_year for file in edited)
        last = min(file.last_year for file in edited)
        if first > last:
            raise ValueError("the files' windows of years have no year in common")
        years = np.arange(first, last + 1.0)
        wanted = self.files[0].whole_report_years if asked is None else tuple(asked)
        shown = tuple(year for year in wanted if first <= year <= last)
        if asked is not None and len(shown) < len(wanted):
            outside = [str(year) for year in wanted if year not in shown]
            raise ValueError(f"year {', '.join(outside)}; allowed: {first:g} to {last:g}")
        weightings = 1 if self.axis is None else len(self.axis.weights)
        numbers = 2 * len(edited) * weightings * years.size
        if numbers > MOST_NUMBERS:
            raise ValueError(
                f"{len(edited):,} runs of {weightings:,} weightings by {years.size} years are "
                f"{numbers:,} numbers; allowed: at most {MOST_NUMBERS:,}, by a larger step or "
                "fewer values or years"
            )
        return years, shown

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the dimensions."""
        files = (len(self.files),) if len(self.files) > 1 else ()
        weightings = () if self.axis is None else (len(self.axis.weights),)
        return (*files, *map(len, self.varied.values()), *weightings)

    def label(self, years: Array, numbers: Sequence[Numbers], made: Forecast) -> xr.Dataset:
        """Return the numbers of all runs with names and units.

        Parameters
        ----------
        years
            Of the probabilities.
        numbers
            Of each run.
        made
            The first run, of which it is told how it was made.
        """
        import xarray as xr

        coords: dict[str, Any] = {}
        if len(self.files) > 1:
            coords["file"] = _different([file.name for file in self.files])
        for key, values in self.varied.items():
            coords[key] = _coordinate(self.files[0], key, values)
        dims = [*coords] if self.axis is None else [*coords, "weighting"]
        if self.axis is not None:
            coords |= self.axis.coordinates
        coords["year"] = labelled("year", years, "decimal year", "year")
        variables = {}
        for i, (name, meaning, unit) in enumerate(MEANINGS):
            by_year = name.startswith("probability")
            shape = (*self.shape, years.size) if by_year else self.shape
            table = np.array([each[i] for each in numbers]).reshape(shape)
            variables[name] = labelled([*dims, "year"] if by_year else dims, table, meaning, unit)
        keep = self.axis is not None and self.axis.others_keep
        return xr.Dataset(variables, coords, about(made, others="keep" if keep else "zero"))


def weight_axis(
    parameters: Parameters,
    weightings: WeightAxis | Sequence[Mapping[str, float]] | None,
    simplex_of: Sequence[str] | None,
    between: tuple[Mapping[str, float], Mapping[str, float]] | None,
    step: float,
    others: str,
    none: float | None,
    by_default: bool,
) -> WeightAxis | None:
    """Return the weightings that the arguments of ``sweep`` ask for, if any.

    Raises
    ------
    ValueError
        If they are not allowed.
    """
    given = [each for each in (weightings, simplex_of, between) if each is not None]
    if len(given) > 1:
        raise ValueError("allowed: one of a simplex, a line and a list of weightings")
    if isinstance(weightings, WeightAxis):
        return weightings
    if weightings is not None:
        return listed(weightings, none)
    if between is not None:
        ends = [dict(end) for end in between]
        if none is not None:
            ends = [{"none": none, **end} for end in ends]
        return line(ends[0], ends[1], step)
    if simplex_of is None and not by_default:
        return None
    names = horizon_hypotheses(parameters) if simplex_of is None else tuple(simplex_of)
    return simplex(names, step, others, none)


def _coordinate(file: Parameters, key: str, values: Sequence[Value]) -> Variable:
    known = key_of(file, key)
    numbers = [_number(value) for value in values]
    plain = all(number is not None for number in numbers)
    return labelled(
        key,
        np.array(numbers, dtype=np.float64) if plain else [str(value) for value in values],
        known.help if known else key,
        known.unit if known else "",
    )


def _toml(value: Value) -> str:
    return value if isinstance(value, str) else repr(float(value)).replace("inf", '"inf"')


def _number(value: Value) -> float | None:
    if not isinstance(value, str):
        return float(value)
    try:
        parsed = tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return None
    return float(parsed) if type(parsed) in (int, float) else None


def _different(names: Sequence[str]) -> list[str]:
    """Return names, numbered where they are the same."""
    return [
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})"
        for i, name in enumerate(names)
    ]
