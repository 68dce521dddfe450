"""When the evidence leaves too few draws to say anything: which item is to blame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bioanchors.engine import NothingLeftError, count
from bioanchors.model.joint import Model
from bioanchors.parameters import BadParameters, Evidence, Parameters
from bioanchors.results.conflicts import predictive_scores
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import Origin
from bioanchors.results.remarks import TOO_FEW_DRAWS
from bioanchors.sampling import Plan, Streams

PILOT_DRAWS, REPLICATES = 2**15, 8

ALONE = 0.5
"""Share of a conflict below which no observation makes it alone."""

WAYS_OUT = {
    "not_arrived_by": "requirements that reach further up, or slower trends",
    "insufficient_run": "requirements that reach further up, or a larger run_softness_oom",
    "insufficient_runs": "requirements that reach further up, or a larger run_softness_oom",
    "observations": "a larger standard_error_oom, or wider distributions of the trends",
    "observation": "a larger standard_error_oom, or wider distributions of the trends",
    "": "items that agree with one another and with the file's distributions",
}


@contextmanager
def naming_places(parameters: Parameters) -> Iterator[None]:
    """Let what the engine refuses be told with the file and the place in it.

    Raises
    ------
    BadParameters
        If the low-end update leaves nothing of a hypothesis.
    """
    try:
        yield
    except NothingLeftError as error:
        raise parameters.bad(
            ("hypotheses", error.hypothesis),
            "the low-end update leaves nothing of this hypothesis; allowed: a requirement "
            "that reaches above ruled_out_below_flop",
        ) from None


def too_few(parameters: Parameters, left: float, draws: int, estimator: str) -> BadParameters:
    """Return the error for evidence that leaves too few effective draws.

    Parameters
    ----------
    parameters
        With the evidence.
    left, draws
        Effective draws, of how many.
    estimator
        As given to ``run``.

    Notes
    -----
    Each item is tried alone on a pilot of joint draws; the one that leaves least is named, unless
    each alone leaves more than half.
    """
    alone = {path: _share_left(parameters, seen) for path, seen in _items(parameters.evidence)}
    path = min(alone, key=lambda path: alone[path])
    if alone[path] > 0.5:
        path = ()
    way_out = WAYS_OUT[str(path[0]) if path else ""]
    more = "" if left <= 0 else ", or more points" if draws < 2**24 else ""
    what = "nothing" if left < 0.5 else f"{left:,.0f} effective draws of {draws:,}"
    return parameters.bad(
        ("evidence", *path),
        f"leaves {what}; needed: {TOO_FEW_DRAWS:,}; allowed: {way_out}{more}",
    )


def contradiction(parameters: Parameters, conflict: float) -> BadParameters:
    """Return the error for observations that no draw of the trends comes near.

    Parameters
    ----------
    parameters
        With the evidence.
    conflict
        As ``Integration.conflict``.
    """
    scores = predictive_scores(parameters)
    worst = max(scores, key=lambda found: abs(found.z))
    if abs(worst.z) < ALONE * conflict and len(scores) > 1:
        return parameters.bad(
            ("evidence", str(worst.observed.path[1])),
            f"the observations contradict one another: together they are {conflict:.1f} standard "
            f"errors from what the file predicts, each alone at most {abs(worst.z):.1f}; "
            "allowed: ones that agree, or larger standard_error_oom",
        )
    side = "above" if worst.z > 0 else "below"
    return parameters.bad(
        worst.observed.path,
        f"contradicts the trends: prior and observations are {conflict:.1f} standard errors apart, "
        f"and this one lies {abs(worst.z):.1f} {side} what the file predicts; "
        f"allowed: {WAYS_OUT['observation']}",
    )


def _items(seen: Evidence) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
    """Yield each item's path, and the evidence that holds it alone."""
    if seen.not_arrived_by is not None:
        yield (
            ("not_arrived_by",),
            seen.model_copy(
                update={
                    "observation": None,
                    "observations": None,
                    "insufficient_run": None,
                    "insufficient_runs": None,
                    "run_softness_oom": None,
                }
            ),
        )
    for path, item in seen.every_observation.items():
        yield path, Evidence(observation=[item])
    if seen.every_run:
        others = {"observation": None, "observations": None, "not_arrived_by": None, "event": None}
        # All of them bind together; the largest rules out most.
        path = max(seen.every_run, key=lambda path: seen.every_run[path].flop or 0.0)
        yield path, seen.model_copy(update=others)


def _share_left(parameters: Parameters, seen: Evidence) -> float:
    some = parameters.with_evidence(seen)
    sums = count(Model(some.spec), Plan.of(PILOT_DRAWS, REPLICATES), Streams.of(some.spec, 1))
    forecast = Forecast(some, sums, Origin(1, "sobol"))
    return forecast.effective_draws / forecast.points
