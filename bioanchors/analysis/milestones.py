"""Several milestones on the same draws, and the years between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import weighted_percentiles
from bioanchors.analysis.labels import about, labelled
from bioanchors.analysis.running import run_alike
from bioanchors.model.spec import BASE
from bioanchors.parameters import Parameters, Source, as_parameters
from bioanchors.results import Forecast, draw
from bioanchors.results.executors import Where
from bioanchors.results.many import whole
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SHARES = (0.1, 0.5, 0.9)
GAP_DRAWS = 2**14


@dataclass(frozen=True, eq=False)
class Gap:
    """Years from one milestone to a harder one.

    Attributes
    ----------
    first, second
        Their names.
    years
        10, 50 and 90 % of the draws in which the first comes within the window, after its first
        year; ``inf`` where the second does not.
    """

    first: str
    second: str
    years: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Milestones:
    """Forecasts of several milestones, on the same draws.

    Attributes
    ----------
    forecasts
        By the milestone's name, in the order in which the file has them, ``"base"`` first.
    offsets
        Median OOM that each asks for beyond what the hypotheses do.
    gaps
        From each milestone to what the file calls harder.
    """

    forecasts: dict[str, Forecast]
    offsets: dict[str, float]
    gaps: tuple[Gap, ...]

    @property
    def base(self) -> Forecast:
        """The forecast of what the hypotheses say."""
        return self.forecasts[BASE]

    def __repr__(self) -> str:
        return f"<Milestones of {self.base.title}: {', '.join(self.forecasts)}>"

    @property
    def dataset(self) -> xr.Dataset:
        """Probabilities by ``milestone`` and ``year``, arrival years by ``percentile``, gaps."""
        import xarray as xr

        made, years = list(self.forecasts.values()), self.base.whole_years
        chances = [[each.probability_by(y) for y in years] for each in made]
        errors = [[each.probability_standard_error(y) for y in years] for each in made]
        arrivals = [[each.quantile(p) for p in SHARES] for each in made]
        misses = [[each.quantile_standard_error(p) for p in SHARES] for each in made]
        gaps = np.array([gap.years for gap in self.gaps]).reshape(-1, len(SHARES))
        by_year, by_share, within = "probability of arrival by the year", "arrival year", "year"
        return xr.Dataset(
            {
                "offset": labelled("milestone", list(self.offsets.values()), _OFFSET, "OOM"),
                "probability": labelled(("milestone", "year"), chances, by_year),
                "probability_standard_error": labelled(
                    ("milestone", "year"), errors, f"standard error: {by_year}"
                ),
                "arrival": labelled(("milestone", "percentile"), arrivals, by_share, within),
                "arrival_standard_error": labelled(
                    ("milestone", "percentile"), misses, f"standard error: {by_share}", within
                ),
                "gap_from": labelled(
                    "gap", np.array([gap.first for gap in self.gaps], np.str_), "from which", ""
                ),
                "gap_to": labelled(
                    "gap", np.array([gap.second for gap in self.gaps], np.str_), "to which", ""
                ),
                "gap_years": labelled(
                    ("gap", "percentile"), gaps, "years between two, where the first comes", within
                ),
            },
            coords={
                "milestone": list(self.forecasts),
                "year": labelled("year", years, "decimal year", "year"),
                "percentile": [100 * share for share in SHARES],
            },
            attrs=about(self.base),
        )


_OFFSET = "median of the training FLOP against what the hypotheses ask for"


def milestones(
    source: Source, *, executor: Where = None, progress: Progress | None = None, **options: Any
) -> Milestones:
    """Forecast every milestone of a file on the same draws.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.
    **options
        As ``run``.

    Returns
    -------
    Milestones

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If it has no milestones, or an option is not allowed.

    Notes
    -----
    A milestone asks for 10^offset times the training FLOP that the hypotheses do. All have the same
    draws and as many points, so that their difference is not one of luck. Evidence is of what the
    hypotheses say, and is the same for all. Gaps are of draws in which a hypothesis holds.

    Examples
    --------
    >>> import bioanchors as ba
    >>> files = ba.read_parameters("cotra2020", ["milestones.assistant.oom=-4"])
    >>> found = ba.milestones(files)
    >>> {name: round(each.quantile(0.5)) for name, each in found.forecasts.items()}
    {'base': 2053, 'assistant': 2039}
    """
    parameters = as_parameters(source)
    if not parameters.tables.milestones:
        raise ValueError(f"{parameters.name} has no milestones; needed: a table [milestones.NAME]")
    names = list(parameters.milestones)
    files = [parameters.with_milestone(name) for name in names]
    made = run_alike(files, whole, executor=executor, progress=progress, **options)
    forecasts = dict(zip(names, made, strict=True))
    offsets = {name: _median(parameters, chain) for name, chain in parameters.milestones.items()}
    return Milestones(forecasts, offsets, _gaps(forecasts))


def _median(parameters: Parameters, chain: tuple[str, ...]) -> float:
    """Return the median of a sum of inputs; of several random ones, by draws."""
    items = [parameters.inputs[name] for name in chain]
    if sum(item.is_random for item in items) <= 1:
        return sum(item.median for item in items)
    from bioanchors.sampling import Streams, draw_inputs

    streams = Streams.of(parameters.spec, 1, "sobol")
    draws = draw_inputs({item.name: item for item in items}, streams, 0, 0, GAP_DRAWS)
    return float(np.median(sum(draws.values(), 0.0)))


def _gaps(forecasts: Mapping[str, Forecast]) -> tuple[Gap, ...]:
    """Return the years between each two of which the file calls one harder."""
    base = forecasts[BASE]
    parameters, tables = base.parameters, base.parameters.tables.milestones or {}
    pairs = [(each.harder_than, name) for name, each in tables.items() if each.harder_than]
    if not pairs:
        return ()
    replicates = base.replicates
    origin = base.origin
    data = draw(
        parameters,
        seed=origin.seed,
        sampler=origin.sampler,
        points=GAP_DRAWS * replicates,
        replicates=replicates,
    )
    kept = data["weight"].values
    weight = kept * data["evidence_weight"].values
    weight *= (base.prior_share / kept.mean(axis=1))[:, np.newaxis]
    arrival = dict(zip(forecasts, data["milestone_arrival_year"].values, strict=True))
    found = []
    for first, second in pairs:
        comes = np.isfinite(arrival[first])
        between = arrival[second][comes] - arrival[first][comes]
        years = weighted_percentiles(between, weight[comes], SHARES)
        found.append(Gap(first, second, tuple(float(each) for each in years)))
    return tuple(found)
