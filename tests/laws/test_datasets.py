"""Every analysis has a dataset with names and units, and its CSV the same numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bioanchors as ba
from bioanchors.analysis.early_and_late import pawn, regional
from bioanchors.analysis.trajectories import trajectories
from bioanchors.analysis.weightings import line, listed, simplex
from bioanchors.formats.netcdf import netcdf_bytes
from bioanchors.output.affordability_tables import affordability_csv
from bioanchors.output.bounds_tables import bounds_csv
from bioanchors.output.comparison_tables import attribution_csv, comparison_csv, differences_csv
from bioanchors.output.ledger_tables import ledger_csv
from bioanchors.output.milestone_tables import milestone_years_csv, milestones_csv
from bioanchors.output.sensitivity_tables import regional_csv, sensitivity_csv
from bioanchors.output.sweep_tables import sweep_csv
from bioanchors.output.tables import dataset_csv
from bioanchors.output.tornado_tables import pairs_csv, tornado_csv

COARSE: Any = {"precision": 0.01}
SHORT = ba.read_parameters("cotra2020", ["forecast.last_year=2045"])
"""Ends before the median: there are years that are none."""

MADE = {
    "sweep": lambda: ba.sweep(
        [SHORT, "shah2020"],
        weightings=[{"short_horizon": 1, "none": 0.1}, {"genome": 2}],
        vary={"hardware.doubling_years": [2, 4]},
        report_years=[2030, 2040],
        **COARSE,
    ),
    "solution": lambda: ba.solve("cotra2020", "hardware.doubling_years", "2050=0.5", **COARSE),
    "sensitivity": lambda: ba.sensitivity("cotra2020", 2050, max_draws=2**16),
    "tornado": lambda: ba.tornado(
        SHORT, 2040, inputs=["brain.flop_per_s", "network.oom_vs_brain"], **COARSE
    ),
    "regional": lambda: regional(ba.run(SHORT, **COARSE), 2040),
    "pawn": lambda: pawn(ba.run(SHORT, **COARSE), draws=1000),
    "bounds": lambda: ba.bounds(SHORT, [0.25, 0.1]),
    "affordability": lambda: ba.affordability(SHORT, [1e26, 1e30]),
    "ledger": lambda: ba.ledger(SHORT, [2030, 2040]),
    "milestones": lambda: ba.milestones(
        SHORT.edited("milestones.a.oom=-3", 'milestones.b={harder_than="a", oom=2}'),
        **COARSE,
    ),
    "comparison": lambda: ba.compare(SHORT, "shah2020", years=[2040], **COARSE),
    "attribution": lambda: ba.attribute("cotra2020", "cotra2020-aggressive", **COARSE),
    "hindcast": lambda: ba.hindcast("cotra2020", "cotra2020-uncertain", draws=256),
    "with and without": lambda: ba.with_and_without(
        SHORT.edited("interventions.a={of='largest_run_usd', year=2030, times=0.5}"),
        [0.5],
        **COARSE,
    ),
    "trajectories": lambda: trajectories(ba.run(SHORT, **COARSE), draws=256),
}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return {}


def of(name: str, made: dict[str, Any]) -> Any:
    if name not in made:
        made[name] = MADE[name]()
    return made[name]


@pytest.mark.parametrize("name", MADE)
def test_everything_has_a_name_a_unit_and_a_source(name: str, made: dict[str, Any]) -> None:
    data = of(name, made).dataset
    for variable in data.data_vars.values():
        assert variable.attrs["long_name"]
        assert "units" in variable.attrs
    parameters = ba.read_parameters("cotra2020")
    assert data.attrs["source"] == parameters.tables.source
    if name != "bounds":  # they need no draws
        assert data.attrs["seed"] == "1"
    assert data.attrs["bioanchors_version"] == ba.__version__
    assert "[hardware]" in data.attrs["parameters"]


@pytest.mark.parametrize("name", MADE)
def test_a_dataset_can_be_written(name: str, made: dict[str, Any], tmp_path: Path) -> None:
    import xarray as xr

    data = of(name, made).dataset
    (tmp_path / "data.nc").write_bytes(netcdf_bytes(data))
    with xr.open_dataset(tmp_path / "data.nc") as read_back:
        assert set(read_back.variables) == set(data.variables)


@pytest.mark.parametrize(
    "axis",
    [
        simplex(["short_horizon", "long_horizon"], 0.5),
        line({"short_horizon": 1, "none": 0}, {"genome": 1, "none": 0.5}, 0.25),
        listed([{"genome": 1}, {"genome": 1, "evolution": 3}]),
    ],
    ids=lambda axis: axis.kind,
)
def test_weightings_have_one_too(axis: Any) -> None:
    data = axis.dataset
    for i, name in enumerate(axis.names):
        np.testing.assert_array_equal(data[name], axis.weights[:, i])
    assert ("none" in data) == (axis.kind == "line")


def read(text: str) -> dict[str, list[str]]:
    """The columns of CSV."""
    heads, *rows = csv.reader(io.StringIO(text))
    return dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def check(cells: Iterable[str], values: Any) -> None:
    """Cells read back to the very same numbers; what is no number is empty."""
    flat = np.asarray(values).ravel().tolist()
    assert [float(cell) if cell else math.nan for cell in cells] == pytest.approx(
        [value if math.isfinite(value) else math.nan for value in flat],
        rel=0, abs=0, nan_ok=True,
    )  # fmt: skip


def test_milestones_read_back(made: dict[str, Any]) -> None:
    found = of("milestones", made)
    data, table = found.dataset, read(milestones_csv(found))
    check(table["probability"], data["probability"])
    check(table["standard_error"], data["probability_standard_error"])
    assert table["milestone"][:: data.sizes["year"]] == ["base", "a", "b"]
    years = read(milestone_years_csv(found))
    count = data["arrival"].size
    check(years["year"][:count], data["arrival"])
    check(years["years_between"][count:], data["gap_years"])
    assert years["from_milestone"][count:] == ["a"] * 3


def test_a_sweep_reads_back(made: dict[str, Any]) -> None:
    found = of("sweep", made)
    data, table = found.dataset, read(sweep_csv(found))
    assert list(table)[:4] == ["file", "hardware.doubling_years", "short_horizon", "genome"]
    assert set(table["median_year_state"]) == {"within", "not by 2045"}
    for name in ("median_year", "median_year_standard_error"):
        check(table[name], data[name])
    for year in (2030, 2040):
        for end in ("", "_standard_error"):
            check(table[f"probability_by_{year}{end}"], data[f"probability{end}"].sel(year=year))
    check(table["genome"], np.tile(data["genome"], 4))
    assert table["file"] == ["cotra2020"] * 4 + ["shah2020"] * 4


def test_a_sensitivity_reads_back(made: dict[str, Any]) -> None:
    found = of("sensitivity", made)
    data, table = found.dataset, read(sensitivity_csv([found]))
    heads = {"first_order": "first", "total": "total", "shapley": "shapley"}
    for head, kind in {**heads, "variance_reduction": "variance_reduction"}.items():
        for end in ("", "_standard_error"):
            both = [data[f"{level}_{kind}{end}"] for level in ("group", "input")]
            check(table[head + end], np.concatenate(both))
    assert table["name"] == [*data["group"].values, *data["input"].values]
    assert table["members"][-1] == table["name"][-1]


def test_a_tornado_reads_back(made: dict[str, Any]) -> None:
    found = of("tornado", made)
    data, table, pairs = found.dataset, read(tornado_csv(found)), read(pairs_csv(found))
    for end in ("low", "high"):
        check(table[end], data["value"].sel(end=end))
        check(table[f"at_{end}"], data["at"].sel(end=end))
        for other in ("low", "high"):
            corner = data["corners"].sel(first_end=end, second_end=other)
            check(pairs[f"{end}_{other}"], corner)
    for name in ("swing", "swing_standard_error", "swap_lowest", "swap_highest"):
        check(table[name], data[name])
    assert table["interacts"] == [str(bool(each)).lower() for each in data["interacts"]]
    check(pairs["interaction"], data["interaction"])


def test_early_and_late_read_back(made: dict[str, Any]) -> None:
    found, moved = of("regional", made), of("pawn", made)
    data, table = found.dataset, read(regional_csv(found, moved))
    for side in ("early", "late"):
        for head, percentile in (("p05", 5), ("p50", 50), ("p95", 95)):
            check(table[f"{side}_{head}"], data[side].sel(percentile=percentile))
    check(table["distance"], data["distance"])
    check(table["early_happens"], data["early_happens"])
    check(table["pawn_median"], [moved.median.get(name, math.nan) for name in table["input"]])
    assert set(read(regional_csv(found))["pawn_median"]) == {""}


def test_a_ledger_reads_back(made: dict[str, Any]) -> None:
    found = of("ledger", made)
    data = found.dataset
    heads, *rows = csv.reader(io.StringIO(ledger_csv(found)))
    assert heads == ["hypothesis", "year", "item", "oom", "standard_error"]
    assert len(rows) == 2 * (2 + 3 * data.sizes["hypothesis"])
    for hypothesis, year, item, oom, error in rows:
        at = {"year": float(year)} | ({"hypothesis": hypothesis} if hypothesis else {})
        check([oom, error], [data[item].sel(at), data[f"{item}_standard_error"].sel(at)])


def test_bounds_and_affordability_read_back(made: dict[str, Any]) -> None:
    found = of("bounds", made)
    data, table = found.dataset, read(bounds_csv(found))
    for name in ("earliest", "latest"):
        check(table[f"{name}_year"], data[name].transpose("hypothesis", "tail"))
    found = of("affordability", made)
    data, table = found.dataset, read(affordability_csv(found))
    check(table["probability_never"], data["never"])
    check(table["probability_never_standard_error"], data["never_standard_error"])
    check(table["cost_usd"], data["cost"])
    check(table["share_of_gdp"], data["share_of_gdp"])
    for percentile in (10, 50, 90):
        check(table[f"year_{percentile}"], data["year"].sel(percentile=percentile))


def test_a_comparison_reads_back(made: dict[str, Any]) -> None:
    found = of("comparison", made)
    data, table = found.dataset, read(comparison_csv(found))
    for head, name in (("standard_error", "value_standard_error"), ("value", "value"),
                       ("difference", "difference"),
                       ("difference_standard_error", "difference_standard_error")):  # fmt: skip
        check(table[head], data[name])
    assert table["state"] == [*data["state"].values.ravel()]
    assert set(table["state"]) == {"", "not by 2045"}
    differing = read(differences_csv(found))
    assert differing["parameter"] == [each.name for each in found.differences[0]]
    assert differing["this"] == [*data["this_text"].values]


def test_an_attribution_reads_back(made: dict[str, Any]) -> None:
    found = of("attribution", made)
    data, table = found.dataset, read(attribution_csv(found))
    for name in ("shapley", "standard_error", "lowest", "highest"):
        check(table[name], data[name].transpose("outcome", "group"))
    assert table["group"][: data.sizes["group"]] == list(found.groups)


def test_columns_repeat_along_what_they_lack_and_texts_are_no_formulas() -> None:
    import xarray as xr

    data = xr.Dataset(
        {"x": (("b", "a"), [[1.0, 2.0, math.nan]]), "is": ("a", [True, False, True])},
        coords={"a": ["=1+1", "p", "q"], "b": [2030]},
    )
    text = dataset_csv((["a", "b"], {name: data[name] for name in ("a", "b", "x", "is")}))
    assert text == "a,b,x,is\n'=1+1,2030,1.0,true\np,2030,2.0,false\nq,2030,,true\n"
