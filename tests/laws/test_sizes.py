"""A speed or a cap of algorithms by the size of the requirement."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import bioanchors as ba

SIZES = (
    "algorithms.sizes.large={from_flop=1e33, halving_years={ci90=[1, 3]}}",
    "algorithms.sizes.vast={from_flop=1e37, halving_years=0.8, max_oom=6}",
)


def base(*settings: str) -> ba.Parameters:
    """One hypothesis of which the algorithms are the file's."""
    own = "hypotheses.one={kind='direct', weight=1, training_flop={value}}"
    flop = "{dist='lognormal', median=1e34, sd_oom=3}"
    edits = [
        'drop=["low_end_update"]',
        "algorithms.halving_years=3",
        "algorithms.max_oom=2",
        own.replace("{value}", flop),
    ]
    parameters = ba.read_parameters("cotra2020", [*edits, *settings])
    return parameters.with_weights({"one": 1, "none": 0})


def given(low: float, high: float, *algorithms: str) -> tuple[float, np.ndarray]:
    """Probability of a requirement between two, and the CDF of arrivals given that."""
    from scipy.stats import norm

    ends = [(math.log10(end) - 34) / 3 if end else -math.inf for end in (low, high)]
    share = float(norm.cdf(ends[1]) - norm.cdf(ends[0]))
    low, high = max(low, 1e0), min(high, 1e70)
    cut = (
        "hypotheses.one.training_flop={dist='truncated', "
        f"of={{dist='lognormal', median=1e34, sd_oom=3}}, low={low!r}, high={high!r}}}"
    )
    forecast = ba.run(base(*algorithms).edited(cut), precision=2e-4)
    return share, np.array([forecast.probability_by(y) for y in forecast.whole_years])


def test_it_is_a_mixture_of_files_each_with_the_algorithms_of_its_sizes() -> None:
    parts = [
        given(0.0, 1e33),
        given(1e33, 1e37, "algorithms.halving_years={ci90=[1, 3]}"),
        given(1e37, math.inf, "algorithms.halving_years=0.8", "algorithms.max_oom=6"),
    ]
    expected = sum(share * cdf for share, cdf in parts)
    forecast = ba.run(base(*SIZES), precision=5e-4)
    found = np.array([forecast.probability_by(year) for year in forecast.whole_years])
    errors = [forecast.probability_standard_error(year) for year in forecast.whole_years]
    assert np.all(np.abs(found - expected) <= 4 * np.hypot(errors, 3e-4))
    assert forecast.sums.counted == ("one",)


def test_the_same_algorithms_at_every_size_are_no_sizes() -> None:
    same = base("algorithms.sizes.all={from_flop=1e30, halving_years=3, max_oom=2}")
    one, other = ba.run(same), ba.run(base())
    for year in other.whole_years:
        allowed = 4 * math.hypot(*(f.probability_standard_error(year) for f in (one, other)))
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed


def test_draws_have_the_algorithms_of_their_size_and_evidence_counts_them() -> None:
    parameters = base(
        "algorithms.halving_years=30", "algorithms.sizes.large={from_flop=1e34, halving_years=1}"
    )
    data = ba.draw(parameters, points=2**12).sel(hypothesis="one")
    need, arrival = data["requirement"].values, data["arrival_year"].values
    just_below = arrival[(need > 33.5) & (need < 34)]
    just_above = arrival[(need >= 34) & (need < 34.5)]
    assert np.min(just_below) > np.max(just_above)
    seen = parameters.edited("evidence={not_arrived_by=2035.0}")
    forecast = ba.run(seen)
    assert forecast.probability_by(2035) == 0
    before = ba.run(parameters)
    for year in (2045, 2060):
        p, q = before.probability_by(year), before.probability_by(2035)
        assert forecast.probability_by(year) == pytest.approx((p - q) / (1 - q), abs=0.005)


def test_what_a_hypothesis_has_of_its_own_stays_and_what_nothing_uses_is_said() -> None:
    other = ba.read_parameters("cotra2020", ["algorithms.sizes.large={from_flop=1e33, max_oom=9}"])
    assert all(each.sizes == () for each in other.hypotheses)
    np.testing.assert_array_equal(ba.run(other).cdf, ba.run("cotra2020").cdf)
    words = "algorithms.sizes.large: every hypothesis has its own, so it does nothing"
    assert words in other.warnings


def test_a_shift_of_halving_times_is_of_every_size() -> None:
    shifted = base(*SIZES, "algorithms.halving_shift_years=1")
    slower = base(
        "algorithms.halving_years=4",
        "algorithms.sizes.large={from_flop=1e37, halving_years=1.8, max_oom=6}",
    )
    of = ["algorithms.sizes.vast.halving_years=0.8", "drop=['algorithms.sizes.large']"]
    one, other = ba.run(shifted.edited(*of), seed=3), ba.run(slower, seed=4)
    for year in other.whole_years:
        allowed = 4 * math.hypot(*(f.probability_standard_error(year) for f in (one, other)))
        assert abs(one.probability_by(year) - other.probability_by(year)) <= allowed
    with pytest.raises(ba.BadParameters, match=r"a halving time of -0\.2 years at the least"):
        base(*SIZES, "algorithms.halving_shift_years=-1")


MISTAKES = {
    "halving_years = 2\n": "algorithms.sizes.a.from_flop: missing; needed: a number of FLOP",
    "from_flop = 1e30\n": "algorithms.sizes.a: missing; needed: max_oom, or one of halving_years",
    "from_flop = 1e30\nhalving_years = 1\noom_per_year = 1\n": "a second speed, beside "
    "halving_years; allowed: one of",
    "from_flop = 1e30\nmax_oom = 1\n[algorithms.sizes.b]\nfrom_flop = 1e30\nmax_oom = 2\n": (
        "algorithms.sizes.b.from_flop: the same as that of a; allowed: different sizes"
    ),
    "from_flop = 1e30\noom_per_year = 1\n[algorithms]\nreturns_to_research = 2\n"
    "[research.algorithms]\ntimes_per_year = 1.2\n": "sizes.a.oom_per_year: a speed beside "
    "returns_to_research; allowed: max_oom alone",
    "from_flop = 1e30\nmax_oom = -1\n": "algorithms.sizes.a.max_oom: found -1; allowed: ",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_mistakes_are_told(desk: None, text: str, told: str) -> None:
    Path("mine.toml").write_text(f'extends = "cotra2020"\n[algorithms.sizes.a]\n{text}')
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters("mine.toml")
    assert told in str(caught.value)


def test_what_cannot_be_said_of_it_is_refused() -> None:
    parameters = base(*SIZES)
    with pytest.raises(ValueError, match="hang on the requirement"):
        ba.bounds(parameters)
    with pytest.raises(ValueError, match="hang on the requirement"):
        ba.affordability(parameters, [1e30], algorithms="one")
