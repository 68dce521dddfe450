"""Trends that research drives, and spending from the growth of runs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from straight import arrival

import bioanchors as ba
from bioanchors.analysis.groups import input_group
from bioanchors.model.trends.research import cumulative


def test_effort_that_stops_growing() -> None:
    """S8.1 and S8.2 of the vectors: returns 2, effort 0.15 OOM a year from 2025."""
    stopped = (2030.0, 0.0, 0.0)
    assert 2 * (0.15 * 5 + cumulative(2030.0, 0.15, *stopped)) == pytest.approx(1.5, abs=1e-12)
    late = 2 * (0.15 * 10 + cumulative(2035.0, 0.15, *stopped))
    assert late == pytest.approx(2.371351, abs=1e-6)


def test_returns_from_what_a_doubling_brings() -> None:
    """S8.4: 4 times and 30 times a doubling of cumulative research."""
    for gain, returns in ((4, 2.0), (30, 4.90689)):
        assert math.log2(gain) == pytest.approx(returns, abs=1e-5)
        # A doubling of all research in a moment, by effort that is so much larger.
        moment = 2.0**-20
        jump = -math.log10(moment * 0.1 * math.log(10))
        doubled = cumulative(2030 + moment, 0.1, 2030.0, 0.1, jump)
        assert 10 ** (returns * float(doubled)) == pytest.approx(gain, rel=1e-5)


@settings(max_examples=20, deadline=None)
@given(
    st.floats(0.01, 0.4),
    st.lists(
        st.tuples(st.floats(0.5, 20), st.floats(-0.3, 0.4), st.floats(-1.5, 1.5)),
        min_size=1,
        max_size=3,
    ),
)
def test_cumulative_research_solves_its_equation(
    growth: float, steps: list[tuple[float, float, float]]
) -> None:
    year, changes = 2030.0, []
    for length, speed, jump in steps:
        changes += [year, speed, jump]
        year += length
    # Q' = E, E' = g ln(10) E, stretch by stretch.
    q, effort = 1.0, growth * math.log(10)
    for length, speed, jump in steps:
        effort *= 10**jump
        rate = speed * math.log(10)
        end = solve_ivp(
            lambda t, y, rate=rate: [y[1], rate * y[1]],
            (0, length),
            [q, effort],
            rtol=1e-10,
            atol=1e-12,
        ).y[:, -1]
        q, effort = float(end[0]), float(end[1])
    plain = growth * (year - 2030.0)
    assert float(cumulative(year, growth, *changes)) == pytest.approx(
        math.log10(q) - plain, abs=1e-7
    )


@pytest.mark.parametrize(
    ("file", "table"), [("cotra2020", "hypotheses.*.algorithms"), ("update-2026", "algorithms")]
)
def test_steady_research_is_a_plain_speed(file: str, table: str) -> None:
    base = ba.read_parameters(file)
    plain = base.edited(f"{table}.oom_per_year=0.3")
    driven = base.edited(f"{table}.returns_to_research=2", "research.algorithms.oom_per_year=0.15")
    one, other = (ba.run(each.with_evidence(None)) for each in (plain, driven))
    np.testing.assert_array_equal(one.cdf, other.cdf)


def test_hardware_by_research() -> None:
    steady = (
        "hardware={start_year=2025, flop_per_usd=1e18, returns_to_research=5, "
        "max_flop_per_usd=1e75}",
        "research.hardware={oom_per_year=0.04}",
    )
    assert arrival(30, "", *steady) == pytest.approx(2025 + 4 / 0.3, abs=1e-3)
    stopped = 'changes.stop={of="research", year=2030, oom_per_year=0}'
    found = arrival(30, "", *steady, stopped)
    years = np.linspace(2025, 2100, 750_001)
    curve = 26 + 0.3 * (years - 2025) + 5 * cumulative(years, 0.04, 2030.0, 0.0, 0.0)
    assert found == pytest.approx(years[np.argmax(curve >= 30)], abs=1e-3)


def test_effort_that_stops_in_the_report() -> None:
    """S8.5 of the vectors: 2058.65, with effort of each hypothesis that grows by half its speed.

    A file has one effort: with 0.05 OOM a year, about half of the slower ones, it is near that.
    """
    base = ba.read_parameters("cotra2020")
    rate = {each.name: base.inputs[each.speed].median for each in base.hypotheses}
    driven = [
        f"hypotheses.{n}.algorithms.returns_to_research={r / 0.05!r}" for n, r in rate.items()
    ]
    parameters = base.edited(
        *driven,
        "research.algorithms.oom_per_year=0.05",
        'changes.stop={of="research", year=2030, times_per_year=1}',
    )
    steady = ba.run(base).quantile(0.5)
    assert steady + 4 < ba.run(parameters).quantile(0.5) < 2060


@settings(max_examples=10, deadline=None)
@given(st.floats(2025, 2060), st.floats(-0.1, 0.3), st.floats(0, 0.2), st.floats(0.5, 3))
def test_more_research_never_comes_later(
    year: float, speed: float, more: float, returns: float
) -> None:
    base = ba.read_parameters("cotra2020").edited(
        f"hypotheses.*.algorithms.returns_to_research={returns!r}",
        "research.algorithms.oom_per_year=0.1",
    )
    less, most = (
        ba.run(base.edited(f'changes.a={{of="research", year={year!r}, oom_per_year={each!r}}}'))
        for each in (speed, speed + more)
    )
    for at in range(2025, 2101, 5):
        assert most.probability_by(at) >= less.probability_by(at) - 2e-4


@pytest.mark.slow
@pytest.mark.parametrize("file", ["cotra2020-uncertain", "update-2026"])
def test_integrating_agrees_with_counting(file: str) -> None:
    base = ba.read_parameters(file)
    if file == "cotra2020-uncertain":
        # With which a halving time could be as short as none.
        base = base.edited('drop=["algorithms.halving_shift_years"]')
    parameters = base.edited(
        ("" if file == "update-2026" else "hypotheses.*.")
        + "algorithms.returns_to_research={ci90=[1, 4]}",
        'research.algorithms={oom_per_year={ci90=[0.05, 0.2], dist="lognormal"}}',
        'changes.end={of="research", year={dist="normal", mean=2032, sd=2}, oom_per_year=0}',
        'changes.more={of="research", year=2045, times=3, probability=0.5}',
    )
    one = ba.run(parameters, seed=5)
    other = ba.run(parameters, seed=6, estimator="count", points=2**17, fewest=2**17)
    for year in one.years[one.years == np.round(one.years)]:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


# Spending from the growth of runs -----------------------------------------------------------


def test_spending_is_what_hardware_leaves_of_a_run() -> None:
    """S4.1: compute doubles in 10 months, hardware in 2.5 years, hence 1.7411 times a year."""
    rest = 0.240824
    base = ba.read_parameters("cotra2020")
    one, other = (
        ba.run(base.edited(f"spending.{edit}"))
        for edit in ("run_flop_doubling_months=10", f"oom_per_year={rest}")
    )
    np.testing.assert_allclose(one.cdf, other.cdf, atol=1e-5)


@pytest.mark.parametrize(
    ("halving", "doubling", "cap", "median"),
    [(16, 3.4, None, 2050.90), (9, 10, None, 2050.86), (16, 3.4, 6, 2043.37), (9, 10, 6, 2037.73)],
)
def test_trends_of_2018_and_2023(
    halving: float, doubling: float, cap: float | None, median: float
) -> None:
    """S4.3 of the vectors."""
    edits = [
        f"hypotheses.*.algorithms.halving_months={halving}",
        f"spending.run_flop_doubling_months={doubling}",
        *([] if cap is None else [f"hypotheses.*.algorithms.max_oom={cap}"]),
    ]
    forecast = ba.run(ba.read_parameters("cotra2020-report", edits))
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.05)


# Bad input ----------------------------------------------------------------------------------

DRIVEN = '[hypotheses."*"]\nalgorithms.returns_to_research = 2\n'
MISTAKES = {
    DRIVEN: "research.algorithms: missing; needed: the growth of its effort, by hypotheses.",
    DRIVEN + "[research.algorithms]\n": "research.algorithms: missing; needed: the growth of the "
    "yearly effort, a speed",
    DRIVEN + "[research.algorithms]\noom_per_year = 0\n": "research.algorithms.oom_per_year: "
    "effort may not grow; allowed: growth above 0",
    DRIVEN + "[research.algorithms]\noom_per_year = 0.1\n"
    "[research.spending]\noom_per_year = 0.1\n": 'research.spending: found "spending"; allowed: '
    "algorithms, hardware",
    "[hardware]\ndoubling_years = 2\nreturns_to_research = 5\n": "hardware.returns_to_research: a "
    "second speed, beside doubling_years; allowed: one of",
    "[hardware]\nreturns_to_research = 0\n": "hardware.returns_to_research: found 0; allowed: ",
    '[changes.stop]\nof = "research"\nyear = 2030\noom_per_year = 0\n': "changes.stop.of: found "
    "research, and nothing has returns_to_research",
    "[spending]\nrun_flop_doubling_months = 10\ntimes_per_year = 2\n": "spending.run_flop_doubling"
    "_months: a second speed, beside times_per_year",
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    Path("mine.toml").write_text(f'extends = "cotra2020"\n{text}')
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)


def test_research_that_drives_nothing_is_warned_of() -> None:
    parameters = ba.read_parameters("cotra2020", ["research.hardware={oom_per_year=0.04}"])
    assert any("[research.hardware]" in each for each in parameters.warnings)


def test_each_is_a_group() -> None:
    assert input_group("research.algorithms.speed") == "research.algorithms"
