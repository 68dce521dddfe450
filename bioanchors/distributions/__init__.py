"""Distributions of model inputs: quantile functions that take uniforms and hold no randomness.

Nothing here imports scipy.stats, which costs a second: the command line starts often.
"""

from bioanchors.distributions._base import Distribution, mass_outside
from bioanchors.distributions.beta import Beta
from bioanchors.distributions.exponential import Exponential
from bioanchors.distributions.logistic import Logistic
from bioanchors.distributions.metalog import Metalog
from bioanchors.distributions.mixture import Mixture
from bioanchors.distributions.normal import Normal
from bioanchors.distributions.point import Point
from bioanchors.distributions.power10 import Power10
from bioanchors.distributions.quantiles import Quantiles
from bioanchors.distributions.samples import Samples
from bioanchors.distributions.shorthand import (
    log_logistic,
    log_logistic_from_interval,
    log_metalog,
    log_quantiles,
    log_samples,
    log_skew_normal,
    log_uniform,
    logistic_from_interval,
    lognormal,
    lognormal_from_interval,
    normal_from_interval,
    pert,
)
from bioanchors.distributions.skew_normal import SkewNormal
from bioanchors.distributions.truncated import Truncated
from bioanchors.distributions.uniform import Triangular, Uniform

__all__ = [
    "Beta",
    "Distribution",
    "Exponential",
    "Logistic",
    "Metalog",
    "Mixture",
    "Normal",
    "Point",
    "Power10",
    "Quantiles",
    "Samples",
    "SkewNormal",
    "Triangular",
    "Truncated",
    "Uniform",
    "log_logistic",
    "log_logistic_from_interval",
    "log_metalog",
    "log_quantiles",
    "log_samples",
    "log_skew_normal",
    "log_uniform",
    "logistic_from_interval",
    "lognormal",
    "lognormal_from_interval",
    "mass_outside",
    "normal_from_interval",
    "pert",
]
