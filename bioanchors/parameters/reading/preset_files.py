"""The parameter files that come with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

SCHEMA_NAME = "bioanchors.schema.json"

ALIASES = {"latest": "update-2026"}
"""Names that move on to the newest of a kind."""

GROUPS = {
    "2020 report": (
        "cotra2020",
        "cotra2020-report",
        "cotra2020-aggressive",
        "cotra2020-conservative",
        "cotra2020-uncertain",
    ),
    "readings of it": (
        "shah2020",
        "horizons-50-20-10",
        "xpt2022-in-cotra2020",
        "trends-2018",
        "trends-2023",
        "acx2026-one-input",
        "acx2026-two-inputs",
    ),
    "other models": (
        "barnett2023",
        "direct-approach-2023",
        "direct-approach-2023-experts",
        "direct-approach-2023-superforecasters",
        "direct-approach-2024",
        "rethink2023-networks",
        "rethink2023-whole",
        "takeoff2023-fifth-of-tasks",
        "takeoff2023-no-feedback",
    ),
    "other ways to a requirement": (
        "brain-data",
        "chinchilla-loss",
        "fine-tuning-2021",
        "kaplan-joint",
        "oom-count-2027",
        "scientist-1e35",
    ),
    "as of now": ("update-2026", *ALIASES),
    "what if": ("data-wall", "freeze-2027"),
}
"""Presets as they are listed; each is in one group."""

SEEN, TOLD, EDITED = "observations-", "predictions-", "alternatives-"
"""Begin the names of files that are no forecasts: what was measured, what was said, and edits."""


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
    return sorted(
        [*(name for name in names if not name.startswith((SEEN, TOLD, EDITED))), *ALIASES]
    )


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
