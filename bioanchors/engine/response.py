"""The arrival year as a function of uniforms, one for each input: what sensitivity analysis asks.

Which hypothesis holds, and when "none" lets go of it, are inputs like all others here. A draw
counts by its weight: the low-end update, renormalised within each hypothesis, times the likelihood
of what has been seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from bioanchors.engine.outcome import Outcome
from bioanchors.engine.sums import Array
from bioanchors.model.curves import Value
from bioanchors.model.joint import Model
from bioanchors.model.spec import CorrelatedGroup, HypothesisInputs, Spec
from bioanchors.model.trends import Trends
from bioanchors.sampling import Draws

HYPOTHESIS, NONE = "hypothesis", "none"
CERTAIN = 1.0 - 1e-12


class Response:
    """Arrival years, and what each draw counts, of a forecast's model.

    Parameters
    ----------
    spec
        The model.
    share
        Of each hypothesis in what "none" leaves, before the evidence.
    kept
        Mean weight of each by the low-end update.

    Attributes
    ----------
    model
        The formulas.
    places, shares, kept
        Of the hypotheses that have a weight: places in the file, shares, and ``kept`` as above.
    names
        Inputs that are not known: ``hypothesis`` and ``none`` first, where there is a choice.
    correlations
        Groups of correlated inputs.
    is_weighted
        Whether draws count differently, by the low-end update or by evidence.
    """

    def __init__(self, spec: Spec, share: Array, kept: Array) -> None:
        self.model, self._inputs = Model(spec), spec.inputs
        self.first_year, self.last_year = float(spec.first_year), float(spec.last_year)
        self.places = [i for i, each in enumerate(share) if each > 0]
        self.shares, self.kept = share[self.places], kept[self.places]
        self._edges = np.cumsum(self.shares)[:-1]
        used = {name for i in self.places for name in self._used(spec.hypotheses[i])}
        own = [n for n, item in spec.inputs.items() if item.is_random and n in used]
        choice = [HYPOTHESIS] if len(self.places) > 1 else []
        window = np.array([self.first_year, self.last_year])
        falls = bool(np.any(self.model.released_by(window) < 1.0))
        self.names: tuple[str, ...] = (*choice, *([NONE] if falls else []), *own)
        self.correlations: tuple[CorrelatedGroup, ...] = spec.correlations
        self.is_weighted = bool(self.model.cases) or bool(np.any(self.kept < CERTAIN))

    def _used(self, hypothesis: HypothesisInputs) -> set[str]:
        """Return names of the inputs on which a hypothesis' arrival, or its weight, depends."""
        spec = self.model.spec
        names = {*hypothesis.inputs, *spec.shared_trends}
        if self.model.cases:
            # The gain of one hypothesis may be what was observed of it, whichever holds.
            names |= set(spec.trends)
        return names

    def hypothesis_of(self, uniforms: Mapping[str, Array]) -> Array:
        """Return the place of the hypothesis that holds in each draw, in the file's order."""
        held = np.array(self.places)
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
        for i in self.places:
            rows = np.flatnonzero(choice == i)
            if rows.size:
                part = {name: values[rows] for name, values in uniforms.items()}
                year[rows], weight[rows] = self._given(i, part, rows.size)
        return year, weight

    def mean_year_of(self, draws: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return the arrival year, censored at the window's last, averaged over the hypotheses.

        Of draws in the model's units, but for ``none``, which is a uniform; with what they count,
        as ``__call__``.
        """
        size = _size(draws)
        trends = self.model.trends({**self.known, **draws})
        common = self.model.common_likelihood(trends) if self.model.cases else None
        total, weights = np.zeros(size), np.zeros(size)
        for place, i in enumerate(self.places):
            year, weight = self._outcome(i, trends, draws.get(NONE), size, common)
            weight = weight * self.shares[place]
            total += weight * np.minimum(year, self.last_year)
            weights += weight
        return np.divide(total, weights, out=np.zeros(size), where=weights > 0), weights

    @cached_property
    def known(self) -> Draws:
        """Inputs that are known numbers, in the model's units."""
        return {n: item.point for n, item in self._inputs.items() if not item.is_random}

    def _draws(self, i: int, uniforms: Mapping[str, Array]) -> Draws:
        random: Draws = {
            name: self._inputs[name].values(uniforms[name])
            for name in self._used(self.model.spec.hypotheses[i])
            if name in self._inputs and self._inputs[name].is_random
        }
        return {**self.known, **random}

    def _given(self, i: int, uniforms: Mapping[str, Array], size: int) -> tuple[Array, Array]:
        trends = self.model.trends(self._draws(i, uniforms))
        return self._outcome(i, trends, uniforms.get(NONE), size)

    def _outcome(
        self, i: int, trends: Trends, none: Array | None, size: int, common: Value | None = None
    ) -> tuple[Array, Array]:
        """Return arrival years and weights if the hypothesis at a place holds."""
        model = self.model
        outcome = Outcome.of(model, model.spec.hypotheses[i], trends, size, common)
        release = model.release_year(np.full(size, 0.5) if none is None else none)
        weight = outcome.evidence(model, release)
        if outcome.kept is not None:
            weight = weight * outcome.kept / self.kept[self.places.index(i)]
        return np.maximum(outcome.arrival, np.maximum(release, self.first_year)), weight

    @property
    def held(self) -> tuple[str, ...]:
        """Names of the hypotheses that have a weight."""
        return tuple(self.model.spec.hypotheses[i].name for i in self.places)

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
        held = self.model.spec.hypotheses
        i = next(i for i in self.places if held[i].name == hypothesis)
        trends = self.model.trends(self._draws(i, uniforms))
        weight = self._outcome(i, trends, uniforms.get(NONE), _size(uniforms))[1]
        if held[i].sizes:
            need = self.model.requirement(held[i], trends.draws)
            trends = self.model.sized(held[i], trends, need)
        return trends, held[i], weight

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
        need = self.model.requirement(held, trends.draws)
        result["requirement"] = np.broadcast_to(need + trends.offset, (size,))
        result["weight"] = weight
        return result


def _size(uniforms: Mapping[str, Array]) -> int:
    return len(next(iter(uniforms.values()), (0.5,)))
