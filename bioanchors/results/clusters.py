"""Runs on a cluster: by a client of ``dask.distributed``, or by anything that has a ``map``."""

from __future__ import annotations

import importlib
import itertools
import logging
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from bioanchors.results.workers import Done, Job, Work, interrupts_wait

AHEAD = 4
"""Jobs that are sent ahead for each thread of the cluster: thousands at once would fill memory."""

WAIT_S = 60.0
"""How long to wait for a scheduler."""

LOOKS, LOOK_S = 5, 0.02
"""How often, and how far apart, processes are looked for that are to end."""


class HasMap(Protocol):
    """Something that applies a function to each item: an executor, or a client of a cluster."""

    def map(self, function: Work, items: Any, /) -> Any:
        """Return the results in the order of the items, or something that ``gather`` takes."""


def is_dask(executor: object) -> bool:
    """Whether it is a client of ``dask.distributed``."""
    return type(executor).__module__.partition(".")[0] == "distributed"


@contextmanager
def dask_client(address: str, workers: int) -> Iterator[Any]:
    """Yield a client of the scheduler at an address, or where that is empty of local processes.

    Raises
    ------
    ValueError
        If ``dask.distributed`` is not installed, or no scheduler answers.
    """
    distributed = _distributed()
    if not address:
        with _local_cluster(distributed, workers) as client:
            yield client
        return
    try:
        client = distributed.Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"no dask scheduler answers at {address}: {error}") from None
    with client:
        yield client


@contextmanager
def _local_cluster(distributed: Any, workers: int) -> Iterator[Any]:
    others = set(multiprocessing.active_children())
    runner = distributed.utils.LoopRunner()
    with interrupts_wait():
        # Whom this thread starts, Ctrl-C does not reach: that is for the process that waits.
        runner.start()
    # Workers come afterwards: until there is a cluster nothing of it could be ended.
    cluster = distributed.LocalCluster(
        n_workers=0,
        threads_per_worker=1,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
        loop=runner.loop,
    )
    try:
        with distributed.Client(cluster, set_as_default=False) as client, _not_again(cluster):
            cluster.scale(workers)
            client.wait_for_workers(workers)
            yield client
    except BaseException:
        # Nobody waits for a farewell.
        for name in ("asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        cluster.shutdown_on_close = False
        for _ in range(LOOKS):
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            time.sleep(LOOK_S)  # one may be starting just now
        raise
    cluster.close()
    runner.stop()


@contextmanager
def _not_again(cluster: Any) -> Iterator[None]:
    """Have no worker that ends start again once something has gone wrong here."""
    try:
        yield
    except BaseException:
        closing = _distributed().Status.closing
        for nanny in cluster.workers.values():
            nanny.status = closing
        raise


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise ValueError(
            "dask needs the package distributed: pip install 'bioanchors[dask]'"
        ) from None


def by_dask(client: Any, work: Work, jobs: Sequence[Job]) -> Done:
    """Yield place and result of each job; what is left when nobody waits is cancelled.

    What a worker was at that has died is made again by another: the scheduler sees to that.
    """
    left = iter(enumerate(jobs))
    places: dict[Any, int] = {}

    def send(number: int) -> list[Any]:
        futures = []
        for place, job in itertools.islice(left, number):
            # Pure work would be made once for all equal jobs, and remembered.
            futures.append(client.submit(work, job, pure=False))
            places[futures[-1]] = place
        return futures

    ahead = AHEAD * max(1, sum(client.nthreads().values()))
    made = _distributed().as_completed(send(ahead), loop=client.loop)
    try:
        for future in made:
            result = future.result()
            made.update(send(1))
            yield places.pop(future), result
    finally:
        if places:
            client.cancel(list(places))


def by_map(executor: HasMap, work: Work, jobs: Sequence[Job]) -> Done:
    """Yield place and result of each job, in order; what is left when nobody waits is cancelled."""
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
