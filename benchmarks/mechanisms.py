"""What each mechanism costs: the same file with it and without, in CPU seconds of one thread.

    python benchmarks/mechanisms.py [--rounds 7] [--of cotra2020-uncertain ...] [--only delay ...]
                                    [--alike | --counting]

A forecast is made as ``run`` makes it, to the default precision, with no requirement table kept
from before; draws are counted at an equal number. With and without take turns, so that a slow
spell of the machine meets both; ``--alike``, at the points of the file without. Printed are the
least seconds of the file without, and for each mechanism the median of the ratios of its rounds;
beside them how many trend points each took.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable

import bioanchors as ba
from bioanchors.engine import count
from bioanchors.engine.requirements import KEPT
from bioanchors.model.joint import Model
from bioanchors.sampling import Plan, Streams

PARENTS = ("cotra2020", "cotra2020-uncertain", "update-2026")
FREEZE = ('interventions.a.of="largest_run_flop"', "interventions.a.freeze=true")
MECHANISMS: dict[str, tuple[str, ...]] = {
    "change in a known year": (
        'changes.a.of="hardware"', "changes.a.year=2035", "changes.a.doubling_years=5"),
    "change in a drawn year": (
        'changes.a.of="hardware"', 'changes.a.year={dist="normal", mean=2035, sd=3}',
        "changes.a.doubling_years=5"),
    "breakthrough that may come": (
        'changes.a.of="algorithms"', "changes.a.year=2035", "changes.a.times=10",
        "changes.a.probability=0.3"),
    "freeze, known years": (
        *FREEZE, "interventions.a.year=2029", "interventions.a.until_year=2034"),
    "freeze, drawn end": (
        *FREEZE, "interventions.a.year=2029",
        'interventions.a.until_year={dist="uniform", low=2031, high=2040}'),
    "price, drawn year": (
        'interventions.a.of="flop_per_usd"', "interventions.a.until_year=2045",
        'interventions.a.year={dist="normal", mean=2031, sd=1}', "interventions.a.times=0.1"),
    "unhobbling": (
        "unhobbling.max_oom={ci90=[0.7, 1.3]}", "unhobbling.start_year=2023", "unhobbling.years=3"),
    "power": ("power.flop={ci90=[3e28, 3e29]}", "power.year=2030", "power.times_per_year=1.4"),
    "milestone": ('forecast.milestone="a"', "milestones.a.oom={ci90=[-2, 1]}"),
    "delay that falls": (
        "lag.delays.a.years={ci90=[1, 5]}",
        "lag.delays.a.probability_in={2027=0.9, 2032=0.5, 2040=0.06}"),
    "delay that rises": (
        "lag.delays.a.years=3", "lag.delays.a.probability_in={2028=0.0, 2040=0.6}"),
    "factor on an anchor": (
        'hypotheses.long_horizon.factors.a.oom={dist="normal", mean=0, sd=1}',),
    "coupling, with a freeze": (
        *FREEZE, "interventions.a.year=2029", "interventions.a.until_year=2034",
        "algorithms.compute_share=0.7"),
}  # fmt: skip
DRAWS, REPLICATES = 2**18, 8


def forecast(parameters: ba.Parameters, **points: int) -> Callable[[], int]:
    """Return a function that makes a forecast from nothing, and says from how many trend points."""

    def work() -> int:
        KEPT.forget()
        return ba.run(parameters, threads=1, **points).trend_points

    return work


def points_of(parameters: ba.Parameters) -> dict[str, int]:
    """Return options by which a forecast takes the points that the file takes by default."""
    made = ba.run(parameters)
    trends = {"trend_points": made.trend_points} if made.trend_points else {}
    return {"fewest": made.points, "points": made.points, **trends}


def counted(parameters: ba.Parameters) -> Callable[[], int]:
    """Return a function that counts a fixed number of joint draws."""

    def work() -> int:
        streams = Streams(parameters.inputs, 1, correlations=parameters.correlations)
        count(Model(parameters.spec), Plan.of(DRAWS, REPLICATES), streams, threads=1)
        return DRAWS

    return work


def measured(
    works: dict[str, Callable[[], int]], rounds: int
) -> dict[str, tuple[list[float], int]]:
    """Return CPU seconds of each round, by turns, and the points of each."""
    result: dict[str, tuple[list[float], int]] = {
        name: ([], work()) for name, work in works.items()
    }
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            start = time.process_time()
            work()
            result[name][0].append(time.process_time() - start)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--of", nargs="+", default=PARENTS)
    parser.add_argument("--only", nargs="+", default=[""], help="words of mechanisms' names")
    parser.add_argument("--counting", action="store_true", help="count, instead of integrating")
    parser.add_argument("--alike", action="store_true", help="at the points of the file without")
    options = parser.parse_args()
    make: Callable[..., Callable[[], int]] = counted if options.counting else forecast
    chosen = {k: v for k, v in MECHANISMS.items() if any(word in k for word in options.only)}
    for parent in options.of:
        points = points_of(ba.read_parameters(parent)) if options.alike else {}
        works = {"": make(ba.read_parameters(parent), **points)}
        for name, edits in chosen.items():
            works[name] = make(ba.read_parameters(parent, edits), **points)
        found = measured(works, options.rounds)
        plain, number = found.pop("")
        print(f"\n{parent}: {1e3 * min(plain):.0f} ms, {number:,} points\n\n| | ratio | points |")
        print("|---|---|---|")
        for name, (seconds, number) in found.items():
            ratio = statistics.median(a / b for a, b in zip(seconds, plain, strict=True))
            print(f"| {name} | {ratio:.2f} | {number:,} |")


if __name__ == "__main__":
    main()
