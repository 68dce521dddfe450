"""What some formats need to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bioanchors.formats.question import Question

DRAWS = 4096


@dataclass(frozen=True)
class Asked:
    """What some formats need to know.

    Attributes
    ----------
    points
        Joint draws, for ``draws``.
    question
        For ``metaculus``.
    condition
        For ``metaculus``: give the forecast given arrival by the upper bound.
    is_full
        For ``json``: every number, not only what people read.
    """

    points: int = DRAWS
    question: Question | None = None
    condition: bool = False
    is_full: bool = False
