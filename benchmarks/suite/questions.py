"""What people ask after a forecast, in a warm process: many runs of one file, edited."""

from __future__ import annotations

import numpy as np

import bioanchors as ba
from bioanchors.engine.requirements import KEPT

BETWEEN_1_AND_4_YEARS = {"low": 1.2, "high": 4.0}
EVERY_DOUBLING_TIME: dict[str, float] = {}


class Questions:
    """Those asked the most, their runs one after the other, with nothing kept from before."""

    number, repeat, warmup_time = 1, 3, 0.0
    timeout = 600.0

    def setup(self) -> None:
        self.latest = ba.read_parameters("latest")
        self.uncertain = ba.read_parameters("cotra2020-uncertain")
        ba.run("cotra2020", points=2**11)
        KEPT.forget()

    def time_tornado(self) -> None:
        ba.tornado(self.latest)

    def time_attribution(self) -> None:
        ba.attribute("cotra2020", self.latest)

    def time_81_values(self) -> None:
        ba.sweep(self.latest, vary={"hardware.doubling_years": list(np.linspace(1.5, 4.0, 81))})

    def time_81_values_of_cotra2020(self) -> None:
        ba.sweep("cotra2020", vary={"hardware.doubling_years": list(np.linspace(1.5, 4.0, 81))})

    def time_sensitivity(self) -> None:
        ba.sensitivity(self.latest)

    def time_sensitivity_uncertain(self) -> None:
        ba.sensitivity(self.uncertain)

    def peakmem_attribution(self) -> None:
        ba.attribute("cotra2020", self.latest)


class Solve:
    """The doubling time of hardware for a median, with and without a range to search."""

    number, repeat, warmup_time = 1, 3, 0.0
    timeout = 600.0
    param_names = ("within",)
    params = (["1.2 to 4 years", "all"],)

    def setup(self, within: str) -> None:
        self.range = EVERY_DOUBLING_TIME if within == "all" else BETWEEN_1_AND_4_YEARS
        self.latest = ba.read_parameters("latest")
        KEPT.forget()

    def time_solve(self, within: str) -> None:
        ba.solve(self.latest, "hardware.doubling_years", "median=2045", **self.range)
