"""What is allowed and yet hardly meant: a log10 for a value, percent for a share, uneven weights.

Nothing here is an error: whoever means it may go on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from pydantic import TypeAdapter

from bioanchors.distributions import Distribution
from bioanchors.model.keys import RELATIVE, SPEEDS, Key, log10
from bioanchors.parameters.problems import dotted, number
from bioanchors.parameters.quantities.families import Quantity, build
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import key_at, quantities, shared_path
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tree import Layer

LIMIT = "interventions.*.at_most"
"""A limit, which is in the unit of the quantity that it is of."""
UNITS = {"flop_per_usd": "FLOP/$", "largest_run_usd": "$", "largest_run_flop": "FLOP"}
RUNS = {"largest_run_usd": "largest_run_flop", "largest_run_flop": "largest_run_usd"}
"""What the limit of one of them is mistaken for."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual in the field, in the unit of the key; of a speed its doubling in years."""

    low: float
    high: float
    reason: str


USUAL = {
    "brain.flop_per_s": Usual(1e10, 1e22, "Carlsmith 2020: likely 1e13 to 1e17, at most 1e21"),
    "network.oom_vs_brain": Usual(-6, 8, "Cotra 2020: 1, give or take 2"),
    "network.flop_per_parameter_per_subj_s": Usual(1e-2, 1e5, "Cotra 2020: 10^1.5"),
    "scaling.exponent": Usual(0.1, 2, "Cotra 2020: 0.8, give or take 0.2; Hoffmann 2022: 1"),
    "scaling.reference_parameters": Usual(1e6, 1e18, "networks that were trained: up to 1e13"),
    "scaling.samples_at_reference": Usual(1e5, 1e19, "Cotra 2020: 1e12, give or take 1.5 OOM"),
    "hypotheses.*.lifetime_s": Usual(1e8, 3e9, "3 to 100 years"),
    "hypotheses.*.oom_vs_lifetime": Usual(-10, 20, "Cotra 2020: 3, scale 5"),
    "hypotheses.*.effective_horizon_s": Usual(1e-3, 1e11, "a token to a hundred lives"),
    "hypotheses.*.parameters": Usual(1e4, 1e17, "a genome 7.5e8, synapses 1e15"),
    "hypotheses.*.ancestor_flop_per_s": Usual(1, 1e12, "Cotra 2020: about 1e4"),
    "hypotheses.*.population": Usual(1e14, 1e27, "Cotra 2020: 1e19 to 1e23"),
    "hypotheses.*.duration_years": Usual(1e7, 1.4e10, "Cotra 2020: 1.4e8 to 2.8e9"),
    "hypotheses.*.oom_vs_evolution": Usual(-30, 10, "Cotra 2020: 0, scale 5"),
    "hypotheses.*.pretraining_horizon_s": Usual(1e-3, 1e6, "a token to a project"),
    "hypotheses.*.fine_tuning_horizon_s": Usual(1, 1e11, "a thought to a hundred lives"),
    "hypotheses.*.fine_tuning_share": Usual(1e-15, 0.5, "transfer laws: 1e-3; tuning today: 1e-6"),
    "hypotheses.*.data_points": Usual(1e8, 1e22, "50 bits/s of thought to all that senses take in"),
    "hypotheses.*.flop_per_parameter_per_data_point": Usual(1, 1e4, "Kaplan et al. 2020: 6"),
    "hypotheses.*.loss_above_irreducible": Usual(1e-4, 10, "GPT-3 0.19, Chinchilla 0.16"),
    "hypotheses.*.factors.*.oom": Usual(-20, 20, "a factor of 1e20 either way"),
    "scaling.horizon_exponent": Usual(0.1, 2, "Cotra 2020: 1"),
    "scaling_law.parameters_exponent": Usual(0.02, 1, "Kaplan 2020: 0.076; Hoffmann 2022: 0.34"),
    "scaling_law.data_exponent": Usual(0.02, 1, "Kaplan 2020: 0.103; Hoffmann 2022: 0.28"),
    "hypotheses.*.training_flop": Usual(1e20, 1e70, "GPT-2 to far beyond evolution's 1e41"),
    "algorithms.speed": Usual(0.1, 10, "Ho et al. 2024: 2 to 22 months; Cotra 2020: 1 to 4.5"),
    "algorithms.max_oom": Usual(0.5, 20, "Cotra 2020: 1 to 6; Davidson 2023: 8 to 16"),
    "algorithms.transfer": Usual(0.05, 5, "Epoch AI, Direct Approach: 0.3 to 1.5"),
    "algorithms.halving_shift_years": Usual(-4, 4, "Cotra 2020: 1 year"),
    "hardware.flop_per_usd": Usual(1e13, 1e24, "2020 to 2026: 1e17 to 2e18"),
    "hardware.speed": Usual(0.4, 10, "Hobbhahn and Besiroglu 2022: 2 to 3; Cotra 2020: 1.5 to 3.5"),
    "hardware.max_flop_per_usd": Usual(1e18, 1e32, "Cotra 2020: 1e22 to 1e26"),
    "spending.largest_run_usd": Usual(1e4, 1e13, "2020 to 2026: 1e6 to 1e9"),
    "spending.speed": Usual(0.15, 24, "Cottier et al. 2024: 0.8; Cotra 2020: 1 to 3"),
    "spending.max_share_of_gdp": Usual(1e-5, 0.3, "Cotra 2020: 0.005 to 0.02; Apollo: 0.004"),
    "economy.largest_economy_gdp_usd": Usual(1e12, 1e15, "the world's in 2025: 1.2e14"),
    "economy.growth_per_year": Usual(-0.05, 0.15, "the United States since 1950: 0.03"),
    "power.flop": Usual(1e20, 1e45, "Epoch AI 2024: 2e29 by 2030"),
    "data.stock_tokens": Usual(1e9, 1e25, "Villalobos et al. 2024: 1e14 to 1e15"),
    f"{LIMIT} of flop_per_usd": Usual(1e9, 1e32, "2020 to 2026: 1e17 to 2e18"),
    f"{LIMIT} of largest_run_usd": Usual(1e2, 1e14, "2020 to 2026: 1e6 to 1e9"),
    f"{LIMIT} of largest_run_flop": Usual(1e15, 1e45, "2020 to 2026: 3e23 to 5e26"),
    "lag.training_years": Usual(0, 10, "runs of a few months"),
    "lag.deployment_years": Usual(0, 30, "a judgement"),
}  # fmt: skip
"""Each input by its name and what is usual of it; of hypotheses by any name, limits by ``of``."""

SEEN = {
    "largest_run_flop": (1e15, 1e40),
    "largest_run_usd": (1e3, 1e14),
    "flop_per_usd": (1e9, 1e25),
}
"""What may have been seen of a quantity, and of FLOP that were not enough."""

DWARFED = 10
"""Weights so many times the largest that they stand beside are worth a look."""


def oddities(tables: Tables, layer: Layer) -> Iterator[str]:
    """Yield what a forecaster should look at twice.

    Notes
    -----
    A quantity is judged by its median. Within the 1st to the 99th percentile of the distribution
    that it replaces, nothing is odd. It is odd more than twice as far from the middle as these, or
    outside of what is usual (``USUAL``).
    """
    for path, value, any_key in quantities(tables):
        name, key = _named(path, any_key, tables)
        words = _odd(path, name, build(value, key), key, layer)
        if words:
            yield f"{dotted(path)}: {words}"
    for path, flop in _thresholds(tables):
        words = odd_flop([flop])
        if words:
            yield f"{dotted(path)}: {words}"
    yield from _odd_weights(tables, layer)
    yield from _odd_evidence(tables)


def odd_flop(values: Sequence[float]) -> str:
    """Say so of the first of some training FLOP that are the log10 of what is usual, else nothing.

    Examples
    --------
    >>> odd_flop([1e26, 28.0])
    'found 28; usual: 1e20 to 1e70; for a log10 of 28, write 1e28'
    """
    usual = USUAL["hypotheses.*.training_flop"]
    for each in values:
        if math.log10(usual.low) <= each <= math.log10(usual.high):
            said = f"found {number(each)}; usual: {number(usual.low)} to {number(usual.high)}"
            return f"{said}; for a log10 of {number(each)}, write {_written(each)}"
    return ""


def _odd(path: KeyPath, name: str, distribution: Distribution, key: Key, layer: Layer) -> str:
    middle = float(key.to_model(distribution, np.array([0.5]))[0])
    parent = _replaced(path, layer)
    ends = None if parent is None else _ends(*parent)
    if ends is not None:
        low, centre, high = ends
        if low <= middle <= high:
            return ""
        if not centre - 2 * (centre - low) <= middle <= centre + 2 * (high - centre):
            said = f"{_range(low, high, key)}, the 1st to 99th percentile of what it replaces"
            said = f"found {_shown(middle, key)}, far from {said}"
            return said + _hint(middle, low, high, key)
    usual = USUAL.get(name)
    if usual is None:
        return ""
    low, high = _model_ends(usual, path, key)
    if low <= middle <= high:
        return ""
    said = f"found {_shown(middle, key)}; usual: {_range(low, high, key)} ({usual.reason})"
    return said + (_hint(middle, low, high, key) or _other_run(name, middle))


def _model_ends(usual: Usual, path: KeyPath, key: Key) -> tuple[float, float]:
    if path[-1] in SPEEDS and path[-1] not in RELATIVE:
        return float(np.log10(2) / usual.high), float(np.log10(2) / usual.low)
    if key.to_model is log10:
        return float(np.log10(usual.low)), float(np.log10(usual.high))
    return usual.low, usual.high


def _named(path: KeyPath, key: Key, tables: Tables) -> tuple[str, Key]:
    """Return the name of an input as ``USUAL`` has it, and its key, a limit's in its own unit."""
    name = _general(path)
    if name != LIMIT:
        return name, key
    of = (tables.interventions or {})[str(path[1])].of or ""
    return f"{name} of {of}", replace(key, unit=UNITS.get(of, key.unit))


def _other_run(name: str, middle: float) -> str:
    """Say which quantity a limit of runs was probably meant of, if it is usual there."""
    other = RUNS.get(name.removeprefix(f"{LIMIT} of "))
    if other is None:
        return ""
    usual = USUAL[f"{LIMIT} of {other}"]
    is_meant = math.log10(usual.low) <= middle <= math.log10(usual.high)
    return f'; for {UNITS[other]}, write of = "{other}"' if is_meant else ""


def _general(path: KeyPath) -> str:
    """Return the pattern of an input's path, a speed in whatever unit as ``speed``."""
    parts = shared_path(path)
    is_speed = parts[-1] in SPEEDS and parts[-1] not in RELATIVE
    return ".".join((*parts[:-1], "speed") if is_speed else parts)


@cache
def _quantities() -> TypeAdapter[Quantity]:
    """Return what reads any quantity: once, since to make it takes longer than all it reads."""
    return TypeAdapter(Quantity)


def _replaced(path: KeyPath, layer: Layer) -> tuple[Distribution, Key] | None:
    """Return the distribution in whose place a value stands, in whatever unit of a speed."""
    is_speed = path[-1] in SPEEDS and path[-1] not in RELATIVE
    names = [name for name in SPEEDS if name not in RELATIVE] if is_speed else [path[-1]]
    for name in names:
        place = (*path[:-1], name)
        key = key_at(place)
        if place in layer.replaced and key is not None:
            try:
                quantity = _quantities().validate_python(layer.replaced[place])
                return build(quantity, key), key
            except ValueError:  # of a parent that was wrong
                return None
    return None


def _ends(distribution: Distribution, key: Key) -> tuple[float, float, float] | None:
    """Return the 1st, 50th and 99th percentile as the model has them, of what is uncertain."""
    if distribution.is_point:
        return None
    low, centre, high = key.to_model(distribution, np.array([0.01, 0.5, 0.99])).tolist()
    return low, centre, high


def _in_file(value: float, key: Key, digits: int = 3) -> str:
    """Return a value of the model in the unit of the file, rounded."""
    written = float(f"{float(key.to_file(np.array(value))):.{digits}g}")
    return number(written) if math.isfinite(written) else f"{written}"


def _shown(value: float, key: Key) -> str:
    return _in_file(value, key) + _unit(key)


def _range(low: float, high: float, key: Key) -> str:
    ends = sorted((low, high), key=lambda end: float(key.to_file(np.array(end))))
    return " to ".join(_in_file(end, key) for end in ends) + _unit(key)


def _unit(key: Key) -> str:
    return "" if not key.unit or key.unit.startswith("share") else f" {key.unit}"


def _hint(middle: float, low: float, high: float, key: Key) -> str:
    """Say what was probably meant."""
    text = _in_file(middle, key, 12)
    value = float(text)
    if key.to_model is log10 and low <= value <= high:
        return f"; for a log10 of {text}, write {_written(value)}"
    percent = np.log10(value / 100) if key.to_model is log10 and value > 0 else value / 100
    if key.unit.startswith("share") and low <= percent <= high:
        return f"; for {text} %, write {number(float(f'{value / 100:.6g}'))}"
    return ""


def _thresholds(tables: Tables) -> Iterator[tuple[KeyPath, float]]:
    """Yield path and value of training FLOP that are no quantity of their own."""
    update = tables.low_end_update
    for name in ("ruled_out_below_flop", "full_weight_above_flop"):
        if update is not None and (flop := getattr(update, name)) is not None:
            yield ("low_end_update", name), flop
    sizes = tables.algorithms.sizes if tables.algorithms is not None else None
    for name, size in (sizes or {}).items():
        if size.from_flop is not None:
            yield ("algorithms", "sizes", name, "from_flop"), size.from_flop


def _written(log10_value: float) -> str:
    """Return a number as it is to be written, of whose log10 this is."""
    if float(log10_value).is_integer():
        return f"1e{log10_value:g}"
    return number(float(f"{10**log10_value:.3g}"))


def _odd_weights(tables: Tables, layer: Layer) -> Iterator[str]:
    weights = {name: each.weight or 0.0 for name, each in (tables.hypotheses or {}).items()}
    ages = {name: layer.age(layer.origin(("hypotheses", name, "weight"))) for name in weights}
    for age in sorted(set(ages.values())):
        own = {name: w for name, w in weights.items() if ages[name] == age and w > 0}
        rest = [w for name, w in weights.items() if ages[name] > age and w > 0]
        if own and rest and min(own.values()) >= DWARFED * max(rest):
            given = ", ".join(f"{number(w)} ({name})" for name, w in own.items())
            share = sum(rest) / (sum(rest) + sum(own.values()))
            yield (
                f"weights {given} beside {number(min(rest))} to {number(max(rest))}, which were "
                f"there before and come to {100 * share:.2g} % together: weights are relative"
            )


def _odd_evidence(tables: Tables) -> Iterator[str]:
    """Yield what can hardly have been seen: a log10 for a value, a year that is yet to come."""
    seen = tables.evidence
    if seen is None:
        return
    run = "largest_run_flop"
    items = [
        *(
            ((*path, "value"), each.quantity, each.value, each.year)
            for path, each in seen.every_observation.items()
        ),
        *(((*path, "flop"), run, each.flop, each.year) for path, each in seen.every_run.items()),
    ]
    for path, quantity, value, year in items:
        here = ("evidence", *path)
        low, high = SEEN.get(quantity or "", (0.0, math.inf))
        if isinstance(value, float | int) and not low <= value <= high:
            said = f"{dotted(here)}: found {number(value)}; usual: {low:g} to {high:g}"
            is_log10 = math.log10(low) <= value <= math.log10(high)
            hint = f"; for a log10 of {number(value)}, write {_written(value)}"
            yield said + hint if is_log10 else said
        if year is not None and tables.as_of is not None and year > tables.as_of:
            yield (
                f"{dotted((*here[:-1], 'year'))}: found {number(year)}, after the file's as_of, "
                f"{number(tables.as_of)}, by when it cannot have been seen"
            )
