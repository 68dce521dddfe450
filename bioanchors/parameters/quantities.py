"""A quantity as a file writes it: a number, a number with its source, or a distribution.

Each family is one small class: its arguments, what they must satisfy together, and the
distribution that it builds. To add one, write the class and put it into ``Quantity``.
"""

from __future__ import annotations

import itertools
import math
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal, Union

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema
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
LongAxisList = Annotated[list[float], OnAxis(), Field(min_length=2, max_length=10_000)]
Probabilities = list[Annotated[float, Field(ge=0, le=1)]]
Interval = Annotated[
    list[float], OnAxis(), Field(min_length=2, max_length=2, description="[low, high]")
]
Spread = Annotated[float, Field(gt=0, le=1e6)]
SpreadOom = Annotated[float, Field(gt=0, le=30, description="in OOM (factors of ten)")]
Shape = Annotated[float, Field(ge=-1000, le=1000)]

INTERVAL = re.compile("^ci[1-9][0-9]?$")
"""Names of the central intervals that a file may give instead of a family's own arguments."""

INTERVAL_WORDS = "ci1 to ci99"
USUAL_INTERVALS = ("ci50", "ci80", "ci90", "ci95")
MOST_TOLD = 16
"""Values of one list that are told to be out of bounds."""


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
        for path, values in self._on_axis():
            off: list[tuple[tuple[str | int, ...], float]] = (
                [((*path, i), value) for i, value in enumerate(values)]
                if isinstance(values, list)
                else [(path, values)]
            )
            off = [(at, value) for at, value in off if not key.low <= value <= key.high]
            for at, value in off[:MOST_TOLD]:
                yield at, f"found {number(value)}; allowed: {key.allowed}"

    def _on_axis(self) -> Iterator[tuple[tuple[str | int, ...], float | list[float]]]:
        """Yield path and value of each argument that is a value of the quantity itself."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            of_axis = any(isinstance(mark, OnAxis) for mark in _marks(field))
            if of_axis and isinstance(value, float | list):
                yield (name,), value

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


_FOLDED = " intervals"  # no name that anybody writes


class _ByInterval(Spec):
    """A family that a central interval may define instead of its own arguments.

    ``ci70 = [low, high]`` and the like become ``intervals``, each under its name.
    """

    intervals: dict[Annotated[str, StringConstraints(pattern=INTERVAL.pattern)], Interval] = Field(
        default_factory=dict, alias=" intervals"
    )

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        names = [name for name in data if is_interval(name)]
        left = {name: value for name, value in data.items() if name not in names}
        return left | {_FOLDED: {name: data[name] for name in names}} if names else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Give an editor the intervals under their own names."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        (ends,) = schema["properties"].pop(_FOLDED)["patternProperties"].values()
        schema["properties"] |= dict.fromkeys(USUAL_INTERVALS, ends)
        schema["patternProperties"] = {INTERVAL.pattern: ends}
        return schema

    def _own(self) -> tuple[str, ...]:
        return ()

    def interval(self) -> tuple[float, float, float] | None:
        """Low end, high end and probability of the interval given, if one is."""
        for name, (low, high) in self.intervals.items():
            return low, high, int(name.removeprefix("ci")) / 100
        return None

    def _on_axis(self) -> Iterator[tuple[tuple[str | int, ...], float | list[float]]]:
        yield from super()._on_axis()
        yield from (((name,), ends) for name, ends in self.intervals.items())

    def _disordered(self) -> Iterator[Trouble]:
        own, given = self._own(), list(self.intervals)
        written = [name for name in own if getattr(self, name) is not None]
        ways = ([" and ".join(own)] if own else []) + [f"one of {INTERVAL_WORDS}"]
        if len(given) > 1 or (given and written):
            yield (
                (),
                f"found {' and '.join(given + written)} together; allowed: " + ", or ".join(ways),
            )
        elif not given and len(written) < len(own):
            for name in own:
                if getattr(self, name) is None:
                    yield (name,), f"missing; allowed: {', or '.join(ways)}"
        for name, (low, high) in self.intervals.items():
            if not low < high:
                ends = f"[{number(low)}, {number(high)}]"
                yield (name,), f"found {ends}; allowed: a low end below the high end"

    def _not_positive(self) -> Iterator[Trouble]:
        """Yield the low ends that nothing has that must be above 0."""
        for name, (low, _) in self.intervals.items():
            if not low > 0:
                yield (name, 0), f"found {number(low)}; allowed: above 0"


def is_interval(name: object) -> bool:
    """Whether an argument is a central interval: ``ci90``, or another level in whole percent."""
    return isinstance(name, str) and INTERVAL.match(name) is not None


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


class LogisticSpec(_ByInterval):
    """Logistic, by median and scale or by a central interval."""

    dist: Literal["logistic"]
    median: Axis | None = None
    scale: Spread | None = None

    def _own(self) -> tuple[str, ...]:
        return ("median", "scale")

    def build(self, key: Key) -> d.Distribution:
        """Return the logistic distribution."""
        ends = self.interval()
        if ends is not None:
            return d.logistic_from_interval(*ends)
        assert self.median is not None
        assert self.scale is not None
        return d.Logistic(self.median, self.scale)


class LogLogisticSpec(_ByInterval):
    """Logistic in log10, by median and scale in OOM or by a central interval."""

    dist: Literal["log_logistic"]
    median: Axis | None = None
    scale_oom: SpreadOom | None = None

    def _own(self) -> tuple[str, ...]:
        return ("median", "scale_oom")

    def _disordered(self) -> Iterator[Trouble]:
        yield from super()._disordered()
        yield from self._not_positive()
        if self.median is not None:
            yield from _not_positive(median=self.median)

    def build(self, key: Key) -> d.Distribution:
        """Return the log-logistic distribution."""
        ends = self.interval()
        if ends is not None:
            return d.log_logistic_from_interval(*ends)
        assert self.median is not None
        assert self.scale_oom is not None
        return d.log_logistic(self.median, self.scale_oom)


class ExponentialSpec(Spec):
    """Exponential: a waiting time, by its mean."""

    dist: Literal["exponential"]
    mean: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from _not_positive(mean=self.mean)

    def build(self, key: Key) -> d.Distribution:
        """Return the exponential distribution."""
        return d.Exponential(self.mean)


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


class _ByMode(Spec):
    """A family on a range, by its ends and its mode."""

    dist: str
    low: Axis
    mode: Axis
    high: Axis

    def _disordered(self) -> Iterator[Trouble]:
        yield from _ascending(low=self.low, high=self.high)
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
        assert self.probabilities is not None
        assert self.values is not None
        return _through(self.probabilities, self.values, key)


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
        if min(numbers) == max(numbers):
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
