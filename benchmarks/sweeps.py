"""What sweeping weights costs: 10,000 weightings with medians against one run of the file.

In turn, so that a slow spell of the machine meets both. Printed are medians of the seconds and of
the ratios of the same round.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

import bioanchors as ba
from bioanchors.results.weighting import Array, Weightings

WEIGHTINGS = 10_000


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    print("| file | | seconds | against a run |\n|---|---|---|---|")
    for name in ("cotra2020", "latest"):
        forecast = ba.run(name)
        count = len(forecast.hypotheses)
        rows = np.random.default_rng(1).dirichlet(np.ones(count), WEIGHTINGS)

        def medians(forecast: ba.Forecast = forecast, rows: Array = rows) -> Weightings:
            under = Weightings(forecast, rows)
            under.quantile(0.5)
            return under

        cases: dict[str, Callable[[], object]] = {
            "a run": lambda name=name: ba.run(name),
            "10,000 weightings, medians": medians,
            "the same with standard errors": lambda medians=medians: (
                medians().quantile_standard_error(0.5)
            ),
        }
        took: dict[str, list[float]] = {case: [] for case in cases}
        for _ in range(rounds):
            for case, work in cases.items():
                took[case].append(seconds(work))
        for case, values in took.items():
            ratio = statistics.median(
                one / run for one, run in zip(values, took["a run"], strict=True)
            )
            print(f"| {name} | {case} | {statistics.median(values):.4f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
