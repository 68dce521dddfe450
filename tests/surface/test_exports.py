"""Exports: each holds what it should, reads back to the same numbers, and can be run again."""

import csv
import importlib.util
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import openpyxl
import pytest
from exporting import QUICK, READABLE, written
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

import bioanchors as ba
from bioanchors.formats.cells import safe
from bioanchors.formats.question import Question
from bioanchors.formats.registry import FORMATS
from bioanchors.parameters import parse_parameters
from bioanchors.results.exports.asked import Asked
from bioanchors.results.exports.distribution import distribution
from bioanchors.results.exports.json_format import SCHEMA, document_digest, json_text
from bioanchors.results.exports.metaculus import continuous
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.exports.questions import decimal_year, read_question
from bioanchors.results.exports.reading import LoadedTable, other_version
from bioanchors.results.exports.squiggle import squiggle_text
from bioanchors.results.repeating import repeated
from bioanchors.results.stored import parameters_in

BAD_INPUT = 2


@pytest.fixture(scope="module")
def forecasts():
    return {name: ba.run(name) for name in ("cotra2020", "cotra2020-uncertain", "latest")}


# --- There and back ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("preset", ["cotra2020", "latest"])
def test_what_is_written_reads_back_to_the_same_numbers(forecasts, preset, name, tmp_path):
    forecast = forecasts[preset]
    loaded = ba.load(written(forecast, tmp_path, name))
    years = loaded.years
    places = np.searchsorted(forecast.years, years)
    np.testing.assert_array_equal(forecast.years[places], years)
    np.testing.assert_array_equal(loaded.cdf, forecast.cdf[places])
    if isinstance(loaded, LoadedTable):
        np.testing.assert_array_equal(
            loaded.columns["standard_error"], forecast.cdf_standard_error[places]
        )
        for i, hypothesis in enumerate(forecast.hypotheses):
            np.testing.assert_array_equal(
                loaded.columns[hypothesis], forecast.hypothesis_cdf[i, places]
            )
        assert loaded.probability_by(2050) == forecast.probability_by(2050)
    else:
        assert loaded.quantile(0.5) == forecast.quantile(0.5)
        assert loaded.largest_error == forecast.largest_error
        other = {"short_horizon": 1, "none": 0}
        assert loaded.with_weights(other).quantile(0.5) == forecast.with_weights(other).quantile(
            0.5
        )
    assert loaded.parameters.hash == forecast.parameters.hash


@pytest.mark.parametrize("name", READABLE)
def test_a_table_has_as_many_whole_years_in_every_format(forecasts, name, tmp_path):
    """Parquet has other years of the CDF as well."""
    loaded = ba.load(written(forecasts["cotra2020"], tmp_path, name))
    if isinstance(loaded, LoadedTable):
        assert loaded.whole_years == 2100 - 2024 + 1
        assert "77 years" in repr(loaded)


weights = st.lists(st.floats(0, 5), min_size=6, max_size=6).filter(lambda w: sum(w) > 0.1)


@given(weights=weights, none=st.floats(0, 1))
@settings(max_examples=10, deadline=None)
def test_any_forecast_survives_the_way_there_and_back(forecasts, tmp_path_factory, weights, none):
    base = forecasts["cotra2020"]
    forecast = base.with_weights(dict(zip(base.hypotheses, weights, strict=True)) | {"none": none})
    folder = tmp_path_factory.mktemp("round")
    for name in QUICK:
        loaded = ba.load(written(forecast, folder, name))
        places = np.searchsorted(forecast.years, loaded.years)
        np.testing.assert_array_equal(loaded.cdf, forecast.cdf[places])


@pytest.mark.parametrize("preset", ["cotra2020", "cotra2020-uncertain", "latest"])
@pytest.mark.parametrize("name", READABLE)
def test_a_run_can_be_repeated_from_its_export_alone(forecasts, preset, name, tmp_path):
    forecast = forecasts[preset]
    loaded = ba.load(written(forecast, tmp_path, name))
    made = loaded.provenance if isinstance(loaded, LoadedTable) else provenance(loaded)
    again = repeated(made)
    np.testing.assert_allclose(again.cdf, forecast.cdf, rtol=0, atol=1e-14)
    assert again.points == forecast.points
    assert again.trend_points == forecast.trend_points


def test_counted_runs_can_be_repeated():
    forecast = ba.run("cotra2020", estimator="count", points=2**14, seed=5)
    again = repeated(provenance(forecast))
    np.testing.assert_array_equal(again.cdf, forecast.cdf)


@pytest.mark.parametrize("preset", ["cotra2020", "cotra2020-uncertain"])
def test_what_was_written_without_rounds_can_be_repeated(forecasts, preset):
    forecast = ba.run(preset)
    made = provenance(forecast)
    del made["rounds"]
    again = repeated(made)
    # Other years may be averaged at.
    np.testing.assert_allclose(again.cdf, forecast.cdf, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", [n for n in FORMATS if n not in READABLE])
def test_what_cannot_be_read_back_says_how_to_run_it_again(forecasts, name, tmp_path):
    forecast = forecasts["cotra2020"]
    path = tmp_path / f"x{FORMATS[name].suffix}"
    asked = Asked(points=64, question=Question(2024.0, 2100.0, open_low=True))
    ba.export(forecast, path, name, asked=asked)
    if name == "excel":
        sheet = openpyxl.load_workbook(path)["provenance"]
        made = {row[0].value: row[1].value for row in sheet.iter_rows()}
        assert parameters_in(made).hash == forecast.parameters.hash
        assert repeated(made).quantile(0.5) == forecast.quantile(0.5)
    elif name == "squiggle":
        text = path.read_text()
        assert f"seed {forecast.origin.seed}" in text
        toml = text.split("this parameter file:\n")[1]
        file = tmp_path / "again.toml"
        file.write_text("".join(line[3:] + "\n" for line in toml.splitlines()))
        assert ba.read_parameters(file).hash == forecast.parameters.hash
    elif name == "metaculus":
        made = json.loads(path.read_text())["provenance"]
        assert repeated(made).quantile(0.5) == forecast.quantile(0.5)
    else:
        made = json.loads(path.with_name(path.name + ".provenance.json").read_text())
        assert repeated(made).quantile(0.5) == forecast.quantile(0.5)


@pytest.mark.parametrize("name", ["json", "netcdf"])
def test_another_version_says_so(forecasts, cli, tmp_path, name):
    made = forecasts["cotra2020"]
    other = ba.Forecast(made.parameters, made.sums, replace(made.origin, version="0.0.9"))
    path = written(other, tmp_path, name)
    assert other_version(ba.load(path)) == "0.0.9"
    assert "2052.9" in cli("load", path)
    assert "made by bioanchors 0.0.9" in cli.errors


def test_the_json_keeps_to_its_schema():
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in ("cotra2020", "cotra2020-uncertain", "latest"):
        # Few years and replicates: a validator written in Python looks at each number.
        short = ba.read_parameters(name).edited("forecast.last_year=2030")
        forecast = ba.run(short, points=2**14, replicates=2)
        slim, full = (json.loads(json_text(forecast, is_full=is_full)) for is_full in (False, True))
        jsonschema.validate(slim, schema)
        jsonschema.validate(full, schema)
        assert set(full) - set(slim) == {"attrs", "variables"}
        assert all(full[key] == slim[key] for key in set(slim) - {"sha256"})


def test_the_json_is_what_people_read(forecasts):
    forecast = forecasts["latest"]
    text = json_text(forecast)
    assert len(text) < 2**18
    made = json.loads(text)
    rows = {row["year"]: row for row in made["by_year"]}
    assert [*rows] == [*range(2026, 2101)]
    assert rows[2050]["probability"] == forecast.probability_by(2050)
    assert rows[2050]["genome"] == forecast.probability_by(2050, hypothesis="genome")
    last = made["quantiles"][-1]
    assert (last["probability"], last["year"], last["year_state"]) == (0.99, None, "not by 2100")
    half = next(row for row in made["quantiles"] if row["probability"] == 0.5)
    assert half["year"] == forecast.quantile(0.5)


def test_json_of_the_first_version_is_read(forecasts, tmp_path):
    forecast = forecasts["cotra2020"]
    document = json.loads(json_text(forecast, is_full=True))
    for key in ("by_year", "quantiles", "sha256"):
        del document[key]
    document["version"] = 1
    document["sha256"] = document_digest(document)
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert ba.load(tmp_path / "x.json").quantile(0.5) == forecast.quantile(0.5)


def test_a_folder_of_a_run_loads(cli, tmp_path):
    cli("run", "cotra2020", "--out", "out")
    assert "2052.9" in cli("load", "out", "--repeat")
    assert ba.load("out").quantile(0.5) == ba.run("cotra2020").quantile(0.5)


# --- Tables --------------------------------------------------------------------------------------


def test_the_density_adds_up(forecasts, tmp_path):
    forecast = forecasts["cotra2020"]
    ba.export(forecast, tmp_path / "x.csv", "csv")
    table = ba.load(tmp_path / "x.csv").columns
    total = table["density"][1:] @ np.diff(table["year"])
    assert total == pytest.approx(forecast.mass_within)


def test_quantiles_are_the_forecasts(forecasts, tmp_path):
    forecast = forecasts["cotra2020"]
    ba.export(forecast, tmp_path / "q.csv", "quantiles")
    with (tmp_path / "q.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        p = float(row["probability"])
        for column, name in (("year", None), ("genome", "genome"), ("lifetime", "lifetime")):
            year = forecast.quantile(p, name)
            states = {math.inf: "not by 2100", -math.inf: "at or before 2024"}
            assert row[f"{column}_state"] == states.get(year, "within")
            assert row[column] == (repr(year) if math.isfinite(year) else "")
        assert (row["standard_error"] == "") == (row["year"] == "")
    assert rows[0]["year_state"] == "at or before 2024"
    assert rows[-1]["year_state"] == "not by 2100"


def test_draws_are_tidy(forecasts, tmp_path):
    forecast = forecasts["latest"]
    ba.export(forecast, tmp_path / "d.csv", "draws", asked=Asked(points=256))
    with (tmp_path / "d.csv").open() as file:
        rows = list(csv.DictReader(file))
    data = ba.draw("latest", points=256)
    assert len(rows) == data.sizes["draw"] * data.sizes["hypothesis"]
    for row in (rows[0], rows[777]):
        place = {"draw": int(row["draw"])}
        here = data.isel(place).sel(hypothesis=row["hypothesis"])
        assert float(row["log10(requirement) [FLOP]"]) == float(here["requirement"])
        year = float(here["arrival_year"])
        assert row["arrival_year"] == (repr(year) if math.isfinite(year) else "")
        doubling = float(here["hardware.doubling_years"])
        assert float(row["hardware.doubling_years [years]"]) == doubling
    arrival = data["arrival_year"].values
    states = [row["arrival_year_state"] for row in rows]
    assert states.count("at or before 2026") == np.isneginf(arrival).sum() > 0
    assert states.count("not by 2100") == np.isposinf(arrival).sum() > 0
    assert states.count("within") == np.isfinite(arrival).sum()


def test_excel_has_the_numbers(forecasts, tmp_path):
    forecast = forecasts["latest"]
    ba.export(forecast, tmp_path / "x.xlsx", "excel")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == [
        "summary", "cdf", "quantiles", "hypotheses", "parameters", "provenance"
    ]  # fmt: skip
    cdf = [(row[0].value, row[1].value) for row in book["cdf"].iter_rows(min_row=2)]
    for year, probability in cdf:
        assert probability == pytest.approx(forecast.probability_by(year), abs=1e-15)


def test_excel_is_made_to_be_read(forecasts, tmp_path):
    forecast = forecasts["latest"]
    ba.export(forecast, tmp_path / "x.xlsx", "excel")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        for column in sheet.iter_cols(max_col=min(sheet.max_column, 4)):
            heads = len(str(column[0].value or ""))
            assert sheet.column_dimensions[column[0].column_letter].width > min(heads, 58)
    formats = {
        cell.value: book["cdf"].cell(2, cell.column).number_format for cell in book["cdf"][1]
    }
    assert formats["year"] == "0"
    assert formats["probability"] == formats["genome"] == "0.0%"
    assert formats["standard_error"] == "0.000%"
    summary = {row[0].value: row[1] for row in book["summary"].iter_rows()}
    median = summary["year of 50 %"]
    assert median.value == pytest.approx(forecast.quantile(0.5), abs=1e-9)
    assert median.number_format == "0.0"
    (chart,) = book["summary"]._charts
    (drawn,) = chart.series
    last = len(forecast.whole_years) + 1
    assert drawn.xVal.numRef.f == f"'cdf'!$A$2:$A${last}"
    assert drawn.yVal.numRef.f == f"'cdf'!$B$2:$B${last}"
    assert not chart.x_axis.delete


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_titles_are_no_formulas(start, tmp_path):
    title = f"{start}HYPERLINK(1)"
    parameters = ba.read_parameters("cotra2020", [f"title={json.dumps(title)}"])
    forecast = ba.run(parameters)
    ba.export(forecast, tmp_path / "x.xlsx", "excel")
    for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx"):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    ba.export(forecast, tmp_path / "x.csv", "csv")
    for line in (tmp_path / "x.csv").read_text().splitlines():
        assert not line.startswith(start)
    # A line break in a title does not end a comment.
    assert all(line.startswith("//") for line in squiggle_text(forecast).splitlines()[:4])


def test_safe_texts():
    assert [safe(t) for t in ("=1", "-5", "+x", "a", "")] == ["'=1", "-5", "'+x", "a", ""]


# --- Distributions -------------------------------------------------------------------------------


def test_scipys_distribution(forecasts):
    for forecast in forecasts.values():
        made = distribution(forecast)
        years = np.linspace(forecast.years[0], forecast.years[-1], 50)
        exact = [forecast.probability_by(year) for year in years]
        np.testing.assert_allclose(made.cdf(years), exact, atol=1e-9)
        inside = 1 - made.p_never - made.p_at_or_before
        p = (0.3 - made.p_at_or_before) / inside
        assert made.distribution.ppf(p) == pytest.approx(forecast.quantile(0.3), abs=1e-3)
        assert made.p_never == pytest.approx(forecast.mass_beyond)


def test_squiggle_says_the_same(forecasts):
    for forecast in forecasts.values():
        text = squiggle_text(forecast)
        points = np.array(re.findall(r"\{x: ([^,]+), y: ([^}]+)\}", text), dtype=float)
        x, y = points.T
        assert np.all(np.diff(x) > 0)
        # As Squiggle does: straight lines between points, their integral.
        cdf = np.concatenate([[0], np.cumsum(np.diff(x) * 0.5 * (y[1:] + y[:-1]))])
        assert cdf[-1] == pytest.approx(1, abs=1e-9)
        before, never = (
            float(re.search(rf"{name} = (\S+)", text)[1]) for name in ("pAtOrBefore", "pNever")
        )
        for year in range(int(x[0]) + 1, int(x[-1]) + 1, 7):
            here = before + (1 - before - never) * np.interp(year, x, cdf)
            assert here == pytest.approx(forecast.probability_by(year), abs=2e-4)


# --- Metaculus -----------------------------------------------------------------------------------


def rule_breaks(cdf, open_low, open_high):
    """What the site would say, from its help page, and nothing of the code that made the CDF."""
    said = []
    intervals = len(cdf) - 1
    for i in range(intervals):
        step = cdf[i + 1] - cdf[i]
        if step < 0.01 / intervals:
            said.append(f"step {i} too small: {step}")
        if step > 0.2 * 200 / intervals:
            said.append(f"step {i} too large: {step}")
    if open_low and cdf[0] < 0.001:
        said.append("too little below")
    if not open_low and cdf[0] != 0:
        said.append("something below a closed end")
    if open_high and cdf[-1] > 0.999:
        said.append("too little above")
    if not open_high and cdf[-1] != 1:
        said.append("something above a closed end")
    return said


questions = st.builds(
    lambda low, width, open_low, open_high, zero, intervals: Question(
        low, min(low + width, 2100.0), open_low, open_high,
        None if zero is None else low - zero, intervals,
    ),
    low=st.floats(2000, 2090),
    width=st.floats(5, 90),
    open_low=st.booleans(),
    open_high=st.booleans(),
    zero=st.none() | st.floats(0.1, 50),
    intervals=st.sampled_from([200, 200, 100, 50, 300]),
).filter(lambda q: q.high > 2030)  # fmt: skip


@given(question=questions, name=st.sampled_from(["cotra2020", "latest"]))
@settings(max_examples=150, deadline=None)
def test_the_sites_rules_hold(forecasts, question, name):
    made = continuous(
        forecasts[name], question, condition=not (question.open_low and question.open_high)
    )
    assert len(made.cdf) == question.intervals + 1
    assert rule_breaks(made.cdf.tolist(), question.open_low, question.open_high) == []
    assert made.largest_move == np.max(np.abs(made.cdf - made.wanted))


def test_the_nearest_curve_is_the_nearest(forecasts):
    # Against a general solver of the same quadratic problem.
    from scipy.optimize import minimize

    question = Question(2026.0, 2100.0, False, True, None, 24)
    made = continuous(forecasts["latest"], question, condition=True)
    wanted = np.diff(made.wanted, prepend=0.0, append=1.0)
    low = np.array([0.0, *[0.01 / 24] * 24, 0.001])
    high = np.array([0.0, *[0.2 * 200 / 24] * 24, 1.0])
    found = minimize(
        lambda s: ((s - wanted) ** 2).sum(),
        np.full(26, 1 / 26),
        jac=lambda s: 2 * (s - wanted),
        bounds=list(zip(low, np.minimum(high, 1.0), strict=True)),
        constraints={"type": "eq", "fun": lambda s: s.sum() - 1},
        options={"maxiter": 500, "ftol": 1e-14},
    )
    mine = np.diff(made.cdf, prepend=0.0, append=1.0)
    assert ((mine - wanted) ** 2).sum() <= found.fun + 1e-7


def test_a_gentle_question_moves_nothing_much(forecasts):
    made = continuous(forecasts["latest"], Question(2026.0, 2100.0, True, True))
    assert made.largest_move < 0.02
    year = made.question.places[100]
    assert made.cdf[100] == pytest.approx(forecasts["latest"].probability_by(year), abs=0.02)


def test_places_of_a_logarithmic_scale():
    question = Question(2026.0, 2100.0, zero_year=2020.0)
    places = question.places
    assert places[0] == 2026
    assert places[-1] == pytest.approx(2100)
    ratios = (places[1:] - 2020) / (places[:-1] - 2020)
    np.testing.assert_allclose(ratios, ratios[0])


def test_never_is_not_hidden(forecasts):
    closed = Question(2026.0, 2100.0, False, False)
    with pytest.raises(ValueError, match=r"no arrival by 2100\.00 has a probability of 23"):
        continuous(forecasts["latest"], closed)
    made = continuous(forecasts["latest"], closed, condition=True)
    assert made.is_conditional
    assert made.p_beyond == pytest.approx(forecasts["latest"].mass_beyond)


POST = {
    "id": 5121,
    "title": "x",
    "question": {
        "type": "date",
        "open_lower_bound": False,
        "open_upper_bound": True,
        "scaling": {
            "range_min": 1767225600.0,  # 1 January 2026
            "range_max": 4102444800.0,  # 1 January 2100
            "zero_point": None,
            "inbound_outcome_count": None,
        },
    },
}


def test_a_question_as_downloaded(cli, tmp_path):
    question = read_question(POST)
    assert question == Question(2026.0, 2100.0, False, True)
    assert read_question(POST["question"]) == question
    (tmp_path / "q.json").write_text(json.dumps(POST))
    cli(
        "export",
        "latest",
        "--format",
        "metaculus",
        "--question",
        "q.json",
        "--out",
        "m.json",
        "--condition",
    )
    document = json.loads(Path("m.json").read_text())
    assert len(document["continuous_cdf"]) == 201
    assert rule_breaks(document["continuous_cdf"], False, True) == []
    assert document["event"] == "affordable"
    assert document["lag"] is not None
    assert 0 <= document["largest_move_by_the_rules"] < 0.02


@pytest.mark.parametrize(
    ("value", "year"),
    [(1767225600, 2026.0), ("2026-07-02T12:00:00Z", 2026.5), ("2024-01-01", 2024.0), (2030, 2030)],
)
def test_dates(value, year):
    assert decimal_year(value) == pytest.approx(year, abs=1e-9)


def test_a_forecasts_own_methods(forecasts, tmp_path):
    forecast = forecasts["cotra2020"]
    for name in ("csv", "json", "parquet", "excel", "netcdf"):
        path = tmp_path / f"x{FORMATS[name].suffix}"
        getattr(forecast, f"to_{name}")(path)
        getattr(forecast, f"to_{name}")(path)  # replaces
        assert path.stat().st_size > 0
    assert forecast.to_squiggle() == squiggle_text(forecast)
    assert len(forecast.to_metaculus(POST, condition=True).cdf) == 201
    assert forecast.to_distribution().p_never == pytest.approx(forecast.mass_beyond)


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cotra2020", "--format", "excel"), "needed: --out PATH"),
        (("cotra2020", "--format", "metaculus"), "--question FILE, or --range"),
        (("cotra2020", "--format", "metaculus", "--range", "2030"), "FROM:TO"),
        (("cotra2020", "--format", "metaculus", "--range", "2050:2030"), "lower bound first"),
        (("cotra2020", "--format", "metaculus", "--range", "soon:2030"), "a date such as"),
        (("cotra2020", "--format", "metaculus", "--range", "2026:2150"), "last_year"),
        (("cotra2020", "--format", "metaculus", "--range", "2026:2090", "--open", "none"),
         "--condition"),
        (("cotra2020", "--format", "metaculus", "--range", "2026:2090", "--scale", "cubic"),
         "log:DATE"),
        (("cotra2020", "--format", "metaculus", "--range", "2026:2090", "--scale", "log:2030"),
         "zero point"),
        (("cotra2020", "--format", "metaculus", "--question", "missing.json"), "missing.json"),
        (("cotra2020", "--format", "nothing"), "nothing"),
        (("cotra2020", "--format", "csv", "--full"), "it is for --format json"),
        (("missing.nc", "--format", "csv"), "no such file"),
        (("nobody", "--format", "csv"), "nobody"),
    ],
)  # fmt: skip
def test_bad_exports(cli, arguments, words, tmp_path):
    cli("export", *arguments, code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())
    assert "Traceback" not in cli.errors
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_kept(cli):
    Path("x.csv").write_text("mine")
    cli("export", "cotra2020", "--format", "csv", "--out", "x.csv", code=BAD_INPUT)
    assert "--force" in cli.errors
    assert Path("x.csv").read_text() == "mine"
    cli("export", "cotra2020", "--format", "csv", "--out", "x.csv", "--force")
    assert Path("x.csv").read_text().startswith("year,")


def test_a_missing_extra_is_named(cli, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "openpyxl" else found(name)
    )
    cli("export", "cotra2020", "--format", "excel", "--out", "x.xlsx", code=BAD_INPUT)
    assert "pip install 'bioanchors[excel]'" in cli.errors


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.nc", "nothing", "not netCDF"),
        ("x.json", "nothing", "not JSON"),
        ("x.json", "[]", "not a JSON object"),
        ("x.json", "{}", "allowed: 'bioanchors-forecast'"),
        ("x.json", '{"format": "bioanchors-forecast", "version": 9}', "found version 9"),
        ("x.json", '{"format": "bioanchors-forecast", "version": 1}', "not a whole"),
        ("x.json", '{"format": "bioanchors-forecast", "version": 2}', "not a whole"),
        ("x.json", '{"format": "bioanchors-forecast", "version": 2, "by_year": 1}', "no list of"),
        ("x.csv", "year,probability\n2024,0\n", "x.csv.provenance.json"),
        ("x.parquet", "nothing", "not Parquet"),
        ("x.txt", "nothing", "allowed: .nc, .json, .csv, .parquet"),
    ],
)
def test_what_is_no_export(cli, name, text, words):
    Path(name).write_text(text)
    cli("load", name, code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())


def test_text_formats_print(cli):
    text = cli("export", "cotra2020", "--format", "quantiles")
    assert text.startswith("probability,year,year_state,standard_error,lifetime")
    result = cli("export", "cotra2020", "--format", "json", "--full", "--out", "f.json")
    assert result == "written: f.json\n"
    again = cli("export", "f.json", "--format", "quantiles")
    assert again == text
    assert math.isfinite(ba.load("f.json").quantile(0.5))


# --- SciPy's distribution against quadrature, steps included --------------------------------------

ATOM = """
format = 1
title = "A known year"
[forecast]
first_year = 2025
last_year = 2060
report_years = [2040]
[hypotheses.known]
kind = "direct"
weight = 1
training_flop = 1e31
[hypotheses.wide]
kind = "direct"
weight = 1
training_flop = { dist = "lognormal", median = 1e32, sd_oom = 1 }
[algorithms]
gain_start_year = 2025
halving_years = 2
max_oom = 3
[hardware]
start_year = 2025
flop_per_usd = 1e18
doubling_years = 2.5
max_flop_per_usd = 1e24
[spending]
start_year = 2025
largest_run_usd = 1e9
doubling_years = 2.5
max_share_of_gdp = 0.01
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 3e13
growth_per_year = 0.03
"""


def by_hand(forecast, function):
    """Expectation of a function of the year within the window, by steps of the CDF."""
    years, cdf = forecast.years, forecast.cdf
    total = 0.0
    for i in range(years.size - 1):
        mass, a, b = cdf[i + 1] - cdf[i], years[i], years[i + 1]
        if b - a < 1e-9:
            total += mass * function(b)
        elif mass > 0:
            total += mass / (b - a) * integrate.quad(function, a, b)[0]
    return total / (cdf[-1] - cdf[0])


@pytest.mark.parametrize("source", ["atom", "cotra2020"])
def test_scipys_moments_are_those_by_hand(source, forecasts):
    forecast = forecasts["cotra2020"] if source != "atom" else ba.run(parse_parameters(ATOM, "a"))
    made = forecast.to_distribution().distribution
    mean = by_hand(forecast, lambda y: y)
    central = [by_hand(forecast, lambda y, n=n: (y - mean) ** n) for n in (2, 3, 4)]
    assert made.mean() == pytest.approx(mean, abs=1e-6)
    assert made.std() == pytest.approx(math.sqrt(central[0]), rel=1e-6)
    _, _, skew, kurtosis = made.stats(moments="mvsk")
    assert skew == pytest.approx(central[1] / central[0] ** 1.5, rel=1e-5)
    assert kurtosis == pytest.approx(central[2] / central[0] ** 2 - 3, rel=1e-5)
    assert made.moment(2) == pytest.approx(by_hand(forecast, lambda y: y**2), rel=1e-10)
    assert made.expect(lambda y: math.exp((y - 2040) / 20)) == pytest.approx(
        by_hand(forecast, lambda y: math.exp((y - 2040) / 20)), rel=1e-9
    )
    inside = [y for y in (2030.0, 2045.5) if y < forecast.years[-1]]
    assert made.expect(lb=inside[0], ub=inside[1]) == pytest.approx(
        by_hand(forecast, lambda y: y * (inside[0] <= y <= inside[1])), rel=1e-4
    )
    if source == "atom":
        assert made.entropy() == -math.inf
    else:
        density = np.diff(forecast.cdf) / np.diff(forecast.years)
        mass = np.diff(forecast.cdf)
        share = mass.sum()
        some = mass > 0
        exact = -np.sum(mass[some] / share * np.log(density[some] / share))
        assert made.entropy() == pytest.approx(exact, rel=1e-9)


def test_scipys_quantiles_and_draws_keep_a_known_year():
    forecast = ba.run(parse_parameters(ATOM, "a"))
    made = forecast.to_distribution()
    u = np.linspace(0.001, 0.999, 999)
    years = made.distribution.ppf(u)
    exact = [
        forecast.quantile(made.p_at_or_before + p * (1 - made.p_at_or_before - made.p_never))
        for p in u
    ]
    np.testing.assert_allclose(years, exact, rtol=0, atol=1e-6)
    drawn = made.distribution.rvs(size=4000, random_state=1)
    values, counts = np.unique(drawn, return_counts=True)
    assert counts.max() > 1000
    assert forecast.quantile(0.5, "known") == pytest.approx(values[counts.argmax()], abs=1e-9)
    np.testing.assert_allclose(
        made.cdf(np.array([2035.0, 2050.0])),
        [forecast.probability_by(2035), forecast.probability_by(2050)],
        atol=1e-12,
    )


def test_a_closed_start_does_not_take_in_what_comes_before(forecasts):
    forecast = forecasts["latest"]
    closed = Question(2030.0, 2100.0, False, True)
    with pytest.raises(
        ValueError, match=r"the lower end is closed, but arrival before 2030\.00 has"
    ):
        continuous(forecast, closed)
    given = continuous(forecast, closed, condition=True)
    before, by_end = forecast.probability_by(2030), forecast.probability_by(2100)
    middle = (forecast.probability_by(2065) - before) / (by_end - before)
    assert given.wanted[100] == pytest.approx(middle, abs=1e-9)
    assert given.p_before == pytest.approx(before)
    is_open = continuous(forecast, Question(2030.0, 2100.0, True, True))
    assert is_open.wanted[0] == pytest.approx(before)
