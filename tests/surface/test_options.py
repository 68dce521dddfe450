"""Options that cannot mean anything, or cannot act, are refused; and what a name means."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ("compare", "cotra2020", "latest", "--years", "2030,²"),
            "found 2030,²; allowed: years, 2030 or 2027.5",
            id="B-years-superscript",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--years", "9" * 5000),
            "allowed: different whole years",
            id="B-years-long",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--vary", "hardware.doubling_years=[12:00:00, 2]"),
            "allowed: numbers, texts and tables",
            id="B-vary-time",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--vary", f"hardware.doubling_years=[{'9' * 400}, 2]"),
            "allowed: numbers, texts and tables",
            id="B-vary-400-digits",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--vary", "hardware.doubling_years=1:3:²"),
            "allowed: a count from 2 to 10,000",
            id="B-vary-count",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--step", "1e-320"),
            "makes more than 200,000 weightings; allowed: at least 0.0016",
            id="B-step-tiny",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--step", "0.001"),
            "makes more than 200,000 weightings",
            id="B-step-small",
        ),
        pytest.param(
            (
                *("sweep", "cotra2020", "--simplex", "short_horizon,medium_horizon,long_horizon"),
                *("--step", "0.002", "--vary", "hardware.doubling_years=2:3:2"),
            ),
            "numbers; allowed: at most 33,554,432",
            id="B-sweep-memory",
        ),
        pytest.param(
            ("run", "cotra2020", "--max-seconds", "nan"),
            "found nan; allowed: a number above 0",
            id="B-max-seconds-nan",
        ),
        pytest.param(
            ("run", "cotra2020", "--precision", "1e-320"),
            "allowed: 0.1pp, or 0.001, and the like, from 1e-15 to 1",
            id="B-precision-tiny",
        ),
        pytest.param(
            ("export", "x" * 3000, "--format", "csv"),
            "preset: found",
            id="B-name-long",
        ),
        pytest.param(
            ("load", "x" * 3000),
            "there is no such file",
            id="B-name-long-load",
        ),
        pytest.param(
            ("sensitivity", "cotra2020", "--max-seconds", "nan"),
            "found nan; allowed: a number above 0",
            id="B-max-seconds-nan-sensitivity",
        ),
        pytest.param(
            ("export", "cotra2020", "--format", "csv", "--points", "64"),
            "--points cannot act here: it is for --format draws",
            id="A9-points",
        ),
        *(
            pytest.param(
                ("export", "cotra2020", "--format", "csv", *option),
                f"{option[0]} cannot act here: it is for --format metaculus",
                id=f"A9{option[0]}",
            )
            for option in (
                ("--range", "2030:2100"),
                ("--scale", "linear"),
                ("--open", "both"),
                ("--condition",),
                ("--question", "q.json"),
            )
        ),
        pytest.param(
            (
                *("export", "cotra2020", "--format", "metaculus", "--question", "q.json"),
                *("--open", "both"),
            ),
            "--open cannot act here: the question says it",
            id="A9-question-and-open",
        ),
        pytest.param(
            ("export", "cotra2020", "--format", "csv", "--force"),
            "--force cannot act here: it needs --out PATH",
            id="A9-force",
        ),
        pytest.param(
            ("sensitivity", "cotra2020", "--view", "ledger", "--max-draws", "64"),
            "--max-draws cannot act here: it is for --view variance",
            id="A9-max-draws",
        ),
        pytest.param(
            ("sensitivity", "cotra2020", "--view", "ledger", "--output", "2036"),
            "--output cannot act here: a ledger is of the years",
            id="A9-ledger-output",
        ),
        pytest.param(
            ("sweep", "cotra2020", "--vary", "hardware.doubling_years=2:3:2", "--step", "0.1"),
            "--step cannot act here: it is for a simplex or a line",
            id="A9-step",
        ),
        pytest.param(
            ("sweep", "cotra2020", "latest", "--others", "zero"),
            "--others cannot act here: it is for a simplex",
            id="A9-others",
        ),
        pytest.param(
            ("sweep", "cotra2020", "latest", "--none", "0.1"),
            "--none cannot act here: no weights are swept",
            id="A9-none",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(cli, arguments, message):
    cli(*arguments, code=2)
    assert message in " ".join(cli.errors.replace("│", " ").split())


def test_a_presets_name_is_the_preset_and_the_folder_is_named_by_its_path(cli):
    # A9
    few = ("--precision", "1pp")
    cli("run", "cotra2020", "--set", "hardware.doubling_years=5", *few, "--out", "cotra2020")
    preset = cli("export", "cotra2020", "--format", "csv", "--seed", "7", *few)
    assert "note: cotra2020 is the preset; the folder is ./cotra2020" in cli.errors
    folder = cli("export", "./cotra2020", "--format", "csv")
    assert "is the preset" not in cli.errors
    slow, fast = (float(text.splitlines()[27].split(",")[1]) for text in (folder, preset))
    assert slow < fast
    cli("run", "cotra2020", *few)
    assert "./cotra2020" not in cli.errors


@pytest.mark.parametrize(
    "option",
    [
        ("--seed", "1"),
        ("--precision", "0.1pp"),
        ("--set", "hardware.doubling_years=2"),
        ("--first-year", "2025"),
        ("--weights", "genome=1"),
    ],
    ids=lambda option: f"A9{option[0]}",
)
def test_a_result_is_as_it_is(cli, option):
    cli("run", "cotra2020", "--precision", "1pp", "--out", "made")
    cli("export", "made", "--format", "csv", *option, code=2)
    assert f"{option[0]} cannot act here: a result is as it is" in " ".join(cli.errors.split())
