"""Bounds of the model: no draw within the middle parts of its inputs lies outside."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import files

import bioanchors as ba
from bioanchors.analysis.bounding import Bounds
from bioanchors.formats.netcdf import netcdf_bytes
from bioanchors.model.joint import Model
from bioanchors.parameters import Parameters, parse_parameters
from bioanchors.parameters.reading.toml_text import toml_document
from bioanchors.sampling import Streams


def of(found: Bounds, hypothesis: str, tail: float):
    return next(e for e in found.entries if (e.hypothesis, e.tail) == (hypothesis, tail))


@pytest.mark.parametrize(
    ("base", "hypothesis", "tail", "earliest", "latest", "least", "most"),
    [
        ("cotra2020", "lifetime", 0.05, -np.inf, 2067.7, 20.9, 36.7),
        ("cotra2020", "evolution", 0.01, 2025.0, np.inf, 26.6, 54.1),
        ("cotra2020", "evolution", 0.05, 2034.9, np.inf, 30.5, 50.9),
        ("cotra2020", "evolution", 0.25, 2052.2, np.inf, None, None),
        ("cotra2020", "short_horizon", 0.4, 2032.6, 2049.9, 29.1, 34.0),
        ("cotra2020", "long_horizon", 0.4, 2048.0, 2082.5, None, None),
        ("cotra2020-uncertain", "evolution", 0.05, 2027.6, np.inf, 30.5, 50.9),
    ],
)
def test_bounds_are_those_of_the_prototype(
    base: str,
    hypothesis: str,
    tail: float,
    earliest: float,
    latest: float,
    least: float | None,
    most: float | None,
) -> None:
    bound = of(ba.bounds(base, [tail]), hypothesis, tail)
    assert (bound.earliest, bound.latest) == pytest.approx((earliest, latest), abs=0.051)
    if least is not None:
        assert (bound.least, bound.most) == pytest.approx((least, most), abs=0.051)


def clipped(parameters: Parameters, tail: float, size: int = 2**14):
    """Arrival and requirement of draws whose inputs are kept between their quantiles."""
    spec, model = parameters.spec, Model(parameters.spec)
    streams = Streams(tuple(spec.inputs), 3, "random")
    u = streams.all_uniforms(list(spec.inputs), 0, 0, size)
    draws = {
        name: (
            item.values(u[name] if name.endswith(".happens") else np.clip(u[name], tail, 1 - tail))
            if item.is_random
            else item.point
        )
        for name, item in spec.inputs.items()
    }
    trends = model.trends(draws)
    for hypothesis in parameters.hypotheses:
        need = model.requirement(hypothesis, draws)
        arrival = model.arrival(hypothesis, trends, need)
        yield hypothesis.name, need + trends.offset, arrival


def holds(parameters: Parameters, tail: float, size: int = 2**14) -> None:
    found = ba.bounds(parameters, [tail])
    for name, need, arrival in clipped(parameters, tail, size):
        bound = of(found, name, tail)
        assert bound.least - 1e-9 <= np.min(need)
        assert np.max(need) <= bound.most + 1e-9
        # An arrival is solved to a thousandth of a year.
        assert max(bound.earliest, parameters.first_year) <= np.min(arrival) + 1e-3
        assert np.max(arrival) <= max(bound.latest, parameters.first_year) + 1e-3


MORE = (
    'changes.slow={of="hardware", year={dist="normal", mean=2032, sd=2}, '
    "oom_per_year={ci90=[0.05, 0.1]}, probability=0.5}",
    'changes.leap={of="algorithms", year=2030, times={ci90=[2, 20]}}',
    "milestones.m.oom={ci90=[-1, 2]}",
    'forecast.milestone="m"',
    'forecast.event="trained"',
    "lag.training_years={ci90=[0.2, 2]}",
)


@pytest.mark.parametrize("tail", [0.01, 0.45])
@pytest.mark.parametrize("settings_", [(), MORE], ids=["plain", "more"])
@pytest.mark.parametrize("base", ["cotra2020", "cotra2020-uncertain", "update-2026"])
def test_bounds_hold_every_draw(base: str, settings_: tuple[str, ...], tail: float) -> None:
    holds(ba.read_parameters(base, settings_), tail)


@settings(max_examples=20, deadline=None)
@given(files(most=2), st.floats(0.02, 0.49))
def test_bounds_hold_every_draw_of_any_file(tree: dict, tail: float) -> None:
    holds(parse_parameters(toml_document(tree)), tail, 2**10)


def test_smaller_tails_give_wider_bounds() -> None:
    found = ba.bounds("cotra2020-uncertain", [0.45, 0.3, 0.1, 0.01])
    data = found.dataset
    for name, sign in (("earliest", -1), ("latest", 1), ("least", -1), ("most", 1)):
        values = np.nan_to_num(data[name].values, posinf=3000, neginf=1900)
        assert np.all(sign * np.diff(values, axis=1) >= 0), name


def test_what_is_known_has_one_year() -> None:
    own = "algorithms={halving_years=3, max_oom=2}"
    one = f"hypotheses.one={{kind='direct', weight=1, training_flop=1e31, {own}}}"
    parameters = ba.read_parameters("cotra2020", [one])
    (bound,) = [e for e in ba.bounds(parameters, [0.1]).entries if e.hypothesis == "one"]
    assert bound.earliest == bound.latest
    assert bound.least == bound.most == 31
    assert (bound.inputs, bound.together) == (0, 1.0)


def test_its_csv_reads_back_and_the_dataset_can_be_written(cli, tmp_path: Path) -> None:
    cli("bounds", "cotra2020", "--tail", "0.4,5%", "--out", "o")
    rows = list(csv.DictReader(Path("o/bounds.csv").read_text().splitlines()))
    found = ba.bounds("cotra2020", [0.4, 0.05])
    for row, bound in zip(rows, found.entries, strict=True):
        assert (row["hypothesis"], float(row["tail"])) == (bound.hypothesis, bound.tail)
        for cell, year in (("earliest_year", bound.earliest), ("latest_year", bound.latest)):
            assert (float(row[cell]) if row[cell] else None) == (
                year if np.isfinite(year) else None
            )
        assert float(row["most_log10_flop"]) == bound.most
    assert len(netcdf_bytes(found.dataset)) > 1000
    for variable in found.dataset.data_vars.values():
        assert variable.attrs["long_name"]


@pytest.mark.parametrize("tail", [0.0, 0.5, -0.1, float("nan")])
def test_a_tail_that_is_none_is_refused(tail: float) -> None:
    with pytest.raises(ValueError, match=r"tail must be above 0 and below 0\.5, found"):
        ba.bounds("cotra2020", [tail])


@pytest.mark.parametrize("text", ["0.5", "0", "x", "0.1,0.1", "", "60%"])
def test_the_command_line_says_what_is_allowed(cli, text: str) -> None:
    cli("bounds", "cotra2020", "--tail", text, code=2)
    assert "allowed: different probabilities above 0 and below 0.5" in cli.errors


def test_the_screen_says_that_it_is_a_bound_of_the_model(cli) -> None:
    said = " ".join(cli("bounds", "cotra2020").split())
    assert "Bounds of the model, not of the world." in said
    assert "before 2024" in said
    assert "after 2100" in said
