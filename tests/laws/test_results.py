"""Laws of forecasts: weights, quantiles, errors, files, comparisons."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import pickle
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import TITLES, Tree, files, read, replaced

import bioanchors as ba
from bioanchors.output.tables import cdf_csv
from bioanchors.parameters import parse_parameters
from bioanchors.parameters.reading.toml_text import toml_document
from bioanchors.results import change
from bioanchors.results.summaries import summary_json

HYPOTHESES = ("lifetime", "short_horizon", "genome", "medium_horizon", "long_horizon", "evolution")
SMALL: dict[str, int] = {"points": 2**10, "replicates": 4}
FEW: dict[str, int] = {"points": 64, "replicates": 4}

# Two known hypotheses, a year or so apart: nothing is random.
STEPS: Tree = {
    "format": 1,
    "title": "Two steps",
    "forecast": {"first_year": 2024, "last_year": 2060, "report_years": [2030, 2060]},
    "hypotheses": {
        "one": {"kind": "direct", "weight": 1.0, "training_flop": 2e29},
        "two": {"kind": "direct", "weight": 3.0, "training_flop": 7e31},
        "never": {"kind": "direct", "weight": 1.0, "training_flop": 1e80},
    },
    "algorithms": {"gain_start_year": 2025.0, "halving_years": 2.0, "max_oom": 3.0},
    "hardware": {
        "start_year": 2025.0,
        "flop_per_usd": 4e17,
        "doubling_years": 2.5,
        "max_flop_per_usd": 1e24,
    },
    "spending": {
        "start_year": 2025.0,
        "largest_run_usd": 1e9,
        "doubling_years": 2.5,
        "max_share_of_gdp": 0.01,
    },
    "economy": {
        "gdp_year": 2020.0,
        "largest_economy_gdp_usd": 2.13e13,
        "growth_per_year": 0.03,
    },
}


@pytest.fixture(scope="module")
def best_guess() -> ba.Forecast:
    return ba.run("cotra2020", **SMALL)


@pytest.fixture(scope="module")
def steps() -> ba.Forecast:
    return ba.run(read(STEPS), **FEW)


def assert_same_numbers(one: xr.Dataset, two: xr.Dataset) -> None:
    """Assert that two Datasets hold the same variables, bit for bit."""
    assert one.variables.keys() == two.variables.keys()
    for name, variable in one.variables.items():
        assert variable.dims == two[name].dims, name
        np.testing.assert_array_equal(variable.values, two[name].values, err_msg=str(name))


# --- Weights -----------------------------------------------------------------------------------

WEIGHTS = st.dictionaries(st.sampled_from(HYPOTHESES), st.floats(0, 1e6), min_size=1).filter(
    lambda weights: any(weights.values())
)
NONE = st.none() | st.floats(0, 1)


@pytest.mark.slow
@given(WEIGHTS, NONE)
@settings(max_examples=20, deadline=None)
def test_other_weights_are_those_of_a_fresh_run(
    weights: dict[str, float], none: float | None
) -> None:
    asked = weights if none is None else {**weights, "none": none}
    lines = [f"hypotheses.{name}.weight={weights.get(name, 0.0)!r}" for name in HYPOTHESES]
    if none is not None:
        lines += [f"none.probability={none!r}", f"none.probability_end={none!r}"]
    fresh = ba.run(ba.read_parameters("cotra2020", lines), **FEW)
    for other in (
        ba.run("cotra2020", **FEW).with_weights(asked),
        ba.run("cotra2020", weights=asked, **FEW),
    ):
        assert_same_numbers(fresh.dataset, other.dataset)
        for p in (0.1, 0.5):
            assert other.quantile(p) == fresh.quantile(p)
        again = parse_parameters(other.dataset.attrs["parameters"])
        assert_same_numbers(ba.run(again, **FEW).dataset, other.dataset)


@given(files(), st.data())
@settings(max_examples=20, deadline=None)
def test_weights_of_any_file_are_those_of_a_fresh_run(tree: Tree, data: st.DataObject) -> None:
    names = list(tree["hypotheses"])
    weights = {n: data.draw(st.floats(0.01, 10)) for n in names}
    fresh = tree
    for name, weight in weights.items():
        fresh = replaced(fresh, f"hypotheses.{name}.weight", weight)
    other = ba.run(read(tree), **FEW).with_weights(weights)
    assert_same_numbers(ba.run(read(fresh), **FEW).dataset, other.dataset)


def test_weights_are_relative(best_guess: ba.Forecast) -> None:
    one = best_guess.with_weights({"genome": 1, "evolution": 3})
    two = best_guess.with_weights({"genome": 4e-3, "evolution": 12e-3})
    np.testing.assert_allclose(one.dataset["cdf"], two.dataset["cdf"], rtol=0, atol=1e-15)


def test_a_hypothesis_alone_and_without_none_is_its_own_cdf(best_guess: ba.Forecast) -> None:
    for name in HYPOTHESES:
        alone = best_guess.with_weights({name: 7.0, "none": 0})
        np.testing.assert_array_equal(
            alone.dataset["cdf"].values, best_guess.dataset["hypothesis_cdf"].sel(hypothesis=name)
        )


def test_hypotheses_not_named_get_nothing(best_guess: ba.Forecast) -> None:
    other = best_guess.with_weights({"genome": 1, "evolution": 3})
    expected = dict.fromkeys(HYPOTHESES, 0.0) | {"genome": 0.25, "evolution": 0.75}
    assert dict(zip(HYPOTHESES, other.dataset["share"].values, strict=True)) == expected
    np.testing.assert_array_equal(
        other.dataset["none_probability"], best_guess.dataset["none_probability"]
    )


def test_only_none_named_keeps_the_others(best_guess: ba.Forecast) -> None:
    other = best_guess.with_weights({"none": 0.25})
    np.testing.assert_array_equal(other.dataset["weight"], best_guess.dataset["weight"])
    # At both ends, hence in every year.
    assert np.all(other.dataset["none_probability"].values == 0.25)
    ratio = other.dataset["cdf"].values / best_guess.dataset["cdf"].values
    expected = 0.75 / (1 - best_guess.dataset["none_probability"].values)
    np.testing.assert_allclose(ratio, expected, rtol=1e-12)


def test_no_weights_named_change_nothing(best_guess: ba.Forecast) -> None:
    assert_same_numbers(best_guess.with_weights({}).dataset, best_guess.dataset)


def test_none_of_1_leaves_no_arrival(best_guess: ba.Forecast) -> None:
    other = best_guess.with_weights({"none": 1})
    assert np.all(other.dataset["cdf"].values == 0)
    assert other.quantile(0.01) == math.inf


def test_with_weights_leaves_the_forecast_as_it_was() -> None:
    forecast = ba.run("cotra2020", **FEW)
    before, attrs = forecast.dataset.copy(deep=True), dict(forecast.dataset.attrs)
    forecast.with_weights({"genome": 1, "none": 0.5})
    assert_same_numbers(forecast.dataset, before)
    assert forecast.dataset.attrs == attrs


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"genomes": 1}, "unknown hypothesis 'genomes'"),
        ({"genome": -1}, "genome must be at least 0"),
        ({"genome": math.nan}, "genome must be at least 0"),
        ({"genome": math.inf}, "genome must be at least 0"),
        ({"none": 1.5}, "none must be from 0 to 1"),
        ({"none": -0.1}, "none must be from 0 to 1"),
        ({"none": math.nan}, "none must be from 0 to 1"),
        ({"genome": 0}, "all weights are 0"),
        ({"genome": 0, "lifetime": 0.0, "none": 0.1}, "all weights are 0"),
    ],
)
def test_weights_that_are_not_allowed(
    best_guess: ba.Forecast, weights: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        best_guess.with_weights(weights)


# --- Quantiles and probabilities ---------------------------------------------------------------


@given(st.floats(0, 1))
def test_quantile_and_probability_are_inverse(best_guess: ba.Forecast, p: float) -> None:
    for hypothesis in (None, "genome", "lifetime"):
        year = best_guess.quantile(p, hypothesis)
        first = best_guess.probability_by(2024, hypothesis)
        last = best_guess.probability_by(2100, hypothesis)
        if p <= first:
            assert year == -math.inf
        elif p > last:
            assert year == math.inf
        else:
            assert best_guess.probability_by(year, hypothesis) == pytest.approx(p, abs=1e-10)


@given(st.floats(2024, 2100))
def test_a_year_is_no_sooner_than_the_quantile_of_its_probability(
    best_guess: ba.Forecast, year: float
) -> None:
    for hypothesis in (None, "evolution"):
        p = best_guess.probability_by(year, hypothesis)
        assert best_guess.quantile(p, hypothesis) <= year + 1e-6


@given(files(), st.lists(st.floats(0, 1), min_size=2, max_size=6))
@settings(max_examples=30, deadline=None)
def test_quantiles_never_fall(tree: Tree, levels: list[float]) -> None:
    forecast = ba.run(read(tree), **FEW)
    years = [forecast.quantile(p) for p in sorted(levels)]
    assert all(a <= b for a, b in itertools.pairwise(years))
    first, last = tree["forecast"]["first_year"], tree["forecast"]["last_year"]
    assert all(first <= y <= last or math.isinf(y) for y in years)


@given(files())
@settings(max_examples=30, deadline=None)
def test_masses_add_up_to_1(tree: Tree) -> None:
    forecast = ba.run(read(tree), **FEW)
    parts = (forecast.mass_at_or_before, forecast.mass_within, forecast.mass_beyond)
    assert sum(parts) == pytest.approx(1, abs=1e-12)
    assert all(-1e-12 <= part <= 1 + 1e-12 for part in parts)
    window = tree["forecast"]
    assert parts[0] == forecast.probability_by(window["first_year"])
    assert parts[2] == 1 - forecast.probability_by(window["last_year"])


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("year", lambda forecast: forecast.probability_by([2030, 2040])),
        ("year", lambda forecast: forecast.probability_standard_error([2030, 2040])),
        ("year", lambda forecast: forecast.probability_by("2030")),
        ("probability", lambda forecast: forecast.quantile(np.array([0.1, 0.5]))),
        ("start", lambda forecast: forecast.within(5, "now")),
        ("precision", lambda _: ba.run("cotra2020", precision="fine")),
    ],
)
def test_of_several_or_none_the_answer_says_that_one_number_is_asked_for(
    best_guess: ba.Forecast, name: str, ask: Any
) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be one number, found [^\n]*$"):
        ask(best_guess)


POINTS = ["points", "fewest", "trend_points", "fewest_trend_points"]


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("value", [-1, 2**30 + 1])
def test_points_that_are_not_allowed_are_named(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be from [01] to {2**30}, found {value}$"):
        ba.run("cotra2020", **{name: value})


def test_a_run_begins_with_the_fewest_points() -> None:
    made = ba.run("cotra2020-uncertain", fewest=2**15, fewest_trend_points=2**12)
    assert made.sums.rounds == ((2**12, 2**9),)


@pytest.mark.parametrize("name", ["seed", "replicates", *POINTS])
def test_what_is_counted_must_be_a_whole_number(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be a whole number, found 'many'$"):
        ba.run("cotra2020", **{name: "many"})  # type: ignore[arg-type]


@pytest.mark.parametrize("year", [2023.99, 2100.01, -math.inf, math.inf, math.nan])
def test_years_outside_the_window_are_refused(best_guess: ba.Forecast, year: float) -> None:
    for ask in (best_guess.probability_by, best_guess.probability_standard_error):
        with pytest.raises(ValueError, match="year must be from 2024 to 2100"):
            ask(year)


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan])
def test_quantiles_of_no_probability_are_refused(best_guess: ba.Forecast, p: float) -> None:
    for ask in (best_guess.quantile, best_guess.quantile_standard_error):
        with pytest.raises(ValueError, match="probability must be from 0 to 1"):
            ask(p)


@pytest.mark.parametrize("ask", ["cdf_of", "quantile", "quantile_standard_error"])
def test_an_unknown_hypothesis_is_refused(best_guess: ba.Forecast, ask: str) -> None:
    arguments = ("mine",) if ask == "cdf_of" else (0.5, "mine")
    with pytest.raises(ValueError, match="unknown hypothesis 'mine'"):
        getattr(best_guess, ask)(*arguments)


def test_steps_have_their_weights(steps: ba.Forecast) -> None:
    one, two = steps.quantile(0.2), steps.quantile(0.8)
    assert 2025 < one < two - 1 < 2059
    for year, p in ((one - 1e-6, 0.0), (one + 1e-6, 0.2), (two - 1e-6, 0.2), (2060, 0.8)):
        assert steps.probability_by(year) == pytest.approx(p, abs=1e-12)
    assert steps.quantile(1e-9) == pytest.approx(one, abs=1e-9)
    assert steps.quantile(0.2001) == pytest.approx(two, abs=1e-9)
    assert steps.quantile(0.8001) == steps.quantile(0.5, "never") == math.inf


@pytest.mark.parametrize("p", [0.01, 0.1, 0.19, 0.21, 0.5, 0.79])
def test_the_probability_by_a_quantile_year_is_reached_at_steps(
    steps: ba.Forecast, p: float
) -> None:
    assert steps.probability_by(steps.quantile(p)) >= p - 1e-12


def test_what_all_arrive_by_is_the_quantile_of_1() -> None:
    """Of shares that add up to 1 but for rounding, too."""
    tree = replaced(STEPS, "hypotheses.never.training_flop", 3e32)
    for weights in itertools.product([0.1, 0.2, 0.3, 0.7], repeat=3):
        for name, weight in zip(tree["hypotheses"], weights, strict=True):
            tree = replaced(tree, f"hypotheses.{name}.weight", weight)
        forecast = ba.run(read(tree), points=2, replicates=2)
        assert forecast.quantile(1.0) <= 2060, weights


# --- Errors ------------------------------------------------------------------------------------


def test_what_is_known_has_no_error(steps: ba.Forecast) -> None:
    assert np.all(steps.dataset["cdf_standard_error"].values == 0)
    assert np.all(steps.dataset["hypothesis_cdf_standard_error"].values == 0)
    assert steps.probability_standard_error(2040.5) == 0
    assert steps.quantile_standard_error(0.2) == 0


REPORT_YEARS = (2030, 2036, 2050, 2100)


def typical_error(points: int, sampler: str = "sobol") -> float:
    """Root mean square of the errors stated in several years with several seeds."""
    squares = [
        forecast.probability_standard_error(year) ** 2
        for forecast in (
            ba.run("cotra2020", points=points, seed=seed, sampler=sampler) for seed in range(6)
        )
        for year in REPORT_YEARS
    ]
    return math.sqrt(np.mean(squares))


@pytest.mark.slow
def test_errors_shrink_with_points() -> None:
    # Sixty-four times the points: those of independent draws shrink by 8, within sampling noise.
    assert typical_error(2**11) / typical_error(2**17) > 8
    ratio = typical_error(2**11, "random") / typical_error(2**17, "random")
    assert ratio == pytest.approx(8, rel=0.4)


def test_an_error_of_a_mixture_is_that_of_its_cdf(best_guess: ba.Forecast) -> None:
    for year in (2024, 2036, 2100):
        one = float(best_guess.dataset["cdf_standard_error"].sel(year=year))
        assert best_guess.probability_standard_error(year) == pytest.approx(one, rel=1e-9)
        two = best_guess.dataset["hypothesis_cdf_standard_error"].sel(hypothesis="genome")
        found = best_guess.probability_standard_error(year, "genome")
        assert found == pytest.approx(float(two.sel(year=year)), rel=1e-9)


def test_an_error_of_a_quantile_is_that_of_the_probability_over_the_slope() -> None:
    forecast = ba.run("cotra2020", points=2**15)
    for p in (0.1, 0.25, 0.5):
        year = forecast.quantile(p)
        slope = forecast.probability_by(year + 0.25) - forecast.probability_by(year - 0.25)
        expected = forecast.probability_standard_error(year) / (slope / 0.5)
        assert forecast.quantile_standard_error(p) == pytest.approx(expected, rel=0.15)


def test_a_quantile_that_is_not_reached_has_no_error(best_guess: ba.Forecast) -> None:
    assert best_guess.quantile(0.9) == math.inf
    assert math.isnan(best_guess.quantile_standard_error(0.9))


def test_parameters_and_forecasts_pickle() -> None:
    """As other processes need them."""
    forecast = ba.run("update-2026", points=2**12)
    forecast.cdf_standard_error  # noqa: B018  # what is kept goes along, or is made again
    again = pickle.loads(pickle.dumps(forecast))
    np.testing.assert_array_equal(again.cdf, forecast.cdf)
    assert again.origin == forecast.origin
    parameters = pickle.loads(pickle.dumps(forecast.parameters))
    assert parameters.hash == forecast.parameters.hash
    np.testing.assert_array_equal(ba.run(parameters, points=2**12).cdf, forecast.cdf)


# --- Files -------------------------------------------------------------------------------------


def reloaded(forecast: ba.Forecast, folder: Path) -> xr.Dataset:
    path = folder / "forecast.nc"
    forecast.to_netcdf(path)
    assert [p.name for p in folder.iterdir()] == [path.name]
    return xr.load_dataset(path, engine="scipy")


@given(files(), TITLES)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_file_holds_every_number_and_text(
    tmp_path_factory: pytest.TempPathFactory, tree: Tree, note: str
) -> None:
    forecast = ba.run(read({"note": note, **tree}), **FEW, seed=-(2**80))
    loaded = reloaded(forecast, tmp_path_factory.mktemp("file"))
    assert_same_numbers(forecast.dataset, loaded)
    assert loaded.attrs == forecast.dataset.attrs
    assert loaded.attrs["title"] == (tree["title"] or "generated")
    assert loaded.attrs["note"] == note
    for name, variable in forecast.dataset.variables.items():
        assert loaded[name].attrs == variable.attrs, name


@pytest.mark.parametrize(
    "title", ["Transformatives – ≥ 10³⁰ FLOP „früh“ 人工知能 🧠", 'a "b" \\ c', " "]
)
def test_a_title_of_any_script_comes_back(tmp_path: Path, title: str) -> None:
    forecast = ba.run(read({**STEPS, "title": title}), **FEW)
    loaded = reloaded(forecast, tmp_path)
    assert loaded.attrs["title"] == title
    assert ba.Forecast.from_dataset(loaded).title == title


def test_the_parameters_in_a_file_give_the_same_bits(tmp_path: Path) -> None:
    settings_ = ['hardware.doubling_years={ dist = "lognormal", median = 2.5, sd_oom = 0.1 }']
    forecast = ba.run(ba.read_parameters("cotra2020-report", settings_), **SMALL, seed=77)
    loaded = reloaded(forecast, tmp_path)
    parameters = parse_parameters(loaded.attrs["parameters"], loaded.attrs["name"])
    assert parameters.hash == loaded.attrs["parameters_sha256"]
    again = ba.run(
        parameters,
        seed=int(loaded.attrs["seed"]),
        points=int(loaded.attrs["points"]),
        replicates=loaded.sizes["replicate"],
        sampler=loaded.attrs["sampler"],
    )
    assert_same_numbers(again.dataset, loaded)


def test_a_forecast_from_a_file_answers_alike(tmp_path: Path, best_guess: ba.Forecast) -> None:
    loaded = ba.Forecast.from_dataset(reloaded(best_guess, tmp_path))
    assert loaded.hypotheses == best_guess.hypotheses
    for p in (0.0, 0.05, 0.5, 0.75, 0.9, 1.0):
        for hypothesis in (None, "genome"):
            assert loaded.quantile(p, hypothesis) == best_guess.quantile(p, hypothesis)
            one, two = (f.quantile_standard_error(p, hypothesis) for f in (loaded, best_guess))
            assert one == pytest.approx(two, rel=1e-9, nan_ok=True)
    weights = {"genome": 1.0, "evolution": 2.0, "none": 0.05}
    other = loaded.with_weights(weights)
    assert_same_numbers(other.dataset, best_guess.with_weights(weights).dataset)
    assert loaded.summary() == best_guess.summary()
    assert repr(loaded) == repr(best_guess)
    assert cdf_csv(loaded) == cdf_csv(best_guess)


def test_a_file_written_twice_is_the_second(tmp_path: Path, best_guess: ba.Forecast) -> None:
    reloaded(best_guess, tmp_path)
    other = best_guess.with_weights({"none": 0.5})
    assert_same_numbers(reloaded(other, tmp_path), other.dataset)


def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, best_guess: ba.Forecast
) -> None:
    (tmp_path / "forecast.nc").mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's
        best_guess.to_netcdf(tmp_path / "forecast.nc")
    assert [p.name for p in tmp_path.iterdir()] == ["forecast.nc"]
    with pytest.raises(OSError):  # noqa: PT011
        best_guess.to_netcdf(tmp_path / "missing" / "forecast.nc")


def test_every_variable_says_what_it_is(best_guess: ba.Forecast) -> None:
    data = best_guess.dataset
    for name, variable in data.data_vars.items():
        assert {"long_name", "units"} <= variable.attrs.keys(), name
    assert data.attrs["event"] == "affordable"
    assert data.attrs["seed"] == "1"
    assert data.attrs["points"] == str(SMALL["points"])


# --- Texts -------------------------------------------------------------------------------------


def test_repr_tells_title_and_median(best_guess: ba.Forecast) -> None:
    text = repr(best_guess)
    assert best_guess.title in text
    assert f"{best_guess.quantile(0.5):.1f}" in text
    assert "2036" in text
    assert "affordable" in text


def test_html_escapes_what_a_file_says() -> None:
    title = "<script>alert('x')</script> & \"more\""
    page = ba.run(read({**STEPS, "title": title}), **FEW)._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "& " not in page.replace("&amp; ", "")


@given(files())
@settings(max_examples=30, deadline=None)
def test_texts_can_be_told_of_any_file(tree: Tree) -> None:
    forecast = ba.run(read(tree), **FEW)
    for text in (repr(forecast), forecast._repr_html_(), summary_json(forecast)):
        assert "nan" not in text.replace(forecast.title, "").lower().split()
    assert forecast.title in repr(forecast)


# --- Summary -----------------------------------------------------------------------------------


@given(files())
@settings(max_examples=30, deadline=None)
def test_a_summary_is_plain_json(tree: Tree) -> None:
    forecast = ba.run(read(tree), **FEW)
    summary = forecast.summary()
    text = json.dumps(summary, allow_nan=False)
    assert json.loads(text) == summary
    assert json.loads(summary_json(forecast)) == summary
    for entry in summary["quantile_years"]:
        year = forecast.quantile(entry["probability"])
        assert entry["year"] == (None if math.isinf(year) else year)
        states = {math.inf: "not by last_year", -math.inf: "at or before first_year"}
        assert entry["state"] == states.get(year, "within")
        if entry["year"] is None:
            assert entry["standard_error"] is None
    for entry in summary["probability_by"]:
        assert entry["probability"] == forecast.probability_by(entry["year"])
    assert [e["year"] for e in summary["probability_by"]] == tree["forecast"]["report_years"]
    assert sum(summary["mass"].values()) == pytest.approx(1, abs=1e-12)
    shares = [entry["share"] for entry in summary["hypotheses"].values()]
    assert sum(shares) == pytest.approx(1, abs=1e-12)


def test_a_summary_of_what_never_comes() -> None:
    tree = replaced(STEPS, "hypotheses", {"never": STEPS["hypotheses"]["never"]})
    summary = ba.run(read(tree), **FEW).summary()
    json.dumps(summary, allow_nan=False)
    for entry in summary["quantile_years"]:
        assert entry["year"] is None
        assert entry["standard_error"] is None
        assert entry["state"] == "not by last_year"
    assert summary["mass"]["not_by_last_year"] == 1


def test_a_summary_says_how_far_it_is_from_what_was_published() -> None:
    forecast = ba.run("cotra2020", points=2**15)
    published = forecast.summary()["published"]
    assert published["years"] == 77
    assert published["median_year"] == 2053
    worst = published["largest_difference"]
    table = forecast.parameters.tables.published
    assert table is not None
    off = {int(y): forecast.probability_by(int(y)) - p for y, p in table.probability_by.items()}
    assert worst["year"] == max(off, key=lambda year: abs(off[year]))
    assert worst["difference"] == pytest.approx(off[worst["year"]], abs=1e-12)


# --- Tables ------------------------------------------------------------------------------------


@given(files())
@settings(max_examples=30, deadline=None)
def test_a_table_has_whole_years_and_every_digit(tree: Tree) -> None:
    forecast = ba.run(read(tree), **FEW)
    header, *rows = list(csv.reader(io.StringIO(cdf_csv(forecast))))
    assert header == ["year", "probability", "standard_error", *tree["hypotheses"]]
    first, last = tree["forecast"]["first_year"], tree["forecast"]["last_year"]
    assert [row[0] for row in rows] == [str(y) for y in range(first, last + 1)]
    for row in rows:
        at = forecast.dataset.sel(year=float(row[0]))
        assert float(row[1]) == float(at["cdf"])
        assert float(row[2]) == float(at["cdf_standard_error"])
        assert [float(x) for x in row[3:]] == at["hypothesis_cdf"].values.tolist()


# --- Comparisons -------------------------------------------------------------------------------


def test_a_change_is_the_difference_of_two_forecasts() -> None:
    before = ba.run("cotra2020", **SMALL)
    after = ba.run(ba.read_parameters("cotra2020", ["hardware.doubling_years=2"]), **SMALL)
    found = change(after, before, "the preset")
    assert found.baseline == "the preset"
    assert found.median_before == before.quantile(0.5)
    assert found.median_after == after.quantile(0.5)
    assert tuple(found.probability) == tuple(found.standard_error) == REPORT_YEARS
    for year, difference in found.probability.items():
        assert difference == after.probability_by(year) - before.probability_by(year)
        assert difference >= 0
    assert found.probability[2036] > 0.015


@pytest.mark.parametrize(("doubling_years", "share"), [(2.25, 0.7), (2.49, 0.2)])
def test_the_error_of_a_change_is_below_that_of_unpaired_forecasts(
    doubling_years: float, share: float
) -> None:
    """The nearer two forecasts are, the more of their errors they share."""
    edited = ba.read_parameters("cotra2020", [f"hardware.doubling_years={doubling_years}"])
    paired, unpaired = [], []
    for seed in range(8):
        before, after = (ba.run(s, points=2**13, seed=seed) for s in ("cotra2020", edited))
        paired += [e**2 for e in change(after, before, "the preset").standard_error.values()]
        unpaired += [
            before.probability_standard_error(y) ** 2 + after.probability_standard_error(y) ** 2
            for y in REPORT_YEARS
        ]
    assert 0 < math.sqrt(np.mean(paired) / np.mean(unpaired)) < share


def test_a_change_of_nothing_is_0_without_error(best_guess: ba.Forecast) -> None:
    found = change(best_guess, ba.run("cotra2020", **SMALL), "itself")
    assert set(found.probability.values()) == set(found.standard_error.values()) == {0.0}
    assert found.median_before == found.median_after


def test_forecasts_with_other_replicates_are_not_compared(best_guess: ba.Forecast) -> None:
    other = ba.run("cotra2020", **{**SMALL, "replicates": 5})
    with pytest.raises(ValueError, match="replicates"):
        change(best_guess, other, "another")


def test_years_outside_the_baseline_are_left_out() -> None:
    before = ba.run(read(STEPS), **FEW)
    window = {"first_year": 2024, "last_year": 2080, "report_years": [2030, 2070]}
    after = ba.run(read({**STEPS, "forecast": window}), **FEW)
    assert list(change(after, before, "a shorter window").probability) == [2030]


# --- The order of the file ---------------------------------------------------------------------


def _turned(parameters: ba.Parameters) -> ba.Parameters:
    tree = tomllib.loads(parameters.text)
    backwards = dict(reversed(tree["hypotheses"].items()))
    return parse_parameters(toml_document(tree | {"hypotheses": backwards}))


def _assert_same_bits(parameters: ba.Parameters, **options: Any) -> None:
    one, other = ba.run(parameters, **options), ba.run(_turned(parameters), **options)
    assert other.hypotheses == one.hypotheses[::-1]
    np.testing.assert_array_equal(one.cdf, other.cdf)
    np.testing.assert_array_equal(one.cdf_standard_error, other.cdf_standard_error)
    np.testing.assert_array_equal(one.hypothesis_cdf, other.hypothesis_cdf[::-1])
    np.testing.assert_array_equal(one.share, other.share[::-1])
    weights = dict.fromkeys(one.hypotheses[:2], 1.0)
    np.testing.assert_array_equal(one.with_weights(weights).cdf, other.with_weights(weights).cdf)


@pytest.mark.parametrize("name", ["cotra2020", "cotra2020-uncertain", "latest"])
def test_a13_the_order_of_hypotheses_does_not_matter(name: str) -> None:
    _assert_same_bits(ba.read_parameters(name), precision=0.003)


@given(files())
@settings(max_examples=15, deadline=None)
def test_a13_the_order_of_hypotheses_does_not_matter_in_any_file(tree: Tree) -> None:
    parameters = read(tree)
    _assert_same_bits(parse_parameters(parameters.text), **FEW)
