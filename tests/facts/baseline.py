"""Seeded numbers of every preset and analysis, so that no change moves results unannounced.

``python tests/facts/baseline.py`` writes them anew and prints what moved. Where anything did, the
changelog must first say so under "Results change"; a test compares.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np

import bioanchors as ba
from bioanchors.parameters import presets

HERE = Path(__file__).parent
FILE = HERE / "baseline.json"
CHANGELOG = HERE.parents[1] / "CHANGELOG.md"

YEARS = (2027, 2030, 2036, 2050, 2100)
QUANTILES = (0.1, 0.25, 0.5)
DRAWS = 2
DIGITS = 6

Numbers = dict[str, float]


def numbers() -> Numbers:
    """Return all numbers by name, in a fixed order."""
    found: Numbers = {}
    for preset in sorted(presets()):
        found |= _of_run(preset)
    effects = ba.sensitivity("cotra2020-uncertain", 2050, max_draws=2**13)
    for effect in (*effects.groups.effects, *effects.inputs.effects[:5]):
        name = f"sensitivity cotra2020-uncertain: {effect.name}"
        found[f"{name}, total"] = effect.total.value
        found[f"{name}, Shapley"] = effect.shapley.value
    first, second = "cotra2020", "cotra2020-conservative"
    for part in ba.attribute(first, second).parts:
        name = f"attribute {first} {second}: {part.group}, {part.outcome}"
        found[name] = part.shapley.value
        found[f"{name}, error"] = part.shapley.standard_error
    return found


def _of_run(preset: str) -> Numbers:
    forecast = ba.run(preset)
    first, last = forecast.years[0], forecast.years[-1]
    found: Numbers = {}
    for year in (year for year in YEARS if first <= year <= last):
        found[f"{preset}: by {year}"] = forecast.probability_by(year)
        found[f"{preset}: by {year}, error"] = forecast.probability_standard_error(year)
    for p in QUANTILES:
        found[f"{preset}: {100 * p:g} %"] = forecast.quantile(p)
        found[f"{preset}: {100 * p:g} %, error"] = forecast.quantile_standard_error(p)
    drawn = ba.draw(preset, points=8 * DRAWS)
    for name in ("requirement", "arrival_year"):
        for (i, draw), value in np.ndenumerate(drawn[name].values[:, :DRAWS]):
            hypothesis = str(drawn["hypothesis"].values[i])
            found[f"{preset}: {name} of {hypothesis}, draw {draw}"] = float(value)
    return found


def moved(before: Numbers, after: Numbers) -> list[str]:
    """Return a line for each number that differs in its first six digits, or is new, or gone."""
    return [
        f"{name}: {_shown(before.get(name))} -> {_shown(after.get(name))}"
        for name in {**before, **after}
        if not _same(before.get(name), after.get(name))
    ]


def _same(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    if math.isnan(old) or math.isnan(new):
        return math.isnan(old) and math.isnan(new)
    return math.isclose(old, new, rel_tol=10.0**-DIGITS, abs_tol=1e-9)


def _shown(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.{DIGITS}g}"


def written() -> tuple[Numbers, str]:
    """Return the numbers of the file, and what the changelog said when they were written."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: float(value) for name, value in content["numbers"].items()}, content["announced"]


def announced() -> str:
    """Return a digest of what the changelog's newest "Results change" says."""
    section = CHANGELOG.read_text(encoding="utf-8").split("### Results change\n", 1)[1]
    return hashlib.sha256(section.split("\n#", 1)[0].strip().encode()).hexdigest()[:16]


def _rounded(value: float) -> float | str:
    return float(f"{value:.{DIGITS + 3}g}") if math.isfinite(value) else str(value)


if __name__ == "__main__":
    after = numbers()
    if FILE.exists():
        before, said = written()
        lines = moved(before, after)
        print("\n".join(lines) or "nothing moved")
        if not lines:
            sys.exit()
        if said == announced():
            sys.exit('numbers moved: say so under "Results change" in CHANGELOG.md first')
    rounded = {name: _rounded(value) for name, value in after.items()}
    content = {"announced": announced(), "numbers": rounded}
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
