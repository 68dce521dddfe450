"""What one hypothesis asks for: its kind's formula of its inputs, times its further factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bioanchors.model.curves import Array, Value
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.spec import HypothesisInputs, Input, Spec


@dataclass(frozen=True)
class Scaled:
    """An input times a known factor, which is not 0: one term of a sum."""

    item: Input
    factor: float

    def cdf(self, x: Array) -> Array:
        """Return the CDF at values in the model's unit."""
        places = np.asarray(x) / self.factor
        if self.factor > 0:
            return self.item.cdf(places)
        return 1.0 - self.item.cdf(np.nextafter(places, -np.inf))

    def values(self, u: Array) -> Array:
        """Return quantiles in the model's unit."""
        return self.factor * self.item.values(u if self.factor > 0 else 1.0 - u)


class Requirement:
    """log10 training FLOP of a hypothesis: a sampled part, and terms that are merely added to it.

    Parameters
    ----------
    spec, hypothesis
        Whose requirement.

    Attributes
    ----------
    added
        Names of the inputs that enter as terms of a sum and are independent of all others, and by
        which known factor each.
    others
        Names of its other inputs.
    """

    def __init__(self, spec: Spec, hypothesis: HypothesisInputs) -> None:
        self._spec, self._hypothesis = spec, hypothesis
        self._kind = REQUIREMENTS[hypothesis.kind]
        self._terms = dict(hypothesis.terms)
        factors = {name: self._factor(term) for term, name in hypothesis.terms}
        factors |= dict.fromkeys(hypothesis.factors, 1.0)
        self.added = {
            name: factor
            for name, factor in factors.items()
            if factor and name not in spec.correlated
        }
        self.others = tuple(name for name in factors if name not in self.added)

    @property
    def key(self) -> tuple[object, ...]:
        """What its sampled part hangs on: two with the same one have the same."""
        terms = tuple(term for term in self._hypothesis.terms if term[1] not in self.added)
        return (self._hypothesis.kind, terms, self.others)

    @cached_property
    def terms(self) -> tuple[Input | Scaled, ...]:
        """The added inputs, each times its factor."""
        inputs = self._spec.inputs
        return tuple(
            inputs[name] if factor == 1.0 else Scaled(inputs[name], factor)
            for name, factor in self.added.items()
            if inputs[name].is_random
        )

    @cached_property
    def known(self) -> float:
        """Sum of the added inputs that are known numbers."""
        inputs = self._spec.inputs
        return sum(
            factor * inputs[name].point
            for name, factor in self.added.items()
            if not inputs[name].is_random
        )

    def value(self, draws: Mapping[str, Value]) -> Value:
        """Return it whole."""
        own = self._kind.formula(**{term: draws[name] for term, name in self._terms.items()})
        return sum((draws[name] for name in self._hypothesis.factors), own)

    def rest(self, draws: Mapping[str, Value]) -> Value:
        """Return its sampled part: without the added inputs, of which no draws are needed."""
        return self.value({**draws, **dict.fromkeys(self.added, 0.0)})

    def _factor(self, term: str) -> float:
        """Return by what a term enters the sum, 0 where it does so in another way."""
        if term in self._kind.added:
            return 1.0
        hangs_on = [other for other in self._kind.scaled.get(term, ()) if other in self._terms]
        inputs = [self._spec.inputs[self._terms[other]] for other in hangs_on]
        if term not in self._kind.scaled or any(item.is_random for item in inputs):
            return 0.0
        terms = {
            **dict.fromkeys(self._terms, 0.0),
            **{other: item.point for other, item in zip(hangs_on, inputs, strict=True)},
        }
        without, one = (self._kind.formula(**{**terms, term: value}) for value in (0.0, 1.0))
        return float(one - without)
