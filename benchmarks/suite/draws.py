"""Counting and integrating within a warm process: a size, and ten times that size."""

from __future__ import annotations

from pathlib import Path

import bioanchors as ba
from bioanchors.engine import count
from bioanchors.model.joint import Model
from bioanchors.sampling import Plan, Streams

UNCERTAIN = Path(__file__).parent.parent / "uncertain.toml"

FREEZE = 'interventions.a={of="largest_run_flop", year=2027, until_year=2037, freeze=true}'
MECHANISMS = {
    "none": [],
    "freeze": [FREEZE],
    "coupling": [FREEZE, 'algorithms.compute_share={dist="uniform", low=0.4, high=0.95}'],
    "change": [
        'changes.a={of="spending", year={dist="normal", mean=2032, sd=2}, times_per_year=1.1}'
    ],
    "power": ["power={flop=1.07e29, year=2030, times_per_year=1.6}"],
    "data": [
        'scaling_law={form="chinchilla", parameters_coefficient=482.01, '
        "parameters_exponent=0.3478, data_coefficient=2085.43, data_exponent=0.3658}",
        "data={stock_tokens={ci90=[1e14, 1e15]}, stock_year=2024, times_per_year=1.05, "
        "algorithms_save=0.5}",
    ],
    "unhobbling": ["unhobbling={max_oom={ci90=[0.7, 1.3]}, start_year=2023, years=3}"],
    "delays": [
        'forecast.event="trained"',
        "lag.training_years={ci90=[0.2, 1]}",
        "lag.delays.a={years={ci90=[1, 5]}, probability_in={2027=0.9, 2032=0.5, 2040=0.06}}",
    ],
    "milestone": ["milestones.m.oom={ci90=[-2, 1]}", 'forecast.milestone="m"'],
}


def more_hypotheses(number: int) -> list[str]:
    """Settings that add copies of the medium horizon."""
    return [
        f"hypotheses.more{i}={{ kind = 'neural_network', weight = 0.1, effective_horizon_s = "
        "{ dist = 'log_uniform', low = 1e3, high = 1e6 }, "
        "algorithms = { halving_years = 2, max_oom = 3 } }"
        for i in range(number)
    ]


class JointDraws:
    """Every parameter, six requirements, six arrival years, all trends uncertain."""

    params = ([2**17, 2**20], [1, 2])
    param_names = ("points", "threads")
    number, repeat = 1, 5

    def setup(self, points: int, threads: int) -> None:
        self.parameters = ba.read_parameters(UNCERTAIN)
        # Commits up to November 2026 counted what a file says, not the model bound to it.
        spec = getattr(self.parameters, "spec", None)
        self.model = self.parameters if spec is None else Model(spec)
        self.streams = Streams([*self.parameters.inputs, "none"], 1)

    def time_joint_draws(self, points: int, threads: int) -> None:
        count(self.model, Plan.of(points, 8), self.streams, threads)

    def peakmem_joint_draws(self, points: int, threads: int) -> None:
        count(self.model, Plan.of(points, 8), self.streams, threads)


class Precision:
    """A forecast of a given accuracy."""

    params = (["cotra2020", str(UNCERTAIN)], [0.001, 0.0003, 0.0001])
    param_names = ("file", "precision")
    number, repeat = 1, 7

    def setup(self, file: str, precision: float) -> None:
        self.parameters = ba.read_parameters(file)
        ba.run(self.parameters)

    def time_run(self, file: str, precision: float) -> None:
        ba.run(self.parameters, precision=precision)

    def peakmem_run(self, file: str, precision: float) -> None:
        ba.run(self.parameters, precision=precision)


class Hypotheses:
    """Six hypotheses, and sixty."""

    params = (0, 54)
    param_names = ("more",)
    number, repeat = 1, 7

    def setup(self, more: int) -> None:
        self.parameters = ba.read_parameters(UNCERTAIN, more_hypotheses(more))

    def time_run(self, more: int) -> None:
        ba.run(self.parameters)


class Years:
    """A window of 77 years, and one of 770."""

    params = (2100, 2793)
    param_names = ("last_year",)
    number, repeat = 1, 7

    def setup(self, last_year: int) -> None:
        setting = f"forecast.last_year={last_year}"
        self.parameters = ba.read_parameters(UNCERTAIN, [setting])

    def time_run(self, last_year: int) -> None:
        ba.run(self.parameters)


class Mechanisms:
    """What happens to trends and what limits runs, against the file without."""

    params = (["cotra2020-uncertain", "update-2026"], sorted(MECHANISMS), ["integrate", "count"])
    param_names = ("file", "mechanism", "estimator")
    number, repeat = 1, 5

    def setup(self, file: str, mechanism: str, estimator: str) -> None:
        self.parameters = ba.read_parameters(file, MECHANISMS[mechanism])
        self.points = {"points": 2**16, "fewest": 2**16} if estimator == "count" else {}

    def time_run(self, file: str, mechanism: str, estimator: str) -> None:
        ba.run(self.parameters, estimator=estimator, **self.points)
