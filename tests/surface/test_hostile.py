"""Files whose texts would steer a terminal: no command lets them, nor any text file it writes."""

import json
import re
import string
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import toml

import bioanchors as ba
from bioanchors.formats.registry import FORMATS
from bioanchors.results.exports.writing import BESIDE
from bioanchors.visible import JOINERS, LINES, SPACES, json_text, visible

BAD_INPUT = 2
FORGED = "note: forged"
HOSTILE = (
    f"\x1b[31mRED\x1b]0;owned\x07\x08\r\x9b2J\x7f\u202egnp\u2066\u200b\u2028\ufeff\x00\n{FORGED}\n"
)
TEXT_FILES = (".csv", ".json", ".md", ".html", ".svg", ".squiggle", ".toml")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

# --- The rule ------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_visible_stays_and_the_rest_is_written_out(text):
    shown = visible(text)
    for char in shown:
        assert char.isprintable() or char in SPACES + JOINERS
        assert unicodedata.category(char) not in ("Cc", "Zl", "Zp", "Cs")
    assert visible(shown) == shown
    kept = "".join(char for char in text if char.isprintable())
    if kept == text:
        assert shown == text
    assert "\n" in visible(text, LINES) or "\n" not in text


@pytest.mark.parametrize(
    "char",
    [*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u200b\u200e\u200f\u2028\u2029\ufeff",
     *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xAD, 0x61C, 0xDC80, 0xE0041))],
)  # fmt: skip
def test_each_character_that_steers_or_hides_is_an_escape(char):
    shown = visible(f"a{char}b")
    assert shown.startswith("a\\")
    assert set(shown) <= set(string.printable) - set(string.whitespace)


@pytest.mark.parametrize("text", ["50\u202f% – ≥ 10³⁰ FLOP „früh“", "人工知能 🧠", "می‌خواهم", "é"])
def test_texts_of_any_script_stay_as_they_are(text):
    assert visible(text) == text


@given(st.dictionaries(st.text(), st.text(st.characters(exclude_categories=["Cs"]))))
def test_json_says_the_same_without_what_steers(document):
    text = json_text(document)
    assert visible(text, LINES) == text
    assert json.loads(text) == document


# --- Every command -------------------------------------------------------------------------------


@pytest.fixture
def hostile(desk):
    """A file each text of which is hostile, its name included, and one that extends it."""
    told = {"source": HOSTILE, "note": HOSTILE}
    tree = {
        "format": 1,
        "title": HOSTILE,
        **told,
        "forecast": {"first_year": 2024, "last_year": 2060, "report_years": [2036], **told},
        "hypotheses": {
            "mine": {"kind": "direct", "weight": 1.0, **told, "training_flop": {
                "dist": "lognormal", "median": 1e29, "sd_oom": 1.0, **told}},
            "other": {"kind": "direct", "weight": 1.0, **told, "training_flop": 1e30},
        },
        "algorithms": {"gain_start_year": 2025.0, "halving_years": 2.0, "max_oom": 5.0, **told},
        "hardware": {"start_year": 2025.0, "flop_per_usd": 1e17, "max_flop_per_usd": 1e24, **told,
                     "doubling_years": {"dist": "lognormal", "median": 2.5, "sd_oom": 0.1, **told}},
        "spending": {"start_year": 2025.0, "largest_run_usd": 1e8, "doubling_years": 2.0,
                     "max_share_of_gdp": 0.01, **told},
        "economy": {"gdp_year": 2025.0, "largest_economy_gdp_usd": 3e13, "growth_per_year": 0.03,
                    **told},
        "published": {"source": HOSTILE, "probability_by": {"2040": 0.5}},
    }  # fmt: skip
    path = Path(f"a\x1b[31m\n{FORGED}\u202e.toml")
    path.write_text(toml(tree).replace("\x7f", "\\u007f"))
    Path("child.toml").write_text(f"format = 1\nextends = {json.dumps(str(path))}\n")
    return str(path)


def check_text(text):
    assert visible(text, LINES) == text
    # A line break in a text is an escape, and hence the line it begins no line of its own.
    assert not re.search(rf"^{FORGED}(?!\\)", text, re.MULTILINE)


def check_all(output, errors):
    check_text(output)
    check_text(errors)
    for path in Path().rglob("*"):
        if path.suffix in TEXT_FILES and "\x1b" not in path.name and path.name != "child.toml":
            check_text(path.read_text(encoding="utf-8"))


COMMANDS = {
    "run": ["run", "FILE", "--out", "out", "--keep-draws", "--points", "2048"],
    "run-child": ["run", "child.toml"],
    "run-set": ["run", "FILE", "--set", "hypotheses.mine.weight=2"],
    "show": ["show", "FILE"],
    "show-child": ["show", "child.toml"],
    "check": ["check", "FILE", "child.toml"],
    "sweep": ["sweep", "FILE", "--vary", "hardware.doubling_years=[2, 3]", "--out", "out"],
    "solve": ["solve", "FILE", "--vary", "spending.doubling_years", "--target", "median=2031"],
    "sensitivity": ["sensitivity", "FILE", "--view", "all", "--max-draws", "4096", "--out", "out"],
    "compare": ["compare", "FILE", "child.toml", "--out", "out"],
    "attribute": ["compare", "FILE", "cotra2020", "--attribute", "--out", "out"],
    "plot": ["plot", "FILE", "--out", "a.svg"],
    "plots": ["plot", "FILE", "cotra2020", "--out", "a.svg"],
    "report": ["report", "FILE", "--pdf", "--out", "out"],
    "report-child": ["report", "child.toml", "--out", "out"],
    "new": ["new", "fresh.toml", "--from", "FILE"],
    "metaculus": ["export", "FILE", "--format", "metaculus", "--range", "2030:2040", "--open",
                  "both", "--out", "q.json"],
    "weights": ["run", "FILE", "--weights", f"\x1b[31m\n{FORGED}=1"],
    "preset": ["run", f"\x1b[31m\n{FORGED}"],
    "missing": ["run", f"\x1b[31m\n{FORGED}.toml"],
    "set": ["run", "FILE", "--set", f"title={json.dumps(HOSTILE)}"],
    "bad-set": ["run", "FILE", "--set", f"\x1b[31m\n{FORGED}={FORGED}"],
    "option": ["run", "FILE", f"--\x1b[31m\n{FORGED}"],
    "command": [f"\x1b[31m\n{FORGED}"],
    "overlay": ["run", "FILE", "--overlay", f"\x1b[31m\n{FORGED}"],
    "load-missing": ["load", f"\x1b[31m\n{FORGED}.nc"],
    "out": ["run", "FILE", "--out", f"a\x1b[31m\n{FORGED}"],
    "vary": ["sweep", "FILE", "--vary", f"title=[{json.dumps(HOSTILE)}, 'x']"],
    **{f"export-{name}": ["export", "FILE", "--format", name, "--out",
                          f"x{FORMATS[name].suffix}"] for name in FORMATS if name != "metaculus"},
    **{f"print-{name}": ["export", "FILE", "--format", name]
       for name in FORMATS if FORMATS[name].is_text and name != "metaculus"},
}  # fmt: skip


REFUSED = (
    "weights", "preset", "missing", "bad-set", "option", "command", "overlay", "load-missing",
)  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_lets_a_text_steer_the_terminal(cli, hostile, name):
    arguments = [hostile if each == "FILE" else each for each in COMMANDS[name]]
    output = cli(*arguments, code=BAD_INPUT if name in REFUSED else 0)
    check_all(output, cli.errors)


@pytest.mark.parametrize("name", ["run", "sweep", "compare", "report"])
def test_what_we_colour_stays_coloured(cli, hostile, monkeypatch, name):
    monkeypatch.setenv("FORCE_COLOR", "1")
    arguments = [hostile if each == "FILE" else each for each in COMMANDS[name]]
    output = cli(*arguments)
    assert COLOURS.search(output) or name == "report"
    check_all(COLOURS.sub("", output), COLOURS.sub("", cli.errors))
    assert "\x1b[31m" not in output


@pytest.mark.parametrize("format_", ["json", "netcdf", "netcdf4", "csv", "parquet"])
def test_a_loaded_result_steers_nothing(cli, hostile, format_):
    path = Path(f"x{FORMATS[format_].suffix}")
    cli("export", hostile, "--format", format_, "--out", path)
    check_all(cli("load", path), cli.errors)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A small forecast as JSON and as netCDF, as from before there were digests."""
    folder = tmp_path_factory.mktemp("saved")
    forecast = ba.run("cotra2020", points=2**12, replicates=2)
    forecast.to_json(folder / "f.json", full=True)
    document = json.loads((folder / "f.json").read_text())
    del document["sha256"], document["attrs"]["sha256"]
    forecast.to_csv(folder / "f.csv")
    made = json.loads((folder / f"f.csv{BESIDE}").read_text())
    del made["sha256"]
    return document, made, (folder / "f.csv").read_text(), forecast.dataset


@pytest.mark.parametrize("format_", ["json", "csv", "nc"])
def test_no_text_of_a_saved_result_steers_the_terminal(cli, saved, format_):
    document, made, table, dataset = saved
    told = {"json": document["attrs"], "csv": made, "nc": dataset.attrs}[format_]
    path = Path(f"f.{format_}")
    for key in set(told) - {"sha256"}:
        changed = {**told, key: HOSTILE}
        if format_ == "json":
            path.write_text(json.dumps({**document, "attrs": changed}))
        elif format_ == "csv":
            path.write_text(table)
            Path(f"f.csv{BESIDE}").write_text(json.dumps(changed))
        else:
            changed.pop("sha256")
            dataset.attrs = changed
            dataset.to_netcdf(path, engine="scipy")
        output = cli("load", path, code=None)
        check_text(output)
        check_text(cli.errors)
        Path(path).unlink()


def test_the_streams_are_the_callers_again_afterwards(cli):
    before = sys.stdout, sys.stderr
    cli("--help")
    assert (sys.stdout, sys.stderr) == before


def test_nothing_but_the_one_screen_writes_control_characters():
    package = Path(ba.__file__).parent
    makers = [
        path.name for path in package.rglob("*.py") if re.search(r"\bConsole[()]", path.read_text())
    ]
    assert makers == ["terminal.py"]
