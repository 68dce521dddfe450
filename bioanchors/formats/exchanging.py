"""Two folders that change places in one call, where the system has one (Linux)."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

MOST_LINKS = 1000


def swappable(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Whether another folder can take a folder's place without anybody's loss.

    Not where the system cannot do it; where the folder is a mount, another's, or has attributes of
    its own; where it holds folders, which cannot be linked, or very much; where a file to write is
    a link; and where a process works in it, whose folder would be gone.
    """
    if _renameat2() is None or os.path.ismount(folder):
        return False
    try:
        state, entries = folder.stat(), list(os.scandir(folder))
        attributes = set(os.listxattr(folder)) - {"security.selinux"}
        return (
            state.st_uid == os.geteuid()
            and not attributes
            and len(entries) <= MOST_LINKS
            and not any(entry.is_dir(follow_symlinks=False) for entry in entries)
            and not any(entry.is_symlink() for entry in entries if entry.name in files)
            and not _is_worked_in(state)
        )
    except OSError:
        return False


def _is_worked_in(state: os.stat_result) -> bool:
    for process in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if os.path.samestat(os.stat(f"/proc/{process}/cwd"), state):
                return True
    return False


def _renameat2() -> object:
    """Return the C library's function, if it has it."""
    if sys.platform != "linux":
        return None
    import ctypes

    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def exchange(first: Path, second: Path) -> None:
    """Let two folders of one file system change places.

    Raises
    ------
    OSError
        If the system refuses.
    """
    import ctypes

    at_folder, exchange = -100, 2
    call = _renameat2()
    if not callable(call):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(second))
    if call(at_folder, os.fsencode(first), at_folder, os.fsencode(second), exchange):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(second))
