"""The 2020 biological-anchors model by quadrature: a second method, to test the sampler against.

Nothing here is drawn at random and nothing is imported from the package. Every distribution is
held as a density on a fine grid, of which a cubic spline gives the integrals:

* For a given scaling exponent, a network's requirement less its horizon is a skew-normal plus
  independent normals, and that is again a skew-normal whose parameters are known exactly. The
  exponent itself is integrated by Gauss-Hermite.
* Lifetime and evolution add two skew-normals: a discrete convolution by FFT, which for densities
  this smooth is the integral to rounding error.
* A uniform term turns a density into a difference of the cumulative distribution at two points.
* The low-end update is integrated by parts, so its corners need not fall on grid points.

`Case.step` and `Case.nodes` set the fineness. Halving the one and doubling the other moves no
probability by as much as 1e-12; routes that share no formula with this one agree to 1e-9
(`test_oracle.py`).

Parameters: A. Cotra, "Forecasting TAI with biological anchors", draft of July 2020; page numbers
are those of the 164-page PDF. Quantities are log10 unless their name says otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.signal import fftconvolve
from scipy.special import ndtr, owens_t

Array: TypeAlias = NDArray[np.float64]

HYPOTHESES = ("lifetime", "short", "genome", "medium", "long", "evolution")

_LN10 = math.log(10)
_REACH = 9.0  # half-width of a grid in scales: what lies outside weighs less than 1e-18
_SPEED_REACH = 6.5  # half-width of a trend speed's integral in sd: 1e-10 lies outside
_NEGLIGIBLE = 1e-17  # Gauss-Hermite weights below this are left out


@dataclass(frozen=True)
class Skew:
    """A skew-normal, shifted so that its median is `median`."""

    median: float
    scale: float
    shape: float


@dataclass(frozen=True)
class Normal:
    """A normal distribution."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Uniform:
    """A uniform distribution; `low` = `high` is a fixed number."""

    low: float
    high: float


@dataclass(frozen=True)
class ByHypothesis:
    """One number for each hypothesis, in the order of `HYPOTHESES`."""

    lifetime: float
    short: float
    genome: float
    medium: float
    long: float
    evolution: float

    def __getitem__(self, hypothesis: str) -> float:
        return float(getattr(self, hypothesis))

    @property
    def total(self) -> float:
        """The sum of the six."""
        return sum(self[hypothesis] for hypothesis in HYPOTHESES)

    def plus(self, term: float) -> ByHypothesis:
        """Return the six plus a number."""
        return ByHypothesis(*(self[hypothesis] + term for hypothesis in HYPOTHESES))

    def times(self, factor: float) -> ByHypothesis:
        """Return the six times a number."""
        return ByHypothesis(*(self[hypothesis] * factor for hypothesis in HYPOTHESES))


@dataclass(frozen=True)
class Case:
    """All parameters of the model; the defaults are the best guess, spreadsheet edition."""

    # Requirement: log10 training FLOP with 2020 algorithms.
    brain: Skew = Skew(15, 2.5, 4)  # FLOP per second; p. 36-37
    model_vs_brain: Normal = Normal(1, 2)  # p. 45
    flop_per_parameter: float = 10**1.5  # per subjective second, not log10; p. 87
    exponent: Normal = Normal(0.8, 0.2)  # of samples in parameters; p. 82
    reference_parameters: float = 1e12  # not log10; p. 83
    samples: Normal = Normal(12, 1.5)  # at the reference parameters: median, sd in OOM; p. 83
    short_horizon: Uniform = Uniform(0, 3)  # subjective seconds; p. 10-12
    medium_horizon: Uniform = Uniform(3, 6)
    long_horizon: Uniform = Uniform(6, 9)
    genome_horizon: Uniform = Uniform(7, 9)  # p. 102
    genome: Normal = Normal(math.log10(7.5e8), 2)  # size, in the parameters' place; p. 102
    lifetime_seconds: float = 9  # p. 105
    lifetime_adjustment: Skew = Skew(3, 5, 3)  # p. 105-106
    ancestor: Skew = Skew(math.log10(7500), 2.5, 4)  # FLOP per second; p. 109-110
    ancestor_years: Uniform = Uniform(8.15, 9.45)
    year_seconds: float = math.log10(365 * 86400)
    population: Uniform = Uniform(19, 23)
    evolution_adjustment: Skew = Skew(0, 5, -3)
    low_end_ramp: tuple[float, float] | None = (23, 28)  # None: no update

    # Weights and algorithmic progress.
    weights: ByHypothesis = ByHypothesis(0.05, 0.20, 0.10, 0.30, 0.15, 0.10)
    halving_years: ByHypothesis = ByHypothesis(3.5, 3, 3, 2, 2, 2)
    caps: ByHypothesis = ByHypothesis(2, 2, 3, 3, 4, 5)
    gain_start_year: float = 2025
    none_start: float = 0.10
    none_end: float = 0.03
    none_start_year: float = 2025
    none_end_year: float = 2100

    # What can be bought; none of these is log10.
    flop_per_dollar: float = 4e17
    flop_per_dollar_doubling_years: float = 2.5
    flop_per_dollar_ceiling: float = 1e24
    spend: float = 1e9
    spend_doubling_years: float = 2.5
    spend_share_of_gdp: float = 0.01
    level_year: float = 2025  # when the two levels above hold
    gdp: float = 2.13e13
    gdp_growth: float = 0.03
    gdp_year: float = 2020

    # Fineness of the quadrature.
    step: float = 0.005
    nodes: int = 48


@dataclass(frozen=True)
class Speeds:
    """Uncertain trend speeds as lognormals (median, sd in OOM); None leaves the case's number.

    `halving_factor` multiplies all six halving times.
    """

    hardware_doubling_years: tuple[float, float] | None = None
    spend_doubling_years: tuple[float, float] | None = None
    halving_factor: tuple[float, float] | None = None


def best_guess() -> Case:
    """Return the best guess, spreadsheet edition: spending doubles every 2.5 years."""
    return Case()


def report() -> Case:
    """Return the best guess of the report's text, where spending doubles every 2 years."""
    return Case(spend_doubling_years=2)


def aggressive() -> Case:
    """Return the aggressive edition: halving times 1 year shorter, caps 1 OOM higher."""
    base = Case()
    return Case(
        weights=ByHypothesis(0.10, 0.40, 0.20, 0.10, 0.10, 0.05),
        halving_years=base.halving_years.plus(-1),
        caps=base.caps.plus(1),
        none_start=0.05,
        none_end=0.01,
        flop_per_dollar_doubling_years=1.5,
        flop_per_dollar_ceiling=1e26,
        spend=1e10,
        spend_doubling_years=1,
        spend_share_of_gdp=0.02,
        gdp_growth=0.05,
    )


def conservative() -> Case:
    """Return the conservative edition: halving times 1 year longer, caps as in the best guess."""
    base = Case()
    return Case(
        weights=ByHypothesis(0.02, 0.08, 0.05, 0.15, 0.30, 0.20),
        halving_years=base.halving_years.plus(1),
        none_start=0.20,
        none_end=0.05,
        flop_per_dollar_doubling_years=3.5,
        flop_per_dollar_ceiling=1e22,
        spend=3e8,
        spend_doubling_years=3,
        spend_share_of_gdp=0.005,
        gdp_growth=0.02,
    )


def refined(case: Case) -> Case:
    """Return the case with half the grid step and twice the nodes."""
    return replace(case, step=case.step / 2, nodes=2 * case.nodes)


# --- Densities ---------------------------------------------------------------------------------


class Curve:
    """A smooth density on a uniform grid, its cumulative distribution, and that one's integral."""

    def __init__(self, x: Array, density: Array) -> None:
        cdf = CubicSpline(x, density).antiderivative()
        total = float(cdf(x[-1]))
        if abs(total - 1) > 1e-9:
            raise ValueError(
                f"the density integrates to {total!r}: the grid is too coarse or short"
            )
        cdf.c /= total
        self.x = x
        self.density = density / total
        self._cdf = cdf
        self._area = cdf.antiderivative()

    def cdf(self, x: ArrayLike) -> Array:
        """Return the cumulative distribution at `x`."""
        inside = np.clip(np.asarray(x, dtype=np.float64), self.x[0], self.x[-1])
        return np.asarray(self._cdf(inside), dtype=np.float64)

    def area(self, x: ArrayLike) -> Array:
        """Return the integral of the cumulative distribution up to `x`."""
        x = np.asarray(x, dtype=np.float64)
        inside = np.clip(x, self.x[0], self.x[-1])
        return np.asarray(self._area(inside) + np.maximum(x - self.x[-1], 0), dtype=np.float64)


def _grid(low: float, high: float, step: float) -> Array:
    """Return the multiples of `step` that span an interval."""
    steps = np.arange(math.floor(low / step), math.ceil(high / step) + 1)
    return np.asarray(steps * step, dtype=np.float64)


@lru_cache(maxsize=64)
def _plus(curve: Curve, term: Uniform) -> Curve:
    """Return the distribution of a variable plus an independent uniform one."""
    if term.low == term.high:
        return Curve(curve.x + term.low, curve.density)
    step = float(curve.x[1] - curve.x[0])
    x = _grid(float(curve.x[0]) + term.low, float(curve.x[-1]) + term.high, step)
    difference = curve.cdf(x - term.low) - curve.cdf(x - term.high)
    return Curve(x, np.maximum(difference, 0) / (term.high - term.low))


@cache
def _location(skew: Skew) -> float:
    """Return the location parameter that gives a skew-normal its median."""

    def excess(z: float) -> float:
        return float(ndtr(z) - 2 * owens_t(z, skew.shape)) - 0.5

    return skew.median - skew.scale * float(brentq(excess, -2, 2, xtol=1e-15))


def _skew_density(x: Array, location: float, scale: float, shape: float) -> Array:
    z = (x - location) / scale
    height = 2 / (scale * math.sqrt(2 * math.pi))
    return np.asarray(height * np.exp(-0.5 * z * z) * ndtr(shape * z), dtype=np.float64)


def _normal_nodes(nodes: int) -> tuple[Array, Array]:
    """Return Gauss-Hermite nodes and weights of a standard normal."""
    z, weight = hermegauss(nodes)
    weight = weight / weight.sum()
    keep = weight > _NEGLIGIBLE
    return z[keep], weight[keep] / weight[keep].sum()


def _plus_normal(
    skew: Skew, factor: float, mean: float, variance: float
) -> tuple[float, float, float]:
    """Return location, scale and shape of `factor` times a skew-normal plus a normal."""
    scale = math.sqrt((factor * skew.scale) ** 2 + variance)
    delta = skew.shape / math.hypot(1, skew.shape) * factor * skew.scale / scale
    return factor * _location(skew) + mean, scale, delta / math.sqrt(1 - delta * delta)


def _mixture(parts: list[tuple[float, float, float]], weights: Array, step: float) -> Curve:
    """Return a mixture of skew-normals (location, scale, shape)."""
    low = min(location - _REACH * scale for location, scale, _ in parts)
    high = max(location + _REACH * scale for location, scale, _ in parts)
    x = _grid(low, high, step)
    density = np.zeros_like(x)
    for weight, part in zip(weights, parts, strict=True):
        density += weight * _skew_density(x, *part)
    return Curve(x, density)


@lru_cache(maxsize=64)
def _network_core(
    brain: Skew,
    model_vs_brain: Normal,
    exponent: Normal,
    samples: Normal,
    reference: float,
    step: float,
    nodes: int,
) -> Curve:
    """Return a network's requirement less its horizon: (1 + a) F + D - a x reference."""
    z, weights = _normal_nodes(nodes)
    parts = []
    for a in exponent.mean + exponent.sd * z:
        mean = (1 + a) * model_vs_brain.mean + samples.mean - a * reference
        variance = ((1 + a) * model_vs_brain.sd) ** 2 + samples.sd**2
        parts.append(_plus_normal(brain, float(1 + a), mean, variance))
    return _mixture(parts, weights, step)


@lru_cache(maxsize=64)
def _genome_core(
    brain: Skew,
    model_vs_brain: Normal,
    exponent: Normal,
    samples: Normal,
    genome: Normal,
    reference: float,
    step: float,
    nodes: int,
) -> Curve:
    """Return the genome requirement less its horizon: F + D + a (G - reference)."""
    z, weights = _normal_nodes(nodes)
    parts = []
    for a in exponent.mean + exponent.sd * z:
        mean = model_vs_brain.mean + samples.mean + a * (genome.mean - reference)
        variance = model_vs_brain.sd**2 + samples.sd**2 + (a * genome.sd) ** 2
        parts.append(_plus_normal(brain, 1.0, mean, variance))
    return _mixture(parts, weights, step)


@lru_cache(maxsize=64)
def _skew_sum(first: Skew, second: Skew, step: float) -> Curve:
    """Return the sum of two independent skew-normals."""
    grids = []
    for skew in (first, second):
        if skew.scale <= 0:
            raise ValueError("a skew-normal that is convolved needs a scale above 0")
        reach = _REACH * skew.scale
        grids.append(_grid(_location(skew) - reach, _location(skew) + reach, step))
    one, two = (
        _skew_density(x, _location(skew), skew.scale, skew.shape)
        for x, skew in zip(grids, (first, second), strict=True)
    )
    density = np.maximum(fftconvolve(one, two) * step, 0)
    start = round(grids[0][0] / step) + round(grids[1][0] / step)
    return Curve((start + np.arange(density.size)) * step, density)


def _requirement(case: Case, hypothesis: str) -> Curve:
    """Return a hypothesis' requirement before the low-end update.

    Every step is cached on the parameters it needs, so that cases that differ in their trends or
    weights share it.
    """
    reference = math.log10(case.reference_parameters)
    if hypothesis == "lifetime":
        core = _skew_sum(case.brain, case.lifetime_adjustment, case.step)
        return _plus(core, Uniform(case.lifetime_seconds, case.lifetime_seconds))
    if hypothesis == "evolution":
        core = _skew_sum(case.ancestor, case.evolution_adjustment, case.step)
        core = _plus(_plus(core, case.ancestor_years), case.population)
        return _plus(core, Uniform(case.year_seconds, case.year_seconds))
    shared = (case.brain, case.model_vs_brain, case.exponent, case.samples)
    if hypothesis == "genome":
        core = _genome_core(*shared, case.genome, reference, case.step, case.nodes)
        return _plus(core, case.genome_horizon)
    horizons = {
        "short": case.short_horizon,
        "medium": case.medium_horizon,
        "long": case.long_horizon,
    }
    if hypothesis not in horizons:
        raise ValueError(f"unknown hypothesis {hypothesis!r}")
    # F less log10(FLOP per parameter) is log10 of the parameters, so both enter with the exponent.
    reference += math.log10(case.flop_per_parameter)
    core = _network_core(*shared, reference, case.step, case.nodes)
    return _plus(core, horizons[hypothesis])


def requirement_density(case: Case, hypothesis: str) -> tuple[Array, Array]:
    """Return a grid in log10 FLOP and a hypothesis' density there, without the low-end update."""
    curve = _requirement(case, hypothesis)
    return curve.x.copy(), curve.density.copy()


@dataclass(frozen=True)
class RequirementCdf:
    """The distribution of a requirement after the low-end update, to be called on log10 FLOP."""

    curve: Curve
    ramp: tuple[float, float] | None

    @property
    def share_removed(self) -> float:
        """The mass that the update removes."""
        if self.ramp is None:
            return 0.0
        return float(self._removed(np.asarray(self.ramp[1], dtype=np.float64)))

    def _removed(self, x: Array) -> Array:
        """Return the mass that the update removes below `x`."""
        assert self.ramp is not None
        low, high = self.ramp
        cdf = self.curve.cdf
        if high == low:
            return cdf(np.minimum(x, low))
        # By parts: the integral of (1 - ramp) f is (1 - ramp) F plus the ramp's slope times F's.
        inside = np.clip(x, low, high)
        kept = (inside - low) / (high - low)
        area = (self.curve.area(inside) - self.curve.area(low)) / (high - low)
        return (1 - kept) * cdf(np.minimum(x, high)) + area

    def __call__(self, x: ArrayLike) -> Array:
        """Return the probability that 10^x FLOP are enough."""
        x = np.asarray(x, dtype=np.float64)
        if self.ramp is None:
            return self.curve.cdf(x)
        kept = self.curve.cdf(x) - self._removed(x)
        return np.asarray(np.clip(kept / (1 - self.share_removed), 0, 1), dtype=np.float64)


def requirement_cdf(case: Case, hypothesis: str) -> RequirementCdf:
    """Return a hypothesis' requirement distribution with the low-end update, to call on arrays."""
    return RequirementCdf(_requirement(case, hypothesis), case.low_end_ramp)


def share_removed(case: Case, hypothesis: str) -> float:
    """Return the mass of a hypothesis' requirement that the low-end update removes."""
    return requirement_cdf(case, hypothesis).share_removed


def requirement_mixture(case: Case, x: ArrayLike) -> Array:
    """Return the weighted sum of the six requirement distributions; it tops at the weights' sum."""
    x = np.asarray(x, dtype=np.float64)
    total = np.zeros_like(x)
    for hypothesis in HYPOTHESES:
        total = total + case.weights[hypothesis] * requirement_cdf(case, hypothesis)(x)
    return total


# --- Trends --------------------------------------------------------------------------------------


def _saturating(value: Array, ceiling: ArrayLike) -> Array:
    """Return log10 of v / (1 + v / c) from log10 v and log10 c, without overflow."""
    return -np.logaddexp(-_LN10 * value, -_LN10 * np.asarray(ceiling, dtype=np.float64)) / _LN10


def _doublings(years: Array, doubling_years: ArrayLike) -> Array:
    """Return log10 of the growth after a time, given a doubling time."""
    return np.asarray(math.log10(2) * years / np.asarray(doubling_years), dtype=np.float64)


def _affordable(case: Case, year: Array, hardware: ArrayLike, spending: ArrayLike) -> Array:
    since = year - case.level_year
    price = _saturating(
        math.log10(case.flop_per_dollar) + _doublings(since, hardware),
        math.log10(case.flop_per_dollar_ceiling),
    )
    gdp = math.log10(case.gdp) + math.log10(1 + case.gdp_growth) * (year - case.gdp_year)
    dollars = _saturating(
        math.log10(case.spend) + _doublings(since, spending),
        math.log10(case.spend_share_of_gdp) + gdp,
    )
    return price + dollars


def _gain(case: Case, hypothesis: str, year: Array, factor: ArrayLike) -> Array:
    halving = case.halving_years[hypothesis] * np.asarray(factor, dtype=np.float64)
    growth = _doublings(year - case.gain_start_year, halving)
    return _saturating(growth, case.caps[hypothesis])


def affordable_log10_flop(case: Case, year: ArrayLike) -> Array:
    """Return log10 of the FLOP that the largest run can buy in a year."""
    return _affordable(
        case,
        np.asarray(year, dtype=np.float64),
        case.flop_per_dollar_doubling_years,
        case.spend_doubling_years,
    )


def gain_oom(case: Case, hypothesis: str, year: ArrayLike) -> Array:
    """Return by how many OOM algorithmic progress has lowered a hypothesis' requirement."""
    return _gain(case, hypothesis, np.asarray(year, dtype=np.float64), 1.0)


def none_probability(case: Case, year: ArrayLike) -> Array:
    """Return the probability that none of the six hypotheses holds, as it is taken in a year."""
    years = np.asarray(year, dtype=np.float64)
    ends = (case.none_start_year, case.none_end_year)
    return np.asarray(np.interp(years, ends, (case.none_start, case.none_end)))


# --- Probability by year -------------------------------------------------------------------------


def hypothesis_cdf(case: Case, hypothesis: str, years: ArrayLike) -> Array:
    """Return the probability by year, given that one hypothesis holds."""
    reach = affordable_log10_flop(case, years) + gain_oom(case, hypothesis, years)
    return requirement_cdf(case, hypothesis)(reach)


def cdf(case: Case, years: ArrayLike) -> Array:
    """Return the probability by year."""
    total = np.zeros_like(np.asarray(years, dtype=np.float64))
    for hypothesis in HYPOTHESES:
        weight = case.weights[hypothesis] / case.weights.total
        total = total + weight * hypothesis_cdf(case, hypothesis, years)
    return (1 - none_probability(case, years)) * total


def quantile_year(case: Case, p: float, latest: float = 2300.0) -> float:
    """Return the year by which the probability is `p`; infinity if it is not by `latest`."""

    def excess(year: float) -> float:
        return float(cdf(case, year)) - p

    if excess(latest) < 0:
        return math.inf
    return float(brentq(excess, case.gdp_year - 50, latest, xtol=1e-7))


def _speed(given: tuple[float, float] | None, fixed: float, nodes: int) -> tuple[Array, Array]:
    """Return nodes and weights of a trend speed: a trapezoid rule in its logarithm."""
    if given is None:
        return np.array([fixed]), np.array([1.0])
    median, sd_oom = given
    z = np.linspace(-_SPEED_REACH, _SPEED_REACH, nodes)
    weight = np.exp(-0.5 * z * z)
    return np.asarray(median * 10 ** (sd_oom * z), dtype=np.float64), weight / weight.sum()


def cdf_uncertain(
    case: Case, years: ArrayLike, speeds: Speeds, nodes: int = 121, step: float = 0.01
) -> Array:
    """Return the probability by year, averaged over uncertain trend speeds.

    The three speeds are independent of each other and of the requirement. A trend that meets its
    ceiling has too sharp a knee for a few Gauss-Hermite nodes (24 of them err by 1e-4 at 0.2 OOM),
    so each logarithm is integrated by a trapezoid rule of `nodes` nodes, which for a normal density
    converges as fast and has them evenly spaced. The average over the gain is tabulated in log10
    FLOP every `step`, and the table is averaged over all pairs of the other two speeds. No running
    maximum is taken.
    """
    years = np.asarray(years, dtype=np.float64)
    hardware, hardware_weight = _speed(
        speeds.hardware_doubling_years, case.flop_per_dollar_doubling_years, nodes
    )
    spending, spending_weight = _speed(
        speeds.spend_doubling_years, case.spend_doubling_years, nodes
    )
    factor, factor_weight = _speed(speeds.halving_factor, 1.0, nodes)
    total = np.zeros(years.size)
    for i, year in enumerate(years.ravel()):
        bought = _affordable(case, year, hardware[:, None], spending)
        # A trend run backwards falls without bound; 10^0 FLOP are as good as none.
        bought = np.maximum(bought, 0)
        x = _grid(float(bought.min()) - 5 * step, float(bought.max()) + 5 * step, step)
        table = np.zeros_like(x)
        for hypothesis in HYPOTHESES:
            gain = _gain(case, hypothesis, year, factor)
            weight = case.weights[hypothesis] / case.weights.total
            by_gain = requirement_cdf(case, hypothesis)(x[:, None] + gain)
            table += weight * (by_gain @ factor_weight)
        total[i] = hardware_weight @ CubicSpline(x, table)(bought) @ spending_weight
    return (1 - none_probability(case, years)) * total.reshape(years.shape)


# --- A file of the same with trends of uncertain speed ---

NAMES = {
    "lifetime": "lifetime",
    "short": "short_horizon",
    "genome": "genome",
    "medium": "medium_horizon",
    "long": "long_horizon",
    "evolution": "evolution",
}
"""What the package's presets call the hypotheses."""

UNCERTAIN = """
format = 1
title = "Trends of uncertain speed"
extends = "cotra2020"
drop = [{drop}]
[algorithms]
halving_years = {{ dist = "lognormal", median = 2.6, sd_oom = 0.1 }}
[hardware]
doubling_years = {{ dist = "lognormal", median = 2.4, sd_oom = 0.12 }}
[spending]
doubling_years = {{ dist = "lognormal", median = 2.2, sd_oom = 0.15 }}
"""


def uncertain_case() -> tuple[Case, Speeds]:
    case = replace(best_guess(), halving_years=ByHypothesis(*[2.6] * 6))
    return case, Speeds((2.4, 0.12), (2.2, 0.15), (1.0, 0.1))
