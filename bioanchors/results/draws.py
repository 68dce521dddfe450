"""Joint draws: one row a draw, with every input and each hypothesis' requirement and arrival."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine import Outcome
from bioanchors.model.delays import CHANCE
from bioanchors.model.joint import Model
from bioanchors.model.spec import RUN_NOISE
from bioanchors.parameters import Input, Parameters, as_parameters
from bioanchors.results.origin import Origin
from bioanchors.sampling import Plan, Streams, draw_inputs

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

DRAWS, MOST_DRAWS = 2**14, 2**23
LOW_END = "by how much a draw counts by the low-end update, under its hypothesis"
SEEN = "by how much a draw counts by the evidence, under its hypothesis; 1 where there is none"
ARRIVAL = 'arrival year if the hypothesis holds, "none" left out'


def draw(
    source: str | Path | Parameters,
    *,
    seed: int = 1,
    points: int = DRAWS,
    replicates: int = 8,
    sampler: str = "sobol",
) -> xr.Dataset:
    """Return joint draws of the model.

    Parameters
    ----------
    source
        A preset's name, a path, or ``Parameters``.
    seed, points, replicates, sampler
        As ``run``, with which the same draws are made.

    Returns
    -------
    xarray.Dataset
        Along ``draw``: every input by its key and in its unit, as the file has them (so that the
        speed of a trend is ``hardware.doubling_years`` where the file gives that), and
        ``run_noise``, by which runs soften the threshold; ``release_year``, from which one of the
        hypotheses is taken to hold. Along ``hypothesis`` and ``draw``: ``requirement``
        in log10 FLOP, ``weight`` by the low-end update, ``evidence_weight`` by what has been seen
        (a likelihood up to a constant, 1 where nothing was), by both of which a draw counts, and
        ``arrival_year`` in decimal years, ``-inf`` where it is at or before the window's first,
        ``inf`` where it is not by the last.
        ``arrival_year`` leaves "none" out; with it, arrival is the later of the two years.
        Where the file has milestones, ``milestone_arrival_year`` is the same of each ``milestone``,
        ``"base"`` among them, so that the gap of two is their difference.

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If the sampler, points or replicates are not allowed, or the draws would be more than
        8,388,608.
    """
    import xarray as xr

    parameters = as_parameters(source)
    plan = Plan.of(points, replicates)
    if plan.total > MOST_DRAWS:
        raise ValueError(f"points must be at most {MOST_DRAWS} when draws are kept")
    streams = Streams.of(parameters.spec, seed, sampler)
    columns, names = _drawn(parameters, streams, plan), {}
    if parameters.tables.milestones:
        columns["milestone_arrival_year"] = _milestone_years(parameters, streams, plan)
        names["milestone"] = list(parameters.milestones)
    made = Origin(seed, sampler).attrs()
    return xr.Dataset(
        columns,
        coords={
            **names,
            "hypothesis": [hypothesis.name for hypothesis in parameters.hypotheses],
            "replicate": ("draw", np.repeat(np.arange(plan.replicates), plan.points)),
        },
        attrs={
            "title": parameters.title,
            **{name: made[name] for name in ("seed", "sampler", "bioanchors_version", "created")},
            "parameters": parameters.text,
            "parameters_sha256": parameters.hash,
        },
    )


def _drawn(parameters: Parameters, streams: Streams, plan: Plan) -> dict[str, Any]:
    """Return dimensions, values and attributes of each column."""
    model, hypotheses = Model(parameters.spec), parameters.hypotheses
    inputs = {name: np.empty(plan.total) for name in parameters.inputs}
    release = np.empty(plan.total)
    requirement, weight, arrival, evidence = np.empty((4, len(hypotheses), plan.total))
    for i, job in enumerate(plan.jobs):
        rows = slice(i * plan.block, (i + 1) * plan.block)
        draws = draw_inputs(parameters.inputs, streams, *job, plan.block)
        for name, values in draws.items():
            inputs[name][rows] = values
        release[rows] = model.release_year(streams.uniforms("none", *job, plan.block))
        trends = model.trends(draws)
        for h, hypothesis in enumerate(hypotheses):
            outcome = Outcome.of(model, hypothesis, trends, plan.block)
            requirement[h, rows] = outcome.requirement
            weight[h, rows] = 1.0 if outcome.kept is None else outcome.kept
            arrival[h, rows] = outcome.arrival
            evidence[h, rows] = outcome.evidence(model, release[rows])
    both = ("hypothesis", "draw")
    needed = {"long_name": "log10 of the training FLOP needed", "units": "log10 FLOP"}
    return {
        **{
            _column(item): (
                "draw",
                item.key.to_file(inputs[name]),
                {"long_name": item.key.help, "units": item.key.unit or "1"},
            )
            for name, item in parameters.inputs.items()
        },
        "release_year": (
            "draw",
            release,
            {"long_name": 'year from which "none" no longer holds', "units": "year"},
        ),
        "requirement": (both, requirement, needed),
        "weight": (both, weight, {"long_name": LOW_END, "units": "1"}),
        "evidence_weight": (both, evidence, {"long_name": SEEN, "units": "1"}),
        "arrival_year": (both, *_years(parameters, arrival)),
    }


def _milestone_years(parameters: Parameters, streams: Streams, plan: Plan) -> Any:
    """Return dimensions, values and attributes of each milestone's arrival, on the same draws."""
    models = [Model(parameters.with_milestone(name).spec) for name in parameters.milestones]
    hypotheses = parameters.hypotheses
    arrival = np.empty((len(models), len(hypotheses), plan.total))
    for i, job in enumerate(plan.jobs):
        rows = slice(i * plan.block, (i + 1) * plan.block)
        draws = draw_inputs(parameters.inputs, streams, *job, plan.block)
        for m, model in enumerate(models):
            trends = model.trends(draws)
            for h, hypothesis in enumerate(hypotheses):
                need = np.broadcast_to(model.requirement(hypothesis, draws), (plan.block,))
                own = model.sized(hypothesis, trends, need)
                arrival[m, h, rows] = model.arrival(hypothesis, own, need)
    return ("milestone", "hypothesis", "draw"), *_years(parameters, arrival)


def _years(parameters: Parameters, arrival: Array) -> tuple[Array, dict[str, str]]:
    """Return arrival years as they are told, and their attributes."""
    told = np.where(arrival > parameters.first_year, arrival, -np.inf)
    return told, {"long_name": ARRIVAL, "units": "year", "event": parameters.event}


def _column(item: Input) -> str:
    """Return what an input is called: the noise of runs is no key's value."""
    if item.name == RUN_NOISE:
        return "run_noise"
    return item.name if item.is_yes_or_no or item.name.endswith(CHANCE) else item.path
