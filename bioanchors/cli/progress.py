"""What is done and how long is left: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from bioanchors.cli.saying import say
from bioanchors.types import Progress as Tell

AFTER_S = 1.0
"""Seconds from which on a terminal shows something."""

LINE_AFTER_S, LINE_EVERY_S = 3.0, 5.0
"""Seconds after which a file or a pipe gets a line, and between two of them."""

REFRESH_S = 0.25
QUIET = "bioanchors.quiet"


class Pace:
    """How much is done, and how long the rest will take at the pace that was measured.

    Parameters
    ----------
    clock
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start = self._stretch = self._told = clock()
        self._done = self._total = 0

    def tell(self, done: int, total: int) -> None:
        """Take how much is done, and of how much; less than before begins a new stretch."""
        if done < self._done:
            self._stretch = self._told
        self._done, self._total, self._told = done, total, self._clock()

    @property
    def share(self) -> float:
        """Share that is done."""
        return self._done / self._total if self._total else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left, of which never nothing while something is to be done; None where unknown.

        The mean time of what is done, for each of what is not, less what has passed since.
        """
        if not self._done:
            return None
        each = (self._told - self._stretch) / self._done
        rest = each * (self._total - self._done)
        return max(rest - (self._clock() - self._told), 0.5 * min(each, rest))

    @property
    def words(self) -> str:
        """What is done and how long is left."""
        if not self._total:
            return f"{duration(self._clock() - self._start)} so far"
        text = f"{self._done:,} of {self._total:,}"
        left = self.left_s
        return text if left is None or self._done == self._total else f"{text}, {about(left)} left"


def about(seconds: float) -> str:
    """Return about how long something takes."""
    return "less than 1 s" if seconds < 1 else f"about {duration(seconds)}"


def duration(seconds: float) -> str:
    """Return a time in the units that a person would take."""
    if round(seconds) < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _be_quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[QUIET] = value


quiet = click.option(
    "--quiet",
    "-q",
    is_flag=True,
    expose_value=False,
    callback=_be_quiet,
    help="Do not show how far it is.",
)


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """Yield a callback; what it is told is shown on standard error, unless ``--quiet``."""
    context = click.get_current_context(silent=True)
    pace = Pace()
    if context is not None and context.meta.get(QUIET):
        yield pace.tell
        return
    ended = threading.Event()
    shower = threading.Thread(target=_show, args=(pace, ended), daemon=True)
    shower.start()
    try:
        yield pace.tell
    finally:
        ended.set()
        shower.join()


def _show(pace: Pace, ended: threading.Event) -> None:
    from bioanchors.output.terminal import Screen

    console = Screen(is_error=True)
    try:
        (_bar if console.is_terminal else _lines)(console, pace, ended)
    except OSError:
        return  # nobody reads it any more


def _lines(console: Any, pace: Pace, ended: threading.Event) -> None:
    wait = LINE_AFTER_S
    while not ended.wait(wait):
        say(pace.words, err=True)
        wait = LINE_EVERY_S


def _bar(console: Any, pace: Pace, ended: threading.Event) -> None:
    if ended.wait(AFTER_S):
        return
    from rich.progress import BarColumn, Progress, TextColumn

    columns = BarColumn(), TextColumn("{task.description}", markup=False)
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=None)
        while True:
            total = 1.0 if pace.share else None
            bar.update(task, description=pace.words, completed=pace.share, total=total)
            bar.refresh()
            if ended.wait(REFRESH_S):
                return
