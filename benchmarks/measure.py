"""Print the table of docs/performance.md: python benchmarks/measure.py

Each figure is the median of alternating rounds within this one run, so that a slow spell of the
machine falls on all of them alike. Ratios are to an empty Python's start.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
JOINT = """
from pathlib import Path
import time, bioanchors as ba
from bioanchors.engine import count
from bioanchors.model.joint import Model
from bioanchors.sampling import Plan, Streams
parameters = ba.read_parameters(Path({file!r}))
model, streams = Model(parameters.spec), Streams.of(parameters.spec, 1)
count(model, Plan.of(2**17, 8), streams, 1)
start = time.perf_counter()
count(model, Plan.of(2**20, 8), streams, {threads})
print(time.perf_counter() - start)
"""


def timed(*command: str) -> tuple[float, float, str]:
    """Seconds, peak memory in MB, and output of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024, output


def main() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    uncertain = os.path.join(here, "uncertain.toml")
    python, tool = [sys.executable, "-c"], [sys.executable, "-m", "bioanchors"]
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "an empty Python": [*python, "pass"],
            "`import bioanchors`": [*python, "import bioanchors"],
            "`bioanchors --help`": [*tool, "--help"],
            "`bioanchors run cotra2020`": [*tool, "run", "cotra2020"],
            "the same with `--out`": [*tool, "run", "cotra2020", "--out", folder],
            "1,048,576 joint draws, all trends uncertain, one thread": [
                *python,
                JOINT.format(file=uncertain, threads=1),
            ],
            "the same, two threads": [*python, JOINT.format(file=uncertain, threads=2)],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        memory: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                taken, peak, output = timed(*command)
                # Joint draws time themselves, in a warm process.
                seconds[name].append(
                    float(output) if "joint" in name or "same, two" in name else taken
                )
                memory[name].append(peak)
    base = statistics.median(seconds["an empty Python"])
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print()
    print("| | seconds | against an empty Python | peak memory, MB |")
    print("|---|---|---|---|")
    for name in commands:
        median = statistics.median(seconds[name])
        peak = statistics.median(memory[name])
        print(f"| {name} | {median:.3f} | {median / base:.1f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
