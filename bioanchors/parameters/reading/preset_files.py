"""The parameter files that come with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

SCHEMA_NAME = "bioanchors.schema.json"

ALIASES = {"latest": "update-2026"}
"""Names that move on to the newest of a kind."""

SEEN, TOLD = "observations-", "predictions-"
"""Begin the names of files that are no forecasts: what was measured, and what was said before."""


def preset_folder() -> Path:
    """Return the folder of the presets: inside the package in a wheel, beside it in a checkout.

    Raises
    ------
    FileNotFoundError
        If the installation has lost them.
    """
    package = Path(__file__).resolve().parent.parent.parent
    for folder in (package / "_presets", package.parent / "params"):
        if (folder / SCHEMA_NAME).is_file():
            return folder
    raise FileNotFoundError("the presets are missing from this installation of bioanchors")


def preset_names() -> list[str]:
    """Names of the presets, in alphabetical order."""
    names = (path.stem for path in preset_folder().glob("*.toml"))
    return sorted([*(name for name in names if not name.startswith((SEEN, TOLD))), *ALIASES])


def names_of(kind: str) -> list[str]:
    """Names of the other files of a kind, in alphabetical order, hence the newest last."""
    return sorted(path.stem for path in preset_folder().glob(f"{kind}*.toml"))


def presets() -> dict[str, str]:
    """Each preset's name and title; of a name that moves on, the preset for which it stands."""
    titles = {}
    for name in preset_names():
        with preset_path(name).open("rb") as file:
            title = str(tomllib.load(file)["title"])
        titles[name] = f"now {ALIASES[name]}" if name in ALIASES else title
    return titles


def preset_path(name: str) -> Path:
    """Path of a preset's file, whether or not there is one."""
    return preset_folder() / f"{ALIASES.get(name, name)}.toml"
