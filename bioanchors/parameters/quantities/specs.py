"""What every way to write a quantity has in common: marks, bounds, and what is told of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bioanchors import distributions as d
from bioanchors.model.keys import Key
from bioanchors.parameters.problems import allowed, number

Trouble = tuple[tuple[str | int, ...], str]
"""Path of an argument within the quantity, and what is wrong with it."""


Known = TypeVar("Known")


def known(value: Known | None) -> Known:
    """Return a value that a complete file has: all may be left out of a file that extends another.

    Raises
    ------
    LookupError
        If it is missing, which ``checks/`` has made sure of that it is not.
    """
    if value is None:
        raise LookupError("a value is missing in a file that was checked")
    return value


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
                yield at, f"found {number(value)}; allowed: {allowed(key)}"

    @classmethod
    def is_on_axis(cls, name: str) -> bool:
        """Whether an argument is a value of the quantity itself, or a list of them."""
        return any(isinstance(mark, OnAxis) for mark in _marks(cls.model_fields[name]))

    def _on_axis(self) -> Iterator[tuple[tuple[str | int, ...], float | list[float]]]:
        """Yield path and value of each argument that is a value of the quantity itself."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if self.is_on_axis(name) and isinstance(value, float | list):
                yield (name,), value

    def _disordered(self) -> Iterator[Trouble]:
        """Yield what is wrong between arguments, such as a low end above the high end."""
        yield from ()


def _marks(field: Any) -> list[Any]:
    marks = list(field.metadata)
    for option in getattr(field.annotation, "__args__", ()):
        marks.extend(getattr(option, "__metadata__", ()))
    return marks


def ascending(**ends: float) -> Iterator[Trouble]:
    """Yield what is wrong with two ends by name, of which the first must be below the second."""
    (low_name, low), (high_name, high) = ends.items()
    if not low < high:
        message = f"found {number(low)}; allowed: below {high_name}, which is {number(high)}"
        yield (low_name,), message


def not_positive(**values: float) -> Iterator[Trouble]:
    """Yield which of some arguments by name are not above 0."""
    for name, value in values.items():
        if not value > 0:
            yield (name,), f"found {number(value)}; allowed: above 0"
