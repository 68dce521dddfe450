"""Which input should I look into, for a stated output of a forecast."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.conditional import Problem
from bioanchors.analysis.early_and_late import Regional, regional
from bioanchors.analysis.groups import by_group
from bioanchors.analysis.labels import Variable, about, estimated, labelled, texts
from bioanchors.analysis.variance import INNER, INNER_WEIGHTED, MOST_DRAWS, Effects, effects
from bioanchors.parameters import Parameters, Source, as_parameters, decimal_year
from bioanchors.results import Forecast, run
from bioanchors.results.outcomes import Estimate, Outcome, ProbabilityBy, RestrictedMean
from bioanchors.results.responses import HYPOTHESIS, Response
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
MEAN, YEAR = "restricted_mean", "arrival_year"
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
        ``"probability_by_YEAR"``, ``"arrival_year"`` or ``"restricted_mean"``.
    value
        The output as the forecast has it, not as the draws of the analysis do.
    groups, inputs
        Effects of groups of inputs, and of each input.
    ties
        What makes inputs depend on each other, in words; empty where they are independent.
    """

    forecast: Forecast
    output: str
    value: Estimate
    groups: Effects
    inputs: Effects
    ties: tuple[str, ...]

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
        by = self.output.removeprefix("probability_by_") if self.is_probability else None
        split = None if by is None else float(by)
        return regional(self.forecast, split, seed=self.forecast.origin.seed)

    @property
    def variance(self) -> float:
        """Variance of the output: of an event p (1 - p), else as the draws have it."""
        p = self.value.value
        return p * (1.0 - p) if self.is_probability else self.groups.variance.value

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
            reduced = [[found.variance.value * x for x in e.first] for e in found.effects]
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


def read_output(text: str | float | None, parameters: Parameters) -> tuple[str, Outcome]:
    """Return the name of an output and the number that a forecast has for it.

    Parameters
    ----------
    text
        A year or a date (probability by then), ``"arrival_year"`` or ``"restricted_mean"``; None
        is the probability by the middle one of the file's report years.
    parameters
        Whose window it must lie in.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if text is None:
        years = parameters.report_years
        text = years[len(years) // 2] if years else parameters.last_year
    words = str(text).removeprefix("probability_by_")
    last = float(parameters.last_year)
    if words in (MEAN, YEAR):
        return words, RestrictedMean(last)
    try:
        year = decimal_year(words) if re.match(r"\d+-", words) else float(words)
        if not re.match(r"\d", words) or not math.isfinite(year):
            raise ValueError
    except ValueError:
        raise ValueError(
            f"unknown output {words!r}; allowed: a year (probability by then), {YEAR}, {MEAN}"
        ) from None
    outcome = ProbabilityBy(year)
    outcome.check(parameters.first_year, last)
    return outcome.name, outcome


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
        A year: whether arrival is by then. ``"arrival_year"``: the year, censored at the window's
        last. ``"restricted_mean"``: the same averaged over the hypotheses, so that their choice is
        no input. By default the middle one of the file's report years.
    seed
        As ``run``.
    max_draws, max_seconds
        Draws are doubled until the largest effects' intervals are disjoint, and not past these, for
        groups and for single inputs each. With a limit in seconds the result depends on the
        machine's speed.
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
    parameters = as_parameters(source)
    name, outcome = read_output(output, parameters)
    forecast = run(parameters, seed=seed)
    response = Response(forecast)
    names = tuple(n for n in response.names if name != MEAN or n != HYPOTHESIS)
    if len(names) < 2:
        raise ValueError(f"{parameters.name} has fewer than two uncertain inputs to compare")
    problem = Problem(names, output_of(response, name), response.correlations)
    ties = ties_of(parameters, response)
    ranked_by = "shapley" if ties else "total"
    inner = INNER_WEIGHTED if parameters.has_evidence else INNER
    both = [
        effects(
            problem,
            sets,
            ranked_by=ranked_by,
            seed=seed,
            inner=inner,
            max_draws=max_draws,
            max_seconds=max_seconds,
            progress=progress,
        )
        for sets in (closed_groups(response, names), {n: (n,) for n in names})
    ]
    return Sensitivity(forecast, name, outcome.estimate(forecast), both[0], both[1], ties)


def output_of(
    response: Response, name: str
) -> Callable[[Mapping[str, Array]], tuple[Array, Array]]:
    """Return an output as a function of uniforms."""
    if name == MEAN:
        return response.mean_year
    if name == YEAR:

        def censored(uniforms: Mapping[str, Array]) -> tuple[Array, Array]:
            year, weight = response(uniforms)
            return np.minimum(year, response.last_year), weight

        return censored
    by = float(name.removeprefix("probability_by_"))

    def arrived(uniforms: Mapping[str, Array]) -> tuple[Array, Array]:
        year, weight = response(uniforms)
        return (year <= by).astype(np.float64), weight

    return arrived


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
