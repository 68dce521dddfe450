"""What is worth a look in a forecast: in its parameters, or in what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bioanchors.parameters import dotted

if TYPE_CHECKING:
    from bioanchors.results.conflicts import Conflict
    from bioanchors.results.forecast import Forecast

CONFLICT = 3.0
"""Standard errors from what a file predicts beyond which an observation is mentioned."""

FEW_DRAWS, TOO_FEW_DRAWS = 2000, 1000
"""Effective draws left by the evidence, below which there is a note, and below which no result."""

TRUSTED_K = 0.7
"""Pareto k up to which the number of effective draws can be trusted."""

REMOVED = 0.99
"""Share of a hypothesis that the low-end update takes away, above which it is mentioned."""


def notes(forecast: Forecast) -> tuple[str, ...]:
    """Return what is worth a look, a line each."""
    return (
        *forecast.parameters.warnings,
        *(
            f"the low-end update leaves {1 - removed:.2g} of {name}"
            for name, removed in zip(forecast.hypotheses, forecast.low_end_removed, strict=True)
            if removed > REMOVED
        ),
        *(_of_evidence(forecast) if forecast.has_evidence else ()),
    )


def _of_evidence(forecast: Forecast) -> Iterator[str]:
    left, k = forecast.effective_draws, forecast.pareto_k
    if left < (FEW_DRAWS if forecast.sums.trend_points == 0 else TOO_FEW_DRAWS):
        yield f"the evidence leaves few effective draws: {left:,.0f}"
    if k > TRUSTED_K:
        yield f"few draws carry the evidence (Pareto k {k:.2f}): errors may be larger"
    yield from conflict_notes(forecast.predictive_scores)


def conflict_notes(scores: Iterable[Conflict]) -> Iterator[str]:
    """Yield which observations are far from what a file predicts: its run may take long."""
    for item, z in scores:
        if abs(z) > CONFLICT:
            yield (
                f"{dotted(item.path)}, {item.quantity} in {item.year:g}, lies "
                f"{abs(z):.1f} standard errors {'above' if z > 0 else 'below'} what the file "
                "predicts without evidence"
            )
