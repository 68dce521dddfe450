"""The command ``report``."""

from __future__ import annotations

from pathlib import Path

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
    writing.tell(write_report(forecast, out, change, beside), out)
