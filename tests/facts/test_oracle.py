"""The quadrature itself: against the published figures, against other routes, and refined."""

import ast
import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import oracle
import published
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from oracle import HYPOTHESES, Case, Normal, Skew, Speeds, Uniform
from scipy.integrate import trapezoid
from scipy.special import ndtr
from scipy.stats import skewnorm

Array = NDArray[np.float64]

PASS_MARK = 0.0012  # of the published tables, which carry Monte Carlo noise
EDITIONS = {
    "best guess": oracle.best_guess(),
    "report": oracle.report(),
    "aggressive": oracle.aggressive(),
    "conservative": oracle.conservative(),
}
POINTS = np.array([24.0, 27.0, 30.0, 33.0, 36.0, 40.0, 45.0, 52.0])
REQUIREMENT_TABLE = (
    Path(__file__).resolve().parents[3] / "shared/reference/cotra2020/published_requirement_cdf.csv"
)


def test_it_imports_nothing_from_the_package() -> None:
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
        )
    }
    assert modules <= {"__future__", "dataclasses", "functools", "math", "numpy", "scipy", "typing"}


# --- Published figures ---------------------------------------------------------------------------


def test_probability_by_year_is_the_published_one() -> None:
    years = list(published.BY_YEAR)
    assert years == list(range(2024, 2101))
    computed = oracle.cdf(oracle.best_guess(), years)
    np.testing.assert_allclose(computed, list(published.BY_YEAR.values()), rtol=0, atol=PASS_MARK)


def test_requirement_is_the_published_one() -> None:
    computed = oracle.requirement_mixture(oracle.best_guess(), list(published.BY_LOG10_FLOP))
    np.testing.assert_allclose(
        computed, list(published.BY_LOG10_FLOP.values()), rtol=0, atol=PASS_MARK
    )


def test_requirement_tops_at_the_weights_sum() -> None:
    assert oracle.requirement_mixture(oracle.best_guess(), 200.0) == pytest.approx(0.9, abs=1e-12)


@pytest.mark.skipif(
    not REQUIREMENT_TABLE.exists(), reason="the published requirement table is not at hand"
)
def test_every_row_of_the_requirement_table() -> None:
    x, probability = np.loadtxt(REQUIREMENT_TABLE, delimiter=",", skiprows=1, unpack=True)
    assert x.size == 4999
    computed = oracle.requirement_mixture(oracle.best_guess(), x)
    np.testing.assert_allclose(computed, probability, rtol=0, atol=PASS_MARK)


def test_affordable_flop_is_the_published_one() -> None:
    computed = oracle.affordable_log10_flop(
        oracle.best_guess(), list(published.AFFORDABLE_LOG10_FLOP)
    )
    expected = list(published.AFFORDABLE_LOG10_FLOP.values())
    np.testing.assert_allclose(computed, expected, rtol=0, atol=0.0006)


def test_aggressive_edition_is_the_published_one() -> None:
    for year, probability in published.AGGRESSIVE_BY_YEAR.items():
        assert oracle.cdf(oracle.aggressive(), year) == pytest.approx(probability, abs=0.01)
    median = oracle.quantile_year(oracle.aggressive(), 0.5)
    assert round(median) == published.AGGRESSIVE_MEDIAN_YEAR


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_low_end_update_removes_the_published_share(hypothesis: str) -> None:
    removed = oracle.share_removed(oracle.best_guess(), hypothesis)
    if hypothesis in published.SHARE_REMOVED:
        assert removed == pytest.approx(published.SHARE_REMOVED[hypothesis], abs=0.02)
    else:
        assert 0 < removed < published.SHARE_REMOVED_OTHERS_BELOW


# --- The quadrature's own error ------------------------------------------------------------------


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
@pytest.mark.parametrize("ramp", [None, (23.0, 28.0)], ids=["no update", "update"])
def test_refining_the_grid_changes_no_requirement(
    hypothesis: str, ramp: tuple[float, float] | None
) -> None:
    case = Case(low_end_ramp=ramp)
    x = np.linspace(0, 90, 9001)
    coarse = oracle.requirement_cdf(case, hypothesis)
    fine = oracle.requirement_cdf(oracle.refined(case), hypothesis)
    np.testing.assert_allclose(coarse(x), fine(x), rtol=0, atol=1e-12)
    assert coarse.share_removed == pytest.approx(fine.share_removed, abs=1e-12)


@pytest.mark.parametrize("edition", EDITIONS)
def test_refining_the_grid_changes_no_probability(edition: str) -> None:
    case = EDITIONS[edition]
    years = np.arange(2020, 2101)
    refined = oracle.cdf(oracle.refined(case), years)
    np.testing.assert_allclose(oracle.cdf(case, years), refined, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sd_oom", [0.1, 0.3])
def test_refining_uncertain_trends_changes_no_probability(sd_oom: float) -> None:
    case = oracle.best_guess()
    speeds = Speeds((2.5, sd_oom), (2.5, sd_oom), (1.0, sd_oom))
    years = [2026, 2040, 2070, 2100]
    coarse = oracle.cdf_uncertain(case, years, speeds)
    fine = oracle.cdf_uncertain(case, years, speeds, nodes=241, step=0.005)
    np.testing.assert_allclose(coarse, fine, rtol=0, atol=1e-8)


# --- Other routes to the same numbers ------------------------------------------------------------


def _skew(parameters: Skew, points: int) -> tuple[Array, Array]:
    """Return points and weights of a skew-normal, after SciPy."""
    location = parameters.median - parameters.scale * skewnorm.median(parameters.shape)
    x = location + parameters.scale * np.linspace(-8, 8, points)
    weight = skewnorm.pdf(x, parameters.shape, location, parameters.scale)
    return x, weight / weight.sum()


def _uniform(term: Uniform) -> tuple[Array, Array]:
    """Return Gauss-Legendre points and weights of a uniform distribution."""
    z, weight = leggauss(16)
    return term.low + (term.high - term.low) * (z + 1) / 2, weight / 2


def _scipy_cdf(parameters: Skew, x: Array) -> Array:
    location = parameters.median - parameters.scale * skewnorm.median(parameters.shape)
    return np.asarray(skewnorm.cdf(x, parameters.shape, location, parameters.scale))


def _direct(case: Case, hypothesis: str, x: float) -> float:
    """Return a requirement's distribution at a point, summed over every term but the last."""
    brain, brain_weight = _skew(case.brain, 321)
    if hypothesis == "lifetime":
        rest = _scipy_cdf(case.lifetime_adjustment, x - 9 - brain)
        return float(rest @ brain_weight)
    if hypothesis == "evolution":
        ancestor, weight = _skew(case.ancestor, 321)
        years, years_weight = _uniform(case.ancestor_years)
        population, population_weight = _uniform(case.population)
        fixed = ancestor[:, None, None] + years[:, None] + population + math.log10(31_536_000)
        rest = _scipy_cdf(case.evolution_adjustment, x - fixed)
        return float(np.einsum("byp,b,y,p->", rest, weight, years_weight, population_weight))
    z = np.linspace(-7, 7, 61)
    z_weight = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    a = (0.8 + 0.2 * z)[:, None, None]
    horizon, horizon_weight = _uniform(getattr(case, f"{hypothesis}_horizon"))
    if hypothesis == "genome":
        mean = brain + 1 + horizon[:, None] + 12 - 12 * a + a * math.log10(7.5e8)
        sd = np.sqrt(2**2 + 1.5**2 + (2 * a) ** 2)
    else:
        mean = brain + 1 + horizon[:, None] + 12 - 12 * a + a * (brain + 1 - 1.5)
        sd = np.sqrt((2 * (1 + a)) ** 2 + 1.5**2)
    return float(
        np.einsum("ahb,a,h,b->", ndtr((x - mean) / sd), z_weight, horizon_weight, brain_weight)
    )


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_direct_summation_gives_the_same_requirement(hypothesis: str) -> None:
    case = Case(low_end_ramp=None)
    computed = oracle.requirement_cdf(case, hypothesis)(POINTS)
    direct = [_direct(case, hypothesis, x) for x in POINTS]
    np.testing.assert_allclose(computed, direct, rtol=0, atol=1e-9)


def test_normal_parts_give_a_normal_requirement() -> None:
    case = Case(
        brain=Skew(15, 2.5, 0),
        exponent=Normal(0.8, 0),
        lifetime_adjustment=Skew(3, 5, 0),
        genome_horizon=Uniform(8, 8),
        low_end_ramp=None,
    )
    lifetime = ndtr((POINTS - 27) / math.hypot(2.5, 5))
    sd = math.sqrt(2.5**2 + 2**2 + 1.5**2 + 1.6**2)
    genome = ndtr((POINTS - (36 - 0.8 * (12 - math.log10(7.5e8)))) / sd)
    atol = 1e-12
    computed = oracle.requirement_cdf(case, "lifetime")(POINTS)
    np.testing.assert_allclose(computed, lifetime, rtol=0, atol=atol)
    computed = oracle.requirement_cdf(case, "genome")(POINTS)
    np.testing.assert_allclose(computed, genome, rtol=0, atol=atol)


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_low_end_update_is_the_density_times_the_ramp(hypothesis: str) -> None:
    case = oracle.best_guess()
    x, density = oracle.requirement_density(case, hypothesis)
    updated = density * np.clip((x - 23) / 5, 0, 1)
    kept = trapezoid(updated, x)
    assert oracle.share_removed(case, hypothesis) == pytest.approx(1 - kept, abs=1e-6)
    computed = oracle.requirement_cdf(case, hypothesis)
    for point in (24.0, 27.0, 30.0, 40.0):
        grid = np.linspace(23, point, 2001)
        values = np.interp(grid, x, density) * np.clip((grid - 23) / 5, 0, 1)
        assert computed(point) == pytest.approx(trapezoid(values, grid) / kept, abs=5e-6)


def test_low_end_update_with_no_width_cuts() -> None:
    case = Case(low_end_ramp=(25, 25))
    below = oracle.requirement_cdf(replace(case, low_end_ramp=None), "short")([25.0, 30.0])
    assert oracle.share_removed(case, "short") == pytest.approx(below[0], abs=1e-12)
    computed = oracle.requirement_cdf(case, "short")([24.0, 30.0])
    expected = [0, (below[1] - below[0]) / (1 - below[0])]
    np.testing.assert_allclose(computed, expected, rtol=0, atol=1e-12)


def test_uncertain_trends_are_an_average_over_cases() -> None:
    case = oracle.best_guess()
    years = [2030, 2050, 2090]
    sd_oom = 0.04
    z, weight = hermegauss(9)
    weight = weight / weight.sum()
    average = np.zeros(3)
    for i, j, k in itertools.product(range(9), repeat=3):
        factor = 1.2 * 10 ** (sd_oom * z[k])
        one = replace(
            case,
            flop_per_dollar_doubling_years=2.5 * 10 ** (sd_oom * z[i]),
            spend_doubling_years=2.2 * 10 ** (sd_oom * z[j]),
            halving_years=case.halving_years.times(factor),
        )
        average += weight[i] * weight[j] * weight[k] * oracle.cdf(one, years)
    speeds = Speeds((2.5, sd_oom), (2.2, sd_oom), (1.2, sd_oom))
    computed = oracle.cdf_uncertain(case, years, speeds)
    np.testing.assert_allclose(computed, average, rtol=0, atol=1e-6)


def test_certain_speeds_give_the_certain_curve() -> None:
    years = np.array([[2020.0, 2030.0], [2060.0, 2100.0]])
    for case in EDITIONS.values():
        computed = oracle.cdf_uncertain(case, years, Speeds())
        np.testing.assert_allclose(computed, oracle.cdf(case, years), rtol=0, atol=1e-9)


# --- Trends and quantiles ------------------------------------------------------------------------


def test_gain_starts_near_nothing_and_ends_at_its_cap() -> None:
    case = oracle.best_guess()
    for hypothesis in HYPOTHESES:
        cap = getattr(case.caps, hypothesis)
        start = oracle.gain_oom(case, hypothesis, 2025)
        assert start == pytest.approx(-math.log10(1 + 10**-cap), abs=1e-12)
        assert oracle.gain_oom(case, hypothesis, 2500) == pytest.approx(cap, abs=1e-9)


def test_none_falls_linearly_and_is_level_outside() -> None:
    computed = oracle.none_probability(oracle.best_guess(), [2000, 2025, 2062.5, 2100, 2200])
    np.testing.assert_allclose(computed, [0.1, 0.1, 0.065, 0.03, 0.03], rtol=0, atol=1e-12)


@pytest.mark.parametrize("edition", EDITIONS)
def test_quantile_years_invert_a_rising_curve(edition: str) -> None:
    case = EDITIONS[edition]
    assert np.all(np.diff(oracle.cdf(case, np.arange(2025, 2100.1, 0.5))) > 0)
    for p in (0.1, 0.25, 0.45):
        year = oracle.quantile_year(case, p)
        below, above = oracle.cdf(case, [year - 1e-6, year + 1e-6])
        assert below < p < above


def test_a_quantile_that_is_not_reached_is_infinite() -> None:
    assert oracle.quantile_year(oracle.best_guess(), 0.9, latest=2100) == math.inf


def test_unknown_hypothesis_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown hypothesis"):
        oracle.requirement_cdf(oracle.best_guess(), "medium horizon")
