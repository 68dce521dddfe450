"""What a file does besides what every file does, in sentences: pauses, walls, lags, evidence.

To tell of another mechanism: a row of ``MECHANISMS``, which is empty for files that lack it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bioanchors.model.delays import Delay
from bioanchors.model.happenings import Change, Intervention
from bioanchors.model.spec import DEPLOYMENT_YEARS, TRAINING_YEARS
from bioanchors.parameters import Parameters
from bioanchors.parameters.tables.evidence import Observation
from bioanchors.results.input_words import (
    Number,
    chance_words,
    first_few,
    in_full,
    in_short,
    listed,
    plain,
    short_number,
    speed_words,
    year_number,
)

Told = Callable[[Parameters], list[str]]
QUANTITIES = {
    "flop_per_usd": ("FLOP per $", "FLOP/$"),
    "largest_run_usd": ("spending on the largest run", "$"),
    "largest_run_flop": ("the largest run", "FLOP"),
}
"""What can be bought, as one says it, and its unit."""

TRENDS = {
    "hardware": "price-performance",
    "spending": "spending",
    "algorithms": "algorithmic progress",
    "research": "research",
}
ACTIONS = {"freeze": "freeze of", "at_most": "limit of", "times": "factor on"}
CHANGES = {"speed": "another speed of", "times": "factor on"}


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Something that a file may do.

    Attributes
    ----------
    name
        The table or key of the file that does it.
    sentences
        What a methods paragraph says of it, without full stops; empty where the file lacks it.
    clauses
        What a first paragraph says of it, after "that"; most say nothing.
    """

    name: str
    sentences: Told
    clauses: Told = lambda parameters: []


# What is done, and what happens -----------------------------------------------------------------


def intervention_words(parameters: Parameters, each: Intervention, number: Number) -> str:
    """Return what an intervention does to what, from when to when, and how likely it is.

    Parameters
    ----------
    parameters, each
        The file, and one of its interventions.
    number
        How a value of an input is told.
    """
    what, unit = QUANTITIES[each.of]
    value = number(parameters.inputs[each.value]) if each.value is not None else ""
    done = {
        "freeze": "is frozen",
        "at_most": f"is held to at most {value} {unit}",
        "times": f"is multiplied by {value}",
    }[each.action]
    if each.until is not None:
        span = f"until {number(parameters.inputs[each.until])}"
    elif each.lasts is not None:
        span = f"for {number(parameters.inputs[each.lasts])} years"
    else:
        span = "for good"
    probability = (parameters.tables.interventions or {})[each.name].probability
    since = number(parameters.inputs[each.year])
    return f"{chance_words(probability)}{what} {done} from {since} {span}"


def change_words(parameters: Parameters, each: Change, number: Number) -> str:
    """Return what happens to which trend from when on, as ``intervention_words``."""
    (item,) = (parameters.inputs[name] for name in each.values)
    if each.mechanism == "times":
        what = f"{TRENDS[each.of]} is {number(item)} times as high at once,"
    else:
        what = f"{TRENDS[each.of]} goes on at another speed, {speed_words(item, number)},"
    since = number(parameters.inputs[each.year])
    probability = (parameters.tables.changes or {})[each.name].probability
    return f"{chance_words(probability)}{what} from {since} on"


def done_words(parameters: Parameters, table: str, name: str) -> str:
    """Return what an intervention or a change does to what, in short; empty for other tables."""
    for intervention in parameters.spec.interventions:
        if (table, name) == ("interventions", intervention.name):
            return f"{ACTIONS[intervention.action]} {QUANTITIES[intervention.of][0]}"
    for change in parameters.changes:
        if (table, name) == ("changes", change.name):
            return f"{CHANGES[change.mechanism]} {TRENDS[change.of]}"
    return ""


def _interventions(parameters: Parameters) -> list[str]:
    every = []
    for each in parameters.spec.interventions:
        goes_on = each.action == "freeze" and (each.until or each.lasts) is not None
        after = ", then goes on from where it stood" if goes_on else ""
        every.append(intervention_words(parameters, each, in_full) + after)
    return first_few(every, "interventions stand in the file")


def _intervention_clauses(parameters: Parameters) -> list[str]:
    spec = parameters.spec
    every = [intervention_words(parameters, each, in_short) for each in spec.interventions]
    return first_few(every, "interventions are made")


def _changes(parameters: Parameters) -> list[str]:
    every = [change_words(parameters, each, in_full) for each in parameters.changes]
    return first_few(every, "changes of trends stand in the file")


def _change_clauses(parameters: Parameters) -> list[str]:
    every = [change_words(parameters, each, in_short) for each in parameters.changes]
    return first_few(every, "changes of trends come")


def _compute_share(parameters: Parameters) -> list[str]:
    names = {each.compute_share for each in parameters.hypotheses}
    items = [parameters.inputs[name] for name in names if name is not None]
    if all(not item.is_random and item.point == 0 for item in items):
        return []
    share = in_full(items[0]) if len(names) == 1 else "a part, which hangs on the hypothesis,"
    answers = "where interventions slow it down"
    if not parameters.spec.answers_to_interventions:
        answers = "where that grows more slowly than at the file's speeds"
    return [f"growing compute drives {share} of algorithmic progress, which is lost {answers}"]


# Limits -----------------------------------------------------------------------------------------


def _data(parameters: Parameters) -> list[str]:
    data = parameters.tables.data
    if data is None or parameters.spec.stock_year is None:
        return []
    stock, speed, saved = (
        parameters.inputs[f"data.{name}"] for name in ("stock_tokens", "speed", "algorithms_save")
    )
    whom = "" if data.applies_to is None else f" of {listed([*map(plain, data.applies_to)])}"
    return [
        f"a run{whom} that lacks data counts as the smaller run of equal loss: there are "
        f"{in_full(stock)} tokens in {year_number(parameters.spec.stock_year)}, "
        f"{speed_words(speed)}, and a share of {in_full(saved)} of the gain of algorithms saves "
        "data as well"
    ]


def _power(parameters: Parameters) -> list[str]:
    if parameters.spec.power_year is None:
        return []
    flop, speed = (parameters.inputs[f"power.{name}"] for name in ("flop", "speed"))
    return [
        f"no run is larger than can be powered: {in_full(flop)} FLOP in "
        f"{year_number(parameters.spec.power_year)}, {speed_words(speed)}"
    ]


def _unhobbling(parameters: Parameters) -> list[str]:
    start = parameters.spec.unhobbling_start
    if start is None:
        return []
    most, years = (parameters.inputs[f"unhobbling.{name}"] for name in ("max_oom", "years"))
    return [
        f"better use of the same model brings {in_full(most)} OOM from {year_number(start)} on, "
        f"all but 1/e of it within {in_full(years)} years"
    ]


def _research(parameters: Parameters) -> list[str]:
    return [
        f"{TRENDS[name]} follows from cumulative research, the yearly effort "
        f"{speed_words(parameters.inputs[f'research.{name}.speed'])}"
        for name in parameters.tables.research or {}
        if f"research.{name}.speed" in parameters.inputs
    ]


# Requirements and events ------------------------------------------------------------------------


def _low_end(parameters: Parameters) -> list[str]:
    ramp = parameters.spec.ramp
    if ramp is None:
        return []
    low, high = (short_number(10.0**end) for end in ramp)
    less = "" if low == high else f", those below {high} FLOP count less"
    return [f"requirements below {low} FLOP are ruled out{less} (low-end update)"]


def _none(parameters: Parameters) -> list[str]:
    none = parameters.spec.release
    if none is None or max(none.probability, none.probability_end) == 0:
        return []
    later = ""
    if none.probability_end != none.probability:
        years = f"from {year_number(none.start_year)} to {year_number(none.end_year)}"
        later = f", which becomes {none.probability_end:g} {years}"
    return [f"none of the hypotheses holds with probability {none.probability:g}{later}"]


def _sizes(parameters: Parameters) -> list[str]:
    if not any(each.sizes for each in parameters.hypotheses):
        return []
    return ["algorithms have other speeds or ceilings where much is asked for"]


def _lags(parameters: Parameters) -> list[str]:
    spec = parameters.spec
    words = {TRAINING_YEARS: "training", DEPLOYMENT_YEARS: "deployment"}
    lags = [f"{words[name]} takes {in_full(parameters.inputs[name])} years" for name in spec.lags]
    told = [f"once a run can be bought, {listed(lags)}"] if lags else []
    return told + first_few(
        [_delay(parameters, each) for each in spec.delays], "delays may hold it"
    )


def _delay(parameters: Parameters, each: Delay) -> str:
    (first, chance), *_, (last, chance_last) = (*each.schedule, each.schedule[-1])
    told = f"with probability {chance:g}"
    if last != first:
        told += f" in {year_number(first)} and {chance_last:g} in {year_number(last)}"
    wait = in_full(parameters.inputs[each.years])
    return f"a run may have to wait {wait} years ({plain(each.name)}, {told})"


def _milestones(parameters: Parameters) -> list[str]:
    others = [plain(name) for name in parameters.tables.milestones or {}]
    if parameters.spec.offset:
        moved = listed([in_full(parameters.inputs[name]) for name in parameters.spec.offset])
        return [
            f"milestone {plain(parameters.milestone)} asks for what the hypotheses do, with "
            f"{moved} OOM added"
        ]
    told = listed(first_few(others, "of them"))
    return [f"milestones of the file ({told}) are other events on the same draws"] if told else []


def _correlations(parameters: Parameters) -> list[str]:
    count = len(parameters.correlated)
    return [f"{count} inputs are correlated by rank"] if count else []


# Evidence ---------------------------------------------------------------------------------------


def seen_words(parameters: Parameters) -> str:
    """Return what has been seen, with years and values; empty where the file has no evidence."""
    seen, parts = parameters.evidence, []
    if seen.not_arrived_by is not None:
        parts.append(f"not {parameters.evidence_event} by {seen.not_arrived_by:g}")
    parts += first_few([*map(_observation, seen.every_observation.values())], "measurements")
    runs = parameters.spec.runs
    if runs:
        sizes, years = zip(*runs, strict=True)
        low, high = (short_number(10.0 ** end(sizes)) for end in (min, max))
        first, last = (year_number(end(years)) for end in (min, max))
        size = low if low == high else f"{low} to {high}"
        when = first if first == last else f"{first} to {last}"
        count = "a run" if len(runs) == 1 else f"{len(runs)} runs"
        parts.append(f"{count} of {size} FLOP, {when}, that {_were(len(runs))} not enough")
    return "; ".join(parts)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _observation(item: Observation) -> str:
    quantity = (item.quantity or "").removesuffix("_growth")
    what, unit = QUANTITIES.get(quantity, ("the gain of algorithms", "times"))
    value = short_number(item.value or 0.0)
    error = f"standard error {short_number(item.standard_error_oom or 0.0)} OOM"
    whose = f" of {plain(item.hypothesis)}" if item.hypothesis else ""
    when = f"{item.year:g}" if item.year is not None else ""
    if item.from_year is not None:
        when = f"{item.from_year:g} to {when}"
    if quantity != item.quantity:
        return f"growth of {what} by a factor of {value} a year, {when} ({error})"
    dollars = f" of {item.dollar_year}" if item.dollar_year else ""
    return f"{what}{whose} {value} {unit}{dollars}, {when} ({error})"


def _evidence(parameters: Parameters) -> list[str]:
    seen = seen_words(parameters)
    if not seen:
        return []
    return [f"it was updated on evidence, each draw weighted by its likelihood: {seen}"]


MECHANISMS = (
    Mechanism("none", _none),
    Mechanism("low_end_update", _low_end),
    Mechanism("algorithms.sizes", _sizes),
    Mechanism("research", _research),
    Mechanism("unhobbling", _unhobbling),
    Mechanism("changes", _changes, _change_clauses),
    Mechanism("interventions", _interventions, _intervention_clauses),
    Mechanism("algorithms.compute_share", _compute_share),
    Mechanism("power", _power, lambda file: ["power limits runs"] if _power(file) else []),
    Mechanism("data", _data, lambda file: ["runs may lack data"] if _data(file) else []),
    Mechanism("lag", _lags),
    Mechanism("milestones", _milestones),
    Mechanism("correlations", _correlations),
    Mechanism("evidence", _evidence),
)
"""What a file may do, in the order in which it is told."""


def mechanism_words(parameters: Parameters) -> str:
    """Return what a file does besides what every file does, as sentences, for a methods paragraph.

    Examples
    --------
    >>> from bioanchors.parameters import as_parameters
    >>> mechanism_words(as_parameters("freeze-2027")).split(". ")[1]
    'The largest run is frozen from 2027 until 2037, then goes on from where it stood'
    """
    told = [text for each in MECHANISMS for text in each.sentences(parameters)]
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in told)


def supposed_words(parameters: Parameters) -> str:
    """Return what a file supposes somebody to do or to run out, as one sentence, or nothing."""
    told = [f"that {text}" for each in MECHANISMS for text in each.clauses(parameters)]
    return f"It supposes {listed(told)}." if told else ""
