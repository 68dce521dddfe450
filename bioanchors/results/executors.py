"""Where many runs are made: in turn, on threads, in processes, by a cluster or any ``map``."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

from bioanchors.engine import InOrder
from bioanchors.engine.blas import one_blas_thread
from bioanchors.engine.sums import default_threads
from bioanchors.results.clusters import HasMap, by_dask, by_map, dask_client, is_dask
from bioanchors.results.workers import Done, Job, Processes, submitted

LOCAL = ("auto", "threads", "processes")
MOST_WORKERS = 1024
MOST_TOGETHER, FEWEST_JOBS = 16, 128
"""Blocks of draws in one job, at most, and the jobs from which on there are several in each."""


class Work(Protocol):
    """What is done with each job."""

    def __call__(self, job: Job, /) -> Any:
        """Return what is kept."""

    def stopped_by(self, check: Callable[[], None]) -> Work:
        """Return the same work, which calls ``check`` now and then and ends where that raises."""


@runtime_checkable
class Maker(Protocol):
    """Who makes runs, of one set after the other."""

    def made(self, work: Work, jobs: Sequence[Job]) -> Done:
        """Yield place and result of each job as it is done, in whatever order.

        Where this is closed before the end, what is not done is given up at once.
        """


Where = str | HasMap | Maker | None
"""Where many runs are made, as ``run_many`` takes it."""


class Stopped(Exception):  # noqa: N818 - nobody's mistake
    """Nobody waits for this run."""


@dataclass(frozen=True)
class Asked:
    """What a text asks for: a kind, so many workers, and where a scheduler answers."""

    kind: str
    number: int
    address: str = ""


def read_executor(text: str) -> Asked:
    """Return what a text such as ``processes:4`` or ``dask:tcp://host:8786`` asks for.

    Raises
    ------
    ValueError
        If it says no such executor.
    """
    kind, colon, rest = text.partition(":")
    number = int(rest) if re.fullmatch("[0-9]{1,4}", rest) else 0
    is_number = 0 < number <= MOST_WORKERS
    if kind == "dask" and (is_number or not colon or re.search(r":[0-9]+$", rest)):
        return Asked(kind, number or default_threads(), "" if is_number else rest)
    if kind in LOCAL and (not colon or (is_number and kind != "auto")):
        return Asked(kind, number or default_threads())
    raise ValueError(
        f"found {text!r}; allowed: auto, threads or processes, the last two with :N for so many (1 "
        f"to {MOST_WORKERS}), dask or dask:N for its processes here, or dask:HOST:PORT"
    )


@contextmanager
def opened(executor: Where) -> Iterator[Maker]:
    """Yield who makes the runs; workers that are started for it stay until this is left.

    Raises
    ------
    ValueError
        If there is no such executor, or it cannot be reached.
    """
    if isinstance(executor, Maker):
        yield executor
    elif executor is None:
        yield InTurn()
    elif not isinstance(executor, str):
        yield _Dask(executor) if is_dask(executor) else _Map(executor)
    else:
        asked = read_executor(executor)
        if asked.kind == "threads":
            yield _Threads(asked.number)
        elif asked.kind == "dask":
            with dask_client(asked.address, asked.number) as client:
                yield _Dask(client)
        else:
            with closing(Processes(asked.number, if_it_pays=asked.kind == "auto")) as processes:
                yield processes


class InTurn:
    """One after the other, in this process."""

    def made(self, work: Work, jobs: Sequence[Job]) -> Done:
        """Yield place and result of each job."""
        for place, job in enumerate(jobs):
            yield place, work(job)


@dataclass(frozen=True)
class _Map:
    executor: HasMap

    def made(self, work: Work, jobs: Sequence[Job]) -> Done:
        return by_map(self.executor, work, jobs)


@dataclass(frozen=True)
class _Dask:
    client: Any

    def made(self, work: Work, jobs: Sequence[Job]) -> Done:
        return by_dask(self.client, work, jobs)


@dataclass(frozen=True)
class _Threads:
    number: int

    def made(self, work: Work, jobs: Sequence[Job]) -> Done:
        stop = threading.Event()

        def check() -> None:
            if stop.is_set():
                raise Stopped

        pool = ThreadPoolExecutor(self.number)
        try:
            # Here already: of threads at work the first that is done would end it for all.
            with one_blas_thread():
                yield from submitted(pool, work.stopped_by(check), enumerate(jobs))
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Blocks:
    """The work of a few blocks, which ends only between two of them."""

    work: Callable[[Any], Any]
    check: Callable[[], None] | None = None

    def __call__(self, job: Sequence[Any]) -> list[Any]:
        made = []
        for block in job:
            if self.check is not None:
                self.check()
            made.append(self.work(block))
        return made

    def stopped_by(self, check: Callable[[], None]) -> _Blocks:
        return replace(self, check=check)


@contextmanager
def blocks_by(executor: Where) -> Iterator[InOrder]:
    """Yield who makes blocks of draws and hands them over in their order."""
    with opened(executor) as maker:

        def in_order(work: Callable[[Any], Any], jobs: Sequence[Any]) -> Generator[Any, None, None]:
            # To send a job costs as much as to count a few blocks.
            few = min(MOST_TOGETHER, max(1, len(jobs) // FEWEST_JOBS))
            parts = [jobs[start : start + few] for start in range(0, len(jobs), few)]
            early: dict[int, list[Any]] = {}
            following = 0
            with closing(maker.made(_Blocks(work), parts)) as made:
                for place, results in made:
                    early[place] = results
                    while following in early:
                        yield from early.pop(following)
                        following += 1

        yield in_order
