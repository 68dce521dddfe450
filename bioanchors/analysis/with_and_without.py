"""Forecasts with and without a file's interventions, by how far algorithms answer to compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.labels import about, labelled
from bioanchors.analysis.running import run_alike
from bioanchors.analysis.trajectories import PERCENTILES, trajectories
from bioanchors.model.trends.interventions import end_of
from bioanchors.parameters import BadParameters, Parameters, Source, as_parameters, percentiles
from bioanchors.results import Forecast
from bioanchors.results.executors import Where
from bioanchors.results.many import whole
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SHARES = (0.0, 0.5, 0.9)
ENDS = (0.05, 0.95)
TABLE = "interventions"


@dataclass(frozen=True, eq=False)
class WithAndWithout:
    """What interventions do to a forecast.

    Attributes
    ----------
    without
        The forecast without them.
    shares
        Of the progress of algorithms, what growing compute drives.
    forecasts
        With them, for each share.
    years
        Whole years.
    effective
        Median of the largest run's FLOP, the gain of algorithms and what else the file has counted
        in, log10, shape (share, year), of all hypotheses together.
    effective_without
        The same without interventions, shape (year,).
    own, effective_own
        With them, and the share that the file itself gives; and its effective FLOP, shape (year,).
    """

    without: Forecast
    shares: tuple[float, ...]
    forecasts: tuple[Forecast, ...]
    years: Array
    effective: Array
    effective_without: Array
    own: Forecast
    effective_own: Array

    def __repr__(self) -> str:
        return f"<WithAndWithout of {self.without.title}: shares {self.shares}>"

    @property
    def own_shares(self) -> tuple[float, float]:
        """Between which shares the file's own lies: 5 % and 95 % of what is uncertain."""
        parameters = self.own.parameters
        names = [each.compute_share for each in parameters.hypotheses]
        ends = [
            end
            for name in names
            for end in ((0.0,) if name is None else percentiles(parameters.inputs[name], ENDS))
        ]
        return min(ends), max(ends)

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """First and last year of each intervention, of medians; ``inf`` where it is for good."""
        spec = self.own.parameters.spec
        medians = {
            name: spec.inputs[name].median for each in spec.interventions for name in each.inputs
        }
        return tuple(
            (medians[each.year], float(end_of(each, medians))) for each in spec.interventions
        )

    @property
    def spans_are_sure(self) -> bool:
        """Whether these years are known, and that it comes to it."""
        parameters = self.own.parameters
        return not any(
            name is not None and parameters.inputs[name].is_random
            for each in parameters.spec.interventions
            for name in (each.year, each.until, each.lasts, each.happens)
        )

    @property
    def dataset(self) -> xr.Dataset:
        """Effective FLOP and probabilities by ``year``, with interventions by ``share``, too.

        ``own`` is with the share that the file gives.
        """
        import xarray as xr

        chances, errors = (
            np.array([[of(each, year) for year in self.years] for each in self._all])
            for of in (Forecast.probability_by, Forecast.probability_standard_error)
        )
        by, unit = ("share", "year"), "log10 FLOP"
        counts, chance = (
            "median of the effective FLOP of the largest run",
            "probability of arrival by the year",
        )
        return xr.Dataset(
            {
                "effective": labelled(by, self.effective, counts, unit),
                "effective_without": labelled("year", self.effective_without, counts, unit),
                "effective_own": labelled("year", self.effective_own, counts, unit),
                "probability": labelled(by, chances[2:], chance),
                "probability_standard_error": labelled(by, errors[2:], f"standard error: {chance}"),
                "probability_without": labelled("year", chances[0], chance),
                "probability_without_standard_error": labelled(
                    "year", errors[0], f"standard error: {chance}"
                ),
                "probability_own": labelled("year", chances[1], chance),
                "probability_own_standard_error": labelled(
                    "year", errors[1], f"standard error: {chance}"
                ),
            },
            coords={
                "share": labelled("share", list(self.shares), "share that compute drives"),
                "year": labelled("year", self.years, "decimal year", "year"),
            },
            attrs=about(self.own),
        )

    @property
    def _all(self) -> tuple[Forecast, ...]:
        return (self.without, self.own, *self.forecasts)


def with_and_without(
    source: Source,
    shares: Sequence[float] = SHARES,
    *,
    executor: Where = None,
    progress: Progress | None = None,
    **options: Any,
) -> WithAndWithout:
    """Forecast a file without its interventions, as it is, and for several ``compute_share``.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    shares
        Of the progress of algorithms, what growing compute drives, each from 0 to 1; in place of
        what the file says of it, of all hypotheses.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.
    **options
        As ``run``.

    Returns
    -------
    WithAndWithout

    Raises
    ------
    BadParameters
        If the file cannot be used, or a share.
    ValueError
        If it has no interventions, its algorithms answer to all compute, or no share is asked for.

    Notes
    -----
    All have the same draws and as many points. Without interventions the share does nothing; where
    algorithms answer to all compute it would, so that such files are refused.

    Examples
    --------
    >>> import bioanchors as ba
    >>> found = ba.with_and_without("freeze-2027", [0, 0.9])
    >>> round(found.without.quantile(0.5)), [round(f.quantile(0.5)) for f in found.forecasts]
    (2046, [2053, 2054])
    """
    parameters = as_parameters(source)
    if not parameters.spec.interventions:
        raise ValueError(f"{parameters.name} has no interventions; needed: [{TABLE}.NAME]")
    if not parameters.spec.answers_to_interventions:
        raise ValueError(
            f"{parameters.name}: algorithms answer to all compute, so that their share moves the "
            'forecast without interventions, too; allowed: algorithms.answers_to = "interventions"'
        )
    if not len(shares):
        raise ValueError("no shares; needed: at least one number from 0 to 1")
    chosen = tuple(float(share) for share in shares)
    files = [_without(parameters), parameters]
    files += [_with_share(parameters, share) for share in chosen]
    made = run_alike(files, whole, executor=executor, progress=progress, **options)
    middle = PERCENTILES.index(0.5)
    paths = [trajectories(forecast) for forecast in made]
    effective = np.array([path.effective[middle] for path in paths])
    without, own, *others = made
    return WithAndWithout(
        without,
        chosen,
        tuple(others),
        paths[0].years,
        effective[2:],
        effective[0],
        own,
        effective[1],
    )


def without_interventions(parameters: Parameters) -> Parameters | None:
    """Return the parameters without their interventions; None where they have none.

    None, too, where something else of the file speaks of them, a correlation, say.
    """
    if not parameters.spec.interventions:
        return None
    try:
        return _without(parameters)
    except BadParameters:
        return None


def _without(parameters: Parameters) -> Parameters:
    return parameters.varied(f'drop=["{TABLE}"]')


def _with_share(parameters: Parameters, share: float) -> Parameters:
    """Return the parameters with a share in place of the default and of what hypotheses have."""
    hypotheses = parameters.tables.hypotheses or {}
    paths = [
        f"hypotheses.{name}.algorithms.compute_share"
        for name, each in hypotheses.items()
        if each.algorithms is not None and each.algorithms.compute_share is not None
    ]
    if len(paths) < len(hypotheses):
        paths.append("algorithms.compute_share")
    return parameters.with_values(dict.fromkeys(paths, share))
