"""A list of edits is each of them laid over the file, by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

import bioanchors as ba
from bioanchors.parameters import BadParameters
from bioanchors.parameters.edits.listed import each_edited, read_edits


def test_the_alternatives_that_come_with_the_package_are_read_and_differ() -> None:
    edits = read_edits("alternatives-2026")
    files = each_edited(ba.read_parameters("update-2026"), edits)
    assert [each.name for each in files] == list(edits)
    assert files[0].hash == ba.read_parameters("update-2026").hash
    assert len({each.hash for each in files}) == len(files)
    assert "alternatives-2026" not in ba.presets()


def test_a_sweep_over_edits_is_a_run_of_each(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[edits]\n"as it is" = []\nfast = ["hardware.doubling_years=2"]\n')
    file = ba.read_parameters("cotra2020")
    swept = ba.sweep(each_edited(file, read_edits(path)))
    assert swept.dataset["file"].values.tolist() == ["as it is", "fast"]
    alone = ba.run(file.edited("hardware.doubling_years=2"))
    assert swept.dataset["median_year"].values[1] == pytest.approx(alone.quantile(0.5), abs=0.02)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.toml: nothing is set in this file"),
        (
            'title = "x"',
            "edits: missing; needed: NAME = a list of settings in quotes",
        ),
        ("edits = 3", "edits: found 3; needed: NAME = "),
        ("[edits]\na = 3", "edits.a: found 3; allowed: a list of settings in quotes"),
        ("[edits]\na = [3]", "edits.a: found"),
        ("[edits]\na = []\n[more]\n", "more: unknown key; allowed: edits, title, source, note"),
        ("[edits\n", "mine.toml:1: "),
        ("[edits]\na = []\nb = 3", "mine.toml:3: edits.b: found 3; allowed: a list of settings"),
        ('extends = "cotra2020"\n[edits]\na = []', "extends: unknown key"),
    ],
)
def test_what_is_no_list_of_edits_is_told(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(BadParameters) as error:
        read_edits(path)
    assert message in str(error.value)
    assert "mine.toml" in str(error.value)


def test_an_edit_that_is_not_allowed_is_told_by_its_name() -> None:
    with pytest.raises(BadParameters, match=r"hardware\.doubling_years.*\(edit 'slow'\)"):
        each_edited(ba.read_parameters("cotra2020"), {"slow": ("hardware.doubling_years=-1",)})


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadParameters, match=r"allowed: alternatives-2026 or a path.*did you mean"):
        read_edits("alternatives-2025")
