"""The command line, as a person at a terminal meets it."""

import csv
import json
import math
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import xarray as xr
from working import until_at_work

import bioanchors as ba

ROOT = Path(__file__).resolve().parents[2]
PRESETS = ("cotra2020", "cotra2020-aggressive", "cotra2020-conservative", "cotra2020-report")
COMMANDS = (
    *("afford", "bounds", "check", "compare", "explain", "explore", "export", "from-link"),
    *("hindcast", "ledger", "load", "mix", "new", "observe", "plot", "presets", "published"),
    *("report", "run", "schema", "sensitivity", "show", "solve", "sweep"),
)
OUTPUTS = ("README.md", "cdf.csv", "cdf.png", "forecast.nc", "summary.json")
DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

COMMAND = [sys.executable, "-m", "bioanchors"]
SECONDS = 120


@pytest.fixture(autouse=True)
def _at_the_desk(desk):
    """All of this is typed at a terminal."""


def own_process(*arguments, code=DONE, environment=None, command=COMMAND):
    """Run in a process of its own; return the finished process, its streams as bytes."""
    done = subprocess.run(
        [*command, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode(errors="replace")
    assert b"Traceback" not in done.stderr
    return done


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def row(text, head):
    """The line of the output that follows the one that starts with ``head``, as words."""
    lines = text.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith(head))
    return lines[place + 1].split()


# --- Help and exit codes -------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_all_commands(cli, option):
    listed = cli(option).split("Commands:")[1]
    assert tuple(re.findall(r"^  ([\w-]+)  ", listed, re.MULTILINE)) == COMMANDS


def test_help_says_whole_sentences(cli):
    listed = cli("--help").split("Commands:")[1]
    sentences = re.split(r"^  [\w-]+  +", listed, flags=re.MULTILINE)[1:]
    assert len(sentences) == len(COMMANDS)
    assert all(text.rstrip().endswith(".") and "..." not in text for text in sentences)


def test_help_shows_examples_a_line_each(cli):
    text = cli("--help")
    assert "\\b" not in text
    assert "\n  bioanchors run cotra2020\n" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_that_fits(cli, command):
    assert all(len(line) <= 100 for line in cli(command, "--help").splitlines())


def test_version(cli):
    assert ba.__version__ in cli("--version")


def test_python_m_is_the_command():
    assert b"cotra2020-report" in own_process("presets").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("rum",),
        ("run",),
        ("run", "cotra2021"),
        ("run", "nowhere.toml"),
        ("run", "cotra2020", "--set", "hardware.dubling_years=2"),
        ("run", "cotra2020", "--set", "hardware.doubling_years=soon"),
        ("run", "cotra2020", "--set", "hardware.doubling_years"),
        ("run", "cotra2020", "--weights", "short_horizont=1"),
        ("run", "cotra2020", "--weights", "short_horizon"),
        ("run", "cotra2020", "--weights", "short_horizon=-1"),
        ("run", "cotra2020", "--weights", "short_horizon=0"),
        ("run", "cotra2020", "--weights", "none=0.1,none=0.2"),
        ("run", "cotra2020", "--first-year", "2050", "--last-year", "2040"),
        ("run", "cotra2020", "--points", "0"),
        ("run", "cotra2020", "--sampler", "dice"),
        ("run", "cotra2020", "--out", "a-file"),
        ("show", "cotra2021"),
        ("check",),
        ("check", "cotra2020", "nowhere.toml"),
        ("new", "mine"),
        ("new", "mine.toml", "--from", "cotra2021"),
        ("new", "mine.toml", "--from", "nowhere.toml"),
    ],
    ids=" ".join,
)
def test_bad_input_is_exit_code_2_and_writes_nothing(cli, arguments):
    Path("a-file").write_text("as it was")
    cli(*arguments, code=BAD_INPUT)
    assert cli.errors.strip()
    assert "Traceback" not in cli.errors
    assert contents(".") == {"a-file": b"as it was"}


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (("run", "cotra2021"), 'did you mean "cotra2020"'),
        (("run", "cotra2020", "--set", "hardware.dubling_years=2"), "doubling_years"),
        (("run", "cotra2020", "--weights", "short=1"), "short_horizon"),
        (("run", "cotra2020", "--weights", "genome=50%"), "allowed: a number; write genome=0.5"),
        (("new", "mine"), ".toml"),
    ],
)
def test_bad_input_says_what_is_allowed(cli, arguments, suggestion):
    cli(*arguments, code=BAD_INPUT)
    assert suggestion in cli.errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_what_the_system_refuses_is_exit_code_1(cli):
    export = ("export", "cotra2020", "--format", "csv", "--precision", "1pp")
    cli(*export, "--out", "/dev/full", code=FAILED)
    assert cli.errors.splitlines() == ["No space left on device: /dev/full"]


# --- run -----------------------------------------------------------------------------------------


def test_run_prints_the_forecast(cli):
    text = cli("run", "cotra2020")
    assert cli.errors == ""
    assert text.splitlines()[0] == "Cotra 2020, best guess (spreadsheet edition)"
    assert row(text, "arrival year")[2] == "2052.9"
    assert re.search(r"^probability by +2030 +2036 +2050 +2100$", text, re.MULTILINE)
    for name in ba.read_parameters("cotra2020").weights:
        assert re.search(rf"^{name} ", text, re.MULTILINE)
    assert "none of these: 10.0 % in 2024, 3.0 % in 2100" in text
    assert "median 2052.9" in text.replace("\n", " ").split("published:")[1]


def test_a_run_with_few_points_gives_no_warning(cli):
    # One draw a replicate: the low-end update may leave none of a hypothesis in it.
    text = cli("run", "cotra2020", "--points", 8)
    assert "8 points" in text
    assert "nan" not in text.split()


@pytest.mark.parametrize("preset", PRESETS)
def test_run_fits_a_terminal(cli, preset):
    lines = cli("run", preset, "--points", 2**13).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_run_twice_prints_the_same(cli):
    first = cli("run", "cotra2020", "--points", 2**13)
    assert cli("run", "cotra2020", "--points", 2**13) == first
    assert cli("run", "cotra2020", "--points", 2**13, "--seed", 0) != first


def test_run_with_pseudo_random_numbers(cli):
    text = cli("run", "cotra2020", "--points", 2**17, "--sampler", "random")
    assert float(row(text, "arrival year")[2]) == pytest.approx(2052.9, abs=0.5)
    assert "131,072 random points" in text


def test_an_edit_is_compared_with_its_file(cli):
    text = cli("run", "cotra2020", "--set", "hardware.doubling_years=2").replace("\n", " ")
    found = re.search(r"against cotra2020: median 2052\.9 -> (\d{4}\.\d), by 2030 \+", text)
    assert found
    assert float(found[1]) < 2052.9
    assert "published:" not in text


def test_edits_add_up(cli):
    edits = ("brain.flop_per_s.median=1e14", "hardware.doubling_years=2")
    args = [part for edit in edits for part in ("--set", edit)]
    text = cli("run", "cotra2020", "--points", 2**13, *args)
    median = ba.run(ba.read_parameters("cotra2020", edits), points=2**13).quantile(0.5)
    assert row(text, "arrival year")[2] == f"{median:.1f}"


def test_a_file_is_compared_with_its_parent(cli):
    Path("mine.toml").write_text('extends = "cotra2020"\nhardware.doubling_years = 2\n')
    text = cli("run", "mine.toml", "--points", 2**13)
    assert "against cotra2020: median" in text
    assert text.splitlines()[0] == "mine.toml"


def test_weights_of_one_hypothesis(cli):
    text = cli("run", "cotra2020", "--weights", "short_horizon=1,none=0")
    alone = re.search(r"^short_horizon +1 +100\.0 % +([\d.]+)", text, re.MULTILINE)
    assert alone
    assert row(text, "arrival year")[2] == alone[1]
    assert re.search(r"^evolution +0 +0\.0 %", text, re.MULTILINE)
    assert "none of these: 0.0 %" in text
    assert "against cotra2020: median 2052.9 -> " in text


def test_weights_of_none_alone_keep_the_hypotheses(cli):
    text = cli("run", "cotra2020", "--points", 2**13, "--weights", "none=0.5")
    assert re.search(r"^none of these: 50\.0 % *$", text, re.MULTILINE)
    assert re.search(r"^short_horizon +0\.2 +22\.2 %", text, re.MULTILINE)
    assert row(text, "arrival year")[-2:] == ["after", "2100"]


def test_the_window_is_moved(cli):
    text = cli(
        *("run", "cotra2020", "--points", 2**13, "--out", "out"),
        *("--first-year", 2035, "--last-year", 2060),
    )
    # A tenth is older than the window: no year is made up for it.
    assert row(text, "arrival year")[:2] == ["before", "2035"]
    assert re.search(r"^probability by +2036 +2050$", text, re.MULTILINE)
    assert re.search(r"report_years .*2030.*2100.*left out", cli.errors)
    with Path("out/cdf.csv").open(newline="", encoding="utf-8") as file:
        years = [int(line["year"]) for line in csv.DictReader(file)]
    assert years == list(range(2035, 2061))


def test_a_title_is_printed_as_written(cli):
    title = "[bold]mine[/bold] [/] :smile: 😀 é $x$"
    Path("mine.toml").write_text(f'extends = "cotra2020"\ntitle = "{title}"\n', encoding="utf-8")
    text = cli("run", "mine.toml", "--points", 2**10, "--out", "[red]out[/]")
    assert text.splitlines()[0] == title
    assert text.splitlines()[-1].endswith(" in [red]out[/]")
    summary = json.loads(Path("[red]out[/]/summary.json").read_text(encoding="utf-8"))
    assert summary["title"] == title


def test_a_title_without_a_glyph_in_the_font_still_gets_a_figure(cli):
    Path("mine.toml").write_text('extends = "cotra2020"\ntitle = "東京"\n', encoding="utf-8")
    cli("run", "mine.toml", "--points", 2**10, "--out", "out")
    assert cli.errors == ""


# --- run --out -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Folder that ``run --out`` filled, two levels below one that existed."""
    folder = tmp_path_factory.mktemp("written") / "new" / "out"
    own_process("run", "cotra2020", "--points", 2**13, "--out", folder)
    return folder


def test_out_holds_exactly_these_files(written):
    assert sorted(contents(written)) == sorted(OUTPUTS)


def test_cdf_csv(written):
    with (written / "cdf.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    parameters = ba.read_parameters("cotra2020")
    assert list(rows[0]) == ["year", "probability", "standard_error", *parameters.weights, "run_id"]
    assert [int(line["year"]) for line in rows] == list(range(2024, 2101))
    probability = np.array([float(line["probability"]) for line in rows])
    assert np.all(np.diff(probability) >= 0)
    forecast = ba.run("cotra2020", points=2**13)
    by_library = [forecast.probability_by(year) for year in range(2024, 2101)]
    np.testing.assert_array_equal(probability, by_library)


def test_summary_json(written):
    text = (written / "summary.json").read_text(encoding="utf-8")
    summary = json.loads(text, parse_constant=lambda name: pytest.fail(f"found {name}"))
    forecast = ba.run("cotra2020", points=2**13)
    median = next(q for q in summary["quantile_years"] if q["probability"] == 0.5)
    assert median["year"] == forecast.quantile(0.5)
    last = summary["quantile_years"][-1]
    assert (last["year"], last["state"]) == (None, "not by last_year")
    assert [p["year"] for p in summary["probability_by"]] == [2030, 2036, 2050, 2100]
    assert math.isclose(sum(summary["mass"].values()), 1.0)
    assert summary["change"] is None
    assert summary["event"] == "affordable"
    # The parameters in it are a file that gives the same forecast.
    again = tomllib.loads(summary["parameters"])
    assert again["hardware"]["doubling_years"] == 2.5


def test_forecast_nc(written):
    with xr.open_dataset(written / "forecast.nc") as dataset:
        again = ba.Forecast.from_dataset(dataset.load())
    forecast = ba.run("cotra2020", points=2**13)
    assert again.title == forecast.title
    assert again.quantile(0.5) == forecast.quantile(0.5)
    assert again.summary()["hypotheses"] == forecast.summary()["hypotheses"]


def test_cdf_png(written):
    from matplotlib.image import imread

    height, width, _ = imread(written / "cdf.png").shape
    assert width >= 800
    assert height >= 400


def test_a_second_run_replaces_the_files(cli):
    cli("run", "cotra2020", "--points", 2**10, "--out", "out")
    Path("out/notes.txt").write_text("mine")
    before = contents("out")
    cli("run", "cotra2020-report", "--points", 2**10, "--out", "out")
    after = contents("out")
    assert sorted(after) == sorted([*OUTPUTS, "notes.txt"])
    assert after["notes.txt"] == b"mine"
    assert all(after[name] != before[name] for name in OUTPUTS)


def test_an_edit_is_told_in_the_summary(cli):
    cli("run", "cotra2020", "--points", 2**10, "--set", "none=0", "--out", "out")
    change = json.loads(Path("out/summary.json").read_text(encoding="utf-8"))["change"]
    assert change["against"] == "cotra2020"
    assert change["median_after"]["year"] < change["median_before"]["year"]
    assert change["median_after"]["state"] == change["median_before"]["state"] == "within"


# --- show and check ------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_show_is_a_parameter_file_that_gives_the_same_forecast(cli, preset):
    Path("shown.toml").write_text(cli("show", preset), encoding="utf-8")
    assert ba.read_parameters("shown.toml").hash == ba.read_parameters(preset).hash
    cli("check", "shown.toml")


def test_show_names_where_each_value_was_written(cli):
    Path("mine.toml").write_text(
        'extends = "cotra2020"\n\n[hardware]\ndoubling_years = { ci90 = [2, 3] }\n'
    )
    text = cli("show", "mine.toml", "--set", "none.probability=0.2", "--last-year", 2090)

    def line(key):
        return next(line for line in text.splitlines() if line.startswith(key))

    assert "# mine.toml:4" in line("doubling_years")
    assert "lognormal" in line("doubling_years").split("#")[1]
    assert "cotra2020:" in line("max_flop_per_usd").split("#")[1]
    assert "--set" in line("probability = 0.2").split("#")[1]
    assert "last_year = 2090" in text


def test_show_leaves_standard_output_to_the_file(cli):
    Path("mine.toml").write_text('extends = "cotra2020"\nforecast.last_year = 2060\n')
    tomllib.loads(cli("show", "mine.toml"))
    assert "note: mine.toml:" in cli.errors


def test_check_of_good_files(cli):
    text = cli("check", *PRESETS)
    assert text.splitlines() == [f"{preset}: no problems" for preset in PRESETS]


def test_check_reports_every_problem_of_every_file(cli):
    Path("one.toml").write_text(
        'extends = "cotra2020"\n[hardware]\ndubling_years = 2\nflop_per_usd = "4e17"\n'
    )
    Path("two.toml").write_text('extends = "cotra2020"\n\nspending.max_share_of_gdp = 7\n')
    text = cli("check", "one.toml", "cotra2020", "two.toml", code=BAD_INPUT)
    assert text == "cotra2020: no problems\n"
    for where in ("one.toml:3", "one.toml:4", "two.toml:3"):
        assert where in cli.errors
    for key in ("hardware.dubling_years", "hardware.flop_per_usd", "spending.max_share_of_gdp"):
        assert key in cli.errors


def test_check_echoes_nothing_of_a_file_that_is_no_toml(cli):
    Path("key.toml").write_text("BEGIN hush-hush-1234 END\n")
    cli("check", "key.toml", code=BAD_INPUT)
    assert "key.toml" in cli.errors
    assert "hush" not in cli.errors


# --- presets, new and schema ---------------------------------------------------------------------


def test_presets_lists_names_and_titles(cli):
    lines = [line for line in cli("presets").splitlines() if line.startswith("  ")]
    assert len(lines) == len(ba.presets())
    assert {line.split()[0]: line.split(maxsplit=1)[1] for line in lines} == ba.presets()
    assert set(PRESETS) <= set(ba.presets())


@pytest.mark.parametrize("preset", PRESETS)
def test_new_passes_check_and_equals_its_parent(cli, preset):
    text = cli("new", "mine.toml", "--from", preset)
    assert text == "written: mine.toml; next: bioanchors run mine.toml\n"
    assert cli("check", "mine.toml") == "mine.toml: no problems\n"
    mine, parent = ba.read_parameters("mine.toml"), ba.read_parameters(preset)
    assert mine.title == "mine"
    assert _numbers(mine) == _numbers(parent)


def _numbers(parameters):
    """All that can move a forecast."""

    def bare(value):
        if isinstance(value, dict):
            kept = {k: bare(v) for k, v in value.items() if k not in ("source", "note")}
            return kept["value"] if set(kept) == {"value"} else kept
        return value

    heads = ("title", "as_of", "published", "source", "note")
    return {name: bare(t) for name, t in parameters.resolved.items() if name not in heads}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_knob_of_a_new_file_turns(cli, preset):
    cli("new", "mine.toml", "--from", preset)
    lines = Path("mine.toml").read_text(encoding="utf-8").splitlines(keepends=True)
    knobs = [i for i, line in enumerate(lines) if re.match(r"# [\w.]+ = ", line)]
    assert len(knobs) >= 10
    # How fast algorithms get better is what people doubt most after the weights.
    assert any(".algorithms = " in line or "# algorithms." in line for line in lines)
    # Uncommented but unchanged, the file is still its parent ...
    uncommented = [re.sub(r"^# (?=[\w.]+ = )", "", line) for line in lines]
    Path("all.toml").write_text("".join(uncommented), encoding="utf-8")
    assert _numbers(ba.read_parameters("all.toml")) == _numbers(ba.read_parameters(preset))
    # ... and the file's own, so each line is read.
    cli("check", "all.toml")
    shown = cli("show", "all.toml")
    assert shown.count("# all.toml:") == len(knobs) + len(["format", "title"])


def test_new_leaves_a_file_that_exists(cli):
    Path("mine.toml").write_text("precious")
    Path("dangling.toml").symlink_to("nowhere")
    for name in ("mine.toml", "dangling.toml"):
        cli("new", name, code=BAD_INPUT)
        assert "exists already" in cli.errors
    assert Path("mine.toml").read_text() == "precious"
    assert Path("dangling.toml").is_symlink()


@pytest.mark.parametrize("preset", PRESETS)
def test_a_full_copy_is_the_preset(cli, preset):
    cli("new", "folder of mine/full.toml", "--from", preset, "--full")
    path = Path("folder of mine/full.toml")
    assert ba.read_parameters(path).text == ba.read_parameters(preset).text
    original = (ROOT / "params" / f"{preset}.toml").read_text(encoding="utf-8")
    comments = [line for line in original.splitlines() if line.startswith("# ")]
    assert set(comments) <= set(path.read_text(encoding="utf-8").splitlines())


def test_new_says_how_to_run_a_path_with_a_space(cli):
    text = cli("new", "my folder/mine.toml")
    assert text.endswith('next: bioanchors run "my folder/mine.toml"\n')


def test_new_from_a_file_in_another_folder(cli):
    Path("a/b").mkdir(parents=True)
    Path("a/b/parent.toml").write_text('extends = "cotra2020"\nhardware.doubling_years = 2\n')
    cli("new", "c/mine.toml", "--from", "a/b/parent.toml")
    assert ba.read_parameters("c/mine.toml").resolved["hardware"]["doubling_years"] == 2
    # The path to the parent is relative to the file, so both can move together.
    assert 'extends = "../a/b/parent.toml"' in Path("c/mine.toml").read_text()
    # Next to it, a name without a slash is still a path.
    cli("new", "a/b/mine.toml", "--from", "a/b/parent.toml")
    cli("check", "a/b/mine.toml")
    cli("new", "d.toml", "--from", "a/b/parent.toml", "--full", code=BAD_INPUT)
    assert not Path("d.toml").exists()


def test_new_names_a_schema_that_is_there(cli):
    cli("new", "mine.toml")
    head = Path("mine.toml").read_text(encoding="utf-8").splitlines()[0]
    assert head == "#:schema ./bioanchors.schema.json"
    assert Path("bioanchors.schema.json").read_text(encoding="utf-8") == ba.schema()


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft202012Validator(json.loads(ba.schema()))


def test_schema_is_the_shipped_file(cli):
    shipped = (ROOT / "params/bioanchors.schema.json").read_text(encoding="utf-8")
    assert cli("schema") == shipped


def test_schema_is_json_schema(schema):
    schema.check_schema(schema.schema)


@pytest.mark.parametrize("preset", PRESETS)
def test_schema_accepts_presets_and_new_files(cli, schema, preset):
    schema.validate(tomllib.loads((ROOT / f"params/{preset}.toml").read_text(encoding="utf-8")))
    schema.validate(tomllib.loads(cli("show", preset)))
    cli("new", "mine.toml", "--from", preset)
    schema.validate(tomllib.loads(Path("mine.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "hardware.dubling_years = 2",
        'hardware.doubling_years = "2"',
        "hardware.doubling_years = true",
        "hardware.doubling_years = -2",
        'hardware.doubling_years = { dist = "normall", mean = 2, sd = 1 }',
        "hypotheses.mine.wieght = 1",
        'hypotheses.mine.kind = "genom"',
        "forecast.first_year = 2024.5",
        "none = 2",
        "format = 2",
    ],
)
def test_schema_rejects(schema, text):
    assert not schema.is_valid(tomllib.loads(text))


# --- Processes, signals, pipes and locales -------------------------------------------------------

HEAVY = ("matplotlib", "numpy", "pandas", "pydantic", "rich", "scipy", "xarray")


def modules_after(code):
    """Names of the modules in a fresh interpreter once it has run ``code``."""
    script = f"{code}\nimport sys\nprint('MODULES', *sys.modules)"
    done = own_process(command=[sys.executable, "-c", script])
    return set(done.stdout.decode().rpartition("MODULES")[2].split())


def called(*arguments):
    """Code that calls the command line and survives its exit."""
    return (
        "import sys\nfrom bioanchors.cli import main\n"
        f"sys.argv = ['bioanchors', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as exit_:\n    assert not exit_.code"
    )


@pytest.mark.parametrize(
    "code",
    ["import bioanchors", "import bioanchors.cli", called("--help"), called("run", "--help")],
)
def test_start_and_help_import_nothing_heavy(code):
    assert not modules_after(code) & set(HEAVY)


def test_a_run_imports_neither_plotting_nor_labels():
    modules = modules_after(called("run", "cotra2020", "--points", "1024"))
    assert "rich" in modules
    # Labels are for files and for Python.
    assert not modules & {"matplotlib", "pandas", "scipy.stats", "xarray"}


def test_a_run_with_files_imports_no_window_system():
    modules = modules_after(called("run", "cotra2020", "--points", "1024", "--out", "out"))
    assert "matplotlib" in modules
    assert not modules & {"matplotlib.pyplot", "scipy.stats"}


# Says when it is ready, since imports may take any time; a shell may have had SIGINT ignored.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import bioanchors.output.terminal, bioanchors.results
from bioanchors.cli import main
print("ready", flush=True)
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")
def test_interrupted_leaves_the_folder_as_it_was(cli):
    cli("run", "cotra2020", "--points", 2**10, "--out", "out")
    before = contents("out")
    endless = ("--precision", "1e-12", "--points", str(2**27))
    arguments = ("run", "cotra2020", *endless, "--out", "out")
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            until_at_work(process.pid, 1.2)
            process.send_signal(signal.SIGINT)
            # All that it was asked for would take many minutes.
            output, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == INTERRUPTED, errors
    assert output == ""
    assert errors.strip() == "interrupted"
    assert contents("out") == before


@pytest.mark.skipif(sys.platform == "win32", reason="no pipe that breaks")
@pytest.mark.parametrize("arguments", [("run", "cotra2020", "--points", "1024"), ("schema",)])
def test_a_reader_that_has_gone_gets_no_traceback(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = subprocess.run(
            [*COMMAND, *arguments],
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    finally:
        os.close(writing)
    assert process.stderr == b""
    assert process.returncode == FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_head_takes_the_first_line():
    line = " ".join(f"'{part}'" for part in (*COMMAND, "run", "cotra2020", "--points", "1024"))
    done = own_process(command=["sh", "-c", f"{line} | head -n 1"])
    assert done.stdout.decode().strip() == "Cotra 2020, best guess (spreadsheet edition)"
    assert done.stderr == b""


# Without the last one, Python takes the C locale for UTF-8.
ASCII = {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("command", ["run", "show", "check"])
def test_a_terminal_without_unicode(command):
    title = "mine: Tōkyō 😀"
    Path("mine.toml").write_text(f'extends = "cotra2020"\ntitle = "{title}"\n', encoding="utf-8")
    done = own_process(command, "mine.toml", environment=ASCII)
    assert b"mine" in done.stdout
    assert done.stderr == b""


def test_a_file_is_utf_8_in_any_locale():
    title = "Tōkyō 😀"
    Path("mine.toml").write_text(f'extends = "cotra2020"\ntitle = "{title}"\n', encoding="utf-8")
    own_process("run", "mine.toml", "--points", 1024, "--out", "out", environment=ASCII)
    summary = json.loads(Path("out/summary.json").read_text(encoding="utf-8"))
    assert summary["title"] == title


def test_a_problem_is_told_without_unicode():
    Path("mine.toml").write_text('extends = "cotra2020"\n"日本" = 1\n', encoding="utf-8")
    done = own_process("check", "mine.toml", code=BAD_INPUT, environment=ASCII)
    assert b"mine.toml:2" in done.stderr
