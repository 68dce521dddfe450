"""From a merged tree to validated tables: every problem at once, and what is worth a warning.

``structure.py`` has told what is wrong with a value in itself; here is what only shows once the
parents are merged.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping

from pydantic import BaseModel

from bioanchors.model.keys import SPEEDS
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.parameters.checks.changes import check_changes
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.checks.delays import check_delays
from bioanchors.parameters.checks.evidence import check_evidence, check_lag
from bioanchors.parameters.checks.hypotheses import check_hypotheses
from bioanchors.parameters.checks.interventions import check_answers, check_interventions
from bioanchors.parameters.checks.judgement import check_adjusted, check_published
from bioanchors.parameters.checks.limits import check_limits
from bioanchors.parameters.checks.milestones import check_milestones
from bioanchors.parameters.checks.research import check_research
from bioanchors.parameters.checks.scaling_law import check_scaling_law
from bioanchors.parameters.checks.sizes import check_sizes
from bioanchors.parameters.checks.structure import Checked, read_structure, tell_unread
from bioanchors.parameters.problems import BadParameters, found
from bioanchors.parameters.quantities.families import is_same, quantity_troubles
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import NAME, NAME_WORDS, NAMED, named_tables, quantities
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tree import Layer, node, remove

GROWTH_SPEEDS = ("doubling_years", "doubling_months", "times_per_year", "oom_per_year")
HARDWARE_SPEEDS = (*GROWTH_SPEEDS, "returns_to_research")
SPENDING_SPEEDS = (*GROWTH_SPEEDS, "run_flop_doubling_months", "run_flop_times_per_year")
PROGRESS_SPEEDS = (
    "halving_years",
    "halving_months",
    "times_per_year",
    "oom_per_year",
    "returns_to_research",
)
OPTIONAL_TABLES = {"brain", "network", "scaling", "scaling_law"}
ALWAYS_NEEDED = {
    "hardware": ("start_year", "flop_per_usd", "max_flop_per_usd"),
    "spending": ("start_year", "largest_run_usd", "max_share_of_gdp"),
    "economy": ("gdp_year", "largest_economy_gdp_usd", "growth_per_year"),
}
GROWING = {"hardware": HARDWARE_SPEEDS, "spending": SPENDING_SPEEDS}
DEFAULTS = (PROGRESS_SPEEDS, ("max_oom",), ("gain_start_year",))
"""One key of each of these is needed, in [algorithms] or in a hypothesis' own table."""
OPTIONAL_DEFAULTS = (("transfer",), ("compute_share",), ("requirement_year",))


def validate(layer: Layer, before: Checked | None = None) -> tuple[Tables, list[str]]:
    """Return the tables of a merged layer, and warnings.

    What it shares with a tree that was checked before is not checked again in itself.

    Raises
    ------
    BadParameters
        With every problem of the file, in its order.
    """
    checker = Checker(layer, list(layer.problems))
    tell_unread(checker)
    tables = read_structure(checker, before)
    if tables is not None:
        _check_quantities(checker, tables, before.quantities if before is not None else {})
    if tables is not None and not layer.is_orphan:
        for check in (
            _check_forecast,
            _check_names,
            check_hypotheses,
            _check_speeds,
            _check_needed_tables,
            check_scaling_law,
            _check_algorithms,
            _check_none,
            _check_low_end_update,
            check_published,
            check_adjusted,
            check_changes,
            check_milestones,
            check_research,
            check_limits,
            check_interventions,
            check_answers,
            check_evidence,
            check_lag,
            check_delays,
            check_sizes,
        ):
            check(checker, tables)
    if checker.problems or tables is None:
        raise BadParameters(
            sorted(
                checker.problems,
                key=lambda p: (layer.age(p.origin), p.origin.line or 0),
            )
        )
    return tables, checker.warnings


def _check_quantities(checker: Checker, tables: Tables, checked: Mapping[KeyPath, object]) -> None:
    for path, value, key in quantities(tables):
        if path in checked and is_same(value, checked[path]):
            continue
        for inner, message in quantity_troubles(value, key):
            if not checker.is_told((*path, *inner)):
                checker.add((*path, *inner), message)


def _check_forecast(checker: Checker, tables: Tables) -> None:
    if tables.format is None:
        checker.missing(("format",), "format = 1")
    forecast = tables.forecast
    if forecast is None:
        checker.missing(("forecast",), "first_year, last_year and report_years")
        return
    for name in ("first_year", "last_year", "report_years"):
        if getattr(forecast, name) is None:
            what = "a year" if name.endswith("_year") else "a list of years"
            checker.missing(("forecast", name), what)
    first, last, report = forecast.first_year, forecast.last_year, forecast.report_years
    if first is None or last is None:
        return
    if not first < last:
        checker.conflict(
            (("forecast", "last_year"), last, "after"),
            (("forecast", "first_year"), first, "before"),
        )
    elif report:
        outside = [f"{year:g}" for year in report if not first <= year <= last]
        if outside:
            checker.warnings.append(
                f"report_years {', '.join(outside)}: outside {first} to {last}, left out"
            )


def _check_names(checker: Checker, tables: Tables) -> None:
    for family in NAMED:
        for path, _ in named_tables(tables, family):
            if not NAME.fullmatch(str(path[-1])):
                checker.add(path, f"{found(path[-1])}; allowed: {NAME_WORDS}")
            elif path[-1] in family.reserved:
                taken = ", ".join(family.reserved)
                checker.add(path, f"this name is taken; allowed: any but {taken}")


def _check_speeds(checker: Checker, tables: Tables) -> None:
    trends: list[tuple[KeyPath, BaseModel | None, tuple[str, ...]]] = [
        (("hardware",), tables.hardware, HARDWARE_SPEEDS),
        (("spending",), tables.spending, SPENDING_SPEEDS),
        (("power",), tables.power, GROWTH_SPEEDS),
        (("data",), tables.data, GROWTH_SPEEDS),
        (("algorithms",), tables.algorithms, PROGRESS_SPEEDS),
    ]
    for name, effort in (tables.research or {}).items():
        trends.append((("research", name), effort, GROWTH_SPEEDS))
    for name, hypothesis in (tables.hypotheses or {}).items():
        trends.append((("hypotheses", name, "algorithms"), hypothesis.algorithms, PROGRESS_SPEEDS))
    for path, table, speeds in trends:
        given = [name for name in speeds if table is not None and getattr(table, name) is not None]
        for extra in given[1:]:
            message = f"a second speed, beside {given[0]}; allowed: one of {', '.join(speeds)}"
            checker.add((*path, extra), message)


def speed_name(table: BaseModel | None) -> str | None:
    """Name of the speed that a trend's table gives, if any."""
    for name in SPEEDS:
        if table is not None and getattr(table, name, None) is not None:
            return name
    return None


def _check_needed_tables(checker: Checker, tables: Tables) -> None:
    needed = {table: dict.fromkeys(keys, "") for table, keys in ALWAYS_NEEDED.items()}
    kinds = {h.kind for h in (tables.hypotheses or {}).values() if h.kind is not None}
    for kind in (kind for kind in REQUIREMENTS if kind in kinds):
        for path in REQUIREMENTS[kind].shared:
            table_name, key = path.split(".")
            needed.setdefault(table_name, {}).setdefault(key, f", by the kind {kind}")
    for table_name, keys in needed.items():
        table = getattr(tables, table_name)
        speed = ["a speed"] if table_name in GROWING else []
        if table is None:
            message = ", ".join([*keys, *speed]) + next(iter(keys.values()))
            checker.missing((table_name,), message)
            continue
        for key, by in keys.items():
            _need_one(checker, (table_name,), table, (key,), by)
        if speed:
            _need_one(checker, (table_name,), table, GROWING[table_name])
    if tables.data is not None:
        needed["scaling_law"] = {}
    for table_name in sorted(OPTIONAL_TABLES - set(needed)):
        if getattr(tables, table_name) is not None and kinds:
            checker.warnings.append(f"[{table_name}]: none of the hypotheses uses it")


def _need_one(
    checker: Checker, path: KeyPath, table: BaseModel | None, keys: tuple[str, ...], by: str = ""
) -> None:
    """Note that a table gives none of some keys, unless one is there and wrong."""
    if _gives(table, keys) or any(checker.is_told((*path, key)) for key in keys):
        return
    what = "a year" if keys[0].endswith("start_year") else "a number or a distribution"
    if len(keys) > 1:
        what = f"this or one of {', '.join(keys[1:])}"
    checker.missing((*path, keys[0]), what + by)


def _gives(table: BaseModel | None, keys: tuple[str, ...]) -> bool:
    return any(getattr(table, key, None) is not None for key in keys)


def _check_algorithms(checker: Checker, tables: Tables) -> None:
    """Each hypothesis has a speed, a cap and a start; a default that none uses is a mistake."""
    own = {name: h.algorithms for name, h in (tables.hypotheses or {}).items()}
    if not own:
        return
    for keys in (*DEFAULTS, *OPTIONAL_DEFAULTS):
        in_use = not all(_gives(table, keys) for table in own.values())
        if _gives(tables.algorithms, keys):
            if not in_use:
                key = next(key for key in keys if _gives(tables.algorithms, (key,)))
                message = (
                    "every hypothesis overrides this default, so it does nothing; for all of them: "
                    f'hypotheses."*".algorithms.{key}'
                )
                checker.add(("algorithms", key), message)
        elif keys in OPTIONAL_DEFAULTS or any(checker.is_told(("algorithms", key)) for key in keys):
            continue
        elif any(_gives(table, keys) for table in own.values()):
            for name, table in own.items():
                path = ("hypotheses", name, "algorithms")
                _need_one(checker, path, table, keys, ", here or in [algorithms]")
        else:
            by = ", here or in the algorithms of every hypothesis"
            _need_one(checker, ("algorithms",), tables.algorithms, keys, by)


def without_idle_defaults(layer: Layer) -> Layer:
    """Leave out the parents' defaults that every hypothesis overrides by now.

    To write such a default is a mistake, to inherit it is none; what is merged must not have it,
    or it could not be read again.
    """
    hypotheses = layer.tree.get("hypotheses")
    if not isinstance(hypotheses, dict) or not hypotheses:
        return layer
    own = [node({"": hypothesis}, ("", "algorithms")) for hypothesis in hypotheses.values()]
    idle: list[KeyPath] = [
        ("algorithms", key)
        for keys in (*DEFAULTS, *OPTIONAL_DEFAULTS)
        if all(isinstance(table, dict) and not table.keys().isdisjoint(keys) for table in own)
        for key in keys
        if layer.age(layer.origin(("algorithms", key))) > 0
    ]
    if idle:
        layer = dataclasses.replace(layer, tree=copy.deepcopy(layer.tree))
    for path in idle:
        remove(layer, path)
    return layer


def _check_none(checker: Checker, tables: Tables) -> None:
    none = tables.none
    if none is None:
        return
    if none.probability is None:
        checker.missing(("none", "probability"), "a number from 0 to 1")
        return
    end = none.probability if none.probability_end is None else none.probability_end
    if end > none.probability:
        checker.conflict(
            (("none", "probability_end"), end, "at most"),
            (("none", "probability"), none.probability, "at least"),
        )
    if end < none.probability:
        for name in ("start_year", "end_year"):
            if getattr(none, name) is None:
                checker.missing(("none", name), "a year, since the probability falls")
    start, stop = none.start_year, none.end_year
    if start is not None and stop is not None and not start < stop:
        checker.conflict(
            (("none", "end_year"), stop, "after"), (("none", "start_year"), start, "before")
        )


def _check_low_end_update(checker: Checker, tables: Tables) -> None:
    ramp = tables.low_end_update
    if ramp is None:
        return
    low, high = ramp.ruled_out_below_flop, ramp.full_weight_above_flop
    for name in ("ruled_out_below_flop", "full_weight_above_flop"):
        if getattr(ramp, name) is None:
            checker.missing(("low_end_update", name), "a number of FLOP")
    if low is not None and high is not None and not low <= high:
        checker.conflict(
            (("low_end_update", "full_weight_above_flop"), high, "at least"),
            (("low_end_update", "ruled_out_below_flop"), low, "at most"),
        )
