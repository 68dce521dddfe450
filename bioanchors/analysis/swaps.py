"""Forecasts of a file with groups of parameters taken from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bioanchors.analysis.groups import EVIDENCE, WEIGHTS, Grouping
from bioanchors.analysis.running import Counted
from bioanchors.parameters import BadParameters, Parameters, swapped
from bioanchors.results import Forecast
from bioanchors.results.many import Where, try_many, whole

Subset = frozenset[str]


class Swaps:
    """Forecasts of the first file with groups from the second; each run is made once.

    Parameters
    ----------
    first, second
        The files.
    executor
        Where the runs are made, as ``run_many``.
    options
        As ``run``, for all.
    counted
        Told of each run.

    Attributes
    ----------
    runs
        Runs made.
    """

    def __init__(
        self,
        first: Parameters,
        second: Parameters,
        executor: Where,
        options: Mapping[str, Any],
        counted: Counted,
    ) -> None:
        self._files = (first, second)
        self._executor, self._options, self._counted = executor, options, counted
        self._made: dict[Subset, Forecast | None] = {}
        self.runs = 0

    def all(self, grouping: Grouping) -> tuple[list[Forecast], list[Subset]]:
        """Return forecasts in the order of ``shapley_matrix``, and the subsets that make none."""
        names = list(grouping.members)
        subsets = [
            frozenset(n for i, n in enumerate(names) if s >> i & 1) for s in range(2 ** len(names))
        ]
        parameters = {s: self._parameters(grouping, s) for s in subsets}
        invalid = [s for s in subsets if parameters[s] is None]
        if invalid:
            return [], invalid
        bases = {s: self._base(grouping, s) for s in subsets}
        wanted = list(dict.fromkeys(bases.values()))
        fine = {s: self._fine(grouping, s) for s in wanted}
        # Every subset makes a file here: else it was among the invalid.
        missing = {
            fine[base]: file
            for base in wanted
            if fine[base] not in self._made and (file := parameters[base]) is not None
        }
        self._run(missing)
        invalid = [s for s in subsets if self._made[fine[bases[s]]] is None]
        forecasts = []
        for s in subsets:
            made, own = self._made[fine[bases[s]]], parameters[s]
            if made is None or own is None:
                continue
            seen = made.sums.seen if own.has_evidence else None
            forecasts.append(Forecast(own, replace(made.sums, seen=seen), made.origin))
        return forecasts, invalid

    def _fine(self, grouping: Grouping, subset: Subset) -> Subset:
        return frozenset(fine for name in subset for fine in grouping.members[name])

    def _base(self, grouping: Grouping, subset: Subset) -> Subset:
        """Return the run from whose sums a subset's forecast comes.

        Weights do not matter to them, and those under evidence hold those without.
        """
        base = subset - {WEIGHTS}
        first, second = (file.has_evidence for file in self._files)
        if EVIDENCE in grouping.members and first != second:
            base = base | {EVIDENCE} if second else base - {EVIDENCE}
        return base

    def _parameters(self, grouping: Grouping, subset: Subset) -> Parameters | None:
        if not subset:
            return self._files[0]
        if len(subset) == len(grouping.members):
            return self._files[1]
        try:
            return swapped(*self._files, subset, grouping.of)
        except BadParameters:
            return None

    def _run(self, files: Mapping[Subset, Parameters]) -> None:
        """Run files; of those that are refused there is no forecast."""
        results = try_many(
            files.values(), self._executor, keep=whole, progress=self._counted, **self._options
        )
        for subset, result in zip(files, results, strict=True):
            self._made[subset] = None if isinstance(result, BadParameters) else result
        self._counted.advance()
        self.runs += len(files)
