"""Bounds of the model: between which years it arrives if every input is in the middle of its range.

Notes
-----
The arrival year and the requirement rise or fall with each input while the others stay, so that
over a box of inputs both are extreme at corners. All corners are tried. Correlations are left out,
which can only widen bounds: what is correlated does not reach some of the corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.labels import about_file, labelled
from bioanchors.model.delays import CHANCE
from bioanchors.model.joint import Model
from bioanchors.model.spec import HAPPENS, LAGS, HypothesisInputs
from bioanchors.parameters import Input, Parameters, Source, as_parameters

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
TAILS = (0.4, 0.25, 0.05)
MOST_INPUTS = 20
"""Uncertain inputs of trends, or of a requirement, whose corners are all tried."""

BLOCK = 2**16
EITHER = (HAPPENS, CHANCE)
"""Ends of names of inputs that tell what happens: both ways are tried."""


@dataclass(frozen=True)
class Bound:
    """Bounds given one hypothesis, with every uncertain input between two of its quantiles.

    Attributes
    ----------
    hypothesis, tail
        Its name, and what is cut off of each input at either end, in probability.
    earliest, latest
        Arrival years, ``-inf`` where at or before the window's first, ``inf`` where not by the
        last.
    least, most
        log10 training FLOP that the milestone asks for.
    inputs
        How many inputs are kept between their quantiles: what may happen is tried both ways.
    """

    hypothesis: str
    tail: float
    earliest: float
    latest: float
    least: float
    most: float
    inputs: int

    @property
    def together(self) -> float:
        """Probability that all inputs are between these quantiles, were they independent."""
        return float((1.0 - 2.0 * self.tail) ** self.inputs)


@dataclass(frozen=True, eq=False)
class Bounds:
    """Bounds of a file's model.

    Attributes
    ----------
    parameters
        The file's.
    tails
        What is cut off of each input at either end, in probability.
    entries
        By hypothesis, then by tail.
    """

    parameters: Parameters
    tails: tuple[float, ...]
    entries: tuple[Bound, ...]

    def __repr__(self) -> str:
        return f"<Bounds of {self.parameters.title}: {len(self.entries)}>"

    @property
    def dataset(self) -> xr.Dataset:
        """Earliest and latest year, and least and most FLOP, by ``hypothesis`` and ``tail``."""
        import xarray as xr

        both = ("hypothesis", "tail")
        shape = (-1, len(self.tails))

        def table(name: str) -> Array:
            return np.array([getattr(each, name) for each in self.entries]).reshape(shape)

        return xr.Dataset(
            {
                **{
                    name: labelled(both, table(name), meaning, unit)
                    for name, meaning, unit in (
                        ("earliest", "no combination of inputs arrives before", "year"),
                        ("latest", "every combination of inputs arrives by", "year"),
                        ("least", "least training FLOP asked for", "log10 FLOP"),
                        ("most", "most training FLOP asked for", "log10 FLOP"),
                        ("together", "probability of all inputs there, if independent", "1"),
                    )
                },
                "inputs": labelled("hypothesis", table("inputs")[:, 0], "uncertain inputs"),
            },
            coords={
                "hypothesis": list(self.parameters.weights),
                "tail": labelled("tail", list(self.tails), "cut off of each input at either end"),
            },
            attrs=about_file(self.parameters),
        )


def bounds(source: Source, tails: Sequence[float] = TAILS) -> Bounds:
    """Return between which years the model arrives if no input is in a tail of its distribution.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    tails
        Probabilities above 0 and below 0.5: 0.05 keeps each uncertain input within its middle 90 %.

    Returns
    -------
    Bounds

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If a tail is not allowed, or the file has so many uncertain inputs that their corners cannot
        all be tried.

    Notes
    -----
    It is a bound of the model: before "none", evidence and the low-end update, and certain only as
    far as inputs are. What happens only with some probability is tried both ways. Of a trend that
    answers to another one the extremes may lie inside the box.

    Examples
    --------
    >>> import bioanchors as ba
    >>> found = ba.bounds("cotra2020", [0.4])
    >>> [(round(each.earliest, 1), round(each.latest, 1)) for each in found.entries[1:2]]
    [(2032.6, 2049.9)]
    """
    parameters = as_parameters(source)
    chosen = tuple(float(tail) for tail in tails)
    if not chosen:
        raise ValueError("no tails; needed: at least one")
    for tail in chosen:
        if not 0 < tail < 0.5:
            raise ValueError(f"tail must be above 0 and below 0.5, found {tail:g}")
    model = Model(parameters.spec)
    return Bounds(
        parameters,
        chosen,
        tuple(
            _bound(model, hypothesis, tail)
            for hypothesis in parameters.hypotheses
            for tail in chosen
        ),
    )


def _bound(model: Model, hypothesis: HypothesisInputs, tail: float) -> Bound:
    spec = model.spec
    if hypothesis.sizes:
        raise ValueError(
            f"{hypothesis.name}: algorithms hang on the requirement, so that extremes need not lie "
            "at corners; allowed for bounds: a file without [algorithms.sizes]"
        )
    unasked = {*LAGS["deployed"]} - {*spec.lags}
    trends = sorted({*spec.shared_trends, *hypothesis.algorithms} - unasked)
    own = list(dict.fromkeys(hypothesis.requirement))
    needs = [
        model.requirement(hypothesis, draws) for draws in _corners(model, own, hypothesis, tail)
    ]
    least, most = (float(end([end(need) for need in needs])) for end in (np.min, np.max))
    years, offsets = [], []
    for draws in _corners(model, trends, hypothesis, tail):
        made = model.trends(draws)
        early, late = (model.arrival(hypothesis, made, need) for need in (least, most))
        years.append((early.min(), late.max()))
        offsets.append((np.min(made.offset), np.max(made.offset)))
    earliest, latest = min(year for year, _ in years), max(year for _, year in years)
    random = [
        name
        for name in (*trends, *own)
        if spec.inputs[name].is_random and not name.endswith(EITHER)
    ]
    return Bound(
        hypothesis.name,
        tail,
        _before_window(model, earliest),
        _before_window(model, latest),
        least + float(min(low for low, _ in offsets)),
        most + float(max(high for _, high in offsets)),
        len(random),
    )


def _before_window(model: Model, year: float) -> float:
    return float(year) if year > model.spec.first_year else -np.inf


def _corners(
    model: Model, names: Sequence[str], hypothesis: HypothesisInputs, tail: float
) -> Iterator[dict[str, float | Array]]:
    """Yield blocks of draws: every combination of both ends of the uncertain inputs named."""
    inputs = [model.spec.inputs[name] for name in names]
    random = [item for item in inputs if item.is_random]
    if len(random) > MOST_INPUTS:
        raise ValueError(
            f"{hypothesis.name}: {len(random)} uncertain inputs; allowed for bounds: at most "
            f"{MOST_INPUTS} of trends and {MOST_INPUTS} of a requirement"
        )
    ends = [_ends(item, tail) for item in random]
    known = {item.name: item.point for item in inputs if not item.is_random}
    count = 2 ** len(random)
    for start in range(0, count, BLOCK):
        place = np.arange(start, min(start + BLOCK, count))
        drawn = {
            item.name: each[(place >> i) & 1]
            for i, (item, each) in enumerate(zip(random, ends, strict=True))
        }
        yield {**known, **drawn}


def _ends(item: Input, tail: float) -> Array:
    """Return both ends of an input; what may happen does, or does not."""
    if item.name.endswith(EITHER):
        return np.array([0.0, 1.0])
    return item.values(np.array([tail, 1.0 - tail]))
