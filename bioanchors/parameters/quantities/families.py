"""A quantity as a file writes it: a number, a number with its source, or a distribution.

Each family is one small class: its arguments, what they must satisfy together, and the
distribution that it builds. To add one, write the class and put it into ``Quantity``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Union

import numpy as np
from pydantic import Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from bioanchors import distributions as d
from bioanchors.model.keys import Key
from bioanchors.parameters.problems import allowed, number
from bioanchors.parameters.quantities.interval_specs import (
    IntervalSpec,
    LogisticSpec,
    LogLogisticSpec,
    LognormalSpec,
    NormalSpec,
    is_interval,
)
from bioanchors.parameters.quantities.listed_specs import (
    MetalogSpec,
    QuantilesSpec,
    SamplesSpec,
    TableSpec,
)
from bioanchors.parameters.quantities.specs import (
    Axis,
    Shape,
    Spec,
    Spread,
    SpreadOom,
    Trouble,
    ascending,
    not_positive,
)


class PointSpec(Spec):
    """A known value."""

    dist: Literal["point"] = "point"
    value: Axis

    def build(self, key: Key) -> d.Distribution:
        """Return the point."""
        return d.Point(self.value)


class ExponentialSpec(Spec):
    """Exponential: a waiting time by its mean, from low on; from 0 on if that is left out."""

    dist: Literal["exponential"]
    mean: Annotated[float, Field(le=1e120)]
    low: Axis | None = None

    def _on_axis(self) -> Iterator[tuple[tuple[str | int, ...], float | list[float]]]:
        yield from super()._on_axis()
        if self.low is None:  # else the mean is what comes to it
            yield ("mean",), self.mean

    def _disordered(self) -> Iterator[Trouble]:
        yield from not_positive(mean=self.mean)

    def build(self, key: Key) -> d.Distribution:
        """Return the exponential distribution."""
        return d.Exponential(self.mean, 0.0 if self.low is None else self.low)


class UniformSpec(Spec):
    """Uniform between two ends."""

    dist: Literal["uniform"]
    low: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from ascending(low=self.low, high=self.high)

    def build(self, key: Key) -> d.Distribution:
        """Return the uniform distribution."""
        return d.Uniform(self.low, self.high)


class LogUniformSpec(Spec):
    """Uniform in the logarithm between two ends."""

    dist: Literal["log_uniform"]
    low: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from not_positive(low=self.low)
        yield from ascending(low=self.low, high=self.high)

    def build(self, key: Key) -> d.Distribution:
        """Return the log-uniform distribution."""
        return d.log_uniform(self.low, self.high)


class _ByMode(Spec):
    """A family on a range, by its ends and its mode."""

    dist: str
    low: Axis
    mode: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from ascending(low=self.low, high=self.high)
        if self.low < self.high and not self.low <= self.mode <= self.high:
            yield ("mode",), f"found {number(self.mode)}; allowed: from low to high"


class TriangularSpec(_ByMode):
    """Triangular, by its ends and its mode."""

    dist: Literal["triangular"]

    def build(self, key: Key) -> d.Distribution:
        """Return the triangular distribution."""
        return d.Triangular(self.low, self.mode, self.high)


class PertSpec(_ByMode):
    """PERT: a smooth bell on a range, by its ends and its mode."""

    dist: Literal["pert"]

    def build(self, key: Key) -> d.Distribution:
        """Return the PERT distribution, a beta."""
        return d.pert(self.low, self.mode, self.high)


class BetaSpec(Spec):
    """Beta, between 0 and 1 or between two ends."""

    dist: Literal["beta"]
    alpha: Annotated[float, Field(ge=1e-2, le=1e6)]
    beta: Annotated[float, Field(ge=1e-2, le=1e6)]
    low: Axis | None = None
    high: Axis | None = None

    def _ends(self) -> tuple[float, float]:
        return 0.0 if self.low is None else self.low, 1.0 if self.high is None else self.high

    def _disordered(self) -> Iterator[Trouble]:
        low, high = self._ends()
        yield from ascending(low=low, high=high)

    def build(self, key: Key) -> d.Distribution:
        """Return the beta distribution."""
        return d.Beta(self.alpha, self.beta, *self._ends())


class SkewNormalSpec(Spec):
    """Skew-normal, shifted to the median given."""

    dist: Literal["skew_normal"]
    median: Axis
    scale: Spread
    shape: Shape

    def build(self, key: Key) -> d.Distribution:
        """Return the skew-normal distribution."""
        return d.SkewNormal(self.median, self.scale, self.shape)


class LogSkewNormalSpec(Spec):
    """Skew-normal in log10, shifted to the median given."""

    dist: Literal["log_skew_normal"]
    median: Axis
    scale_oom: SpreadOom
    shape: Shape

    def _disordered(self) -> Iterator[Trouble]:
        yield from not_positive(median=self.median)

    def build(self, key: Key) -> d.Distribution:
        """Return the log-skew-normal distribution."""
        return d.log_skew_normal(self.median, self.scale_oom, self.shape)


class MixtureSpec(Spec):
    """Mixture of other quantities."""

    dist: Literal["mixture"]
    weights: Annotated[
        list[Annotated[float, Field(gt=0, le=1e12)]], Field(min_length=1, max_length=64)
    ]
    components: Annotated[list[Quantity], Field(min_length=1, max_length=64)]

    def troubles(self, key: Key) -> Iterator[Trouble]:
        """Yield what is wrong here and in the components."""
        if len(self.weights) != len(self.components):
            yield (
                ("weights",),
                f"found {len(self.weights)} weights; allowed: as many as components, "
                f"{len(self.components)}",
            )
        for i, component in enumerate(self.components):
            for path, message in inner_troubles(component, key):
                yield ("components", i, *path), message

    def build(self, key: Key) -> d.Distribution:
        """Return the mixture."""
        return d.Mixture(
            tuple(self.weights), tuple(build(component, key) for component in self.components)
        )


class TruncatedSpec(Spec):
    """Another distribution, cut to a range and renormalised."""

    dist: Literal["truncated"]
    of: Quantity
    low: Axis | None = None
    high: Axis | None = None

    def troubles(self, key: Key) -> Iterator[Trouble]:
        """Yield what is wrong here and in the distribution that is cut."""
        yield from super().troubles(key)
        for path, message in inner_troubles(self.of, key):
            yield ("of", *path), message

    def _disordered(self) -> Iterator[Trouble]:
        if self.low is None and self.high is None:
            yield (), "found neither low nor high; allowed: one of them or both"
        elif self.low is not None and self.high is not None:
            yield from ascending(low=self.low, high=self.high)

    def build(self, key: Key) -> d.Distribution:
        """Return the truncated distribution."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return d.Truncated(build(self.of, key), low, high)


def _tag(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    if isinstance(value, PointSpec):
        return "point"
    if isinstance(value, IntervalSpec):
        return "interval"
    if isinstance(value, Spec):
        return str(getattr(value, "dist", None))
    if not isinstance(value, dict):
        return None
    if "dist" in value:
        family = value["dist"]
        return family if isinstance(family, str) and family in FAMILIES else None
    if "value" in value:
        return "point"
    if "samples" in value:
        return "samples"
    return "interval" if any(map(is_interval, value)) else None


# A named type, so that its validator and its schema are built once and not at every key.
Quantity = TypeAliasType(
    "Quantity",
    Annotated[
        Union[  # noqa: UP007 - a column is easier to read and to add to
            Annotated[float, Tag("number")],
            Annotated[PointSpec, Tag("point")],
            Annotated[NormalSpec, Tag("normal")],
            Annotated[LognormalSpec, Tag("lognormal")],
            Annotated[IntervalSpec, Tag("interval")],
            Annotated[LogisticSpec, Tag("logistic")],
            Annotated[LogLogisticSpec, Tag("log_logistic")],
            Annotated[ExponentialSpec, Tag("exponential")],
            Annotated[UniformSpec, Tag("uniform")],
            Annotated[LogUniformSpec, Tag("log_uniform")],
            Annotated[TriangularSpec, Tag("triangular")],
            Annotated[PertSpec, Tag("pert")],
            Annotated[BetaSpec, Tag("beta")],
            Annotated[SkewNormalSpec, Tag("skew_normal")],
            Annotated[LogSkewNormalSpec, Tag("log_skew_normal")],
            Annotated[QuantilesSpec, Tag("quantiles")],
            Annotated[MetalogSpec, Tag("metalog")],
            Annotated[SamplesSpec, Tag("samples")],
            Annotated[TableSpec, Tag("table")],
            Annotated[MixtureSpec, Tag("mixture")],
            Annotated[TruncatedSpec, Tag("truncated")],
        ],
        Discriminator(_tag),
    ],
)

MixtureSpec.model_rebuild()
TruncatedSpec.model_rebuild()

FAMILIES: dict[str, type[Spec]] = {
    "point": PointSpec,
    "normal": NormalSpec,
    "lognormal": LognormalSpec,
    "logistic": LogisticSpec,
    "log_logistic": LogLogisticSpec,
    "exponential": ExponentialSpec,
    "uniform": UniformSpec,
    "log_uniform": LogUniformSpec,
    "triangular": TriangularSpec,
    "pert": PertSpec,
    "beta": BetaSpec,
    "skew_normal": SkewNormalSpec,
    "log_skew_normal": LogSkewNormalSpec,
    "quantiles": QuantilesSpec,
    "metalog": MetalogSpec,
    "samples": SamplesSpec,
    "table": TableSpec,
    "mixture": MixtureSpec,
    "truncated": TruncatedSpec,
}
"""Every family that ``dist`` may name."""

AXIS_ARGUMENTS = {"components", "of"} | {
    name for family in FAMILIES.values() for name in family.model_fields if family.is_on_axis(name)
}
"""Arguments, of some family, that hold values of the quantity itself."""


def is_value(arguments: Sequence[str | int]) -> bool:
    """Whether a place inside a quantity, or the quantity's own, holds a value of it."""
    name = next((part for part in reversed(arguments) if isinstance(part, str)), None)
    return name is None or name in AXIS_ARGUMENTS or is_interval(name)


NEGLIGIBLE = 1e-9
"""Mass outside a key's domain that is ignored."""


def build(quantity: float | Spec, key: Key) -> d.Distribution:
    """Return the distribution of a quantity that is free of trouble."""
    return quantity.build(key) if isinstance(quantity, Spec) else d.Point(float(quantity))


def is_same(one: object, other: object) -> bool:
    """Whether two quantities are the same, source and note aside; a point may be a bare number."""
    if one is other:
        return True
    one, other = (each.value if isinstance(each, PointSpec) else each for each in (one, other))
    if type(one) is not type(other):
        return False
    if not isinstance(one, Spec):
        return one == other
    names = (name for name in type(one).model_fields if name not in ("source", "note"))
    return all(getattr(one, name) == getattr(other, name) for name in names)


def inner_troubles(quantity: float | Spec, key: Key) -> Iterator[Trouble]:
    """Yield what is wrong with a quantity, the whole of which need not be in the key's domain."""
    if not isinstance(quantity, Spec):
        if not key.low <= quantity <= key.high:
            yield (), f"found {number(quantity)}; allowed: {allowed(key)}"
        return
    troubles = list(quantity.troubles(key))
    yield from troubles
    if not troubles:
        try:
            quantity.build(key)
        except ValueError as error:
            always = '; or take dist = "quantiles"' if isinstance(quantity, MetalogSpec) else ""
            yield (), f"{error}{always}"


def quantity_troubles(quantity: float | Spec, key: Key) -> Iterator[Trouble]:
    """Yield what is wrong with a quantity, given the key it stands at."""
    troubles = list(inner_troubles(quantity, key))
    yield from troubles
    if troubles or not isinstance(quantity, Spec):
        return
    distribution = quantity.build(key)
    outside = d.mass_outside(distribution, key.domain.low, key.domain.high, key.domain.closed)
    if outside > NEGLIGIBLE and not distribution.is_point:
        families = [f'"{name}"' for name in (key.domain.fitting, "truncated") if name]
        yield (
            (),
            f"{100 * outside:.2g} % of this distribution lies outside; allowed: "
            f"{key.domain.words}; consider dist = {' or '.join(families)}",
        )
    elif not _is_finite(distribution, key):
        yield (), "found tails that reach beyond what can be computed; allowed: a smaller spread"


def _is_finite(distribution: d.Distribution, key: Key) -> bool:
    """Whether even the rarest draws are numbers that the model can compute with."""
    rarest = np.array([2.0**-54, 1 - 2.0**-53])
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        try:
            return bool(np.isfinite(key.to_model(distribution, rarest)).all())
        except ArithmeticError:  # a mixture's quantile was not found
            return False
