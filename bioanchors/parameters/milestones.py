"""Which offsets add up to each milestone."""

from __future__ import annotations

from collections.abc import Mapping

from bioanchors.model.spec import BASE
from bioanchors.parameters.tables.milestones import Milestone


def chains(milestones: Mapping[str, Milestone]) -> dict[str, tuple[str, ...]]:
    """Return the names of the inputs that add up to each milestone's offset, ``"base"`` first.

    What a milestone is harder than comes before its own, so that of two in a chain the harder one
    has the offsets of the other and more.

    Raises
    ------
    KeyError
        If a milestone is harder than one that there is not.
    RecursionError
        If one is harder than itself.
    """

    def of(name: str) -> tuple[str, ...]:
        if name == BASE:
            return ()
        return (*of(milestones[name].harder_than or BASE), f"milestones.{name}.oom")

    return {name: of(name) for name in (BASE, *milestones)}
