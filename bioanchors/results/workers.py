"""Processes of this machine that make runs, kept from one set of runs to the next."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

DEATHS = 3
"""Times that worker processes may die before a set of runs is given up."""

PAYS_S = 3.0
"""Seconds of work left from which on processes are started for it: they take one to start."""

Job = Any
"""What is worked on; where it goes to a process, it is pickled."""

UNGUARDED = (
    "no process came so far as to work: each reads the script that starts it anew; what starts "
    'processes stands in a file, under if __name__ == "__main__":'
)

SENDABLE = (
    'allowed: a function of a module, or such as operator.methodcaller("quantile", 0.5); or '
    "executor=None or threads"
)

Work = Callable[[Job], Any]
Done = Generator[tuple[int, Any], None, None]
"""Place and result of each job, as it is done."""


class Processes:
    """Processes that are started when first there is something to do, and stay until closed.

    Parameters
    ----------
    number
        How many, at most.
    if_it_pays
        Whether to begin here, and to start them once that turns out to take long.
    """

    def __init__(self, number: int, if_it_pays: bool = False) -> None:
        self._number, self._if_it_pays = number, if_it_pays
        self._pool: ProcessPoolExecutor | None = None
        self._others: set[Any] = set()
        self._at_work: Event | None = None

    def made(self, work: Work, jobs: Sequence[Job]) -> Done:
        """Yield place and result of each job; what a process that died was at is made again.

        Raises
        ------
        ValueError
            If the work cannot be sent to a process.
        RuntimeError
            If no process comes so far as to work, as from a script that starts them wherever it is
            read.
        """
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            sys.exit(1)  # started by such a script, which tells it
        left = dict(enumerate(jobs))
        if self._if_it_pays and self._pool is None:
            yield from self._here_at_first(work, left)
        if left:
            _check_can_be_sent(work)
        for deaths in range(DEATHS + 1):
            if not left:
                return
            finished = False
            try:
                for place, result in submitted(self._started(), work, list(left.items())):
                    del left[place]
                    yield place, result
                finished = True
            except BrokenProcessPool:
                if self._at_work is not None and not self._at_work.is_set():
                    raise RuntimeError(UNGUARDED) from None
                if deaths == DEATHS:
                    raise
            finally:
                if not finished:
                    self._end()

    def _here_at_first(self, work: Work, left: dict[int, Job]) -> Done:
        """Make the jobs here, one after the other, for as long as the rest is not worth a start."""
        start, jobs = time.monotonic(), list(left.items())
        for done, (place, job) in enumerate(jobs):
            each = (time.monotonic() - start) / done if done else 0.0
            if self._number > 1 and each * len(left) > PAYS_S:
                return
            del left[place]
            yield place, work(job)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._others = set(multiprocessing.active_children())
            context = multiprocessing.get_context("spawn")
            if self._at_work is None:
                with interrupts_wait():
                    self._at_work = context.Event()
            self._pool = ProcessPoolExecutor(
                self._number,
                mp_context=context,
                initializer=_begin,
                initargs=(self._at_work,),
            )
        return self._pool

    def _end(self) -> None:
        """End them at once: interrupted, or broken, nobody waits for what they are at."""
        if self._pool is not None:
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
            self.close()

    def close(self) -> None:
        """Let them go; nothing is left to do."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def submitted(pool: Executor, work: Work, jobs: Iterable[tuple[int, Job]]) -> Done:
    """Yield place and result of each job that a pool makes."""
    with interrupts_wait():
        futures = {pool.submit(work, job): place for place, job in jobs}
    for future in as_completed(list(futures)):
        # What has been handed over is not kept.
        yield futures.pop(future), future.result()


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait, also in processes that are started here, for as long as they live."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    # To be started later, by the first process, it would let Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _check_can_be_sent(work: Work) -> None:
    """Raise ``ValueError`` if a new process could not read what is to be done."""
    try:
        sent = pickle.dumps(work)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"cannot be sent to a process: {error}; {SENDABLE}") from error
    main = sys.modules["__main__"]
    if b"__main__" in sent and getattr(main, "__file__", None) is None:
        raise ValueError(f"processes cannot read what a notebook or a prompt defines; {SENDABLE}")


def _begin(at_work: Event) -> None:
    """Tell that this process is at work, and let it depend on its parent."""
    at_work.set()
    _depend_on_parent()


def _depend_on_parent() -> None:
    """Leave Ctrl-C to the process that waits for this one, and end where that one has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def end_with_it() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()
