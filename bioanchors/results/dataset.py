"""Sums to one labelled Dataset. Here, and only here, arrays get their labels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors import __version__
from bioanchors.engine import Sums
from bioanchors.parameters import Parameters
from bioanchors.results.estimates import jackknife_error, leave_one_out, pooled

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

EVENT = "affordable"
EVENT_MEANING = "somebody could buy a training run that is large enough"


def label(
    parameters: Parameters, sums: Sums, *, seed: int, sampler: str, without_column: tuple[str, ...]
) -> xr.Dataset:
    """Return sums as a Dataset that carries all that a forecast needs.

    Parameters
    ----------
    parameters, sums
        What was run, and what came out.
    seed, sampler, without_column
        How the draws were made.
    """
    import xarray as xr

    used = _between_none_and_all(sums)
    dataset = xr.Dataset(
        coords={
            "year": ("year", sums.years, {"long_name": "decimal year", "units": "year"}),
            "hypothesis": [hypothesis.name for hypothesis in parameters.hypotheses],
            "replicate": np.arange(sums.total.shape[0], dtype=np.int32),
            "log10_flop": (
                "log10_flop",
                sums.requirement_edges[used],
                {"long_name": "training FLOP with 2020 algorithms", "units": "log10 FLOP"},
            ),
        },
        data_vars={
            "weight": (
                "hypothesis",
                np.array(list(parameters.weights.values())),
                {"long_name": "weight as written", "units": "1"},
            ),
            "none_probability": (
                "year",
                parameters.none_probability(sums.years),
                {"long_name": "probability that none of the hypotheses holds", "units": "1"},
            ),
            "arrived": (
                ("replicate", "hypothesis", "year"),
                sums.arrived,
                {"long_name": "weight of the draws that have arrived, without none", "units": "1"},
            ),
            "enough": (
                ("replicate", "hypothesis", "log10_flop"),
                sums.enough[..., used],
                {"long_name": "weight of the draws for which the FLOP are enough", "units": "1"},
            ),
            "total": (
                ("replicate", "hypothesis"),
                sums.total,
                {"long_name": "weight of all draws", "units": "1"},
            ),
        },
        attrs={
            "title": parameters.title,
            "source": parameters.tables.source or "",
            "note": parameters.tables.note or "",
            "name": parameters.name,
            "event": EVENT,
            "event_meaning": EVENT_MEANING,
            "seed": str(seed),
            "sampler": sampler,
            "points": str(sums.points * sums.total.shape[0]),
            "points_per_replicate": str(sums.points),
            "pseudo_random_inputs": ", ".join(without_column),
            "bioanchors_version": __version__,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "parameters": parameters.text,
            "parameters_sha256": parameters.hash,
        },
    )
    return with_estimates(dataset)


def _between_none_and_all(sums: Sums) -> slice:
    """Edges of the requirement's CDF between its last 0 and its first 1, of any hypothesis."""
    share = sums.enough / sums.total[..., np.newaxis]
    first = int(np.argmax(np.any(share > 0, axis=(0, 1))))
    # Sums in different orders may differ in their last bits.
    full = np.all(share > 1 - 1e-12, axis=(0, 1))
    last = int(np.argmax(full)) if full.any() else full.size - 1
    return slice(max(0, first - 1), last + 1)


def with_estimates(dataset: xr.Dataset) -> xr.Dataset:
    """Return a Dataset with the estimates that follow from its sums and weights."""
    sums, totals = dataset["arrived"].values, dataset["total"].values
    weight = dataset["weight"].values
    share = weight / weight.sum()
    none = dataset["none_probability"].values
    by_hypothesis = pooled(sums, totals)
    without_one = leave_one_out(sums, totals)
    cdf = (1.0 - none) * (share @ by_hypothesis)
    cdf_without_one = (1.0 - none) * np.einsum("h,rhy->ry", share, without_one)
    enough = pooled(dataset["enough"].values, totals)
    removed = 1.0 - totals.sum(axis=0) / (int(dataset.attrs["points"]))
    new = {
        "share": ("hypothesis", share, "share of what none leaves, as used"),
        "cdf": ("year", cdf, "probability of arrival by the year"),
        "cdf_standard_error": (
            "year",
            jackknife_error(cdf_without_one),
            "standard error of the probability of arrival",
        ),
        "hypothesis_cdf": (
            ("hypothesis", "year"),
            by_hypothesis,
            "probability of arrival by the year given the hypothesis, without none",
        ),
        "hypothesis_cdf_standard_error": (
            ("hypothesis", "year"),
            jackknife_error(without_one),
            "standard error given the hypothesis",
        ),
        "requirement_cdf": (
            ("hypothesis", "log10_flop"),
            enough,
            "probability that the FLOP are enough with 2020 algorithms, given the hypothesis",
        ),
        "low_end_removed": (
            "hypothesis",
            removed,
            "share of the hypothesis that the low-end update takes away",
        ),
    }
    return dataset.assign(
        {
            name: (dims, values, {"long_name": long_name, "units": "1"})
            for name, (dims, values, long_name) in new.items()
        }
    )


def cdf_without_one(dataset: xr.Dataset) -> Array:
    """Return the CDF of arrival without each replicate in turn, shape (replicate, year)."""
    share, none = dataset["share"].values, dataset["none_probability"].values
    one_out = leave_one_out(dataset["arrived"].values, dataset["total"].values)
    result: Array = (1.0 - none) * np.einsum("h,rhy->ry", share, one_out)
    return result
