"""What files said of what was then measured: how far off they were, and how surprised they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bioanchors.analysis.estimating import estimate
from bioanchors.analysis.labels import about_file, labelled, texts
from bioanchors.analysis.scored_files import Scored, score
from bioanchors.analysis.scores import NOT_SCORED
from bioanchors.parameters import Source, as_parameters
from bioanchors.parameters.observation_files import Observations, read_observations
from bioanchors.results.outcomes import Estimate
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

DRAWS, REPLICATES = 2**15, 8
ALL = "all"
"""Stands for all hypotheses, mixed by their shares."""


@dataclass(frozen=True, eq=False)
class Hindcast:
    """How files fared with the same observations, on the same draws.

    Attributes
    ----------
    title
        Of the observations.
    files
        One for each file.
    seed
        Of the draws.
    """

    title: str
    files: tuple[Scored, ...]
    seed: int

    def __repr__(self) -> str:
        names = ", ".join(each.parameters.name for each in self.files)
        return f"<Hindcast of {names}: {self.title}>"

    @property
    def names(self) -> list[str]:
        """Names of what was measured."""
        return [item.name for item in self.files[0].items]

    def difference(self, file: int, name: str | None = None) -> Estimate:
        """Return by how much a file's log score is above the first's: better.

        Parameters
        ----------
        file
            Its place.
        name
            Of an item; by default the sum over what counts in both.
        """
        first, other = self.files[0].items, self.files[file].items
        pairs = [
            (a, b)
            for a, b in zip(first, other, strict=True)
            if (a.counted and b.counted if name is None else a.name == name)
        ]
        rows = [b.log_scores - a.log_scores for a, b in pairs]
        return estimate(np.sum(rows, axis=0)) if rows else Estimate(math.nan, math.nan)

    @property
    def dataset(self) -> xr.Dataset:
        """Scores by ``file``, ``item`` and ``given``: ``"all"``, or one hypothesis.

        NaN where a file says nothing of an item, or a hypothesis the same as all others.
        """
        import xarray as xr

        held = dict.fromkeys(h for each in self.files for i in each.items for h in i.given)
        given = [ALL, *held]
        dims = ("file", "item", "given")
        every = [
            [[item.all, *(item.given.get(h, NOT_SCORED) for h in held)] for item in each.items]
            for each in self.files
        ]
        columns = {
            name: labelled(
                dims, [[[getattr(s, name) for s in row] for row in one] for one in every], *meaning
            )
            for name, meaning in _MEANINGS.items()
        }
        items = self.files[0].items
        by_file = {
            name: labelled(
                dims[:2],
                np.array([[getattr(item, name) for item in each.items] for each in self.files]),
                meaning,
            )
            for name, meaning in _STATES.items()
        }
        values = [[item.measured.log10_value for item in each.items] for each in self.files]
        return xr.Dataset(
            {
                **columns,
                "log_score_standard_error": labelled(
                    dims[:2],
                    [[item.log_score.standard_error for item in each.items] for each in self.files],
                    "standard error of the log score of all",
                    "nats per OOM",
                ),
                "measured": labelled(dims[:2], values, "log10 of what was measured", "log10"),
                **by_file,
                "quantity": labelled(
                    "item", texts(item.measured.quantity for item in items), "what was measured"
                ),
                "year": labelled("item", [item.measured.year for item in items], "when", "year"),
                "from_year": labelled(
                    "item",
                    [
                        math.nan if item.measured.from_year is None else item.measured.from_year
                        for item in items
                    ],
                    "first of two years, of a growth or a gain",
                    "year",
                ),
                "standard_error": labelled(
                    "item",
                    [item.measured.standard_error_oom for item in items],
                    "standard error of what was measured",
                    "OOM",
                ),
            },
            coords={
                "file": texts(each.parameters.name for each in self.files),
                "item": texts(self.names),
                "given": texts(given),
            },
            attrs=about_file(
                self.files[0].parameters, observations=self.title, seed=str(self.seed)
            ),
        )


_STATES = {
    "sample": "whether it was known when the file was written: in, out or ?",
    "counted": "whether it is in the totals",
    "silent": "why the file says nothing of it",
}
_MEANINGS = {
    "median": ("log10 of the median predicted", "log10"),
    "spread": ("standard deviation of the prediction", "OOM"),
    "off": ("log10 of what was measured over the median predicted", "OOM"),
    "z": ("the same over spread and error of the measurement", "1"),
    "pit": ("probability given to less than was measured", "1"),
    "log_score": ("log of the density given to what was measured", "nats per OOM"),
    "crps": ("continuous ranked probability score", "OOM"),
}


def hindcast(
    *sources: Source,
    observations: str | Path | Observations | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    progress: Progress | None = None,
) -> Hindcast:
    """Say how files fared with what was measured since.

    Parameters
    ----------
    *sources
        Presets' names, paths or ``Parameters``.
    observations
        What was measured: a path or a name, by default the newest file that comes with the package.
    seed, draws, replicates
        As ``run``; draws of all replicates together.
    progress
        Called with how many files are done, and of how many.

    Returns
    -------
    Hindcast

    Raises
    ------
    BadParameters
        If a file cannot be used.
    ValueError
        If there is no file, or an option is not allowed.

    Notes
    -----
    A level is scored from the year on in which a file has it start, a growth likewise, unless it
    is ``rate_only``; before ``gain_start_year`` there is no gain, and that is scored. Values are
    in the file's dollars. A file is scored as its evidence leaves it. Items that were known when
    it was written, and all but one of those that say the same, are shown and not counted.

    Examples
    --------
    >>> import bioanchors as ba
    >>> found = ba.hindcast("cotra2020")
    >>> round(found.files[0].items[0].all.off, 2)
    -0.02
    """
    if not sources:
        raise ValueError("no file; needed: one or more")
    seen = (
        observations if isinstance(observations, Observations) else read_observations(observations)
    )
    found = []
    for i, source in enumerate(sources):
        found.append(score(as_parameters(source), seen.items, seed, draws, replicates))
        if progress is not None:
            progress(i + 1, len(sources))
    return Hindcast(seen.title, tuple(found), seed)
