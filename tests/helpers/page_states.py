"""States of the page, drawn at random: links, and the forecasts that the package makes of them.

``python tests/helpers/page_states.py`` writes them anew, and prints what moved. They tie together
the page (``tests/surface/page.test.mjs`` opens each link), the file that it saves, and the package.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import bioanchors as ba
from bioanchors.output.page.data import assumptions
from bioanchors.output.page.knobs import Knob
from bioanchors.parameters import read_parameters

STATES = Path(__file__).with_name("page_states.json")
MECHANISMS = Path(__file__).with_name("page_mechanisms.toml")
LIMITS = Path(__file__).with_name("page_limits.toml")
ANSWERS = Path(__file__).with_name("page_answers.toml")
COUNT = {
    "cotra2020": 30,
    "cotra2020-uncertain": 30,
    "update-2026": 30,
    str(MECHANISMS): 10,
    str(LIMITS): 6,
    str(ANSWERS): 3,
}
OF_REQUIREMENTS = 4
"""Further states of each, in which what is asked for moves."""

OF_LIMITS = 3
"""Further states of each that has none, with limits added."""

PRECISION = {"cotra2020": 5e-5}
TOLERANCE = {"cotra2020": 3e-4, "cotra2020-uncertain": 1.5e-3, "update-2026": 1.5e-3}
"""Largest difference of a probability; of what is not named 0.2 points."""

MOST_ERROR = 5e-4
SECONDS = 20.0


def number(value: float) -> str:
    """Return a number as the page writes it."""
    text = repr(float(f"{value:.6g}"))
    return text.removesuffix(".0").replace("e+", "e")


def joined(*values: float) -> str:
    return "~".join(map(number, values))


def knob(name: str, item: dict[str, Any], dice: random.Random) -> str:
    """Return an input moved and widened, within what the package takes."""
    median, spread = Knob.of_file(item).median, dice.uniform(0.3, 1.4)
    key = item["path"].rsplit(".", 1)[-1]
    if item["family"] == "event":
        return joined(dice.random(), 1, 0)
    if key == "halving_shift_years":
        median, spread = dice.uniform(0, 1), dice.uniform(0.3, 0.7)
    elif item["unit"] == "year":
        median += dice.uniform(-1, 3)
    elif key in ("max_share_of_gdp", "growth_per_year"):
        median, spread = median * dice.uniform(0.6, 1.5), dice.uniform(0.4, 1.1)
    elif key == "largest_economy_gdp_usd":
        median *= dice.uniform(0.9, 1.1)
    elif item["unit"] == "OOM":
        median, spread = median * dice.uniform(0.85, 1.35), dice.uniform(0.5, 0.85)
    elif item["model"] == "log10":
        median *= 10 ** dice.uniform(-0.6, 0.6)
    else:
        median *= dice.uniform(0.65, 1.45)
    return joined(median, spread if item["table"] else 1, 0)


def link(data: dict[str, Any], dice: random.Random) -> str:
    """Return the link of a random view."""
    parts = [f"{data['name']}@{data['hash']}"]
    for each in data["hypotheses"]:
        weight = 0.0 if dice.random() < 0.15 else dice.expovariate(5.0)
        parts.append(f"{each['name']}.weight={number(weight)}")
    if data["none"]:
        p = dice.uniform(0, 0.3)
        parts.append(f"none={joined(p, p * dice.random())}")
    for name, item in data["inputs"].items():
        if item["moves"] and dice.random() < 0.5:
            parts.append(f"{name}={knob(name, item, dice)}")
    if data["ramp"] and dice.random() < 0.3:
        parts.append("low_end_update=off")
    own = any(each["speed"] != "algorithms.speed" for each in data["hypotheses"])
    known = not any(item["table"] for item in data["inputs"].values())
    if own and known:
        parts.append(f"halving_shift={number(dice.uniform(-0.8, 1.2))}")
        parts.append(f"cap_shift={number(dice.uniform(-0.4, 3))}")
        parts.append(f"gain_start={number(dice.uniform(2020, 2026))}")
    if dice.random() < 0.3:
        parts.append(f"pause={joined(dice.uniform(2026.5, 2031), dice.uniform(0.2, 6))}")
    happenings = [
        f"{kind}.{each['name']}" for kind in ("changes", "interventions") for each in data[kind]
    ]
    happenings += [
        table
        for table, year in (("power", "power_year"), ("unhobbling", "unhobbling_start"))
        if data[year] is not None
    ]
    off = [path for path in happenings if dice.random() < 0.25]
    if off:
        parts.append(f"without={'~'.join(off)}")
    return "#" + "&".join([*parts, *evidence(data["evidence"], data["first"], dice)])


def evidence(seen: dict[str, Any], first: int, dice: random.Random) -> list[str]:
    parts, until, u = [], seen["not_arrived_by"], dice.random()
    if until is None and u < 0.4:
        parts.append(f"not_arrived_by={number(first + dice.uniform(0.5, 4))}")
    elif until is not None and u < 0.25:
        parts.append("not_arrived_by=off")
    elif until is not None and u < 0.5:
        parts.append(f"not_arrived_by={number(until + dice.uniform(-0.4, 2))}")
    for which in ("observations", "runs"):
        on = ["1" if dice.random() < 0.7 else "0" for _ in seen[which]]
        if "0" in on:
            parts.append(f"{which}={''.join(on)}")
    return parts


def link_of_requirements(data: dict[str, Any], dice: random.Random) -> str:
    """Return the link of a view that asks for more, or less."""
    parts = [f"{data['name']}@{data['hash']}"]
    for name, item in data["terms"].items():
        if item["moves"] and dice.random() < 0.7:
            median, ooms = Knob.of_file(item).median, dice.uniform(-0.7, 1.0)
            median = median + ooms if item["line"][0] == "linear" else median * 10**ooms
            parts.append(f"{name}={joined(median, 1, 0)}")
    if data["ramp"] and dice.random() < 0.3:
        parts.append("low_end_update=off")
    return "#" + "&".join(parts)


def link_of_limits(data: dict[str, Any], dice: random.Random) -> str:
    """Return the link of a view that adds limits which the file has not."""
    parts = [f"{data['name']}@{data['hash']}"]
    parts.append(f"power={joined(10 ** dice.uniform(27.5, 31), dice.uniform(1, 3))}")
    parts.append(f"unhobbling={joined(dice.uniform(0.2, 3), dice.uniform(0.5, 10))}")
    if dice.random() < 0.5:
        parts.append(f"pause={joined(dice.uniform(2026.5, 2031), dice.uniform(0.2, 6))}")
    return "#" + "&".join(parts)


def state(base: ba.Parameters, view: str, precision: float) -> dict[str, Any] | None:
    """Return a view's forecast, or None where the package refuses it or is itself not sure."""
    from bioanchors.output.page.links import edited

    try:
        forecast = ba.run(edited(base, view), precision=precision, max_seconds=SECONDS)
    except ba.BadParameters:
        return None
    if forecast.largest_error > MOST_ERROR:
        return None
    median = float(forecast.quantile(0.5))
    return {
        "link": view,
        "cdf": [round(float(forecast.probability_by(year)), 6) for year in forecast.whole_years],
        "median": round(median, 4) if np.isfinite(median) else None,
        "error": float(f"{forecast.largest_error:.2g}"),
    }


def some(
    base: ba.Parameters,
    data: dict[str, Any],
    drawn: Callable[[dict[str, Any], random.Random], str],
    count: int,
    seed: str,
) -> list[dict[str, Any]]:
    """Return states of links drawn at random."""
    dice, states = random.Random(seed), []
    while len(states) < count:
        one = state(base, drawn(data, dice), PRECISION.get(data["name"], 2e-4))
        if one is not None:
            states.append(one)
    return states


def main() -> None:
    before = json.loads(STATES.read_text()) if STATES.exists() else {}
    found: dict[str, list[dict[str, Any]]] = {}
    for source, count in COUNT.items():
        name = Path(source).stem
        base = read_parameters(source)
        data = assumptions(base)
        limits = OF_LIMITS if data["power_year"] is None else 0
        states = [
            *some(base, data, link, count, name),
            *some(base, data, link_of_requirements, OF_REQUIREMENTS, f"{name} requirements"),
            *some(base, data, link_of_limits, limits, f"{name} limits"),
        ]
        found[name] = states
        old = {one["link"]: one["cdf"] for one in before.get(name, [])}
        moved = [
            float(np.abs(np.subtract(one["cdf"], old[one["link"]])).max())
            for one in states
            if len(old.get(one["link"], [])) == len(one["cdf"])
        ]
        most = max(moved, default=0.0)
        print(f"{name}: {len(states)} states, {len(moved)} as before, moved by at most {most:.6f}")
    STATES.write_text(json.dumps(found, indent=0, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
