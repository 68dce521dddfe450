"""The CDF of an arrival year: what it says, and that a forecast says the same."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtr

import bioanchors as ba
from bioanchors.results.arrival import ArrivalCdf, EstimatedCdf, probability_at, quantile_years
from bioanchors.results.estimates import student_t

JUST_BEFORE = float(np.nextafter(2030.0, 0.0))
STEP = ArrivalCdf(np.array([2020.0, JUST_BEFORE, 2030.0, 2040.0]), np.array([0.1, 0.2, 0.6, 0.9]))
"""Straight from 0.1 to 0.2, at once to 0.6, straight to 0.9."""


@pytest.fixture(scope="module")
def best_guess() -> ba.Forecast:
    return ba.run("cotra2020", points=2**10, replicates=4)


@pytest.mark.parametrize(
    ("year", "probability"),
    [(2020, 0.1), (2025, 0.15), (JUST_BEFORE, 0.2), (2030, 0.6), (2035, 0.75), (2040, 0.9)],
)
def test_a_probability_is_straight_between_years(year: float, probability: float) -> None:
    assert STEP.probability_by(year) == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize(
    ("probability", "year"),
    [(0.1, -math.inf), (0.15, 2025), (0.4, 2030), (0.6, 2030), (0.75, 2035), (0.95, math.inf)],
)
def test_a_quantile_is_the_first_year_that_reaches_it(probability: float, year: float) -> None:
    assert STEP.quantile(probability) == pytest.approx(year)


def test_what_is_refuted_has_no_quantile() -> None:
    nothing = ArrivalCdf(STEP.years, np.full(4, np.nan))
    assert math.isnan(nothing.quantile(0.5))
    assert math.isnan(nothing.probability_by(2030))
    estimated = EstimatedCdf(
        STEP.years, nothing.cdf, np.tile(nothing.cdf, (8, 1)), np.zeros(4), 0.0
    )
    assert math.isnan(estimated.quantile_standard_error(0.5))


@given(
    st.lists(st.floats(2000, 2100), min_size=1, max_size=5),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_many_cdfs_at_many_years_are_each_at_each(years: list[float], steps: list[float]) -> None:
    at = np.array([2020.0, 2030.0, 2050.0, 2080.0])
    cdfs = np.maximum.accumulate([steps, steps[::-1]], axis=1)
    found = probability_at(np.array(years), at, cdfs)
    assert found == pytest.approx(np.array([np.interp(years, at, cdf) for cdf in cdfs]), abs=1e-15)
    alone = [ArrivalCdf(at, cdf).quantile(0.5) for cdf in cdfs]
    np.testing.assert_array_equal(quantile_years(0.5, at, cdfs), alone)


def test_replicates_that_agree_leave_what_they_cannot_see() -> None:
    years = np.arange(2020.0, 2041.0)
    cdf = np.linspace(0.0, 1.0, 21)
    same = np.tile(cdf, (4, 1))
    sure = EstimatedCdf(years, cdf, same, np.zeros(21), 0.0)
    assert sure.largest_error == sure.quantile_standard_error(0.5) == 0
    assert sure.quantile_interval(0.5) == pytest.approx((2030.0, 2030.0))
    bounded = EstimatedCdf(years, cdf, same, np.full(21, 0.01), 0.0)
    assert bounded.probability_standard_error(2030.5) == pytest.approx(0.01)
    # A slope of 0.05 a year.
    assert bounded.quantile_standard_error(0.5) == pytest.approx(0.2)


@pytest.mark.parametrize("p", [0.18, 0.199, 0.21, 0.4, 0.59, 0.599, 0.61])
def test_an_error_near_a_step_reaches_as_far_as_the_interval(p: float) -> None:
    """Within a step all replicates agree on the year, though the step may end below."""
    off = 0.02 * np.array([1, -1, 1, -1, 1, -1, 1, -1])
    without_one = STEP.cdf - off[:, np.newaxis] / 7
    found = EstimatedCdf(STEP.years, STEP.cdf, without_one, np.zeros(4), 0.0)
    year, error = found.quantile(p), found.quantile_standard_error(p)
    low, high = found.quantile_interval(p)
    far = max(high - year, year - low)
    assert error == pytest.approx(0, abs=1e-9) if p == 0.4 else error > 0.1
    assert far <= 1.5 * student_t(8) * error + 1e-6
    # An interval twice as wide has its say, too.
    twice = 2 * stdtr(7, 2 * student_t(8)) - 1
    wide = max(abs(end - year) for end in found.quantile_interval(p, twice)) / 2
    assert student_t(8) * error <= 1.5 * max(far, wide) + 1e-6


def test_a_hypothesis_given_answers_as_the_forecast_does(best_guess: ba.Forecast) -> None:
    for name in (None, *best_guess.hypotheses):
        cdf = best_guess.given(name)
        np.testing.assert_array_equal(cdf.cdf, best_guess.cdf_of(name))
        assert cdf.quantile(0.3) == best_guess.quantile(0.3, name)
        assert cdf.probability_interval(2050) == best_guess.probability_interval(
            2050, hypothesis=name
        )


def test_a_table_read_back_answers_as_its_forecast_does(
    tmp_path: Path, best_guess: ba.Forecast
) -> None:
    best_guess.to_csv(tmp_path / "a.csv")
    table = ba.load(tmp_path / "a.csv")
    assert table.probability_by(2050) == best_guess.probability_by(2050)


def test_what_is_pickled_of_a_forecast_is_what_it_was_made_of() -> None:
    forecast = ba.run("cotra2020", points=2**10, replicates=4)
    before = len(pickle.dumps(forecast))
    error = forecast.largest_error, forecast.quantile_standard_error(0.5, "genome")
    assert len(forecast.dataset) > 0
    again = pickle.loads(pickle.dumps(forecast))
    assert len(pickle.dumps(forecast)) < 1.2 * before
    assert (again.largest_error, again.quantile_standard_error(0.5, "genome")) == error
