"""``compare`` and ``plot`` take results as well as files."""

import csv
import re
from pathlib import Path

import pytest

from bioanchors.output.comparison_tables import MOST_DIFFERENCES

FAST = ("--precision", "1pp")


@pytest.fixture
def folder(cli):
    cli("run", "cotra2020", "--set", "hardware.doubling_years=2", *FAST, "--out", "mine")
    return "mine"


def rows(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [
            {name: cell for name, cell in row.items() if name not in ("file", "run_id")}
            for row in csv.DictReader(file)
        ]


def test_a_result_is_compared_as_the_file_that_made_it(cli, folder):
    Path("edited.toml").write_text(
        'extends = "cotra2020"\n[hardware]\ndoubling_years = 2\n', encoding="utf-8"
    )
    text = cli("compare", "cotra2020", folder, "edited.toml", *FAST, "--out", "a")
    assert "run again" in cli.errors
    assert f"cotra2020 -> {folder}: 1 parameter differs" in text
    found = rows("a/comparison.csv")
    assert len(found) % 3 == 0
    part = len(found) // 3
    assert found[part : 2 * part] == found[2 * part :]
    assert found[:part] != found[part : 2 * part]


@pytest.mark.parametrize("name", ["mine", "mine/forecast.nc"])
def test_a_result_is_drawn_without_a_run(cli, monkeypatch, folder, name):
    monkeypatch.setattr("bioanchors.results.run", lambda *_, **__: pytest.fail("was run"))
    cli("plot", name, "--out", "x.png")
    assert Path("x.png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.undo()


@pytest.mark.parametrize("command", [("plot", "--out", "x.png"), ("compare", "cotra2020")])
def test_what_cannot_act_on_a_result_is_refused(cli, folder, command):
    cli(*command, folder, "--set", "hardware.doubling_years=3", code=2)
    assert "a result is as it is" in cli.errors
    Path("empty").mkdir()
    cli(*command, "empty", code=2)
    assert "empty" in cli.errors
    assert "Traceback" not in cli.errors


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_a_table_can_be_compared_but_not_drawn(cli, format_):
    cli("export", "cotra2020", *FAST, "--format", format_, "--out", f"t.{format_}")
    cli("plot", f"t.{format_}", "--out", "x.png", code=2)
    assert "holds a table; allowed: a folder of run --out, netCDF or JSON --full" in cli.errors
    text = cli("compare", "cotra2020", f"t.{format_}", *FAST)
    assert f"cotra2020 -> t.{format_}: 0 parameters differ" in text


def test_results_and_files_are_drawn_together(cli, folder):
    cli("plot", folder, "cotra2020", *FAST, "--out", "x.png")
    cli("plot", folder, "--seed", 3, "--out", "y.png", code=2)
    assert "a result is as it is" in cli.errors


def test_load_tells_of_the_years_that_the_run_was_asked_for(cli):
    asked = ("--years", "2027.5,2041", "--within", "3:2030", "--overlay", "cotra2022", "--out", "o")
    text = cli("run", "cotra2020", "--set", "hardware.doubling_years=2", *asked, *FAST)
    assert "by 2041 +" in text
    assert "by 2036 +" not in text
    assert "Cotra 2022: 2041 " in text
    assert "2036" not in text
    for told in (cli("load", "o"), text):
        assert re.search(r"probability by +2027\.5 +2041", told)
        assert "within 3 years of 2030" in told
    Path("o/summary.json").write_text("{}")
    text = cli("load", "o")
    assert "the years are the file's" in cli.errors
    assert re.search(r"probability by +2030 +2036", text)


def test_compare_says_what_differences_do_before_it_lists_them(cli):
    text = cli("compare", "cotra2020", "latest", *FAST)
    count = int(re.search("([0-9]+) parameters differ", text)[1])
    assert text.index("median") < text.index("forecast.first_year: ")
    # Rows of which one file alone has the table hold several.
    rows = re.findall("^[a-z_]+[.a-z_]*: .*->", text.partition("median")[2], re.MULTILINE)
    assert len(rows) == MOST_DIFFERENCES
    assert f"{count} parameters differ (in short below, each by --all)" in text
    assert 0 < int(re.search("and ([0-9]+) more: --all", text)[1]) < count - MOST_DIFFERENCES
    every = cli("compare", "cotra2020", "latest", "--all", *FAST)
    assert len(re.findall("^[a-z_]+[.][a-z_.]+: ", every, re.MULTILINE)) == count
    assert "more:" not in every
