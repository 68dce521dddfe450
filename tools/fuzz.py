"""Hostile inputs for as long as one likes: files, options, saved results, kills.

    python tools/fuzz.py --minutes 30 --seed 1
    python tools/fuzz.py --minutes 5 --only kills

Each part gets its share of the time; exit code 1 if anything was wrong, with what made it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# So that the parts are found wherever this is called.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fuzzing import Counts, kills, loading, writing

PARTS = {"writing": writing.run, "loading": loading.run, "kills": kills.run}


def main() -> int:
    """Run the parts one after the other and print their counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS)
    asked = parser.parse_args()
    chosen = [asked.only] if asked.only else list(PARTS)
    wrong = 0
    for name in chosen:
        counts: Counts = PARTS[name](60 * asked.minutes / len(chosen), asked.seed)
        print(f"{name}: {counts}", flush=True)
        wrong += len(counts.faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
