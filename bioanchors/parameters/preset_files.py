"""The parameter files that come with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

SCHEMA_NAME = "bioanchors.schema.json"


def preset_folder() -> Path:
    """Return the folder of the presets: inside the package in a wheel, beside it in a checkout.

    Raises
    ------
    FileNotFoundError
        If the installation has lost them.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_presets", package.parent / "params"):
        if (folder / SCHEMA_NAME).is_file():
            return folder
    raise FileNotFoundError("the presets are missing from this installation of bioanchors")


def preset_names() -> list[str]:
    """Names of the presets, in alphabetical order."""
    return sorted(path.stem for path in preset_folder().glob("*.toml"))


def presets() -> dict[str, str]:
    """Each preset's name and title."""
    titles = {}
    for name in preset_names():
        with preset_path(name).open("rb") as file:
            titles[name] = str(tomllib.load(file)["title"])
    return titles


def preset_path(name: str) -> Path:
    """Path of a preset's file, whether or not there is one."""
    return preset_folder() / f"{name}.toml"
