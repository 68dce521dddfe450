"""What a page holds: what can be moved, requirements as curves, and the package's own answer."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors import __version__
from bioanchors.engine import REQUIREMENT_EDGES
from bioanchors.model.trends.changes import MECHANISMS
from bioanchors.output.page.inputs import (
    SCORES,
    drawing_data,
    input_data,
    packed,
    shifts_as_the_model_adds,
)
from bioanchors.output.page.refusing import refuse_unknown
from bioanchors.parameters import Parameters, assumed, dotted
from bioanchors.parameters.reading.preset_files import ALIASES
from bioanchors.parameters.tree import node
from bioanchors.results import Forecast, published_forecasts, run
from bioanchors.results.origin import event_meaning
from bioanchors.results.requirements import requirement_cdfs, shifting
from bioanchors.sampling import Streams

Array = NDArray[np.float64]

PRECISION = 3e-4
MOST_SECONDS = 4.0
SEED = 1
HASH_DIGITS = 12
SMALLEST = 2e-6
"""Probability below which a requirement's curve is left out."""


def page_data(parameters: Parameters, other: Parameters | None) -> dict[str, Any]:
    """Return the data of a page.

    Raises
    ------
    BadParameters
        If the file has what no page recomputes.
    """
    refuse_unknown(parameters)
    forecast = run(parameters, precision=PRECISION, max_seconds=MOST_SECONDS)
    streams = Streams.of(parameters.spec, SEED)
    data = assumptions(parameters)
    for name, item in data["inputs"].items():
        item |= drawing_data(parameters.inputs[name], streams)
    cdfs = requirement_cdfs(parameters)
    for hypothesis, cdf in zip(data["hypotheses"], cdfs, strict=True):
        hypothesis["cdf"] = _grid(cdf)
    return data | {
        "groups": _groups(streams, set(data["inputs"])),
        "scores": [float(SCORES[0]), float(SCORES[-1]), SCORES.size],
        "overlays": _overlays(),
        "check": _check(forecast),
        "other": None if other is None else _other(other, forecast),
        "text": parameters.text,
    }


def assumptions(parameters: Parameters) -> dict[str, Any]:
    """Return what can be moved of a file, which needs no forecast."""
    spec = parameters.spec
    none = spec.release
    name = ALIASES.get(parameters.name, parameters.name)
    return {
        "format": 1,
        "version": __version__,
        "name": re.sub(r"[^\w.-]", "_", Path(name).name, flags=re.ASCII),
        "title": parameters.title,
        "hash": digest(parameters),
        "extends": Path(name).name,
        "event": parameters.event,
        "meaning": event_meaning(parameters),
        "first": parameters.first_year,
        "last": parameters.last_year,
        "report": list(parameters.whole_report_years),
        "none": None
        if none is None
        else {
            "probability": none.probability,
            "end": none.probability_end,
            "from": none.start_year,
            "to": none.end_year,
        },
        "ramp": None if spec.ramp is None else list(spec.ramp),
        "hypotheses": _hypotheses(parameters),
        "inputs": {each: input_data(parameters, spec.inputs[each]) for each in spec.trends},
        "terms": {
            each: input_data(parameters, spec.inputs[each]) | {"table": None}
            for each in _terms(parameters)
        },
        "hardware_start": spec.hardware_start,
        "spending_start": spec.spending_start,
        "gdp_year": spec.gdp_year,
        "unhobbling_start": spec.unhobbling_start,
        "power_year": spec.power_year,
        "lags": list(spec.lags),
        "evidence_lags": list(spec.evidence_lags),
        "offset": list(spec.offset),
        "changes": [
            {
                "name": each.name,
                "of": each.of,
                "mechanism": each.mechanism,
                "sets_speed": MECHANISMS[each.mechanism].sets_speed,
                "year": each.year,
                "values": list(each.values),
                "happens": each.happens,
            }
            for each in spec.changes
        ],
        "interventions": [
            {
                "name": each.name,
                "of": each.of,
                "action": each.action,
                "year": each.year,
                "until": each.until,
                "lasts": each.lasts,
                "value": each.value,
                "happens": each.happens,
            }
            for each in spec.interventions
        ],
        "speed_is_of_run": spec.speed_is_of_run,
        "answers_to_interventions": spec.answers_to_interventions,
        "evidence": _evidence(parameters),
    }


def digest(parameters: Parameters) -> str:
    """Return what tells a file's assumptions from others, whatever is said of them.

    Twelve digits of the SHA-256 of its values by their paths: a source, a note or a figure to
    compare with may change, and links to the file still hold.
    """
    values = sorted((dotted(path), value) for path, value in assumed(parameters).items())
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]


def _hypotheses(parameters: Parameters) -> list[dict[str, Any]]:
    tree, terms = parameters.resolved, _terms(parameters)
    return [
        {
            "name": each.name,
            "kind": each.kind,
            "weight": each.weight,
            "speed": each.speed,
            "max_oom": each.max_oom,
            "transfer": each.transfer,
            "shift": each.halving_shift,
            "compute_share": each.compute_share,
            "gain_start": each.gain_start_year,
            "requirement_year": each.requirement_year,
            "shifts": {name: x for name, x in shifts.items() if name in terms},
            "own_start": node(tree, ("hypotheses", each.name, "algorithms", "gain_start_year"))
            is not None,
        }
        for each, shifts in zip(parameters.hypotheses, shifting(parameters), strict=True)
    ]


def _terms(parameters: Parameters) -> list[str]:
    """Return the inputs of requirements whose medians can be moved."""
    inputs = parameters.spec.inputs
    names = dict.fromkeys(name for each in shifting(parameters) for name in each)
    return [name for name in names if shifts_as_the_model_adds(inputs[name])]


def _evidence(parameters: Parameters) -> dict[str, Any]:
    seen = parameters.evidence
    observations = seen.every_observation.values()
    return {
        "not_arrived_by": seen.not_arrived_by,
        "event": parameters.evidence_event,
        "softness": seen.run_softness_oom or 0.0,
        "observations": [each.model_dump(exclude_none=True) for each in observations],
        "runs": [each.model_dump(exclude_none=True) for each in seen.every_run.values()],
    }


def _grid(cdf: Array) -> dict[str, Any]:
    inside = np.flatnonzero((cdf > SMALLEST) & (cdf < 1.0 - SMALLEST))
    if inside.size:
        first, last = max(int(inside[0]) - 1, 0), min(int(inside[-1]) + 2, cdf.size)
    else:
        jump = int(np.argmax(cdf >= 0.5))
        first, last = max(jump - 1, 0), jump + 1
    some = cdf[first:last]
    step = float(REQUIREMENT_EDGES[1] - REQUIREMENT_EDGES[0])
    x0 = float(REQUIREMENT_EDGES[first])
    return {"x0": x0, "dx": step, "n": int(some.size), "data": packed(some)}


def _groups(streams: Streams, names: set[str]) -> list[dict[str, Any]]:
    return [
        {"names": list(members), "lower": [[round(float(x), 12) for x in row] for row in lower]}
        for members, lower in streams.groups()
        if set(members) <= names
    ]


def _overlays() -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "title": each.title,
            "published": each.published,
            "milestone": each.milestone,
            "points": [
                [year, round(p, 4)] for year, p in zip(each.years, each.probabilities, strict=True)
            ],
        }
        for each in published_forecasts().values()
    ]


def _check(forecast: Forecast) -> dict[str, Any]:
    years = forecast.whole_years
    median = float(forecast.quantile(0.5))
    return {
        "years": [int(years[0]), int(years[-1])],
        "cdf": [round(float(forecast.probability_by(year)), 6) for year in years],
        "median": median if np.isfinite(median) else None,
        "error": forecast.largest_error,
    }


def _other(other: Parameters, forecast: Forecast) -> dict[str, Any]:
    beside = run(other, precision=PRECISION, max_seconds=MOST_SECONDS)
    years = np.clip(forecast.whole_years, other.first_year, other.last_year)
    inside = (forecast.whole_years >= other.first_year) & (forecast.whole_years <= other.last_year)
    return {
        "title": other.title,
        "cdf": [
            round(float(beside.probability_by(year)), 5) if known else None
            for year, known in zip(years, inside, strict=True)
        ],
    }
