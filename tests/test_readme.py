"""The README does what it says: its commands, its Python, its files and its links."""

import doctest
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

import bioanchors as ba

ROOT = Path(__file__).resolve().parents[1]
SHELLS = ("sh", "shell", "bash")
SECONDS = 300


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """A command, and what the README shows it to print, if it does."""

    command: str
    shown: str
    line: int


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(*languages):
    found = re.finditer(r"^``` *([\w-]*)[^\n]*\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)
    every = [Block(m[1], m[2], readme()[: m.start()].count("\n") + 2) for m in found]
    return [block for block in every if block.language in languages]


def steps():
    """Commands of all shell and console blocks that call ``bioanchors``, in order."""
    result = []
    for block in blocks(*SHELLS, "console"):
        lines = block.text.splitlines()
        # With prompts, what has none is output.
        prompted = any(line.startswith("$ ") for line in lines)
        mark = "$ " if prompted else "bioanchors "
        starts = [i for i, line in enumerate(lines) if line.startswith(mark)]
        for start, end in itertools.pairwise([*starts, len(lines)]):
            last = start
            while lines[last].endswith("\\"):
                last += 1
            command = "\n".join(lines[start : last + 1]).removeprefix("$ ")
            shown = "\n".join(lines[last + 1 : end]).strip() if prompted else ""
            if command.startswith("bioanchors "):
                result.append(Step(command, shown, block.line + start))
    return result


# --- The first two shell blocks ------------------------------------------------------------------


@pytest.fixture(scope="module")
def first_two():
    return [block.text.strip() for block in blocks(*SHELLS)[:2]]


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
def test_every_command_works_in_order_and_prints_what_is_shown(tmp_path):
    assert steps(), "found no command in the README"
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("needs a POSIX shell")
    beside_python = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": beside_python, "PYTHONUTF8": "1"}
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
        environment.pop(name, None)
    for step in steps():
        where = f"README.md:{step.line}: {step.command}"
        done = subprocess.run(
            [shell, "-c", step.command],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{where}\n{done.stdout}{done.stderr}"
        if step.shown:
            assert _same(step.shown, done.stdout), f"{where}\nprints\n{done.stdout}"


def _same(shown, printed):
    """Compare texts; ``...`` stands for anything, and ends of lines do not count."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(shown + "\n", printed.strip() + "\n", options)


def test_the_python_runs_top_to_bottom(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    python = blocks("python", "py")
    assert python, "found no Python in the README"
    namespace = {"__name__": "readme"}
    for block in python:
        source = "\n" * (block.line - 1) + block.text
        if block.text.lstrip().startswith(">>> "):
            test = doctest.DocTestParser().get_doctest(source, namespace, "README.md", None, 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            runner.run(test, clear_globs=False)
            assert runner.summarize(verbose=False).failed == 0
            namespace.update(test.globs)
        else:
            exec(compile(source, "README.md", "exec"), namespace)


def test_the_toml_is_good(tmp_path):
    validator = jsonschema.Draft202012Validator(json.loads(ba.schema()))
    toml = blocks("toml")
    assert toml, "found no parameter file in the README"
    for block in toml:
        tree = tomllib.loads(block.text)
        validator.validate(tree)
        if "extends" in tree:
            path = tmp_path / "readme.toml"
            path.write_text(block.text, encoding="utf-8")
            assert ba.read_parameters(path).warnings == ()


def test_links_lead_somewhere():
    text = re.sub(r"^```.*?^```", "", readme(), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(<?([^)\s>]+)[^)]*\)", text)
    targets += re.findall(r"^\[[^\]]+\]: *(\S+)", text, re.MULTILINE)
    targets += re.findall(r"(?:src|href)=[\"']([^\"']+)", text)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        assert (ROOT / path).exists(), f"README.md links to {target}"
        assert path or anchor in anchors, f"README.md links to {target}"


def test_files_of_the_repository_that_it_names_exist():
    text = re.sub(r"^```.*?^```", "", readme(), flags=re.MULTILINE | re.DOTALL)
    rooms = "benchmarks|bioanchors|docs|notebooks|params|tests|tools"
    names = re.findall(rf"`((?:{rooms})/[\w./-]*|[A-Z]+\.(?:md|cff))`", text)
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_nothing_is_left_to_fill_in():
    assert not re.search(r"@@|TODO|TBD|FIXME", readme())
