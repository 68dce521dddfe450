"""What strata of single inputs hide is what varies within them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from seeds import ALL, SEEDS, most_off
from untuned import FILE

import bioanchors as ba
from bioanchors.engine.drawing import TrendDraws
from bioanchors.engine.strata import Stratum, at_places, variance_within
from bioanchors.model.joint import Model
from bioanchors.parameters import parse_parameters
from bioanchors.results import dataset as labels
from bioanchors.sampling import Streams

POINTS = st.integers(0, 14).map(lambda power: 2**power)
LOGNORMAL = '{ dist = "lognormal", median = 0.1266, sd_oom = 0.195 }'


def known(speed: str) -> ba.Parameters:
    text = FILE.format(
        title="One trend",
        last=2045,
        cap="1e40",
        speed=speed,
        spending=1.1,
        start=2020,
        algorithms=0.1,
        max_oom=5,
        flop="3.4e29",
        sd=1.2,
    )
    return parse_parameters(text, "one")


@given(POINTS, st.floats(1e-6, 1 - 1e-6))
def test_places_stand_for_a_whole_stratum(points: int, parting: float) -> None:
    strata = [*Stratum.ends(0, points), *Stratum.around(0, points, parting)]
    for stratum in strata:
        places, weights = np.array(stratum.places), np.array(stratum.weights)
        assert weights.sum() == pytest.approx(1.0)
        # All lie in one stratum, and their mean is its middle.
        middle = (np.floor(points * places[0]) + 0.5) / points
        assert np.all(np.floor(points * places) == np.floor(points * places[0]))
        assert weights @ places == pytest.approx(middle)
    for stratum in strata[2:]:
        first, last = stratum.places
        assert first < parting < last


@given(POINTS, st.floats(0, 1) | st.floats(0, 1e-300) | st.just(1 - 2.0**-53))
def test_places_are_probabilities(points: int, parting: float) -> None:
    for stratum in Stratum.around(0, points, parting):
        assert np.isfinite(at_places([stratum], np.zeros((1, 1)))).all()


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**32))
def test_one_input_moves_at_a_time(names: int, draws: int, seed: int) -> None:
    base = np.random.default_rng(seed).standard_normal((names, draws))
    strata = [stratum for row in range(names) for stratum in Stratum.ends(row, 8)]
    scores = at_places(strata, base).reshape(names, -1, draws)
    place = 0
    for stratum in strata:
        for uniform in stratum.places:
            others = np.arange(names) != stratum.row
            assert np.array_equal(scores[others, place], base[others])
            assert ndtr(scores[stratum.row, place]) == pytest.approx(uniform)
            place += 1
    assert place == scores.shape[1]


@given(POINTS, st.floats(0.01, 0.99))
def test_a_step_has_the_variance_of_a_count(points: int, parting: float) -> None:
    strata = Stratum.around(0, points, parting)
    if strata:
        scores = at_places(strata, np.zeros((1, 3)))
        beyond = (ndtr(scores[0]) > parting).astype(float)[:, np.newaxis]
        share = (points * parting) % 1.0
        assert variance_within(strata, beyond)[0] == pytest.approx(share * (1 - share), abs=1e-9)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_what_does_not_vary_within_has_no_error(level: float, other: float) -> None:
    strata = Stratum.ends(0, 64)
    scores = at_places(strata, np.array([[0.0, 1.0]]))
    # Another value at either end, and for either of the other inputs' draws.
    values = level * (scores[0] > 0) + np.tile([0.0, other], scores.shape[1] // 2)
    assert variance_within(strata, values[:, np.newaxis])[0] == pytest.approx(0.0, abs=1e-12)


def test_a_tail_s_error_is_what_seeds_show() -> None:
    """At years that hang on the fastest of the draws, against the spread over many seeds."""
    parameters = known(LOGNORMAL)
    runs = [ba.run(parameters, seed=seed, points=2**12, precision=0.01) for seed in range(200)]
    years = runs[0].years
    first = np.flatnonzero(years == np.floor(years))
    true = np.std([run.cdf[first] for run in runs], axis=0)
    each = [np.broadcast_to(run.sums.within, (1, years.size))[0, first] for run in runs]
    within = np.mean(each, axis=0)
    early = slice(1, 10)
    # The rest is the next strata's.
    assert np.all(within[early] < 1.1 * true[early])
    assert np.all(within[early] > 0.55 * true[early])


YEARS = (2033, 2036, 2040, 2050, 2070)


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


def edited(preset: str, event: str, probability: float) -> ba.Parameters:
    return ba.read_parameters(preset, [event.replace("}", f", probability={probability!r}}}")])


@cache
def finely(preset: str, *edits: str) -> ba.Forecast:
    precision = 1e-4 if SEEDS == ALL else 2e-4
    return ba.run(ba.read_parameters(preset, edits), precision=precision, seed=1)


MAY_HAPPEN = [
    (preset, probability, event)
    for preset in ("cotra2020-uncertain", "update-2026")
    for probability in (0.3, 1 / 3, 0.001)
    for event in (
        'changes.a={of="algorithms", year=2032, times=1000}',
        'interventions.a={of="largest_run_flop", year=2028, freeze=true}',
    )
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "probability", "event"), MAY_HAPPEN[: None if SEEDS == ALL else 8]
)
def test_what_may_happen_has_errors_that_are_true(
    preset: str, probability: float, event: str
) -> None:
    """Both worlds, finely, are what is exact; an event that is rare may decide all the same.

    What is to come later than the evidence is as probable as before it.
    """
    certain, without = finely(preset, event), finely(preset)
    exact = np.array(
        [
            probability * certain.probability_by(year)
            + (1 - probability) * without.probability_by(year)
            for year in YEARS
        ]
    )
    z = []
    for seed in range(SEEDS):
        mixed = ba.run(edited(preset, event, probability), seed=100 + seed)
        assert mixed.sums.unseen == 0.0
        value = np.array([mixed.probability_by(year) for year in YEARS])
        stated = np.array([mixed.probability_standard_error(year) for year in YEARS])
        z.append((value - exact) / stated)
    assert np.all(np.abs(z) < 4)
    assert np.sqrt(np.mean(np.square(z), axis=0)).max() <= most_off(SEEDS)


@pytest.mark.parametrize("preset", ["cotra2020-uncertain", "update-2026"])
def test_a_breakthrough_that_may_come_costs_no_points(preset: str) -> None:
    event = 'changes.a={of="algorithms", year=2035, times=10}'
    assert ba.run(edited(preset, event, 0.3)).trend_points == ba.run(preset).trend_points


def test_where_a_proposal_moves_what_parts() -> None:
    """A mixture of which something is measured: draws of the proposal part where it says."""
    mixture = '{dist="mixture", weights=[0.3, 0.7], components=[1.5, {ci90=[3, 5]}]}'
    parameters = ba.read_parameters("update-2026", [f"hardware.doubling_years={mixture}"])
    spec = parameters.spec
    draws = TrendDraws(
        Model(spec), {name: spec.inputs[name] for name in spec.trends}, Streams.of(spec, 1), 8
    )
    (parting,) = spec.inputs["hardware.speed"].partings
    proposal = draws.proposal
    assert proposal is not None
    row = proposal.names.index("hardware.speed")
    (uniform,) = proposal.unmoved(row, parting)
    scores = np.zeros((len(proposal.names), 2))
    scores[row] = ndtri([uniform - 1e-9, uniform + 1e-9])
    below, above = ndtr(proposal.move(scores)[row])
    assert below < parting < above
    prior, moved = draws.within_strata(128)
    assert len(prior[1]) == len(moved[1]) == 2 * len(proposal.names) + 1


def test_a_forecast_has_its_own_and_its_prior_s(tmp_path: Path) -> None:
    forecast = ba.run("update-2026", points=2**12, precision=0.01)
    assert forecast.sums.within.shape == (2, forecast.years.size)
    assert forecast.prior.sums.within.shape == (1, forecast.years.size)
    shared = forecast.prior.sums.shared_error_at(forecast.years)
    assert np.allclose(shared, np.hypot(forecast.sums.between, forecast.sums.within[0]))
    path = tmp_path / "f.nc"
    forecast.to_netcdf(path)
    again = ba.load(path)
    assert isinstance(again, ba.Forecast)
    assert np.array_equal(again.sums.within, forecast.sums.within)
    assert np.array_equal(again.prior.cdf_standard_error, forecast.prior.cdf_standard_error)


@pytest.mark.parametrize("preset", ["update-2026", "cotra2020-uncertain"])
def test_files_of_before_are_read(preset: str) -> None:
    forecast = ba.run(preset, points=2**12, precision=0.01)
    dataset = labels.label(forecast)
    names = [name for name in dataset.variables if "within_strata" in str(name)]
    assert names
    old = dataset.drop_vars(names)
    sums, _ = labels.unlabel(_sealed(old), forecast.parameters)
    assert np.all(np.asarray(sums.within) == 0.0)
    if len(names) == 2:
        with pytest.raises(ValueError, match="lacks one of within_strata_error"):
            labels.unlabel(_sealed(dataset.drop_vars(names[:1])), forecast.parameters)


def _sealed(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.assign_attrs({labels.DIGEST: labels.dataset_digest(dataset)})
