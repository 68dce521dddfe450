"""What several test files need."""

import math
import sys
from functools import partial

import pytest
from hypothesis import settings
from seeds import ALL, SEEDS
from starting import EVERYTHING, OTHERS, Starter

import bioanchors as ba
from bioanchors.cli import main

# The same examples each time, so that what a change breaks is told from what luck finds. Luck has
# its turn where all seeds have.
settings.register_profile("same", derandomize=SEEDS < ALL, deadline=None)
settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def _no_processes_unasked():
    """Have runs stay here unless a test asks for processes: tests keep all processors busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bioanchors.results.workers.PAYS_S", math.inf)
        yield


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Give each test an empty folder, and rich no wishes about colour and width."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    # A slow machine says nothing of itself.
    monkeypatch.setattr("bioanchors.cli.progress.LINE_AFTER_S", 3600.0)


class Cli:
    """Calls the command line in this process, where warnings are errors."""

    def __init__(self, capfd, monkeypatch):
        self._capfd = capfd
        self._monkeypatch = monkeypatch
        self.errors = ""

    def __call__(self, *arguments, code=0):
        """Return what is printed to standard output, and keep standard error in ``errors``.

        Any clean end will do for a ``code`` of None.
        """
        self._monkeypatch.setattr(sys, "argv", ["bioanchors", *map(str, arguments)])
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main()
        output, self.errors = self._capfd.readouterr()
        assert code is None or exit_.value.code == code, output + self.errors
        assert exit_.value.code in (0, 1, 2), output + self.errors
        return output


@pytest.fixture
def cli(capfd, monkeypatch, desk):
    """Call the command line as ``cli("run", "cotra2020", code=0)``."""
    return Cli(capfd, monkeypatch)


@pytest.fixture(scope="session")
def others_imported():
    """Start processes that have imported other libraries, and nothing of the package."""
    starter = Starter(*OTHERS)
    yield starter
    starter.close()


@pytest.fixture(scope="session")
def all_imported():
    """Start processes that have imported the package, too, and what it draws and writes with."""
    starter = Starter(*EVERYTHING)
    yield starter
    starter.close()


_EFFECTS = {}


@pytest.fixture
def effects_found_once(monkeypatch):
    """Have reports of a file and seed look once for what it hangs on: it is slow."""

    def found(parameters, *, seed, progress=None):
        key = parameters.name, parameters.hash, seed
        if key not in _EFFECTS:
            _EFFECTS[key] = ba.sensitivity(parameters, seed=seed)
        return _EFFECTS[key]

    monkeypatch.setattr("bioanchors.output.opening.sensitivity", found)


@pytest.fixture
def effects_found_roughly(monkeypatch):
    """Have reports look at few draws for what their file hangs on, where that is not the point."""
    rough = partial(ba.sensitivity, max_draws=2**14)
    monkeypatch.setattr("bioanchors.output.opening.sensitivity", rough)
