"""Mixes of forecasts: the weighted CDFs, and the same again from what was written."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import bioanchors as ba
from bioanchors.analysis.mixing import read_mix
from bioanchors.cli import cli

COARSE = 0.005


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("year,probability\n2030,0.1\n2040,0.5\n2060,0.9\n", encoding="utf-8")
    return path


def test_a_mix_is_the_weighted_cdfs(table: Path) -> None:
    found = ba.mix({"cotra2020": 3, "cotra2022": 1, str(table): 4}, precision=COARSE)
    forecast = ba.run("cotra2020", precision=COARSE)
    published = ba.published_forecasts()["cotra2022"]
    assert found.years[0] == 2030
    assert found.years[-1] == 2050
    for year, probability in zip(found.years, found.cdf, strict=True):
        mine = np.interp(year, [2030, 2040, 2060], [0.1, 0.5, 0.9])
        parts = (forecast.probability_by(year), published.probability_by(year), mine)
        assert probability == pytest.approx(np.dot(parts, [3, 1, 4]) / 8, abs=1e-12)
    middle = found.quantile(0.4)
    assert np.interp(middle, found.years, found.cdf) == pytest.approx(0.4)
    assert math.isnan(found.quantile(0.99))


def test_it_comes_out_the_same_from_what_was_written(table: Path, tmp_path: Path) -> None:
    found = ba.mix({"cotra2020": 0.7, str(table): 0.3}, seed=3, precision=COARSE)
    path = tmp_path / "mix.json"
    path.write_text(found.text, encoding="utf-8")
    table.unlink()
    again = read_mix(path)
    np.testing.assert_array_equal(again.cdf, found.cdf)
    assert [part.weight for part in again.parts] == pytest.approx([0.7, 0.3])
    told = json.loads(found.text)
    told["cdf"][3] += 0.01
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(ValueError, match="comes out otherwise"):
        read_mix(path)


@pytest.mark.parametrize("text", ["{}", "[1]", "x", '{"format": "bioanchors mix 1"}'])
def test_what_is_no_mix_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mix.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no mix as bioanchors writes it"):
        read_mix(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["latest=1"], "found 1 to mix; needed: two or more"),
        (["latest", "cotra2020=1"], "found latest; allowed: NAME=WEIGHT, as latest=0.7"),
        (["a.csv=50%", "cotra2020=1"], "as latest=0.7; write a.csv=0.5"),
        (["latest=-1", "cotra2020=1"], "latest: found weight -1; allowed: a number above 0"),
        (["cotra2022=1", "legg2025=1"], "no whole year of which all of them speak"),
        (["latset=1", "cotra2020=1"], 'did you mean "latest"?'),
        (["nothing.csv=1", "cotra2022=1"], "nothing.csv"),
    ],
)
def test_mistakes_are_told(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, ["mix", "--precision", "1pp", *arguments])
    assert message in done.output + str(done.exception)


def test_a_mix_is_drawn_with_its_parts(table: Path, tmp_path: Path) -> None:
    found = ba.mix({"cotra2020": 1, str(table): 3}, precision=COARSE)
    axes = ba.plots.mixed(found, Figure().subplots())
    lines = {line.get_label(): line for line in axes.get_lines()}
    assert set(lines) == {"cotra2020 (25.0 %)", f"…{str(table)[-23:]} (75.0 %)", "mixed"}
    assert np.array_equal(lines["mixed"].get_xydata(), np.column_stack([found.years, found.cdf]))


def test_only_where_parts_speak_of_one_event_does_a_mix(table: Path) -> None:
    one = ba.mix({"cotra2020": 1, "shah2020": 1}, precision=COARSE)
    assert one.event == "affordable"
    label = ba.plots.mixed(one, Figure().subplots()).get_xlabel()
    assert label == "year in which it is affordable"
    for other in ("freeze-2027", str(table), "cotra2022"):
        found = ba.mix({"cotra2020": 1, other: 1}, precision=COARSE)
        assert found.event == ("affordable" if other == "freeze-2027" else None)


def test_a_file_of_another_milestone_has_another_event(tmp_path: Path) -> None:
    path = tmp_path / "easy.toml"
    text = 'format = 1\ntitle = "t"\nextends = "cotra2020"\n[milestones.easy]\noom = -4\n'
    path.write_text(text + '[forecast]\nmilestone = "easy"\n', encoding="utf-8")
    assert ba.mix({"cotra2020": 1, str(path): 1}, precision=COARSE).event is None
    path.write_text(text + '[forecast]\nevent = "trained"\n', encoding="utf-8")
    assert ba.mix({"cotra2020": 1, str(path): 1}, precision=COARSE).event is None


def test_a_quantile_beyond_the_years_is_told_as_such() -> None:
    told = CliRunner().invoke(cli, ["mix", "cotra2020=1", "shah2020=1", "--precision", "1pp"])
    assert "different milestones" not in told.output
    assert "after 2100" in told.output
    table = CliRunner().invoke(cli, ["mix", "metaculus_5121_2026-09=1", "cotra2020=1"])
    assert "a mix of different milestones" in table.output


def test_a_mix_is_drawn_as_it_is_made_and_from_what_was_written(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    made = ["mix", "cotra2020=1", f"{table}=1", "--out", "m.json", "--precision", "1pp"]
    assert run(cli, [*made, "--figure", "one.svg"]).exit_code == 0
    assert run(cli, ["plot", "m.json", "--out", "two.svg"]).exit_code == 0
    assert Path("one.svg").read_bytes() == Path("two.svg").read_bytes()
    assert b"<svg" in Path("one.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", "cotra2020", "m.json"), "m.json is a mix"),
        (("load", "m.json"), "m.json is a mix"),
        (("export", "m.json", "--format", "csv"), "m.json is a mix"),
        (("plot", "cotra2020", "m.json", "--out", "x.png"), "m.json is a mix"),
        (("plot", "m.json", "--kind", "density", "--out", "x.png"), "--kind cannot act here"),
        (("plot", "m.json", "--out", "x.txt"), "allowed: a name ending in .png, .svg, .pdf"),
        (("mix", "--again", "m.json", "--figure", "x.txt"), "allowed: a name ending in"),
        (("mix", "--again", "m.json", "--figure", "there.png"), "there.png exists"),
    ],
)
def test_where_a_mix_cannot_stand(
    table: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(table.parent)
    parts = [
        {"name": name, "weight": 0.5, "years": [2030, 2040], "cdf": [0.1, last]}
        for name, last in (("a", 0.5), ("b", 0.7))
    ]
    mixed = {"format": "bioanchors mix 1", "parts": parts}
    Path("m.json").write_text(json.dumps(mixed), encoding="utf-8")
    Path("there.png").touch()
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.output.split())
    assert sorted(path.name for path in Path().iterdir()) == ["m.json", "mine.csv", "there.png"]
