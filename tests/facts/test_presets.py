"""The presets: what they say of themselves, and what others have published beside them."""

from __future__ import annotations

import numpy as np
import pytest

import bioanchors as ba

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
