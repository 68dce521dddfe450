"""Families of named tables: what was seen by name means what it means in a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_origin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import bioanchors as ba
from bioanchors.parameters import parse_parameters
from bioanchors.parameters.shape import (
    NAMED,
    STAR,
    family_of,
    is_section,
    named_tables,
    shared_path,
    value_path,
)
from bioanchors.parameters.tables import Tables

LISTED = """\
[evidence]
run_softness_oom = 0.5

[[evidence.observation]]
quantity = "flop_per_usd_growth"
from_year = 2025
year = 2026
value = 1.4
standard_error_oom = 0.05

[[evidence.observation]]
quantity = "largest_run_flop"
year = 2025.5
value = 5e26
standard_error_oom = 0.3

[[evidence.insufficient_run]]
flop = 1e26
year = 2025.2
"""
NAMED_SO = (
    LISTED.replace("[[evidence.observation]]", "[evidence.observations.price]", 1)
    .replace("[[evidence.observation]]", "[evidence.observations.grok4]", 1)
    .replace("[[evidence.insufficient_run]]", "[evidence.insufficient_runs.gpt4]", 1)
)
MIXED = LISTED.replace("[[evidence.observation]]", "[evidence.observations.price]", 1)
PARENT = 'extends = "cotra2020-uncertain"\n'
PATHS = [
    ("evidence", "observations", "price"),
    ("evidence", "observations", "grok4"),
    ("evidence", "insufficient_runs", "gpt4"),
]


@pytest.fixture
def file(desk: None) -> Path:
    path = Path("seen.toml")
    path.write_text(PARENT + NAMED_SO)
    return path


def test_lists_and_names_give_the_same_bits(file: Path) -> None:
    by_name = ba.run(file)
    for other in (LISTED, MIXED):
        Path("other.toml").write_text(PARENT + other)
        again = ba.run("other.toml")
        np.testing.assert_array_equal(by_name.cdf, again.cdf)
        assert by_name.effective_draws == again.effective_draws


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(4)), st.sets(st.integers(0, 3)))
def test_neither_order_nor_form_says_anything(order: list[int], named: set[int]) -> None:
    items = [
        f'quantity = "largest_run_usd"\nyear = {2025 + i / 10}\nvalue = {1e8 * (i + 1)}\n'
        "standard_error_oom = 0.3\n"
        for i in range(4)
    ]
    base = ba.read_parameters("cotra2020-uncertain").text
    plain = parse_parameters(base + "".join(f"[[evidence.observation]]\n{i}" for i in items))
    listed = "".join(f"[[evidence.observation]]\n{items[i]}" for i in order if i not in named)
    by_name = "".join(f"[evidence.observations.o{i}]\n{items[i]}" for i in order if i in named)
    other = parse_parameters(base + listed + by_name)
    assert other.spec.observations == plain.spec.observations
    assert parse_parameters(other.text).spec.observations == plain.spec.observations


def test_a_child_changes_adds_and_drops_by_name(file: Path) -> None:
    Path("child.toml").write_text(
        'extends = "./seen.toml"\ndrop = ["evidence.insufficient_runs"]\n'
        "[evidence.observations.grok4]\nvalue = 2e27\n"
        "[evidence.observations.mine]\n"
        'quantity = "largest_run_usd"\nyear = 2025\nvalue = 3e8\nstandard_error_oom = 0.2\n'
        "[evidence]\n"
    )
    with pytest.raises(ba.BadParameters, match="run_softness_oom: does nothing without"):
        ba.read_parameters("child.toml")
    text = Path("child.toml").read_text()
    Path("child.toml").write_text(
        text.replace('"]\n', '", "evidence.run_softness_oom"]\n', 1).replace("[evidence]\n", "")
    )
    child = ba.read_parameters("child.toml")
    assert {o.path[-1]: o.log10_value for o in child.spec.observations} == pytest.approx(
        {"price": np.log10(1.4), "grok4": np.log10(2e27), "mine": np.log10(3e8)}
    )
    assert not child.spec.runs
    assert str(child.origin(("evidence", "observations", "grok4", "value"))) == "child.toml:4"
    assert str(child.origin(("evidence", "observations", "grok4", "year"))) == "seen.toml:14"
    edited = child.edited("evidence.observations.grok4.year=2025.9")
    assert edited.evidence.observations is not None
    assert edited.evidence.observations["grok4"].year == 2025.9
    assert edited.evidence.observations["grok4"].value == 2e27


def test_the_resolved_file_is_the_same_file(file: Path) -> None:
    once = ba.read_parameters(file)
    assert "[evidence.observations.grok4]\n" in once.text
    again = parse_parameters(once.text)
    assert again.text == once.text
    assert again.spec.observations == once.spec.observations


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value = 5e26", "valu = 5e26", 'seen.toml:15: evidence.observations.grok4.valu: unknown '
         "key; allowed: quantity, year, from_year, value, standard_error_oom, hypothesis, "
            "dollar_year, as_of, same_as, rate_only, licence, source, "
         'note; did you mean "value"?'),
        ("value = 5e26\n", "", "seen.toml:12: evidence.observations.grok4.value: missing; needed: "
         "what was measured"),
        ("grok4", '"no good"', 'seen.toml:12: evidence.observations."no good": found "no good"; '
         "allowed: a name of 1 to 60 letters, digits, _ and -"),
        ("year = 2025.2", "year = 2200", "evidence.insufficient_runs.gpt4.year: found 2200; "
         "allowed: at most 2100, the forecast's last_year"),
        ("[evidence.observations.price]", "[evidence.observation.price]",
         "allowed: a list, as [[evidence.observation]]; with a name, [evidence.observations.NAME]"),
        ("[evidence.insufficient_runs.gpt4]", "[[evidence.insufficient_runs]]",
         "allowed: a table for each, as [evidence.insufficient_runs.NAME]"),
        ("[evidence.observations.price]", "[evidence.observatons.price]",
         "evidence.observatons: unknown key; allowed: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_name(file: Path, old: str, new: str, told: str) -> None:
    file.write_text((PARENT + NAMED_SO).replace(old, new))
    with pytest.raises(ba.BadParameters) as caught:
        ba.read_parameters(file)
    assert told in str(caught.value)


def test_conflicts_are_told_by_name(file: Path) -> None:
    file.write_text((PARENT + NAMED_SO).replace("value = 1.4", "value = 2.5"))
    forecast = ba.run(file)
    assert any("evidence.observations.price, flop_per_usd" in note for note in forecast.notes)
    file.write_text((PARENT + NAMED_SO).replace("value = 1.4", "value = 1e4"))
    with pytest.raises(ba.BadParameters, match=r"seen.toml:5: evidence.observations.price: contra"):
        ba.run(file)


def test_families_say_what_merges() -> None:
    for family in NAMED:
        member = (*family.path, "any")
        assert is_section(family.path)
        assert is_section(member)
        assert family_of(member) is family
        assert value_path((*member, "key", "deeper")) == (*member, "key")
        for section in family.sections:
            assert is_section((*member, section))
            assert value_path((*member, section, "key", "x")) == (*member, section, "key")
        assert not is_section((*member, "other"))
    for path in PATHS:
        assert is_section(path)
    assert value_path(("correlations", 0, "parameters")) == ("correlations",)
    assert value_path(("hardware", "doubling_years", "dist")) == ("hardware", "doubling_years")
    assert value_path(("evidence", "observation", 0, "year")) == ("evidence", "observation")


def test_every_family_of_named_tables_has_its_row() -> None:
    def families(model: type[BaseModel], path: tuple[str, ...]) -> list[tuple[str, ...]]:
        found = []
        for name, info in model.model_fields.items():
            for option in (info.annotation, *get_args(info.annotation)):
                inner = [*get_args(option)][-1:] if get_origin(option) is dict else [option]
                if not inner or not isinstance(inner[0], type):
                    continue
                if not issubclass(inner[0], BaseModel):
                    continue
                here = (*path, name)
                if get_origin(option) is dict:
                    found.append(here)
                    here = (*here, STAR)
                found += families(inner[0], here)
        return found

    assert set(families(Tables, ())) <= {family.path for family in NAMED}
    tables = ba.read_parameters("cotra2020").tables
    assert [path[1] for path, _ in named_tables(tables, NAMED[0])] == list(tables.hypotheses or ())


@pytest.mark.parametrize(
    ("path", "whole", "shared"),
    [
        (("correlations", 0, "parameters"), ("correlations",), ("correlations", "parameters")),
        (("hardware", "start_year"), ("hardware", "start_year"), ("hardware", "start_year")),
        (
            ("hypotheses", "a", "algorithms", "max_oom", "mean"),
            ("hypotheses", "a", "algorithms", "max_oom"),
            ("algorithms", "max_oom", "mean"),
        ),
        (
            ("evidence", "observations", "a", "value"),
            ("evidence", "observations", "a", "value"),
            ("evidence", "observations", "*", "value"),
        ),
        (
            ("evidence", "observation", 3, "value"),
            ("evidence", "observation"),
            ("evidence", "observation", "value"),
        ),
    ],
)
def test_places_in_a_file(path: Any, whole: Any, shared: Any) -> None:
    assert value_path(path) == whole
    assert shared_path(path) == shared
