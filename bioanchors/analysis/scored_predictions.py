"""Predictions that were written down, and how they fared."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bioanchors.analysis.predictions import QUANTITIES, VALUES, Prediction, Predictions
from bioanchors.analysis.scores import Scores, scores
from bioanchors.model.spec import LAGS, Observed
from bioanchors.parameters.observation_files import Observations
from bioanchors.parameters.observed import observed
from bioanchors.parameters.problems import BadParameters, Origin, Problem
from bioanchors.parameters.reading.files import name_text, read_regular
from bioanchors.parameters.reading.layers import is_path
from bioanchors.parameters.reading.preset_files import TOLD, names_of, preset_path

NEAR = 0.1
"""Years by which a measurement may be away from the year of the prediction."""


@dataclass(frozen=True, eq=False)
class ScoredPrediction:
    """How one file's predictions fared.

    Attributes
    ----------
    prediction
        What it said.
    scores
        Of each item that was measured of the predicted year.
    measured
        The same items, in the file's dollars.
    brier
        (probability - outcome)^2 of each event of which the outcome is known.
    """

    prediction: Prediction
    scores: dict[str, Scores]
    measured: dict[str, Observed]
    brier: dict[str, float]

    @property
    def log_score(self) -> float:
        """Mean log score, nats per OOM."""
        return _mean([each.log_score for each in self.scores.values()])

    @property
    def crps(self) -> float:
        """Mean CRPS, OOM."""
        return _mean([each.crps for each in self.scores.values()])


def score_predictions(told: Predictions, seen: Observations) -> tuple[ScoredPrediction, ...]:
    """Score predictions by what was measured of their year.

    Parameters
    ----------
    told
        What was said.
    seen
        What was measured; ``not_arrived_by`` there says of an event that it had not happened.

    Raises
    ------
    ValueError
        If nothing was measured of the year.
    """
    found = tuple(_scored(each, told.year, seen) for each in told.files)
    if not any(each.scores or each.brier for each in found):
        raise ValueError(
            f"nothing was measured of {told.year:g}; needed: an observation within {NEAR:g} years "
            f"of it of {', '.join(QUANTITIES)} (of the year before), or not_arrived_by"
        )
    return found


def _scored(each: Prediction, year: float, seen: Observations) -> ScoredPrediction:
    rows, measured = {}, {}
    for name, item in seen.items.items():
        one = observed(item, ("evidence", "observations", name), each.dollars)
        first = one.year if one.from_year is None else one.from_year + 1
        near = abs(one.year - year) <= NEAR and abs(first - year) <= NEAR
        if near and one.quantity in each.log10 and one.hypothesis is None:
            values = each.log10[one.quantity]
            at, error = one.log10_value, one.standard_error_oom
            rows[name], measured[name] = scores(values, np.ones(values.size), at, error), one
    none_by = seen.not_arrived_by or -math.inf
    known = [event for event in LAGS if none_by >= year and _is_later(event, seen.event)]
    brier = {event: p**2 for event, p in each.by.items() if event in known}
    return ScoredPrediction(each, rows, measured, brier)


def _is_later(event: str, than: str) -> bool:
    """Whether an event comes at or after another: it has not happened if the other has not."""
    order = list(LAGS)
    return order.index(event) >= order.index(than)


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def read_predictions(source: str | Path) -> Predictions:
    """Read what ``Predictions.text`` wrote.

    Parameters
    ----------
    source
        A path, or a name of those that come with the package.

    Raises
    ------
    BadParameters
        If it is something else.
    """
    known = names_of(TOLD)
    label = name_text(source)
    if not is_path(source) and source not in known:
        raise _bad("predictions", "", f"found {label}; allowed: {', '.join(known)} or a path")
    path = Path(source) if is_path(source) else preset_path(str(source))
    try:
        tree = tomllib.loads(read_regular(path).decode())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not TOML in UTF-8"
        raise _bad(label, "", f"cannot be read: {why}") from None
    year = tree.get("year")
    tables = {name: table for name, table in tree.items() if isinstance(table, dict)}
    if not isinstance(year, float | int) or not tables:
        raise _bad(label, "year", "needed: a year, and a table for each file")
    return Predictions(float(year), tuple(_prediction(label, *each) for each in tables.items()))


def _prediction(label: str, name: str, table: dict[str, Any]) -> Prediction:
    log10 = {}
    for quantity in (*QUANTITIES,):
        part = table.get(quantity)
        values = part.get("log10") if isinstance(part, dict) else None
        if (
            not isinstance(values, list)
            or len(values) != VALUES
            or not all(map(_is_number, values))
        ):
            message = f"needed: log10 = [...] of {VALUES} numbers"
            raise _bad(label, f"{name}.{quantity}", message)
        log10[quantity] = np.sort(np.array(values, dtype=np.float64))
    by = table.get("probability_by")
    if not isinstance(by, dict) or not all(e in LAGS and _is_share(p) for e, p in by.items()):
        message = f"needed: probabilities of {', '.join(LAGS)}, or some of them"
        raise _bad(label, f"{name}.probability_by", message)
    dollars = table.get("dollar_year")
    if dollars is not None and not isinstance(dollars, int):
        raise _bad(label, f"{name}.dollar_year", "needed: a whole year")
    digest = str(table.get("parameters_sha256", ""))
    return Prediction(name, digest, dollars, log10, {e: float(p) for e, p in by.items()})


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and abs(value) < 1000


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _bad(label: str, key: str, message: str) -> BadParameters:
    return BadParameters([Problem(Origin(label), key, message)])
