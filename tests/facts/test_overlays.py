"""Published forecasts: the figures, and how they are shown beside one's own."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

import bioanchors as ba
from bioanchors.cli import cli
from bioanchors.results.overlays import published_forecast


def test_figures_are_those_published() -> None:
    known = ba.published_forecasts()
    assert known["cotra2022"].probability_by(2036) == 0.35  # Cotra 2022
    assert known["cotra2022"].median == 2040
    assert known["cotra2020_overall"].probability_by(2050) == 0.5  # Cotra 2020, part 4
    # Metaculus 5121 on 25 Sep 2026: 48.69 % by the end of 2030, median in March 2031.
    assert known["metaculus_5121_2026-09"].probability_by(2031) == 0.4869
    assert known["metaculus_5121_2026-09"].median == pytest.approx(2031.2, abs=0.1)
    assert known["grace2023_hlmi"].median == 2047  # Grace et al. 2024
    assert known["epoch_direct_approach"].probability_by(2100) == 0.79


def test_every_forecast_is_a_rising_cdf_with_its_source() -> None:
    for name, forecast in ba.published_forecasts().items():
        assert name == forecast.name
        for text in (forecast.title, forecast.published, forecast.milestone, forecast.reference):
            assert text
        assert forecast.milestone != "as above"
        assert list(forecast.years) == sorted(set(forecast.years))
        assert list(forecast.probabilities) == sorted(forecast.probabilities)
        assert all(0 < p < 1 for p in forecast.probabilities)
        assert math.isnan(forecast.probability_by(forecast.years[-1] + 1))


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ValueError, match='did you mean "cotra2020_overall"'):
        published_forecast("cotra2020_overal")


def test_overlays_stand_in_the_output_and_the_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["run", "cotra2020", "--overlay", "cotra2022", "--out", str(out)]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "Cotra 2022: 2030 15.0 %, 2036 35.0 %, 2050 60.0 %, median 2040.0 (transform" in text
    overlays = json.loads((out / "summary.json").read_text())["overlays"]
    assert [each["name"] for each in overlays] == ["cotra2022"]
    assert (out / "cdf.png").stat().st_size > 10_000


def test_an_unknown_overlay_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(cli, ["run", "cotra2020", "--overlay", "x", "--out", str(out)])
    assert result.exit_code == 2
    assert not out.exists()


def test_published_lists_and_shows() -> None:
    listed = CliRunner().invoke(cli, ["published"]).output
    assert len(listed.splitlines()) == len(ba.published_forecasts())
    assert max(map(len, listed.splitlines())) <= 80
    shown = CliRunner().invoke(cli, ["published", "cotra2022"]).output
    assert "milestone: transformative AI" in shown
    assert "  2036  35 %" in shown


def test_his_own_estimate_is_not_his_summary_of_this_model() -> None:
    """Karnofsky, "Where AI forecasting stands today", September 2021."""
    known = ba.published_forecasts()
    own = known["karnofsky2021"]
    assert own.median == 2060
    assert own.probability_by(2036) == 0.1
    assert own.probability_by(2100) == pytest.approx(2 / 3, abs=0.001)
    assert known["karnofsky2021_on_bioanchors"].median == 2055


READINGS = Path(__file__).resolve().parents[3] / "shared/reference/trends/published_forecasts.csv"


@pytest.mark.skipif(
    not READINGS.exists(), reason="the table of readings is not beside the checkout"
)
def test_every_figure_is_one_of_the_table_of_readings() -> None:
    table: dict[str, dict[float, float]] = {}
    with READINGS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["probability"]:
                figures = table.setdefault(row["forecast_id"], {})
                figures[float(row["year"])] = float(row["probability"])
    for name, forecast in ba.published_forecasts().items():
        # By the end of a year: at the beginning of the next.
        later = 1.0 if name in ("metaculus_5121_2026-09", "metaculus_3479_2026-09") else 0.0
        found = {y - later: p for y, p in zip(forecast.years, forecast.probabilities, strict=True)}
        assert found == table[name], name
