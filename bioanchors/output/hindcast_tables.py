"""What files said of what was then measured: on a screen, as CSV and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.hindcasting import Hindcast
from bioanchors.analysis.predictions import Predictions
from bioanchors.analysis.replacing import Replaced
from bioanchors.analysis.scored_files import IN, Item, Scored
from bioanchors.analysis.scored_predictions import ScoredPrediction
from bioanchors.analysis.scores import Scores
from bioanchors.formats.labelled_json import plain_variables
from bioanchors.model.spec import Observed
from bioanchors.output.tables import dataset_csv, grid
from bioanchors.parameters.observed import dollar_year
from bioanchors.results.outcomes import Estimate
from bioanchors.results.words import percent
from bioanchors.visible import json_text

HEADS = ("", "predicted", "measured", "OOM", "times", "z", "PIT", "log", "CRPS")


def hindcast_screen(found: Hindcast) -> RenderableType:
    """Return how each file fared, item by item, and how files compare."""
    parts: list[RenderableType] = [Text(found.title, style="bold")]
    for each in found.files:
        parts.extend(_file(each))
    if len(found.files) > 1:
        parts.append(Padding(_differences(found), (1, 0, 1, 0)))
    parts.append(Text(_rows_words(found), style="dim"))
    parts.append(
        Text(
            "OOM: measured over the median predicted; z: over spread and error of measurement; "
            "PIT: probability given to less than was measured; log: log score in nats per OOM, "
            "more is better; CRPS in OOM, less is better",
            style="dim",
        )
    )
    return Group(*parts)


def _rows_words(found: Hindcast) -> str:
    """Return what was measured in each row that is shown, and when."""
    rows: dict[str, list[str]] = {}
    for i, item in enumerate(found.files[0].items):
        if all(each.items[i].silent for each in found.files):
            continue
        seen = item.measured
        since = "" if seen.from_year is None else f"{seen.from_year:g} to "
        rows.setdefault(_MEASURED[seen.quantity], []).append(f"{item.name} ({since}{seen.year:g})")
    return "; ".join(f"{name}: {', '.join(items)}" for name, items in rows.items())


def _file(each: Scored) -> list[RenderableType]:
    dollars = dollar_year(each.parameters.tables)
    of = "" if dollars is None else f", in dollars of {dollars}"
    scored = [item for item in each.items if not item.silent]
    parts: list[RenderableType] = [Text(f"\n{each.parameters.name}{of}", style="bold")]
    if scored:
        parts.append(grid(HEADS, [_row(item) for item in scored]))
    known = [item.name for item in scored if item.sample == IN]
    twice = [item.name for item in scored if item.sample != IN and not item.counted]
    for why, names in (
        ("known when it was written, not counted", known),
        ("says the same as another, not counted", twice),
    ):
        if names:
            parts.append(Text(f"{why}: {', '.join(names)}", style="dim"))
    parts.extend(
        Text(f"not scored: {item.name}: {item.silent}", style="dim")
        for item in each.items
        if item.silent
    )
    parts.append(Text(_total(each)))
    return parts


def _row(item: Item) -> list[str]:
    return _scores_row(item.name, item.measured, item.all)


def _scores_row(name: str, measured: Observed, s: Scores) -> list[str]:
    return [
        name,
        natural(s.median),
        natural(measured.log10_value),
        signed(s.off),
        times(s.off),
        signed(s.z),
        f"{s.pit:.2f}",
        signed(s.log_score),
        f"{s.crps:.2f}",
    ]


def signed(value: float) -> str:
    """Return a number to two digits with its sign, which 0 has no minus for."""
    return f"{round(value, 2) + 0.0:+.2f}"


def natural(log10_value: float) -> str:
    """Return a quantity to three digits, a large one in powers of ten."""
    value = 10.0**log10_value
    return (
        f"{value:.3g}"
        if 1e-3 < value < 1e4
        else f"{value:.2e}".replace("e+0", "e").replace("e+", "e")
    )


def times(oom: float) -> str:
    """Return a ratio to two digits, from 100 on as a whole number."""
    ratio = 10.0**oom
    return f"{ratio:.0f}" if 99.5 <= ratio < 1e4 else f"{ratio:.2g}"


def _total(each: Scored) -> str:
    counted = each.counted
    if not counted:
        return "nothing counts: all was known when it was written, or nothing is scored"
    total, joint = each.log_score, each.joint_log_score
    return (
        f"{len(counted)} count: log score {_told(total)} in sum, {_told(joint)} together; "
        f"CRPS {each.crps:.2f} OOM on the average{_undated(each)}"
    )


def _undated(each: Scored) -> str:
    """Return what a file leaves open that does not say when it was written."""
    if each.parameters.says_when_written:
        return ""
    parent = each.parameters.tables.as_of
    if parent is None:
        return "; it has no as_of: all counts"
    return f"; it has no as_of: what was known by its parent's, {parent:g}, does not count"


def _differences(found: Hindcast) -> RenderableType:
    first, *others = (each.parameters.name for each in found.files)
    rows = []
    for i, item in enumerate(found.files[0].items):
        if not all(each.items[i].silent for each in found.files):
            name = item.name
            row = [found.difference(k + 1, name) for k in range(len(others))]
            rows.append([name, *map(_told, row)])
    sums = [found.difference(k + 1) for k in range(len(others))]
    rows.append(["what counts in both", *map(_told, sums)])
    return grid([f"log score less that of {first}", *others], rows)


def _told(score: Estimate) -> str:
    if math.isnan(score.value):
        return ""
    error = score.standard_error
    more = f" ± {error:.1g}" if error >= 5e-4 else ""
    return f"{signed(score.value)}{more}"


def replaced_screen(found: Replaced) -> RenderableType:
    """Return how the median moves as what a file assumed is replaced by what was measured."""
    rows = [[found.parameters.name, "", f"{found.before.value:.1f}", ""]]
    rows += [
        [
            step.name,
            step.by,
            f"{step.years.value:+.1f}",
            f"{step.lowest:+.1f} to {step.highest:+.1f}",
        ]
        for step in found.steps
    ]
    rows.append(["with all of it", "", f"{found.after.value:.1f}", ""])
    return Group(
        grid(["replaced by what was measured", "item", "median", "over all orders"], rows),
        Text("years that each moves the median: Shapley values; evidence left out", style="dim"),
    )


def predictions_screen(told: Predictions) -> RenderableType:
    """Return what files say of a year."""
    parts: list[RenderableType] = [Text(f"by {told.year:g}", style="bold")]
    for each in told.files:
        rows = [
            [_NAMES[q], *(natural(math.log10(v)) for v in each.quantiles(q))] for q in each.log10
        ]
        rows += [[f"P({name})", "", percent(p), ""] for name, p in each.by.items()]
        of = "" if each.dollars is None else f", in dollars of {each.dollars}"
        head = [f"{each.name}{of}", "5 %", "50 %", "95 %"]
        parts.append(Padding(grid(head, rows), (1, 0, 0, 0)))
    return Group(*parts)


_NAMES = {
    "largest_run_flop": "largest run, FLOP",
    "largest_run_usd": "its cost, $",
    "flop_per_usd": "FLOP per $",
    "algorithmic_gain": "gain of algorithms in a year, times",
}
_MEASURED = {
    "largest_run_flop": "FLOP of the largest run",
    "largest_run_usd": "cost of the largest run, $",
    "flop_per_usd": "FLOP per $",
    "largest_run_flop_growth": "growth of the largest run, times a year",
    "largest_run_usd_growth": "growth of its cost, times a year",
    "flop_per_usd_growth": "growth of FLOP per $, times a year",
    "algorithmic_gain": "gain of algorithms, times",
}
"""What a row tells of, by the names of ``OBSERVABLES``."""


def scored_screen(told: Predictions, found: Sequence[ScoredPrediction]) -> RenderableType:
    """Return how predictions fared."""
    parts: list[RenderableType] = [Text(f"predictions for {told.year:g}", style="bold")]
    for each in found:
        rows = [_scores_row(name, each.measured[name], s) for name, s in each.scores.items()]
        heads = [each.prediction.name, *HEADS[1:]]
        parts.append(Padding(grid(heads, rows), (1, 0, 0, 0)))
        brier = ", ".join(f"{name} {value:.4f}" for name, value in each.brier.items())
        means = f"mean log score {signed(each.log_score)}, CRPS {each.crps:.2f} OOM"
        parts.append(Text(means + (f"; Brier score {brier}" if brier else "")))
    return Group(*parts)


def hindcast_csv(found: Hindcast) -> str:
    """Return the scores as CSV, a row for each file, item and hypothesis."""
    data = found.dataset
    columns = {
        "file": data["file"],
        "item": data["item"],
        "given": data["given"],
        "quantity": data["quantity"],
        "from_year": data["from_year"],
        "year": data["year"],
        "log10_predicted": data["median"],
        "log10_measured": data["measured"],
        "standard_error_oom": data["standard_error"],
        "oom_off": data["off"],
        "spread_oom": data["spread"],
        "z": data["z"],
        "pit": data["pit"],
        "log_score": data["log_score"],
        "crps_oom": data["crps"],
        "sample": data["sample"],
        "counted": data["counted"].astype(str),
        "not_scored": data["silent"],
    }
    return dataset_csv((["file", "item", "given"], columns))


def hindcast_json(found: Hindcast) -> str:
    """Return the scores, and those of all that counts, as JSON."""
    totals = [
        {
            "file": each.parameters.name,
            "parameters_sha256": each.parameters.hash,
            "as_of": each.parameters.tables.as_of,
            "counted": [item.name for item in each.counted],
            "log_score": _number(each.log_score.value),
            "joint_log_score": _number(each.joint_log_score.value),
            "crps_oom": _number(each.crps),
            "effective_draws": each.effective_draws,
        }
        for each in found.files
    ]
    told = {"title": found.title, "totals": totals, "variables": plain_variables(found.dataset)}
    return json_text(told, indent=1) + "\n"


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
