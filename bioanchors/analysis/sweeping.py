"""A forecast swept over weightings, values of parameters and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.running import Made, run_alike
from bioanchors.analysis.swept import Numbers, Swept, Value, weight_axis
from bioanchors.analysis.weightings import WeightAxis
from bioanchors.parameters import Parameters, Source, as_parameters
from bioanchors.results import Forecast
from bioanchors.results.executors import Where
from bioanchors.results.outcomes import MEDIAN
from bioanchors.results.weighting import Weightings
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
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
    def weightings(self) -> WeightAxis:
        """The weightings that were swept.

        Raises
        ------
        ValueError
            If none were.
        """
        if self.axis is None:
            raise ValueError("no weightings were swept")
        return self.axis

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
    files = tuple(map(as_parameters, sources))
    alone = len(files) == 1 and not vary
    axis = weight_axis(files[0], weightings, simplex_of, between, step, others, none, alone)
    swept = Swept(files, {key: list(values) for key, values in (vary or {}).items()}, axis)
    # All are read before the first is run: a mistake costs nothing.
    edited = swept.edited()
    years, shown = swept.years(edited, report_years)
    keep = _Shown(axis, years, edited[0].hash)
    kept = run_alike(
        edited, keep, executor=executor, seed=seed, precision=precision, progress=progress
    )
    first = next(each.forecast for each in kept if each.forecast is not None)
    dataset = swept.label(years, [each.numbers for each in kept], first)
    placed = _marks(first, axis, marks or {}, shown, own=len(edited) == 1)
    return Sweep(dataset, first, tuple(each.made for each in kept), axis, placed, shown)


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
