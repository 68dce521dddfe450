"""Given the trends, P(arrival <= y) is the requirement's CDF at what can be bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bioanchors.model.convolution import GridCdf, Histogram, Sum, Term, cumulated
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
        self._model = model
        added, _ = REQUIREMENTS[hypothesis.kind].split(hypothesis.requirement)
        inputs = [parameters.inputs[name] for name in added]
        terms = [Term.of(item.cdf, item.values) for item in inputs if item.is_random]
        self._known = sum(item.point for item in inputs if not item.is_random)
        self._sum: Sum | None = None
        self.spread = 0.0
        if terms or np.ndim(sample):
            spread = float(np.std(sample)) if np.ndim(sample) else 0.0
            self._sum = Sum(terms, spread)
            self.spread = self._sum.spread

    def cdf(self, samples: list[Value]) -> tuple[Cdf, float]:
        """Return the unnormalised CDF after the low-end update, and the mass that is left.

        Parameters
        ----------
        samples
            The sampled part, block by block.
        """
        if self._sum is None:
            log10_flop = float(samples[0]) + self._known
            weight = self._model.weight(log10_flop)
            left = 1.0 if weight is None else float(weight)
            return Known(log10_flop, left), left
        histogram = Histogram(self._sum.step)
        for sample in samples:
            histogram.add(np.atleast_1d(np.asarray(sample)) + self._known)
        nodes, masses = self._sum.masses_with(histogram)
        weight = self._model.weight(nodes)
        if weight is not None:
            masses = masses * weight
        return cumulated(nodes, masses), float(masses.sum())
