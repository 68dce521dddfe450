"""What somebody does to what can be bought, and algorithms that answer to it."""

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

# The straight file's 0.3 OOM a year, with the vectors' 0.5.
FASTER = ("spending.oom_per_year=0.3", "hardware.oom_per_year=0.2")
GAIN = (*FASTER, "algorithms.oom_per_year=0.3")


def bought(of: str, what: str) -> str:
    return f'[interventions.any]\nof = "{of}"\n{what}\n'


# vectors.csv S5: F = 26 + 0.5 (y - 2025), gain 0.3 (y - 2025).


def test_algorithms_answer_to_a_freeze() -> None:
    """S5.2: 27.6 at 2027, then half of the 0.3 OOM a year."""
    found = arrival(
        28.2,
        bought("largest_run_flop", "year = 2027\nfreeze = true"),
        *GAIN,
        "algorithms.compute_share=0.5",
    )
    assert found == pytest.approx(2031.0, abs=1e-3)


def test_a_price_that_doubles() -> None:
    """S5.4 and S5.5: 27 just before 2027, 26.699 at it; what was enough before stays so."""
    doubled = bought("flop_per_usd", "year = 2027\ntimes = 0.5")
    assert arrival(27.2, doubled, *FASTER) == pytest.approx(2028.002060, abs=1e-3)
    assert arrival(26.9, doubled, *FASTER) == pytest.approx(2026.8, abs=1e-3)


def test_a_freeze_that_ends() -> None:
    """S5.6: it goes on from where it stood."""
    frozen = bought("largest_run_flop", "year = 2027\nuntil_year = 2032\nfreeze = true")
    assert arrival(27.5, frozen, *FASTER) == pytest.approx(2033.0, abs=1e-3)


@pytest.mark.parametrize("action", ["freeze=true", "at_most=1e27", "times=0.1"])
def test_a_length_ends_it_as_its_year_does(action: str) -> None:
    what = f'interventions.any={{of="largest_run_flop", year=2028.25, %s, {action}}}'
    lasting, ending = (
        ba.run(ba.read_parameters("cotra2020-uncertain", [what % end]), points=2**10, fewest=2**10)
        for end in ("years=6.5", "until_year=2034.75")
    )
    np.testing.assert_array_equal(lasting.cdf, ending.cdf)


def test_a_length_of_none_does_nothing() -> None:
    base = ba.read_parameters("cotra2020-uncertain", ["algorithms.compute_share=0.5"])
    pause = "interventions.any={of='largest_run_flop', year={ci80=[2028, 2034]}, years=0, %s}"
    for action in ("freeze=true", "at_most=1e27"):
        plain, none = (ba.run(file, seed=3) for file in (base, base.edited(pause % action)))
        np.testing.assert_allclose(none.cdf, plain.cdf, rtol=0, atol=1e-9)


def test_a_drawn_pause_is_the_mean_over_its_starts_and_lengths() -> None:
    """A second way: runs whose start and length are known, at the middles of 12 times 12 parts."""
    base = ba.read_parameters("cotra2020", ["algorithms.compute_share=0.5"])
    pause = 'interventions.any={of="largest_run_flop", freeze=true, year=%s, years=%s}'
    drawn = ba.run(
        base.edited(
            pause % ('{dist="uniform", low=2027, high=2033}', '{dist="uniform", low=1, high=9}')
        ),
        precision=1e-4,
    )
    starts, lengths = 2027.25 + 0.5 * np.arange(12), 1 + 1 / 3 + 2 / 3 * np.arange(12)
    known = ba.run_many([base.edited(pause % (y, n)) for y in starts for n in lengths])
    for at in range(2026, 2100, 4):
        mean = np.mean([each.probability_by(at) for each in known])
        assert drawn.probability_by(at) == pytest.approx(mean, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(
    st.floats(2025.5, 2050),
    st.floats(0, 40),
    st.floats(0, 1),
    st.floats(26.5, 38),
    st.sampled_from(["flop_per_usd", "largest_run_usd", "largest_run_flop"]),
)
def test_a_freeze_arrives_when_algebra_says(
    year: float, length: float, share: float, need: float, of: str
) -> None:
    speeds = {"flop_per_usd": 0.2, "largest_run_usd": 0.3, "largest_run_flop": 0.5}
    stands, gain = speeds[of], 0.3
    text = bought(of, f"year = {year!r}\nuntil_year = {year + length!r}\nfreeze = true")
    found = arrival(need, text, *GAIN, f"algorithms.compute_share={share!r}")
    slowly = 0.8 - stands - share * gain * stands / 0.5
    missing = need - 26 - 0.8 * (year - 2025)
    expected = year + missing / 0.8
    if missing > 0:
        after = length + (missing - slowly * length) / 0.8
        expected = year + (missing / slowly if missing < slowly * length else after)
    assert found == pytest.approx(expected if expected <= 2100 else math.inf, abs=1e-3)


def test_a_limit_holds_until_it_ends() -> None:
    held = bought("largest_run_usd", "year = 2027\nuntil_year = 2040\nat_most = 1e9")
    # 26 + 0.3 (y - 2025) of hardware and spending at 0.2 and 0.1; 1e9 $ at 2035.
    assert arrival(29.0, held) == pytest.approx(2035.0, abs=1e-3)
    assert arrival(29.6, held) == pytest.approx(2035 + 0.6 / 0.2, abs=1e-3)
    assert arrival(30.2, held) == 2040.0  # all at once, when it ends


def test_knowledge_is_kept_when_runs_shrink() -> None:
    shrunk = bought("largest_run_flop", "year = 2027\ntimes = 0.01")
    # Gain 0.6 at 2027, answers with 0.9 x 0.6 x 2 = 1.08 OOM less, hence none until 2030.6.
    share = "algorithms.compute_share=0.9"
    assert arrival(27.5, shrunk, *GAIN, share) == pytest.approx(2026.875, abs=1e-3)
    at_2030 = 26 - 2 + 0.5 * 5 + 0.6  # no new knowledge yet
    assert arrival(at_2030 + 2.5, shrunk, *GAIN, share) > 2030
    still = 2025 + (28.2 - 24.6) / 0.5  # had it stood still for ever
    assert arrival(28.2, shrunk, *GAIN, share) < still
    # 24 + 0.5 t + max(0.6, 0.3 t - 1.08) = 28.2 at t = (4.2 + 1.08) / 0.8
    assert arrival(28.2, shrunk, *GAIN, share) == pytest.approx(2025 + 5.28 / 0.8, abs=1e-3)


def test_answering_to_all_compute_slows_what_compute_slows() -> None:
    """M13: three times a year by the file; spending ends, hardware alone remains."""
    slower = '[changes.end]\nof = "spending"\nyear = 2030\noom_per_year = 0\n'
    answers = (*GAIN, "algorithms.compute_share=0.5", 'algorithms.answers_to="compute"')
    # 30 at 2030; then 0.2 of hardware and 0.15 + 0.3 x 0.2 of algorithms.
    expected = 2030 + 2 / (0.2 + 0.15 + 0.06)
    assert arrival(32, slower, *answers) == pytest.approx(expected, abs=1e-3)
    assert arrival(32, slower, *GAIN) == pytest.approx(2030 + 2 / 0.5, abs=1e-3)


# The design's figures, which its prototype made ---------------------------------------------

FREEZE = 'interventions.freeze={of="largest_run_flop", year=2027, freeze=true%s}'
NEVER = math.inf


@pytest.mark.parametrize(
    ("until", "share", "median", "by_2036", "by_2050"),
    [
        ("", 0, NEVER, 7.59, 12.67),
        ("", 0.5, NEVER, 5.79, 9.21),
        ("", 0.9, NEVER, 4.56, 5.69),
        (", until_year=2037", 0, 2061.49, 7.59, 31.36),
        (", until_year=2037", 0.9, 2061.88, 4.56, 27.83),
    ],
)
def test_freezes_of_the_report(
    until: str, share: float, median: float, by_2036: float, by_2050: float
) -> None:
    parameters = ba.read_parameters(
        "cotra2020", [FREEZE % until, f"algorithms.compute_share={share}"]
    )
    forecast = ba.run(parameters)
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.05)
    assert 100 * forecast.probability_by(2036) == pytest.approx(by_2036, abs=0.05)
    assert 100 * forecast.probability_by(2050) == pytest.approx(by_2050, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("until", "share", "by_2036", "by_2050"),
    [
        ("", 0, 11.27, 19.13),
        ("", 0.9, 6.04, 15.14),
        (", until_year=2037", 0.9, 6.04, 45.07),
    ],
)
def test_freezes_of_the_update(until: str, share: float, by_2036: float, by_2050: float) -> None:
    parameters = ba.read_parameters(
        "update-2026", [FREEZE % until, f"algorithms.compute_share={share}"]
    )
    forecast = ba.run(parameters)
    assert 100 * forecast.probability_by(2036) == pytest.approx(by_2036, abs=0.3)
    assert 100 * forecast.probability_by(2050) == pytest.approx(by_2050, abs=0.3)


@pytest.mark.parametrize(("share", "median"), [(0.5, 2053.21), (0.9, 2053.49)])
def test_the_report_answers_to_all_compute(share: float, median: float) -> None:
    edits = [f"algorithms.compute_share={share}", 'algorithms.answers_to="compute"']
    forecast = ba.run(ba.read_parameters("cotra2020", edits))
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.05)


# Laws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["cotra2020", "cotra2020-uncertain"])
@pytest.mark.parametrize(
    "edits",
    [
        [FREEZE % ", until_year=2027"],
        [FREEZE % ", until_year=2027", "algorithms.compute_share=0.7"],
        ["algorithms.compute_share=0.7"],
        ['interventions.a={of="flop_per_usd", year=2030, times=1}', "algorithms.compute_share=0.7"],
        ['interventions.a={of="flop_per_usd", year=2030, times=3, probability=0}'],
        ["algorithms.compute_share=0", 'algorithms.answers_to="compute"'],
    ],
)
def test_what_does_nothing_moves_no_bit(file: str, edits: list[str]) -> None:
    plain, same = ba.run(ba.read_parameters(file)), ba.run(ba.read_parameters(file, edits))
    np.testing.assert_array_equal(plain.years, same.years)
    np.testing.assert_array_equal(plain.cdf, same.cdf)


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(["flop_per_usd", "largest_run_usd", "largest_run_flop"]),
    st.floats(2025, 2060),
    st.floats(0, 20),
    st.floats(0, 20),
    st.floats(0, 1),
)
def test_a_longer_freeze_never_comes_earlier(
    of: str, year: float, length: float, more: float, share: float
) -> None:
    base = ba.read_parameters("cotra2020", [f"algorithms.compute_share={share!r}"])
    short, long = (
        ba.run(
            base.edited(
                f'interventions.a={{of="{of}", year={year!r}, until_year={until!r}, freeze=true}}'
            )
        )
        for until in (year + length, year + length + more)
    )
    for at in range(2025, 2101, 5):
        assert long.probability_by(at) <= short.probability_by(at) + 2e-4


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(["flop_per_usd", "largest_run_usd", "largest_run_flop"]),
    st.floats(2025, 2060),
    st.floats(0.01, 1),
    st.floats(0.1, 1),
    st.floats(0, 1),
)
def test_a_higher_price_never_comes_earlier(
    of: str, year: float, times: float, factor: float, share: float
) -> None:
    base = ba.read_parameters("cotra2020", [f"algorithms.compute_share={share!r}"])
    low, high = (
        ba.run(base.edited(f'interventions.a={{of="{of}", year={year!r}, times={each!r}}}'))
        for each in (times, times * factor)
    )
    for at in range(2025, 2101, 5):
        assert high.probability_by(at) <= low.probability_by(at) + 2e-4


def test_what_may_happen_mixes_both_worlds() -> None:
    base = ba.read_parameters("cotra2020", ["algorithms.compute_share=0.5"])
    plain, frozen, mixed = (
        ba.run(base.edited(*edits), precision=3e-4) if edits else ba.run(base, precision=3e-4)
        for edits in ([], [FREEZE % ""], [FREEZE % ", probability=0.3"])
    )
    for at in range(2025, 2101, 5):
        expected = 0.3 * frozen.probability_by(at) + 0.7 * plain.probability_by(at)
        assert mixed.probability_by(at) == pytest.approx(expected, abs=1e-3)


DRAWN = 'year={dist="normal", mean=2033, sd=2}'
CASES = [
    ("cotra2020", f'of="largest_run_flop", {DRAWN}, freeze=true', 0.6),
    ("cotra2020-uncertain", f'of="flop_per_usd", {DRAWN}, times=0.1', 0.0),
    ("cotra2020-uncertain", f'of="largest_run_flop", {DRAWN}, times=0.1, probability=0.5', 0.9),
    ("cotra2020-uncertain", 'of="largest_run_usd", year=2027, until_year=2040.5, at_most=1e9', 0.5),
    (
        "cotra2020-uncertain",
        'of="flop_per_usd", year={dist="exponential", low=2026, mean=15}, freeze=true',
        0.9,
    ),
    ("update-2026", 'of="largest_run_flop", year=2027, until_year=2033, freeze=true', 0.7),
    (
        "cotra2020-uncertain",
        f'of="largest_run_flop", {DRAWN}, years={{dist="lognormal", median=5, sd_oom=0.3}}, '
        "freeze=true, probability=0.7",
        0.5,
    ),
    ("update-2026", f'of="largest_run_usd", {DRAWN}, years={{ci90=[1, 9]}}, at_most=1e10', 0.5),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "what", "share"), CASES)
def test_integrating_agrees_with_counting(file: str, what: str, share: float) -> None:
    parameters = ba.read_parameters(
        file, [f"interventions.any={{{what}}}", f"algorithms.compute_share={share}"]
    )
    one = ba.run(parameters, seed=5)
    other = ba.run(parameters, seed=6, estimator="count", points=2**17, fewest=2**17)
    for year in one.years[one.years == np.round(one.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


@pytest.mark.slow
@pytest.mark.parametrize("file", ["cotra2020-uncertain", "update-2026"])
def test_answering_to_all_compute_agrees_with_counting(file: str) -> None:
    edits = [
        'algorithms.compute_share={dist="uniform", low=0.4, high=0.95}',
        'algorithms.answers_to="compute"',
    ]
    parameters = ba.read_parameters(file, edits)
    one = ba.run(parameters, seed=5)
    other = ba.run(parameters, seed=6, estimator="count", points=2**17, fewest=2**17)
    for year in one.years[one.years == np.round(one.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


# Bad input ----------------------------------------------------------------------------------

RUN = 'of = "largest_run_flop"\nyear = 2030\n'
MISTAKES = {
    "year = 2030\nfreeze = true\n": "mine.toml:2: interventions.any.of: missing; needed: "
    "flop_per_usd, largest_run_usd or largest_run_flop",
    'of = "algorithms"\nyear = 2030\nfreeze = true\n': 'interventions.any.of: found "algorithms"; '
    'allowed: "flop_per_usd", "largest_run_usd", "largest_run_flop"',
    'of = "flop_per_usd"\nfreeze = true\n': "interventions.any.year: missing; needed: a year or",
    RUN: "mine.toml:2: interventions.any: missing; needed: what is done, one of freeze, at_most, "
    "times",
    RUN + "freeze = true\ntimes = 0.5\n": "interventions.any.times: beside freeze; allowed: one",
    RUN + "freeze = false\n": "interventions.any.freeze: found false; allowed: true",
    RUN + "times_per_year = 2\n": "interventions.any.times_per_year: unknown key; allowed: ",
    RUN + "until_year = 2029\nfreeze = true\n": "interventions.any.until_year: found 2029, and "
    "year is 2030; allowed: years of which it is certain that they do not come before it",
    RUN + 'until_year = { dist = "normal", mean = 2035, sd = 1 }\nfreeze = true\n': "interventions"
    ".any.until_year: found 2029.0 to 2041.0, and year is 2030; allowed: years of which it is "
    "certain that they do not come before it, or years, how long it lasts",
    RUN + "until_year = 2035\nyears = 5\nfreeze = true\n": "mine.toml:6: interventions.any.years: "
    "beside until_year; allowed: one of them",
    RUN + "years = -1\nfreeze = true\n": "interventions.any.years: found -1; allowed: 0 to 1000",
    RUN + "years = { ci90 = [1, 4] }\nfreeze = true\n[interventions.b]\n"
    'of = "largest_run_flop"\nyear = 2033\nfreeze = true\n': "interventions.b.year: is frozen "
    "already by interventions.any; allowed: a year after that one has ended",
    RUN + "freeze = true\n[interventions.b]\n" + RUN + "freeze = true\n": "interventions.b.year: "
    "is frozen already by interventions.any",
    RUN + "freeze = true\n[interventions.b]\n"
    'of = "largest_run_flop"\nyear = { dist = "normal", mean = 2032, sd = 2 }\ntimes = 0.5\n': "any"
    ".year: may come before that of interventions.b",
    RUN + 'freeze = true\n[algorithms]\nanswers_to = "compute"\n': "algorithms.answers_to: no "
    "compute_share; needed",
    RUN + "freeze = true\n[algorithms]\ncompute_share = 0.5\n[spending]\noom_per_year = -0.2\n": "a"
    "lgorithms.compute_share: goes with compute that grows",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    Path("mine.toml").write_text(f'extends = "cotra2020"\n[interventions.any]\n{text}')
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("file", "edit", "told"),
    [
        ("cotra2020", "year=2150, freeze=true", "only after 2100, so it does nothing"),
        ("cotra2020", "year=2030, times=1", "times = 1 does nothing"),
        ("cotra2020", "year=2030, times=2", "for a price m times as high, flop_per_usd is 1/m"),
        ("update-2026", "year=2025, freeze=true", "begins before 2026.9, the last year of the"),
    ],
)
def test_warnings(file: str, edit: str, told: str) -> None:
    parameters = ba.read_parameters(file, [f'interventions.any={{of="flop_per_usd", {edit}}}'])
    assert any(told in warning for warning in parameters.warnings), parameters.warnings


@pytest.mark.parametrize(
    ("pause", "of", "told"),
    [
        ("year=2029, years=2", "flop_per_usd", True),
        ("year=2029, until_year=2031", "largest_run_usd", True),
        ("year=2029", "flop_per_usd", False),  # after which nothing reaches the run at all
        ("year=2029, years=2", "largest_run_flop", False),
        ("year=2032, years=2", "flop_per_usd", True),  # the price ends later
        ("year=2035, years=2", "flop_per_usd", False),
    ],
)
def test_that_a_frozen_run_meets_a_price_later_is_told(pause: str, of: str, told: bool) -> None:
    """A longer pause may then be earlier for a while, since the price comes later with it."""
    edits = [
        f'interventions.pause={{of="largest_run_flop", {pause}, freeze=true}}',
        f'interventions.tax={{of="{of}", year=2030, until_year=2034, times=0.1}}',
    ]
    warnings = ba.read_parameters("update-2026", edits).warnings
    assert any("time stands still for the frozen run" in each for each in warnings) is told


def test_a_share_that_does_nothing_is_warned_of() -> None:
    parameters = ba.read_parameters("cotra2020", ["algorithms.compute_share=0.5"])
    assert any("compute_share: nothing is done" in each for each in parameters.warnings)


def test_another_end_or_action_replaces_that_of_the_parent(desk: None) -> None:
    Path("parent.toml").write_text(
        'extends = "cotra2020"\n[interventions.any]\nof = "largest_run_flop"\nyear = 2030\n'
        'until_year = 2035\nfreeze = true\nsource = "me"\n'
    )
    Path("mine.toml").write_text(
        'extends = "parent.toml"\n[interventions.any]\nyears = 2\nat_most = 1e27\n'
    )
    for file in (
        ba.read_parameters("mine.toml"),
        ba.read_parameters("parent.toml", ["interventions.any={years=2, at_most=1e27}"]),
    ):
        each = (file.tables.interventions or {})["any"]
        assert (each.years, getattr(each, "at_most", None)) == (2, 1e27)
        assert each.until_year is each.freeze is None
        assert file.inputs["interventions.any.year"].median == 2030
    varied = ba.read_parameters("parent.toml").with_values({"interventions.any.years": 5})
    np.testing.assert_array_equal(
        ba.run(varied, precision=0.01).cdf, ba.run("parent.toml", precision=0.01).cdf
    )


@pytest.mark.slow
@pytest.mark.usefixtures("effects_found_roughly")
def test_everything_takes_it(cli, desk: None) -> None:
    Path("mine.toml").write_text(
        'extends = "cotra2020"\n'
        '[algorithms]\ncompute_share = { dist = "uniform", low = 0.4, high = 0.95 }\n'
        '[interventions.pause]\nof = "largest_run_flop"\n'
        'year = { dist = "uniform", low = 2027-01-01, high = "2029Q1" }\nfreeze = true\n'
        "years = { ci90 = [2, 12] }\n"
        'probability = 0.5\nsource = "me"\n'
    )
    assert "interventions.pause" in cli("show", "mine.toml")
    cli("run", "mine.toml", "--out", "o")
    cli("sweep", "mine.toml", "--vary", "interventions.pause.years=0:20:3")
    cli("solve", "mine.toml", "--vary", "interventions.pause.years=0:30", "--target", "p25=2045")
    said = cli("sensitivity", "mine.toml", "--view", "tornado", "--view", "regional")
    assert "interventions.pause" in said
    for key in ("year", "years", "happens"):
        assert input_group(f"interventions.pause.{key}") == "interventions.pause"
    assert "interventions.pause" in cli("compare", "cotra2020", "mine.toml", "--attribute")
    cli("report", "mine.toml", "--out", "r")
    cli("export", "mine.toml", "--format", "excel", "--out", "a.xlsx")
    assert "largest difference of the CDF 0" in cli("load", "o", "--repeat")


@pytest.mark.parametrize(
    ("edit", "sure"),
    [
        ("interventions.freeze-2027.until_year=2033", True),
        ("interventions.freeze-2027.probability=0.4", False),
        ('interventions.freeze-2027.until_year={ dist="uniform", low=2033, high=2040 }', False),
        ("interventions.freeze-2027.years=6", True),
        ("interventions.freeze-2027.years={ ci90 = [2, 9] }", False),
    ],
)
def test_bands_are_sure_where_years_are_known(edit: str, sure: bool) -> None:
    name = next(iter(ba.read_parameters("freeze-2027").tables.interventions or {}))
    file = ba.read_parameters("freeze-2027", [edit.replace("freeze-2027", name)])
    assert ba.with_and_without(file, precision=0.01).spans_are_sure is sure
