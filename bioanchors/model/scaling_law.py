"""Loss of a language model by its parameters and the tokens it was trained on: two power laws.

References
----------
Kaplan, J. et al. (2020), "Scaling laws for neural language models", arXiv:2001.08361, eq. 1.5.
Hoffmann, J. et al. (2022), "Training compute-optimal large language models", arXiv:2203.15556,
approach 3.
Besiroglu, T. et al. (2024), "Chinchilla scaling: a replication attempt", arXiv:2404.10102.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bioanchors.model.curves import LN10, Value

LOG10_6 = float(np.log10(6.0))
"""Training takes six FLOP per parameter and token (Kaplan et al. 2020, section 2.1), log10."""

SHARED = ("parameters_exponent", "data_exponent")
FORMS: dict[str, tuple[str, ...]] = {
    "chinchilla": ("parameters_coefficient", *SHARED[:1], "data_coefficient", *SHARED[1:]),
    "kaplan": ("critical_parameters", *SHARED[:1], "critical_tokens", *SHARED[1:]),
}
"""Each form of the law, and its constants by the names that a file gives them."""

TABLE = "scaling_law"


@dataclass(frozen=True, slots=True)
class ScalingLaw:
    """The law A N^-a + B D^-b = r of N parameters and D tokens.

    Attributes
    ----------
    log10_a, a
        Of the term of parameters: log10 of its coefficient, and its exponent.
    log10_b, b
        The same of the term of tokens.
    power
        r is the loss, above what no model gets below, to this power.

    Notes
    -----
    Chinchilla's form is this with r the loss above the irreducible one, nats a token. Kaplan's,
    L = ((Nc / N)^(aN / aD) + Dc / D)^aD, is this with r = L^(1 / aD), a = aN / aD, A = Nc^a, b = 1
    and B = Dc.
    """

    log10_a: Value
    a: Value
    log10_b: Value
    b: Value
    power: Value = 1.0

    @classmethod
    def of(cls, constants: Mapping[str, Value]) -> ScalingLaw:
        """Make the law of its constants, in log10 but for exponents; those of Kaplan's form or not.

        Parameters
        ----------
        constants
            By the names that ``FORMS`` has; others are not looked at.
        """
        a, b = (constants[name] for name in SHARED)
        if "critical_tokens" not in constants:
            return cls(constants["parameters_coefficient"], a, constants["data_coefficient"], b)
        ratio = a / b
        return cls(
            ratio * constants["critical_parameters"],
            ratio,
            constants["critical_tokens"],
            1.0,
            1.0 / b,
        )

    @classmethod
    def drawn(cls, draws: Mapping[str, Value]) -> ScalingLaw:
        """Make the law of draws of a file's inputs."""
        start = f"{TABLE}."
        return cls.of(
            {name.removeprefix(start): each for name, each in draws.items() if start in name}
        )

    def loss(self, parameters: Value, tokens: Value) -> Value:
        """Return log10 of the loss, in Chinchilla's form of what is above the irreducible one.

        Parameters
        ----------
        parameters, tokens
            log10; infinite where there is no limit.
        """
        return self._sum(parameters, tokens) / self.power

    def parameters(self, loss: Value) -> Value:
        """Return log10 parameters of the cheapest run that reaches a loss, log10."""
        r = self.power * loss
        return (self.log10_a + np.log10((self.a + self.b) / self.b) - r) / self.a

    def tokens(self, loss: Value) -> Value:
        """Return log10 tokens of the cheapest run that reaches a loss, log10."""
        r = self.power * loss
        return (self.log10_b + np.log10((self.a + self.b) / self.a) - r) / self.b

    def flop(self, loss: Value) -> Value:
        """Return log10 FLOP of the cheapest run that reaches a loss, log10.

        Notes
        -----
        The least 6 N D with A N^-a + B D^-b = r has A N^-a = r b / (a + b) and
        B D^-b = r a / (a + b). log10 FLOP is linear in log10 r, with slope -(a + b) / (a b).
        """
        return LOG10_6 + self.parameters(loss) + self.tokens(loss)

    def best_loss(self, flop: Value) -> Value:
        """Return log10 of the least loss that so many FLOP reach, log10."""
        return (self.flop(0.0) - flop) * (self.a * self.b / (self.a + self.b)) / self.power

    def best_tokens(self, flop: Value) -> Value:
        """Return log10 tokens with which so many FLOP, log10, reach the least loss."""
        return self.tokens(self.best_loss(flop))

    def with_tokens(self, flop: Value, most: Value) -> Value:
        """Return log10 FLOP of the smaller run, tokens unlimited, of a loss that data limit.

        Parameters
        ----------
        flop
            log10 FLOP of the run.
        most
            log10 tokens that there are.

        Notes
        -----
        Where the optimum takes no more tokens than there are, the run itself. Else its parameters
        are C / (6 D), its loss is that of them and of all tokens, and the FLOP those of the
        cheapest run of that loss. Continuous, and so is its slope; never above the run.
        """
        limited = self.flop(self.loss(flop - LOG10_6 - most, most))
        return np.where(self.best_tokens(flop) <= most, flop, np.minimum(limited, flop))

    def _sum(self, parameters: Value, tokens: Value) -> Value:
        """Return log10 of A N^-a + B D^-b."""
        terms = self.log10_a - self.a * parameters, self.log10_b - self.b * tokens
        return np.logaddexp(LN10 * terms[0], LN10 * terms[1]) / LN10
