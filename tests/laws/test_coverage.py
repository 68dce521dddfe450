"""95 % intervals hold the exact value as often as they say, where the run stops by its own rule.

What is exact is not known of these files: each seed's run is compared with the mean of the other
seeds' runs at the finer precision, which is several times nearer than any of them. Errors that all
seeds share are the business of ``test_true_errors.py``, where quadrature tells.

``BIOANCHORS_SEEDS=200 pytest tests/laws/test_coverage.py`` takes 200 seeds (``seeds.py``).
"""

from __future__ import annotations

import itertools
import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from mixing import LAW
from numpy.typing import NDArray
from seeds import ALL, SEEDS, cases, least_covered, most_off
from untuned import sharp

import bioanchors as ba
from bioanchors.analysis.variance import MOST_DRAWS
from bioanchors.engine import nodes
from bioanchors.engine.sums import default_threads

Array = NDArray[np.float64]

FIRST_SEED = 3001
COARSE, FINE = 0.001, 0.0003
LOOSE = 4 * COARSE  # years are followed as closely, whatever the points
QUANTILES = (0.10, 0.25, 0.50)

CORRELATED = """
[[correlations]]
parameters = ["hardware.doubling_years", "spending.doubling_years", "spending.max_share_of_gdp"]
rank_correlation = 0.6
"""
OWN_GAIN = """
[algorithms]
gain_start_year = 2020.5
[[evidence.observation]]
quantity = "algorithmic_gain"
from_year = 2020.5
year = 2025
value = 13.5
standard_error_oom = 0.3
"""
CONTRADICTORY = "".join(
    f"""
[[evidence.observation]]
quantity = "{quantity}"
year = {year}
value = {value}
standard_error_oom = {error}
"""
    for quantity, year, value, error in (
        ("largest_run_flop", 2025.5, "5e26", 0.18),
        ("largest_run_flop", 2026.67, "1e27", 0.183),
        ("largest_run_usd", 2025.5, "3.3e8", 0.15),
        ("largest_run_usd", 2026.67, "5.1e8", 0.134),
    )
)
LAGS_AND_RUNS = """
drop = ["low_end_update"]
[forecast]
event = "deployed"
[lag]
training_years = { ci90 = [0.25, 1] }
deployment_years = { ci90 = [0.25, 2] }
[[correlations]]
parameters = ["hardware.doubling_years", "spending.doubling_years"]
rank_correlation = 0.4
[evidence]
not_arrived_by = 2026.9
run_softness_oom = 0.5
[[evidence.observation]]
quantity = "largest_run_flop"
year = 2026.67
value = 1e27
standard_error_oom = 0.18
[[evidence.insufficient_run]]
flop = 1e27
year = 2026.67
"""
HARD_RUNS = """
drop = ["low_end_update"]
[evidence]
not_arrived_by = 2026.9
run_softness_oom = 0
[[evidence.insufficient_run]]
flop = 3e26
year = 2025.5
[[evidence.insufficient_run]]
flop = 1e28
year = 2026.5
"""
FILES = {
    "cotra2020": ("cotra2020", ""),
    "cotra2020-uncertain": ("cotra2020-uncertain", ""),
    "update-2026": ("update-2026", ""),
    "the same without evidence": ("update-2026", 'drop = ["evidence"]\n'),
    "correlated trends": ("cotra2020-uncertain", CORRELATED),
    "own gain observed": ("cotra2020-uncertain", OWN_GAIN),
    "contradictory observations": ("cotra2020-uncertain", CONTRADICTORY),
    "lags, correlation, observation, run": ("cotra2020-uncertain", LAGS_AND_RUNS),
    "hard runs": ("cotra2020-uncertain", HARD_RUNS),
}

DELAYS = """
[forecast]
event = "trained"
[lag]
training_years = { ci90 = [0.2, 1] }
[lag.delays.stations]
years = { ci90 = [1, 5] }
probability_in = { 2027 = 0.9, 2032 = 0.5, 2040 = 0.06 }
[lag.delays.permits]
years = 3
probability_in = { 2028 = 0, 2040 = 0.6 }
"""
FROZEN_AND_COUPLED = """
[algorithms]
compute_share = { dist = "uniform", low = 0.4, high = 0.95 }
[interventions.freeze]
of = "largest_run_flop"
year = 2029
until_year = { dist = "uniform", low = 2033, high = 2040 }
freeze = true
"""
CHANGES = """
[changes.slower]
of = "spending"
year = { dist = "normal", mean = 2032, sd = 2 }
times_per_year = 1.1
[changes.breakthrough]
of = "algorithms"
year = 2035
times = 10
probability = 0.3
[unhobbling]
max_oom = { ci90 = [0.7, 1.3] }
start_year = 2023
years = 3
"""
LIMITS = f"""
{LAW}
[data]
stock_tokens = {{ ci90 = [1e14, 1e15] }}
stock_year = 2024
times_per_year = 1.1
algorithms_save = {{ dist = "uniform", low = 0, high = 1 }}
[power]
flop = {{ ci90 = [3e28, 3e29] }}
year = 2030
times_per_year = 1.4
"""
SHOCK_AND_MILESTONE = """
[forecast]
milestone = "other"
[milestones.other]
oom = { ci90 = [-2, 1] }
[interventions.price]
of = "flop_per_usd"
year = { dist = "normal", mean = 2031, sd = 1 }
until_year = 2045
times = 0.1
"""
MECHANISMS = {
    "frozen and coupled": ("cotra2020-uncertain", FROZEN_AND_COUPLED),
    "delays": ("cotra2020-uncertain", DELAYS),
    "changes, unhobbling": ("cotra2020-uncertain", CHANGES),
    "data and power": ("cotra2020-uncertain", LIMITS),
    "a price shock, another milestone": ("cotra2020-uncertain", SHOCK_AND_MILESTONE),
    "delays under evidence": ("update-2026", DELAYS),
}


class Found(NamedTuple):
    """Numbers of one run: of probabilities by the report years, then of quantile years."""

    value: Array
    low: Array
    high: Array
    stated: Array


def found(parameters: ba.Parameters, precision: float, seed: int) -> Found:
    """Run one seed, in a process of its own."""
    forecast = ba.run(parameters, precision=precision, seed=seed, threads=1)
    assert forecast.origin.stopped_by == "precision"
    years = [y for y in parameters.report_years if parameters.first_year < y]
    last = forecast.years[-1] - 1
    quantiles = [p for p in QUANTILES if forecast.years[0] <= forecast.quantile(p) < last]
    rows = [(forecast.probability_by(y), *forecast.probability_interval(y)) for y in years]
    rows += [(forecast.quantile(p), *forecast.quantile_interval(p)) for p in quantiles]
    stated = [forecast.probability_standard_error(y) for y in years]
    stated += [forecast.quantile_standard_error(p) for p in quantiles]
    return Found(*np.array(rows).T, np.array(stated))


@pytest.fixture(scope="module")
def pool():
    # Not forked: other tests have started threads.
    with ProcessPoolExecutor(default_threads(), multiprocessing.get_context("spawn")) as workers:
        yield workers


@pytest.fixture
def parameters(request: pytest.FixtureRequest, tmp_path: Path) -> ba.Parameters:
    path = tmp_path / "file.toml"
    if request.param == "a sharp observation":
        path.write_text(sharp(), encoding="utf-8")
    else:
        parent, more = {**FILES, **MECHANISMS}[request.param]
        text = f'format = 1\ntitle = "covered"\nextends = "{parent}"\n{more}'
        path.write_text(text, encoding="utf-8")
    return ba.read_parameters(path)


MANY = max(SEEDS, 60)
"""Seeds of the intervals' test also where others have few: whether they cover needs some."""

COVERED = [*FILES, "a sharp observation", *list(MECHANISMS)[: None if SEEDS == ALL else 1]]


@pytest.mark.slow
@pytest.mark.parametrize("parameters", COVERED, indirect=True)
def test_intervals_cover(parameters: ba.Parameters, pool: ProcessPoolExecutor) -> None:
    jobs = [(p, FIRST_SEED + i) for p in (COARSE, FINE) for i in range(MANY)]
    runs = list(pool.map(found, [parameters] * len(jobs), *zip(*jobs, strict=True), chunksize=4))
    fine = np.array([run.value for run in runs[MANY:]])
    for precision, some in ((COARSE, runs[:MANY]), (FINE, runs[MANY:])):
        # The mean of the other seeds: of the same seed, both precisions share their first points.
        exact = (fine.sum(axis=0) - fine) / (MANY - 1)
        value, low, high, stated = (np.array(column) for column in zip(*some, strict=True))
        rounding = 1e-9
        covered = np.mean((low - rounding <= exact) & (exact <= high + rounding), axis=0)
        z = np.sqrt(np.mean(((value - exact) / np.maximum(stated, rounding)) ** 2, axis=0))
        assert np.all(covered >= least_covered(MANY)), (precision, covered)
        assert np.all(z <= most_off(MANY)), (precision, z)


KINDS = ("first", "total", "shapley")
SHARED = {"latest": 2050, "cotra2020-uncertain": 2050}
HARDLY = 0.01
"""Share of the variance up to which an input hardly matters."""

DRAWS = MOST_DRAWS if SEEDS == ALL else 2**17
AT_WORST = 3.5
"""Standard errors by which the least covered of some 130 effects may be below 0.95 by chance."""


def shares(preset: str, seed: int) -> dict[tuple[str, str, str], tuple[float, ...]]:
    """Return what effects one seed finds: value, error, interval; in a process of its own."""
    told = ba.sensitivity(preset, SHARED[preset], seed=seed, max_draws=DRAWS)
    return {
        (level, kind, effect.name): (*estimate, *effects.interval(estimate))
        for level, effects in (("groups", told.groups), ("inputs", told.inputs))
        for effect in effects.effects
        for kind in KINDS
        for estimate in (getattr(effect, kind),)
    }


@pytest.mark.slow
@pytest.mark.parametrize("preset", [*SHARED][: None if SEEDS == ALL else 1])
def test_intervals_of_effects_cover(preset: str, pool: ProcessPoolExecutor) -> None:
    """Those of inputs that hardly matter, too, which matter in few rows alone."""
    runs = list(pool.map(shares, [preset] * SEEDS, range(FIRST_SEED, FIRST_SEED + SEEDS)))
    effects = list(runs[0])
    value, stated, low, high = np.moveaxis([[run[each] for each in effects] for run in runs], 2, 0)
    exact = (value.sum(axis=0) - value) / (SEEDS - 1)
    covered = np.mean((low <= exact) & (exact <= high), axis=0)
    off = np.mean(((value - exact) / stated) ** 2, axis=0)
    hardly = np.abs(value.mean(axis=0)) < HARDLY
    for level, kind in itertools.product(("groups", "inputs"), KINDS):
        some = np.array([each[:2] == (level, kind) for each in effects])
        for these in (some, some & hardly):
            if these.any():
                assert covered[these].mean() >= least_covered(SEEDS), (level, kind)
        assert math.sqrt(off[some].mean()) <= most_off(SEEDS), (level, kind)
    if SEEDS == ALL:
        least = 0.95 - AT_WORST * math.sqrt(0.05 * 0.95 / SEEDS)
        worst = int(np.argmin(covered))
        assert covered[worst] >= least, (effects[worst], covered[worst])


def all_years(run: ba.Forecast) -> tuple[Array, Array]:
    """Return the CDF of all and of each hypothesis by whole year, and their errors."""
    at = np.searchsorted(run.years, run.whole_years)
    return (
        np.vstack([run.cdf, run.hypothesis_cdf])[:, at],
        np.vstack([run.cdf_standard_error, run.hypothesis_cdf_standard_error])[:, at],
    )


@pytest.mark.slow
@pytest.mark.parametrize("parameters", [*FILES, "a sharp observation"], indirect=True)
def test_counting_agrees(parameters: ba.Parameters) -> None:
    """Counting shares neither the proposal, nor the years averaged at, nor the convolutions."""
    integrated = ba.run(parameters, precision=FINE, seed=11)
    counted = ba.run(parameters, precision=1e-9, points=2**20, seed=12, estimator="count")
    (one, one_error), (other, other_error) = all_years(integrated), all_years(counted)
    # 77 years of seven rows, whose errors have seven degrees of freedom.
    assert np.max(np.abs(one - other) / (np.hypot(one_error, other_error) + 2e-6)) < 6


@pytest.mark.slow
@pytest.mark.parametrize("parameters", [list(FILES)[i] for i in cases(len(FILES))], indirect=True)
def test_years_between_are_followed(
    parameters: ba.Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node check that was not reached once cost 0.06 points unseen."""
    coarse = ba.run(parameters, precision=LOOSE)
    monkeypatch.setattr(nodes, "FIRST_YEARS", 1 / 16)
    monkeypatch.setattr(nodes, "AFTER_CUT", 1 / 16)
    fine = ba.run(parameters, precision=LOOSE)
    assert coarse.sums.rounds == fine.sums.rounds
    for one, other in ((coarse, fine), (coarse.prior, fine.prior)):
        off = np.abs(all_years(one)[0] - all_years(other)[0])
        assert np.max(off) < COARSE / 10
        assert np.max(off[0]) < 5e-5
