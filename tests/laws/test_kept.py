"""Requirement tables that are kept: a run's numbers do not hang on what was run before it."""

from __future__ import annotations

import contextlib
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.engine.kept import Kept
from bioanchors.engine.requirements import KEPT
from bioanchors.engine.sums import Sums
from bioanchors.parameters import BadParameters

PRESETS = ("cotra2020", "cotra2020-uncertain", "latest")
EDITS = (
    "brain.flop_per_s=1e15",
    "brain.flop_per_s={ci90 = [1e13, 1e17]}",
    'network.oom_vs_brain={dist = "normal", mean = 1, sd = 0.5}',
    'scaling.exponent={dist = "normal", mean = 0.8, sd = 0.05}',
    "hypotheses.medium_horizon.effective_horizon_s={ci90 = [1e3, 1e6]}",
    "hypotheses.lifetime.oom_vs_lifetime=2",
    "hypotheses.long_horizon.weight=0.9",
    "low_end_update.ruled_out_below_flop=1e25",
    "low_end_update.full_weight_above_flop=1e29",
    "hardware.doubling_years=2.2",
    "hardware.doubling_years={ci90 = [2, 3]}",
    "spending.max_share_of_gdp=0.02",
    'correlations=[{parameters = ["brain.flop_per_s", "spending.largest_run_usd"], '
    "rank_correlation = 0.5}]",
    'correlations=[{parameters = ["scaling.exponent", "network.oom_vs_brain"], '
    "rank_correlation = -0.7}]",
    'correlations=[{parameters = ["scaling.exponent", "network.oom_vs_brain"], '
    "rank_correlation = -0.2}]",
)
OPTIONS = st.fixed_dictionaries(
    {
        "seed": st.sampled_from([1, 2]),
        "replicates": st.sampled_from([2, 4]),
        "sampler": st.sampled_from(["sobol", "random"]),
        "points": st.sampled_from([2**11, 2**12, 2**13]),
        "fewest": st.sampled_from([0, 2**13]),
        "trend_points": st.just(2**7),
    }
)


QUESTIONS = st.tuples(
    st.sampled_from(PRESETS),
    st.lists(st.sampled_from(EDITS), max_size=2, unique_by=lambda edit: edit.split("=")[0]),
    OPTIONS,
)


def edited(preset: str, edits: list[str]) -> ba.Parameters:
    """A preset with those of the edits that it allows."""
    file = ba.read_parameters(preset)
    for edit in edits:
        with contextlib.suppress(BadParameters):
            file = file.edited(edit)
    return file


def sums_of(file: ba.Parameters, options: dict[str, object]) -> Sums | str:
    try:
        return ba.run(file, precision=1e-2, **options).sums  # type: ignore[arg-type]
    except BadParameters as error:
        return str(error)


def assert_same(one: Sums | str, other: Sums | str) -> None:
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    for item in fields(Sums):
        np.testing.assert_equal(getattr(one, item.name), getattr(other, item.name), item.name)


@pytest.mark.slow
@given(st.lists(QUESTIONS, min_size=2, max_size=3))
@settings(max_examples=8, deadline=None)
def test_numbers_are_the_same_whatever_was_run_before(asked):
    files = [(edited(preset, edits), options) for preset, edits, options in asked]
    warm = [sums_of(*each) for each in files]
    for each, found in zip(files, warm, strict=True):
        KEPT.forget()
        assert_same(found, sums_of(*each))


@pytest.mark.parametrize("edit", EDITS)
def test_tables_are_made_again_where_an_edit_reaches_them_and_not_elsewhere(edit):
    options = {"points": 2**12, "replicates": 2, "trend_points": 2**7}
    file = ba.read_parameters("cotra2020-uncertain", ["drop=['correlations']"])
    KEPT.forget()
    sums_of(file, options)
    made = KEPT.made
    found = sums_of(file.edited(edit), options)
    reached = not edit.startswith(("hardware", "spending", "hypotheses.long_horizon.weight"))
    assert KEPT.made - made == reached
    KEPT.forget()
    assert_same(found, sums_of(file.edited(edit), options))


def test_what_is_kept_is_bounded_and_what_was_asked_for_last_stays():
    kept: Kept[bytes] = Kept(10, len)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: b"1234")
    assert (kept.made, kept.bytes) == (3, 8)
    kept.get("a", lambda: b"1234")
    assert kept.made == 3
    kept.get("b", lambda: b"1234")
    assert kept.made == 4
    kept.get("large", lambda: b"12345678901")
    kept.get("large", lambda: b"12345678901")
    assert (kept.made, kept.bytes) == (6, 8)


def test_tables_kept_take_what_they_may_at_most():
    KEPT.forget()
    for exponent in np.linspace(14, 16, 24):
        file = ba.read_parameters("cotra2020", [f"brain.flop_per_s={10**exponent}"])
        ba.run(file, points=2**12)
    assert 0 < KEPT.bytes <= 2**25
