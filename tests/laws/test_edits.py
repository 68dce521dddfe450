"""A file made from another by values is what the same edits as text, and all checks, make of it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.parameters.edits.fixing import with_fixed
from bioanchors.parameters.edits.swapping import leaves
from bioanchors.parameters.reading.toml_text import toml_value

PRESETS = ("cotra2020", "cotra2020-uncertain", "update-2026", "shah2020")
VALUES = st.one_of(
    st.sampled_from([0, 1, 1.0, 2, True, -1, 2030, 10**400, 1e300, 1e13, "deployed", "x", []]),
    st.floats(1e-3, 1e3),
    st.floats(1, 9).map(lambda low: {"ci90": [low, 3 * low]}),
    st.floats(1, 9).map(lambda x: {"value": x, "source": "a test", "note": "of edits"}),
)


def by_text(preset: str, values: dict[str, Any]) -> ba.Parameters:
    """Each value as text, read with the file and checked as if nothing of it were known."""
    return ba.read_parameters(preset).varied(*texts(values))


def texts(values: dict[str, Any]) -> list[str]:
    return [f"{path}={toml_value(value)}" for path, value in values.items()]


def made(make: Callable[[], ba.Parameters]) -> ba.Parameters | str:
    """What is made, or what is wrong with it."""
    try:
        return make()
    except ba.BadParameters as error:
        return str(error)


def assert_same(one: ba.Parameters, other: ba.Parameters) -> None:
    assert one.tables == other.tables
    assert one.annotated_text() == other.annotated_text()
    assert one.hash == other.hash
    assert one.warnings == other.warnings
    assert one.oddities == other.oddities
    assert list(one.inputs) == list(other.inputs)
    for name, item in one.inputs.items():
        assert item.path == other.inputs[name].path
        u = np.array([0.01, 0.4, 0.9])
        np.testing.assert_array_equal(item.values(u), other.inputs[name].values(u))
    for name in (
        "hypotheses",
        "release",
        "observations",
        "runs",
        "changes",
        "interventions",
        "lags",
    ):
        assert getattr(one.spec, name) == getattr(other.spec, name)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PRESETS), st.data())
def test_values_give_what_text_gives(preset: str, data: st.DataObject) -> None:
    parameters = ba.read_parameters(preset)
    paths = [
        ".".join(map(str, path))
        for path, _ in leaves(parameters.resolved)
        if path[0] not in ("format", "title", "published", "source", "note")
    ]
    values = data.draw(st.dictionaries(st.sampled_from(paths), VALUES, min_size=1, max_size=3))
    expected = made(lambda: by_text(preset, values))
    if isinstance(expected, str):
        assert made(lambda: parameters.with_values(values)) == expected
        return
    edited = parameters.with_values(values)
    assert_same(edited, expected)
    # A second edit starts from what the first has left.
    again = {"hardware.start_year": 2025.25, "forecast.last_year": 2090}
    assert_same(edited.with_values(again), by_text(preset, values | again))
    assert_same(parameters, ba.read_parameters(preset))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PRESETS), st.data())
def test_weights_give_what_text_gives(preset: str, data: st.DataObject) -> None:
    parameters = ba.read_parameters(preset)
    weights = data.draw(
        st.dictionaries(st.sampled_from(list(parameters.weights)), st.floats(0, 1e13), min_size=1)
    )
    if not any(weights.values()):
        weights[next(iter(weights))] = 1.0
    if data.draw(st.booleans()):
        weights["none"] = data.draw(st.floats(0, 1))
    written = {
        f"hypotheses.{name}.weight": float(weights.get(name, 0.0)) for name in parameters.weights
    }
    if "none" in weights:
        written["none"] = weights["none"]
    expected = made(lambda: ba.read_parameters(preset, texts(written)))
    if isinstance(expected, str):
        assert made(lambda: parameters.with_weights(weights)) == expected
        return
    assert_same(parameters.with_weights(weights), expected)
    assert_same(pickle.loads(pickle.dumps(parameters.with_weights(weights))), expected)
    assert_same(parameters, ba.read_parameters(preset))


def test_what_an_edit_does_not_reach_is_shared() -> None:
    parameters = ba.read_parameters("update-2026")
    edited = parameters.with_values({"hardware.doubling_years": 3.0})
    assert edited.tables.hypotheses is parameters.tables.hypotheses
    assert edited.tables.spending is parameters.tables.spending
    assert edited.inputs["brain.flop_per_s"] is parameters.inputs["brain.flop_per_s"]
    assert edited.inputs["hardware.speed"] is not parameters.inputs["hardware.speed"]


def test_fixing_an_input_takes_it_out_of_its_correlations() -> None:
    group = (
        'correlations=[{parameters=["hardware.doubling_years", '
        '"spending.doubling_years"], rank_correlation=0.4}]'
    )
    parameters = ba.read_parameters("cotra2020-uncertain", [group])
    name = parameters.correlations[0].names[0]
    fixed = with_fixed(parameters, {name: parameters.inputs[name].distribution.median})
    assert name not in fixed.correlated
    assert not fixed.inputs[name].is_random


def test_settings_and_jobs_are_lists_of_texts() -> None:
    with pytest.raises(TypeError, match=r"settings: found \['none=0'\]; allowed: texts"):
        ba.read_parameters("cotra2020").edited(["none=0"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"jobs: found the text 'cotra2020'; allowed: a list"):
        ba.run_many("cotra2020")


@pytest.mark.parametrize(
    "value",
    [
        np.int64(2),
        np.float32(2.5),
        np.float64(2.5),
        {"ci90": (2, 4)},
        {"ci90": np.array([2.0, 4.0])},
    ],
)
def test_values_of_numpy_and_tuples_are_those_of_a_file(value: Any) -> None:
    file = ba.read_parameters("cotra2020").with_values({"hardware.doubling_years": value})
    text = "{ci90=[2, 4]}" if isinstance(value, dict) else f"{float(value)}"
    other = ba.read_parameters("cotra2020").varied(f"hardware.doubling_years={text}")
    name = "hardware.speed"
    u = np.array([0.1, 0.5, 0.9])
    np.testing.assert_array_equal(file.inputs[name].values(u), other.inputs[name].values(u))


def test_a_source_is_found_by_a_path_with_dots() -> None:
    file = ba.read_parameters("cotra2020")
    assert file.source("brain.flop_per_s") == file.source(("brain", "flop_per_s")) == "pp. 36-37"


def test_a_title_tells_of_edits_once_and_an_edit_may_give_another(tmp_path: Path) -> None:
    plain = ba.read_parameters("cotra2020")
    told = f"{plain.title}, edited"
    once = ba.read_parameters("cotra2020", ["hardware.doubling_years=3"])
    assert once.title == plain.edited("none=0.2").title == once.edited("none=0.2").title == told
    assert plain.with_weights({"genome": 1}).title == told
    assert ba.run("cotra2020", weights={"genome": 1}, points=2**10).title == told
    assert plain.varied("none=0.2").title == plain.with_values({"none": 0.2}).title == plain.title
    assert ba.read_parameters("cotra2020", ["none=0.2", 'title="Mine"']).title == "Mine"
    assert once.baseline().title == plain.title  # type: ignore[union-attr]
    (tmp_path / "mine.toml").write_text('extends = "cotra2020"\n')
    mine = ba.read_parameters(tmp_path / "mine.toml", ["none=0.2"])
    assert mine.title == mine.name
