"""The sets of files that commands write: one thing each, that is there whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from bioanchors import __version__
from bioanchors.formats.cells import table_text
from bioanchors.formats.files import swap_in
from bioanchors.formats.netcdf import netcdf_bytes
from bioanchors.visible import json_text

if TYPE_CHECKING:
    import xarray as xr

SETS = {
    "run": (
        "cdf.csv", "prior_cdf.csv", "summary.json", "forecast.nc", "cdf.png", "draws.nc",
        "milestones.csv", "milestone_years.csv", "milestones.nc", "milestones.png", "README.md",
    ),
    "report": (
        "report.md", "report.html", "report_cdf.png", "report_density.png",
        "report_requirements.png", "report_needed.png", "report_prior.png", "report.pdf",
    ),
    "sweep": ("sweep.csv", "sweep.nc", "sweep.png"),
    "sensitivity": (
        "sensitivity.csv", "sensitivity.nc", "sensitivity.png", "early_and_late.csv",
        "tornado.csv", "tornado_pairs.csv", "tornado.png", "ledger.csv", "ledger.png",
    ),
    "afford": ("afford.csv", "afford.nc", "afford.png"),
    "ledger": ("oom_ledger.csv", "oom_ledger.png"),
    "bounds": ("bounds.csv", "bounds.nc"),
    "compare": (
        "differences.csv", "comparison.csv", "compare.png", "attribution.csv", "attribution.png",
    ),
    "hindcast": ("hindcast.csv", "hindcast.json", "hindcast.nc", "hindcast.png"),
}  # fmt: skip
"""What each command may write. No name stands in two sets, so that sets may share a folder."""

RUN_ID = re.compile(rb"ba-[0-9a-f]{16}")
LOOKED_AT = 2**16
"""Bytes at a file's start, and at its end, in which its id stands."""

T = TypeVar("T")


@dataclass(frozen=True)
class Written:
    """What became of a folder.

    Attributes
    ----------
    id
        The run's, which each file carries.
    names
        Files of the set.
    replaced
        Those of them that were there before.
    removed
        Files of the older set that the new one does not have.
    """

    id: str
    names: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]


class FileSet:
    """Files of one run, gathered in memory and then written as one.

    Parameters
    ----------
    command
        Which set of ``SETS``.
    about
        Texts that tell the run from others: the parameters' digest, the seed and the like. With
        the tables they make the id, so that the same run has the same.
    """

    def __init__(self, command: str, about: Iterable[str]) -> None:
        self._command = command
        self._about = list(about)
        self._files: dict[str, bytes | xr.Dataset] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The files that were added."""
        return tuple(self._files)

    def text(self, name: str, text: str) -> None:
        """Add a text: .csv, .json, .md or .html."""
        self._add(name, text.encode())

    def netcdf(self, name: str, dataset: xr.Dataset) -> None:
        """Add a Dataset."""
        self._add(name, dataset)

    def figure(self, name: str, write: Callable[[IO[bytes]], T]) -> T:
        """Add a PNG that ``write`` puts into a stream, if it does; return what it returns."""
        stream = io.BytesIO()
        answer = write(stream)
        if stream.getvalue():
            self.png(name, stream.getvalue())
        return answer

    def png(self, name: str, data: bytes) -> None:
        """Add a PNG."""
        self._add(name, data)

    def pdf(self, name: str, data: bytes) -> None:
        """Add a PDF."""
        self._add(name, data)

    def _add(self, name: str, content: bytes | xr.Dataset) -> None:
        if name not in SETS[self._command]:
            raise ValueError(f"found {name}; allowed: {', '.join(SETS[self._command])}")
        self._files[name] = content

    def write(self, folder: Path) -> Written:
        """Write the set in place of an older one of the same command.

        At any moment the folder holds the one or the other, and all else as it was; see
        ``files.swap_in``. What an older set had and this one has not goes, if it carries an id.

        Raises
        ------
        OSError
            Naming a file or the folder.
        """
        run = self._id()
        files = {name: _with_id(name, content, run) for name, content in self._files.items()}
        others = [name for name in SETS[self._command] if name not in files]
        removed = tuple(sorted(name for name in others if run_id(folder / name) is not None))
        replaced = tuple(sorted(name for name in files if (folder / name).exists()))
        swap_in(folder, files, removed)
        return Written(run, tuple(sorted(files)), replaced, removed)

    def _id(self) -> str:
        # What is computed stands in the tables; netCDF and JSON hold the time of day besides.
        tables = {
            name: content.decode()
            for name, content in self._files.items()
            if name.endswith(".csv") and isinstance(content, bytes)
        }
        what = json.dumps([__version__, self._command, self._about, sorted(tables.items())])
        return f"ba-{hashlib.sha256(what.encode()).hexdigest()[:16]}"


def run_id(path: Path) -> str | None:
    """Return the id that a file of a set carries, or None."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            found = RUN_ID.search(file.read(LOOKED_AT))
            if found is None:
                file.seek(max(0, path.stat().st_size - LOOKED_AT))
                found = RUN_ID.search(file.read())
    except OSError:
        return None
    return found[0].decode() if found else None


def check_whole(folder: Path, command: str = "run") -> None:
    """Make sure that a folder's files are of one set.

    Raises
    ------
    ValueError
        If they carry different ids.
    """
    ids = {name: run_id(folder / name) for name in SETS[command]}
    found = {name: each for name, each in ids.items() if each is not None}
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{name} of {each}" for name, each in found.items())
        raise ValueError(
            f"the files are of different runs: {listed}; allowed: those of one, as {command} --out "
            "writes them"
        )


def _with_id(name: str, content: bytes | xr.Dataset, run: str) -> bytes:
    """Return a file that carries the id, each kind in its way."""
    if not isinstance(content, bytes):
        marked = content.copy()
        marked.attrs = {"run_id": run, **content.attrs}
        return netcdf_bytes(marked)
    suffix = Path(name).suffix
    if suffix == ".png":
        return _png_with_text(content, "run_id", run)
    if suffix == ".pdf":
        return _pdf_with_comment(content, f"run_id {run}")
    text = content.decode()
    if suffix == ".csv":
        heads, *rows = csv.reader(io.StringIO(text))
        text = table_text([*heads, "run_id"], ([*row, run] for row in rows))
    elif suffix == ".json":
        text = json_text({"run_id": run, **json.loads(text)}, indent=1)
    else:
        text += f"<!-- run_id {run} -->\n"
    return text.encode()


def _png_with_text(png: bytes, key: str, text: str) -> bytes:
    """Add a tEXt chunk behind the header (PNG specification, sections 5.3 and 11.3.3.3)."""
    header = 8 + 4 + 4 + 13 + 4
    chunk = b"tEXt" + f"{key}\0{text}".encode("latin-1")
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:header] + framed + png[header:]


def _pdf_with_comment(pdf: bytes, text: str) -> bytes:
    """Add a comment near a PDF's end, behind all of which its table tells the place."""
    body, mark, end = pdf.rpartition(b"startxref")
    return body + f"% {text}\n".encode() + mark + end
