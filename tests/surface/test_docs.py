"""The documentation: fresh, whole, and built without a warning."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bioanchors as ba

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_the_parameter_reference_is_fresh():
    made = subprocess.run(
        [sys.executable, ROOT / "tools/parameter_reference.py"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    # python tools/parameter_reference.py > docs/parameters.md
    assert (DOCS / "parameters.md").read_text() == made


def test_every_quantity_is_in_the_reference():
    text = (DOCS / "parameters.md").read_text()
    for preset in ("cotra2020", "latest"):
        for item in ba.read_parameters(preset).inputs.values():
            if not item.name.startswith("evidence."):
                assert f"| `{item.path.rsplit('.', 1)[1]}` | quantity |" in text


def test_the_example_of_distributions_runs(tmp_path):
    text = (DOCS / "parameters.md").read_text()
    (example,) = re.findall("```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "example.toml").write_text("format = 1\n" + example, encoding="utf-8")
    (tmp_path / "requirement.csv").write_text("flop\n1e28\n1e30\n1e36\n", encoding="utf-8")
    parameters = ba.read_parameters(tmp_path / "example.toml")
    assert 0 < ba.run(parameters, precision=0.003).probability_by(2050) < 1


def test_every_public_name_is_in_the_reference():
    text = (DOCS / "api.md").read_text()
    for name in set(ba.__all__) - {"__version__", "plots"}:
        assert f"bioanchors.{name}\n" in text, name


@pytest.mark.slow
def test_it_builds_without_a_warning(tmp_path):
    pytest.importorskip("sphinx")
    for name in ("docs", "notebooks"):
        ignore = shutil.ignore_patterns("_build", "notebooks") if name == "docs" else None
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "CONTRIBUTING.md", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-q", "docs", "built"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    for page in ("index", "parameters", "mathematics", "api", "notebooks/2-the-2020-report"):
        assert (tmp_path / f"built/{page}.html").is_file()
