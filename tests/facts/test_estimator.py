"""The estimator: two methods against each other, coverage, convergence, stopping, memory.

Integrating is checked against counting, which shares none of its approximations, and both against
quadrature (``oracle.py``), which shares nothing with either.
"""

from __future__ import annotations

import math
import tempfile
import tracemalloc
from collections.abc import Callable
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np
import oracle
import pytest
from hypothesis import HealthCheck, assume, given, settings
from numpy.typing import NDArray
from oracle import NAMES, UNCERTAIN, uncertain_case
from scipy import stats
from scipy.interpolate import CubicSpline
from seeds import SEEDS, cases, least_covered, most_off
from strategies import Tree, files, read

import bioanchors as ba
from bioanchors.model.joint import Model
from bioanchors.parameters import parse_parameters
from bioanchors.results.estimates import ENDS, bent_quantile_error, student_t
from bioanchors.results.sizes import FEWEST_POINTS, FEWEST_TREND_POINTS

Array = NDArray[np.float64]

GRID = 5e-6  # what is convolved has no sampling error, but its grid has one of about 2e-6
REPORT_YEARS = np.array([2030.0, 2036, 2050, 2100])
QUANTILES = (0.10, 0.25, 0.50)
ROUNDING = 1e-14
NEVER = 1e-12  # a precision that is not reached: the cap on points decides

FILE = """
format = 1
title = "A small file"
[forecast]
first_year = 2024
last_year = 2080
report_years = [2030, 2050]
{hypotheses}
[algorithms]
gain_start_year = 2024
halving_years = {halving}
max_oom = 4
[hardware]
start_year = 2024
flop_per_usd = 1e17
doubling_years = {doubling}
max_flop_per_usd = 1e24
[spending]
start_year = 2024
largest_run_usd = 1e9
doubling_years = {spending}
max_share_of_gdp = 0.01
[economy]
gdp_year = 2020
largest_economy_gdp_usd = 2e13
growth_per_year = 0.03
"""
DIRECT = '[hypotheses.{name}]\nkind = "direct"\nweight = 1.0\ntraining_flop = {flop}\n'
WIDE = '{ dist = "lognormal", median = 1e33, sd_oom = 3 }'
NARROW = '{ dist = "lognormal", median = 1e31, sd_oom = 0.02 }'
UNSURE = '{ dist = "lognormal", median = 2.5, sd_oom = 0.12 }'
SHARED = """
[brain]
flop_per_s = { dist = "log_skew_normal", median = 1e15, scale_oom = 2, shape = 3 }
[network]
oom_vs_brain = { dist = "normal", mean = 1, sd = 1 }
flop_per_parameter_per_subj_s = 30
[scaling]
exponent = { dist = "normal", mean = 0.8, sd = 0.2 }
reference_parameters = 1e12
samples_at_reference = { dist = "lognormal", median = 1e12, sd_oom = 1 }
[hypotheses.network]
kind = "neural_network"
weight = 1.0
effective_horizon_s = { dist = "log_uniform", low = 10, high = 1e4 }
"""


def small(
    hypotheses: str, doubling: str = "2.5", halving: str = "2", spending: str = "2.5"
) -> ba.Parameters:
    text = FILE.format(hypotheses=hypotheses, doubling=doubling, halving=halving, spending=spending)
    return parse_parameters(text, "small")


def direct(name: str, flop: str) -> str:
    return DIRECT.format(name=name, flop=flop)


@cache
def uncertain() -> ba.Parameters:
    """Return the preset with speeds that the oracle can average over."""
    drop = ", ".join(f'"hypotheses.{n}.algorithms.halving_years"' for n in NAMES.values())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "uncertain.toml"
        path.write_text(UNCERTAIN.format(drop=drop), encoding="utf-8")
        return ba.read_parameters(path)


def whole_years(forecast: ba.Forecast) -> tuple[Array, Array]:
    """Return CDFs by whole year of each hypothesis and of all, and their standard errors."""
    at = np.searchsorted(forecast.years, forecast.whole_years)
    error = forecast.hypothesis_cdf_standard_error
    return (
        np.vstack([forecast.hypothesis_cdf, forecast.cdf])[:, at],
        np.vstack([error, forecast.cdf_standard_error])[:, at],
    )


# --- Integrating against counting --------------------------------------------------------------


@pytest.mark.slow
@settings(
    max_examples=len(cases(40)),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(files())
def test_integrating_and_counting_agree_within_their_errors(tree: Tree) -> None:
    parameters = read(tree)
    # Errors from 16 replicates: 6 of them are off by chance once in 40,000.
    try:
        integrated = ba.run(parameters, replicates=16, points=2**17)
    except ba.BadParameters:  # nothing left after the low-end update
        assume(False)
    counted = ba.run(parameters, replicates=16, points=2**16, precision=NEVER, estimator="count")
    # Where nothing is random the first round is enough.
    assert counted.points == 2**16 or counted.origin.error == 0
    (one, one_error), (other, other_error) = whole_years(integrated), whole_years(counted)
    # A few hits more or less are seen by few replicates, or by none.
    allowed = 6 * np.hypot(np.hypot(one_error, other_error), 6 / counted.points) + 2e-5
    worst = np.unravel_index(np.argmax(np.abs(one - other) / allowed), one.shape)
    assert abs(one[worst] - other[worst]) <= allowed[worst], (
        f"row {worst[0]} by {integrated.whole_years[worst[1]]:g}: "
        f"{one[worst]} +- {one_error[worst]} and {other[worst]} +- {other_error[worst]}"
    )


# --- Coverage ----------------------------------------------------------------------------------


@cache
def truth(case: str) -> tuple[Array, Array]:
    """Return probabilities by the report years, and quantile years, by quadrature."""
    if case == "preset":
        best = oracle.best_guess()
        years = [oracle.quantile_year(best, p, latest=2100) for p in QUANTILES]
        return oracle.cdf(best, REPORT_YEARS), np.array(years)
    guess, speeds = uncertain_case()
    near = ba.run(uncertain(), seed=999)
    years = []
    for p in QUANTILES:
        around = near.quantile(p) + np.array([-0.3, -0.1, 0.1, 0.3])
        years.append(float(CubicSpline(oracle.cdf_uncertain(guess, around, speeds), around)(p)))
    return oracle.cdf_uncertain(guess, REPORT_YEARS, speeds), np.array(years)


def parameters_in(case: str) -> ba.Parameters:
    return ba.read_parameters("cotra2020") if case == "preset" else uncertain()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "precision", "adapts"),
    [
        ("preset", 0.001, False),
        ("preset", 0.00005, True),
        ("uncertain", 0.001, False),
        ("uncertain", 0.0001, True),
    ],
)
def test_intervals_cover_as_often_as_they_say(case: str, precision: float, adapts: bool) -> None:
    parameters, (probabilities, years) = parameters_in(case), truth(case)
    held: list[list[bool]] = []
    scores: list[list[float]] = []
    more = 0
    for seed in range(1000, 1000 + SEEDS):
        forecast = ba.run(parameters, precision=precision, seed=seed)
        assert forecast.origin.stopped_by == "precision"
        more += forecast.sums.points > FEWEST_POINTS or (
            forecast.sums.trend_points > FEWEST_TREND_POINTS
        )
        of_years = zip(REPORT_YEARS, probabilities, strict=True)
        of_quantiles = zip(QUANTILES, years, strict=True)
        ends = [(*forecast.probability_interval(y), t) for y, t in of_years]
        ends += [(*forecast.quantile_interval(p), t) for p, t in of_quantiles]
        held.append([low <= exact <= high for low, high, exact in ends])
        stated = [forecast.probability_standard_error(y) for y in REPORT_YEARS]
        off = [forecast.probability_by(y) for y in REPORT_YEARS] - probabilities
        scores.append(list(off / stated))
    assert more > SEEDS / 8 if adapts else more == 0, f"{more} runs took a second round"
    covered = np.mean(held, axis=0)
    labels = [*(f"{y:g}" for y in REPORT_YEARS), *(f"{p:.0%}" for p in QUANTILES)]
    figures = ", ".join(f"{x}: {100 * c:.1f} %" for x, c in zip(labels, covered, strict=True))
    assert np.all(covered >= least_covered(SEEDS)), figures
    # Neither too small nor so large that they say nothing: most at the default precision is the
    # bound of what interpolation between years leaves.
    z = np.sqrt(np.mean(np.square(scores), axis=0))
    assert np.all((z > 0.3) & (z < most_off(SEEDS))), z


def test_the_grid_s_bias_is_small_against_the_preset_s_error() -> None:
    """At the default precision errors are 0.00008: a grid that errs by 0.000005 hides in them."""
    parameters, (probabilities, _) = parameters_in("preset"), truth("preset")
    runs = [
        ba.run(parameters, points=2**19, precision=NEVER, seed=seed, replicates=8)
        for seed in range(4)
    ]
    off = np.array([[f.probability_by(y) for y in REPORT_YEARS] for f in runs]) - probabilities
    stated = np.array([[f.probability_standard_error(y) for y in REPORT_YEARS] for f in runs])
    bias_error = np.sqrt(np.mean(stated**2, axis=0) / len(runs))
    assert np.all(np.abs(off.mean(axis=0)) < GRID / 2 + 4 * bias_error)
    assert np.all(bias_error < 5e-6)
    default = ba.run(parameters)
    assert default.origin.error > 10 * GRID


# --- Convergence -------------------------------------------------------------------------------


def root_mean_square_error(case: str, points: int, seeds: int) -> float:
    parameters, (probabilities, _) = parameters_in(case), truth(case)
    error = []
    for seed in range(seeds):
        forecast = ba.run(parameters, points=points, precision=NEVER, seed=seed)
        assert forecast.points == points
        assert forecast.origin.stopped_by == "points"
        error.append([forecast.probability_by(y) for y in REPORT_YEARS] - probabilities)
    return float(np.sqrt(np.mean(np.square(error))))


@pytest.mark.slow
@pytest.mark.parametrize(("case", "points"), [("preset", 2**13), ("uncertain", 2**11)])
def test_halving_the_error_costs_less_than_four_times_the_points(case: str, points: int) -> None:
    few, many = (root_mean_square_error(case, n, len(cases(16))) for n in (points, 16 * points))
    # Errors of plain Monte Carlo fall to a quarter; no more than that would be a ratio of 4.
    assert few / many > 6, f"{few:.2e} falls to {many:.2e}, by {few / many:.1f}"


# --- Errors that are 0 -------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ["integrate", "count"])
def test_errors_are_exactly_0_where_nothing_is_random(estimator: str) -> None:
    parameters = small(direct("one", "1e30") + direct("two", "1e34"))
    forecast = ba.run(parameters, estimator=estimator, points=2**10)
    assert forecast.origin.error == 0
    assert forecast.origin.stopped_by == "precision"
    assert not np.any(forecast.cdf_standard_error)
    assert set(np.unique(forecast.hypothesis_cdf)) == {0.0, 1.0}
    for p in (0.2, 0.9):
        assert forecast.quantile_standard_error(p) == 0
        assert forecast.quantile_interval(p) == (forecast.quantile(p), forecast.quantile(p))


@pytest.mark.parametrize("hypothesis", ["lifetime", "evolution"])
def test_what_is_convolved_has_no_sampling_error_and_is_the_oracle_s(hypothesis: str) -> None:
    forecast = ba.run("cotra2020", weights={hypothesis: 1, "none": 0})
    assert forecast.origin.error < ROUNDING
    assert forecast.sums.points == FEWEST_POINTS
    years = forecast.years
    exact = oracle.hypothesis_cdf(oracle.best_guess(), hypothesis, years)
    np.testing.assert_allclose(forecast.cdf_of(hypothesis), exact, rtol=0, atol=GRID)
    np.testing.assert_allclose(forecast.cdf, exact, rtol=0, atol=GRID)
    assert np.max(forecast.cdf_standard_error) < ROUNDING


@pytest.mark.parametrize("hypothesis", ["lifetime", "evolution"])
def test_rounding_is_not_stated_as_an_error(hypothesis: str) -> None:
    forecast = ba.run("cotra2020", weights={hypothesis: 1, "none": 0})
    assert not np.any(forecast.cdf_standard_error)
    assert forecast.origin.error == 0


POINT_TRENDS_EXACT = {
    "normal": ('{ dist = "lognormal", median = 1e30, sd_oom = 2 }', stats.norm(30, 2).cdf),
    "uniform": ('{ dist = "log_uniform", low = 1e27, high = 1e32 }', stats.uniform(27, 5).cdf),
    "two narrow modes": (
        '{ dist = "mixture", weights = [1, 1], components = ['
        '{ dist = "lognormal", median = 1e28, sd_oom = 0.01 }, '
        '{ dist = "lognormal", median = 1e32, sd_oom = 0.01 }] }',
        lambda x: (stats.norm.cdf(x, 28, 0.01) + stats.norm.cdf(x, 32, 0.01)) / 2,
    ),
    "an atom": (
        '{ dist = "mixture", weights = [1, 1], components = ['
        '{ value = 1e28 }, { dist = "lognormal", median = 1e32, sd_oom = 2 }] }',
        lambda x: ((np.asarray(x) >= 28) + stats.norm.cdf(x, 32, 2)) / 2,
    ),
}


def reach(parameters: ba.Parameters, years: Array) -> Array:
    """Return log10 of the FLOP that are enough with 2020 algorithms, trends known."""
    model = Model(parameters.spec)
    known = {n: item.point for n, item in parameters.inputs.items() if not item.is_random}
    log10_flop = model.trends(known).enough(parameters.hypotheses[0])
    return np.asarray(log10_flop.at(years))


@pytest.mark.parametrize(
    "name",
    [
        "normal",
        "uniform",
        "two narrow modes",
        "an atom",
    ],
)
def test_one_term_alone_is_its_own_distribution(name: str) -> None:
    flop, exact = POINT_TRENDS_EXACT[name]
    parameters = small(direct("one", flop))
    forecast = ba.run(parameters)
    assert forecast.origin.error < ROUNDING
    x = reach(parameters, forecast.years)
    assert np.all(np.diff(x) > 0)
    np.testing.assert_allclose(forecast.cdf, exact(x), rtol=0, atol=GRID)


# --- Stopping ----------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", [0.002, 0.0007, 0.0003])
def test_the_precision_asked_for_is_reached_and_stated(precision: float) -> None:
    forecast = ba.run(uncertain(), precision=precision, seed=4)
    assert forecast.origin.stopped_by == "precision"
    assert forecast.origin.precision == precision
    assert 0 < forecast.origin.error <= precision
    at = np.isin(forecast.years, forecast.whole_years)
    assert forecast.origin.error == np.max(forecast.cdf_standard_error[at])


@pytest.mark.parametrize("estimator", ["integrate", "count"])
@pytest.mark.parametrize("points", [64, 1000, 2**13])
def test_the_cap_on_points_is_kept_and_stated(points: int, estimator: str) -> None:
    forecast = ba.run(uncertain(), precision=NEVER, points=points, estimator=estimator)
    rounded = 8 * 2 ** math.ceil(math.log2(points / 8))
    assert forecast.points == rounded
    assert forecast.sums.trend_points in (0 if estimator == "count" else rounded // 8,)
    assert forecast.origin.stopped_by == "points"
    assert forecast.origin.error > NEVER


@pytest.mark.parametrize("estimator", ["integrate", "count"])
def test_too_little_time_stops_after_the_first_round(estimator: str) -> None:
    forecast = ba.run(uncertain(), precision=NEVER, max_seconds=1e-9, estimator=estimator)
    assert forecast.origin.stopped_by == "time"
    assert forecast.sums.points == FEWEST_POINTS
    assert forecast.sums.trend_points == (FEWEST_TREND_POINTS if estimator == "integrate" else 0)
    assert forecast.origin.error > NEVER


@pytest.mark.parametrize("seed", range(8))
def test_a_tighter_precision_never_takes_fewer_points(seed: int) -> None:
    taken = []
    for precision in (0.004, 0.001, 0.0005, 0.00025):
        sums = ba.run(uncertain(), precision=precision, seed=seed).sums
        taken.append((sums.points, sums.trend_points))
    assert all(a <= b and x <= y for (a, x), (b, y) in pairwise(taken)), taken


@pytest.mark.parametrize("precision", [0.0, -0.001, math.nan])
def test_a_precision_must_be_above_0(precision: float) -> None:
    with pytest.raises(ValueError, match="precision must be at least 1e-15"):
        ba.run("cotra2020", precision=precision)


def test_estimators_that_do_not_exist_are_named() -> None:
    with pytest.raises(ValueError, match="estimator must be one of integrate, count, found 'sum'"):
        ba.run("cotra2020", estimator="sum")


@pytest.mark.parametrize("estimator", ["integrate", "count"])
def test_how_it_was_estimated_survives_the_file(estimator: str, tmp_path: Path) -> None:
    import xarray as xr

    source = small(direct("wide", WIDE) + direct("known", "1e31"), doubling=UNSURE)
    forecast = ba.run(source, precision=0.01, points=2**14, estimator=estimator)
    path = tmp_path / "forecast.nc"
    forecast.to_netcdf(path)
    with xr.open_dataset(path) as dataset:
        attrs = dataset.attrs
        assert attrs["estimator"] == estimator
        assert float(attrs["precision"]) == 0.01
        assert float(attrs["error"]) == forecast.origin.error
        assert attrs["stopped_by"] == forecast.origin.stopped_by
        assert attrs["counted_hypotheses"] == ("known" if estimator == "integrate" else "")
        again = ba.Forecast.from_dataset(dataset.load())
    assert again.origin == forecast.origin
    assert again.sums.counted == forecast.sums.counted
    assert again.sums.trend_points == forecast.sums.trend_points
    np.testing.assert_array_equal(again.cdf, forecast.cdf)
    assert again.quantile_interval(0.5) == forecast.quantile_interval(0.5)


# --- Requirements that are sharp against the trends --------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("flop", ["1e31", NARROW])
def test_a_sharp_requirement_is_counted_and_its_error_is_not_understated(flop: str) -> None:
    parameters = small(direct("wide", WIDE) + direct("sharp", flop), doubling=UNSURE)
    long = ba.run(parameters, estimator="count", points=2**21, precision=NEVER, seed=77)
    seeds = range(40)
    years = np.array([2035.5, 2036, 2036.5, 2037, 2038])
    error, stated = [], []
    for seed in seeds:
        forecast = ba.run(parameters, seed=seed, precision=0.005)
        assert forecast.sums.counted == ("sharp",)
        assert forecast.dataset.attrs["counted_hypotheses"] == "sharp"
        for year in years:
            error.append(
                forecast.probability_by(year, "sharp") - long.probability_by(year, "sharp")
            )
            stated.append(forecast.probability_standard_error(year, "sharp"))
    shape = (len(seeds), years.size)
    square = np.mean(np.reshape(error, shape) ** 2, axis=0)
    claimed = np.mean(np.reshape(stated, shape) ** 2, axis=0)
    assert np.all(long.cdf_of("sharp")[np.isin(long.years, years)] > 0.005)
    # F of 40 and 280 degrees of freedom; beyond this bound once in 10,000.
    most = stats.f.ppf(1 - 1e-4, len(seeds), 7 * len(seeds))
    # With one random trend the points are strata: a replicate's count is one of two numbers, the
    # one at times so rare that no seed here has it. Such errors are far below a single draw's.
    below_a_draw = (0.2 / (8 * 2048)) ** 2
    ratio = (square + below_a_draw) / (claimed + below_a_draw)
    assert np.all(ratio < most), f"squared errors over those stated: {ratio}"


# --- Intervals ---------------------------------------------------------------------------------


@cache
def forecast_of_uncertain() -> ba.Forecast:
    return ba.run(uncertain(), seed=3)


def test_an_end_that_is_not_reached_by_the_last_year_is_infinite() -> None:
    forecast = forecast_of_uncertain()
    last = float(forecast.cdf[-1])
    wide = 2.364624 * float(forecast.cdf_standard_error[-1])
    low, high = forecast.quantile_interval(last)
    assert 2090 < low < 2100
    assert high == math.inf
    low, high = forecast.quantile_interval(last + 0.5 * wide)
    assert low <= 2100
    assert high == math.inf
    assert forecast.quantile_interval(last + 1.5 * wide) == (math.inf, math.inf)
    assert forecast.quantile_interval(last - 1.5 * wide)[1] < 2100


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("hypothesis", [None, "lifetime", "evolution"])
def test_intervals_hold_the_estimate_and_widen_with_the_level(
    level: float, hypothesis: str | None
) -> None:
    forecast = forecast_of_uncertain()
    for p in np.linspace(0, 1, 41):
        low, high = forecast.quantile_interval(p, level, hypothesis)
        assert low <= forecast.quantile(p, hypothesis) <= high
        wider = forecast.quantile_interval(p, (1 + level) / 2, hypothesis)
        assert wider[0] <= low
        assert high <= wider[1]
    for year in (2024, 2024.3, 2036, 2050.7, 2100):
        low, high = forecast.probability_interval(year, level, hypothesis)
        assert 0 <= low <= forecast.probability_by(year, hypothesis) <= high <= 1
        wider = forecast.probability_interval(year, (1 + level) / 2, hypothesis)
        assert wider[0] <= low
        assert high <= wider[1]


@pytest.mark.parametrize("level", [0.0, 1.0, -1, 2])
def test_levels_lie_between_0_and_1(level: float) -> None:
    forecast = forecast_of_uncertain()
    with pytest.raises(ValueError, match="level must be between 0 and 1"):
        forecast.quantile_interval(0.5, level)
    with pytest.raises(ValueError, match="level must be between 0 and 1"):
        forecast.probability_interval(2050, level)


def test_intervals_by_hand() -> None:
    forecast = forecast_of_uncertain()
    sums = forecast.sums
    # Student's t with 7 degrees of freedom: 97.5 % lie below 2.364624 (any printed table).
    t = 2.364624
    mixes = []
    for left_out in range(8):
        others = [r for r in range(8) if r != left_out]
        mix = np.zeros(sums.years.size)
        for h, share in enumerate(forecast.share):
            mix += share * sums.arrived[0, others, h].sum(axis=0) / sums.total[0, others, h].sum()
        mixes.append((1 - forecast.none_probability) * mix)
    squares = 7 / 8 * np.sum((np.array(mixes) - np.mean(mixes, axis=0)) ** 2, axis=0)
    # Half of what the years say together, what interpolation between years may leave, and strata.
    spread = forecast.cdf * (1 - forecast.cdf)
    wide = np.isin(sums.years, forecast.whole_years) & (spread > 0.02)
    shared = np.mean(squares[wide] / spread[wide])
    error = np.sqrt(squares + shared * spread / 2 + sums.between**2 + sums.within[0] ** 2)
    at = int(np.flatnonzero(sums.years == 2050)[0])
    low, high = forecast.probability_interval(2050)
    assert low == pytest.approx(forecast.cdf[at] - t * error[at], abs=1e-9)
    assert high == pytest.approx(forecast.cdf[at] + t * error[at], abs=1e-9)
    low, high = forecast.quantile_interval(0.5)
    assert low == pytest.approx(np.interp(0.5, forecast.cdf + t * error, sums.years), abs=1e-5)
    assert high == pytest.approx(np.interp(0.5, forecast.cdf - t * error, sums.years), abs=1e-5)


# --- Memory ------------------------------------------------------------------------------------


def peak(run: Callable[[], object]) -> int:
    run()  # what is computed once and kept
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "estimator", "few", "many"),
    [
        ("preset", "count", 2 * 2**17, 2 * 2**19),
        ("preset", "integrate", 2 * 2**17, 2 * 2**19),
        ("uncertain", "integrate", 2 * 2**10, 2 * 2**13),
    ],
)
def test_memory_does_not_grow_with_points(
    case: str, estimator: str, few: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It takes 16 MiB and gives them back: a floor that hides what the points take.
    for name in ("count", "integrate"):
        module = import_module(f"bioanchors.engine.{name}")  # the package has a function count
        monkeypatch.setattr(module, "keep_freed_memory", lambda: None)
    parameters = parameters_in(case)

    def of(points: int) -> int:
        return peak(
            lambda: ba.run(
                parameters,
                points=points,
                replicates=2,
                precision=NEVER,
                estimator=estimator,
                threads=1,
            )
        )

    small_peak, large_peak = of(few), of(many)
    assert large_peak < 1.2 * small_peak, (
        f"{small_peak / 2**20:.1f} to {large_peak / 2**20:.1f} MiB"
    )


# --- Seeds -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["preset", "uncertain"])
def test_the_same_seed_gives_the_same_bits(case: str) -> None:
    parameters = parameters_in(case)
    one, again, other = (ba.run(parameters, seed=seed, precision=0.0005) for seed in (5, 5, 6))
    for name in ("years", "arrived", "total", "enough"):
        np.testing.assert_array_equal(getattr(one.sums, name), getattr(again.sums, name))
    assert one.sums.points == again.sums.points
    assert one.sums.trend_points == again.sums.trend_points
    assert one.origin.error == again.origin.error
    assert np.any(one.sums.arrived != other.sums.arrived)


@pytest.mark.parametrize("added", [WIDE, "1e31", NARROW])
def test_an_unrelated_hypothesis_leaves_the_others_as_they_were(added: str) -> None:
    alone = ba.run(small(SHARED), precision=NEVER, points=2**14)
    both = ba.run(small(SHARED + direct("added", added)), precision=NEVER, points=2**14)
    assert alone.points == both.points == 2**14
    # Where an arrival year is known outright it is a year of its own.
    at = np.isin(both.years, alone.years)
    np.testing.assert_allclose(
        both.cdf_of("network")[at], alone.cdf_of("network"), rtol=0, atol=1e-12
    )
    assert np.any(alone.cdf_standard_error > 0)


def test_an_error_at_the_end_of_a_step_is_not_nothing() -> None:
    """A step may end below the probability, years before it is reached, if not within the interval.

    On a straight CDF all ends say what the error says, and nothing changes.
    """
    reach = student_t(8)
    year, error = np.array(2035.0), np.array(0.0)
    just_so = np.array([2035.0, 2035.0, 2035.0, 2035.1])
    assert bent_quantile_error(error, year, just_so, reach) == pytest.approx(0.1 / (2 * reach))
    sooner = np.array([2035.0, 2035.0, 2035.1, 2035.3])
    assert bent_quantile_error(error, year, sooner, reach) == pytest.approx(0.3 / (2 * reach))
    straight = 2035.0 + 0.01 * reach * np.array(ENDS)
    assert bent_quantile_error(np.array(0.01), year, straight, reach) == 0.01
    beyond = np.array([-np.inf, 2035.0 - 0.01 * reach, 2035.0 + 0.01 * reach, np.inf])
    assert bent_quantile_error(np.array(0.01), year, beyond, reach) == 0.01
