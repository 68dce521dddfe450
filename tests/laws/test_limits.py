"""Unhobbling, power and data: what comes besides algorithms, and what limits runs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from straight import KNOWN as STRAIGHT
from straight import arrival

import bioanchors as ba
from bioanchors.analysis.groups import input_group
from bioanchors.model.joint import Model
from bioanchors.model.trends.unhobbling import unhobbled

LAW = (
    'scaling_law={form="chinchilla", parameters_coefficient=482.01, parameters_exponent=0.3478, '
    "data_coefficient=2085.43, data_exponent=0.3658}"
)
"""Besiroglu et al. 2024."""
UNHOBBLING = "unhobbling={max_oom=1, start_year=2023, years=3}"
POWER = "power={flop=1.067e29, year=2030, times_per_year=1.6}"


def data(stock: float, times: float, save: float) -> list[str]:
    return [
        LAW,
        f"data={{stock_tokens={stock!r}, stock_year=2024, times_per_year={times!r}, "
        f"algorithms_save={save!r}}}",
    ]


def test_unhobbling_saturates() -> None:
    """S6.4 of the vectors."""
    found = unhobbled(np.array([2022, 2023, 2025, 2033, 2100.0]), 1.0, 3.0, 2023.0)
    np.testing.assert_allclose(found, [0, 0, 0.486583, 0.964326, 1], atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 4), st.floats(2020, 2060), st.floats(0.1, 20), st.floats(26.5, 38))
def test_unhobbling_comes_to_the_gain(most: float, start: float, years: float, need: float) -> None:
    text = f"[unhobbling]\nmax_oom = {most!r}\nstart_year = {start!r}\nyears = {years!r}\n"
    at = np.linspace(2025, 2100, 750_001)
    curve = 26 + 0.3 * (at - 2025) + unhobbled(at, most, years, start)
    reached = np.flatnonzero(curve >= need)
    expected = at[reached[0]] if reached.size else math.inf
    found = arrival(need, text)
    assert found == pytest.approx(-math.inf if expected == 2025 else expected, abs=5e-4)


@settings(max_examples=15, deadline=None)
@given(st.floats(24, 32), st.floats(2020, 2060), st.floats(0.01, 1), st.floats(26.5, 36))
def test_the_smaller_of_money_and_power(
    flop: float, year: float, speed: float, need: float
) -> None:
    text = f"[power]\nflop = {10**flop!r}\nyear = {year!r}\noom_per_year = {speed!r}\n"
    bought, powered = 2025 + (need - 26) / 0.3, year + (need - flop) / speed
    expected = max(bought, powered)
    found = arrival(need, text)
    if abs(expected - 2100) > 1e-3:
        assert found == pytest.approx(expected if expected <= 2100 else math.inf, abs=1e-3)


# The design's figures, which its prototype made ---------------------------------------------


@pytest.mark.parametrize(
    ("edits", "median"),
    [
        ([UNHOBBLING], 2048.40),
        ([POWER], 2052.91),
        (data(3e14, 1.3, 1), 2052.91),
        (data(1e15, 1.3, 1), 2052.91),
        (data(3e14, 1.05, 1), 2070.9),
        (data(1e14, 1.05, 1), 2089.40),
        (data(1e15, 1.05, 1), 2057.62),
        (data(3e14, 1.3, 0), 2053.25),
        (data(1e15, 1.3, 0), 2052.92),
        (data(3e14, 1.05, 0), math.inf),
    ],
)
def test_figures_of_the_report(edits: list[str], median: float) -> None:
    forecast = ba.run(ba.read_parameters("cotra2020", edits))
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.1)


def test_probabilities_of_the_report() -> None:
    for edits, year, percent in (([UNHOBBLING], 2036, 23.40), (data(3e14, 1.05, 0), 2050, 23.01)):
        forecast = ba.run(ba.read_parameters("cotra2020", edits))
        assert 100 * forecast.probability_by(year) == pytest.approx(percent, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edits", "median"),
    [
        ([UNHOBBLING], 2042.87),
        ([POWER], 2047.22),
        (data(3e14, 1.05, 1), 2055.9),
        (data(1e15, 1.05, 1), 2049.65),
        (data(3e14, 1.3, 0), 2054.00),
    ],
)
def test_figures_of_the_update(edits: list[str], median: float) -> None:
    forecast = ba.run(ba.read_parameters("update-2026", edits))
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.5)


# Laws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["cotra2020", "cotra2020-uncertain"])
@pytest.mark.parametrize("save", [0, 0.4, 1])
def test_a_stock_without_end_moves_no_bit(file: str, save: float) -> None:
    plain = ba.run(ba.read_parameters(file))
    walled = ba.run(ba.read_parameters(file, data(1e60, 1.0, save)))
    np.testing.assert_array_equal(plain.cdf, walled.cdf)


@settings(max_examples=10, deadline=None)
@given(st.floats(13, 18), st.floats(0, 2), st.floats(1, 1.4), st.floats(0, 1), st.floats(0, 1))
def test_less_data_and_algorithms_that_save_less_never_come_earlier(
    stock: float, more: float, times: float, save: float, of_it: float
) -> None:
    plenty, scarce, unsaved = (
        ba.run(ba.read_parameters("cotra2020", data(10**oom, times, share)))
        for oom, share in ((stock + more, save), (stock, save), (stock, save * of_it))
    )
    for year in range(2025, 2101, 5):
        assert scarce.probability_by(year) <= plenty.probability_by(year) + 2e-4
        assert unsaved.probability_by(year) <= scarce.probability_by(year) + 2e-4


def test_data_limit_those_whom_they_apply_to() -> None:
    edits = data(3e14, 1.05, 0)
    edits.append('data.applies_to=["short_horizon"]')
    plain = ba.run(ba.read_parameters("cotra2020"))
    walled = ba.run(ba.read_parameters("cotra2020", edits))
    for name in plain.hypotheses:
        one, other = (each.given(name).probability_by(2060) for each in (plain, walled))
        if name == "short_horizon":
            assert other < one - 0.05
        else:
            assert other == pytest.approx(one, abs=1e-9)


def test_the_run_of_a_year_is_as_limited_as_what_can_be_bought() -> None:
    """What could be bought in a year, made then, rules out what would have arrived by then."""
    base = ba.read_parameters("cotra2020", [*data(1e13, 1.0, 0.3), UNHOBBLING])
    model = Model(base.spec)
    draws = {name: item.point for name, item in base.spec.inputs.items() if not item.is_random}
    draws |= {name: item.median for name, item in base.spec.inputs.items() if item.is_random}
    trends = model.trends(draws)
    for hypothesis in base.hypotheses:
        flop = float(trends.affordable.at(2040.0))
        assert float(trends.effective(hypothesis, flop, 2040.0)) == pytest.approx(
            float(trends.enough(hypothesis).at(2040.0)), abs=1e-9
        )


CASES = [
    ("cotra2020-uncertain", [UNHOBBLING, POWER]),
    ("cotra2020-uncertain", data(3e14, 1.05, 0.5)),
    (
        "cotra2020-uncertain",
        [
            LAW,
            "data={stock_tokens={ci90=[1e14, 1e15]}, stock_year=2024, "
            'times_per_year={ci90=[1.02, 1.3]}, algorithms_save={dist="uniform", low=0, high=1}}',
            "unhobbling={max_oom={ci90=[0.7, 1.3]}, start_year=2027.5, years={ci90=[1, 6]}}",
            'interventions.pause={of="largest_run_flop", year={dist="normal", mean=2032, sd=1}, '
            "until_year=2044, freeze=true, probability=0.5}",
            "algorithms.compute_share=0.6",
        ],
    ),
    ("update-2026", [*data(3e14, 1.05, 0.5), UNHOBBLING, POWER]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "edits"), CASES)
def test_integrating_agrees_with_counting(file: str, edits: list[str]) -> None:
    parameters = ba.read_parameters(file, edits)
    one = ba.run(parameters, seed=5)
    other = ba.run(parameters, seed=6, estimator="count", points=2**17, fewest=2**17)
    for year in one.years[one.years == np.round(one.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


def test_the_law_that_data_need_is_in_their_group() -> None:
    edits = [*data(3e14, 1.05, 0), "hypotheses.evolution.factors.luck.oom=-2"]
    found = ba.attribute(
        "cotra2020", ba.read_parameters("cotra2020", edits), years=[2060], precision=0.01
    )
    assert set(found.groups) == {"data", "hypotheses.evolution.factors.luck"}
    assert all("medians" in note for note in found.notes)


def test_each_table_is_a_group() -> None:
    assert input_group("unhobbling.max_oom") == "unhobbling"
    assert input_group("power.flop") == "power"
    assert input_group("data.stock_tokens") == "data"


# Bad input ----------------------------------------------------------------------------------

SHORT = '[scaling_law]\nform = "chinchilla"\nparameters_coefficient = 482\n'
LAW_TEXT = (
    '[scaling_law]\nform = "chinchilla"\nparameters_coefficient = 482.01\n'
    "parameters_exponent = 0.3478\ndata_coefficient = 2085.43\ndata_exponent = 0.3658\n"
)
STOCK = "[data]\nstock_year = 2024\ntimes_per_year = 1.05\n"
MISTAKES = {
    "[unhobbling]\nstart_year = 2023\nyears = 3\n": "unhobbling.max_oom: missing; needed: a number",
    "[unhobbling]\nmax_oom = 1\nyears = 3\n": "unhobbling.start_year: missing; needed: a year",
    "[unhobbling]\nmax_oom = 0\nstart_year = 2023\nyears = 3\n": "unhobbling.max_oom: found 0; "
    "allowed: ",
    "[unhobbling]\nmax_oom = 1\nstart_year = 2023\n"
    'years = { dist = "normal", mean = 3, sd = 3 }\n': "unhobbling.years: 16 % of this "
    "distribution lies outside; allowed: above 0",
    "[power]\nflop = 1e29\nyear = 2030\n": "power.doubling_years: missing; needed: a speed, one of "
    "doubling_years, doubling_months, times_per_year, oom_per_year",
    "[power]\nflop = 1e29\nyear = 2030\ntimes_per_year = 2\noom_per_year = 1\n": "power."
    "oom_per_year: a second speed, beside times_per_year",
    STOCK + "stock_tokens = 3e14\n" + LAW_TEXT: "data.algorithms_save: missing; needed: a share "
    "from 0 to 1: of what algorithms save in FLOP, how much they save in data as well; it decides",
    STOCK + "stock_tokens = 3e14\nalgorithms_save = 1\n": "scaling_law: missing; needed: the law "
    "by which loss falls with data, by [data]",
    STOCK + "stock_tokens = 1\nalgorithms_save = 1\n" + LAW_TEXT: "data.stock_tokens: found 1; "
    "allowed: ",
    STOCK + 'stock_tokens = { dist = "lognormal", median = 30, sd_oom = 1 }\nalgorithms_save = 1\n'
    + LAW_TEXT: "data.stock_tokens: 7 % of this distribution lies outside; allowed: above 1",
    STOCK + 'stock_tokens = 3e14\nalgorithms_save = 1\napplies_to = ["short"]\n'
    + LAW_TEXT: 'data.applies_to[0]: found "short"; allowed: lifetime, short_horizon',
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    Path("mine.toml").write_text(f'extends = "cotra2020"\n{text}')
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)


# The ledger ---------------------------------------------------------------------------------


def test_the_ledger_has_what_comes_besides_and_still_adds_up() -> None:
    edits = [*data(1e14, 1.05, 0.3), UNHOBBLING, "power={flop=1e27, year=2030, times_per_year=1.2}"]
    found = ba.ledger(ba.read_parameters("cotra2020", edits), [2030, 2050])
    assert found.shared == ("hardware", "spending", "limits")
    assert found.own == ("algorithms", "unhobbling", "data")
    assert found.limits[1].value < -1
    for entry in found.entries:
        assert entry.unhobbling[0].value == pytest.approx(-math.expm1(-7 / 3), abs=1e-9)
        assert entry.data[1].value < 0
        for i in (0, 1):
            parts = [getattr(found, item)[i].value for item in found.shared]
            parts += [getattr(entry, item)[i].value for item in found.own]
            assert entry.sum[i].value == pytest.approx(sum(parts), abs=1e-9)
    plain = ba.ledger("cotra2020", [2030])
    assert (plain.shared, plain.own) == (("hardware", "spending"), ("algorithms",))


def test_the_ledger_has_no_zero_below_0(cli, desk: None) -> None:
    law = LAW.replace("scaling_law=", "scaling_law = ")
    stock = "data = { stock_tokens = 3e14, stock_year = 2024, times_per_year = 1.04, "
    Path("mine.toml").write_text(f'extends = "cotra2020"\n{stock}algorithms_save = 1 }}\n{law}\n')
    near = ba.ledger("mine.toml", [2030, 2035])
    assert any(-0.005 < each.value < 0 for entry in near.entries for each in entry.data)
    assert "-0.00 " not in cli("ledger", "mine.toml", "--years", "2030,2035")


@pytest.mark.parametrize(("halving", "doubling", "share"), [(9, 10, "52.6 %"), (16, 3.4, "17.5 %")])
def test_the_share_of_algorithms(
    cli, desk: None, halving: float, doubling: float, share: str
) -> None:
    """S4.2 of the vectors: before any ceiling is near."""
    Path("mine.toml").write_text(
        STRAIGHT.format(need="1e30")
        .replace("oom_per_year = 1e-9", f"halving_months = {halving}")
        .replace("oom_per_year = 0.2", f"doubling_months = {2 * doubling}")
        .replace("oom_per_year = 0.1", f"doubling_months = {2 * doubling}")
    )
    said = cli("ledger", "mine.toml", "--years", "2026,2030", "--out", "o")
    assert share in said
    assert (Path("o") / "oom_ledger.csv").is_file()
