"""What a key of the parameter file may hold, and what the model makes of it.

A key has a *domain*, in which a distribution must lie (mass outside below 1e-9 is ignored), and
finite *bounds* for a plain number and for those arguments of a distribution that are values of
the quantity (its median, its ends; not its spread).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.distributions import Distribution

Array = NDArray[np.float64]
LOG10_2 = math.log10(2.0)
LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class Domain:
    """An interval of values, the words for it, a family that stays inside it, and closed ends.

    An end that is closed is itself inside; a value there may have a probability of its own.
    """

    low: float
    high: float
    words: str
    fitting: str = ""
    closed: tuple[bool, bool] = (False, False)


REALS = Domain(-math.inf, math.inf, "any number")
ABOVE_0 = Domain(0.0, math.inf, "above 0", "lognormal")
ABOVE_1 = Domain(1.0, math.inf, "above 1")
AT_LEAST_0 = Domain(0.0, math.inf, "at least 0", "lognormal", closed=(True, False))
ABOVE_MINUS_1 = Domain(-1.0, math.inf, "above -1")
SHARE = Domain(0.0, 1.0, "above 0, at most 1", "beta", closed=(False, True))
PART = Domain(0.0, 1.0, "0 to 1", "beta", closed=(True, True))


def natural(distribution: Distribution, u: Array) -> Array:
    """Value in the unit of the file."""
    return distribution.ppf(u)


def log10(distribution: Distribution, u: Array) -> Array:
    """Value in log10 of the unit of the file."""
    return distribution.log10_ppf(u)


def _from_doubling_years(distribution: Distribution, u: Array) -> Array:
    # A higher u is faster, so that the stream means the same in every unit of speed.
    faster: Array = np.exp(-LN10 * distribution.log10_ppf(1.0 - u))
    return np.multiply(faster, LOG10_2, out=faster)


def _from_doubling_months(distribution: Distribution, u: Array) -> Array:
    faster = _from_doubling_years(distribution, u)
    return np.multiply(faster, 12.0, out=faster)


Transform = Callable[[Distribution, Array], Array]
SPEEDS: dict[str, Transform] = {
    "doubling_years": _from_doubling_years,
    "doubling_months": _from_doubling_months,
    "halving_years": _from_doubling_years,
    "halving_months": _from_doubling_months,
    "times_per_year": log10,
    "oom_per_year": natural,
    "run_flop_doubling_months": _from_doubling_months,
    "run_flop_times_per_year": log10,
    "returns_to_research": natural,
}
"""Each way to give a trend's speed, and how it becomes OOM per year.

Some are relative: of the largest run's FLOP, of which hardware has its part, and for an OOM of
cumulative research.
"""

RELATIVE = ("run_flop_doubling_months", "run_flop_times_per_year", "returns_to_research")


def _to_natural(values: Array) -> Array:
    return values


def _to_power(values: Array) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        return np.power(10.0, values)


def _to_doubling_years(values: Array) -> Array:
    return np.asarray(LOG10_2 / values)


def _to_doubling_months(values: Array) -> Array:
    return np.asarray(12.0 * LOG10_2 / values)


_TO_FILE: dict[Transform, Callable[[Array], Array]] = {
    natural: _to_natural,
    log10: _to_power,
    _from_doubling_years: _to_doubling_years,
    _from_doubling_months: _to_doubling_months,
}


def direction(path: str) -> float:
    """Return 1.0 where a stream rises with the value written at a path, -1.0 where it falls.

    It rises with the speed of a trend, hence falls with the time of a doubling or a halving; a time
    that is no trend's speed is a value like any other.
    """
    times = (_from_doubling_years, _from_doubling_months)
    return -1.0 if SPEEDS.get(path.rsplit(".", 1)[-1]) in times else 1.0


@dataclass(frozen=True, slots=True)
class Key:
    """The meaning of a quantity's key.

    Attributes
    ----------
    help
        One line that says what it is.
    unit
        Unit of the number in the file.
    domain
        Where a distribution of it must lie.
    low, high
        Bounds of a plain number and of a distribution's arguments on the quantity's own axis.
    to_model
        Distribution and uniforms to what the model computes with.
    """

    help: str
    unit: str
    domain: Domain
    low: float
    high: float
    to_model: Transform = natural

    def to_file(self, values: Array) -> Array:
        """Return values that the model computes with in the unit of the file."""
        return _TO_FILE[self.to_model](values)

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Give an editor the key's meaning, unit and bounds; pydantic asks for it by this name."""
        # Bounds beside the reference hold for a plain number and say nothing of the other shapes.
        schema = {**handler(core_schema), "minimum": self.low, "maximum": self.high}
        schema["description"] = f"{self.help} [{self.unit}]" if self.unit else self.help
        return schema
