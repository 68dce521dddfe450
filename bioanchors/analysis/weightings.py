"""Weightings of hypotheses to sweep over: a simplex, a line between two, a list."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.labels import Variable, labelled
from bioanchors.parameters import Parameters, weight_values
from bioanchors.parameters.reading.files import read_regular
from bioanchors.results import Forecast
from bioanchors.results.weighting import Weightings

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
MOST = 200_000


@dataclass(frozen=True, eq=False)
class WeightAxis:
    """Weightings to sweep over.

    Attributes
    ----------
    kind
        ``"simplex"``, ``"line"`` or ``"list"``.
    names
        Hypotheses that are swept.
    weights
        Their weights, shape (weighting, name).
    none
        Probability of "none" by weighting; NaN where the file's is kept.
    others_keep
        Whether hypotheses not named keep their shares, of which the named ones share the rest.
    share
        On a line, how far along it each weighting is, from 0 to 1.
    """

    kind: str
    names: tuple[str, ...]
    weights: Array
    none: Array
    others_keep: bool = False
    share: Array | None = None

    @property
    def coordinates(self) -> dict[str, Variable]:
        """The weightings along ``weighting``: a column for each name, and ``none`` if given."""
        dim = "weighting"
        columns: dict[str, Variable] = {
            dim: labelled(dim, np.arange(len(self.weights), dtype=np.int32), "its number", "")
        }
        for name, column in zip(self.names, self.weights.T, strict=True):
            columns[name] = labelled(dim, column, f"prior weight of {name}")
        if not np.all(np.isnan(self.none)):
            columns["none"] = labelled(dim, self.none, "probability of none")
        if self.share is not None:
            columns["share_of_second"] = labelled(dim, self.share, "way along line")
        return columns

    @property
    def dataset(self) -> xr.Dataset:
        """The weightings, as coordinates of the dimension ``weighting``."""
        import xarray as xr

        others = "keep" if self.others_keep else "zero"
        return xr.Dataset(coords=self.coordinates, attrs={"kind": self.kind, "others": others})

    def part(self, start: int, stop: int) -> WeightAxis:
        """Return some of the weightings, one after the other."""
        rows = slice(start, stop)
        share = None if self.share is None else self.share[rows]
        return replace(self, weights=self.weights[rows], none=self.none[rows], share=share)

    def shares(self, parameters: Parameters) -> Array:
        """Return the prior shares of all hypotheses of a file, shape (weighting, hypothesis).

        Raises
        ------
        ValueError
            If the file lacks a hypothesis, or others keep all of the weight.
        """
        check_names(self.names, parameters)
        every = list(parameters.weights)
        own = np.array(list(parameters.weights.values()))
        result = np.zeros((len(self.weights), len(every)))
        columns = [every.index(name) for name in self.names]
        free = 1.0
        if self.others_keep:
            own = own / own.sum()
            free = own[columns].sum()
            if not free > 0:
                raise ValueError(
                    f"{', '.join(self.names)} have no weight in {parameters.name}, so that nothing "
                    'is left to share where the others keep theirs; allowed: others "zero"'
                )
            result[:] = own
        result[:, columns] = free * self.weights / self.weights.sum(axis=1, keepdims=True)
        return result

    def of(self, forecast: Forecast) -> Weightings:
        """Return a forecast under these weightings."""
        return Weightings(forecast, self.shares(forecast.parameters), self.none)


def check_names(names: Sequence[str], parameters: Parameters) -> None:
    """Raise a ValueError if a file lacks one of the hypotheses."""
    for name in names:
        if name not in parameters.weights:
            known = ", ".join(parameters.weights)
            raise ValueError(f"unknown hypothesis {name!r} in {parameters.name}; allowed: {known}")


def horizon_hypotheses(parameters: Parameters) -> tuple[str, ...]:
    """Return the hypotheses that differ by their effective horizon length.

    Raises
    ------
    ValueError
        If there are not two or three.
    """
    names = tuple(h.name for h in parameters.hypotheses if h.kind == "neural_network")
    if len(names) not in (2, 3):
        raise ValueError(
            f"{parameters.name} has {len(names)} hypotheses of kind neural_network; needed: two or "
            "three, or name those to sweep: --simplex a,b,c"
        )
    return names


def simplex(
    names: Sequence[str], step: float = 0.05, others: str = "keep", none: float | None = None
) -> WeightAxis:
    """Return all weightings of two or three hypotheses on a grid.

    Parameters
    ----------
    names
        The hypotheses.
    step
        Distance of the grid's lines; 1 over it must be a whole number.
    others
        ``"keep"``: the other hypotheses keep their shares; ``"zero"``: they get none.
    none
        Probability of "none", the same in every year; None keeps the file's.

    Raises
    ------
    ValueError
        If an argument is not allowed.
    """
    if len(names) not in (2, 3) or len(set(names)) != len(names):
        raise ValueError(f"found {', '.join(names)}; allowed: two or three different hypotheses")
    if others not in ("keep", "zero"):
        raise ValueError(f"others must be keep or zero, found {others!r}")
    parts = _parts(step)
    if len(names) == 2:
        counts = [(parts - i, i) for i in range(parts + 1)]
    else:
        counts = [(parts - i - j, j, i) for i in range(parts + 1) for j in range(parts + 1 - i)]  # type: ignore[misc]
    weights = np.array(counts, dtype=np.float64) / parts
    return WeightAxis(
        "simplex", tuple(names), weights, _constant(none, len(weights)), others == "keep"
    )


def line(start: Mapping[str, float], end: Mapping[str, float], step: float = 0.05) -> WeightAxis:
    """Return weightings on the line between two, each given as ``Forecast.with_weights`` takes it.

    Raises
    ------
    ValueError
        If an argument is not allowed.
    """
    names = tuple(dict.fromkeys([*start, *end]))
    named = [name for name in names if name != "none"]
    ends = np.array([[float(each.get(name, 0.0)) for name in named] for each in (start, end)])
    if not np.all(np.isfinite(ends)) or np.any(ends < 0) or not np.all(ends.sum(axis=1) > 0):
        raise ValueError("each end of the line needs a weight above 0, and none below 0")
    if ("none" in start) != ("none" in end):
        raise ValueError('"none" is named at one end of the line only; allowed: at both')
    ends /= ends.sum(axis=1, keepdims=True)
    share = np.linspace(0.0, 1.0, _parts(step) + 1)
    weights = (1.0 - share)[:, np.newaxis] * ends[0] + share[:, np.newaxis] * ends[1]
    none = _constant(None, share.size)
    if "none" in start:
        none = (1.0 - share) * _unit(start["none"]) + share * _unit(end["none"])
    return WeightAxis("line", tuple(named), weights, none, share=share)


def listed(rows: Sequence[Mapping[str, float]], none: float | None = None) -> WeightAxis:
    """Return weightings one by one, each as ``Forecast.with_weights`` takes it.

    Raises
    ------
    ValueError
        If there are none, or one has no weight.
    """
    if not rows:
        raise ValueError("no weightings; needed: at least one")
    names = tuple(dict.fromkeys(name for row in rows for name in row if name != "none"))
    weights = np.array([[float(row.get(name, 0.0)) for name in names] for row in rows])
    for i, row in enumerate(weights):
        if not (np.all(np.isfinite(row)) and np.all(row >= 0) and row.sum() > 0):
            raise ValueError(f"weighting {i + 1}: needed: weights of at least 0, one above 0")
    given = np.array(
        [
            _unit(row["none"]) if "none" in row else (math.nan if none is None else _unit(none))
            for row in rows
        ]
    )
    return WeightAxis("list", names, weights, given)


def read_weightings(path: Path, parameters: Parameters, none: float | None = None) -> WeightAxis:
    """Read weightings from CSV: a column for each hypothesis named, and perhaps ``none``.

    An empty cell under ``none`` keeps the file's, an empty weight is 0.

    Raises
    ------
    ValueError
        Naming file, line and column.
    """
    try:
        text = read_regular(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ValueError(f"{path}: {reason}; needed: a CSV file") from None
    lines = list(csv.reader(io.StringIO(text)))
    if not lines:
        raise ValueError(f"{path}: empty; needed: a line of hypotheses, then one a weighting")
    heads = [head.strip() for head in lines[0]]
    if len(set(heads)) != len(heads):
        raise ValueError(f"{path}, line 1: a column is named twice; allowed: once")
    try:
        check_names([head for head in heads if head != "none"], parameters)
    except ValueError as error:
        raise ValueError(f"{path}, line 1: {error}, none") from None
    rows: list[dict[str, float]] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heads):
            raise ValueError(
                f"{path}, line {number}: found {len(cells)} cells; allowed: {len(heads)}"
            )
        row: dict[str, float] = {}
        for head, cell in zip(heads, cells, strict=True):
            if not cell.strip():
                continue
            try:
                row[head] = float(cell)
                weights = {head: row[head], _any_other(parameters, head): 1.0}
                weight_values(tuple(parameters.weights), weights)
            except ValueError as error:
                message = (
                    str(error) if head in row else f"found {cell.strip()!r}; allowed: a number"
                )
                raise ValueError(f"{path}, line {number}, {head}: {message}") from None
        if not any(value > 0 for name, value in row.items() if name != "none"):
            raise ValueError(f"{path}, line {number}: all weights are 0; needed: one above 0")
        rows.append(row)
    if not rows:
        raise ValueError(f"{path}: no weightings below the first line; needed: at least one")
    return listed(rows, none)


def _any_other(parameters: Parameters, name: str) -> str:
    return next((other for other in parameters.weights if other != name), name)


def _parts(step: float) -> int:
    if not 0 < step <= 1:
        raise ValueError(f"step must be above 0 and at most 1, found {step:g}")
    if 1.0 / step > MOST or round(1.0 / step) ** 2 > 2 * MOST:
        least = 1.0 / math.isqrt(2 * MOST)
        raise ValueError(
            f"step {step:g} makes more than {MOST:,} weightings; allowed: at least {least:.2g}"
        )
    parts = round(1.0 / step)
    if abs(parts * step - 1.0) > 1e-6:
        raise ValueError(f"step must be 1 over a whole number, such as 0.05, found {step:g}")
    return parts


def _constant(none: float | None, count: int) -> Array:
    return np.full(count, math.nan if none is None else _unit(none))


def _unit(none: float) -> float:
    if not 0 <= none <= 1:
        raise ValueError(f'"none" must be from 0 to 1, found {none:g}')
    return float(none)
