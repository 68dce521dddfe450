"""What forecasters write, and what the product makes of it: issue 12, by letter and number."""

import csv
import datetime as dt
import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.analysis.comparison import compare
from bioanchors.analysis.outputs import read_output
from bioanchors.analysis.searching import read_target
from bioanchors.cli import cli as commands
from bioanchors.output.report import _sources
from bioanchors.parameters import BadParameters, Parameters, parse_parameters, presets
from bioanchors.parameters.checks.plausible import USUAL
from bioanchors.parameters.edits.swapping import differences, leaves
from bioanchors.parameters.reading.dates import date_of, decimal_year
from bioanchors.parameters.reading.mistakes import is_toml, mended, what_is_wrong
from bioanchors.parameters.reading.numbers_meant import number_meant
from bioanchors.parameters.reading.toml_text import toml_value
from bioanchors.parameters.shape import WORDS, is_section, key_at, year_at
from bioanchors.results.exports.asked import Asked
from bioanchors.results.exports.questions import read_question

CHILD = 'format = 1\nextends = "cotra2020"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def child(folder: Path, text: str, parent: str = "cotra2020") -> Parameters:
    """A file that extends another."""
    (folder / "mine.toml").write_text(f'format = 1\nextends = "{parent}"\n{text}', "utf-8")
    return ba.read_parameters("mine.toml")


def messages(*args: Any) -> list[str]:
    """What is said of what cannot be read."""
    with pytest.raises(BadParameters) as caught:
        ba.read_parameters(*args)
    return [str(problem) for problem in caught.value.problems]


# --- A8: a source covers only what the same file wrote ----------------------------------------

LATER = [
    ("A8-weight", "[hypotheses.short_horizon]\nweight = 0.6\n", "hypotheses.short_horizon.weight"),
    ("A8-quantity", "[hardware]\ndoubling_years = 2\n", "hardware.doubling_years"),
    ("A8-other-unit", "[hardware]\noom_per_year = 0.2\n", "hardware.oom_per_year"),
    ("A8-year", "[spending]\nstart_year = 2026\n", "spending.start_year"),
    ("A8-ramp", "[low_end_update]\nruled_out_below_flop = 1e24\n",
     "low_end_update.ruled_out_below_flop"),
    ("A8-none", "[none]\nprobability = 0.2\n", "none.probability"),
    ("A8-argument", "brain.flop_per_s.median = 1e16\n", "brain.flop_per_s"),
    ("A8-every", '[hypotheses."*"]\nweight = 1\n', "hypotheses.genome.weight"),
]  # fmt: skip


@pytest.mark.parametrize("own", ["", 'source = "mine"'], ids=["without", "with own source"])
@pytest.mark.parametrize(
    ("text", "path"), [row[1:] for row in LATER], ids=[row[0] for row in LATER]
)
def test_no_page_stands_beside_a_users_number(text: str, path: str, own: str, folder: Path) -> None:
    parameters = child(folder, text + (own if "[" in text else ""))
    parts = tuple(path.split("."))
    told = "mine" if own and "[" in text else ""
    assert parameters.source(parts) == told
    place = str(parameters.origin(parts))
    row = next(row for row in _sources(parameters) if row[0] == path)
    assert row[2] == (f"{told} ({place})" if told else place)
    edits = differences(ba.read_parameters("cotra2020"), parameters)
    assert next(each for each in edits if each.name == path).second_source == (told or place)
    assert place.startswith("mine.toml:")


COTRA = ba.read_parameters("cotra2020")
SETTABLE = [
    path
    for path, value in leaves(COTRA.resolved)
    if len(path) > 1 and path[0] != "published" and not {path[-1]} & {*WORDS, "kind"}
]


@settings(max_examples=30, deadline=None)
@given(paths=st.sets(st.sampled_from(SETTABLE), min_size=1, max_size=12))
def test_what_is_set_loses_its_source_and_nothing_else_does(paths: set[tuple[str, ...]]) -> None:
    values = dict(leaves(COTRA.resolved))
    bare = {
        path: {k: v for k, v in values[path].items() if k not in WORDS}
        if isinstance(values[path], dict)
        else values[path]
        for path in paths
    }
    edited = COTRA.edited(*(f"{'.'.join(path)}={toml_value(bare[path])}" for path in paths))
    for path in SETTABLE:
        assert edited.source(path) == ("" if path in paths else COTRA.source(path)), path
    again = parse_parameters(edited.text)
    assert all(again.source(path) in ("", edited.source(path)) for path in SETTABLE)


@pytest.mark.parametrize("preset", list(presets()))
def test_the_text_of_a_file_says_no_more_of_sources_than_the_file(preset: str) -> None:
    """A table's source in the resolved text covers the same file's values alone."""
    parameters = ba.read_parameters(preset)
    again = parse_parameters(parameters.text)
    for path, value in leaves(parameters.resolved):
        if len(path) > 1 and path[-1] not in WORDS and not is_section(path):
            assert again.source(path) in ("", parameters.source(path)), path
            table = parameters.resolved
            for part in path[:-1]:
                table = table[part]
            if "source" in table:
                words = parameters.origin((*path[:-1], "source")).label
                assert parameters.origin(path).label == words, (path, value)


def test_compare_and_report_of_the_issues_file(folder: Path) -> None:
    parameters = child(folder, "[hypotheses.short_horizon]\nweight = 0.6\n")
    found = compare("cotra2020", parameters, precision=0.01)
    written = {each.name: each for each in found.differences[0]}
    each = written["hypotheses.short_horizon.weight"]
    assert (each.first_source, each.second_source) == ("pp. 10-12", "mine.toml:4")
    assert "pp. 10-12" not in re.search(r"weight = 0\.6.*", parameters.annotated_text())[0]  # type: ignore[index]


# --- A6: draws are in the unit that their column names ----------------------------------------


@pytest.mark.parametrize("preset", [name for name in presets() if name != "latest"])
def test_draws_lie_where_the_files_own_distributions_do(preset: str, tmp_path: Path) -> None:
    """A6: a column is a key as the file has it, its values are of the key's distribution."""
    parameters = ba.read_parameters(preset)
    data = ba.draw(parameters, points=2**9)
    ba.export(ba.run(parameters, precision=0.02), tmp_path / "d.csv", "draws", asked=Asked(64))
    with (tmp_path / "d.csv").open(encoding="utf-8") as file:
        columns = list(csv.DictReader(file))
    few = ba.draw(parameters, points=64)
    written = dict(leaves(parameters.resolved))
    for name, item in parameters.inputs.items():
        if name == "evidence.run_softness_oom":
            assert abs(float(data["run_noise"].mean())) < 0.1
            continue
        assert tuple(item.path.split(".")) in written
        values = data[item.path].values
        assert data[item.path].attrs["units"] == (item.key.unit or "1")
        low, median, high = (float(item.distribution.ppf(p)) for p in (1e-6, 0.5, 1 - 1e-6))
        assert np.all((low * (1 - 1e-12) - 1e-12 <= values) & (values <= high * (1 + 1e-12))), name
        if low < high:
            # At an atom the median may be more than half.
            assert np.mean(values < median) < 0.52
            assert np.mean(values <= median) > 0.48
        # A year says itself what it is.
        unit = "" if item.key.unit == "year" else item.key.unit
        head = f"{item.path} [{unit}]" if unit else item.path
        told = [float(row[head]) for row in columns[:: few.sizes["hypothesis"]]]
        np.testing.assert_array_equal(told, few[item.path].values)
    assert "log10(requirement) [FLOP]" in columns[0]
    assert not any(".speed" in head for head in columns[0])


@pytest.mark.parametrize(
    ("setting", "mean"),
    [
        ("hardware.doubling_years=2.5", 2.5),
        ("hardware.doubling_months=30", 30.0),
        ("hardware.times_per_year=1.32", 1.32),
        ("hardware.oom_per_year=0.12", 0.12),
        ("economy.growth_per_year=0.03", 0.03),
        ("brain.flop_per_s=1e15", 1e15),
    ],
)
def test_a_known_number_is_drawn_as_it_was_written(setting: str, mean: float) -> None:
    data = ba.draw(COTRA.edited(setting), points=16)
    np.testing.assert_allclose(data[setting.split("=")[0]], mean, rtol=1e-12)


# --- E: "none", arguments of an inherited distribution, every hypothesis, --drop --------------

NO_NONE = ["none = 0\n", "none = 0.0\n", "none.probability = 0\n", "[none]\nprobability = 0.0\n"]


@pytest.mark.parametrize("parent", ["cotra2020", "latest"])
@pytest.mark.parametrize("text", NO_NONE, ids=[f"E-none-{i}" for i in range(len(NO_NONE))])
def test_none_of_0_is_none_at_all(text: str, parent: str, folder: Path) -> None:
    parameters = child(folder, text, parent)
    years = np.linspace(1990.0, 2150.0, 9)
    assert not parameters.none_probability(years).any()
    for setting in ("none=0", "none.probability=0", "none.probability=0.0"):
        assert not ba.read_parameters(parent, [setting]).none_probability(years).any()


def test_none_above_0_still_has_to_fit_the_inherited_end(folder: Path) -> None:
    assert messages("cotra2020", ["none.probability=0.01"]) == [
        "--set none.probability: found 0.01; allowed: at least probability_end, which is 0.03"
    ]
    parameters = child(folder, "none.probability = 0\nnone.probability_end = 0\n")
    assert parameters.tables.none is not None
    assert parameters.tables.none.probability_end == 0


INSIDE = [
    ("E-median", "cotra2020", "brain.flop_per_s.median", "1e16"),
    ("E-shape", "cotra2020", "brain.flop_per_s.shape", "2"),
    ("E-in-a-hypothesis", "cotra2020", "hypotheses.genome.parameters.sd_oom", "1"),
    ("E-interval-keeps-its-family", "latest", "algorithms.oom_per_year.ci90", "[0.2, 1.0]"),
    ("E-speed", "latest", "hardware.doubling_years.ci90", "[1.0, 2.0]"),
    ("E-list", "latest", "hardware.max_flop_per_usd.values", "[1e22, 1e24, 1e26]"),
    ("E-other-family", "cotra2020", "brain.flop_per_s.dist", '"normal"'),
    ("E-number", "cotra2020", "hardware.flop_per_usd.median", "1e18"),
    ("E-not-there", "cotra2020", "lag.training_years.median", "1"),
    ("E-unknown-argument", "cotra2020", "brain.flop_per_s.mean", "1e16"),
    ("E-too-deep", "cotra2020", "brain.flop_per_s.a.b", "2"),
    ("E-off-its-axis", "cotra2020", "brain.flop_per_s.median", "-1"),
    ("E-interval-over-arguments", "cotra2020", "scaling.exponent.ci90", "[0.5, 1]"),
    ("E-interval-over-a-number", "cotra2020", "hardware.flop_per_usd.ci90", "[1e17, 1e18]"),
    ("E-samples-over-a-number", "cotra2020", "hardware.flop_per_usd.samples", "[1e17, 1e18]"),
]


@pytest.mark.parametrize("row", INSIDE, ids=[row[0] for row in INSIDE])
@pytest.mark.parametrize("form", ["{path} = {value}\n", "[{table}]\n{rest} = {value}\n"])
def test_dotted_keys_in_files_do_what_settings_do(
    row: tuple[str, ...], form: str, folder: Path
) -> None:
    _, parent, path, value = row
    table, rest = path.split(".", 1)
    text = form.format(path=path, value=value, table=table, rest=rest)
    line = 3 if form.startswith("{path}") else 4

    def outcome(read: Any) -> Any:
        try:
            return read().resolved
        except BadParameters as error:
            return [problem.message for problem in error.problems]

    in_file = outcome(lambda: child(folder, text, parent))
    by_setting = outcome(lambda: ba.read_parameters(parent, [f"{path}={value}"]))
    if isinstance(in_file, list):
        assert in_file == by_setting
        assert any(f"mine.toml:{line}: " in message for message in messages("mine.toml"))
        return
    for name in (*WORDS, "title", "as_of", "published"):
        by_setting.pop(name, None)
        in_file.pop(name, None)
    assert in_file == by_setting
    *above, last = path.split(".")
    node: Any = in_file
    for part in above:
        node = node[part]
    assert toml_value(node[last]) == toml_value(tomllib.loads(f"v = {value}")["v"])
    assert not {*WORDS} & set(node)


def test_one_text_is_no_list_of_settings() -> None:
    with pytest.raises(TypeError, match=r"allowed: a list, \['hardware.doubling_years=2'\]"):
        ba.read_parameters("cotra2020", "hardware.doubling_years=2")


def test_a_dotted_key_keeps_the_other_arguments(folder: Path) -> None:
    parameters = child(folder, "brain.flop_per_s.median = 1e16\n")
    assert parameters.resolved["brain"]["flop_per_s"] == {
        "dist": "log_skew_normal", "median": 1e16, "scale_oom": 2.5, "shape": 4
    }  # fmt: skip
    assert str(parameters.origin(("brain", "flop_per_s"))) == "mine.toml:3"
    assert str(parameters.origin(("brain", "flop_per_s", "shape"))).startswith("cotra2020:")


def test_another_family_keeps_the_interval(folder: Path) -> None:
    wide = 'hardware.doubling_years = { dist = "normal", ci80 = [2, 3] }\n'
    (folder / "parent.toml").write_text(CHILD + wide, "utf-8")
    parameters = child(folder, 'hardware.doubling_years.dist = "lognormal"\n', "./parent.toml")
    kept = parameters.resolved["hardware"]["doubling_years"]
    assert kept == {"dist": "lognormal", "ci80": [2, 3]}


def test_an_argument_without_its_dot_is_told(folder: Path) -> None:
    (folder / "mine.toml").write_text(CHILD + "[brain.flop_per_s]\nmedian = 1e16\n", "utf-8")
    (said,) = messages("mine.toml")
    assert said.startswith("mine.toml:3: brain.flop_per_s: found { median = 1e16 }; allowed: a num")
    assert said.endswith("; for one argument of what is inherited, write flop_per_s.median = 1e16")


def test_a_table_replaces_and_dotted_keys_may_say_it_all(folder: Path) -> None:
    for text in (
        "[brain.flop_per_s]\nci90 = [1e13, 1e17]\n",
        "[brain]\nflop_per_s = { ci90 = [1e13, 1e17] }\n",
    ):
        assert child(folder, text).resolved["brain"]["flop_per_s"] == {"ci90": [1e13, 1e17]}
    parts = ("dist = 'lognormal'", "median = 1e15", "sd_oom = 1")
    text = "".join(f"brain.flop_per_s.{part}\n" for part in parts)
    assert child(folder, text).resolved["brain"]["flop_per_s"] == {
        "dist": "lognormal", "median": 1e15, "sd_oom": 1
    }  # fmt: skip


EVERY = '[hypotheses."*"]\n'


def test_a_star_is_every_hypothesis_and_a_name_goes_before_it(folder: Path) -> None:
    named = dict.fromkeys(COTRA.weights, 1.0) | {"genome": 2.0}
    in_file = child(folder, "[hypotheses.genome]\nweight = 2\n" + EVERY + "weight = 1\n")
    star, name = "hypotheses.*.weight=1", "hypotheses.genome.weight=2"
    for each in (in_file, COTRA.edited(star, name), COTRA.edited(name, star)):
        assert each.weights == named
    assert str(in_file.origin(("hypotheses", "evolution", "weight"))) == "mine.toml:6"
    assert "weight = 1  # --set hypotheses.*.weight" in COTRA.edited(star).annotated_text()


def test_a_star_goes_where_the_kind_has_the_key(folder: Path) -> None:
    parameters = child(folder, EVERY + "effective_horizon_s = 30\nalgorithms.halving_months = 9\n")
    hypotheses = parameters.resolved["hypotheses"]
    for name, table in hypotheses.items():
        assert table["algorithms"]["halving_months"] == 9
        assert "halving_years" not in table["algorithms"]
        has = COTRA.resolved["hypotheses"][name].get("effective_horizon_s") is not None
        assert (table.get("effective_horizon_s") == 30) == has
    assert "max_oom cotra2020:39, halving_months mine.toml:5" in parameters.annotated_text()


def test_a_star_is_of_hypotheses_that_the_file_adds_and_of_a_file_alone(folder: Path) -> None:
    mine = '[hypotheses.mine]\nkind = "direct"\ntraining_flop = 1e30\n'
    star = EVERY + 'weight = 3\nalgorithms = { halving_years = 2, max_oom = 1 }\nsource = "me"\n'
    parameters = child(folder, mine + star)
    assert set(parameters.weights.values()) == {3.0}
    assert parameters.source(("hypotheses", "mine", "weight")) == "me"
    assert parameters.source(("hypotheses", "mine", "training_flop")) == ""
    alone = re.sub(r"(?m)^weight = .*\n", "", COTRA.text) + EVERY + "weight = 3\n"
    assert set(parse_parameters(alone).weights.values()) == {3.0}


def test_a_stars_argument_reaches_into_every_distribution(folder: Path) -> None:
    parameters = child(folder, 'hypotheses."*".effective_horizon_s.high = 2e9\n')
    assert parameters.resolved == {
        **parameters.resolved,
        "hypotheses": {
            name: table
            | ({"effective_horizon_s": dict(table["effective_horizon_s"], high=2e9)} if
               "effective_horizon_s" in table else {})
            for name, table in parameters.resolved["hypotheses"].items()
        },
    }  # fmt: skip
    assert COTRA.edited("hypotheses.*.effective_horizon_s.high=2e9").hypotheses == (
        parameters.hypotheses
    )


BAD_STARS = [
    (
        "E-star-typo",
        "wieght = 1",
        "no hypothesis here has such a key; allowed: weight, lifetime_s, ",
    ),
    ("E-star-nowhere", "training_flop = 1e30", "no hypothesis here has such a key; allowed: "),
    ("E-star-kind", 'kind = "direct"', "no hypothesis here has such a key; allowed: weight, "),
    ("E-star-inner", "algorithms.max_oo = 2", "no hypothesis here has such a key; allowed: gain"),
    ("E-star-note", "note = 3", "found 3; allowed: text in quotes"),
    ("E-star-bad-value", "weight = -1", "found -1; allowed: at least 0"),
]


@pytest.mark.parametrize(("line", "words"), [row[1:] for row in BAD_STARS],
                         ids=[row[0] for row in BAD_STARS])  # fmt: skip
def test_a_star_that_fits_nothing_is_refused(line: str, words: str, folder: Path) -> None:
    (folder / "mine.toml").write_text(CHILD + EVERY + line + "\n", "utf-8")
    assert all(message.startswith("mine.toml:4: hypotheses.") for message in messages("mine.toml"))
    assert all(words in message for message in messages("mine.toml"))
    setting = "hypotheses.*." + line.replace(" = ", "=")
    assert all(words in message for message in messages("cotra2020", [setting]))


def test_a_star_without_a_hypothesis_and_a_star_that_is_no_table(folder: Path) -> None:
    text = 'extends = "cotra2020"\ndrop = ["hypotheses"]\n' + EVERY + "weight = 1\n"
    (folder / "mine.toml").write_text(text, "utf-8")
    assert 'mine.toml:4: hypotheses."*".weight: there is no hypothesis for it to stand for' in (
        messages("mine.toml")
    )
    assert messages("cotra2020", ["hypotheses.*=3"]) == [
        '--set hypotheses.*: hypotheses."*": found 3; allowed: a table, as [hypotheses."*"]'
    ]


WITH_SET = [
    name for name, command in commands.commands.items()
    if any(option.name == "settings" for option in command.params)
]  # fmt: skip


@pytest.mark.parametrize("name", WITH_SET)
def test_drop_stands_beside_set_on_every_command(name: str) -> None:
    assert any("--drop" in option.opts for option in commands.commands[name].params)


def test_drop_takes_what_a_file_takes(cli: Any, folder: Path) -> None:
    for name in ("evidence", "lag", "hypotheses.evolution"):
        dropped = child(folder, "", "latest").edited(f'drop=["{name}"]')
        in_file = child(folder, f'drop = ["{name}"]\n', "latest")
        assert dropped.text == in_file.text
    shown = cli("show", "latest", "--drop", "evidence", "--drop", "lag", "--drop", "none")
    assert not re.search(r"^\[+(evidence|lag|none)", shown, re.MULTILINE)
    cli("show", "latest", "--drop", "evidenc", code=2)
    assert cli.errors == (
        '--drop evidenc: found "evidenc", which this file does not have; did you mean "evidence"?\n'
    )
    cli("show", "latest", "--drop", "economy", code=2)
    assert cli.errors.startswith("--drop economy: economy: missing; needed: gdp_year")
    cli("show", "latest", "--drop", "hypotheses.*.algorithms", code=2)
    assert '"hypotheses.*.algorithms", which this file does not have' in cli.errors


def test_drop_of_something_of_every_hypothesis(folder: Path) -> None:
    text = 'drop = ["hypotheses.*.algorithms"]\n[algorithms]\nhalving_years = 2\nmax_oom = 3\n'
    parameters = child(folder, text)
    assert {each.speed for each in parameters.hypotheses} == {"algorithms.speed"}
    assert messages("cotra2020", ["drop=3"]) == [
        '--set drop=3: found 3; allowed: a list of names, ["evidence"]'
    ]


# --- E: what is not TOML ----------------------------------------------------------------------

# What somebody writes in a table, and what to write.
WRONG = [
    ("E-power", "hardware", "doubling_years = 10^15", "doubling_years = 1e15"),
    ("E-power-python", "brain", "flop_per_s = 10**15", "flop_per_s = 1e15"),
    ("E-power-times", "brain", "flop_per_s = 3 x 10^15", "flop_per_s = 3e15"),
    ("E-power-raised", "brain", "flop_per_s = 3·10¹⁵ FLOP/s", "flop_per_s = 3e15"),
    ("E-power-of-a-point", "brain", "flop_per_s = 10^-1.5", "flop_per_s = 0.031622777"),
    ("E-thousands", "spending", "largest_run_usd = 1,000,000", "largest_run_usd = 1000000"),
    ("E-thousands-space", "spending", "largest_run_usd = 1 000 000", "largest_run_usd = 1000000"),
    ("E-thousands-point", "spending", "largest_run_usd = 1.000.000,5",
     "largest_run_usd = 1000000.5"),
    ("E-thousands-or-point", "spending", "largest_run_usd = 2,500",
     "largest_run_usd = 2500 (or 2.500, where the comma is the point)"),
    ("E-comma", "hardware", "doubling_years = 2,5", "doubling_years = 2.5"),
    ("E-comma-0", "hypotheses.genome", "weight = 0,125 # of 1", "weight = 0.125"),
    ("E-unit", "hardware", "doubling_years = 2.5 years", "doubling_years = 2.5"),
    ("E-other-unit", "hardware", "doubling_years = 30 months", "doubling_years = 2.5"),
    ("E-unit-flop", "brain", "flop_per_s = 1e16 FLOP/s", "flop_per_s = 1e16"),
    ("E-unit-prefix", "brain", "flop_per_s = 10 PFLOP/s", "flop_per_s = 1e16"),
    ("E-billion", "spending", "largest_run_usd = $1.5 billion", "largest_run_usd = 1.5e9"),
    ("E-percent", "economy", "growth_per_year = 3 %", "growth_per_year = 0.03"),
    ("E-percent-a-year", "economy", "growth_per_year = 7%/yr", "growth_per_year = 0.07"),
    ("E-point-first", "hypotheses.genome", "weight = .5", "weight = 0.5"),
    ("E-point-last", "hypotheses.genome", "weight = 5.", "weight = 5.0"),
    ("E-zero-first", "hypotheses.genome", "weight = 007", "weight = 7"),
    ("E-minus", "network", "oom_vs_brain = −1", "oom_vs_brain = -1"),
    ("E-about", "brain", "flop_per_s = ~1e15", "flop_per_s = 1e15"),
    ("E-to", "brain", "flop_per_s = 1e14 to 10^17", "flop_per_s = { ci90 = [1e14, 1e17] }"),
    ("E-call", "scaling", "exponent = normal(0.8, 0.2)",
     'exponent = { dist = "normal", mean = 0.8, sd = 0.2 }'),
    ("E-colon", "hardware", "doubling_years: 2", "doubling_years = 2"),
    ("E-no-equals", "hardware", "doubling_years 2", "doubling_years = 2"),
    ("E-two-equals", "hardware", "doubling_years == 2", "doubling_years = 2"),
    ("E-semicolon", "hardware", "doubling_years = 2;", "doubling_years = 2"),
    ("E-comma-last", "hardware", "doubling_years = 2,", "doubling_years = 2"),
    ("E-comment", "hardware", "doubling_years = 2 // mine", "doubling_years = 2"),
    ("E-date", "hardware", "start_year = 2026-1-5", "start_year = 2026-01-05"),
    ("E-no-quotes", "forecast", "event = trained", 'event = "trained"'),
    ("E-quote-open", "hardware", 'note = "mine', 'note = "mine"'),
    ("E-quote-first", "hardware", "note = mine'", 'note = "mine"'),
    ("E-quotes-curly", "hardware", "note = “mine”", 'note = "mine"'),
    ("E-apostrophe", "hardware", "note = it's mine", 'note = "it\'s mine"'),
    ("E-backslash", "hardware", r'note = "C:\Users\me"', r"note = 'C:\Users\me'"),
    ("E-inline-words", "brain", "flop_per_s = { dist = lognormal, median = 10^15, sd_oom = .5 }",
     'flop_per_s = { dist = "lognormal", median = 1e15, sd_oom = 0.5 }'),
    ("E-inline-comma", "brain", "flop_per_s = { ci90 = [1e14, 1e17], note = 'a', }",
     "flop_per_s = { ci90 = [1e14, 1e17], note = 'a' }"),
    ("E-inline-number", "scaling", 'exponent = { dist = "normal", mean = 0,8, sd = 0.2 }',
     'exponent = { dist = "normal", mean = 0.8, sd = 0.2 }'),
    ("E-inline-colons", "brain", "flop_per_s = { ci90: [1e14, 1e17] }",
     "flop_per_s = { ci90 = [1e14, 1e17] }"),
    ("E-bracket-open", "brain", "flop_per_s = { ci90 = [1e14, 1e17] ",
     "flop_per_s = { ci90 = [1e14, 1e17] }"),
    ("E-parentheses", "forecast", "report_years = (2030, 2050)", "report_years = [2030, 2050]"),
    ("E-semicolons", "forecast", "report_years = [2030; 2050]", "report_years = [2030, 2050]"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "line", "write"), [row[1:] for row in WRONG],
                         ids=[row[0] for row in WRONG])  # fmt: skip
def test_what_is_not_toml_is_shown_with_what_to_write(
    table: str, line: str, write: str, folder: Path
) -> None:
    (folder / "mine.toml").write_text(f"{CHILD}[{table}]\n{line}\n", "utf-8")
    assert messages("mine.toml") == [f"mine.toml:4: not TOML: found {line.strip()}; write {write}"]
    better = write.split(" (or")[0]
    (folder / "mine.toml").write_text(f"{CHILD}[{table}]\n{better}\n", "utf-8")
    assert is_toml((folder / "mine.toml").read_text("utf-8"))
    key, _, value = line.partition(" = ")
    if value and not value.endswith('"') and key not in ("note", "event"):
        said = messages("cotra2020", [f"{table}.{key}={value}"])
        assert said[0].endswith(f"not TOML; write {table}.{key}={better.partition(' = ')[2]}")


ELSEWHERE = [
    ("E-extends", "extends = cotra2020\n", 2,
     'not TOML: found extends = cotra2020; write extends = "cotra2020"'),
    ("E-windows", 'extends = "C:\\Users\\x.toml"\n', 2,
     "not TOML: found extends = \"C:\\Users\\x.toml\"; write extends = "
     "'C:\\Users\\x.toml'"),
    ("E-star", "[hypotheses.*]\nweight = 1\n", 2,
     'not TOML: found [hypotheses.*]; write [hypotheses."*"]'),
    ("E-star-key", "hypotheses.*.weight = 1\n", 2,
     'not TOML: found hypotheses.*.weight = 1; write hypotheses."*".weight = 1'),
    ("E-header-open", "[brain\nflop_per_s = 1e15\n", 2, "not TOML: found [brain; write [brain]"),
    ("E-header-words", "[hypotheses.my own]\nweight = 1\n", 2,
     "not TOML: found [hypotheses.my own]; write [hypotheses.my_own]"),
    ("E-no-value", "[brain]\nflop_per_s =\n", 3,
     "not TOML: found flop_per_s =; allowed: a value; leave the line out where there is none"),
    ("E-null", "[brain]\nflop_per_s = null\n", 3,
     "not TOML: found flop_per_s = null; allowed: a value; leave the line out where there is none"),
    ("E-True", "[brain]\nflop_per_s = True\n", 3,
     "not TOML: found flop_per_s = True; allowed: a number, text in quotes, a list in [ ] or a "
     "table in { }"),
    ("E-table-over-lines", '[brain]\nflop_per_s = {\n  ci90 = [1e14, 1e17],\n}\n', 3,
     "not TOML: found flop_per_s = {; write flop_per_s = { ci90 = [1e14, 1e17] }"),
    ("E-interval-on-a-line", "[brain.flop_per_s]\nci70 = [1e14; 1e17]\n", 3,
     "not TOML: found ci70 = [1e14; 1e17]; write ci70 = [1e14, 1e17]"),
    ("E-list-over-lines", "[forecast]\nreport_years = [\n  2030,\n  2,050, # then\n]\n", 5,
     "not TOML: found 2,050; write 2050"),
    ("E-power-over-lines", "[evidence]\nx = 1\n[[evidence.insufficient_run]]\nflop = [\n 1,\n"
     "  10^26,\n]\n", 7, "not TOML: found 10^26; write 1e26"),
    ("E-list-open", "[forecast]\nreport_years = [2030, 2050\n[brain]\nflop_per_s = 1e15\n", 3,
     "not TOML: found report_years = [2030, 2050; write report_years = [2030, 2050]"),
    ("E-list-open-over-lines", "[forecast]\nreport_years = [\n  2030\n[brain]\nx = 1\n", 3,
     "not TOML: found report_years = [, a list that is not closed; allowed: ] at its end"),
    ("E-table-twice", "[brain]\nflop_per_s = 1e15\n[hardware]\ndoubling_years = 2\n[brain]\n", 6,
     "not TOML: [brain] is given twice, first on line 2; add to it there"),
    ("E-table-after-a-dotted-key", "brain.flop_per_s.median = 1e16\n[brain]\n", 3,
     "not TOML: [brain] is given twice, first on line 2; add to it there"),
    ("E-key-twice", "[brain]\nflop_per_s = 1e15\nflop_per_s = 1e16\n", 4,
     "not TOML: flop_per_s is given twice, first on line 3; leave one of them out"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), [row[1:] for row in ELSEWHERE],
                         ids=[row[0] for row in ELSEWHERE])  # fmt: skip
def test_the_place_of_a_mistake_is_told(text: str, line: int, message: str, folder: Path) -> None:
    (folder / "mine.toml").write_text("format = 1\n" + text, "utf-8")
    assert messages("mine.toml") == [f"mine.toml:{line}: {message}"]


IN_QUOTES = [("E-quoted-power", '"10^15"', "1e15"), ("E-quoted-unit", '"2.5 years"', "2.5"),
             ("E-quoted-percent", '"50 %"', "0.5")]  # fmt: skip


@pytest.mark.parametrize(("value", "write"), [row[1:] for row in IN_QUOTES],
                         ids=[row[0] for row in IN_QUOTES])  # fmt: skip
def test_a_number_in_quotes_is_told_as_one(value: str, write: str, folder: Path) -> None:
    (folder / "mine.toml").write_text(f"{CHILD}[hardware]\ndoubling_years = {value}\n", "utf-8")
    (said,) = messages("mine.toml")
    assert said.startswith(
        f"mine.toml:4: hardware.doubling_years: found {value}; allowed: a number"
    )
    assert said.endswith(f"; write {write}")


@given(st.floats(1e-9, 1e15), st.sampled_from(["", " years", " FLOP", "$", " %", " million"]))
def test_a_number_is_read_as_it_was_meant(value: float, unit: str) -> None:
    text, factor = f"{value:.6g}", {" %": 0.01, " million": 1e6}.get(unit, 1.0)
    for written in (text, text.replace(".", ",") if "." in text[1:-3] else text, f"~{text}"):
        if re.search(r"[1-9]\d{0,2},\d{3}(?!\d)", written):
            continue  # thousands
        whole = f"${written}" if unit == "$" else written + unit
        meant = number_meant(whole)
        assert meant is not None
        assert float(meant) == pytest.approx(float(text) * factor, rel=1e-12)
        assert float(tomllib.loads(f"v = {meant}")["v"]) == float(meant)


@given(st.integers(1000, 10**15), st.sampled_from([",", " ", "'", "\xa0"]))
def test_thousands_are_read_as_they_were_meant(value: int, mark: str) -> None:
    assert number_meant(f"{value:,}".replace(",", mark)) == str(value)


LINES = st.one_of(
    st.text(max_size=30),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["title", "weight", "[brain", "ci90", "hypotheses.*.weight", "password"]),
        st.sampled_from([" = ", ": ", " ", "]", " = [", " = { dist = "]),
        st.text("0123456789.,^*eE+-%$ '\"\\[]{}()#;:/abkMFLOP", max_size=30),
    ),
)


@settings(max_examples=400)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_what_is_to_be_written_is_toml_and_nothing_else_is_echoed(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        told = what_is_wrong(text, line, str(error))
        if told is not None:
            assert 1 <= told[0] <= line
            found = told[1]
            assert not found.startswith("not TOML: found password")
    for each in lines:
        better = mended(each)
        assert better is None or tomllib.loads(better) is not None


def test_a_long_line_is_cut_to_the_mistake(folder: Path) -> None:
    line = (
        f'flop_per_s = {{ source = "{"x" * 300}", dist = "lognormal", median = 10^15, sd_oom = 1 }}'
    )
    (folder / "mine.toml").write_text(f"{CHILD}[brain]\n{line}\n", "utf-8")
    (said,) = messages("mine.toml")
    assert len(said) < 330
    assert "median = 10^15, sd_oom = 1 }; write ..." in said
    assert "median = 1e15" in said


# --- Ways out ---------------------------------------------------------------------------------

OF_LOG10 = "at most 1e6; for what is above 0 over orders of magnitude, dist = "
WAYS_OUT = [
    ('brain.flop_per_s={ dist="normal", mean=1e15, sd=1e15 }',
     f'found 1e15; allowed: {OF_LOG10}"lognormal", with median and sd_oom'),
    ('brain.flop_per_s={ dist="logistic", median=1e15, scale=1e14 }',
     f'found 1e14; allowed: {OF_LOG10}"log_logistic", with median and scale_oom'),
    ('brain.flop_per_s={ dist="skew_normal", median=1e15, scale=1e14, shape=1 }',
     f'found 1e14; allowed: {OF_LOG10}"log_skew_normal", with median, scale_oom and shape'),
    ('network.oom_vs_brain={ dist="normal", mean=1, sd=1e15 }',
     "found 1e15; allowed: at most 1e6"),
    ("lag.deployment_years={ ci90=[0, 10] }",
     "lag.deployment_years.ci90[0]: found 0; allowed: above 0, since ci90 alone is lognormal; or "
     'dist = "uniform", low = 0, high = 10, or "triangular", with mode as well'),
    ('hardware.start_year="2025-06-31"',
     'allowed: a number, a date, 2030-07-01, or a quarter, "2030Q3"; June 2025 has 30 days'),
    ('spending.start_year="2026-02-29"', "; February 2026 has 28 days"),
    ("hardware.start_year=2025-06-31",
     "the value is not TOML; allowed: a day that there is; June 2025 has 30 days"),
    ('correlations=[{ parameters=["power.flop", "brain.flop_per_s"], rank_correlation=0.5 }]',
     'found "power.flop", which this file does not have'),
    ('correlations=[{ parameters=["power.year", "brain.flop_per_s"], rank_correlation=0.5 }]',
     'found "power.year", which can be no distribution'),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "words"), WAYS_OUT, ids=[row[0] for row in WAYS_OUT])
def test_what_is_refused_is_told_with_a_way_out(setting: str, words: str) -> None:
    (said,) = messages("latest", [setting])
    assert said.endswith(words)


def test_a_day_that_is_none_is_told_in_a_file(folder: Path) -> None:
    (folder / "mine.toml").write_text(f"{CHILD}[hardware]\nstart_year = 2025-06-31 # ok\n", "utf-8")
    assert messages("mine.toml") == [
        "mine.toml:4: not TOML: found start_year = 2025-06-31 # ok; allowed: a day that there is; "
        "June 2025 has 30 days"
    ]


# --- E: plausibility notes --------------------------------------------------------------------

BRAIN = "brain.flop_per_s: found 15 FLOP/s, far from 3.6e12 to 5.68e19 FLOP/s, the 1st to 99th "
RUN_OF_27 = "evidence.insufficient_runs.one={ flop = 27, year = 2025 }"
SEEN_LATER = (
    'evidence.observations.one={ quantity = "largest_run_flop", year = 2027.5, value = 2e27, '
    "standard_error_oom = 0.5 }"
)
LIMIT = 'interventions.cap={{ of="{}", year=2027, at_most={} }}'
USUAL_RUNS = "usual: 1e15 to 1e45 FLOP (2020 to 2026: 3e23 to 5e26)"
ODD = [
    ("E-log10-seen", "latest", [RUN_OF_27],
     "evidence.insufficient_runs.one.flop: found 27; usual: 1e+15 to 1e+40; for a log10 of 27, "
     "write 1e27"),
    ("E-not-yet-seen", "latest", [SEEN_LATER],
     "evidence.observations.one.year: found 2027.5, after the file's as_of, 2026.89, by when it "
     "cannot have been seen"),
    ("E-log10", "cotra2020", ["brain.flop_per_s=15"],
     f"{BRAIN}percentile of what it replaces; for a log10 of 15, write 1e15"),
    ("E-log10-inside", "cotra2020", ["brain.flop_per_s.median=15"],
     f"{BRAIN}percentile of what it replaces; for a log10 of 15, write 1e15"),
    ("E-percent", "cotra2020", ["economy.growth_per_year=3"],
     "economy.growth_per_year: found 3; usual: -0.05 to 0.15 (the United States since 1950: "
     "0.03); for 3 %, write 0.03"),
    ("E-percent-spread", "cotra2020", ["economy.growth_per_year={ ci90=[2, 4] }"],
     "economy.growth_per_year: found 3; usual: -0.05 to 0.15 (the United States since 1950: "
     "0.03); for 3 %, write 0.03"),
    ("E-percent-of-a-distribution", "latest", ["economy.growth_per_year=3"],
     "economy.growth_per_year: found 3, far from 0.00544 to 0.0366, the 1st to 99th percentile of "
     "what it replaces; for 3 %, write 0.03"),
    ("E-share", "cotra2020", ["spending.max_share_of_gdp=1"],
     "spending.max_share_of_gdp: found 1; usual: 1e-5 to 0.3 (Cotra 2020: 0.005 to 0.02; Apollo: "
     "0.004); for 1 %, write 0.01"),
    ("E-months", "cotra2020", ["hardware.doubling_years=30"],
     "hardware.doubling_years: found 30 years; usual: 0.4 to 10 years (Hobbhahn and Besiroglu "
     "2022: 2 to 3; Cotra 2020: 1.5 to 3.5)"),
    ("E-months-of-a-distribution", "latest", ["hardware.doubling_years=30"],
     "hardware.doubling_years: found 30 years, far from 1.36 to 4.12 years, the 1st to 99th "
     "percentile of what it replaces"),
    ("E-other-unit-of-a-distribution", "latest", ["hardware.doubling_months=2.5"],
     "hardware.doubling_months: found 2.5 months, far from 16.3 to 49.4 months, the 1st to 99th "
     "percentile of what it replaces"),
    ("E-log10-power", "cotra2020", ["power={ flop=28, year=2030, times_per_year=1.5 }"],
     "power.flop: found 28 FLOP; usual: 1e20 to 1e45 FLOP (Epoch AI 2024: 2e29 by 2030); for a "
     "log10 of 28, write 1e28"),
    ("E-log10-limit", "cotra2020", [LIMIT.format("largest_run_flop", "27")],
     f"interventions.cap.at_most: found 27 FLOP; {USUAL_RUNS}; for a log10 of 27, write 1e27"),
    ("E-log10-limit-of-price", "cotra2020", [LIMIT.format("flop_per_usd", "18")],
     "interventions.cap.at_most: found 18 FLOP/$; usual: 1e9 to 1e32 FLOP/$ (2020 to 2026: 1e17 to "
     "2e18); for a log10 of 18, write 1e18"),
    ("E-dollars-for-flop", "cotra2020", [LIMIT.format("largest_run_usd", "1e26")],
     "interventions.cap.at_most: found 1e26 $; usual: 100 to 1e14 $ (2020 to 2026: 1e6 to 1e9); "
     'for FLOP, write of = "largest_run_flop"'),
    ("E-flop-for-dollars", "cotra2020", [LIMIT.format("largest_run_flop", "1e9")],
     f"interventions.cap.at_most: found 1e9 FLOP; {USUAL_RUNS}; for $, write of = "
     '"largest_run_usd"'),
    ("E-log10-threshold", "latest", ["algorithms.sizes.big={ from_flop=28, halving_years=1 }"],
     "algorithms.sizes.big.from_flop: found 28; usual: 1e20 to 1e70; for a log10 of 28, write 1e28"
     ),
    ("E-weights", "cotra2020",
     ["hypotheses.short_horizon.weight=20", "hypotheses.long_horizon.weight=30"],
     "weights 20 (short_horizon), 30 (long_horizon) beside 0.05 to 0.3, which were there before "
     "and come to 1.1 % together: weights are relative"),
]  # fmt: skip


@pytest.mark.parametrize(("parent", "edits", "note"), [row[1:] for row in ODD],
                         ids=[row[0] for row in ODD])  # fmt: skip
def test_what_is_hardly_meant_is_noted(
    parent: str, edits: list[str], note: str, folder: Path, cli: Any
) -> None:
    assert ba.read_parameters(parent, edits).oddities == (note,)
    text = "".join(edit.replace("=", " = ", 1) + "\n" for edit in edits)
    assert child(folder, text, parent).oddities == (note,)
    cli("check", "mine.toml")
    assert f"note: mine.toml: {note}\n" in cli.errors
    cli("new", "next.toml", "--from", "mine.toml")
    assert f"note: next.toml: {note}\n" in cli.errors
    cli("run", "mine.toml", "--precision", "5pp")
    assert f"note: mine.toml: {note}\n" in cli.errors


@pytest.mark.parametrize("preset", list(presets()))
def test_no_preset_is_odd(preset: str) -> None:
    assert ba.read_parameters(preset).oddities == ()


@pytest.mark.parametrize(
    "limit", [("largest_run_flop", "1e26"), ("largest_run_usd", "1e8"), ("flop_per_usd", "1e18")]
)
def test_a_limit_is_judged_by_what_it_is_of(limit: tuple[str, str]) -> None:
    assert ba.read_parameters("cotra2020", [LIMIT.format(*limit)]).oddities == ()


@pytest.mark.parametrize(("flop", "noted"), [("28", True), ("26,30", True), ("26..40", True),
                                             ("1e28", False), ("5", False)])  # fmt: skip
def test_a_log10_to_be_afforded_is_noted(flop: str, noted: bool, cli: Any) -> None:
    cli("afford", "cotra2020", "--flop", flop)
    first = flop.split(",")[0].split("..")[0]
    note = (
        f"note: --flop: found {first}; usual: 1e20 to 1e70; for a log10 of {first}, write "
        f"1e{first}\n"
    )
    assert (note in cli.errors) == noted
    assert noted or "note: --flop" not in cli.errors


LATEST = ba.read_parameters("latest")
UNCERTAIN = [
    (parameters, item.path, item.distribution)
    for parameters in (LATEST, COTRA)
    for item in parameters.inputs.values()
    if item.is_random and item.path != "evidence.run_softness_oom"
]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(UNCERTAIN), st.floats(0.0101, 0.9899))
def test_within_the_1st_to_99th_percentile_nothing_is_odd(row: Any, share: float) -> None:
    parameters, path, distribution = row
    value = float(distribution.ppf(share))
    edited = parameters.edited(f"{path}={value!r}")
    assert edited.oddities == ()


def test_every_input_has_what_is_usual_of_it() -> None:
    inputs = {**LATEST.inputs, **ba.read_parameters("cotra2020-uncertain").inputs}
    names = {
        re.sub(r"hypotheses\.\w+\.(algorithms\.)?", lambda m: m[1] or "hypotheses.*.", name)
        for name in inputs
    }
    assert names - {"evidence.run_softness_oom"} <= set(USUAL)
    for name, usual in USUAL.items():
        assert usual.low < usual.high, name
        assert usual.reason


@pytest.mark.parametrize(("text", "noted"), [("0.1", True), ("0.01", True), ("0.001", False),
                                             ("0.1pp", False), ("10pp", False)])  # fmt: skip
def test_a_precision_without_its_unit_is_noted(text: str, noted: bool, cli: Any) -> None:
    cli("run", "cotra2020", "--precision", text)
    assert ("note: --precision" in cli.errors) == noted
    if text == "0.1":
        assert cli.errors == (
            "note: --precision 0.1: taken as 10 percentage points; for 0.1 of one, write 0.1pp\n"
        )


# --- E: dates ---------------------------------------------------------------------------------


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(3000, 12, 30)))
def test_a_date_is_a_decimal_year(moment: dt.datetime) -> None:
    """Even within each year, leap years too, and rising from one to the next."""
    year = decimal_year(moment)
    assert math.floor(year) == moment.year
    assert decimal_year(moment.isoformat()) == year
    start, end = (dt.datetime(moment.year + i, 1, 1) for i in (0, 1))
    assert year - moment.year == pytest.approx((moment - start) / (end - start), abs=1e-12)
    assert decimal_year(moment + dt.timedelta(days=1)) > year
    assert decimal_year(moment.date()) == decimal_year(dt.datetime(*moment.date().timetuple()[:3]))


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2026-01-01", 2026),
        ("2026-11-25", 2026 + 328 / 365),
        ("2024-02-29", 2024 + 59 / 366),
        ("2024-12-31", 2024 + 365 / 366),
        ("2100-03-01", 2100 + 59 / 365),
        ("2000-03-01", 2000 + 60 / 366),
        ("2026-07-02T12:00:00Z", 2026.5),
        ("2026-07-02T14:00:00+02:00", 2026.5),
    ],
)
def test_dates_by_hand(date: str, year: float) -> None:
    assert decimal_year(date) == pytest.approx(year, abs=1e-12)


YEARS = [
    ("E-date-evidence", "evidence", "not_arrived_by", 2026 + 328 / 365),
    ("E-date-hardware", "hardware", "start_year", 2026 + 328 / 365),
    ("E-date-gain", "algorithms", "gain_start_year", 2026 + 328 / 365),
    ("E-date-gdp", "economy", "gdp_year", 2026 + 328 / 365),
    ("E-date-published", "published", "median_year", 2026 + 328 / 365),
]


@pytest.mark.parametrize(("table", "key", "year"), [row[1:] for row in YEARS],
                         ids=[row[0] for row in YEARS])  # fmt: skip
@pytest.mark.parametrize("date", ["2026-11-25", '"2026-11-25"', "2026-11-25T00:00:00"])
def test_a_decimal_year_may_be_a_date(
    table: str, key: str, year: float, date: str, folder: Path
) -> None:
    for parameters in (
        child(folder, f"[{table}]\n{key} = {date}\n"),
        COTRA.edited(f"{table}.{key}={date}"),
    ):
        assert parameters.resolved[table][key] == pytest.approx(year, abs=1e-12)
        again = parse_parameters(parameters.text)
        assert again.resolved[table][key] == parameters.resolved[table][key]


def test_observations_and_runs_may_have_dates(folder: Path) -> None:
    text = (
        "[[evidence.observation]]\nquantity = 'largest_run_usd'\nyear = 2026-07-02T12:00:00\n"
        "value = 1e9\nstandard_error_oom = 0.3\n"
        "[[evidence.insufficient_run]]\nflop = 5e26\nyear = 2025-07-02\n"
        "[evidence]\nrun_softness_oom = 1\n"
    )
    seen = child(folder, text).evidence
    assert seen.observation is not None
    assert seen.insufficient_run is not None
    assert seen.observation[0].year == 2026.5
    assert seen.insufficient_run[0].year == pytest.approx(2025 + 182 / 365)


def test_every_year_of_the_format_may_be_a_date() -> None:
    """Keys whose names say year are decimal or whole, and the tables know which."""
    for path, _ in leaves(LATEST.resolved):
        is_year = str(path[-1]).endswith(("_year", "arrived_by")) and key_at(path) is None
        if is_year and path[0] != "published":
            mark = year_at(path)
            assert mark is not None, path
            window = ("first_year", "last_year", "dollar_year")
            assert mark.is_whole == (path[-1] in window), path


WHOLE = "found 2030-06-01; allowed: a whole number, 2030, or its first day, 2030-01-01"


def test_a_window_is_of_whole_years(folder: Path, cli: Any) -> None:
    parameters = child(folder, "[forecast]\nlast_year = 2090-01-01\nreport_years = [2030-01-01]\n")
    assert (parameters.last_year, parameters.report_years) == (2090, (2030,))
    (folder / "mine.toml").write_text(CHILD + "[forecast]\nfirst_year = 2030-06-01\n", "utf-8")
    assert messages("mine.toml") == [f"mine.toml:4: forecast.first_year: {WHOLE}"]
    assert messages("cotra2020", ["forecast.last_year=2090.5"]) == [
        "--set forecast.last_year: found 2090.5; allowed: a whole number"
    ]
    assert messages("cotra2020", ["hypotheses.genome.weight=2030-06-01"]) == [
        "--set hypotheses.genome.weight: found 2030-06-01; allowed: a number"
    ]
    assert "last_year = 2090 " in cli("show", "cotra2020", "--last-year", "2090-01-01")
    for value in ("2090-06-01", "soon", "2090.5", "-5", "²"):
        cli("show", "cotra2020", f"--last-year={value}", code=2)
        words = f"found {value}; allowed: a whole year, 2030, or its first day, 2030-01-01"
        assert words in " ".join(cli.errors.split())
        cli("sweep", "cotra2020", f"--years={value}", code=2)
        assert f"found {value}; allowed: different whole years" in " ".join(cli.errors.split())


def test_report_years_may_lie_within_years(folder: Path, cli: Any) -> None:
    text = '[forecast]\nreport_years = [2027.5, 2030-07-01, "2036Q3", 2040]\n'
    parameters = child(folder, text)
    middle = 2030 + 181 / 365
    assert parameters.report_years == pytest.approx((2027.5, middle, 2036 + 182 / 366, 2040))
    assert parameters.whole_report_years == (2040,)
    assert "probability by   2027.5   2030.5   2036.5     2040" in cli("run", "mine.toml")
    # What holds whole years alone leaves the others out; all else knows them.
    assert "by 2040" in cli("sweep", "mine.toml", "--vary", "hardware.doubling_years=2:3:2")
    assert "by 2036.5" in cli("compare", "mine.toml", "cotra2020", "--precision", "1pp")
    assert "2027.5" in cli("ledger", "mine.toml")
    loaded = ba.run(parameters, precision=0.01).summary()
    dates = [each["date"] for each in loaded["probability_by"]]
    assert dates == ["2027-07-02", "2030-07-01", "2036-07-01", "2040-01-01"]


@given(st.dates(dt.date(1900, 1, 1), dt.date(3000, 12, 31)))
def test_a_date_is_the_same_day_again(day: dt.date) -> None:
    assert date_of(decimal_year(day)) == day.isoformat()
    quarter = f"{day.year}Q{(day.month + 2) // 3}"
    first = dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    assert decimal_year(quarter) == decimal_year(quarter.replace("Q", "-q")) == decimal_year(first)


SCHEMA = jsonschema.Draft202012Validator(json.loads(ba.schema()))
MIDDLE = 2030 + 181 / 365
MIXED = '{ dist = "mixture", weights = [1, 1], components = [%s, { samples = [%s, 2033] }] }'
DATED = {
    '"2030Q3"': f"{MIDDLE!r}",
    "2030-07-01": f"{MIDDLE!r}",
    '{ value = 2030-07-01, note = "2026-01-01" }': f'{{ value = {MIDDLE}, note = "2026-01-01" }}',
    '{ dist = "uniform", low = 2030-01-01, high = "2032Q1" }': '{ dist = "uniform", low = 2030, '
    "high = 2032 }",
    '{ ci80 = ["2030Q1", 2034-01-01] }': "{ ci80 = [2030, 2034] }",
    MIXED % ('"2030Q1"', "2031-01-01"): MIXED % ("2030", "2031"),
}


@pytest.mark.parametrize(("dated", "plain"), DATED.items())
def test_a_year_that_may_be_uncertain_may_have_dates(folder: Path, dated: str, plain: str) -> None:
    text = '[changes.a]\nof = "hardware"\ndoubling_years = 3\nyear = %s\n'
    one, other = (child(folder, text % year).tables.changes for year in (dated, plain))
    assert one == other
    # An editor takes a date for the text that it is.
    read = json.loads(json.dumps(tomllib.loads(text % dated), default=str))
    assert SCHEMA.is_valid(read)
    assert SCHEMA.is_valid({"interventions": {"a": {"until_year": read["changes"]["a"]["year"]}}})


@pytest.mark.parametrize(
    "table",
    [
        {"doubling_years": "2030-07-01"},
        {"year": {"dist": "normal", "mean": 2030, "sd": "2031-01-01"}},
        {"year": {"dist": "mixture", "weights": ["2030-01-01", 1], "components": [2030, 2040]}},
    ],
)
def test_a_speed_a_spread_and_a_weight_are_no_years(table: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid({"changes": {"a": table}})
    with pytest.raises(BadParameters, match=r"changes\.a"):
        ba.read_parameters("cotra2020").with_values({"changes.a": {"of": "hardware", **table}})


@pytest.mark.parametrize("year", ["2030Q3", "2030q3", "2030-Q3", '"2030Q3"', "2030-07-01"])
def test_a_quarter_needs_no_quotes_in_an_edit(year: str) -> None:
    edits = ["changes.a={of='hardware', doubling_years=3, year=2040}", f"changes.a.year={year}"]
    (change,) = (ba.read_parameters("cotra2020", edits).tables.changes or {}).values()
    assert change.year == pytest.approx(MIDDLE)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('forecast.report_years = [2030, "2030Q5"]',
         'forecast.report_years[1]: found "2030Q5"; allowed: a number, a date, 2030-07-01, or a '
         'quarter, "2030Q3"'),
        ('changes.a = { of = "hardware", doubling_years = 3, year = { ci80 = [2030, "2031Q0"] } }',
         'changes.a.year.ci80[1]: found "2031Q0"; allowed: a number, a date, 2030-07-01, or a '
         'quarter, "2030Q3"'),
        ('changes.a = { of = "hardware", doubling_years = 3, year = "soon" }',
         'changes.a.year: found "soon"; allowed: a number, { value = ..., source = ... }, '
         '{ dist = ... } or { ci90 = [low, high] }, a date, 2030-07-01, or a quarter, "2030Q3"'),
        ('forecast.last_year = "soon"',
         'forecast.last_year: found "soon"; allowed: a whole number, 2030, or its first day, '
         "2030-01-01"),
    ],
)  # fmt: skip
def test_what_is_no_year_is_told_how_to_write_one(folder: Path, line: str, told: str) -> None:
    (folder / "mine.toml").write_text(f'extends = "cotra2020"\n{line}\n', "utf-8")
    (said,) = messages("mine.toml")
    assert told in said


def test_targets_and_outputs_may_be_dates() -> None:
    assert read_target("median=2031-07-02T12:00").year == 2031.5
    assert read_target("median=2032Q3").year == 2032 + 182 / 366
    assert read_output("2036Q3", COTRA) == read_output("2036-07-01", COTRA)
    assert read_target("2036-01-01=0.5").year == 2036.0
    with pytest.raises(ValueError, match="allowed: median=2031"):
        read_target("median=2031-13-01")
    assert read_output("2036-01-01", COTRA) == read_output(2036, COTRA)
    for wrong in ("2036-13-01", "nan", "1e999", "-2030", "soon"):
        with pytest.raises(ValueError, match="allowed: a year"):
            read_output(wrong, COTRA)


# --- E: questions of type numeric -------------------------------------------------------------


def question(kind: str, low: Any, high: Any, zero: Any = None) -> dict[str, Any]:
    scaling = {"range_min": low, "range_max": high, "zero_point": zero}
    return {"question": {"type": kind, "scaling": scaling, "open_upper_bound": True}}


def test_a_numeric_question_of_a_year_is_one_of_its_date() -> None:
    """E-metaculus: its bounds are years, not Unix seconds."""
    numeric = read_question(question("numeric", 2025, 2100))
    assert (numeric.low, numeric.high, numeric.zero_year) == (2025.0, 2100.0, None)
    assert numeric == read_question(question("date", "2025-01-01", "2100-01-01"))
    assert read_question(question("numeric", 2025.5, 2100.0, 2000)).zero_year == 2000.0
    assert read_question(question("numeric", 2025, 2100, -50)).zero_year == -50.0
    for low, high in ((0, 100), (2025, 1e9), ("2025-01-01", 2100), (2025, None)):
        with pytest.raises(ValueError, match=r"allowed: a question about a year|has no range_max"):
            read_question(question("numeric", low, high))
    with pytest.raises(ValueError, match="allowed: date, or numeric of a year"):
        read_question(question("binary", 2025, 2100))
