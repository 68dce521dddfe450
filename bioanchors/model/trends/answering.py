"""Algorithms whose progress is partly driven by growing compute.

References
----------
Gundlach et al. (2025), "On the origin of algorithmic progress in AI": most of the measured progress
at the frontier depends on scale. Davidson et al. (2025), on experiments that compute limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bioanchors.model.curves import Array, Curve, Flag, Line, Value
from bioanchors.model.paths import Path, drawn_breaks_of, remembered
from bioanchors.model.spec import SPENDING, Spec
from bioanchors.model.summits import falls_from
from bioanchors.model.trends import hardware

LEAST_SPEED = 1e-3
"""OOM per year that compute is taken to grow by at least, where its growth is divided by."""


def speed_of_compute(spec: Spec, draws: Mapping[str, Value]) -> Value:
    """Return the speed at which the largest run grows without ceilings, OOM per year."""
    speed = draws[SPENDING[1]]
    return speed if spec.speed_is_of_run else hardware.speed_of(spec, draws) + speed


@dataclass(frozen=True, slots=True)
class Compute:
    """Compute to which algorithms answer.

    Attributes
    ----------
    bought
        The largest run, log10 FLOP.
    assumed
        The same as the speed of algorithms assumes it.
    steepest
        What the slope of that nowhere exceeds, OOM per year; None where that is not known.
    """

    bought: Curve
    assumed: Curve
    steepest: Value | None

    @classmethod
    def against(cls, bought: Curve, reference: Curve) -> Compute:
        """Return compute against what it would be otherwise."""
        steepest = reference.steepest() if isinstance(reference, Line) else None
        return cls(bought, remembered(reference), steepest)

    @classmethod
    def against_speeds(cls, bought: Curve, speed: Value, start_year: float) -> Compute:
        """Return compute against its growth for ever at the file's speeds.

        Parameters
        ----------
        bought
            As above.
        speed
            OOM per year.
        start_year
            Until which it was what was bought.
        """
        level = bought.at(start_year) + speed * (bought.origin - start_year)
        return cls(bought, Line(level, speed, (), bought.origin), speed)


def answering(
    line: Curve, compute: Compute, share: Value, rate: Value, speed: Value, last_year: float
) -> Path:
    """Return the line of a gain that answers to compute, log10, without its ceiling.

    Parameters
    ----------
    line
        The gain if compute grew as assumed, OOM.
    compute
        What there is of it, and what is assumed.
    share, rate, speed
        Of progress that compute drives, and the speeds of algorithms and compute, OOM per year.
    last_year
        Until which it is asked for.

    Notes
    -----
    line + k (F - assumed) with k = share rate / speed, or where that is more, the highest that it
    has been: what is known is not forgotten. While compute rises the line does, too, if it is
    steeper than k times the assumed growth; up to the first break it always is.
    """
    answer = share * rate / np.maximum(speed, LEAST_SPEED)
    bought, assumed = compute.bought, compute.assumed
    rises: Flag = False
    if isinstance(line, Line) and compute.steepest is not None:
        rises = np.asarray(line.slope >= answer * compute.steepest)
    rising = Path.bent(line, _answers, bought, assumed, answer, keeps_rising=rises)
    if np.all(rising.rises_until(last_year)):
        return rising
    breaks: list[Value] = [*rising.breaks, *drawn_breaks_of(rising)]
    return Path.bent(rising, _kept, *falls_from(rising, breaks, last_year))


def _answers(year: Array, line: Curve, bought: Curve, assumed: Curve, answer: Value) -> Array:
    return np.asarray(line.at(year) + answer * (bought.at(year) - assumed.at(year)))


def _kept(year: Array, curve: Curve, *kept: Value) -> Array:
    best = curve.at(year)
    for since, most in zip(kept[::2], kept[1::2], strict=True):
        best = np.maximum(best, np.where(year >= since, most, -np.inf))
    return best
