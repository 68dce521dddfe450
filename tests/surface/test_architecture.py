"""The house: no import goes in a circle, and what comes next is one small file and one row."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import bioanchors

PACKAGE = Path(bioanchors.__file__).parent


def modules() -> dict[str, Path]:
    """Every module of the package, by its full name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = [PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(tree: ast.AST, known: dict[str, Path]) -> Iterator[str]:
    """Modules of the package that a module imports when it runs, in its functions too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield from (name for name in (full, node.module) if name in known)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        yield from imported(node, known)


def test_no_import_goes_in_a_circle() -> None:
    known = modules()
    graph = {
        # A package's own modules are its rooms, not what it stands on.
        name: {
            other
            for other in imported(ast.parse(path.read_text()), known)
            if other != name and not name.startswith(f"{other}.")
        }
        for name, path in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_what_tests_share_is_a_helper() -> None:
    """A test that imports another falls when that one is tidied: what two read is in helpers."""
    tests = Path(__file__).parents[1]
    others = {path.stem for path in tests.rglob("test_*.py")} | {"tests"}
    for path in tests.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom | ast.Import):
                found = [node.module] if isinstance(node, ast.ImportFrom) else []
                found += [alias.name for alias in node.names]
                wrong = others & {name.split(".")[0] for name in found if name}
                assert not wrong, f"{path}:{node.lineno}"


def test_nothing_is_exempt_from_the_contract() -> None:
    contract = PACKAGE.parent / ".importlinter"
    if not contract.exists():
        pytest.skip("only in a checkout")
    text = contract.read_text()
    assert "ignore_imports" not in text
    assert "allow_indirect_imports" not in text


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to build on."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "bioanchors", ignore=ignored)
    presets = PACKAGE.parent / "params"
    if presets.is_dir():
        shutil.copytree(presets, tmp_path / "params", ignore=ignored)
    return tmp_path


def using(copy: Path, *arguments: str, **environment: str) -> str:
    """What Python prints with the copy in place of the package."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add_row(file: Path, after: str, row: str) -> None:
    """Write a row after a line of a file."""
    text = file.read_text()
    assert text.count(after) == 1
    file.write_text(text.replace(after, after + row))


def test_an_export_format_is_one_file_and_one_row(copy: Path) -> None:
    package = copy / "bioanchors"
    (package / "results" / "exports" / "one_line.py").write_text(
        "def content(forecast, asked):\n"
        '    return f"{forecast.title}: {forecast.quantile(0.5):.0f}\\n"\n'
    )
    add_row(
        package / "formats" / "registry.py",
        "FORMATS: dict[str, Format] = {\n",
        '    "line": Format("one_line", ".txt", "title and median, on one line"),\n',
    )
    line = "Cotra 2020, best guess (spreadsheet edition): 2053\n"
    program = "-m", "bioanchors"
    assert using(copy, *program, "export", "cotra2020", "--format", "line") == line
    words = {"COMP_WORDS": "bioanchors export cotra2020 --format l", "COMP_CWORD": "4"}
    completed = using(
        copy,
        "-c",
        "import sys; sys.argv = ['bioanchors']; from bioanchors.cli import main; main()",
        _BIOANCHORS_COMPLETE="bash_complete",
        **words,
    )
    assert completed.split() == ["plain,line"]
    made = using(
        copy,
        "-c",
        "import bioanchors as ba; ba.export(ba.run('cotra2020'), 'a.txt', 'line'); "
        "print(open('a.txt').read(), end='')",
    )
    assert made == line


def test_a_kind_of_requirement_is_one_file_and_one_row(copy: Path) -> None:
    requirements = copy / "bioanchors" / "model" / "requirements"
    (requirements / "days.py").write_text(
        '''"""So many days of so many FLOP per second."""

from bioanchors.model.keys import ABOVE_0, Key, log10
from bioanchors.model.requirements._kind import Kind

KIND = Kind(
    "So many days of so many brains.",
    lambda brain, days: brain + days + 4.9365137424788932,
    {
        "brain": "brain.flop_per_s",
        "days": Key("days of training", "days", ABOVE_0, 1, 1e12, log10),
    },
    frozenset({"brain", "days"}),
)
'''
    )
    registry = requirements / "__init__.py"
    registry.write_text(
        registry.read_text()
        .replace("    direct,\n    evol", "    days,\n    direct,\n    evol")
        .replace("REQUIREMENTS: dict[str, Kind] = {", 'REQUIREMENTS = {\n    "days": days.KIND,')
    )
    (copy / "mine.toml").write_text(
        'extends = "cotra2020"\n'
        "[hypotheses.mine]\n"
        'kind = "days"\n'
        "weight = 0.5\n"
        'days = { dist = "lognormal", median = 1e8, sd_oom = 1 }\n'
        "algorithms = { halving_years = 3, max_oom = 2 }\n"
    )
    program = "-m", "bioanchors"
    assert "mine" in using(copy, *program, "run", "mine.toml")
    assert '"days"' in using(copy, *program, "schema")
    assert "days of training" in using(copy, *program, "schema")
    counted = (
        "import bioanchors as ba; p = ba.read_parameters('mine.toml'); "
        "one, other = ba.run(p), ba.run(p, estimator='count', points=2**18, fewest=2**18); "
        "print(max(abs(one.cdf[::16] - other.cdf[::16])) < 0.003)"
    )
    assert using(copy, "-c", counted) == "True\n"


def test_what_happens_to_a_trend_is_one_file_and_one_row(copy: Path) -> None:
    changes = copy / "bioanchors" / "model" / "trends" / "changes"
    (changes / "saturating.py").write_text(
        '''"""A gain that comes bit by bit, and comes to an end."""

import numpy as np

from bioanchors.model.keys import ABOVE_0, REALS, Key
from bioanchors.model.trends.changes._mechanism import Mechanism

MECHANISM = Mechanism(
    "A gain that comes bit by bit, and comes to an end.",
    {
        "gain_oom": Key("all of the gain", "OOM", REALS, -20, 20),
        "within_years": Key("years until 63 % of it are there", "years", ABOVE_0, 1e-3, 1e3),
    },
    lambda year, since, before, gain, years: gain * -np.expm1(-np.maximum(year - since, 0) / years),
)
'''
    )
    add_row(
        changes / "__init__.py",
        "MECHANISMS: dict[str, Mechanism] = {\n",
        '    "saturating": saturating.MECHANISM,\n',
    )
    add_row(changes / "__init__.py", "import one_off, speed", ", saturating")
    (copy / "mine.toml").write_text(
        'extends = "cotra2020-uncertain"\n'
        "[changes.unhobbling]\n"
        'of = "algorithms"\n'
        'year = { dist = "normal", mean = 2028, sd = 1 }\n'
        "gain_oom = 2\n"
        "within_years = 3\n"
    )
    program = "-m", "bioanchors"
    assert "all of the gain" in using(copy, *program, "schema")
    told = using(copy, *program, "run", "mine.toml", "--set", "changes.unhobbling.gain_oom=3")
    assert "by 2036 +" in told
    counted = (
        "import bioanchors as ba; p = ba.read_parameters('mine.toml'); "
        "one, other = ba.run(p), ba.run(p, estimator='count', points=2**17, fewest=2**17); "
        "print(max(abs(one.cdf[::16] - other.cdf[::16])) < 0.004)"
    )
    assert using(copy, "-c", counted) == "True\n"
