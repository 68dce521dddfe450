"""The command ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bioanchors.cli import writing
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
@click.option(
    "--pdf",
    is_flag=True,
    help="Write report.pdf, too: two pages to print, with what it hangs on and rests on in short.",
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
    pdf: bool,
    precision: float,
    seed: int,
) -> None:
    """Write a report on FILE: Markdown, and one HTML page that needs nothing else.

    \b
    bioanchors report latest --out report
    bioanchors report latest --pdf --out report
    """  # noqa: D301 - click wants the character itself
    from bioanchors.output.opening import opening
    from bioanchors.output.paper import DoesNotFitError, check_paper
    from bioanchors.output.report import write_report
    from bioanchors.results import run_with_change
    from bioanchors.results.exports.writing import MissingExtraError

    if pdf:
        try:
            check_paper()
        except MissingExtraError as error:
            raise click.UsageError(f"--pdf: {error}") from None
    parameters = read(file, settings, first_year, last_year)
    chosen = parse_weights(weights, parameters)
    beside = [published_named(name) for name in overlays]
    warn(parameters)
    options: dict[str, Any] = {"precision": precision, "seed": seed}
    with progress_bar() as progress:
        forecast, change = run_with_change(parameters, chosen, progress=progress, **options)
    with progress_bar() as progress:
        told = opening(forecast, progress)
    try:
        written = write_report(forecast, out, change, beside, told, pdf=pdf)
    except DoesNotFitError as error:
        raise click.UsageError(f"--pdf: {error}") from None
    writing.tell(written, out)
