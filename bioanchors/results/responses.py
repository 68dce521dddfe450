"""The arrival year as a function of uniforms, one for each input: what sensitivity analysis asks.

Which hypothesis holds, and when "none" lets go of it, are inputs like all others here. A draw
counts by its weight: the low-end update, renormalised within each hypothesis, times the likelihood
of what has been seen.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine import Outcome
from bioanchors.model.joint import Model
from bioanchors.model.trends import Trends
from bioanchors.parameters import CorrelatedGroup, HypothesisInputs
from bioanchors.results.forecast import Forecast
from bioanchors.sampling import Draws

Array = NDArray[np.float64]
HYPOTHESIS, NONE = "hypothesis", "none"


class Response:
    """Arrival years, and what each draw counts, of a forecast's model.

    Parameters
    ----------
    forecast
        Whose parameters, shares and low-end update are used.

    Attributes
    ----------
    names
        Inputs that are not known: ``hypothesis`` and ``none`` first, where there is a choice.
    correlations
        Groups of correlated inputs.
    is_weighted
        Whether draws count differently, by the low-end update or by evidence.
    """

    def __init__(self, forecast: Forecast) -> None:
        self.parameters = forecast.parameters
        self.first_year = float(self.parameters.first_year)
        self.last_year = float(self.parameters.last_year)
        self._model = Model(self.parameters.spec)
        share = forecast.prior_share
        self._held = [i for i, each in enumerate(share) if each > 0]
        self._edges = np.cumsum(share[self._held])[:-1]
        self._kept = forecast.prior.sums.total.mean(axis=0)
        used = self._used()
        own = [n for n, item in self.parameters.inputs.items() if item.is_random and n in used]
        choice = [HYPOTHESIS] if len(self._held) > 1 else []
        years = np.array([self.first_year, self.last_year])
        falls = bool(np.any(self.parameters.none_probability(years) > 0))
        self.names: tuple[str, ...] = (*choice, *([NONE] if falls else []), *own)
        self.correlations: tuple[CorrelatedGroup, ...] = self.parameters.correlations
        self.is_weighted = self.parameters.has_evidence or bool(
            np.any(self._kept[self._held] < 1.0 - 1e-12)
        )

    def _used(self) -> set[str]:
        hypotheses = self.parameters.hypotheses
        return {name for i in self._held for name in self._inputs(hypotheses[i])}

    def _inputs(self, hypothesis: HypothesisInputs) -> set[str]:
        """Return names of the inputs on which a hypothesis' arrival, or its weight, depends."""
        names = {*hypothesis.inputs, *self.parameters.shared_trends}
        if self._model.cases:
            # The gain of one hypothesis may be what was observed of it, whichever holds.
            names |= set(self.parameters.trends)
        return names

    def hypothesis_of(self, uniforms: Mapping[str, Array]) -> Array:
        """Return the place of the hypothesis that holds in each draw, in the file's order."""
        held = np.array(self._held)
        if HYPOTHESIS not in uniforms:
            return np.full(_size(uniforms), held[0])
        return np.asarray(held[np.searchsorted(self._edges, uniforms[HYPOTHESIS], side="right")])

    def __call__(self, uniforms: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return the arrival year of each draw, and what the draw counts.

        Parameters
        ----------
        uniforms
            For each of ``names``, shape (draw,). Where there are none, nothing is uncertain and
            one draw stands for all.

        Returns
        -------
        tuple of array
            Decimal years, "none" included: the window's first where it is at or before then,
            ``inf`` where it is not by the last. Weights, relative to one another.
        """
        size = _size(uniforms)
        year, weight = np.empty(size), np.empty(size)
        choice = self.hypothesis_of(uniforms)
        for i in self._held:
            rows = np.flatnonzero(choice == i)
            if rows.size:
                part = {name: values[rows] for name, values in uniforms.items()}
                year[rows], weight[rows] = self._given(i, part, rows.size)
        return year, weight

    def mean_year(self, uniforms: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return the arrival year, censored at the window's last, averaged over the hypotheses.

        As ``__call__``; what ``hypothesis`` is in ``uniforms`` does not matter.
        """
        size = _size(uniforms)
        total, weights = np.zeros(size), np.zeros(size)
        for i, share in zip(self._held, np.diff([0.0, *self._edges, 1.0]), strict=True):
            year, weight = self._given(i, uniforms, size)
            total += share * weight * np.minimum(year, self.last_year)
            weights += share * weight
        return np.divide(total, weights, out=np.zeros(size), where=weights > 0), weights

    def _draws(self, i: int, uniforms: Mapping[str, Array]) -> Draws:
        inputs = self.parameters.inputs
        return {
            name: inputs[name].values(uniforms[name])
            if inputs[name].is_random
            else inputs[name].point
            for name in self._inputs(self.parameters.hypotheses[i])
            if name in inputs
        }

    def _given(self, i: int, uniforms: Mapping[str, Array], size: int) -> tuple[Array, Array]:
        model, hypothesis = self._model, self.parameters.hypotheses[i]
        trends = model.trends(self._draws(i, uniforms))
        outcome = Outcome.of(model, hypothesis, trends, size)
        release = model.release_year(uniforms[NONE] if NONE in uniforms else np.full(size, 0.5))
        weight = outcome.evidence(model, release)
        if outcome.kept is not None:
            weight = weight * outcome.kept / self._kept[i]
        return np.maximum(outcome.arrival, np.maximum(release, self.first_year)), weight

    @property
    def held(self) -> tuple[str, ...]:
        """Names of the hypotheses that have a weight."""
        return tuple(self.parameters.hypotheses[i].name for i in self._held)

    def given(
        self, hypothesis: str, uniforms: Mapping[str, Array]
    ) -> tuple[Trends, HypothesisInputs, Array]:
        """Return the trends of draws if a hypothesis that has a weight holds, and what each counts.

        Parameters
        ----------
        hypothesis
            Its name.
        uniforms
            For each of ``names``, shape (draw,).
        """
        i = next(i for i in self._held if self.parameters.hypotheses[i].name == hypothesis)
        weight = self._given(i, uniforms, _size(uniforms))[1]
        held = self.parameters.hypotheses[i]
        trends = self._model.trends(self._draws(i, uniforms))
        if held.sizes:
            trends = self._model.sized(held, trends, self._model.requirement(held, trends.draws))
        return trends, held, weight

    def orders_of_magnitude(
        self, hypothesis: str, uniforms: Mapping[str, Array], years: Array
    ) -> dict[str, Array]:
        """Return log10 of what makes a run large enough, given a hypothesis.

        Parameters
        ----------
        hypothesis
            One that has a weight.
        uniforms
            For each of ``names``, shape (draw,).
        years
            Decimal years.

        Returns
        -------
        dict of array
            ``hardware`` (FLOP per $), ``spending`` ($), ``limits`` (power, and interventions on the
            largest run's FLOP), ``algorithms`` (gain), ``unhobbling`` and ``data`` (what is lost
            for want of them), each of shape (year, draw); ``requirement`` (FLOP, of the milestone)
            and ``weight``, of shape (draw,).
        """
        size = _size(uniforms)
        trends, held, weight = self.given(hypothesis, uniforms)
        curves = {
            "hardware": trends.price_performance,
            "spending": trends.spending,
            "limits": trends.affordable,
            "algorithms": trends.gain(held),
            "unhobbling": trends.unhobbling,
            "data": trends.left_by_data(held),
        }
        result = {
            name: np.zeros((len(years), size))
            if curve is None
            else np.array([np.broadcast_to(curve.at(year), (size,)) for year in years])
            for name, curve in curves.items()
        }
        result["limits"] -= result["hardware"] + result["spending"]
        result["data"] -= result["algorithms"]
        need = self._model.requirement(held, trends.draws)
        result["requirement"] = np.broadcast_to(need + trends.offset, (size,))
        result["weight"] = weight
        return result


def _size(uniforms: Mapping[str, Array]) -> int:
    return len(next(iter(uniforms.values()), (0.5,)))
