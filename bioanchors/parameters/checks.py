"""From a merged tree to validated tables: every problem at once, and what is worth a warning.

``structure.py`` has told what is wrong with a value in itself; here is what only shows once the
parents are merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from bioanchors.parameters.keys import SPEEDS, Key
from bioanchors.parameters.kinds import KINDS
from bioanchors.parameters.layers import Layer
from bioanchors.parameters.positions import KeyPath
from bioanchors.parameters.problems import BadParameters
from bioanchors.parameters.quantities import Spec, quantity_troubles
from bioanchors.parameters.structure import TABLE_MODELS, Checker, read_structure
from bioanchors.parameters.tables import Algorithms, Tables

RESERVED_NAMES = ("none", "year", "probability", "standard_error")
NAME = re.compile(r"[A-Za-z0-9_-]+")
GROWTH_SPEEDS = ("doubling_years", "doubling_months", "times_per_year", "oom_per_year")
PROGRESS_SPEEDS = ("halving_years", "halving_months", "times_per_year", "oom_per_year")
OPTIONAL_TABLES = {"brain", "network", "scaling"}


def validate(layer: Layer) -> tuple[Tables, list[str]]:
    """Return the tables of a merged layer, and warnings.

    Raises
    ------
    BadParameters
        With every problem of the file, in its order.
    """
    checker = Checker(layer)
    tables = read_structure(checker)
    if tables is not None:
        for check in (
            _check_quantities,
            _check_forecast,
            _check_hypotheses,
            _check_speeds,
            _check_needed_tables,
            _check_algorithms,
            _check_none,
            _check_low_end_update,
            _check_published,
        ):
            check(checker, tables)
    if checker.problems:
        first_file = checker.problems[0].origin.label
        raise BadParameters(
            sorted(
                dict.fromkeys(checker.problems),
                key=lambda p: (p.origin.label != first_file, p.origin.label, p.origin.line or 0),
            )
        )
    assert tables is not None
    return tables, checker.warnings


def quantities(tables: Tables) -> Iterator[tuple[KeyPath, float | Spec, Key]]:
    """Yield path, value and key of every quantity that is given."""
    for name in TABLE_MODELS:
        table = getattr(tables, name)
        if table is not None:
            yield from _quantities_of(table, (name,))
    for name, hypothesis in (tables.hypotheses or {}).items():
        yield from _quantities_of(hypothesis, ("hypotheses", name))
        if hypothesis.algorithms is not None:
            yield from _quantities_of(hypothesis.algorithms, ("hypotheses", name, "algorithms"))


def _quantities_of(table: BaseModel, path: KeyPath) -> Iterator[tuple[KeyPath, float | Spec, Key]]:
    for name, info in type(table).model_fields.items():
        value = getattr(table, name)
        for mark in info.metadata:
            if isinstance(mark, Key) and value is not None:
                yield (*path, name), value, mark


def _check_quantities(checker: Checker, tables: Tables) -> None:
    for path, value, key in quantities(tables):
        for inner, message in quantity_troubles(value, key):
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
            checker.missing(("forecast", name), "a year" if name[-5:] == "_year" else "years")
    first, last, report = forecast.first_year, forecast.last_year, forecast.report_years
    if first is None or last is None:
        return
    if not first < last:
        message = f"found {last}; allowed: after first_year, which is {first}"
        checker.add(("forecast", "last_year"), message)
    elif report:
        outside = [str(year) for year in report if not first <= year <= last]
        if outside:
            checker.warnings.append(
                f"report_years {', '.join(outside)}: outside {first} to {last}, left out"
            )


def _check_hypotheses(checker: Checker, tables: Tables) -> None:
    hypotheses = tables.hypotheses
    if not hypotheses:
        if not any(path[0] == "hypotheses" for path in checker.pruned):
            checker.missing(("hypotheses",), "at least one, as [hypotheses.NAME]")
        return
    for name, hypothesis in hypotheses.items():
        path = ("hypotheses", name)
        if not NAME.fullmatch(name) or len(name) > 60:
            checker.add(path, "a hypothesis' name has up to 60 letters, digits, _ and -")
        elif name in RESERVED_NAMES:
            checker.add(path, f"this name is taken; allowed: any but {', '.join(RESERVED_NAMES)}")
        if hypothesis.weight is None:
            checker.missing((*path, "weight"), "a number, such as 0.1")
        if hypothesis.kind is None:
            checker.missing((*path, "kind"), f"one of {', '.join(KINDS)}")
            continue
        own = KINDS[hypothesis.kind].own
        for key in own:
            if getattr(hypothesis, key) is None:
                checker.missing((*path, key), f"by the kind {hypothesis.kind}")
        for key in sorted({key for kind in KINDS.values() for key in kind.own} - set(own)):
            if getattr(hypothesis, key) is not None:
                message = f"the kind {hypothesis.kind} has no such key; allowed: {', '.join(own)}"
                checker.add((*path, key), message)
    weights = [hypothesis.weight for hypothesis in hypotheses.values()]
    if None not in weights and not any(weights) and not any("weight" in p for p in checker.pruned):
        checker.add(("hypotheses",), "all weights are 0; allowed: at least one above 0")


def _check_speeds(checker: Checker, tables: Tables) -> None:
    trends: list[tuple[KeyPath, BaseModel | None, tuple[str, ...]]] = [
        (("hardware",), tables.hardware, GROWTH_SPEEDS),
        (("spending",), tables.spending, GROWTH_SPEEDS),
        (("algorithms",), tables.algorithms, PROGRESS_SPEEDS),
    ]
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
    needed = {"hardware.start_year", "hardware.flop_per_usd", "hardware.max_flop_per_usd"}
    needed |= {"spending.start_year", "spending.largest_run_usd", "spending.max_share_of_gdp"}
    needed |= {"economy.gdp_year", "economy.largest_economy_gdp_usd", "economy.growth_per_year"}
    kinds = {h.kind for h in (tables.hypotheses or {}).values() if h.kind is not None}
    for kind in kinds:
        needed |= set(KINDS[kind].shared)
    for path in sorted(needed):
        table_name, key = path.split(".")
        table = getattr(tables, table_name)
        if table is None:
            by = sorted(k for k in kinds if path in KINDS[k].shared)
            reason = f"{key}" + (f", by the kind {by[0]}" if by else "")
            checker.missing((table_name,), reason)
        elif getattr(table, key) is None:
            checker.missing((table_name, key), "a number or a distribution")
    for table_name in ("hardware", "spending"):
        table = getattr(tables, table_name)
        wrong = any(p[0] == table_name and p[-1] in SPEEDS for p in checker.pruned)
        if table is not None and speed_name(table) is None and not wrong:
            checker.missing((table_name,), f"one of {', '.join(GROWTH_SPEEDS)}")
    for table_name in sorted(OPTIONAL_TABLES - {path.split(".")[0] for path in needed}):
        if getattr(tables, table_name) is not None and kinds:
            checker.warnings.append(f"[{table_name}]: none of the hypotheses uses it")


def _check_algorithms(checker: Checker, tables: Tables) -> None:
    """Each hypothesis has a speed, a cap and a start; a default that none uses is a mistake."""
    hypotheses = tables.hypotheses or {}
    if not hypotheses:
        return

    def value(table: Algorithms | None, what: str) -> Any:
        return speed_name(table) if what == "speed" else table and getattr(table, what)

    for what, names in (
        ("speed", PROGRESS_SPEEDS),
        ("max_oom", ("max_oom",)),
        ("gain_start_year", ("gain_start_year",)),
    ):
        default = value(tables.algorithms, what)
        own = {name: value(h.algorithms, what) is not None for name, h in hypotheses.items()}
        if default is None:
            for name in (name for name, has in own.items() if not has):
                table: KeyPath = ("hypotheses", name, "algorithms")
                if any(
                    (path[-1] in names and path[:-1] in (table, ("algorithms",)))
                    or path in (table, ("algorithms",), table[:2])
                    for path in checker.pruned
                ):
                    continue
                checker.missing(table, f"{' or '.join(names)}, here or in [algorithms]")
        elif all(own.values()):
            path = ("algorithms", default if what == "speed" else what)
            origin = checker.layer.origin(path)
            if origin.label == checker.layer.label or origin.label.startswith("--set"):
                checker.add(path, "every hypothesis overrides this default, so it does nothing")


def _check_none(checker: Checker, tables: Tables) -> None:
    none = tables.none
    if none is None:
        return
    if none.probability is None:
        checker.missing(("none", "probability"), "a number from 0 to 1")
        return
    end = none.probability if none.probability_end is None else none.probability_end
    if end > none.probability:
        message = f"found {end:g}; allowed: at most probability, which is {none.probability:g}"
        checker.add(("none", "probability_end"), message)
    if end < none.probability:
        for name in ("start_year", "end_year"):
            if getattr(none, name) is None:
                checker.missing(("none", name), "a year, since the probability falls")
    start, stop = none.start_year, none.end_year
    if start is not None and stop is not None and not start < stop:
        message = f"found {stop:g}; allowed: after start_year, which is {start:g}"
        checker.add(("none", "end_year"), message)


def _check_low_end_update(checker: Checker, tables: Tables) -> None:
    ramp = tables.low_end_update
    if ramp is None:
        return
    low, high = ramp.ruled_out_below_flop, ramp.full_weight_above_flop
    for name in ("ruled_out_below_flop", "full_weight_above_flop"):
        if getattr(ramp, name) is None:
            checker.missing(("low_end_update", name), "training FLOP")
    if low is not None and high is not None and not low < high:
        message = f"found {high:g}; allowed: above ruled_out_below_flop, which is {low:g}"
        checker.add(("low_end_update", "full_weight_above_flop"), message)


def _check_published(checker: Checker, tables: Tables) -> None:
    published, forecast = tables.published, tables.forecast
    if published is None or published.probability_by is None:
        return
    outside = []
    for year in published.probability_by:
        if not re.fullmatch(r"\d{4}", year):
            checker.add(("published", "probability_by", year), "allowed: a year, such as 2036")
        elif (
            forecast
            and forecast.first_year
            and forecast.last_year
            and not forecast.first_year <= int(year) <= forecast.last_year
        ):
            outside.append(year)
    if outside:
        checker.warnings.append(f"published years {', '.join(outside)}: outside the window")
