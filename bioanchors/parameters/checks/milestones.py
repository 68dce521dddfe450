"""What is wrong with a file's milestones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bioanchors.model.keys import AT_LEAST_0, Key
from bioanchors.model.spec import BASE
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import found, nearest
from bioanchors.parameters.quantities.families import quantity_troubles
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.milestones import Milestone

HERE = "milestones"


def check_milestones(checker: Checker, tables: Tables) -> None:
    """Check ``[milestones.NAME]``, and where one is named."""
    milestones = tables.milestones or {}
    chosen = tables.forecast.milestone if tables.forecast else None
    if chosen is not None:
        _check_name(checker, ("forecast", "milestone"), chosen, milestones)
    for name, milestone in milestones.items():
        path: KeyPath = (HERE, name)
        if milestone.oom is None:
            checker.missing((*path, "oom"), "a number or a distribution of OOM")
        if milestone.harder_than is None:
            continue
        _check_name(checker, (*path, "harder_than"), milestone.harder_than, milestones)
        _check_harder(checker, (*path, "oom"), milestone)
    _check_circles(checker, milestones)
    seen = tables.evidence
    if seen is None or seen.milestone is None:
        return
    if seen.not_arrived_by is None and not seen.every_run:
        message = "does nothing without not_arrived_by or insufficient runs; allowed: with them"
        checker.add(("evidence", "milestone"), message)


def _check_name(
    checker: Checker, path: KeyPath, name: str, milestones: Mapping[str, Milestone]
) -> None:
    names = [BASE, *milestones]
    if name not in names and not checker.is_told((HERE, name)):
        checker.add(path, f"{found(name)}; allowed: {', '.join(names)}{nearest(name, names)}")


def _check_harder(checker: Checker, path: KeyPath, milestone: Milestone) -> None:
    """Note what makes a milestone that is called harder an easier one."""
    if milestone.oom is None or checker.is_told(path):
        return
    marks = Milestone.model_fields["oom"].metadata
    key = next(mark for mark in marks if isinstance(mark, Key))
    at_least = replace(key, domain=AT_LEAST_0, low=0.0)
    for inner, message in quantity_troubles(milestone.oom, at_least):
        checker.add((*path, *inner), f"with harder_than, {message}")


def _check_circles(checker: Checker, milestones: Mapping[str, Milestone]) -> None:
    told: set[str] = set()
    for name in milestones:
        way, here = [name], milestones[name].harder_than
        while here is not None and here in milestones and here not in way:
            way.append(here)
            here = milestones[here].harder_than
        if here == name and name not in told:
            told.update(way)
            words = " than ".join([*way, name])
            path = (HERE, name, "harder_than")
            checker.add(path, f"goes in a circle, {words}; allowed: a chain that ends at {BASE}")
