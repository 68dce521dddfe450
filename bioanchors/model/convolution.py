"""Distributions of sums on an even grid: independent terms are convolved, not sampled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.curves import Array

CELLS_PER_SPREAD = 100
"""Least cells of the grid in one standard deviation of the sum; the error is of the order of 1e-6.
"""

MOST_CELLS = 2**17
SHARPEST = 1.0 / CELLS_PER_SPREAD
"""Largest mass of a cell: two and a half times that of a normal distribution's middle one.

The grid is made finer until no cell has more, or, where a value has mass of its own, until there
are as many cells as there may be.
"""

NARROW = 4
"""A term whose spread is fewer cells than this is not smooth on the grid."""

TAIL = 1e-12
ROUNDING = 1e-9
FINEST = 1e-9
"""Step in OOM from which on a grid is not made finer: what is narrower is a step."""

FEW = 16


@dataclass(frozen=True)
class Term:
    """One random term of a sum.

    Attributes
    ----------
    cdf
        Its CDF.
    low, high
        Quantiles at 1e-12 and at 1 less 1e-12.
    spread
        Half the distance between the quantiles at 16 % and 84 %.
    """

    cdf: Callable[[Array], Array]
    low: float
    high: float
    spread: float

    @staticmethod
    def of(cdf: Callable[[Array], Array], ppf: Callable[[Array], Array]) -> Term:
        """Return a term of its CDF and quantile function."""
        return _term(cdf, ppf)

    def masses(self, step: float, offset: float = 0.0) -> tuple[int, Array]:
        """Return the first node and the masses at nodes, of the term and a known offset.

        Node i lies at i x step.

        Notes
        -----
        Mass is shared between the two nodes around it in proportion to nearness, which keeps the
        mean: m_j = (I_(j+1) - 2 I_j + I_(j-1)) / step, with I the integral of the CDF.
        """
        return _masses(self, step, offset)


@lru_cache(maxsize=256)
def _term(cdf: Callable[[Array], Array], ppf: Callable[[Array], Array]) -> Term:
    """Make a term, kept as its masses are: quantiles of a mixture are searched for."""
    low, left, right, high = ppf(np.array([TAIL, 0.16, 0.84, 1 - TAIL]))
    return Term(cdf, float(low), float(high), float(right - left) / 2)


@lru_cache(maxsize=256)
def _masses(term: Term, step: float, offset: float) -> tuple[int, Array]:
    """Masses of a term, kept: the same terms come back with every seed and most edits."""
    start = math.floor((term.low + offset) / step) - 1
    cells = math.ceil((term.high + offset) / step) + 1 - start
    # Simpson's rule in each cell; a term that is narrow against a cell wants a finer look.
    parts = 2 if term.spread > NARROW * step else 32
    fine = term.cdf((start + np.arange(cells * parts + 1) / parts) * step - offset)
    ends, middles = fine[::2], fine[1::2]
    pairs = (ends[:-1] + 4.0 * middles + ends[1:]) / 6.0
    within = pairs.reshape(cells, parts // 2).mean(axis=1)
    # within is the mean of the CDF over each cell: its differences are the nodes' masses.
    masses = np.diff(np.concatenate([[0.0], within, [1.0]]))
    return start, np.maximum(masses, 0.0)


class GridCdf:
    """A CDF on an even grid, straight between its places.

    Parameters
    ----------
    start, step
        First place, and distance between places.
    values
        The CDF there; before the first it is the first value, after the last it is the last.
    """

    def __init__(self, start: float, step: float, values: Array) -> None:
        self.start, self.step, self.values = start, step, values
        self._rises = np.diff(values, append=values[-1])

    @property
    def end(self) -> float:
        """Last place."""
        return self.start + self.step * (self.values.size - 1)

    @property
    def nests(self) -> bool:
        """Whether its places lie half a step beside multiples of its step, a power of two.

        They are then multiples of half a step, as are those of every coarser such grid.
        """
        middle = self.start / self.step + 0.5
        return math.frexp(self.step)[0] == 0.5 and middle.is_integer()

    def __call__(self, x: Array) -> Array:
        """Return the CDF at places of any shape."""
        position = np.asarray((x - self.start) * (1.0 / self.step))
        np.clip(position, 0.0, self.values.size - 1.0, out=position)
        whole = np.floor(position)
        place = whole.astype(np.intp)
        position -= whole
        # All places are on the grid, so that "clip" moves none: it spares a look at each.
        position *= self._rises.take(place, mode="clip")
        position += self.values.take(place, mode="clip")
        return position


class Sum:
    """Distribution of the sum of independent terms, of a part that is sampled and of a known one.

    Parameters
    ----------
    terms
        The random terms.
    spread, reach
        About the standard deviation of the sampled part, and how far apart its draws can lie.
    known
        The known part. It moves the first term before that is put on the grid, so that of all sums
        with a term nodes are multiples of the step, and places of the CDF lie between them: a round
        number, such as a cut, in the middle between two places.

    Attributes
    ----------
    spread
        About the standard deviation of the sum.
    """

    def __init__(
        self, terms: Sequence[Term], spread: float, reach: float, known: float = 0.0
    ) -> None:
        self._known = known
        self.spread = total = math.sqrt(spread**2 + sum(term.spread**2 for term in terms))
        reach += sum(term.high - term.low for term in terms)
        self.step = _rounded_down(max(total / CELLS_PER_SPREAD, reach / MOST_CELLS, FINEST))
        self._convolve_terms(terms)
        # A part that is sampled smooths the whole besides.
        sharpest = SHARPEST * (2 if spread > 0 else 1)
        while (
            terms
            and self.masses.max() > sharpest
            and reach < self.step * MOST_CELLS / 2
            and self.step > FINEST
        ):
            # Something is sharper than the whole: take a finer look at all of it.
            self.step /= 2
            self._convolve_terms(terms)
        self._smooth = sum(term.spread > NARROW * self.step for term in terms)
        self._sampled = spread > NARROW * self.step
        self._spectra: dict[int, NDArray[np.complex128]] = {}

    def _convolve_terms(self, terms: Sequence[Term]) -> None:
        self.masses, first, offset = np.ones(1), 0, self._known
        for term in terms:
            start, masses = term.masses(self.step, offset)
            first, offset = first + start, 0.0
            self.masses = _convolve(self.masses, masses)
        self.start = first * self.step + offset

    def masses_with(self, sample: Histogram) -> tuple[Array, Array]:
        """Return nodes and masses of the sum of the terms and the sampled part."""
        size = _padded(self.masses, sample.counts)
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self.masses, size)
        if min(self.masses.size, sample.counts.size) < FEW:
            masses = np.convolve(self.masses, sample.counts)
        else:
            masses = _product(
                self._spectra[size],
                sample.spectrum(size),
                self.masses.size + sample.counts.size - 1,
            )
        masses = self._sharpened(masses / sample.total)
        start = sample.first * self.step + self.start
        return np.asarray(start + self.step * np.arange(masses.size)), masses

    def _sharpened(self, masses: Array) -> Array:
        """Take out the variance that the grid has added: what is left is of fourth order.

        Sharing a term's mass between nodes adds a sixth of a squared step to its variance, and
        spreading a node's mass over its cell, for the CDF, adds a twelfth.
        """
        if not self._smooth:
            return masses
        added = (self._smooth + self._sampled) / 6 + 1 / 12
        # Mass flows uphill between neighbours, never more than half of what either has.
        least = np.minimum(masses[1:], masses[:-1]) / 2
        flow = np.clip(added / 2 * np.diff(masses), -least, least)
        sharp = masses.copy()
        sharp[:-1] -= flow
        sharp[1:] += flow
        return sharp


class Histogram:
    """Counts at the nodes of an even grid, which grows as draws come in.

    Parameters
    ----------
    step
        Distance between nodes; node i lies at i x step.
    """

    def __init__(self, step: float) -> None:
        self.step, self.first, self.counts = step, 0, np.zeros(0)
        self._spectra: dict[int, NDArray[np.complex128]] = {}

    @property
    def total(self) -> float:
        """Draws taken in."""
        return float(self.counts.sum())

    def spectrum(self, size: int) -> NDArray[np.complex128]:
        """Return the counts' Fourier transform, padded to a size; call it when all are in."""
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self.counts, size)
        return self._spectra[size]

    def add(self, sample: Array) -> None:
        """Share each draw between the two nodes around it, which keeps the mean."""
        position = sample * (1.0 / self.step)
        first = math.floor(float(position.min()))
        position -= first
        place = position.astype(np.intp)
        position -= place
        size = int(place.max()) + 2
        right = np.bincount(place, position, size - 1)
        counts = np.bincount(place, minlength=size).astype(float)
        counts[:-1] -= right
        counts[1:] += right
        if not self.counts.size:
            self.first, self.counts = first, counts
            return
        low = min(first, self.first)
        high = max(first + counts.size, self.first + self.counts.size)
        merged = np.zeros(high - low)
        merged[self.first - low :][: self.counts.size] += self.counts
        merged[first - low :][: counts.size] += counts
        self.first, self.counts = low, merged


def _rounded_down(step: float) -> float:
    """Round to a power of two, so that the places of one grid are places of every finer one."""
    return float(2.0 ** math.floor(math.log2(step)))


def cumulated(nodes: Array, masses: Array) -> GridCdf:
    """Return the CDF of masses at even nodes, each spread evenly over half a step to both sides."""
    step = float(nodes[1] - nodes[0])
    values = np.concatenate([[0.0], np.cumsum(masses)])
    if abs(values[-1] - 1.0) < ROUNDING:
        # What cut tails and products leave of the whole.
        values /= values[-1]
    return GridCdf(float(nodes[0]) - step / 2, step, values)


def _padded(a: Array, b: Array) -> int:
    return 1 << (a.size + b.size - 2).bit_length()


def _convolve(a: Array, b: Array) -> Array:
    if min(a.size, b.size) < FEW:
        return np.convolve(a, b)
    size = _padded(a, b)
    return _product(np.fft.rfft(a, size), np.fft.rfft(b, size), a.size + b.size - 1)


def _product(a: NDArray[np.complex128], b: NDArray[np.complex128], size: int) -> Array:
    # Rounding leaves noise of 1e-17 where there is no mass.
    return np.maximum(np.fft.irfft(a * b)[:size], 0.0)
