"""From a seed to draws: named streams of uniforms, Sobol' or pseudo-random."""

from bioanchors.sampling.draws import Draws, draw_inputs
from bioanchors.sampling.streams import BLOCK, SAMPLERS, Plan, Replicates, Streams

__all__ = ["BLOCK", "SAMPLERS", "Draws", "Plan", "Replicates", "Streams", "draw_inputs"]
