"""What ``run`` tells: summaries by their schema, years and spans asked for, errors shown."""

import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import bioanchors as ba
from bioanchors.parameters import date_of
from bioanchors.results.summaries import SCHEMA
from bioanchors.results.wanted import Wanted

FAST = ("--precision", "1pp")
VALID = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
ASKED = ("--years", "2030,2032.5,2040-07-01", "--within", "5", "--within", "2:2030-01-01")
EDIT = ("--set", "hardware.doubling_years=2")


@pytest.mark.parametrize(
    "arguments",
    [
        ("latest", *ASKED),
        ("cotra2020", *EDIT, "--overlay", "metaculus_5121_2026-09"),
        ("cotra2020", "--first-year", "2035", "--last-year", "2060"),
        ("latest", "--drop", "evidence", "--weights", "lifetime=1"),
    ],
)
def test_json_is_the_summary_and_nothing_else(cli, arguments):
    printed = json.loads(cli("run", *arguments, *FAST, "--json", "--out", "out"))
    VALID.validate(printed)
    written = json.loads(Path("out/summary.json").read_text(encoding="utf-8"))
    VALID.validate(written)
    del written["run_id"]
    assert printed == written
    assert "written: " in cli.errors


def test_the_schema_is_printed_and_refuses_what_is_none(cli):
    schema = json.loads(cli("schema", "--summary"))
    jsonschema.Draft202012Validator.check_schema(schema)
    summary = ba.run("cotra2020", points=2**10).summary()
    jsonschema.validate(summary, schema)
    for wrong in (
        {**summary, "extra": 1},
        {**summary, "first_year": None},
        {name: value for name, value in summary.items() if name != "within"},
    ):
        assert list(VALID.iter_errors(wrong))


def test_years_between_and_dates_are_told_as_written(cli):
    text = cli("run", "cotra2020", *FAST, "--years", "2032.5,2040-07-01,2050")
    assert "probability by   2032.5   2040-07-01     2050" in text
    forecast = ba.run("cotra2020", precision=0.01)
    middle = forecast.probability_by(2040 + 182 / 366)
    assert f"{100 * middle:.1f} %" in text
    told = json.loads(cli("run", "cotra2020", *FAST, "--years", "2040-07-01", "--json"))
    (by,) = told["probability_by"]
    assert (by["date"], by["year"]) == ("2040-07-01", 2040 + 182 / 366)
    quarter = json.loads(cli("run", "cotra2020", *FAST, "--years", "2040Q3", "--json"))
    assert quarter["probability_by"] == [by]
    assert by["probability"] == middle


def test_dates_stand_beside_decimal_years(cli):
    text = cli("run", "cotra2020", *FAST, "--years", "2030,2036Q2", "--dates")
    dates = [line.split()[1:] for line in text.splitlines() if line.startswith("date ")]
    median = ba.run("cotra2020", precision=0.01).quantile(0.5)
    assert dates[0][2] == date_of(median)
    assert len(dates[0]) == 4  # the last quantile is after the window
    assert dates[1] == ["2030-01-01", "2036-04-01"]


def test_the_readme_of_a_folder_speaks_of_the_years_asked_for(cli):
    cli("run", "cotra2020", *FAST, "--years", "2030,2040-07-01", "--out", "asked")
    told = Path("asked/README.md").read_text(encoding="utf-8")
    assert "It gives that 8 % by 2030 and " in told
    assert " by 2040-07-01. " in told
    assert "by 2036" not in told
    cli("load", "asked/cdf.csv", code=2)
    assert "allowed here is its folder" in cli.errors


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("--years", "2020"), "allowed: 2024 to 2100"),
        (("--years", "soon"), "allowed: years, 2030 or 2027.5, dates, 2030-07-01, or quarters"),
        (("--years", "2030,2030-01-01"), "each year once"),
        (("--within", "-1"), "allowed: years, 5, or years from a date"),
        (("--within", "90"), "allowed: within 2024 to 2100"),
        (("--within", "5:1999"), "allowed: within 2024 to 2100"),
        (("--within", "nan"), "allowed: years, 5"),
    ],
)
def test_years_and_spans_out_of_the_window_are_refused(cli, arguments, allowed):
    cli("run", "cotra2020", *arguments, code=2)
    assert allowed in " ".join(cli.errors.split())


def test_within_is_the_conditional_probability_and_its_error_covers(cli):
    forecast = ba.run("latest")
    now = forecast.parameters.evidence.not_arrived_by
    before, after = forecast.probability_by(now), forecast.probability_by(now + 5)
    assert forecast.within(5, now)[0] == pytest.approx((after - before) / (1 - before), rel=1e-12)
    assert forecast.within(1, now)[0] == forecast.probability_next_year
    text = cli("run", "latest", "--within", 5)
    share = 100 * forecast.within(5, now)[0]
    assert f"within 5 years of 2026.9, if not affordable before: {share:.1f} %" in text
    runs = [ba.run("cotra2020", points=2**10, seed=seed, sampler="random") for seed in range(2, 42)]
    exact = ba.run("cotra2020", precision=0.0001).within(10, 2035)[0]
    off = np.array([(each.within(10, 2035)[0] - exact) / each.within(10, 2035)[1] for each in runs])
    assert 0.2 < np.sqrt(np.mean(off**2)) < 1.5


def test_within_of_what_has_arrived_is_not_a_number():
    forecast = ba.run("cotra2020", points=2**10)
    everything = forecast.given("lifetime")
    sure = type(everything)(
        **{**vars(everything), "cdf": np.ones_like(everything.cdf)}
    )  # fmt: skip
    assert np.isnan(sure.within(1, 2030)).all()
    with pytest.raises(ValueError, match="above 0"):
        forecast.within(0, 2030)
    assert forecast.summary()["within"] == []
    assert Wanted().spans(forecast) == []


def test_errors_are_shown_where_they_reach_a_digit_or_are_asked_for(cli):
    assert "±" not in cli("run", "cotra2020")
    text = cli("run", "cotra2020", "--errors")
    assert "simulation error, pp" in text
    assert text.count("±") == 8
    rough = cli("run", "cotra2020", "--points", 2**7)
    forecast = ba.run("cotra2020", points=2**7)
    errors = [100 * forecast.probability_standard_error(y) for y in (2030, 2036, 2050, 2100)]
    assert max(errors) > 0.1
    line = next(line for line in rough.splitlines() if line.startswith("simulation error, pp"))
    assert line.count("±") == sum(error >= 0.1 for error in errors)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("hardware.flop_per_usd=4e16", "the evidence resists: before it, median "),
        ("spending.largest_run_usd=2e7", "; before the evidence, median "),
        ("lag.training_years=0.1", ""),
    ],
)
def test_an_edit_that_evidence_changes_says_so(cli, edit, told):
    text = " ".join(cli("run", "latest", "--set", edit, *FAST).split())
    assert "against latest: median " in text
    assert ("before the evidence" in text or "before it" in text) is bool(told)
    if told:
        priors = [
            ba.run(ba.read_parameters("latest", edits), precision=0.01).prior.quantile(0.5)
            for edits in ([], [edit])
        ]
        first, second = (f"{year:.1f}" for year in priors)
        assert f"{told}{first} -> {second}" in text


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (["hardware.doubling_years=2"], "against latest: median "),
        (['forecast.event="trained"'], "against latest (affordable -> trained): median "),
        (
            ['forecast.milestone="far"', "milestones.far.oom=3"],
            "against latest (affordable -> far, affordable): median ",
        ),
    ],
)
def test_another_event_than_before_is_told(cli, edits, told):
    sets = [word for edit in edits for word in ("--set", edit)]
    assert told in " ".join(cli("run", "latest", *sets, *FAST).split())


def test_a_prior_that_is_over_before_the_window_is_told_in_words(cli):
    text = " ".join(cli("run", "latest", "--weights", "lifetime=1,none=0", *FAST).split())
    assert re.search(r"the evidence resists: before it, median 20\d\d\.\d -> before 2026\b", text)
