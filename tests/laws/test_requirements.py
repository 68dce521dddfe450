"""Kinds of requirement beside those of 2020, exponents of the horizon, further factors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Tree, files, read, replaced

import bioanchors as ba
from bioanchors.analysis.groups import input_group
from bioanchors.distributions import Point
from bioanchors.model.requirements.fine_tuned_network import mixed_horizon
from bioanchors.parameters import parse_parameters

ONE = (
    'extends = "cotra2020-report"\ndrop = ["hypotheses"]\nnone = 0\n[hypotheses.one]\nweight = 1\n'
)
ALGORITHMS = "algorithms = { halving_years = 3, max_oom = 2 }\n"
TUNED = (
    'kind = "fine_tuned_network"\n'
    'pretraining_horizon_s = { dist = "log_uniform", low = 1, high = 1e3 }\n'
    'fine_tuning_horizon_s = { dist = "log_uniform", low = 1e6, high = 1e9 }\n'
)
DATA = 'kind = "data_points"\n'
LOSS = 'kind = "loss_threshold"\n'
CHINCHILLA = """\
[scaling_law]
form = "chinchilla"
parameters_coefficient = 482.01
parameters_exponent = 0.3478
data_coefficient = 2085.43
data_exponent = 0.3658
"""
KAPLAN = """\
[scaling_law]
form = "kaplan"
critical_parameters = 6.4e13
parameters_exponent = 0.076
critical_tokens = 1.8e13
data_exponent = 0.103
"""


@pytest.fixture
def one(desk: None) -> Any:
    """Parameters of a file of one hypothesis, from what it says of that and what else."""

    def of(own: str, rest: str = "") -> ba.Parameters:
        Path("mine.toml").write_text(ONE + ALGORITHMS + own + rest)
        return ba.read_parameters("mine.toml")

    return of


# --- Numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "long", "share", "expected"),
    [
        (1, 3e6, 1e-6, 3.999999),
        (1, 3e6, 1e-3, 3000.999),
        (31.6228, 3.16228e7, 1e-9, 31.6543993),
        (31.6228, 3.16228e7, 0, 31.6227766),
    ],
)
def test_the_horizon_of_a_mix(short: float, long: float, share: float, expected: float) -> None:
    with np.errstate(divide="ignore"):
        found = mixed_horizon(*np.log10([short, long, share]))
    assert 10**found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("share", "median", "by_2036"), [(1e-3, 2055.07, 0.1634), (1e-9, 2041.77, 0.3351)]
)
def test_little_fine_tuning(one: Any, share: float, median: float, by_2036: float) -> None:
    # The design's prototype; the short horizon alone has 2041.75, the medium one 2048.43.
    forecast = ba.run(one(f"{TUNED}fine_tuning_share = {share}\n"))
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.1)
    assert forecast.probability_by(2036) == pytest.approx(by_2036, abs=0.0015)


def test_a_count_of_data(one: Any) -> None:
    # 6 x 10^15 x 10^1 / 10^1.5 x 10^16 = 10^31.278151.
    parameters = one(f"{DATA}data_points = 1e16\n").edited(
        "brain.flop_per_s=1e15",
        "network.oom_vs_brain=1",
        f"network.flop_per_parameter_per_subj_s={10**1.5}",
    )
    need = ba.draw(parameters, points=16)["requirement"].values
    np.testing.assert_allclose(need, 31.278151, rtol=0, atol=1e-6)
    plain = parameters.edited("hypotheses.one.flop_per_parameter_per_data_point=6")
    np.testing.assert_array_equal(ba.run(plain).cdf, ba.run(parameters).cdf)


@pytest.mark.parametrize(
    ("law", "loss", "expected"),
    [(CHINCHILLA, 0.01, 30.5), (CHINCHILLA, 0.00155848, 35.0), (KAPLAN, 1.0, 28.536928)],
)
def test_a_loss_that_is_known(one: Any, law: str, loss: float, expected: float) -> None:
    need = ba.draw(one(f"{LOSS}loss_above_irreducible = {loss}\n", law), points=16)["requirement"]
    np.testing.assert_allclose(need, expected, rtol=0, atol=0.05 if expected == 30.5 else 1e-5)


def test_an_uncertain_loss_is_a_line_of_its_log(one: Any) -> None:
    # Lognormal with median 0.01: normal in log10 FLOP, 5.60895 times as wide.
    loss = '{ dist = "lognormal", median = 0.01, sd_oom = 0.2 }'
    forecast = ba.run(one(f"{LOSS}loss_above_irreducible = {loss}\n", CHINCHILLA))
    slope = (0.3478 + 0.3658) / (0.3478 * 0.3658)
    direct = (
        f'kind = "direct"\ntraining_flop = {{ dist = "lognormal", median = {10**30.4716!r}, '
        f"sd_oom = {0.2 * slope!r} }}\n"
    )
    other = ba.run(one(direct))
    np.testing.assert_allclose(forecast.cdf, other.cdf, rtol=0, atol=2e-4)


# --- Neutral settings ------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["cotra2020", "update-2026"])
def test_neutral_settings_move_no_bit(preset: str) -> None:
    plain = ba.run(preset)
    neutral = ba.read_parameters(preset, ["scaling.horizon_exponent=1"]).edited(
        "hypotheses.*.factors.nothing.oom=0"
    )
    found = ba.run(neutral)
    np.testing.assert_array_equal(found.cdf, plain.cdf)
    np.testing.assert_array_equal(found.dataset["hypothesis_cdf"], plain.dataset["hypothesis_cdf"])


def test_a_known_factor_is_another_requirement() -> None:
    base = ba.read_parameters("cotra2020")
    factor = ba.run(base.edited("hypotheses.lifetime.factors.more.oom=2"))
    median = base.tables.hypotheses["lifetime"].oom_vs_lifetime.median
    moved = ba.run(base.edited(f"hypotheses.lifetime.oom_vs_lifetime.median={median + 2}"))
    np.testing.assert_allclose(factor.cdf, moved.cdf, rtol=0, atol=1e-6)


# --- Never earlier ---------------------------------------------------------------------------


def _medians(*parameters: ba.Parameters) -> list[np.ndarray]:
    # In two replicates: so few draws cost by the replicate.
    return [ba.draw(p, points=256, replicates=2)["arrival_year"].values for p in parameters]


@settings(max_examples=25, deadline=None)
@given(
    files(
        kinds=("fine_tuned_network", "data_points", "loss_threshold"),
        known=True,
        none=False,
        update=False,
    ),
    st.data(),
)
def test_what_asks_for_more_is_never_earlier(tree: Tree, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(tree["hypotheses"])))
    kind = tree["hypotheses"][name]["kind"]
    key, harder = {
        "fine_tuned_network": ("fine_tuning_share", 0.5),
        "data_points": ("data_points", 1e22),
        "loss_threshold": ("loss_above_irreducible", 1e-5),
    }[kind]
    if kind == "fine_tuned_network":
        # Of samples that are shorter than the others, more would ask for less.
        tree = replaced(tree, f"hypotheses.{name}.pretraining_horizon_s", 10.0)
        tree = replaced(tree, f"hypotheses.{name}.fine_tuning_horizon_s", 1e7)
    path = f"hypotheses.{name}.{key}"
    less, more = _medians(read(tree), read(replaced(tree, path, harder)))
    assert np.all(more >= less - 1e-4)
    factor = {"most": {"oom": data.draw(st.floats(0, 3))}}
    factored = replaced(tree, f"hypotheses.{name}.factors", factor)
    assert np.all(_medians(read(factored))[0] >= less - 1e-4)


@settings(max_examples=15, deadline=None)
@given(files(kinds=("neural_network", "genome"), none=False, update=False), st.floats(1, 2))
def test_a_steeper_cost_of_horizons_is_never_earlier(tree: Tree, exponent: float) -> None:
    for name in tree["hypotheses"]:
        tree = replaced(tree, f"hypotheses.{name}.effective_horizon_s", 1e5)
    steeper = replaced(tree, "scaling.horizon_exponent", exponent)
    less, more = _medians(read(tree), read(steeper))
    assert np.all(more >= less - 1e-4)


# --- Integrating and counting -----------------------------------------------------------------

ATOMS = (
    'oom = { dist = "mixture", weights = [2, 1, 1], components = [0, -3, '
    '{ dist = "normal", mean = 1, sd = 0.5 }] }\n'
)
MIXED: dict[str, str] = {
    "data": f"{DATA}data_points = {{ ci90 = [1e12, 1e16] }}\n",
    "tuned": f'{TUNED}fine_tuning_share = {{ dist = "log_uniform", low = 1e-9, high = 1e-3 }}\n',
    "loss": f"{LOSS}loss_above_irreducible = {{ ci90 = [0.003, 0.03] }}\n{CHINCHILLA}",
    "uncertain law": (
        f"{LOSS}loss_above_irreducible = {{ ci90 = [0.003, 0.03] }}\n"
        + CHINCHILLA.replace("= 482.01", "= { ci90 = [300, 800] }")
        .replace("= 2085.43", "= { ci90 = [700, 6000] }")
        .replace("= 0.3658", '= { dist = "normal", mean = 0.3658, sd = 0.01 }')
    ),
    "uncertain coefficients": (
        f"{LOSS}loss_above_irreducible = 0.01\n"
        + CHINCHILLA.replace("= 482.01", "= { ci90 = [300, 800] }").replace(
            "= 2085.43", "= { ci90 = [700, 6000] }"
        )
    ),
    "Kaplan": (
        f"{LOSS}loss_above_irreducible = {{ ci90 = [0.7, 1.2] }}\n"
        + KAPLAN.replace("= 0.076", '= { dist = "normal", mean = 0.076, sd = 0.002 }')
    ),
    "factors": (
        f"{DATA}data_points = 1e13\n[hypotheses.one.factors.luck]\n{ATOMS}"
        "[hypotheses.one.factors.efficiency]\noom = { ci90 = [-2, 0.5] }\n"
    ),
    "exponent": (
        'kind = "neural_network"\neffective_horizon_s = { ci90 = [1, 1e6] }\n'
        "[scaling]\nhorizon_exponent = 0.6\n"
    ),
    "uncertain exponent": (
        'kind = "neural_network"\neffective_horizon_s = { ci90 = [1, 1e6] }\n'
        '[scaling]\nhorizon_exponent = { dist = "uniform", low = 0.3, high = 1 }\n'
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MIXED)
@pytest.mark.parametrize("more", ["", "uncertain trends", "all"])
def test_integrating_agrees_with_counting(one: Any, name: str, more: str) -> None:
    parameters = one(MIXED[name])
    if more:
        parameters = parameters.edited("hardware.doubling_years={ci90=[1.5, 4]}")
    if more == "all":
        parameters = parameters.edited(
            "evidence.not_arrived_by=2026",
            "hypotheses.one.factors.tail.oom={dist='logistic', median=0, scale=0.3}",
            'correlations=[{parameters=["brain.flop_per_s", "hypotheses.one.factors.tail.oom"], '
            "rank_correlation=-0.5}]"
            if "loss" not in MIXED[name]
            else "none=0.1",
        )
    integrated = ba.run(parameters, seed=5)
    counted = ba.run(parameters, seed=6, estimator="count", points=2**18, fewest=2**18)
    for year in integrated.years[integrated.years == np.round(integrated.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (integrated, counted))
        )
        off = abs(integrated.probability_by(year) - counted.probability_by(year))
        assert off <= allowed + 1e-6, year


LAW = "scaling_law=" + (
    '{form="chinchilla", parameters_coefficient={ci90=[300, 800]}, '
    "parameters_exponent={ci90=[0.33, 0.37]}, data_coefficient={ci90=[1000, 4000]}, "
    "data_exponent={ci90=[0.34, 0.39]}}"
)
NEEDS_A_LOSS = (
    LAW,
    "hypotheses.evolution.kind=loss_threshold",
    "hypotheses.evolution.loss_above_irreducible={ci90=[0.003, 0.03]}",
)
LUCK = (
    'hypotheses.*.factors.luck.oom={dist="mixture", weights=[1, 1], components=[0, {ci90=[-2, 3]}]}'
)
LIMITED = (
    "data={stock_tokens={ci90=[1e14, 1e15]}, stock_year=2024, times_per_year=1.05, "
    "algorithms_save=0.5}"
)
LONG = tuple(
    f"hypotheses.long_horizon.{each}"
    for each in (
        "kind=fine_tuned_network",
        "pretraining_horizon_s={ci90=[1, 1e3]}",
        "fine_tuning_horizon_s={ci90=[1e6, 1e9]}",
        'fine_tuning_share={dist="log_uniform", low=1e-9, high=1e-3}',
    )
)
SLOWER = (
    'changes.slower={of="spending", year={dist="normal", mean=2032, sd=2}, times_per_year=1.3, '
    "probability=0.5}"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "edits"),
    [
        # The law on both sides: what is asked for, and what data leave of a run.
        ("cotra2020-uncertain", (*NEEDS_A_LOSS, LIMITED, LUCK)),
        ("cotra2020-uncertain", (*LONG, LUCK, "scaling.horizon_exponent={ci90=[0.6, 1.1]}")),
        (
            "cotra2020-uncertain",
            (*NEEDS_A_LOSS, LUCK, "milestones.m.oom={ci90=[1, 3]}", 'forecast.milestone="m"'),
        ),
        ("update-2026", (*LONG, LUCK, SLOWER)),
    ],
)
def test_three_at_once_agree_with_counting(preset: str, edits: tuple[str, ...]) -> None:
    parameters = ba.read_parameters(preset, edits)
    integrated = ba.run(parameters, seed=5)
    counted = ba.run(parameters, seed=6, estimator="count", points=2**18, fewest=2**18)
    for year in integrated.years[integrated.years == np.round(integrated.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (integrated, counted))
        )
        off = abs(integrated.probability_by(year) - counted.probability_by(year))
        assert off <= allowed + 1e-6, year


# --- Files -----------------------------------------------------------------------------------

MISTAKES = {
    f"{TUNED}fine_tuning_share = 1\n": "hypotheses.one.fine_tuning_share: found 1; allowed: "
    "1e-30 to 0.999999",
    TUNED: "mine.toml:4: hypotheses.one.fine_tuning_share: missing; needed: a number or a "
    "distribution, by the kind fine_tuned_network",
    f"{DATA}effective_horizon_s = 3\n": "hypotheses.one.effective_horizon_s: the kind data_points "
    "has no such key; allowed: data_points, flop_per_parameter_per_data_point",
    f"{LOSS}loss_above_irreducible = 0.01\n": "scaling_law: missing; needed: parameters_exponent, "
    "data_exponent, by the kind loss_threshold",
    f"{LOSS}loss_above_irreducible = 0.01\n{CHINCHILLA}".replace('form = "chinchilla"\n', ""): (
        'scaling_law.form: missing; needed: "chinchilla" or "kaplan"'
    ),
    f"{LOSS}loss_above_irreducible = 0.01\n{CHINCHILLA}critical_tokens = 3\n": (
        "scaling_law.critical_tokens: the form chinchilla has no such key; allowed: "
        "parameters_coefficient, parameters_exponent, data_coefficient, data_exponent"
    ),
    f"{LOSS}loss_above_irreducible = 0.01\n{KAPLAN}irreducible_loss = 1.7\n": (
        "scaling_law.irreducible_loss: the form kaplan has no such key"
    ),
    f"{LOSS}loss_above_irreducible = 0.01\n" + KAPLAN.replace('"kaplan"', '"chinchila"'): (
        'scaling_law.form: found "chinchila"; allowed: "chinchilla", "kaplan"; did you mean'
    ),
    f"{LOSS}loss_above_irreducible = 0.01\n" + KAPLAN.replace('"kaplan"', '"chinchilla"'): (
        "scaling_law.parameters_coefficient: missing; needed: a number or a distribution, by the "
        "form chinchilla"
    ),
    f"{DATA}data_points = 3e9\n[hypotheses.one.factors.luck]\n": (
        "hypotheses.one.factors.luck.oom: missing; needed: a number or a distribution"
    ),
    f"{DATA}data_points = 3e9\n[hypotheses.one.factors.luck]\noom = 101\n": (
        "hypotheses.one.factors.luck.oom: found 101; allowed: -100 to 100"
    ),
    f"{DATA}data_points = 3e9\n[hypotheses.one.factors.luck]\ntimes = 10\n": (
        "hypotheses.one.factors.luck.times: unknown key; allowed: oom, source, note"
    ),
    f"{DATA}data_points = 3e9\nfactors = 3\n": (
        "hypotheses.one.factors: found 3; allowed: a table for each, as "
        "[hypotheses.one.factors.NAME]"
    ),
    f"{DATA}data_points = 3e9\n[scaling]\nhorizon_exponent = -1\n": (
        "scaling.horizon_exponent: found -1; allowed: 0 to 10"
    ),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(one: Any, text: str, told: str) -> None:
    with pytest.raises(ba.BadParameters) as caught:
        one(text)
    assert told in str(caught.value)


def test_what_does_nothing_is_warned_of(one: Any) -> None:
    backwards = TUNED.replace("low = 1e6, high = 1e9", "low = 0.1, high = 0.5")
    parameters = one(f"{backwards}fine_tuning_share = 0.1\n")
    assert any("fine-tuning makes nothing dearer" in each for each in parameters.warnings)
    assert (
        "[scaling_law]: none of the hypotheses uses it"
        in one(f"{DATA}data_points = 3e9\n{KAPLAN}").warnings
    )


def test_factors_are_changed_and_dropped_by_name(one: Any) -> None:
    one(MIXED["factors"])
    Path("child.toml").write_text(
        'extends = "./mine.toml"\ndrop = ["hypotheses.one.factors.luck"]\n'
        "[hypotheses.one.factors.efficiency]\noom = -1\n"
        '[hypotheses."*".factors.all]\noom = 2\nsource = "me"\n'
    )
    child = ba.read_parameters("child.toml")
    found = {item.path: item.distribution for item in child.inputs.values()}
    for name, oom in {"efficiency": -1.0, "all": 2.0}.items():
        assert found[f"hypotheses.one.factors.{name}.oom"] == Point(oom)
    assert "hypotheses.one.factors.luck.oom" not in found
    assert str(child.origin(("hypotheses", "one", "factors", "efficiency", "oom"))) == (
        "child.toml:4"
    )
    assert "[hypotheses.one.factors.all]\n" in child.text
    assert parse_parameters(child.text).text == child.text
    edited = child.edited(
        "hypotheses.one.factors.all.oom=3", 'drop=["hypotheses.one.factors.efficiency"]'
    )
    assert edited.hypotheses[0].factors == ("hypotheses.one.factors.all.oom",)
    assert edited.inputs["hypotheses.one.factors.all.oom"].distribution == Point(3.0)
    assert input_group("hypotheses.one.factors.all.oom") == "hypotheses.one.factors.all"
    parts = {part.group for part in ba.attribute("mine.toml", "child.toml").parts}
    assert {f"hypotheses.one.factors.{name}" for name in ("luck", "efficiency", "all")} <= parts


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tuned", "uncertain law", "factors"])
@pytest.mark.usefixtures("effects_found_roughly")
def test_everything_takes_it(cli: Any, one: Any, name: str) -> None:
    one(MIXED[name])
    key = {
        "tuned": "hypotheses.one.fine_tuning_share=1e-8:1e-4",
        "uncertain law": "hypotheses.one.loss_above_irreducible=0.002:0.02",
        "factors": "hypotheses.one.factors.efficiency.oom=-2:1",
    }[name]
    cli("show", "mine.toml")
    cli("run", "mine.toml", "--out", "o")
    cli("sweep", "mine.toml", "--vary", f"{key}:3")
    cli("solve", "mine.toml", "--vary", key, "--target", "p50=2040")
    said = cli("sensitivity", "mine.toml", "--view", "all", "--max-draws", "16384")
    assert key.split("=")[0].removeprefix("hypotheses.")[:18] in said
    cli("compare", "cotra2020-report", "mine.toml", "--attribute")
    cli("report", "mine.toml", "--out", "r")
    cli("export", "mine.toml", "--format", "excel", "--out", "a.xlsx")
    assert "largest difference of the CDF 0" in cli("load", "o", "--repeat")
