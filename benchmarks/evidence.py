"""What correlations and evidence cost, at an equal number of draws.

The same file plain, with correlated inputs, with evidence, and with both; in turn, so that a slow
spell of the machine meets all alike. Printed are medians of the seconds, and of the ratios to the
plain run of the same round.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import bioanchors as ba
from bioanchors.engine import Integration, count
from bioanchors.model.joint import Model
from bioanchors.sampling import Plan, Streams

HERE = Path(__file__).parent
CORRELATIONS = (
    'correlations=[{ parameters = ["hardware.doubling_years", "spending.doubling_years"], '
    "rank_correlation = 0.5 }]"
)
EVIDENCE = (
    "evidence.not_arrived_by=2026.9",
    "evidence.run_softness_oom=0.5",
    "evidence.insufficient_run=[{ flop = 1e26, year = 2025 }, { flop = 1e27, year = 2026.7 }]",
    'evidence.observation=[{ quantity = "largest_run_flop", year = 2026.7, value = 1e27, '
    "standard_error_oom = 0.3 }]",
)
CASES = {
    "plain": (),
    "correlated": (CORRELATIONS,),
    "evidence": EVIDENCE,
    "both": (CORRELATIONS, *EVIDENCE),
}
REPLICATES, POINTS, TREND_POINTS, DRAWS = 8, 2048, 1024, 2**19


def integrated(parameters: ba.Parameters) -> Callable[[], object]:
    """Return a function that makes a forecast of a fixed number of points."""

    # With observations as many again are drawn near them: the number of draws is the same.
    trend_points = TREND_POINTS // (2 if parameters.evidence.observation else 1)

    def work() -> object:
        streams = Streams(parameters.inputs, 1, correlations=parameters.correlations)
        return Integration(Model(parameters.spec), streams, REPLICATES).estimate(
            POINTS, trend_points
        )

    return work


def counted(parameters: ba.Parameters) -> Callable[[], object]:
    """Return a function that counts a fixed number of joint draws on one thread."""

    def work() -> object:
        streams = Streams(parameters.inputs, 1, correlations=parameters.correlations)
        return count(Model(parameters.spec), Plan.of(DRAWS, REPLICATES), streams, threads=1)

    return work


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    base = HERE / "uncertain.toml"
    print("| | | seconds | against plain |")
    print("|---|---|---|---|")
    for label, make in (("integrating", integrated), ("counting", counted)):
        works = {name: make(ba.read_parameters(base, edits)) for name, edits in CASES.items()}
        seconds: dict[str, list[float]] = {name: [] for name in works}
        for turn in range(rounds + 1):
            for name, work in works.items():
                start = time.perf_counter()
                work()
                if turn:  # the first round warms up
                    seconds[name].append(time.perf_counter() - start)
        for name, values in seconds.items():
            ratios = [a / b for a, b in zip(values, seconds["plain"], strict=True)]
            middle, ratio = statistics.median(values), statistics.median(ratios)
            print(f"| {label} | {name} | {middle:.3f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
