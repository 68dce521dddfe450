"""Files of what was measured: ``[evidence.observations.NAME]``, and nothing else is needed.

What stands in one may be pasted into a parameter file as evidence, and the observations of a
parameter file may be read as one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.checks.evidence import check_observation, check_observations_together
from bioanchors.parameters.checks.structure import read_structure
from bioanchors.parameters.problems import BadParameters, Problem, nearest
from bioanchors.parameters.reading.files import name_text
from bioanchors.parameters.reading.layers import is_path, read_layer
from bioanchors.parameters.reading.preset_files import SEEN, names_of
from bioanchors.parameters.tables.evidence import Evidence, Observation
from bioanchors.parameters.tree import Layer
from bioanchors.visible import visible


@dataclass(frozen=True)
class Observations:
    """What was measured, by name.

    Attributes
    ----------
    title
        Of the file.
    items
        What was measured: by its name, or by what and when where it has none.
    not_arrived_by, event
        By when which event had not happened, if the file says so.
    """

    title: str
    items: dict[str, Observation]
    not_arrived_by: float | None = None
    event: str = "affordable"

    @property
    def digest(self) -> str:
        """SHA-256 of what was measured, in hexadecimal."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def read_observations(source: str | Path | None = None) -> Observations:
    """Read what was measured.

    Parameters
    ----------
    source
        A path to a file with ``[evidence.observations.NAME]``, or a name of those that come with
        the package; by default the newest of these.

    Raises
    ------
    BadParameters
        With every problem found.

    Examples
    --------
    >>> list(read_observations("observations-2026").items)[:2]
    ['run-2025', 'cost-2025']
    """
    known = names_of(SEEN)
    source = known[-1] if source is None else source
    if not is_path(source) and source not in known:
        hint = f"allowed: {', '.join(known)} or a path to a .toml file{nearest(str(source), known)}"
        raise _bad(Layer({}, {}, "observations"), f"found {name_text(source)}; {hint}")
    layer = read_layer(source)
    checker = Checker(layer, list(layer.problems))
    tables = read_structure(checker)
    seen = tables.evidence if tables is not None else None
    for path, item in (seen or Evidence()).every_observation.items():
        check_observation(checker, ("evidence", *path), item)
    if seen is not None and tables is not None:
        check_observations_together(checker, tables, seen)
    if checker.problems or tables is None:
        raise BadParameters(sorted(checker.problems, key=lambda p: p.origin.line or 0))
    if seen is None or not (seen.every_observation or seen.not_arrived_by):
        raise _bad(layer, "nothing was measured; needed: a table [evidence.observations.NAME]")
    items = {_name(path, item): item for path, item in seen.every_observation.items()}
    title = visible(tables.title or name_text(source))
    return Observations(title, items, seen.not_arrived_by, seen.event or "affordable")


def _name(path: tuple[str, str | int], item: Observation) -> str:
    return path[1] if isinstance(path[1], str) else f"{item.quantity} {item.year:g} ({path[1] + 1})"


def _bad(layer: Layer, message: str) -> BadParameters:
    return BadParameters([Problem(layer.origin(()), "", message)])
