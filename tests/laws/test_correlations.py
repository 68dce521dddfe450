"""Correlated inputs: a Gaussian copula on the named streams."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import bioanchors as ba
from bioanchors.parameters.correlations import (
    is_possible,
    nearest_correlations,
    nearest_possible,
    to_normal,
)
from bioanchors.sampling import Streams, draw_inputs

BASE = """
extends = "cotra2020"
[hardware]
doubling_years = { ci90 = [1.6, 3.5] }
max_flop_per_usd = { ci90 = [1e22, 1e26] }
[spending]
times_per_year = { ci90 = [1.9, 4.2] }
[algorithms]
transfer = { ci90 = [0.5, 1.5] }
"""
DRAWS = 2**14


def read(text: str, folder: Path) -> ba.Parameters:
    path = folder / "file.toml"
    path.write_text(BASE + text, encoding="utf-8")
    return ba.read_parameters(path)


def entry(parameters: list[str], rho: object) -> str:
    return f"[[correlations]]\nparameters = {parameters}\nrank_correlation = {rho}\n".replace(
        "'", '"'
    )


def draws_of(parameters: ba.Parameters, sampler: str = "sobol") -> dict[str, np.ndarray]:
    streams = Streams([*parameters.inputs], 3, sampler, parameters.correlations)
    return draw_inputs(parameters.inputs, streams, 0, 0, DRAWS)


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    return float(stats.spearmanr(one, other).statistic)


def test_rank_correlations_on_the_normal_scale() -> None:
    np.testing.assert_allclose(
        to_normal(np.array([0.7, 0.3, -0.5])), [0.716736, 0.312869, -0.517638], atol=1e-6
    )


def test_nearest_matrix_of_highams_paper() -> None:
    matrix = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])
    near = nearest_correlations(matrix)
    np.testing.assert_allclose(near[np.triu_indices(3, 1)], [0.7607, 0.1573, 0.7607], atol=5e-5)


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6))
@settings(deadline=None, max_examples=60)
def test_what_is_offered_instead_is_possible(values: list[float]) -> None:
    matrix = np.eye(4)
    matrix[np.triu_indices(4, 1)] = values
    matrix = np.triu(matrix, 1) + np.triu(matrix, 1).T + np.eye(4)
    near = nearest_possible(matrix)
    assert is_possible(near)
    if is_possible(matrix):
        assert np.abs(near - matrix).max() < 0.01


@pytest.mark.parametrize("sampler", ["sobol", "random"])
@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.5, 0.95])
def test_draws_have_the_rank_correlations_asked_for(
    rho: float, sampler: str, tmp_path: Path
) -> None:
    # By the values as written: a doubling time falls where the stream's speed rises.
    paths = ["hardware.doubling_years", "brain.flop_per_s", "spending.times_per_year"]
    matrix = [[1, rho, 0.2], [rho, 1, 0.1], [0.2, 0.1, 1]]
    draws = draws_of(read(entry(paths, matrix), tmp_path), sampler)
    time = np.log10(2) / draws["hardware.speed"]
    # The sampling error of a rank correlation is below 1 / sqrt(n) = 0.008.
    assert spearman(time, draws["brain.flop_per_s"]) == pytest.approx(rho, abs=0.025)
    assert spearman(time, draws["spending.speed"]) == pytest.approx(0.2, abs=0.025)
    assert spearman(draws["brain.flop_per_s"], draws["spending.speed"]) == pytest.approx(
        0.1, abs=0.025
    )


def test_marginals_stay_and_others_keep_their_draws(tmp_path: Path) -> None:
    paths = ["hardware.doubling_years", "spending.times_per_year", "algorithms.transfer"]
    before, after = draws_of(read("", tmp_path)), draws_of(read(entry(paths, 0.6), tmp_path))
    names = {"hardware.speed", "spending.speed", "algorithms.transfer"}
    moved = {n for n in before if not np.array_equal(before[n], after[n])}
    assert moved < names
    assert len(moved) == 2  # the first of the group keeps its draws
    for name in moved:
        inputs = read(entry(paths, 0.6), tmp_path).inputs[name]
        exact = np.sort(inputs.values((np.arange(DRAWS) + 0.5) / DRAWS))
        # Kolmogorov and Smirnov's distance of as many independent draws would be 0.016 at 0.1 %.
        ranks = np.searchsorted(exact, np.sort(after[name])) / DRAWS
        assert np.abs(ranks - (np.arange(DRAWS) + 0.5) / DRAWS).max() < 0.016


def test_some_of_a_group_are_the_same_as_all(tmp_path: Path) -> None:
    paths = ["hardware.doubling_years", "spending.times_per_year", "algorithms.transfer"]
    parameters = read(entry(paths, 0.6), tmp_path)
    streams = Streams([*parameters.inputs], 3, "sobol", parameters.correlations)
    every = draws_of(parameters)
    one = {"algorithms.transfer": parameters.inputs["algorithms.transfer"]}
    np.testing.assert_array_equal(
        draw_inputs(one, streams, 0, 0, DRAWS)["algorithms.transfer"], every["algorithms.transfer"]
    )


def test_perfect_correlation_is_the_same_rank_whatever_the_unit(tmp_path: Path) -> None:
    text = entry(["hardware.doubling_years", "spending.doubling_years"], 1)
    draws = draws_of(read(text, tmp_path))
    order = np.argsort(draws["hardware.speed"])
    assert np.all(np.diff(draws["spending.speed"][order]) >= -1e-9)


def test_one_line_for_all_hypotheses() -> None:
    (group,) = ba.read_parameters("cotra2020-uncertain").correlations
    assert len(group.names) == 6
    np.testing.assert_allclose(group.normal, 1)


def test_dependence_within_a_requirement_widens_it(tmp_path: Path) -> None:
    # brain and model-vs-brain add up: their variances and twice the covariance.
    text = entry(["brain.flop_per_s", "network.oom_vs_brain"], 0.8)
    plain, tied = ba.run(read("", tmp_path)), ba.run(read(text, tmp_path))
    counted = ba.run(read(text, tmp_path), estimator="count", points=2**18, precision=1e-9)
    assert tied.probability_by(2050) == pytest.approx(counted.probability_by(2050), abs=2e-3)
    quartiles = [[f.quantile(p, "short_horizon") for p in (0.25, 0.75)] for f in (plain, tied)]
    assert np.diff(quartiles[1]) > np.diff(quartiles[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry(["hardware.doubling_years", "brain.flops"], 0.5),
         'correlations[0].parameters[1]: found "brain.flops", which this file does not have; '
         'did you mean "brain.flop_per_s"?'),
        (entry(["hardware.doubling_years", "hardware.flop_per_usd"], 0.5),
         "correlations[0].parameters[1]: hardware.flop_per_usd is a known number; "
         "allowed: a distribution, or other [[correlations]] in a file that extends this one"),
        (entry(["hardware.doubling_years"], 0.5),
         "correlations[0].parameters: found 1; allowed: two or more"),
        (entry(["hardware.doubling_years", "hardware.times_per_year"], 0.5),
         "correlations[0].parameters[1]: hardware.times_per_year is named twice; allowed: once"),
        (entry(["hardware.doubling_years", "brain.flop_per_s"], 1.2),
         "correlations[0].rank_correlation: found 1.2; allowed: at most 1"),
        (entry(["hardware.doubling_years", "brain.flop_per_s"], [[1, 0.5]]),
         "correlations[0].rank_correlation: found a matrix of another shape; "
         "allowed: 2 rows of 2 numbers"),
        (entry(["hardware.doubling_years", "brain.flop_per_s"], [[1, 0.5], [0.4, 1]]),
         "correlations[0].rank_correlation: allowed: a matrix with 1 on its diagonal, "
         "the same above it as below"),
        ("[[correlations]]\nrank_correlation = 0.5\n",
         "correlations[0].parameters: missing; needed: a list of two or more paths"),
        (entry(["hypotheses.*.nothing"], 0.5),
         'correlations[0].parameters[0]: found "hypotheses.*.nothing", which fits no quantity '
         'of this file'),
        (entry(["hardware.doubling_years", "brain.flop_per_s"], 0.5) * 2,
         "correlations[1]: hardware.doubling_years and brain.flop_per_s are given twice; "
         "allowed: once"),
        (entry(["hardware.doubling_years", "brain.flop_per_s", "algorithms.transfer"],
               [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]),
         "correlations: these rank correlations exclude each other: "),
    ],
)  # fmt: skip
def test_bad_correlations(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ba.BadParameters) as error:
        read(text, tmp_path)
    assert message in str(error.value)
    assert len(error.value.problems) == 1


def test_the_correlations_offered_can_be_used(tmp_path: Path) -> None:
    paths = ["hardware.doubling_years", "brain.flop_per_s", "algorithms.transfer"]
    with pytest.raises(ba.BadParameters) as error:
        read(entry(paths, [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]), tmp_path)
    offered = str(error.value).split("nearest that do not: ")[1].split(", ")
    text = "".join(
        entry([words.split(" ")[0], words.split(" ")[2]], float(words.split(" ")[3]))
        for words in offered
    )
    assert len(read(text, tmp_path).correlations) == 1


# --- The direction of a key: correlations are of values as written -------------------------------

LOG10_2 = np.log10(2.0)
# Where the key stands, the stream that it draws, and its value from what the model computes with.
DIRECTIONS = {
    "hardware.doubling_years": ("hardware.speed", lambda rate: LOG10_2 / rate),
    "hardware.doubling_months": ("hardware.speed", lambda rate: 12 * LOG10_2 / rate),
    "hardware.times_per_year": ("hardware.speed", lambda rate: 10**rate),
    "hardware.oom_per_year": ("hardware.speed", lambda rate: rate),
    "hypotheses.genome.algorithms.halving_years": (
        "hypotheses.genome.algorithms.speed",
        lambda rate: LOG10_2 / rate,
    ),
    "hypotheses.genome.algorithms.halving_months": (
        "hypotheses.genome.algorithms.speed",
        lambda rate: 12 * LOG10_2 / rate,
    ),
    "algorithms.halving_shift_years": ("algorithms.halving_shift_years", lambda years: years),
    "algorithms.transfer": ("algorithms.transfer", lambda share: share),
    "hypotheses.genome.algorithms.max_oom": (
        "hypotheses.genome.algorithms.max_oom",
        lambda oom: oom,
    ),
    "hardware.flop_per_usd": ("hardware.flop_per_usd", lambda log10: log10),
    "economy.growth_per_year": ("economy.growth_per_year", lambda growth: growth),
    "hypotheses.genome.effective_horizon_s": (
        "hypotheses.genome.effective_horizon_s",
        lambda log10: log10,
    ),
}


@pytest.mark.parametrize("path", DIRECTIONS)
@pytest.mark.parametrize("rho", [0.9, -0.6])
def test_a_correlation_is_of_values_as_written(path: str, rho: float) -> None:
    spread = (
        '{dist="uniform", low=-0.5, high=1}'
        if path == "algorithms.halving_shift_years"
        else '{dist="uniform", low=0.01, high=0.05}'
        if path.endswith("growth_per_year")
        else "{ci90=[1.1, 1.9]}"
        if path.endswith("times_per_year")
        else "{ci90=[0.5, 2]}"
        if path.endswith("transfer")
        else "{ci90=[1e16, 1e18]}"
        if path.endswith("flop_per_usd")
        else '{dist="uniform", low=2, high=4}'
    )
    parameters = ba.read_parameters(
        "cotra2020",
        [
            f"{path}={spread}",
            f'correlations=[{{parameters=["{path}", "spending.largest_run_usd"], '
            f"rank_correlation={rho}}}]",
            "spending.largest_run_usd={ci90=[1e8, 1e10]}",
        ],
    )
    stream, as_written = DIRECTIONS[path]
    draws = draws_of(parameters)
    found = spearman(as_written(draws[stream]), draws["spending.largest_run_usd"])
    assert found == pytest.approx(rho, abs=0.02)


def test_a_shift_of_halving_times_is_no_speed(tmp_path: Path) -> None:
    """10 to 90 % are 2042.4 to 2077.9; with the sign of a doubling time, 2048.2 to 2062.8."""
    path = tmp_path / "file1.toml"
    path.write_text(
        """
format = 1
title = "File 1"
[forecast]
first_year = 2025
last_year = 2100
report_years = [2050]
[hypotheses.one]
kind = "direct"
weight = 1
training_flop = 1e32
algorithms = { halving_years = 3, max_oom = 6 }
[algorithms]
gain_start_year = 2025
halving_shift_years = { dist = "uniform", low = -1.5, high = 6 }
[hardware]
start_year = 2025
flop_per_usd = 1e18
doubling_years = { dist = "uniform", low = 1.5, high = 6 }
max_flop_per_usd = 1e30
[spending]
start_year = 2025
largest_run_usd = 1e9
doubling_years = 100
max_share_of_gdp = 0.9
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 3e13
growth_per_year = 0.02
[[correlations]]
parameters = ["hardware.doubling_years", "algorithms.halving_shift_years"]
rank_correlation = 0.9
""",
        encoding="utf-8",
    )
    forecast = ba.run(path)
    assert forecast.quantile(0.1) == pytest.approx(2042.4, abs=0.1)
    assert forecast.quantile(0.9) == pytest.approx(2077.9, abs=0.1)
