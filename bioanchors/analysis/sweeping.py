"""A forecast swept over weightings, values of parameters and files."""

from __future__ import annotations

import itertools
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.running import Made, Where, run_alike
from bioanchors.analysis.weightings import (
    WeightAxis,
    horizon_hypotheses,
    line,
    listed,
    simplex,
)
from bioanchors.parameters import Parameters, Source, as_parameters, key_of
from bioanchors.results import Forecast
from bioanchors.results.outcomes import MEDIAN
from bioanchors.results.weighting import Weightings
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Value = float | str
MOST_RUNS = 10_000
MOST_NUMBERS = 2**25
"""Probabilities and their errors that a sweep holds: 256 MB."""
SLICE = 4096
"""Weightings evaluated at a time."""


@dataclass(frozen=True)
class Mark:
    """A weighting to show on the map: its place, and what the forecast says there.

    Attributes
    ----------
    label
        Whose it is.
    weights
        Weights of the swept hypotheses, which add up to 1.
    median_year
        Median year there, as ``Forecast.quantile``.
    probability
        Probability of arrival by each of ``Sweep.report_years``.
    """

    label: str
    weights: tuple[float, ...]
    median_year: float
    probability: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Sweep:
    """A forecast over what was swept.

    Attributes
    ----------
    dataset
        A dimension for each swept thing: ``file``, the path of each varied key, ``weighting``
        (with each swept hypothesis' weight as a coordinate), and ``year``. Variables
        ``median_year`` and ``probability``, each with its ``_standard_error``.
    forecast
        The first run.
    runs
        How each run was made, in the order of the dimensions but ``weighting``.
    axis
        The weightings, if any were swept.
    marks
        Weightings to show.
    report_years
        Years for tables and figures.
    """

    dataset: xr.Dataset
    forecast: Forecast
    runs: tuple[Made, ...]
    axis: WeightAxis | None
    marks: tuple[Mark, ...]
    report_years: tuple[int, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the swept dimensions."""
        return tuple(str(name) for name in self.dataset["median_year"].dims)

    def __repr__(self) -> str:
        sizes = " x ".join(f"{name} ({self.dataset.sizes[name]})" for name in self.dimensions)
        return f"<Sweep of {self.forecast.title}: {sizes}>"


def sweep(
    source: Source | Sequence[Source],
    *,
    weightings: WeightAxis | Sequence[Mapping[str, float]] | None = None,
    simplex_of: Sequence[str] | None = None,
    between: tuple[Mapping[str, float], Mapping[str, float]] | None = None,
    step: float = 0.05,
    others: str = "keep",
    none: float | None = None,
    vary: Mapping[str, Sequence[Value]] | None = None,
    marks: Mapping[str, Mapping[str, float]] | None = None,
    report_years: Sequence[int] | None = None,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Sweep:
    """Sweep a forecast over weightings of its hypotheses, over values, over files.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``; or several, which are swept.
    weightings
        Weightings to sweep, each as ``Forecast.with_weights`` takes it.
    simplex_of
        Two or three hypotheses, whose weights are swept over their simplex. Where nothing else is
        named either, the hypotheses that differ by their horizon.
    between
        Two weightings, whose line is swept.
    step
        Step of the simplex or the line.
    others
        On the simplex, whether the other hypotheses ``"keep"`` their shares or get ``"zero"``.
    none
        Probability of "none" in every year; by default the file's.
    vary
        Values of keys, as ``--set`` takes them: numbers, or TOML as text. Several keys are
        swept as a product. All runs have the same streams and as many points.
    marks
        Weightings to show on a simplex, by label.
    report_years
        Years for tables and figures; by default the first file's.
    seed, precision
        As ``run``.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.

    Returns
    -------
    Sweep

    Raises
    ------
    BadParameters
        If a file, or a value in it, cannot be used; nothing has been run then.
    ValueError
        If another argument is not allowed.

    Notes
    -----
    Weightings recombine the hypotheses' CDFs, exactly and without new draws. Under evidence they
    are prior weights.
    """
    sources = [source] if isinstance(source, str | Path | Parameters) else list(source)
    if not sources:
        raise ValueError("no file; needed: at least one")
    files = [as_parameters(each) for each in sources]
    axis = _weight_axis(
        files[0],
        weightings,
        simplex_of,
        between,
        step,
        others,
        none,
        by_default=len(files) == 1 and not vary,
    )
    varied = {key: list(values) for key, values in (vary or {}).items()}
    for key, values in varied.items():
        if not values:
            raise ValueError(f"{key}: no values to vary it over; needed: at least one")
        if len(set(map(str, values))) != len(values):
            raise ValueError(f"{key}: a value is named twice; allowed: once")
    runs = math.prod(map(len, varied.values())) * len(files)
    if runs > MOST_RUNS:
        raise ValueError(f"{runs:,} runs; allowed: at most {MOST_RUNS:,}")
    # All are read before the first is run: a mistake costs nothing.
    edited = [
        file.edited(*(f"{key}={_toml(value)}" for key, value in zip(varied, values, strict=True)))
        if varied
        else file
        for file in files
        for values in itertools.product(*varied.values())
    ]
    if axis is not None:
        for each in edited:
            axis.shares(each)
    years = _common_years(edited)
    wanted = files[0].report_years if report_years is None else tuple(report_years)
    shown = tuple(year for year in wanted if years[0] <= year <= years[-1])
    if report_years is not None and len(shown) < len(wanted):
        outside = [str(year) for year in wanted if year not in shown]
        raise ValueError(f"year {', '.join(outside)}; allowed: {years[0]:g} to {years[-1]:g}")
    weightings_each = 1 if axis is None else len(axis.weights)
    numbers = 2 * len(edited) * weightings_each * years.size
    if numbers > MOST_NUMBERS:
        raise ValueError(
            f"{len(edited):,} runs of {weightings_each:,} weightings by {years.size} years are "
            f"{numbers:,} numbers; allowed: at most {MOST_NUMBERS:,}, by a larger step or fewer "
            "values or years"
        )
    keep = _Shown(axis, years, edited[0].hash)
    kept = run_alike(
        edited, keep, executor=executor, seed=seed, precision=precision, progress=progress
    )
    first = next(each.forecast for each in kept if each.forecast is not None)
    dataset = _label(files, varied, axis, years, [each.numbers for each in kept], first)
    placed = _marks(first, axis, marks or {}, shown, own=len(edited) == 1)
    return Sweep(dataset, first, tuple(each.made for each in kept), axis, placed, shown)


def _weight_axis(
    parameters: Parameters,
    weightings: WeightAxis | Sequence[Mapping[str, float]] | None,
    simplex_of: Sequence[str] | None,
    between: tuple[Mapping[str, float], Mapping[str, float]] | None,
    step: float,
    others: str,
    none: float | None,
    by_default: bool,
) -> WeightAxis | None:
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


def _toml(value: Value) -> str:
    return value if isinstance(value, str) else repr(float(value)).replace("inf", '"inf"')


def _common_years(files: Sequence[Parameters]) -> Array:
    first = max(file.first_year for file in files)
    last = min(file.last_year for file in files)
    if first > last:
        raise ValueError("the files' windows of years have no year in common")
    return np.arange(first, last + 1.0)


Numbers = tuple[Array, Array, Array, Array]


@dataclass(frozen=True)
class _OfOne:
    """What a sweep keeps of one run; the whole forecast of the first."""

    numbers: Numbers
    made: Made
    forecast: Forecast | None


@dataclass(frozen=True, eq=False)
class _Shown:
    """Keeps of a forecast what a sweep shows; it can be sent to a worker."""

    axis: WeightAxis | None
    years: Array
    first: str

    def __call__(self, forecast: Forecast) -> _OfOne:
        is_first = forecast.parameters.hash == self.first
        numbers = _evaluate(forecast, self.axis, self.years)
        return _OfOne(numbers, Made.of(forecast), forecast if is_first else None)


def _evaluate(forecast: Forecast, axis: WeightAxis | None, years: Array) -> Numbers:
    """Return median, its error, probabilities and their errors, a weighting in front if any."""
    if axis is not None:
        starts = range(0, len(axis.weights), SLICE)
        slices = [_under(axis.part(start, start + SLICE).of(forecast), years) for start in starts]
        medians, errors, cdfs, spreads = map(np.concatenate, zip(*slices, strict=True))
        return medians, errors, cdfs, spreads
    place = np.searchsorted(forecast.years, years)
    median = MEDIAN.estimate(forecast)
    return (
        np.array(median.value),
        np.array(median.standard_error),
        forecast.cdf[place],
        forecast.cdf_standard_error[place],
    )


def _under(under: Weightings, years: Array) -> Numbers:
    return (
        under.quantile(0.5),
        under.quantile_standard_error(0.5),
        under.cdf(years),
        under.cdf_standard_error(years),
    )


def _label(
    files: Sequence[Parameters],
    varied: Mapping[str, Sequence[Value]],
    axis: WeightAxis | None,
    years: Array,
    evaluated: Sequence[Numbers],
    made: Forecast,
) -> xr.Dataset:
    import xarray as xr

    coords: dict[str, Any] = {}
    dims: list[str] = []
    if len(files) > 1:
        dims.append("file")
        coords["file"] = _different([file.name for file in files])
    for key, values in varied.items():
        dims.append(key)
        known = key_of(files[0], key)
        numbers = [_number(value) for value in values]
        plain = all(number is not None for number in numbers)
        coords[key] = (
            key,
            np.array(numbers, dtype=np.float64) if plain else [str(value) for value in values],
            {"long_name": known.help if known else key, "units": known.unit if known else ""},
        )
    if axis is not None:
        dims.append("weighting")
        coords["weighting"] = np.arange(len(axis.weights), dtype=np.int32)
        for name, column in zip(axis.names, axis.weights.T, strict=True):
            attrs = {"long_name": f"prior weight of {name}", "units": "1"}
            coords[name] = ("weighting", column, attrs)
        if not np.all(np.isnan(axis.none)):
            coords["none"] = ("weighting", axis.none, {"long_name": "probability of none"})
        if axis.share is not None:
            coords["share_of_second"] = ("weighting", axis.share, {"long_name": "way along line"})
    coords["year"] = ("year", years, {"long_name": "decimal year", "units": "year"})
    shape = [
        *([len(files)] if len(files) > 1 else []),
        *map(len, varied.values()),
        *([len(axis.weights)] if axis is not None else []),
    ]
    meanings = (
        (
            "median_year",
            False,
            "median arrival year; -inf at or before the first, inf not by the last",
            "year",
        ),
        ("median_year_standard_error", False, "standard error of the median year", "year"),
        ("probability", True, "probability of arrival by the year", "1"),
        ("probability_standard_error", True, "its standard error", "1"),
    )
    return xr.Dataset(
        {
            name: (
                [*dims, "year"] if by_year else dims,
                np.array([numbers[i] for numbers in evaluated]).reshape(
                    *shape, *([years.size] if by_year else [])
                ),
                {"long_name": long_name, "units": unit},
            )
            for i, (name, by_year, long_name, unit) in enumerate(meanings)
        },
        coords=coords,
        attrs={
            "title": made.title,
            "event": made.event,
            **made.origin.attrs(),
            "others": "keep" if axis is not None and axis.others_keep else "zero",
            "parameters": made.parameters.text,
            "parameters_sha256": made.parameters.hash,
        },
    )


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


def _marks(
    forecast: Forecast,
    axis: WeightAxis | None,
    marks: Mapping[str, Mapping[str, float]],
    years: tuple[int, ...],
    own: bool,
) -> tuple[Mark, ...]:
    if axis is None or axis.kind != "simplex":
        if marks:
            raise ValueError("marks need a simplex to stand on")
        return ()
    labelled: dict[str, Mapping[str, float]] = dict(marks)
    if own:
        labelled = {forecast.parameters.name: forecast.parameters.weights, **labelled}
    placed = []
    for label, weights in labelled.items():
        row = np.array([float(weights.get(name, 0.0)) for name in axis.names])
        if not row.sum() > 0:
            if label == forecast.parameters.name:
                continue
            raise ValueError(f"{label} gives no weight to {', '.join(axis.names)}")
        row /= row.sum()
        here = WeightAxis(axis.kind, axis.names, row[np.newaxis], axis.none[:1], axis.others_keep)
        under = here.of(forecast)
        chances = under.cdf(np.array(years, dtype=np.float64))[0] if years else np.array([])
        placed.append(
            Mark(
                label,
                tuple(row.tolist()),
                float(under.quantile(0.5)[0]),
                tuple(chances.tolist()),
            )
        )
    return tuple(placed)
