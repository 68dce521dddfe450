"""Algorithms whose progress is partly driven by growing compute.

References
----------
Gundlach et al. (2025), "On the origin of algorithmic progress in AI": most of the measured progress
at the frontier depends on scale. Davidson et al. (2025), on experiments that compute limits.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.curves import JUST_BEFORE, Array, Curve, Value
from bioanchors.model.paths import Path, drawn_breaks_of
from bioanchors.model.spec import SPENDING, Spec
from bioanchors.model.trends import hardware

LEAST_SPEED = 1e-3
"""OOM per year that compute is taken to grow by at least, where its growth is divided by."""


def speed_of_compute(spec: Spec, draws: Mapping[str, Value]) -> Value:
    """Return the speed at which the largest run grows without ceilings, OOM per year."""
    speed = draws[SPENDING[1]]
    return speed if spec.speed_is_of_run else hardware.speed_of(spec, draws) + speed


def beyond_reference(compute: Curve, reference: Curve) -> Path:
    """Return by how many OOM compute exceeds the same without interventions."""
    return Path.bent(compute, _difference, reference)


def beyond_its_speeds(compute: Curve, speed: Value, start_year: float) -> Path:
    """Return by how many OOM compute exceeds its growth for ever at the file's speeds.

    Notes
    -----
    F(y) - F(start) - speed (y - start), F in log10 FLOP, speed in OOM per year.
    """
    return Path.bent(compute, _beyond, compute.at(start_year), speed, start_year)


def answering(line: Curve, compute: Curve, share: Value, rate: Value, speed: Value) -> Path:
    """Return the line of a gain that answers to compute, log10, without its ceiling.

    Parameters
    ----------
    line
        The gain if compute grew as assumed, OOM.
    compute
        OOM by which it exceeds that.
    share, rate, speed
        Of progress that compute drives, and the speeds of algorithms and compute, OOM per year.

    Notes
    -----
    line + k compute with k = share rate / speed, or where that is more, what it was at a break or
    just before one: what is known is not forgotten.
    """
    answer = share * rate / np.maximum(speed, LEAST_SPEED)
    rising = Path.bent(line, _answers, compute, answer)
    kept: list[Value] = []
    years: list[Value] = [*rising.breaks, *drawn_breaks_of(rising)]
    for year in years:
        before = rising.at(year - JUST_BEFORE)
        kept += [year, np.maximum(before, rising.at(year))]
    return Path.bent(rising, _kept, *kept)


def _difference(year: Array, one: Curve, other: Curve) -> Array:
    return one.at(year) - other.at(year)


def _beyond(year: Array, compute: Curve, level: Value, speed: Value, start: Value) -> Array:
    return np.asarray(compute.at(year) - (level + speed * (year - start)))


def _answers(year: Array, line: Curve, compute: Curve, answer: Value) -> Array:
    return np.asarray(line.at(year) + answer * compute.at(year))


def _kept(year: Array, curve: Curve, *kept: Value) -> Array:
    best = curve.at(year)
    for since, most in zip(kept[::2], kept[1::2], strict=True):
        best = np.maximum(best, np.where(year >= since, most, -np.inf))
    return best
