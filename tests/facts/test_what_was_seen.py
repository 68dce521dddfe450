"""What the 2020 report's files said of 2020 to 2026, to two digits."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import bioanchors as ba
from bioanchors.analysis.hindcasting import Hindcast
from bioanchors.analysis.scored_predictions import read_predictions
from bioanchors.model.dollars import PRICE_LEVEL
from bioanchors.parameters.observation_files import Observations, read_observations

ROUNDED = 0.006
"""Half a unit of the second digit, and what other draws make of it."""

TABLE = {
    # predicted, measured, OOM and times of cotra2020; z, PIT, log score, CRPS of -uncertain
    "run-2025": (5.25e26, 5.0e26, -0.02, 0.95, -0.10, 0.44, -0.31, 0.14),
    "cost-2025": (1.14e9, 3.3e8, -0.54, 0.29, -0.91, 0.10, -0.85, 0.39),
    "price-2025": (4.6e17, 1.5e18, 0.52, 3.3, 2.57, 0.99, -2.51, 0.40),
    "run-2026": (1.00e27, 1.0e27, 0.00, 1.00, -0.21, 0.40, -0.37, 0.16),
    "cost-2026": (1.58e9, 5.1e8, -0.49, 0.32, -0.94, 0.10, -0.86, 0.40),
    "price-rate": (1.32, 1.35, 0.01, 1.02, 0.15, 0.54, 2.05, 0.01),
}
GAINS = {
    # of short and of medium horizons: OOM, times; z, log score, CRPS
    "gain-8-months": ((2.21, 161, 3.7, -7.2, 1.9), (2.18, 152, 3.6, -6.9, 1.8)),
    "gain-16-months": ((1.08, 12, 3.6, -6.2, 0.9), (1.06, 11, 3.5, -5.6, 0.9)),
}
PRICES_OF_THE_TABLE = 330.0
"""Consumer prices of 2026 of which the table was made; those of April to June are 1.2 % higher."""


@pytest.fixture(scope="module")
def found() -> Hindcast:
    seen = read_observations()
    cost = seen.items["cost-2026"]
    moved = (cost.value or math.nan) * PRICE_LEVEL[2026] / PRICES_OF_THE_TABLE
    items = seen.items | {"cost-2026": cost.model_copy(update={"value": moved})}
    return ba.hindcast(
        "cotra2020", "cotra2020-uncertain", observations=Observations(seen.title, items)
    )


@pytest.mark.parametrize("name", TABLE)
def test_compute_was_foreseen_and_its_parts_were_not(found: Hindcast, name: str) -> None:
    point, spread = (next(item for item in each.items if item.name == name) for each in found.files)
    predicted, measured, oom, times, *expected = TABLE[name]
    assert 10**point.all.median == pytest.approx(predicted, rel=0.01)
    assert 10**point.measured.log10_value == pytest.approx(measured, rel=0.02)
    assert point.all.off == pytest.approx(oom, abs=ROUNDED)
    assert 10**point.all.off == pytest.approx(times, rel=0.02)
    assert point.all.spread < 1e-12
    scores = spread.all
    values = (scores.z, scores.pit, scores.log_score, scores.crps)
    assert values == pytest.approx(expected, abs=ROUNDED)


@pytest.mark.parametrize("name", GAINS)
def test_algorithms_were_not_foreseen(found: Hindcast, name: str) -> None:
    point, spread = (next(item for item in each.items if item.name == name) for each in found.files)
    for horizon, (oom, times, z, log_score, crps) in zip(
        ("short_horizon", "medium_horizon"), GAINS[name], strict=True
    ):
        assert point.given[horizon].off == pytest.approx(oom, abs=ROUNDED)
        assert 10 ** point.given[horizon].off == pytest.approx(times, rel=0.05)
        scores = spread.given[horizon]
        values = (scores.z, scores.log_score, scores.crps)
        assert values == pytest.approx((z, log_score, crps), abs=0.051)


def test_every_value_says_where_from_when_and_on_which_terms() -> None:
    seen = read_observations("observations-2026")
    for name, item in seen.items.items():
        assert item.source, name
        assert item.licence, name
        assert item.as_of is not None, name
        is_sum = item.quantity in ("largest_run_usd", "flop_per_usd")
        assert (item.dollar_year is not None) == is_sum, name


def test_an_item_is_evidence_as_it_stands(tmp_path: Path) -> None:
    text = (Path(ba.__file__).parents[1] / "params/observations-2026.toml").read_text("utf-8")
    _, _, rest = text.partition("[evidence.observations.cost-2026]")
    body, _, _ = rest.partition("[evidence")
    path = tmp_path / "pasted.toml"
    head = 'extends = "cotra2020-uncertain"\n[evidence.observations.cost-2026]'
    path.write_text(head + body, encoding="utf-8")
    [measured] = ba.read_parameters(path).spec.observations
    expected = 6.5e8 * PRICE_LEVEL[2020] / PRICE_LEVEL[2026]
    assert 10**measured.log10_value == pytest.approx(expected)


def test_what_was_said_of_2027() -> None:
    told = read_predictions("predictions-2026")
    assert told.year == 2027.9
    update, report = told.files
    assert (update.name, report.name) == ("update-2026", "cotra2020-uncertain")
    expected = {
        "largest_run_flop": (2.4e27, 5.5e27, 1.25e28),
        "largest_run_usd": (1.5e9, 3.8e9, 9.8e9),
        "flop_per_usd": (7.3e17, 1.4e18, 2.9e18),
        "algorithmic_gain": (1.0, 2.0, 5.0),
    }
    for quantity, values in expected.items():
        assert update.quantiles(quantity) == pytest.approx(values, rel=0.03), quantity
    assert update.by["affordable"] == pytest.approx(0.05, abs=0.0015)
    assert update.by["deployed"] == pytest.approx(0.013, abs=0.0005)
