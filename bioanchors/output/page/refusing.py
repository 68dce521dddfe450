"""What a page cannot hold: it says so, rather than something else."""

from __future__ import annotations

from collections.abc import Iterator

from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.parameters import Parameters
from bioanchors.results.requirements import tied_to_trends

NOT_SHOWN = {
    "delays": "lag.delays",
    "evidence_delays": "lag.delays",
    "hardware_is_researched": "hardware.returns_to_research",
    "stock_year": "data",
}
"""Of a ``Spec``, what no page recomputes yet, and the file's table."""

NOT_SHOWN_OF_HYPOTHESES = {
    "effort": "algorithms.returns_to_research",
    "data_limited": "data",
    "sizes": "algorithms.sizes",
}


def refuse_unknown(parameters: Parameters) -> None:
    """Refuse a file that a page would get wrong.

    Raises
    ------
    BadParameters
        With what it has that no page recomputes.
    """
    for table in _unknown(parameters.spec):
        raise parameters.bad(
            tuple(table.split(".")),
            "no page recomputes this yet; allowed on a page: files without it (bioanchors run)",
        )
    tied = tied_to_trends(parameters)
    if tied:
        raise parameters.bad(
            ("correlations",),
            f"what {', '.join(tied)} asks for is correlated with a trend, or is one; allowed on a "
            "page: requirements and trends that are drawn apart",
        )


def _unknown(spec: Spec) -> Iterator[str]:
    every: list[tuple[Spec | HypothesisInputs, dict[str, str]]] = [(spec, NOT_SHOWN)]
    every += [(each, NOT_SHOWN_OF_HYPOTHESES) for each in spec.hypotheses]
    for of, tables in every:
        for field, table in tables.items():
            if getattr(of, field) not in (None, False, ()):
                yield table
