"""What an estimate adds up to, by replicate and hypothesis; shared by counting and integrating."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import JUST_BEFORE
from bioanchors.model.joint import Model
from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.sampling import Streams, draw_inputs

Array = NDArray[np.float64]

STEPS_PER_YEAR = 16
NOTHING = 1e-9
"""Mass of a hypothesis below which there is nothing of it: less is the rounding of convolutions."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # glibc's malloc.h
_KEPT_BYTES = {M_TRIM_THRESHOLD: 2**26, M_MMAP_THRESHOLD: 2**24}

KEPT_DRAWS = 2048
"""Draws of each replicate whose likelihood is kept."""

REQUIREMENT_EDGES = np.arange(0.0, 120.0 + 1 / 64, 1 / 32)


@dataclass
class Tally:
    """What draws add up to, without the evidence and then for each of its cases.

    Attributes
    ----------
    arrived
        Weight of what has arrived by each year, shape (1 + case, replicate, hypothesis, year).
    total
        Weight of all, shape (1 + case, replicate, hypothesis): without the evidence 1 but for the
        low-end update.
    enough
        Weight of that for which so many FLOP are enough with 2020 algorithms, at
        ``REQUIREMENT_EDGES``, shape (1 + case, replicate, hypothesis, edge).
    likelihood
        Likelihood of some draws given each hypothesis, arrays of shape (hypothesis, case, draw),
        relative to one another.
    moments
        Of the likelihood in the first case, over all draws: means, then means of the products of
        two hypotheses', shape (hypothesis, 1 + hypothesis). They tell how many draws are left.
    """

    arrived: Array
    total: Array
    enough: Array
    likelihood: list[Array]
    moments: Array

    @classmethod
    def of(cls, cases: int, shape: tuple[int, ...], years: int) -> Tally:
        """Return zeros, of so many cases of the evidence; shape is (replicate, hypothesis)."""
        lead = (1 + cases, *shape)
        return cls(
            np.zeros((*lead, years)),
            np.zeros(lead),
            np.zeros((*lead, REQUIREMENT_EDGES.size)),
            [],
            np.zeros((shape[-1], 1 + shape[-1])),
        )

    def smallest_step(self, draws: int) -> float:
        """Return the probability of one of so many draws, as many as the evidence leaves."""
        mean, square = self.moments[:, 0], self.moments[:, 1:].diagonal()
        if not square.any():  # no evidence
            return 1.0 / draws
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(square > 0, draws * mean**2 / square, 0.0)
        return float(1.0 / max(left.min(), 1.0))


@dataclass(frozen=True, slots=True)
class Sums:
    """Means over the draws of each replicate.

    Attributes
    ----------
    years
        Decimal years, ascending: a fine grid with every whole year of the window, and where an
        arrival year is known outright, that year and the last number before it.
    arrived, total, enough
        As in ``Tally``, means.
    points
        Points of each replicate.
    trend_points
        Of these, points at which the trends were drawn where they were drawn apart from the
        requirements; 0 where all were drawn together.
    until
        Last year of release of each case of the evidence, ascending, the last ``inf``: "none"
        tells which case a draw belongs to. Empty without evidence.
    likelihood, moments
        As in ``Tally``; None without evidence.
    counted
        Hypotheses for which joint draws were counted although the others were integrated.
    between
        Bound of what interpolation between the years averaged at leaves, in probability, at
        ``years``, or 0 for all: the same in all replicates, so that their spread does not hold it.
    within
        Standard error that strata of single inputs leave at ``years``, of which replicates may say
        nothing: without the evidence and, if there is any, with it, (1 or 2, year), or 0 for all.
    rounds
        Points and trend points of each round that led here: the years averaged at were chosen by
        what each round saw.
    proposed
        Whether as many trend points again were drawn from near the observations.
    unseen
        A standard error that all replicates may hide alike: where something was counted, the
        probability of one draw, since what is rarer may not have been drawn at all; and of the
        shares of draws in the components of mixtures where strata do not tell it.
    """

    years: Array
    arrived: Array
    total: Array
    enough: Array
    points: int
    trend_points: int
    until: tuple[float, ...] = ()
    likelihood: Array | None = None
    moments: Array | None = None
    counted: tuple[str, ...] = ()
    between: Array | float = 0.0
    within: Array | float = 0.0
    rounds: tuple[tuple[int, int], ...] = ()
    unseen: float = 0.0
    proposed: bool = False

    @classmethod
    def of(cls, model: Model, years: Array, tally: Tally, points: int, trend_points: int) -> Sums:
        """Return what was added up, on a grid of years."""
        likelihood = np.concatenate(tally.likelihood, axis=-1) if model.cases else None
        return cls(
            years,
            tally.arrived,
            tally.total,
            tally.enough,
            points,
            trend_points,
            tuple(case.until for case in model.cases),
            likelihood,
            tally.moments if model.cases else None,
        )

    @property
    def given(self) -> slice:
        """Cases of the forecast: those of the evidence, or without any the one that there is."""
        return slice(1, None) if self.until else slice(0, 1)

    def without_evidence(self) -> Sums:
        """Return the same of the prior."""
        arrived, total, enough = (each[:1] for each in (self.arrived, self.total, self.enough))
        return replace(
            self,
            arrived=arrived,
            total=total,
            enough=enough,
            until=(),
            likelihood=None,
            moments=None,
            within=np.atleast_2d(self.within)[:1],
        )

    def shared_error_at(self, years: Array | float) -> Array:
        """Return what of the error of a probability replicates may hide alike, besides ``unseen``.

        At any years of the window; there is none beyond it.
        """
        within = np.broadcast_to(self.within, (1 + bool(self.until), self.years.size))[-1]
        return np.asarray(np.interp(years, self.years, np.hypot(self.between, within)))


def year_grid(spec: Spec) -> Array:
    """Return decimal years a sixteenth of a year apart, first and last of the window included."""
    steps = round((spec.last_year - spec.first_year) * STEPS_PER_YEAR)
    return spec.first_year + np.arange(steps + 1) / STEPS_PER_YEAR


def with_turns(model: Model, grid: Array) -> Array:
    """Return the grid with the years at which something turns.

    Where cases end or the evidence cuts off arrivals, and both sides of the curves' breaks.
    """
    turns = [case.until for case in model.cases if grid[0] < case.until < grid[-1]]
    turns += [side for year in model.breaks for side in (year - JUST_BEFORE, year)]
    return np.union1d(grid, turns) if turns else grid


def onto(new_grid: Array, grid: Array, values: Array) -> Array:
    """Put values by year onto another grid, with straight lines between."""
    if new_grid.size == grid.size:
        return values
    result = np.empty((*values.shape[:-1], new_grid.size))
    for place in np.ndindex(*values.shape[:-1]):
        result[place] = np.interp(new_grid, grid, values[place])
    return result


class NothingLeftError(ValueError):
    """The low-end update leaves nothing of a hypothesis, of which ``hypothesis`` is the name."""

    def __init__(self, hypothesis: str) -> None:
        super().__init__(f"the low-end update leaves nothing of {hypothesis}")
        self.hypothesis = hypothesis


def finish(model: Model, streams: Streams, sums: Sums) -> Sums:
    """Return sums with the arrival years that are known outright as steps.

    Raises
    ------
    NothingLeftError
        If the low-end update leaves nothing of a hypothesis.
    """
    spec = model.spec
    for index, hypothesis in enumerate(spec.hypotheses):
        if not sums.total[0, :, index].mean() > NOTHING:
            raise NothingLeftError(hypothesis.name)
    known = {
        i: _known_year(model, streams, hypothesis)
        for i, hypothesis in enumerate(spec.hypotheses)
        if not spec.is_random((*hypothesis.inputs, *spec.shared_trends))
    }
    if known:
        sums = _with_known_years(sums, known)
    return _cut_off(model, sums)


def _cut_off(model: Model, sums: Sums) -> Sums:
    """Return sums with nothing arrived, in the evidence's cases, by the year by which nothing has.

    Of another event than the forecast's it is not known.
    """
    until = model.spec.not_arrived_by
    if until is None or not model.same_event:
        return sums
    arrived = sums.arrived.copy()
    for case, values in zip(model.cases, arrived[1:], strict=True):
        if case.arrival:
            values[..., sums.years <= until] = 0.0
    return replace(sums, arrived=arrived)


def _known_year(model: Model, streams: Streams, hypothesis: HypothesisInputs) -> float:
    names = {*hypothesis.inputs, *model.spec.shared_trends}
    inputs = {name: item for name, item in model.spec.inputs.items() if name in names}
    trends = model.trends(draw_inputs(inputs, streams, 0, 0, 1))
    requirement = model.requirement(hypothesis, trends.draws)
    trends = model.sized(hypothesis, trends, requirement)
    return float(model.arrival(hypothesis, trends, requirement)[0])


def _with_known_years(sums: Sums, known: dict[int, float]) -> Sums:
    """Put known arrival years into the grid: between grid years all else is a straight line."""
    grid = sums.years
    steps = [year for year in known.values() if np.isfinite(year) and year > grid[0]]
    years = np.union1d(grid, [y for step in steps for y in (np.nextafter(step, 0.0), step)])

    arrived = onto(years, grid, sums.arrived).copy()
    for i, year in known.items():
        # Under the evidence a known year either holds for what is left of a case, or for nothing.
        total = sums.total[..., i, np.newaxis]
        arrived[..., i, :] = np.where(years >= year, total, 0.0)
    between = np.interp(years, grid, np.broadcast_to(sums.between, grid.shape))
    return replace(sums, years=years, arrived=arrived, between=between)


def default_threads() -> int:
    """One thread for each processor that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def keep_freed_memory() -> None:
    """Let the C library keep the memory of freed blocks for the next ones.

    Otherwise every block pays for its pages again: up to 15 % of a run's time, and half of it in
    workers of dask, which are told to return all memory at once.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not glibc
        return
    for parameter, size in _KEPT_BYTES.items():
        mallopt(parameter, size)
