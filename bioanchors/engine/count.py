"""Counting: runs the model over blocks of joint draws, on several threads, and adds up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bioanchors.engine.sums import (
    REQUIREMENT_EDGES,
    Array,
    Sums,
    default_threads,
    finish,
    keep_freed_memory,
    year_grid,
)
from bioanchors.model.joint import Model
from bioanchors.parameters import Parameters
from bioanchors.sampling import Plan, Streams, draw_inputs

Progress = Callable[[int, int], None]


def count(
    parameters: Parameters,
    plan: Plan,
    streams: Streams,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sums:
    """Count the joint draws that have arrived by each year.

    Parameters
    ----------
    parameters
        The model's parameters.
    plan, streams
        How many draws, and from which uniforms.
    threads
        Threads to use; by default one for each processor. The result does not depend on it.
    progress
        Called with the number of blocks done and of all blocks.

    Raises
    ------
    BadParameters
        If the low-end update leaves nothing of a hypothesis.
    """
    keep_freed_memory()
    model = Model(parameters)
    grid = year_grid(parameters)
    shape = (plan.replicates, len(parameters.hypotheses))
    arrived = np.zeros((*shape, grid.size))
    total = np.zeros(shape)
    enough = np.zeros((*shape, REQUIREMENT_EDGES.size))

    def work(job: tuple[int, int]) -> tuple[Array, Array, Array]:
        return _block(parameters, model, streams, job, plan.block, grid)

    jobs = plan.jobs
    with ThreadPoolExecutor(threads or default_threads()) as pool:
        # map() hands results over in the order of the jobs, so sums have one order, too.
        for done, ((replicate, _), sums) in enumerate(
            zip(jobs, pool.map(work, jobs), strict=True), start=1
        ):
            arrived[replicate] += sums[0]
            total[replicate] += sums[1]
            enough[replicate] += sums[2]
            if progress is not None:
                progress(done, len(jobs))
    np.cumsum(arrived, axis=-1, out=arrived)
    np.cumsum(enough, axis=-1, out=enough)
    arrived /= plan.points
    total /= plan.points
    enough /= plan.points
    return finish(parameters, model, streams, Sums(grid, arrived, total, plan.points, 0, enough))


def _block(
    parameters: Parameters,
    model: Model,
    streams: Streams,
    job: tuple[int, int],
    size: int,
    grid: Array,
) -> tuple[Array, Array, Array]:
    """Histograms of one block: arrivals by grid year, all draws, requirements by edge."""
    draws = draw_inputs(parameters.inputs, streams, *job, size)
    affordable = model.affordable(draws)
    count = len(parameters.hypotheses)
    arrived = np.zeros((count, grid.size))
    total = np.zeros(count)
    enough = np.zeros((count, REQUIREMENT_EDGES.size))
    for i, hypothesis in enumerate(parameters.hypotheses):
        requirement = np.broadcast_to(model.requirement(hypothesis, draws), (size,))
        weight = model.weight(requirement)
        total[i] = size if weight is None else weight.sum()
        enough[i] = _histogram(requirement, REQUIREMENT_EDGES, weight)
        year = model.arrival(hypothesis, draws, affordable, requirement)
        arrived[i] = _histogram(year, grid, weight)
    return arrived, total, enough


def _histogram(values: Array, edges: Array, weight: Array | None) -> Array:
    """Weight of the values in (previous edge, edge], the first bin open below; even edges."""
    scale = (edges.size - 1) / (edges[-1] - edges[0])
    place = np.clip((values - edges[0]) * scale, 0.0, edges.size)
    index = np.ceil(place).astype(np.intp)
    result: Array = np.bincount(index, weight, edges.size + 1)[: edges.size].astype(float)
    return result
