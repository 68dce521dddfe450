"""Many runs, of each of which something is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bioanchors.parameters import BadParameters, Parameters, Source, as_parameters
from bioanchors.results.executors import InTurn, Where, opened
from bioanchors.results.forecast import Forecast
from bioanchors.results.running import run
from bioanchors.types import Progress

Kept = TypeVar("Kept")
Job = Source | tuple[Source, Mapping[str, Any]]
"""What to run, perhaps with options of its own, as ``run_many`` takes them, and a ``keep``."""


def whole(forecast: Forecast) -> Forecast:
    """Keep a forecast as it is."""
    return forecast


def run_many(
    jobs: Iterable[Job],
    executor: Where = None,
    *,
    keep: Callable[[Forecast], Kept] = whole,  # type: ignore[assignment]
    progress: Progress | None = None,
    **options: Any,
) -> list[Kept]:
    """Run many parameter files, and keep something of each.

    Parameters
    ----------
    jobs
        Presets' names, paths or ``Parameters``; each alone, or with options of its own, ``keep``
        among them: ``("latest", {"seed": 2})``. All files are read before the first is run.
    executor
        Where they run: ``None`` one after the other; ``"threads"`` or ``"processes"`` (with
        ``":N"`` so many, by default one for each processor); ``"auto"`` in processes once that
        pays; ``"dask"`` or ``"dask:HOST:PORT"``; or a client of ``dask.distributed``, an executor
        of ``concurrent.futures``, or whatever has a ``map``. What is sent is pickled, so that a
        worker needs none of our files.
    keep
        What to keep of each forecast, which is dropped then. In processes it is pickled, and what
        it returns, too: a function of a module, not a closure nor one of a notebook.
    progress
        Called at the start and as each run is done, with how many are, and of how many.
    **options
        As ``run``, for all that have no such option of their own.

    Returns
    -------
    list
        In the order of the jobs; the same bits whatever the executor and whichever run ends first.

    Raises
    ------
    BadParameters
        If a file cannot be used: that of the first in order, after all are done.
    ValueError
        If an option is not allowed, there is no such executor, or ``keep`` cannot be sent to one.
    RuntimeError
        If no process can start: each reads the script that starts it anew, so that what starts
        them stands under ``if __name__ == "__main__":``.

    Examples
    --------
    >>> import bioanchors as ba
    >>> medians = ba.run_many(["cotra2020", "cotra2020-aggressive"], keep=lambda f: f.quantile(0.5))
    >>> [round(year) for year in medians]
    [2053, 2035]
    """
    results = try_many(jobs, executor, keep=keep, progress=progress, **options)
    for each in results:
        if isinstance(each, BadParameters):
            raise each
    return [each for each in results if not isinstance(each, BadParameters)]


def try_many(
    jobs: Iterable[Job],
    executor: Where = None,
    *,
    keep: Callable[[Forecast], Kept] = whole,  # type: ignore[assignment]
    progress: Progress | None = None,
    **options: Any,
) -> list[Kept | BadParameters]:
    """Do what ``run_many`` does, with the error in place of what a file that is refused gives."""
    if isinstance(jobs, str):
        raise TypeError(f"jobs: found the text {jobs!r}; allowed: a list, [{jobs!r}]")
    read = [_read(job) for job in jobs]
    results: list[Kept | BadParameters | None] = [None] * len(read)
    if progress is not None:
        progress(0, len(read))
    with opened(executor) as maker:
        if not isinstance(maker, InTurn):
            # The workers share the processors.
            options.setdefault("threads", 1)
        with closing(maker.made(_Work(keep, options), read)) as made:
            for done, (place, result) in enumerate(made, start=1):
                results[place] = result
                if progress is not None:
                    progress(done, len(read))
    return results  # type: ignore[return-value]


@dataclass(frozen=True)
class _Job:
    """One run, as it is sent to a worker."""

    parameters: Parameters
    options: Mapping[str, Any] = field(default_factory=dict)


def _read(job: Job) -> _Job:
    if not isinstance(job, tuple):
        return _Job(as_parameters(job))
    source, options = job
    return _Job(as_parameters(source), dict(options))


@dataclass(frozen=True)
class _Work:
    """What a worker does with each run."""

    keep: Callable[[Forecast], Any]
    options: Mapping[str, Any]

    def __call__(self, job: _Job) -> Any:
        options = {**self.options, **job.options}
        keep = options.pop("keep", self.keep)
        try:
            forecast = run(job.parameters, **options)
        except BadParameters as error:
            return error
        return keep(forecast)

    def stopped_by(self, check: Callable[[], None]) -> _Work:
        return replace(self, options={**self.options, "progress": lambda done, of: check()})
