"""When runs of so many FLOP can be bought."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import straight
from hypothesis import given, settings
from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.parameters import parse_parameters

KNOWN = straight.KNOWN.replace("{need}", '{ dist = "lognormal", median = 1e32, sd_oom = 2.0 }')
"""1e26 FLOP of 1e8 $ can be bought in 2025, 0.2 OOM a year of them by hardware, 0.1 by spending."""


@settings(max_examples=15, deadline=None)
@given(st.floats(26.1, 47))
def test_year_cost_and_share_are_algebra(log10_flop: float) -> None:
    (run,) = ba.affordability(parse_parameters(KNOWN), [10.0**log10_flop]).entries
    year = 2025 + (log10_flop - 26) / 0.3
    comes = year <= 2100
    for each in run.years:
        assert each.value == (pytest.approx(year, abs=1e-3) if comes else math.inf)
    assert run.never.value == (0 if comes else 1)
    if comes:
        cost = 10 ** (8 + 0.1 * (year - 2025))
        assert run.cost_usd == pytest.approx(cost, rel=2e-3)
        assert run.share_of_gdp == pytest.approx(cost / 1e29, rel=2e-3)
    else:
        assert math.isnan(run.cost_usd)


@pytest.mark.parametrize(
    ("base", "flop", "years"),
    [
        ("cotra2020", 1e28, (2030.8, 2030.8, 2030.8)),
        ("cotra2020", 1e30, (2039.3, 2039.3, 2039.3)),
        ("cotra2020", 1e35, (2070.4, 2070.4, 2070.4)),
        ("update-2026", 1e28, (2027.2, 2027.9, 2029.0)),
        ("update-2026", 1e30, (2030.6, 2032.5, 2036.6)),
        ("update-2026", 1e35, (2060, 2095, math.inf)),
    ],
)
def test_years_are_those_of_the_prototype(base: str, flop: float, years: tuple[float, ...]) -> None:
    prior = ba.read_parameters(base).with_evidence(None)
    (run,) = ba.affordability(prior, [flop]).entries
    found = tuple(each.value for each in run.years)
    assert found == pytest.approx(years, abs=0.5 if flop == 1e35 else 0.06)
    if (base, flop) == ("update-2026", 1e35):
        assert run.never.value == pytest.approx(0.48, abs=0.01)


def test_more_flop_never_come_earlier_and_an_algorithm_never_makes_them_later() -> None:
    flop = [1e27, 1e29, 1e31, 1e35]
    plain = ba.affordability("cotra2020-uncertain", flop)
    gained = ba.affordability("cotra2020-uncertain", flop, algorithms="genome")
    for found in (plain, gained):
        years = found.dataset["year"].values
        assert np.all(years[1:] >= years[:-1])
        never = found.dataset["never"].values
        assert np.all(np.diff(never) >= 0)
    # Before gain_start_year, 2025, algorithms need more FLOP, not less.
    later = plain.dataset["year"].values > 2025.5
    assert np.all(gained.dataset["year"].values[later] <= plain.dataset["year"].values[later])


def test_what_a_direct_hypothesis_asks_for_arrives_when_it_can_be_bought() -> None:
    own = "algorithms={halving_years=3, max_oom=2}"
    one = f"hypotheses.one={{kind='direct', weight=1, training_flop=1e33, {own}}}"
    parameters = ba.read_parameters("cotra2020-uncertain", [one, "none=0", 'drop=["correlations"]'])
    parameters = parameters.with_weights({"one": 1})
    forecast = ba.run(parameters, precision=2e-4)
    (bought,) = ba.affordability(parameters, [1e33], algorithms="one").entries
    for share, (year, error) in zip((0.1, 0.5, 0.9), bought.years, strict=True):
        allowed = 4 * math.hypot(error, forecast.quantile_standard_error(share)) + 0.01
        assert abs(year - forecast.quantile(share)) <= allowed


def test_hypotheses_count_by_their_weights_under_the_evidence() -> None:
    # 1e29 FLOP are needed with a weight of 0.95, 1e60 with 0.05. By 2035 nothing has arrived: those
    # of 0.95 are left where the run has grown by less than 0.3 OOM a year, at every speed the rest.
    two = straight.KNOWN.replace("{need}", "1e29").replace("weight = 1\n", "weight = 0.95\n")
    two = two.replace("oom_per_year = 0.2", 'oom_per_year = { dist="uniform", low=0.1, high=0.3 }')
    two += """[hypotheses.never]
kind = "direct"
weight = 0.05
training_flop = 1e60
[evidence]
not_arrived_by = 2035
"""
    (run,) = ba.affordability(parse_parameters(two), [1e29]).entries
    # Half of the posterior has grown by less than m: 0.95 + 0.05 to 0.3, and 0.05 beyond.
    slow, fast = 0.95 + 0.05, 0.05
    half = (slow + fast) / 2
    speed = 0.2 + 0.1 * half / slow
    assert run.years[1].value == pytest.approx(2025 + 3 / speed, abs=0.02)
    assert run.years[1].standard_error < 0.02


def test_its_csv_reads_back(cli) -> None:
    said = cli("afford", "cotra2020-uncertain", "--flop", "1e26..1e30", "--out", "o")
    assert "no algorithmic gain counted in" in said
    rows = list(csv.DictReader(Path("o/afford.csv").read_text().splitlines()))
    found = ba.affordability("cotra2020-uncertain", [1e26, 1e27, 1e28, 1e29, 1e30])
    for row, entry in zip(rows, found.entries, strict=True):
        assert float(row["flop"]) == entry.flop
        assert float(row["cost_usd"]) == entry.cost_usd
        year = entry.years[1].value
        assert (float(row["year_50"]) if row["year_50"] else -math.inf) == year
    assert {"afford.nc", "afford.png"} <= {path.name for path in Path("o").iterdir()}
    for variable in found.dataset.data_vars.values():
        assert variable.attrs["long_name"]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--flop", "1e40..1e26", "allowed: numbers from 1 to 1e120, 1e28,1e30, or a range"),
        ("--flop", "0.5", "allowed: numbers from 1 to 1e120"),
        ("--flop", "many", "found many; allowed: numbers from 1 to 1e120"),
        ("--algorithms", "genom", "algorithms: unknown hypothesis 'genom'; allowed: lifetime, "),
    ],
)
def test_mistakes_are_told(cli, option: str, value: str, told: str) -> None:
    cli("afford", "cotra2020", option, value, code=2)
    assert told in " ".join(cli.errors.split())
