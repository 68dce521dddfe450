"""Fuzzing: inputs mutated at random must end well, or in one clear message."""

from dataclasses import dataclass, field


@dataclass
class Counts:
    """What became of the inputs tried, by their kind, and what went wrong."""

    accepted: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, kind: str, is_accepted: bool, fault: str = "", made: str = "") -> None:
        """Count an input, or a fault with what made it."""
        if fault:
            self.faults.append(f"{kind}: {fault}\n{made}")
            return
        tally = self.accepted if is_accepted else self.refused
        tally[kind] = tally.get(kind, 0) + 1

    @property
    def inputs(self) -> int:
        """How many inputs were tried."""
        return sum(self.accepted.values()) + sum(self.refused.values()) + len(self.faults)

    def __str__(self) -> str:
        rows = [
            f"{kind}: {self.accepted.get(kind, 0)} accepted, {self.refused.get(kind, 0)} refused"
            for kind in sorted({*self.accepted, *self.refused})
        ]
        return "\n".join([f"{self.inputs} inputs, {len(self.faults)} faults", *rows, *self.faults])
