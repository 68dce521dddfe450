"""Many runs: one after the other, on threads, in processes, or wherever something has a ``map``."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bioanchors.engine.sums import default_threads
from bioanchors.parameters import BadParameters, Parameters, as_parameters
from bioanchors.results.forecast import Forecast
from bioanchors.results.running import run
from bioanchors.types import Progress

Kept = TypeVar("Kept")
Source = str | Path | Parameters

KINDS = ("threads", "processes")
DEATHS = 3
"""Times that worker processes may die before a set of runs is given up."""


class HasMap(Protocol):
    """Something that applies a function to each item: an executor, or a client of a cluster."""

    def map(self, function: Callable[[Any], Any], items: Any, /) -> Any:
        """Return the results in the order of the items, or something that ``gather`` takes."""


def whole(forecast: Forecast) -> Forecast:
    """Keep a forecast as it is."""
    return forecast


def run_many(
    sources: Iterable[Source],
    executor: str | HasMap | None = None,
    *,
    keep: Callable[[Forecast], Kept] = whole,  # type: ignore[assignment]
    progress: Progress | None = None,
    **options: Any,
) -> list[Kept]:
    """Run many parameter files, and keep something of each.

    Parameters
    ----------
    sources
        Presets' names, paths or ``Parameters``. All are read before the first is run.
    executor
        Where they run: ``None`` one after the other, ``"threads"`` or ``"processes"`` (with
        ``":N"`` so many, by default one for each processor), or whatever has a ``map``: an executor
        of ``concurrent.futures``, or a client of ``dask.distributed``. What is sent is pickled, so
        that a worker needs none of our files.
    keep
        What to keep of each forecast, which is dropped then. In processes it is pickled, and what
        it returns, too: a function of a module, not a closure.
    progress
        Called with how many runs are done, and of how many.
    **options
        As ``run``, for all.

    Returns
    -------
    list
        In the order of the sources; the same bits whatever the executor and whichever run ends
        first.

    Raises
    ------
    BadParameters
        If a file cannot be used: that of the first in order, after all are done.
    ValueError
        If an option is not allowed, or there is no such executor.

    Examples
    --------
    >>> import bioanchors as ba
    >>> medians = ba.run_many(["cotra2020", "cotra2020-aggressive"], keep=lambda f: f.quantile(0.5))
    >>> [round(year) for year in medians]
    [2053, 2035]
    """
    results = try_many(sources, executor, keep=keep, progress=progress, **options)
    for each in results:
        if isinstance(each, BadParameters):
            raise each
    return [each for each in results if not isinstance(each, BadParameters)]


def try_many(
    sources: Iterable[Source],
    executor: str | HasMap | None = None,
    *,
    keep: Callable[[Forecast], Kept],
    progress: Progress | None = None,
    **options: Any,
) -> list[Kept | BadParameters]:
    """Do what ``run_many`` does, with the error in place of what a file that is refused gives."""
    files = [as_parameters(each) for each in sources]
    if executor is not None:
        options.setdefault("threads", 1)
    work = _Work(keep, options)
    results: list[Kept | BadParameters | None] = [None] * len(files)
    with _shares(executor) as share:
        for done, (place, result) in enumerate(share(work, files), start=1):
            results[place] = result
            if progress is not None:
                progress(done, len(files))
    return results  # type: ignore[return-value]


@dataclass(frozen=True)
class _Work:
    """One run, as it is sent to a worker."""

    keep: Callable[[Forecast], Any]
    options: Mapping[str, Any]

    def __call__(self, parameters: Parameters) -> Any:
        try:
            forecast = run(parameters, **self.options)
        except BadParameters as error:
            return error
        return self.keep(forecast)


Share = Callable[[_Work, Sequence[Parameters]], Iterator[tuple[int, Any]]]
"""Yields place and result of each file, in whatever order they are done."""


@contextmanager
def _shares(executor: str | HasMap | None) -> Iterator[Share]:
    if executor is None:
        yield _in_turn
    elif not isinstance(executor, str):
        yield lambda work, files: _by_map(executor, work, files)
    else:
        kind, number = read_executor(executor)
        if kind == "processes":
            yield lambda work, files: _in_processes(number, work, files)
        else:
            with ThreadPoolExecutor(number) as pool:
                yield lambda work, files: _submitted(pool, work, enumerate(files))


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


def _in_turn(work: _Work, files: Sequence[Parameters]) -> Iterator[tuple[int, Any]]:
    for place, file in enumerate(files):
        yield place, work(file)


def _by_map(
    executor: HasMap, work: _Work, files: Sequence[Parameters]
) -> Iterator[tuple[int, Any]]:
    results = executor.map(work, list(files))
    gather = getattr(executor, "gather", None)
    # A client's map returns futures at once.
    yield from enumerate(results if gather is None else gather(list(results)))


def _submitted(
    pool: Executor, work: _Work, jobs: Iterable[tuple[int, Parameters]]
) -> Iterator[tuple[int, Any]]:
    futures = {pool.submit(work, file): place for place, file in jobs}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _in_processes(
    number: int, work: _Work, files: Sequence[Parameters]
) -> Iterator[tuple[int, Any]]:
    """Run in new processes; what a process that died was at is given to others."""
    left = dict(enumerate(files))
    for deaths in range(DEATHS + 1):
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            min(number, max(1, len(left))),
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_leave_interrupts,
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


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that waits for this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
