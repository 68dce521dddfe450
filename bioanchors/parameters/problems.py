"""What is wrong with a parameter file, said so that its author can mend it."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bioanchors.model.keys import Key
from bioanchors.parameters.reading.toml_text import toml_key, toml_value
from bioanchors.visible import shortened, visible


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
        where = str(self.origin)
        if self.key and where != f"--set {self.key}":
            where += f": {self.key}"
        return on_one_line(f"{where}: {self.message}")


class BadParameters(ValueError):  # noqa: N818 - it holds many problems
    """A parameter file, or an edit of it, that cannot be used.

    Attributes
    ----------
    problems
        Every problem found, once, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[BadParameters], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def found(value: object) -> str:
    """``found ...`` with the value as TOML writes it, cut to a readable length."""
    try:
        text = toml_value(value)
    except (TypeError, ValueError, RecursionError):
        # An infinity, a date or the like: Python's own word for it is clear enough.
        text = str(value) if isinstance(value, float | dt.date) else f"a {type(value).__name__}"
    return f"found {shortened(text)}"


def number(value: float) -> str:
    """Write a finite number as a person does: ``2100``, ``1e15``, ``0.001``."""
    return toml_value(value).removesuffix(".0")


def allowed(key: Key) -> str:
    """Say within which bounds a plain number must lie."""
    unit = f" {key.unit}" if key.unit else ""
    return f"{number(key.low)} to {number(key.high)}{unit}"


def on_one_line(text: str) -> str:
    """Write line breaks, control characters and what is no character at all as escapes."""
    # Not even a no-break space: where a number is expected, that is often the very mistake.
    return visible(text, kept="")


def closest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that a misspelt one was probably meant for, if any."""
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    near += [other for other in known if len(name) > 1 and other.startswith(f"{name}_")]
    return near[0] if near else None


def nearest(name: str, known: Sequence[str]) -> str:
    """``; did you mean "..."?`` for a misspelt name, or nothing."""
    near = closest(name, known)
    return f'; did you mean "{near}"?' if near else ""


def dotted(path: Iterable[str | int]) -> str:
    """Return a key's path as a person writes it: ``hypotheses.genome.weight``, ``values[2]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + shortened(toml_key(part))
    return text
