"""Quantities as forecasters publish them: delays or none, percentile lists, tables, cuts.

Rows are named by what they are of. A file's words become a distribution, that a forecast, and the
forecast can be saved, loaded and made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import special, stats

import bioanchors as ba
from bioanchors import distributions as d
from bioanchors.model.joint import Model
from bioanchors.model.keys import Key
from bioanchors.parameters import parse_parameters
from bioanchors.parameters.edits.swapping import differences
from bioanchors.parameters.problems import BadParameters
from bioanchors.parameters.quantities.families import MixtureSpec, PointSpec, quantity_troubles
from bioanchors.parameters.quantities.listed_specs import QuantilesSpec
from bioanchors.parameters.tables import requirements, trends
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.repeating import repeated

FILE = """
format = 1
title = "A small file"
[forecast]
first_year = 2024
last_year = 2080
report_years = [2030, 2050]
event = "trained"
[hypotheses.one]
kind = "direct"
weight = 1.0
training_flop = {flop}
[algorithms]
gain_start_year = 2024
halving_years = 2
max_oom = 4
[hardware]
start_year = 2024
flop_per_usd = 1e17
doubling_years = {doubling}
max_flop_per_usd = 1e24
[spending]
start_year = 2024
largest_run_usd = 1e9
doubling_years = 2.5
max_share_of_gdp = {share}
[economy]
gdp_year = 2020
largest_economy_gdp_usd = 2e13
growth_per_year = {growth}
[lag]
training_years = {lag}
"""
USUAL = {
    "flop": '{ dist = "lognormal", median = 1e31, sd_oom = 2 }',
    "doubling": "2.5",
    "share": "0.01",
    "growth": "0.03",
    "lag": "0",
}
UNSURE = "{ ci90 = [2, 3.5] }"
GRID = 5e-6  # of what is convolved
PERCENTILES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
FILE_2 = (
    [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
    [2e25, 5.01e26, 2.51e27, 3.98e28, 7.94e29, 3.16e31, 7.94e32, 3.16e34, 1.58e36, 2.51e38, 2e42,
     2e57, 1.58e67],
)  # fmt: skip


def small(update: str = "", **values: str) -> ba.Parameters:
    return parse_parameters(FILE.format(**USUAL | values) + update, "small")


def quantiles(probabilities: list[float], values: list[float], dist: str = "quantiles") -> str:
    return f'{{ dist = "{dist}", probabilities = {probabilities}, values = {values} }}'


def assert_same_forecast(one: ba.Forecast, other: ba.Forecast, atol: float) -> None:
    np.testing.assert_allclose(one.cdf, other.cdf, rtol=0, atol=atol)


def reach(parameters: ba.Parameters, years: Any) -> Any:
    """Return log10 of the FLOP that are enough with 2020 algorithms, trends known."""
    model = Model(parameters.spec)
    known = {n: item.point for n, item in parameters.inputs.items() if not item.is_random}
    return model.trends(known).enough(parameters.hypotheses[0]).at(years)


# --- Atoms at a closed bound -------------------------------------------------------------------

KEYS = [
    pytest.param(mark, id=f"{model.__name__}.{name}")
    for model in (
        requirements.Brain, requirements.Network, requirements.Scaling, requirements.Hypothesis,
        trends.SharedAlgorithms, trends.Hardware, trends.Spending, trends.Economy, trends.Lag,
    )
    for name, info in model.model_fields.items()
    for mark in info.metadata
    if isinstance(mark, Key)
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_e_atoms_what_a_number_may_be_a_component_may_be(key: Key) -> None:
    ends = [PointSpec(value=key.low), PointSpec(value=key.high)]
    both = MixtureSpec(dist="mixture", weights=[1.0, 1.0], components=ends)
    assert list(quantity_troubles(both, key)) == []


@pytest.mark.parametrize("doubling", ["2.5", UNSURE], ids=["known-trends", "uncertain-trends"])
@pytest.mark.parametrize("estimator", ["integrate", "count"])
def test_e_atoms_delay_or_none(doubling: str, estimator: str) -> None:
    lag = '{ dist = "mixture", weights = [3, 1], components = [0, 1] }'
    runs = [
        ba.run(small(lag=each, doubling=doubling), estimator=estimator, seed=3, precision=3e-4)
        for each in (lag, "0", "1")
    ]
    expected = 0.75 * runs[1].cdf + 0.25 * runs[2].cdf
    error = sum(run.origin.error for run in runs) + GRID
    np.testing.assert_allclose(runs[0].cdf, expected, rtol=0, atol=4 * error)


def test_e_atoms_a_share_of_all_of_gdp() -> None:
    share = '{ dist = "mixture", weights = [9, 1], components = [{ ci99 = [0.001, 0.02] }, 1] }'
    assert small(share=share).inputs["spending.max_share_of_gdp"].values(
        np.array([0.95])
    ) == pytest.approx(0.0, abs=1e-12)


# --- Percentile lists ---------------------------------------------------------------------------

LISTS = {
    "E-percentiles-5-to-95": (PERCENTILES, [1e25, 3e26, 1e28, 3e31, 1e35, 2e38, 1e41]),
    "E-percentiles-file2": FILE_2,
    "E-percentiles-steep": ([0.05, 0.5, 0.95], [9.9e29, 1e30, 1e60]),
    "E-percentiles-two-at-once": ([0.1, 0.5, 0.51, 0.9], [1e25, 1e30, 1e45, 1e46]),
    "E-percentiles-flat": ([0.1, 0.5, 0.7, 0.9], [1e25, 1e30, 1e30, 1e36]),
    "E-percentiles-with-ends": ([0, 0.25, 0.75, 1], [1e25, 1e30, 1e33, 1e36]),
}


@pytest.mark.parametrize("name", LISTS)
def test_percentiles_are_kept(name: str) -> None:
    probabilities, values = LISTS[name]
    parameters = small(flop=quantiles(probabilities, values))
    item = parameters.inputs["hypotheses.one.training_flop"]
    inside = [(p, v) for p, v in zip(probabilities, values, strict=True) if 0 < p < 1]
    p, v = np.array(inside).T
    np.testing.assert_allclose(item.values(p), np.log10(v), rtol=1e-12)
    u = np.linspace(0.001, 0.999, 999)
    assert np.all(np.diff(item.values(u)) >= 0)
    assert np.isfinite(item.values(np.array([2.0**-54, 1 - 2.0**-53]))).all()


@st.composite
def lists_of_percentiles(draw: st.DrawFn) -> tuple[Key, QuantilesSpec]:
    """Any probabilities, and any values within a key's bounds, at them or the same as others."""
    key = draw(st.sampled_from([param.values[0] for param in KEYS]))
    steps = draw(st.lists(st.floats(1e-3, 1), min_size=3, max_size=15))
    probabilities = np.cumsum(steps[:-1]) / sum(steps)
    share = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)
    shares = draw(st.lists(share, min_size=len(steps) - 1, max_size=len(steps) - 1))
    low, high = key.low, key.high
    values = [
        min(max(low * (high / low) ** x if low > 0 else low + (high - low) * x, low), high)
        for x in sorted(round(x, 6) for x in shares)
    ]
    assume(values[0] < values[-1])
    return key, QuantilesSpec(dist="quantiles", probabilities=probabilities.tolist(), values=values)


@settings(max_examples=300, deadline=None)
@given(lists_of_percentiles())
def test_e_percentiles_any_list_has_a_shape(case: tuple[Key, QuantilesSpec]) -> None:
    key, spec = case
    troubles = [message for _, message in quantity_troubles(spec, key)]
    assert not troubles or "tails that reach beyond what can be computed" in troubles[0]
    ours = spec.build(key)
    low, high = ours.support
    assert key.domain.low <= low < high <= key.domain.high
    ours = ours.exponent or ours
    u = np.unique(np.concatenate([np.linspace(0.001, 0.999, 199), spec.probabilities]))
    x = ours.ppf(u)
    if not np.all(np.isfinite(x)):
        assert troubles
        return
    rounding = 1e-14 * np.abs(x).max()
    assert np.all(np.diff(x) >= -rounding)
    assert np.all(ours.cdf(x + rounding) >= u * (1 - 1e-6))
    assert np.all(ours.cdf(x - 2 * rounding) <= u * (1 + 1e-6) + 1e-9)


@pytest.mark.parametrize("doubling", ["2.5", UNSURE], ids=["known-trends", "uncertain-trends"])
@pytest.mark.parametrize("name", LISTS)
def test_percentiles_integrate_as_they_count(name: str, doubling: str) -> None:
    parameters = small(flop=quantiles(*LISTS[name]), doubling=doubling)
    one, other = (
        ba.run(parameters, estimator=estimator, seed=5) for estimator in ("integrate", "count")
    )
    assert_same_forecast(one, other, 4 * (one.origin.error + other.origin.error) + GRID)


def test_e_percentiles_file2_arrives_as_its_percentiles_say() -> None:
    """With known trends, arrival by a year is the probability of the FLOP that are enough then."""
    parameters = small(flop=quantiles(*FILE_2))
    forecast = ba.run(parameters)
    x = reach(parameters, forecast.years)
    for p, value in zip(*FILE_2, strict=True):
        if x[0] < np.log10(value) < x[-1]:
            assert np.interp(np.log10(value), x, forecast.cdf) == pytest.approx(p, abs=1e-4)


def test_e_percentiles_tails_are_normal_in_orders_of_magnitude() -> None:
    p, v = FILE_2
    item = small(flop=quantiles(p, v)).inputs["hypotheses.one.training_flop"]
    for at, (i, j) in ((0.001, (0, 1)), (0.9999, (-1, -2))):
        sd = (np.log10(v[i]) - np.log10(v[j])) / (special.ndtri(p[i]) - special.ndtri(p[j]))
        expected = np.log10(v[i]) + sd * (special.ndtri(at) - special.ndtri(p[i]))
        assert item.values(np.array([at]))[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "values", "text"),
    [
        ("share", [0.01, 0.2, 0.99], "spending.max_share_of_gdp"),
        ("share", [0.01, 0.2, 1], "spending.max_share_of_gdp"),
        ("growth", [-0.4, 0.03, 9], "economy.growth_per_year"),
        ("lag", [0, 0.5, 3], "lag.training_years"),
        ("lag", [0, 0, 3], "lag.training_years"),
        ("lag", [0.1, 0.5, 3], "lag.training_years"),
    ],
)
def test_e_percentiles_stay_within_the_domain(name: str, values: list[float], text: str) -> None:
    parameters = small(**{name: quantiles([0.1, 0.5, 0.9], values)})
    distribution = parameters.inputs[text].distribution
    low, high = parameters.inputs[text].key.domain.low, parameters.inputs[text].key.domain.high
    assert low <= distribution.support[0]
    assert distribution.support[1] <= high
    np.testing.assert_allclose(distribution.ppf([0.1, 0.5, 0.9]), values, rtol=1e-12, atol=1e-15)


def test_e_metalog_by_its_name_is_what_quantiles_were() -> None:
    p, v = [0.05, 0.5, 0.95], [1e21, 1e23, 1e26]
    item = small(flop=quantiles(p, v, "metalog")).inputs["hypotheses.one.training_flop"]
    assert item.distribution == d.log_metalog(p, v)
    with pytest.raises(BadParameters, match=r'turns back .* or take dist = "quantiles"'):
        small(flop=quantiles(*FILE_2, "metalog"))


# --- Other families -----------------------------------------------------------------------------

FAMILIES = {
    "E-interval-ci70": ("flop", "{ ci70 = [1e29, 1e33] }",
                        stats.norm(31, 2 / stats.norm.ppf(0.85))),
    "E-interval-ci99": ("growth", "{ ci99 = [0.01, 0.05] }",
                        stats.norm(0.03, 0.02 / stats.norm.ppf(0.995))),
    "E-logistic": ("growth", '{ dist = "logistic", median = 0.03, scale = 0.004 }',
                   stats.logistic(0.03, 0.004)),
    "E-logistic-ci80": ("growth", '{ dist = "logistic", ci80 = [0.02, 0.04] }',
                        stats.logistic(0.03, 0.01 / np.log(9))),
    "E-log-logistic": ("flop", '{ dist = "log_logistic", median = 1e31, scale_oom = 0.9 }',
                       stats.logistic(31, 0.9)),
    "E-log-logistic-ci80": ("flop", '{ dist = "log_logistic", ci80 = [1e29, 1e33] }',
                            stats.logistic(31, 2 / np.log(9))),
    "E-exponential": ("lag", '{ dist = "exponential", mean = 1.5 }', stats.expon(scale=1.5)),
    "E-pert": ("lag", '{ dist = "pert", low = 0, mode = 1, high = 4 }', stats.beta(2, 4, 0, 4)),
    "E-samples": ("flop", "{ samples = [1e33, 1e28, 1e31, 1e30] }",
                  stats.rv_histogram(([1, 1, 1], [28, 30, 31, 33]), density=False)),
}  # fmt: skip
INPUTS = {
    "flop": "hypotheses.one.training_flop",
    "growth": "economy.growth_per_year",
    "lag": "lag.training_years",
}


@pytest.mark.parametrize("name", FAMILIES)
def test_families_are_those_of_scipy(name: str) -> None:
    where, text, theirs = FAMILIES[name]
    ours = small(**{where: text}).inputs[INPUTS[where]]
    u = np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.999])
    np.testing.assert_allclose(ours.values(u), theirs.ppf(u), rtol=1e-10)
    np.testing.assert_allclose(ours.cdf(theirs.ppf(u)), u, rtol=1e-9)


@pytest.mark.parametrize("doubling", ["2.5", UNSURE], ids=["known-trends", "uncertain-trends"])
@pytest.mark.parametrize("name", FAMILIES)
def test_families_integrate_as_they_count(name: str, doubling: str) -> None:
    where, text, _ = FAMILIES[name]
    parameters = small(**{where: text, "doubling": doubling})
    one, other = (
        ba.run(parameters, estimator=estimator, seed=5) for estimator in ("integrate", "count")
    )
    assert_same_forecast(one, other, 4 * (one.origin.error + other.origin.error) + GRID)


@pytest.mark.parametrize("name", [n for n in FAMILIES if FAMILIES[n][0] == "flop"])
def test_families_arrive_in_closed_form(name: str) -> None:
    parameters = small(flop=FAMILIES[name][1])
    forecast = ba.run(parameters)
    expected = FAMILIES[name][2].cdf(reach(parameters, forecast.years))
    np.testing.assert_allclose(forecast.cdf, expected, rtol=0, atol=GRID)


@pytest.mark.parametrize("name", [*FAMILIES, *LISTS])
def test_families_go_through_files_and_analyses(name: str, tmp_path: Path) -> None:
    where, text = FAMILIES[name][:2] if name in FAMILIES else ("flop", quantiles(*LISTS[name]))
    parameters = small(**{where: text, "doubling": UNSURE})
    again = parse_parameters(parameters.text, "again")
    assert again.text == parameters.text
    item = parameters.inputs[INPUTS[where]]
    assert again.inputs[INPUTS[where]].distribution == item.distribution
    assert parse_parameters(parameters.annotated_text(), "annotated").text == parameters.text
    forecast = ba.run(parameters, precision=0.003)
    for suffix, kind in (("nc", "netcdf"), ("json", "json")):
        path = tmp_path / f"forecast.{suffix}"
        ba.export(forecast, path, kind)
        loaded = ba.load(path)
        assert loaded.parameters.text == parameters.text
        once_more = repeated(getattr(loaded, "provenance", None) or provenance(loaded))
        np.testing.assert_allclose(once_more.cdf, forecast.cdf, atol=1e-12)
    swings = {s.name: s for s in ba.tornado(parameters, 2040, precision=0.003).swings}
    swing = swings[item.name]
    expected = item.distribution.ppf([0.05, 0.95])
    np.testing.assert_allclose((swing.low, swing.high), expected, rtol=1e-12)
    found = ba.sensitivity(parameters, 2040, max_draws=4096)
    assert any(item.name in effect.members for effect in found.inputs.effects)


# --- A cut --------------------------------------------------------------------------------------

CUT = "[low_end_update]\nruled_out_below_flop = {0}\nfull_weight_above_flop = {0}\n"
MIXED = (
    '{ dist = "mixture", weights = [1, 1, 2], components = [1e25, 1e30, '
    '{ dist = "lognormal", median = 1e31, sd_oom = 2 }] }'
)


@pytest.mark.parametrize("estimator", ["integrate", "count"])
@pytest.mark.parametrize("doubling", ["2.5", UNSURE], ids=["known-trends", "uncertain-trends"])
@pytest.mark.parametrize("flop", [USUAL["flop"], quantiles(*FILE_2), MIXED],
                         ids=["lognormal", "file2", "a-value-at-the-cut"])  # fmt: skip
def test_e_cut_is_a_truncated_requirement(flop: str, doubling: str, estimator: str) -> None:
    cut = small(CUT.format(1e30), flop=flop, doubling=doubling)
    truncated = small(flop=f'{{ dist = "truncated", of = {flop}, low = 1e30 }}', doubling=doubling)
    one, other = (ba.run(each, estimator=estimator, seed=2) for each in (cut, truncated))
    assert_same_forecast(one, other, 4 * (one.origin.error + other.origin.error) + GRID)
    whole = small(flop=flop).inputs["hypotheses.one.training_flop"].distribution
    removed = float(whole.cdf(np.nextafter(1e30, 0) if flop == MIXED else 1e30))
    tolerance = 1e-6 if estimator == "integrate" else 2e-3
    assert one.low_end_removed[0] == pytest.approx(removed, abs=tolerance)


def test_e_cut_is_where_ever_narrower_ramps_lead() -> None:
    cut = ba.run(small(CUT.format(1e30), doubling=UNSURE), seed=2)
    previous = 1.0
    for oom in (1.0, 0.1, 0.01, 1e-3, 1e-6):
        ramp = CUT.format(1e30).replace("= 1e+30\nfull", f"= {10 ** (30 - oom / 2)!r}\nfull")
        ramp = ramp.replace("flop = 1e+30", f"flop = {10 ** (30 + oom / 2)!r}")
        off = np.abs(ba.run(small(ramp, doubling=UNSURE), seed=2).cdf - cut.cdf).max()
        assert off < max(0.3 * previous, 1e-6)
        previous = off


def test_e_cut_of_several_terms() -> None:
    """Lifetime: the terms' sum is a normal, of which the cut leaves the upper part."""
    of_sum = (
        small(CUT.format(1e30))
        .edited(
            'hypotheses.one={ kind = "lifetime", weight = 1, lifetime_s = { ci90 = [3e8, 3e9] }, '
            'oom_vs_lifetime = { dist = "normal", mean = 6, sd = 1.5 } }',
            'brain.flop_per_s={ dist = "lognormal", median = 1e15, sd_oom = 1 }',
        )
    )  # fmt: skip
    forecast = ba.run(of_sum)
    total = stats.norm(
        15 + np.log10(9e17) / 2 + 6, np.sqrt(1 + 1.5**2 + (0.5 / stats.norm.ppf(0.95)) ** 2)
    )
    x = reach(of_sum, forecast.years)
    expected = np.maximum(total.cdf(x) - total.cdf(30), 0) / total.sf(30)
    np.testing.assert_allclose(forecast.cdf, expected, rtol=0, atol=2e-5)


# --- Tables -------------------------------------------------------------------------------------

CHILD = 'format = 1\nextends = "base.toml"\n[hypotheses.one]\ntraining_flop = {}\n'
TABLE = CHILD.format('{ dist = "table", file = "data/requirement.csv" }')
SAMPLES = "training FLOP\n1e33\n1e28\n1e31\n1e30\n"
CUMULATIVE = (
    "value, cumulative probability\n1e25, 0\n1e26, 0\n1e30, 0.25\n1e33, 0.75\n1e36, 1\n1e40, 1\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file that names a table in a folder beside it; one works in another."""
    (tmp_path / "files" / "data").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    base = FILE.format(**USUAL | {"doubling": UNSURE})
    (tmp_path / "files" / "base.toml").write_text(base, encoding="utf-8")
    (tmp_path / "files" / "own.toml").write_text(TABLE, encoding="utf-8")
    return tmp_path / "files"


def written(folder: Path, text: str | bytes) -> Path:
    raw = text.encode() if isinstance(text, str) else text
    (folder / "data" / "requirement.csv").write_bytes(raw)
    return folder / "own.toml"


def flop_of(source: str | Path, *settings: str) -> d.Distribution:
    parameters = ba.read_parameters(source, settings)
    return parameters.inputs["hypotheses.one.training_flop"].distribution


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAMPLES, d.log_samples((1e33, 1e28, 1e31, 1e30))),
        (SAMPLES.partition("\n")[2].rstrip(), d.log_samples((1e33, 1e28, 1e31, 1e30))),
        (
            "\ufeff" + SAMPLES.replace("\n", "\r\n") + "\r\n\r\n",
            d.log_samples((1e33, 1e28, 1e31, 1e30)),
        ),
        (CUMULATIVE, d.log_quantiles((0.25, 0.75), (1e30, 1e33), 1e26, 1e36)),
        ('"1e30","0.25"\n"1e33","0.75"\n', d.log_quantiles((0.25, 0.75), (1e30, 1e33))),
    ],
    ids=["samples", "no-head", "windows", "cumulative", "quoted"],
)
def test_e_table_is_read_beside_its_file(folder: Path, text: str, expected: d.Distribution) -> None:
    path = written(folder, text)
    assert flop_of(path) == expected
    # Inside of others, by a child of the file in another place, and from the command line.
    child = folder.parent / "elsewhere" / "child.toml"
    child.write_text('format = 1\nextends = "../files/own.toml"\n', encoding="utf-8")
    assert flop_of("child.toml") == expected
    table = '{ dist = "table", file = "../files/data/requirement.csv" }'
    edit = f"hypotheses.one.training_flop={table}"
    assert flop_of(folder / "base.toml", edit) == expected
    half = f'{{ dist = "mixture", weights = [1, 1], components = [{table}, 1e30] }}'
    mixed = flop_of(folder / "base.toml", f"hypotheses.one.training_flop={half}")
    assert mixed == d.Mixture((1, 1), (expected, d.Point(1e30)))


def test_e_table_another_file_is_named_by_an_edit(folder: Path) -> None:
    path = written(folder, SAMPLES)
    Path("other.csv").write_text("1e20\n1e22\n", encoding="utf-8")
    for value in ("other.csv", '"other.csv"'):
        edited = ba.read_parameters(path, [f"hypotheses.one.training_flop.file={value}"])
        found = edited.inputs["hypotheses.one.training_flop"].distribution
        assert found == d.log_samples((1e20, 1e22))


def test_e_table_another_file_is_named_by_a_child_beside_it(folder: Path) -> None:
    written(folder, SAMPLES)
    (folder / "deeper").mkdir()
    (folder / "deeper/other.csv").write_text("1e20\n1e22\n", encoding="utf-8")
    child = 'extends = "../own.toml"\nhypotheses.one.training_flop.file = "other.csv"\n'
    (folder / "deeper/child.toml").write_text(child, encoding="utf-8")
    parameters = ba.read_parameters(folder / "deeper/child.toml")
    found = parameters.inputs["hypotheses.one.training_flop"].distribution
    assert found == d.log_samples((1e20, 1e22))
    (folder / "deeper/other.csv").unlink()
    with pytest.raises(BadParameters, match=r"child\.toml:2: .*training_flop\.file: found no file"):
        ba.read_parameters(folder / "deeper/child.toml")


@pytest.mark.parametrize("text", [SAMPLES, CUMULATIVE], ids=["samples", "cumulative"])
def test_e_table_a_result_needs_no_file(folder: Path, text: str, cli: Any) -> None:
    path = written(folder, text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    cli("run", path, "--out", "kept", "--precision", "0.3")
    forecast = ba.load("kept")
    ba.export(forecast, "kept/forecast.json", "json")
    ba.export(forecast, "kept/forecast.csv", "csv")
    shutil.rmtree(folder)
    Path("resolved.toml").write_text(forecast.parameters.text, encoding="utf-8")
    assert ba.read_parameters("resolved.toml").text == forecast.parameters.text
    for name in ("forecast.nc", "forecast.json", "forecast.csv"):
        loaded = ba.load(Path("kept", name))
        assert loaded.parameters.table_files == {
            "hypotheses.one.training_flop": {"file": "data/requirement.csv", "sha256": digest}
        }
        again = repeated(getattr(loaded, "provenance", None) or provenance(loaded))
        np.testing.assert_allclose(again.cdf, forecast.cdf, atol=1e-12)
        told = f"hypotheses.one.training_flop: from data/requirement.csv, SHA-256 {digest}"
        assert told in cli("load", f"kept/{name}").splitlines()
    document = json.loads(Path("kept/forecast.json").read_text(encoding="utf-8"))
    assert digest in json.dumps(document["provenance"]["table_files"])


def test_e_table_with_another_content_than_its_digest_says_is_refused(folder: Path) -> None:
    path = written(folder, SAMPLES)
    digest = hashlib.sha256(SAMPLES.encode()).hexdigest()
    path.write_text(TABLE.replace(".csv", f'.csv", sha256 = "{digest}'), encoding="utf-8")
    assert flop_of(path) == d.log_samples((1e33, 1e28, 1e31, 1e30))
    written(folder, SAMPLES + "1e29\n")
    with pytest.raises(BadParameters, match=r"own.toml:4: .*file: found .*, of which sha256 is"):
        ba.read_parameters(path)


NUMBERS = "allowed: a number such as 0.25, with commas between columns"
BAD_TABLES = {
    "a-text": ("1e30\nhunter2\n", f"2: {{key}}: column 1 is not a finite number; {NUMBERS}"),
    "nan": ("1e30\nnan\n", f"2: {{key}}: column 1 is not a finite number; {NUMBERS}"),
    "infinite": ("1e30\n1e400\n", f"2: {{key}}: column 1 is not a finite number; {NUMBERS}"),
    "underscore": ("1e30\n1_0\n", f"2: {{key}}: column 1 is not a finite number; {NUMBERS}"),
    "superscript": ("1e30\n1e3²\n", f"2: {{key}}: column 1 is not a finite number; {NUMBERS}"),
    "second-column": (
        "v,p\n1e30,.1\n1e31,x\n",
        f"3: {{key}}: column 2 is not a finite number; {NUMBERS}",
    ),
    "a-gap": ("1e30\n\n1e31\n", "2: {key}: found 0 columns; allowed: 1, as in line 1"),
    "a-column-more": ("1,.1\n2,.2,3\n", "2: {key}: found 3 columns; allowed: 2, as in line 1"),
    "three-columns": (
        "1,.1,2\n2,.2,3\n",
        "1: {key}: found 3 columns; allowed: 1, samples, or 2, values and cumulative probabilities",
    ),
    "one-row": ("v\n1e30\n", "1: {key}: found 1 rows of numbers; allowed: 2 to 10000"),
    "empty": ("", "1: {key}: found 0 rows of numbers; allowed: 2 to 10000"),
    "many-rows": ("1e30\n" * 10_001, "1: {key}: found 10001 rows of numbers; allowed: 2 to 10000"),
    "percent": ("1e30,5\n1e31,50\n", "1: {key}: column 2: found 5; allowed: from 0 to 1"),
    "probability-first": (
        "probability,value\n.1,1e30\n.2,1e31\n",
        "1: {key}: column 1 is headed as a probability; allowed: values, then probabilities",
    ),
    "values-fall": (
        "1e30,.1\n1e29,.5\n",
        "2: {key}: column 1: found 1e29 after 1e30; allowed: none below the one before",
    ),
    "probabilities-stay": (
        "1e30,.1\n1e31,.1\n",
        "2: {key}: column 2: found 0.1 after 0.1; allowed: each above the one before",
    ),
    "not-utf-8": (b"1e30\n\xff\n", "2: {key}: not UTF-8 text"),
    "not-csv": ('1e30\n"1e31\n', "2: {key}: not CSV"),
    "out-of-bounds": (
        "flop\n1e30\n1e31\n1e121\n",
        "4: {key}.samples[2]: found 1e121; allowed: 1 to 1e120 FLOP",
    ),
    "cumulative-out-of-bounds": (
        "v,p\n1e26,0\n1e27,0\n1e30,.1\n1e31,.2\n1e121,.3\n",
        "6: {key}.values[3]: found 1e121; allowed: 1 to 1e120 FLOP",
    ),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_e_table_tells_file_line_and_column(folder: Path, name: str) -> None:
    text, message = BAD_TABLES[name]
    path = written(folder, text)
    with pytest.raises(BadParameters) as caught:
        ba.read_parameters(path)
    expected = message.format(key="hypotheses.one.training_flop")
    where = folder / "data" / "requirement.csv"
    assert [str(problem) for problem in caught.value.problems] == [f"{where}:{expected}"]


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "device", "large", "nul", "long"])
def test_e_table_only_regular_files_are_opened(folder: Path, kind: str) -> None:
    path, table = folder / "own.toml", folder / "data" / "requirement.csv"
    special = "which cannot be read: a device or a pipe; allowed: a regular file"
    words = {
        "missing": f"found no file {table}",
        "folder": f'found "{table}", which cannot be read: a folder; allowed: a file',
        "pipe": f'found "{table}", {special}',
        "device": f'found "/dev/zero", {special}',
        "large": f'found "{table}", larger than 1 MB',
        "nul": "which is not a usable path",
        "long": "which cannot be read: File name too long",
    }[kind]
    if kind == "folder":
        table.mkdir()
    elif kind == "pipe":
        os.mkfifo(table)
    elif kind == "large":
        table.write_text("1e30\n" * 300_000, encoding="utf-8")
    names = {"device": "/dev/zero", "nul": "a\\u0000b", "long": "a" * 5000}
    if kind in names:
        text = TABLE.replace("data/requirement.csv", names[kind])
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BadParameters) as caught:
        ba.read_parameters(path)
    (problem,) = map(str, caught.value.problems)
    assert problem.startswith(f"{path}:4: hypotheses.one.training_flop.file: found ")
    assert words in problem or len(words) > 60


def test_e_table_that_is_not_needed_need_not_be_there(folder: Path) -> None:
    path = folder / "own.toml"
    assert flop_of(path, "hypotheses.one.training_flop=1e30") == d.Point(1e30)
    child = 'format = 1\nextends = "own.toml"\n'
    for more in (
        "[hypotheses.one]\ntraining_flop = 1e30\n",
        'drop = ["hypotheses.one.training_flop"]\n[hypotheses.one]\ntraining_flop = 1e30\n',
    ):
        (folder / "child.toml").write_text(child + more, encoding="utf-8")
        assert flop_of(folder / "child.toml") == d.Point(1e30)
    (folder / "child.toml").write_text(child + "[lag]\ntraining_years = 1\n", encoding="utf-8")
    with pytest.raises(BadParameters, match=r"own\.toml:4: hypotheses\.one\.training_flop\.file"):
        ba.read_parameters(folder / "child.toml")


def test_e_table_what_else_is_wrong_is_told_too(folder: Path) -> None:
    path = written(folder, "1e30\nx\n")
    path.write_text(TABLE + "[lag]\ntraining_years = -1\n", encoding="utf-8")
    with pytest.raises(BadParameters) as caught:
        ba.read_parameters(path)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "where", ["title", "brain", "hypotheses.one", "forecast.first_year", "x.y"]
)
@pytest.mark.parametrize("file", ["data/requirement.csv", "missing.csv"])
def test_e_table_where_no_quantity_stands(folder: Path, where: str, file: str) -> None:
    path = written(folder, SAMPLES)
    text = f'format = 1\nextends = "base.toml"\n{where} = {{ dist = "table", file = "{file}" }}\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadParameters, match=r"own\.toml:3: "):
        ba.read_parameters(path)


def test_e_table_a_text_opens_no_file(folder: Path) -> None:
    """What is loaded from elsewhere names no files of this machine."""
    written(folder, SAMPLES)
    os.chdir(folder)
    text = FILE.format(**USUAL | {"flop": '{ dist = "table", file = "data/requirement.csv" }'})
    with pytest.raises(BadParameters, match="only a parameter file, or --set, can name a file"):
        parse_parameters(text, "own.toml")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('{ dist = "table" }', "found none; allowed: file, or samples, or values and prob"),
        ('{ dist = "table", samples = [1e30, 1e31], values = [1e30, 1e31] }', "samples and values"),
        ('{ dist = "table", values = [1e30, 1e31] }', "found values; allowed"),
        ('{ dist = "table", file = 3 }', "found 3; allowed: text in quotes"),
        ('{ dist = "table", samples = [1e30, 1e31], sha256 = "x" }', "sha256: found"),
    ],
)
def test_e_table_arguments_that_do_not_fit(table: str, message: str) -> None:
    with pytest.raises(BadParameters, match=message):
        small(flop=table)


def test_e_table_of_as_many_rows_as_may_be_goes_everywhere(folder: Path, cli: Any) -> None:
    rng = np.random.default_rng(1)
    samples = "\n".join(map(repr, (10 ** rng.normal(31, 2, 10_000)).tolist()))
    path = written(folder, samples)
    assert cli("check", path).endswith("no problems\n")
    Path("shown.toml").write_text(cli("show", path), encoding="utf-8")
    parameters = ba.read_parameters(path)
    assert ba.read_parameters("shown.toml").text == parameters.text
    cli("run", path, "--out", "kept")
    assert ba.load("kept").parameters.text == parameters.text
    cli("load", "kept", "--repeat")
    exact = ba.run(folder / "base.toml")
    np.testing.assert_allclose(ba.load("kept").cdf, exact.cdf, atol=0.02)
    for kind, suffix in (("excel", "xlsx"), ("squiggle", "squiggle"), ("csv", "csv")):
        cli("export", path, "--format", kind, "--out", f"kept/x.{suffix}")
    from openpyxl import load_workbook

    rows = load_workbook("kept/x.xlsx")["provenance"].iter_rows(values_only=True)
    found = {row[0]: "".join(filter(None, map(str, filter(None, row[1:])))) for row in rows}
    assert found["parameters"] == parameters.text
    assert parameters.table_files["hypotheses.one.training_flop"]["sha256"] in found["table_files"]
    (differs,) = differences(ba.read_parameters(folder / "base.toml"), parameters)
    assert "... 10000 in all ..." in str(differs.second)
    cli("compare", folder / "base.toml", path)
    cli("report", path, "--out", "told")
    told = next(Path("told").glob("*.html")).read_text(encoding="utf-8")
    assert "... 10000 in all ..." in told
