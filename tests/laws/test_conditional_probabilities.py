"""Sensitivity on conditional probabilities: against closed forms, counting and double loops."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri, owens_t
from seeds import ALL, SEEDS

import bioanchors as ba
from bioanchors.analysis.arrivals import Arrivals
from bioanchors.analysis.conditional import mask
from bioanchors.analysis.outputs import Asked, intervals, read_output
from bioanchors.analysis.tied import tied
from bioanchors.engine.all_but_one import AllButOne
from bioanchors.engine.response import HYPOTHESIS, NONE
from bioanchors.model.term_mass import TermMass
from bioanchors.results.responses import response_of
from bioanchors.sampling import Streams
from bioanchors.sampling.copula import factor

PRESETS = ("cotra2020", "cotra2020-uncertain", "latest")


# --- The mass of one term ------------------------------------------------------------------------


@pytest.mark.parametrize("ramp", [None, (24.0, 27.0), (26.0, 26.0)])
def test_mass_is_the_integral_of_density_times_update(ramp):
    mean, sd, rest, slope = 5.0, 1.2, 18.0, 1.6
    term = TermMass(lambda x: ndtr((x - mean) / sd), lambda u: mean + sd * ndtri(u), ramp)

    def weighed(x):
        z = (x - rest - slope * mean) / (slope * sd)
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / (slope * sd)
        if ramp is None:
            return density
        low, high = ramp
        share = float(x >= low) if low == high else min(max((x - low) / (high - low), 0.0), 1.0)
        return density * share

    corners = [] if ramp is None else list(ramp)
    for x in (22.0, 25.0, 26.5, 30.0):
        exact = quad(weighed, 5.0, x, points=[c for c in corners if c < x] or None, limit=200)[0]
        assert term.up_to(np.array([x]), rest, slope)[0] == pytest.approx(exact, abs=2e-5)
    whole = quad(weighed, 5.0, 50.0, points=corners or None, limit=200)[0]
    assert term.left(rest, slope) == pytest.approx(whole, abs=2e-5)


# --- Conditional probabilities are shares of counted draws ---------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_one_input_integrated_is_that_input_counted(preset):
    # Everything is known but one input of the requirement, in 24 rows.
    response = response_of(ba.run(preset))
    inputs, rows, inner = response.model.spec.inputs, 24, 2**14
    streams = Streams(response.names, 7, "random", response.correlations)
    u = {n: x[:rows] for n, x in streams.all_uniforms(response.names, 0, 0, 32).items()}
    names = [n for n in response.names if n not in (HYPOTHESIS, NONE)]
    years = np.array([2030.0, 2040.0, 2060.0])
    given = AllButOne(response.model, response.places, years)
    fresh = (np.arange(inner) + 0.5) / inner
    for i, place in enumerate(response.places):
        needed = response.model.spec.hypotheses[place].requirement
        chosen = next(n for n in needed if n in names and n != "scaling.exponent")
        draws = {n: inputs[n].values(u[n])[:, None] for n in names}
        unknown = {n: np.full(rows, n == chosen) for n in response.names}
        masses = given.masses({**response.known, **draws}, unknown)
        for row in range(0, rows, 4):
            each = {n: np.full(inner, u[n][row]) for n in response.names} | {chosen: fresh}
            each[HYPOTHESIS] = np.full(inner, np.append(0.0, np.cumsum(response.shares))[i] + 1e-9)
            each[NONE] = np.full(inner, 1e-9)
            year, weight = response(each)
            counted = weight.mean() * response.kept[i]
            assert masses.weight[i, 0, row, 0] == pytest.approx(counted, abs=2e-4)
            for k, by in enumerate(years):
                arrived = (weight * (year <= by)).mean() * response.kept[i]
                assert masses.arrived[i, 0, k, row, 0] == pytest.approx(arrived, abs=2e-4)


@pytest.mark.parametrize("preset", PRESETS)
def test_means_are_the_forecasts(preset):
    # The arrival year asks at many years, which costs most under evidence.
    outputs = [2036, 2050] if preset == "latest" else [2050, "arrival_year"]
    for found in ba.sensitivities(preset, outputs, max_draws=2**15):
        mean = found.groups.mean
        error = math.hypot(mean.standard_error, found.value.standard_error)
        assert abs(mean.value - found.value.value) < 4.5 * error, found.output


# --- A posterior that is normal ------------------------------------------------------------------

OBSERVED = """\
format = 1
[forecast]
first_year = 2025
last_year = 2100
report_years = [2050]
[hypotheses.one]
kind = "direct"
weight = 1
training_flop = { dist = "lognormal", median = 1e33, sd_oom = 1.5 }
algorithms = { halving_years = 1e6, max_oom = 30, gain_start_year = 2025 }
[hardware]
start_year = 2025
flop_per_usd = { dist = "lognormal", median = 1e25, sd_oom = 1.0 }
oom_per_year = 0.1
max_flop_per_usd = 1e60
[spending]
start_year = 2025
largest_run_usd = { dist = "lognormal", median = 1e3, sd_oom = 0.7 }
oom_per_year = 0.02
max_share_of_gdp = 1
[economy]
gdp_year = 2025
largest_economy_gdp_usd = { dist = "lognormal", median = 3e13, sd_oom = 0.01 }
growth_per_year = 0.02
[evidence]
[[evidence.observation]]
quantity = "largest_run_flop"
year = 2025
value = 1e29
standard_error_oom = 0.2
"""
PLAYERS = ("hypotheses.one.training_flop", "hardware.flop_per_usd", "spending.largest_run_usd")


def observed(tmp_path):
    path = tmp_path / "observed.toml"
    path.write_text(OBSERVED)
    return ba.read_parameters(path)


def exact_shares():
    """Shares of 1[W <= 0], W = requirement - hardware - spending - growth, all normal.

    E[P(W <= 0 | X_S)^2] = Phi_2(t, t; rho_S), with rho_S the share of Var(W) that X_S explains.
    """
    prior = np.diag([1.5**2, 1.0, 0.7**2])
    seen = np.array([0.0, 1.0, 1.0])
    noise = 0.2**2
    gain = prior @ seen / (seen @ prior @ seen + noise)
    mean = np.array([33.0, 25.0, 3.0])
    mean = mean + gain * (29.0 - seen @ mean)
    covariance = prior - np.outer(gain, seen @ prior)
    v = np.array([1.0, -1.0, -1.0])
    variance = v @ covariance @ v
    # 25 years of 0.12 OOM and of a halving in a million years.
    t = -(v @ mean - 25 * (0.12 + math.log10(2) / 1e6)) / math.sqrt(variance)
    p = float(ndtr(t))

    def explained(known):
        known = list(known)
        if not known:
            return 0.0
        c = covariance[known] @ v
        rho = c @ np.linalg.solve(covariance[np.ix_(known, known)], c) / variance
        both = p - 2 * owens_t(t, math.sqrt((1 - rho) / (1 + rho)))
        return float((both - p * p) / (p - p * p))

    shapley = np.zeros(3)
    for order in itertools.permutations(range(3)):
        for i, player in enumerate(order):
            shapley[player] += (explained(order[: i + 1]) - explained(order[:i])) / 6
    return p, {
        "first": {n: explained([i]) for i, n in enumerate(PLAYERS)},
        "total": {n: 1 - explained({0, 1, 2} - {i}) for i, n in enumerate(PLAYERS)},
        "shapley": dict(zip(PLAYERS, shapley, strict=True)),
    }


def test_inputs_tied_by_an_observation(tmp_path):
    found = ba.sensitivity(observed(tmp_path), 2050, max_draws=2**18)
    p, exact = exact_shares()
    assert found.value.value == pytest.approx(p, abs=5 * found.value.standard_error + 1e-4)
    by_name = {effect.name: effect for effect in found.inputs.effects}
    for kind, shares in exact.items():
        for name, share in shares.items():
            estimate = getattr(by_name[name], kind)
            assert abs(estimate.value - share) < 4.5 * estimate.standard_error + 1e-3, (kind, name)
    # Gross product far above spending does nothing.
    idle = by_name["economy.largest_economy_gdp_usd"]
    assert found.inputs.is_noise(idle.shapley)
    assert abs(idle.shapley.value) < 1e-3


def test_intervals_hold_the_truth_of_a_posterior(tmp_path):
    parameters = observed(tmp_path)
    _, exact = exact_shares()
    inside = []
    for seed in range(40):
        found = ba.sensitivity(parameters, 2050, seed=seed, max_draws=2**15).inputs
        for effect in found.effects:
            for kind, shares in exact.items():
                low, high = found.interval(getattr(effect, kind))
                inside.append(low <= shares.get(effect.name, 0.0) <= high)
    # 480 intervals of 95 %, those of one seed dependent: 3 standard errors below at the worst.
    assert np.mean(inside) > 0.91


def test_where_an_observation_says_nothing_all_is_drawn_from_the_prior():
    assert tied(response_of(ba.run("cotra2020")), 1) == ()
    (near,) = tied(response_of(ba.run("latest")), 1)
    assert {"hardware.flop_per_usd", "spending.largest_run_usd"} <= set(near.names)
    assert "algorithms.max_oom" not in near.names


def test_perfectly_correlated_and_observed_inputs_share_alike(tmp_path):
    # The two are one: knowing either is knowing both, and what one alone leaves unknown is nothing.
    path = tmp_path / "observed.toml"
    pair = '["hardware.flop_per_usd", "spending.largest_run_usd"]'
    path.write_text(OBSERVED + f"[[correlations]]\nparameters = {pair}\nrank_correlation = 1.0\n")
    found = ba.sensitivity(path, 2050, max_draws=2**16)
    effects = {effect.name: effect for effect in found.inputs.effects}
    one, other = (effects[name] for name in PLAYERS[1:])
    assert one.first.value == pytest.approx(other.first.value, abs=1e-6)
    assert abs(one.total.value) < 1e-9
    error = math.hypot(one.shapley.standard_error, other.shapley.standard_error)
    assert abs(one.shapley.value - other.shapley.value) < 4.5 * error


# --- A double loop, by brute force ---------------------------------------------------------------


def double_loop(response, known, output, outer, inner, seed):
    """Var(E[Y | known]) and E[Var(Y | known)], and their standard errors, from counted draws."""
    rng = np.random.default_rng(seed)
    names = response.names
    z = {n: rng.standard_normal((outer, inner)) for n in names}
    for n in known:
        z[n] = np.repeat(z[n][:, :1], inner, axis=1)
    for group in response.correlations:
        inside = [n in known for n in group.names]
        assert all(inside) or not any(inside)
        root = factor(group.normal)
        moved = np.tensordot(root, np.array([z[n] for n in group.names]), 1)
        z.update(zip(group.names, moved, strict=True))
    year, weight = response({n: ndtr(x).ravel() for n, x in z.items()})
    y, w = output(year).reshape(outer, inner), weight.reshape(outer, inner)
    total = w.sum(axis=1)
    mean = (w * y).sum(axis=1) / np.maximum(total, 1e-300)
    within = (w * (y - mean[:, None]) ** 2).sum(axis=1) * inner / (inner - 1)
    overall = (w * y).sum() / w.sum()
    variance = (w * (y - overall) ** 2).sum() / w.sum()
    share = within / total.mean() / variance
    return share.mean(), share.std() / math.sqrt(outer)


OUTER = 4096 if SEEDS == ALL else 2048


@pytest.mark.slow
@pytest.mark.parametrize("what", ["2050", "arrival_year"])
def test_a_double_loop_finds_the_same(what):
    found = ba.sensitivity("cotra2020-uncertain", what, max_draws=2**20)
    response = response_of(found.forecast)
    output = (
        (lambda year: (year <= 2050).astype(float))
        if what == "2050"
        else (lambda year: np.minimum(year, 2100.0))
    )
    groups = {effect.name: effect for effect in found.groups.effects}
    for seed, name in enumerate(("brain", "algorithms", "hypothesis choice")):
        members = set(groups[name].members)
        for kind, known in (("first", members), ("total", set(response.names) - members)):
            left, error = double_loop(response, known, output, OUTER, 64, seed)
            share = 1 - left if kind == "first" else left
            estimate = getattr(groups[name], kind)
            off = abs(estimate.value - share)
            assert off < 4.5 * math.hypot(error, estimate.standard_error), (name, kind, share)


# --- Outputs -------------------------------------------------------------------------------------


def test_several_years_at_once_are_each_alone():
    together = ba.sensitivities("cotra2020", [2036, 2050, "median"], max_draws=2**10)
    assert [found.output for found in together] == [
        "probability_by_2036", "probability_by_2050", "median_year"
    ]  # fmt: skip
    for found in together:
        alone = ba.sensitivity("cotra2020", found.output, max_draws=2**10)
        for one, other in zip(found.inputs.effects, alone.inputs.effects, strict=True):
            assert one.name == other.name
            np.testing.assert_allclose(
                [one.first, one.total, one.shapley],
                [other.first, other.total, other.shapley],
                atol=1e-12,
            )


def test_the_median_is_arrival_by_it():
    forecast = ba.run("cotra2020")
    median = forecast.quantile(0.5)
    found = ba.sensitivity("cotra2020", "median", max_draws=2**10)
    event = ba.sensitivity("cotra2020", median, max_draws=2**10)
    assert found.value.value == median
    for one, other in zip(found.groups.effects, event.groups.effects, strict=True):
        assert one.shapley.value == pytest.approx(other.shapley.value, abs=1e-9)
    # Its variance over points is that of the median of so many draws: 1 / (4 f^2).
    by = [forecast.probability_by(median + side) for side in (-1.0, 1.0)]
    density = (by[1] - by[0]) / 2
    assert found.variance == pytest.approx(0.25 / density**2, rel=0.02)


def test_what_learning_an_input_does_to_the_median():
    # The variance of the median given one input, against what the influence function says.
    found = ba.sensitivity("cotra2020", "median", max_draws=2**18)
    item = found.forecast.parameters.inputs["hypotheses.genome.parameters"]
    first = {e.name: e.first.value for e in found.inputs.effects}[item.name]
    at = [
        ba.run(
            ba.read_parameters("cotra2020", [f"{item.path}={float(item.distribution.ppf(p))!r}"])
        ).quantile(0.5)
        for p in (np.arange(8) + 0.5) / 8
    ]
    assert np.std(at) == pytest.approx(math.sqrt(first * found.variance), rel=0.25)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["none=0.6"], "the median is not reached by 2100"),
        (["brain.flop_per_s=1", "low_end_update.full_weight_above_flop=1e2",
          "low_end_update.ruled_out_below_flop=1e1"], "the median is at or before 2024"),
    ],
)  # fmt: skip
def test_a_median_that_nothing_moves_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        ba.sensitivity(ba.read_parameters("cotra2020", settings), "median")


def test_a_median_at_a_jump_is_refused(tmp_path):
    # Half of the weight is on a known requirement, with nothing else uncertain but far away.
    text = OBSERVED.split("[evidence]", maxsplit=1)[0]
    for median, sd in (("1e25", "1.0"), ("1e3", "0.7"), ("3e13", "0.01")):
        uncertain = f'{{ dist = "lognormal", median = {median}, sd_oom = {sd} }}'
        assert uncertain in text
        text = text.replace(uncertain, median)
    text += """\
[hypotheses.two]
kind = "direct"
weight = 2
training_flop = 1e30
algorithms = { halving_years = 1e6, max_oom = 30, gain_start_year = 2025 }
"""
    path = tmp_path / "known.toml"
    path.write_text(text + "[none]\nprobability = 0.1\n")
    with pytest.raises(ValueError, match="the probability jumps at the median"):
        ba.sensitivity(path, "median")


def test_intervals_lose_little_of_the_arrival_years_variance():
    forecast = ba.run("latest")
    years, values = intervals([Asked("arrival_year", None)], forecast)
    cdf = np.interp(years, forecast.years, forecast.cdf)
    mass = np.diff(cdf, prepend=0.0, append=1.0)
    mean = mass @ values[0]
    _, outcome = read_output("arrival_year", forecast.parameters)
    assert mean == pytest.approx(outcome.estimate(forecast).value, abs=1e-6)
    fine = np.diff(forecast.cdf, prepend=0.0, append=1.0)
    when = np.append(forecast.years, forecast.years[-1])
    exact = fine @ (when - fine @ when) ** 2
    assert mass @ (values[0] - mean) ** 2 == pytest.approx(exact, rel=0.005)


def test_outputs_are_asked_for_once():
    with pytest.raises(ValueError, match="each once"):
        ba.sensitivities("cotra2020", [2050, "2050"])
    with pytest.raises(ValueError, match="at least one"):
        ba.sensitivities("cotra2020", [])


def test_known_and_unknown_rows_may_mix():
    # A row's moments depend on what is known in it alone.
    forecast = ba.run("cotra2020-uncertain")
    response = response_of(forecast)
    from bioanchors.analysis.conditional import Nested, Problem

    inputs = response.model.spec.inputs
    problem = Problem(
        response.names,
        Arrivals(response, np.array([2040.0, 2060.0]), np.array([[1.0, 1, 0], [2030, 2050, 2100]])),
        tied(response, 1),
        {n: inputs[n].values for n in response.names if n in inputs},
    )
    nested = Nested(problem, 1, [0], 0, 64, 4)
    some = mask(response.names, response.names[::3])
    mixed = np.where(np.arange(64)[:, np.newaxis] % 2 == 0, some, ~some)
    both = [nested.moments(each) for each in (some, ~some)]
    found = nested.moments(mixed)
    for kind in ("weight", "mean", "square", "within"):
        even, odd = (getattr(each, kind) for each in both)
        expected = np.where(np.arange(64) % 2 == 0, even, odd)
        np.testing.assert_allclose(getattr(found, kind), expected, rtol=1e-9, atol=1e-9)
