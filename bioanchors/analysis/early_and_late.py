"""How inputs differ between draws that arrive early and draws that arrive late.

What a sensitivity index leaves out: in which direction, and in which part of an input. From joint
draws, each counted by its weight. Beside it PAWN, how far the arrival year's CDF moves with an
input, by SALib.

References
----------
Hornberger, G. M. and Spear, R. C. (1981), J. Environ. Manage. 12, 7-18: regional sensitivity.
Pianosi, F. and Wagener, T. (2018), Environ. Model. Softw. 108, 197-207: PAWN from given draws.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import estimate, weighted_percentiles
from bioanchors.analysis.labels import about, estimated, labelled, texts
from bioanchors.engine.response import HYPOTHESIS, NONE, Response
from bioanchors.results import Forecast
from bioanchors.results.outcomes import Estimate
from bioanchors.results.responses import response_of
from bioanchors.sampling import Streams

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
DRAWS, REPLICATES = 2**13, 8
PERCENTILES = (0.05, 0.5, 0.95)
PAWN_DRAWS, PAWN_SLICES = 20_000, 10
NOTHING = "nothing"


@dataclass(frozen=True)
class Difference:
    """One input among early and among late arrivals.

    Attributes
    ----------
    name, unit
        Of the input, in the unit of the model.
    early, late
        5th, 50th and 95th percentile.
    distance
        Largest distance of the two CDFs (Kolmogorov and Smirnov's).
    happens
        Of whether something happens, the share in which it does among early and among late ones.
    """

    name: str
    unit: str
    early: tuple[float, ...]
    late: tuple[float, ...]
    distance: Estimate
    happens: tuple[float, float] | None = None


@dataclass(frozen=True)
class Regional:
    """Early against late arrivals.

    Attributes
    ----------
    forecast
        The forecast.
    split
        Decimal year: early is by it.
    probability
        Of early arrival.
    differences
        Of each input, the largest first.
    hypotheses
        For each hypothesis its share among early and among late arrivals.
    noise
        Distance that would show of an input that does nothing.
    """

    forecast: Forecast
    split: float
    probability: float
    differences: tuple[Difference, ...]
    hypotheses: dict[str, tuple[float, float]]
    noise: float

    @property
    def dataset(self) -> xr.Dataset:
        """Percentiles of each ``input`` on either side, and shares of each ``hypothesis``."""
        import xarray as xr

        by = ("input", "percentile")
        distances = [each.distance for each in self.differences]
        variables = estimated("distance", "input", distances, "largest distance of the two CDFs")
        for i, side in enumerate(("early", "late")):
            values = self._sides(side)
            variables[side] = labelled(by, values, f"value where {side}", "of the input")
            shares = [both[i] for both in self.hypotheses.values()]
            chances = [each.happens[i] if each.happens else np.nan for each in self.differences]
            variables[f"{side}_happens"] = labelled("input", chances, f"share with it where {side}")
            variables[f"{side}_share"] = labelled("hypothesis", shares, f"share where {side}")
        return xr.Dataset(
            variables,
            coords={
                "input": [each.name for each in self.differences],
                "unit": ("input", texts(each.unit for each in self.differences)),
                "percentile": [100 * share for share in PERCENTILES],
                "hypothesis": list(self.hypotheses),
            },
            attrs=about(
                self.forecast, split=self.split, probability=self.probability, noise=self.noise
            ),
        )

    def _sides(self, side: str) -> Array:
        rows = [getattr(each, side) for each in self.differences]
        return np.array(rows).reshape(len(rows), len(PERCENTILES))


def regional(forecast: Forecast, split: float | None = None, *, seed: int = 1) -> Regional:
    """Compare the inputs of early and late arrivals.

    Parameters
    ----------
    forecast
        The forecast.
    split
        Year up to which an arrival is early; by default the median, or where it is not reached,
        the last year, or the first.
    seed
        Of the draws.

    Notes
    -----
    The inputs of a hypothesis are compared among the draws in which it holds.

    Raises
    ------
    ValueError
        If nothing is uncertain.
    """
    response = response_of(forecast)
    if split is None:
        split = float(np.clip(forecast.quantile(0.5), *forecast.years[[0, -1]]))
    names = response.names
    if not names:
        raise ValueError(f"{forecast.parameters.name} has no uncertain input to compare")
    draws = _Draws.of(response, split, seed)
    early, weight = draws.early, draws.weight
    if not 0 < weight[early].sum() < weight.sum():
        side = "by" if weight[early].sum() > 0 else "after"
        raise ValueError(
            f"all arrive {side} {split:g}: there are no early and late ones to compare"
        )
    hypotheses = [h.name for h in forecast.parameters.hypotheses]
    differences = []
    for name in names:
        if name in (HYPOTHESIS, NONE):
            continue
        rows = np.ones(weight.size, dtype=np.bool_)
        if name.startswith("hypotheses."):
            rows = draws.choice == hypotheses.index(name.split(".")[1])
        item, here = forecast.parameters.inputs[name], weight * rows
        before, after = (
            tuple(item.values(_percentiles(draws.uniforms[name], here * side)).tolist())
            for side in (early, ~early)
        )
        distance = draws.distance(name, here)
        happens = None
        if item.is_yes_or_no:
            holds = item.values(draws.uniforms[name]) > 0
            happens = _share(holds, here * early), _share(holds, here * ~early)
        differences.append(Difference(name, item.model_unit, before, after, distance, happens))
    differences.sort(key=lambda each: -each.distance.value)
    shares = {
        hypotheses[i]: (
            _share(draws.choice == i, weight * early),
            _share(draws.choice == i, weight * ~early),
        )
        for i in np.unique(draws.choice)
    }
    return Regional(
        forecast,
        float(split),
        float((weight * early).sum() / weight.sum()),
        tuple(differences),
        shares,
        draws.distance(NOTHING, weight).value,
    )


@dataclass(frozen=True, eq=False)
class _Draws:
    """Joint draws of all replicates, one after the other, shape (draw,).

    Attributes
    ----------
    uniforms
        By input, and of a stream that nothing reads, which shows what noise looks like.
    early, weight, choice
        Whether they arrive early, to what they count, and which hypothesis holds.
    """

    uniforms: dict[str, Array]
    early: NDArray[np.bool_]
    weight: Array
    choice: NDArray[np.int_]

    @classmethod
    def of(cls, response: Response, split: float, seed: int) -> _Draws:
        """Draw."""
        names = [*response.names, NOTHING]
        streams = Streams(names, seed, "random", response.correlations)
        parts = []
        for r in range(REPLICATES):
            u = streams.all_uniforms(names, r, 0, DRAWS)
            year, weight = response({name: u[name] for name in response.names})
            parts.append((u, year <= split, weight, response.hypothesis_of(u)))
        uniforms = {name: np.concatenate([part[0][name] for part in parts]) for name in names}
        early, weight, choice = (np.concatenate([part[k] for part in parts]) for k in (1, 2, 3))
        return cls(uniforms, early, weight, choice)

    def distance(self, name: str, weight: Array) -> Estimate:
        """Return the distance of the two CDFs of an input, with its standard error."""
        own, replicate = self.uniforms[name], np.repeat(np.arange(REPLICATES), DRAWS)
        weights = [*(weight * (replicate != r) for r in range(REPLICATES)), weight]
        return estimate(np.array([_distance(own, self.early, each) for each in weights]))


def _percentiles(u: Array, weight: Array) -> Array:
    """Return percentiles of uniforms; the middle where nothing has a weight."""
    return np.nan_to_num(weighted_percentiles(u, weight, PERCENTILES), nan=0.5)


def _share(rows: NDArray[np.bool_], weight: Array) -> float:
    total = float(weight.sum())
    return float((weight * rows).sum()) / total if total > 0 else 0.0


def _distance(u: Array, early: NDArray[np.bool_], weight: Array) -> float:
    order = np.argsort(u)
    sides = [np.cumsum((weight * side)[order]) for side in (early, ~early)]
    if not all(side[-1] > 0 for side in sides):
        return 0.0
    return float(np.max(np.abs(sides[0] / sides[0][-1] - sides[1] / sides[1][-1])))


@dataclass(frozen=True)
class Pawn:
    """How far the arrival year's CDF moves with each input.

    Attributes
    ----------
    forecast
        The forecast.
    median
        By input, the largest first: the median over slices of the input of the distance of the
        CDF of the arrival year there to the CDF of all.
    noise
        The same of an input that does nothing.
    """

    forecast: Forecast
    median: dict[str, float]
    noise: float

    @property
    def dataset(self) -> xr.Dataset:
        """The median distance by ``input``."""
        import xarray as xr

        values = list(self.median.values())
        return xr.Dataset(
            {"pawn_median": labelled("input", values, "median distance of the arrival year's CDF")},
            coords={"input": list(self.median)},
            attrs=about(self.forecast, noise=self.noise),
        )


def pawn(forecast: Forecast, *, draws: int = PAWN_DRAWS, seed: int = 1) -> Pawn:
    """Return PAWN indices of the arrival year, censored at the window's last, by SALib.

    Parameters
    ----------
    forecast
        The forecast.
    draws
        How many, after draws have been taken by their weights.
    seed
        Of the draws.
    """
    with warnings.catch_warnings():
        # What SALib imports warns of its own future.
        warnings.simplefilter("ignore")
        from SALib.analyze import pawn as salib_pawn

    response = response_of(forecast)
    names = [*response.names, NOTHING]
    streams = Streams(names, seed, "random", response.correlations)
    u = streams.all_uniforms(names, 0, 1, 4 * draws)
    year, weight = response({name: u[name] for name in response.names})
    rng = np.random.Generator(np.random.Philox(key=[seed % 2**64, 1]))
    rows = rng.choice(year.size, draws, p=weight / weight.sum())
    x = np.column_stack([u[name][rows] for name in names])
    y = np.minimum(year[rows], response.last_year)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    # SALib takes a seed of 0 for none.
    found = salib_pawn.analyze(problem, x, y, S=PAWN_SLICES, seed=1 + abs(seed) % 2**31)
    median = dict(zip(names, (float(value) for value in found["median"]), strict=True))
    noise = median.pop(NOTHING)
    return Pawn(forecast, dict(sorted(median.items(), key=lambda item: -item[1])), noise)
