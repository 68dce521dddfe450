"""How one file fared with what was measured: by item, and all that counts together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import estimate, left_out
from bioanchors.analysis.predicting import Predicted, predict, why_silent
from bioanchors.analysis.scores import NOT_SCORED, Scores, log_scale, scores
from bioanchors.model.spec import Observed
from bioanchors.parameters import Parameters
from bioanchors.parameters.observed import dollar_year, observed
from bioanchors.parameters.tables.evidence import Observation
from bioanchors.results.outcomes import Estimate

Array = NDArray[np.float64]
IN, OUT, UNKNOWN = "in", "out", "?"


@dataclass(frozen=True, eq=False)
class Item:
    """How one file fared with one thing that was measured.

    Attributes
    ----------
    name
        Of what was measured.
    measured
        In the file's dollars.
    silent
        Why the file says nothing of it, or nothing.
    sample
        Whether it was known when the file was written: ``"in"``, ``"out"``, or ``"?"`` where one
        of the two does not say when.
    counted
        Whether it is in the totals: scored, not known before, and nothing else says the same.
    all
        Scores of the file.
    given
        Scores of each hypothesis, where they say different things.
    log_scores
        Log score without each replicate in turn, and of all in the last row.
    """

    name: str
    measured: Observed
    silent: str
    sample: str
    counted: bool
    all: Scores
    given: dict[str, Scores]
    log_scores: Array

    @property
    def log_score(self) -> Estimate:
        """Log score, nats per OOM, with its standard error."""
        return estimate(self.log_scores)


@dataclass(frozen=True, eq=False)
class Scored:
    """How one file fared.

    Attributes
    ----------
    parameters
        The file.
    items
        What was measured, in the order of the observations.
    joint_log_scores
        Log score of all that counts together, likewise.
    effective_draws
        How many draws the file's evidence leaves.
    """

    parameters: Parameters
    items: tuple[Item, ...]
    joint_log_scores: Array
    effective_draws: float

    @property
    def counted(self) -> tuple[Item, ...]:
        """What is in the totals."""
        return tuple(item for item in self.items if item.counted)

    @property
    def log_score(self) -> Estimate:
        """Sum of the log scores of all that counts, nats, with its standard error."""
        if not self.counted:
            return Estimate(math.nan, math.nan)
        return estimate(np.sum([item.log_scores for item in self.counted], axis=0))

    @property
    def joint_log_score(self) -> Estimate:
        """Log score of all that counts together: less or more than the sum, as far as items depend.

        The logarithm of what the file's draws make of it all at once.
        """
        return estimate(self.joint_log_scores) if self.counted else self.log_score

    @property
    def crps(self) -> float:
        """Mean CRPS of all that counts, OOM."""
        return float(np.mean([item.all.crps for item in self.counted] or [math.nan]))


def score(
    parameters: Parameters,
    items: Mapping[str, Observation],
    seed: int,
    draws: int,
    replicates: int,
) -> Scored:
    """Return how a file fared.

    Parameters
    ----------
    parameters
        The file.
    items
        What was measured, by name.
    seed, draws, replicates
        As ``run``.
    """
    dollars = dollar_year(parameters.tables)
    measured = {
        name: observed(item, ("evidence", "observations", name), dollars)
        for name, item in items.items()
    }
    silent = {
        name: why_silent(one, parameters.spec, bool(items[name].rate_only))
        for name, one in measured.items()
    }
    said = [name for name in items if not silent[name]]
    predicted = predict(
        parameters, [measured[n] for n in said], seed=seed, draws=draws, replicates=replicates
    )
    sample = {name: _sample(parameters, item.as_of) for name, item in items.items()}
    counted = _counted(items, [name for name in said if sample[name] != IN])
    logs = {name: _log_density(measured[name], predicted, i) for i, name in enumerate(said)}
    rows = []
    for name, one in measured.items():
        own, by_draws = NOT_SCORED, np.full(replicates + 1, math.nan)
        given: dict[str, Scores] = {}
        if name in said:
            values = predicted.values[said.index(name)]
            own, given = _scores(parameters, one, values, predicted.weight)
            by_draws = _log_scores(predicted, logs[name])
        row = Item(name, one, silent[name], sample[name], name in counted, own, given, by_draws)
        rows.append(row)
    together = _log_scores(predicted, sum((logs[n] for n in counted), np.zeros((1, 1))))
    return Scored(parameters, tuple(rows), together, predicted.effective_draws)


def _sample(parameters: Parameters, known: float | None) -> str:
    """Return whether something was known when a file was written.

    What its parent knew, a file knew; what came after, it may have known.
    """
    written = parameters.tables.as_of
    if written is None or known is None:
        return UNKNOWN
    if known <= written:
        return IN
    return OUT if parameters.says_when_written else UNKNOWN


def _counted(items: Mapping[str, Observation], scored: list[str]) -> list[str]:
    """Return what counts: of what says the same, what does not say so of itself."""
    return [name for name in scored if not set(items[name].same_as or ()) & set(scored)]


def _scores(
    parameters: Parameters, one: Observed, values: Array, weight: Array
) -> tuple[Scores, dict[str, Scores]]:
    """Return scores of all hypotheses, and of each where they say different things."""
    at, error = one.log10_value, one.standard_error_oom
    if np.ptp(values, axis=0).max() == 0:
        return scores(values[0], weight.sum(axis=0), at, error), {}
    given = {
        hypothesis.name: scores(values[h], weight[h], at, error)
        for h, hypothesis in enumerate(parameters.hypotheses)
        if weight[h].sum() > 0
    }
    return scores(values.ravel(), weight.ravel(), at, error), given


def _log_density(one: Observed, predicted: Predicted, place: int) -> Array:
    """Return log of the density of what was measured in each draw, per OOM, (hypothesis, draw)."""
    z = (predicted.values[place] - one.log10_value) / one.standard_error_oom
    return np.asarray(-0.5 * z * z - log_scale(one.standard_error_oom))


def _log_scores(predicted: Predicted, log_density: Array) -> Array:
    """Return the log of the mean density without each replicate in turn, and of all, last."""
    number = int(predicted.replicate.max()) + 1
    most = float(log_density.max())  # however unlikely all of it is
    parts = [predicted.weight, predicted.weight * np.exp(log_density - most)]
    before, after = (left_out(each.sum(axis=0).reshape(number, -1).sum(axis=1)) for each in parts)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(after) - np.log(before) + most)
