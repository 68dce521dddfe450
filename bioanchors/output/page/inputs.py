"""A trend's inputs as the page holds them: quantiles on the line on which its family moves."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from bioanchors.distributions import Distribution, Metalog
from bioanchors.model.keys import SPEEDS, log10, natural
from bioanchors.model.spec import RUN_NOISE, Input
from bioanchors.parameters import Parameters
from bioanchors.parameters.quantities.interval_specs import is_interval
from bioanchors.parameters.shape import bare
from bioanchors.parameters.tree import node
from bioanchors.sampling import Streams

Array = NDArray[np.float64]
Line = tuple[str, float, float]
"""Name of the line on which a family is one of place and scale, and its ends."""

SCORES = np.linspace(-6.0, 6.0, 257)
SETS = 2
"""Of points of the prior, and of what the evidence leaves."""

DIRECTIONS = 15
"""Bits of the most points that the page draws."""

LINEAR: Line = ("linear", 0.0, 0.0)
LOG10: Line = ("log10", 0.0, 0.0)
BY_PLACE = (
    "normal",
    "lognormal",
    "logistic",
    "log_logistic",
    "skew_normal",
    "log_skew_normal",
)
BY_ENDS = ("uniform", "log_uniform", "triangular", "pert")


def input_data(parameters: Parameters, item: Input) -> dict[str, Any]:
    """Return all of an input but how it is drawn."""
    given = bare(node(parameters.resolved, tuple(item.path.split("."))))
    if item.name == RUN_NOISE:
        given = parameters.evidence.run_softness_oom
    kind = line_of(item)
    is_event = item.is_yes_or_no
    return {
        "path": item.path,
        "help": item.key.help,
        "unit": item.key.unit,
        "low": item.key.low,
        "high": item.key.high,
        "model": _model_unit(item),
        "given": given,
        "moves": moves(item, given),
        "family": "event" if is_event else _family(item, given),
        "line": list(kind),
        "middle": float(given) if is_event else middle_of(item),
        "table": _table(item, kind) if item.is_random and not is_event else None,
    }


def shifts_as_the_model_adds(item: Input) -> bool:
    """Whether a family moves along the line on which the model adds the input up."""
    return line_of(item) == (LOG10 if item.key.to_model is log10 else LINEAR)


def drawing_data(item: Input, streams: Streams) -> dict[str, Any]:
    """Return from which points an input is drawn."""
    return {
        "directions": streams.sequence(item.name, 0)[0][:DIRECTIONS],
        "words": [list(streams.sequence(item.name, each)[1]) for each in range(SETS)],
    }


def line_of(item: Input) -> Line:
    """Return the line on which an input can be moved and widened within its family."""
    distribution = item.distribution
    if not item.is_random:
        return LOG10 if item.key.domain.low >= 0 and float(distribution.ppf(0.5)) > 0 else LINEAR
    if distribution.exponent is not None:
        return LOG10
    if isinstance(distribution, Metalog):
        low, high = distribution.low, distribution.high
        if low is not None and high is not None:
            return ("logit", low, high)
        if low is not None:
            return ("log_above", low, 0.0)
        if high is not None:
            return ("log_below", 0.0, high)
    return LINEAR


def middle_of(item: Input) -> float:
    """Return an input's median on its line."""
    return float(_on_line(line_of(item), item.distribution, np.array([0.5]))[0])


def _on_line(line: Line, distribution: Distribution, p: Array) -> Array:
    if line[0] == "log10":
        return np.asarray(distribution.log10_ppf(p))
    return np.array([to_line(line, float(x)) for x in distribution.ppf(p)])


def to_line(line: Line, x: float) -> float:
    """Return a value on a line."""
    kind, low, high = line
    if kind == "log10":
        return math.log10(x)
    if kind == "log_above":
        return math.log(x - low)
    if kind == "log_below":
        return -math.log(high - x)
    return math.log((x - low) / (high - x)) if kind == "logit" else x


def from_line(line: Line, v: float) -> float:
    """Return the value at a place of a line."""
    kind, low, high = line
    if kind == "log10":
        return float(10.0**v)
    if kind == "log_above":
        return low + math.exp(v)
    if kind == "log_below":
        return high - math.exp(-v)
    return low + (high - low) / (1.0 + math.exp(-v)) if kind == "logit" else v


def moves(item: Input, given: Any) -> str | None:
    """Return how the file's words for an input change as it is moved and widened, if they can."""
    if item.name == RUN_NOISE:
        return None
    if not isinstance(given, dict):
        return "known"
    dist = given.get("dist", "")
    if dist == "metalog":
        return "values"
    if dist == "truncated":
        of = given["of"]
        plain = isinstance(of, dict) and {"mean", "sd"} <= set(of) and of["dist"] == "normal"
        return "truncated" if plain and line_of(item) == LINEAR else None
    if any(map(is_interval, given)):
        return "interval"
    if dist in BY_ENDS:
        return "ends"
    return "place" if dist in BY_PLACE else None


def _family(item: Input, given: Any) -> str:
    if not isinstance(given, dict):
        return "point"
    return str(given.get("dist") or ("lognormal" if line_of(item) == LOG10 else "normal"))


def _model_unit(item: Input) -> str:
    if item.key.to_model is natural:
        return "natural"
    if item.key.to_model is log10:
        return "log10"
    months = item.key.to_model is SPEEDS["doubling_months"]
    return "doubling_months" if months else "doubling_years"


def _table(item: Input, line: Line) -> dict[str, Any]:
    values = _on_line(line, item.distribution, ndtr(SCORES))
    low, high = float(values.min()), float(values.max())
    return {"low": low, "high": high, "n": values.size, "data": packed(values - low, high - low)}


def packed(values: Array, span: float = 1.0) -> str:
    """Return numbers from 0 to a span as base64 of 16-bit integers."""
    words = np.rint(np.clip(values / (span or 1.0), 0.0, 1.0) * 65535).astype("<u2")
    return base64.b64encode(words.tobytes()).decode()
