"""Joint draws and whole forecasts within a warm process: a size, and ten times that size."""

from __future__ import annotations

from pathlib import Path

import bioanchors as ba
from bioanchors.engine import add_up
from bioanchors.sampling import Plan, Streams

UNCERTAIN = Path(__file__).parent.parent / "uncertain.toml"


class JointDraws:
    """Every parameter, six requirements, six arrival years, all trends uncertain."""

    params = ([2**17, 2**20], [1, 2])
    param_names = ("points", "threads")
    number, repeat = 1, 5

    def setup(self, points: int, threads: int) -> None:
        self.parameters = ba.read_parameters(UNCERTAIN)
        self.streams = Streams([*self.parameters.inputs, "none"], 1)

    def time_joint_draws(self, points: int, threads: int) -> None:
        add_up(self.parameters, Plan.of(points, 8), self.streams, threads)

    def peakmem_joint_draws(self, points: int, threads: int) -> None:
        add_up(self.parameters, Plan.of(points, 8), self.streams, threads)


class Forecasts:
    """The default run of a preset."""

    params = (["cotra2020", str(UNCERTAIN)],)
    param_names = ("file",)
    number, repeat = 1, 7

    def setup(self, file: str) -> None:
        self.parameters = ba.read_parameters(file)
        ba.run(self.parameters)

    def time_run(self, file: str) -> None:
        ba.run(self.parameters)

    def time_read_parameters(self, file: str) -> None:
        ba.read_parameters(file)
