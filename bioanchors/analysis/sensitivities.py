"""Which input should I look into, for a stated output of a forecast."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.arrivals import Arrivals
from bioanchors.analysis.conditional import Drawn, Output, Problem
from bioanchors.analysis.early_and_late import Regional, regional
from bioanchors.analysis.groups import by_group
from bioanchors.analysis.labels import Variable, about, estimated, labelled, texts
from bioanchors.analysis.outputs import MEAN, Asked, intervals, read_output
from bioanchors.analysis.tied import tied
from bioanchors.analysis.variance import INNER, INNER_WEIGHTED, MOST_DRAWS, Effects, all_effects
from bioanchors.engine.response import HYPOTHESIS, Response
from bioanchors.parameters import Parameters, Source, as_parameters
from bioanchors.results import Forecast, run
from bioanchors.results.outcomes import Estimate
from bioanchors.results.responses import response_of
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
MEANINGS = {
    "first": "share of the variance that goes once the inputs are known",
    "total": "share of the variance that is left while they alone are unknown",
    "shapley": "Shapley effect, as a share of the variance",
}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What an output hangs on.

    Attributes
    ----------
    forecast
        The forecast.
    output
        ``"probability_by_YEAR"``, ``"median_year"``, ``"arrival_year"`` or ``"restricted_mean"``.
    value
        The output as the forecast has it, not as the draws of the analysis do.
    groups, inputs
        Effects of groups of inputs, and of each input.
    ties
        What makes inputs depend on each other, in words; empty where they are independent.
    by
        Year of the event, if the effects are those of arrival by one; None otherwise.
    unit
        What the event counts: 1, or of the median, years.
    """

    forecast: Forecast
    output: str
    value: Estimate
    groups: Effects
    inputs: Effects
    ties: tuple[str, ...]
    by: float | None
    unit: float = 1.0

    def __repr__(self) -> str:
        leading = ", ".join(effect.name for effect in self.groups.effects[:3])
        return f"<Sensitivity of {self.output} in {self.forecast.title}: {leading}, ...>"

    @property
    def is_probability(self) -> bool:
        """Whether the output is an event, whose variance is the expected Brier score."""
        return self.output.startswith("probability")

    @cached_property
    def regional(self) -> Regional:
        """How inputs differ between arrivals by the output's year, or the median, and later ones.

        Raises
        ------
        ValueError
            If all arrive early, or all late.
        """
        return regional(self.forecast, self.by, seed=self.forecast.origin.seed)

    @property
    def variance(self) -> float:
        """Variance of the output: of an event p (1 - p), else as the draws have it.

        Of the median, that of its influence function.
        """
        if self.by is None:
            return self.groups.variance.value
        p = self.forecast.probability_by(self.by)
        return p * (1.0 - p) * self.unit**2

    @property
    def dataset(self) -> xr.Dataset:
        """Effects by ``group`` and by ``input``, each with its standard error.

        As shares of the variance; ``_variance_reduction`` is what learning the inputs takes off it
        (for an event, off the Brier score), and ``_members`` are the inputs of each set.
        """
        import xarray as xr

        variables: dict[str, Variable] = {}
        for dim, found in (("group", self.groups), ("input", self.inputs)):
            for kind, meaning in MEANINGS.items():
                values = [getattr(effect, kind) for effect in found.effects]
                variables |= estimated(f"{dim}_{kind}", dim, values, meaning)
            variance = found.variance.value * self.unit**2
            reduced = [[variance * x for x in effect.first] for effect in found.effects]
            meaning = "expected reduction of the variance from learning the inputs"
            unit = "1" if self.is_probability else "year2"
            variables |= estimated(f"{dim}_variance_reduction", dim, reduced, meaning, unit)
            members = texts(" ".join(effect.members) for effect in found.effects)
            variables[f"{dim}_members"] = labelled(dim, members, "inputs", "")
        return xr.Dataset(
            variables,
            coords={
                "group": [effect.name for effect in self.groups.effects],
                "input": [effect.name for effect in self.inputs.effects],
            },
            attrs=about(
                self.forecast,
                output=self.output,
                value=self.value.value,
                value_standard_error=self.value.standard_error,
                variance=self.variance,
                depends="; ".join(self.ties),
            ),
        )


def sensitivity(
    source: Source,
    output: str | float | None = None,
    *,
    seed: int = 1,
    max_draws: int = MOST_DRAWS,
    max_seconds: float = math.inf,
    progress: Progress | None = None,
) -> Sensitivity:
    """Say what the variance of an output comes from.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    output
        A year: whether arrival is by then. ``"median"``: the median year, by its influence
        function. ``"arrival_year"``: the year, censored at the window's last.
        ``"restricted_mean"``: the same averaged over the hypotheses, so that their choice is no
        input. By default the middle one of the file's report years.
    seed
        As ``run``.
    max_draws, max_seconds
        Draws are doubled until the largest effects are told apart (``all_effects``), and not past
        these, for groups and for single inputs each. With a limit in seconds the result depends on
        the machine's speed.
    progress
        Called with how much of the present round is done, and of how much.

    Returns
    -------
    Sensitivity

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If the output is none, or nothing in the file is uncertain.
    """
    (found,) = sensitivities(
        source,
        [output],
        seed=seed,
        max_draws=max_draws,
        max_seconds=max_seconds,
        progress=progress,
    )
    return found


def sensitivities(
    source: Source,
    outputs: Sequence[str | float | None],
    *,
    seed: int = 1,
    max_draws: int = MOST_DRAWS,
    max_seconds: float = math.inf,
    progress: Progress | None = None,
) -> tuple[Sensitivity, ...]:
    """Say what the variance of several outputs comes from, of the same draws.

    Parameters
    ----------
    source, seed, max_draws, max_seconds, progress
        As ``sensitivity``.
    outputs
        Each as there.

    Returns
    -------
    tuple of Sensitivity
        In the order of ``outputs``.

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If an output is none, or asked for twice, or nothing in the file is uncertain.
    """
    parameters = as_parameters(source)
    read = dict(read_output(output, parameters) for output in outputs)
    if not 0 < len(read) == len(outputs):
        raise ValueError("outputs: each once, and at least one")
    forecast = run(parameters, seed=seed)
    response = response_of(forecast)
    together = tied(response, seed)
    ties = ties_of(parameters, response)
    ranked_by = "shapley" if ties else "total"
    asked = [Asked.of(*each, forecast) for each in read.items() if each[0] != MEAN]
    found: dict[str, Sensitivity] = {}
    for names, output, chosen in _problems(response, forecast, asked, MEAN in read):
        if len(names) < 2:
            raise ValueError(f"{parameters.name} has fewer than two uncertain inputs to compare")
        problem = Problem(names, output, together, _quantiles(response, names))
        levels = [
            all_effects(
                problem,
                sets,
                ranked_by=ranked_by,
                seed=seed,
                inner=INNER_WEIGHTED if parameters.has_evidence else INNER,
                max_draws=max_draws,
                max_seconds=max_seconds,
                progress=progress,
            )
            for sets in (closed_groups(response, names), {n: (n,) for n in names})
        ]
        for each, groups, inputs in zip(chosen, *levels, strict=True):
            value = read[each.name].estimate(forecast)
            found[each.name] = Sensitivity(
                forecast, each.name, value, groups, inputs, ties, each.by, each.unit
            )
    return tuple(found[name] for name in read)


def _problems(
    response: Response, forecast: Forecast, asked: list[Asked], mean: bool
) -> Iterator[tuple[tuple[str, ...], Output, list[Asked]]]:
    """Yield inputs, and outputs of them that are estimated together."""
    if asked:
        yield response.names, Arrivals(response, *intervals(asked, forecast)), asked
    if mean:
        # A mean over the hypotheses is no probability: all is drawn.
        names = tuple(name for name in response.names if name != HYPOTHESIS)
        yield names, Drawn(response.mean_year_of), [Asked(MEAN, None)]


def _quantiles(response: Response, names: Sequence[str]) -> dict[str, Callable[[Array], Array]]:
    """Return the inputs' quantile functions, in the model's units."""
    inputs = response.model.spec.inputs
    return {name: inputs[name].values for name in names if name in inputs}


def dataset_of(found: Sequence[Sensitivity]) -> xr.Dataset:
    """Return the dataset of one output, or those of several along ``output``.

    Groups and inputs are in the order of the first; what the outputs differ in of the attributes
    (``value``, ``value_standard_error``, ``variance``) is a variable.
    """
    import xarray as xr

    first, *rest = (each.dataset for each in found)
    if not rest:
        return first
    alike = [first, *(each.reindex(group=first["group"], input=first["input"]) for each in rest)]
    outputs = xr.DataArray([each.output for each in found], dims="output", name="output")
    result = xr.concat(alike, dim=outputs, combine_attrs="drop_conflicts")
    values = np.array([(*each.value, each.variance) for each in found])
    for i, name in enumerate(("value", "value_standard_error", "variance")):
        result[name] = ("output", values[:, i])
    return result


def ties_of(parameters: Parameters, response: Response) -> tuple[str, ...]:
    """Return what makes inputs depend on each other, in words."""
    ties = []
    if response.correlations:
        ties.append("correlations")
    if parameters.has_evidence:
        ties.append("evidence")
    if parameters.tables.low_end_update is not None and response.is_weighted:
        ties.append("low-end update")
    return tuple(ties)


def closed_groups(response: Response, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return groups of inputs, those that share correlated inputs merged."""
    groups = {group: list(members) for group, members in by_group(names).items()}
    for correlated in response.correlations:
        touched = [g for g, members in groups.items() if set(members) & set(correlated.names)]
        if len(touched) > 1:
            merged = [name for group in touched for name in groups.pop(group)]
            groups[" + ".join(touched)] = merged
    return {group: tuple(members) for group, members in groups.items()}
