"""Sweeps and ``solve``: what comes out is what single runs say."""

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

import bioanchors as ba
from bioanchors.analysis import solving
from bioanchors.analysis.searching import EVERY, TRIED, Search, range_of, read_target
from bioanchors.analysis.sweeping import sweep
from bioanchors.analysis.weightings import line, listed, read_weightings, simplex
from bioanchors.output.sweep_figures import draw_multiples, write_sweep_figure
from bioanchors.output.sweep_tables import solution_words
from bioanchors.results.weighting import Weightings

BAD_INPUT = 2
HORIZONS = ("short_horizon", "medium_horizon", "long_horizon")
ALL = ("lifetime", "short_horizon", "genome", "medium_horizon", "long_horizon", "evolution")


@pytest.fixture(scope="module")
def forecasts():
    return {name: ba.run(name) for name in ("cotra2020", "latest")}


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


# --- Weightings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["cotra2020", "cotra2020-uncertain"])
def test_corners_are_fresh_runs_of_single_hypotheses(preset, tmp_path):
    found = sweep(preset, simplex_of=HORIZONS, others="zero", none=0, step=0.5)
    corners = found.axis.weights.argmax(axis=0)
    for place, name in zip(corners, HORIZONS, strict=True):
        dropped = [f"hypotheses.{other}" for other in ALL if other != name]
        text = f'format = 1\nextends = "{preset}"\ndrop = {[*dropped, "none"]}\n'
        if preset == "cotra2020-uncertain":
            # Correlations of the caps of hypotheses that are gone.
            text = text.replace('"none"]', '"none", "correlations"]').replace("'", '"')
            text = text.replace('"none"]', '"none", "correlations"]')
        fresh = ba.run(write(tmp_path / f"{name}.toml", text.replace("'", '"')), seed=7)
        median = float(found.dataset["median_year"].values[place])
        assert median == pytest.approx(fresh.quantile(0.5), abs=0.05)


weights = st.lists(st.floats(0, 5), min_size=6, max_size=6).filter(lambda w: sum(w) > 0.01)


@given(
    weights=weights,
    none=st.none() | st.floats(0, 0.99),
    name=st.sampled_from(["cotra2020", "latest"]),
)
@settings(max_examples=40, deadline=None)
def test_weightings_are_with_weights(forecasts, weights, none, name):
    forecast = forecasts[name]
    under = Weightings(
        forecast, np.array([weights]), np.array([math.nan if none is None else none])
    )
    asked = dict(zip(ALL, weights, strict=True)) | ({} if none is None else {"none": none})
    other = forecast.with_weights(asked)
    years = np.array([2030.3, 2050.0, 2100.0])
    expected = [other.probability_by(year) for year in years]
    np.testing.assert_allclose(under.cdf(years)[0], expected, rtol=0, atol=1e-12)
    errors = [other.probability_standard_error(year) for year in years]
    np.testing.assert_allclose(under.cdf_standard_error(years)[0], errors, rtol=1e-6, atol=1e-12)
    for p in (0.1, 0.5, 0.9):
        year = other.quantile(p)
        assert under.quantile(p)[0] == (year if math.isinf(year) else pytest.approx(year, abs=1e-6))


def test_errors_of_weightings_near_a_step_are_those_of_the_forecast():
    known = "changes.breakthrough={of='algorithms',year=2035,times=10}"
    forecast = ba.run(ba.read_parameters("cotra2020-uncertain", [known]), points=2**12)
    before, after = (forecast.probability_by(year) for year in (2034.99999, 2035))
    assert after - before > 0.02
    under = Weightings(forecast, forecast.prior_share[np.newaxis])
    for p in np.linspace(before - 0.01, after + 0.01, 23):
        expected = forecast.quantile_standard_error(p)
        assert under.quantile_standard_error(p)[0] == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_each_weighting_stands_alone(forecasts):
    rng = np.random.default_rng(1)
    rows, none = rng.dirichlet(np.ones(6), 50), rng.random(50)
    none[::3] = math.nan
    together = Weightings(forecasts["latest"], rows, none)
    for i in (0, 1, 17, 48):
        alone = Weightings(forecasts["latest"], rows[i : i + 1], none[i : i + 1])
        assert together.quantile(0.5)[i] == pytest.approx(alone.quantile(0.5)[0], abs=1e-9)
    assert np.all(np.diff(together.cdf(np.arange(2026.0, 2101.0)), axis=1) >= -1e-12)


def test_others_keep_or_zero(forecasts):
    forecast = forecasts["cotra2020"]
    kept = simplex(HORIZONS, 0.5, "keep").shares(forecast.parameters)
    own = dict(zip(ALL, forecast.prior_share, strict=True))
    for name in set(ALL) - set(HORIZONS):
        np.testing.assert_allclose(kept[:, ALL.index(name)], own[name])
    np.testing.assert_allclose(kept.sum(axis=1), 1)
    zero = simplex(HORIZONS, 0.5, "zero").shares(forecast.parameters)
    assert not zero[:, [i for i, name in enumerate(ALL) if name not in HORIZONS]].any()


def test_the_files_own_weights_are_on_the_map(forecasts, tmp_path):
    found = sweep("cotra2020", marks={"other": {"short_horizon": 1, "long_horizon": 1}})
    own, other = found.marks
    assert own.median_year == pytest.approx(forecasts["cotra2020"].quantile(0.5), abs=1e-9)
    assert other.weights == (0.5, 0, 0.5)
    assert write_sweep_figure(found, tmp_path / "map.png")


def test_a_line_ends_at_its_weightings(forecasts):
    first, second = {"short_horizon": 2, "none": 0}, {"evolution": 1, "genome": 3, "none": 0.5}
    found = sweep("cotra2020", between=(first, second), step=0.25).dataset["median_year"].values
    for value, weighting in zip(found[[0, -1]], (first, second), strict=True):
        assert value == pytest.approx(forecasts["cotra2020"].with_weights(weighting).quantile(0.5))


def test_weightings_from_csv(tmp_path):
    path = write(tmp_path / "w.csv", "short_horizon,genome,none\n1,0,0.1\n0,2,\n\n3,1,0\n")
    axis = read_weightings(path, ba.read_parameters("cotra2020"))
    assert axis.names == ("short_horizon", "genome")
    np.testing.assert_array_equal(axis.weights, [[1, 0], [0, 2], [3, 1]])
    np.testing.assert_array_equal(axis.none, [0.1, math.nan, 0])


def test_ten_thousand_weightings_need_no_new_draws(forecasts):
    rows = np.random.default_rng(1).dirichlet(np.ones(6), 10_000)
    forecast = forecasts["latest"]
    started = time.process_time()
    medians = Weightings(forecast, rows).quantile(0.5)
    # Benchmarked in benchmarks/; here only that it is not a run each.
    assert time.process_time() - started < 10
    assert medians.shape == (10_000,)


# --- Values and files ----------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["cotra2020", "cotra2020-uncertain"])
def test_slower_hardware_is_never_sooner(preset):
    values = np.linspace(1.5, 3.5, 9)
    found = sweep(preset, vary={"hardware.doubling_years": values})
    # From the trend's start on; before, what grows more slowly was higher.
    chances = found.dataset["probability"].sel(year=slice(2025, None)).values
    assert np.all(np.diff(chances, axis=0) <= 1e-12)
    assert np.all(np.diff(found.dataset["median_year"].values) >= 0)
    assert found.dataset["hardware.doubling_years"].attrs["units"] == "years"


def test_a_swept_value_is_a_run():
    found = sweep("cotra2020", vary={"spending.doubling_years": [2, 3], "none": [0, 0.1, 0.2]})
    assert found.dimensions == ("spending.doubling_years", "none")
    edited = ba.run(ba.read_parameters("cotra2020", ["spending.doubling_years=3", "none=0.1"]))
    assert found.dataset["median_year"].values[1, 1] == pytest.approx(edited.quantile(0.5))
    chances = found.dataset["probability"].sel(year=2050).values[1, 1]
    assert chances == pytest.approx(edited.probability_by(2050), abs=1e-12)


def test_distributions_can_be_swept():
    spreads = ["{ dist = 'normal', mean = 1, sd = 1 }", "{ dist = 'normal', mean = 1, sd = 3 }"]
    found = sweep("cotra2020", vary={"network.oom_vs_brain": spreads})
    assert list(found.dataset["network.oom_vs_brain"].values) == spreads
    assert np.ptp(found.dataset["median_year"].values) > 0


def test_all_runs_have_as_many_points():
    sharp = "{ dist = 'lognormal', median = 2.5, sd_oom = 0.2 }"
    found = sweep("cotra2020", vary={"hardware.doubling_years": [2, sharp]})
    counts = {made.points for made in found.runs}
    trend = {made.trend_points for made in found.runs} - {0}
    assert max(counts | trend) == min(max(r.points, r.trend_points) for r in found.runs)


def test_files_and_weightings_together(tmp_path):
    found = sweep(["cotra2020", "shah2020"], simplex_of=("short_horizon", "long_horizon"), step=0.5)
    assert found.dimensions == ("file", "weighting")
    assert list(found.dataset["file"].values) == ["cotra2020", "shah2020"]
    assert not write_sweep_figure(found, tmp_path / "none.png")


def test_three_keys_are_a_grid_for_each_value_of_the_shortest(tmp_path):
    vary = {"hardware.doubling_years": [2, 3], "spending.doubling_years": [1, 2, 3]}
    found = sweep("cotra2020", vary={**vary, "brain.flop_per_s.median": [1e14, 1e15, 1e16]})
    assert write_sweep_figure(found, tmp_path / "grids.png")
    figure = Figure()
    draw_multiples(found, figure)
    *grids, _ = figure.axes
    assert [each.get_title() for each in grids] == [
        f"hardware.doubling_years = {value}" for value in (2, 3)
    ]
    for i, grid in enumerate(grids):
        medians = found.dataset["median_year"].isel({"hardware.doubling_years": i}).values
        np.testing.assert_array_equal(grid.images[0].get_array(), medians)
    assert grids[0].images[0].get_clim() == grids[1].images[0].get_clim()


def test_csv_and_netcdf_hold_the_same_numbers(cli, tmp_path):
    cli("sweep", "cotra2020", "--vary", "spending.doubling_years=2:3:2", "--simplex",
        "short_horizon,genome", "--step", "0.5", "--out", tmp_path / "out")  # fmt: skip
    with (tmp_path / "out/sweep.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:6] == [
        "spending.doubling_years", "short_horizon", "genome", "median_year",
        "median_year_state",
        "median_year_standard_error",
    ]  # fmt: skip
    with xr.open_dataset(tmp_path / "out/sweep.nc") as data:
        assert len(rows) == data["median_year"].size == 6
        for row, median in zip(rows, data["median_year"].values.ravel(), strict=True):
            assert float(row["median_year"]) == median
        chances = data["probability"].sel(year=2050).values.ravel()
    assert [float(row["probability_by_2050"]) for row in rows] == chances.tolist()


def test_the_command_alone_maps_the_horizons(cli, tmp_path):
    write(tmp_path / "colleague.toml", 'format = 1\nextends = "shah2020"\n')
    text = cli("sweep", "cotra2020", "--mark", tmp_path / "colleague.toml", "--out", "map")
    assert "231 weightings of short_horizon, medium_horizon, long_horizon" in text
    assert "colleague" in text
    assert {path.name for path in Path("map").iterdir()} == {"sweep.csv", "sweep.nc", "sweep.png"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cotra2020", "--simplex", "short_horizon,nobody"), "unknown hypothesis 'nobody'"),
        (("cotra2020", "--simplex", "short_horizon"), "two or three different hypotheses"),
        (("cotra2020", "--step", "0"), "step must be above 0"),
        (("cotra2020", "--step", "0.3"), "1 over a whole number"),
        (("cotra2020", "--none", "2"), "keep, or a probability"),
        (("cotra2020", "--vary", "hardware.doubling_years=3:2:5"), "is empty"),
        (("cotra2020", "--vary", "hardware.doubling_years=2:3:1"), "a count from 2"),
        (("cotra2020", "--vary", "hardware.doubling_years=2:3:0"), "a count from 2"),
        (("cotra2020", "--vary", "hardware.doubling_years=2:x:3"), "allowed: a number"),
        (("cotra2020", "--vary", "hardware.doubling_years"), "KEY=LOW:HIGH:COUNT"),
        (("cotra2020", "--vary", "hardware.doubling_years=[]"), "at least one"),
        (("cotra2020", "--vary", "hardware.doubling_years=-1:3:3"), "hardware.doubling_years"),
        (("cotra2020", "--vary", "hardware.doublin_years=1:3:3"), "doubling_years"),
        (("cotra2020", "--vary", "a.b=0:1:3:log"), "equal ratios"),
        (("cotra2020", "--between", "short_horizon=1", "nobody=1"), "nobody"),
        (("cotra2020", "--between", "short_horizon=1", "genome=1,none=0"), "one end"),
        (("cotra2020", "--weightings", "missing.csv"), "missing.csv"),
        (("cotra2020", "--mark", "missing.toml"), "missing.toml"),
        (("cotra2020", "--years", "1999"), "1999"),
        (("cotra2020", "--years", "soon"), "whole years"),
        (("nobody",), "nobody"),
    ],
)
def test_bad_input(cli, arguments, words):
    cli("sweep", *arguments, "--out", "out", code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())
    assert "Traceback" not in cli.errors
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("short_horizon,nobody\n1,2\n", "line 1: unknown hypothesis 'nobody'"),
        ("short_horizon,short_horizon\n1,2\n", "named twice"),
        ("short_horizon\n1\nx\n", "line 3, short_horizon: found 'x'"),
        ("short_horizon\n-1\n", "line 2, short_horizon"),
        ("short_horizon,none\n1,2\n", "line 2, none"),
        ("short_horizon\n0\n", "line 2: all weights are 0"),
        ("short_horizon\n1,2\n", "line 2: found 2 cells"),
        ("short_horizon\n", "no weightings"),
    ],
)
def test_bad_weightings(text, words, tmp_path):
    path = write(tmp_path / "w.csv", text)
    with pytest.raises(ValueError, match=r"w\.csv") as error:
        read_weightings(path, ba.read_parameters("cotra2020"))
    assert words in str(error.value)


def test_bad_arguments_in_python():
    for change, words in (
        ({"weightings": []}, "at least one"),
        ({"weightings": [{"genome": 0}]}, "above 0"),
        ({"vary": {"hardware.doubling_years": [2, 2]}}, "twice"),
        ({"simplex_of": HORIZONS, "between": ({"genome": 1}, {"genome": 1})}, "one of"),
        ({"simplex_of": HORIZONS, "others": "maybe"}, "keep or zero"),
        ({"marks": {"x": {"genome": 1}}}, "no weight"),
    ):
        with pytest.raises(ValueError, match=words):
            sweep("cotra2020", **change)
    with pytest.raises(ValueError, match="no weight in"):
        sweep(ba.read_parameters("cotra2020", [f"hypotheses.{h}.weight=0" for h in HORIZONS]))
    assert listed([{"genome": 1}]).weights.tolist() == [[1]]
    with pytest.raises(ValueError, match="at one end"):
        line({"genome": 1, "none": 0}, {"genome": 1})


# --- Solve ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "key", "target"),
    [
        ("cotra2020", "hardware.doubling_years", "median=2041"),
        ("cotra2020", "brain.flop_per_s.median", "2036=30%"),
        ("cotra2020-uncertain", "spending.largest_run_usd", "p25=2036"),
    ],
)
def test_a_solution_meets_its_target(preset, key, target):
    solution = ba.solve(preset, key, target)
    (estimate,) = solution.values
    forecast = ba.run(ba.read_parameters(preset, [f"{key}={estimate.value!r}"]))
    error = 3 * forecast.probability_standard_error(solution.target.year) + 2e-4
    reached = forecast.probability_by(solution.target.year)
    assert reached == pytest.approx(solution.target.probability, abs=error)


def test_what_nothing_does_is_said():
    solution = ba.solve("cotra2020", "hardware.doubling_years", "median=2031")
    assert solution.values == ()
    told = solution_words(solution)
    assert "no value of hardware.doubling_years from 0.001 to 1e+06" in told
    assert f"does it, by the {solution.tried.size} tried; nearest of these: " in told
    assert solution.tried.size > 8
    assert solution.nearest[1] < 0.5


def test_only_of_values_that_were_tried_it_is_said_which_were_refused():
    paused = [
        "interventions.pause={of='largest_run_flop', year=2028, until_year=2031, freeze=true}"
    ]
    file = ba.read_parameters("cotra2020", paused)
    solution = ba.solve(file, "interventions.pause.until_year", "median=2060", low=1900, high=3000)
    told = solution_words(solution)
    allowed = solution.tried[~np.isnan(solution.probability)]
    # 2029 is allowed, but was not among them.
    assert allowed[0] > 2029
    assert f"of the values tried, those from {allowed[0]:.4g} to 3000 were not refused" in told


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [("year", 2024, 2031), ("until_year", 2028, 2100), ("years", 0, 1000)],
)
def test_what_is_searched_by_default_is_what_the_file_allows(key, low, high):
    pause = "{of='largest_run_flop', year=2028, freeze=true, %s}"
    end = "years=3" if key == "years" else "until_year=2031"
    file = ba.read_parameters("cotra2020", [f"interventions.pause={pause % end}"])
    start, end = range_of(file, f"interventions.pause.{key}", None, None)
    assert (start, end) == pytest.approx((low, high), abs=1e-3)
    file.with_values({f"interventions.pause.{key}": start})
    file.with_values({f"interventions.pause.{key}": end})


def test_a_misspelt_key_is_told_before_a_range_is_asked_for():
    with pytest.raises(ValueError, match='no such key; did you mean "doubling_years"'):
        ba.solve("cotra2020", "hardware.doubling_year", "median=2041")


def test_a_pause_that_has_to_begin_before_it_ends_is_solved_for():
    solution = ba.solve("freeze-2027", "interventions.freeze.year", "median=2052")
    ((value, error),) = solution.values
    assert value == pytest.approx(2029.2, abs=max(0.1, 4 * error))


@pytest.mark.slow
def test_a_solution_is_found_beside_values_that_are_refused(monkeypatch):
    plain = ba.Parameters.with_values

    def refusing(self, values):
        if 0.2 < next(iter(values.values())) < 0.35:
            raise self.bad(("hardware", "doubling_years"), "ruled out")
        return plain(self, values)

    monkeypatch.setattr(ba.Parameters, "with_values", refusing)
    # Of the values tried over the whole range, two neighbours lie to either side of those.
    ((value, error),) = ba.solve("latest", "hardware.doubling_years", "median=2040").values
    edited = ba.read_parameters("latest", [f"hardware.doubling_years={value}"])
    assert ba.run(edited).quantile(0.5) == pytest.approx(2040, abs=0.1)
    assert 0 < error < 0.05


class Known(Search):
    """A search of a known function of places from 0 to 1, with the file's own value at one."""

    def __init__(self, reached, own=math.nan):
        self.xs, self._reached, self._own = np.linspace(0, 1, TRIED), reached, own
        self._refused, self.runs = None, 0

    def tried(self, xs):
        self.runs += xs.size
        return self._reached(xs)


def changes_of_sign(search, xs):
    reached = search.tried(xs)
    return {
        (a, b) for a, b, p, q in zip(xs, xs[1:], reached, reached[1:], strict=False) if p * q < 0
    }


@given(
    low=st.floats(-0.5, 0.4),
    rise=st.floats(-0.6, 0.6),
    middle=st.floats(0, 1),
    width=st.floats(0.001, 1),
)
def test_a_scan_finds_every_crossing_of_what_only_rises_or_falls(low, rise, middle, width):
    search = Known(lambda x: low + rise / (1 + np.exp(-np.clip((x - middle) / width, -99, 99))))
    found = search.scanned(search.xs, EVERY)[0]
    assert changes_of_sign(search, found) == changes_of_sign(search, search.xs)


@given(
    middle=st.floats(0.2, 0.8),
    width=st.floats(0.03, 0.3),
    target=st.floats(0.02, 0.9),
)
def test_a_scan_finds_a_peak_about_the_own_value_and_leaves_its_flat_sides(middle, width, target):
    search = Known(lambda x: np.exp(-(((x - middle) / width) ** 2) / 2) - target, own=middle)
    found = search.scanned(search.xs, EVERY)[0]
    assert changes_of_sign(search, found) == changes_of_sign(search, search.xs)
    narrow = Known(lambda x: np.exp(-(((x - middle) / 0.05) ** 2) / 2) - 0.5, own=middle)
    narrow.scanned(narrow.xs, EVERY)
    assert narrow.runs < 0.8 * TRIED


def test_a_scan_looks_beside_what_is_refused_and_says_if_all_is():
    search = Known(lambda x: np.where(np.abs(x - 0.5) < 0.1, np.nan, 0.4 * x + 0.2))
    found = search.scanned(search.xs, EVERY)[0]
    assert {x for x in search.xs if 0.375 < x < 0.625} <= set(found)
    search = Known(lambda x: np.full(x.size, np.nan))
    search._refused = ba.BadParameters([])
    with pytest.raises(ba.BadParameters):
        search.scanned(search.xs, EVERY)
    assert search.runs == TRIED


def test_a_weight_can_be_solved_for(cli):
    text = cli("solve", "cotra2020", "--vary", "hypotheses.short_horizon.weight=0.01:20",
               "--target", "median=2049")  # fmt: skip
    value = float(text.split("hypotheses.short_horizon.weight = ")[1].split()[0])
    edited = ba.read_parameters("cotra2020", [f"hypotheses.short_horizon.weight={value}"])
    assert ba.run(edited).quantile(0.5) == pytest.approx(2049, abs=0.01)


@pytest.mark.slow
def test_the_error_of_a_solution_is_true():
    found = [
        ba.solve("cotra2020-uncertain", "spending.max_share_of_gdp", "2036=0.22", low=1e-3,
                 high=0.2, seed=seed).values[0]
        for seed in range(10)
    ]  # fmt: skip
    spread = np.std([estimate.value for estimate in found], ddof=1)
    told = np.sqrt(np.mean([estimate.standard_error**2 for estimate in found]))
    # Ten seeds: a chi-square with 9 degrees of freedom is within these but for 1 in 500.
    assert 0.35 < spread / told < 1.8


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--vary", "hardware.doubling_years", "--target", "mode=2031"), "median=2031"),
        (("--vary", "hardware.doubling_years", "--target", "2031=1.5"), "median=2031"),
        (("--vary", "hardware.doubling_years", "--target", "median=1999"), "2024 to 2100"),
        (("--vary", "hardware.doubling_years=3:2", "--target", "median=2031"), "lower end first"),
        (("--vary", "hardware.doubling_years=1:2:3", "--target", "median=2031"), "KEY=LOW:HIGH"),
        (("--vary", "hypotheses.genome.weight", "--target", "median=2031"), "no bounds"),
        (("--vary", "nobody=1:2", "--target", "median=2031"), "nobody"),
    ],
)
def test_bad_questions(cli, arguments, words):
    cli("solve", "cotra2020", *arguments, code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())


def test_targets():
    assert read_target("median = 2031").probability == 0.5
    assert read_target("p12.5=2031").probability == 0.125
    assert read_target("2036=30%").probability == pytest.approx(0.3)


class Hill:
    """A search whose probability rises to a peak between the values tried, and falls again."""

    def __init__(self, peak: float, height: float) -> None:
        self.xs = np.linspace(0.0, 1.0, 25)
        self.excess = lambda x: height - 40.0 * (x - peak) ** 2


@given(st.floats(0.1, 0.9), st.floats(1e-3, 0.3))
def test_a_target_that_is_met_at_a_bend_alone_is_found(peak: float, height: float) -> None:
    hill = Hill(peak, height)
    xs = hill.xs[::3]
    reached = np.array([hill.excess(x) for x in xs])
    assume(np.all(reached < 0))  # else it is between two of different signs
    found = sorted(solving._beside_bends(hill, xs, reached))  # type: ignore[arg-type]
    reach = np.sqrt(height / 40.0)
    np.testing.assert_allclose(found, [peak - reach, peak + reach], atol=1e-6)


@given(st.floats(0.1, 0.9), st.floats(1e-3, 0.3))
def test_a_bend_that_stays_away_gives_nothing(peak: float, height: float) -> None:
    hill = Hill(peak, -height)
    reached = np.array([hill.excess(x) for x in hill.xs[::3]])
    assert solving._beside_bends(hill, hill.xs[::3], reached) == []  # type: ignore[arg-type]


def test_how_likely_something_is_has_bounds_of_its_own() -> None:
    edits = ["interventions.pause.of='largest_run_flop'", "interventions.pause.freeze=true"]
    edits += ["interventions.pause.year=2029", "interventions.pause.until_year=2034"]
    file = ba.read_parameters("cotra2020", [*edits, "interventions.pause.probability=0.4"])
    own = ba.run(file).probability_by(2036)
    surely = ba.run(file.with_values({"interventions.pause.probability": 1.0})).probability_by(2036)
    target = f"2036={(own + surely) / 2}"
    (value,) = solving.solve(file, "interventions.pause.probability", target).values
    assert 0.4 < value.value < 1
    with pytest.raises(ValueError, match="no bounds of its own"):
        solving.solve(file, "interventions.other.probability", target)
