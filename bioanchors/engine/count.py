"""Counting: runs the model over blocks of joint draws, on threads or elsewhere, and adds up."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from bioanchors.engine.blas import one_blas_thread
from bioanchors.engine.outcome import Outcome
from bioanchors.engine.sums import (
    KEPT_DRAWS,
    REQUIREMENT_EDGES,
    Array,
    Sums,
    Tally,
    default_threads,
    finish,
    keep_freed_memory,
    onto,
    with_turns,
    year_grid,
)
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs, Input
from bioanchors.sampling import Draws, Plan, Streams, draw_inputs
from bioanchors.types import Progress

Job = tuple[int, int]
"""Replicate and number of a block."""


def count(
    model: Model,
    plan: Plan,
    streams: Streams,
    threads: int | None = None,
    progress: Progress | None = None,
    in_order: InOrder | None = None,
) -> Sums:
    """Count the joint draws that have arrived by each year.

    Parameters
    ----------
    model
        The formulas, bound to a file's numbers.
    plan, streams
        How many draws, and from which uniforms.
    threads
        Threads to use; by default one for each processor. The result does not depend on it.
    progress
        Called with the number of blocks done and of all blocks.
    in_order
        Who makes the blocks, and hands them over in the order of the jobs; by default threads.

    Raises
    ------
    NothingLeftError
        If the low-end update leaves nothing of a hypothesis.
    """
    keep_freed_memory()
    spec = model.spec
    added = add_up(model, streams, plan, spec.hypotheses, threads, progress, in_order)
    grid = with_turns(model, year_grid(spec))
    added.arrived = onto(grid, year_grid(spec), added.arrived)
    sums = replace(
        Sums.of(model, grid, added, plan.points, 0),
        rounds=((plan.points, 0),),
        unseen=added.smallest_step(plan.total) if spec.is_random(spec.inputs) else 0.0,
    )
    return finish(model, streams, sums)


InOrder = Callable[[Callable[[Job], Tally], Sequence[Job]], Generator[Tally, None, None]]
"""From what is done with each block, and the blocks, to the results in their order."""


@one_blas_thread()
def add_up(
    model: Model,
    streams: Streams,
    plan: Plan,
    hypotheses: Sequence[HypothesisInputs],
    threads: int | None = None,
    progress: Progress | None = None,
    in_order: InOrder | None = None,
) -> Tally:
    """Return means over the joint draws: what has arrived by each year, all, and what is enough."""
    work = _Blocks.of(model, streams, plan.block, tuple(hypotheses))
    shape = (plan.replicates, len(hypotheses))
    sums = Tally.of(len(model.cases), shape, work.grid.size)
    jobs = plan.jobs
    with closing((in_order or _on_threads(threads or default_threads()))(work, jobs)) as blocks:
        # In the order of the jobs, so that sums have one order, too.
        for done, ((replicate, _), block) in enumerate(zip(jobs, blocks, strict=True), start=1):
            sums.arrived[:, replicate] += block.arrived
            sums.total[:, replicate] += block.total
            sums.enough[:, replicate] += block.enough
            sums.likelihood += block.likelihood
            sums.moments += block.moments / plan.total
            if progress is not None:
                progress(done, len(jobs))
    np.cumsum(sums.arrived, axis=-1, out=sums.arrived)
    np.cumsum(sums.enough, axis=-1, out=sums.enough)
    sums.arrived /= plan.points
    sums.total /= plan.points
    sums.enough /= plan.points
    return sums


def _on_threads(number: int) -> InOrder:
    def made(work: Callable[[Job], Tally], jobs: Sequence[Job]) -> Generator[Tally, None, None]:
        with ThreadPoolExecutor(number) as pool:
            yield from pool.map(work, jobs)

    return made


@dataclass(frozen=True)
class _Blocks:
    """Makes the histograms of a block; it can be sent to a worker."""

    model: Model
    streams: Streams
    size: int
    hypotheses: tuple[HypothesisInputs, ...]
    inputs: dict[str, Input]
    grid: Array

    @classmethod
    def of(
        cls, model: Model, streams: Streams, size: int, hypotheses: tuple[HypothesisInputs, ...]
    ) -> _Blocks:
        spec = model.spec
        algorithms = {name for h in spec.hypotheses for name in h.algorithms}
        own = {name for h in hypotheses for name in h.inputs}
        names = {*spec.trends, *own}
        # The gain of one hypothesis may be what was observed of it, whichever holds.
        if not model.cases:
            names -= algorithms - own
        inputs = {name: item for name, item in spec.inputs.items() if name in names}
        return cls(model, streams, size, hypotheses, inputs, year_grid(spec))

    @one_blas_thread()
    def __call__(self, job: Job) -> Tally:
        draws = draw_inputs(self.inputs, self.streams, *job, self.size)
        keep = min(self.size, KEPT_DRAWS) if job[1] == 0 else 0
        return _block(self.model, self.hypotheses, draws, self.size, self.grid, keep)


def _block(
    model: Model,
    hypotheses: Sequence[HypothesisInputs],
    draws: Draws,
    size: int,
    grid: Array,
    keep: int,
) -> Tally:
    """Histograms of one block: arrivals by grid year, all draws, requirements by edge."""
    trends = model.trends(draws)
    common = model.common_likelihood(trends)
    sums = Tally.of(len(model.cases), (len(hypotheses),), grid.size)
    kept = np.empty((len(hypotheses), len(model.cases), keep))
    first = np.zeros((len(hypotheses), size))
    for i, hypothesis in enumerate(hypotheses):
        outcome = Outcome.of(model, hypothesis, trends, size, common)
        weights: list[Array | None] = [outcome.kept]
        for case, seen in enumerate(outcome.likelihood):
            kept[i, case] = seen[:keep]
            if case == 0:
                first[i] = seen
            weights.append(seen if outcome.kept is None else seen * outcome.kept)
        enough, arrived = (
            _Bins(values, edges)
            for values, edges in ((outcome.requirement, REQUIREMENT_EDGES), (outcome.arrival, grid))
        )
        for case, each in enumerate(weights):
            sums.total[case, i] = size if each is None else each.sum()
            sums.enough[case, i] = enough.weigh(each)
            sums.arrived[case, i] = arrived.weigh(each)
    if model.cases:
        sums.moments += moments(first)
    if keep and model.cases:
        sums.likelihood.append(kept)
    return sums


def moments(likelihood: Array) -> Array:
    """Return sums over draws of each hypothesis' likelihood, and of the products of two.

    Parameters
    ----------
    likelihood
        Shape (hypothesis, draw).
    """
    return np.column_stack([likelihood.sum(axis=1), likelihood @ likelihood.T])


class _Bins:
    """Places of values among even edges: (previous edge, edge], the first open below."""

    def __init__(self, values: Array, edges: Array) -> None:
        place = (values - edges[0]) * ((edges.size - 1) / (edges[-1] - edges[0]))
        np.maximum(place, 0.0, out=place)
        np.minimum(place, edges.size, out=place)
        self._index, self._size = np.ceil(place, out=place).astype(np.intp), edges.size

    def weigh(self, weight: Array | None) -> Array:
        """Return the weight in each bin."""
        counts = np.bincount(self._index, weight, self._size + 1)[: self._size]
        return np.asarray(counts.astype(float))
