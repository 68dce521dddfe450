"""What is wrong with a parameter file, said so that its author can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bioanchors.parameters.toml_text import toml_value

LONGEST_FOUND = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written: a file and a line, or the option that set it."""

    label: str
    line: int | None = None

    def __str__(self) -> str:
        return self.label if self.line is None else f"{self.label}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, at which key, and what is allowed instead."""

    origin: Origin
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.origin}: {self.key}" if self.key else str(self.origin)
        return f"{where}: {self.message}"


class BadParameters(ValueError):  # noqa: N818 - it holds many problems
    """A parameter file, or an edit of it, that cannot be used.

    Attributes
    ----------
    problems
        Every problem found, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def found(value: object) -> str:
    """``found ...`` with the value as TOML writes it, cut to a readable length."""
    try:
        text = toml_value(value)
    except (TypeError, ValueError, RecursionError):
        # An infinity, a date or the like: Python's own word for it is clear enough.
        text = str(value) if isinstance(value, float) else f"a {type(value).__name__}"
    if len(text) > LONGEST_FOUND:
        text = text[: LONGEST_FOUND - 3] + "..."
    return f"found {text}"


def nearest(name: str, known: Sequence[str]) -> str:
    """``; did you mean "..."?`` for a misspelt name, or nothing."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def dotted(path: Iterable[str | int]) -> str:
    """Return a key's path as a person writes it: ``hypotheses.genome.weight``, ``values[2]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
