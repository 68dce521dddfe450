"""What has been seen, lags and the event: closed forms, the published formulas, two estimators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import ndtr

import bioanchors as ba
from bioanchors.engine.weighted import Bound
from bioanchors.model.delays import Most
from bioanchors.parameters import parse_parameters
from bioanchors.results import Forecast
from bioanchors.results.diagnostics import effective_share, pareto_k

Array = np.ndarray

TRENDS = """
format = 1
title = "Known but for one level"
[forecast]
first_year = 2024
last_year = 2080
report_years = [2030, 2050]
[hypotheses.one]
kind = "direct"
weight = 1.0
training_flop = {{ dist = "lognormal", median = 1e30, sd_oom = 1.5 }}
[algorithms]
gain_start_year = 2024
halving_years = 1e5
max_oom = 30
[hardware]
start_year = 2024
flop_per_usd = {level}
oom_per_year = 0.2
max_flop_per_usd = 1e70
[spending]
start_year = 2024
largest_run_usd = 1e9
oom_per_year = 0.1
max_share_of_gdp = 1.0
[economy]
gdp_year = 2024
largest_economy_gdp_usd = 1e29
growth_per_year = 0.0
"""
UNCERTAIN_LEVEL = '{ dist = "lognormal", median = 1e17, sd_oom = 0.6 }'
FULL = """
extends = "cotra2020"
drop = ["low_end_update"]
[forecast]
event = "trained"
[lag]
training_years = { ci90 = [0.3, 1.5] }
deployment_years = { ci90 = [0.5, 2.5] }
[algorithms]
transfer = { ci90 = [0.5, 1.2] }
halving_shift_years = { dist = "uniform", low = -0.5, high = 0.5 }
[hardware]
doubling_years = { ci90 = [1.6, 3.5] }
[spending]
doubling_years = { ci90 = [1.6, 3.5] }
[evidence]
not_arrived_by = 2030.9
event = "deployed"
run_softness_oom = 0.7
[[evidence.insufficient_run]]
flop = 1e27
year = 2026.7
[[evidence.insufficient_run]]
flop = 1e26
year = 2024.7
[[evidence.observation]]
quantity = "largest_run_flop"
year = 2026.7
value = 1e27
standard_error_oom = 0.2
[[evidence.observation]]
quantity = "algorithmic_gain"
from_year = 2025
year = 2030
value = 10
standard_error_oom = 0.3
"""
TIED = (
    FULL
    + """
[[correlations]]
parameters = ["hardware.doubling_years", "spending.doubling_years"]
rank_correlation = 0.6
[[correlations]]
parameters = ["brain.flop_per_s", "algorithms.transfer"]
rank_correlation = -0.4
"""
)


def read(text: str, folder: Path, *settings: str) -> ba.Parameters:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    return ba.read_parameters(path, settings)


def seen(*settings: str, base: str = "cotra2020") -> ba.Parameters:
    return ba.read_parameters(base, [f"evidence.{setting}" for setting in settings])


def at_whole_years(forecast: Forecast, values: Array) -> Array:
    return values[..., np.searchsorted(forecast.years, forecast.whole_years)]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> ba.Parameters:
    return read(FULL, tmp_path_factory.mktemp("full"))


def test_not_arrived_by_is_conditioning_on_no_arrival() -> None:
    # The formulas of the published model conditioned, from the prior run alone.
    date = 2036.9
    posterior, prior = ba.run(seen(f"not_arrived_by={date}")), ba.run("cotra2020")
    years = prior.whole_years
    f_h, f = at_whole_years(prior, prior.hypothesis_cdf), at_whole_years(prior, prior.cdf)
    f_h_date = np.array([np.interp(date, prior.years, cdf) for cdf in prior.hypothesis_cdf])
    none = float(prior.parameters.none_probability(np.array([date]))[0])
    left = 1 - (1 - none) * f_h_date
    share = prior.share * left / (prior.share @ left)
    np.testing.assert_allclose(posterior.share, share, atol=2e-5)
    whole = np.where(years > date, (f - prior.probability_by(date)) / (prior.share @ left), 0)
    np.testing.assert_allclose(at_whole_years(posterior, posterior.cdf), whole, atol=5e-5)
    # Given a hypothesis, and that "none" has let go.
    columns = (f_h - f_h_date[:, np.newaxis]) / (1 - f_h_date[:, np.newaxis])
    found = at_whole_years(posterior, posterior.hypothesis_cdf)
    np.testing.assert_allclose(found, np.where(years > date, columns, 0), atol=5e-5)
    found = at_whole_years(posterior, posterior.part_cdf)
    assert np.all(found[:, years <= date] == 0)
    np.testing.assert_allclose(found.sum(axis=0), whole, atol=5e-5)
    assert posterior.probability_by(date) == 0
    assert posterior.refuted == pytest.approx(prior.probability_by(date), abs=5e-5)
    assert posterior.probability_next_year == pytest.approx(
        (prior.probability_by(date + 1) - prior.probability_by(date))
        / (1 - prior.probability_by(date)),
        abs=5e-5,
    )


def test_nothing_seen_changes_nothing(tmp_path: Path) -> None:
    prior = ba.run("cotra2020-report")
    for text in (
        "run_softness_oom = 0\ninsufficient_run = [{ flop = 1, year = 2026 }]",
        'observation = [{ quantity = "flop_per_usd", year = 2026, value = 1e17, '
        "standard_error_oom = 100 }]",
    ):
        posterior = ba.run(read(f'extends = "cotra2020-report"\n[evidence]\n{text}\n', tmp_path))
        after, before = (at_whole_years(f, f.cdf) for f in (posterior, prior))
        np.testing.assert_allclose(after, before, atol=2e-5)
        np.testing.assert_allclose(posterior.share, prior.share, atol=2e-5)


def test_order_is_irrelevant(full: ba.Parameters, tmp_path: Path) -> None:
    parts = FULL.split("[[")
    turned = parts[0] + "".join("[[" + part for part in reversed(parts[1:]))
    one, two = (ba.run(each, points=2**15) for each in (full, read(turned, tmp_path)))
    np.testing.assert_allclose(one.cdf, two.cdf, atol=1e-13)


def test_an_observed_level_updates_as_normal_and_normal_do() -> None:
    text = TRENDS.format(level=UNCERTAIN_LEVEL) + (
        '[evidence]\nobservation = [{ quantity = "flop_per_usd", year = 2026, value = 1e18, '
        "standard_error_oom = 0.3 }]\n"
    )
    forecast = ba.run(parse_parameters(text), precision=2e-4)
    precision = 1 / 0.6**2 + 1 / 0.3**2
    mean = (17 / 0.6**2 + (18 - 0.4) / 0.3**2) / precision
    years = forecast.whole_years
    bought = mean + 9 + 0.3 * (years - 2024)
    exact = stats.norm.cdf((bought - 30) / np.sqrt(1.5**2 + 1 / precision))
    assert np.abs(at_whole_years(forecast, forecast.cdf) - exact).max() < 1e-3
    # Between the years at which it is averaged the CDF is interpolated, to 1e-4.
    error = np.maximum(at_whole_years(forecast, forecast.cdf_standard_error), 3e-5)
    z = (at_whole_years(forecast, forecast.cdf) - exact) / error
    assert np.abs(z).max() < 5.4  # Student's t with 7 degrees of freedom: 1 in 1,000
    # Two measurements with an error larger by root 2 tell as much as one.
    twice = text.replace(
        "standard_error_oom = 0.3 }]",
        'standard_error_oom = 0.424264 }, { quantity = "flop_per_usd", year = 2026, value = 1e18, '
        "standard_error_oom = 0.424264 }]",
    )
    again = ba.run(parse_parameters(twice))
    np.testing.assert_allclose(again.cdf[400], forecast.cdf[400], atol=2e-3)


@pytest.mark.parametrize("softness", [0.0, 0.5, 1.5])
def test_a_run_that_was_not_enough_cuts_the_requirement(softness: float) -> None:
    text = TRENDS.format(level=1e17) + (
        f"[evidence]\nrun_softness_oom = {softness}\n"
        "insufficient_run = [{ flop = 1e29, year = 2026 }, { flop = 1e25, year = 2030 }]\n"
    )
    forecast = ba.run(parse_parameters(text), precision=2e-4)
    prior = stats.norm(30, 1.5)
    exact = stats.norm.cdf((30 - 29) / np.hypot(1.5, softness))
    assert forecast.refuted == pytest.approx(1 - exact, abs=2e-3)

    def density(r: float) -> float:
        likelihood = float(r > 29) if softness == 0 else stats.norm.cdf((r - 29) / softness)
        return float(prior.pdf(r) * likelihood / exact)

    for year in (2040, 2050, 2060):
        bought = 26 + 0.3 * (year - 2024)
        expected = integrate.quad(density, 20, bought, points=[29.0], limit=200)[0]
        assert forecast.probability_by(year) == pytest.approx(expected, abs=2e-3)


def test_a_run_as_large_as_can_be_bought_is_no_arrival() -> None:
    # With known trends and a hard cut the two kinds of evidence say the same, "none" included.
    year = 2036
    base = TRENDS.format(level=1e17) + "[none]\nprobability = 0.3\nprobability_end = 0.1\n"
    base += "start_year = 2030\nend_year = 2070\n"
    flop = 10 ** (26 + 0.3 * (year - 2024))
    run = base + (
        f"[evidence]\nrun_softness_oom = 0\ninsufficient_run = [{{ flop = {flop:.17g}, "
        f"year = {year} }}]\n"
    )
    no_arrival = base + f"[evidence]\nnot_arrived_by = {year}\n"
    one, two = (ba.run(parse_parameters(text)) for text in (run, no_arrival))
    np.testing.assert_allclose(
        at_whole_years(one, one.cdf), at_whole_years(two, two.cdf), atol=1e-5
    )
    np.testing.assert_allclose(one.none_probability[-1], two.none_probability[-1], atol=1e-6)


@pytest.mark.parametrize("text", [FULL, TIED])
def test_integrating_and_counting_agree(text: str, tmp_path: Path) -> None:
    parameters = read(text, tmp_path)
    one = ba.run(parameters, precision=3e-4)
    two = ba.run(parameters, estimator="count", points=2**20, precision=1e-9)
    difference = at_whole_years(one, one.cdf) - at_whole_years(two, two.cdf)
    error = np.hypot(
        at_whole_years(one, one.cdf_standard_error), at_whole_years(two, two.cdf_standard_error)
    )
    assert np.abs(difference / np.maximum(error, 2e-5)).max() < 5
    np.testing.assert_allclose(one.share, two.share, atol=1e-3)
    np.testing.assert_allclose(one.requirement_cdf, two.requirement_cdf, atol=4e-3)
    assert one.refuted == pytest.approx(two.refuted, abs=3e-3)
    if "correlations" in text:
        assert "short_horizon" in one.sums.counted
        assert "evolution" not in one.sums.counted


def test_algorithms_of_one_hypothesis_alone_may_be_uncertain() -> None:
    parameters = ba.read_parameters(
        "cotra2020", ["hypotheses.lifetime.algorithms.halving_years={ci90=[2, 5]}"]
    )
    one = ba.run(parameters)
    two = ba.run(parameters, estimator="count", points=2**18, precision=1e-9)
    assert one.probability_by(2050) == pytest.approx(two.probability_by(2050), abs=1e-3)


def test_weights_are_prior_weights_and_exact_to_change(full: ba.Parameters) -> None:
    weights = {"short_horizon": 2.0, "evolution": 1.0, "none": 0.2}
    changed = ba.run(full, points=2**15).with_weights(weights)
    settings = [f"hypotheses.{n}.weight={weights.get(n, 0.0)}" for n in changed.hypotheses]
    fresh = ba.run(full.edited(*settings, "none=0.2"), points=2**15)
    np.testing.assert_allclose(changed.cdf, fresh.cdf, atol=1e-13)
    np.testing.assert_allclose(changed.share, fresh.share, atol=1e-13)
    np.testing.assert_allclose(changed.prior_share[[1, 5]], [2 / 3, 1 / 3])


def test_the_dataset_holds_prior_and_posterior(full: ba.Parameters, tmp_path: Path) -> None:
    import xarray as xr

    forecast = ba.run(full, points=2**14)
    forecast.to_netcdf(tmp_path / "f.nc")
    with xr.open_dataset(tmp_path / "f.nc") as dataset:
        again = Forecast.from_dataset(dataset.load())
        assert dataset.attrs["event"] == "trained"
    np.testing.assert_array_equal(again.cdf, forecast.cdf)
    np.testing.assert_array_equal(again.prior.cdf, forecast.prior.cdf)
    assert again.effective_draws == forecast.effective_draws
    assert forecast.prior.quantile(0.5) < forecast.quantile(0.5)
    summary = forecast.summary()
    assert summary["event"] == "trained"
    assert summary["evidence"]["not_arrived_event"] == "deployed"
    prior = f"{forecast.prior.quantile(0.5):.1f}"
    assert f"evidence moves the median from {prior}" in repr(forecast)


def test_draws_carry_the_evidence_as_weights(full: ba.Parameters) -> None:
    draws = ba.draw(full, points=2**16)
    forecast = ba.run(full)
    weight = (draws["weight"] * draws["evidence_weight"]).values * forecast.prior_share[:, None]
    year = np.maximum(draws["arrival_year"].values, draws["release_year"].values)
    for by in (2036, 2050, 2100):
        share = float((weight * (year <= by)).sum() / weight.sum())
        assert share == pytest.approx(forecast.probability_by(by), abs=3e-3)


def test_a_known_lag_moves_the_forecast(tmp_path: Path) -> None:
    text = 'extends = "cotra2020"\n[forecast]\nevent = "deployed"\n'
    text += "[lag]\ntraining_years = 1\ndeployment_years = 2\n[none]\nprobability = 0\n"
    text += "probability_end = 0\n"
    later, now = ba.run(read(text, tmp_path)), ba.run("cotra2020", weights=None)
    now = now.with_weights({"none": 0})
    for year in (2030, 2050, 2080):
        assert later.probability_by(year) == pytest.approx(now.probability_by(year - 3), abs=1e-6)


def test_transfer_and_shift_act_on_the_speed() -> None:
    halving = {"lifetime": 3.5, "short_horizon": 3, "genome": 3}
    halving |= dict.fromkeys(["medium_horizon", "long_horizon", "evolution"], 2)

    def with_halving(preset: str, factor: float) -> Array:
        own = [
            f"hypotheses.{name}.algorithms.halving_years={years * factor}"
            for name, years in halving.items()
        ]
        return ba.run(ba.read_parameters(preset, own)).cdf

    doubled = ba.run(ba.read_parameters("cotra2020", ["algorithms.transfer=2"]))
    np.testing.assert_allclose(doubled.cdf, with_halving("cotra2020", 0.5), atol=1e-12)
    # The conservative column's halving times are the best guess' and a year.
    name = "cotra2020-conservative"
    shifted = ba.run(ba.read_parameters(name, ["algorithms.halving_shift_years=-1"]))
    np.testing.assert_allclose(shifted.cdf, with_halving(name, 1), atol=1e-12)


def test_a_requirement_of_later_algorithms_has_their_gain_in_it() -> None:
    # In 2030 the gain is g(2030) - g(2030) = 0, up to the logistic's own g(start).
    early = TRENDS.format(level=1e17).replace("1e5", "1").replace("max_oom = 30", "max_oom = 4")
    late = early.replace("halving_years", "requirement_year = 2030\nhalving_years")

    def gain(year: float) -> float:
        grown = np.log10(2) * (year - 2024)
        return float(grown - np.log10(1 + 10 ** (grown - 4)))

    one, two = ba.run(parse_parameters(early)), ba.run(parse_parameters(late))
    lost = gain(2030) - gain(2024)
    for year in (2040, 2060):
        bought = 26 + 0.3 * (year - 2024) + gain(year)
        exact = stats.norm.cdf((bought - 30) / 1.5)
        assert one.probability_by(year) == pytest.approx(exact, abs=1e-5)
        assert two.probability_by(year) == pytest.approx(
            stats.norm.cdf((bought - lost - 30) / 1.5), abs=1e-5
        )


@pytest.mark.parametrize(
    ("evidence", "path", "words"),
    [
        (
            "run_softness_oom = 0\ninsufficient_run = [{ flop = 1e60, year = 2026 }]",
            "evidence.insufficient_run",
            "leaves nothing; needed: 1,000; allowed: requirements that reach further up",
        ),
        (
            'observation = [{ quantity = "flop_per_usd", year = 2024, value = 1e25, '
            "standard_error_oom = 0.05 }]",
            "evidence.observation[0]",
            "allowed: a larger standard_error_oom, or wider distributions of the trends",
        ),
    ],
)
def test_evidence_that_leaves_too_little_is_refused(evidence: str, path: str, words: str) -> None:
    text = TRENDS.format(level=UNCERTAIN_LEVEL) + f"[evidence]\n{evidence}\n"
    with pytest.raises(ba.BadParameters) as error:
        ba.run(parse_parameters(text), points=2**16)
    assert path in str(error.value)
    assert words in str(error.value)


FAR = """
extends = "update-2026"
[[evidence.observation]]
quantity = "flop_per_usd"
year = 2026.5
value = 1e14
standard_error_oom = 0.05
"""


def test_what_a_low_ceiling_alone_explains_is_found_for_every_seed(tmp_path: Path) -> None:
    """Prior draws near it are one in a million: the posterior is well behaved all the same."""
    parameters = read(FAR, tmp_path)
    found = [ba.run(parameters, seed=seed) for seed in range(3)]
    for forecast in found:
        assert forecast.effective_draws > 0.4 * forecast.trend_points
        assert any("standard errors below what the file predicts" in n for n in forecast.notes)
        off = forecast.probability_by(2050) - found[0].probability_by(2050)
        assert abs(off) < 6 * found[0].probability_standard_error(2050)


def test_evidence_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    # A measurement that no draw comes near: refused before any are drawn, whatever the seed.
    parameters = read(FAR, tmp_path).edited("hardware.max_flop_per_usd=1e24")
    for seed, estimator in ((0, "integrate"), (1, "integrate"), (0, "count")):
        with pytest.raises(ba.BadParameters, match=r"evidence\.observation\[0\]: contradicts the"):
            ba.run(parameters, seed=seed, estimator=estimator)


def test_weights_of_what_is_refuted_alone_are_refused(tmp_path: Path) -> None:
    small = """
extends = "cotra2020"
[hypotheses.small]
kind = "direct"
weight = 0.1
training_flop = { dist = "uniform", low = 1e24, high = 1e25 }
algorithms = { halving_years = 2, max_oom = 3 }
[evidence]
run_softness_oom = 0
insufficient_run = [{ flop = 1e26, year = 2025 }]
"""
    parameters = read(small, tmp_path)
    for weights in ({"small": 1.0}, {"small": 1.0, "none": 0.0}):
        with pytest.raises(
            ba.BadParameters, match=r"evidence\.insufficient_run\[0\]: leaves nothing"
        ):
            ba.run(parameters, weights=weights)
    with pytest.raises(ValueError, match="leaves nothing of the hypotheses"):
        ba.run(parameters).with_weights({"small": 1.0, "none": 0.0})


def test_few_points_are_too_few_draws() -> None:
    with pytest.raises(ba.BadParameters, match="or more points"):
        ba.run(seen("not_arrived_by=2036.9"), points=512)


def test_effective_draws_and_tail_of_known_weights() -> None:
    for weights, expected in (([1.0, 1, 1, 1], 1.0), ([1.0, 0, 0, 0], 0.25), ([3.0, 1, 0, 0], 0.4)):
        likelihood = np.array([weights, np.zeros(4)])
        mean, products = likelihood.mean(axis=1), likelihood @ likelihood.T / 4
        assert effective_share(np.array([1.0, 0.0]), mean, products) == pytest.approx(expected)
    assert effective_share(np.array([0.0, 1.0]), mean, products) == 0
    rng = np.random.default_rng(7)
    for k in (0.2, 0.6):
        tail = stats.genpareto(k).rvs(20_000, random_state=rng)
        assert pareto_k(1 + tail) == pytest.approx(k, abs=0.12)
    assert np.isnan(pareto_k(np.ones(1000)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not_arrived_by = 2150", "not_arrived_by: found 2150; allowed: 2024 to 2100"),
        ('event = "trained"', "event: does nothing without not_arrived_by; allowed: both"),
        (
            "insufficient_run = [{ flop = 1e26, year = 2025 }]",
            "run_softness_oom: missing; needed: a number of OOM, 0 for a hard cut",
        ),
        (
            "run_softness_oom = 1",
            "run_softness_oom: does nothing without [[evidence.insufficient_run]]; allowed: both",
        ),
        (
            "run_softness_oom = 1\ninsufficient_run = [{ flop = 1e26, year = 2125 }]",
            "insufficient_run[0].year: found 2125; allowed: at most 2100, the forecast's last_year",
        ),
        (
            "run_softness_oom = 1\ninsufficient_run = [{ flops = 1e26, year = 2025 }]",
            "insufficient_run[0].flops: unknown key; allowed: flop, year, source, note; "
            'did you mean "flop"?',
        ),
        (
            'observation = [{ quantity = "flop_per_usd", year = 2025, value = -1, '
            "standard_error_oom = 1 }]",
            "observation[0].value: found -1; allowed: above 0",
        ),
        (
            'observation = [{ quantity = "gain", year = 2025, value = 1, standard_error_oom = 1 }]',
            'observation[0].quantity: found "gain"; allowed: "flop_per_usd", ',
        ),
        (
            'observation = [{ quantity = "algorithmic_gain", year = 2025, value = 10, '
            "standard_error_oom = 1 }]",
            "observation[0].from_year: missing; needed: the first of two years, by "
            "algorithmic_gain",
        ),
        (
            'observation = [{ quantity = "largest_run_usd_growth", from_year = 2026, year = 2025, '
            "value = 10, standard_error_oom = 1 }]",
            "observation[0].from_year: found 2026; allowed: before year, 2025",
        ),
        (
            'observation = [{ quantity = "algorithmic_gain", from_year = 2025, year = 2026, '
            'value = 10, standard_error_oom = 1, hypothesis = "short" }]',
            'observation[0].hypothesis: found "short"; allowed: lifetime, short_horizon, genome, '
            'medium_horizon, long_horizon, evolution; did you mean "short_horizon"?',
        ),
    ],
)
def test_bad_evidence(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ba.BadParameters) as error:
        read(f'extends = "cotra2020"\n[evidence]\n{text}\n', tmp_path)
    (problem,) = error.value.problems
    assert f"{tmp_path / 'file.toml'}:" in str(problem)
    assert f"evidence.{message}" in str(problem)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["evidence.not_arrived_by=2026.9"], "beside [low_end_update]"),
        (["evidence={}"], "[evidence]: nothing in it"),
        (["forecast.event=deployed"], "[lag] says nothing of training_years and deployment_years"),
        (
            ["lag.training_years=1"],
            "[lag] training_years: the event affordable does not ask for it",
        ),
    ],
)
def test_what_is_worth_a_warning(settings: list[str], words: str) -> None:
    warnings = ba.read_parameters("cotra2020", settings).warnings
    assert any(words in warning for warning in warnings)


def test_a_shift_that_turns_halving_times_over_is_bad_input() -> None:
    with pytest.raises(ba.BadParameters, match=r"leaves evolution a halving time of -0.5 years"):
        ba.read_parameters("cotra2020", ["algorithms.halving_shift_years=-2.5"])


# --- Nothing reads a trend before its start without saying so ------------------------------------


@pytest.mark.parametrize("value", [2, 5, 13.5, 50])
def test_a_gain_since_before_it_starts_is_refused(value: float, tmp_path: Path) -> None:
    """Backwards the logistic falls for ever: more progress measured meant later arrival."""
    text = f"""
extends = "cotra2020-uncertain"
[[evidence.observation]]
quantity = "algorithmic_gain"
from_year = 2020.5
year = 2025
value = {value}
standard_error_oom = 0.3
"""
    with pytest.raises(
        ba.BadParameters, match=r"from_year: found 2020\.5; allowed: 2025 or later, the gain_start"
    ):
        read(text, tmp_path)


def test_more_progress_means_earlier_arrival(tmp_path: Path) -> None:
    medians = []
    for value in (2, 5, 13.5, 50):
        text = f"""
extends = "cotra2020-uncertain"
[algorithms]
gain_start_year = 2020.5
[[evidence.observation]]
quantity = "algorithmic_gain"
from_year = 2020.5
year = 2025
value = {value}
standard_error_oom = 0.3
"""
        # Of one hypothesis: among several it also speaks for those with fast algorithms.
        medians.append(ba.run(read(text, tmp_path)).quantile(0.5, "medium_horizon"))
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > medians[-1] + 0.5


def test_reading_a_trend_before_its_start_is_said(tmp_path: Path) -> None:
    text = """
extends = "cotra2020-uncertain"
[evidence]
run_softness_oom = 0.3
[[evidence.observation]]
quantity = "flop_per_usd_growth"
from_year = 2020
year = 2024
value = 1.3
standard_error_oom = 0.05
[[evidence.insufficient_run]]
flop = 1e26
year = 2024.5
[[evidence.insufficient_run]]
flop = 1e24
year = 2022
"""
    parameters = read(text, tmp_path)
    said = [w for w in parameters.warnings if "continued backwards" in w]
    assert len(said) == 2
    assert "observation[0]: reads the trend in 2020" in said[0]
    # The second run is smaller and earlier than the first, so that it never counts.
    assert "insufficient_run[0]: reads the algorithmic gain in 2024.5" in said[1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 12), st.floats(0.01, 10))
def test_what_is_beyond_a_bound_is_summed_as_defined(
    seed: int, draws: int, years: int, spread: float
) -> None:
    """Whichever years come before most draws have passed theirs, and whoever is late."""
    rng = np.random.default_rng(seed)
    most = 30 + np.cumsum(rng.exponential(size=(draws, years)), axis=1)
    threshold = (most[:, 0], 30 + years / 2 + spread * rng.normal(size=draws))[seed % 2]
    weight = rng.random(draws)
    mass, below = (ndtr((x - 32) / 2) for x in (most, threshold))
    expected = weight @ np.maximum(mass - below[:, np.newaxis], 0)
    bound = Bound(Most((threshold,)), Most((most,)))
    found = bound.above(weight, mass, below, weight @ mass, weight @ below)
    np.testing.assert_allclose(found, expected, atol=1e-13)


# --- What holds given a hypothesis ------------------------------------------------------------


@pytest.mark.parametrize("event", ["affordable", "deployed"])
@pytest.mark.parametrize("none", [(0.3, 0.3), (0.6, 0.1)])
def test_given_a_hypothesis_none_does_not_show(none: tuple[float, float], event: str) -> None:
    """Once it has let go, all of the evidence binds: nothing has arrived before it came."""
    preset, of = "latest", f'forecast.event="{event}"'
    edits = [f"none.probability={none[0]}", f"none.probability_end={none[1]}", of]
    plain, other = (
        ba.run(ba.read_parameters(preset, each), points=2**12, precision=1e-9)
        for each in (["none.probability=0", "none.probability_end=0", of], edits)
    )
    np.testing.assert_allclose(other.hypothesis_cdf, plain.hypothesis_cdf, atol=1e-12)
    np.testing.assert_allclose(other.requirement_cdf, plain.requirement_cdf, atol=1e-12)
    if other.event == other.parameters.evidence_event:
        before = other.years <= other.parameters.evidence.not_arrived_by
        assert np.all(other.hypothesis_cdf[:, before] == 0)
    assert other.given("lifetime").quantile(0.5) == plain.given("lifetime").quantile(0.5)


@pytest.mark.parametrize("preset", ["cotra2020", "latest", "takeoff2023-no-feedback"])
def test_parts_add_up(preset: str) -> None:
    forecast = ba.run(preset, points=2**12)
    np.testing.assert_allclose(forecast.part_cdf.sum(axis=0), forecast.cdf, atol=1e-12)
    assert np.all(np.diff(forecast.part_cdf, axis=1) >= -1e-12)
    assert np.all(forecast.part_cdf <= forecast.share[:, np.newaxis] + 1e-12)
