"""Files that mix three mechanisms: two estimators agree, and curves rise where they say so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from seeds import SEEDS, cases

import bioanchors as ba
from bioanchors.model.joint import Model
from tests.helpers.mixing import parameters_of

NEVER = 1e-12  # a precision that is not reached: the cap on points decides
COUNTED = 2**17 if SEEDS < 200 else 2**20


@pytest.mark.slow
@pytest.mark.parametrize("number", cases(48))
def test_integrating_and_counting_agree_within_their_errors(number: int) -> None:
    parameters = parameters_of(number)
    integrated = ba.run(parameters, seed=number, precision=5e-4)
    counted = ba.run(
        parameters,
        seed=1000 + number,
        estimator="count",
        points=COUNTED,
        fewest=COUNTED,
        precision=NEVER,
        replicates=16,
    )
    for year in counted.whole_years:
        off = integrated.probability_by(year) - counted.probability_by(year)
        errors = [each.probability_standard_error(year) for each in (integrated, counted)]
        # A few hits more or less are seen by few replicates, or by none.
        assert abs(off) <= 4 * math.hypot(*errors, 6 / COUNTED), f"by {year:g}: {off:.5f}, {errors}"


@pytest.mark.parametrize("number", range(24))
def test_what_is_said_to_rise_falls_nowhere(number: int) -> None:
    spec = parameters_of(number).spec
    u = np.random.default_rng(number).random((64, len(spec.inputs)))
    inputs = {
        name: item.values(u[:, i, np.newaxis]) if item.is_random else item.point
        for i, (name, item) in enumerate(spec.inputs.items())
    }
    years = np.linspace(spec.first_year, spec.last_year, 601)
    trends = Model(spec).trends(inputs)
    for hypothesis in spec.hypotheses:
        curve = trends.enough(hypothesis)
        values = np.broadcast_to(curve.at(years), (64, years.size))
        rises = np.broadcast_to(curve.rises_until(years[-1]), (64, 1))[:, 0]
        assert np.all(np.diff(values[rises], axis=1) > -1e-9)
        highest = np.broadcast_to(curve.highest_so_far(years), values.shape)
        np.testing.assert_array_equal(highest[rises], values[rises])
