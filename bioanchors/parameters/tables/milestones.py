"""Other events on the same draws."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bioanchors.model.keys import REALS, Key
from bioanchors.parameters.quantities.families import Quantity
from bioanchors.parameters.quantities.specs import Table


class Milestone(Table):
    """Another event on the same draws, which asks for more or for less training FLOP."""

    harder_than: str | None = Field(
        default=None, description='the milestone to whose FLOP oom is added; if left out, "base"'
    )
    oom: Annotated[
        Quantity | None,
        Key(
            "training FLOP against what the hypotheses ask for; with harder_than, against that "
            "milestone, and at least 0",
            "OOM",
            REALS,
            -50,
            50,
        ),
    ] = None
