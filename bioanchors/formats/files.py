"""Files, and sets of files, that appear whole or not at all.

What is written stands first in a hidden folder of its own beside its place, locked while it is in
use, and then takes that place by renaming. What a killed process leaves of such folders is finished
or taken away by the next that writes or reads there (``tidy``).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path
from typing import IO

from bioanchors.formats.exchanging import exchange, swappable
from bioanchors.interruption import held_back

if sys.platform != "win32":
    import fcntl

Target = Path | IO[bytes]
"""Where a file is written: a path, or a stream for who gathers a set."""

ASIDE = re.compile(r"\.bioanchors-[0-9a-f]{8}\.part")
STREAMS = ("/dev/fd/", "/dev/std", "/proc/")
ABANDONED_AFTER_S = 3600.0
"""Where folders cannot be locked, those older are taken to be abandoned."""

# A folder that is written aside holds one of: files that nobody misses; a folder that changes, or
# has changed, places with the one of its name beside, and the names that this replaces; files that
# are to take their places, with the names of those that are to go.
NEW, SWAP, COMMIT, GONE = "new", "swap", "commit", "gone"


# One file ---------------------------------------------------------------------------------------


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to; what is there takes its place at the end.

    If the writing fails or is interrupted, what was at ``path`` before is still there. A link is
    followed and a file's mode kept; what is no file (a device, a pipe) is written into.

    Raises
    ------
    OSError
        Naming ``path``, whatever it was that the system refused.
    """
    with naming(path):
        if is_stream(path):
            with tempfile.TemporaryDirectory(prefix="bioanchors-") as folder:
                yield Path(folder) / "made"
                # What a file behind it holds already, as a log does, stays.
                descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
                with (Path(folder) / "made").open("rb") as made, open(descriptor, "wb") as stream:
                    shutil.copyfileobj(made, stream)
            return
        path = Path(os.path.realpath(path))
        tidy(path.parent)
        with _aside(path.parent) as aside:
            new = aside / NEW / path.name
            new.parent.mkdir()
            yield new
            _place(new, path)


def write_bytes(path: Target, data: bytes) -> None:
    """Write a file, or into a stream."""
    if not isinstance(path, Path):
        path.write(data)
        return
    with written_aside(path) as aside:
        aside.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8 with plain line ends."""
    write_bytes(path, text.encode())


def is_stream(path: Path) -> bool:
    """Whether a path names a device, a pipe or an open file, which is written into."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    regular = stat.S_ISREG(mode) and not os.path.abspath(path).startswith(STREAMS)
    return not regular and not stat.S_ISDIR(mode)


def is_replaced(path: Path) -> bool:
    """Whether writing to a path would replace a file."""
    return path.exists() and not is_stream(path)


# Several files ----------------------------------------------------------------------------------


def write_together(folder: Path, files: Mapping[str, bytes], gone: tuple[str, ...] = ()) -> None:
    """Write files into a folder, and take those away that are ``gone``, each whole.

    From the moment of one renaming on they are as good as written: a process killed before leaves
    what was, and one killed while they take their places leaves the rest to ``tidy``.

    Raises
    ------
    OSError
        Naming the file, or the folder.
    """
    for name in files:
        if (folder / name).is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(folder / name))
    tidy(folder)
    with naming(folder), _aside(folder) as aside:
        ready = aside / NEW / COMMIT
        (ready / NEW).mkdir(parents=True)
        (ready / GONE).mkdir()
        for name, data in files.items():
            with naming(folder / name):
                (ready / NEW / name).write_bytes(data)
        for name in gone:
            (ready / GONE / name).touch()
        ready.rename(aside / COMMIT)


def swap_in(folder: Path, files: Mapping[str, bytes], gone: tuple[str, ...] = ()) -> None:
    """Write files into a folder, and take those away that are ``gone``, all in one moment.

    A new folder is filled aside and renamed. For one that is there, another is filled with the
    files and with links to all else that the old one holds, and the two change places in one call
    (Linux). Where that cannot be done, ``write_together`` does it: see ``swappable``.

    Raises
    ------
    OSError
        Naming the file, or the folder.
    """
    folder = Path(os.path.realpath(folder))
    with naming(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        tidy(folder.parent)
        if not folder.exists():
            with _aside(folder.parent) as aside:
                made = aside / NEW / folder.name
                _fill(made, files, folder)
                made.rename(folder)
            return
        tidy(folder)
    if swappable(folder, files):
        with suppress(OSError):  # of a file system that cannot link or swap, and the like
            _swap(folder, files, gone)
            return
    write_together(folder, files, gone)


def _swap(folder: Path, files: Mapping[str, bytes], gone: tuple[str, ...]) -> None:
    with _aside(folder.parent) as aside:
        replaced = (*files, *gone)
        (aside / GONE).mkdir()
        for name in replaced:
            (aside / GONE / name).touch()
        made = aside / SWAP / folder.name
        _fill(made, files, folder)
        for entry in os.scandir(folder):
            if entry.name not in replaced:
                os.link(entry.path, made / entry.name, follow_symlinks=False)
        state = folder.stat()
        if made.stat().st_gid != state.st_gid:
            os.chown(made, -1, state.st_gid)
        made.chmod(stat.S_IMODE(state.st_mode))
        exchange(made, folder)


def _fill(made: Path, files: Mapping[str, bytes], folder: Path) -> None:
    made.mkdir(parents=True)
    for name, data in files.items():
        with naming(folder / name):
            (made / name).write_bytes(data)
            _keep_mode(made / name, folder / name)


# What is aside ----------------------------------------------------------------------------------


def tidy(folder: Path) -> None:
    """Finish, or take away, what killed processes left of their writing in a folder."""
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if ASIDE.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                lock = _lock(Path(entry.path))
                if lock is not None:
                    try:
                        _finish(Path(entry.path))
                    finally:
                        _unlock(lock)


@contextmanager
def _aside(beside: Path) -> Iterator[Path]:
    """Make a hidden folder; at the end, do or take away what is in it."""
    made = None
    try:
        with held_back():
            made = _locked(beside)
        yield made[0]
    finally:
        if made is not None:
            with held_back():
                try:
                    _finish(made[0])
                finally:
                    _unlock(made[1])


def _locked(beside: Path) -> tuple[Path, int]:
    """Make a hidden folder; return it, and what unlocks it."""
    while True:
        aside = beside / f".bioanchors-{secrets.token_hex(4)}.part"
        aside.mkdir(mode=0o700)
        lock = _lock(aside, new=True)
        if lock is not None:  # somebody may have tidied up before it was locked
            return aside, lock


def _lock(aside: Path, new: bool = False) -> int | None:
    """Lock a folder; return what unlocks it, or None if it is in use, or gone."""
    if sys.platform == "win32":
        return -1 if new or time.time() - aside.stat().st_mtime > ABANDONED_AFTER_S else None
    try:
        lock = os.open(aside, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = aside.exists()
    except BlockingIOError:
        free = False
    except OSError:  # a file system without locks
        free = new or time.time() - os.fstat(lock).st_mtime > ABANDONED_AFTER_S
    if free:
        return lock
    os.close(lock)
    return None


def _unlock(lock: int) -> None:
    if lock >= 0:
        os.close(lock)


def _finish(aside: Path) -> None:
    """Do what is committed, and take the folder away."""
    # A process may have been killed while it did this: any part may be done, or taken away.
    home, commit = aside.parent, aside / COMMIT
    for name in _names(commit / GONE):
        (home / name).unlink(missing_ok=True)
        (commit / GONE / name).unlink()
    for name in _names(commit / NEW):
        with naming(home / name):
            _place(commit / NEW / name, home / name)
    swap = aside / SWAP
    for folder in _names(swap):
        _bring_back(swap / folder, home / folder, set(_names(aside / GONE)))
    # Before the names of what it replaces.
    shutil.rmtree(swap, ignore_errors=True)
    shutil.rmtree(aside)


def _names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def _bring_back(old: Path, home: Path, replaced: set[str]) -> None:
    """Move to a folder what somebody else put into the old one just before the two were swapped."""
    for entry in list(os.scandir(old)):
        if entry.name in replaced or not home.is_dir():
            continue
        now, there = entry.stat(follow_symlinks=False), home / entry.name
        if os.path.lexists(there) and now.st_mtime_ns <= there.lstat().st_mtime_ns:
            continue  # the same file, or an older state of it
        os.replace(entry.path, there)


def _place(made: Path, path: Path) -> None:
    """Give a finished file its place."""
    if path.is_symlink() or is_stream(path):
        data = made.read_bytes()
        made.unlink()
        write_bytes(path, data)
        return
    _keep_mode(made, path)
    os.replace(made, path)


def _keep_mode(made: Path, path: Path) -> None:
    """Give a file the mode, and if possible the owner, of the one that it replaces."""
    with suppress(FileNotFoundError):
        old, new = path.stat(), made.stat()
        if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
            with suppress(OSError):
                os.chown(made, old.st_uid, old.st_gid)
        made.chmod(stat.S_IMODE(old.st_mode))


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Make an error of the system name a path, not a hidden one or none at all."""
    try:
        yield
    except OSError as error:
        named = str(error.filename or "")
        if not named or ASIDE.search(named):
            error.filename, error.filename2 = str(path), None
        raise


def refusal(path: Path) -> str:
    """Return why nothing can be written at a path that may not be there yet, or nothing."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        return error.strerror or str(error)
    there = Path(os.path.realpath(path))
    while not os.path.lexists(there):
        there = there.parent
    folder = there if there.is_dir() else there.parent
    if there != folder and there != Path(os.path.realpath(path)):
        return f"{there} is a file"
    try:
        with naming(path), _aside(folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)
