"""Given the trends, P(arrival <= y) is the requirement's CDF at what can be bought."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from bioanchors.model.convolution import TAIL, GridCdf, Histogram, Sum, Term, cumulated
from bioanchors.model.curves import Array, Value
from bioanchors.model.joint import Model
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.parameters import HypothesisInputs, Parameters


@dataclass(frozen=True, slots=True)
class Known:
    """A requirement that is a known number, with its weight by the low-end update."""

    log10_flop: float
    weight: float

    def __call__(self, x: Array) -> Array:
        """Return the weight where x is enough, else 0."""
        return np.where(x >= self.log10_flop, self.weight, 0.0)


Cdf = GridCdf | Known


class ConditionalCdf:
    """P(arrival <= y) given the trends: the CDF of one hypothesis' requirement.

    Parameters
    ----------
    parameters, model, hypothesis
        Whose requirement.
    sample
        Its sampled part in some replicate, by which the grid is chosen.
    """

    def __init__(
        self,
        parameters: Parameters,
        model: Model,
        hypothesis: HypothesisInputs,
        sample: Value,
    ) -> None:
        self.model = model
        formula = REQUIREMENTS[hypothesis.kind]
        added, others = formula.split(hypothesis.requirement)
        inputs = [parameters.inputs[name] for name in added]
        terms = [Term.of(item.cdf, item.values) for item in inputs if item.is_random]
        self.known = sum(item.point for item in inputs if not item.is_random)
        self.sum: Sum | None = None
        self.spread = 0.0
        if terms or np.ndim(sample):
            spread = float(np.std(sample)) if np.ndim(sample) else 0.0
            # The formulas are linear in each input: their extremes lie at the inputs' extremes.
            ends = [parameters.inputs[name].values(np.array([TAIL, 1.0 - TAIL])) for name in others]
            corners = dict(zip(others, np.array(list(itertools.product(*ends))).T, strict=True))
            reach = float(np.ptp(formula.rest(hypothesis.requirement, corners))) if ends else 0.0
            self.sum = Sum(terms, spread, reach)
            self.spread = self.sum.spread

    def collect(self) -> Collected:
        """Return what takes in the sampled part, block by block, of one replicate."""
        return Collected(self)


class Collected:
    """The sampled part of one replicate, as a histogram: it takes no memory for more draws."""

    def __init__(self, owner: ConditionalCdf) -> None:
        self._owner = owner
        self._known = 0.0
        self._histogram = None if owner.sum is None else Histogram(owner.sum.step)

    def add(self, sample: Value) -> None:
        """Take in a block of the sampled part."""
        value = sample + self._owner.known
        if self._histogram is None:
            self._known = float(value)
        else:
            self._histogram.add(np.atleast_1d(np.asarray(value)))

    def cdf(self) -> tuple[Cdf, float]:
        """Return the unnormalised CDF after the low-end update, and the mass that is left."""
        weigh = self._owner.model.weight
        if self._owner.sum is None or self._histogram is None:
            weight = weigh(self._known)
            left = 1.0 if weight is None else float(weight)
            return Known(self._known, left), left
        nodes, masses = self._owner.sum.masses_with(self._histogram)
        weight = weigh(nodes)
        if weight is not None:
            masses = masses * weight
        return cumulated(nodes, masses), float(masses.sum())
