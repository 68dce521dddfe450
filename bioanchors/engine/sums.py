"""What an estimate adds up to, by replicate and hypothesis; shared by counting and integrating."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.joint import Model
from bioanchors.parameters import HypothesisInputs, Parameters
from bioanchors.parameters.parameters import ECONOMY, HARDWARE, SPENDING
from bioanchors.sampling import Streams, draw_inputs

Array = NDArray[np.float64]

STEPS_PER_YEAR = 16
NOTHING = 1e-9
"""Mass of a hypothesis below which there is nothing of it: less is the rounding of convolutions."""

REQUIREMENT_EDGES = np.arange(0.0, 120.0 + 1 / 64, 1 / 32)
TRENDS = (*HARDWARE, *SPENDING, *ECONOMY)


@dataclass(frozen=True, slots=True)
class Sums:
    """Means over the draws of each replicate.

    Attributes
    ----------
    years
        Decimal years, ascending: a fine grid with every whole year of the window, and where an
        arrival year is known outright, that year and the last number before it.
    arrived
        Mean weight of what has arrived by each year, shape (replicate, hypothesis, year).
    total
        Mean weight of all, shape (replicate, hypothesis): 1 but for the low-end update.
    points
        Points of each replicate.
    trend_points
        Of these, points at which the trends were drawn where they were drawn apart from the
        requirements; 0 where all were drawn together.
    enough
        Mean weight of that for which so many FLOP are enough with 2020 algorithms, at
        ``REQUIREMENT_EDGES``, shape (replicate, hypothesis, edge).
    counted
        Hypotheses for which joint draws were counted although the others were integrated.
    """

    years: Array
    arrived: Array
    total: Array
    points: int
    trend_points: int
    enough: Array
    counted: tuple[str, ...] = ()


def year_grid(parameters: Parameters) -> Array:
    """Return decimal years a sixteenth of a year apart, first and last of the window included."""
    steps = (parameters.last_year - parameters.first_year) * STEPS_PER_YEAR
    return parameters.first_year + np.arange(steps + 1) / STEPS_PER_YEAR


def is_random(parameters: Parameters, names: tuple[str, ...]) -> bool:
    """Whether any of the inputs named is anything but a known number."""
    return any(parameters.inputs[name].is_random for name in names)


def finish(parameters: Parameters, model: Model, streams: Streams, sums: Sums) -> Sums:
    """Return sums with the arrival years that are known outright as steps.

    Raises
    ------
    BadParameters
        If the low-end update leaves nothing of a hypothesis.
    """
    for index, hypothesis in enumerate(parameters.hypotheses):
        if not sums.total[:, index].mean() > NOTHING:
            raise parameters.bad(
                ("hypotheses", hypothesis.name),
                "the low-end update leaves nothing of this hypothesis; allowed: a requirement "
                "that reaches above ruled_out_below_flop",
            )
    known = {
        i: _known_year(parameters, model, streams, hypothesis)
        for i, hypothesis in enumerate(parameters.hypotheses)
        if not is_random(parameters, (*hypothesis.inputs, *TRENDS))
    }
    return _with_known_years(sums, known) if known else sums


def _known_year(
    parameters: Parameters, model: Model, streams: Streams, hypothesis: HypothesisInputs
) -> float:
    names = (*hypothesis.inputs, *TRENDS)
    inputs = {name: parameters.inputs[name] for name in names}
    draws = draw_inputs(inputs, streams, 0, 0, 1)
    requirement = model.requirement(hypothesis, draws)
    return float(model.arrival(hypothesis, draws, model.affordable(draws), requirement)[0])


def _with_known_years(sums: Sums, known: dict[int, float]) -> Sums:
    """Put known arrival years into the grid: between grid years all else is a straight line."""
    grid = sums.years
    steps = [year for year in known.values() if np.isfinite(year) and year > grid[0]]
    years = np.union1d(grid, [y for step in steps for y in (np.nextafter(step, 0.0), step)])
    arrived = np.empty((*sums.arrived.shape[:2], years.size))
    for replicate, i in np.ndindex(*arrived.shape[:2]):
        if i in known:
            arrived[replicate, i] = np.where(years >= known[i], sums.total[replicate, i], 0.0)
        else:
            arrived[replicate, i] = np.interp(years, grid, sums.arrived[replicate, i])
    return replace(sums, years=years, arrived=arrived)


def default_threads() -> int:
    """One thread for each processor that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def keep_freed_memory() -> None:
    """Let the C library keep the memory of freed blocks for the next ones.

    Where that is glibc, freeing one large array raises the sizes from which it returns memory to
    the system. Otherwise every block pays for its pages again: up to 15 % of a run's time.
    """
    np.empty(2**21)
