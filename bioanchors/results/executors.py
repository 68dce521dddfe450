"""Where many runs are made: one after the other, on threads, in processes, or by a ``map``."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Protocol

from bioanchors.engine.sums import default_threads

KINDS = ("threads", "processes")
DEATHS = 3
"""Times that worker processes may die before a set of runs is given up."""

Job = Any
"""What is worked on; where it goes to a process, it is pickled."""


class HasMap(Protocol):
    """Something that applies a function to each item: an executor, or a client of a cluster."""

    def map(self, function: Callable[[Any], Any], items: Any, /) -> Any:
        """Return the results in the order of the items, or something that ``gather`` takes."""


class Work(Protocol):
    """What is done with each job."""

    def __call__(self, job: Job, /) -> Any:
        """Return what is kept."""

    def stopped_by(self, check: Callable[[], None]) -> Work:
        """Return the same work, which calls ``check`` now and then and ends where that raises."""


class Stopped(Exception):  # noqa: N818 - nobody's mistake
    """Nobody waits for this run."""


def shared(
    executor: str | HasMap | None, work: Work, jobs: Sequence[Job]
) -> Iterator[tuple[int, Any]]:
    """Yield place and result of each job as it is done, in whatever order.

    Where this is closed before the end, what is not done is given up at once.

    Parameters
    ----------
    executor
        As ``run_many``.
    work
        What to do with each.
    jobs
        What to work on.

    Raises
    ------
    ValueError
        If there is no such executor.
    """
    if executor is None:
        return _in_turn(work, jobs)
    if not isinstance(executor, str):
        return _by_map(executor, work, jobs)
    kind, number = read_executor(executor)
    return (_in_processes if kind == "processes" else _on_threads)(number, work, jobs)


def read_executor(text: str) -> tuple[str, int]:
    """Return kind and number of workers that a text such as ``processes:4`` asks for.

    Raises
    ------
    ValueError
        If it says no such executor.
    """
    kind, colon, number = text.partition(":")
    if kind not in KINDS or (colon and not (number.isdecimal() and 0 < int(number) <= 1024)):
        raise ValueError(
            f"found {text!r}; allowed: {' or '.join(KINDS)}, with :N for so many (1 to 1024)"
        )
    return kind, int(number) if colon else default_threads()


def _in_turn(work: Work, jobs: Sequence[Job]) -> Iterator[tuple[int, Any]]:
    for place, job in enumerate(jobs):
        yield place, work(job)


def _by_map(executor: HasMap, work: Work, jobs: Sequence[Job]) -> Iterator[tuple[int, Any]]:
    results = executor.map(work, list(jobs))
    gather = getattr(executor, "gather", None)
    if gather is None:
        yield from enumerate(results)
        return
    # A client's map returns futures at once.
    futures = list(results)[::-1]
    try:
        for place in range(len(futures)):
            (result,) = gather(futures[-1:])
            futures.pop()
            yield place, result
    finally:
        cancel = getattr(executor, "cancel", None)
        if futures and cancel is not None:
            cancel(futures)


def _on_threads(number: int, work: Work, jobs: Sequence[Job]) -> Iterator[tuple[int, Any]]:
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Stopped

    pool = ThreadPoolExecutor(number)
    try:
        yield from _submitted(pool, work.stopped_by(check), enumerate(jobs))
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _submitted(
    pool: Executor, work: Work, jobs: Iterable[tuple[int, Job]]
) -> Iterator[tuple[int, Any]]:
    with _interrupts_wait():
        futures = {pool.submit(work, job): place for place, job in jobs}
    for future in as_completed(futures):
        yield futures[future], future.result()


def _in_processes(number: int, work: Work, jobs: Sequence[Job]) -> Iterator[tuple[int, Any]]:
    """Run in new processes; what a process that died was at is given to others."""
    left = dict(enumerate(jobs))
    for deaths in range(DEATHS + 1):
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            min(number, max(1, len(left))),
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_depend_on_parent,
        )
        finished = False
        try:
            for place, result in _submitted(pool, work, list(left.items())):
                del left[place]
                yield place, result
            finished = True
        except BrokenProcessPool:
            if deaths == DEATHS:
                raise
        finally:
            if not finished:
                # Interrupted, or broken: nobody waits for what they are at.
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()
            pool.shutdown(cancel_futures=True)
        if finished:
            return


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait, also in processes that are started here, for as long as they live."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
