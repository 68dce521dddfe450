"""From validated tables to what the model asks: inputs, hypotheses, what happens, what was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from bioanchors.distributions import Mixture, Normal, Point, Uniform
from bioanchors.model.delays import CHANCE, Delay
from bioanchors.model.happenings import Change, Intervention
from bioanchors.model.keys import REALS, SHARE, SPEEDS, Key
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.spec import (
    BASE,
    DATA,
    ECONOMY,
    HAPPENS,
    HARDWARE,
    LAGS,
    POWER,
    RESEARCH,
    RUN_NOISE,
    SCALING_LAW,
    SPENDING,
    UNHOBBLING,
    CorrelatedGroup,
    HypothesisInputs,
    Input,
    Release,
    Size,
    Spec,
)
from bioanchors.model.trends.changes import MECHANISMS
from bioanchors.parameters.checks.changes import mechanism_of
from bioanchors.parameters.checks.correlated import correlated_pairs
from bioanchors.parameters.checks.interventions import actions_of
from bioanchors.parameters.checks.validation import speed_name
from bioanchors.parameters.correlations import groups_of, matrix_of, to_normal
from bioanchors.parameters.milestones import chains
from bioanchors.parameters.observed import dollar_year, observations
from bioanchors.parameters.problems import dotted
from bioanchors.parameters.quantities.families import build, is_same
from bioanchors.parameters.quantities.specs import known
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import quantities
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.evidence import Evidence
from bioanchors.parameters.tables.requirements import Hypothesis
from bioanchors.parameters.tables.trends import Algorithms, SharedAlgorithms

REQUIREMENT_YEAR = 2020.0
"""Year whose algorithms a requirement assumes unless the file says otherwise, or that of the gain's
start where that is earlier."""

Given = dict[KeyPath, tuple[object, Input]]
"""Quantities of a file by path: as written, and as inputs."""


def quantities_given(tables: Tables, before: Given) -> Given:
    """Return the quantities of a file; those that were the same before are taken from there."""
    found: Given = {}
    for path, value, key in quantities(tables):
        if path in before and is_same(value, before[path][0]):
            found[path] = value, before[path][1]
            continue
        stream = (*path[:-1], "speed") if path[-1] in SPEEDS else path
        found[path] = value, Input(dotted(stream), dotted(path), build(value, key), key)
    return found


def seen(tables: Tables) -> Evidence:
    """Return what has been seen; empty where the file says nothing of it."""
    return tables.evidence or Evidence()


def event(tables: Tables) -> str:
    """Return what arrives."""
    return known(tables.forecast).event or "affordable"


def milestone(tables: Tables) -> str:
    """Return which milestone arrives."""
    return known(tables.forecast).milestone or BASE


def evidence_event(tables: Tables) -> str:
    """Return of which event ``not_arrived_by`` speaks."""
    return seen(tables).event or event(tables)


def lags(tables: Tables, event: str) -> tuple[str, ...]:
    """Return names of the inputs that part an event from what is affordable."""
    return tuple(
        name for name in LAGS[event] if getattr(tables.lag, name.split(".")[1], None) is not None
    )


def delays(tables: Tables, event: str) -> tuple[Delay, ...]:
    """Return what an event may have to wait for: nothing where it is that a run is affordable."""
    table = tables.lag.delays if tables.lag is not None and event != "affordable" else None
    found = []
    for name, delay in sorted((table or {}).items()):
        schedule = sorted((float(y), p) for y, p in known(delay.probability_in).items())
        if any(p for _, p in schedule):
            path = f"lag.delays.{name}"
            found.append(Delay(name, f"{path}.years", f"{path}{CHANCE}", tuple(schedule)))
    return tuple(found)


def inputs(
    tables: Tables, given: Given, hypotheses: Collection[HypothesisInputs]
) -> dict[str, Input]:
    """Return every quantity that the hypotheses and the trends draw on, by stream name."""
    used = {*HARDWARE, *SPENDING, *ECONOMY, *UNHOBBLING, *POWER, *DATA}
    if known(tables.hardware).returns_to_research is not None:
        used.add(RESEARCH["hardware"])
    if tables.data is not None:
        used.update(item.name for _, item in given.values() if item.name.startswith(SCALING_LAW))
    for hypothesis in hypotheses:
        used.update(hypothesis.inputs)
    both = (event(tables), evidence_event(tables))
    for each in both:
        used.update(lags(tables, each))
    result = {
        item.name: item
        for _, item in given.values()
        # Every milestone's, whichever arrives: a run of each has the same draws.
        if item.name in used or item.name.startswith(("changes.", "interventions.", "milestones."))
    }
    for delay in dict.fromkeys(delay for each in both for delay in delays(tables, each)):
        path = f"lag.delays.{delay.name}"
        length = next(item for _, item in given.values() if item.name == delay.years)
        key = Key("a run waits where it is below the year's probability", "", SHARE, 0, 1)
        chance = Input(delay.chance, f"{path}.probability_in", Uniform(0.0, 1.0), key)
        result |= {length.name: length, chance.name: chance}
    softness = seen(tables).run_softness_oom
    if seen(tables).every_run and softness:
        key = Key("noise of the threshold that runs have set", "OOM", REALS, -100, 100)
        result[RUN_NOISE] = Input(RUN_NOISE, RUN_NOISE, Normal(0.0, softness), key)
    chances = {
        **{f"changes.{name}": each.probability for name, each in (tables.changes or {}).items()},
        **{
            f"interventions.{name}": each.probability
            for name, each in (tables.interventions or {}).items()
        },
    }
    for path, probability in chances.items():
        if probability is not None and probability < 1:
            item = _happens(path, probability)
            result[item.name] = item
    return result


def _happens(path: str, probability: float) -> Input:
    """Return the input that is 1 where something happens, else 0."""
    key = Key("1 where it happens, else 0", "", REALS, 0, 1)
    shares = (probability, 1.0 - probability)
    either = Point(0.0) if probability == 0 else Mixture(shares, (Point(1.0), Point(0.0)))
    return Input(f"{path}{HAPPENS}", f"{path}.probability", either, key)


def correlations(tables: Tables, inputs: Mapping[str, Input]) -> tuple[CorrelatedGroup, ...]:
    """Return groups of correlated inputs, with their correlations on the normal scale."""
    pairs, _ = correlated_pairs(
        tables.correlations or [],
        {item.path: item.is_random for item in inputs.values()},
        frozenset(inputs),
        lambda path, message: None,
    )
    return tuple(
        CorrelatedGroup(members, to_normal(matrix_of(members, pairs)))
        for members in groups_of(tuple(inputs), pairs)
    )


def changes(tables: Tables, inputs: Mapping[str, Input]) -> tuple[Change, ...]:
    """Return what happens to trends, in the order of the years, then of the names."""

    def order(change: Change) -> tuple[float, str]:
        return inputs[change.year].median, change.name

    return tuple(sorted(_changes(tables, inputs), key=order))


def _changes(tables: Tables, inputs: Mapping[str, Input]) -> Iterator[Change]:
    for name, change in (tables.changes or {}).items():
        path = f"changes.{name}"
        mechanism, keys = known(mechanism_of(change))
        values = ("speed",) if MECHANISMS[mechanism].sets_speed else keys
        happens = f"{path}{HAPPENS}"
        yield Change(
            name,
            known(change.of),
            mechanism,
            f"{path}.year",
            tuple(f"{path}.{value}" for value in values),
            happens if happens in inputs else None,
        )


def interventions(tables: Tables, inputs: Mapping[str, Input]) -> tuple[Intervention, ...]:
    """Return what is done to what can be bought, in the order of the years, then of the names."""

    def order(intervention: Intervention) -> tuple[float, str]:
        return inputs[intervention.year].median, intervention.name

    return tuple(sorted(_interventions(tables, inputs), key=order))


def _interventions(tables: Tables, inputs: Mapping[str, Input]) -> Iterator[Intervention]:
    for name, each in (tables.interventions or {}).items():
        path = f"interventions.{name}"
        (action,) = actions_of(each)
        until, lasts, value, happens = (
            name if name in inputs else None
            for name in (f"{path}.{key}" for key in ("until_year", "years", action, "happens"))
        )
        yield Intervention(
            name,
            known(each.of),
            action,
            f"{path}.year",
            until,
            lasts,
            value,
            happens,
        )


def hypotheses(tables: Tables, given: Given) -> tuple[HypothesisInputs, ...]:
    """Return the hypotheses, in the order of the file."""
    shared = tables.algorithms or SharedAlgorithms()
    names = {item.name for _, item in given.values()}
    every = tables.hypotheses or {}
    limited: Collection[str] = ()
    if tables.data is not None:
        limited = every if tables.data.applies_to is None else tables.data.applies_to
    return tuple(
        _hypothesis(name, hypothesis, shared, names, limited) for name, hypothesis in every.items()
    )


def _is_researched(own: Algorithms, shared: SharedAlgorithms) -> bool:
    """Whether a hypothesis' speed of algorithms is for an OOM of cumulative research."""
    return speed_name(own if speed_name(own) else shared) == "returns_to_research"


def _hypothesis(
    name: str,
    hypothesis: Hypothesis,
    shared: SharedAlgorithms,
    given: Collection[str],
    limited: Collection[str],
) -> HypothesisInputs:
    """Return one of them; of all quantities of the file, and of those that lack data, the names."""
    own = hypothesis.algorithms or Algorithms()
    path = f"hypotheses.{name}"
    start = known(shared.gain_start_year) if own.gain_start_year is None else own.gain_start_year
    year = shared.requirement_year if own.requirement_year is None else own.requirement_year
    transfer = None
    if own.transfer is not None:
        transfer = f"{path}.algorithms.transfer"
    elif shared.transfer is not None:
        transfer = "algorithms.transfer"
    share = None
    if own.compute_share is not None:
        share = f"{path}.algorithms.compute_share"
    elif shared.compute_share is not None:
        share = "algorithms.compute_share"
    shifted = shared.halving_shift_years is not None
    return HypothesisInputs(
        name=name,
        kind=known(hypothesis.kind),
        weight=known(hypothesis.weight),
        terms=tuple(REQUIREMENTS[known(hypothesis.kind)].inputs(path, given).items()),
        speed=f"{path}.algorithms.speed" if speed_name(own) else "algorithms.speed",
        max_oom=(f"{path}." if own.max_oom is not None else "") + "algorithms.max_oom",
        gain_start_year=start,
        requirement_year=min(REQUIREMENT_YEAR, start) if year is None else year,
        transfer=transfer,
        halving_shift="algorithms.halving_shift_years" if shifted else None,
        factors=tuple(f"{path}.factors.{each}.oom" for each in hypothesis.factors or {}),
        compute_share=share,
        effort=RESEARCH["algorithms"] if _is_researched(own, shared) else None,
        data_limited=name in limited,
        sizes=_sizes(own, shared),
    )


def _sizes(own: Algorithms, shared: SharedAlgorithms) -> tuple[Size, ...]:
    """Return other algorithms of large requirements, but for what a hypothesis has of its own."""
    found = []
    for name, size in (shared.sizes or {}).items():
        path = f"algorithms.sizes.{name}"
        speed = f"{path}.speed" if speed_name(size) and not speed_name(own) else None
        cap = f"{path}.max_oom" if size.max_oom is not None and own.max_oom is None else None
        if speed is not None or cap is not None:
            found.append(Size(float(np.log10(known(size.from_flop))), speed, cap))
    return tuple(sorted(found, key=lambda each: each.from_log10_flop))


def spec(
    tables: Tables, inputs: dict[str, Input], hypotheses: tuple[HypothesisInputs, ...]
) -> Spec:
    """Return what the model asks of the file, complete."""
    evidence, ramp, window = seen(tables), tables.low_end_update, known(tables.forecast)
    return Spec(
        first_year=float(known(window.first_year)),
        last_year=float(known(window.last_year)),
        inputs=inputs,
        hypotheses=hypotheses,
        correlations=correlations(tables, inputs),
        hardware_start=known(known(tables.hardware).start_year),
        spending_start=known(known(tables.spending).start_year),
        gdp_year=known(known(tables.economy).gdp_year),
        ramp=None
        if ramp is None
        else (
            float(np.log10(known(ramp.ruled_out_below_flop))),
            float(np.log10(known(ramp.full_weight_above_flop))),
        ),
        release=release(tables),
        lags=lags(tables, event(tables)),
        evidence_lags=lags(tables, evidence_event(tables)),
        not_arrived_by=evidence.not_arrived_by,
        changes=changes(tables, inputs),
        delays=delays(tables, event(tables)),
        evidence_delays=delays(tables, evidence_event(tables)),
        # An offset of 0 is none.
        offset=tuple(
            name
            for name in chains(tables.milestones or {})[milestone(tables)]
            if inputs[name].is_random or inputs[name].point != 0
        ),
        interventions=interventions(tables, inputs),
        hardware_is_researched=known(tables.hardware).returns_to_research is not None,
        speed_is_of_run=str(speed_name(tables.spending)).startswith("run_flop"),
        unhobbling_start=getattr(tables.unhobbling, "start_year", None),
        power_year=getattr(tables.power, "year", None),
        stock_year=getattr(tables.data, "stock_year", None),
        answers_to_interventions=getattr(tables.algorithms, "answers_to", None) != "compute",
        observations=observations(evidence, dollar_year(tables)),
        runs=tuple(
            sorted(
                (float(np.log10(known(run.flop))), known(run.year))
                for run in evidence.every_run.values()
            )
        ),
    )


def release(tables: Tables) -> Release | None:
    """Return how the probability of none of the hypotheses falls with the year, if there is any."""
    none = tables.none
    if none is None or none.probability is None:
        return None
    end = none.probability if none.probability_end is None else none.probability_end
    start = none.start_year
    if start is None:
        start = float(known(known(tables.forecast).first_year))
    stop = none.end_year if none.end_year is not None else start
    return Release(none.probability, end, start, stop)
