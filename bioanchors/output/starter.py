"""A new parameter file to start from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bioanchors.formats.files import write_together
from bioanchors.model.keys import SPEEDS
from bioanchors.parameters import read_parameters, toml_key, toml_value
from bioanchors.parameters.reading.files import name_text, read_regular
from bioanchors.parameters.reading.layers import is_path
from bioanchors.parameters.reading.preset_files import (
    ALIASES,
    SCHEMA_NAME,
    preset_folder,
    preset_names,
    preset_path,
)
from bioanchors.parameters.shape import bare
from bioanchors.parameters.tree import node
from bioanchors.visible import visible

SCHEMA_LINE = f"#:schema ./{SCHEMA_NAME}\n"
KNOBS = (
    "brain.flop_per_s",
    "hardware.speed",
    "hardware.max_flop_per_usd",
    "spending.largest_run_usd",
    "spending.speed",
    "spending.max_share_of_gdp",
    "algorithms.speed",
    "algorithms.max_oom",
    "algorithms.transfer",
)


def new(path: str | Path, parent: str = "cotra2020", *, full: bool = False) -> Path:
    """Write a parameter file that extends another, with the knobs people turn most.

    The schema is written beside it, unless it is there: the file's first line names it so, which
    holds wherever the two go.

    Parameters
    ----------
    path
        The file to write; it must not exist yet.
    parent
        A preset's name, or a path.
    full
        Copy a preset with its comments instead of extending it.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileExistsError
        If there is something at the path.
    ValueError
        If ``full`` is asked of a file that is no preset.
    BadParameters
        If the parent cannot be used.
    """
    target = Path(path)
    if target.exists() or target.is_symlink():
        raise FileExistsError(f"{target} exists already; it is left as it is")
    text = _full(parent, target) if full else _short(parent, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    files = {target.name: text.encode()}
    schema = (preset_folder() / SCHEMA_NAME).read_bytes()
    if _is_old(target.with_name(SCHEMA_NAME), schema):
        files[SCHEMA_NAME] = schema
    write_together(target.parent, files)
    return target


def _is_old(path: Path, schema: bytes) -> bool:
    """Whether a schema is yet to be written at a path: nothing is there, or that of a version."""
    if not os.path.lexists(path):
        return True
    try:
        there = json.loads(read_regular(path))
        return bool(there["title"] == json.loads(schema)["title"] and there != json.loads(schema))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False  # somebody else's


def _as_text(path: str) -> str:
    try:
        return os.fsencode(path).decode()
    except UnicodeDecodeError:
        raise ValueError(
            f"the name of {name_text(path)} is not UTF-8, as text in TOML is; allowed: another name"
        ) from None


def _full(parent: str, target: Path) -> str:
    read_parameters(parent)
    if is_path(parent):
        raise ValueError(
            f"a full copy is of a preset; allowed: {', '.join(preset_names())}, found {parent}"
        )
    lines = preset_path(parent).read_text(encoding="utf-8").splitlines(keepends=True)
    return SCHEMA_LINE + "".join(line for line in lines if not line.startswith("#:schema"))


def _short(parent: str, target: Path) -> str:
    parameters = read_parameters(parent)
    # What "latest" stands for moves on; a file keeps to what it was made from.
    extends = parent = ALIASES.get(parent, parent)
    if is_path(parent):
        extends = _as_text(Path(os.path.relpath(parent, target.parent)).as_posix())
    tree = parameters.resolved
    knobs = list(KNOBS)
    for what in ("weight", "algorithms"):
        knobs += [f"hypotheses.{name}.{what}" for name in parameters.weights]
    if "none" in tree:
        knobs.append("none.probability")
    lines = []
    for knob in knobs:
        found = _present(tree, knob)
        if found is not None:
            key, value = found
            lines.append(f"# {key} = {toml_value(bare(value))}\n")
    return (
        SCHEMA_LINE
        + "format = 1\n"
        + f"title = {toml_value(name_text(target.stem))}\n"
        + f"extends = {toml_value(extends)}\n"
        + "# Take the # from a line and change its value. All there is: "
        + f"bioanchors show {visible(name_text(parent))}\n"
        + "".join(lines)
    )


def _present(tree: dict[str, Any], knob: str) -> tuple[str, Any] | None:
    """Key and value of a knob as the parent has it, whatever the unit of a speed."""
    path = knob.split(".")
    names = list(SPEEDS) if path[-1] == "speed" else [path[-1]]
    for name in names:
        here = (*path[:-1], name)
        value = node(tree, here)
        if value is not None:
            return ".".join(toml_key(part) for part in here), value
    return None
