"""Writing a forecast in one of the formats."""

from __future__ import annotations

import importlib.util
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bioanchors.formats.files import is_replaced, is_stream, naming, write_bytes, write_together
from bioanchors.formats.registry import FORMATS, Format
from bioanchors.results.exports.asked import Asked
from bioanchors.results.exports.provenance import provenance, table_digest
from bioanchors.results.stored import DIGEST
from bioanchors.visible import json_text

if TYPE_CHECKING:
    from bioanchors.results.forecast import Forecast

BESIDE = ".provenance.json"


class MissingExtraError(ImportError):
    """A format needs a library that comes with an extra."""


def export(
    forecast: Forecast,
    path: str | Path,
    format: str,
    *,
    asked: Asked | None = None,
    force: bool = False,
) -> list[Path]:
    """Write a forecast in one of the formats.

    Parameters
    ----------
    forecast
        The forecast.
    path
        Where to; what is there already is kept unless ``force``.
    format
        A name in ``bioanchors.formats.registry.FORMATS``.
    asked
        What some formats need to know.
    force
        Overwrite.

    Returns
    -------
    list of Path
        What was written: CSV has its provenance beside it.

    Raises
    ------
    ValueError
        If there is no such format, or the forecast cannot be put in it.
    FileExistsError
        If something is there.
    MissingExtraError
        If a library is missing, with the extra that brings it.
    """
    known, path = find(format), Path(path)
    other = path.with_name(path.name + BESIDE)
    for each in (path, other):
        if is_replaced(each) and not force:
            raise FileExistsError(f"{each} exists; allowed: another name, or --force")
    with naming(path):  # openpyxl writes files of its own, which may find no room
        made = content(forecast, format, asked)
    data = made.encode() if isinstance(made, str) else made
    if not known.beside or is_stream(path):
        write_bytes(path, data)
        return [path]
    about = provenance(forecast)
    said = json_text({**about, DIGEST: table_digest(about, data.decode())}, indent=1)
    write_together(path.parent, {path.name: data, other.name: said.encode()})
    return [path, other]


def content(forecast: Forecast, format: str, asked: Asked | None = None) -> str | bytes:
    """Return a forecast in one of the formats: text, or the bytes of a file.

    Raises
    ------
    ValueError
        If there is no such format, or the forecast cannot be put in it.
    MissingExtraError
        If a library is missing, with the extra that brings it.
    """
    module = import_module(f"bioanchors.results.exports.{find(format).module}")
    made: str | bytes = module.content(forecast, asked or Asked())
    return made


def find(format: str) -> Format:
    """Return a format by its name, its library checked for."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; allowed: {', '.join(FORMATS)}")
    known = FORMATS[format]
    if known.needs:
        check_extra(format, known.needs, known.extra)
    return known


def check_extra(what: str, needs: str, extra: str) -> None:
    """Make sure that a library is there; raise ``MissingExtraError`` otherwise."""
    if importlib.util.find_spec(needs) is None:
        raise MissingExtraError(f"{what} needs {needs}: pip install 'bioanchors[{extra}]'")
