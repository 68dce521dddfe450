"""How a forecast was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bioanchors import __version__

EVENT = "affordable"
EVENT_MEANING = "somebody could buy a training run that is large enough"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Origin:
    """Seed, sampler, version and time of a run.

    Attributes
    ----------
    seed, sampler
        As given to ``run``.
    pseudo_random_inputs
        Inputs whose Sobol' column was taken, which hence drew pseudo-random numbers.
    version
        Of this package.
    created
        ISO 8601, UTC.
    """

    seed: int
    sampler: str
    pseudo_random_inputs: tuple[str, ...] = ()
    version: str = __version__
    created: str = field(default_factory=_now)

    def attrs(self) -> dict[str, str]:
        """Return the same as texts, which every file format takes."""
        return {
            "seed": str(self.seed),
            "sampler": self.sampler,
            "pseudo_random_inputs": ", ".join(self.pseudo_random_inputs),
            "bioanchors_version": self.version,
            "created": self.created,
        }

    @classmethod
    def of_attrs(cls, attrs: Mapping[str, Any]) -> Origin:
        """Return what ``attrs`` made texts of."""
        names = attrs["pseudo_random_inputs"]
        return cls(
            int(attrs["seed"]),
            attrs["sampler"],
            tuple(names.split(", ")) if names else (),
            attrs["bioanchors_version"],
            attrs["created"],
        )
