"""How a forecast was made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bioanchors import __version__
from bioanchors.model.spec import BASE
from bioanchors.parameters import Parameters, found
from bioanchors.sampling.streams import MOST_POINTS, Plan

EVENT_MEANINGS = {
    "affordable": "somebody could buy a training run that is large enough",
    "trained": "a training run that is large enough could be finished",
    "deployed": "the model of a training run that is large enough could be in use",
}


def event_meaning(parameters: Parameters) -> str:
    """Return what it is that happens, in words."""
    milestone = "" if parameters.milestone == BASE else f", of milestone {parameters.milestone}"
    return EVENT_MEANINGS[parameters.event] + milestone


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Origin:
    """Seed, sampler, accuracy, version and time of a run.

    Attributes
    ----------
    seed, sampler
        As given to ``run``.
    pseudo_random_inputs
        Inputs whose Sobol' column was taken, which hence drew pseudo-random numbers.
    estimator, precision
        As given to ``run``.
    error
        Largest standard error of the probability of arrival by a whole year.
    stopped_by
        What ended the adding of points: ``"precision"`` where it was reached, else ``"points"``
        or ``"time"``; ``"reweighting"`` where other weights came after and it no longer is.
    version
        Of this package.
    created
        ISO 8601, UTC.
    """

    seed: int
    sampler: str
    pseudo_random_inputs: tuple[str, ...] = ()
    estimator: str = "count"
    precision: float = 0.0
    error: float = 0.0
    stopped_by: str = "points"
    version: str = __version__
    created: str = field(default_factory=_now)

    def attrs(self) -> dict[str, str]:
        """Return the same as texts, which every file format takes."""
        return {
            "seed": str(self.seed),
            "sampler": self.sampler,
            "pseudo_random_inputs": ", ".join(self.pseudo_random_inputs),
            "estimator": self.estimator,
            "precision": repr(self.precision),
            "error": repr(self.error),
            "stopped_by": self.stopped_by,
            "bioanchors_version": self.version,
            "created": self.created,
        }

    @classmethod
    def of_attrs(cls, attrs: Mapping[str, Any]) -> Origin:
        """Return what ``attrs`` made texts of.

        Raises
        ------
        ValueError
            If any of them is missing, or is not what such a text can be.
        """
        told = {name: _checked(attrs, name) for name in ALLOWED}
        names = told["pseudo_random_inputs"]
        return cls(
            seed=int(told["seed"]),
            sampler=told["sampler"],
            pseudo_random_inputs=tuple(names.split(", ")) if names else (),
            estimator=told["estimator"],
            precision=float(told["precision"]),
            error=float(told["error"]),
            stopped_by=told["stopped_by"],
            version=told["bioanchors_version"],
            created=told["created"],
        )


_NUMBER = r"[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?"
ALLOWED = {
    "seed": (r"-?[0-9]{1,1000}", "a whole number"),
    "sampler": ("sobol|random", "sobol or random"),
    "pseudo_random_inputs": (r"([A-Za-z0-9_.-]+(, [A-Za-z0-9_.-]+)*)?", "names of inputs"),
    "estimator": ("integrate|count", "integrate or count"),
    "precision": (_NUMBER, "a number above 0"),
    "error": (f"{_NUMBER}|inf|nan", "a number"),
    "stopped_by": ("precision|points|time|reweighting", "precision, points, time or reweighting"),
    "bioanchors_version": (r"[A-Za-z0-9.+!_-]{1,60}", "a version"),
    "created": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9:]{5})?", "an ISO 8601 time"),
}
"""What each text of ``Origin.attrs`` may be, and how to say so."""


def _checked(attrs: Mapping[str, Any], name: str) -> str:
    pattern, allowed = ALLOWED[name]
    if name not in attrs:
        raise ValueError(f"does not say its {name}; needed: a whole export of bioanchors")
    # A spreadsheet has no empty texts.
    value = "" if attrs[name] is None else attrs[name]
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise ValueError(f"{name}: {found(value)}; allowed: {allowed}")
    return value


MOST_ROUNDS = 64
"""Each doubles points of one kind at least, of which there may be 2^30."""


def rounds_text(rounds: Sequence[tuple[int, int]]) -> str:
    """Write points and trend points of each round: ``"2048x128 2048x512"``."""
    return " ".join(f"{points}x{trend_points}" for points, trend_points in rounds)


def rounds_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the rounds of ``rounds_text``.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    pairs = re.findall(r"([0-9]{1,10})x([0-9]{1,10})(?: |$)", text)
    rounds = tuple((int(points), int(trend_points)) for points, trend_points in pairs)
    if not 0 < len(rounds) <= MOST_ROUNDS or rounds_text(rounds) != text:
        raise ValueError(f"rounds: {found(text)}; allowed: such as 2048x128 2048x512")
    return rounds


def check_rounds(rounds: Sequence[tuple[int, int]], replicates: int, estimator: str) -> None:
    """Check that a run could have had these rounds: powers of two, and not too many points.

    Raises
    ------
    ValueError
        If it could not.
    """
    for each in {number for pair in rounds for number in pair} - {0}:
        if Plan.of(min(each * replicates, MOST_POINTS), replicates).points != each:
            raise ValueError(
                f"found {each} points of each of {replicates} replicates; allowed: a power of two, "
                f"and {MOST_POINTS} in all"
            )
    if not all(points and (trend or estimator == "count") for points, trend in rounds):
        raise ValueError("found a round without points; allowed: such as 2048x128 2048x512")
