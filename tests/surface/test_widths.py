"""Screens on terminals from 40 to 200 columns: no number is cut, no column lost."""

import io
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bioanchors.output.tables import grid
from bioanchors.output.terminal import Screen

WIDTHS = range(40, 201)
NUMBER = re.compile(r"[-+<]?\d[\d.,]*(?:e[-+]?\d+)?$")
FAST = ("--precision", "1pp")
COMMANDS = {
    "run": ("run", "latest", "--errors"),
    "milestones": ("run", "milestones.toml", "--milestones", *FAST),
    "weightings": ("sweep", "cotra2020", "--weightings", "weightings.csv", *FAST),
    "sweep": ("sweep", "cotra2020", *FAST),
    "grid": (
        *("sweep", "cotra2020", "--vary", "hardware.doubling_years=1.5:3.5:5"),
        *("--vary", "spending.doubling_years=1:3:9", *FAST),
    ),
    "sensitivity": ("sensitivity", "cotra2020"),
    "regional": ("sensitivity", "cotra2020", "--view", "regional"),
    "tornado": ("sensitivity", "cotra2020", "--view", "tornado"),
    "ledger": ("ledger", "latest", "--years", "2026,2040"),
    "bounds": ("bounds", "latest"),
    "explain": ("explain", "cotra2020", "hardware.doubling_years"),
    "hindcast": ("hindcast", "cotra2020", "cotra2020-uncertain"),
    "mix": ("mix", "cotra2020=0.7", "metaculus_5121_2026-09=0.3", *FAST),
    "afford": ("afford", "latest"),
    "compare": ("compare", "cotra2020", "shah2020", "--attribute", *FAST),
}  # fmt: skip


def rendered(renderable, width):
    console = Console(width=width, file=io.StringIO(), highlight=False, color_system=None)
    console.print(renderable)
    return console.file.getvalue()


def numbers(text):
    return Counter(
        word.strip("();:,") for word in text.split() if NUMBER.match(word.strip("();:,"))
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_screens_say_the_same_at_any_width(cli, monkeypatch, command):
    printed = []
    monkeypatch.setattr(Screen, "print", lambda self, *parts: printed.extend(parts))
    with open("weightings.csv", "w", encoding="utf-8") as file:
        file.write("lifetime,short_horizon,genome,medium_horizon,long_horizon,evolution\n")
        file.write("1,2,3,4,5,6\n0.123456,0,0,0,1,0\n")
    with open("milestones.toml", "w", encoding="utf-8") as file:
        file.write('extends = "cotra2020"\n[milestones]\nsooner = { oom = -2 }\n')
    cli(*COMMANDS[command])
    assert printed
    for each in printed:
        whole = rendered(each, 400)
        for width in WIDTHS:
            text = rendered(each, width)
            assert max(map(len, text.splitlines()), default=0) <= width
            assert numbers(text) >= numbers(whole), (width, numbers(whole) - numbers(text))
            assert text.count("…") <= whole.count("…")


CELLS = st.text("0123456789", min_size=1, max_size=10)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("abcde fgh", min_size=1, max_size=24), min_size=2, max_size=9),
    st.lists(st.text("abc_.", min_size=1, max_size=60), min_size=1, max_size=4),
    st.data(),
)
def test_a_table_holds_each_number_once_and_each_name(heads, names, data):
    rows = [[name, *(data.draw(CELLS) for _ in heads[1:])] for name in names]
    table = grid(heads, rows)
    width = data.draw(st.sampled_from(WIDTHS))
    text = rendered(table, width)
    assert max(map(len, text.splitlines())) <= width
    cells = Counter(cell for row in rows for cell in row[1:])
    assert numbers(text) == cells
    # All letters of names, as often as there are tables below each other.
    letters = Counter("".join(names))
    told = Counter(c for c in text if c in "_.")
    for letter in "_.":
        assert told[letter] % max(letters[letter], 1) == 0
        assert told[letter] >= letters[letter]
