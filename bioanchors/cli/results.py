"""Results where a command takes them beside parameter files: folders of ``run --out``, exports."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bioanchors.cli.options import read, refuse_idle
from bioanchors.cli.saying import say

if TYPE_CHECKING:
    from bioanchors.parameters import Parameters
    from bioanchors.results import Forecast
    from bioanchors.results.exports.reading import LoadedTable

SUFFIXES = (".nc", ".json", ".csv", ".parquet")
EDITS = ("settings", "first_year", "last_year")


def result_of(source: str, idle: Collection[str] = EDITS) -> Forecast | None:
    """Return the whole result that is named, or None of a preset or a parameter file.

    Parameters
    ----------
    source
        A preset's name is the preset, whatever folder has it.
    idle
        Options that cannot act on what has been run.
    """
    from bioanchors.results.exports.reading import LoadedTable

    result = _read_result(source, idle)
    if isinstance(result, LoadedTable):
        raise click.UsageError(
            f"{source} holds a table; allowed: a folder of run --out, netCDF or JSON --full"
        )
    return result


def _read_result(source: str, idle: Collection[str]) -> Forecast | LoadedTable | None:
    from bioanchors.parameters.reading.preset_files import preset_names
    from bioanchors.results.exports.reading import read_back
    from bioanchors.results.exports.writing import MissingExtraError

    if source in preset_names():
        if os.path.isdir(source):
            say(f"note: {source} is the preset; the folder is ./{source}", err=True)
        return None
    if not os.path.isdir(source) and Path(source).suffix not in SUFFIXES:
        return None
    refuse_mix(source)
    refuse_idle(idle, "a result is as it is; allowed: a parameter file")
    try:
        reading = read_back(source)
    except MissingExtraError as error:
        raise click.UsageError(str(error)) from None
    for note in reading.notes:
        say(f"note: {source}: {note}", err=True)
    return reading.result


def refuse_mix(source: str | Path) -> None:
    """Refuse a mix where only a forecast of a model can stand."""
    from bioanchors.analysis.mixing import is_mix

    if is_mix(source):
        raise click.UsageError(
            f"{source} is a mix, which has no parameters of its own; allowed: mix --again, which "
            "prints it, and plot with it alone, which draws its parts beside it"
        )


def parameters_of(
    source: str, settings: tuple[str, ...], first_year: int | None, last_year: int | None
) -> Parameters:
    """Return the parameters of a file, or those that a result was made of, by the result's name."""
    result = _read_result(source, EDITS)
    if result is None:
        return read(source, settings, first_year, last_year)
    say(f"note: {source}: run again, so that errors of differences are paired", err=True)
    return dataclasses.replace(result.parameters, name=source)
