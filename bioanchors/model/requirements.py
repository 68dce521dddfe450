"""Training FLOP that each kind of hypothesis asks for, with 2020 algorithms, in log10.

Each function takes log10 of positive quantities, arrays or known numbers, in the order of
``parameters/kinds.py``: inputs shared with other hypotheses first, then the kind's own.

References
----------
Cotra (2020), "Forecasting TAI with biological anchors", draft of July 2020; pages in the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bioanchors.model.curves import Value

LOG10_S_PER_YEAR = float(np.log10(365 * 86400))


def lifetime(brain: Value, lifetime_s: Value, oom_vs_lifetime: Value) -> Value:
    """Return the requirement of the lifetime hypothesis (pp. 105-106).

    Notes
    -----
    FLOP = brain FLOP/s x seconds from birth to adulthood x 10^(OOM against a lifetime's).
    """
    return brain + lifetime_s + oom_vs_lifetime


def neural_network(
    brain: Value,
    oom_vs_brain: Value,
    flop_per_parameter: Value,
    exponent: Value,
    reference_parameters: Value,
    samples_at_reference: Value,
    effective_horizon_s: Value,
) -> Value:
    """Return the requirement of a brain-like network (pp. 10-12, 36-45, 82-87).

    Notes
    -----
    FLOP = FLOP per subjective second x subjective seconds per sample x samples, where
    FLOP per subjective second = brain FLOP/s x 10^oom_vs_brain,
    parameters = FLOP per subjective second / flop_per_parameter, and
    samples = samples_at_reference x (parameters / reference_parameters)^exponent.
    """
    flop_per_subj_s = brain + oom_vs_brain
    parameters = flop_per_subj_s - flop_per_parameter
    samples = samples_at_reference + exponent * (parameters - reference_parameters)
    return flop_per_subj_s + effective_horizon_s + samples


def genome(
    brain: Value,
    oom_vs_brain: Value,
    exponent: Value,
    reference_parameters: Value,
    samples_at_reference: Value,
    parameters: Value,
    effective_horizon_s: Value,
) -> Value:
    """Return the requirement of the genome hypothesis (p. 102).

    Notes
    -----
    As the brain-like network, with the parameters those of the genome.
    """
    samples = samples_at_reference + exponent * (parameters - reference_parameters)
    return brain + oom_vs_brain + effective_horizon_s + samples


def evolution(
    ancestor_flop_per_s: Value, population: Value, duration_years: Value, oom_vs_evolution: Value
) -> Value:
    """Return the requirement of the evolution hypothesis (pp. 109-110).

    Notes
    -----
    FLOP = FLOP/s of the average ancestor x ancestors alive x years x seconds per 365-day year
    x 10^(OOM against evolution's).
    """
    return ancestor_flop_per_s + population + duration_years + LOG10_S_PER_YEAR + oom_vs_evolution


def direct(training_flop: Value) -> Value:
    """Return a requirement that is stated outright."""
    return training_flop


@dataclass(frozen=True, slots=True)
class Requirement:
    """A kind's formula, and which of its inputs it merely adds.

    Attributes
    ----------
    formula
        log10 FLOP from the inputs.
    added
        Places, among the formula's arguments, of inputs that enter as plain terms of the sum. Where
        they are independent, their distributions can be convolved instead of sampled.
    """

    formula: Callable[..., Value]
    added: frozenset[int]

    def split(
        self, names: Sequence[str], correlated: Container[str] = ()
    ) -> tuple[list[str], list[str]]:
        """Return names of the added inputs that are independent, and of the others, in order."""
        added = [n for i, n in enumerate(names) if i in self.added and n not in correlated]
        return added, [name for name in names if name not in added]

    def rest(
        self, names: Sequence[str], draws: Mapping[str, Value], correlated: Container[str] = ()
    ) -> Value:
        """Return the formula's value without the added terms that are independent."""
        added, _ = self.split(names, correlated)
        return self.formula(*(0.0 if name in added else draws[name] for name in names))


REQUIREMENTS: dict[str, Requirement] = {
    "lifetime": Requirement(lifetime, frozenset({0, 1, 2})),
    "neural_network": Requirement(neural_network, frozenset({5, 6})),
    "genome": Requirement(genome, frozenset({0, 1, 4, 6})),
    "evolution": Requirement(evolution, frozenset({0, 1, 2, 3})),
    "direct": Requirement(direct, frozenset({0})),
}
"""The formula of each kind."""
