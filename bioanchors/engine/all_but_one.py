"""P(arrival by some years, and what has been seen), given all inputs but one of the requirement.

Requirements are straight lines in most of their inputs. Given all others, the probability that one
lies between two numbers is hence a difference of values of one CDF: no draw of that input is
needed, and what varies less is averaged with less error.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine.sums import Array
from bioanchors.engine.weighing import Weighing
from bioanchors.model.convolution import TAIL
from bioanchors.model.curves import Line, Value
from bioanchors.model.delays import Most
from bioanchors.model.joint import Model
from bioanchors.model.requirement import Requirement
from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.model.term_mass import TermMass
from bioanchors.model.trends import Trends
from bioanchors.sampling import Draws

STRAIGHT = 1e-6
"""OOM by which a requirement may be off the straight line in an input."""

Mask = NDArray[np.bool_]
Rows = slice | NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Masses:
    """What joint draws count, and of that what has arrived, given each hypothesis.

    Attributes
    ----------
    weight
        Low-end update times likelihood of what has been seen, (hypothesis, case, row, inner); the
        last axis has one place where nothing differs between inner draws.
    arrived
        The same of what has arrived by each year, "none" left out, (hypothesis, case, year, ...).
    """

    weight: Array
    arrived: Array


@dataclass(frozen=True, slots=True)
class _Bought:
    """What draws of the trends make enough, and what the evidence asks, (..., row, inner).

    Attributes
    ----------
    enough
        log10 FLOP that are enough by each year, (year, row, inner).
    bounds
        What a requirement must exceed in each case of the evidence; None where nothing binds.
    likelihood
        Of what was measured.
    """

    enough: Array
    bounds: list[Array | None]
    likelihood: Array

    def take(self, rows: Rows) -> _Bought:
        """Return that of some rows."""
        if isinstance(rows, slice) or self.likelihood.shape[0] == 1:
            return self
        bounds = [None if bound is None else bound[rows] for bound in self.bounds]
        return _Bought(self.enough[:, rows], bounds, self.likelihood[rows])


class AllButOne:
    """Conditional probabilities of a model, for arrays of draws.

    Parameters
    ----------
    model
        The formulas.
    held
        Places of the hypotheses that are asked about.
    years
        Decimal years of the window, ascending, shape (year,).
    """

    def __init__(self, model: Model, held: Sequence[int], years: Array) -> None:
        self._model, self._years = model, years
        self._hypotheses = [model.spec.hypotheses[i] for i in held]
        self._weighing = Weighing(model)
        self._trends = model.spec.trends
        self._terms: dict[str, TermMass] = {}
        self._integrable = [self._sorted_terms(hypothesis) for hypothesis in self._hypotheses]
        self._kept: dict[object, dict[object, _Bought]] = {}

    def _sorted_terms(self, hypothesis: HypothesisInputs) -> list[str]:
        """Return the inputs that can be integrated, those that move the requirement most first."""
        spec, requirement = self._model.spec, self._model.requirements[hypothesis.name]
        tied = {*spec.correlated, *spec.trends}
        reach: dict[str, float] = {}
        for name in dict.fromkeys(hypothesis.requirement):
            item = spec.inputs[name]
            if not item.is_random or name in tied:
                continue
            slopes = _slopes(spec, hypothesis, requirement, name)
            if slopes is not None:
                if name not in self._terms:
                    self._terms[name] = TermMass(item.cdf, item.values, spec.ramp)
                reach[name] = self._terms[name].spread * float(np.median(slopes))
        return sorted(reach, key=lambda name: -reach[name])

    def masses(
        self,
        draws: Draws,
        unknown: Mapping[str, Mask],
        ratio: Array | None = None,
        same: object = None,
    ) -> Masses:
        """Return the mass of all, and of what has arrived by each year.

        Parameters
        ----------
        draws
            Known numbers, or shape (row, 1) or (row, inner).
        unknown
            Of each random input, in which rows it is drawn anew for each inner draw, (row,).
        ratio
            What draws count besides, as ``draws``; None for 1.
        same
            Stands for the draws of the trends: what they lead to is computed once for each.
            None for draws that do not come back.
        """
        bought = self._kept.get(same) if same is not None else None
        if bought is None:
            bought = self._bought(draws)
            if same is not None:
                self._kept[same] = bought
        size = len(next(iter(unknown.values())))
        parts = [
            [
                (
                    rows,
                    *self._given(hypothesis, name, draws, rows, bought[hypothesis.gain_key], ratio),
                )
                for rows, name in _chosen(names, unknown, size)
            ]
            for hypothesis, names in zip(self._hypotheses, self._integrable, strict=True)
        ]
        inner = max(weight.shape[-1] for found in parts for _, weight, _ in found)
        all_weight = np.empty((len(parts), len(parts[0][0][1]), size, inner))
        all_arrived = np.empty((*all_weight.shape[:2], self._years.size, size, inner))
        for i, found in enumerate(parts):
            for rows, weight, arrived in found:
                all_weight[i][:, rows] = weight
                all_arrived[i][:, :, rows] = arrived
        return Masses(all_weight, all_arrived)

    def forget(self) -> None:
        """Drop what was computed of trends' draws."""
        self._kept.clear()

    def _bought(self, draws: Draws) -> dict[object, _Bought]:
        """Return what draws of the trends lead to, by hypotheses' algorithms."""
        own = {name: draws[name] for name in self._trends if name in draws}
        shape = np.broadcast_shapes((1, 1), *(np.shape(values) for values in own.values()))
        size = shape[0] * shape[1]
        model = self._model
        trends = Trends(
            model.spec,
            {
                name: np.broadcast_to(values, shape).reshape(-1, 1) if np.ndim(values) else values
                for name, values in own.items()
            },
        )
        common = model.common_likelihood(trends) if model.cases else 1.0
        found: dict[object, _Bought] = {}
        for hypothesis in self._hypotheses:
            if hypothesis.gain_key in found:
                continue
            years, most = self._highest(trends, hypothesis)
            enough = np.broadcast_to(most, (size, years.size)).T
            enough = enough[np.searchsorted(years, self._years)].reshape(-1, *shape)
            bounds = self._weighing.thresholds(hypothesis, trends, years, Most((most,)), size)
            likelihood = model.likelihood(hypothesis, trends, common)
            found[hypothesis.gain_key] = _Bought(
                enough,
                [
                    None if bound is None else bound.states[0].reshape(shape)
                    for bound in bounds or [None]
                ],
                np.broadcast_to(np.ravel(likelihood), (size,)).reshape(shape),
            )
        return found

    def _highest(self, trends: Trends, hypothesis: HypothesisInputs) -> tuple[Array, Array]:
        """Return years, and the most that has been enough up to each of them, (draw, year)."""
        spec, curve = self._model.spec, trends.enough(hypothesis)
        years = self._years
        if spec.not_arrived_by is not None:
            years = np.union1d(years, [spec.not_arrived_by])
        if not (isinstance(curve, Line) and curve.never_falls()):
            # What was enough once stays enough: a summit may come before the first year asked for.
            years = np.union1d(years, [spec.first_year])
        return years, trends.waiting().most(years, curve).states[0]

    def _given(
        self,
        hypothesis: HypothesisInputs,
        name: str | None,
        draws: Draws,
        rows: Rows,
        bought: _Bought,
        ratio: Array | None,
    ) -> tuple[Array, Array]:
        """Return weight, (case, row, inner), and arrived, (case, year, row, inner)."""
        mass = self._mass(hypothesis, name, draws, rows)
        bought = bought.take(rows)
        likelihood = bought.likelihood
        if ratio is not None:
            likelihood = likelihood * _taken(ratio, rows)
        everything, reached, below = mass(None), mass(bought.enough), {}
        weights, arrived = [], []
        for bound in bought.bounds:
            if bound is None:
                weights.append(likelihood * everything)
                arrived.append(likelihood * reached)
                continue
            if id(bound) not in below:
                below[id(bound)] = mass(bound)
            ruled_out = below[id(bound)]
            weights.append(likelihood * np.maximum(everything - ruled_out, 0.0))
            arrived.append(likelihood * np.maximum(reached - ruled_out, 0.0))
        weight = np.stack(np.broadcast_arrays(*weights))
        both = np.stack(np.broadcast_arrays(*arrived))
        inner = max(weight.shape[-1], both.shape[-1])
        return (
            np.broadcast_to(weight, (*weight.shape[:-1], inner)),
            np.broadcast_to(both, (*both.shape[:-1], inner)),
        )

    def _mass(
        self, hypothesis: HypothesisInputs, name: str | None, draws: Draws, rows: Rows
    ) -> Callable[[Array | None], Array]:
        """Return the mass of a requirement up to x, or for None all of it."""
        requirement = self._model.requirements[hypothesis.name]
        given: Draws = {n: _taken(draws[n], rows) for n in hypothesis.requirement}
        if name is None:
            need = np.atleast_2d(requirement.value(given))
            weight = self._model.weight(need)
            full = np.ones(need.shape) if weight is None else weight
            return lambda x: full if x is None else full * (need <= x)
        rest, slope = _line(requirement, given, name)
        term = self._terms[name]
        return lambda x: np.atleast_2d(
            term.left(rest, slope) if x is None else term.up_to(x, rest, slope)
        )


def _line(requirement: Requirement, given: Draws, name: str) -> tuple[Value, Value]:
    """Return a requirement without one of its inputs, and how much one unit of that adds."""
    none, one = (requirement.value({**given, name: x}) for x in (0.0, 1.0))
    return none, one - none


def _slopes(
    spec: Spec, hypothesis: HypothesisInputs, requirement: Requirement, name: str
) -> Array | None:
    """Return what one unit of an input adds, at the others' extremes and medians.

    None where the requirement is not a straight line in it, or does not rise.
    """
    others = [n for n in dict.fromkeys(hypothesis.requirement) if n != name]
    looked_at = np.array([TAIL, 0.5, 1.0 - TAIL])
    items = [spec.inputs[n] for n in others]
    ends = [item.values(looked_at) if item.is_random else [item.point] for item in items]
    corners = np.array(list(itertools.product(*ends)))
    given: Draws = dict(zip(others, corners.T, strict=True))
    with np.errstate(all="ignore"):
        rest, slope = _line(requirement, given, name)
        for x in spec.inputs[name].values(looked_at):
            off = requirement.value({**given, name: float(x)}) - (rest + slope * float(x))
            if not np.all(np.abs(off) < STRAIGHT):
                return None
    return np.atleast_1d(slope) if np.all(slope > 0) else None


def _chosen(
    names: Sequence[str], unknown: Mapping[str, Mask], size: int
) -> Iterator[tuple[Rows, str | None]]:
    """Yield rows and what is integrated there: the first of the inputs that is unknown, or none."""
    left = np.ones(size, dtype=np.bool_)
    for name in names:
        here = left & unknown[name]
        if here.all():
            yield slice(None), name
            return
        if here.any():
            yield np.flatnonzero(here), name
            left &= ~here
    if left.all():
        yield slice(None), None
    elif left.any():
        yield np.flatnonzero(left), None


def _taken(value: Value, rows: Rows) -> Value:
    """Return the values of some rows; what is known is known of all."""
    return value if isinstance(rows, slice) or np.ndim(value) == 0 else np.asarray(value)[rows]
