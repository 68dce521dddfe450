"""Comparison and attribution: games solved by hand, laws of Shapley values, the presets."""

import csv
import itertools
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.stats import norm

import bioanchors as ba
from bioanchors.analysis.attribution import attribute, shapley_matrix
from bioanchors.analysis.comparison import compare
from bioanchors.output import comparison_tables
from bioanchors.output.comparison_figures import (
    draw_waterfall,
    write_comparison,
    write_waterfall,
)
from bioanchors.output.comparison_tables import chosen_outcomes
from bioanchors.output.figure import style
from bioanchors.results.outcomes import MEDIAN, ProbabilityBy, RestrictedMean
from bioanchors.results.words import number_text

BAD_INPUT = 2

# --- The matrix ----------------------------------------------------------------------------------


def by_orders(values, count):
    """Shapley values as they are defined: the mean over all orders."""
    total = np.zeros(count)
    for order in itertools.permutations(range(count)):
        subset = 0
        for player in order:
            total[player] += values[subset | 1 << player] - values[subset]
            subset |= 1 << player
    return total / math.factorial(count)


games = st.integers(1, 5).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.floats(-9, 9), min_size=2**n, max_size=2**n))
)


@given(game=games)
def test_shapley_values_are_means_over_orders(game):
    count, values = game
    shapley = shapley_matrix(count) @ np.array(values)
    np.testing.assert_allclose(shapley, by_orders(values, count), atol=1e-9)
    assert shapley.sum() == pytest.approx(values[-1] - values[0], abs=1e-9)


@given(game=games)
def test_who_changes_nothing_carries_nothing(game):
    count, values = game
    with_idler = np.concatenate([values, values])  # the last player's bit makes no difference
    shapley = shapley_matrix(count + 1) @ with_idler
    assert shapley[-1] == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(shapley[:-1], shapley_matrix(count) @ np.array(values), atol=1e-9)


# --- A case solved by hand -----------------------------------------------------------------------

FILE = """format = 1
[forecast]
first_year = 2024
last_year = 2060
report_years = [2035]
[hypotheses.mine]
kind = "direct"
weight = 1
training_flop = {{ dist = "lognormal", median = {median}, sd_oom = 2 }}
algorithms = {{ gain_start_year = 2025, halving_years = {halving}, max_oom = 90 }}
[hardware]
start_year = 2025
flop_per_usd = {flop_per_usd}
doubling_years = 2
max_flop_per_usd = 1e70
[spending]
start_year = 2025
largest_run_usd = 1e6
doubling_years = 1e5
max_share_of_gdp = 1
[economy]
gdp_year = 2020
largest_economy_gdp_usd = 1e25
growth_per_year = 0
"""
FIRST = {"median": 1e30, "halving": 4.0, "flop_per_usd": 1e18}
SECOND = {"median": 1e28, "halving": 1.0, "flop_per_usd": 1e17}
GROUP = {"median": "anchors", "halving": "algorithms", "flop_per_usd": "hardware"}


def probability_by_2035(median, halving, flop_per_usd):
    """All is a straight line in log10 FLOP, far from every cap."""
    log2 = math.log10(2)
    reach = math.log10(flop_per_usd) + 10 / 2 * log2 + 6 + 10 / 1e5 * log2 + 10 / halving * log2
    return norm.cdf((reach - math.log10(median)) / 2)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    for name, values in (("first", FIRST), ("second", SECOND)):
        (folder / f"{name}.toml").write_text(FILE.format(**values))
    return folder


def test_a_case_solved_by_hand(by_hand):
    found = attribute(by_hand / "first.toml", by_hand / "second.toml")
    keys = list(FIRST)
    values = []
    for subset in range(8):
        mixed = {key: (SECOND if subset >> i & 1 else FIRST)[key] for i, key in enumerate(keys)}
        values.append(probability_by_2035(**mixed))
    outcome = ProbabilityBy(2035.0)
    parts = {part.group: part for part in found.of(outcome)}
    assert set(parts) == set(GROUP.values())
    # The algorithms' gain is a logistic curve around its cap, hence the 1e-4.
    for key, exact in zip(keys, by_orders(values, 3), strict=True):
        part = parts[GROUP[key]]
        assert part.shapley.value == pytest.approx(exact, abs=1e-4)
        i = keys.index(key)
        steps = [values[s | 1 << i] - values[s] for s in range(8) if not s >> i & 1]
        assert part.lowest == pytest.approx(min(steps), abs=1e-4)
        assert part.highest == pytest.approx(max(steps), abs=1e-4)
    total = sum(part.shapley.value for part in parts.values())
    before, after = found.ends(outcome)
    assert total == pytest.approx(after - before, abs=1e-12)
    assert found.runs <= 8


# --- Files ---------------------------------------------------------------------------------------


def child(folder, name, text):
    path = folder / f"{name}.toml"
    path.write_text(f'format = 1\nextends = "cotra2020"\n{text}')
    return path


def check_sums(found):
    for outcome in found.outcomes:
        before, after = found.ends(outcome)
        parts = found.of(outcome)
        assert sum(p.shapley.value for p in parts) == pytest.approx(after - before, abs=1e-8)
        for part in parts:
            assert math.isfinite(part.shapley.standard_error)
            assert part.lowest - 1e-9 <= part.shapley.value <= part.highest + 1e-9


def test_cotra2020_against_latest(tmp_path):
    found = attribute("cotra2020", "latest")
    assert {"evidence", "lag", "algorithms", "hardware", "spending"} <= set(found.groups)
    assert len(found.groups) <= 8
    check_sums(found)
    for forecast, name in ((found.first, "cotra2020"), (found.second, "latest")):
        run = ba.run(name)
        for year in (2030, 2036, 2050):
            far = 4 * run.probability_standard_error(year) + 1e-4
            assert forecast.probability_by(year) == pytest.approx(run.probability_by(year), abs=far)
    write_waterfall(found, tmp_path / "waterfall.png")
    assert found.dataset["shapley"].dims == ("group", "outcome")


def test_numbers_of_a_table_are_rounded_once():
    """2058.852 is nearer to 2058.9, although 2058.85 would be written as 2058.8."""
    mean = RestrictedMean(2100.0)
    assert comparison_tables._scaled(mean, 2058.852) == "2058.9"
    assert comparison_tables._scaled(mean, -0.001, True) == "+0.00"


def test_years_of_a_waterfall_are_apart(tmp_path):
    """Of files that differ by a year or two: ticks a quarter of a year apart have long names."""
    for name, parent in (("mine", "cotra2020"), ("colleague", "shah2020")):
        text = f'format = 1\ntitle = "{name}"\nextends = "{parent}"\n'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    found = attribute(tmp_path / "mine.toml", tmp_path / "colleague.toml")
    with style():
        figure = Figure(figsize=(9, 3.2))
        every = figure.subplots(1, 2)
        for axes, outcome in zip(every, chosen_outcomes(found, 2), strict=True):
            draw_waterfall(found, outcome, axes)
        figure.draw_without_rendering()
        for axes in every:
            left, right = axes.get_xlim()
            boxes = [
                label.get_window_extent()
                for place, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
                if left <= place <= right
            ]
            assert len(boxes) >= 3
            assert all(one.x1 < other.x0 for one, other in itertools.pairwise(boxes))


def test_what_is_asked_for_is_attributed():
    asked = ["2036", "2031-07-01", "p10", "median"]
    found = attribute("shah2020", "cotra2020", outcomes=asked)
    names = [outcome.name for outcome in found.outcomes]
    assert names == ["probability_by_2036", "probability_by_2031.5", "quantile_10_year",
                     "median_year"]  # fmt: skip
    check_sums(found)
    numbers = attribute("shah2020", "cotra2020", outcomes=[2036, 2031.5])
    assert [outcome.name for outcome in numbers.outcomes] == names[:2]
    by_default = attribute("shah2020", "cotra2020", years=[2036])
    for outcome in (ProbabilityBy(2036.0), MEDIAN):
        assert found.of(outcome) == by_default.of(outcome)


def test_a_median_that_a_swap_has_not_is_refused_by_name(cli):
    with pytest.raises(ValueError, match=r"of cotra2020-conservative has no median_year within 20"):
        attribute("cotra2020", "cotra2020-conservative", outcomes=["median"])
    with pytest.raises(ValueError, match="allowed: a year or a date, median, p10"):
        attribute("cotra2020", "shah2020", outcomes=["mean"])
    cli("compare", "cotra2020", "shah2020", "--outcome", "median", code=2)
    assert "it is for --attribute" in cli.errors


def test_only_weights_differ():
    found = attribute("shah2020", "horizons-50-20-10")
    assert found.groups == ("weights",)
    assert found.runs == 1
    check_sums(found)
    (part,) = found.of(MEDIAN)
    exact = ba.run("horizons-50-20-10").quantile(0.5) - ba.run("shah2020").quantile(0.5)
    assert part.shapley.value == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("[hardware]\ndoubling_years = 2", "hardware"),
        ("[brain]\nflop_per_s = 1e14", "brain"),
        ("[network]\noom_vs_brain = 0", "brain"),
        ("[scaling]\nexponent = 1", "scaling"),
        ("[hypotheses.genome]\neffective_horizon_s = 1e8", "horizon"),
        ("[hypotheses.genome]\nparameters = 1e9", "anchors"),
        ("[hypotheses.genome.algorithms]\nmax_oom = 4", "algorithms"),
        ("[economy]\ngrowth_per_year = 0.02", "economy"),
        ("[none]\nprobability_end = 0.05", "weights"),
        ("[hypotheses.x]\nkind='direct'\nweight=0.2\ntraining_flop=1e33\n"
         "algorithms={halving_years=3,max_oom=2}", "hypotheses"),
        ("[evidence]\nnot_arrived_by = 2025", "evidence"),
        ("[lag]\ntraining_years = 1\n[forecast]\nevent = 'trained'", "lag"),
    ],
)  # fmt: skip
def test_one_group_that_differs_carries_everything(text, group, tmp_path):
    found = attribute("cotra2020", child(tmp_path, "other", text))
    assert found.groups == (group,)
    check_sums(found)
    for part in found.parts:
        assert part.lowest == part.highest == pytest.approx(part.shapley.value)


def test_a_removed_hypothesis_is_a_group(tmp_path):
    path = tmp_path / "without.toml"
    path.write_text(
        'format = 1\nextends = "cotra2020"\ndrop = ["hypotheses.evolution"]\n'
        "[hardware]\ndoubling_years = 3\n"
    )
    found = attribute("cotra2020", path)
    assert set(found.groups) == {"hypotheses", "hardware"}
    check_sums(found)


def test_files_with_nothing_in_common_but_the_trends(tmp_path):
    text = FILE.format(**FIRST).replace("last_year = 2060", "last_year = 2100")
    (tmp_path / "direct.toml").write_text(text)
    found = attribute(tmp_path / "direct.toml", "cotra2020")
    # Without hypotheses in common, weights and hypotheses hang together.
    assert any("hypotheses" in group for group in found.groups)
    check_sums(found)


def test_correlations_tie_groups(tmp_path):
    spread = (
        "[hardware]\ndoubling_years = {ci90 = [2, 3]}\n"
        "[spending]\ndoubling_years = {ci90 = [2, 3]}\n"
    )
    entry = (
        '[[correlations]]\nparameters = ["hardware.doubling_years", "spending.doubling_years"]\n'
        "rank_correlation = 0.8\n"
    )
    other = child(tmp_path, "tied", f"{spread}[economy]\ngrowth_per_year = 0.02\n{entry}")
    found = attribute("cotra2020", other)
    (tied,) = (group for group in found.groups if "hardware" in group)
    assert set(tied.split(" + ")) == {"hardware", "spending", "correlations"}
    assert "economy" in found.groups
    assert any("correlations tie them" in note for note in found.notes)
    check_sums(found)


def test_at_most_eight_groups(tmp_path):
    text = (
        "[brain]\nflop_per_s = 1e14\n[scaling]\nexponent = 1\n"
        "[hypotheses.genome]\neffective_horizon_s = 1e8\nparameters = 1e9\nweight = 0.3\n"
        "[hypotheses.long_horizon.algorithms]\nmax_oom = 5\n[hardware]\ndoubling_years = 2\n"
        "[spending]\ndoubling_years = 2\n[economy]\ngrowth_per_year = 0.02\n"
        "[lag]\ntraining_years = 1\n[forecast]\nevent = 'trained'\n"
    )
    found = attribute("cotra2020", child(tmp_path, "many", text))
    assert len(found.groups) == 8
    assert any("more than 8 groups differ" in note for note in found.notes)
    check_sums(found)


def test_the_same_file_differs_in_nothing():
    found = attribute("cotra2020", "cotra2020")
    assert found.groups == ()
    assert found.parts == ()
    comparison = compare("cotra2020", "cotra2020")
    assert comparison.differences == ((),)
    for outcome in comparison.outcomes:
        assert comparison.change(1, outcome) == (0, 0)


def test_differences_name_values_and_sources():
    (found,) = compare("cotra2020", "cotra2020-conservative").differences
    by_name = {each.name: each for each in found}
    each = by_name["hardware.doubling_years"]
    assert (each.first, each.second) == ("2.5", "3.5")
    assert "conservative" in each.second_source
    assert not any(name.endswith((".source", ".note")) for name in by_name)


def test_paired_errors_are_smaller():
    comparison = compare("shah2020", "horizons-50-20-10", years=[2050])
    outcome = comparison.outcomes[0]
    apart = math.hypot(*(comparison.value(i, outcome).standard_error for i in (0, 1)))
    assert comparison.change(1, outcome).standard_error < 0.5 * apart


@pytest.mark.slow
def test_errors_of_shapley_values_are_true(tmp_path):
    other = child(
        tmp_path,
        "other",
        "[hardware]\ndoubling_years = {ci90 = [1.5, 3]}\n[spending]\n"
        "max_share_of_gdp = {ci90 = [0.002, 0.02]}\n",
    )
    found = [attribute("cotra2020", other, years=[2050], seed=seed) for seed in range(12)]
    for group in found[0].groups:
        parts = [p for f in found for p in f.of(ProbabilityBy(2050.0)) if p.group == group]
        spread = np.std([p.shapley.value for p in parts], ddof=1)
        told = np.sqrt(np.mean([p.shapley.standard_error**2 for p in parts]))
        # Twelve seeds: chi-square with 11 degrees of freedom, 1 in 1,000 outside.
        assert 0.4 < spread / told < 1.8


# --- The command ---------------------------------------------------------------------------------


def test_the_command_writes_its_files(cli):
    text = cli("compare", "shah2020", "horizons-50-20-10", "--attribute", "--out", "out")
    assert "what carries the difference from shah2020 to horizons-50-20-10" in text
    names = {path.name for path in Path("out").iterdir()}
    assert names == {
        "differences.csv", "comparison.csv", "compare.png", "attribution.csv", "attribution.png"
    }  # fmt: skip
    with Path("out/attribution.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "group", "outcome", "shapley", "standard_error", "lowest", "highest", "run_id"
    ]  # fmt: skip
    assert {row["outcome"] for row in rows} >= {"probability_by_2036", "restricted_mean_year"}


def test_a_spreadsheet_takes_no_text_for_a_formula(cli, tmp_path):
    child(tmp_path, "evil", "[hardware]\ndoubling_years = {value = 2, source = '=1+1'}")
    cli("compare", "cotra2020", tmp_path / "evil.toml", "--out", "out")
    with Path("out/differences.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert row["this_source"] == "'=1+1"


def test_several_files_in_one_figure(tmp_path):
    comparison = compare("cotra2020", "shah2020", "cotra2020-aggressive")
    write_comparison(comparison.forecasts, tmp_path / "several.png")
    assert comparison.dataset["difference"].shape == (3, len(comparison.outcomes))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cotra2020",), "at least two"),
        (("cotra2020", "nobody"), "nobody"),
        (("cotra2020", "shah2020", "latest", "--attribute"), "allowed with --attribute: two"),
        (("cotra2020", "latest", "--years", "2025"), "2026 to 2100"),
        (("cotra2020", "latest", "--set", "hardware.doubling_years=-1"), "doubling_years"),
    ],
)
def test_bad_input(cli, arguments, words):
    cli("compare", *arguments, "--out", "out", code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())
    assert not Path("out").exists()


def test_windows_without_a_common_year():
    early = ba.read_parameters(
        "cotra2020",
        ["forecast.first_year=2000", "forecast.last_year=2020", "forecast.report_years=[2010]"],
    )
    with pytest.raises(ValueError, match="no window of years in common"):
        compare(early, "cotra2020")


def test_a_table_that_one_file_has_alone_is_one_line(cli: Any) -> None:
    Path("mine.toml").write_text(
        'extends = "latest"\nforecast.event = "trained"\n[interventions.pause]\n'
        'of = "largest_run_flop"\nyear = 2029\nuntil_year = 2034\nfreeze = true\n'
        "[milestones.far]\noom = 2\n",
        encoding="utf-8",
    )
    told = cli("compare", "latest", "mine.toml", "--attribute", "--precision", "1pp")
    assert told.count("interventions.pause: (not there) -> { of = ") == 1
    assert "interventions.pause.year" not in told
    # Nobody has changed a lag.
    assert re.search(r"^event +[+-]", told, re.MULTILINE)
    assert not re.search(r"^lag", told, re.MULTILINE)
    assert "interventions.pause.year: (not there) -> 2029" in cli(
        "compare", "latest", "mine.toml", "--all", "--precision", "1pp"
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2031.46, "year", "2031.5"), (2031.46, "", "2031"), (0.12345, "", "0.123"),
        (1e18, "FLOP per $", "1e+18"), (999.6, "", "1000"), (9999.0, "", "1e+04"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert number_text(value, unit) == text


def test_an_event_and_lags_that_differ_are_one_group(cli: Any) -> None:
    Path("mine.toml").write_text(
        'extends = "latest"\nforecast.event = "trained"\nlag.training_years = 0.5\n', "utf-8"
    )
    told = cli("compare", "latest", "mine.toml", "--attribute", "--precision", "1pp")
    assert "lag: with the event, affordable -> trained" in told
    assert not re.search(r"^event +[+-]", told, re.MULTILINE)
