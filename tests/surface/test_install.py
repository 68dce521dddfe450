"""A wheel, installed where there is no checkout, is all that a user needs."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import bioanchors as ba

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300

pytestmark = pytest.mark.slow


def call(*command, cwd):
    """Run a command without what a developer's shell may say about Python; return its output."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    call(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("bioanchors-*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """An environment's interpreter that has the wheel, and of this environment the libraries."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / ("python.exe" if sys.platform == "win32" else "python")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    call(*pip, "install", "--no-deps", "--no-index", wheel, cwd=home)
    # Folders named in a .pth file have their own .pth files left unread, so an editable
    # installation does not lead back to the checkout.
    site = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home)
    libraries = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (Path(site.strip()) / "libraries.pth").write_text("\n".join(libraries) + "\n")
    return python


def test_the_wheel_holds_the_package_and_its_data_only(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    presets = {f"bioanchors/_presets/{path.name}" for path in (ROOT / "params").glob("*.toml")}
    assert (
        presets
        | {
            "bioanchors/_presets/bioanchors.schema.json",
            "bioanchors/py.typed",
            "bioanchors/results/published_forecasts.toml",
            "bioanchors/sampling/sobol_directions.npy",
        }
        <= names
    )
    modules = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("bioanchors/**/*.py")}
    assert modules <= names
    metadata = f"bioanchors-{ba.__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {"bioanchors", metadata}
    assert not [name for name in names if "__pycache__" in name]
    assert f"{metadata}/licenses/LICENSE" in names


def test_it_is_the_wheel_that_is_tested(python, tmp_path):
    script = (
        "import json, pathlib, sys, bioanchors\n"
        "print(json.dumps([str(pathlib.Path(bioanchors.__file__).resolve()), sys.path]))"
    )
    where, search = json.loads(call(python, "-c", script, cwd=tmp_path))
    assert Path(where).is_relative_to(python.parent.parent.resolve())
    assert str(ROOT) not in search


def test_the_command_runs_from_another_folder(python, tmp_path):
    command = python.with_name("bioanchors.exe" if sys.platform == "win32" else "bioanchors")
    text = call(command, "run", "cotra2020", "--out", "out", cwd=tmp_path)
    assert "2052.9" in text
    assert (tmp_path / "out/cdf.png").stat().st_size > 0
    listed = call(command, "presets", cwd=tmp_path)
    assert {line.split()[0] for line in listed.splitlines() if line[0] == " "} == set(ba.presets())
    assert call(command, "schema", cwd=tmp_path) == ba.schema()


def test_a_new_file_stands_beside_the_schema_of_the_installation(python, tmp_path):
    call(python, "-m", "bioanchors", "new", "mine.toml", cwd=tmp_path)
    head = (tmp_path / "mine.toml").read_text(encoding="utf-8").splitlines()[0]
    assert head == "#:schema ./bioanchors.schema.json"
    assert (tmp_path / "bioanchors.schema.json").read_text(encoding="utf-8") == ba.schema()
    call(python, "-m", "bioanchors", "check", "mine.toml", cwd=tmp_path)


def test_this_installation_finds_the_presets_from_another_folder(tmp_path):
    listed = call(sys.executable, "-m", "bioanchors", "presets", cwd=tmp_path)
    on_disk = {path.stem for path in (ROOT / "params").glob("*.toml")}
    on_disk -= {
        name
        for name in on_disk
        if name.startswith(("observations-", "predictions-", "alternatives-"))
    }
    names = {line.split()[0] for line in listed.splitlines() if line[0] == " "}
    assert names == on_disk | {"latest"}
