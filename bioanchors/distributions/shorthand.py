"""Constructors in the words in which inputs are published: medians, OOM and intervals.

OOM is an order of magnitude, a factor of 10.
"""

import math
from collections.abc import Sequence

from scipy.special import logit, ndtri

from bioanchors.distributions import _checks
from bioanchors.distributions.beta import Beta
from bioanchors.distributions.logistic import Logistic
from bioanchors.distributions.metalog import Metalog
from bioanchors.distributions.normal import Normal
from bioanchors.distributions.power10 import Power10
from bioanchors.distributions.quantiles import Quantiles
from bioanchors.distributions.samples import Samples
from bioanchors.distributions.skew_normal import SkewNormal
from bioanchors.distributions.uniform import Uniform


def lognormal(median: float, sd_oom: float) -> Power10:
    """Return the lognormal with a given median, above 0, and standard deviation of log10."""
    _checks.above("median", median, 0)
    _checks.above("sd_oom", sd_oom, 0)
    return Power10(Normal(math.log10(median), sd_oom))


def log_uniform(low: float, high: float) -> Power10:
    """Return the distribution whose log10 is uniform, from `low` to `high`, 0 < low < high."""
    _checks.above("low", low, 0)
    _checks.above("high", high, low, "low")
    return Power10(Uniform(math.log10(low), math.log10(high)))


def log_skew_normal(median: float, scale_oom: float, shape: float) -> Power10:
    """Return the distribution whose log10 is skew-normal; `median` > 0, `scale_oom` in log10."""
    _checks.above("median", median, 0)
    _checks.above("scale_oom", scale_oom, 0)
    return Power10(SkewNormal(math.log10(median), scale_oom, shape))


def log_metalog(
    probabilities: Sequence[float],
    values: Sequence[float],
    low: float | None = None,
    high: float | None = None,
) -> Power10:
    """Return the distribution whose log10 is a metalog through the log10 of `values`.

    The values and the bounds, if any, are those of the quantity itself and above 0.
    """
    for value in values:
        _checks.above("values", value, 0)
    for name, bound in (("low", low), ("high", high)):
        if bound is not None:
            _checks.above(name, bound, 0)
    return Power10(
        Metalog(
            tuple(probabilities),
            tuple(math.log10(value) for value in values),
            None if low is None else math.log10(low),
            None if high is None else math.log10(high),
        )
    )


def log_quantiles(
    probabilities: Sequence[float],
    values: Sequence[float],
    low: float = 0.0,
    high: float = math.inf,
) -> Power10:
    """Return the distribution whose log10 is `Quantiles` through the log10 of `values`.

    The values are above 0; they and the bounds, if any, are those of the quantity itself.
    """
    for value in values:
        _checks.above("values", value, 0)
    return Power10(
        Quantiles(
            tuple(probabilities),
            tuple(math.log10(value) for value in values),
            math.log10(low) if low > 0 else -math.inf,
            math.log10(high),
        )
    )


def log_samples(values: Sequence[float]) -> Power10:
    """Return the distribution whose log10 is `Samples` of the log10 of `values`, above 0."""
    _checks.above("values", min(values, default=1.0), 0)
    return Power10(Samples(tuple(map(math.log10, values))))


def log_logistic(median: float, scale_oom: float) -> Power10:
    """Return the distribution whose log10 is logistic; `median` > 0, `scale_oom` in log10."""
    _checks.above("median", median, 0)
    _checks.above("scale_oom", scale_oom, 0)
    return Power10(Logistic(math.log10(median), scale_oom))


def pert(low: float, mode: float, high: float) -> Beta:
    """Return the PERT distribution: a beta with a given range and most likely value.

    Parameters
    ----------
    low, mode, high : float
        Ends of the range and the mode, low <= mode <= high and low < high.

    Returns
    -------
    Beta
        With alpha = 1 + 4 (mode - low) / (high - low) and beta = 1 + 4 (high - mode) /
        (high - low), so that the mean is (low + 4 mode + high) / 6.

    References
    ----------
    Malcolm, D. G. et al. (1959). Application of a technique for research and development program
    evaluation. Operations Research 7(5), 646-669.
    """
    _checks.finite("low", low)
    _checks.above("high", high, low, "low")
    _checks.finite("high - low", high - low)
    if not low <= mode <= high:
        raise ValueError(f"mode must lie between low ({low:g}) and high ({high:g}), found {mode:g}")
    share = (mode - low) / (high - low)
    return Beta(1 + 4 * share, 1 + 4 * (1 - share), low, high)


def normal_from_interval(low: float, high: float, probability: float) -> Normal:
    """Return the normal distribution with a given central interval.

    Parameters
    ----------
    low, high : float
        Ends of the interval, low < high.
    probability : float
        Probability within, such as 0.9; half of the rest lies on each side.

    Returns
    -------
    Normal
        With mean (low + high) / 2 and sd (high - low) / (2 z), where z is the standard normal
        quantile at (1 + probability) / 2.
    """
    _checks.finite("low", low)
    _checks.above("high", high, low, "low")
    _checks.between("probability", probability, 0, 1)
    z = -float(ndtri((1 - probability) / 2))
    return Normal((low + high) / 2, (high - low) / (2 * z))


def logistic_from_interval(low: float, high: float, probability: float) -> Logistic:
    """Return the logistic distribution with a given central interval.

    See `normal_from_interval`, with the logistic quantile for z.
    """
    _checks.finite("low", low)
    _checks.above("high", high, low, "low")
    _checks.between("probability", probability, 0, 1)
    z = -float(logit((1 - probability) / 2))
    return Logistic((low + high) / 2, (high - low) / (2 * z))


def log_logistic_from_interval(low: float, high: float, probability: float) -> Power10:
    """Return the log-logistic distribution with a given central interval, 0 < low < high."""
    _checks.above("low", low, 0)
    _checks.above("high", high, low, "low")
    return Power10(logistic_from_interval(math.log10(low), math.log10(high), probability))


def lognormal_from_interval(low: float, high: float, probability: float) -> Power10:
    """Return the lognormal distribution with a given central interval; see `normal_from_interval`.

    Examples
    --------
    >>> from bioanchors.distributions import lognormal_from_interval
    >>> f"{lognormal_from_interval(4e17, 2e18, 0.90).median:.4e}"
    '8.9443e+17'
    """
    _checks.above("low", low, 0)
    _checks.above("high", high, low, "low")
    return Power10(normal_from_interval(math.log10(low), math.log10(high), probability))
