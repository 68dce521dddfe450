"""The command line, called in this process, and what its ending must be like."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from types import FrameType

from bioanchors.cli import shown
from bioanchors.visible import LINES, visible

HUNG_S = 60


class HangError(BaseException):
    """A command that does not come back."""


@dataclass(frozen=True)
class Ending:
    """How a command ended.

    Attributes
    ----------
    code
        Its exit code, or as a text what it raised.
    out, err
        What it printed.
    seconds
        How long it took.
    """

    code: object
    out: str
    err: str
    seconds: float

    def fault(self, slow_s: float) -> str:
        """Return what is wrong with it, or nothing."""
        if self.code not in (0, 2):
            return f"ended with {self.code}: {self.err[-500:]}"
        if self.code == 2 and not self.err.strip():
            return f"refused without a message, after {self.out[:200]!r}"
        if self.seconds > slow_s:
            return f"took {self.seconds:.1f} s"
        for text in (self.out, self.err):
            if visible(text, LINES) != text:
                return f"printed control characters: {text[:200]!r}"
        return ""


def called(arguments: list[str]) -> Ending:
    """Call a command; warnings are errors, and what hangs is stopped."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["bioanchors", *arguments]
    handler = signal.signal(signal.SIGALRM, _stop)
    signal.alarm(HUNG_S)
    started = time.monotonic()
    code: object
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            warnings.simplefilter("error")
            code = shown()
    except SystemExit as error:
        code = error.code
    except BaseException:
        code = traceback.format_exc()
    finally:
        took = time.monotonic() - started
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        sys.argv = argv
    return Ending(code, out.getvalue(), err.getvalue(), took)


def _stop(number: int, frame: FrameType | None) -> None:
    raise HangError
