"""Ctrl-C, and a request to end: what is being done is given up, and nothing is left half done."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
AGAIN_AFTER_S = 0.01

_received: list[int] = []
_raised: list[int] = []


class Interrupted(KeyboardInterrupt):
    """A signal has asked for the end."""


@contextmanager
def watched() -> Iterator[None]:
    """Raise ``Interrupted`` for each of ``SIGNALS`` that is not ignored."""
    _received.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hook = sys.unraisablehook
    before = {each: signal.getsignal(each) for each in SIGNALS}
    before = {each: handler for each, handler in before.items() if handler != signal.SIG_IGN}
    try:
        sys.unraisablehook = _not_lost
        for each in before:
            signal.signal(each, _interrupt)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        sys.unraisablehook = hook


@contextmanager
def held_back() -> Iterator[None]:
    """Let what would interrupt wait, for the milliseconds that something takes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {each: signal.getsignal(each) for each in SIGNALS}
    before = {each: handler for each, handler in before.items() if callable(handler)}
    try:
        for each in before:
            signal.signal(each, lambda number, frame: waiting.append(number))
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for each in waiting[:1]:
            signal.raise_signal(each)


def ignored() -> None:
    """Ignore all of them from here on: the interpreter ends undisturbed."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def exit_code() -> int | None:
    """Return what a shell calls the end by the signal that came, or None if none came."""
    return 128 + _received[0] if _received else None


def _interrupt(number: int, frame: FrameType | None) -> None:
    _received.append(number)
    while frame is not None:
        if frame.f_code is _not_lost.__code__:
            return  # what is raised there goes nowhere, either: it comes again
        frame = frame.f_back
    _raised.append(number)
    raise Interrupted


def _not_lost(args: sys.UnraisableHookArgs) -> None:
    # In a finalizer the exception goes nowhere: it has to come again.
    if issubclass(args.exc_type, KeyboardInterrupt) and _received:
        _raised.clear()
        _thread.start_new_thread(_again, (signal.Signals(_received[0]),))
    else:
        sys.__unraisablehook__(args)


def _again(number: signal.Signals) -> None:
    """Interrupt the main thread until that is where it takes notice."""
    main = threading.main_thread().ident
    time.sleep(AGAIN_AFTER_S)
    while not _raised and sys.unraisablehook is _not_lost:
        # A true signal, which ends a wait, too: for a worker's result, or asleep.
        if main is not None and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main, number)
        else:
            _thread.interrupt_main(number)
        time.sleep(AGAIN_AFTER_S)
