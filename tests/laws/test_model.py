"""Laws of the model: closed formulas, first crossings, monotony, release years, any file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from strategies import (
    KINDS,
    PRESETS,
    Tree,
    at,
    extreme_files,
    files,
    read,
    replaced,
    scaled,
    shifted,
)

import bioanchors as ba
from bioanchors.engine import REQUIREMENT_EDGES
from bioanchors.model.arrival import first_crossing
from bioanchors.model.curves import Line
from bioanchors.model.low_end_update import ramp_weight
from bioanchors.model.release import release_year

Array = NDArray[np.float64]

LN10 = math.log(10)
S_PER_YEAR = 365 * 24 * 3600
CLOSE = 1e-3  # years
SLACK = 1e-6  # OOM: where a curve only just touches what is needed


def saturating(level: Any, ceiling: Any) -> Any:
    """log10 of v / (1 + v / c), from log10 v and log10 c."""
    return -np.logaddexp(-LN10 * level, -LN10 * ceiling) / LN10


def number(quantity: Any) -> float:
    return float(quantity["value"] if isinstance(quantity, dict) else quantity)


def oom_per_year(trend: Tree) -> float:
    """Speed of a known trend, whatever the unit it is given in."""
    for word in ("doubling", "halving"):
        if f"{word}_years" in trend:
            return math.log10(2) / number(trend[f"{word}_years"])
        if f"{word}_months" in trend:
            return math.log10(2) * 12 / number(trend[f"{word}_months"])
    if "times_per_year" in trend:
        return math.log10(number(trend["times_per_year"]))
    return number(trend["oom_per_year"])


def effective_flop(tree: Tree, name: str) -> Callable[[Any], Any]:
    """log10 of the FLOP that can be bought times the gain, by year, of a file of numbers."""
    own = tree["hypotheses"][name].get("algorithms", {})
    algorithms = {**tree.get("algorithms", {}), **own}
    if any(key.startswith("halving") or key in ("times_per_year", "oom_per_year") for key in own):
        algorithms = {
            **{k: algorithms[k] for k in ("gain_start_year", "max_oom") if k in algorithms},
            **{k: v for k, v in own.items() if k not in ("gain_start_year", "max_oom")},
        }
    hardware, spending, economy = tree["hardware"], tree["spending"], tree["economy"]

    def at_year(y: Any) -> Any:
        price = saturating(
            math.log10(number(hardware["flop_per_usd"]))
            + oom_per_year(hardware) * (y - hardware["start_year"]),
            math.log10(number(hardware["max_flop_per_usd"])),
        )
        gdp = math.log10(number(economy["largest_economy_gdp_usd"])) + math.log10(
            1 + number(economy["growth_per_year"])
        ) * (y - economy["gdp_year"])
        dollars = saturating(
            math.log10(number(spending["largest_run_usd"]))
            + oom_per_year(spending) * (y - spending["start_year"]),
            math.log10(number(spending["max_share_of_gdp"])) + gdp,
        )
        gain = saturating(
            oom_per_year(algorithms) * (y - algorithms["gain_start_year"]),
            number(algorithms["max_oom"]),
        )
        return price + dollars + gain

    return at_year


def requirement_flop(tree: Tree, name: str) -> float:
    """Training FLOP, in natural units, of a hypothesis in a file of numbers."""
    own = {k: v for k, v in tree["hypotheses"][name].items() if k not in ("kind", "algorithms")}
    kind = tree["hypotheses"][name]["kind"]
    if kind == "direct":
        return number(own["training_flop"])
    if kind == "evolution":
        flop_per_s = number(own["ancestor_flop_per_s"]) * number(own["population"])
        seconds = number(own["duration_years"]) * S_PER_YEAR
        return flop_per_s * seconds * 10 ** number(own["oom_vs_evolution"])
    if kind == "loss_threshold":
        return cheapest_flop(tree["scaling_law"], number(own["loss_above_irreducible"]))
    brain = number(tree["brain"]["flop_per_s"])
    if kind == "lifetime":
        return brain * number(own["lifetime_s"]) * 10 ** number(own["oom_vs_lifetime"])
    per_subjective_s = brain * 10 ** number(tree["network"]["oom_vs_brain"])
    if kind == "genome":
        parameters = number(own["parameters"])
    else:
        parameters = per_subjective_s / number(tree["network"]["flop_per_parameter_per_subj_s"])
    if kind == "data_points":
        return 6 * parameters * number(own["data_points"])
    scaling = tree["scaling"]
    ratio = parameters / number(scaling["reference_parameters"])
    samples = number(scaling["samples_at_reference"]) * ratio ** number(scaling["exponent"])
    if kind == "fine_tuned_network":
        share = number(own["fine_tuning_share"])
        horizon = share * number(own["fine_tuning_horizon_s"])
        horizon += (1 - share) * number(own["pretraining_horizon_s"])
    else:
        horizon = number(own["effective_horizon_s"])
    return per_subjective_s * horizon * samples


def cheapest_flop(law: Tree, loss: float) -> float:
    """FLOP of the cheapest run of a loss by Chinchilla's form, found by trying sizes."""
    a, b = number(law["parameters_exponent"]), number(law["data_exponent"])
    first, second = number(law["parameters_coefficient"]), number(law["data_coefficient"])
    least = math.log(first / loss) / a

    def ln_flop(ln_parameters: float) -> float:
        left = loss - first * math.exp(-a * ln_parameters)
        return math.log(6) + ln_parameters + math.log(second / left) / b

    bounds = least + 1e-3 / a, least + 60 / a
    return math.exp(minimize_scalar(ln_flop, bounds=bounds, options={"xatol": 1e-8}).fun)


def earliest(f: Callable[[Any], Any], first: float, last: float) -> float:
    """First year from which a function is at or above 0, by a dense scan; ``inf`` if never."""
    grid = np.linspace(first, last, 3001)
    values = f(grid)
    above = np.flatnonzero(values >= 0)
    if above.size:
        i = int(above[0])
        return first if i == 0 else float(brentq(f, grid[i - 1], grid[i], xtol=1e-9))
    i = int(np.argmax(values))
    left, right = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
    top = minimize_scalar(lambda y: -f(y), bounds=(left, right), options={"xatol": 1e-10}).x
    return float(brentq(f, left, top, xtol=1e-9)) if f(top) >= 0 > f(left) else math.inf


def assert_first(
    found: float,
    f: Callable[[Any], Any],
    need: float,
    first: float,
    last: float,
    slack: float = SLACK,
) -> None:
    """Assert that a year is the first at which a curve reaches a need.

    A curve that only just touches has no well-defined year, so the need is given some slack.
    """
    soonest = earliest(lambda y: f(y) - (need - slack), first, last)
    latest = earliest(lambda y: f(y) - (need + slack), first, last)
    year = first if found == -math.inf else found
    assert soonest - CLOSE <= year <= latest + CLOSE
    assert first <= found <= last or math.isinf(found)


# --- Everything known: the closed formula ------------------------------------------------------


def assert_year_everywhere(tree: Tree) -> None:
    """Assert that a file of numbers and one hypothesis gives its closed formula's year."""
    (name,) = tree["hypotheses"]
    first, last = float(tree["forecast"]["first_year"]), float(tree["forecast"]["last_year"])
    need = math.log10(requirement_flop(tree, name))
    f, parameters = effective_flop(tree, name), read(tree)
    forecast = ba.run(parameters, points=64, replicates=2)
    quantiles = [forecast.quantile(p) for p in (0.01, 0.5, 0.99)]
    draws = ba.draw(parameters, points=64, replicates=2)
    np.testing.assert_allclose(draws["requirement"].values, need, rtol=1e-12)
    for found in {*quantiles, *draws["arrival_year"].values.ravel().tolist()}:
        assert_first(found, f, need, first, last)


@pytest.mark.slow
@given(files(known=True, most=1, none=False))
@settings(max_examples=150, deadline=None)
def test_known_numbers_give_the_year_of_the_closed_formula(tree: Tree) -> None:
    assert_year_everywhere(tree)


BY_HAND = {
    "format": 1,
    "forecast": {"first_year": 2024, "last_year": 2100, "report_years": [2036]},
    "hypotheses": {"mine": {"kind": "direct", "weight": 1.0, "training_flop": 1e30}},
    "algorithms": {"gain_start_year": 2025.0, "halving_years": 2.0, "max_oom": 100.0},
    "hardware": {
        "start_year": 2025.0,
        "flop_per_usd": 1e17,
        "doubling_years": 2.0,
        "max_flop_per_usd": 1e80,
    },
    "spending": {
        "start_year": 2025.0,
        "largest_run_usd": 1e8,
        "doubling_years": 2.0,
        "max_share_of_gdp": 1.0,
    },
    "economy": {
        "gdp_year": 2025.0,
        "largest_economy_gdp_usd": 1e30,
        "growth_per_year": 0.0,
    },
}


@pytest.mark.parametrize("oom", [0.5, 1, 2.25, 5, 10])
def test_far_from_every_ceiling_doublings_are_counted(oom: float) -> None:
    """Three doublings every two years from 10^25 FLOP in 2025."""
    tree = replaced(BY_HAND, "hypotheses.mine.training_flop", 10 ** (25 + oom))
    year = 2025 + 2 * oom / (3 * math.log10(2))
    forecast = ba.run(read(tree), points=64, replicates=2)
    for p in (0.01, 0.5, 0.99):
        assert forecast.quantile(p) == pytest.approx(year, abs=CLOSE)
    assert ba.draw(read(tree), points=16)["arrival_year"].values == pytest.approx(year, abs=CLOSE)


def test_flop_enough_at_a_ceiling_are_never_reached_above_it() -> None:
    # Half of each ceiling is passed; all of it never.
    tree = replaced(BY_HAND, "hardware.max_flop_per_usd", 1e18)
    tree = replaced(tree, "economy.largest_economy_gdp_usd", 1e9)
    tree = replaced(tree, "algorithms.max_oom", 1.0)
    for oom, reached in ((27.999, True), (28.0, False), (28.5, False)):
        forecast = ba.run(
            read(replaced(tree, "hypotheses.mine.training_flop", 10**oom)), points=64, replicates=2
        )
        assert math.isfinite(forecast.quantile(0.5)) == reached
        assert forecast.probability_by(2100) == float(reached)


def test_enough_before_the_window_is_no_year_of_it() -> None:
    forecast = ba.run(
        read(replaced(BY_HAND, "hypotheses.mine.training_flop", 1e20)), points=64, replicates=2
    )
    assert forecast.quantile(0.01) == forecast.quantile(1.0) == -math.inf
    assert forecast.mass_at_or_before == 1.0


def test_a_falling_curve_counts_from_its_highest() -> None:
    """Spending that halves yearly: what was bought first is the most, hence now or never."""
    tree = replaced(BY_HAND, "spending", {**BY_HAND["spending"], "start_year": 2024.0})
    del tree["spending"]["doubling_years"]
    tree["spending"]["oom_per_year"] = -1.0
    for flop, year in ((1e24, -math.inf), (1e26, math.inf)):
        forecast = ba.run(
            read(replaced(tree, "hypotheses.mine.training_flop", flop)), points=64, replicates=2
        )
        assert forecast.quantile(0.5) == year


@given(files(known=True, none=False))
@settings(max_examples=50, deadline=None)
def test_known_numbers_give_steps(tree: Tree) -> None:
    """Of several known hypotheses each is a step at its own year, and the mixture adds them up."""
    forecast = ba.run(read(tree), points=16, replicates=2)
    total = sum(h["weight"] for h in tree["hypotheses"].values())
    steps = {name: forecast.quantile(0.5, name) for name in tree["hypotheses"]}
    first, last = forecast.years[0], forecast.years[-1]
    for name, year in steps.items():
        assert forecast.quantile(1e-9, name) == pytest.approx(year, abs=CLOSE)
        assert forecast.quantile(1 - 1e-9, name) == pytest.approx(year, abs=CLOSE)
    for step in {*steps.values(), last} - {math.inf}:
        for year in (step - 2 * CLOSE, step + 2 * CLOSE):
            if first <= year <= last and all(abs(year - s) > CLOSE for s in steps.values()):
                arrived = [n for n in steps if steps[n] <= year]
                expected = sum(tree["hypotheses"][n]["weight"] for n in arrived) / total
                assert forecast.probability_by(year) == pytest.approx(expected, abs=1e-12)


# --- First crossings ---------------------------------------------------------------------------

SLOPES = st.one_of(
    st.just(0.0),
    st.floats(-0.5, 1.0),
    st.floats(-0.01, 0.01),
    st.floats(-400, 400),
)
LINES = st.tuples(st.one_of(st.floats(-60, 60), st.floats(-3, 3), st.just(0.0)), SLOPES)


@st.composite
def curves(draw: st.DrawFn) -> tuple[tuple[float, float], list[tuple[float, float]], float, float]:
    """A line, lines under a softplus, and a window."""
    line = draw(LINES)
    terms = draw(st.lists(LINES, max_size=3))
    first = draw(st.integers(1900, 2999))
    last = draw(st.integers(first + 1, min(first + draw(st.sampled_from([5, 120, 2000])), 3000)))
    return line, terms, float(first), float(last)


def height(line: Any, terms: Any, t: Any) -> Any:
    """log10 of a line over one plus each term: the definition."""
    value = line[0] + line[1] * t
    for level, slope in terms:
        value = value - np.logaddexp(0.0, LN10 * (level + slope * t)) / LN10
    return value


@given(curves(), st.floats(0, 1), st.floats(-1, 1))
@settings(max_examples=500, deadline=None)
@example(((0.0, 400.0), [(-60.0, 400.0)], 1900.0, 3000.0), 1.0, 0.0)
@example(((0.0, 0.1), [(-1.0, 0.3)], 2024.0, 2100.0), 0.1, 1e-9)
@example(((0.0, 0.0), [], 2024.0, 2100.0), 0.5, 0.0)
def test_first_crossing_is_that_of_a_dense_scan(
    curve: tuple[Any, Any, float, float], share: float, above: float
) -> None:
    line, terms, first, last = curve

    def f(year: Any) -> Any:
        return height(line, terms, year - first)

    # Needs on the curve, above its top and below its start.
    reached = f(first + share * (last - first))
    need = float(reached) + above
    assume(abs(need) < 1e6)
    found = first_crossing(Line(*line, tuple(terms), first), np.array([need]), last)
    assert found.shape == (1,)
    slopes = LN10 * (abs(line[1]) + sum(abs(k) for _, k in terms))
    size = sum(abs(a) + abs(k) * (last - first) for a, k in (line, *terms))
    # A curve that is only just not high enough turns within the tolerance of the search.
    slack = SLACK + 1e-13 * size + 1e-10 * slopes**2
    assert_first(float(found[0]), f, need, first, last, slack)


def _since_2000(line: Any, terms: Any, year: Any) -> Any:
    return height(line, terms, year - 2000.0)


@given(st.lists(st.tuples(LINES, LINES, LINES, st.floats(-50, 50)), min_size=2, max_size=20))
@settings(max_examples=100, deadline=None)
def test_draws_do_not_disturb_each_other(rows: list[tuple[Any, Any, Any, float]]) -> None:
    """A draw's crossing among others is the one it has alone, as numbers or as arrays."""
    line, one, two = (np.array([row[i] for row in rows]).T for i in range(3))
    need = np.array([row[3] for row in rows])
    together = first_crossing(
        Line(line[0], line[1], (tuple(one), tuple(two)), 2000.0), need, 2100.0
    )
    alone = [
        first_crossing(Line(*a, (b, c), 2000.0), np.array([d]), 2100.0)[0] for a, b, c, d in rows
    ]
    for row, here, there in zip(rows, together, alone, strict=True):
        slack = SLACK + 1e-10 * (LN10 * sum(abs(k) for _, k in row[:3])) ** 2
        a, b, c, d = row
        if here != pytest.approx(there, abs=1e-4):
            # Only where the curve just about touches what is needed.
            f = partial(_since_2000, a, (b, c))
            for year in (here, there):
                assert_first(float(year), f, d, 2000.0, 2100.0, slack)


@given(curves())
@settings(max_examples=100, deadline=None)
def test_enough_from_the_start_is_the_first_year_and_too_much_is_never(
    curve: tuple[Any, Any, float, float],
) -> None:
    line, terms, first, last = curve
    this = Line(*line, tuple(terms), first)
    start = float(height(line, terms, 0.0))
    below = np.array([start, start - 5.0, -1e4]) - SLACK
    np.testing.assert_array_equal(first_crossing(this, below, last), first)
    # A line is the most that a line less something can be.
    most = max(line[0], line[0] + line[1] * (last - first))
    above = most + np.array([0.1, 10.0, 1e4])
    np.testing.assert_array_equal(first_crossing(this, above, last), np.inf)


@given(curves(), st.floats(-1e3, 1e3), st.lists(st.floats(SLACK, 100), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_higher_need_is_not_met_sooner(
    curve: tuple[Any, Any, float, float], lowest: float, gaps: list[float]
) -> None:
    line, terms, first, last = curve
    needs = np.cumsum([lowest, *gaps])
    years = first_crossing(Line(*line, tuple(terms), first), needs, last)
    assert np.all(years[1:] >= years[:-1] - 1e-4)


# --- Any file that is allowed ------------------------------------------------------------------


def assert_sound(forecast: ba.Forecast) -> None:
    data = forecast.dataset
    for name in ("cdf", "hypothesis_cdf", "requirement_cdf"):
        values = data[name].values
        assert np.all((values >= -1e-12) & (values <= 1 + 1e-12)), name
        assert np.all(np.diff(values, axis=-1) >= -1e-12), name
    for name, variable in data.variables.items():
        if variable.dtype.kind == "f":
            assert np.all(np.isfinite(variable.values)), name
    for name in ("cdf_standard_error", "hypothesis_cdf_standard_error"):
        assert np.all(data[name].values >= 0)
    assert np.all(np.diff(data["year"].values) > 0)
    # What asks for more FLOP than the last edge, 1e120, is beyond it.
    if data["log10_flop"].values[-1] < REQUIREMENT_EDGES[-1]:
        assert data["requirement_cdf"].values[:, -1] == pytest.approx(1, abs=1e-12)
    removed = data["low_end_removed"].values
    assert np.all((removed >= -1e-12) & (removed <= 1))


@pytest.mark.slow
@given(files())
@settings(max_examples=60, deadline=None)
def test_cdfs_never_fall_and_stay_between_0_and_1(tree: Tree) -> None:
    forecast = ba.run(read(tree), points=256, replicates=4)
    assert_sound(forecast)
    assert set(forecast.hypotheses) == set(tree["hypotheses"])
    whole = np.searchsorted(forecast.years, forecast.whole_years)
    np.testing.assert_array_equal(forecast.years[whole], forecast.whole_years)


@pytest.mark.slow
@given(extreme_files())
@settings(max_examples=200, deadline=None)
def test_numbers_at_the_bounds_of_the_format_give_no_warning(tree: Tree) -> None:
    # A warning is an error here; what overflows or is no number would be one.
    parameters = read(tree)
    forecast = ba.run(parameters, points=4, replicates=2)
    for name in ("cdf", "hypothesis_cdf", "cdf_standard_error"):
        assert np.all(np.isfinite(forecast.dataset[name].values)), name
    cdf = forecast.dataset["cdf"].values
    assert set(cdf.tolist()) <= {0.0, 1.0}
    arrival = ba.draw(parameters, points=4, replicates=2)["arrival_year"].values
    assert np.unique(arrival).size == 1
    first, last = forecast.years[0], forecast.years[-1]
    year = forecast.quantile(0.5)
    assert year == pytest.approx(float(arrival.flat[0]), abs=1e-9)
    assert first <= year <= last or math.isinf(year)


@given(extreme_files())
@settings(max_examples=150, deadline=None)
def test_numbers_at_the_bounds_of_the_format_give_the_year_of_the_formula(tree: Tree) -> None:
    parameters = read(tree)
    draws = ba.draw(parameters, points=2, replicates=2)
    f = effective_flop(tree, "only")
    first, last = float(tree["forecast"]["first_year"]), float(tree["forecast"]["last_year"])
    slopes = LN10 * (
        oom_per_year(tree["hardware"])
        + oom_per_year(tree["spending"])
        + oom_per_year(tree["algorithms"])
    )
    need = float(draws["requirement"].values[0, 0])
    slack = SLACK + 1e-10 * slopes**2
    assert_first(float(draws["arrival_year"].values[0, 0]), f, need, first, last, slack)


@pytest.mark.parametrize("points", [2, 8, 64])
def test_an_update_that_leaves_few_draws_gives_sound_numbers(points: int) -> None:
    """With few points a replicate may be wholly ruled out: no warning, no NaN, no false year."""
    tree = replaced(
        BY_HAND,
        "hypotheses.mine.training_flop",
        {"dist": "lognormal", "median": 1e22, "sd_oom": 1.0},
    )
    tree["low_end_update"] = {"ruled_out_below_flop": 1e23, "full_weight_above_flop": 1e24}
    for seed in range(20):
        try:
            forecast = ba.run(read(tree), points=points, replicates=2, seed=seed)
        except ba.BadParameters as error:
            assert "leaves nothing" in str(error)  # noqa: PT017 - few points may well leave none
            continue
        assert np.all(np.isfinite(forecast.dataset["cdf"].values))
        assert np.all(np.isfinite(forecast.dataset["requirement_cdf"].values))


def test_an_update_that_leaves_nothing_is_bad_input() -> None:
    tree = replaced(BY_HAND, "hypotheses.mine.training_flop", 1e22)
    tree["low_end_update"] = {"ruled_out_below_flop": 1e23, "full_weight_above_flop": 1e24}
    with pytest.raises(ba.BadParameters, match=r"mine.*leaves nothing"):
        ba.run(read(tree), points=64, replicates=2)


# --- More means sooner -------------------------------------------------------------------------


def arrivals(tree: Tree) -> Array:
    values: Array = ba.draw(read(tree), points=256, replicates=2)["arrival_year"].values
    return values


def assert_no_later(less: Tree, more: Tree) -> None:
    """Assert that no draw arrives later; the search for a year ends within 10^-5 of it."""
    before, after = arrivals(less), arrivals(more)
    late = after > before + 1e-4
    assert not late.any(), (before[late][:3], after[late][:3])


MORE = {
    "hardware.flop_per_usd": 3.0,
    "hardware.max_flop_per_usd": 10.0,
    "spending.largest_run_usd": 3.0,
    "spending.max_share_of_gdp": 2.0,
    "economy.largest_economy_gdp_usd": 2.0,
}


@pytest.mark.parametrize("path", MORE)
@given(tree=files(none=False, update=False), part=st.floats(0.01, 1))
@settings(max_examples=25, deadline=None)
def test_more_or_cheaper_flop_delay_no_draw(path: str, tree: Tree, part: float) -> None:
    factor = MORE[path] ** part
    assert_no_later(tree, replaced(tree, path, scaled(at(tree, path), factor)))


FASTER = {
    **{f"{word}_years": 0.5 for word in ("doubling", "halving")},
    **{f"{word}_months": 0.5 for word in ("doubling", "halving")},
    "times_per_year": 1.5,
    "oom_per_year": None,
}


@pytest.mark.parametrize("table", ["hardware", "spending", "algorithms"])
@given(tree=files(none=False, update=False, late_start=False))
@settings(max_examples=25, deadline=None)
def test_faster_trends_delay_no_draw(table: str, tree: Tree) -> None:
    """Levels and gains count from before the window: faster would mean less before that."""
    more = tree
    for where in (table, *(f"hypotheses.{n}.algorithms" for n in tree["hypotheses"])):
        if where != table and (
            table != "algorithms" or "algorithms" not in at(tree, where.rpartition(".")[0])
        ):
            continue
        for key in FASTER.keys() & at(tree, where).keys():
            path, factor = f"{where}.{key}", FASTER[key]
            value = at(tree, path)
            faster = shifted(value, 0.1) if factor is None else scaled(value, factor)
            more = replaced(more, path, faster)
    assert_no_later(tree, more)


@given(tree=files(none=False, update=False, late_start=False), term=st.floats(0, 0.05))
@settings(max_examples=25, deadline=None)
def test_growth_delays_no_draw(tree: Tree, term: float) -> None:
    path = "economy.growth_per_year"
    assert_no_later(tree, replaced(tree, path, shifted(at(tree, path), term)))


@given(tree=files(none=False, update=False), factor=st.floats(1, 2))
@settings(max_examples=25, deadline=None)
def test_a_higher_cap_on_algorithms_delays_no_draw(tree: Tree, factor: float) -> None:
    more = tree
    for where in ("algorithms", *(f"hypotheses.{n}.algorithms" for n in tree["hypotheses"])):
        try:
            cap = at(tree, f"{where}.max_oom")
        except KeyError:
            continue
        more = replaced(more, f"{where}.max_oom", scaled(cap, factor))
    assert_no_later(tree, more)


LESS = {
    "lifetime": ("lifetime_s", "oom_vs_lifetime"),
    "neural_network": ("effective_horizon_s",),
    "genome": ("effective_horizon_s",),
    "evolution": ("population", "oom_vs_evolution"),
    "direct": ("training_flop",),
    "data_points": ("data_points",),
}


@pytest.mark.parametrize("kind", LESS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_lower_requirement_delays_no_draw(kind: str, data: st.DataObject) -> None:
    tree = data.draw(files(kinds=(kind,), none=False, update=False))
    oom = data.draw(st.floats(0.01, 3))
    name = data.draw(st.sampled_from(sorted(tree["hypotheses"])))
    key = data.draw(st.sampled_from(LESS[kind]))
    path = f"hypotheses.{name}.{key}"
    value = at(tree, path)
    lower = shifted(value, -oom) if key.startswith("oom_") else scaled(value, 10**-oom)
    trees = (tree, replaced(tree, path, lower))
    less, more = (ba.draw(read(t), points=256, replicates=2) for t in trees)
    here = {"hypothesis": name}
    np.testing.assert_allclose(
        (less["requirement"] - more["requirement"]).sel(here).values, oom, rtol=0, atol=1e-6
    )
    assert np.all(more["arrival_year"].sel(here) <= less["arrival_year"].sel(here) + 1e-4)
    others = [n for n in tree["hypotheses"] if n != name]
    np.testing.assert_array_equal(
        more["arrival_year"].sel(hypothesis=others), less["arrival_year"].sel(hypothesis=others)
    )


# --- Requirements ------------------------------------------------------------------------------


def test_a_published_network() -> None:
    """F = 10^16, H = 32, P = 10^14.5, a = 0.8, 10^12 samples at 10^12 parameters."""
    settings_ = (
        "brain.flop_per_s=1e15",
        "network.oom_vs_brain=1",
        "scaling.exponent=0.8",
        "scaling.samples_at_reference=1e12",
        "hypotheses.short_horizon.effective_horizon_s=32",
    )
    draws = ba.draw(ba.read_parameters("cotra2020", settings_), points=16)
    found = draws["requirement"].sel(hypothesis="short_horizon").values
    np.testing.assert_allclose(found, 31.5051, rtol=0, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_requirements_are_the_products_of_natural_units(kind: str, data: st.DataObject) -> None:
    tree = data.draw(files(known=True, kinds=(kind,), most=2))
    draws = ba.draw(read(tree), points=2, replicates=2)
    for name in tree["hypotheses"]:
        found = draws["requirement"].sel(hypothesis=name).values
        np.testing.assert_allclose(
            found, math.log10(requirement_flop(tree, name)), rtol=0, atol=1e-9
        )


def test_parameters_go_with_the_same_draw_of_flop() -> None:
    """The network's parameters follow its FLOP draw by draw, the genome's do not."""
    draws = ba.draw("cotra2020", points=2**10)
    flop = np.log10(draws["brain.flop_per_s"]) + draws["network.oom_vs_brain"]
    samples = np.log10(draws["scaling.samples_at_reference"]) - 12 * draws["scaling.exponent"]
    for name in ("short_horizon", "medium_horizon", "long_horizon"):
        horizon = np.log10(draws[f"hypotheses.{name}.effective_horizon_s"])
        log_parameters = flop - 1.5
        expected = flop + horizon + samples + draws["scaling.exponent"] * log_parameters
        np.testing.assert_allclose(draws["requirement"].sel(hypothesis=name), expected, atol=1e-6)
    genome = flop + np.log10(draws["hypotheses.genome.effective_horizon_s"]) + samples
    genome = genome + draws["scaling.exponent"] * np.log10(draws["hypotheses.genome.parameters"])
    np.testing.assert_allclose(draws["requirement"].sel(hypothesis="genome"), genome, atol=1e-9)


# --- The low-end update ------------------------------------------------------------------------


@given(st.floats(0, 60), st.floats(1e-3, 30), st.floats(0, 1))
def test_ramp_weight_is_straight_between_its_ends(low: float, width: float, share: float) -> None:
    high = low + width
    x = low + share * width
    found = ramp_weight(np.array([low - 1, low, x, high, high + 1]), low, high)
    np.testing.assert_allclose(found, [0, 0, share, 1, 1], rtol=0, atol=1e-9)


@given(files(none=False))
@settings(max_examples=30, deadline=None)
def test_weights_of_draws_are_the_ramp(tree: Tree) -> None:
    draws = ba.draw(read(tree), points=64, replicates=2)
    need, weight = draws["requirement"].values, draws["weight"].values
    if "low_end_update" not in tree:
        assert np.all(weight == 1)
        return
    ramp = tree["low_end_update"]
    ends = np.log10([ramp["ruled_out_below_flop"], ramp["full_weight_above_flop"]])
    np.testing.assert_allclose(weight, np.interp(need, ends, [0, 1]), rtol=0, atol=1e-12)


# --- None of these -----------------------------------------------------------------------------


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(1900, 3000),
    st.floats(0.1, 500),
)
def test_release_years_have_the_distribution_that_none_leaves(
    probability: float, part: float, start: float, length: float
) -> None:
    end = probability * part
    u = (np.arange(4096) + 0.5) / 4096
    release = release_year(u, probability, end, start, start + length)
    assert not np.any(np.isnan(release))
    for year in (start - 1, *np.linspace(start, start + length, 7), start + length + 1):
        none = np.interp(year, [start, start + length], [probability, end])
        # Half a point, and one more where a year is rounded.
        assert np.mean(release <= year) == pytest.approx(1 - none, abs=1.6 / 4096)
    assert np.all(np.diff(release[np.isfinite(release)]) >= 0)
    assert np.all((release == -np.inf) | (release >= start - 1e-6))


@given(files())
@settings(max_examples=30, deadline=None)
def test_draws_with_release_years_have_the_formulas_cdf(tree: Tree) -> None:
    """P(max(release, arrival) <= y) is (1 - none(y)) times the mixture of conditional CDFs."""
    parameters = read(tree)
    how = {"points": 2**12, "replicates": 4}
    draws, forecast = ba.draw(parameters, **how), ba.run(parameters, **how)
    weight, share = draws["weight"].values, forecast.dataset["share"].values
    late = np.maximum(draws["release_year"].values, draws["arrival_year"].values)
    row_weight = share[:, np.newaxis] * weight / weight.sum(axis=1, keepdims=True)
    # Draws are shared, so the worst that weights can do is to leave so many.
    effective = 1 / np.sum(row_weight.sum(axis=0) ** 2)
    first, last = forecast.years[0], forecast.years[-1]
    for year in np.linspace(first, last, 5):
        near = forecast.years[np.searchsorted(forecast.years, year)]
        expected = forecast.probability_by(near)
        found = float(row_weight[late <= near].sum())
        sd = math.sqrt(max(expected * (1 - expected), 1 / effective) / effective)
        assert found == pytest.approx(expected, abs=6 * sd + 1e-9)


@given(files(none=False))
@settings(max_examples=30, deadline=None)
def test_draws_and_forecast_count_the_same_arrivals(tree: Tree) -> None:
    """Without "none" the two hold the same draws, so that their CDFs are equal."""
    parameters = read(tree)
    how: dict[str, Any] = {"points": 2**9, "replicates": 4, "seed": -3}
    draws = ba.draw(parameters, **how)
    forecast = ba.run(parameters, **how, estimator="count", precision=1e-9)
    weight, arrival = draws["weight"].values, draws["arrival_year"].values
    for year in forecast.whole_years:
        by_hand = np.sum(weight * (arrival <= year), axis=1) / weight.sum(axis=1)
        found = forecast.dataset["hypothesis_cdf"].sel(year=year).values
        np.testing.assert_allclose(found, by_hand, rtol=0, atol=1e-12)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_draw_none_as_they_say(preset: str) -> None:
    draws = ba.draw(preset, points=2**14)
    none = ba.read_parameters(preset).none_probability
    for year in (2024.0, 2025.0, 2050.0, 2075.0, 2099.9):
        released = float(np.mean(draws["release_year"].values <= year))
        assert released == pytest.approx(1 - float(none(np.array([year]))[0]), abs=2e-3)


@given(
    st.lists(st.tuples(st.floats(-40, 40), st.floats(-2, 4)), min_size=0, max_size=4),
    st.floats(-1, 3),
)
@settings(max_examples=200, deadline=None)
def test_the_highest_so_far_does_not_hang_on_the_years_asked_for(
    terms: list[tuple[float, float]], slope: float
) -> None:
    curve = Line(10.0, slope, tuple(terms), 2020.0)
    fine = np.linspace(2025.0, 2100.0, 75 * 64 + 1)
    exact = np.maximum.accumulate(np.broadcast_to(curve.at(fine), fine.shape))
    for step in (1, 7 * 64, 75 * 64):
        found = curve.highest_so_far(fine[::step])
        # The fine years miss a summit between them by less than a slope's change over one.
        np.testing.assert_allclose(found[0], exact[::step], rtol=0, atol=2e-3)
        assert np.all(found[0] >= exact[::step] - 1e-9)


def recipe() -> str:
    """Return the block of docs/for-modellers.md that makes a probability again."""
    page = Path(__file__).parents[2] / "docs" / "for-modellers.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = (block for block in blocks if "evidence_weight" in block)
    return str(found)


@pytest.mark.parametrize("preset", ["cotra2020", "latest", "rethink2023-whole"])
def test_draws_say_what_they_are_and_make_the_forecast_again(preset: str) -> None:
    """As docs/for-modellers.md has it, with evidence and without."""
    forecast, draws = ba.run(preset), ba.draw(preset, points=2**16)
    assert all(variable.attrs["long_name"] for variable in draws.data_vars.values())
    for year in (2027, 2036, 2050):
        known = {"forecast": forecast, "draws": draws, "print": lambda *_: None}
        exec(recipe().replace("2050", str(year)), known)
        drawn = float(known[f"by_{year}"])
        assert drawn == pytest.approx(forecast.probability_by(year), abs=0.003)
