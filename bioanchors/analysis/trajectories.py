"""What can be bought and what is needed, year by year, with bands over the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import weighted_percentiles
from bioanchors.analysis.labels import about, labelled
from bioanchors.analysis.ledgers import OWN, SHARED
from bioanchors.results import Forecast
from bioanchors.results.responses import response_of
from bioanchors.sampling import Streams

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
DRAWS = 4096
PERCENTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Percentiles by year, log10.

    Attributes
    ----------
    forecast
        The forecast.
    years
        Decimal years.
    hardware, spending, affordable
        FLOP per $, $ and FLOP, shape (percentile, year): 5, 25, 50, 75 and 95 %.
    effective
        The same FLOP with the gain of algorithms and unhobbling and what is lost for want of data,
        of all hypotheses together.
    algorithms
        Gain by hypothesis, likewise.
    needed
        FLOP that are needed with the gain of each year: by hypothesis, and under ``""`` of all
        together.
    """

    forecast: Forecast
    years: Array
    hardware: Array
    spending: Array
    affordable: Array
    effective: Array
    algorithms: dict[str, Array]
    needed: dict[str, Array]

    @property
    def dataset(self) -> xr.Dataset:
        """Percentiles by ``percentile`` and ``year``, what is given a ``hypothesis`` in front.

        ``needed_by_any`` is of all hypotheses together.
        """
        import xarray as xr

        by, unit = ("percentile", "year"), "log10 FLOP"
        given, held = ("hypothesis", *by), list(self.algorithms)
        gains, needs = (
            np.array([of[name] for name in held]) for of in (self.algorithms, self.needed)
        )
        return xr.Dataset(
            {
                "hardware": labelled(by, self.hardware, "FLOP per $", "log10 FLOP per $"),
                "spending": labelled(by, self.spending, "largest training run", "log10 $"),
                "affordable": labelled(by, self.affordable, "what can be bought", unit),
                "effective": labelled(by, self.effective, "the same with gains", unit),
                "algorithms": labelled(given, gains, "gain of algorithms", "OOM"),
                "needed": labelled(given, needs, "FLOP needed in the year's algorithms", unit),
                "needed_by_any": labelled(by, self.needed[""], "the same of all together", unit),
            },
            coords={
                "hypothesis": held,
                "percentile": [100 * share for share in PERCENTILES],
                "year": labelled("year", self.years, "decimal year", "year"),
            },
            attrs=about(self.forecast),
        )


def trajectories(forecast: Forecast, *, draws: int = DRAWS) -> Trajectories:
    """Return percentiles over draws of trends and needs by whole year.

    Parameters
    ----------
    forecast
        The forecast, whose seed is used.
    draws
        How many, a power of two.
    """
    response, years = response_of(forecast), forecast.whole_years
    streams = Streams(response.names, forecast.origin.seed, "sobol", response.correlations)
    u = streams.all_uniforms(response.names, 0, 0, draws)
    prior = dict(zip(forecast.hypotheses, forecast.prior_share, strict=True))
    parts = {name: response.orders_of_magnitude(name, u, years) for name in response.held}
    for part in parts.values():
        part["affordable"] = np.sum([part[item] for item in SHARED], axis=0)
        part["gain"] = np.sum([part[item] for item in OWN], axis=0)
        part["effective"] = part["affordable"] + part["gain"]

    def together(item: str) -> Array:
        return np.concatenate([part[item] for part in parts.values()], axis=1)

    weight = np.concatenate([prior[name] * parts[name]["weight"] for name in response.held])
    needs = {name: part["requirement"] - part["gain"] for name, part in parts.items()}
    return Trajectories(
        forecast,
        years,
        _percentiles(together("hardware"), weight),
        _percentiles(together("spending"), weight),
        _percentiles(together("affordable"), weight),
        _percentiles(together("effective"), weight),
        {n: _percentiles(part["algorithms"], part["weight"]) for n, part in parts.items()},
        {
            **{n: _percentiles(need, parts[n]["weight"]) for n, need in needs.items()},
            "": _percentiles(np.concatenate(list(needs.values()), axis=1), weight),
        },
    )


def _percentiles(values: Array, weight: Array) -> Array:
    """Return weighted percentiles of each row, (percentile, row); NaN of what is refuted."""
    return np.array([weighted_percentiles(row, weight, PERCENTILES) for row in values]).T
