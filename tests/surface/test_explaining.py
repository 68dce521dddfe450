"""Terms are found by any of their names; what a key changes is what an edit changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import bioanchors as ba
from bioanchors.cli import cli
from bioanchors.output.glossary import TERMS, find

ROOT = Path(__file__).parents[2]


def said(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["explain", *words])
    return result.exit_code, " ".join(result.output.split())


# --- Terms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "horizon", "effective horizon", "hypothesis", "anchor", "affordable", "trained", "deployed",
        "none", "weight", "share used", "prior", "posterior", "low-end update", "refuted",
        "effective draws", "Pareto k", "total", "first-order", "Shapley", "Brier gain",
        "swap range", "OOM", "transformative", "tornado",
        # What run, compare, sensitivity and hindcast print.
        "lifetime", "genome", "evolution", "short_horizon", "medium_horizon", "long_horizon", "pp",
        "points", "seed", "percentile", "quantile", "CDF", "variance", "log", "CRPS", "PIT", "z",
        # What one asks a forecast for.
        "window", "freeze", "pause", "data wall",
    ],
)  # fmt: skip
def test_what_outputs_say_is_a_term(name: str) -> None:
    code, text = said(*name.split())
    assert code == 0
    assert text.startswith(find(name).name)


def test_no_name_stands_for_two_terms_and_what_is_referred_to_is_there() -> None:
    names = [name.lower() for term in TERMS for name in (term.name, *term.also)]
    assert len(names) == len(set(names))
    assert {name for term in TERMS for name in term.see} <= {term.name for term in TERMS}


def test_without_a_word_all_terms_are_listed() -> None:
    result = CliRunner().invoke(cli, ["explain"])
    assert sorted(result.output.splitlines()) == sorted(term.name for term in TERMS)


def test_a_term_that_is_not_there_is_refused_with_the_nearest() -> None:
    code, text = said("horizn")
    assert code == 2
    assert 'no term horizn; did you mean "horizon"?' in text


def test_the_page_of_terms_is_fresh() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "tools/glossary.py"], capture_output=True, text=True, check=True
    )
    # python tools/glossary.py > docs/glossary.md
    assert made.stdout == (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


# --- Keys --------------------------------------------------------------------------------------


def test_a_number_is_moved_by_a_tenth() -> None:
    found = ba.explain("cotra2020", "hardware.doubling_years")
    more, less = found.changed
    assert (more.words, less.words) == ("10 % more: 2.75", "10 % less: 2.25")
    for each, value in ((more, 2.75), (less, 2.25)):
        edited = ba.run(found.parameters.with_values({"hardware.doubling_years": value}))
        assert each.median_year == pytest.approx(edited.quantile(0.5), abs=0.02)
        assert each.probability == pytest.approx(edited.probability_by(found.year), abs=1e-3)
    assert found.median_year == pytest.approx(ba.run("cotra2020").quantile(0.5), abs=0.02)


def test_a_distribution_is_moved_whole() -> None:
    """A factor on a requirement is what the same factor on another input of it is."""
    brain = ba.explain("cotra2020", "brain.flop_per_s")
    assert brain.acts_on is not None
    assert "evolution" not in brain.acts_on
    more = brain.changed[0]
    edited = ba.run(brain.parameters.with_values({"brain.flop_per_s.median": 1.1e15}))
    plain = ba.run(brain.parameters)
    assert more.median_year - brain.median_year == pytest.approx(
        edited.quantile(0.5) - plain.quantile(0.5), abs=0.05
    )


def test_exponents_years_and_weights_have_changes_of_their_own() -> None:
    words = {
        path: [each.words.partition(":")[0] for each in ba.explain("cotra2020", path).changed]
        for path in (
            "network.oom_vs_brain", "hardware.start_year", "hypotheses.genome.weight",
            "hypotheses.genome.algorithms.max_oom", "forecast.event",
        )
    }  # fmt: skip
    assert words == {
        "network.oom_vs_brain": ["0.04 OOM more, which is 10 %", "0.04 OOM less"],
        "hardware.start_year": ["a year later", "a year earlier"],
        "hypotheses.genome.weight": ["10 % more", "10 % less"],
        "hypotheses.genome.algorithms.max_oom": ["10 % more", "10 % less"],
        "forecast.event": [],
    }


@pytest.mark.parametrize("year", ["2030", "{ dist = 'normal', mean = 2030, sd = 2 }"])
def test_the_year_of_what_happens_is_moved_by_a_year(year: str) -> None:
    change = "changes.slower={of='spending', times_per_year=1.2, year=" + year + "}"
    found = ba.explain(ba.read_parameters("cotra2020").edited(change), "changes.slower.year")
    later, earlier = found.changed
    assert (later.words, earlier.words) == ("a year later: 2031", "a year earlier: 2029")
    # Spending grows longer.
    assert later.median_year < found.median_year < earlier.median_year


def test_years_are_told_to_their_days_and_what_cannot_be_moved_as_it_is(cli: Any) -> None:
    found = ba.explain("latest", "evidence.not_arrived_by")
    assert "a year later: 2027.9" in [each.words for each in found.changed]
    Path("mine.toml").write_text(
        'extends = "cotra2020"\n[interventions.pause]\nof = "largest_run_flop"\nfreeze = true\n'
        'year = { dist = "uniform", low = 2027, high = 2040 }\nuntil_year = 2040\n'
    )
    told = cli("explain", "mine.toml", "interventions.pause.year")
    assert "year from which on; year; allowed: a number from 1900 to 3000" in told
    assert "a little more or less of it the file does not allow" in told


def test_what_a_file_does_not_give_is_told() -> None:
    code, text = said("cotra2020", "algorithms.transfer")
    assert code == 0
    assert "does not give it" in text


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("hardware.doubling_yeers", 'no such key to explain; did you mean "doubling_years"?'),
        ("doubling", 'no such key to explain; did you mean "hardware.doubling_years"?'),
        ("genome.par", 'no such key to explain; did you mean "hypotheses.genome.parameters"?'),
        ("title.x", "there is no such key"),
        ("hypotheses.nobody.weight", "there is no such hypothesis in cotra2020"),
    ],
)
def test_a_key_that_is_not_there_is_refused(key: str, message: str) -> None:
    code, text = said("cotra2020", key)
    assert code == 2
    assert message in text


@pytest.mark.parametrize("name", ["latest", "cotra2020", "mine.toml"])
def test_a_file_without_a_key_is_told_how_to_name_one(name: str) -> None:
    code, text = said(name)
    assert code == 2
    assert f"bioanchors explain {name} hardware.doubling_years" in text
    assert f"bioanchors show {name}" in text


def test_a_title_is_nothing_to_explain() -> None:
    code, text = said("cotra2020", "title")
    assert code == 2
    assert "title: there is no such key to explain" in text
    assert 'did you mean "title"' not in text


def test_a_term_takes_no_edits() -> None:
    code, text = said("horizon", "--set", "hardware.doubling_years=2")
    assert code == 2
    assert "edits need FILE and KEY" in text
