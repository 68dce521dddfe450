"""Groups of inputs, as people argue about them."""

from __future__ import annotations

from collections.abc import Sequence

from bioanchors.results.responses import HYPOTHESIS, NONE

CHOICE = "hypothesis choice"

_TABLES = {"network": "brain"}


def input_group(name: str) -> str:
    """Return the group of an input.

    ``brain`` (with ``network``), ``scaling``, ``horizon`` (effective horizon lengths), ``anchors``
    (what else hypotheses ask for), ``algorithms``, ``hardware``, ``spending``, ``economy``,
    ``lag``, each ``changes.NAME``, ``evidence`` (how sharply runs refute), and ``hypothesis
    choice`` (which one, or none, holds).
    """
    if name in (HYPOTHESIS, NONE):
        return CHOICE
    parts = name.split(".")
    if parts[0] == "changes":
        return ".".join(parts[:2])
    if "algorithms" in parts:
        return "algorithms"
    if parts[0] == "hypotheses":
        return "horizon" if parts[-1] == "effective_horizon_s" else "anchors"
    return _TABLES.get(parts[0], parts[0])


def by_group(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return inputs by group, in the order in which the groups first come."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(input_group(name), []).append(name)
    return {group: tuple(members) for group, members in groups.items()}
