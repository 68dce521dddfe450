"""Sums of distributions on an even grid, and monotone interpolation: against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

import bioanchors as ba
from bioanchors.model.convolution import GridCdf, Histogram, Sum, Term, cumulated
from bioanchors.model.interpolation import monotone_cubic

Array = NDArray[np.float64]

CLOSE = 5e-6  # what the grid is claimed to keep, and a little more

DISTRIBUTIONS = {
    "normal": stats.norm(3.3, 1.7),
    "skew": stats.skewnorm(4, 10.0, 2.5),
    "uniform": stats.uniform(-2.2, 3.1),
    "triangular": stats.triang(0.3, 1.0, 4.0),
    "beta": stats.beta(2, 5, 1.0, 3.0),
}


def term(distribution: object) -> Term:
    return Term.of(distribution.cdf, distribution.ppf)  # type: ignore[attr-defined]


def cdf_of(terms: list[Term], sample: Array, spread: float) -> tuple[GridCdf, Array, Array]:
    total = Sum(terms, spread, float(np.ptp(sample)))
    histogram = Histogram(total.step)
    histogram.add(sample)
    nodes, masses = total.masses_with(histogram)
    return cumulated(nodes, masses), nodes, masses


# --- Histogram ---------------------------------------------------------------------------------

SAMPLES = st.lists(st.floats(-50, 80), min_size=1, max_size=60).map(np.array)


@settings(max_examples=200, deadline=None)
@given(SAMPLES, st.floats(1e-2, 3))
def test_a_histogram_keeps_total_and_mean(sample: Array, step: float) -> None:
    histogram = Histogram(step)
    histogram.add(sample)
    nodes = (histogram.first + np.arange(histogram.counts.size)) * step
    assert histogram.counts.sum() == pytest.approx(sample.size, rel=1e-12)
    assert histogram.counts @ nodes == pytest.approx(sample.sum(), rel=1e-9, abs=1e-9)
    assert np.all(histogram.counts >= -1e-9)


@settings(max_examples=200, deadline=None)
@given(SAMPLES, st.floats(1e-2, 3), st.lists(st.integers(0, 60), max_size=5))
def test_a_histogram_does_not_depend_on_how_draws_are_cut_into_blocks(
    sample: Array, step: float, cuts: list[int]
) -> None:
    whole, blocks = Histogram(step), Histogram(step)
    whole.add(sample)
    for part in np.split(sample, sorted(cuts)):
        if part.size:
            blocks.add(part)

    def by_node(histogram: Histogram) -> dict[int, float]:
        return {histogram.first + i: c for i, c in enumerate(histogram.counts) if c > 1e-6}

    one, other = by_node(whole), by_node(blocks)
    for node in one.keys() | other.keys():
        assert one.get(node, 0.0) == pytest.approx(other.get(node, 0.0), abs=2e-6)


# --- Terms -------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [400, 128, 40, 8, 1, 0.1])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_masses_sum_to_one_and_keep_the_mean(name: str, parts: float) -> None:
    distribution = DISTRIBUTIONS[name]
    step = distribution.std() / parts
    first, masses = term(distribution).masses(step)
    nodes = step * (first + np.arange(masses.size))
    assert np.all(masses >= 0)
    assert masses.sum() == pytest.approx(1, abs=1e-9)
    # Simpson's rule in each cell, or in 16 parts of it where the term is narrow; where a density
    # jumps, as at a uniform's ends, it errs by a part in 24 of the jump and the squared interval.
    interval = step if parts > 4 else step / 16
    jumps = sum(distribution.pdf(end) for end in distribution.support() if math.isfinite(end))
    allowed = 2e-4 * step + jumps * interval**2 / 24
    assert masses @ nodes == pytest.approx(distribution.mean(), abs=allowed)


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.5, 0.77])
@pytest.mark.parametrize("cells", [0.3, 0.03, 0.003])
def test_a_term_much_narrower_than_a_cell_keeps_its_mean(offset: float, cells: float) -> None:
    step = 0.05
    distribution = stats.norm(7 + offset * step, cells * step)
    first, masses = term(distribution).masses(step)
    nodes = step * (first + np.arange(masses.size))
    assert masses.sum() == pytest.approx(1, abs=1e-12)
    # It is looked at in 16 parts of a cell, so its place is known to a small share of one.
    assert masses @ nodes == pytest.approx(distribution.mean(), abs=step / 32)


# --- Sums --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sds", [(1.0,), (1.0, 1.0), (2.0, 0.7), (3.0, 1.0, 0.5, 1.2)])
@pytest.mark.parametrize("shift", [0.0, 12.3456, -7.1])
def test_sums_of_normals_and_known_shifts_are_normal(sds: tuple[float, ...], shift: float) -> None:
    terms = [term(stats.norm(i + 0.1, sd)) for i, sd in enumerate(sds)]
    cdf, _, masses = cdf_of(terms, np.array([shift]), 0.0)
    exact = stats.norm(sum(i + 0.1 for i in range(len(sds))) + shift, math.hypot(*sds))
    x = exact.mean() + exact.std() * np.linspace(-6, 6, 4001)
    np.testing.assert_allclose(cdf(x), exact.cdf(x), rtol=0, atol=CLOSE)
    assert masses.sum() == pytest.approx(1, abs=1e-9)


def test_a_sum_of_two_uniforms_is_triangular() -> None:
    cdf, *_ = cdf_of([term(stats.uniform(1, 2)), term(stats.uniform(-3, 2))], np.array([0.3]), 0.0)
    exact = stats.triang(0.5, -1.7, 4)
    x = np.linspace(-2, 3, 5001)
    np.testing.assert_allclose(cdf(x), exact.cdf(x), rtol=0, atol=CLOSE)


def test_a_sum_of_unequal_uniforms_is_a_trapezoid() -> None:
    cdf, *_ = cdf_of([term(stats.uniform(0, 3)), term(stats.uniform(0, 1))], np.array([0.0]), 0.0)
    exact = stats.trapezoid(0.25, 0.75, 0, 4)
    x = np.linspace(-0.5, 4.5, 5001)
    np.testing.assert_allclose(cdf(x), exact.cdf(x), rtol=0, atol=CLOSE)


def test_a_normal_plus_a_uniform_is_the_closed_form() -> None:
    cdf, *_ = cdf_of([term(stats.norm(0, 1)), term(stats.uniform(0, 3))], np.array([2.0]), 0.0)
    x = np.linspace(-4, 12, 5001)
    z, unit = x - 2, stats.norm()

    def area(t: Array) -> Array:
        return np.asarray(t * unit.cdf(t) + unit.pdf(t))

    np.testing.assert_allclose(cdf(x), (area(z) - area(z - 3)) / 3, rtol=0, atol=CLOSE)


@pytest.mark.parametrize("spread", [0.5, 1.0, 3.0])
def test_a_sample_plus_normals_is_the_mixture_of_shifted_normals(spread: float) -> None:
    sample = stats.norm(20, spread).ppf((np.arange(2048) + 0.5) / 2048)
    cdf, *_ = cdf_of([term(stats.norm(1, 1)), term(stats.norm(0, 0.6))], sample, spread)
    x = np.linspace(10, 32, 301)
    exact = stats.norm.cdf((x[:, np.newaxis] - 1 - sample) / math.hypot(1, 0.6)).mean(axis=1)
    np.testing.assert_allclose(cdf(x), exact, rtol=0, atol=CLOSE)


@pytest.mark.parametrize("narrow", [1e-2, 1e-4, 1e-6])
def test_a_narrow_term_does_no_more_than_shift(narrow: float) -> None:
    terms = [term(stats.norm(5, 2)), term(stats.norm(1.2345, narrow))]
    cdf, nodes, masses = cdf_of(terms, np.array([0.0]), 0.0)
    step = nodes[1] - nodes[0]
    assert masses @ nodes / masses.sum() == pytest.approx(6.2345, abs=step / 32)
    x = np.linspace(-4, 16, 4001)
    exact = stats.norm.cdf((x - 6.2345) / math.hypot(2, narrow))
    # A place known to a 32nd of a cell, and a cell is 1/128 of a standard deviation.
    np.testing.assert_allclose(cdf(x), exact, rtol=0, atol=CLOSE + 0.4 / 128 / 32)


TERMS = st.one_of(
    st.builds(lambda m, s: stats.norm(m, s), st.floats(-5, 5), st.floats(1e-4, 4)),
    st.builds(lambda m, w: stats.uniform(m, w), st.floats(-5, 5), st.floats(1e-3, 9)),
    st.builds(
        lambda m, s, a: stats.skewnorm(a, m, s),
        st.floats(-5, 5),
        st.floats(0.01, 4),
        st.floats(-3, 3),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TERMS, min_size=1, max_size=3), st.floats(0, 3), st.integers(0, 99))
def test_masses_are_never_negative_and_the_cdf_never_falls(
    distributions: list[object], spread: float, seed: int
) -> None:
    sample = np.random.default_rng(seed).normal(10, spread, 256)
    cdf, nodes, masses = cdf_of([term(d) for d in distributions], sample, spread)
    assert np.all(masses >= 0)
    assert masses.sum() == pytest.approx(1, abs=1e-9)
    x = np.linspace(nodes[0] - 1, nodes[-1] + 1, 3001)
    values = cdf(x)
    assert values[0] == 0
    assert np.all(np.diff(values) >= -1e-15)
    step = nodes[1] - nodes[0]
    mean = sum(d.mean() for d in distributions) + sample.mean()  # type: ignore[attr-defined]
    assert masses @ nodes == pytest.approx(mean, abs=len(distributions) * step / 16)


# --- Monotone interpolation --------------------------------------------------------------------

PLACES = np.linspace(2024.0, 2044.0, 11)
RISES = st.lists(st.floats(0, 1) | st.just(0.0), min_size=10, max_size=10)


@pytest.mark.parametrize(
    "coefficients", [(0.0, 0, 1, 0), (0.0, 0, 2, 1), (1.0, 1, 1, 0), (1.0, -1.0, 1, 3)]
)
def test_rising_cubics_are_reproduced(coefficients: tuple[float, ...]) -> None:
    def cubic(x: Array) -> Array:
        return np.asarray(np.polyval(coefficients, (x - 2024) / 20))

    new = np.linspace(2024, 2044, 321)
    assert np.all(np.diff(cubic(new)) > 0)
    np.testing.assert_allclose(
        monotone_cubic(PLACES, cubic(PLACES), new), cubic(new), rtol=0, atol=1e-12
    )


def test_a_normal_cdf_is_reproduced_to_fourth_order() -> None:
    def error(count: int) -> float:
        x = np.linspace(-5, 5, count)
        new = np.linspace(-5, 5, 4001)
        return float(
            np.max(np.abs(monotone_cubic(x, stats.norm.cdf(x), new) - stats.norm.cdf(new)))
        )

    assert error(41) < 2e-4
    assert error(81) < error(41) / 8


@settings(max_examples=200, deadline=None)
@given(RISES)
def test_the_curve_passes_through_its_places_and_never_falls(rises: list[float]) -> None:
    y = np.concatenate([[0.0], np.cumsum(rises)])
    np.testing.assert_allclose(monotone_cubic(PLACES, y, PLACES), y, rtol=0, atol=1e-14)
    curve = monotone_cubic(PLACES, y, np.linspace(2024, 2044, 1281))
    assert np.all(np.diff(curve) >= -1e-13)
    assert curve[0] == y[0]
    assert curve[-1] == pytest.approx(y[-1], abs=1e-14)


def test_leading_axes_are_interpolated_each_on_its_own() -> None:
    y = np.cumsum(np.random.default_rng(1).random((3, 2, 11)), axis=-1)
    new = np.linspace(2024, 2044, 77)
    together = monotone_cubic(PLACES, y, new)
    assert together.shape == (3, 2, 77)
    for i, j in np.ndindex(3, 2):
        alone = monotone_cubic(PLACES, y[i, j], new)
        np.testing.assert_allclose(together[i, j], alone, rtol=1e-13)


def test_b_a_requirement_without_a_spread_is_a_step() -> None:
    trends = "hardware.doubling_years={ ci90 = [2, 3] }"
    flop = "hypotheses.mine={ kind = 'direct', weight = 1, training_flop = FLOP, "
    flop += "algorithms = { halving_years = 3, max_oom = 3 } }"
    runs = [
        ba.read_parameters("cotra2020", [trends, flop.replace("FLOP", text)])
        for text in ('{ dist = "lognormal", median = 1e30, sd_oom = 5e-324 }', "1e30")
    ]
    one, other = (ba.run(each, precision=0.002) for each in runs)
    cdfs = [np.interp(one.whole_years, f.years, f.cdf_of("mine")) for f in (one, other)]
    np.testing.assert_array_equal(cdfs[0], cdfs[1])
