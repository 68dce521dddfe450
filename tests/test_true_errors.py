"""Files that nobody tuned to: what replicates share must not hide in their spread.

A sharp observation far from the prior, and a rare fast trend: quadrature tells what is right.
"""

from __future__ import annotations

import numpy as np
import pytest

import bioanchors as ba
from bioanchors.engine import integrate as integrating
from bioanchors.parameters import parse_parameters

FILE = """
format = 1
title = "{title}"
[forecast]
first_year = 2025
last_year = {last}
report_years = [2027]
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 3e13
growth_per_year = 0.02
[hardware]
start_year = 2025
flop_per_usd = 1e18
max_flop_per_usd = {cap}
oom_per_year = {speed}
[spending]
start_year = 2025
largest_run_usd = 1e8
times_per_year = {spending}
max_share_of_gdp = 0.01
[algorithms]
gain_start_year = {start}
oom_per_year = {algorithms}
max_oom = {max_oom}
[hypotheses.one]
kind = "direct"
weight = 1
training_flop = {{ dist = "lognormal", median = {flop}, sd_oom = {sd} }}
"""
SLOW = '{ dist = "lognormal", median = 0.0950718852, sd_oom = 0.2069662656 }'
RARE = (
    '{ dist = "mixture", weights = [0.99, 0.01], components = ['
    '{ dist = "lognormal", median = 0.1, sd_oom = 0.03 }, 4.0] }'
)
MEASURED, ERROR_OOM = 1.958445349, 0.003


def sharp() -> str:
    text = FILE.format(
        title="A sharp observation",
        last=2055,
        cap="1e25",
        speed=SLOW,
        spending=1.02,
        start=2025,
        algorithms=0.01,
        max_oom=1,
        flop=5.25065e28,
        sd=1.413187645,
    )
    return text + (
        "[[evidence.observation]]\n"
        'quantity = "flop_per_usd_growth"\nfrom_year = 2025\nyear = 2026\n'
        f"value = {MEASURED}\nstandard_error_oom = {ERROR_OOM}\n"
    )


def rare() -> str:
    return FILE.format(
        title="A rare fast trend",
        last=2100,
        cap="1e40",
        speed=RARE,
        spending=1.1,
        start=2020,
        algorithms=0.1,
        max_oom=5,
        flop="1e40",
        sd=2.5,
    )


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_sharp_observation_s_posterior_is_met(seed: int) -> None:
    """By 2027: 6.471 %, by quadrature; it was 0.6 points off, stating 1e-9."""
    forecast = ba.run(parse_parameters(sharp(), "sharp"), seed=seed)
    off = forecast.probability_by(2027) - 0.06471
    assert abs(off) < min(4 * forecast.probability_standard_error(2027), 1e-4)
    assert forecast.effective_draws > 0.45 * forecast.trend_points


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_rare_fast_trend_is_neither_missed_nor_invented(seed: int) -> None:
    """By 2027: 0.018 %, exact; averages between years once made it 0.535."""
    forecast = ba.run(parse_parameters(rare(), "rare"), seed=seed)
    off = forecast.probability_by(2027) - 0.00018
    assert abs(off) < 4 * forecast.probability_standard_error(2027)
    assert abs(off) < 1e-4


@pytest.mark.parametrize("text", [sharp(), rare()])
def test_years_between_are_as_far_off_as_is_stated(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against the same points with averages taken at every sixteenth of a year."""
    parameters = parse_parameters(text, "file")
    coarse = ba.run(parameters, points=2**13, precision=0.001)
    monkeypatch.setattr(integrating, "FIRST_YEARS", 1 / 16)
    fine = ba.run(parameters, points=2**13, precision=0.001)
    assert coarse.sums.rounds == fine.sums.rounds
    assert np.max(np.abs(coarse.cdf - fine.cdf)) < max(np.max(coarse.sums.between), 1e-6)


@pytest.mark.parametrize("preset", ["update-2026", "cotra2020-uncertain"])
def test_years_between_of_presets(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = ba.run(preset, points=2**12, precision=1e-3)
    monkeypatch.setattr(integrating, "FIRST_YEARS", 1 / 16)
    monkeypatch.setattr(integrating, "SETTLING_YEARS", 0.5)
    fine = ba.run(preset, points=2**12, precision=1e-3)
    places = np.searchsorted(coarse.years, coarse.whole_years)
    if coarse.sums.rounds == fine.sums.rounds:
        off = np.abs(coarse.cdf - fine.cdf)[places]
        assert np.max(off) < max(np.max(coarse.sums.between), 1e-6)
    else:
        pytest.fail(f"other rounds: {coarse.sums.rounds} and {fine.sums.rounds}")


def test_evidence_leaves_most_draws_of_the_update() -> None:
    forecast = ba.run("update-2026", points=2**12, precision=1e-9)
    assert forecast.effective_draws > 0.7 * forecast.trend_points
    weights = forecast.sums.seen.likelihood  # type: ignore[union-attr]
    assert np.all(weights <= 2.0 + 1e-12)


def test_without_evidence_the_update_is_right_for_many_seeds(tmp_path) -> None:
    """By 2030: 28.64 %. A digital shift alone gave 28.42 with a stated error of 0.03."""
    path = tmp_path / "ne.toml"
    path.write_text('format = 1\nextends = "update-2026"\ntitle = "x"\ndrop = ["evidence"]\n')
    parameters = ba.read_parameters(path)
    z, off = [], []
    for seed in range(1, 25):
        forecast = ba.run(parameters, seed=seed)
        off.append(forecast.probability_by(2030) - 0.2864)
        z.append(off[-1] / forecast.probability_standard_error(2030))
    assert np.max(np.abs(off)) < 0.0025
    assert np.sqrt(np.mean(np.square(z))) < 1.35
    assert np.max(np.abs(z)) < 4


def test_an_observation_that_the_file_does_not_predict_is_named() -> None:
    """Exact where the trend is lognormal: the slope of price-performance is its median's OOM."""
    forecast = ba.run(parse_parameters(sharp(), "sharp"))
    ((place, z),) = forecast.predictive_scores
    predicted = 0.0950718852 * np.exp(0.5 * (np.log(10) * 0.2069662656) ** 2)
    spread = predicted * np.sqrt(np.expm1((np.log(10) * 0.2069662656) ** 2))
    exact = (np.log10(MEASURED) - predicted) / np.hypot(spread, ERROR_OOM)
    assert place == 0
    assert z == pytest.approx(exact, rel=0.03)
    assert any(
        "evidence.observation[0], flop_per_usd_growth in 2026, lies" in note
        and "standard errors above what the file predicts" in note
        for note in forecast.notes
    ) == (z > 3)
    assert not any("lies" in note for note in ba.run("update-2026").notes)
