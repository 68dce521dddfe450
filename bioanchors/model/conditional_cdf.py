"""Given the trends, P(arrival <= y) is the requirement's CDF at what can be bought."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bioanchors.model.convolution import NARROW, TAIL, GridCdf, Histogram, Sum, Term, cumulated
from bioanchors.model.curves import Array, Value
from bioanchors.model.joint import Model
from bioanchors.model.low_end_update import ramp_weight
from bioanchors.model.spec import HypothesisInputs

RAMP_PLACES = 4097


@dataclass(frozen=True, slots=True)
class Known:
    """A requirement that is a known number, with its weight by the low-end update."""

    log10_flop: float
    weight: float

    def __call__(self, x: Array) -> Array:
        """Return the weight where x is enough, else 0."""
        return np.where(x >= self.log10_flop, self.weight, 0.0)


class OneTerm:
    """A requirement of which one term alone is random: its CDF, on no grid.

    Parameters
    ----------
    cdf, known
        The term's CDF, and the sum of the others.
    ramp
        Ends of the low-end update, if there is one.
    left
        Mass that it leaves, where that is known better than by the CDF.

    Attributes
    ----------
    left
        Mass that the low-end update leaves.

    Notes
    -----
    With the ramp w from a to b, the mass up to x is, integrated by parts,
    w(x) F(x) - (I(min(x, b)) - I(a)) / (b - a), where I is the integral of F; with a cut at a it is
    F(x) - P(X < a) from a on.
    """

    def __init__(
        self,
        cdf: Callable[[Array], Array],
        known: float,
        ramp: tuple[float, float] | None,
        left: float | None = None,
    ) -> None:
        self._cdf, self._known, self._ramp = cdf, known, ramp
        self.left = 1.0
        if ramp is not None and ramp[0] == ramp[1]:
            self._places = np.array(ramp[:1])
            below = cdf(np.nextafter(self._places - known, -np.inf))
            self.left = 1.0 - float(below[0]) if left is None else left
            self._taken = np.array([1.0 - self.left])
        elif ramp is not None:
            self._places = np.linspace(*ramp, RAMP_PLACES)
            fine = cdf(np.linspace(*ramp, 2 * RAMP_PLACES - 1) - known)
            pieces = (fine[:-2:2] + 4.0 * fine[1:-1:2] + fine[2::2]) / (6.0 * (RAMP_PLACES - 1))
            self._taken = np.concatenate([[0.0], np.cumsum(pieces)])
            self.left = 1.0 - float(self._taken[-1])

    def __call__(self, x: Array) -> Array:
        """Return the unnormalised CDF at places of any shape."""
        mass = self._cdf(x - self._known)
        if self._ramp is None:
            return mass
        taken = np.interp(x, self._places, self._taken)
        return np.asarray(np.maximum(ramp_weight(x, *self._ramp) * mass - taken, 0.0))


Cdf = GridCdf | Known | OneTerm


class ConditionalCdf:
    """P(arrival <= y) given the trends: the CDF of one hypothesis' requirement.

    Parameters
    ----------
    model, hypothesis
        Whose requirement.
    sample
        Its sampled part in some replicate, by which the grid is chosen.
    trends_known
        Whether it is asked at few places only, so that no grid is needed.

    Attributes
    ----------
    is_all_sampled
        Whether no smooth term reaches beyond the rarest draw of the sampled part.
    """

    def __init__(
        self,
        model: Model,
        hypothesis: HypothesisInputs,
        sample: Value,
        trends_known: bool,
    ) -> None:
        self.model = model
        spec = model.spec
        requirement = model.requirements[hypothesis.name]
        self.source: object = requirement.key
        terms = [Term.of(item.cdf, item.values) for item in requirement.terms]
        self.known = requirement.known
        self.is_all_sampled = bool(np.ndim(sample)) and not terms
        self._only = terms[0] if len(terms) == 1 and not np.ndim(sample) else None
        self.term = self._only if trends_known else None
        self.sum: Sum | None = None
        self.spread = 0.0
        if self.term is None and (terms or np.ndim(sample)):
            spread = float(np.std(sample)) if np.ndim(sample) else 0.0
            # The formulas rise or fall in each input: their extremes lie at the inputs' extremes.
            others = requirement.others
            ends = [spec.inputs[name].values(np.array([TAIL, 1.0 - TAIL])) for name in others]
            corners = dict(zip(others, np.array(list(itertools.product(*ends))).T, strict=True))
            reach = float(np.ptp(requirement.rest(corners))) if ends else 0.0
            self.sum = Sum(terms, spread, reach, self.known)
            self.spread = self.sum.spread

    def updated(self, cdf: GridCdf, known: float) -> OneTerm | None:
        """Return the CDF after a low-end update that is too narrow to weigh nodes by, else None."""
        ramp = self.model.spec.ramp
        if ramp is None or ramp[1] - ramp[0] >= NARROW * cdf.step:
            return None
        if ramp[0] == ramp[1] and self._only is not None:
            # The grid spreads what has mass of its own over the cells around it; the term does not.
            return OneTerm(cdf, 0.0, ramp, OneTerm(self._only.cdf, known, ramp).left)
        return OneTerm(cdf, 0.0, ramp)

    def collect(self, shared: dict[tuple[object, float], Histogram]) -> Collected:
        """Return what takes in the sampled part, block by block, of one replicate.

        Parameters
        ----------
        shared
            Histograms of the replicate: hypotheses with the same sampled part, such as networks
            that differ in their horizons alone, share one.
        """
        if self.sum is None:
            return Collected(self, None, adds=False)
        key = (self.source, self.sum.step)
        adds = key not in shared
        return Collected(self, shared.setdefault(key, Histogram(self.sum.step)), adds)


class Collected:
    """The sampled part of one replicate, as a histogram: it takes no memory for more draws."""

    def __init__(self, owner: ConditionalCdf, histogram: Histogram | None, adds: bool) -> None:
        self._owner, self._histogram, self._adds = owner, histogram, adds
        self._known = owner.known

    def add(self, sample: Value) -> None:
        """Take in a block of the sampled part."""
        if self._histogram is None:
            self._known = float(sample + self._owner.known)
        elif self._adds:
            self._histogram.add(np.atleast_1d(np.asarray(sample)))

    def cdf(self) -> tuple[Cdf, float]:
        """Return the unnormalised CDF after the low-end update, and the mass that is left."""
        if self._owner.term is not None:
            exact = OneTerm(self._owner.term.cdf, self._known, self._owner.model.spec.ramp)
            return exact, exact.left
        weigh = self._owner.model.weight
        if self._owner.sum is None or self._histogram is None:
            weight = weigh(self._known)
            left = 1.0 if weight is None else float(weight)
            return Known(self._known, left), left
        nodes, masses = self._owner.sum.masses_with(self._histogram)
        updated = self._owner.updated(cumulated(nodes, masses), self._known)
        if updated is not None:
            return updated, updated.left
        weight = weigh(nodes)
        if weight is not None:
            masses = masses * weight
        made = cumulated(nodes, masses)
        # Of the CDF itself, which has made up for what cut tails and products leave.
        return made, float(made.values[-1])
