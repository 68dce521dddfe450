"""Groups of inputs and of parameters, as people argue about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from itertools import combinations

from bioanchors.engine.response import HYPOTHESIS, NONE
from bioanchors.parameters import Difference, KeyPath, Parameters, dotted, place_of
from bioanchors.parameters.shape import STAR, family_of

CHOICE = "hypothesis choice"
MOST_GROUPS = 8
WEIGHTS, ADDED, EVIDENCE, LAG = "weights", "hypotheses", "evidence", "lag"
CORRELATIONS = "correlations"
EVENT = ("forecast", "event")

ALIKE = (
    ("spending", "economy"),
    ("anchors", "low_end_update"),
    ("anchors", "horizon"),
    ("brain", "scaling"),
    ("brain", "anchors"),
    ("hardware", "spending"),
)
"""What is put together first where there are too many groups."""


_TABLES = {"network": "brain"}

ALONE = (
    ("research",),
    ("changes",),
    ("interventions",),
    ("lag", "delays"),
    ("milestones",),
    ("hypotheses", STAR, "factors"),
)
"""Families of which each table is a group of its own."""


def input_group(name: str) -> str:
    """Return the group of an input.

    ``brain`` (with ``network``), ``scaling``, ``horizon`` (effective horizon lengths), ``anchors``
    (what else hypotheses ask for), ``algorithms``, ``hardware``, ``spending``, ``economy``,
    ``lag``, each ``changes.NAME``, ``interventions.NAME``, ``lag.delays.NAME``,
    ``milestones.NAME`` and further factor of a hypothesis, ``evidence`` (how sharply runs refute),
    and ``hypothesis choice`` (which one, or none, holds).
    """
    if name in (HYPOTHESIS, NONE):
        return CHOICE
    parts = name.split(".")
    family = family_of(tuple(parts))
    if family is not None and family.path in ALONE:
        return ".".join(parts[: len(family.path) + 1])
    if "algorithms" in parts:
        return "algorithms"
    if parts[0] == "hypotheses":
        return "horizon" if parts[-1].endswith("_horizon_s") else "anchors"
    return _TABLES.get(parts[0], parts[0])


def by_group(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return inputs by group, in the order in which the groups first come."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(input_group(name), []).append(name)
    return {group: tuple(members) for group, members in groups.items()}


def parameter_group(path: KeyPath) -> str:
    """Return the group of a parameter.

    As of inputs (``brain``, ``scaling``, ``horizon``, ``anchors``, ``algorithms``, ``hardware``,
    ``spending``, ``economy``), and ``weights`` (with ``none``), ``hypotheses`` (those that one file
    has alone, and tables that only they need), ``low_end_update``, ``evidence``, ``lag`` (with the
    event) and ``correlations``.
    """
    if path[0] == "none" or path[-1] == "weight":
        return WEIGHTS
    if path[0] == "hypotheses" and len(path) == 2:
        return ADDED
    if path[0] in ("brain", "network", "scaling", "scaling_law") and len(path) == 1:
        return ADDED
    if path[0] == "forecast":
        return LAG if path[-1] == "event" else "window"
    return input_group(dotted(path))


class Grouping:
    """Groups of the parameters in which two files differ.

    Parameters
    ----------
    first, second
        The files.
    found
        Where they differ.

    Attributes
    ----------
    members
        Names of merged groups, and the groups in them.
    notes
        What was merged, and why.
    """

    def __init__(self, first: Parameters, second: Parameters, found: Sequence[Difference]) -> None:
        self._trees = [first.resolved, second.resolved]
        lags = any(parameter_group(each.path) == LAG and each.path != EVENT for each in found)
        self._event = LAG if lags else EVENT[-1]
        names = dict.fromkeys(self._fine(difference.path) for difference in found)
        names.pop("window", None)
        self.members: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
        self.notes: list[str] = []
        if first.event != second.event and lags:
            self.notes.append(f"{LAG}: with the event, {first.event} -> {second.event}")
        self._close(first, second)
        for one, other in ALIKE:
            if len(self.members) <= MOST_GROUPS:
                break
            self.merge(one, other, f"more than {MOST_GROUPS} groups differ")
        while len(self.members) > MOST_GROUPS:
            *_, one, other = self.members
            self.merge(one, other, f"more than {MOST_GROUPS} groups differ")

    def _fine(self, path: KeyPath) -> str:
        return self._group(place_of(path, self._trees))

    def _group(self, path: KeyPath) -> str:
        """Return the group of a parameter, as ``parameter_group``.

        But a law of scaling that only data need is theirs, and an event a group of its own where
        no lag differs.
        """
        if path == EVENT:
            return self._event
        if path == ("scaling_law",) and any("data" in tree for tree in self._trees):
            kinds = {
                each.get("kind") for tree in self._trees for each in tree["hypotheses"].values()
            }
            if "loss_threshold" not in kinds:
                return "data"
        return parameter_group(path)

    def of(self, path: KeyPath) -> str:
        """Return the merged group of a parameter; its own where the files do not differ in it."""
        fine = self._group(path)
        return next((name for name, inner in self.members.items() if fine in inner), fine)

    def merge(self, one: str, other: str, reason: str) -> None:
        """Put two groups together; nothing happens where one is not there or both are one."""
        names = [
            next((name for name, inner in self.members.items() if fine in inner), None)
            for fine in (one, other)
        ]
        if None in names or names[0] == names[1]:
            return
        inner = [fine for name in names if name is not None for fine in self.members.pop(name)]
        merged = " + ".join(inner)
        self.members[merged] = tuple(inner)
        note = f"{merged}: swapped together, since {reason}"
        self.notes = [n for n in self.notes if not n.endswith(reason) or "groups" not in reason]
        self.notes.append(note)

    def _close(self, first: Parameters, second: Parameters) -> None:
        """Merge groups that correlations tie together."""
        known = [item.path for each in (first, second) for item in each.inputs.values()]
        for parameters in (first, second):
            for entry in parameters.tables.correlations or []:
                paths = [
                    p for text in entry.parameters or [] for p in known if fnmatchcase(p, text)
                ]
                groups = list(dict.fromkeys(self._fine(tuple(p.split("."))) for p in paths))
                if CORRELATIONS in self.members or len(groups) > 1:
                    groups = [g for g in groups if self._has(g)]
                    if self._has(CORRELATIONS):
                        groups.append(CORRELATIONS)
                for one, other in combinations(groups, 2):
                    self.merge(one, other, "correlations tie them")

    def _has(self, fine: str) -> bool:
        return any(fine in inner for inner in self.members.values())

    def split_most(self, invalid: Collection[frozenset[str]]) -> tuple[str, str]:
        """Return the two groups that combinations which do not fit part most often."""
        return max(
            combinations(self.members, 2),
            key=lambda pair: sum((pair[0] in each) != (pair[1] in each) for each in invalid),
        )
