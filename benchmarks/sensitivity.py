"""What sensitivity analysis costs: CPU seconds of each output, against another checkout if given.

    python benchmarks/sensitivity.py --against ../bioanchors-before

In turn, so that a slow spell of the machine meets both. Each figure is a process of its own, with
its start; printed are medians, and the largest group's Shapley effect with its standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PRESETS = ("cotra2020-uncertain", "latest")
OUTPUTS = ("2050", "median", "arrival_year", "restricted_mean")
CODE = """
import json, sys, time
import bioanchors as ba
found = ba.sensitivity(sys.argv[1], sys.argv[2])
first, inputs = found.groups.effects[0].shapley, found.inputs
told = [found.groups.told_apart, inputs.told_apart]
draws = found.groups.evaluations + inputs.evaluations
print(json.dumps([time.process_time(), *first, *told, draws]))
"""


def measured(checkout: Path, preset: str, output: str) -> list[float] | None:
    """Return CPU seconds and what was found, or None where the checkout has no such output."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        [sys.executable, "-c", CODE, preset, output],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--against", type=Path, help="another checkout of bioanchors")
    asked = parser.parse_args()
    checkouts = {"now": HERE}
    if asked.against is not None:
        checkouts = {"before": asked.against.resolve(), "now": HERE}
    print("| file, output | | CPU seconds | draws | largest group, Shapley | told apart |")
    print("|---|---|---|---|---|---|")
    for preset in PRESETS:
        for output in OUTPUTS:
            took: dict[str, list[list[float]]] = {name: [] for name in checkouts}
            for _ in range(asked.rounds):
                for name, checkout in checkouts.items():
                    found = measured(checkout, preset, output)
                    if found is not None:
                        took[name].append(found)
            for name, rows in took.items():
                if not rows:
                    continue
                seconds = statistics.median(row[0] for row in rows)
                _, share, error, groups, inputs, draws = rows[0]
                told = ", ".join(
                    level for level, apart in (("groups", groups), ("inputs", inputs)) if apart
                )
                effect = f"{100 * share:.1f} ± {100 * error:.2f} %"
                row = (f"{preset}, {output}", name, f"{seconds:.2f}", f"{draws:,}", effect, told)
                print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
