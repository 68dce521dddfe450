"""Integrating: given the trends, P(arrival <= y) is the requirement's CDF at what can be bought.

Requirements and trends share no input, so the one is averaged over points of the other: smooth
functions instead of hits and misses. A requirement is a sampled part plus independent terms, which
are convolved. Both sides are drawn afresh in each replicate, so that the replicates' spread holds
the error of both.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from bioanchors.engine.count import Progress, add_up
from bioanchors.engine.sums import (
    REQUIREMENT_EDGES,
    STEPS_PER_YEAR,
    TRENDS,
    Array,
    Sums,
    finish,
    is_random,
    keep_freed_memory,
    year_grid,
)
from bioanchors.model.conditional_cdf import Cdf, ConditionalCdf
from bioanchors.model.convolution import Histogram
from bioanchors.model.curves import Value
from bioanchors.model.interpolation import monotone_cubic
from bioanchors.model.joint import Model
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.parameters import Parameters
from bioanchors.sampling import BLOCK, Draws, Plan, Streams, draw_inputs

CHUNK = 16_384
"""Trend points times years at a time."""

PILOT_POINTS = 64
STRIDES = tuple(quarters * STEPS_PER_YEAR // 4 for quarters in (16, 8, 4, 1))
"""Grid steps to try between years at which averages over the trends are taken: 4 years to 1/4."""

FEWEST_YEARS = 11
SHARP = 0.5
"""A requirement whose spread is a smaller share of that of the trends' product is counted."""

TOLERANCE = 1e-4
"""Largest error between such years, in probability."""


class Integration:
    """Estimates the CDFs by integrating over trends and requirements apart.

    What more points leave as it was is kept from one estimate to the next.

    Parameters
    ----------
    parameters, streams
        What to estimate, and from which uniforms.
    replicates
        Independent repetitions.
    threads
        For hypotheses that are counted; by default one for each processor.
    """

    def __init__(
        self,
        parameters: Parameters,
        streams: Streams,
        replicates: int,
        threads: int | None = None,
    ) -> None:
        keep_freed_memory()
        self._threads = threads
        self._parameters, self._streams = parameters, streams
        self._model, self._replicates = Model(parameters), replicates
        self._requirements: list[ConditionalCdf] = []
        self._points = 0
        self._cdfs: list[list[Cdf]] = []
        self._counted: tuple[Array, Array, Array] | None = None
        shape = (replicates, len(parameters.hypotheses))
        self._total = np.empty(shape)
        self._enough = np.empty((*shape, REQUIREMENT_EDGES.size))
        self._trends = _Trends(parameters, self._model, streams, replicates)

    def estimate(self, points: int, trend_points: int, progress: Progress | None = None) -> Sums:
        """Return the sums.

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
        BadParameters
            If the low-end update leaves nothing of a hypothesis.
        """
        if points != self._points:
            self._cdfs = []
            for replicate in range(self._replicates):
                self._cdfs.append(self._requirements_of(replicate, points))
            self._points = points
            self._counted = None
            self._trends.forget()
        trends = self._trends
        if trends.random and not trends.stride:
            spreads = [requirement.spread for requirement in self._requirements]
            trends.choose(self._cdfs[0], spreads, min(PILOT_POINTS, trend_points))
        arrived = trends.average(self._cdfs, trend_points, progress)
        total, enough = self._total.copy(), self._enough.copy()
        counted = [self._parameters.hypotheses[i] for i in trends.sharp]
        if counted:
            if self._counted is None:
                plan = Plan.of(points * self._replicates, self._replicates)
                self._counted = add_up(
                    self._parameters, self._model, self._streams, plan, counted, self._threads
                )
            for all_of, some in zip((arrived, total, enough), self._counted, strict=True):
                all_of[:, trends.sharp] = some
        sums = Sums(
            trends.grid,
            arrived,
            total,
            points,
            trend_points if trends.random else 0,
            enough,
            tuple(hypothesis.name for hypothesis in counted),
        )
        return finish(self._parameters, self._model, self._streams, sums)

    def _requirements_of(self, replicate: int, points: int) -> list[Cdf]:
        parts = self._sampled_parts(replicate, points)
        first = next(parts)
        if not self._requirements:
            self._requirements = [
                ConditionalCdf(
                    self._parameters, self._model, hypothesis, sample, not self._trends.random
                )
                for hypothesis, sample in zip(self._parameters.hypotheses, first, strict=True)
            ]
        shared: dict[tuple[object, float], Histogram] = {}
        collected = [requirement.collect(shared) for requirement in self._requirements]
        for samples in itertools.chain([first], parts):
            for part, sample in zip(collected, samples, strict=True):
                part.add(sample)
        cdfs = []
        for i, (part, sample) in enumerate(zip(collected, first, strict=True)):
            if replicate and not np.ndim(sample):
                # Nothing of it is sampled, so that it is the same in every replicate.
                self._total[replicate, i] = self._total[0, i]
                self._enough[replicate, i] = self._enough[0, i]
                cdfs.append(self._cdfs[0][i])
                continue
            cdf, self._total[replicate, i] = part.cdf()
            self._enough[replicate, i] = cdf(REQUIREMENT_EDGES)
            cdfs.append(cdf)
        return cdfs

    def _sampled_parts(self, replicate: int, points: int) -> Iterator[list[Value]]:
        """Yield each hypothesis' requirement without its added terms, block by block."""
        formulas = [
            (REQUIREMENTS[hypothesis.kind], hypothesis.requirement)
            for hypothesis in self._parameters.hypotheses
        ]
        used = {name for formula, names in formulas for name in formula.split(names)[1]}
        inputs = {name: item for name, item in self._parameters.inputs.items() if name in used}
        size = min(points, BLOCK)
        # Where nothing is sampled one block says it all.
        blocks = points // size if is_random(self._parameters, tuple(used)) else 1
        for block in range(blocks):
            draws = draw_inputs(inputs, self._streams, replicate, block, size)
            # Networks that differ in their horizons alone have one such part between them.
            parts: dict[tuple[object, ...], Value] = {}
            for formula, names in formulas:
                key = (formula.formula, *formula.split(names)[1])
                if key not in parts:
                    parts[key] = formula.rest(names, draws)
            yield [
                parts[(formula.formula, *formula.split(names)[1])] for formula, names in formulas
            ]


class _Trends:
    """Averages functions of what can be bought over points of the trends."""

    def __init__(
        self, parameters: Parameters, model: Model, streams: Streams, replicates: int
    ) -> None:
        self._parameters, self._model, self._streams = parameters, model, streams
        self.grid = year_grid(parameters)
        names = {*TRENDS, *(n for h in parameters.hypotheses for n in (h.speed, h.max_oom))}
        self._inputs = {n: parameters.inputs[n] for n in parameters.inputs if n in names}
        self.random = is_random(parameters, tuple(names))
        self._replicates = replicates
        self.stride = 0
        self.sharp: list[int] = []
        self.forget()

    def forget(self) -> None:
        """Drop what has been added up."""
        self._sums: list[Array] = []
        self._points = 0

    def average(
        self, cdfs: list[list[Cdf]], points: int, progress: Progress | None = None
    ) -> Array:
        """Return the mean of each CDF over the trend points, (replicate, hypothesis, year)."""
        if not self.random:
            return self._at_known_trends(cdfs)
        years = self._years(self.stride)
        if points < self._points:
            self.forget()
        if points > self._points:
            new = []
            for replicate, each in enumerate(cdfs):
                new.append(self._add(each, replicate, self._points, points, years))
                if progress is not None:
                    progress(replicate + 1, self._replicates)
            old = self._sums or [np.zeros(())] * len(new)
            self._sums = [before + more for before, more in zip(old, new, strict=True)]
            self._points = points
        return monotone_cubic(years, np.array(self._sums) / points, self.grid)

    def _at_known_trends(self, cdfs: list[list[Cdf]]) -> Array:
        draws = self._draws(0, 0, 1)
        affordable = self._model.affordable(draws).at(self.grid)
        result = np.empty((len(cdfs), len(cdfs[0]), self.grid.size))
        for i, hypothesis in enumerate(self._parameters.hypotheses):
            log10_flop = affordable + self._model.gain(hypothesis, draws).at(self.grid)
            most = np.maximum.accumulate(log10_flop)
            for replicate, each in enumerate(cdfs):
                result[replicate, i] = each[i](most)
        return result

    def choose(self, cdfs: list[Cdf], spreads: list[float], points: int) -> None:
        """Choose how far apart years may be, and for which hypotheses averaging does not pay.

        Where a requirement is known much better than what can be bought, its CDF there is a step,
        and averaging it over few trend points would count hits, with an error that nobody sees.
        """
        draws = self._draws(0, 0, points)
        affordable = self._model.affordable(draws)
        some_years = np.linspace(self.grid[0], self.grid[-1], 9)
        sharp = []
        for i, hypothesis in enumerate(self._parameters.hypotheses):
            curve = affordable + self._model.gain(hypothesis, draws)
            if spreads[i] < SHARP * float(np.max(np.std(curve.at(some_years), axis=0))):
                sharp.append(i)
        smooth = [i for i in range(len(cdfs)) if i not in sharp]
        for stride in STRIDES:
            fine = self._years(stride // 2)
            fine = fine[: fine.size - 1 + fine.size % 2]
            if fine.size < FEWEST_YEARS:
                continue
            self.stride = stride
            exact = self._add(cdfs, 0, 0, points, fine) / points
            guess = monotone_cubic(fine[::2], exact[:, ::2], fine)
            error = np.max(np.abs(guess - exact), axis=1)
            if all(error[i] < TOLERANCE for i in smooth):
                break
        else:
            # The shortest distance it is; what it does not suit is counted.
            if not self.stride:
                # So few years that all of the grid is taken.
                self.stride, error = 1, np.zeros(len(cdfs))
            sharp += [i for i in smooth if error[i] >= TOLERANCE]
        self.sharp = sorted(sharp)

    def _years(self, stride: int) -> Array:
        """Return years that many grid steps apart, the last at or after the window's end."""
        count = -(-(self.grid.size - 1) // stride) + 1
        return np.asarray(self.grid[0] + np.arange(count) * (stride / STEPS_PER_YEAR))

    def _add(self, cdfs: list[Cdf], replicate: int, start: int, stop: int, years: Array) -> Array:
        """Return the sum of each CDF over points from start to stop, (hypothesis, year).

        Both are powers of two, or start is 0.
        """
        size = stop - start if start == 0 else start
        while size > 1 and size * years.size > CHUNK:
            size //= 2
        result = np.zeros((len(cdfs), years.size))
        if len(self.sharp) == len(cdfs):
            return result
        for block in range(start // size, stop // size):
            draws = self._draws(replicate, block, size)
            affordable = self._model.affordable(draws).at(years)
            for i, (hypothesis, cdf) in enumerate(
                zip(self._parameters.hypotheses, cdfs, strict=True)
            ):
                if i in self.sharp:
                    continue
                log10_flop = affordable + self._model.gain(hypothesis, draws).at(years)
                # What was enough once stays enough, even where curves fall.
                most = np.maximum.accumulate(np.atleast_2d(log10_flop), axis=1)
                result[i] += cdf(most).sum(axis=0)
        return result

    def _draws(self, replicate: int, block: int, size: int) -> Draws:
        """Return draws as columns, to be crossed with years."""
        draws = draw_inputs(self._inputs, self._streams, replicate, block, size)
        return {
            name: values[:, np.newaxis] if isinstance(values, np.ndarray) else values
            for name, values in draws.items()
        }
