"""Files that mix three mechanisms: two estimators agree, and curves rise where they say so."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mixing import LAW, parameters_of
from seeds import ALL, SEEDS, cases

import bioanchors as ba
from bioanchors.model.curves import Array, Curve
from bioanchors.model.joint import Model
from bioanchors.model.paths import Path, rises_between
from bioanchors.model.spec import Spec
from bioanchors.model.trends import Trends, answering

NEVER = 1e-12  # a precision that is not reached: the cap on points decides
COUNTED, PRECISION = (2**17, 1e-3) if SEEDS < ALL else (2**20, 5e-4)


@pytest.mark.slow
@pytest.mark.parametrize("number", cases(48))
def test_integrating_and_counting_agree_within_their_errors(number: int) -> None:
    parameters = parameters_of(number)
    integrated = ba.run(parameters, seed=number, precision=PRECISION)
    counted = ba.run(
        parameters,
        seed=1000 + number,
        estimator="count",
        points=COUNTED,
        fewest=COUNTED,
        precision=NEVER,
        replicates=16,
    )
    for year in counted.whole_years:
        off = integrated.probability_by(year) - counted.probability_by(year)
        errors = [each.probability_standard_error(year) for each in (integrated, counted)]
        # A few hits more or less are seen by few replicates, or by none.
        assert abs(off) <= 4 * math.hypot(*errors, 6 / COUNTED), f"by {year:g}: {off:.5f}, {errors}"


def trends_of(spec: Spec, number: int) -> Trends:
    """Return trends of 64 draws."""
    u = np.random.default_rng(number).random((64, len(spec.inputs)))
    inputs = {
        name: item.values(u[:, i, np.newaxis]) if item.is_random else item.point
        for i, (name, item) in enumerate(spec.inputs.items())
    }
    return Model(spec).trends(inputs)


def curves_of(number: int) -> tuple[Array, list[Curve]]:
    """Return years, and of 64 draws what is enough for each hypothesis."""
    spec = parameters_of(number).spec
    trends = trends_of(spec, number)
    years = np.linspace(spec.first_year, spec.last_year, 601)
    return years, [trends.enough(hypothesis) for hypothesis in spec.hypotheses]


@pytest.mark.parametrize("number", range(24))
def test_what_is_said_to_rise_falls_nowhere(number: int) -> None:
    years, curves = curves_of(number)
    for curve in curves:
        values = np.broadcast_to(curve.at(years), (64, years.size))
        rises = np.broadcast_to(curve.rises_until(years[-1]), (64, 1))[:, 0]
        assert np.all(np.diff(values[rises], axis=1) > -1e-9)
        highest = np.broadcast_to(curve.highest_so_far(years), values.shape)
        np.testing.assert_array_equal(highest[rises], values[rises])
        if isinstance(curve, Path):
            jumps = np.broadcast_to(rises_between(curve, years[-1]), (64, 1))
            breaks = [
                np.broadcast_to(each, (64, 1)) for each in (*curve.breaks, *curve.drawn_breaks)
            ]
            within = [(years[:-1] < each) & (each <= years[1:]) for each in breaks]
            known = np.broadcast_to(jumps, (64, 600)).copy()
            for each in within:
                known &= ~each
            assert np.all(np.diff(values, axis=1)[known] > -1e-9)
            assert np.all(np.maximum.accumulate(values, axis=1) <= highest + 1e-8)


SLOWER = "changes.slower={of='algorithms', year=%s, oom_per_year=%s}"
PAUSED = 'interventions.p={of="largest_run_flop", year=%s, years=6, freeze=true}'
LIMITED = 'interventions.q={of="largest_run_usd", year=%s, at_most=3e9}'
YEAR = st.one_of(
    st.floats(2026, 2060).map(lambda year: f"{year:.3f}"),
    st.floats(2030, 2060).map(lambda year: f'{{dist="normal", mean={year:.2f}, sd=3}}'),
)


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["cotra2020", "cotra2020-uncertain"]),
    st.sampled_from(["compute", "interventions"]),
    YEAR,
    st.sampled_from(["0", "0.02", '{dist="uniform", low=0, high=0.1}']),
    st.dictionaries(st.sampled_from([PAUSED, LIMITED]), YEAR),
)
def test_what_is_known_is_not_forgotten(
    parent: str, to: str, year: str, speed: str, done: dict[str, str]
) -> None:
    """A gain that answers to compute is the most that it would have been by each year."""
    edits = [
        'algorithms.compute_share={dist="uniform", low=0.3, high=1}',
        f'algorithms.answers_to="{to}"',
        SLOWER % (year, speed),
        *(what % when for what, when in done.items()),
    ]
    spec = ba.read_parameters(parent, edits).spec
    years = np.linspace(spec.first_year, spec.last_year, 2401)
    best = [np.atleast_2d(trends_of(spec, 1).saved(h).at(years)) for h in spec.hypotheses]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "falls_from", lambda *_: [])
        now = [trends_of(spec, 1).saved(each).at(years) for each in spec.hypotheses]
    for most, gain in zip(best, now, strict=True):
        expected = np.maximum.accumulate(np.broadcast_to(gain, most.shape), axis=1)
        assert np.all(most >= expected - 1e-7)
        # Before the window it may have been more, and between the years it may be a little.
        step = np.abs(np.diff(gain)).max()
        assert np.all(most <= np.maximum(expected, most[:, :1]) + step)


FALLING = (2, 8, 27, 34, 43, 47, 48, 52, 56)  # of these some draws fall at breaks alone


@pytest.mark.parametrize("number", FALLING)
def test_what_is_said_to_fall_at_breaks_alone_is_highest_just_before_them(number: int) -> None:
    years, curves = curves_of(number)
    assert any(np.any(rises_between(each, years[-1])) for each in curves if isinstance(each, Path))
    some = years[::30]
    for curve in curves:
        if not isinstance(curve, Path):
            continue
        jumps = np.broadcast_to(rises_between(curve, years[-1]), (64, 1))[:, 0]
        values = np.broadcast_to(curve.at(years), (64, years.size))[jumps]
        highest = np.broadcast_to(curve.highest_so_far(some), (64, some.size))[jumps]
        assert np.all(highest >= np.maximum.accumulate(values, axis=1)[:, ::30] - 1e-9)
        # All of it is looked at, and summits are searched, where nothing is known.
        unknown = replace(curve, keeps_rising=np.asarray(False), jumps=False)
        searched = np.broadcast_to(unknown.highest_so_far(some), (64, some.size))[jumps]
        np.testing.assert_allclose(highest, searched, rtol=0, atol=1e-9)


# Draw by draw, with all of it at once: what is harder comes no earlier. Slower trends and less
# power are not among it: algorithms answer to what interventions take away, which is then less.
BASE = {
    "algorithms.compute_share": '{dist="uniform", low=0.4, high=0.95}',
    "scaling_law": LAW.removeprefix("scaling_law="),
    "data": "{stock_tokens=1e15, stock_year=2024, times_per_year=1.1, algorithms_save=0.5}",
    "power": "{flop=1e29, year=2030, times_per_year=1.4}",
    "interventions.freeze": '{of="largest_run_flop", year=2029.5, years=4.5, freeze=true}',
    "interventions.price": '{of="flop_per_usd", year=2030, times=0.3}',
    "changes.boom": '{of="hardware", year=2031, oom_per_year=0.1}',
    "milestones.m.oom": "0.5",
    "forecast.milestone": '"m"',
}
HARDER: dict[str, Callable[[float], float]] = {
    "interventions.freeze.years": lambda more: 4.5 + 8 * more,
    "interventions.price.times": lambda more: 0.3 * 10**-more,
    "data.stock_tokens": lambda more: 10 ** (15 - more),
    "data.times_per_year": lambda more: 1.1 - 0.1 * more,
    "milestones.m.oom": lambda more: 0.5 + more,
}


@settings(max_examples=8, deadline=None)
@example("cotra2020", "interventions.freeze.years", 1.0, 0.75, "interventions")
@given(
    st.sampled_from(["cotra2020", "cotra2020-uncertain", "update-2026"]),
    st.sampled_from(sorted(HARDER)),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["interventions", "compute"]),
)
def test_what_is_harder_comes_earlier_in_no_draw(
    parent: str, key: str, less: float, more: float, answers_to: str
) -> None:
    edits = [f"{name}={value}" for name, value in BASE.items()]
    base = ba.read_parameters(parent, [*edits, f'algorithms.answers_to="{answers_to}"'])
    if key == "interventions.freeze.years":
        # A price of the frozen years would come as much later, which is easier for a while.
        base = base.edited("interventions.price.year=2029")
    # In two replicates: so few draws cost by the replicate.
    files = (base.edited(f"{key}={HARDER[key](each)!r}") for each in sorted((less, more)))
    easy, hard = (ba.draw(file, points=2**8, replicates=2)["arrival_year"].values for file in files)
    assert np.all(hard >= easy - 1e-3)
