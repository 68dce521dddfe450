"""Integrating: given the trends, P(arrival <= y) is the requirement's CDF at what can be bought.

Requirements and trends share no input, so the one is averaged over points of the other: smooth
functions instead of hits and misses. A requirement is a sampled part plus independent terms, which
are convolved. Both sides are drawn afresh in each replicate, so that the replicates' spread holds
the error of both.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from bioanchors.engine.blas import one_blas_thread
from bioanchors.engine.count import add_up
from bioanchors.engine.requirements import Requirements
from bioanchors.engine.sums import (
    Sums,
    Tally,
    finish,
    keep_freed_memory,
    onto,
    year_grid,
)
from bioanchors.engine.trends import TrendAverages
from bioanchors.model.joint import Model
from bioanchors.sampling import Plan, Streams
from bioanchors.types import Progress

PILOT_POINTS = 64
"""Trend points by which it is chosen what to count."""

TOLERANCE = 1e-4
"""Largest error between the years at which averages are taken, in probability."""

FIRST_LOOK = 128
"""Trend points of one replicate by which years are added before all of them are averaged."""

COMMON_POINTS = 32
"""Trend points at which the requirements of all replicates are compared."""


class Integration:
    """Estimates the CDFs by integrating over trends and requirements apart.

    What more points leave as it was is kept from one estimate to the next.

    Parameters
    ----------
    model, streams
        What to estimate, and from which uniforms.
    replicates
        Independent repetitions.
    threads
        For hypotheses that are counted; by default one for each processor.
    precision
        Standard error that is asked for: interpolation between years may add a tenth of it.
    """

    @one_blas_thread()
    def __init__(
        self,
        model: Model,
        streams: Streams,
        replicates: int,
        threads: int | None = None,
        precision: float = 10.0 * TOLERANCE,
    ) -> None:
        keep_freed_memory()
        self._tolerance = min(TOLERANCE, precision / 10.0)
        self._rounds: list[tuple[int, int]] = []
        self._threads = threads
        self._model, self._streams, self._replicates = model, streams, replicates
        self._points = 0
        self._counted: Tally | None = None
        self._trends = TrendAverages(model, streams, replicates)
        self._requirements = Requirements(model, streams, replicates, not self._trends.random)

    @one_blas_thread()
    def estimate(
        self,
        points: int,
        trend_points: int,
        progress: Progress | None = None,
    ) -> Sums:
        """Return the sums, without what strata hide of their error (``looked_into``).

        Parameters
        ----------
        points
            Points of each replicate for the sampled parts of the requirements, a power of two.
        trend_points
            Points of each replicate for the trends, a power of two.
        progress
            Called with the number of replicates done and of all replicates.

        Raises
        ------
        NothingLeftError
            If the low-end update leaves nothing of a hypothesis.
        """
        self._rounds.append((points, trend_points))
        if points != self._points:
            self._tables = self._requirements.tables(points)
            self._points = points
            self._counted = None
            self._trends.forget()
        trends, cdfs, enough = self._trends, self._tables.cdfs, self._tables.enough
        if trends.random and not trends.chosen:
            trends.match(cdfs[0])
            trends.choose(self._tables.spreads, min(PILOT_POINTS, trend_points))
        if not trends.points:
            few = min(FIRST_LOOK, trend_points)
            trends.settle(cdfs[0], enough, few, self._tolerance)
        added = trends.average(cdfs, enough, trend_points, progress)
        while trends.refine(enough, self._tolerance):
            added = trends.average(cdfs, enough, trend_points, progress)
        sums = self._sums(added, points, trend_points)
        return replace(sums, unseen=math.hypot(sums.unseen, trends.parting_error()))

    @one_blas_thread()
    def looked_into(self, sums: Sums) -> Sums:
        """Return the last sums with what strata of single inputs hide, which takes a while."""
        errors = self._trends.stratum_error(self._tables.cdfs[0])
        within = [np.interp(sums.years, self._trends.grid, error) for error in errors]
        return replace(sums, within=np.array(within))

    @property
    def conflict(self) -> float:
        """Standard errors between prior and observations, taken together; 0 where not known."""
        proposal = self._trends.proposal
        return 0.0 if proposal is None else proposal.conflict

    @one_blas_thread()
    def by_requirement(self) -> Sums:
        """Return sums of which the replicates differ in the requirements alone."""
        points = min(COMMON_POINTS, self._trends.points)
        tables = self._tables
        added = self._trends.by_requirement(tables.cdfs, tables.enough, points)
        # What lies between years is not the requirements'.
        return replace(self._sums(added, self._points, points), between=0.0)

    def _sums(self, added: Tally, points: int, trend_points: int) -> Sums:
        trends = self._trends
        added.total[0] = self._tables.total
        added.enough[0] = self._tables.enough
        counted = [self._model.spec.hypotheses[i] for i in trends.sharp]
        unseen = 1.0 / (points * self._replicates) if self._tables.all_sampled else 0.0
        if counted:
            if self._counted is None:
                plan = Plan.of(points * self._replicates, self._replicates)
                self._counted = add_up(self._model, self._streams, plan, counted, self._threads)
            some = self._counted
            grid = year_grid(self._model.spec)
            unseen = max(unseen, some.smallest_step(points * self._replicates))
            added.arrived[:, :, trends.sharp] = onto(trends.grid, grid, some.arrived)
            added.total[:, :, trends.sharp] = some.total
            added.enough[:, :, trends.sharp] = some.enough
        sums = replace(
            Sums.of(self._model, trends.grid, added, points, trend_points if trends.random else 0),
            counted=tuple(hypothesis.name for hypothesis in counted),
            between=trends.nodes.error,
            rounds=tuple(self._rounds),
            unseen=unseen,
            proposed=trends.proposal is not None,
        )
        return finish(self._model, self._streams, sums)
