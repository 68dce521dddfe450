"""Files that nobody tuned to: what replicates share must not hide in their spread.

A sharp observation far from the prior, and a rare fast trend: quadrature tells what is right.
"""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr
from seeds import cases
from untuned import ERROR_OOM, FILE, MEASURED, rare, sharp

import bioanchors as ba
from bioanchors.engine import nodes
from bioanchors.model.joint import Model
from bioanchors.parameters import parse_parameters
from bioanchors.results.conflicts import predictive_scores
from bioanchors.results.diagnostics import effective_share

Array = NDArray[np.float64]


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
    monkeypatch.setattr(nodes, "FIRST_YEARS", 1 / 16)
    fine = ba.run(parameters, points=2**13, precision=0.001)
    assert coarse.sums.rounds == fine.sums.rounds
    assert np.max(np.abs(coarse.cdf - fine.cdf)) < max(np.max(coarse.sums.between), 1e-6)


@pytest.mark.parametrize("preset", ["update-2026", "cotra2020-uncertain"])
def test_years_between_of_presets(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = ba.run(preset, points=2**12, precision=1e-3)
    monkeypatch.setattr(nodes, "FIRST_YEARS", 1 / 16)
    monkeypatch.setattr(nodes, "SETTLING_YEARS", 0.5)
    fine = ba.run(preset, points=2**12, precision=1e-3)
    places = np.searchsorted(coarse.years, coarse.whole_years)
    if coarse.sums.rounds == fine.sums.rounds:
        off = np.abs(coarse.cdf - fine.cdf)[places]
        assert np.max(off) < max(np.max(coarse.sums.between), 1e-6)
    else:
        pytest.fail(f"other rounds: {coarse.sums.rounds} and {fine.sums.rounds}")


def test_evidence_leaves_most_draws_of_the_update() -> None:
    forecast = ba.run("update-2026", points=2**12, precision=1e-9)
    moments, weights = forecast.sums.moments, forecast.sums.likelihood
    assert moments is not None
    assert weights is not None
    # Of all draws of the trends, half of which are the prior's.
    share = effective_share(forecast.prior_share, moments[:, 0], moments[:, 1:])
    assert share > 0.7
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
    ((item, z),) = forecast.predictive_scores
    predicted = 0.0950718852 * np.exp(0.5 * (np.log(10) * 0.2069662656) ** 2)
    spread = predicted * np.sqrt(np.expm1((np.log(10) * 0.2069662656) ** 2))
    exact = (np.log10(MEASURED) - predicted) / np.hypot(spread, ERROR_OOM)
    assert item.path == ("evidence", "observation", 0)
    assert z == pytest.approx(exact, rel=0.03)
    assert any(
        "evidence.observation[0], flop_per_usd_growth in 2026, lies" in note
        and "standard errors above what the file predicts" in note
        for note in forecast.notes
    ) == (z > 3)
    assert not any("lies" in note for note in ba.run("update-2026").notes)


# --- Random files of either kind, against quadrature ---------------------------------------------

GRID = 5e-6  # what is convolved has a grid, which errs by about 2e-6
SCORES = np.linspace(-8.5, 8.5, 400_001)


def random_speed(rng: np.random.Generator, kind: str) -> tuple[str, list[tuple[float, Array]]]:
    """Return a speed as text, and its parts: weight, and OOM a year at ``SCORES``."""
    median, sd = rng.uniform(0.08, 0.3), rng.uniform(0.05, 0.3)
    text = f'{{ dist = "lognormal", median = {median!r}, sd_oom = {sd!r} }}'
    common = median * 10 ** (sd * SCORES)
    if kind != "rare":
        return text, [(1.0, common)]
    weight, fast = float(rng.choice([0.02, 0.01, 0.004, 0.002])), rng.uniform(1.5, 5)
    if rng.random() < 0.5:
        other, rare_speed = repr(fast), np.full_like(SCORES, fast)
    else:
        other = f'{{ dist = "lognormal", median = {fast!r}, sd_oom = 0.05 }}'
        rare_speed = fast * 10 ** (0.05 * SCORES)
    text = (
        f'{{ dist = "mixture", weights = [{1 - weight!r}, {weight!r}], '
        f"components = [{text}, {other}] }}"
    )
    return text, [(1 - weight, common), (weight, rare_speed)]


def random_case(number: int, kind: str) -> tuple[ba.Parameters, Array]:
    """Return a file in which one trend alone is uncertain, and its CDF by whole year."""
    rng = np.random.default_rng([20261125, number, ["rare", "sharp", "plain"].index(kind)])
    speed, parts = random_speed(rng, kind)
    log10_flop, sd = rng.uniform(27, 36), rng.uniform(0.4, 2.5)
    last, flop_per_usd = int(rng.choice([2055, 2075, 2100])), 1e18
    text = FILE.format(
        title=f"{kind} {number}",
        last=last,
        cap=rng.choice(["1e22", "1e25", "1e40"]),
        speed=speed,
        spending=rng.choice([1.02, 1.1, 1.3]),
        start=rng.choice([2020, 2022, 2025]),
        algorithms=rng.choice([0.01, 0.1]),
        max_oom=rng.choice([1, 5]),
        flop=repr(10**log10_flop),
        sd=repr(sd),
    )
    measured = to = error = 0.0
    if kind == "sharp":
        measured, to = rng.uniform(1.15, 2.1), int(rng.choice([2026, 2028]))
        error = float(rng.choice([0.003, 0.01, 0.03]))
        text += (
            '[[evidence.observation]]\nquantity = "flop_per_usd_growth"\nfrom_year = 2025\n'
            f"year = {to}\nvalue = {measured!r}\nstandard_error_oom = {error!r}\n"
        )
    parameters = parse_parameters(text, f"{kind} {number}")
    assert parameters.inputs["hardware.flop_per_usd"].point == np.log10(flop_per_usd)
    model = Model(parameters.spec)
    (hypothesis,) = parameters.hypotheses
    known = {n: i.point for n, i in parameters.inputs.items() if not i.is_random}
    above = total = np.zeros(1)
    for weight, oom_per_year in parts:
        draws = {**known, "hardware.speed": oom_per_year[:, np.newaxis]}
        price = model.trends(draws).price_performance
        likelihood = weight * stats.norm.pdf(SCORES)
        if kind == "sharp":
            predicted = (price.at(float(to)) - price.at(2025.0))[:, 0] / (to - 2025)
            likelihood = likelihood * np.exp(-0.5 * ((predicted - np.log10(measured)) / error) ** 2)
        enough = model.trends(draws).affordable + model.trends(known).gain(hypothesis)
        by_year = [
            float(likelihood @ ndtr((enough.at(float(year))[:, 0] - log10_flop) / sd))
            for year in range(2025, last + 1)
        ]
        above = above + np.array(by_year)
        total = total + likelihood.sum()
    return parameters, above / total


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sharp", "rare"])
@pytest.mark.parametrize("number", cases(30))
def test_random_files_are_met_within_four_stated_errors(number: int, kind: str) -> None:
    parameters, exact = random_case(number, kind)
    scores = [abs(found.z) for found in predictive_scores(parameters)]
    if max(scores, default=0) > 5:
        with contextlib.suppress(ba.BadParameters):  # it may be refused, and nothing else may
            ba.run(parameters, seed=number)
        return
    forecast = ba.run(parameters, seed=number)
    places = np.searchsorted(forecast.years, forecast.whole_years)
    off = np.abs(forecast.cdf[places] - exact)
    allowed = 4 * forecast.cdf_standard_error[places] + GRID
    worst = int(np.argmax(off / allowed))
    assert off[worst] <= allowed[worst], (
        f"by {forecast.whole_years[worst]:g}: {forecast.cdf[places][worst]} +- "
        f"{forecast.cdf_standard_error[places][worst]}, exact {exact[worst]}"
    )


WORST = {10, 11, 16}
"""Of the plain ones these were farthest off."""

TAILS = [
    (kind, number)
    for kind in ("plain", "rare", "sharp")
    for number in sorted({*cases(20)} | (WORST if kind == "plain" else set()))
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "number"), TAILS)
def test_tails_are_not_left_to_luck(kind: str, number: int) -> None:
    """In many seeds, years that hang on a tail, too: what replicates share their spread hides.

    A plain lognormal's were up to nine stated errors off.
    """
    parameters, exact = random_case(number, kind)
    if max((abs(found.z) for found in predictive_scores(parameters)), default=0) > 5:
        return  # the evidence contradicts the file
    off, stated = [], []
    for seed in range(24):
        forecast = ba.run(parameters, seed=seed)
        places = np.searchsorted(forecast.years, forecast.whole_years)
        off.append(forecast.cdf[places] - exact)
        stated.append(forecast.cdf_standard_error[places] + GRID / 4)
    z = np.array(off) / np.array(stated)
    worst = np.unravel_index(np.abs(z).argmax(), z.shape)
    assert np.abs(z).max() < 6, (worst, off[worst[0]][worst[1]], stated[worst[0]][worst[1]])
    # Of eight replicates' normal values it is 1.18, and of 24 seeds at the worst year more.
    assert np.sqrt((z**2).mean(axis=0)).max() < 1.7
    assert np.sqrt((z**2).mean()) < 1.1


# --- Kinks, falling curves: years between, against every sixteenth of a year ----------------------


def kinked(number: int) -> str:
    """A file whose evidence cuts arrivals off, in which curves may fall."""
    rng = np.random.default_rng([20261126, number])
    log10_flop = rng.uniform(27.5, 34)
    soft, event = rng.choice([0, 0.3, 1]), rng.choice(["affordable", "trained", "deployed"])
    text = FILE.format(
        title=f"kinked {number}",
        last=int(rng.choice([2055, 2100])),
        cap=rng.choice(["1e20", "1e25", "1e40"]),
        speed='{ dist = "lognormal", median = 0.2, sd_oom = 0.2 }',
        # Spending that falls once it has met its share of a GDP that shrinks.
        spending=rng.choice([1.02, 1.3, '{ dist = "lognormal", median = 2.5, sd_oom = 0.1 }']),
        start=rng.choice([2020, 2022]),
        algorithms='{ dist = "lognormal", median = 0.2, sd_oom = 0.15 }',
        max_oom=rng.choice([1, 5]),
        flop=repr(10**log10_flop),
        sd=repr(rng.uniform(0.6, 2.5)),
    )
    if number % 2:
        text = text.replace("growth_per_year = 0.02", "growth_per_year = -0.03")
        text = text.replace("largest_run_usd = 1e8", "largest_run_usd = 1e11")
    text = text.replace("report_years = [2027]", f'report_years = [2027]\nevent = "{event}"')
    if event != "affordable":
        text += '[lag]\ntraining_years = { dist = "uniform", low = 0.25, high = 1 }\n'
    if event == "deployed":
        text += "deployment_years = 0.7\n"
    return text + (
        "[none]\nprobability = 0.1\n"
        f"[evidence]\nrun_softness_oom = {soft}\nnot_arrived_by = {rng.uniform(2026, 2029):.2f}\n"
        f"[[evidence.insufficient_run]]\nflop = {10 ** (log10_flop + rng.uniform(-2, 0)):.4e}\n"
        "year = 2026.5\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", cases(12))
def test_kinks_and_falling_curves_are_followed(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = parse_parameters(kinked(number), f"kinked {number}")
    coarse = ba.run(parameters, points=2**13, precision=0.001)
    monkeypatch.setattr(nodes, "FIRST_YEARS", 1 / 16)
    monkeypatch.setattr(nodes, "SETTLING_YEARS", 100.0)
    monkeypatch.setattr(nodes, "AFTER_CUT", 1 / 16)
    fine = ba.run(parameters, points=2**13, precision=0.001)
    assert coarse.sums.rounds == fine.sums.rounds
    for one, other in ((coarse, fine), (coarse.prior, fine.prior)):
        off = np.abs(one.cdf - other.cdf)
        # Half of the tolerance, and little more than is stated: at a kink what is left out is
        # missed from one side.
        assert np.max(off) < 5e-5, one.years[np.argmax(off)]
        left = np.interp(one.years, coarse.sums.years, coarse.sums.between)
        assert np.all(off <= left + 2e-5)
