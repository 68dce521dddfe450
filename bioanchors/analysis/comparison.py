"""Forecasts side by side: where their files differ, and what that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bioanchors.analysis.running import Where, run_alike
from bioanchors.parameters import (
    BadParameters,
    Difference,
    Parameters,
    Source,
    as_parameters,
    differences,
)
from bioanchors.results import Forecast
from bioanchors.results.estimates import jackknife_error
from bioanchors.results.many import whole
from bioanchors.results.outcomes import (
    MEDIAN,
    Estimate,
    Outcome,
    ProbabilityBy,
    RestrictedMean,
)
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several files' forecasts, on the same streams.

    Attributes
    ----------
    forecasts
        In the order of the files, in a window of years that all have.
    outcomes
        What is compared: probabilities by years, the restricted mean, the median.
    differences
        Of each file but the first, where it differs from the first.
    notes
        What is worth a look.
    """

    forecasts: tuple[Forecast, ...]
    outcomes: tuple[Outcome, ...]
    differences: tuple[tuple[Difference, ...], ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.names)}>"

    def value(self, file: int, outcome: Outcome) -> Estimate:
        """Return an outcome of one of the files."""
        return outcome.estimate(self.forecasts[file])

    def change(self, file: int, outcome: Outcome) -> Estimate:
        """Return an outcome of a file less that of the first, with its paired error.

        The runs share their streams, so that differences are compared replicate by replicate.
        """
        after, before = (
            outcome.of(f.years, np.vstack([f.cdf_without_one, f.cdf]))
            for f in (self.forecasts[file], self.forecasts[0])
        )
        with np.errstate(invalid="ignore"):
            change = after - before
        return Estimate(float(change[-1]), float(jackknife_error(change[:-1])))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files."""
        return tuple(forecast.parameters.name for forecast in self.forecasts)

    @property
    def dataset(self) -> xr.Dataset:
        """Outcomes by ``file`` and ``outcome``, with differences from the first and errors."""
        import xarray as xr

        files = range(len(self.forecasts))
        estimates = {
            kind: np.array([[method(i, outcome) for outcome in self.outcomes] for i in files])
            for kind, method in (("value", self.value), ("difference", self.change))
        }
        dims = ("file", "outcome")
        return xr.Dataset(
            {
                f"{kind}{suffix}": (dims, estimate[..., i])
                for kind, estimate in estimates.items()
                for i, suffix in enumerate(("", "_standard_error"))
            },
            coords={
                "file": list(self.names),
                "outcome": [outcome.name for outcome in self.outcomes],
            },
            attrs=self.forecasts[0].origin.attrs(),
        )


def compare(
    *sources: Source,
    years: Sequence[int] | None = None,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare files: where they differ, and by how much their forecasts do.

    Parameters
    ----------
    *sources
        Two or more presets, paths or ``Parameters``.
    years
        Years of the probabilities to compare; by default the report years of all files in the
        window that they have in common.
    seed, precision
        As ``run``.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.

    Returns
    -------
    Comparison

    Raises
    ------
    BadParameters
        If a file cannot be used.
    ValueError
        If there are fewer than two files, they have no window in common, or a year is outside it.
    """
    if len(sources) < 2:
        raise ValueError(f"found {len(sources)} files; needed: at least two to compare")
    read = [as_parameters(each) for each in sources]
    files, notes = in_common_window(read)
    outcomes = common_outcomes(read, files[0], years)
    forecasts = run_alike(
        files, whole, executor=executor, seed=seed, precision=precision, progress=progress
    )
    return Comparison(
        tuple(forecasts),
        (*outcomes, MEDIAN),
        tuple(differences(read[0], each) for each in read[1:]),
        notes,
    )


def common_outcomes(
    read: Sequence[Parameters], file: Parameters, years: Sequence[int] | None
) -> tuple[Outcome, ...]:
    """Return probabilities by years and the restricted mean, in the window of a file.

    Raises
    ------
    ValueError
        If a year is outside the window.
    """
    first, last = file.first_year, file.last_year
    if years is None:
        every = sorted({year for each in read for year in each.report_years})
        chosen = [year for year in every if first <= year <= last]
    else:
        chosen = list(years)
    outcomes = [*(ProbabilityBy(float(year)) for year in chosen), RestrictedMean(float(last))]
    for outcome in outcomes:
        outcome.check(first, last)
    return tuple(outcomes)


def in_common_window(read: Sequence[Parameters]) -> tuple[list[Parameters], tuple[str, ...]]:
    """Return files with the window of years that they have in common, and a note if one moved.

    Raises
    ------
    ValueError
        If there is none.
    """
    windows = {(each.first_year, each.last_year) for each in read}
    if len(windows) == 1:
        return list(read), ()
    first, last = max(w[0] for w in windows), min(w[1] for w in windows)
    # Evidence must lie in the window: where the later start cuts some off, the earlier does not.
    for start in (first, min(w[0] for w in windows)):
        try:
            if start >= last:
                raise ValueError
            years = {"forecast.first_year": start, "forecast.last_year": last}
            moved = [each.with_values(years) for each in read]
        except BadParameters:
            continue
        except ValueError:
            break
        why = "which the files have in common"
        if start < first:
            why = f"not {first}, from which all begin, since evidence is from before then"
        return moved, (f"all in the window {start} to {last}, {why}",)
    raise ValueError("the files have no window of years in common")
