"""Draws of a model's inputs: each name to an array, or to a number where it is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bioanchors.model.spec import Input
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
    uniforms = streams.all_uniforms(random, replicate, block, size)
    return {
        name: item.values(uniforms[name]) if item.is_random else item.point
        for name, item in inputs.items()
    }
