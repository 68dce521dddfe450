"""Families by lists of numbers: quantiles, samples, and tables that hold either."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from bioanchors import distributions as d
from bioanchors.model.keys import Key
from bioanchors.parameters.quantities.specs import (
    AxisList,
    LongAxisList,
    OnAxis,
    Probabilities,
    Spec,
    Trouble,
    known,
)

SAME = 1e-9
"""Numbers that differ by no more of themselves are one: their logarithms are."""


class MetalogSpec(Spec):
    """Metalog through quantiles, which not all have; in log10 where the key must be positive."""

    dist: Literal["metalog"]
    probabilities: Annotated[
        list[Annotated[float, Field(gt=0, lt=1)]], Field(min_length=2, max_length=16)
    ]
    values: AxisList

    def _disordered(self) -> Iterator[Trouble]:
        yield from _unequal(self.probabilities, self.values)
        yield from _out_of_order(probabilities=self.probabilities, values=self.values)

    def build(self, key: Key) -> d.Distribution:
        """Return the metalog distribution, inside the key's domain."""
        probabilities, values = tuple(self.probabilities), tuple(self.values)
        if _in_log10(key):
            return d.log_metalog(probabilities, values)
        low = None if math.isinf(key.domain.low) else key.domain.low
        high = None if math.isinf(key.domain.high) else key.domain.high
        return d.Metalog(probabilities, values, low, high)


class QuantilesSpec(Spec):
    """Monotone curve through any quantiles; in log10 where the key must be positive."""

    dist: Literal["quantiles"]
    probabilities: Annotated[Probabilities, Field(min_length=2, max_length=1000)]
    values: Annotated[list[float], OnAxis(), Field(min_length=2, max_length=1000)]

    def _disordered(self) -> Iterator[Trouble]:
        yield from _bad_quantiles(self.probabilities, self.values)

    def build(self, key: Key) -> d.Distribution:
        """Return the distribution, inside the key's domain."""
        return _through(self.probabilities, self.values, key)


class SamplesSpec(Spec):
    """Samples: straight lines between them in order; in log10 where the key must be positive."""

    dist: Literal["samples"] = "samples"
    samples: LongAxisList

    def _disordered(self) -> Iterator[Trouble]:
        yield from _all_the_same(samples=self.samples)

    def build(self, key: Key) -> d.Distribution:
        """Return the distribution of the samples."""
        return _sampled(self.samples, key)


class TableSpec(Spec):
    """Samples, or quantiles, from a CSV file beside the parameter file.

    What the file holds stands in ``samples``, or in ``values`` and ``probabilities``, once it is
    read, so that what is saved needs no file.
    """

    dist: Literal["table"]
    file: str | None = Field(
        default=None, description="path to a CSV file, relative to this one: a column of samples, "
        "or two columns of values and cumulative probabilities"
    )  # fmt: skip
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        default=None, description="digest of the file; another one is refused"
    )
    samples: LongAxisList | None = None
    probabilities: Annotated[Probabilities, Field(min_length=2, max_length=10_000)] | None = None
    values: LongAxisList | None = None

    def _disordered(self) -> Iterator[Trouble]:
        quantiles = [n for n in ("values", "probabilities") if getattr(self, n) is not None]
        if self.samples is not None and not quantiles:
            yield from _all_the_same(samples=self.samples)
        elif self.samples is None and self.probabilities is not None and self.values is not None:
            yield from _bad_quantiles(self.probabilities, self.values)
        elif self.samples is None and not quantiles and self.file is not None:
            message = "only a parameter file, or --set, can name a file; allowed: samples here"
            yield ("file",), message
        else:
            given = quantiles if self.samples is None else ["samples", *quantiles]
            words = " and ".join(given) or "none"
            yield (), f"found {words}; allowed: file, or samples, or values and probabilities"

    def build(self, key: Key) -> d.Distribution:
        """Return the distribution that the file holds."""
        if self.samples is not None:
            return _sampled(self.samples, key)
        return _through(known(self.probabilities), known(self.values), key)


def _in_log10(key: Key) -> bool:
    return key.domain.low == 0 and math.isinf(key.domain.high)


def _through(probabilities: Sequence[float], values: Sequence[float], key: Key) -> d.Distribution:
    """Return the curve through quantiles; a probability of 0 or 1 makes its value a bound."""
    low, high = key.domain.low, key.domain.high
    if probabilities[0] == 0:
        low, probabilities, values = values[0], probabilities[1:], values[1:]
    if probabilities[-1] == 1:
        high, probabilities, values = values[-1], probabilities[:-1], values[:-1]
    make: Callable[..., d.Distribution] = d.Quantiles
    if _in_log10(key) and values[0] > 0:
        make = d.log_quantiles
    return make(tuple(probabilities), tuple(values), low, high)


def _sampled(samples: Sequence[float], key: Key) -> d.Distribution:
    if _in_log10(key) and min(samples) > 0:
        return d.log_samples(samples)
    return d.Samples(tuple(samples))


def _unequal(probabilities: Sequence[float], values: Sequence[float]) -> Iterator[Trouble]:
    if len(probabilities) != len(values):
        yield (
            ("values",),
            f"found {len(values)} values; allowed: as many as probabilities, {len(probabilities)}",
        )


def _out_of_order(**lists: Sequence[float]) -> Iterator[Trouble]:
    for name, numbers in lists.items():
        if any(not a < b for a, b in itertools.pairwise(numbers)):
            yield (name,), "found numbers out of order; allowed: each above the one before"


def _all_the_same(**lists: Sequence[float]) -> Iterator[Trouble]:
    for name, numbers in lists.items():
        if max(numbers) - min(numbers) <= SAME * max(map(abs, numbers)):
            yield (name,), "found one number throughout; allowed: different ones, or a number alone"


def _bad_quantiles(probabilities: Sequence[float], values: Sequence[float]) -> Iterator[Trouble]:
    """Yield what is wrong with quantiles through which a curve is to run."""
    yield from _unequal(probabilities, values)
    yield from _out_of_order(probabilities=probabilities)
    inner = [v for p, v in zip(probabilities, values, strict=False) if 0 < p < 1]
    if any(b < a for a, b in itertools.pairwise(values)):
        yield ("values",), "found numbers out of order; allowed: none below the one before"
    elif len(inner) < 2:
        message = f"found {len(inner)} between 0 and 1; allowed: two or more"
        yield ("probabilities",), message
    else:
        yield from _all_the_same(values=inner)
