"""The command ``report``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bioanchors.cli import writing
from bioanchors.cli.forecasts import forecast_with_change
from bioanchors.cli.options import (
    accuracy,
    edits,
    parse_weights,
    published_named,
    read,
    warn,
)
from bioanchors.cli.progress import progress_bar, quiet

if TYPE_CHECKING:
    from bioanchors.results import Forecast

LEADING = 3
"""How many groups of inputs a report's first paragraph names."""


@click.command()
@click.argument("file")
@edits
@click.option("--weights", metavar="NAME=W,...", help="As of run.")
@click.option("--overlay", "overlays", multiple=True, metavar="NAME", help="As of run.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    required=True,
    metavar="DIR",
    help="Folder for report.md with its figures, and report.html.",
)
@accuracy
@quiet
def report(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    weights: str | None,
    overlays: tuple[str, ...],
    out: Path,
    precision: float,
    seed: int,
) -> None:
    """Write a report on FILE: Markdown, and one HTML page that needs nothing else.

    \b
    bioanchors report latest --out report
    """  # noqa: D301 - click wants the character itself
    from bioanchors.output.report import write_report

    parameters = read(file, settings, first_year, last_year)
    chosen = parse_weights(weights, parameters)
    beside = [published_named(name) for name in overlays]
    warn(parameters)
    options = {"precision": precision, "seed": seed}
    with progress_bar() as progress:
        forecast, change = forecast_with_change(parameters, chosen, options, progress)
    with progress_bar() as progress:
        opening = _opening(forecast, seed, progress)
    writing.tell(write_report(forecast, out, change, beside, opening), out)


def _opening(forecast: Forecast, seed: int, progress: Callable[[int, int], None]) -> str:
    """Return the first paragraph, with what needs runs of its own."""
    from bioanchors.analysis.sensitivities import sensitivity
    from bioanchors.results import run
    from bioanchors.results.telling import REPORT_2020, opening_words

    parameters = forecast.parameters
    reference = None
    if parameters.name != REPORT_2020:
        reference = run(REPORT_2020, seed=seed, progress=progress)
    try:
        found = sensitivity(parameters, seed=seed, progress=progress)
    except ValueError as error:
        # Subclasses are other mistakes; this one is that nothing is uncertain.
        if type(error) is not ValueError:
            raise
        return opening_words(forecast, reference)
    effects = sorted(found.groups.effects, key=lambda effect: -effect.shapley.value)
    leading = [(effect.name, effect.shapley.value) for effect in effects[:LEADING]]
    year = parameters.first_year if found.by is None else found.by
    return opening_words(forecast, reference, leading, year)
