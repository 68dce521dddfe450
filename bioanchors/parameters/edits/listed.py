"""Files of edits: a table ``[edits]`` of names, each with the settings that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bioanchors.parameters.parameters import Parameters
from bioanchors.parameters.problems import (
    BadParameters,
    Origin,
    Problem,
    dotted,
    found,
    nearest,
)
from bioanchors.parameters.reading.files import name_text
from bioanchors.parameters.reading.layers import is_path, read_layer
from bioanchors.parameters.reading.preset_files import EDITED, names_of, preset_path
from bioanchors.visible import visible

KEYS = ("edits", "title", "source", "note")
SETTINGS = 'a list of settings in quotes, as ["hardware.doubling_years=2"]'


def read_edits(source: str | Path) -> dict[str, tuple[str, ...]]:
    """Read a file of edits.

    Parameters
    ----------
    source
        A path to a TOML file, or a name of those that come with the package.

    Returns
    -------
    dict
        Settings as ``Parameters.edited`` takes them, by name, in the order of the file; none for
        the file as it is.

    Raises
    ------
    BadParameters
        With every problem found.

    Examples
    --------
    >>> read_edits("alternatives-2026")["no evidence"]
    ('drop=["evidence"]',)
    """
    known = names_of(EDITED)
    if not is_path(source) and source not in known:
        hint = f"allowed: {', '.join(known)} or a path to a .toml file{nearest(str(source), known)}"
        raise BadParameters([Problem(Origin("edits"), "", f"found {name_text(source)}; {hint}")])
    layer = read_layer(source if is_path(source) else preset_path(str(source)))
    edits = layer.tree.get("edits")
    problems = [
        Problem(layer.origin((key,)), key, f"unknown key; allowed: {', '.join(KEYS)}")
        for key in layer.tree
        if key not in KEYS
    ]
    if not isinstance(edits, dict) or not edits:
        told = "missing" if edits is None else found(edits)
        origin = layer.origin(() if edits is None else ("edits",))
        problems.append(Problem(origin, "edits", f"{told}; needed: NAME = {SETTINGS}"))
        edits = {}
    problems += [
        Problem(
            layer.origin(("edits", name)),
            dotted(("edits", name)),
            f"{found(given)}; allowed: {SETTINGS}",
        )
        for name, given in edits.items()
        if not _are_settings(given)
    ]
    if problems or layer.problems:
        raise BadParameters([*layer.problems, *problems])
    return {name: tuple(given) for name, given in edits.items()}


def _are_settings(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def each_edited(parameters: Parameters, edits: dict[str, tuple[str, ...]]) -> list[Parameters]:
    """Return parameters with each of some edits laid over them, called by its name.

    Raises
    ------
    BadParameters
        If an edit, or what results of it, is not allowed.
    """
    return [_edited(parameters, name, settings) for name, settings in edits.items()]


def _edited(parameters: Parameters, name: str, settings: Sequence[str]) -> Parameters:
    try:
        edited = parameters.edited(*settings)
    except BadParameters as error:
        label = visible(name)
        raise BadParameters(
            replace(each, message=f"{each.message} (edit {label!r})") for each in error.problems
        ) from None
    return replace(edited, name=visible(name))
