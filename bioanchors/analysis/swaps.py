"""Forecasts of a file with groups of parameters taken from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.groups import EVIDENCE, WEIGHTS, Grouping
from bioanchors.analysis.running import Counted
from bioanchors.parameters import BadParameters, Parameters, swapped
from bioanchors.results import Forecast
from bioanchors.results.executors import Where
from bioanchors.results.many import try_many

Array = NDArray[np.float64]
Subset = frozenset[str]
Keep = Callable[[Forecast], Array]


@dataclass(frozen=True)
class Swapped:
    """What is kept of a forecast with some groups from the other file.

    Attributes
    ----------
    values
        What was asked of it.
    forecast
        The forecast itself, of the files as they are.
    """

    values: Array
    forecast: Forecast | None


class Swaps:
    """The first file with groups from the second; each run is made once, and little kept of it.

    Parameters
    ----------
    first, second
        The files.
    keep
        What to ask of each forecast; it can be sent to a worker.
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
        keep: Keep,
        executor: Where,
        options: Mapping[str, Any],
        counted: Counted,
    ) -> None:
        self._files, self._keep = (first, second), keep
        self._executor, self._options, self._counted = executor, options, counted
        # By groups swapped, and those of the run that it comes from.
        self._kept: dict[tuple[Subset, Subset], Swapped | None] = {}
        self.runs = 0

    def all(self, grouping: Grouping) -> tuple[list[Swapped], list[Subset]]:
        """Return all in the order of ``shapley_matrix``, and the subsets that make no forecast."""
        names = list(grouping.members)
        subsets = [
            frozenset(n for i, n in enumerate(names) if s >> i & 1) for s in range(2 ** len(names))
        ]
        bases = {s: self._base(grouping, s) for s in subsets}
        place = {s: (self._fine(grouping, s), self._fine(grouping, bases[s])) for s in subsets}
        missing = [s for s in subsets if place[s] not in self._kept]
        files = {
            s: self._parameters(grouping, s) for s in dict.fromkeys([*missing, *bases.values()])
        }
        found = {s: file for s, file in files.items() if file is not None}
        if len(found) < len(files):
            return [], [s for s in files if s not in found]
        runs: dict[Subset, list[Subset]] = {}
        for s in missing:
            runs.setdefault(bases[s], []).append(s)
        jobs = {base: (found[base], self._several(found, of)) for base, of in runs.items()}
        for base, several in self._run(jobs).items():
            for s, kept in zip(runs[base], several, strict=True):
                self._kept[place[s]] = kept
        every = {s: self._kept[place[s]] for s in subsets}
        return (
            [kept for kept in every.values() if kept is not None],
            [s for s, kept in every.items() if kept is None],
        )

    def _several(self, files: Mapping[Subset, Parameters], of: list[Subset]) -> _Several:
        """Return what to keep of one run: of every subset whose forecast comes from its sums."""
        return _Several(
            self._keep, tuple((files[s], any(files[s] is own for own in self._files)) for s in of)
        )

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

    def _run(
        self, jobs: Mapping[Subset, tuple[Parameters, _Several]]
    ) -> dict[Subset, list[Swapped | None]]:
        """Run files; of those that are refused there is nothing to keep."""
        results: list[list[Swapped] | BadParameters] = try_many(
            [(file, {"keep": several}) for file, several in jobs.values()],
            self._executor,
            progress=self._counted,
            **self._options,
        )
        self._counted.advance()
        self.runs += len(jobs)
        kept: dict[Subset, list[Swapped | None]] = {}
        for (base, (_, several)), result in zip(jobs.items(), results, strict=True):
            if isinstance(result, BadParameters):
                kept[base] = [None] * len(several.files)
            else:
                kept[base] = [*result]
        return kept


@dataclass(frozen=True)
class _Several:
    """Keeps of one run what is asked of several files that share its sums.

    Attributes
    ----------
    keep
        What is asked.
    files
        The files, and whether the whole forecast is kept, too.
    """

    keep: Keep
    files: tuple[tuple[Parameters, bool], ...]

    def __call__(self, made: Forecast) -> list[Swapped]:
        kept = []
        for own, is_whole in self.files:
            sums = made.sums if own.has_evidence else made.sums.without_evidence()
            forecast = Forecast(own, sums, made.origin)
            kept.append(Swapped(self.keep(forecast), forecast if is_whole else None))
        return kept
