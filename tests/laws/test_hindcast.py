"""Hindcasts: closed forms, the package's own evidence, and truths drawn from the forecasts."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from rich.console import Console
from scipy import stats

import bioanchors as ba
from bioanchors.analysis.predicting import predict
from bioanchors.analysis.predictions import predictions
from bioanchors.analysis.replacing import replaced
from bioanchors.analysis.scored_predictions import read_predictions, score_predictions
from bioanchors.analysis.scores import scores
from bioanchors.cli import cli
from bioanchors.model.dollars import PRICE_LEVEL
from bioanchors.model.observables import OBSERVABLES
from bioanchors.model.spec import Observed
from bioanchors.output import hindcast_figures
from bioanchors.output.hindcast_tables import (
    _MEASURED,
    hindcast_csv,
    hindcast_json,
    hindcast_screen,
)
from bioanchors.parameters.observation_files import Observations, read_observations
from bioanchors.parameters.tables.evidence import Evidence, Observation

QUANTITIES = ("flop_per_usd", "largest_run_usd", "largest_run_flop")


def one(quantity: str, value: float, error: float = 0.2, **more: object) -> Observation:
    item = {"quantity": quantity, "year": 2026.0, "value": value, "standard_error_oom": error}
    return Observation.model_validate(item | more)


def observations(**items: Observation) -> Observations:
    return Observations("made", items)


@settings(deadline=None, max_examples=30)
@given(st.floats(-3, 3), st.floats(0.05, 2), st.floats(0.05, 2))
def test_of_a_normal_forecast_the_scores_have_closed_forms(
    measured: float, spread: float, error: float
) -> None:
    draws = stats.norm.ppf((np.arange(2**13) + 0.5) / 2**13) * spread
    found = scores(draws, np.ones(draws.size), measured, error)
    sd = math.hypot(spread, error)
    z = measured / sd
    crps = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / math.sqrt(math.pi)
    assert found.pit == pytest.approx(stats.norm.cdf(z), abs=1e-3)
    assert found.z == pytest.approx(z, abs=2e-3)
    assert found.crps == pytest.approx(sd * crps, abs=0.02 * sd)
    if abs(z) < 3:
        assert found.log_score == pytest.approx(stats.norm.logpdf(measured, 0, sd), abs=0.01)
    assert found.bands == pytest.approx(
        [sd * stats.norm.ppf(p) for p in (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)], abs=0.06 * sd
    )


def test_weights_count_as_repeated_draws() -> None:
    rng = np.random.default_rng(1)
    draws, times = rng.normal(size=200), rng.integers(0, 4, 200)
    weighted = scores(draws, times.astype(float), 0.3, 0.5)
    repeated = scores(np.repeat(draws, times), np.ones(times.sum()), 0.3, 0.5)
    for name in ("spread", "pit", "log_score", "median"):
        assert getattr(weighted, name) == pytest.approx(getattr(repeated, name))


@pytest.mark.parametrize("preset", ["cotra2020-uncertain", "update-2026"])
@pytest.mark.parametrize(
    "item",
    [
        one("largest_run_flop", 3e26),
        one("flop_per_usd", 1e18),
        one("largest_run_usd", 4e8, dollar_year=2023),
        one("flop_per_usd_growth", 1.4, 0.05, from_year=2025.5),
        one("algorithmic_gain", 1.5, 0.3, from_year=2025.5),
    ],
)
def test_a_log_score_is_what_the_item_alone_does_to_the_evidence(
    preset: str, item: Observation
) -> None:
    parameters = ba.read_parameters(preset)
    before = parameters.tables.evidence
    seen = (before or Evidence()).model_copy(update={"observations": {"item": item}})

    def log_evidence(file: ba.Parameters) -> float:
        forecast = ba.run(file)
        updated = forecast.mixing()[0]
        return math.log(float(forecast.prior_share @ updated.evidence))

    ratio = log_evidence(parameters.with_evidence(seen))
    if before is not None:
        ratio -= log_evidence(parameters)
    error = item.standard_error_oom or math.nan
    [found] = ba.hindcast(parameters, observations=observations(item=item)).files[0].items
    expected = ratio - math.log(error * math.sqrt(2 * math.pi))
    assert found.log_score.value == pytest.approx(expected, abs=0.02)


def test_measured_from_the_forecast_itself_pits_are_uniform() -> None:
    rng, pits = np.random.default_rng(5), []
    for k in range(10):
        file = ba.read_parameters(
            "cotra2020-uncertain",
            [
                f'hardware.flop_per_usd={{dist="lognormal", median=4e17, sd_oom={0.1 + 0.05 * k}}}',
                f"hypotheses.*.algorithms.halving_years={{ci80=[1, {2 + 0.3 * k}]}}",
                f"spending.largest_run_usd={{ci90=[3e8, {1e9 * (1 + k)}]}}",
                'drop=["algorithms.halving_shift_years"]',
            ],
        )
        asked = [Observed(q, 2027.3, 0.0, 0.2) for q in QUANTITIES]
        asked.append(Observed("algorithmic_gain", 2030.0, 0.0, 0.2, 2025.0))
        made = predict(file, asked, seed=100 + k, draws=2**12, replicates=2)
        items = {}
        for i, each in enumerate(asked):
            share = made.weight / made.weight.sum()
            for j in range(12):
                at = np.unravel_index(rng.choice(share.size, p=share.ravel()), share.shape)
                value = 10 ** (made.values[i][at] + 0.2 * rng.normal())
                more = {} if each.from_year is None else {"from_year": each.from_year}
                items[f"{each.quantity}-{j}"] = one(each.quantity, value, year=each.year, **more)
        found = ba.hindcast(file, observations=observations(**items), draws=2**12).files[0]
        pits.append([item.all.pit for item in found.items])
    by_quantity = np.array(pits).reshape(10, len(asked), 12)
    for i in range(len(asked)):
        assert stats.kstest(by_quantity[:, i].ravel(), "uniform").pvalue > 1e-3
    assert stats.kstest(by_quantity.ravel(), "uniform").pvalue > 1e-3


def test_nothing_before_a_start_is_scored() -> None:
    items = {
        "early": one("flop_per_usd", 1e17, year=2024.9),
        "run": one("largest_run_flop", 1e25, year=2024.9),
        "rate": one("flop_per_usd_growth", 1.3, from_year=2020, year=2025),
        "told": one("flop_per_usd_growth", 1.3, from_year=2020, year=2025, rate_only=True),
        "level": one("flop_per_usd", 1e18, year=2025),
        "whose": one("algorithmic_gain", 2, from_year=2025, hypothesis="nobody"),
    }
    found = ba.hindcast("cotra2020", observations=observations(**items)).files[0].items
    assert [bool(item.silent) for item in found] == [True, True, True, False, False, True]
    assert all(math.isnan(item.all.log_score) for item in found if item.silent)
    assert found[0].silent == "2024.9 is before the file's start in 2025"
    # A logistic that is far below its ceiling grows as its speed says.
    assert 10 ** found[3].all.median == pytest.approx(2 ** (1 / 2.5), rel=1e-6)


def test_before_its_start_there_is_no_gain() -> None:
    items = {
        "before": one("algorithmic_gain", 4, from_year=2020, year=2024),
        "across": one("algorithmic_gain", 4, from_year=2020, year=2027),
        "after": one("algorithmic_gain", 4, from_year=2025, year=2027),
    }
    found = ba.hindcast("cotra2020", observations=observations(**items)).files[0].items
    assert found[0].all.median == 0
    assert found[1].all.median == found[2].all.median > 0
    assert set(found[1].given) == set(ba.read_parameters("cotra2020").weights)
    mean = np.mean([found[1].given[name].off for name in ("medium_horizon", "long_horizon")])
    assert found[1].given["short_horizon"].off > mean


@pytest.mark.parametrize(("quantity", "power"), [("largest_run_usd", 1), ("flop_per_usd", -1)])
def test_dollars_are_those_of_the_file(quantity: str, power: int) -> None:
    ratio = (PRICE_LEVEL[2020] / PRICE_LEVEL[2026]) ** power
    told = {
        "then": one(quantity, 1e12 * ratio),
        "now": one(quantity, 1e12, dollar_year=2026),
    }
    then, now = ba.hindcast("cotra2020", observations=observations(**told)).files[0].items
    assert now.all[:-1] == pytest.approx(then.all[:-1])
    as_evidence = [
        ba.read_parameters("cotra2020-uncertain").with_evidence(Evidence(observation=[item]))
        for item in told.values()
    ]
    first, second = (each.spec.observations[0].log10_value for each in as_evidence)
    assert first == pytest.approx(second, abs=1e-12)


def test_what_was_known_or_says_the_same_does_not_count() -> None:
    items = {
        "known": one("largest_run_flop", 1e26, as_of=2020.0),
        "new": one("largest_run_flop", 1e26, as_of=2021.0),
        "cost": one("largest_run_usd", 1e8, as_of=2021.0),
        "price": one("flop_per_usd", 1e18, as_of=2021.0, same_as=["new", "cost"]),
        "other": one("flop_per_usd", 1e18, as_of=2021.0, same_as=["silent"]),
        "silent": one("flop_per_usd", 1e18, as_of=2021.0, year=2000.0),
    }
    found = ba.hindcast("cotra2020-uncertain", observations=observations(**items)).files[0]
    assert [item.name for item in found.counted] == ["new", "cost", "other"]
    assert [item.sample for item in found.items] == ["in", *["out"] * 5]
    assert found.log_score.value == pytest.approx(
        sum(item.log_score.value for item in found.counted)
    )
    undated = ba.read_parameters("cotra2020-uncertain", ["hardware.doubling_years=2"])
    child = ba.hindcast(undated, observations=observations(**items)).files[0]
    assert [item.sample for item in child.items] == ["in", *["out"] * 5]


def test_a_child_knew_what_its_parent_did_and_may_have_known_more(tmp_path: Path) -> None:
    items = {
        "known": one("largest_run_flop", 1e26, as_of=2020.0),
        "new": one("largest_run_flop", 1e26, as_of=2021.0),
        "newer": one("largest_run_usd", 1e8, as_of=2023.0),
    }
    path = tmp_path / "mine.toml"

    def samples(text: str) -> list[str]:
        path.write_text(text, encoding="utf-8")
        hindcast = ba.hindcast(path, observations=observations(**items))
        found, console = hindcast.files[0], Console(width=200, record=True, file=io.StringIO())
        console.print(hindcast_screen(hindcast))
        says = "its parent's, 2020.54, does not count" in console.export_text()
        assert says == (not found.parameters.says_when_written)
        assert [item.name for item in found.counted] == [
            item.name for item in found.items if item.sample != "in"
        ]
        return [item.sample for item in found.items]

    assert samples('extends = "cotra2020"\n') == ["in", "?", "?"]
    assert samples('extends = "cotra2020"\nas_of = 2022\n') == ["in", "in", "out"]
    grandchild = tmp_path / "grandchild.toml"
    grandchild.write_text('extends = "mine.toml"\n', encoding="utf-8")
    found = ba.hindcast(grandchild, observations=observations(**items)).files[0]
    assert [item.sample for item in found.items] == ["in", "in", "?"]
    said = ba.read_parameters(grandchild, ["as_of=2020"])
    assert said.says_when_written


def test_what_a_file_was_fitted_to_is_no_credit_to_its_child(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "update-2026"\n', encoding="utf-8")
    child, parent = ba.hindcast(path, "update-2026").files
    assert child.counted == parent.counted == ()


def test_all_that_was_measured_is_in_the_figure() -> None:
    items = {
        "near": one("largest_run_flop", 1e27),
        "far": one("largest_run_usd", 1e11),
        "beyond": one("flop_per_usd", 1e24),
    }
    # The first file's panel must not cut what the second one's needs.
    found = ba.hindcast("cotra2020-uncertain", "cotra2020", observations=observations(**items))
    figures: list[Figure] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            hindcast_figures,
            "write_drawn",
            lambda path, draw, *_, **__: (figures.append(Figure()), draw(figures[0])),
        )
        hindcast_figures.write_hindcast(found, Path("unused.png"))
    for axes, each in zip(figures[0].axes, found.files, strict=True):
        left, right = axes.get_xlim()
        markers = {line.get_ydata()[0]: line for line in axes.lines if line.get_marker() in "D<>"}
        for row, item in enumerate(each.items):
            place, shape = markers[row].get_xdata()[0], markers[row].get_marker()
            assert left <= place <= right
            assert shape == ("D" if place == item.all.off else ">")
        assert markers[2].get_marker() == ">"
        assert markers[1].get_marker() == "D"


def test_independent_items_score_together_what_they_do_in_sum() -> None:
    # Price and cost have no input in common.
    items = {"a": one("flop_per_usd", 6e17), "b": one("largest_run_usd", 2e9)}
    found = ba.hindcast("cotra2020-uncertain", observations=observations(**items)).files[0]
    assert found.joint_log_score.value == pytest.approx(found.log_score.value, abs=0.01)
    # The same twice is known once.
    twice = {"a": items["b"], "b": items["b"]}
    found = ba.hindcast("cotra2020-uncertain", observations=observations(**twice)).files[0]
    assert found.joint_log_score.value > found.log_score.value + 0.1


def test_each_row_says_what_was_measured_and_when() -> None:
    assert set(_MEASURED) == set(OBSERVABLES)
    told = " ".join(CliRunner().invoke(cli, ["hindcast", "cotra2020"]).output.split())
    assert "FLOP of the largest run: run-2025 (2025.5), run-2026 (2026.67)" in told
    assert "growth of FLOP per $, times a year: price-rate (2020.5 to 2025.5)" in told
    assert "PIT: probability given to less than was measured" in told


def test_two_files_are_compared_on_the_same_draws() -> None:
    found = ba.hindcast("cotra2020", "cotra2020-uncertain")
    for name in found.names:
        first, second = (
            next(item for item in each.items if item.name == name) for each in found.files
        )
        assert found.difference(1, name).value == pytest.approx(
            second.log_score.value - first.log_score.value
        )
    assert found.difference(1).value == pytest.approx(
        found.files[1].log_score.value - found.files[0].log_score.value
    )
    other = ba.hindcast("cotra2020", "cotra2020-uncertain", seed=2)
    errors = [each.difference(1).standard_error for each in (found, other)]
    gap = found.difference(1).value - other.difference(1).value
    assert abs(gap) < 5 * math.hypot(*errors)


def test_a_file_of_one_observation_has_five_lines(tmp_path: Path) -> None:
    path = tmp_path / "seen.toml"
    lines = [
        "[evidence.observations.mine]",
        'quantity = "largest_run_flop"',
        "year = 2025.5",
        "value = 5e26",
        "standard_error_oom = 0.18",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mine = ba.hindcast("cotra2020", observations=path).files[0].items
    ours = ba.hindcast("cotra2020").files[0].items
    assert [item.name for item in mine] == ["mine"]
    assert mine[0].all == ours[0].all
    # It is pasted as it stands.
    both = tmp_path / "with.toml"
    both.write_text('extends = "cotra2020-uncertain"\n' + path.read_text(), encoding="utf-8")
    assert ba.read_parameters(both).spec.observations[0].log10_value == math.log10(5e26)
    more = tmp_path / "more.toml"
    more.write_text('extends = "observations-2026"\n' + path.read_text(), encoding="utf-8")
    assert list(read_observations(more).items) == [*read_observations().items, "mine"]


def test_tables_read_back() -> None:
    found = ba.hindcast("cotra2020", "update-2026")
    data = found.dataset
    rows = list(csv.DictReader(io.StringIO(hindcast_csv(found))))
    assert len(rows) == data.sizes["file"] * data.sizes["item"] * data.sizes["given"]
    for row in rows:
        at = {name: row[name] for name in ("file", "item", "given")}
        value = float(data["log_score"].sel(at))
        assert float(row["log_score"] or "nan") == pytest.approx(value, nan_ok=True, abs=0)
    told = json.loads(hindcast_json(found))
    assert told["totals"][0]["crps_oom"] == found.files[0].crps
    assert told["totals"][1]["counted"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 'a'\n", "nothing was measured; needed: a table [evidence.observations.NAME]"),
        (
            '[evidence.observations.a]\nquantity = "largest_run_flop"\nyear = 2025\n',
            "1: evidence.observations.a.value: missing; needed: what was measured",
        ),
        (
            '[evidence.observations.a]\nquantity = "flop_per_usd"\nyear = 2025\nvalue = 1e18\n'
            "standard_error_oom = 0.1\ndollar_year = 1990\n",
            "6: evidence.observations.a.dollar_year: found 1990; allowed: 2012 to 2026",
        ),
        (
            '[evidence.observations.a]\nquantity = "largest_run_flop"\nyear = 2025\nvalue = 1e18\n'
            'standard_error_oom = 0.1\nrate_only = true\nsame_as = ["b"]\n',
            '7: evidence.observations.a.same_as[0]: found "b"; allowed: names of other',
        ),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "seen.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ba.BadParameters) as caught:
        ba.hindcast("cotra2020", observations=path)
    expected = message if message[0].isalpha() else f"{path}:{message}"
    assert expected in str(caught.value)


def test_what_is_no_file_is_refused() -> None:
    with pytest.raises(
        ba.BadParameters, match="found observation-2026; allowed: observations-2026"
    ):
        ba.hindcast("cotra2020", observations="observation-2026")
    with pytest.raises(ValueError, match="no file"):
        ba.hindcast()


def test_what_was_written_down_reads_back_and_scores_as_the_file_does(tmp_path: Path) -> None:
    told = predictions("cotra2020-uncertain", year=2027.9)
    path = tmp_path / "told.toml"
    path.write_text(told.text, encoding="utf-8")
    items = {
        "run": one("largest_run_flop", 2e27, year=2027.9),
        "price": one("flop_per_usd", 1e18, year=2027.9, dollar_year=2026),
        "gain": one("algorithmic_gain", 1.5, year=2027.9, from_year=2026.9),
        "far": one("largest_run_flop", 2e27, year=2027.7),
    }
    seen = Observations("later", items, not_arrived_by=2028.0, event="affordable")
    [found] = score_predictions(read_predictions(path), seen)
    assert list(found.scores) == ["run", "price", "gain"]
    direct = ba.hindcast("cotra2020-uncertain", observations=seen).files[0]
    for item in direct.items[:3]:
        kept = found.scores[item.name]
        assert kept.log_score == pytest.approx(item.all.log_score, abs=0.02)
        assert kept.crps == pytest.approx(item.all.crps, abs=0.02)
        assert kept.pit == pytest.approx(item.all.pit, abs=0.01)
    chance = ba.run("cotra2020-uncertain").probability_by(2027.9)
    assert found.brier == {"affordable": pytest.approx(chance**2, abs=1e-4)}


def test_what_has_not_been_deployed_may_be_affordable() -> None:
    told = read_predictions("predictions-2026")
    seen = Observations("later", {}, not_arrived_by=2028.0, event="deployed")
    assert [list(each.brier) for each in score_predictions(told, seen)] == [["deployed"], []]
    with pytest.raises(ValueError, match=r"nothing was measured of 2027\.9"):
        score_predictions(told, Observations("early", {}, not_arrived_by=2027.0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ", "not TOML"),
        ("year = 2027.9\n", "year: needed: a year, and a table for each file"),
        ("year = 2027.9\n[a]\n", "a.largest_run_flop: needed: log10 = [...] of 100 numbers"),
    ],
)
def test_what_is_no_prediction_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "told.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ba.BadParameters) as caught:
        read_predictions(path)
    assert message in str(caught.value)
    with pytest.raises(ba.BadParameters, match="allowed: predictions-2026 or a path"):
        read_predictions("prediction-2026")


def test_what_is_replaced_adds_up_and_each_is_an_edit() -> None:
    file = ba.read_parameters("cotra2020")
    items = {
        "cost": one("largest_run_usd", 4e8, year=2025.5, dollar_year=2023),
        "gain": one("algorithmic_gain", 100, from_year=2020.5, year=2025.5),
    }
    found = replaced(file, observations(**items), precision=0.005)
    total = found.before.value + sum(step.years.value for step in found.steps)
    assert total == pytest.approx(found.after.value, abs=1e-9)
    cost = 4e8 * PRICE_LEVEL[2020] / PRICE_LEVEL[2023]
    speed = [f"hypotheses.{name}.algorithms.oom_per_year=0.4" for name in file.weights]
    caps = [
        f"{item.path}={item.point + 2}" for item in file.inputs.values() if "max_oom" in item.path
    ]
    edited = file.edited(
        "spending.start_year=2025.5",
        f"spending.largest_run_usd={cost}",
        "algorithms.gain_start_year=2020.5",
        *speed,
        *caps,
    )
    assert found.after.value == pytest.approx(ba.run(edited).quantile(0.5), abs=0.1)
    assert found.before.value == pytest.approx(ba.run(file).quantile(0.5), abs=0.1)
    alone = ba.run(file.edited("algorithms.gain_start_year=2020.5", *speed)).quantile(0.5)
    by_name = {step.name: step for step in found.steps}
    change = alone - found.before.value
    assert by_name["speed of algorithms"].lowest - 0.1 < change
    assert change < by_name["speed of algorithms"].highest + 0.1
    with pytest.raises(ValueError, match="replaces an input"):
        replaced(file, observations(run=one("largest_run_flop", 1e27)))


def test_an_uncertain_file_may_be_replaced_in() -> None:
    found = replaced(ba.read_parameters("update-2026"), read_observations(), precision=0.01)
    assert len(found.steps) == 5
    assert math.isfinite(found.after.value)
