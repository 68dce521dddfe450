"""Tables of training runs: what is read, what is fitted, and what is made of it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

import bioanchors as ba
from bioanchors.analysis.run_tables import read_runs
from bioanchors.analysis.seen_runs import fitted, seen_in
from bioanchors.cli import cli
from bioanchors.parameters.observation_files import read_observations

HEAD = "Model,Publication date,Training compute (FLOP),Cost (2023 USD),Confidence\n"
ROWS = [
    ("A", "2019-01-01", "1e22", "", "Confident"),
    ("B", "2020-01-01", "1e23", "1e6", "Confident"),
    ("C", "2021-01-01", "5e22", "2e6", "Likely"),
    ("D", "2022-01-01", "1e25", "", "Speculative"),
    ("E", "2023-01-01", "1e26", "4e7", "Likely"),
    ("F", "2023-06-01", "", "", "Likely"),
    ("G", "soon", "1e26", "", "Likely"),
    ("H", "2023-07-01", "25.3", "", "Likely"),
]


def table(folder: Path, head: str = HEAD, rows: list[tuple[str, ...]] = ROWS) -> Path:
    path = folder / "runs.csv"
    path.write_text(head + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_columns_are_guessed_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    read = read_runs(table(tmp_path))
    assert [run.name for run in read.runs] == list("ABCDE")
    assert read.dollars == 2023
    assert list(read.remarks) == [
        "left out: 1 without FLOP",
        "left out: 1 with a date that is not understood, line 8 (soon); write 2023-03-15, 2023Q1 "
        "or 2023.2",
        "left out: 1 with FLOP outside of 1e+06 to 1e+40",
    ]
    assert [run.error_oom for run in read.runs] == [0.15, 0.15, 0.25, 0.4, 0.25]
    assert math.isnan(read.runs[0].usd)


def test_a_line_is_least_squares_and_its_interval_students() -> None:
    rng = np.random.default_rng(3)
    years = np.sort(rng.uniform(2018, 2026, 40))
    values = 10 ** (22 + 0.6 * (years - 2018) + rng.normal(0, 0.4, 40))
    found = fitted("largest_run_flop", list(zip(years, values, strict=True)))
    expected = stats.linregress(years, np.log10(values))
    assert found.slope == pytest.approx(expected.slope)
    assert found.slope_error == pytest.approx(expected.stderr)
    reach = stats.t(38).ppf(0.95) * expected.stderr
    assert np.log10(found.interval) == pytest.approx(
        [expected.slope - reach, expected.slope + reach]
    )


def test_what_is_not_understood_is_told_apart_from_what_is_not_there(tmp_path: Path) -> None:
    rows = [
        *ROWS[:3],
        ("P", "15/03/2023", "1e24", "", ""),
        ("Q", "2023-12", "1e24", "", ""),
        ("R", "", "1e24", "", ""),
        ("S", "2024-02-30", "1e24", "", ""),
        ("T", "spring", "1e24", "", ""),
        ('"U\nV"', "2024-02-20", "1e24", "$450M", ""),
        ("W", "2024-02-20", "1e24 FLOP", "", ""),
        ("X", "2024-02-20", "1e24", "unknown", ""),
        ("Y", "2024-02-20", "1e24", '"4,000,000"', ""),
        ("Z", "20240220", "1e24", "", ""),
    ]
    read = read_runs(table(tmp_path, rows=rows))
    assert list(read.remarks) == [
        "left out: 4 with a date that is not understood, lines 5 (15/03/2023), 6 (2023-12), 8 "
        "(2024-02-30; February 2024 has 29 days) and 1 more; write 2023-03-15, 2023Q1 or 2023.2",
        "left out: 1 without a date",
        "left out: 1 with FLOP that are not understood, line 12 (1e24 FLOP); write a number, as "
        "2.1e25",
        "left out: 1 with a date outside of 1950 to 2200",
        "cost left out: 1 with a cost that is not understood, line 10 ($450M); write a number, as "
        "4.5e8",
    ]
    assert [run.usd for run in read.runs if run.usd == run.usd] == [1e6, 2e6, 4e6]


@pytest.mark.parametrize("runs", [3, 4, 8, 3000])
def test_the_error_that_is_written_has_the_interval_that_is_printed(
    runs: int, tmp_path: Path
) -> None:
    """A normal with it has the same 90 %, so that it is the slope's own where runs are many."""
    rng = np.random.default_rng(runs)
    years = np.linspace(2019, 2026, runs)
    values = 10 ** (22 + 0.6 * (years - 2019) + rng.normal(0, 0.3, runs))
    rows = [(f"r{i}", repr(year), repr(value), "", "") for i, (year, value) in
            enumerate(zip(years.tolist(), values.tolist(), strict=True))]  # fmt: skip
    seen = seen_in(read_runs(table(tmp_path, rows=rows)), 2018)
    (growth,) = seen.growth
    path = tmp_path / "seen.toml"
    path.write_text(seen.text, encoding="utf-8")
    written = read_observations(path).items["run-growth"]
    assert written.value is not None
    error = written.standard_error_oom
    around = stats.norm(np.log10(written.value), error).ppf([0.05, 0.95])
    assert around == pytest.approx(np.log10(growth.interval), abs=5e-5)
    if runs > 1000:
        assert error == pytest.approx(growth.slope_error, rel=2e-3)
    elif runs == 3:
        assert error > 3.8 * growth.slope_error


def test_runs_on_a_line_have_an_error_that_evidence_takes(tmp_path: Path) -> None:
    rows = [(f"r{i}", f"{2019 + i}", f"1e{20 + i}", "", "") for i in range(5)]
    path = tmp_path / "seen.toml"
    path.write_text(seen_in(read_runs(table(tmp_path, rows=rows)), 2018).text, encoding="utf-8")
    assert read_observations(path).items["run-growth"].standard_error_oom == 1e-5


@pytest.mark.parametrize("days", [(1, 1, 1), (1, 2, 3)])
def test_runs_of_one_time_tell_no_growth(days: tuple[int, ...], tmp_path: Path) -> None:
    flop = ("1e23", "1e30", "2e14")
    rows = [(f"r{i}", f"2024-01-0{day}", flop[i], "", "") for i, day in enumerate(days)]
    with pytest.raises(ValueError, match="tell no growth a year; needed: years that are further"):
        seen_in(read_runs(table(tmp_path, rows=rows)), 2018)


def test_a_run_that_is_dated_later_than_today_is_noted(tmp_path: Path) -> None:
    path = table(tmp_path, rows=[*ROWS, ("Future", "2190-01-01", "1e28", "", "")])
    arguments = ["observe", str(path), "--out", str(tmp_path / "seen.toml")]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert "note: dated after today, 2" in done.stderr
    assert ": Future (2190.0); what has not been made is no run that was not enough" in done.stderr
    path = table(tmp_path)
    assert "after today" not in CliRunner().invoke(cli, [*arguments, "--force"]).output


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng, hits = np.random.default_rng(4), 0
    years = np.linspace(2018, 2026, 12)
    for _ in range(400):
        values = 10 ** (22 + 0.6 * (years - 2018) + rng.normal(0, 0.4, 12))
        low, high = fitted("largest_run_flop", list(zip(years, values, strict=True))).interval
        hits += low <= 10**0.6 <= high
    assert stats.binomtest(hits, 400, 0.9).pvalue > 1e-3


def test_what_is_made_is_evidence_and_scores(tmp_path: Path) -> None:
    seen = seen_in(read_runs(table(tmp_path)), 2019.5)
    assert [run.name for run in seen.records] == ["B", "D", "E"]
    path = tmp_path / "seen.toml"
    path.write_text(seen.text, encoding="utf-8")
    items = read_observations(path).items
    assert {name: item.quantity for name, item in items.items()} == {
        "run-2023-0": "largest_run_flop",
        "cost-2023-0": "largest_run_usd",
        "run-growth": "largest_run_flop_growth",
        "cost-growth": "largest_run_usd_growth",
    }
    assert items["cost-2023-0"].dollar_year == 2023
    assert items["run-growth"].value == pytest.approx(seen.growth[0].times_per_year, rel=1e-3)
    found = ba.hindcast("cotra2020", observations=path, draws=64).files[0]
    assert all(item.silent for item in found.items)  # all of it is before 2025
    whole = tmp_path / "with.toml"
    head = 'extends = "cotra2020"\ndrop = ["low_end_update"]\n'
    whole.write_text(head + seen.text, encoding="utf-8")
    assert len(ba.read_parameters(whole).spec.runs) == 3


def test_the_command_writes_both_or_says_why_not(tmp_path: Path) -> None:
    out = tmp_path / "seen.toml"
    arguments = ["observe", str(table(tmp_path)), "--out", str(out)]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert "left out: 1 without FLOP\n" in done.output
    assert out.is_file()
    assert out.with_suffix(".png").stat().st_size > 0
    again = CliRunner().invoke(cli, arguments)
    assert again.exit_code == 2
    assert "exists; allowed: another name, or --force" in again.output


@pytest.mark.parametrize(
    ("head", "columns", "message"),
    [
        ("a,b,c,d,e\n", {}, "no column for name; say which with --column name=HEAD"),
        (HEAD, {"flop": "Training"}, "found column 'Training'; allowed: Model, Publication date"),
        (HEAD, {"flop": "Model"}, "0 runs with date and FLOP; needed: 3 or more"),
    ],
)
def test_what_is_no_table_of_runs_is_refused(
    tmp_path: Path, head: str, columns: dict[str, str], message: str
) -> None:
    with pytest.raises(ba.BadParameters) as caught:
        read_runs(table(tmp_path, head), columns)
    assert message in str(caught.value)


def test_few_runs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"1 runs since 2022\.5; needed"):
        seen_in(read_runs(table(tmp_path)), 2022.5)
