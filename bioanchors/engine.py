"""Runs the model over blocks of draws, on several threads, and adds up. Knows no formula."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.joint import Model
from bioanchors.parameters import HypothesisInputs, Parameters
from bioanchors.parameters.parameters import ECONOMY, HARDWARE, SPENDING
from bioanchors.sampling import Plan, Streams, draw_inputs

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

STEPS_PER_YEAR = 16
REQUIREMENT_EDGES = np.arange(0.0, 120.0 + 1 / 64, 1 / 32)
TRENDS = (*HARDWARE, *SPENDING, *ECONOMY)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the draws add up to, by replicate and hypothesis.

    Attributes
    ----------
    years
        Decimal years, ascending: a fine grid with every whole year of the window, and where an
        arrival year is known outright, that year and the last number before it.
    arrived
        Weight of the draws that have arrived by each year, shape (replicate, hypothesis, year).
    total
        Weight of all draws, shape (replicate, hypothesis).
    points
        Number of draws in a replicate.
    requirement_edges
        log10 FLOP, ascending.
    enough
        Weight of the draws for which so many FLOP are enough with 2020 algorithms, shape
        (replicate, hypothesis, edge).
    """

    years: Array
    arrived: Array
    total: Array
    points: int
    requirement_edges: Array
    enough: Array


def add_up(
    parameters: Parameters,
    plan: Plan,
    streams: Streams,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sums:
    """Draw, compute and add up.

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
    _keep_freed_memory()
    model = Model(parameters)
    grid = _grid(parameters)
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
    for index, hypothesis in enumerate(parameters.hypotheses):
        if not total[:, index].sum() > 0:
            raise parameters.bad(
                ("hypotheses", hypothesis.name),
                "the low-end update leaves nothing of this hypothesis; allowed: a requirement "
                "that reaches above ruled_out_below_flop",
            )
    np.cumsum(arrived, axis=-1, out=arrived)
    np.cumsum(enough, axis=-1, out=enough)
    years, arrived = _with_known_years(parameters, model, streams, grid, arrived, total)
    return Sums(years, arrived, total, plan.points, REQUIREMENT_EDGES, enough)


def _keep_freed_memory() -> None:
    """Let the C library keep the memory of freed blocks for the next ones.

    Where that is glibc, freeing one large array raises the sizes from which it returns memory to
    the system. Otherwise every block pays for its pages again: up to 15 % of a run's time.
    """
    np.empty(2**21)


def default_threads() -> int:
    """One thread for each processor that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def is_known(parameters: Parameters, hypothesis: HypothesisInputs) -> bool:
    """Whether nothing about a hypothesis' arrival is random."""
    names = (*hypothesis.inputs, *TRENDS)
    return not any(parameters.inputs[name].is_random for name in names)


def _grid(parameters: Parameters) -> Array:
    steps = (parameters.last_year - parameters.first_year) * STEPS_PER_YEAR
    return parameters.first_year + np.arange(steps + 1) / STEPS_PER_YEAR


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


def _with_known_years(
    parameters: Parameters,
    model: Model,
    streams: Streams,
    grid: Array,
    arrived: Array,
    total: Array,
) -> tuple[Array, Array]:
    """Put arrival years that are known outright into the grid, where they are steps.

    A grid year is up to a step late for them; between grid years all else is a straight line.
    """
    known: dict[int, float] = {}
    for i, hypothesis in enumerate(parameters.hypotheses):
        if is_known(parameters, hypothesis):
            draws = draw_inputs(parameters.inputs, streams, 0, 0, 1)
            affordable, requirement = model.affordable(draws), model.requirement(hypothesis, draws)
            known[i] = float(model.arrival(hypothesis, draws, affordable, requirement)[0])
    steps = [year for year in known.values() if np.isfinite(year) and year > grid[0]]
    if not known:
        return grid, arrived
    years = np.union1d(grid, [y for step in steps for y in (np.nextafter(step, 0.0), step)])
    result = np.empty((*arrived.shape[:2], years.size))
    for replicate, i in np.ndindex(*arrived.shape[:2]):
        if i in known:
            result[replicate, i] = np.where(years >= known[i], total[replicate, i], 0.0)
        else:
            result[replicate, i] = np.interp(years, grid, arrived[replicate, i])
    return years, result
