"""Sensitivity: analytic cases within their intervals, the views, the presets end to end."""

import csv
import io
import itertools
import math
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from rich.console import Console
from SALib.test_functions import Ishigami, Sobol_G
from scipy.special import ndtri
from working import until_at_work

import bioanchors as ba
from bioanchors.analysis.conditional import Drawn, Nested, Problem, Together, mask
from bioanchors.analysis.early_and_late import pawn, regional
from bioanchors.analysis.groups import by_group, input_group
from bioanchors.analysis.ledgers import ledger
from bioanchors.analysis.one_at_a_time import tornado
from bioanchors.analysis.sensitivities import closed_groups, sensitivity
from bioanchors.analysis.variance import Effect, Effects, effects
from bioanchors.output.sensitivity_tables import sensitivity_screen, share_words
from bioanchors.output.tornado_tables import tornado_warning
from bioanchors.parameters.edits.fixing import with_fixed
from bioanchors.results.outcomes import Estimate, RestrictedMean
from bioanchors.results.responses import response_of

BAD_INPUT, INTERRUPTED = 2, 130


def singles(names):
    return {name: (name,) for name in names}


def check(found, exact, far=5.0):
    """Every share within so many standard errors (and a little, for biases) of the exact one."""
    for effect in found.effects:
        for kind, values in exact.items():
            estimate = getattr(effect, kind)
            off = abs(estimate.value - values[effect.name])
            assert off <= far * estimate.standard_error + 0.003, (effect.name, kind, estimate)


# --- Analytic cases ------------------------------------------------------------------------------


def ishigami(u):
    x = np.column_stack([2 * np.pi * u[name] - np.pi for name in "abc"])
    return Ishigami.evaluate(x), np.ones(len(x))


def test_ishigami():
    found = effects(Problem(tuple("abc"), Drawn(ishigami)), singles("abc"))
    v1, v2, v13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    total = v1 + v2 + v13
    assert abs(found.variance.value - total) < 5 * found.variance.standard_error
    exact = {
        "first": {"a": v1 / total, "b": v2 / total, "c": 0.0},
        "total": {"a": (v1 + v13) / total, "b": v2 / total, "c": v13 / total},
        "shapley": {"a": (v1 + v13 / 2) / total, "b": v2 / total, "c": v13 / 2 / total},
    }
    check(found, exact)
    assert found.told_apart
    (third,) = (effect for effect in found.effects if effect.name == "c")
    assert found.is_noise(third.first) or abs(third.first.value) < 0.02


def test_sobol_g_in_groups():
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    names = tuple("abcde")

    def g(u):
        x = np.column_stack([u[name] for name in names])
        return Sobol_G.evaluate(x, a), np.ones(len(x))

    own = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + own) - 1
    sets = {"ab": ("a", "b"), "c": ("c",), "de": ("d", "e")}
    inside = {name: [names.index(n) for n in members] for name, members in sets.items()}
    exact = {
        "first": {s: (np.prod(1 + own[i]) - 1) / variance for s, i in inside.items()},
        "total": {
            s: 1 - (np.prod(1 + np.delete(own, i)) - 1) / variance for s, i in inside.items()
        },
    }
    check(effects(Problem(names, Drawn(g)), sets, max_draws=2**21), exact)


def gaussian(covariance, v):
    """Exact shares for Y = v.X with X normal."""
    count = len(v)
    total = v @ covariance @ v

    def explained(known):
        known = list(known)
        if not known:
            return 0.0
        c = covariance[known] @ v
        return c @ np.linalg.solve(covariance[np.ix_(known, known)], c) / total

    shapley = np.zeros(count)
    for order in itertools.permutations(range(count)):
        for i, player in enumerate(order):
            gain = explained(order[: i + 1]) - explained(order[:i])
            shapley[player] += gain / math.factorial(count)
    return {
        "first": {str(i): explained([i]) for i in range(count)},
        "total": {str(i): 1 - explained([j for j in range(count) if j != i]) for i in range(count)},
        "shapley": {str(i): shapley[i] for i in range(count)},
    }


def linear(v, likelihood=None):
    def output(u):
        z = np.array([ndtri(u[str(i)]) for i in range(len(v))])
        return v @ z, np.ones(z.shape[1]) if likelihood is None else likelihood(z)

    return output


def test_correlated_inputs_have_shapley_effects():
    v, names = np.array([1.0, 2.0, 1.0, 0.5]), tuple("0123")
    covariance = np.eye(4)
    covariance[0, 1] = covariance[1, 0] = 0.6
    covariance[1, 3] = covariance[3, 1] = -0.4
    group = Together(("0", "1", "3"), covariance[np.ix_([0, 1, 3], [0, 1, 3])])
    problem = Problem(names, Drawn(linear(v)), (group,))
    found = effects(problem, singles(names), ranked_by="shapley", max_draws=2**21)
    check(found, gaussian(covariance, v))


def test_perfectly_correlated_inputs():
    v, names = np.array([1.0, 1.0, 1.0]), tuple("012")
    group = Together(("0", "1"), np.ones((2, 2)))
    found = effects(
        Problem(names, Drawn(linear(v)), (group,)),
        singles(names),
        ranked_by="shapley",
        max_draws=2**20,
    )
    exact = {
        "first": {"0": 0.8, "1": 0.8, "2": 0.2},
        "total": {"0": 0.0, "1": 0.0, "2": 0.2},
        "shapley": {"0": 0.4, "1": 0.4, "2": 0.2},
    }
    check(found, exact)


def test_weighted_inputs_are_those_of_the_posterior():
    v, names, error = np.array([1.0, 0.5, 1.0]), tuple("012"), 0.5

    def likelihood(z):  # z0 + z1 has been measured as 1
        return np.exp(-((z[0] + z[1] - 1.0) ** 2) / (2 * error**2))

    seen = np.array([1.0, 1.0, 0.0])
    covariance = np.eye(3) - np.outer(seen, seen) / (2 + error**2)
    problem = Problem(names, Drawn(linear(v, likelihood)))
    found = effects(problem, singles(names), ranked_by="shapley", inner=256, max_draws=2**23)
    check(found, gaussian(covariance, v))
    exact = v @ covariance @ v
    assert abs(found.variance.value - exact) < 5 * found.variance.standard_error + 0.01
    assert abs(found.mean.value - 1.5 / (2 + error**2)) < 5 * found.mean.standard_error


def test_intervals_hold_the_truth():
    exact = gaussian(np.eye(3), np.array([2.0, 1.0, 0.5]))
    problem = Problem(tuple("012"), Drawn(linear(np.array([2.0, 1.0, 0.5]))))
    inside = []
    for seed in range(40):
        found = effects(problem, singles("012"), seed=seed, max_draws=2**16)
        for effect in found.effects:
            for kind in ("first", "total", "shapley"):
                low, high = found.interval(getattr(effect, kind))
                inside.append(low <= exact[kind][effect.name] <= high)
    # 360 intervals of 95 %, those of one seed dependent: 3 standard errors below at the worst.
    assert 0.90 < np.mean(inside) < 0.99


def test_the_same_seed_gives_the_same_shares():
    problem = Problem(tuple("abc"), Drawn(ishigami))
    first, again = (effects(problem, singles("abc"), seed=3).effects for _ in range(2))
    assert first == again


def test_noise_is_not_shown_as_an_effect():
    def first_only(u):
        return ndtri(u["a"]), np.ones(u["a"].size)

    found = effects(Problem(tuple("abc"), Drawn(first_only)), singles("abc"), max_draws=2**20)
    for effect in found.effects[1:]:
        assert found.is_noise(effect.total)
        assert share_words(found, effect.total).startswith("<")


def test_known_inputs_stay_as_they_are():
    group = Together(("a", "b"), np.array([[1, 0.9], [0.9, 1]]))
    kept = {}

    def spy(u):
        kept.update(u)
        return u["a"], np.ones(u["a"].size)

    nested = Nested(Problem(tuple("abc"), Drawn(spy), (group,)), 1, [0], 0, 64, 16)
    nested.moments(mask("abc", ["a"]))
    a = kept["a"].reshape(64, 16)
    assert np.ptp(a, axis=1).max() == 0
    z = ndtri(np.array([kept[n] for n in "ab"]))
    left = (z[1] - 0.9 * z[0]) / math.sqrt(1 - 0.81)
    assert abs(left.mean()) < 0.15
    assert left.std() == pytest.approx(1, abs=0.1)


# --- The model's own outputs ---------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["cotra2020", "cotra2020-uncertain", "latest"])
def test_responses_are_the_forecast(preset):
    forecast = ba.run(preset)
    response = response_of(forecast)
    rng = np.random.default_rng(2)
    u = {name: rng.random(200_000) for name in response.names}
    if response.correlations:
        from bioanchors.sampling import Streams

        streams = Streams(response.names, 5, "random", response.correlations)
        u = streams.all_uniforms(response.names, 0, 0, 200_000)
    year, weight = response(u)
    for by in (2036, 2050):
        share = (weight * (year <= by)).sum() / weight.sum()
        effective = weight.sum() ** 2 / (weight**2).sum()
        error = math.sqrt(share * (1 - share) / effective)
        assert share == pytest.approx(forecast.probability_by(by), abs=5 * error)
    inputs = forecast.parameters.inputs
    draws = {
        name: inputs[name].values(each) if name in inputs else each for name, each in u.items()
    }
    mean, weight = response.mean_year_of(draws)
    from bioanchors.results.outcomes import RestrictedMean

    exact = RestrictedMean(2100.0).estimate(forecast).value
    assert (mean * weight).sum() / weight.sum() == pytest.approx(exact, abs=0.5)


def test_first_order_is_the_gain_in_the_brier_score():
    # Two hypotheses that are certain to arrive at once, or never: to know which is to know all.
    forecast = ba.run(
        ba.read_parameters(
            "cotra2020", [f"hypotheses.{n}.weight=0" for n in ("lifetime", "genome", "evolution")]
        )
    )
    found = ba.sensitivity(forecast.parameters, 2050).groups
    (choice,) = (e for e in found.effects if e.name == "hypothesis choice")
    shares, cdf = forecast.share, forecast.hypothesis_cdf[:, forecast.years == 2050.0].ravel()
    none = forecast.parameters.none_probability(np.array([2050.0]))[0]
    overall = (1 - none) * (shares @ cdf)
    # The variance of P(arrival | hypothesis, none).
    between = (1 - none) * (shares @ cdf**2) - overall**2
    told = choice.first.value * found.variance.value
    error = choice.first.standard_error * found.variance.value
    assert told == pytest.approx(between, abs=5 * error + 1e-4)


def test_groups_hold_every_input_once():
    response = response_of(ba.run("cotra2020-uncertain"))
    groups = closed_groups(response, response.names)
    assert sorted(n for g in groups.values() for n in g) == sorted(response.names)
    assert set(by_group(response.names)) == {
        "hypothesis choice", "brain", "scaling", "algorithms", "hardware", "spending", "economy",
        "anchors", "horizon",
    }  # fmt: skip
    assert input_group("network.oom_vs_brain") == "brain"


def test_correlated_groups_are_merged():
    entry = (
        'correlations=[{parameters=["hardware.doubling_years","spending.doubling_years"],'
        "rank_correlation=0.5}]"
    )
    parameters = ba.read_parameters("cotra2020-uncertain", [entry])
    response = response_of(ba.run(parameters))
    assert "hardware + spending" in closed_groups(response, response.names)


# --- One at a time -------------------------------------------------------------------------------


def test_a_swing_is_two_runs():
    found = tornado("cotra2020", "2050", inputs=["brain.flop_per_s"])
    (swing,) = found.swings
    ends = [
        ba.run(ba.read_parameters("cotra2020", [f"brain.flop_per_s={x!r}"])).probability_by(2050)
        for x in (swing.low, swing.high)
    ]
    assert (swing.at_low, swing.at_high) == pytest.approx(ends, abs=1e-6)
    item = ba.read_parameters("cotra2020").inputs["brain.flop_per_s"]
    assert item.distribution.cdf(swing.low) == pytest.approx(0.05)


RATE_AND_CAP = [
    "hypotheses.mine={kind='direct',weight=1,training_flop=1e36,"
    "algorithms={oom_per_year={ci90=[0.08,1.2]},max_oom={ci90=[0.7,9]}}}",
    *(
        f"hypotheses.{name}.weight=0"
        for name in (
            "lifetime", "short_horizon", "genome", "medium_horizon", "long_horizon", "evolution"
        )
    ),
]  # fmt: skip


def test_rate_and_cap_do_together_what_neither_does_alone():
    parameters = ba.read_parameters("cotra2020", RATE_AND_CAP)
    names = [f"hypotheses.mine.algorithms.{key}" for key in ("speed", "max_oom")]
    found = tornado(parameters, "restricted_mean", inputs=names)
    (pair,) = found.pairs
    together = pair.range
    alone = [abs(swing.swing.value) for swing in found.swings]
    assert together > max(alone) + 2
    assert abs(pair.interaction.value) > 10
    for swing in found.swings:
        assert swing.interacts
        low, high = swing.swap_range
        assert high - low > 10
    assert "one at a time misleads" in tornado_warning(found)


def test_where_nothing_interacts_nothing_is_warned_of():
    # The requirement is a product, and the trends are straight lines over the years that matter.
    found = tornado("cotra2020", "2036", inputs=["brain.flop_per_s"])
    assert tornado_warning(found) == ""


def test_a_correlated_input_is_fixed_alone():
    parameters = ba.read_parameters("cotra2020-uncertain")
    group = parameters.correlations[0]
    fixed, others = group.names[0], group.names[1:]
    left = with_fixed(parameters, {fixed: float(parameters.inputs[fixed].distribution.median)})
    assert fixed not in left.correlated
    if len(others) > 1:
        place = [group.names.index(name) for name in others]
        (after,) = (g for g in left.correlations if set(others) <= set(g.names))
        np.testing.assert_allclose(
            after.normal[np.ix_(*[[after.names.index(n) for n in others]] * 2)],
            group.normal[np.ix_(place, place)],
            atol=1e-9,
        )


def test_values_that_make_no_forecast_are_left_out_and_told():
    # With both known and low, the low-end update leaves nothing of the lifetime hypothesis.
    names = ["brain.flop_per_s", "hypotheses.lifetime.oom_vs_lifetime"]
    found = tornado("cotra2020", "2050", inputs=names)
    assert len(found.swings) == 2
    assert found.pairs == ()
    assert "low-end update leaves nothing" in found.refused[0]
    assert "brain.flop_per_s = 1.3e+13" in found.refused[0]


def test_a_point_has_no_percentiles(cli):
    with pytest.raises(ValueError, match=r"is a known number, 2\.5, which has no percentiles"):
        tornado("cotra2020", inputs=["hardware.doubling_years"])
    cli("sensitivity", "cotra2020", "--view", "tornado", "--input", "hardware.doubling_years",
        "--out", "out", code=BAD_INPUT)  # fmt: skip
    assert "has no percentiles" in cli.errors
    assert not Path("out").exists()


# --- Draws at hand, and the ledger ---------------------------------------------------------------


def test_early_and_late():
    found = regional(ba.run("cotra2020"), 2050.0)
    by_name = {each.name: each for each in found.differences}
    brain = by_name["network.oom_vs_brain"]
    assert brain.early[1] < brain.late[1]
    assert brain.distance.value > 10 * found.noise
    early, late = np.array(list(found.hypotheses.values())).T
    assert early.sum() == pytest.approx(1)
    assert late.sum() == pytest.approx(1)
    # The shares of hypotheses among early arrivals, by Bayes' rule.
    forecast = ba.run("cotra2020")
    joint = forecast.share * forecast.hypothesis_cdf[:, forecast.years == 2050.0].ravel()
    np.testing.assert_allclose(early, joint / joint.sum(), atol=0.01)


def test_pawn_tells_inputs_from_noise():
    found = pawn(ba.run("cotra2020"))
    assert next(iter(found.median)) == "network.oom_vs_brain"
    assert found.median["network.oom_vs_brain"] > 5 * found.noise
    assert found.median["hypotheses.genome.effective_horizon_s"] < 2 * found.noise


def test_the_ledger_adds_up():
    # Published: Cotra 2020's logistic curves in 2036, 8.44478e18 FLOP per $ and 1.9884e10 $.
    found = ledger("cotra2020", [2026, 2036])
    assert 10 ** found.hardware[1].value == pytest.approx(8.44478e18, rel=1e-5)
    assert 10 ** found.spending[1].value == pytest.approx(1.9884e10, rel=1e-4)
    for entry in found.entries:
        for i in (0, 1):
            parts = found.hardware[i].value + found.spending[i].value + entry.algorithms[i].value
            assert entry.sum[i].value == pytest.approx(parts, abs=1e-9)
    forecast = ba.run("cotra2020")
    from bioanchors.engine import REQUIREMENT_EDGES

    for entry, cdf in zip(found.entries, forecast.requirement_cdf, strict=True):
        median = np.interp(0.5, cdf, REQUIREMENT_EDGES)
        off = abs(entry.requirement.value - median)
        assert off < 5 * entry.requirement.standard_error + 0.02


def test_the_ledger_under_evidence_is_the_posterior():
    # A measured run pulls spending and hardware towards it.
    prior = ledger(ba.read_parameters("latest").with_evidence(None), [2027])
    after = ledger("latest", [2027])
    bought = [found.hardware[0].value + found.spending[0].value for found in (prior, after)]
    assert 26.9 < bought[1] < 27.6
    assert bought[0] != pytest.approx(bought[1], abs=0.01)


# --- The command ---------------------------------------------------------------------------------


INTERACTING = {
    "cotra2020-uncertain": ("hardware.doubling_years", "network.oom_vs_brain"),
    "latest": ("algorithms.oom_per_year", "algorithms.max_oom"),
}


@pytest.mark.slow
@pytest.mark.parametrize("preset", INTERACTING)
def test_presets_end_to_end(cli, preset):
    inputs = [word for path in INTERACTING[preset] for word in ("--input", path)]
    text = cli(
        *("sensitivity", preset, "--view", "all", *inputs, "--max-draws", 2**17, "--out", "out")
    )
    assert "do not decompose the variance; Shapley" in " ".join(text.split())
    assert "one at a time misleads" in " ".join(text.split())
    names = {path.name for path in Path("out").iterdir()}
    assert names == {
        "sensitivity.csv", "sensitivity.nc", "sensitivity.png", "early_and_late.csv",
        "tornado.csv", "tornado_pairs.csv", "tornado.png", "ledger.csv", "ledger.png",
    }  # fmt: skip
    with Path("out/sensitivity.csv").open() as file:
        rows = list(csv.DictReader(file))
    groups = [row for row in rows if row["level"] == "group"]
    shapley = sum(float(row["shapley"]) for row in groups)
    assert shapley == pytest.approx(1, abs=1e-9)
    assert {groups[0]["name"], groups[1]["name"]} == {"brain", "hypothesis choice"}


def test_the_screen_fits_a_terminal(cli):
    text = cli("sensitivity", "cotra2020", "--max-draws", 2**18)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "low-end update makes inputs depend" in " ".join(text.split())


def test_several_outputs_stand_in_one_set_of_files(cli):
    text = cli(
        *("sensitivity", "cotra2020", "--output", "2036", "--output", "median"),
        *("--max-draws", 2**12, "--out", "out"),
    )
    assert text.index("output: arrival by 2036") < text.index("output: median year")
    names = ["probability_by_2036", "median_year"]
    with Path("out/sensitivity.csv").open() as file:
        rows = list(csv.DictReader(file))
    data = xr.open_dataset("out/sensitivity.nc")
    assert list(data["output"].values) == names
    for name in names:
        own = [row for row in rows if row["output"] == name and row["level"] == "group"]
        assert len(own) == data.sizes["group"]
        for row in own:
            share = data["group_shapley"].sel(output=name, group=row["name"])
            assert float(row["shapley"]) == float(share)
    assert data["value"].sel(output="median_year") == ba.run("cotra2020").quantile(0.5)


@pytest.mark.parametrize("output", ["arrival_year", "restricted_mean"])
def test_years_as_outputs(output):
    found = sensitivity("cotra2020", output, max_draws=2**18)
    names = {effect.name for effect in found.inputs.effects}
    assert ("hypothesis" in names) == (output == "arrival_year")
    assert 2040 < found.groups.mean.value < 2080
    assert found.dataset["group_total"].dims == ("group",)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cotra2020", "--output", "soon"), "unknown output 'soon'"),
        (
            ("cotra2020", "--output", "p10"),
            "a year (probability by then), median, arrival_year, restricted_mean; compare "
            "--outcome and solve --target take p10",
        ),
        (("cotra2020", "--output", "1999"), "2024 to 2100"),
        (("cotra2020", "--view", "ledger", "--years", "1999"), "2024 to 2100"),
        (("cotra2020", "--years", "2030"), "--view ledger"),
        (("cotra2020", "--input", "x"), "--view tornado"),
        (("cotra2020", "--view", "tornado", "--input", "x"), "unknown input 'x'"),
        (
            ("cotra2020", "--output", "2030", "--output", "2036", "--view", "regional"),
            "--output more than once is for --view variance",
        ),
        (("cotra2020", "--output", "median", "--view", "tornado"), "a probability or a mean"),
        (("nobody",), "nobody"),
    ],
)
def test_bad_input(cli, arguments, words):
    cli("sensitivity", *arguments, "--out", "out", code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())
    assert not Path("out").exists()


def test_nothing_uncertain(tmp_path):
    parameters = ba.read_parameters(
        "cotra2020",
        ["hypotheses.mine={kind='direct',weight=1,training_flop=1e33,"
         "algorithms={halving_years=3,max_oom=2}}", "none=0"]
        + [f"hypotheses.{n}.weight=0" for n in ba.read_parameters("cotra2020").weights],
    )  # fmt: skip
    with pytest.raises(ValueError, match="fewer than two uncertain inputs"):
        sensitivity(parameters)


INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import bioanchors.output.sensitivity_tables, bioanchors.output.sweep_tables
from bioanchors.cli import main
print("ready", flush=True)
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")
@pytest.mark.parametrize(
    "arguments",
    [
        ("sensitivity", "latest", "--max-draws", str(2**30)),
        ("sweep", "latest", "--vary", "hardware.doubling_years=1.5:3:300"),
        ("compare", "cotra2020", "latest", "--attribute"),
    ],
)
def test_interrupted_leaves_nothing(desk, arguments):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *arguments, "--out", "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            until_at_work(process.pid, 1.0)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == INTERRUPTED
    assert errors.strip().endswith("interrupted")
    assert not Path("out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("output", ["2036", "restricted_mean"])
def test_a11_the_headline_is_the_forecasts_own_number(output):
    found = ba.sensitivity("cotra2020-uncertain", output, max_draws=2**12)
    forecast = ba.run("cotra2020-uncertain")
    if output == "2036":
        expected = forecast.probability_by(2036), forecast.probability_standard_error(2036)
        assert found.variance == expected[0] * (1 - expected[0])
    else:
        expected = RestrictedMean(2100.0).estimate(forecast)
    assert tuple(found.value) == tuple(expected)
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(sensitivity_screen(found))
    shown = f"{100 * expected[0]:.1f} %" if output == "2036" else f"mean {expected[0]:.1f} ±"
    assert shown in console.export_text()


def test_who_stops_early_does_not_stop_at_luck() -> None:
    """Looks at ever more draws of two effects and of a third, which is far below.

    At the first look at which they are told apart the difference is what it is, and not what luck
    has made of it; where it is large it is told apart early all the same.
    """
    looks, errors = 2.0 ** np.arange(-7, 1), 1.0
    rng = np.random.default_rng(1)

    def stops(difference: float) -> tuple[float, float]:
        off, draws = [], []
        for _ in range(2000):
            steps = np.diff(looks, prepend=0.0)
            # At all draws, each effect has an error of 1.
            walks = np.cumsum(rng.standard_normal((2, looks.size)) * np.sqrt(steps), axis=1) / looks
            for share, one, other in zip(looks, *walks, strict=True):
                found = told(difference + one, other, errors / math.sqrt(share))
                if found.told_apart_early(share) or share == 1.0:
                    off.append((one - other) * math.sqrt(share / 2))
                    draws.append(share)
                    break
        return float(np.sqrt(np.mean(np.square(off)))), float(np.median(draws))

    for difference, early in ((0.0, 1.0), (3.0, 1.0), (8.0, 1.0), (40.0, 0.125)):
        root_mean_square, draws = stops(difference)
        assert root_mean_square < 1.06, difference
        assert draws <= early, difference


def told(one: float, other: float, error: float) -> Effects:
    """Return three effects, of which the third is far below."""
    none = Estimate(0.0, 0.0)
    effects = [
        Effect(name, (name,), none, Estimate(value, error), none)
        for name, value in (("a", one), ("b", other), ("c", -1e3))
    ]
    effects.sort(key=lambda effect: -effect.total.value)
    return Effects(tuple(effects), none, none, 0, "total", 16)


MAYBE = [
    'interventions.pause={ of="largest_run_flop", year=2027, until_year=2047, freeze=true, '
    "probability=0.03 }"
]


@pytest.fixture(scope="module")
def maybe_paused():
    return ba.read_parameters("cotra2020", MAYBE)


def test_a_tornado_says_how_its_rows_are_to_be_read(maybe_paused, cli):
    found = tornado(maybe_paused, "2040", precision=0.01)
    widths = [abs(swing.swing.value) for swing in found.swings]
    assert widths == sorted(widths, reverse=True)
    # What happens seldom is fixed at no and at yes, too, where percentiles are no and no.
    (swing,) = (each for each in found.swings if each.is_yes_or_no)
    assert (swing.low, swing.high) == (0, 1)
    assert swing.swing.value < -0.02
    Path("mine.toml").write_text(f"format = 1\nextends = 'cotra2020'\n{MAYBE[0]}\n")
    said = cli("sensitivity", "mine.toml", "--view", "tornado", "--output", "2040")
    text = " ".join(said.split())
    assert "interventions.pause.happens, no to yes" in text
    assert "input, 5 % to 95 %" not in text
    assert "ends: 5 % and 95 %; of whether something happens, no and yes" in text
    assert ("no swap range: not fixed together" in text) == (
        not all(each.is_paired for each in found.swings)
    )


def test_early_and_late_of_a_yes_or_no_are_how_often_it_is_yes(maybe_paused, cli):
    likely = maybe_paused.edited("interventions.pause.probability=0.4")
    forecast = ba.run(likely)
    found = regional(forecast, 2040.0)
    (pause,) = (each for each in found.differences if each.name == "interventions.pause.happens")
    # By Bayes' rule, from the forecast of a pause that is certain.
    sure = ba.run(likely.edited("interventions.pause.probability=1")).probability_by(2040)
    by_then = forecast.probability_by(2040)
    early, late = 0.4 * sure / by_then, 0.4 * (1 - sure) / (1 - by_then)
    assert pause.happens == pytest.approx((early, late), abs=0.02)
    assert {each.happens for each in found.differences if each is not pause} == {None}
    edit = MAYBE[0].replace("0.03", "0.4")
    Path("mine.toml").write_text(f"format = 1\nextends = 'cotra2020'\n{edit}\n")
    text = cli("sensitivity", "mine.toml", "--view", "regional", "--output", "2040")
    assert re.search(r"interventions\.pause\.happens +yes in [0-9.]+ %", text)
