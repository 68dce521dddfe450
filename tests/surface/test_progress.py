"""What is shown while something takes long: true, on a terminal and elsewhere; and Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from working import until_at_work

from bioanchors.cli.progress import Pace, about, duration

LINE = re.compile(r"\d+ of \d+(, (about \d+ (s|min)|less than 1 s) left)?|\d+ s so far")


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    total=st.integers(2, 1000),
    each=st.floats(1e-3, 1e4),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 0.9)),
)
def test_at_a_steady_pace_the_time_left_is_true(
    total: int, each: float, shares: tuple[float, float]
) -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.tell(0, total)
    assert pace.left_s is None
    done = 1 + int(shares[0] * (total - 2))
    clock.now += each * done
    pace.tell(done, total)
    assert pace.left_s == pytest.approx(each * (total - done), rel=1e-6)
    # It runs on between two of them, and never out.
    clock.now += shares[1] * each
    left = each * (total - done - shares[1])
    assert pace.left_s == pytest.approx(max(left, each / 2), rel=1e-5)
    clock.now += 1e6 * each
    assert pace.left_s == pytest.approx(each / 2, rel=1e-6)
    assert re.fullmatch(r"[\d,]+ of [\d,]+, (about|less than) .+ left", pace.words)
    pace.tell(total, total)
    assert "left" not in pace.words


def test_a_new_round_is_measured_by_itself() -> None:
    clock = Clock()
    pace = Pace(clock)
    for done in range(1, 9):
        clock.now += 1
        pace.tell(done, 8)
    clock.now += 10
    pace.tell(1, 8)
    assert pace.left_s == pytest.approx(70)


def test_times_in_words() -> None:
    assert [duration(s) for s in (0.4, 59.4, 59.6, 61, 3500, 3599, 5400)] == [
        "0 s", "59 s", "1 min", "1 min", "58 min", "1 h 0 min", "1 h 30 min",
    ]  # fmt: skip
    assert about(0.3) == "less than 1 s"
    assert about(2) == "about 2 s"


def test_a_pipe_gets_lines_and_quiet_none(cli: Any, monkeypatch: Any) -> None:
    for name in ("LINE_AFTER_S", "LINE_EVERY_S"):
        monkeypatch.setattr(f"bioanchors.cli.progress.{name}", 0.02)
    command = ["sweep", "cotra2020", "--vary", "hardware.doubling_years=2:3:12"]
    printed = cli(*command)
    lines = cli.errors.splitlines()
    assert len(lines) >= 2
    assert all(LINE.fullmatch(line) for line in lines), lines
    counts = [int(line.split()[0]) for line in lines if " of 12" in line]
    assert counts == sorted(counts)
    assert cli(*command, "--quiet") == printed
    assert cli.errors == ""


def test_a_terminal_gets_a_bar(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="terminals of POSIX")
    ours, theirs = pty.openpty()
    program = (
        "import sys, bioanchors.cli.progress as p; p.AFTER_S = p.REFRESH_S = 0.02\n"
        "from bioanchors.cli import main; sys.argv[0] = 'bioanchors'; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "sweep", "cotra2020", "--vary",
         "hardware.doubling_years=2:3:12", "--executor", "threads:1"],
        stderr=theirs, stdout=subprocess.DEVNULL, cwd=tmp_path, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other side has closed it
            break
        if not part:
            break
        shown += part
    assert process.wait() == 0
    os.close(ours)
    assert re.search(rb"\d+ of 12, (about|less than) ", shown)
    assert b"0:00:00" not in shown


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("command", "cpu_s", "workers"),
    [
        ("run latest --precision 0.001pp", 1.5, 0),
        ("run cotra2020-uncertain --estimator count --precision 0.001pp", 1.5, 0),
        ("sensitivity latest --view regional", 1.0, 0),
        ("sweep latest --vary hardware.doubling_years=1.5:4:400", 1.0, 1),
        # While they are started, and at work.
        ("sweep latest --vary hardware.doubling_years=1.5:4:400 --executor processes:2", 0.2, 2),
        ("sweep latest --vary hardware.doubling_years=1.5:4:400 --executor dask:2", 0.5, 1),
        ("sweep latest --vary hardware.doubling_years=1.5:4:400 --executor dask:2", 1.2, 2),
    ],
)
def test_ctrl_c_ends_it_soon(command: str, cpu_s: float, workers: int, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bioanchors", *command.split()],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    until_at_work(process.pid, cpu_s, workers)
    os.killpg(process.pid, signal.SIGINT)
    # Within a second on a machine with nothing else to do, of work for minutes.
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert said.endswith("interrupted\n")
