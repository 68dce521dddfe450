"""What is wrong with a layer, collected: every problem at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from bioanchors.parameters.problems import Problem, dotted, number
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tree import Layer


@dataclass
class Checker:
    """Collects problems of one merged layer.

    Attributes
    ----------
    layer
        What is checked.
    problems, warnings
        What was noted.
    told
        Paths about which all has been said: values that are wrong in themselves, and keys that
        a misspelt one was meant for.
    """

    layer: Layer
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    told: set[KeyPath] = field(default_factory=set)

    def add(self, path: KeyPath, message: str) -> None:
        """Note a problem at a key."""
        self.problems.append(Problem(self.layer.origin(path), dotted(path), message))

    def is_told(self, path: KeyPath) -> bool:
        """Whether all has been said about a path, or about a table around it."""
        return any(path[: i + 1] in self.told for i in range(len(path)))

    def missing(self, path: KeyPath, what: str) -> None:
        """Note a missing key, unless all has been said about it."""
        if not self.is_told(path):
            self.add(path, f"missing; needed: {what}")

    def conflict(
        self, first: tuple[KeyPath, float, str], second: tuple[KeyPath, float, str]
    ) -> None:
        """Note that two values exclude each other, at the one that was written last.

        Each comes with the word for how it would have to stand to the other.
        """
        first_age, second_age = (
            self.layer.age(self.layer.origin(p)) for p, _, _ in (first, second)
        )
        if second_age < first_age:
            first, second = second, first
        (path, value, word), (other, limit, _) = first, second
        self.add(
            path, f"found {number(value)}; allowed: {word} {other[-1]}, which is {number(limit)}"
        )
