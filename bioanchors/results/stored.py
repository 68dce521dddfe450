"""What a saved forecast must satisfy, so that no other numbers are shown for one."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.engine import REQUIREMENT_EDGES
from bioanchors.engine.sums import year_grid
from bioanchors.parameters import BadParameters, Parameters, found, parse_parameters
from bioanchors.results.origin import EVENT_MEANINGS
from bioanchors.visible import shortened

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

DIGEST = "sha256"
"""Key of the digest of all that a file holds, and of the provenance beside it, in every format."""

RUN = "run_id"
"""Key by which the files of a set know one another; it is told of the numbers, not of them."""

WITHIN = "within_strata_error"
"""Variable of what strata of single inputs leave."""

ROUNDING = 1e-9
"""By which sums that are added in some order may miss one another."""


def digest(told: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> str:
    """Return the SHA-256 of plain data and of arrays by name, whatever file holds them.

    Parameters
    ----------
    told
        Plain data for JSON, without numbers that are not finite.
    arrays
        Numbers or texts of any shape. What is not finite counts as NaN, since JSON has neither.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    made = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name, array in sorted((arrays or {}).items()):
        values = np.asarray(array)
        made.update(json.dumps([name, values.shape]).encode())
        if values.dtype.kind in "fiu":
            numbers = values.astype("<f8")
            made.update(np.where(np.isfinite(numbers), numbers, np.nan).tobytes())
        else:
            made.update(json.dumps(values.astype(str).tolist()).encode())
    return made.hexdigest()


def dataset_digest(dataset: xr.Dataset) -> str:
    """Return the digest of a Dataset's numbers, dimensions and attrs."""
    told = {key: str(value) for key, value in dataset.attrs.items() if key not in (DIGEST, RUN)}
    arrays = {
        f"{name} ({', '.join(map(str, variable.dims))})": variable.values
        for name, variable in dataset.variables.items()
    }
    return digest(told, arrays)


def check_digest(written: object, counted: str) -> None:
    """Check the digest that a file tells, if it tells any, against what it holds.

    Raises
    ------
    ValueError
        If they differ.
    """
    if written is not None and written != counted:
        raise ValueError(
            "not as it was written: edited, damaged, cut, or beside the provenance of another; "
            "allowed: the files of one export, unchanged"
        )


def text_in(attrs: Mapping[str, Any], name: str) -> str:
    """Return a text among what a file says of itself.

    Raises
    ------
    ValueError
        If it is not there, or no text.
    """
    if name not in attrs:
        raise ValueError(f"does not say its {name}; needed: a whole export of bioanchors")
    value = attrs[name]
    if not isinstance(value, str):
        raise ValueError(f"{name}: {_said(value)}; allowed: a text")
    return value


def whole_in(attrs: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """Return a whole number among what a file says of itself, given as such or as text.

    Raises
    ------
    ValueError
        If it is not there, no whole number, or outside ``least`` to ``most``.
    """
    value = attrs.get(name)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,20}", value):
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name}: {_said(value)}; allowed: a whole number from {least} to {most}")
    return value


def parameters_in(attrs: Mapping[str, Any]) -> Parameters:
    """Return the parameters that a file holds, checked against what else it says of them.

    Raises
    ------
    ValueError
        If they are not there, cannot be used, or belong to something else.
    """
    text, name = text_in(attrs, "parameters"), text_in(attrs, "name")
    if text_in(attrs, "parameters_sha256") != hashlib.sha256(text.encode()).hexdigest():
        raise ValueError("the parameters in it are not those that its parameters_sha256 is of")
    try:
        parameters = parse_parameters(text, name)
    except BadParameters as error:
        raise ValueError(f"the parameters in it cannot be used: {error.problems[0]}") from None
    event = text_in(attrs, "event")
    if event != parameters.event:
        given = found(event) if event in EVENT_MEANINGS else _said(event)
        raise ValueError(f"event: {given}; allowed: {parameters.event}, as its parameters have it")
    return parameters


def check_by_year(
    parameters: Parameters,
    years: Array,
    cdfs: Mapping[str, Array],
    whole_years: bool = False,
    refuted: Sequence[str] = (),
) -> None:
    """Check years against the parameters' window, and that CDFs by year are CDFs.

    Parameters
    ----------
    parameters
        Of which the file says to be.
    years
        Decimal years, shape (year,).
    cdfs
        Probabilities by name, shape (..., year).
    whole_years
        Whether the years are the whole ones alone.
    refuted
        Names of those that may be NaN throughout, since the evidence leaves nothing of them.

    Raises
    ------
    ValueError
        If they are not.
    """
    window = f"{parameters.first_year} to {parameters.last_year}"
    if not (years.size and np.isfinite(years).all() and np.all(np.diff(years) > 0)):
        raise ValueError(f"its years do not ascend; allowed: those of the window, {window}")
    needed = year_grid(parameters.spec)
    if whole_years:
        needed = np.arange(parameters.first_year, parameters.last_year + 1.0)
    missing = needed.size - np.isin(needed, years).sum()
    if missing:
        raise ValueError(f"lacks {missing} of the {needed.size} years of its window, {window}")
    if (
        years[0] != needed[0]
        or years[-1] != needed[-1]
        or (whole_years and years.size > needed.size)
    ):
        raise ValueError(f"has other years than those of its parameters' window, {window}")
    for name, cdf in cdfs.items():
        if name in refuted and np.isnan(cdf).all():
            continue
        check_cumulative(name, cdf, 1.0)


def check_cumulative(name: str, values: Array, total: Array | float) -> None:
    """Check that values never fall along the last axis, from 0 at the least to ``total``.

    Raises
    ------
    ValueError
        If they do not.
    """
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds what is no number")
    if np.any(values < -ROUNDING) or np.any(values > np.asarray(total) + ROUNDING):
        raise ValueError(f"{name} is not everywhere between 0 and all there is")
    if np.any(np.diff(values, axis=-1) < -ROUNDING):
        raise ValueError(f"{name} falls; allowed: what only grows")


def check_dataset(dataset: xr.Dataset, parameters: Parameters) -> None:
    """Check the sums in a Dataset that ``label`` is said to have made.

    Raises
    ------
    ValueError
        If anything is missing, of another shape, or not what such sums can be.
    """
    names = list(parameters.weights)
    if "hypothesis" not in dataset.variables or dataset["hypothesis"].dims != ("hypothesis",):
        raise ValueError("lacks hypothesis")
    here = [str(name) for name in dataset["hypothesis"].values]
    if here != names:
        raise ValueError(
            f"holds the hypotheses {shortened(', '.join(here))}; allowed: those of its parameters, "
            + ", ".join(names)
        )
    by_draws, by_year = ("replicate", "hypothesis"), ("hypothesis", "year")
    by_flop = ("hypothesis", "log10_flop")
    total = _numbers(dataset, "total", by_draws)
    if total.shape[0] < 2 or np.any(total < 0) or np.any(total > 1 + ROUNDING):
        raise ValueError("total is not of two replicates or more, each from 0 to 1")
    if not np.all(total.mean(axis=0) > 0):
        raise ValueError("total is 0 throughout for a hypothesis")
    if np.any(_numbers(dataset, "replicate", ("replicate",)) != np.arange(total.shape[0])):
        raise ValueError("lacks some of its replicates")
    edges = _numbers(dataset, "log10_flop", ("log10_flop",))
    first = int(np.searchsorted(REQUIREMENT_EDGES, edges[0])) if edges.size else 0
    if not edges.size or not np.array_equal(edges, REQUIREMENT_EDGES[first : first + edges.size]):
        raise ValueError("lacks some of the places of log10_flop")
    years = _numbers(dataset, "year", ("year",))
    check_by_year(parameters, years, {})
    lifted = total[..., np.newaxis]
    arrived = _numbers(dataset, "arrived", ("replicate", *by_year))
    check_cumulative("arrived", arrived, lifted)
    check_cumulative("enough", _numbers(dataset, "enough", ("replicate", *by_flop)), lifted)
    if "cdf" in dataset.variables:
        check_by_year(parameters, years, {"cdf": _numbers(dataset, "cdf", ("year",))})
    # Earlier versions knew of no errors within strata.
    within = [name for name in (WITHIN, f"prior_{WITHIN}") if name in dataset.variables]
    if len(within) not in {0, 1 + parameters.has_evidence}:
        raise ValueError(f"lacks one of {WITHIN} and prior_{WITHIN}")
    for name in ("between_years_error", *within):
        if np.any(_numbers(dataset, name, ("year",)) < 0):
            raise ValueError(f"{name} is below 0")
    if ("seen_arrived" in dataset.variables) != parameters.has_evidence:
        raise ValueError("holds evidence, or none, other than its parameters")
    if parameters.has_evidence:
        _check_seen(dataset)


def _check_seen(dataset: xr.Dataset) -> None:
    by_case = ("case", "replicate", "hypothesis")
    until = _numbers(dataset, "case_until", ("case",), is_finite=False)
    if not (until.size and np.all(np.diff(until) > 0) and until[-1] == math.inf):
        raise ValueError("case_until does not ascend to infinity")
    total = _numbers(dataset, "seen_total", by_case)
    check_cumulative("seen_total", total[..., np.newaxis], math.inf)
    lifted = total[..., np.newaxis]
    for name, last in (("seen_arrived", "year"), ("seen_enough", "log10_flop")):
        check_cumulative(name, _numbers(dataset, name, (*by_case, last)), lifted)
    likelihood = _numbers(dataset, "likelihood", ("hypothesis", "case", "kept_draw"))
    moments = _numbers(dataset, "likelihood_moments", ("hypothesis", "moment"))
    if likelihood.shape[-1] == 0 or moments.shape[1] != 1 + moments.shape[0]:
        raise ValueError("likelihood or likelihood_moments is of another shape")
    if np.any(likelihood < 0) or np.any(moments < 0):
        raise ValueError("likelihood or likelihood_moments is below 0")


def _numbers(
    dataset: xr.Dataset, name: str, dims: tuple[str, ...], is_finite: bool = True
) -> Array:
    if name not in dataset.variables:
        raise ValueError(f"lacks {name}")
    variable = dataset[name]
    if variable.dims != dims:
        given = shortened(", ".join(map(str, variable.dims)))
        raise ValueError(f"{name}: found dimensions ({given}); allowed: ({', '.join(dims)})")
    if variable.dtype.kind not in "fiu":
        raise ValueError(f"{name}: found what are no numbers")
    values = np.asarray(variable.values, dtype=np.float64)
    if is_finite and not np.isfinite(values).all():
        raise ValueError(f"{name} holds what is no number")
    return values


def _said(value: object) -> str:
    return "found nothing" if value is None else found(value)
