"""What a report begins with, and what it tells besides, which takes runs of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bioanchors.analysis.sensitivities import Sensitivity, sensitivity
from bioanchors.analysis.with_and_without import without_interventions
from bioanchors.parameters import Parameters
from bioanchors.results import Forecast, run
from bioanchors.results.telling import REPORT_2020, opening_words
from bioanchors.types import Progress

LEADING = 3
"""How many groups of inputs the first paragraph names."""


@dataclass(frozen=True)
class Opening:
    """What a report begins with.

    Attributes
    ----------
    text
        The first paragraph.
    hangs_on
        What the probability by a year hangs on, if anything is uncertain.
    milestones
        Forecasts of the file's milestones, by name.
    without
        The forecast without the file's interventions, if it has any.
    """

    text: str
    hangs_on: Sensitivity | None = None
    milestones: Mapping[str, Forecast] = field(default_factory=dict)
    without: Forecast | None = None


def opening(forecast: Forecast, progress: Progress | None = None) -> Opening:
    """Return what a report begins with, of which some needs runs of its own."""
    parameters, seed = forecast.parameters, forecast.origin.seed
    reference = None
    if parameters.name != REPORT_2020:
        reference = run(REPORT_2020, seed=seed, progress=progress)
    milestones, without = _milestones(forecast, progress), _without(forecast, progress)
    try:
        found = sensitivity(parameters, seed=seed, progress=progress)
    except ValueError as error:
        # Subclasses are other mistakes; this one is that nothing is uncertain.
        if type(error) is not ValueError:
            raise
        return Opening(opening_words(forecast, reference), None, milestones, without)
    effects = sorted(found.groups.effects, key=lambda effect: -effect.shapley.value)
    leading = [(effect.name, effect.shapley.value) for effect in effects[:LEADING]]
    year = parameters.first_year if found.by is None else found.by
    text = opening_words(forecast, reference, leading, year)
    return Opening(text, found, milestones, without)


def _milestones(forecast: Forecast, progress: Progress | None) -> dict[str, Forecast]:
    """Return forecasts of the file's milestones, of which it is one itself; none of one alone."""
    own, names = forecast.parameters, list(forecast.parameters.milestones)
    if len(names) < 2:
        return {}
    return {
        name: forecast
        if name == own.milestone
        else _alike(own.with_milestone(name), forecast, progress)
        for name in names
    }


def _without(forecast: Forecast, progress: Progress | None) -> Forecast | None:
    """Return the forecast without the file's interventions, if it has any."""
    parameters = without_interventions(forecast.parameters)
    return None if parameters is None else _alike(parameters, forecast, progress)


def _alike(parameters: Parameters, forecast: Forecast, progress: Progress | None) -> Forecast:
    origin = forecast.origin
    return run(parameters, seed=origin.seed, precision=origin.precision, progress=progress)
