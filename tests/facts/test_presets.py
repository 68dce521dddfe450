"""The presets: what they say of themselves, and what others have published beside them."""

from __future__ import annotations

import numpy as np
import pytest

import bioanchors as ba
from bioanchors.analysis.ledgers import ledger
from bioanchors.parameters.reading.preset_files import GROUPS

# 5th, 50th and 95th percentiles in the file's unit: Epoch AI, Hobbhahn and Besiroglu 2022, Cottier
# et al. 2024, Ho et al. 2024, Direct Approach, Davidson 2023, IMF 2025; spreads are judgements.
UPDATE = {
    "hardware.flop_per_usd": (4e17, 9e17, 2e18),
    "hardware.doubling_years": (1.6, 2.3, 3.5),
    "hardware.max_flop_per_usd": (1e21, 1e23, 1e26),
    "spending.largest_run_usd": (2.3e8, 4.5e8, 9e8),
    "spending.times_per_year": (1.9, 2.8, 4.2),
    "spending.max_share_of_gdp": (0.001, 0.008, 0.05),
    "economy.largest_economy_gdp_usd": (3.04e13, 3.062e13, 3.08e13),
    "economy.growth_per_year": (0.01, 0.02, 0.032),
    "algorithms.oom_per_year": (0.17, 0.45, 1.1),
    "algorithms.transfer": (0.298, 0.663, 1.477),
    "algorithms.max_oom": (2.5, 5.5, 12.0),
}


def test_presets_have_titles_and_sources() -> None:
    for name in ba.presets():
        parameters = ba.read_parameters(name)
        assert parameters.tables.title
        assert parameters.tables.source


def test_each_preset_is_in_one_group() -> None:
    listed = [name for names in GROUPS.values() for name in names]
    assert sorted(listed) == list(ba.presets())


def test_latest_is_the_update() -> None:
    assert ba.presets()["latest"] == "now update-2026"
    assert ba.read_parameters("latest").text == ba.read_parameters("update-2026").text


def test_published_medians_of_other_weights() -> None:
    # About 2051, and 2041 with all weight on the short horizon and no "none".
    shah = ba.run("shah2020")
    assert shah.quantile(0.5) == pytest.approx(2051, abs=1)
    assert shah.with_weights({"short_horizon": 1, "none": 0}).quantile(0.5) == pytest.approx(
        2041, abs=1
    )
    for name, horizons in {"shah2020": (30, 40, 10), "horizons-50-20-10": (50, 20, 10)}.items():
        weights = ba.read_parameters(name).weights
        assert sum(weights.values()) == pytest.approx(1)
        assert [100 * weights[f"{n}_horizon"] for n in ("short", "medium", "long")] == [*horizons]
        rest = [weights[n] for n in ("lifetime", "genome", "evolution")]
        np.testing.assert_allclose(rest, [0.04, 0.08, 0.08])  # .05, .10 and .10 of .25, times .20


def test_a_little_fine_tuning_is_cheap_only_where_it_is_little() -> None:
    # The design's medians of the mix in place of Shah's medium and long horizons.
    tuned = ba.read_parameters("fine-tuning-2021")
    for share, median in ((1e-9, 2043.5), (1e-3, 2045.2)):
        shares = (
            f"hypotheses.{name}_horizon.fine_tuning_share={share}" for name in ("medium", "long")
        )
        assert ba.run(tuned.edited(*shares)).quantile(0.5) == pytest.approx(median, abs=0.1)
    plain, mixed = ba.run("shah2020").quantile(0.5), ba.run(tuned).quantile(0.5)
    assert plain - mixed == pytest.approx(6.8, abs=0.15)


@pytest.mark.parametrize(
    ("preset", "caps_of_2020", "caps_of_6"),
    [("trends-2018", 2050.90, 2043.37), ("trends-2023", 2050.86, 2037.73)],
)
def test_quoted_growth_hardly_matters_under_the_reports_caps(
    preset: str, caps_of_2020: float, caps_of_6: float
) -> None:
    assert ba.run(preset).quantile(0.5) == pytest.approx(caps_of_2020, abs=0.05)
    lifted = ba.read_parameters(preset, ["hypotheses.*.algorithms.max_oom=6"])
    assert ba.run(lifted).quantile(0.5) == pytest.approx(caps_of_6, abs=0.05)


@pytest.mark.parametrize(
    ("preset", "months", "halving"), [("trends-2018", 3.4, 16), ("trends-2023", 10, 9)]
)
def test_shares_of_algorithms_as_quoted(preset: str, months: float, halving: float) -> None:
    inputs = ba.read_parameters(preset).inputs
    runs = inputs["spending.speed"].median  # that of the run's FLOP
    assert runs == pytest.approx(12 * np.log10(2) / months, abs=1e-6)
    share = {3.4: 0.175258, 10: 0.526316}[months]
    algorithms = inputs["hypotheses.genome.algorithms.speed"].median
    assert algorithms == pytest.approx(12 * np.log10(2) / halving, abs=1e-9)
    assert algorithms / (algorithms + runs) == pytest.approx(share, abs=1e-6)


def test_orders_of_magnitude_from_gpt_4_to_2027() -> None:
    # Aschenbrenner 2024: 2 to 3 OOM of compute, 1 to 3 of algorithms, in four years.
    found = ledger("oom-count-2027", [2023, 2027])
    compute = np.diff(
        [h.value + s.value for h, s in zip(found.hardware, found.spending, strict=True)]
    )
    assert compute == pytest.approx(2.0, abs=0.02)
    for entry in found.entries:
        assert np.diff([each.value for each in entry.algorithms]) == pytest.approx(2.0, abs=0.02)
    # GPT-4's own run, and 1 - exp(-4/3) of a mean of 1 OOM with 0.7 to 1.3 as 90 %.
    first = found.hardware[0].value + found.spending[0].value
    assert first == pytest.approx(np.log10(2.1e25), abs=0.01)
    gained = found.entries[0].unhobbling
    assert gained[1].value == pytest.approx(0.97 * (1 - np.exp(-4 / 3)), abs=0.01)


def test_a_scientist_at_1e35() -> None:
    """S7.18 and S7.20 of the design's vectors, and the report's trends with 7 % of GDP."""
    scientist = ba.read_parameters("scientist-1e35")
    assert ba.run(scientist).quantile(0.5) == pytest.approx(2055.40, abs=0.05)
    wider = scientist.edited("hypotheses.scientist.training_flop.sd_oom=2")
    assert ba.run(wider).quantile(0.5) == pytest.approx(2055.40, abs=0.05)
    railways = scientist.edited("spending.max_share_of_gdp=0.07")
    assert ba.run(railways).quantile(0.5) == pytest.approx(2050.8, abs=0.1)


def test_what_a_pause_of_ten_years_does() -> None:
    """S5.21 and S5.22: the preset's range of shares lies between them."""
    pause = ba.run("freeze-2027")
    assert 2053.2 < pause.quantile(0.5) < 2053.9
    assert 0.060 < pause.probability_by(2036) < 0.113
    plain = ba.run(ba.read_parameters("freeze-2027", ["interventions.freeze.until_year=2027"]))
    assert plain.quantile(0.5) == pytest.approx(ba.run("update-2026").quantile(0.5), abs=0.1)
    # A cap lets what could be bought go on: until it ends hardly anything, then all at once.
    cap = ("drop=['interventions.freeze.freeze']", "interventions.freeze.at_most=1e27")
    capped = ba.run(ba.read_parameters("freeze-2027", cap))
    assert capped.quantile(0.5) == pytest.approx(plain.quantile(0.5), abs=0.02)
    assert capped.probability_by(2036.99) < pause.probability_by(2036.99) < 0.1
    assert capped.probability_by(2037) == pytest.approx(plain.probability_by(2037), abs=0.003)


def test_whether_algorithms_save_data_decides_the_wall() -> None:
    wall = ba.read_parameters("data-wall", ["data.stock_tokens=3e14", "data.times_per_year=1.05"])
    saves = ba.run(wall.edited("data.algorithms_save=1"))
    assert saves.quantile(0.5) == pytest.approx(2055.9, abs=0.5)
    not_so = ba.run(wall.edited("data.algorithms_save=0"))
    assert not_so.quantile(0.5) == np.inf
    assert not_so.probability_by(2050) == pytest.approx(0.13, abs=0.01)


def test_a_loss_of_a_hundredth() -> None:
    known = ba.read_parameters("chinchilla-loss", ["hypotheses.loss.loss_above_irreducible=0.01"])
    assert ba.run(known).quantile(0.5) == pytest.approx(2035.7, abs=0.1)
    far = known.edited("hypotheses.loss.loss_above_irreducible=0.00155848")
    direct = ba.read_parameters(
        "cotra2020-report",
        [
            'drop=["hypotheses"]',
            "none=0",
            'hypotheses.one={kind="direct", weight=1, training_flop=1e35, '
            "algorithms={halving_years=3, max_oom=2}}",
        ],
    )
    for parameters in (far, direct):
        assert ba.run(parameters).quantile(0.5) == pytest.approx(2055.4, abs=0.05)


def test_what_a_data_point_is_decides() -> None:
    forecast = ba.run("brain-data")
    medians = {name: forecast.given(name).quantile(0.5) for name in forecast.hypotheses}
    assert medians == pytest.approx(
        {"senses": 2038.76, "passes": 2028.69, "attention": 2027.47}, abs=0.05
    )
    # Behaviour and receptors by Zheng and Meister 2025.
    for points, median in ((1e10, 2026.5), (1e18, 2046.1)):
        other = forecast.parameters.edited(f"hypotheses.senses.data_points={points}")
        assert ba.run(other).given("senses").quantile(0.5) == pytest.approx(median, abs=0.05)
    # As a lifetime of so many seconds, the same sum of terms by another kind.
    adjusted = '{dist="normal", mean=1, sd=2}'  # p. 45
    seconds = 6 * 10 ** (11.5 - 1.5)  # p. 87
    same = ba.read_parameters(
        "cotra2020-report",
        [
            'drop=["hypotheses"]',
            "none=0",
            f'hypotheses.one={{kind="lifetime", weight=1, lifetime_s={seconds}, oom_vs_lifetime='
            f"{adjusted}, algorithms={{halving_years=3, max_oom=2}}}}",
        ],
    )
    assert ba.run(same).quantile(0.5) == pytest.approx(medians["passes"], abs=0.01)


def test_the_updates_percentiles_are_its_sources() -> None:
    by_path = {item.path: item for item in ba.read_parameters("update-2026").inputs.values()}
    for path, expected in UPDATE.items():
        found = by_path[path].distribution.ppf(np.array([0.05, 0.5, 0.95]))
        np.testing.assert_allclose(found[[0, 2]], [expected[0], expected[2]], rtol=1e-6)
        assert found[1] == pytest.approx(expected[1], rel=0.055), path


def test_every_value_of_the_update_has_a_source() -> None:
    tables = ba.read_parameters("update-2026").tables
    for name in ("hardware", "spending", "economy", "algorithms"):
        table = getattr(tables, name)
        for key in type(table).model_fields:
            value = getattr(table, key)
            if hasattr(value, "source"):
                assert value.source, f"{name}.{key}"
    for item in [*tables.evidence.observation, *tables.evidence.insufficient_run]:
        assert item.source


def test_uncertain_trends_have_the_reports_columns_as_percentiles() -> None:
    names = ("aggressive", "report", "conservative")
    columns = [ba.read_parameters(f"cotra2020-{name}") for name in names]
    uncertain = {i.path: i for i in ba.read_parameters("cotra2020-uncertain").inputs.values()}
    for path in (
        "hardware.doubling_years",
        "hardware.max_flop_per_usd",
        "spending.largest_run_usd",
        "spending.doubling_years",
        "spending.max_share_of_gdp",
        "economy.growth_per_year",
    ):
        values = []
        for column in columns:
            (item,) = [i for i in column.inputs.values() if i.path == path]
            values.append(float(item.distribution.ppf(np.array([0.5]))[0]))
        low, middle, high = sorted(values)
        assert middle == values[1]
        found = uncertain[path].distribution.ppf(np.array([0.1, 0.5, 0.9]))
        np.testing.assert_allclose(found, [low, middle, high], rtol=1e-6)
    shift = uncertain["algorithms.halving_shift_years"].distribution
    np.testing.assert_allclose(shift.ppf(np.array([0.1, 0.5, 0.9])), [-1, 0, 1], atol=0.07)


def test_the_cap_decides_where_algorithms_are_fast() -> None:
    fast = ["algorithms.gain_start_year=2020.5"] + [
        f"hypotheses.{name}.algorithms.halving_months=8"
        for name in ba.read_parameters("cotra2020").weights
    ]
    warned = [w for w in ba.read_parameters("cotra2020", fast).warnings if "max_oom" in w]
    assert len(warned) == 1
    assert "lifetime, short_horizon: algorithms gain 90% of max_oom within 5 years" in warned[0]
    assert not [w for w in ba.read_parameters("cotra2020").warnings if "max_oom" in w]
