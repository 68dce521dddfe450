"""Families that a central interval may define instead of their own arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, GetJsonSchemaHandler, StringConstraints, model_validator
from pydantic_core import CoreSchema

from bioanchors import distributions as d
from bioanchors.model.keys import ABOVE_0, Key
from bioanchors.parameters.problems import number
from bioanchors.parameters.quantities.specs import (
    Axis,
    Interval,
    Spec,
    Spread,
    SpreadOom,
    Trouble,
    known,
    not_positive,
)

INTERVAL = re.compile("^ci[1-9][0-9]?$")
"""Names of the central intervals that a file may give instead of a family's own arguments."""

INTERVAL_WORDS = "ci1 to ci99"
USUAL_INTERVALS = ("ci50", "ci80", "ci90", "ci95")
_FOLDED = " intervals"  # no name that anybody writes


class ByInterval(Spec):
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


class IntervalSpec(ByInterval):
    """A central interval alone: lognormal where the key must not be negative, else normal."""

    def family(self, key: Key) -> str:
        """Name of the family that the interval stands for."""
        return "lognormal" if key.domain.low >= ABOVE_0.low else "normal"

    def troubles(self, key: Key) -> Iterator[Trouble]:
        """Yield what is wrong, given the key: within the bounds of some keys is a low end of 0."""
        troubles = list(super().troubles(key))
        yield from troubles
        if troubles or self.family(key) != "lognormal":
            return
        for name, (low, high) in self.intervals.items():
            for path, message in self._not_positive():
                yield (
                    path,
                    f"{message}, since {name} alone is lognormal; or dist = "
                    f'"uniform", low = {number(low)}, high = {number(high)}, or "triangular", with '
                    "mode as well",
                )

    def build(self, key: Key) -> d.Distribution:
        """Return the distribution with this interval."""
        ends = known(self.interval())
        make = (
            d.lognormal_from_interval if self.family(key) == "lognormal" else d.normal_from_interval
        )
        return make(*ends)


def takes(family: type[Spec], name: str) -> bool:
    """Whether a family has an argument of a name."""
    return name in family.model_fields or (issubclass(family, ByInterval) and is_interval(name))


class _ByTwo(ByInterval):
    """A family of a place and a spread, or by a central interval."""

    arguments: ClassVar[tuple[str, str]]
    makers: ClassVar[tuple[Callable[..., d.Distribution], Callable[..., d.Distribution]]]
    """From place and spread; from low end, high end and probability."""

    is_positive: ClassVar[bool] = False

    def _own(self) -> tuple[str, ...]:
        return self.arguments

    def _disordered(self) -> Iterator[Trouble]:
        yield from super()._disordered()
        place = getattr(self, self.arguments[0])
        if self.is_positive:
            yield from self._not_positive()
            if place is not None:
                yield from not_positive(**{self.arguments[0]: place})

    def build(self, key: Key) -> d.Distribution:
        """Return the distribution of the two arguments, or of the interval."""
        ends = self.interval()
        by_two, by_ends = self.makers
        return (
            by_two(*(getattr(self, n) for n in self.arguments)) if ends is None else by_ends(*ends)
        )


class NormalSpec(_ByTwo):
    """Normal, by mean and standard deviation or by a central interval."""

    dist: Literal["normal"]
    mean: Axis | None = None
    sd: Spread | None = None

    arguments = ("mean", "sd")
    makers = (d.Normal, d.normal_from_interval)


class LognormalSpec(_ByTwo):
    """Lognormal, by median and spread in OOM or by a central interval."""

    dist: Literal["lognormal"]
    median: Axis | None = None
    sd_oom: SpreadOom | None = None

    arguments, is_positive = ("median", "sd_oom"), True
    makers = (d.lognormal, d.lognormal_from_interval)


class LogisticSpec(_ByTwo):
    """Logistic, by median and scale or by a central interval."""

    dist: Literal["logistic"]
    median: Axis | None = None
    scale: Spread | None = None

    arguments = ("median", "scale")
    makers = (d.Logistic, d.logistic_from_interval)


class LogLogisticSpec(_ByTwo):
    """Logistic in log10, by median and scale in OOM or by a central interval."""

    dist: Literal["log_logistic"]
    median: Axis | None = None
    scale_oom: SpreadOom | None = None

    arguments, is_positive = ("median", "scale_oom"), True
    makers = (d.log_logistic, d.log_logistic_from_interval)
