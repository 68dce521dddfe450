"""Milestones: other events on the same draws."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import straight
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

import bioanchors as ba
from bioanchors.analysis.groups import input_group
from bioanchors.parameters import Parameters, parse_parameters

THREE = (
    'milestones.easy={oom={dist="normal", mean=-3, sd=1}}',
    'milestones.same={harder_than="easy", oom={dist="uniform", low=0, high=1}}',
    'milestones.hard={harder_than="same", oom={dist="lognormal", median=2, sd_oom=0.3}}',
    'milestones.beyond={harder_than="base", oom=1.5}',
)
IN_ORDER = [("easy", "same"), ("same", "hard"), ("base", "beyond")]

WITH_ALL = """\
extends = "cotra2020-uncertain"
[forecast]
event = "deployed"
[lag]
training_years = { ci90 = [0.2, 1] }
deployment_years = 0.5
[evidence]
not_arrived_by = 2026.0
milestone = "base"
run_softness_oom = 0.5
[evidence.insufficient_runs.one]
flop = 4e26
year = 2025.0
[milestones.easy]
oom = { dist = "normal", mean = -3, sd = 1 }
[milestones.hard]
harder_than = "easy"
oom = { dist = "lognormal", median = 2, sd_oom = 0.3 }
[milestones.tied]
oom = { dist = "normal", mean = 1, sd = 0.7 }
[[correlations]]
parameters = ["milestones.tied.oom", "brain.flop_per_s"]
rank_correlation = 0.6
[[correlations]]
parameters = ["milestones.easy.oom", "hardware.doubling_years"]
rank_correlation = -0.5
"""


def with_offset(base: str, oom: object) -> Parameters:
    return ba.read_parameters(base, [f"milestones.m.oom={oom}", 'forecast.milestone="m"'])


@pytest.mark.parametrize(
    ("oom", "median", "by_2036"),
    [(-4, 2038.74, 43.35), (-2, 2044.76, 29.82), (2, 2065.32, 8.16)],
)
def test_offsets_move_cotra2020_as_the_prototype_says(
    oom: float, median: float, by_2036: float
) -> None:
    forecast = ba.run(with_offset("cotra2020", oom))
    assert forecast.quantile(0.5) == pytest.approx(median, abs=0.02)
    assert 100 * forecast.probability_by(2036) == pytest.approx(by_2036, abs=0.02)


@pytest.mark.parametrize(("oom", "median"), [(-4, 2032.17), (2, 2058.54)])
def test_offsets_move_update_2026_likewise(oom: float, median: float) -> None:
    assert ba.run(with_offset("update-2026", oom)).quantile(0.5) == pytest.approx(median, abs=0.15)


@pytest.mark.parametrize("base", ["cotra2020", "update-2026"])
def test_an_offset_of_0_is_none_to_the_bit(base: str) -> None:
    plain, same = ba.run(base), ba.run(with_offset(base, 0))
    np.testing.assert_array_equal(plain.cdf, same.cdf)


def test_milestones_that_do_not_arrive_move_no_bit() -> None:
    plain = ba.run("cotra2020-uncertain")
    with_three = ba.run(ba.read_parameters("cotra2020-uncertain", THREE))
    np.testing.assert_array_equal(plain.cdf, with_three.cdf)


LINE = straight.KNOWN.replace(
    "report_years = [2050]",
    'report_years = [2050]\nmilestone = "m"\n[milestones.m]\noom = {offset}',
).replace("{need}", '{{ dist = "lognormal", median = 1e32, sd_oom = 2.0 }}')
"""26 + 0.3 (year - 2025) OOM can be bought; 32 +- 2 are needed."""


@settings(max_examples=25, deadline=None)
@given(st.floats(-6, 6), st.floats(2025.5, 2050))
def test_evidence_is_of_what_the_hypotheses_say(offset: float, until: float) -> None:
    text = LINE.format(offset=repr(offset)) + f"[evidence]\nnot_arrived_by = {until!r}\n"
    forecast = ba.run(parse_parameters(text))

    def below(log10_flop: float) -> float:
        return float(ndtr((log10_flop - 32) / 2))

    seen = below(26 + 0.3 * (until - 2025))
    for year in (2030.0, 2041.0, 2060.0, 2090.0):
        mass = max(below(26 + 0.3 * (year - 2025) - offset) - seen, 0.0)
        assert forecast.probability_by(year) == pytest.approx(mass / (1 - seen), abs=2e-4)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.floats(0, 5), min_size=2, max_size=4), st.floats(-5, 1))
def test_a_harder_milestone_never_comes_earlier(steps: list[float], first: float) -> None:
    edits, before = [f"milestones.a0.oom={first!r}"], "a0"
    for i, step in enumerate(steps, start=1):
        edits += [f'milestones.a{i}={{harder_than="{before}", oom={step!r}}}']
        before = f"a{i}"
    found = ba.milestones(ba.read_parameters("cotra2020", edits), precision=0.01)
    made = [found.forecasts[f"a{i}"] for i in range(len(steps) + 1)]
    for year in found.base.whole_years:
        chances = np.array([each.probability_by(year) for each in made])
        assert np.all(np.diff(chances) <= 1e-4)  # interpolation between years


@pytest.mark.parametrize("base", ["cotra2020-uncertain", "update-2026"])
def test_milestones_are_ordered_in_every_draw(base: str) -> None:
    tied = (
        'correlations=[{parameters=["milestones.hard.oom", "hardware.doubling_years"], '
        "rank_correlation=0.5}]"
        if base == "cotra2020-uncertain"
        else "note='none tied'"
    )
    parameters = ba.read_parameters(base, [*THREE, tied])
    data = ba.draw(parameters, points=2**14)
    arrival = data["milestone_arrival_year"]
    for one, harder in IN_ORDER:
        earlier, later = (arrival.sel(milestone=name).values for name in (one, harder))
        assert np.all(earlier <= later)
        assert np.any(earlier < later)
    base_years = arrival.sel(milestone="base").values
    np.testing.assert_array_equal(base_years, data["arrival_year"].values)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["easy", "hard", "tied"])
def test_integrating_agrees_with_counting(name: str, desk: None) -> None:
    text = WITH_ALL.replace("[forecast]\n", f'[forecast]\nmilestone = "{name}"\n')
    Path("mine.toml").write_text(text)
    one = ba.run("mine.toml", seed=5)
    other = ba.run("mine.toml", seed=6, estimator="count", points=2**20, fewest=2**20)
    for year in one.whole_years:
        allowed = 4.0 * math.hypot(
            *(each.probability_standard_error(year) for each in (one, other))
        )
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed, year


def test_the_gap_of_two_is_the_difference_of_their_years() -> None:
    # On straight lines of 0.3 OOM a year 3 OOM are 10 years.
    text = LINE.format(offset=-4) + '[milestones.n]\nharder_than = "m"\noom = 3\n'
    found = ba.milestones(parse_parameters(text))
    (gap,) = found.gaps
    assert (gap.first, gap.second) == ("m", "n")
    assert gap.years == pytest.approx((10, 10, 10), abs=1e-3)
    assert found.offsets == {"base": 0, "m": -4, "n": -1}


MISTAKES = {
    "[milestones.a]\n": "milestones.a.oom: missing; needed: a number or a distribution of OOM",
    "[milestones.a]\noom = 99\n": "milestones.a.oom: found 99; allowed: -50 to 50 OOM",
    '[milestones.a]\noom = 1\nharder_than = "asistant"\n[milestones.assistant]\noom = 1\n': (
        'mine.toml:4: milestones.a.harder_than: found "asistant"; allowed: base, a, assistant; '
        'did you mean "assistant"?'
    ),
    '[milestones.a]\noom = 1\nharder_than = "a"\n': "milestones.a.harder_than: goes in a circle, "
    "a than a; allowed: a chain that ends at base",
    '[milestones.a]\noom = 1\nharder_than = "b"\n[milestones.b]\noom = 1\nharder_than = "a"\n': (
        "milestones.a.harder_than: goes in a circle, a than b than a; allowed: a chain"
    ),
    '[milestones.a]\noom = -1\nharder_than = "base"\n': "milestones.a.oom: with harder_than, "
    "found -1; allowed: 0 to 50 OOM",
    '[milestones.a]\noom = { dist = "normal", mean = 1, sd = 1 }\nharder_than = "base"\n': (
        "a.oom: with harder_than, 16 % of this distribution lies outside; allowed: at least 0"
    ),
    "[milestones.base]\noom = 1\n": "milestones.base: this name is taken; allowed: any but base",
    '[forecast]\nmilestone = "agi"\n': 'mine.toml:3: forecast.milestone: found "agi"; '
    "allowed: base",
    '[evidence]\nnot_arrived_by = 2026.0\nmilestone = "a"\n': "evidence.milestone: found "
    '"a"; allowed: "base"',
    '[evidence]\nmilestone = "base"\n': "evidence.milestone: does nothing without not_arrived_by",
    "[milestones.a]\noom = 1\nyear = 2\n": "milestones.a.year: unknown key; allowed: harder_than, "
    "oom, source, note",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    Path("mine.toml").write_text(f'extends = "cotra2020"\n{text}')
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_file_without_milestones_is_told_so(cli, desk: None) -> None:
    cli("run", "cotra2020", "--milestones", code=2)
    assert "--milestones: cotra2020 has none; needed: a table [milestones.NAME]" in cli.errors
    with pytest.raises(ValueError, match="cotra2020 has no milestones; needed"):
        ba.milestones("cotra2020")


def test_what_names_the_event_names_the_milestone(cli, desk: None) -> None:
    Path("mine.toml").write_text(
        'extends = "cotra2020"\n[forecast]\nmilestone = "a"\n[milestones.a]\noom = 1\n'
    )
    meaning = "somebody could buy a training run that is large enough, of milestone a"
    assert meaning in cli("run", "mine.toml", "--out", "o").replace("\n", " ")
    assert json.loads(Path("o/summary.json").read_text())["event_meaning"] == meaning


@pytest.mark.slow
@pytest.mark.usefixtures("effects_found_roughly")
def test_everything_takes_it(cli, desk: None) -> None:
    Path("mine.toml").write_text(
        'extends = "cotra2020-uncertain"\n[forecast]\nmilestone = "hard"\n'
        "[milestones.easy]\noom = -2\n"
        '[milestones.hard]\nharder_than = "easy"\noom = { ci90 = [1, 5] }\nsource = "me"\n'
    )
    assert "milestones.hard" in cli("show", "mine.toml")
    said = cli("run", "mine.toml", "--milestones", "--out", "o")
    assert "easy to hard" in said
    assert {"milestones.csv", "milestones.png"} <= {path.name for path in Path("o").iterdir()}
    cli("sweep", "mine.toml", "--vary", "milestones.easy.oom=-4:0:3")
    cli("solve", "mine.toml", "--vary", "milestones.easy.oom=-6:6", "--target", "p25=2040")
    said = cli("sensitivity", "mine.toml", "--view", "tornado", "--view", "ledger")
    assert "milestones.hard" in said
    assert input_group("milestones.hard.oom") == "milestones.hard"
    said = cli("compare", "cotra2020-uncertain", "mine.toml", "--attribute")
    assert "milestones.hard" in said
    cli("report", "mine.toml", "--out", "r")
    for format_ in ("excel", "squiggle", "draws"):
        cli("export", "mine.toml", "--format", format_, "--out", f"a.{format_}")
    assert "largest difference of the CDF 0" in cli("load", "o", "--repeat")


def test_years_asked_for_are_those_of_milestones_too(cli, desk: None) -> None:
    edits = [
        "--set",
        "milestones.far.oom=2",
        "--milestones",
        "--years",
        "2030,2040Q3",
        "--precision",
        "1pp",
    ]
    said = cli("run", "cotra2020", *edits)
    heads = [line.split() for line in said.splitlines() if line.startswith("probability by")]
    assert heads == [["probability", "by", "2030", "2040Q3"]] * 2
