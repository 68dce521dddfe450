"""Observations that contradict what a file predicts, and may be explained in several ways."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

import bioanchors as ba
from bioanchors.engine.modes import REACHES, Array, Normals, modes
from bioanchors.engine.proposal import Proposal
from bioanchors.model.joint import Model
from bioanchors.sampling import Streams

FAR, ERROR = -3.6, 0.2


def lesser(scores: Array) -> Array:
    """Misses of an observation of the lesser of two inputs: one that is low explains it."""
    return np.asarray((np.minimum(scores[0], scores[1]) - FAR) / ERROR)[np.newaxis]


def found(size: int = 3) -> tuple[float, Normals]:
    draws = np.random.default_rng(1).standard_normal((size, 256))
    axes = np.concatenate([reach * np.eye(size) for reach in REACHES], axis=1)
    least, parts, shares = modes(lesser, np.concatenate([draws, axes], axis=1))
    return least, Normals(parts, shares)


def test_each_explanation_is_a_mode_of_its_own() -> None:
    least, normals = found()
    assert len(normals.parts) == 2
    np.testing.assert_allclose(normals.shares, 0.5, atol=1e-6)
    # z^2 + ((z - FAR) / ERROR)^2 is least, of a normal prior and observation, at:
    assert math.sqrt(least) == pytest.approx(-FAR / math.sqrt(1 + ERROR**2), rel=1e-3)
    expected = FAR / (1 + ERROR**2)
    for part in normals.parts:
        assert sorted(part.mean) == pytest.approx([expected, 0, 0], abs=1e-2)
    assert sorted(np.diag(normals.parts[0].root)) == pytest.approx(
        [ERROR / math.sqrt(1 + ERROR**2), 1, 1], rel=1e-2
    )


def test_its_density_is_one_and_its_draws_are_of_it() -> None:
    _, normals = found()
    dice = np.random.default_rng(2)
    wide = 3.0 * dice.standard_normal((3, 2**18))
    # Of a standard normal three times as wide, ratios of densities are known.
    log_prior = norm.logpdf(wide).sum(axis=0)
    weight = np.exp(normals.log_ratio(wide) + log_prior - norm.logpdf(wide, scale=3).sum(axis=0))
    assert weight.mean() == pytest.approx(1.0, abs=5 * weight.std() / 2**9)
    moved = normals.move(dice.standard_normal((3, 2**16)), dice.random(2**16))
    for power in (1, 2):
        by_density = (weight * wide**power).mean(axis=1)
        np.testing.assert_allclose((moved**power).mean(axis=1), by_density, atol=0.05 * 3**power)


def test_what_is_matched_to_draws_gives_their_mass() -> None:
    """The posterior's mass, by draws of a mixture that was matched to it, is the exact one."""
    _, normals = found()
    dice = np.random.default_rng(3)

    def drawn(of: Normals, number: int) -> tuple[Array, Array]:
        scores = of.move(dice.standard_normal((3, number)), dice.random(number))
        return scores, np.exp(-0.5 * (lesser(scores) ** 2).sum(axis=0) - of.log_ratio(scores))

    matched = normals.matched(*drawn(normals, 2**12))
    _, weight = drawn(matched, 2**16)
    z = np.linspace(-8, 8, 4001)
    likelihood = np.exp(-0.5 * ((z - FAR) / ERROR) ** 2)
    # The lesser of two has the density 2 phi(z) (1 - Phi(z)).
    exact = np.trapezoid(likelihood * 2 * norm.pdf(z) * norm.sf(z), z)
    assert weight.mean() == pytest.approx(exact, rel=0.02)
    assert weight.sum() ** 2 / (weight**2).sum() > 0.8 * weight.size


EDITS = [
    "spending.times_per_year=20",
    "evidence.observation=[{ quantity = 'largest_run_flop', year = 2026.67, value = 1e27, "
    "standard_error_oom = 0.18 }]",
]


def test_a_run_far_below_the_prediction_has_two_explanations() -> None:
    """Either little is spent at most, or FLOP per dollar have almost reached their ceiling."""
    file = ba.read_parameters("update-2026", EDITS)
    inputs = {name: file.spec.inputs[name] for name in file.spec.trends}
    streams = Streams(file.inputs, 1, correlations=file.correlations)
    proposal = Proposal.near(Model(file.spec), inputs, streams)
    assert proposal is not None
    assert 3 < proposal.conflict < 4
    assert proposal.rows[:-1] == proposal.names
    assert proposal.rows[-1] not in inputs
    low = {min(zip(part.mean, proposal.names, strict=True))[1] for part in proposal._normals.parts}
    assert low >= {"spending.max_share_of_gdp", "hardware.max_flop_per_usd"}
    # One mode alone left a seventh of the posterior to one prior draw in ten thousand.
    assert ba.run(file).trend_points <= 2**16


@pytest.mark.slow
def test_what_hangs_on_none_is_its_closed_form_all_the_same() -> None:
    """Sensitivity draws near one mode: one normal distribution over several would be none."""
    file = ba.read_parameters("update-2026", EDITS)
    made, found = ba.run(file), ba.sensitivity(file, 2036, max_draws=2**23)
    chance = made.probability_by(2036)
    released = 1.0 - float(np.interp(2036, made.years, made.none_probability))
    # Arrival by then asks that "none" has let go; given that it has, it matters little when.
    expected = (1.0 - released) / released * chance / (1.0 - chance)
    (first,) = (each.first for each in found.inputs.effects if each.name == "none")
    assert first.standard_error < 0.006
    assert first.value == pytest.approx(expected, abs=4 * first.standard_error)


@pytest.mark.slow
def test_they_weigh_what_counting_says() -> None:
    file = ba.read_parameters("update-2026", EDITS)
    one = ba.run(file, seed=3)
    other = ba.run(file, seed=4, estimator="count", points=2**22, fewest=2**22)
    for year in (2030, 2036, 2050, 2075):
        error = math.hypot(*(each.probability_standard_error(year) for each in (one, other)))
        assert abs(one.probability_by(year) - other.probability_by(year)) <= 4 * error


def test_of_runs_that_were_not_enough_the_largest_is_named() -> None:
    big = "evidence.insufficient_runs.big={flop=1e45, year=2026.5}"
    with pytest.raises(ba.BadParameters, match=r"--set evidence.insufficient_runs.big: leaves"):
        ba.run(ba.read_parameters("latest", [big]), points=2**14)


def test_evidence_of_what_is_known_changes_nothing_and_says_so() -> None:
    seen = "evidence.observation=[{quantity='largest_run_flop', year=2026.7, value=1e29, %s}]"
    made = ba.run(ba.read_parameters("cotra2020", [seen % "standard_error_oom=0.1"]))
    for text in (repr(made), made._repr_html_()):
        assert "the evidence changes nothing of this forecast" in text
        assert "standard errors above what the file predicts" in text


@pytest.mark.parametrize("named", [False, True])
def test_observations_that_contradict_one_another_are_told_as_that(named: bool) -> None:
    each = [
        f"{{ quantity = 'largest_run_flop', year = 2026.5, value = {value}, "
        "standard_error_oom = 0.1 }"
        for value in ("1e26", "1e28")
    ]
    listed = f"evidence.observation=[{', '.join(each)}]"
    by_name = f"evidence.observations={{ a = {each[0]}, b = {each[1]} }}"
    file = ba.read_parameters("update-2026", ["drop=['evidence']", by_name if named else listed])
    with pytest.raises(
        ba.BadParameters, match=r"contradict one another: together .* 14\.\d"
    ) as told:
        ba.run(file)
    assert "wider distributions" not in str(told.value)
