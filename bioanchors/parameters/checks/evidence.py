"""What is wrong with a file's evidence, lags and event."""

from __future__ import annotations

from bioanchors.model.dollars import IN_DOLLARS, PRICE_LEVEL
from bioanchors.model.observables import GROWTH
from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.problems import dotted, found, nearest, number
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.evidence import Evidence, InsufficientRun, Observation

HERE = "evidence"
_PRICES = f"{min(PRICE_LEVEL)} to {max(PRICE_LEVEL)}"


def check_evidence(checker: Checker, tables: Tables) -> None:
    """Check ``[evidence]``."""
    seen = tables.evidence
    if seen is None:
        return
    items = (seen.not_arrived_by, seen.every_observation, seen.every_run)
    if not any(items) and not checker.is_told((HERE,)):
        told = any(path[0] == HERE for path in checker.told)
        if not told:
            checker.warnings.append("[evidence]: nothing in it, so it does nothing")
    forecast = tables.forecast
    first = forecast.first_year if forecast else None
    last = forecast.last_year if forecast else None
    year = seen.not_arrived_by
    if year is not None and first is not None and last is not None and not first <= year <= last:
        message = f"found {number(year)}; allowed: {first} to {last}, the forecast's window"
        checker.add((HERE, "not_arrived_by"), message)
    if seen.event is not None and year is None:
        checker.add((HERE, "event"), "does nothing without not_arrived_by; allowed: both")
    _check_softness(checker, seen)
    for path, item in seen.every_observation.items():
        check_observation(checker, (HERE, *path), item, last)
        _check_of_hypotheses(checker, tables, (HERE, *path), item)
    check_observations_together(checker, tables, seen)
    for path, run in seen.every_run.items():
        _check_run(checker, (HERE, *path), run, last)
    _warn_of_backward_reads(checker, tables, seen)
    if tables.low_end_update is not None and (year is not None or seen.every_run):
        checker.warnings.append(
            "[evidence] beside [low_end_update]: mostly the same observation, counted twice"
        )


def _check_softness(checker: Checker, seen: Evidence) -> None:
    path: KeyPath = (HERE, "run_softness_oom")
    if seen.every_run and seen.run_softness_oom is None:
        checker.missing(path, "a number of OOM, 0 for a hard cut")
    if seen.run_softness_oom is not None and not seen.every_run:
        checker.add(path, "does nothing without [[evidence.insufficient_run]]; allowed: both")


def _check_year(checker: Checker, path: KeyPath, year: float | None, last: float | None) -> None:
    if year is not None and last is not None and year > last:
        message = f"found {number(year)}; allowed: at most {last:g}, the forecast's last_year"
        checker.add(path, message)


def _check_run(checker: Checker, path: KeyPath, run: InsufficientRun, last: float | None) -> None:
    if run.flop is None:
        checker.missing((*path, "flop"), "training FLOP of the run")
    if run.year is None:
        checker.missing((*path, "year"), "a decimal year")
    _check_year(checker, (*path, "year"), run.year, last)


def check_observation(
    checker: Checker, path: KeyPath, item: Observation, last: float | None = None
) -> None:
    """Check an observation by itself."""
    for name, what in (
        ("quantity", "what was measured, such as flop_per_usd"),
        ("year", "a decimal year"),
        ("value", "what was measured"),
        ("standard_error_oom", "the standard error of its log10"),
    ):
        if getattr(item, name) is None:
            checker.missing((*path, name), what)
    _check_year(checker, (*path, "year"), item.year, last)
    quantity = item.quantity
    if quantity is None:
        return
    if item.dollar_year is not None:
        _check_dollars(checker, (*path, "dollar_year"), quantity, item.dollar_year)
    if item.rate_only is not None and not quantity.endswith(GROWTH):
        what = f"{quantity} is no growth; allowed: leave it out"
        checker.add((*path, "rate_only"), what)
    if quantity.endswith(GROWTH) or quantity == "algorithmic_gain":
        if item.from_year is None:
            checker.missing((*path, "from_year"), f"the first of two years, by {quantity}")
        elif item.year is not None and not item.from_year < item.year:
            message = f"found {number(item.from_year)}; allowed: before year, {number(item.year)}"
            checker.add((*path, "from_year"), message)
    elif item.from_year is not None:
        checker.add((*path, "from_year"), f"{quantity} is of one year; allowed: leave it out")


def _check_dollars(checker: Checker, path: KeyPath, quantity: str, year: int) -> None:
    if quantity not in IN_DOLLARS:
        checker.add(path, f"{quantity} is no sum of dollars; allowed: leave it out")
    elif year not in PRICE_LEVEL:
        checker.add(path, f"found {year}; allowed: {_PRICES}, the years with consumer prices")


def check_observations_together(checker: Checker, tables: Tables, seen: Evidence) -> None:
    """Check what observations say of one another, and of the file's dollars."""
    names = list(seen.observations or {})
    economy = tables.economy
    dollars = economy.dollar_year if economy is not None else None
    for path, item in seen.every_observation.items():
        for i, other in enumerate(item.same_as or ()):
            if other not in names or other == path[-1]:
                known = ", ".join(name for name in names if name != path[-1]) or "none here"
                message = f"{found(other)}; allowed: names of other observations: {known}"
                checker.add((HERE, *path, "same_as", i), message + nearest(other, names))
        here = dotted((HERE, *path))
        if item.dollar_year is not None and economy is not None and dollars is None:
            checker.warnings.append(
                f"{here}: in dollars of {item.dollar_year}, and economy.dollar_year is missing: "
                "taken as it is"
            )
        if item.dollar_year is not None and dollars is not None and dollars not in PRICE_LEVEL:
            message = f"found {dollars}; allowed with observations in dollars: {_PRICES}"
            checker.add(("economy", "dollar_year"), message)


def _check_of_hypotheses(
    checker: Checker, tables: Tables, path: KeyPath, item: Observation
) -> None:
    """Check what an observation says of the file's hypotheses."""
    if item.quantity == "algorithmic_gain":
        _check_gain_years(checker, tables, path, item)
    if item.hypothesis is None or item.quantity is None:
        return
    names = list(tables.hypotheses or {})
    if item.quantity != "algorithmic_gain":
        what = f"{item.quantity} is the same for all; allowed: leave it out"
        checker.add((*path, "hypothesis"), what)
    elif item.hypothesis not in names:
        message = f"{found(item.hypothesis)}; allowed: {', '.join(names)}"
        checker.add((*path, "hypothesis"), message + nearest(item.hypothesis, names))


def _check_gain_years(checker: Checker, tables: Tables, path: KeyPath, item: Observation) -> None:
    """Refuse a gain since a year in which there was none: backwards the logistic falls for ever."""
    if item.from_year is None:
        return
    hypotheses = tables.hypotheses or {}
    names = [item.hypothesis] if item.hypothesis in hypotheses else list(hypotheses)
    starts = {name: start for name in names if (start := _gain_start(tables, name)) is not None}
    late = {name: start for name, start in starts.items() if item.from_year < start}
    if late:
        name, start = max(late.items(), key=lambda each: each[1])
        whose = "algorithms" if start == _gain_start(tables, None) else name
        checker.add(
            (*path, "from_year"),
            f"found {number(item.from_year)}; allowed: {number(start)} or later, the "
            f"gain_start_year of {whose}, before which nothing is gained",
        )


def _gain_start(tables: Tables, name: str | None) -> float | None:
    """Return the year from which a hypothesis', or by default any, algorithms gain."""
    own = (tables.hypotheses or {})[name].algorithms if name is not None else None
    for table in (own, tables.algorithms):
        if table is not None and table.gain_start_year is not None:
            return table.gain_start_year
    return None


def _warn_of_backward_reads(checker: Checker, tables: Tables, seen: Evidence) -> None:
    """Say what reads a trend before the year in which the file has it start."""
    price = tables.hardware.start_year if tables.hardware else None
    spending = tables.spending.start_year if tables.spending else None
    starts: dict[str, tuple[float | None, ...]] = {
        "flop_per_usd": (price,),
        "largest_run_usd": (spending,),
        "largest_run_flop": (price, spending),
    }
    for path, item in seen.every_observation.items():
        years = starts.get((item.quantity or "").removesuffix("_growth"), ())
        start = max((year for year in years if year is not None), default=None)
        first = item.year if item.from_year is None else item.from_year
        if start is not None and first is not None and first < start and not item.rate_only:
            checker.warnings.append(
                f"{dotted((HERE, *path))}: reads the trend in {number(first)}, before its "
                f"start_year {number(start)}: continued backwards"
            )
    names = list(tables.hypotheses or {})
    latest = max((y for n in names if (y := _gain_start(tables, n)) is not None), default=None)
    runs = list(seen.every_run.values())
    for path, run in seen.every_run.items():
        if run.year is None or run.flop is None or latest is None or run.year >= latest:
            continue
        # A larger and later run counts in its place.
        if not any(
            other is not run and (other.flop or 0.0) >= run.flop and (other.year or 0.0) >= run.year
            for other in runs
        ):
            checker.warnings.append(
                f"{dotted((HERE, *path))}: reads the algorithmic gain in "
                f"{number(run.year)}, before gain_start_year {number(latest)}: continued backwards"
            )


def check_lag(checker: Checker, tables: Tables) -> None:
    """Warn of a lag that is not there, or that nothing asks for."""
    needed = {"affordable": 0, "trained": 1, "deployed": 2}
    seen = tables.evidence
    event = (tables.forecast.event if tables.forecast else None) or "affordable"
    other = (seen.event if seen else None) or event
    names = ("training_years", "deployment_years")
    given = [name for name in names if getattr(tables.lag, name, None) is not None]
    asked = names[: max(needed[event], needed[other])]
    missing = [name for name in asked if name not in given]
    if missing:
        words = " and ".join(missing)
        checker.warnings.append(f"[lag] says nothing of {words}, taken as 0")
    idle = [name for name in given if name not in asked]
    if idle:
        checker.warnings.append(f"[lag] {', '.join(idle)}: the event {event} does not ask for it")
