"""Forecasts side by side: where their files differ, and what that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import LeftOut, estimate
from bioanchors.analysis.labels import Variable, about, estimated, labelled, texts
from bioanchors.analysis.running import run_alike
from bioanchors.formats.cells import year_states
from bioanchors.parameters import (
    BadParameters,
    Difference,
    Parameters,
    Source,
    as_parameters,
    differences,
)
from bioanchors.results import Forecast
from bioanchors.results.executors import Where
from bioanchors.results.many import whole
from bioanchors.results.outcomes import (
    MEDIAN,
    Estimate,
    Outcome,
    ProbabilityBy,
    QuantileYear,
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
        after, before = map(LeftOut(outcome), (self.forecasts[file], self.forecasts[0]))
        with np.errstate(invalid="ignore"):
            return estimate(after - before)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files."""
        return tuple(forecast.parameters.name for forecast in self.forecasts)

    @property
    def dataset(self) -> xr.Dataset:
        """Outcomes by ``file`` and ``outcome``, with differences from the first and errors.

        ``state`` says of a quantile year whether it is within the window. Along ``differing``:
        where the files' parameters differ, as texts.
        """
        import xarray as xr

        by = ("file", "outcome")
        files = range(len(self.forecasts))
        table = {
            kind: [[method(i, outcome) for outcome in self.outcomes] for i in files]
            for kind, method in (("value", self.value), ("difference", self.change))
        }
        units = [outcome.unit for outcome in self.outcomes]
        return xr.Dataset(
            {
                **estimated("value", by, table["value"], "outcome", "of the outcome"),
                "state": labelled(by, self._states, "where a quantile year is", ""),
                **estimated(
                    "difference", by, table["difference"], "less the first's", "of the outcome"
                ),
                **self._differing,
            },
            coords={
                "file": list(self.names),
                "title": ("file", texts(forecast.title for forecast in self.forecasts)),
                "parameters_sha256": (
                    "file",
                    texts(forecast.parameters.hash for forecast in self.forecasts),
                ),
                "outcome": [outcome.name for outcome in self.outcomes],
                "unit": ("outcome", texts(units)),
            },
            attrs=about(self.forecasts[0], notes="; ".join(self.notes)),
        )

    @property
    def _states(self) -> NDArray[np.str_]:
        """Where quantile years are; of other outcomes nothing."""
        first, last = self.forecasts[0].years[[0, -1]]
        return np.array(
            [
                [
                    year_states([self.value(i, outcome).value], first, last)[0]
                    if isinstance(outcome, QuantileYear)
                    else ""
                    for outcome in self.outcomes
                ]
                for i in range(len(self.forecasts))
            ]
        )

    @property
    def _differing(self) -> dict[str, Variable]:
        """Where the files' parameters differ from the first's."""
        rows = [
            (
                self.names[i],
                each.name,
                each.first,
                each.second,
                each.first_source,
                each.second_source,
            )
            for i, found in enumerate(self.differences, start=1)
            for each in found
        ]
        heads = {
            "differing_file": "which file differs from the first",
            "differing_parameter": "in which parameter",
            "first_text": "what the first says",
            "this_text": "what the file says",
            "first_source": "source of the first's",
            "this_source": "source of the file's",
        }
        return {
            name: labelled("differing", texts(row[i] or "" for row in rows), meaning, "")
            for i, (name, meaning) in enumerate(heads.items())
        }


def compare(
    *sources: Source,
    years: Sequence[float] | None = None,
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
    read: Sequence[Parameters], file: Parameters, years: Sequence[float] | None
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
