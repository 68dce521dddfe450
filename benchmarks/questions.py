"""What people ask after a forecast, as commands: this checkout against another one.

    python benchmarks/questions.py --against ../before [--rounds 3] [--only tornado solve ...]

In turn within one run, so that a slow spell of the machine meets both. Printed are medians: seconds
of the clock, CPU seconds of all processes together, and the memory of the largest one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent.parent
QUESTIONS = {
    "tornado of latest": "sensitivity latest --view tornado",
    "cotra2020 against latest, attributed": "compare cotra2020 latest --attribute",
    "81 values of latest": "sweep latest --vary hardware.doubling_years=1.5:4:81",
    "solve latest": "solve latest --vary hardware.doubling_years=1.2:4 --target median=2045",
    "solve cotra2020": "solve cotra2020 --vary hardware.doubling_years --target median=2041",
    "sensitivity of latest": "sensitivity latest",
    "sensitivity of cotra2020-uncertain": "sensitivity cotra2020-uncertain",
    "run latest": "run latest",
    "run cotra2020": "run cotra2020",
    "check latest": "check latest",
    "help": "--help",
}


class Took(NamedTuple):
    """What a command took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def took(checkout: Path, arguments: str, folder: str) -> Took:
    """Run a command of a checkout."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bioanchors", *arguments.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed in {checkout}: {arguments}")
    wall = time.perf_counter() - start
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[""], help="questions that hold one of these")
    asked = parser.parse_args()
    checkouts = {"now": HERE}
    if asked.against is not None:
        checkouts = {"before": asked.against.resolve(), **checkouts}
    print("| question | | seconds | CPU seconds | peak memory, MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for question, arguments in QUESTIONS.items():
            if not any(some in question for some in asked.only):
                continue
            rows: dict[str, list[Took]] = {name: [] for name in checkouts}
            for _ in range(asked.rounds):
                for name, checkout in checkouts.items():
                    rows[name].append(took(checkout, arguments, folder))
            for name, values in rows.items():
                wall, cpu, peak = map(statistics.median, zip(*values, strict=True))
                print(f"| {question} | {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
