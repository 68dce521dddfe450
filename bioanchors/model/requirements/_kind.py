"""What a kind of hypothesis is: its formula, and what stands for each of the formula's terms."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

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
        log10 training FLOP from its terms, by their names: log10 of positive quantities, arrays or
        known numbers.
    terms
        For each of the formula's arguments, the path of an input that hypotheses share, or the key
        of its own that has the argument's name.
    added
        Terms that enter as plain terms of the sum. Where they are independent, their distributions
        can be convolved instead of sampled.
    scaled
        Terms that enter times a factor, and the terms on which the factor hangs. Where these are
        known numbers, the scaled ones can be convolved, too.
    optional
        Terms that a file may leave out: the formula does without.
    """

    about: str
    formula: Callable[..., Value]
    terms: Mapping[str, str | Key]
    added: frozenset[str]
    scaled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    @property
    def shared(self) -> tuple[str, ...]:
        """Paths of the inputs that it shares with others and needs."""
        return tuple(
            term
            for name, term in self.terms.items()
            if isinstance(term, str) and name not in self.optional
        )

    @property
    def own(self) -> dict[str, Key]:
        """Its own keys, by name."""
        return {name: term for name, term in self.terms.items() if isinstance(term, Key)}

    def inputs(self, path: str, given: Container[str]) -> dict[str, str]:
        """Return the input that stands for each term, without those that a file leaves out.

        Parameters
        ----------
        path
            Of the hypothesis' table.
        given
            Names of what the file gives.
        """
        names = {
            name: term if isinstance(term, str) else f"{path}.{name}"
            for name, term in self.terms.items()
        }
        return {
            term: name for term, name in names.items() if term not in self.optional or name in given
        }
