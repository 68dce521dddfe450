"""Ours against what a person would use instead: python benchmarks/peers.py

The 2020 model, with point trends and with uncertain ones (``uncertain.toml``):

- ours: ``bioanchors.run`` with the loosest precision that reaches the accuracy;
- squigglepy: the same model in its idiom, vectorised, years one after the other;
- NumPy: the same, naively vectorised;
- loop: one sample after the other, one year after the other, as older models do.

Accuracy is the root mean square, over seeds, of the largest error over the 77 years, against the
exact curve. Sampling peers get as many draws as a pilot says they need; both accuracy and seconds
are then measured at that size (the loop's seconds, alone, are scaled up from fewer draws). All runs
alternate within this one process, imports excluded; a figure is the median.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import bioanchors as ba

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests/helpers"))

YEARS = np.arange(2024.0, 2101.0)
LOG2 = math.log10(2.0)
#                 weight, halving years, cap, horizon
HYPOTHESES: dict[str, tuple[float, float, float]] = {
    "lifetime": (0.05, 3.5, 2),
    "short_horizon": (0.20, 3, 2),
    "genome": (0.10, 3, 3),
    "medium_horizon": (0.30, 2, 3),
    "long_horizon": (0.15, 2, 4),
    "evolution": (0.10, 2, 5),
}
NONE = np.interp(YEARS, [2025, 2100], [0.10, 0.03])
# Medians of the skew-normals with location 0 and scale 1 for the shapes that the model uses.
MEDIANS = {4: 0.673908, 3: 0.668972, -3: -0.668972}
SPREAD = {"flop": 0.2, "double": 0.1, "max": 1.0, "run": 0.3, "run_double": 0.15, "share": 0.2}
ALGORITHMS_SPREAD, GROWTH_SD = 0.1, 0.005


class Draw:
    """The distributions that the model needs, by NumPy or by squigglepy."""

    def __init__(self, n: int, seed: int, squiggle: bool) -> None:
        self.n = n
        if squiggle:
            import squigglepy as sq

            sq.set_seed(seed)
            self.normal: Callable[[float, float], Any] = lambda m, s: sq.norm(mean=m, sd=s) @ n
            self.uniform: Callable[[float, float], Any] = lambda a, b: sq.uniform(a, b) @ n
        else:
            rng = np.random.default_rng(seed)
            self.normal = lambda m, s: rng.normal(m, s, n)
            self.uniform = lambda a, b: rng.uniform(a, b, n)

    def skew_normal(self, median: float, scale: float, shape: int) -> Any:
        delta = shape / math.sqrt(1 + shape**2)
        z = delta * np.abs(self.normal(0, 1)) + math.sqrt(1 - delta**2) * self.normal(0, 1)
        return median + scale * (z - MEDIANS[shape])


def requirements(draw: Draw) -> dict[str, Any]:
    """log10 FLOP of each hypothesis."""
    brain = draw.skew_normal(15, 2.5, 4)
    flop = brain + draw.normal(1, 2)
    exponent, samples = draw.normal(0.8, 0.2), draw.normal(12, 1.5)
    constant = samples - 12 * exponent
    network = flop + constant + exponent * (flop - 1.5)
    genome = draw.normal(math.log10(7.5e8), 2)
    return {
        "lifetime": brain + 9 + draw.skew_normal(3, 5, 3),
        "short_horizon": network + draw.uniform(0, 3),
        "genome": flop + draw.uniform(7, 9) + constant + exponent * genome,
        "medium_horizon": network + draw.uniform(3, 6),
        "long_horizon": network + draw.uniform(6, 9),
        "evolution": draw.skew_normal(math.log10(7500), 2.5, 4)
        + draw.uniform(8.15, 9.45)
        + math.log10(365 * 86400)
        + draw.uniform(19, 23)
        + draw.skew_normal(0, 5, -3),
    }


def trends(draw: Draw, uncertain: bool) -> dict[str, Any]:
    """Levels, speeds and ceilings, log10 where positive."""

    def around(value: float, sd_oom: float) -> Any:
        return draw.normal(math.log10(value), sd_oom) if uncertain else math.log10(value)

    result = {
        "flop": around(4e17, SPREAD["flop"]),
        "double": 10 ** around(2.5, SPREAD["double"]),
        "max": around(1e24, SPREAD["max"]),
        "run": around(1e9, SPREAD["run"]),
        "run_double": 10 ** around(2.5, SPREAD["run_double"]),
        "share": around(0.01, SPREAD["share"]),
        "growth": draw.normal(0.03, GROWTH_SD) if uncertain else 0.03,
    }
    for name, (_, halving, cap) in HYPOTHESES.items():
        result[f"{name} halving"] = 10 ** around(halving, ALGORITHMS_SPREAD)
        result[f"{name} cap"] = 10 ** around(cap, ALGORITHMS_SPREAD)
    return result


def under(line: Any, ceiling: Any) -> Any:
    return line - np.log10(1 + 10 ** (line - ceiling))


def vectorised(n: int, seed: int, uncertain: bool, squiggle: bool) -> np.ndarray:
    """Probability by year, from n draws."""
    draw = Draw(n, seed, squiggle)
    need, trend = requirements(draw), trends(draw, uncertain)
    weight = {name: np.clip((x - 23) / 5, 0, 1) for name, x in need.items()}
    total = {name: w.sum() for name, w in weight.items()}
    result = np.empty(YEARS.size)
    all_weights = sum(w for w, _, _ in HYPOTHESES.values())
    for i, year in enumerate(YEARS):
        price = under(trend["flop"] + LOG2 * (year - 2025) / trend["double"], trend["max"])
        gdp = math.log10(2.13e13) + np.log10(1 + trend["growth"]) * (year - 2020)
        spend = under(
            trend["run"] + LOG2 * (year - 2025) / trend["run_double"], gdp + trend["share"]
        )
        chance = 0.0
        for name, (w, _, _) in HYPOTHESES.items():
            gain = under(LOG2 * (year - 2025) / trend[f"{name} halving"], trend[f"{name} cap"])
            enough = need[name] <= price + spend + gain
            chance += w / all_weights * (weight[name] * enough).sum() / total[name]
        result[i] = (1 - NONE[i]) * chance
    return result


def loop(n: int, seed: int, uncertain: bool) -> np.ndarray:
    """One sample after the other, one year after the other, in plain Python."""
    rng = random.Random(seed)

    class One:
        def normal(self, m: float, s: float) -> float:
            return rng.gauss(m, s)

        def uniform(self, a: float, b: float) -> float:
            return rng.uniform(a, b)

        skew_normal = Draw.skew_normal

    def cut(line: float, ceiling: float) -> float:
        return line - math.log10(1 + 10 ** min(300.0, line - ceiling))

    hits = {name: [0.0] * YEARS.size for name in HYPOTHESES}
    total = dict.fromkeys(HYPOTHESES, 0.0)
    for _ in range(n):
        need, trend = requirements(One()), trends(One(), uncertain)  # type: ignore[arg-type]
        growth = math.log10(1 + trend["growth"])
        for name in HYPOTHESES:
            weight = min(1.0, max(0.0, (need[name] - 23) / 5))
            total[name] += weight
            for i, year in enumerate(YEARS):
                price = cut(trend["flop"] + LOG2 * (year - 2025) / trend["double"], trend["max"])
                gdp = 13.328379603438738 + growth * (year - 2020)
                spend = cut(
                    trend["run"] + LOG2 * (year - 2025) / trend["run_double"],
                    gdp + trend["share"],
                )
                gain = cut(LOG2 * (year - 2025) / trend[f"{name} halving"], trend[f"{name} cap"])
                if price + spend + gain >= need[name]:
                    hits[name][i] += weight
    all_weights = sum(w for w, _, _ in HYPOTHESES.values())
    mixed = sum(
        w / all_weights * np.array(hits[name]) / total[name]
        for name, (w, _, _) in HYPOTHESES.items()
    )
    return np.asarray((1 - NONE) * mixed)


def ours(parameters: ba.Parameters, precision: float, seed: int) -> np.ndarray:
    forecast = ba.run(parameters, precision=precision, seed=seed)
    return forecast.cdf[np.searchsorted(forecast.years, YEARS)]


def exact(uncertain: bool, parameters: ba.Parameters) -> np.ndarray:
    """The curve against which all are measured."""
    if not uncertain:
        import oracle

        return np.asarray(oracle.cdf(oracle.best_guess(), YEARS))
    # tests/ hold this estimator to a quadrature with uncertain trends.
    return ours(parameters, 2e-5, 987654)


def rms(errors: list[float]) -> float:
    return math.sqrt(statistics.fmean(error**2 for error in errors))


def compare(uncertain: bool, target: float, seeds: int, timings: int) -> None:
    parameters = ba.read_parameters(HERE / "uncertain.toml" if uncertain else "cotra2020")
    truth = exact(uncertain, parameters)

    def error(curve: np.ndarray) -> float:
        return float(np.max(np.abs(curve - truth)))

    precision = target * 2
    while rms([error(ours(parameters, precision, s)) for s in range(seeds)]) > target:
        precision /= 1.4
    runs: dict[str, Callable[[int], np.ndarray]] = {
        "bioanchors": lambda seed: ours(parameters, precision, seed)
    }
    sizes: dict[str, int] = {"bioanchors": ba.run(parameters, precision=precision).points}
    for name, squiggle in (("squigglepy", True), ("NumPy", False)):
        pilot = 20_000
        reached = rms([error(vectorised(pilot, s, uncertain, squiggle)) for s in range(seeds)])
        n = math.ceil(pilot * (reached / target) ** 2)
        sizes[name] = n
        runs[name] = lambda seed, n=n, squiggle=squiggle: vectorised(n, seed, uncertain, squiggle)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    errors: dict[str, list[float]] = {name: [] for name in runs}
    for seed in range(seeds):
        for name, run in runs.items():
            if name != "bioanchors" and seed >= timings:
                continue
            start = time.perf_counter()
            curve = run(seed)
            seconds[name].append(time.perf_counter() - start)
            errors[name].append(error(curve))
    short = 200
    start = time.perf_counter()
    loop(short, 1, uncertain)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    medians["loop"] = (time.perf_counter() - start) * sizes["NumPy"] / short
    sizes["loop"] = sizes["NumPy"]
    kind = "uncertain trends" if uncertain else "point trends"
    base = medians["bioanchors"]
    for name, median in medians.items():
        reached_text = f"{100 * rms(errors[name]):.3f}" if name in errors else "as NumPy"
        count = len(errors.get(name, []))
        print(
            f"| {kind}, {100 * target:g} pp | {name} | {sizes[name]:,} | {reached_text} "
            f"({count} seeds) | {median:.4g} | {median / base:,.0f} |",
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument(
        "--timings", type=int, default=20, help="seeds at full size for the sampling peers"
    )
    options.add_argument("--targets", type=float, nargs="+", default=[0.1, 0.03], help="in pp")
    arguments = options.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print()
    print("| case | | points | error reached, pp | seconds | against ours |")
    print("|---|---|---|---|---|---|")
    for uncertain in (False, True):
        for target in arguments.targets:
            compare(uncertain, target / 100, arguments.seeds, arguments.timings)


if __name__ == "__main__":
    main()
