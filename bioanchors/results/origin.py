"""How a forecast was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bioanchors import __version__

EVENT_MEANINGS = {
    "affordable": "somebody could buy a training run that is large enough",
    "trained": "a training run that is large enough could be finished",
    "deployed": "the model of a training run that is large enough could be in use",
}


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
        """Return what ``attrs`` made texts of."""
        names = attrs["pseudo_random_inputs"]
        return cls(
            seed=int(attrs["seed"]),
            sampler=attrs["sampler"],
            pseudo_random_inputs=tuple(names.split(", ")) if names else (),
            estimator=attrs["estimator"],
            precision=float(attrs["precision"]),
            error=float(attrs["error"]),
            stopped_by=attrs["stopped_by"],
            version=attrs["bioanchors_version"],
            created=attrs["created"],
        )


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
    pairs = [each.split("x") for each in text.split()]
    if not pairs or not all(len(pair) == 2 for pair in pairs):
        raise ValueError(f"rounds must be like 2048x128 2048x512, found {text!r}")
    return tuple((int(points), int(trend_points)) for points, trend_points in pairs)
