"""Valid parameter files, made by hypothesis, and the small moves on them that laws speak of.

A file is a tree of plain data; ``toml`` writes it, ``read`` reads it with the package.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.model.keys import Key
from bioanchors.parameters import parse_parameters
from bioanchors.parameters.tables import requirements, trends

Tree = dict[str, Any]
Strategy = st.SearchStrategy[Any]

KINDS = (
    "lifetime",
    "neural_network",
    "genome",
    "evolution",
    "direct",
    "fine_tuned_network",
    "data_points",
    "loss_threshold",
)
PRESETS = ("cotra2020", "cotra2020-report", "cotra2020-aggressive", "cotra2020-conservative")
RESERVED = ("none", "year", "probability", "standard_error")
NEEDS = {
    "lifetime": ("brain.flop_per_s",),
    "neural_network": (
        "brain.flop_per_s",
        "network.oom_vs_brain",
        "network.flop_per_parameter_per_subj_s",
        "scaling.exponent",
        "scaling.reference_parameters",
        "scaling.samples_at_reference",
    ),
    "genome": (
        "brain.flop_per_s",
        "network.oom_vs_brain",
        "scaling.exponent",
        "scaling.reference_parameters",
        "scaling.samples_at_reference",
    ),
    "evolution": (),
    "direct": (),
    "data_points": (
        "brain.flop_per_s",
        "network.oom_vs_brain",
        "network.flop_per_parameter_per_subj_s",
    ),
    "loss_threshold": (
        "scaling_law.form",
        "scaling_law.parameters_coefficient",
        "scaling_law.parameters_exponent",
        "scaling_law.data_coefficient",
        "scaling_law.data_exponent",
    ),
}
NEEDS["fine_tuned_network"] = NEEDS["neural_network"]
OWN = {
    "lifetime": ("lifetime_s", "oom_vs_lifetime"),
    "neural_network": ("effective_horizon_s",),
    "genome": ("parameters", "effective_horizon_s"),
    "evolution": ("ancestor_flop_per_s", "population", "duration_years", "oom_vs_evolution"),
    "direct": ("training_flop",),
    "fine_tuned_network": ("pretraining_horizon_s", "fine_tuning_horizon_s", "fine_tuning_share"),
    "data_points": ("data_points",),
    "loss_threshold": ("loss_above_irreducible",),
}
ON_AXIS = ("value", "mean", "median", "low", "mode", "high", "values", "samples")


# --- From a tree to parameters ---------------------------------------------------------------


def toml(tree: Tree) -> str:
    """Write a tree as TOML, everything below a top-level table inline."""
    lines = [f"{key} = {_inline(value)}" for key, value in tree.items() if not _is_table(value)]
    for key, value in tree.items():
        if _is_table(value):
            lines += ["", f"[{key}]", *(f"{k} = {_inline(v)}" for k, v in value.items())]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def read(tree: Tree) -> ba.Parameters:
    """Return a tree's parameters; a tree that is not allowed is the strategy's fault."""
    return parse_parameters(toml(tree), "generated")


def at(tree: Tree, path: str) -> Any:
    """Return what stands at a dotted path."""
    for part in path.split("."):
        tree = tree[part]
    return tree


def replaced(tree: Tree, path: str, value: Any) -> Tree:
    """Return a copy of a tree with another value at a dotted path."""
    result = copy.deepcopy(tree)
    *tables, key = path.split(".")
    table = result
    for part in tables:
        table = table.setdefault(part, {})
    table[key] = value
    return result


def scaled(quantity: Any, factor: float) -> Any:
    """Return a quantity times a factor: every argument that is a value of it, no spread."""
    if isinstance(quantity, int | float):
        return quantity * factor
    if isinstance(quantity, list):
        return [scaled(item, factor) for item in quantity]
    result = dict(quantity)
    for name in quantity:
        if name in (*ON_AXIS, "of", "components") or name.startswith("ci"):
            result[name] = scaled(quantity[name], factor)
    return result


def shifted(quantity: Any, term: float) -> Any:
    """Return a quantity plus a term."""
    if isinstance(quantity, int | float):
        return quantity + term
    if isinstance(quantity, list):
        return [shifted(item, term) for item in quantity]
    result = dict(quantity)
    for name in quantity:
        if name in (*ON_AXIS, "of", "components") or name.startswith("ci"):
            result[name] = shifted(quantity[name], term)
    return result


# --- Quantities ------------------------------------------------------------------------------


def _log(low: float, high: float) -> Strategy:
    """Numbers, even in the logarithm."""
    return st.floats(0, 1).map(lambda u: float(low * (high / low) ** u))


def _even(low: float, high: float) -> Strategy:
    return st.floats(low, high).map(lambda x: round(x, 9))


def _pair(values: Strategy, gap: float) -> Strategy:
    """Two values, of which the higher is at least ``gap`` times the lower."""
    return st.tuples(values, st.floats(gap, gap**10)).map(lambda t: [t[0], t[0] * t[1]])


def intervals(ends: Strategy) -> Strategy:
    """Central intervals of any level that does not stretch them much."""
    return st.builds(lambda level, pair: {f"ci{level}": pair}, st.integers(60, 99), ends)


def quantiles_of(values: Strategy) -> Strategy:
    """Quantiles through any values in order, some of which may be there twice."""

    def at(values: list[float], twice: bool) -> Tree:
        values = sorted([*values, values[0]] if twice and len(values) > 2 else values)
        levels = [round((i + 1) / (len(values) + 1), 6) for i in range(len(values))]
        return {"dist": "quantiles", "probabilities": levels, "values": values}

    return st.builds(at, values.filter(_differ), st.booleans())


def samples_of(values: Strategy) -> Strategy:
    """Samples, as a distribution or as the table that they were read from."""
    forms = st.sampled_from([{}, {"dist": "samples"}, {"dist": "table"}])
    return st.builds(
        lambda form, sample: {**form, "samples": sample}, forms, values.filter(_differ)
    )


def _differ(values: list[float]) -> bool:
    # Neighbouring numbers have the same logarithm, and are refused as one value.
    return max(values) - min(values) > 1e-9 * max(map(abs, values))


@cache
def positive(low: float, high: float, spread: float, known: bool = False) -> Strategy:
    """Quantities above 0; their arguments lie between ``low`` and ``high`` or little above."""
    value = _log(low, high)
    points = value | value.map(lambda x: {"value": x, "source": "p. 1"})
    if known:
        return points
    sd, pair = st.floats(0.01, spread), _pair(value, 10 ** (0.1 * spread))
    lognormal = st.builds(lambda m, s: {"dist": "lognormal", "median": m, "sd_oom": s}, value, sd)
    return st.one_of(
        points,
        lognormal,
        intervals(pair),
        pair.map(lambda ends: {"dist": "log_uniform", "low": ends[0], "high": ends[1]}),
        pair.map(lambda ends: {"dist": "uniform", "low": ends[0], "high": ends[1]}),
        st.builds(
            lambda m, s, a: {"dist": "log_skew_normal", "median": m, "scale_oom": s, "shape": a},
            value,
            sd,
            st.floats(-8, 8),
        ),
        lognormal.map(lambda q: {"dist": "truncated", "of": q, "high": q["median"] * 1.5}),
        st.builds(
            lambda one, two, w: {"dist": "mixture", "weights": [1.0, w], "components": [one, two]},
            lognormal,
            value,
            st.floats(0.1, 9),
        ),
        value.map(
            lambda m: {
                "dist": "metalog",
                "probabilities": [0.1, 0.5, 0.9],
                "values": [m / 10**spread, m, m * 10**spread],
            }
        ),
        st.builds(
            lambda m, s: {"dist": "log_logistic", "median": m, "scale_oom": s},
            value,
            st.floats(0.01, 0.5 * spread),
        ),
        quantiles_of(st.lists(value, min_size=2, max_size=9)),
        samples_of(st.lists(value, min_size=2, max_size=9)),
    )


@cache
def real(low: float, high: float, spread: float, known: bool = False) -> Strategy:
    """Quantities of any sign."""
    value = _even(low, high)
    points = value | value.map(lambda x: {"value": x, "note": "a remark"})
    if known:
        return points
    width = _even(0.05 * spread, spread)
    return st.one_of(
        points,
        st.builds(lambda m, s: {"dist": "normal", "mean": m, "sd": s}, value, width),
        intervals(st.builds(lambda m, s: [m - s, m + s], value, width)),
        st.builds(lambda m, s: {"dist": "logistic", "median": m, "scale": s}, value, width),
        st.builds(lambda m, s: {"dist": "uniform", "low": m, "high": m + s}, value, width),
        st.builds(
            lambda family, m, s: {"dist": family, "low": m, "mode": m + s / 3, "high": m + s},
            st.sampled_from(["triangular", "pert"]),
            value,
            width,
        ),
        quantiles_of(st.lists(value, min_size=2, max_size=9)),
        samples_of(st.lists(value, min_size=2, max_size=9)),
        st.builds(
            lambda m, s, a: {"dist": "skew_normal", "median": m, "scale": s, "shape": a},
            value,
            width,
            st.floats(-8, 8),
        ),
    )


@cache
def share(low: float, high: float, known: bool = False) -> Strategy:
    """Quantities between 0 and 1."""
    value = _log(low, high)
    if known:
        return value
    pair = _pair(value, 1.2)
    return st.one_of(
        value,
        pair.map(lambda ends: {"dist": "log_uniform", "low": ends[0], "high": ends[1]}),
        pair.map(lambda ends: {"dist": "uniform", "low": ends[0], "high": ends[1]}),
        quantiles_of(st.lists(value, min_size=2, max_size=9)),
        samples_of(st.lists(value, min_size=2, max_size=9)),
    )


# What stands at each path: plausible, so that most generated forecasts are neither 0 nor 1.
def _quantity(path: str, known: bool) -> Strategy:
    return {
        "brain.flop_per_s": positive(1e13, 1e17, 1.5, known),
        "network.oom_vs_brain": real(-1, 2, 1.5, known),
        "network.flop_per_parameter_per_subj_s": positive(1, 1e3, 1, known),
        "scaling.exponent": real(0.4, 1.2, 0.3, known),
        "scaling.reference_parameters": positive(1e11, 1e12, 0.5, known),
        "scaling.samples_at_reference": positive(1e10, 1e13, 1.5, known),
        "lifetime_s": positive(1e8, 1e9, 0.5, known),
        "oom_vs_lifetime": real(1, 6, 3, known),
        "effective_horizon_s": positive(1e4, 1e7, 2, known),
        "parameters": positive(1e8, 1e11, 1.5, known),
        "ancestor_flop_per_s": positive(1e3, 1e6, 1, known),
        "population": positive(1e19, 1e22, 1, known),
        "duration_years": positive(1e8, 1e9, 0.3, known),
        "oom_vs_evolution": real(-4, 0, 3, known),
        "training_flop": positive(1e26, 1e42, 2, known),
        "pretraining_horizon_s": positive(1, 1e3, 1, known),
        "fine_tuning_horizon_s": positive(1e5, 1e9, 1, known),
        "fine_tuning_share": share(1e-9, 1e-3, known),
        "data_points": positive(1e11, 1e16, 2, known),
        "loss_above_irreducible": positive(1e-3, 0.1, 0.5, known),
        "scaling_law.form": st.just("chinchilla"),
        "scaling_law.parameters_coefficient": positive(100, 1000, 0.3, known),
        "scaling_law.parameters_exponent": positive(0.28, 0.4, 0.05, known),
        "scaling_law.data_coefficient": positive(500, 4000, 0.3, known),
        "scaling_law.data_exponent": positive(0.28, 0.4, 0.05, known),
        "hardware.flop_per_usd": positive(1e17, 1e18, 0.5, known),
        "hardware.max_flop_per_usd": positive(1e20, 1e26, 1.5, known),
        "spending.largest_run_usd": positive(1e8, 1e10, 0.5, known),
        "spending.max_share_of_gdp": share(1e-3, 5e-2, known),
        "economy.largest_economy_gdp_usd": positive(1e13, 3e13, 0.1, known),
        "economy.growth_per_year": real(-0.02, 0.06, 0.02, known),
        "max_oom": positive(0.5, 6, 0.2, known),
    }[path]


@cache
def speed(word: str, known: bool = False) -> Strategy:
    """A trend's speed, in one of four units, as (key, quantity); it may be falling."""
    return st.one_of(
        st.tuples(st.just(f"{word}_years"), positive(0.7, 20, 0.3, known)),
        st.tuples(st.just(f"{word}_months"), positive(9, 200, 0.3, known)),
        st.tuples(st.just("times_per_year"), positive(0.97, 3, 0.1, known)),
        st.tuples(st.just("oom_per_year"), real(-0.05, 0.5, 0.1, known)),
    )


# --- Files -----------------------------------------------------------------------------------

NAMES = st.one_of(
    st.sampled_from(["lifetime", "short_horizon", "genome", "evolution"]),
    st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True),
).filter(lambda name: name not in RESERVED)
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)


@st.composite
def nones(draw: st.DrawFn) -> Any:
    """Tables of "none": the same at both ends, or falling."""
    first = draw(_even(0, 0.6))
    if draw(st.booleans()):
        return first
    start = draw(st.integers(2010, 2060))
    return {
        "probability": first,
        "probability_end": first * draw(_even(0, 1)),
        "start_year": float(start),
        "end_year": start + draw(st.floats(0.5, 100)),
    }


@st.composite
def files(
    draw: st.DrawFn,
    *,
    known: bool = False,
    kinds: tuple[str, ...] = KINDS,
    most: int = 4,
    none: bool = True,
    update: bool = True,
    late_start: bool = True,
) -> Tree:
    """Whole parameter files.

    Parameters
    ----------
    known
        Whether every quantity is a number.
    kinds
        Kinds of hypothesis to choose from.
    most
        Largest number of hypotheses.
    none, update
        Whether there may be a probability of "none", and a low-end update.
    late_start
        Whether levels and gains may count from a year inside the window.
    """
    first = draw(st.integers(2015, 2035))
    last = first + draw(st.integers(2, 120))
    year = _even(2015.0, 2040.0 if late_start else float(first)).map(
        lambda y: y if late_start else min(y, float(first))
    )
    tree: Tree = {
        "format": 1,
        "title": draw(TITLES),
        "forecast": {
            "first_year": first,
            "last_year": last,
            "report_years": draw(
                st.lists(st.integers(first, last), min_size=1, max_size=4, unique=True)
            ),
        },
    }
    names = draw(st.lists(NAMES, min_size=1, max_size=most, unique=True))
    chosen = {name: draw(st.sampled_from(kinds)) for name in names}
    for path in dict.fromkeys(p for kind in chosen.values() for p in NEEDS[kind]):
        table, key = path.split(".")
        tree.setdefault(table, {})[key] = draw(_quantity(path, known))
    if update and draw(st.booleans()):
        low = draw(st.floats(10, 20))
        tree["low_end_update"] = {
            "ruled_out_below_flop": 10.0**low,
            "full_weight_above_flop": 10.0 ** (low + draw(st.just(0.0) | st.floats(0.5, 10))),
        }
    # A default that every hypothesis overrides is an error, so the first may leave it alone.
    default: Tree = {"gain_start_year": draw(year)}
    own: dict[str, Tree] = {name: {} for name in names}
    for what in ("speed", "cap"):
        overriding = [name for name in names if draw(st.booleans())]
        for table in ([] if len(overriding) == len(names) else [default]) + [
            own[name] for name in overriding
        ]:
            if what == "speed":
                key, value = draw(speed("halving", known))
                table[key] = value
            else:
                table["max_oom"] = draw(_quantity("max_oom", known))
    for name in names[1:]:
        if draw(st.booleans()):
            own[name]["gain_start_year"] = draw(year)
    tree["algorithms"] = default
    weight = st.floats(0.01, 10)
    tree["hypotheses"] = {
        name: {
            "kind": kind,
            "weight": draw(weight if i == 0 else weight | st.just(0.0)),
            **{key: draw(_quantity(key, known)) for key in OWN[kind]},
            **({"algorithms": own[name]} if own[name] else {}),
        }
        for i, (name, kind) in enumerate(chosen.items())
    }
    if none and draw(st.booleans()):
        none_table = draw(nones())
        if isinstance(none_table, dict):
            tree["none"] = none_table
        else:
            tree = {"format": 1, "none": none_table, **tree}
    for table, level, ceiling in (
        ("hardware", "flop_per_usd", "max_flop_per_usd"),
        ("spending", "largest_run_usd", "max_share_of_gdp"),
    ):
        key, value = draw(speed("doubling", known))
        tree[table] = {
            "start_year": draw(year),
            level: draw(_quantity(f"{table}.{level}", known)),
            key: value,
            ceiling: draw(_quantity(f"{table}.{ceiling}", known)),
        }
    tree["economy"] = {
        "gdp_year": draw(year),
        "largest_economy_gdp_usd": draw(_quantity("economy.largest_economy_gdp_usd", known)),
        "growth_per_year": draw(_quantity("economy.growth_per_year", known)),
    }
    return tree


# --- Anything that is allowed ---------------------------------------------------------------


def bounds(table: str, key: str) -> tuple[float, float]:
    """Return the least and the greatest number that a key takes."""
    model = getattr(trends, table, None) or getattr(requirements, table)
    mark = next(mark for mark in model.model_fields[key].metadata if isinstance(mark, Key))
    return float(mark.low), float(mark.high)


@cache
def _allowed(table: str, key: str) -> Strategy:
    low, high = bounds(table, key)
    inside = _log(low, high) if low > 0 else st.floats(low, high)
    return (st.sampled_from([low, high]) | inside).map(lambda x: min(max(x, low), high))


@st.composite
def extreme_files(draw: st.DrawFn) -> Tree:
    """Files of one hypothesis with numbers anywhere within their bounds."""
    kind = draw(st.sampled_from(KINDS))
    first = draw(st.integers(1900, 2999))
    last = draw(st.integers(first + 1, 3000))
    year = st.floats(1900, 3000)

    def speed_of(table: str) -> Tree:
        low = "halving" if table == "Algorithms" else "doubling"
        key = draw(
            st.sampled_from([f"{low}_years", f"{low}_months", "times_per_year", "oom_per_year"])
        )
        return {key: draw(_allowed(table, key))}

    tree: Tree = {
        "format": 1,
        "forecast": {"first_year": first, "last_year": last, "report_years": [first, last]},
    }
    for path in NEEDS[kind]:
        table, key = path.split(".")
        if path == "scaling_law.form":
            value: Strategy = st.just("chinchilla")
        else:
            value = _allowed(table.title().replace("_", ""), key)
        tree.setdefault(table, {})[key] = draw(value)
    own = {key: draw(_allowed("Hypothesis", key)) for key in OWN[kind]}
    tree["hypotheses"] = {"only": {"kind": kind, "weight": 1.0, **own}}
    tree["algorithms"] = {
        "gain_start_year": draw(year),
        **speed_of("Algorithms"),
        "max_oom": draw(_allowed("Algorithms", "max_oom")),
    }
    tree["hardware"] = {
        "start_year": draw(year),
        **{key: draw(_allowed("Hardware", key)) for key in ("flop_per_usd", "max_flop_per_usd")},
        **speed_of("Hardware"),
    }
    tree["spending"] = {
        "start_year": draw(year),
        **{key: draw(_allowed("Spending", key)) for key in ("largest_run_usd", "max_share_of_gdp")},
        **speed_of("Spending"),
    }
    tree["economy"] = {
        "gdp_year": draw(year),
        **{
            key: draw(_allowed("Economy", key))
            for key in ("largest_economy_gdp_usd", "growth_per_year")
        },
    }
    return tree
