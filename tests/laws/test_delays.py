"""Delays whose probability hangs on the year in which a run could be bought."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import straight
from hypothesis import given, settings
from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.analysis.fixed import chosen_inputs
from bioanchors.analysis.groups import input_group
from bioanchors.model.delays import Delay
from bioanchors.parameters import parse_parameters

NEED = 30.5
BOUGHT = 2025 + (NEED - 26) / 0.3
"""2040: the year in which it can be bought, on straight lines."""

KNOWN = straight.KNOWN.format(need=repr(10.0**NEED)).replace(
    "report_years = [2050]\n", 'report_years = [2050]\nevent = "trained"\n'
)


def table(name: str, years: float, chances: dict[int, float]) -> str:
    inside = ", ".join(f"{year} = {p!r}" for year, p in chances.items())
    return f"[lag.delays.{name}]\nyears = {years!r}\nprobability_in = {{ {inside} }}\n"


def of(text: str) -> ba.Forecast:
    return ba.run(parse_parameters(KNOWN + text), precision=2e-4)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 10), st.floats(0.02, 1), st.floats(0, 1), st.booleans())
def test_who_waits_and_how_long_is_algebra(
    years: float, most: float, share: float, falls: bool
) -> None:
    ends = (most, most * share) if falls else (most * share, most)
    forecast = of(table("any", years, {2030: ends[0], 2050: ends[1]}))

    def chance(year: float) -> float:
        return float(np.interp(year, [2030, 2050], ends))

    assert forecast.probability_by(BOUGHT - 0.1) == 0
    for after in (0.1, 0.4, 1.0, 3.0, 8.0):
        year = BOUGHT + after
        if after >= years - 0.07:
            continue
        # What is no longer lacking is lacking to nobody; what is yet to come came too late.
        waits = chance(year) if falls else chance(BOUGHT)
        assert forecast.probability_by(year) == pytest.approx(1 - waits, abs=2e-3)
    assert forecast.probability_by(BOUGHT + years + 0.1) == pytest.approx(1, abs=1e-9)


def test_delays_at_once_count_together() -> None:
    forecast = of(table("a", 2.0, {2030: 1.0}) + table("b", 5.0, {2030: 0.4}))
    assert forecast.probability_by(BOUGHT + 1.9) == 0
    assert forecast.probability_by(BOUGHT + 2.1) == pytest.approx(0.6, abs=1e-3)
    assert forecast.probability_by(BOUGHT + 4.9) == pytest.approx(0.6, abs=1e-3)
    assert forecast.probability_by(BOUGHT + 5.1) == pytest.approx(1, abs=1e-9)


def test_delays_that_end_one_after_the_other_are_averaged_over_without_error() -> None:
    ends = {"a": (2.0, {2030: 0.9, 2050: 0.1}), "b": (2.0, {2035: 0.6, 2045: 0.0})}
    ends["c"] = (6.0, {2030: 0.7})
    forecast = of("".join(table(name, *each) for name, each in ends.items()))
    for after in (0.5, 1.5, 2.5, 5.5):
        year = BOUGHT + after
        holds = [
            float(np.interp(year, list(chances), list(chances.values()))) * (after < years)
            for years, chances in ends.values()
        ]
        done = math.prod(1 - chance for chance in holds)
        assert forecast.probability_by(year) == pytest.approx(done, abs=1e-9)
        assert forecast.probability_standard_error(year) == 0


@pytest.mark.parametrize("estimator", ["integrate", "count"])
def test_what_was_bought_need_not_be_bought_again(estimator: str) -> None:
    """A fall of what can be bought, after it was enough, puts off nobody who waits."""
    falls = f'[interventions.any]\nof = "largest_run_flop"\nyear = {BOUGHT + 1}\ntimes = 0.01\n'
    waits = table("any", 10.0, {2042: 1.0, 2043: 0.0})
    for more in ("", table("rises", 0.5, {2030: 0.0, 2050: 1.0})):
        parameters = parse_parameters(KNOWN + waits + more + falls)
        forecast = ba.run(parameters, estimator=estimator, precision=1e-3)
        assert forecast.probability_by(2041.9) == 0
        assert forecast.probability_by(2042.5) == pytest.approx(0.5, abs=5e-3)
        assert forecast.probability_by(2043.1) == 1


@given(
    st.lists(st.integers(2000, 2100), min_size=1, max_size=5, unique=True),
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    st.booleans(),
    st.floats(0.001, 0.999),
    st.floats(1990, 2110),
)
def test_a_turning_year_tells_who_waits(
    years: list[int], chances: list[float], falls: bool, u: float, year: float
) -> None:
    ordered = sorted(chances[: len(years)], reverse=falls)
    schedule = tuple(zip(map(float, sorted(years)), ordered, strict=True))
    delay = Delay("any", "y", "c", schedule)
    turning = float(np.asarray(delay.turning_year(u)))
    if abs(turning - year) < 1e-6:
        return
    waits = year < turning if delay.falls else year >= turning
    chance = float(np.interp(year, *zip(*schedule, strict=True)))
    if abs(u - chance) > 1e-9:
        assert waits == (u < chance)


UNCERTAIN = """\
extends = "{base}"
[forecast]
event = "deployed"
milestone = "m"
[milestones.m]
oom = {{ ci90 = [-2, 1] }}
[lag]
training_years = {{ ci90 = [0.2, 1] }}
[lag.delays.infrastructure]
years = {{ ci90 = [1, 5] }}
probability_in = {{ 2027 = 0.9, 2032 = 0.5, 2040 = 0.06 }}
[lag.delays.permits]
years = 3
probability_in = {{ 2030 = 0, 2045 = 0.7 }}
[evidence]
event = "{event}"
not_arrived_by = 2026.0
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "event", "milestone"),
    [
        ("cotra2020", "affordable", "m"),
        ("cotra2020-uncertain", "deployed", "m"),
        ("cotra2020-uncertain", "deployed", "base"),
    ],
)
def test_integrating_agrees_with_counting(
    base: str, event: str, milestone: str, desk: None
) -> None:
    text = UNCERTAIN.format(base=base, event=event).replace('"m"', f'"{milestone}"')
    Path("mine.toml").write_text(text)
    one = ba.run("mine.toml", seed=5)
    other = ba.run("mine.toml", seed=6, estimator="count", points=2**16, fewest=2**16)
    for year in one.whole_years:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


def test_longer_or_likelier_delays_never_come_earlier() -> None:
    base = ba.read_parameters("cotra2020-uncertain", ['forecast.event="trained"'])

    def made(years: float, chance: float) -> np.ndarray:
        table = f"{{years={years}, probability_in={{2030={chance}, 2050={chance / 2}}}}}"
        file = base.edited(f"lag.delays.any={table}")
        forecast = ba.run(file, points=2**10, fewest=2**10)
        return np.array([forecast.probability_by(y) for y in forecast.whole_years])

    for chance in (0.3, 0.9):
        steps = [made(years, chance) for years in (0.0, 1.0, 4.0, 12.0)]
        assert np.all(np.diff(steps, axis=0) <= 1e-4)
    steps = [made(3.0, chance) for chance in (0.1, 0.5, 1.0)]
    assert np.all(np.diff(steps, axis=0) <= 1e-4)


def test_more_flop_never_come_before_less() -> None:
    edits = ["milestones.a.oom=0.5", 'milestones.b={harder_than="a", oom=0.3}']
    parameters = parse_parameters(
        ba.read_parameters("cotra2020-uncertain", ['forecast.event="trained"', *edits]).text
        + table("falls", 6.0, {2026: 0.9, 2045: 0.0})
        + table("rises", 9.0, {2030: 0.0, 2060: 0.8})
    )
    arrival = ba.draw(parameters, points=2**10)["milestone_arrival_year"]
    years = [arrival.sel(milestone=name).values for name in ("base", "a", "b")]
    assert np.all(years[0] <= years[1] + 1e-4)
    assert np.all(years[1] <= years[2] + 1e-4)


def test_what_does_nothing_moves_no_bit() -> None:
    base = ba.read_parameters("cotra2020-uncertain", ['forecast.event="trained"'])
    never = base.edited("lag.delays.any={years=3, probability_in={2030=0, 2050=0}}")
    np.testing.assert_array_equal(ba.run(base).cdf, ba.run(never).cdf)
    assert "lag.delays.any: no run has to wait, so it does nothing" in never.warnings
    idle = ba.read_parameters("cotra2020", ["lag.delays.any={years=3, probability_in={2030=1}}"])
    np.testing.assert_array_equal(ba.run("cotra2020").cdf, ba.run(idle).cdf)
    assert "[lag.delays] any: the event affordable does not ask for it" in idle.warnings


MISTAKES = {
    "probability_in = { 2030 = 0.5 }\n": "lag.delays.a.years: missing; needed: a number or",
    "years = 2\n": "lag.delays.a.probability_in: missing; needed: probabilities by year",
    "years = -1\nprobability_in = { 2030 = 0.5 }\n": "lag.delays.a.years: found -1; allowed: "
    "0 to 100 years",
    "years = 2\nprobability_in = {}\n": "probability_in: found none; allowed: one or more years",
    "years = 2\nprobability_in = { 30 = 0.5 }\n": 'probability_in.30: found "30"; allowed: a '
    "year from 1900 to 3000, such as 2027",
    "years = 2\nprobability_in = { 2030 = 1.5 }\n": "probability_in.2030: found 1.5; allowed: "
    "at most 1",
    "years = 2\nprobability_in = { 2030 = 0.5, 2035 = 0.7, 2040 = 0.1 }\n": "probability_in: "
    "falls and rises; allowed: what only falls, or only rises, with the year",
    "years = 2\nprobability_in = { 2030 = 0.5 }\nmean = 2\n": "lag.delays.a.mean: unknown key; "
    "allowed: years, probability_in, source, note",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    head = 'extends = "cotra2020"\n[forecast]\nevent = "trained"\n[lag.delays.a]\n'
    Path("mine.toml").write_text(head + text)
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)
    assert len(caught.value.problems) == 1


@pytest.mark.slow
def test_everything_takes_it(cli, desk: None) -> None:
    Path("mine.toml").write_text(
        'extends = "cotra2020"\n[forecast]\nevent = "trained"\n'
        "[lag.delays.data]\nyears = { ci90 = [1, 5] }\n"
        'probability_in = { 2027 = 0.5, 2035 = 0.1 }\nsource = "me"\n'
    )
    Path("child.toml").write_text('extends = "mine.toml"\n[lag.delays.data]\nyears = 2\n')
    assert "lag.delays.data" in cli("show", "child.toml")
    cli("run", "mine.toml", "--precision", "0.5pp", "--out", "o")
    ba.solve("child.toml", "lag.delays.data.years", "p25=2041", precision=0.01)
    found = ba.tornado("mine.toml", "2050", inputs=["lag.delays.data.years"], precision=0.01)
    (swing,) = found.swings
    assert swing.at_low > swing.at_high
    assert "lag.delays.data.chance" not in chosen_inputs(ba.read_parameters("mine.toml"), None)
    assert input_group("lag.delays.data.chance") == "lag.delays.data"
    assert "lag.delays.data" in cli("compare", "mine.toml", "child.toml", "--precision", "1pp")
    cli("bounds", "mine.toml")
    cli("export", "mine.toml", "--format", "draws", "--out", "a.csv")
    assert "lag.delays.data.chance" in Path("a.csv").read_text().splitlines()[0]
    assert "largest difference of the CDF 0" in cli("load", "o", "--repeat")
