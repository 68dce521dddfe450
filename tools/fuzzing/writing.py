"""Fuzz what people write: parameter files, and the options of every command.

Each input is a valid file or command line with something changed: a number, a line, a byte, a
place in the tree, an option's value. The command must end with 0 or 2, within seconds, without a
warning, and print no control characters.
"""

from __future__ import annotations

import copy
import os
import random
import re
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

import bioanchors as ba
from bioanchors.parameters.reading.toml_text import toml_document
from fuzzing import Counts
from fuzzing.calling import called
from fuzzing.loading import EVIDENCE, ODD, SMALL

SLOW_S = 20.0
RUN = ("--precision", "5pp", "--max-seconds", "2")

CHILD = """
format = 1
extends = "cotra2020-uncertain"
drop = ["hypotheses.lifetime"]
none = 0.1
brain.flop_per_s.median = 1e16
[forecast]
event = "deployed"
[hypotheses."*"]
weight = 0.5
[hypotheses.mine]
kind = "direct"
weight = 0.3
training_flop = { dist = "quantiles", probabilities = [0.1, 0.5, 0.9], values = [1e28, 1e32, 1e38] }
algorithms = { halving_years = 3, max_oom = 3 }
[lag]
training_years = { dist = "mixture", weights = [3, 1], components = [0, 1] }
[[correlations]]
parameters = ["hardware.doubling_years", "spending.doubling_years"]
rank_correlation = 0.4
[[evidence.observation]]
quantity = "flop_per_usd"
year = 2026-06-01
value = 1e18
standard_error_oom = 0.3
[low_end_update]
ruled_out_below_flop = 1e25
full_weight_above_flop = 1e26
"""

PIECES = [
    "0", "-0.0", "1e-320", "5e-324", "1e308", "1e400", "-1", "nan", "-inf", "inf", "9" * 400,
    "0x10", "1_000", "1,000", "2,5", "10^15", "50%", "true", '""', '"x"', "'''a\nb'''", "[]", "{}",
    "[1]", "{ ci90 = [1, 2] }", "{ ci90 = [2, 1] }", '{ dist = "normal", mean = 1, sd = 5e-324 }',
    '{ dist = "lognormal", median = 1e300, sd_oom = 300 }', '{ samples = [1, 2] }',
    '{ dist = "table", file = "/dev/zero" }', '{ dist = "table", file = "self.toml" }',
    '{ dist = "exponential", mean = 1e-300 }', '{ dist = "pert", low = 1, mode = 1, high = 1 }',
    '{ dist = "quantiles", probabilities = [0, 1e-300, 1], values = [1, 1, 1] }',
    '{ dist = "beta", alpha = 1e-3, beta = 1e-3, low = 0, high = 1 }',
    '{ dist = "truncated", of = { dist = "normal", mean = 0, sd = 1 }, low = 40, high = 41 }',
    '{ dist = "mixture", weights = [0, 1e-300], components = [1, { ci90 = [1, 2] }] }',
    "2026-11-25", "07:32:00", "0001-01-01T00:00:00+23:00", '"\\u001b[2J"', '"\\u202e"', "1 # \x07",
    '"cotra2020"', '"update-2026"', '"./self.toml"', '"/dev/null"', '"é"', "é = 1", "=", "[", "]",
    "[hypotheses]", '[hypotheses."*"]', "[[correlations]]", "[evidence]", "drop = ['evidence']",
]  # fmt: skip

WORDS = [
    *("", " ", "-", "=", ",", ":", "::", "²", "٣", "é", "\x1b[2J", "\u202e", "nan", "inf", "-inf"),
    *("0", "-1", "1", "2", "0.5", "1e-320", "1e308", "1e400", "9" * 5000, "0x1F", "1_0", "true"),
    *("cotra2020", "latest", "./small.toml", ".", "/dev/null", "genome", "genome=1", "none=0.5"),
    *("2030", "2030,2031", "2026-11-25", "0001-01-01", "2030:2050", "2050:2030", "1:2:3"),
    *(
        "hardware.doubling_years",
        "hardware.doubling_years=2:3:3",
        "evidence",
        "hypotheses.*.weight",
    ),
    *("hardware.doubling_years=[2, 3]", "hardware.doubling_years=1:1e300:3:log", "median=2031"),
    *("brain.flop_per_s.median=1e16", "p10=2030", "2036=0.5", "2036=50%", "x" * 3000, "{}", "[[["),
]

COMMANDS = [
    ["run", "small.toml", "--set", "hardware.doubling_years=3", *RUN],
    ["run", "small.toml", "--weights", "one=1,two=2", "--drop", "none", *RUN],
    ["run", "small.toml", "--first-year", "2026", "--last-year", "2030", *RUN],
    ["run", "small.toml", "--points", "1024", "--seed", "3", "--overlay", "metaculus2022", *RUN],
    ["check", "small.toml", "child.toml"],
    ["show", "small.toml", "--set", "spending.doubling_years=2"],
    ["published", "karnofsky2021"],
    ["solve", "small.toml", "--vary", "hardware.doubling_years=1:4", "--target", "median=2029"],
    ["sweep", "small.toml", "--simplex", "one,two", "--step", "0.25", "--none", "0.1"],
    ["sweep", "small.toml", "--vary", "hardware.doubling_years=2:3:2", "--years", "2029"],
    ["sweep", "small.toml", "--between", "one=1", "two=1", "--step", "0.5"],
    ["compare", "small.toml", "small.toml", "--years", "2028,2030"],
    ["sensitivity", "small.toml", "--output", "2030", "--max-draws", "512"],
    ["sensitivity", "small.toml", "--view", "ledger", "--years", "2028"],
    ["export", "small.toml", "--format", "csv", "--precision", "1pp"],
    ["export", "small.toml", "--format", "draws", "--points", "16"],
    [
        *("export", "small.toml", "--format", "metaculus", "--range", "2026:2030"),
        *("--scale", "log:2020", "--open", "both"),
    ],
]


def run(seconds: float, seed: int, most: int = sys.maxsize, patience: float = 1.0) -> Counts:
    """Change files and command lines for so many seconds.

    Parameters
    ----------
    seconds, most
        How long, and how many inputs at most.
    seed
        Of the changes.
    patience
        How many times slower than a quiet machine this one may be.

    Returns
    -------
    Counts
        Inputs by kind, and each fault with what made it.
    """
    rng, counts, end = random.Random(seed), Counts(), time.monotonic() + seconds
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            texts = _texts()
            while time.monotonic() < end and counts.inputs < most:
                if rng.random() < 0.75:
                    kind, arguments, made = _file(rng, texts)
                else:
                    kind, arguments, made = _options(rng)
                if any("\0" in argument for argument in arguments):
                    continue  # cannot be typed
                ending = called(arguments)
                what = f"seed {seed}: {arguments!r}\n{made}"
                counts.add(kind, ending.code == 0, ending.fault(patience * SLOW_S), what)
        finally:
            os.chdir(before)
    return counts


def _texts() -> dict[str, str]:
    texts = {
        "small": SMALL,
        "seen": SMALL + EVIDENCE,
        "child": CHILD,
        "latest": ba.read_parameters("latest").text,
        "uncertain": ba.read_parameters("cotra2020-uncertain").text,
    }
    for name, text in texts.items():
        Path(f"{name}.toml").write_text(text, encoding="utf-8")
    return texts


def _file(rng: random.Random, texts: dict[str, str]) -> tuple[str, list[str], str]:
    name = rng.choice(list(texts))
    text = texts[name]
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        text = _changed_tree(rng, text) if rng.random() < 0.3 else _changed_text(rng, text)
    path = Path("self.toml")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    commands = [["check", str(path)]] * 8 + [["show", str(path)], ["run", str(path), *RUN]]
    return f"file {name}", rng.choice(commands), text


def _changed_text(rng: random.Random, text: str) -> str:
    lines = text.splitlines()
    i = rng.randrange(len(lines)) if lines else 0
    change = rng.randrange(9)
    numbers = list(re.finditer(r"-?\d[\d.]*(e[+-]?\d+)?", text))
    if change <= 3 and numbers:
        found = rng.choice(numbers)
        return text[: found.start()] + rng.choice(PIECES) + text[found.end() :]
    if change == 4 and lines:
        lines.insert(i, rng.choice([*PIECES, *lines]))
    elif change == 5 and lines:
        del lines[i]
    elif change == 6 and lines and "=" in lines[i]:
        lines[i] = f"{lines[i].partition('=')[0]}= {rng.choice(PIECES)}"
    elif change == 7 and text:
        at = rng.randrange(len(text))
        return (
            text[:at]
            + chr(rng.choice([0, 7, 27, 34, 61, 91, 0x202E, rng.randrange(0x500)]))
            + (text[at + rng.randrange(3) :])
        )
    elif lines:
        at = rng.randrange(len(lines[i]) + 1)
        lines[i] = lines[i][:at] + rng.choice(PIECES) + lines[i][at:]
    return "\n".join(lines) + "\n"


def _changed_tree(rng: random.Random, text: str) -> str:
    try:
        tree: Any = tomllib.loads(text)
    except (ValueError, RecursionError):
        return text
    holder: Any = {"": tree}
    key: Any = ""
    while isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.85:
        holder = holder[key]
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    change = rng.randrange(5)
    if change == 0 and holder is not tree:
        del holder[key]
    elif change == 1:
        holder[key] = [holder[key]]
    elif change == 2 and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    elif change == 3:
        holder[key] = copy.deepcopy(rng.choice([tree, holder]))
    else:
        holder[key] = rng.choice(ODD)
    try:
        return toml_document(tree) if isinstance(tree, dict) else text
    except (TypeError, ValueError, RecursionError):
        return text


def _options(rng: random.Random) -> tuple[str, list[str], str]:
    arguments = list(rng.choice(COMMANDS))
    for _ in range(rng.choice([1, 1, 2])):
        i = rng.randrange(1, len(arguments))
        change = rng.randrange(6)
        if change == 0:
            del arguments[i]
        elif change == 1:
            arguments.insert(i, rng.choice(WORDS))
        elif change == 2:
            at = rng.randrange(len(arguments[i]) + 1)
            arguments[i] = arguments[i][:at] + rng.choice(WORDS) + arguments[i][at:]
        else:
            arguments[i] = rng.choice(WORDS)
        if len(arguments) == 1:
            break
    return f"options of {arguments[0]}", arguments, ""
