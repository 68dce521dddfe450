"""What one key of a file is, where its value comes from, where it acts and what it changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from bioanchors.analysis.running import run_alike
from bioanchors.model.keys import Key
from bioanchors.parameters import BadParameters, Parameters, Source, as_parameters
from bioanchors.parameters.bounds import key_of
from bioanchors.parameters.edits.fixing import percentiles
from bioanchors.parameters.problems import nearest
from bioanchors.parameters.shape import field_at, field_names, named, year_at
from bioanchors.parameters.tree import node
from bioanchors.results import Forecast
from bioanchors.types import Progress

STEP = 0.1
SCORES = np.linspace(-3.5, 3.5, 29)
"""Standard normal scores of the percentiles by which a changed distribution is given."""

OUTSIDE = ("format", "title", "source", "note", "extends", "drop", "published")


@dataclass(frozen=True)
class Changed:
    """What a change of the key's value does.

    Attributes
    ----------
    words
        The change: ``"10 % more: 2.75 years"``.
    median_year
        With it; that of the file is ``Explained.median_year``.
    probability
        Of arrival by the middle report year.
    """

    words: str
    median_year: float
    probability: float


@dataclass(frozen=True)
class Explained:
    """One key of a file.

    Attributes
    ----------
    parameters, path
        The file, and the key as it is written.
    key
        Meaning, unit and domain, where the key is a quantity.
    help
        What the key means.
    value, percentiles
        As the file has it, None where it has none; and of a distribution 5 %, 50 % and 95 %.
    source, origin
        What is given as its source, and where it was written.
    acts_on
        Hypotheses whose requirement or algorithms draw on it; ``None`` where all that can be bought
        does, or it is no input.
    year, median_year, probability
        The report year of the probabilities, and what the file says.
    changed
        What it does to the forecast.
    """

    parameters: Parameters
    path: str
    key: Key | None
    help: str
    value: Any
    percentiles: tuple[float, ...]
    source: str
    origin: str
    acts_on: tuple[str, ...] | None
    year: float
    median_year: float
    probability: float
    changed: tuple[Changed, ...]


def explain(source: Source, path: str, progress: Progress | None = None) -> Explained:
    """Say what one key of a file is, and what its value changes.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    path
        Of a key: ``hardware.doubling_years``.
    progress
        Called with how many runs are done, and of how many.

    Returns
    -------
    Explained

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If there is no such key.

    Notes
    -----
    A number is made a tenth more and a tenth less; what is an exponent, in OOM, is moved by as much
    (0.04), and a year by one. Of a distribution every percentile is; what it is compared with is
    then the file with the same percentiles unmoved, so that nothing is owed to their number.

    Examples
    --------
    >>> import bioanchors as ba
    >>> found = ba.explain("cotra2020", "hardware.doubling_years")
    >>> [each.words for each in found.changed]
    ['10 % more: 2.75', '10 % less: 2.25']
    """
    parameters = as_parameters(source)
    parts = tuple(path.split("."))
    info = field_at(parts)
    if info is None or parts[0] in OUTSIDE:
        # Part of a path, as one remembers it, before a misspelt one.
        whole = [each.path for each in parameters.inputs.values() if path in each.path]
        known = [name for name in _known_keys(parts) if name not in OUTSIDE]
        near = f'; did you mean "{whole[0]}"?' if whole else nearest(parts[-1], known)
        raise ValueError(f"{path}: there is no such key to explain{near}")
    for size in range(1, len(parts)):
        family = named(parts[:size])
        if family is not None and node(parameters.resolved, parts[:size]) is None:
            raise ValueError(f"{path}: there is no such {family.one} in {parameters.name}")
    key = key_of(parameters, path)
    value = node(parameters.resolved, parts)
    item = next((each for each in parameters.inputs.values() if each.path == path), None)
    around: tuple[float, ...] = ()
    if item is not None and item.is_random:
        around = percentiles(item, (0.05, 0.5, 0.95))
    acts_on: tuple[str, ...] | None = None
    if item is not None and item.name not in parameters.shared_trends:
        acts_on = tuple(h.name for h in parameters.hypotheses if item.name in h.inputs)
    elif len(parts) > 2 and parts[0] == "hypotheses":
        acts_on = (parts[1],)
    year = _middle(parameters)
    base, changes = _changes(parameters, path, key, value)
    files = [base, *(made for _, made in changes)]
    found = run_alike(files, _Kept(year), progress=progress)
    return Explained(
        parameters,
        path,
        key,
        key.help if key is not None else (info.description or ""),
        value,
        around,
        "" if value is None else parameters.source(parts),
        "" if value is None else str(parameters.origin(parts)),
        acts_on,
        year,
        *found[0],
        tuple(
            Changed(words, *numbers) for (words, _), numbers in zip(changes, found[1:], strict=True)
        ),
    )


@dataclass(frozen=True)
class _Kept:
    """Keeps the median and a probability of a forecast."""

    year: float

    def __call__(self, forecast: Forecast) -> tuple[float, float]:
        return forecast.quantile(0.5), forecast.probability_by(self.year)


Move = Callable[[float], float]


def _changes(
    parameters: Parameters, path: str, key: Key | None, value: Any
) -> tuple[Parameters, list[tuple[str, Parameters]]]:
    """Return what changes are compared with, and the file with each that is allowed."""
    moves = _moves(path, key, value)
    item = next((each for each in parameters.inputs.values() if each.path == path), None)
    if not moves or (key is not None and item is None):
        return parameters, []
    base = parameters
    if item is not None and item.is_random:
        values = percentiles(item, tuple(ndtr(SCORES)))
        try:
            base = parameters.with_values({path: _through(values)})
        except BadParameters:
            return parameters, []  # as where it has to end before another year begins
        middle = values[len(values) // 2]
    else:
        middle = float(value["value"] if isinstance(value, dict) else value)
        values = (middle,)
    made = []
    for words, move in moves:
        moved = [move(each) for each in values]
        try:
            changed = base.with_values({path: _through(moved) if len(moved) > 1 else moved[0]})
        except BadParameters:
            continue  # beyond what the key may be
        is_year = year_at(tuple(path.split("."))) is not None
        told = f"{move(middle):.6g}" if is_year else f"{move(middle):.4g}"
        made.append((f"{words}: {told}", changed))
    return base, made


def _through(values: Sequence[float]) -> dict[str, Any]:
    """Return a distribution with these percentiles at ``SCORES``."""
    return {"dist": "quantiles", "probabilities": ndtr(SCORES).tolist(), "values": [*values]}


def _moves(path: str, key: Key | None, value: Any) -> list[tuple[str, Move]]:
    """Return the changes of a key's value, and the words for them."""
    if key is None and (isinstance(value, bool) or not isinstance(value, int | float)):
        return []
    if year_at(tuple(path.split("."))) is not None:
        return [("a year later", lambda x: x + 1), ("a year earlier", lambda x: x - 1)]
    if key is not None and key.unit == "OOM" and not key.domain.low >= 0:
        oom = math.log10(1 + STEP)
        return [
            (f"{oom:.2f} OOM more, which is 10 %", lambda x: x + oom),
            (f"{oom:.2f} OOM less", lambda x: x - oom),
        ]
    return [("10 % more", lambda x: x + STEP * abs(x)), ("10 % less", lambda x: x - STEP * abs(x))]


def _middle(parameters: Parameters) -> float:
    years = parameters.report_years or (parameters.last_year,)
    return years[len(years) // 2]


def _known_keys(parts: tuple[str, ...]) -> list[str]:
    return [*field_names(parts[:-1]), *field_names(())]
