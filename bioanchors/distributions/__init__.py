"""Distributions of model inputs: quantile functions that take uniforms and hold no randomness.

Nothing here imports scipy.stats, which costs a second: the command line starts often.
"""

from bioanchors.distributions._base import Distribution, mass_outside
from bioanchors.distributions.beta import Beta
from bioanchors.distributions.metalog import Metalog
from bioanchors.distributions.mixture import Mixture
from bioanchors.distributions.normal import Normal
from bioanchors.distributions.point import Point
from bioanchors.distributions.power10 import Power10
from bioanchors.distributions.shorthand import (
    log_metalog,
    log_skew_normal,
    log_uniform,
    lognormal,
    lognormal_from_interval,
    normal_from_interval,
)
from bioanchors.distributions.skew_normal import SkewNormal
from bioanchors.distributions.truncated import Truncated
from bioanchors.distributions.uniform import Triangular, Uniform

__all__ = [
    "Beta",
    "Distribution",
    "Metalog",
    "Mixture",
    "Normal",
    "Point",
    "Power10",
    "SkewNormal",
    "Triangular",
    "Truncated",
    "Uniform",
    "log_metalog",
    "log_skew_normal",
    "log_uniform",
    "lognormal",
    "lognormal_from_interval",
    "mass_outside",
    "normal_from_interval",
]
