"""Bounds of the model on a screen and as CSV."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.bounding import Bounds
from bioanchors.output.tables import dataset_csv, grid, states, within
from bioanchors.results.origin import event_meaning
from bioanchors.results.words import percent, year_text


def bounds_screen(found: Bounds) -> RenderableType:
    """Return between which years the model arrives, hypothesis by hypothesis."""
    parameters = found.parameters
    first, last = parameters.first_year, parameters.last_year
    rows, before = [], ""
    for each in found.entries:
        rows.append(
            [
                each.hypothesis if each.hypothesis != before else "",
                f"{100 * (1 - 2 * each.tail):g} %",
                percent(each.together) if each.together > 5e-4 else "<0.1 %",
                year_text(each.earliest, first, last),
                year_text(each.latest, first, last),
                f"{each.least:.1f}-{each.most:.1f}",
            ]
        )
        before = each.hypothesis
    heads = ["given", "middle", "all there", "earliest", "latest", "log10 FLOP"]
    return Group(
        Text(parameters.title, style="bold"),
        Text(f"{parameters.event}: {event_meaning(parameters)}", style="dim"),
        Padding(grid(heads, rows), (1, 0, 1, 0)),
        Text(
            "Bounds of the model, not of the world. If the hypothesis holds, and every uncertain "
            "input lies in the middle part of its own distribution, no combination of them arrives "
            "before the earliest year or after the latest. A bound is reached only where all of "
            'them lie at an end at once; "all there" is the probability that all lie in the '
            'middle, if they are independent. "None", evidence and the low-end update are left '
            "out, and correlations do not narrow the bounds."
        ),
    )


def bounds_csv(found: Bounds) -> str:
    """Return the bounds as CSV, a row for each hypothesis and tail."""
    data = found.dataset
    window = found.parameters.first_year, found.parameters.last_year
    columns = {
        "hypothesis": data["hypothesis"],
        "tail": data["tail"],
        "earliest_year": within(data["earliest"]),
        "earliest_year_state": states(data["earliest"], *window),
        "latest_year": within(data["latest"]),
        "latest_year_state": states(data["latest"], *window),
        "least_log10_flop": data["least"],
        "most_log10_flop": data["most"],
        "probability_of_all_there": data["together"],
        "uncertain_inputs": data["inputs"],
    }
    return dataset_csv((["hypothesis", "tail"], columns))
