"""Draws of a model's inputs: each name to an array, or to a number where it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.spec import Input
from bioanchors.sampling.parting import divided
from bioanchors.sampling.streams import Replicates, Streams

Draws = Mapping[str, float | NDArray[np.float64]]


def draw_inputs(
    inputs: Mapping[str, Input], streams: Streams, replicate: Replicates, block: int, size: int
) -> Draws:
    """Return one block of draws of every input, in the model's units.

    Parameters
    ----------
    inputs
        Inputs by name of stream.
    streams
        Where the uniforms come from.
    replicate, block, size
        Which block of which replicate, or of several, and its length.

    Returns
    -------
    dict
        An array of shape (size,) for each random input, the replicates one after the other, and a
        float for each known number.
    """
    random = [name for name, item in inputs.items() if item.is_random]
    return _values(inputs, streams.all_uniforms(random, replicate, block, size))


def draw_divided(
    inputs: Mapping[str, Input],
    streams: Streams,
    replicates: range,
    block: int,
    size: int,
    partings: Mapping[str, Sequence[float]],
) -> tuple[Draws, NDArray[np.float64] | None]:
    """Return the same of replicates, with what each draw counts, (draw,); None for 1.

    Parameters
    ----------
    partings
        Where the components of some inputs part, uniforms of which have strata: in these, a draw
        is divided. There are as many more draws of each replicate; they come last.
    """
    if not partings:
        return draw_inputs(inputs, streams, replicates, block, size), None
    random = [name for name, item in inputs.items() if item.is_random]
    uniforms = streams.all_uniforms(random, replicates, block, size)
    points, counts = divided(
        np.array([uniforms[name] for name in random]).reshape(len(random), -1, size),
        {random.index(name): parts for name, parts in partings.items()},
    )
    own = dict(zip(random, points.reshape(len(random), -1), strict=True))
    return _values(inputs, own), counts.reshape(-1)


def _values(inputs: Mapping[str, Input], uniforms: Mapping[str, NDArray[np.float64]]) -> Draws:
    """Return the inputs' values at uniforms of those that are random."""
    return {
        name: item.values(uniforms[name]) if item.is_random else item.point
        for name, item in inputs.items()
    }
