"""Kill commands that write, at random moments, and look at what they leave.

    python -m tools.fuzzing.kills --minutes 5 --seed 1

Each writes on top of an older set, among files that are not its own. What is left must be the old
set or the new one, bit for bit but for the time of day, and the other files as they were; a signal
that can be caught must leave nothing else, and what SIGKILL leaves must be gone
with the next write.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bioanchors.formats.files import ASIDE, tidy

COMMAND = [sys.executable, "-m", "bioanchors"]
FAST = ("--precision", "1pp")
TIME = re.compile(rb"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\+00:00)?|[0-9a-f]{64}")
"""Times of day, and digests of what holds one."""

DEADLINE_S = 120
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
AIMED = 0.6
"""Share of the kills that wait for a folder written aside."""

# What is there before, and what is written over it; DIR is the folder.
CASES = {
    "run": (
        ("run", "latest"),
        ("run", "cotra2020", "--points", "1024"),
    ),
    "report": (("report", "cotra2020", *FAST), ("report", "shah2020", *FAST)),
    "sweep": (
        ("sweep", "cotra2020", *FAST),
        ("sweep", "--files", "cotra2020", "shah2020", *FAST),
    ),
    "sensitivity": (
        ("sensitivity", "cotra2020", "--view", "ledger", "--view", "regional"),
        ("sensitivity", "cotra2020", "--view", "ledger"),
    ),
    "compare": (
        ("compare", "cotra2020", "shah2020", "--attribute", *FAST),
        ("compare", "cotra2020", "cotra2020-report", *FAST),
    ),
    "export": (
        ("export", "cotra2020", "--format", "csv", "--force", *FAST),
        ("export", "shah2020", "--format", "csv", "--force", *FAST),
    ),
    "export-json": (
        ("export", "cotra2020", "--format", "json", "--force", *FAST),
        ("export", "shah2020", "--format", "json", "--force", *FAST),
    ),
    "plot": (
        ("plot", "cotra2020", "--force", *FAST),
        ("plot", "shah2020", "--force", *FAST),
    ),
    "new": ((), ("new",)),
}
NAMES = {"export": "x.csv", "export-json": "x.json", "plot": "x.png", "new": "x.toml"}
"""Of commands that write no folder."""
LAYOUTS = ("beside files", "beside folders", "in the folder", "nothing there")

State = dict[str, bytes | str | None]


@dataclass
class Counts:
    """How many kills there were, how they ended, and what was wrong.

    Attributes
    ----------
    kills
        Kills that came before the command's end.
    ended
        Of those, how many by signal and by what was left: the old set, the new, or the new one
        once the next that looks has finished it.
    faults
        What should not have been.
    """

    kills: int = 0
    ended: collections.Counter[str] = field(default_factory=collections.Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ended = ", ".join(f"{name}: {count}" for name, count in sorted(self.ended.items()))
        return f"{self.kills} kills ({ended}); {len(self.faults)} faults"


def run(seconds: float, seed: int, most: int = sys.maxsize) -> Counts:
    """Kill for so long, or so many times."""
    chance, counts = random.Random(seed), Counts()
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as scratch:
        prepared: dict[str, _Case] = {}
        names = list(CASES)
        chance.shuffle(names)
        while time.monotonic() < until and counts.kills < most:
            for name in names:
                if name not in prepared:
                    prepared[name] = _Case(name, Path(scratch) / name)
                if time.monotonic() > until or counts.kills >= most:
                    break
                _kill(prepared[name], chance, counts)
    return counts


class _Case:
    """A command with the states before and after it."""

    def __init__(self, name: str, home: Path) -> None:
        self.name, self.home = name, home
        first, self.arguments = CASES[name]
        home.mkdir()
        self.old = self._made(home / "old", first)
        started = time.monotonic()
        self.new = self._made(home / "new", self.arguments, home / "old")
        self.takes = time.monotonic() - started
        self.alone = self._made(home / "alone", self.arguments)

    def _made(self, folder: Path, arguments: tuple[str, ...], over: Path | None = None) -> State:
        shutil.copytree(over, folder) if over else folder.mkdir()
        if arguments:
            done = subprocess.run(
                [*COMMAND, *arguments, *self.out(folder)], capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr.decode()
        return _state(folder)

    def out(self, folder: Path) -> list[str]:
        if self.name == "new":
            return [str(folder / NAMES["new"])]
        return ["--out", str(folder / NAMES[self.name]) if self.name in NAMES else str(folder)]


def _state(folder: Path) -> State:
    found: State = {}
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_symlink():
            found[path.name] = os.readlink(path)
        elif path.is_dir():
            found[path.name] = None
        else:
            found[path.name] = TIME.sub(b"", path.read_bytes())
    return found


def _kill(case: _Case, chance: random.Random, counts: Counts) -> None:
    number = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    layout = chance.choice(LAYOUTS)
    is_aimed = chance.random() < AIMED
    around = Path(tempfile.mkdtemp(dir=case.home))
    folder = around / "out"
    before, after = _laid_out(case, folder, layout)
    inside = layout == "in the folder"
    process = subprocess.Popen(
        [*COMMAND, *case.arguments, *case.out(Path() if inside else folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=folder if inside else around,
        # A shell that runs in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    _wait_for_handlers(process, number)
    if is_aimed:
        _wait_for_writing(process, around, folder)
        time.sleep(chance.choice([0, 0, chance.uniform(0, 0.004)]))
    else:
        time.sleep(chance.uniform(0, 1.05 * case.takes))
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=DEADLINE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        _, errors = process.communicate()
        counts.faults.append(f"{case.name}: hangs")
    what = f"{case.name}, {number.name}, {layout}, {'aimed' if is_aimed else 'at random'}"
    if process.returncode != 0:
        counts.kills += 1
        if process.returncode != CODES[number]:
            counts.faults.append(f"{what}: exit code {process.returncode}")
        if b"Traceback" in errors or (number != signal.SIGKILL and b"interrupted" not in errors):
            counts.faults.append(f"{what}: {errors.decode(errors='replace')[-500:]}")
    asides = _asides(around, folder)
    if asides and number != signal.SIGKILL:
        counts.faults.append(f"{what}: left {asides}")
    left = {name: data for name, data in _state(folder).items() if not ASIDE.fullmatch(name)}
    tidy(around)
    tidy(folder)
    if _asides(around, folder):
        counts.faults.append(f"{what}: {_asides(around, folder)} after the next write")
    finished = _state(folder)
    kind = "old" if left == before else "new" if left == after else "finished"
    if kind == "finished" and (finished != after or not asides):
        differing = sorted(
            name for name in finished | after if finished.get(name) != after.get(name)
        )
        counts.faults.append(f"{what}: neither old nor new: {differing}")
    in_one_moment = layout in ("beside files", "nothing there") and case.name not in NAMES
    if kind == "finished" and in_one_moment:
        counts.faults.append(f"{what}: a set in part, until the next looks")
    if finished not in (before, after):
        counts.faults.append(f"{what}: not whole after the next write")
    if process.returncode != 0:
        counts.ended[f"{number.name} {kind}"] += 1
    shutil.rmtree(around)


def _laid_out(case: _Case, folder: Path, layout: str) -> tuple[State, State]:
    """Lay out the folder; return its state before and after the command."""
    foreign: State = {}
    if layout == "nothing there":
        if case.name in NAMES:
            folder.mkdir()
        return {}, case.alone
    shutil.copytree(case.home / "old", folder)
    (folder / "notes.txt").write_text("mine")
    (folder / "link").symlink_to("notes.txt")
    foreign |= {"notes.txt": b"mine", "link": "notes.txt"}
    if layout == "beside folders":
        (folder / "mine").mkdir()
        foreign["mine"] = None
    return case.old | foreign, case.new | foreign


def _wait_for_handlers(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Wait until a signal is caught: Python itself does not, while it starts."""
    while number != signal.SIGKILL and process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", status, re.MULTILINE)
        if caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.001)


def _wait_for_writing(process: subprocess.Popen[bytes], around: Path, folder: Path) -> None:
    """Wait for what is written aside at the end: what comes before only tries whether it can be."""
    while process.poll() is None:
        for aside in _asides(around, folder):
            # It may have taken its place between the two looks.
            with contextlib.suppress(FileNotFoundError):
                if os.listdir(aside):
                    return


def _asides(*folders: Path) -> list[str]:
    return [
        entry.path
        for folder in folders
        if folder.exists()
        for entry in os.scandir(folder)
        if ASIDE.fullmatch(entry.name)
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--most", type=int, default=sys.maxsize, help="kills")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = run(60 * given.minutes, given.seed, given.most)
    print(found)
    for failure in found.faults:
        print(failure)
    sys.exit(bool(found.faults))
