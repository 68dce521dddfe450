"""What files say will be measured by a year: written down now, scored then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.analysis.estimating import weighted_percentiles
from bioanchors.analysis.predicting import GAIN, predict
from bioanchors.model.spec import LAGS, Observed
from bioanchors.parameters import Parameters, Source, as_parameters
from bioanchors.parameters.observed import dollar_year
from bioanchors.parameters.reading.toml_text import toml_document
from bioanchors.results import run

Array = NDArray[np.float64]
QUANTITIES = ("largest_run_flop", "largest_run_usd", "flop_per_usd", GAIN)
VALUES = 100
"""Equally probable values by which a prediction is kept."""
DRAWS, REPLICATES = 2**15, 8


@dataclass(frozen=True, eq=False)
class Prediction:
    """What one file said.

    Attributes
    ----------
    name, sha256
        The file's name, and the digest of its parameters.
    dollars
        Year of its dollars, if it says.
    log10
        Equally probable values of each quantity, log10 and ascending.
    by
        Probability of each event by the year.
    """

    name: str
    sha256: str
    dollars: int | None
    log10: dict[str, Array]
    by: dict[str, float]

    def quantiles(self, quantity: str) -> tuple[float, float, float]:
        """Return 5, 50 and 95 % of a quantity, natural units."""
        # Each stands for the middle of its share.
        shares = [0.05, 0.5, 0.95]
        low, middle, high = np.quantile(self.log10[quantity], shares, method="hazen")
        return 10.0**low, 10.0**middle, 10.0**high


@dataclass(frozen=True, eq=False)
class Predictions:
    """What files said of one year; a gain is of the year before it.

    Attributes
    ----------
    year
        Decimal year.
    files
        One for each file.
    """

    year: float
    files: tuple[Prediction, ...]

    @property
    def text(self) -> str:
        """A file of it, as ``read_predictions`` reads it."""
        tree: dict[str, Any] = {"format": 1, "title": f"Predictions for {self.year:g}"}
        tree["year"] = self.year
        for each in self.files:
            about: dict[str, Any] = {"parameters_sha256": each.sha256}
            if each.dollars is not None:
                about["dollar_year"] = each.dollars
            for quantity, values in each.log10.items():
                rounded = [float(f"{q:.3g}") for q in each.quantiles(quantity)]
                log10 = [round(float(v), 3) for v in values]
                about[quantity] = {"p5_p50_p95": rounded, "log10": log10}
            about["probability_by"] = {name: round(p, 4) for name, p in each.by.items()}
            tree[each.name] = about
        return toml_document(tree)


def predictions(*sources: Source, year: float, seed: int = 1) -> Predictions:
    """Say what files, given their evidence, predict of a year.

    Parameters
    ----------
    *sources
        Presets' names, paths or ``Parameters``.
    year
        Decimal year.
    seed
        As ``run``.

    Returns
    -------
    Predictions
        Of size and cost of the largest run, of FLOP per dollar, and of the measured gain of
        algorithms over the year before; and probabilities of the events by then.

    Raises
    ------
    ValueError
        If the year is outside of a file's window.
    """
    return Predictions(year, tuple(_of_file(as_parameters(s), year, seed) for s in sources))


def _of_file(parameters: Parameters, year: float, seed: int) -> Prediction:
    items = [Observed(q, year, 0.0, 1.0, year - 1 if q == GAIN else None) for q in QUANTITIES]
    made = predict(parameters, items, seed=seed, draws=DRAWS, replicates=REPLICATES)
    middles = (np.arange(VALUES) + 0.5) / VALUES
    log10 = {
        quantity: weighted_percentiles(values.ravel(), made.weight.ravel(), middles.tolist())
        for quantity, values in zip(QUANTITIES, made.values, strict=True)
    }
    by = {
        event: run(parameters.with_values({"forecast.event": event}), seed=seed).probability_by(
            year
        )
        for event, lags in LAGS.items()
        if parameters.lags(event) == lags
    }
    return Prediction(parameters.name, parameters.hash, dollar_year(parameters.tables), log10, by)
