"""What happens to trends from some year on: other speeds, gains at once."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from straight import arrival

import bioanchors as ba
from bioanchors.analysis.groups import input_group


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["hardware", "spending", "algorithms"]),
    st.floats(2025.1, 2060),
    st.floats(0.01, 0.6),
    st.integers(28, 38),
)
def test_a_new_speed_arrives_when_algebra_says(
    of: str, year: float, speed: float, need: int
) -> None:
    found = arrival(
        need, f'[changes.any]\nof = "{of}"\nyear = {year!r}\noom_per_year = {speed!r}\n'
    )
    before = {"hardware": 0.2, "spending": 0.1, "algorithms": 1e-9}[of]
    plain = 2025 + (need - 26) / 0.3
    later = year + (need - 26 - 0.3 * (year - 2025)) / (0.3 - before + speed)
    expected = plain if plain <= year else later
    assert found == pytest.approx(expected if expected <= 2100 else math.inf, abs=2e-4)


@pytest.mark.parametrize("of", ["hardware", "spending", "algorithms"])
@pytest.mark.parametrize(
    ("times", "need", "expected"),
    [
        ("10", 30, 2025 + 3 / 0.3),
        ("1e4", 28.5, 2030.5),  # by the jump, in its very year
        ("0.1", 30, 2025 + 5 / 0.3),
        ("0.1", 27, 2025 + 1 / 0.3),  # before it
    ],
)
def test_a_gain_at_once_arrives_when_algebra_says(
    of: str, times: str, need: float, expected: float
) -> None:
    found = arrival(need, f'[changes.any]\nof = "{of}"\nyear = 2030.5\ntimes = {times}\n')
    assert found == pytest.approx(expected, abs=0 if times == "1e4" else 2e-4)


def test_several_follow_one_another() -> None:
    text = (
        '[changes.c]\nof = "hardware"\nyear = 2040\noom_per_year = 0.4\n'
        '[changes.a]\nof = "hardware"\nyear = 2030\noom_per_year = 0.05\n'
        '[changes.b]\nof = "hardware"\nyear = 2035\ntimes = 10\n'
    )
    # 26 + .3 x 5 by 2030, .15 a year until 2040 and 1 at once, .5 a year from then on
    assert arrival(35, text) == pytest.approx(2040 + (35 - 26 - 1.5 - 1.5 - 1) / 0.5, abs=2e-4)


def test_what_may_happen_mixes_both_worlds() -> None:
    base = ba.read_parameters("cotra2020-uncertain")
    happens = base.edited('changes.wall={of="hardware", year=2032, oom_per_year=0.02}')
    may = base.edited('changes.wall={of="hardware", year=2032, oom_per_year=0.02, probability=0.3}')
    without, certain, mixed = (ba.run(each, precision=3e-4) for each in (base, happens, may))
    expected = 0.3 * certain.cdf[::16] + 0.7 * without.cdf[::16]
    places = np.searchsorted(mixed.years, without.years[::16])
    np.testing.assert_allclose(mixed.cdf[places], expected, atol=2e-3)


def test_a_probability_of_0_is_none_and_draws_say_whether_it_happens() -> None:
    change = 'changes.wall={of="hardware", year=2032, oom_per_year=0.02, probability=%s}'
    base = ba.read_parameters("cotra2020")
    never, plain = ba.run(base.edited(change % 0)), ba.run(base)
    places = np.searchsorted(never.years, plain.years)
    np.testing.assert_allclose(never.cdf[places], plain.cdf, atol=1e-9)
    drawn = ba.draw(base.edited(change % 0.25), points=2048)["changes.wall.happens"].values
    assert set(drawn) == {0.0, 1.0}
    assert drawn.mean() == pytest.approx(0.25, abs=0.01)


def test_a_tornado_fixes_whether_it_happens() -> None:
    parameters = ba.read_parameters(
        "cotra2020", ['changes.wall={of="hardware", year=2032, oom_per_year=0.02, probability=0.5}']
    )
    found = ba.tornado(parameters, "2050", inputs=["changes.wall.happens"])
    (swing,) = found.swings
    assert (swing.low, swing.high) == (0, 1)
    for p, at in ((0, swing.at_low), (1, swing.at_high)):
        exact = ba.run(parameters.edited(f"changes.wall.probability={p}"), precision=1e-4)
        # The tornado's runs are made to the default precision.
        assert abs(at - exact.probability_by(2050)) <= 4 * math.hypot(1e-3, 1e-4)


def test_what_changes_nothing_moves_nothing() -> None:
    base = ba.read_parameters("cotra2020")
    same = base.edited('changes.same={of="hardware", year=2030, doubling_years=2.5}')
    once = base.edited('changes.same={of="spending", year=2030, times=1}')
    plain = ba.run(base)
    for other in (same, once):
        forecast = ba.run(other)
        places = np.searchsorted(forecast.years, plain.years)
        np.testing.assert_allclose(forecast.cdf[places], plain.cdf, atol=1e-9)


def test_streams_of_others_stay_as_they_were() -> None:
    base = ba.read_parameters("cotra2020-uncertain")
    changed = base.edited(
        'changes.wall={of="hardware", year={dist="normal", mean=2032, sd=2}, times_per_year=1.1}'
    )
    before, after = (ba.draw(each, points=64) for each in (base, changed))
    for name in before.data_vars:
        if name not in ("arrival_year",):
            np.testing.assert_array_equal(before[name], after[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "of"),
    [
        ("cotra2020-uncertain", "hardware"),
        ("cotra2020-uncertain", "spending"),
        ("cotra2020-uncertain", "algorithms"),
        ("update-2026", "hardware"),
    ],
)
@pytest.mark.parametrize(
    "what",
    [
        "year=2032.3, times_per_year=1.05",
        'year={dist="normal", mean=2033, sd=2}, oom_per_year={dist="normal", mean=0.3, sd=0.1}',
        'year={dist="uniform", low=2029, high=2035}, times=0.05, probability=0.6',
    ],
)
def test_integrating_agrees_with_counting(file: str, of: str, what: str) -> None:
    parameters = ba.read_parameters(file).edited(f'changes.any={{of="{of}", {what}}}')
    one = ba.run(parameters, seed=5)
    other = ba.run(parameters, seed=6, estimator="count", points=2**17, fewest=2**17)
    for year in one.years[one.years == np.round(one.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


MISTAKES = {
    "year = 2030\ntimes = 2\n": "mine.toml:2: changes.any.of: missing; needed: hardware, spending, "
    "algorithms or research",
    'of = "price"\nyear = 2030\ntimes = 2\n': 'changes.any.of: found "price"; allowed: '
    '"hardware", "spending", "algorithms", "research"',
    'of = "hardware"\ntimes = 2\n': "changes.any.year: missing; needed: a year or a distribution",
    'of = "hardware"\nyear = 2030\n': "mine.toml:2: changes.any: missing; needed: what happens, "
    "one of doubling_years",
    'of = "hardware"\nyear = 2030\ntimes = 2\ndoubling_years = 2\n': "changes.any.times: beside "
    "doubling_years; allowed: one of them",
    'of = "hardware"\nyear = 2030\ndoubling_years = 2\noom_per_year = 2\n': "changes.any."
    "oom_per_year: a second speed, beside doubling_years; allowed: one of them",
    'of = "hardware"\nyear = 203\ntimes = 2\n': "changes.any.year: found 203; allowed: "
    "1900 to 3000 year",
    'of = "hardware"\nyear = 2030\ntimes = 2\nprobability = 1.5\n': "changes.any.probability: "
    "found 1.5; allowed: at most 1",
    'of = "hardware"\nyear = 2030\ntime = 2\n': "changes.any.time: unknown key; allowed: ",
    'of = "hardware"\nyear = 2030\ntimes = 2\n[changes.other]\nof = "hardware"\n'
    'year = { dist = "normal", mean = 2040, sd = 3 }\ntimes = 3\n': "changes.any.year: may come "
    "before that of changes.other, which is of hardware, too",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    Path("mine.toml").write_text(f'extends = "cotra2020"\n[changes.any]\n{text}')
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("file", "edit", "told"),
    [
        ("cotra2020", "of='hardware', year=2030, doubling_months=30", "hardware has already"),
        ("update-2026", "of='hardware', year=2026, times=2", "begins before 2026.9, the last year"),
    ],
)
def test_what_is_odd_is_warned_of(file: str, edit: str, told: str) -> None:
    assert not any(told in each for each in ba.read_parameters(file).warnings)
    parameters = ba.read_parameters(file, [f"changes.any={{{edit}}}"])
    assert any(told in each for each in parameters.warnings), parameters.warnings


def test_a_change_past_the_window_is_warned_of() -> None:
    parameters = ba.read_parameters("cotra2020").edited(
        'changes.late={of="hardware", year=2150, times=2}'
    )
    assert "changes.late: only after 2100, so it does nothing" in parameters.warnings


@pytest.mark.slow
@pytest.mark.usefixtures("effects_found_roughly")
def test_everything_takes_it(cli, desk: None) -> None:
    Path("mine.toml").write_text(
        'extends = "cotra2020"\n'
        '[changes.slower]\nof = "spending"\nyear = { dist = "normal", mean = 2031, sd = 2 }\n'
        'times_per_year = { ci90 = [1.1, 1.6] }\nprobability = 0.5\nsource = "me"\n'
    )
    assert "changes.slower" in cli("show", "mine.toml")
    cli("run", "mine.toml", "--out", "o")
    cli("sweep", "mine.toml", "--vary", "changes.slower.probability=0.1:0.9:3")
    cli(
        "solve",
        "mine.toml",
        "--vary",
        "changes.slower.times_per_year=0.9:3",
        "--target",
        "p25=2040",
    )
    said = cli("sensitivity", "mine.toml", "--view", "tornado", "--view", "regional")
    assert "changes.slower" in said
    assert input_group("changes.slower.speed") == "changes.slower"
    said = cli("compare", "cotra2020", "mine.toml", "--attribute")
    assert "changes.slower" in said
    cli("report", "mine.toml", "--out", "r")
    cli("export", "mine.toml", "--format", "excel", "--out", "a.xlsx")
    cli("load", "o", "--repeat")
    assert "largest difference of the CDF 0" in cli("load", "o", "--repeat")
