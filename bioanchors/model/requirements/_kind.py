"""What a kind of hypothesis is: its formula, and what stands for each of the formula's terms."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from bioanchors.model.curves import Value
from bioanchors.model.keys import Key


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hypothesis.

    Attributes
    ----------
    about
        One line that says what it assumes.
    formula
        log10 training FLOP from its terms: log10 of positive quantities, arrays or known numbers.
    terms
        For each of the formula's arguments, in their order, the path of an input that hypotheses
        share, or the key of its own that has the argument's name.
    added
        Terms that enter as plain terms of the sum. Where they are independent, their distributions
        can be convolved instead of sampled.
    """

    about: str
    formula: Callable[..., Value]
    terms: Mapping[str, str | Key]
    added: frozenset[str]

    @property
    def shared(self) -> tuple[str, ...]:
        """Paths of the inputs that it shares with others."""
        return tuple(term for term in self.terms.values() if isinstance(term, str))

    @property
    def own(self) -> dict[str, Key]:
        """Its own keys, by name."""
        return {name: term for name, term in self.terms.items() if isinstance(term, Key)}

    def inputs(self, path: str) -> tuple[str, ...]:
        """Return the names of its inputs, in the order of its terms.

        Parameters
        ----------
        path
            Of the hypothesis' table.
        """
        return tuple(
            term if isinstance(term, str) else f"{path}.{name}" for name, term in self.terms.items()
        )

    def split(
        self, names: Sequence[str], correlated: Container[str] = ()
    ) -> tuple[list[str], list[str]]:
        """Return names of the added inputs that are independent, and of the others, in order."""
        added = [
            name
            for term, name in zip(self.terms, names, strict=True)
            if term in self.added and name not in correlated
        ]
        return added, [name for name in names if name not in added]

    def rest(
        self, names: Sequence[str], draws: Mapping[str, Value], correlated: Container[str] = ()
    ) -> Value:
        """Return the formula's value without the added terms that are independent."""
        added, _ = self.split(names, correlated)
        return self.formula(*(0.0 if name in added else draws[name] for name in names))
