"""A quantity as a file writes it: a number, a number with its source, or a distribution.

Each family is one small class: its arguments, what they must satisfy together, and the
distribution that it builds. To add one, write the class and put it into ``Quantity``.
"""

from __future__ import annotations

import itertools
import math
from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union

import numpy as np
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from bioanchors import distributions as d
from bioanchors.parameters.keys import ABOVE_0, Key
from bioanchors.parameters.problems import number

Trouble = tuple[tuple[str | int, ...], str]
"""Path of an argument within the quantity, and what is wrong with it."""


class OnAxis:
    """Marks an argument that is a value of the quantity itself, hence within the key's bounds."""


Axis = Annotated[float, OnAxis()]
AxisList = Annotated[list[float], OnAxis(), Field(min_length=2, max_length=16)]
Interval = Annotated[
    list[float], OnAxis(), Field(min_length=2, max_length=2, description="[low, high]")
]
Spread = Annotated[float, Field(gt=0, le=1e6)]
SpreadOom = Annotated[float, Field(gt=0, le=30, description="in OOM (factors of ten)")]
Shape = Annotated[float, Field(ge=-1000, le=1000)]

INTERVALS = {"ci50": 0.50, "ci80": 0.80, "ci90": 0.90, "ci95": 0.95}
"""Central intervals that a file may give instead of a family's own arguments."""


class Table(BaseModel):
    """Anything in braces or under a header: strict, and it may name its source."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True
    )

    source: str | None = Field(default=None, description="where the value comes from")
    note: str | None = Field(default=None, description="a remark, carried to the outputs")


class Spec(Table):
    """One way to write a quantity."""

    @abstractmethod
    def build(self, key: Key) -> d.Distribution:
        """Return the distribution, for arguments that are free of trouble."""

    def troubles(self, key: Key) -> Iterator[Trouble]:
        """Yield what is wrong with the arguments, given the key they are for."""
        off_axis = list(self._off_axis(key))
        yield from off_axis
        told = {path for path, _ in off_axis}
        yield from (trouble for trouble in self._disordered() if trouble[0] not in told)

    def _off_axis(self, key: Key) -> Iterator[Trouble]:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value is None or not any(isinstance(m, OnAxis) for m in _marks(field)):
                continue
            for path, item in (
                [((name, i), v) for i, v in enumerate(value)]
                if isinstance(value, list)
                else [((name,), value)]
            ):
                if not key.low <= item <= key.high:
                    yield path, f"found {number(item)}; allowed: {key.allowed}"

    def _disordered(self) -> Iterator[Trouble]:
        """Yield what is wrong between arguments, such as a low end above the high end."""
        yield from ()


def _marks(field: Any) -> list[Any]:
    marks = list(field.metadata)
    for option in getattr(field.annotation, "__args__", ()):
        marks.extend(getattr(option, "__metadata__", ()))
    return marks


def _ascending(**ends: float) -> Iterator[Trouble]:
    (low_name, low), (high_name, high) = ends.items()
    if not low < high:
        message = f"found {number(low)}; allowed: below {high_name}, which is {number(high)}"
        yield (low_name,), message


class PointSpec(Spec):
    """A known value."""

    dist: Literal["point"] = "point"
    value: Axis

    def build(self, key: Key) -> d.Distribution:
        """Return the point."""
        return d.Point(self.value)


class _ByInterval(Spec):
    """A family that a central interval may define instead of its own arguments."""

    ci50: Interval | None = None
    ci80: Interval | None = None
    ci90: Interval | None = None
    ci95: Interval | None = None

    def _own(self) -> tuple[str, ...]:
        return ()

    def interval(self) -> tuple[float, float, float] | None:
        """Low end, high end and probability of the interval given, if one is."""
        for name, probability in INTERVALS.items():
            ends = getattr(self, name)
            if ends is not None:
                return ends[0], ends[1], probability
        return None

    def _disordered(self) -> Iterator[Trouble]:
        own = self._own()
        given = [name for name in INTERVALS if getattr(self, name) is not None]
        written = [name for name in own if getattr(self, name) is not None]
        ways = ([f"{' and '.join(own)},"] if own else []) + [f"one of {', '.join(INTERVALS)}"]
        if len(given) > 1 or (given and written):
            yield (
                (),
                f"found {' and '.join(given + written)} together; allowed: " + " or ".join(ways),
            )
        elif not given and len(written) < len(own):
            for name in own:
                if getattr(self, name) is None:
                    yield (name,), f"missing; allowed: {' or '.join(ways)}"
        for name in given:
            low, high = getattr(self, name)
            if not low < high:
                ends = f"[{number(low)}, {number(high)}]"
                yield (name,), f"found {ends}; allowed: a low end below the high end"

    def _not_positive(self) -> Iterator[Trouble]:
        """Yield the low ends that no lognormal has."""
        for name in INTERVALS:
            ends = getattr(self, name)
            if ends is not None and not ends[0] > 0:
                yield (name, 0), f"found {number(ends[0])}; allowed: above 0"


class NormalSpec(_ByInterval):
    """Normal, by mean and standard deviation or by a central interval."""

    dist: Literal["normal"]
    mean: Axis | None = None
    sd: Spread | None = None

    def _own(self) -> tuple[str, ...]:
        return ("mean", "sd")

    def build(self, key: Key) -> d.Distribution:
        """Return the normal distribution."""
        ends = self.interval()
        if ends is not None:
            return d.normal_from_interval(*ends)
        assert self.mean is not None
        assert self.sd is not None
        return d.Normal(self.mean, self.sd)


class LognormalSpec(_ByInterval):
    """Lognormal, by median and spread in OOM or by a central interval."""

    dist: Literal["lognormal"]
    median: Axis | None = None
    sd_oom: SpreadOom | None = None

    def _own(self) -> tuple[str, ...]:
        return ("median", "sd_oom")

    def _disordered(self) -> Iterator[Trouble]:
        yield from super()._disordered()
        yield from self._not_positive()
        if self.median is not None:
            yield from _not_positive(median=self.median)

    def build(self, key: Key) -> d.Distribution:
        """Return the lognormal distribution."""
        ends = self.interval()
        if ends is not None:
            return d.lognormal_from_interval(*ends)
        assert self.median is not None
        assert self.sd_oom is not None
        return d.lognormal(self.median, self.sd_oom)


class IntervalSpec(_ByInterval):
    """A central interval alone: lognormal where the key must be positive, else normal.

    Its low end is positive where it must be, for the bounds of such a key are positive, too.
    """

    def family(self, key: Key) -> str:
        """Name of the family that the interval stands for."""
        return "lognormal" if key.domain.low >= ABOVE_0.low else "normal"

    def build(self, key: Key) -> d.Distribution:
        """Return the distribution with this interval."""
        ends = self.interval()
        assert ends is not None
        make = (
            d.lognormal_from_interval if self.family(key) == "lognormal" else d.normal_from_interval
        )
        return make(*ends)


class UniformSpec(Spec):
    """Uniform between two ends."""

    dist: Literal["uniform"]
    low: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from _ascending(low=self.low, high=self.high)

    def build(self, key: Key) -> d.Distribution:
        """Return the uniform distribution."""
        return d.Uniform(self.low, self.high)


def _not_positive(**values: float) -> Iterator[Trouble]:
    for name, value in values.items():
        if not value > 0:
            yield (name,), f"found {number(value)}; allowed: above 0"


class LogUniformSpec(Spec):
    """Uniform in the logarithm between two ends."""

    dist: Literal["log_uniform"]
    low: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from _not_positive(low=self.low)
        yield from _ascending(low=self.low, high=self.high)

    def build(self, key: Key) -> d.Distribution:
        """Return the log-uniform distribution."""
        return d.log_uniform(self.low, self.high)


class TriangularSpec(Spec):
    """Triangular, by its ends and its mode."""

    dist: Literal["triangular"]
    low: Axis
    mode: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from _ascending(low=self.low, high=self.high)
        if self.low < self.high and not self.low <= self.mode <= self.high:
            yield ("mode",), f"found {number(self.mode)}; allowed: from low to high"

    def build(self, key: Key) -> d.Distribution:
        """Return the triangular distribution."""
        return d.Triangular(self.low, self.mode, self.high)


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
        yield from _ascending(low=low, high=high)

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
        yield from _not_positive(median=self.median)

    def build(self, key: Key) -> d.Distribution:
        """Return the log-skew-normal distribution."""
        return d.log_skew_normal(self.median, self.scale_oom, self.shape)


class QuantilesSpec(Spec):
    """Metalog through quantiles; in the logarithm where the key must be positive."""

    dist: Literal["quantiles"]
    probabilities: Annotated[
        list[Annotated[float, Field(gt=0, lt=1)]], Field(min_length=2, max_length=16)
    ]
    values: AxisList

    def _disordered(self) -> Iterator[Trouble]:
        if len(self.probabilities) != len(self.values):
            yield (
                ("values",),
                f"found {len(self.values)} values; allowed: as many as probabilities, "
                f"{len(self.probabilities)}",
            )
        for name in ("probabilities", "values"):
            numbers = getattr(self, name)
            if any(not a < b for a, b in itertools.pairwise(numbers)):
                yield (name,), "found numbers out of order; allowed: each above the one before"

    def build(self, key: Key) -> d.Distribution:
        """Return the metalog distribution, inside the key's domain."""
        probabilities, values = tuple(self.probabilities), tuple(self.values)
        if key.domain.low == 0 and math.isinf(key.domain.high):
            return d.log_metalog(probabilities, values)
        low = None if math.isinf(key.domain.low) else key.domain.low
        high = None if math.isinf(key.domain.high) else key.domain.high
        return d.Metalog(probabilities, values, low, high)


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
            yield from _ascending(low=self.low, high=self.high)

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
    return "interval" if any(name in value for name in INTERVALS) else None


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
            Annotated[UniformSpec, Tag("uniform")],
            Annotated[LogUniformSpec, Tag("log_uniform")],
            Annotated[TriangularSpec, Tag("triangular")],
            Annotated[BetaSpec, Tag("beta")],
            Annotated[SkewNormalSpec, Tag("skew_normal")],
            Annotated[LogSkewNormalSpec, Tag("log_skew_normal")],
            Annotated[QuantilesSpec, Tag("quantiles")],
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
    "uniform": UniformSpec,
    "log_uniform": LogUniformSpec,
    "triangular": TriangularSpec,
    "beta": BetaSpec,
    "skew_normal": SkewNormalSpec,
    "log_skew_normal": LogSkewNormalSpec,
    "quantiles": QuantilesSpec,
    "mixture": MixtureSpec,
    "truncated": TruncatedSpec,
}
"""Every family that ``dist`` may name."""

NEGLIGIBLE = 1e-9
"""Mass outside a key's domain that is ignored."""


def build(quantity: float | Spec, key: Key) -> d.Distribution:
    """Return the distribution of a quantity that is free of trouble."""
    return quantity.build(key) if isinstance(quantity, Spec) else d.Point(float(quantity))


def inner_troubles(quantity: float | Spec, key: Key) -> Iterator[Trouble]:
    """Yield what is wrong with a quantity, the whole of which need not be in the key's domain."""
    if not isinstance(quantity, Spec):
        if not key.low <= quantity <= key.high:
            yield (), f"found {number(quantity)}; allowed: {key.allowed}"
        return
    troubles = list(quantity.troubles(key))
    yield from troubles
    if not troubles:
        try:
            quantity.build(key)
        except ValueError as error:
            yield (), str(error)


def quantity_troubles(quantity: float | Spec, key: Key) -> Iterator[Trouble]:
    """Yield what is wrong with a quantity, given the key it stands at."""
    troubles = list(inner_troubles(quantity, key))
    yield from troubles
    if troubles or not isinstance(quantity, Spec):
        return
    distribution = quantity.build(key)
    outside = d.mass_outside(distribution, key.domain.low, key.domain.high)
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
