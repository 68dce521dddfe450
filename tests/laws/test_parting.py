"""Points divided between a mixture's components: exact shares, and errors that are true."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from seeds import SEEDS, most_off

import bioanchors as ba
from bioanchors.sampling import Streams
from bioanchors.sampling.parting import divided

Array = NDArray[np.float64]

YEARS = (2033, 2036, 2040, 2050, 2070)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(0, 9),
    st.lists(st.floats(1e-4, 1 - 1e-4), min_size=1, max_size=4, unique=True).map(sorted),
    st.lists(st.floats(1e-4, 1 - 1e-4), max_size=2, unique=True).map(sorted),
    st.integers(0, 99),
)
def test_every_component_has_its_share_of_each_replicate(
    power: int, partings: list[float], others: list[float], seed: int
) -> None:
    size, replicates = 2**power, range(3)
    streams = Streams(["a", "b", "c"], seed)
    drawn = np.array(list(streams.all_uniforms(["a", "b", "c"], replicates, 0, size).values()))
    points, counts = divided(drawn.reshape(3, 3, size), {0: partings, 2: others})
    np.testing.assert_allclose(counts.sum(axis=-1), size, rtol=1e-12)
    ends = [0.0, *partings, 1.0]
    for low, high in itertools.pairwise(ends):
        inside = (points[0] >= low) & (points[0] < high)
        share = (counts * inside).sum(axis=-1) / size
        np.testing.assert_allclose(share, high - low, atol=1e-9)


@pytest.mark.parametrize("size", [1, 8])
def test_a_divided_point_has_the_mean_of_its_interval(size: int) -> None:
    """Over all places in their intervals, of two names at once, one of which is divided twice."""
    even = (np.arange(400) + 0.5) / 400
    places = [each.reshape(-1, 1) for each in np.meshgrid(even, even)]
    intervals = np.array([np.arange(size), np.arange(size)[::-1]])
    # Each replicate has one point in each interval.
    points = np.array([(own + place) / size for own, place in zip(intervals, places, strict=True)])
    parts, part = [0.04, 0.1, 0.61], 0.3
    (one, two), counts = divided(points, {0: parts, 1: [part]})
    values = np.digitize(one, parts) + 10 * (two < part) + one * two
    middle = (intervals + 0.5) / size
    exact = np.diff([0, *parts, 1]) @ np.arange(4) + 10 * part + np.mean(middle[0] * middle[1])
    assert np.mean((counts * values).sum(axis=-1)) / size == pytest.approx(exact, abs=2e-3)


def test_a_parting_is_where_the_values_jump() -> None:
    """Also of a doubling time, of which a higher uniform is a faster trend."""
    mixture = '{dist="mixture", weights=[0.2, 0.8], components=[1, {ci90=[10, 15]}]}'
    for key, edge in (("doubling_years", 0.8), ("oom_per_year", 0.2)):
        edits = [f"hardware.{key}={mixture}"]
        if key != "doubling_years":
            edits.insert(0, 'drop=["hardware.doubling_years"]')
        item = ba.read_parameters("cotra2020", edits).spec.inputs["hardware.speed"]
        assert item.partings == pytest.approx((edge,))
        below, above = item.values(np.array([edge - 1e-6, edge + 1e-6]))
        assert above - below > 0.1


def edited(event: str, probability: float) -> ba.Parameters:
    more = f", probability={probability!r}" if probability < 1 else ""
    return ba.read_parameters("cotra2020-uncertain", [event.replace("}", more + "}")])


@pytest.mark.slow
@pytest.mark.parametrize("probability", [0.001, 1 / 3, 0.3])
@pytest.mark.parametrize(
    "event",
    [
        'changes.a={of="algorithms", year=2032, times=1000}',
        'interventions.a={of="largest_run_flop", year=2028, freeze=true}',
    ],
)
def test_what_may_happen_has_errors_that_are_true(event: str, probability: float) -> None:
    """Both worlds, finely, are what is exact; an event that is rare may decide all the same."""
    certain = ba.run(edited(event, 1.0), precision=1e-4, seed=1)
    without = ba.run("cotra2020-uncertain", precision=1e-4, seed=1)
    exact = np.array(
        [
            probability * certain.probability_by(year)
            + (1 - probability) * without.probability_by(year)
            for year in YEARS
        ]
    )
    z = []
    for seed in range(SEEDS):
        mixed = ba.run(edited(event, probability), seed=100 + seed)
        assert mixed.sums.unseen == 0.0
        value = np.array([mixed.probability_by(year) for year in YEARS])
        stated = np.array([mixed.probability_standard_error(year) for year in YEARS])
        z.append((value - exact) / stated)
    assert np.all(np.abs(z) < 4)
    assert np.sqrt(np.mean(np.square(z), axis=0)).max() <= most_off(SEEDS)


def test_a_breakthrough_that_may_come_costs_no_points() -> None:
    event = 'changes.a={of="algorithms", year=2035, times=10}'
    plain = ba.run("cotra2020-uncertain")
    assert ba.run(edited(event, 0.3)).trend_points == plain.trend_points


def test_known_worlds_are_mixed_exactly() -> None:
    """Of known trends, whether something happens is all that is drawn: nothing is left to err."""
    base = ba.read_parameters("cotra2020")
    event = 'changes.a={of="algorithms", year=2035, times=10%s}'
    happens, may = (base.edited(event % more) for more in ("", f", probability={1 / 3!r}"))
    without, certain, mixed = (
        ba.run(each, points=2**14, fewest=2**14) for each in (base, happens, may)
    )
    for year in YEARS:
        exact = certain.probability_by(year) / 3 + without.probability_by(year) * 2 / 3
        assert mixed.probability_by(year) == pytest.approx(exact, abs=2e-5)
