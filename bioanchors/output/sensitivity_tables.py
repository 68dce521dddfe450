"""What an output hangs on, and early against late, on a screen and as CSV."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.early_and_late import Difference, Pawn, Regional
from bioanchors.analysis.sensitivities import Sensitivity
from bioanchors.analysis.variance import Effect, Effects
from bioanchors.output.tables import Cells, dataset_csv, grid
from bioanchors.results.outcomes import Estimate
from bioanchors.results.words import number_text, percent, plus_minus, points

MOST_INPUTS, MOST_DIFFERENCES = 6, 10


def short_name(name: str) -> str:
    """Return an input's name without what goes without saying."""
    return name.removeprefix("hypotheses.").replace("_horizon.effective_horizon_s", "_horizon.h")


def output_words(output: str) -> str:
    """Return an output's name as a person says it."""
    if output.startswith("probability_by_"):
        return f"arrival by {output.removeprefix('probability_by_')}"
    return {
        "median_year": "median year, by its influence function",
        "arrival_year": "arrival year, censored at the last year",
        "restricted_mean": "mean arrival year, censored at the last year",
        "restricted_mean_year": "mean arrival year, censored at the last year",
    }[output]


# Variance ---------------------------------------------------------------------------------------


def share_words(found: Effects, estimate: Estimate) -> str:
    """Return a share with half its 95 % interval, or how large it may be where it is noise."""
    low, high = found.interval(estimate)
    if found.is_noise(estimate):
        return f"< {100 * max(high, 0.0005):.1f}"
    return f"{100 * estimate.value:.1f} ± {100 * (high - low) / 2:.1f}"


def brier_words(found: Effects, effect: Effect) -> str:
    """Return by how much learning an input is expected to lower the Brier score."""
    low, high = found.interval(effect.first)
    variance = found.variance.value
    if found.is_noise(effect.first):
        return f"< {max(high, 0.0) * variance:.4f}"
    return f"{effect.first.value * variance:.4f} ± {variance * (high - low) / 2:.4f}"


def sensitivity_screen(sensitivity: Sensitivity) -> RenderableType:
    """Return what an output hangs on, for a terminal of 80 columns."""
    s = sensitivity
    parts: list[RenderableType] = [
        Text(s.forecast.title, style="bold"),
        Text(f"output: {output_words(s.output)} ({_spread(s)})", style="dim"),
        Padding(_effects(s, s.groups, "group", len(s.groups.effects)), (1, 0, 0, 0)),
        Padding(_effects(s, s.inputs, "input", MOST_INPUTS), (1, 0, 1, 0)),
    ]
    if s.ties:
        parts.append(
            Text(
                f"{' and '.join(s.ties)} make{'s' if len(s.ties) == 1 else ''} inputs depend on "
                "each other: first-order and total (Sobol') indices do not decompose the variance; "
                "Shapley effects do"
            )
        )
    parts.append(Text(_made(s), style="dim"))
    return Group(*parts)


def _spread(s: Sensitivity) -> str:
    """Return the output's value and how far it spreads."""
    value, error = s.value
    if s.is_probability:
        brier = f"expected Brier score {s.variance:.3f}"
        return f"probability {percent(value)}, error {points(error)}, {brier}"
    years = f"{value:.1f} {plus_minus(error)}"
    if s.by is not None:
        return years
    return f"mean {years}, standard deviation {s.variance**0.5:.1f} years"


def _made(s: Sensitivity) -> str:
    parts = []
    for name, found in (("groups", s.groups), ("inputs", s.inputs)):
        close = found.too_close
        told = "told apart"
        if close is not None:
            told = f"not told apart ({' and '.join(map(short_name, close))} are too close)"
        parts.append(f"{name}: the three largest {told}, {found.evaluations:,} draws")
    return f"± and <: 95 % intervals; {'; '.join(parts)}; seed {s.forecast.origin.seed}"


def _effects(s: Sensitivity, found: Effects, head: str, most: int) -> Cells:
    shown = [e for e in found.effects if not found.is_noise(getattr(e, found.ranked_by))][:most]
    rows = []
    for effect in shown:
        row = [share_words(found, each) for each in (effect.total, effect.first, effect.shapley)]
        row += [brier_words(found, effect)] if s.is_probability else []
        rows.append([short_name(effect.name), *row])
    left = len(found.effects) - len(shown)
    heads = [
        head,
        "total, %",
        "first, %",
        "Shapley, %",
        *(["Brier gain"] if rows[:1] and s.is_probability else []),
    ]
    return grid(heads, rows, f"... {left} more" if left else "")


def sensitivity_csv(sensitivities: Sequence[Sensitivity]) -> str:
    """Return effects as CSV, one output below the other.

    Columns: ``output``, ``level`` (``group`` or ``input``), ``name``, ``first_order``, ``total``,
    ``shapley`` (shares of the variance) and ``variance_reduction`` (of a probability, the expected
    reduction of the Brier score), each with its ``_standard_error``, and ``members``.
    """
    import xarray as xr

    kinds = {
        "first_order": "first",
        "total": "total",
        "shapley": "shapley",
        "variance_reduction": "variance_reduction",
    }
    parts = []
    for sensitivity, level in itertools.product(sensitivities, ("group", "input")):
        data = sensitivity.dataset
        columns = {
            "output": xr.DataArray(sensitivity.output),
            "level": xr.DataArray(level),
            "name": data[level],
        }
        for head, kind in kinds.items():
            for ending in ("", "_standard_error"):
                columns[head + ending] = data[f"{level}_{kind}{ending}"]
        columns["members"] = data[f"{level}_members"]
        parts.append(([level], columns))
    return dataset_csv(*parts)


# Early and late ---------------------------------------------------------------------------------


def regional_screen(found: Regional, pawn: Pawn | None = None) -> RenderableType:
    """Return how inputs differ between early and late arrivals."""
    shown = [d for d in found.differences if _is_told(d.distance, found.noise)][:MOST_DIFFERENCES]
    rows = [
        [
            f"{short_name(each.name)} [{each.unit}]" if each.unit else short_name(each.name),
            *_both_sides(each),
            f"{each.distance.value:.2f}",
        ]
        for each in shown
    ]
    left = len(found.differences) - len(shown)
    table = grid(
        ["input: median (5 % to 95 %)", "early", "late", "distance"],
        rows,
        f"... {left} more" if left else "",
    )
    shares = grid(
        ["hypothesis, %", "early", "late"],
        [[name, *(f"{100 * x:.1f}" for x in both)] for name, both in found.hypotheses.items()],
    )
    parts: list[RenderableType] = [
        Text(
            f"early: by {found.split:.1f} ({100 * found.probability:.1f} % of draws); late: after, "
            'or never ("none" included)',
            style="dim",
        ),
        Padding(table, (1, 0, 1, 0)),
        shares,
        Text(
            "distance of the two CDFs, of a hypothesis' own inputs among the draws in which it "
            f"holds; noise reaches about {found.noise:.2f}",
            style="dim",
        ),
    ]
    if pawn is not None:
        told = [f"{short_name(n)} {v:.2f}" for n, v in pawn.median.items() if v > 1.5 * pawn.noise]
        parts.append(
            Text(
                f"PAWN (median distance of the arrival year's CDF): {', '.join(told[:8])}; noise "
                f"{pawn.noise:.2f}"
            )
        )
    return Group(*parts)


def _both_sides(each: Difference) -> list[str]:
    """Return where an input lies early and late; of a yes or no, how often it is yes."""
    if each.happens is not None:
        return [f"yes in {percent(share)}" for share in each.happens]
    sides = ([number_text(value, each.unit) for value in s] for s in (each.early, each.late))
    return [f"{mid} ({low} to {high})" for low, mid, high in sides]


def _is_told(distance: Estimate, noise: float) -> bool:
    return distance.value - 3 * distance.standard_error > noise


def regional_csv(found: Regional, pawn: Pawn | None = None) -> str:
    """Return early against late as CSV, in the units of the model."""
    import xarray as xr

    data = found.dataset
    columns = {"input": data["input"], "unit": data["unit"]}
    for side in ("early", "late"):
        for share in data["percentile"].values:
            columns[f"{side}_p{share:02.0f}"] = data[side].sel(percentile=share)
    columns |= {name: data[name] for name in ("distance", "distance_standard_error")}
    columns |= {name: data[name] for name in ("early_happens", "late_happens")}
    moved = xr.DataArray(np.nan)
    if pawn is not None:
        moved = pawn.dataset["pawn_median"].reindex_like(data["input"])
    return dataset_csv((["input"], {**columns, "pawn_median": moved}))
