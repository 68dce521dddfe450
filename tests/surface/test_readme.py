"""The README and the pages of docs/ do what they say: commands, Python, files and links."""

import doctest
import json
import re
import shlex
import tomllib
from pathlib import Path

import jsonschema
import pytest
from readme_outputs import PAGES, ROOT, SHELLS, blocks, printed, same, sections, steps, tidy

import bioanchors as ba
from bioanchors.cli import cli as command_line

TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
SECTIONS = {
    f"{name}: {heading}": (name, found)
    for name, text in TEXTS.items()
    for heading, found in sections(text).items()
}

every_page = pytest.mark.parametrize("name", TEXTS)


# --- The first two shell blocks ------------------------------------------------------------------


@pytest.fixture(scope="module")
def first_two():
    return [block.text.strip() for block in blocks(TEXTS["README.md"], *SHELLS)[:2]]


def test_the_first_two_shell_blocks_are_a_line_each(first_two):
    assert len(first_two) == 2
    assert all(len(text.splitlines()) == 1 for text in first_two)


def test_both_make_their_environment_and_stop_at_the_first_failure(first_two):
    for text in first_two:
        commands = [part.split() for part in text.split("&&")]
        assert commands[0][1:] == ["-m", "venv", ".venv"]
        assert re.fullmatch(r"python3?", commands[0][0])
        assert commands[1][:2] == [".venv/bin/pip", "install"]
        assert all(command[0].startswith(".venv/bin/") for command in commands[1:])


def test_the_first_installs_and_runs(first_two):
    assert first_two[0].endswith("bioanchors run cotra2020")


def test_the_second_installs_for_development_and_tests(first_two):
    assert ".[dev]" in first_two[1]
    assert first_two[1].split("&&")[-1].split()[0] == ".venv/bin/pytest"


# --- What comes after ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("effects_found_once")
@pytest.mark.parametrize("section", SECTIONS)
def test_every_command_works_in_order_and_prints_what_is_shown(section, cli, desk, tmp_path):
    name, found = SECTIONS[section]
    for step in found:
        # The README's in a shell, as they stand; the many of the other pages share a process.
        if name == "README.md":
            output = printed(step.command, tmp_path)
        else:
            output = tidy(cli(*shlex.split(step.command, comments=True)[1:]))
        where = f"{name}:{step.line}: {step.command}"
        assert not step.shown or same(step.shown, output), f"{where}\nprints\n{output}"


def test_every_command_has_a_place_on_a_page():
    called = {step.command.split()[1] for text in TEXTS.values() for step in steps(text)}
    assert called >= set(command_line.commands)


def test_the_readme_shows_what_commands_print():
    assert sum(step.shown != "" for step in steps(TEXTS["README.md"])) >= 5


def test_mistakes_are_told_as_the_tour_shows(cli):
    (shown,) = (
        each.text for each in blocks(TEXTS["docs/tour.md"], "text") if "mistakes" in each.text
    )
    Path("mistakes.toml").write_text(
        'extends = "cotra2020"\n\n\n[hardware]\ndubling_years = 2\nflop_per_usd = "4e17"\n\n'
        "[hypotheses.long_horizon.algorithms]\n"
        'halving_years = { dist = "normal", mean = 3, sd = 1.5 }\n',
        encoding="utf-8",
    )
    cli("check", "mistakes.toml", code=2)
    assert same(shown, cli.errors)


@every_page
def test_the_python_runs_top_to_bottom(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    namespace = {"__name__": "readme"}
    for block in blocks(TEXTS[name], "python", "py"):
        source = "\n" * (block.line - 1) + block.text
        if block.text.lstrip().startswith(">>> "):
            test = doctest.DocTestParser().get_doctest(source, namespace, name, None, 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            runner.run(test, clear_globs=False)
            assert runner.summarize(verbose=False).failed == 0
            namespace.update(test.globs)
        else:
            exec(compile(source, name, "exec"), namespace)


@every_page
def test_the_toml_is_good(name, tmp_path):
    validator = jsonschema.Draft202012Validator(json.loads(ba.schema()))
    for block in blocks(TEXTS[name], "toml"):
        tree = tomllib.loads(block.text)
        # An editor sees a date as the text that it is.
        validator.validate(json.loads(json.dumps(tree, default=str)))
        if "extends" in tree:
            path = tmp_path / "readme.toml"
            path.write_text(block.text, encoding="utf-8")
            assert ba.read_parameters(path).warnings == ()


def test_there_are_python_and_parameter_files_to_try():
    for language in ("python", "toml"):
        assert blocks(TEXTS["README.md"], language), f"found no {language} in the README"


def prose(name):
    return re.sub(r"^```.*?^```", "", TEXTS[name], flags=re.MULTILINE | re.DOTALL)


@every_page
def test_links_lead_somewhere(name):
    text = prose(name)
    targets = re.findall(r"\]\(<?([^)\s>]+)[^)]*\)", text)
    targets += re.findall(r"^\[[^\]]+\]: *(\S+)", text, re.MULTILINE)
    targets += re.findall(r"(?:src|href)=[\"']([^\"']+)", text)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        # The site has the notebooks among its pages.
        folder = ROOT if path.startswith("notebooks/") else (ROOT / name).parent
        path = f"{path}.ipynb" if path.startswith("notebooks/") else path
        assert (folder / path).exists(), f"{name} links to {target}"
        assert path or anchor in anchors, f"{name} links to {target}"


@every_page
def test_files_of_the_repository_that_it_names_exist(name):
    rooms = "benchmarks|bioanchors|docs|notebooks|params|tests|tools"
    names = re.findall(rf"`((?:{rooms})/[\w./-]*|[A-Z]+\.(?:md|cff))`", prose(name))
    assert [name for name in names if not (ROOT / name).exists()] == []


@every_page
def test_nothing_is_left_to_fill_in(name):
    assert not re.search(r"@@|TODO|TBD|FIXME", TEXTS[name])
