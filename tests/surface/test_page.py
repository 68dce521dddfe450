"""The page: what it holds, that it says what the package says, and that a browser shows it."""

import dataclasses
import json
import math
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import page_states
import pytest
from seeds import cases

import bioanchors as ba
from bioanchors.model.spec import HypothesisInputs, Spec
from bioanchors.output.page import explore
from bioanchors.output.page.data import page_data
from bioanchors.output.page.inlining import EXPORT, IMPORT, MODULES, data_in, javascript, source
from bioanchors.output.page.links import edited, from_link
from bioanchors.output.page.refusing import NOT_SHOWN, NOT_SHOWN_OF_HYPOTHESES
from bioanchors.parameters import assumed, dotted, parse_parameters, read_parameters

HERE = Path(__file__).parent
STATES = {
    name: states[: len(cases(len(states)))]
    for name, states in json.loads(page_states.STATES.read_text()).items()
}
SOURCES = {Path(name).stem: name for name in page_states.COUNT}
MOST_BYTES = 250_000
NODE, TSC = shutil.which("node"), shutil.which("tsc")

needs_node = pytest.mark.skipif(NODE is None, reason="no node: the page's model is not tested")


# --- Sources and data ----------------------------------------------------------------------------


def test_modules_may_share_one_scope():
    names = []
    for module in MODULES:
        text = source(f"{module}.js")
        for line in IMPORT.findall(text):
            assert (
                re.search(r'from "\./([a-z]+)\.js";', line)[1] in MODULES[: MODULES.index(module)]
            )
            assert " as " not in line
        rest = EXPORT.sub("", IMPORT.sub("", text))
        assert not re.search(r"^(import|export)\b", rest, re.M), module
        names += re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", rest, re.M)
    assert len(names) == len(set(names))


@needs_node
def test_the_scripts_in_one_are_javascript(tmp_path):
    (tmp_path / "all.js").write_text(javascript())
    subprocess.run([NODE, "--check", tmp_path / "all.js"], check=True, timeout=60)


@pytest.mark.slow
@pytest.mark.skipif(TSC is None, reason="no tsc: the page's types are not checked")
def test_types_are_right(tmp_path):
    folder = shutil.copytree(files("bioanchors.output.page") / "js", tmp_path / "js")
    for path in folder.glob("*.js"):
        # Debian's TypeScript reads a tag only at the start of a line.
        path.write_text(re.sub(r"/\*\*.*?\*/", _tag_by_tag, path.read_text(), flags=re.DOTALL))
    done = subprocess.run(
        [TSC, "-p", folder], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout


def _tag_by_tag(comment):
    return re.sub(r"(?<![*{\n]) @(?=param|returns|typedef|property|template)", "\n * @", comment[0])


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Give a page of each preset that states are of."""
    folder = tmp_path_factory.mktemp("pages")
    return {name: explore(each, out=folder / f"{name}.html") for name, each in SOURCES.items()}


def test_a_page_is_small_and_asks_for_nothing(pages):
    for path in pages.values():
        page = path.read_text()
        assert len(page.encode()) < MOST_BYTES
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "unsafe" not in policy
        outside = re.findall(r"(?:src|href)=[\"'](?!#)[^\"']*", page)
        assert not outside
        assert not re.search(r"\beval\b|new Function|innerHTML|fetch\(|XMLHttpRequest", page)


def test_a_page_holds_its_file(pages):
    for name, path in pages.items():
        data = data_in(path.read_text())
        assert parse_parameters(data["text"]).text == read_parameters(SOURCES[name]).text


def test_a_title_is_text_and_no_more(desk):
    title = '</script><script>alert(1)</script><!-- \\u2028 "x'
    text = f'format = 1\ntitle = {json.dumps(title)}\nextends = "cotra2020"\n'
    Path("mine.toml").write_text(text)
    page = explore("mine.toml", out="mine.html").read_text()
    assert page.count("<script") == page.count("</script>") == 2
    assert "<!--" not in page
    assert data_in(page)["title"] == title


def test_a_requirement_that_is_known_is_a_step(desk):
    known = ["brain.flop_per_s=1e15", "network.oom_vs_brain=1", "scaling.exponent=0.8"]
    known += ["scaling.samples_at_reference=1e12", "hypotheses.short_horizon.effective_horizon_s=9"]
    data = page_data(read_parameters("cotra2020", known), None)
    grids = {each["name"]: each["cdf"] for each in data["hypotheses"]}
    assert grids["short_horizon"]["n"] <= 4


def test_what_cannot_be_shown_is_said(desk, cli):
    Path("mine.toml").write_text(
        'format = 1\nextends = "cotra2020-uncertain"\n[[correlations]]\n'
        'parameters = ["brain.flop_per_s", "hardware.doubling_years"]\nrank_correlation = 0.5\n'
    )
    cli("explore", "mine.toml", "--out", "page.html", code=2)
    assert "correlated with a trend" in cli.errors
    cli("explore", "cotra2020", "--out", "page.txt", code=2)
    assert "allowed: a name in .html" in cli.errors
    with pytest.raises(ValueError, match="edits cannot be shared"):
        explore(read_parameters("cotra2020", ["hardware.doubling_years=2"]), out="page.html")


SHOWN = {
    Spec: {
        "first_year", "last_year", "inputs", "hypotheses", "correlations", "hardware_start",
        "spending_start", "gdp_year", "ramp", "release", "lags", "evidence_lags", "not_arrived_by",
        "observations", "runs", "changes", "offset", "interventions", "answers_to_interventions",
        "speed_is_of_run", "unhobbling_start", "power_year",
    },
    HypothesisInputs: {
        "name", "kind", "weight", "terms", "speed", "max_oom", "gain_start_year", "transfer",
        "requirement_year", "halving_shift", "factors", "compute_share",
    },
}  # fmt: skip


def test_whatever_a_file_may_ask_of_the_model_is_recomputed_or_refused():
    for of, refused in ((Spec, NOT_SHOWN), (HypothesisInputs, NOT_SHOWN_OF_HYPOTHESES)):
        fields = {field.name for field in dataclasses.fields(of)}
        assert fields == SHOWN[of] | set(refused)


def test_what_no_page_recomputes_is_refused(desk, cli):
    Path("mine.toml").write_text(
        'format = 1\nextends = "update-2026"\n'
        "[algorithms.sizes.large]\nfrom_flop = 1e30\nmax_oom = 6\n"
    )
    cli("explore", "mine.toml", "--out", "page.html", code=2)
    assert "algorithms.sizes: no page recomputes this yet" in cli.errors
    assert not Path("page.html").exists()


# --- Page, file and package say the same ---------------------------------------------------------


@pytest.fixture(scope="module")
def opened_in_node(tmp_path_factory, pages):
    """Let node open each state; return the parameter files that the page would save, and more."""
    folder = tmp_path_factory.mktemp("node")
    files = {
        name: {
            "data": data_in(path.read_text()),
            "states": STATES[name],
            "tolerance": page_states.TOLERANCE.get(name, 2e-3),
        }
        for name, path in pages.items()
    }
    (folder / "data.json").write_text(json.dumps({"files": files, "out": str(folder / "out.json")}))
    done = subprocess.run(
        [NODE, "--test", HERE / "page.test.mjs"],
        env={**os.environ, "PAGE_DATA": str(folder / "data.json")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.stdout.write("\n".join(re.findall(r".*points from the package", done.stdout)))
    return json.loads((folder / "out.json").read_text())


def alike(one, other):
    """Whether two trees are the same, numbers to rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def values_of(parameters):
    return {dotted(path): value for path, value in assumed(parameters).items()}


@needs_node
def test_the_file_that_the_page_saves_is_what_the_link_means(opened_in_node, desk):
    for name, texts in opened_in_node["tomls"].items():
        base = read_parameters(SOURCES[name])
        source_file = Path(SOURCES[name])
        if source_file.is_file():
            shutil.copy(source_file, source_file.name)
        for state, text in zip(STATES[name], texts, strict=True):
            Path("state.toml").write_text(text)
            saved, meant = read_parameters("state.toml"), edited(base, state["link"])
            assert alike(values_of(saved), values_of(meant)), state["link"]


@needs_node
def test_the_waterfall_is_the_attribution_of_the_package(opened_in_node):
    for state, found in zip(STATES["cotra2020"], opened_in_node["attributed"], strict=False):
        view = from_link(state["link"])
        parts = ba.attribute("cotra2020", view, outcomes=["median"], precision=5e-4).parts
        assert {part.group: part.shapley.value for part in parts} == pytest.approx(found, abs=0.05)


@pytest.mark.parametrize("name", SOURCES)
def test_the_package_still_says_what_the_states_hold(name):
    base = read_parameters(SOURCES[name])
    for state in STATES[name][:2]:
        forecast = ba.run(edited(base, state["link"]), precision=5e-4)
        for year, p in zip(forecast.whole_years, state["cdf"], strict=True):
            error = math.hypot(forecast.probability_standard_error(year), state["error"])
            assert abs(forecast.probability_by(year) - p) <= 5 * error + 2e-4


# --- Links ---------------------------------------------------------------------------------------


def median_of(run, *arguments):
    """The median that a run says in its summary, to all digits."""
    run("run", *arguments, "--out", "out")
    years = json.loads(Path("out/summary.json").read_text())["quantile_years"]
    return next(each["year"] for each in years if each["probability"] == 0.5)


def test_what_was_moved_is_neither_titled_nor_scored_as_its_author_s():
    address = STATES["cotra2020"][0]["link"].partition("&")[0]
    file = ba.from_link(f"{address}&none=0~0")
    assert file.title == "Cotra 2020, best guess (spreadsheet edition), edited"
    assert file.tables.published is None
    assert ba.from_link(address).title == "Cotra 2020, best guess (spreadsheet edition)"
    assert ba.from_link(address).tables.published is not None


def test_a_link_runs(desk, cli, pages):
    link, page = STATES["cotra2020"][0]["link"], pages["cotra2020"]
    median = median_of(cli, link)
    assert median == pytest.approx(STATES["cotra2020"][0]["median"], abs=0.05)
    assert median_of(cli, f"{page}{link}") == median
    assert median_of(cli, f"https://example.org/page.html{link}") == median
    cli("from-link", link, "--out", "mine.toml")
    assert median_of(cli, "mine.toml") == median
    assert median_of(cli, page) == median_of(cli, "cotra2020") != median


@pytest.mark.parametrize(
    ("link", "words"),
    {
        "page.html#": "no page|allowed: a view of a preset",
        "#nothing": "allowed: one that begins with NAME@HASH",
        "#nowhere@0123456789ab": "allowed: a view of a preset",
        "#cotra2020@0123456789ab&none=0~0": "another version",
        "#": "allowed",
        "#" + "a" * 6000: "6000 characters",
    }.items(),
)
def test_what_is_no_link_is_said(link, words, desk, cli):
    cli("run", link, code=2)
    assert re.search(words, cli.errors), cli.errors


@pytest.mark.parametrize(
    "part",
    ["hardware.speed=1", "hardware.speed=x~1~0", "hardware.speed=2~-1~0", "nothing=1", "none=1",
     "runs=1", "without", "pause=2027", "low_end_update=on", "\x1b[2J=1", "none=~"],
)  # fmt: skip
def test_what_is_not_understood_in_a_link_is_said(part):
    first = STATES["cotra2020"][0]["link"].split("&")[0]
    with pytest.raises(ValueError, match="not understood in the link") as found:
        from_link(f"{first}&{part}")
    assert "\x1b" not in str(found.value)


def test_what_a_link_may_not_say_is_refused_as_in_a_file():
    first = STATES["cotra2020"][0]["link"].split("&")[0]
    for part in (
        "none=0.5~2",
        "short_horizon.weight=-1",
        "pause=2030~-2",
        "without=changes.nothing",
    ):
        with pytest.raises(ba.BadParameters):
            from_link(f"{first}&{part}")
