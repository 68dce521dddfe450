"""Curves that are any function of the year: where they cross, and both estimators of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import bioanchors as ba
from bioanchors.model.arrival import first_crossing
from bioanchors.model.curves import Curve, Line, Value, logistic
from bioanchors.model.paths import Path
from bioanchors.model.spec import Spec
from bioanchors.model.trends import hardware

Array = NDArray[np.float64]
ORIGIN, LAST = 2024.0, 2100.0
UNEVENTFUL = hardware.of


def slowed(curve: Curve, since: Value, factor: float) -> Path:
    """The curve with time going slower from a year on."""

    def at(year: Array, curve: Curve, since: Value) -> Array:
        late = np.maximum(year - since, 0.0)
        return curve.at(year - late + factor * late)

    return Path.bent(curve, at, since, years=[since])


def jumped(curve: Curve, since: Value, oom: float, *, jumps: bool = False) -> Path:
    """The curve with so many OOM more from a year on; whether it is known to fall there alone."""

    def at(year: Array, curve: Curve, since: Value) -> Array:
        return np.asarray(curve.at(year) + np.where(year >= since, oom, 0.0))

    return Path.bent(curve, at, since, years=[since], jumps=jumps)


def wrapped(curve: Curve) -> Path:
    """The curve as any function of the year."""
    return Path.bent(curve, lambda year, curve: curve.at(year))


levels = st.floats(18, 30)
rates = st.floats(-0.3, 1.5)


@given(
    st.lists(
        st.tuples(levels, rates, st.floats(-2, 8), st.floats(-0.1, 0.1)), min_size=1, max_size=3
    ),
    st.floats(20, 90),
)
def test_a_line_crosses_where_the_same_path_does(
    trends: list[tuple[float, float, float, float]], need: float
) -> None:
    curve: Curve = logistic(0.0, 0.0, ORIGIN, 1.0, 0.0, ORIGIN, ORIGIN)
    for level, rate, room, ceiling_rate in trends:
        column = np.array([level, level + 1.0])
        curve = curve + logistic(column, rate, ORIGIN, level + room, ceiling_rate, ORIGIN, ORIGIN)
    needs = np.array([need, need + 0.5])
    exact = first_crossing(curve, needs, LAST)
    found = first_crossing(wrapped(curve), needs, LAST)
    # Where it only just reaches the need, a rounding decides whether it does.
    touching = np.abs(highest(curve) - needs) < 1e-6
    np.testing.assert_allclose(found[~touching], exact[~touching], atol=3e-4)


def highest(curve: Curve) -> Array:
    """The most that a curve of two draws reaches."""
    years = np.linspace(ORIGIN, LAST, 20_001)
    return np.array([curve.take(np.array([i])).at(years).max() for i in range(2)])


@given(st.floats(2024.5, 2060), st.floats(0.1, 2.0), st.floats(0.05, 0.9), st.floats(-3, 3))
def test_a_straight_line_that_bends_or_jumps_crosses_where_algebra_says(
    since: float, rate: float, factor: float, oom: float
) -> None:
    line = Line(0.0, np.full(4, rate), (), ORIGIN)
    drawn = since + np.array([0.0, 1.0, 2.5, 30.0])
    need = np.array([3.0, 11.0, 17.5, 20.0])
    plain = ORIGIN + need / rate
    slow = np.where(plain <= drawn, plain, drawn + (plain - drawn) / factor)
    np.testing.assert_allclose(
        first_crossing(slowed(line, drawn, factor), need, LAST),
        np.where(slow <= LAST, slow, np.inf),
        atol=3e-5,
    )
    later = ORIGIN + (need - oom) / rate
    leap = np.where(plain < drawn, plain, np.maximum(later, drawn))
    found = first_crossing(jumped(line, drawn, oom), need, LAST)
    np.testing.assert_allclose(found, np.where(leap <= LAST, leap, np.inf), atol=3e-5)


def test_what_arrives_by_a_jump_arrives_in_its_year_exactly() -> None:
    line = Line(0.0, np.full(3, 0.1), (), ORIGIN)
    for since in (2030.3, np.full(3, 2030.3)):
        path = jumped(line, since, 5.0).later(0.7)
        found = first_crossing(path, np.array([1.0, 3.0, 5.0]), LAST)
        np.testing.assert_array_equal(found, np.full(3, since) + 0.7)


@given(st.floats(2025, 2060), st.floats(-4, -0.1), st.floats(0, 5))
def test_what_was_enough_stays_enough_after_a_fall(since: float, oom: float, lag: float) -> None:
    line = Line(0.0, np.full((3, 1), 0.2), (), ORIGIN)
    years = np.arange(ORIGIN, LAST + 1)
    drawn = since + np.array([[0.0], [0.3], [7.7]])
    for falls in (drawn, since):
        for jumps in (False, True):
            path = jumped(line, falls, oom, jumps=jumps).later(lag)
            before = np.minimum(years, falls + lag)
            peak = 0.2 * (before - lag - ORIGIN)
            truth = np.maximum(np.where(years >= falls + lag, peak, -np.inf), path.at(years))
            np.testing.assert_allclose(path.highest_so_far(years), truth, atol=1e-8)


@given(
    st.lists(st.tuples(st.floats(2025, 2095), st.floats(-4, 4)), min_size=1, max_size=3),
    st.floats(-0.02, 0.2),
)
def test_what_falls_at_jumps_alone_is_searched_as_anything(
    events: list[tuple[float, float]], speed: float
) -> None:
    """Known and drawn jumps by turns, of a trend that may itself fall later on in some draws."""
    column = np.array([[0.0], [0.7], [5.3]])
    curve: Curve = logistic(
        18.0, 0.3 + column / 20, ORIGIN, 24.0, speed - column / 50, 2040, ORIGIN
    )
    plain = curve
    for i, (year, oom) in enumerate(events):
        since = year + column if i % 2 else year
        curve = jumped(curve, since, oom, jumps=True)
        plain = jumped(plain, since, oom)
    years = np.linspace(ORIGIN, LAST, 20)
    found = (curve + Line(0.0, 0.01, (), ORIGIN)).highest_so_far(years)
    expected = (plain + Line(0.0, 0.01, (), ORIGIN)).highest_so_far(years)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def happening(event: Callable[[Curve, Mapping[str, Value]], Curve]) -> Any:
    """FLOP per dollar to which something happens."""
    return lambda spec, draws: event(UNEVENTFUL(spec, draws), draws)


def drawn_year(draws: Mapping[str, Value]) -> Value:
    """A year about 2032, from a quantity that is drawn anyway and hardly matters."""
    return 2032.3 + 600.0 * (draws["economy.growth_per_year"] - 0.03)


EVENTS: dict[str, Callable[[Curve, Mapping[str, Value]], Curve]] = {
    "slower from a known year": lambda curve, draws: slowed(curve, 2031.37, 0.3),
    "slower from a drawn year": lambda curve, draws: slowed(curve, drawn_year(draws), 0.3),
    "up in a known year": lambda curve, draws: jumped(curve, 2031.37, 1.5),
    "up in a drawn year": lambda curve, draws: jumped(curve, drawn_year(draws), 1.5),
    "down in a known year": lambda curve, draws: jumped(curve, 2031.37, -1.5),
    "down in a drawn year": lambda curve, draws: jumped(curve, drawn_year(draws), -1.5),
}
DRAWN = "economy.growth_per_year={dist='normal',mean=0.03,sd=0.005}"
CASES = [
    *((event, "cotra2020-uncertain") for event in EVENTS),
    *((event, "update-2026") for event in EVENTS if "drawn" in event),
    *((event, "cotra2020") for event in EVENTS if "known" in event),
]


@pytest.mark.slow
@pytest.mark.parametrize(("event", "file"), CASES)
def test_integrating_agrees_with_counting_whatever_happens(
    event: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "of", happening(EVENTS[event]))
    parameters = ba.read_parameters(file, [] if file == "cotra2020" else [DRAWN])
    one = ba.run(parameters, seed=3)
    other = ba.run(parameters, seed=4, estimator="count", points=2**17, fewest=2**17)
    years = one.years[one.years == np.round(one.years)]
    miss = [abs(one.probability_by(year) - other.probability_by(year)) for year in years]
    allowed = [
        4.0 * math.hypot(*(each.probability_standard_error(year) for each in (one, other)))
        for year in years
    ]
    over = {y: (m, a) for y, m, a in zip(years, miss, allowed, strict=True) if m > a}
    assert not over, over


@settings(max_examples=20)
@given(st.floats(2025, 2090))
def test_a_path_with_nothing_happening_is_the_line(since: float) -> None:
    line = logistic(18.0, np.array([0.1, 0.4]), ORIGIN, 24.0, 0.0, ORIGIN, ORIGIN)
    needs = np.array([19.0, 22.0])
    same = first_crossing(slowed(line, since, 1.0), needs, LAST)
    np.testing.assert_allclose(same, first_crossing(line, needs, LAST), atol=1.5e-4)


def test_a_spec_is_all_that_a_trend_reads() -> None:
    assert isinstance(ba.read_parameters("cotra2020").spec, Spec)
