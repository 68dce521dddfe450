"""What is read back: only what was written. All else is refused in one clear message."""

import json
import math
import time
from pathlib import Path

import numpy as np
import pytest
import strategies
from exporting import FULL_JSON, QUICK, READABLE, written
from fuzzing import loading as fuzz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seeds import ALL, SEEDS

import bioanchors as ba
from bioanchors.formats.registry import FORMATS
from bioanchors.parameters import parse_parameters
from bioanchors.results.exports.questions import decimal_year, read_question
from bioanchors.results.exports.reading import LoadedTable, read_back
from bioanchors.results.exports.writing import BESIDE

BAD_INPUT = 2
CHANGED = "not as it was written: edited, damaged, cut, or beside the provenance of another"


@pytest.fixture(scope="module")
def forecasts():
    """Two small forecasts, of other hypotheses, and one under evidence that refutes nothing."""
    texts = {"plain": fuzz.SMALL, "other": fuzz.SMALL.replace(".two]", ".third]")}
    texts["seen"] = fuzz.SMALL + fuzz.EVIDENCE
    return {
        name: ba.run(parse_parameters(text, name), points=2**13, replicates=2)
        for name, text in texts.items()
    }


@pytest.fixture(scope="module")
def files(forecasts, tmp_path_factory):
    """Each forecast in each format: name, format -> the bytes of the file and what is beside it."""
    folder, made = tmp_path_factory.mktemp("files"), {}
    for name, forecast in forecasts.items():
        for format_ in READABLE:
            path = written(forecast, folder, format_, f"{name}-{format_}")
            beside = path.with_name(path.name + BESIDE)
            made[name, format_] = path.read_bytes(), beside.exists() and beside.read_bytes()
    return made


def put(files, name, format_, folder=None):
    """Write a file as it was exported; return its path."""
    path = Path(folder or ".") / f"x{FORMATS[format_.split()[0]].suffix}"
    raw, beside = files[name, format_]
    path.write_bytes(raw)
    if beside:
        path.with_name(path.name + BESIDE).write_bytes(beside)
    return path


def refused(cli, path, words, *options):
    output = cli("load", path, *options, code=BAD_INPUT)
    assert output == ""
    assert words in cli.errors
    assert str(path) in cli.errors
    assert cli.errors.count("Error: ") == 1


def without_digest(document):
    """Return a JSON document as versions wrote it that knew no digest."""
    kept = {key: value for key, value in document.items() if key != "sha256"}
    if "attrs" in kept:
        kept["attrs"] = {k: v for k, v in kept["attrs"].items() if k != "sha256"}
    return kept


# --- A12: tables and forecasts that are not what they say ----------------------------------------


@pytest.mark.parametrize("name", ["plain", "seen"])
@pytest.mark.parametrize("format_", READABLE)
def test_what_was_written_is_read_without_a_note(cli, files, name, format_):
    cli("load", put(files, name, format_))
    assert cli.errors == ""


def test_a12_the_cdf_of_one_file_beside_the_provenance_of_another(cli, files):
    path = put(files, "plain", "csv")
    path.write_bytes(files["other", "csv"][0])
    refused(cli, path, CHANGED)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a12_ends_of_lines_are_no_change(cli, files, ends):
    path = put(files, "plain", "csv")
    path.write_bytes(path.read_bytes().replace(b"\n", ends.encode()))
    cli("load", path)


def edited_table(change):
    def edit(path):
        rows = [line.split(",") for line in path.read_text().splitlines()]
        change(rows)
        path.write_text("".join(",".join(row) + "\n" for row in rows))

    return edit


def column(name, value):
    def change(rows):
        place = rows[0].index(name)
        for i, row in enumerate(rows[1:]):
            row[place] = repr(value) if not callable(value) else repr(value(i))

    return edited_table(change)


def rename(old, new):
    def change(rows):
        rows[0][rows[0].index(old)] = new

    return edited_table(change)


def drop_rows(rows):
    del rows[3:5]


TABLES = {
    "A12-cdf-above-1": (column("probability", 1.5), "is not everywhere between 0 and all there is"),
    "A12-cdf-negative": (column("probability", -0.5), "is not everywhere between 0"),
    "A12-cdf-nan": (column("probability", float("nan")), "probability holds what is no number"),
    "A12-cdf-falls": (column("probability", lambda i: 0.9 - i / 10), "probability falls"),
    "A12-years-nan": (column("year", float("nan")), "its years do not ascend"),
    "A12-years-others": (column("year", lambda i: 2100.0 + i), "lacks 7 of the 7 years"),
    "A12-years-back": (column("year", lambda i: 2031.0 - i), "its years do not ascend"),
    "A12-years-lost": (edited_table(drop_rows), "lacks 2 of the 7 years of its window, 2025 to"),
    "A12-hypotheses": (rename("two", "third"), "found the columns year, probability"),
    "A12-errors-negative": (column("standard_error", -1.0), "standard_error is below 0"),
    "A12-density": (column("density", 0.1), "density is not that of probability"),
    "A12-none": (column("none_probability", 3.0), "none_probability is not everywhere"),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_a12_tables_that_were_edited(cli, files, name, is_guarded):
    change, words = TABLES[name]
    path = put(files, "plain", "csv")
    change(path)
    if not is_guarded:
        beside = path.with_name(path.name + BESIDE)
        beside.write_text(json.dumps(without_digest(json.loads(beside.read_text()))))
    refused(cli, path, CHANGED if is_guarded else words)


PROVENANCES = {
    "A12-event": ("event", "x", "event: found"),
    "A12-event-other": ("event", "trained", "allowed: affordable, as its parameters have it"),
    "A12-parameters": ("parameters", "format = 1\n", "parameters_sha256"),
    "A12-seed": ("seed", "x", "seed: found"),
    "A12-sampler": ("sampler", 3, "allowed: sobol or random"),
    "B-rounds": ("rounds", "many", "allowed: such as 2048x128"),
    "B-replicates": ("replicates", None, "replicates: found nothing"),
    "B-error-text": ("largest_standard_error", "0.1", "largest_standard_error: found"),
    "B-name": ("name", [], "name: found"),
}


@pytest.mark.parametrize("name", PROVENANCES)
def test_a12_provenances_that_were_edited(cli, files, name):
    key, value, words = PROVENANCES[name]
    path = put(files, "plain", "csv")
    beside = path.with_name(path.name + BESIDE)
    made = json.loads(beside.read_text())
    beside.write_text(json.dumps({**made, key: value}))
    refused(cli, path, CHANGED)
    beside.write_text(json.dumps({**without_digest(made), key: value}))
    refused(cli, path, words)


def kept_years(data):
    return data.sel(year=[2027.0, 2030.0])


DATASETS = {
    "A12-two-years": (kept_years, "lacks 95 of the 97 years of its window, 2025 to 2031"),
    "A12-one-hypothesis": (lambda d: d.sel(hypothesis=["two"]), "holds the hypotheses two;"),
    "A12-hypotheses-swapped": (lambda d: d.isel(hypothesis=[1, 0]), "the hypotheses two, one;"),
    "A12-replicates": (lambda d: d.isel(replicate=[1]), "two replicates or more"),
    "A12-some-flop": (lambda d: d.isel(log10_flop=[0, 5, 9]), "places of log10_flop"),
    "A12-totals-0": (lambda d: d.assign(total=d.total * 0), "total is 0 throughout"),
    "A12-totals-negative": (lambda d: d.assign(total=-d.total), "each from 0 to 1"),
    "A12-totals-huge": (lambda d: d.assign(total=d.total * 9), "each from 0 to 1"),
    "A12-arrived-nan": (lambda d: d.assign(arrived=d.arrived * np.nan), "arrived holds"),
    "A12-arrived-more": (lambda d: d.assign(arrived=d.arrived * 2), "arrived is not everywhere"),
    "A12-arrived-falls": (lambda d: d.assign(arrived=d.arrived.copy(
        data=d.arrived.values[..., ::-1])), "arrived falls"),
    "A12-years-nan": (lambda d: d.assign_coords(year=d.year * np.nan), "year holds what is no"),
    "A12-cdf": (lambda d: d.assign(cdf=d.cdf * 0.99), "its cdf is not what its sums give"),
    "A12-years-lost": (lambda d: d.drop_vars("year"), "lacks year"),
    "A12-sums-lost": (lambda d: d.drop_vars("enough"), "lacks enough"),
    "A12-evidence-lost": (lambda d: d.drop_vars("seen_arrived"), "holds evidence, or none"),
    "A12-likelihood": (lambda d: d.assign(likelihood=-d.likelihood), "is below 0"),
    "A12-cases": (lambda d: d.isel(case=[0]), "case_until does not ascend to infinity"),
    "A12-dimensions": (lambda d: d.assign(total=d.total[:, 0]), "total: found dimensions"),
    "A12-event": (lambda d: d.assign_attrs(event="x"), "event: found"),
    "B-rounds-lost": (lambda d: d.assign_attrs(rounds="2048x0"), "a round without points"),
    "B-points": (lambda d: d.assign_attrs(points_per_replicate="1e9"), "a whole number from 1"),
    "B-version": (lambda d: d.assign_attrs(bioanchors_version=""), "allowed: a version"),
    "B-error": (lambda d: d.assign_attrs(shared_standard_error="nan"), "a number, at least 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_a12_datasets_that_were_changed(cli, forecasts, name, is_guarded):
    change, words = DATASETS[name]
    changed = change(forecasts["seen"].dataset)
    if not is_guarded:
        changed.attrs = {k: v for k, v in changed.attrs.items() if k != "sha256"}
    changed.to_netcdf("x.nc", engine="scipy")
    refused(cli, Path("x.nc"), CHANGED if is_guarded else words)
    with pytest.raises(ValueError, match="not as it was written" if is_guarded else "."):
        ba.Forecast.from_dataset(changed)


@pytest.mark.parametrize("format_", QUICK)
def test_files_from_before_there_were_digests_are_read_and_said_to_be(cli, files, format_):
    path = put(files, "seen", format_)
    guarded = cli("load", path)
    fuzz.STRIP[format_.split()[0]](path)
    assert cli("load", path) == guarded
    assert "written before files held a digest" in cli.errors
    assert cli.errors.count("\n") == 1


def test_a_hypothesis_that_the_evidence_refutes_is_read_back(tmp_path):
    text = fuzz.SMALL.replace("training_flop = 1e28", "training_flop = 1e20") + fuzz.EVIDENCE
    forecast = ba.run(parse_parameters(text, "refuted"), points=2**14)
    assert np.isnan(forecast.hypothesis_cdf[1]).all()
    for format_ in QUICK:
        loaded = ba.load(written(forecast, tmp_path, format_))
        places = np.searchsorted(forecast.years, loaded.years)
        np.testing.assert_array_equal(loaded.cdf, forecast.cdf[places])


@given(
    tree=strategies.files(),
    estimator=st.sampled_from(["integrate", "count"]),
    format_=st.sampled_from(QUICK),
    replicates=st.integers(2, 9),
)
@settings(max_examples=60, deadline=None)
def test_whatever_was_run_is_read_back(tmp_path_factory, tree, estimator, format_, replicates):
    forecast = ba.run(
        strategies.read(tree), points=replicates * 64, replicates=replicates, estimator=estimator
    )
    reading = read_back(written(forecast, tmp_path_factory.mktemp("any"), format_))
    assert reading.notes == ()
    places = np.searchsorted(forecast.years, reading.result.years)
    np.testing.assert_array_equal(reading.result.cdf, forecast.cdf[places])


# --- B: damaged files ----------------------------------------------------------------------------

DAMAGED = {
    "B-json-not-utf8": ("x.json", b'{"a":"\xff"}', "not UTF-8, line 1"),
    "B-json-nested": ("x.json", b"[" * 100_000, "nested too deep"),
    "B-json-nested-object": ("x.json", b'{"a":' * 100_000, "nested too deep"),
    "B-json-list": ("x.json", b"[]", "not a JSON object"),
    "B-json-null": ("x.json", b"null", "not a JSON object"),
    "B-json-number": ("x.json", b"7", "not a JSON object"),
    "B-json-empty": ("x.json", b"", "not JSON, line 1"),
    "B-json-digits": ("x.json", b'{"a": ' + b"9" * 5000 + b"}", "thousands of digits"),
    "B-json-twice": ("x.json", b'{"format": 1, "format": 2}', "a key is given twice"),
    "B-json-bom": ("x.json", b"\xef\xbb\xbf{}", "not JSON"),
    "B-csv-empty": ("x.csv", b"", "not a CDF by year"),
    "B-csv-quantiles": ("x.csv", b"probability,year,lifetime\n", "found quantiles, not a CDF by"),
    "B-csv-draws": ("x.csv", b"hypothesis,draw\n", "or a folder of run --out"),
    "B-csv-head": ("x.csv", b"year,probability\n", "found the columns year, probability"),
    "B-csv-nul": ("x.csv", b"year,probability\n\0,1\n", "x.csv"),
    "B-csv-rubbish": ("x.csv", bytes(range(256)), "not UTF-8"),
    "B-csv-field": ("x.csv", b'year,probability\n"' + b"1" * 200_000, "not CSV"),
    "B-csv-short": ("x.csv", b"year,probability\n1\n", "a cell is not a number, or a line too"),
    "B-nc-empty": ("x.nc", b"", "not netCDF"),
    "B-nc-head": ("x.nc", b"CDF\x02", "damaged netCDF"),
    "B-nc-rubbish": ("x.nc", b"CDF\x02" + bytes(range(256)) * 9, "damaged netCDF"),
    "B-nc4-head": ("x.nc", b"\x89HDF\r\n\x1a\n", "damaged netCDF"),
    "B-parquet-empty": ("x.parquet", b"", "not Parquet"),
    "B-parquet-rubbish": ("x.parquet", b"PAR1" + bytes(999) + b"PAR1", "not Parquet"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files(cli, files, name):
    file, raw, words = DAMAGED[name]
    if file == "x.csv":
        beside = put(files, "plain", "csv").with_name(file + BESIDE)
        beside.write_text(json.dumps(without_digest(json.loads(beside.read_text()))))
    Path(file).write_bytes(raw)
    refused(cli, Path(file), words)


@pytest.mark.parametrize("raw", [b"{}", b"[" * 100_000, b'{"a":"\xff"}', b"", b"null"])
def test_damaged_provenances(cli, files, raw):
    path = put(files, "plain", "csv")
    path.with_name(path.name + BESIDE).write_bytes(raw)
    refused(cli, path, "")


@pytest.mark.parametrize("value", [None, "1", True, [], {}, 1e999, "x" * 99, [[1, 2], [3]]])
@pytest.mark.parametrize("place", ["attrs", "variables", "year", "data", "dims", "cell", "text"])
def test_wrong_types_at_every_height_of_the_json(cli, files, place, value):
    document = without_digest(json.loads(files["seen", FULL_JSON][0]))
    arrays = document["variables"]
    holder, key = {
        "attrs": (document, "attrs"),
        "variables": (document, "variables"),
        "year": (arrays, "year"),
        "data": (arrays["arrived"], "data"),
        "dims": (arrays["total"], "dims"),
        "cell": (arrays["arrived"]["data"][0][0], 3),
        "text": (document["attrs"], "rounds"),
    }[place]
    holder[key] = value
    Path("x.json").write_text(json.dumps(document))
    refused(cli, Path("x.json"), "")


@pytest.mark.parametrize("part", ["attrs", "variables"])
def test_a_whole_forecast_without_a_part_is_not_read_as_a_table(cli, files, part):
    """The arrays have a digest of their own, which goes with them or is not asked for."""
    document = json.loads(files["plain", FULL_JSON][0])
    del document[part]
    Path("x.json").write_text(json.dumps(document))
    refused(cli, Path("x.json"), "lacks attrs or variables")


@pytest.mark.parametrize("value", [None, "1", True, [], {}, 1e999, 10**400, [[1, 2], [3]]])
@pytest.mark.parametrize("place", ["by_year", "row", "cell", "provenance"])
def test_wrong_types_in_the_tables_of_the_json(cli, files, place, value):
    document = without_digest(json.loads(files["seen", "json"][0]))
    holder, key = {
        "by_year": (document, "by_year"),
        "row": (document["by_year"], 3),
        "cell": (document["by_year"][3], "probability"),
        "provenance": (document, "provenance"),
    }[place]
    holder[key] = value
    Path("x.json").write_text(json.dumps(document))
    refused(cli, Path("x.json"), "")


def test_a_file_larger_than_any_forecast_is_not_read(cli):
    with Path("x.json").open("wb") as file:
        file.truncate(2**31)  # a hole, which takes no room
    refused(cli, Path("x.json"), "larger than 1 GiB")


@pytest.mark.parametrize("name", ["plain", "seen"])
@pytest.mark.parametrize("format_", QUICK)
@given(place=st.integers(0, 2**40), bit=st.integers(-1, 7))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_cut_or_with_a_byte_flipped_a_file_is_refused_or_the_same(
    forecasts, files, tmp_path, name, format_, place, bit
):
    path = put(files, name, format_, tmp_path)
    raw = path.read_bytes()
    place %= len(raw)
    changed = raw[:place]
    if bit >= 0:
        changed += bytes([raw[place] ^ (1 << bit)]) + raw[place + 1 :]
    path.write_bytes(changed)
    try:
        reading = read_back(path)
    except ValueError:
        return
    forecast, loaded = forecasts[name], reading.result
    places = np.searchsorted(forecast.years, loaded.years)
    np.testing.assert_array_equal(loaded.cdf, forecast.cdf[places])
    if isinstance(loaded, LoadedTable):
        assert loaded.parameters.hash == forecast.parameters.hash
    else:
        np.testing.assert_array_equal(loaded.sums.arrived, forecast.sums.arrived)


# --- B: made again -------------------------------------------------------------------------------

REPEATS = {
    "B-points-2^40": {"points_per_replicate": 2**40, "rounds": None},
    "B-points-2^31": {"points_per_replicate": 2**31, "rounds": None},
    "B-replicates-2^31": {"replicates": 2**31},
    "B-replicates-1": {"replicates": 1},
    "B-replicates-text": {"replicates": "many"},
    "B-rounds-2^40": {"rounds": f"{2**40}x128"},
    "B-rounds-2^30-each": {"rounds": f"{2**30}x{2**30}"},
    "B-rounds-many": {"rounds": " ".join(["2048x128"] * 100)},
    "B-rounds-odd": {"rounds": "3x3"},
    "B-rounds-number": {"rounds": 7},
}


@pytest.mark.parametrize("name", REPEATS)
def test_the_limits_of_run_hold_before_anything_is_drawn(cli, files, name):
    path = put(files, "plain", "csv")
    beside = path.with_name(path.name + BESIDE)
    made = without_digest(json.loads(beside.read_text())) | REPEATS[name]
    beside.write_text(json.dumps({k: v for k, v in made.items() if v is not None}))
    started = time.process_time()
    refused(cli, path, "", "--repeat")
    assert time.process_time() - started < 10


def test_json_without_rounds_is_made_again(cli, files):
    document = without_digest(json.loads(files["plain", FULL_JSON][0]))
    del document["attrs"]["rounds"]
    Path("x.json").write_text(json.dumps(document))
    assert "largest difference of the CDF" in cli("load", "x.json", "--repeat")


# --- B: questions --------------------------------------------------------------------------------

SCALINGS = {
    "B-count-list": ({"inbound_outcome_count": [1]}, "inbound_outcome_count: found [1]; allowed"),
    "B-count-object": ({"inbound_outcome_count": {}}, "inbound_outcome_count: found {}; allowed"),
    "B-count-1e999": ({"inbound_outcome_count": 1e999}, "inbound_outcome_count: found inf"),
    "B-count-1e12": ({"inbound_outcome_count": 1e12}, "a whole number from 2 to 10000"),
    "B-count-1e7": ({"inbound_outcome_count": 1e7}, "a whole number from 2 to 10000"),
    "B-count-100000": ({"inbound_outcome_count": 100_000}, "a whole number from 2 to 10000"),
    "B-count-400-digits": ({"inbound_outcome_count": 10**400}, "a whole number from 2 to 10000"),
    "B-count-1": ({"inbound_outcome_count": 1}, "found 1 intervals; allowed: from 2"),
    "B-count-negative": ({"inbound_outcome_count": -5}, "found -5 intervals"),
    "B-count-half": ({"inbound_outcome_count": 2.5}, "inbound_outcome_count: found 2.5"),
    "B-count-true": ({"inbound_outcome_count": True}, "inbound_outcome_count: found true"),
    "B-count-text": ({"inbound_outcome_count": "200"}, "inbound_outcome_count: found"),
    "B-year-0": ({"range_min": "0001-01-01T00:00:00+23:00"}, "allowed: a date such as"),
    "B-year-10000": ({"range_max": "9999-12-31T23:59:59-23:00"}, "allowed: a date such as"),
    "B-date-list": ({"range_min": []}, "found []; allowed: a date"),
    "B-date-true": ({"range_min": True}, "allowed: a date"),
    "B-date-nan": ({"range_min": float("nan")}, "allowed: a date"),
    "B-date-inf": ({"range_max": 1e999}, "allowed: a date"),
    "B-date-huge": ({"range_max": 10**400}, "allowed: a date"),
    "B-date-far": ({"range_max": 1e300}, "allowed: a date"),
    "B-date-null": ({"range_min": None}, "has no range_min"),
    "B-reversed": ({"range_min": "2031-01-01", "range_max": "2026-01-01"}, "lower bound first"),
    "B-zero-inside": ({"zero_point": "2028-01-01"}, "found zero point 2028"),
    "B-zero-list": ({"zero_point": [1]}, "allowed: a date"),
    "B-open": ({"open_lower_bound": "no"}, "open_lower_bound: found"),
}


def question(**scaling):
    asked = json.loads(json.dumps(fuzz.QUESTION["question"]))
    for key, value in scaling.items():
        (asked if key.startswith("open") else asked["scaling"])[key] = value
    return asked


@pytest.mark.parametrize("name", SCALINGS)
def test_questions_that_ask_for_what_there_is_not(cli, files, name):
    scaling, words = SCALINGS[name]
    Path("q.json").write_text(json.dumps({"question": question(**scaling)}))
    path = put(files, "plain", "netcdf")
    options = ["--format", "metaculus", "--question", "q.json", "--condition"]
    assert cli("export", path, *options, code=BAD_INPUT) == ""
    assert "q.json: " in cli.errors
    assert words in " ".join(cli.errors.split())
    with pytest.raises(ValueError, match=r"found|has no"):
        read_question(question(**scaling))


def test_as_many_brackets_as_allowed_take_no_time(cli, files):
    Path("q.json").write_text(json.dumps(question(inbound_outcome_count=1e4)))
    options = ["--format", "metaculus", "--question", "q.json", "--condition"]
    started = time.process_time()
    made = json.loads(cli("export", put(files, "plain", "netcdf"), *options))
    assert len(made["continuous_cdf"]) == 10_001
    assert time.process_time() - started < 10


@given(st.one_of(st.floats(), st.integers(), st.text(), st.booleans(), st.none(), st.datetimes()))
def test_any_date_is_a_year_or_refused(value):
    value = value.isoformat() if hasattr(value, "isoformat") else value
    try:
        year = decimal_year(value)
    except ValueError:
        return
    assert 1 <= year < 10_000


# --- Mutations -----------------------------------------------------------------------------------


MUTATIONS = 120 if SEEDS == ALL else 60


@pytest.mark.slow
def test_a_few_mutations_find_nothing():
    counts = fuzz.run(math.inf, seed=1, most=MUTATIONS, patience=math.inf)
    assert counts.faults == []
    assert counts.inputs == MUTATIONS


def test_a_folder_of_something_else_is_told_which_would_do(tmp_path):
    (tmp_path / "attribution.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"forecast\.nc: there is no such file; .*run --out"):
        ba.load(tmp_path)
