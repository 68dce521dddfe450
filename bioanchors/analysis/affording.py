"""When a training run of so many FLOP can be bought, and what it costs then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import (
    estimate,
    left_out,
    percentiles_left_out,
    weighted_percentiles,
)
from bioanchors.analysis.labels import about, estimated, labelled
from bioanchors.engine.response import Response
from bioanchors.model.arrival import first_crossing
from bioanchors.model.curves import Curve
from bioanchors.model.trends import Trends
from bioanchors.parameters import Parameters, Source, as_parameters
from bioanchors.results import Forecast, run
from bioanchors.results.outcomes import Estimate
from bioanchors.results.responses import response_of
from bioanchors.sampling import Streams

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SHARES = (0.1, 0.5, 0.9)
FLOP = tuple(float(f"1e{oom}") for oom in range(26, 41))
LEAST_FLOP, MOST_FLOP = 1.0, 1e120
DRAWS, REPLICATES = 2**12, 8


@dataclass(frozen=True)
class Affordable:
    """When so many FLOP can be bought, and at what price.

    Attributes
    ----------
    flop
        Training FLOP, as the requirement's algorithms count them where a gain is counted in.
    years
        10, 50 and 90 % of decimal years, with standard errors: ``-inf`` where it is at or before
        the window's first, ``inf`` where it is not by the last.
    never
        Probability that it is not by the window's last year.
    cost_usd, share_of_gdp
        Medians, over the draws in which it can be bought, of what the run costs in that year, and
        as a share of the largest economy's GDP; NaN where it can be in none.
    """

    flop: float
    years: tuple[Estimate, ...]
    never: Estimate
    cost_usd: float
    share_of_gdp: float


@dataclass(frozen=True, eq=False)
class Affordability:
    """What can be bought when.

    Attributes
    ----------
    forecast
        The forecast, whose evidence counts.
    algorithms
        Hypothesis whose algorithmic gain is counted in; None where none is.
    entries
        In the order of the FLOP.
    """

    forecast: Forecast
    algorithms: str | None
    entries: tuple[Affordable, ...]

    def __repr__(self) -> str:
        return f"<Affordability of {self.forecast.title}: {len(self.entries)} runs>"

    @property
    def dataset(self) -> xr.Dataset:
        """Years by ``flop`` and ``percentile``; probability of never, cost and share of GDP."""
        import xarray as xr

        each = self.entries
        years = [entry.years for entry in each]
        return xr.Dataset(
            {
                **estimated("year", ("flop", "percentile"), years, "can be bought in", "year"),
                **estimated("never", "flop", [e.never for e in each], "probability of never"),
                "cost": labelled("flop", [e.cost_usd for e in each], "median cost then", "$"),
                "share_of_gdp": labelled(
                    "flop", [e.share_of_gdp for e in each], "median share of GDP then"
                ),
            },
            coords={
                "flop": labelled("flop", [e.flop for e in each], "training FLOP", "FLOP"),
                "percentile": [100 * share for share in SHARES],
            },
            attrs=about(self.forecast, algorithms=self.algorithms or ""),
        )


def affordability(
    source: Source,
    flop: Sequence[float] = FLOP,
    *,
    algorithms: str | None = None,
    seed: int = 1,
) -> Affordability:
    """Return when runs of so many FLOP can be bought, and what they cost then.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    flop
        Training FLOP; by default 1e26 to 1e40.
    algorithms
        Hypothesis whose algorithmic gain is counted in: the FLOP are then those that the
        algorithms of its requirement's year would need. By default FLOP are FLOP.
    seed
        As ``run``.

    Returns
    -------
    Affordability

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If a number of FLOP is not from 1 to 1e120, or there is no such hypothesis with a weight.

    Notes
    -----
    The first year y with price-performance(y) spending(y) gain(y) >= FLOP in each draw, each
    counted by its weight under the evidence; no lag. The cost in that year is FLOP / (gain
    price-performance). GDP is the file's, growing at its rate.

    Examples
    --------
    >>> import bioanchors as ba
    >>> (run,) = ba.affordability("cotra2020", [1e30]).entries
    >>> round(run.years[1].value, 1), round(run.cost_usd / 1e9)
    (2039.3, 47)
    """
    parameters = as_parameters(source)
    _check(parameters, flop, algorithms)
    forecast = run(parameters, seed=seed)
    response = response_of(forecast)
    if algorithms is not None and algorithms not in response.held:
        raise ValueError(f"algorithms: {algorithms} has no weight; allowed: one that has")
    if any(each.sizes for each in parameters.hypotheses if each.name == algorithms):
        raise ValueError(
            f"algorithms: those of {algorithms} hang on the requirement; allowed: a hypothesis of "
            "which they do not"
        )
    share = dict(zip(forecast.hypotheses, forecast.prior_share, strict=True))
    streams = Streams(response.names, seed, "sobol", response.correlations)
    # Where nothing is uncertain one draw says it all.
    draws, replicates = (DRAWS, REPLICATES) if response.names else (1, 2)
    parts = []
    for r in range(replicates):
        u = streams.all_uniforms(response.names, r, 0, draws)
        if algorithms is None:
            # The trends are the same whichever hypothesis holds; what they count is not.
            given = [(share[name], response.given(name, u)) for name in response.held]
            trends, weight = given[0][1][0], sum(prior * each[2] for prior, each in given)
            parts.append(_bought(response, trends, np.asarray(weight), flop, None))
        else:
            trends, hypothesis, weight = response.given(algorithms, u)
            parts.append(_bought(response, trends, weight, flop, trends.saved(hypothesis)))
    entries = zip(
        *(np.array(each).swapaxes(0, 1) for each in zip(*parts, strict=True)), strict=True
    )
    return Affordability(
        forecast, algorithms, tuple(_entry(f, *each) for f, each in zip(flop, entries, strict=True))
    )


def _check(parameters: Parameters, flop: Sequence[float], algorithms: str | None) -> None:
    if not len(flop):
        raise ValueError("no FLOP; needed: at least one number")
    for each in flop:
        if not LEAST_FLOP <= each <= MOST_FLOP:
            raise ValueError(f"flop must be from 1 to 1e120, found {each:g}")
    names = list(parameters.weights)
    if algorithms is not None and algorithms not in names:
        allowed = ", ".join(names)
        raise ValueError(f"algorithms: unknown hypothesis {algorithms!r}; allowed: {allowed}")


def _bought(
    response: Response, trends: Trends, weight: Array, flop: Sequence[float], saved: Curve | None
) -> tuple[Array, ...]:
    """Return when draws can buy so many FLOP, at what price and share of GDP, and their weights.

    In decimal years and log10, each (flop, draw).
    """
    curve = trends.affordable if saved is None else trends.affordable + saved
    size = weight.size
    years, costs, shares = np.empty((3, len(flop), size))
    for i, each in enumerate(flop):
        need = np.full(size, math.log10(each))
        years[i] = first_crossing(curve, need, response.last_year)
        when = np.minimum(years[i], response.last_year)
        costs[i] = need - trends.price_performance.at(when)
        if saved is not None:
            costs[i] -= saved.at(when)
        shares[i] = costs[i] - trends.gdp.at(when)
    years[years <= response.first_year] = -np.inf
    return years, costs, shares, np.broadcast_to(weight, years.shape)


def _entry(flop: float, years: Array, costs: Array, shares: Array, weight: Array) -> Affordable:
    """Sum up draws, each (replicate, draw)."""
    with np.errstate(invalid="ignore"):
        made = [estimate(each) for each in percentiles_left_out(years, weight, SHARES).T]
    comes = years < np.inf
    never = left_out((weight * ~comes).sum(axis=1)) / left_out(weight.sum(axis=1))
    cost, share = (
        float(10.0 ** weighted_percentiles(each[comes], weight[comes], [0.5])[0])
        for each in (costs, shares)
    )
    return Affordable(flop, tuple(made), estimate(never), cost, share)
