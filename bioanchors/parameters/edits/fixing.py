"""Fixing one input at a number, the others left as they are."""

from __future__ import annotations

from typing import Any

from bioanchors.model.keys import direction
from bioanchors.model.spec import Input
from bioanchors.parameters.checks.correlated import correlated_pairs
from bioanchors.parameters.correlations import groups_of
from bioanchors.parameters.parameters import Parameters


def with_fixed(parameters: Parameters, values: dict[str, float]) -> Parameters:
    """Return parameters with inputs fixed at numbers in the unit of the file.

    Where an input is correlated with others, these keep their distributions and their
    correlations among themselves.

    Raises
    ------
    BadParameters
        If a number is not allowed.
    """
    inputs = parameters.inputs
    changes: dict[str, Any] = {inputs[name].path: float(each) for name, each in values.items()}
    if parameters.correlated & set(values):
        changes["correlations"] = _without(parameters, set(values))
    return parameters.with_values(changes)


def percentiles(item: Input, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return quantiles of an input in the unit of the file."""
    return tuple(float(item.distribution.ppf(share)) for share in shares)


def _without(parameters: Parameters, fixed: set[str]) -> list[dict[str, Any]]:
    """Return the correlations, one entry a group, without the inputs that are fixed."""
    inputs = parameters.inputs
    pairs, called = correlated_pairs(
        parameters.tables.correlations or [],
        {item.path: item.is_random for item in inputs.values()},
        frozenset(inputs),
        lambda path, message: None,
    )
    left = {pair: rho for pair, rho in pairs.items() if not fixed & set(pair)}
    entries = []
    for members in groups_of(tuple(inputs), left):
        rows = [
            [
                1.0
                if one == other
                else _as_written(
                    called, one, other, left.get((one, other), left.get((other, one), 0.0))
                )
                for other in members
            ]
            for one in members
        ]
        paths = [inputs[name].path for name in members]
        entries.append({"parameters": paths, "rank_correlation": rows})
    return entries


def _as_written(called: dict[str, str], one: str, other: str, rho: float) -> float:
    """Turn a correlation of streams into that of values: a doubling time falls as speed grows."""
    return direction(called[one]) * direction(called[other]) * rho
