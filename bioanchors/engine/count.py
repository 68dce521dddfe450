"""Counting: runs the model over blocks of joint draws, on several threads, and adds up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bioanchors.engine.sums import (
    REQUIREMENT_EDGES,
    TRENDS,
    Array,
    Sums,
    default_threads,
    finish,
    keep_freed_memory,
    year_grid,
)
from bioanchors.model.joint import Model
from bioanchors.parameters import HypothesisInputs, Parameters
from bioanchors.sampling import Draws, Plan, Streams, draw_inputs

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
    arrived, total, enough = add_up(
        parameters, model, streams, plan, parameters.hypotheses, threads, progress
    )
    sums = Sums(year_grid(parameters), arrived, total, plan.points, 0, enough)
    return finish(parameters, model, streams, sums)


def add_up(
    parameters: Parameters,
    model: Model,
    streams: Streams,
    plan: Plan,
    hypotheses: Sequence[HypothesisInputs],
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Array, Array, Array]:
    """Return means over the joint draws: what has arrived by each year, all, and what is enough.

    Returns
    -------
    tuple of arrays
        As in ``Sums``, for the hypotheses given: shapes (replicate, hypothesis, year),
        (replicate, hypothesis) and (replicate, hypothesis, edge).
    """
    grid, shape = year_grid(parameters), (plan.replicates, len(hypotheses))
    arrived = np.zeros((*shape, grid.size))
    total = np.zeros(shape)
    enough = np.zeros((*shape, REQUIREMENT_EDGES.size))
    names = {*TRENDS, *(name for hypothesis in hypotheses for name in hypothesis.inputs)}
    inputs = {name: item for name, item in parameters.inputs.items() if name in names}

    def work(job: tuple[int, int]) -> tuple[Array, Array, Array]:
        draws = draw_inputs(inputs, streams, *job, plan.block)
        return _block(model, hypotheses, draws, plan.block, grid)

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
    return arrived, total, enough


def _block(
    model: Model, hypotheses: Sequence[HypothesisInputs], draws: Draws, size: int, grid: Array
) -> tuple[Array, Array, Array]:
    """Histograms of one block: arrivals by grid year, all draws, requirements by edge."""
    affordable = model.affordable(draws)
    arrived = np.zeros((len(hypotheses), grid.size))
    total = np.zeros(len(hypotheses))
    enough = np.zeros((len(hypotheses), REQUIREMENT_EDGES.size))
    for i, hypothesis in enumerate(hypotheses):
        requirement = np.broadcast_to(model.requirement(hypothesis, draws), (size,))
        weight = model.weight(requirement)
        total[i] = size if weight is None else weight.sum()
        enough[i] = _histogram(requirement, REQUIREMENT_EDGES, weight)
        year = model.arrival(hypothesis, draws, affordable, requirement)
        arrived[i] = _histogram(year, grid, weight)
    return arrived, total, enough


def _histogram(values: Array, edges: Array, weight: Array | None) -> Array:
    """Weight of the values in (previous edge, edge], the first bin open below; even edges."""
    place = (values - edges[0]) * ((edges.size - 1) / (edges[-1] - edges[0]))
    np.maximum(place, 0.0, out=place)
    np.minimum(place, edges.size, out=place)
    index = np.ceil(place, out=place).astype(np.intp)
    result: Array = np.bincount(index, weight, edges.size + 1)[: edges.size].astype(float)
    return result
