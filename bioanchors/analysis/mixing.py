"""Forecasts mixed by weight: files, published tables of years, and tables of one's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.formats.strict_json import parsed_object
from bioanchors.parameters import BadParameters, Problem, parse_parameters, read_parameters
from bioanchors.parameters.problems import Origin
from bioanchors.parameters.reading.files import name_text, read_regular
from bioanchors.parameters.reading.table_files import BadTableError, read_table
from bioanchors.results import published_forecasts, run
from bioanchors.visible import json_text

Array = NDArray[np.float64]
FORMAT = "bioanchors mix 1"
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Part:
    """One forecast of a mix.

    Attributes
    ----------
    name, weight
        What it is called, and its share of the mix.
    years, probabilities
        Points of its CDF, straight between them.
    made
        What it is made of: ``parameters``, ``seed`` and ``precision`` of a file; else nothing.
    event
        What a file forecasts: its event; None of another milestone, and of what is no file.
    """

    name: str
    weight: float
    years: Array
    probabilities: Array
    made: dict[str, Any]
    event: str | None = None

    def at(self, years: Array) -> Array:
        """Return the CDF at decimal years, NaN where it says nothing."""
        nothing = math.nan
        found = np.interp(years, self.years, self.probabilities, left=nothing, right=nothing)
        return np.asarray(found)


@dataclass(frozen=True, eq=False)
class Mix:
    """Forecasts mixed by weight.

    Attributes
    ----------
    parts
        Each with its share; the shares add up to 1.
    """

    parts: tuple[Part, ...]

    @property
    def years(self) -> Array:
        """Whole years of which all of the parts speak."""
        first = math.ceil(max(part.years[0] for part in self.parts))
        last = math.floor(min(part.years[-1] for part in self.parts))
        return np.arange(first, last + 1.0)

    @property
    def event(self) -> str | None:
        """What all of the parts forecast, or None where that differs or is not known."""
        first, *others = {part.event for part in self.parts}
        return None if others else first

    @property
    def cdf(self) -> Array:
        """Probability by each year: the weighted sum of the parts'."""
        each = [part.weight * part.at(self.years) for part in self.parts]
        return np.asarray(np.sum(each, axis=0))

    def quantile(self, probability: float) -> float:
        """Return the year by which the mix has a probability; NaN outside of its years."""
        nothing = math.nan
        found = np.interp(probability, self.cdf, self.years, left=nothing, right=nothing)
        return float(found)

    @property
    def text(self) -> str:
        """The mix as JSON, from which ``read_mix`` makes it again."""
        parts = [
            {
                "name": part.name,
                "weight": part.weight,
                **(part.made or {"years": part.years.tolist(), "cdf": part.probabilities.tolist()}),
            }
            for part in self.parts
        ]
        years, cdf = self.years.tolist(), self.cdf.tolist()
        return json_text({"format": FORMAT, "parts": parts, "years": years, "cdf": cdf}, 1) + "\n"


def mix(weights: Mapping[str, float], *, seed: int = 1, precision: float = 0.001) -> Mix:
    """Mix forecasts by weight.

    Parameters
    ----------
    weights
        Weight, relative to the others, by what is mixed: a preset's name, a path to a parameter
        file (.toml), the name of a published forecast, or a path to a table of years and
        cumulative probabilities (.csv).
    seed, precision
        Of the files' runs.

    Returns
    -------
    Mix
        Of the whole years of which all of them speak: nothing is known of a table outside of its
        points.

    Raises
    ------
    BadParameters
        If a file or table cannot be used.
    ValueError
        If there are fewer than two, a weight is not above 0, or they have no year in common.

    Notes
    -----
    F(y) = sum over parts of w F_part(y). What arrives differs between them: a mix says how sure
    one is of one event only as far as one takes the milestones for the same.

    Examples
    --------
    >>> import bioanchors as ba
    >>> mixed = ba.mix({"cotra2020": 0.7, "metaculus_5121_2026-09": 0.3})
    >>> round(mixed.quantile(0.5))
    2044
    """
    if len(weights) < 2:
        raise ValueError(f"found {len(weights)} to mix; needed: two or more")
    for name, weight in weights.items():
        if not (weight > 0 and math.isfinite(weight)):
            raise ValueError(f"{name}: found weight {weight:g}; allowed: a number above 0")
    total = math.fsum(weights.values())
    made = [_part(name, w / total, seed, precision) for name, w in weights.items()]
    return _checked(Mix(tuple(made)))


def _checked(mixed: Mix) -> Mix:
    if not mixed.years.size:
        spans = ", ".join(f"{p.name} {p.years[0]:g} to {p.years[-1]:g}" for p in mixed.parts)
        raise ValueError(f"there is no whole year of which all of them speak: {spans}")
    return mixed


def _part(name: str, weight: float, seed: int, precision: float) -> Part:
    published = published_forecasts().get(name)
    if published is not None:
        years, chances = (np.array(v) for v in (published.years, published.probabilities))
        return Part(name, weight, years, chances, {})
    if name.endswith(".csv"):
        return Part(name, weight, *_table(name), {})
    text = read_parameters(name).text
    return _of_file(name, weight, {"parameters": text, "seed": seed, "precision": precision})


def _of_file(name: str, weight: float, made: dict[str, Any]) -> Part:
    file = parse_parameters(str(made["parameters"]), name)
    forecast = run(file, seed=int(made["seed"]), precision=float(made["precision"]))
    event = file.event if file.milestone == "base" else None
    return Part(name, weight, forecast.years, forecast.cdf, made, event)


def _table(path: str) -> tuple[Array, Array]:
    label = name_text(path)
    try:
        columns = read_table(Path(path), None).columns
    except BadTableError as error:
        raise BadParameters([Problem(Origin(label, error.line), "", str(error))]) from None
    if "probabilities" not in columns:
        message = "one column; needed: years and cumulative probabilities"
        raise BadParameters([Problem(Origin(label), "", message)])
    return np.array(columns["values"]), np.array(columns["probabilities"])


def is_mix(path: str | Path) -> bool:
    """Return whether a file says to be a mix, as ``Mix.text`` does."""
    path = Path(path)
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return FORMAT.encode() in file.read(64)


def read_mix(path: str | Path) -> Mix:
    """Make a mix again from ``Mix.text``, and see that it comes out the same.

    Raises
    ------
    ValueError
        If it is no mix, or comes out otherwise.
    """
    raw = read_regular(Path(path))
    try:
        document = parsed_object(raw)
        if document["format"] != FORMAT:
            raise ValueError
        parts = [
            _of_file(
                part["name"],
                float(part["weight"]),
                {key: part[key] for key in ("parameters", "seed", "precision")},
            )
            if "parameters" in part
            else Part(
                str(part["name"]),
                float(part["weight"]),
                np.array(part["years"], dtype=np.float64),
                np.array(part["cdf"], dtype=np.float64),
                {},
            )
            for part in document["parts"]
        ]
        told = np.array(document["cdf"], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadParameters):
            raise
        raise ValueError(f"{name_text(path)}: no mix as bioanchors writes it") from None
    made = _checked(Mix(tuple(parts)))
    if made.cdf.shape != told.shape or not np.allclose(made.cdf, told, rtol=0, atol=ROUNDING):
        raise ValueError(f"{name_text(path)}: made again it comes out otherwise")
    return made
