"""One input at a time: the tornado, and what it hides.

Each input is fixed at its 5th and at its 95th percentile, the others left as they are. What a pair
does together does not show there: rate and cap of a trend may do next to nothing alone and decades
together. So pairs are fixed together, too, and each input's swing is told with the smallest and
the largest one over the places at which another is fixed (its *swap range*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import estimate
from bioanchors.analysis.fixed import MOST_PAIRS, FixedRuns, chosen_inputs, paired
from bioanchors.analysis.labels import about, estimated, labelled, texts
from bioanchors.analysis.outputs import MEAN, YEAR, read_output
from bioanchors.analysis.running import Points
from bioanchors.model.spec import HAPPENS, Input
from bioanchors.parameters import Source, as_parameters, percentiles
from bioanchors.results import Forecast, run
from bioanchors.results.executors import Where, opened
from bioanchors.results.outcomes import MEDIAN, Estimate
from bioanchors.types import Progress

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
LOW, HIGH = 0.05, 0.95
ENDS = ("low", "high")
INTERACTION = 0.25
"""Share of its own swing by which the swap range must differ from it to be told."""

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""Lower or upper end of each of a pair."""


@dataclass(frozen=True)
class Swing:
    """What fixing one input does to an output.

    Attributes
    ----------
    name, path, unit
        Of the input.
    low, high
        Its 5th and 95th percentile, in the unit of the file; 0 and 1 of whether something happens.
    at_low, at_high
        The output with the input fixed there.
    swing
        ``at_high`` less ``at_low``, with its paired standard error.
    swap_range
        Smallest and largest swing over the places at which another input is fixed; the swing
        itself where no pair was tried.
    """

    name: str
    path: str
    unit: str
    low: float
    high: float
    at_low: float
    at_high: float
    swing: Estimate
    swap_range: tuple[float, float]

    @property
    def is_yes_or_no(self) -> bool:
        """Whether the input is 1 where something happens and 0 where not."""
        return self.name.endswith(HAPPENS)

    @property
    def is_paired(self) -> bool:
        """Whether it was fixed together with others."""
        return self.swap_range[0] < self.swap_range[1]

    @property
    def interacts(self) -> bool:
        """Whether the swing depends much on where another input is, beyond errors."""
        alone, error = self.swing
        far = max(abs(end - alone) for end in self.swap_range)
        return far > INTERACTION * abs(alone) + 4 * error


@dataclass(frozen=True)
class Pair:
    """What fixing two inputs together does.

    Attributes
    ----------
    names
        Of the two.
    corners
        Output at (low, low), (low, high), (high, low) and (high, high).
    interaction
        Swing of the first with the second high, less that with the second low, with its error.
    """

    names: tuple[str, str]
    corners: tuple[float, float, float, float]
    interaction: Estimate

    @property
    def range(self) -> float:
        """Largest less smallest output over the four corners."""
        return max(self.corners) - min(self.corners)


@dataclass(frozen=True, eq=False)
class Tornado:
    """Swings of inputs, one at a time.

    Attributes
    ----------
    forecast
        The forecast as it is.
    output, unit
        What is looked at, and its unit.
    value
        The output as it is.
    swings
        The widest first.
    pairs
        Pairs that were fixed together, the strongest interaction first.
    refused
        Values that make no forecast, and why; their inputs or pairs are left out.
    """

    forecast: Forecast
    output: str
    unit: str
    value: Estimate
    swings: tuple[Swing, ...]
    pairs: tuple[Pair, ...]
    refused: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Tornado of {self.output} in {self.forecast.title}: {len(self.swings)} inputs>"

    @property
    def dataset(self) -> xr.Dataset:
        """Values and swings by ``input``, corners and interactions by ``pair``.

        Values of an input are in its ``unit``. ``corners`` has the ends of the first and of the
        second of a pair.
        """
        import xarray as xr

        ends, unit, values = ("input", "end"), self.unit, np.array([_row(s) for s in self.swings])
        corners = np.array([pair.corners for pair in self.pairs]).reshape(-1, 2, 2)
        swings = [swing.swing for swing in self.swings]
        both = [pair.interaction for pair in self.pairs]
        meaning = "swing of the first with the second high, less that with it low"
        return xr.Dataset(
            {
                "value": labelled(ends, values[:, 0:2], "5th and 95th percentile", "of the input"),
                "at": labelled(ends, values[:, 2:4], "output with the input fixed there", unit),
                **estimated("swing", "input", swings, "output at high less at low", unit),
                "swap_lowest": labelled("input", values[:, 4], "smallest swing of all", unit),
                "swap_highest": labelled("input", values[:, 5], "largest swing of all", unit),
                "interacts": labelled(
                    "input",
                    np.array([swing.interacts for swing in self.swings], dtype=np.bool_),
                    "whether the swing depends much on where another input is",
                    "",
                ),
                "corners": labelled(
                    ("pair", "first_end", "second_end"), corners, "output with both fixed", unit
                ),
                **estimated("interaction", "pair", both, meaning, unit),
            },
            coords={
                "input": [swing.path for swing in self.swings],
                "unit": ("input", texts(swing.unit for swing in self.swings)),
                "end": list(ENDS),
                "first_end": list(ENDS),
                "second_end": list(ENDS),
                "first": ("pair", texts(pair.names[0] for pair in self.pairs)),
                "second": ("pair", texts(pair.names[1] for pair in self.pairs)),
            },
            attrs=about(
                self.forecast,
                output=self.output,
                value=self.value.value,
                value_standard_error=self.value.standard_error,
                refused="; ".join(self.refused),
            ),
        )


def _row(swing: Swing) -> tuple[float, ...]:
    return (swing.low, swing.high, swing.at_low, swing.at_high, *swing.swap_range)


def tornado(
    source: Source,
    output: str | float | None = None,
    *,
    inputs: Sequence[str] | None = None,
    seed: int = 1,
    precision: float = 0.001,
    executor: Where = None,
    progress: Progress | None = None,
) -> Tornado:
    """Fix each input at its 5th and 95th percentile, and pairs of those that may interact.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    output
        As ``sensitivity``; ``"arrival_year"`` and ``"restricted_mean"`` are the same here.
    inputs
        Paths or names of inputs; by default all that are not known.
    seed, precision
        As ``run``.
    executor
        Where the runs are made, as ``run_many``.
    progress
        Called with how many runs are done, and of how many.

    Returns
    -------
    Tornado

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If an input is a known number, which has no percentiles, or there is none such.

    Notes
    -----
    All runs are of the same streams and as many points. Under evidence, percentiles are those of
    the file's distributions, and each run is updated by the evidence anew. A correlated input is
    fixed without moving the others.
    """
    parameters = as_parameters(source)
    name, outcome = read_output(output, parameters)
    if outcome == MEDIAN:
        raise ValueError(
            "a tornado is of a probability or a mean: with an input fixed the median may not be "
            "reached"
        )
    if name == YEAR:
        name = MEAN
    chosen = chosen_inputs(parameters, inputs)
    if not chosen:
        raise ValueError(f"{parameters.name} has no uncertain input to fix")
    own = run(parameters, seed=seed, precision=precision)
    options = {"seed": seed, "precision": precision, **Points.of(own).options}
    ends = {n: _ends(parameters.inputs[n]) for n in chosen}
    with opened(executor) as maker:
        runs = FixedRuns(parameters, outcome, maker, options, progress)
        runs.counted.expected = 2 * len(chosen) + 4 * min(MOST_PAIRS, len(chosen))
        alone = _alone(runs, ends)
        swings = {n: estimate(high - low) for n, (low, high) in alone.items()}
        pairs = paired(list(alone), swings)
        runs.counted.expected = 2 * len(chosen) + 4 * len(pairs)
        found, ranges = _together(runs, ends, pairs, {n: [swings[n].value] for n in alone})
    result = [
        Swing(
            n,
            parameters.inputs[n].path,
            parameters.inputs[n].key.unit,
            ends[n][0],
            ends[n][1],
            float(alone[n][0][-1]),
            float(alone[n][1][-1]),
            swings[n],
            (min(ranges[n]), max(ranges[n])),
        )
        for n in alone
    ]
    result.sort(key=lambda s: -abs(s.swing.value))
    found.sort(key=lambda pair: -abs(pair.interaction.value))
    value = outcome.estimate(own)
    refused = tuple(runs.refused)
    return Tornado(own, name, outcome.unit, value, tuple(result), tuple(found), refused)


def _ends(item: Input) -> tuple[float, ...]:
    """Return where an input is fixed: of whether something happens at both answers."""
    return (0.0, 1.0) if item.is_yes_or_no else percentiles(item, (LOW, HIGH))


Ends = Mapping[str, tuple[float, ...]]
"""Lower and upper end of each input."""


def _alone(runs: FixedRuns, ends: Ends) -> dict[str, tuple[Array, Array]]:
    """Return the output with each input fixed at its ends, where both make a forecast.

    Raises
    ------
    ValueError
        If no input is such.
    """
    each_end = runs.left_out([{n: end} for n, both in ends.items() for end in both])
    alone = {
        n: (low, high)
        for n, low, high in zip(ends, each_end[::2], each_end[1::2], strict=True)
        if low is not None and high is not None
    }
    if not alone:
        raise ValueError("; ".join(runs.refused))
    return alone


def _together(
    runs: FixedRuns,
    ends: Ends,
    pairs: Sequence[tuple[str, str]],
    ranges: dict[str, list[float]],
) -> tuple[list[Pair], dict[str, list[float]]]:
    """Return what pairs do, and to each input's own swing those with another fixed."""
    corners = runs.left_out(
        [{one: ends[one][i], other: ends[other][j]} for one, other in pairs for i, j in CORNERS]
    )
    found = []
    for k, (one, other) in enumerate(pairs):
        values = corners[4 * k : 4 * k + 4]
        corner = {at: v for at, v in zip(CORNERS, values, strict=True) if v is not None}
        if len(corner) < len(CORNERS):
            continue
        for j in (0, 1):
            ranges[one].append(float((corner[1, j] - corner[0, j])[-1]))
            ranges[other].append(float((corner[j, 1] - corner[j, 0])[-1]))
        together = corner[1, 1] - corner[0, 1] - corner[1, 0] + corner[0, 0]
        a, b, c, d = (float(corner[at][-1]) for at in CORNERS)
        found.append(Pair((one, other), (a, b, c, d), estimate(together)))
    return found, ranges
