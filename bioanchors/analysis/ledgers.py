"""The OOM ledger: what each trend brings by a year, what walls take, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import (
    estimate,
    estimates,
    left_out,
    percentiles_left_out,
)
from bioanchors.analysis.labels import about, estimated, labelled
from bioanchors.model.spec import Spec
from bioanchors.parameters import Source, as_parameters
from bioanchors.results import Forecast, run
from bioanchors.results.outcomes import Estimate
from bioanchors.results.responses import response_of
from bioanchors.sampling import Streams

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
DRAWS, REPLICATES = 2**12, 8
SHARED, OWN = ("hardware", "spending", "limits"), ("algorithms", "unhobbling", "data")
PARTS = (*SHARED, *OWN)
MEANINGS = {
    "hardware": "mean log10 FLOP per $",
    "spending": "mean log10 $ of the largest run",
    "limits": "mean OOM by which power and interventions change the largest run",
    "algorithms": "mean gain of algorithms",
    "unhobbling": "mean gain of unhobbling",
    "data": "mean OOM that are lost for want of data",
}


@dataclass(frozen=True)
class Entry:
    """Orders of magnitude given one hypothesis.

    Attributes
    ----------
    hypothesis
        Its name.
    share
        Its share, given the evidence.
    algorithms, unhobbling, data, sum
        By year: the mean gains, what is lost for want of data (below 0), and with them log10 FLOP
        of the largest run that can be bought in terms of the requirement year's algorithms; each
        with its standard error.
    requirement
        Median of log10 FLOP that it asks for, with its standard error.
    """

    hypothesis: str
    share: float
    algorithms: tuple[Estimate, ...]
    unhobbling: tuple[Estimate, ...]
    data: tuple[Estimate, ...]
    sum: tuple[Estimate, ...]
    requirement: Estimate

    @property
    def margin(self) -> tuple[Estimate, ...]:
        """Orders of magnitude by which the sum exceeds the median requirement, by year."""
        need, error = self.requirement
        return tuple(
            Estimate(each.value - need, (error**2 + each.standard_error**2) ** 0.5)
            for each in self.sum
        )


@dataclass(frozen=True, eq=False)
class Ledger:
    """What brings how many orders of magnitude, as means over the draws.

    Attributes
    ----------
    forecast
        The forecast.
    years
        Decimal years.
    hardware, spending, limits
        By year: mean log10 FLOP per $ and log10 $, and what power and interventions on the largest
        run make of it, OOM; each with its standard error.
    entries
        For each hypothesis that has a weight, and that the evidence does not refute.
    """

    forecast: Forecast
    years: tuple[float, ...]
    hardware: tuple[Estimate, ...]
    spending: tuple[Estimate, ...]
    limits: tuple[Estimate, ...]
    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        years = ", ".join(f"{year:g}" for year in self.years)
        return f"<Ledger of {self.forecast.title}: {years}>"

    @property
    def shared(self) -> tuple[str, ...]:
        """What all hypotheses have alike, limits only where there are any."""
        limited = any(self.spec.interventions_on("largest_run_flop"))
        limited = limited or self.spec.power_year is not None
        return SHARED if limited else SHARED[:2]

    @property
    def own(self) -> tuple[str, ...]:
        """What each hypothesis has, only what the file knows of."""
        has = {
            "unhobbling": self.spec.unhobbling_start is not None,
            "data": self.spec.stock_year is not None,
        }
        return tuple(item for item in OWN if has.get(item, True))

    @property
    def spec(self) -> Spec:
        """What the forecast's file says."""
        return self.forecast.parameters.spec

    @property
    def dataset(self) -> xr.Dataset:
        """Orders of magnitude by ``year``, and given each ``hypothesis``, with standard errors."""
        import xarray as xr

        given, oom = ("hypothesis", "year"), "OOM"
        variables: dict[str, Any] = {}
        for item in self.shared:
            variables |= estimated(item, "year", getattr(self, item), MEANINGS[item], oom)
        for item, own, meaning in (
            *((item, item, MEANINGS[item]) for item in self.own),
            ("sum", "sum", "mean log10 FLOP that can be bought, in the requirement's algorithms"),
            ("margin", "margin", "the sum less the median requirement"),
        ):
            table = [getattr(entry, own) for entry in self.entries]
            variables |= estimated(item, given, table, meaning, oom)
        needs = [entry.requirement for entry in self.entries]
        variables |= estimated("requirement", "hypothesis", needs, "median log10 FLOP asked", oom)
        shares = [entry.share for entry in self.entries]
        variables["share"] = labelled("hypothesis", shares, "share, given the evidence")
        return xr.Dataset(
            variables,
            coords={
                "year": labelled("year", list(self.years), "decimal year", "year"),
                "hypothesis": [entry.hypothesis for entry in self.entries],
            },
            attrs=about(self.forecast),
        )


def ledger(source: Source, years: Sequence[float] | None = None, *, seed: int = 1) -> Ledger:
    """Return the orders of magnitude that hardware, spending, algorithms and all else bring.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    years
        Decimal years, in any order; by default the file's report years. The difference of two is
        what is gained between them.
    seed
        As ``run``.

    Returns
    -------
    Ledger

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If a year is not from the window's first to its last.

    Notes
    -----
    Means of log10 over the draws, each counted by its weight, so that the parts add up to the sum.
    Hardware, spending and limits are of all hypotheses together, the rest given each.
    """
    parameters = as_parameters(source)
    chosen = [float(year) for year in (parameters.report_years if years is None else years)]
    if not chosen:
        raise ValueError("no years; needed: at least one")
    for year in chosen:
        if not parameters.first_year <= year <= parameters.last_year:
            raise ValueError(
                f"year must be from {parameters.first_year} to {parameters.last_year}, "
                f"found {year:g}"
            )
    forecast = run(parameters, seed=seed)
    response = response_of(forecast)
    at = np.array(chosen)
    shares = dict(zip(forecast.hypotheses, forecast.share, strict=True))
    prior = dict(zip(forecast.hypotheses, forecast.prior_share, strict=True))
    streams = Streams(response.names, seed, "sobol", response.correlations)
    sums: dict[str, list[Array]] = {name: [] for name in response.held}
    needs: dict[str, list[tuple[Array, Array]]] = {name: [] for name in response.held}
    for r in range(REPLICATES):
        u = streams.all_uniforms(response.names, r, 0, DRAWS)
        for name in response.held:
            oom = response.orders_of_magnitude(name, u, at)
            weight = oom["weight"]
            row = [np.full(at.size, weight.mean())]
            row += [(oom[part] * weight).mean(axis=1) for part in PARTS]
            sums[name].append(np.array(row))
            needs[name].append((oom["requirement"], weight))
    entries = []
    for name in response.held:
        left = left_out(np.array(sums[name]))
        if not np.all(left[:, 0] > 0):
            continue  # refuted
        means = left[:, 1:] / left[:, :1]
        by_part = _by_part(means)
        entries.append(
            Entry(
                name,
                float(shares[name]),
                algorithms=by_part["algorithms"],
                unhobbling=by_part["unhobbling"],
                data=by_part["data"],
                sum=estimates(means.sum(axis=1)),
                requirement=_median(needs[name]),
            )
        )
    together = left_out(sum(prior[name] * np.array(sums[name]) for name in response.held))
    by_part = _by_part(together[:, 1:] / together[:, :1])
    return Ledger(
        forecast,
        tuple(chosen),
        hardware=by_part["hardware"],
        spending=by_part["spending"],
        limits=by_part["limits"],
        entries=tuple(entries),
    )


def _by_part(means: Array) -> dict[str, tuple[Estimate, ...]]:
    """Return estimates by part from means of shape (replicate, part, year)."""
    return {part: estimates(means[:, i]) for i, part in enumerate(PARTS)}


def _median(parts: Sequence[tuple[Array, Array]]) -> Estimate:
    need, weight = (np.array(each) for each in zip(*parts, strict=True))
    return estimate(percentiles_left_out(need, weight, [0.5])[:, 0])
