"""Files that a user names for reading, and their names."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_regular(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a regular file, or the first ``most`` of them.

    A pipe could make the reader wait for ever, a device does whatever it does.

    Raises
    ------
    OSError
        If it cannot be read, or is no regular file.
    """
    _check_regular(path, path.stat())
    with path.open("rb") as file:
        _check_regular(path, os.fstat(file.fileno()))
        return file.read(most)


def _check_regular(path: Path, state: os.stat_result) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder; allowed: a file", str(path))
    if not stat.S_ISREG(state.st_mode):
        message = "a device or a pipe; allowed: a regular file"
        raise OSError(errno.EINVAL, message, str(path))


def name_text(name: str | Path) -> str:
    """Return a file's name as text: UTF-8 in any locale, what is not UTF-8 as escapes."""
    try:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return str(name).encode("utf-8", "backslashreplace").decode()


def text_name(text: str) -> str:
    """Return a file's name of a text in UTF-8, as the system wants it in any locale."""
    return os.fsdecode(text.encode())
