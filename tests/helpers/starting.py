"""Processes of their own that need not import anew what is imported already.

A start costs seconds of import, most of them other libraries'. Each process here is forked from one
that has imported what is named, and has done nothing else; what is not named, it imports itself.
What Python reads as it starts, such as ``PYTHONUTF8``, wants a process that is started as usual.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO, Any

OTHERS = ("numpy", "scipy.special", "scipy.optimize", "pydantic", "rich.console", "pandas")
"""What the package imports, up to what a test may wait for the import of."""

EVERYTHING = (
    *(*OTHERS, "dask.array", "xarray", "matplotlib.figure", "matplotlib.backends.backend_agg"),
    *("bioanchors.cli", "bioanchors.results", "bioanchors.parameters", "bioanchors.output"),
)
COMMAND_LINE = "from bioanchors.__main__ import main; main()"
SECONDS = 120
LENGTH = 2**16


class Starter:
    """Starts processes with some modules imported."""

    def __init__(self, *modules: str) -> None:
        self._here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-B", __file__, str(there.fileno()), *modules],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def run(
        self,
        arguments: Sequence[str],
        *,
        program: str = COMMAND_LINE,
        environment: dict[str, str] | None = None,
        stdout: IO[bytes] | None = None,
        largest_file: int | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end, in the present folder; return what ``subprocess.run`` does.

        Parameters
        ----------
        arguments
            Of the program.
        program
            Python.
        environment
            What it has beside this process's.
        stdout
            Where it writes to; a pipe, if not given.
        largest_file
            Bytes that no file may exceed.
        """
        asked = {
            "arguments": [*arguments],
            "program": program,
            "environment": {**os.environ, **(environment or {})},
            "folder": os.getcwd(),
            "largest_file": largest_file,
        }
        reading, writing = os.pipe()
        with tempfile.TemporaryFile() as errors:
            output = writing if stdout is None else stdout.fileno()
            socket.send_fds(self._here, [json.dumps(asked).encode()], [output, errors.fileno()])
            os.close(writing)
            with open(reading, "rb") as pipe:
                printed = pipe.read()
            code = json.loads(self._here.recv(LENGTH))
            errors.seek(0)
            return subprocess.CompletedProcess([*arguments], code, printed, errors.read())

    def close(self) -> None:
        """End what processes are forked from."""
        self._here.close()
        self._process.wait()


def _serve(here: socket.socket) -> dict[str, Any] | None:
    """Fork for each that is asked for; return what the fork is to do, or None at the end."""
    while True:
        data, fds, *_ = socket.recv_fds(here, LENGTH, 2)
        if not data:
            return None
        child = os.fork()
        if child == 0:
            here.close()
            for number, fd in enumerate(fds, 1):
                os.dup2(fd, number)
                os.close(fd)
            return dict(json.loads(data))
        for fd in fds:
            os.close(fd)
        _, status = os.waitpid(child, 0)
        here.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    for module in sys.argv[2:]:
        __import__(module)
    asked = _serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        signal.alarm(SECONDS)
        # Those that Python made know of the first one's streams whether they can seek.
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        if asked["largest_file"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest_file"],) * 2)
        sys.argv = ["bioanchors", *asked["arguments"]]
        exec(asked["program"], {"__name__": "__main__"})
