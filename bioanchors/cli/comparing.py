"""The command ``compare``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bioanchors.cli import writing
from bioanchors.cli.options import (
    accuracy,
    edits,
    executor,
    refuse_idle,
    usage_errors,
    warn,
    years_decimal,
)
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.cli.results import parameters_of

if TYPE_CHECKING:
    from bioanchors.analysis.attribution import Attribution
    from bioanchors.analysis.comparison import Comparison


@click.command()
@click.argument("file_names", metavar="FILE FILE...", nargs=-1, required=True)
@edits
@click.option(
    "--attribute",
    "is_attributed",
    is_flag=True,
    help="Say how much of the difference of two files each group of parameters carries.",
)
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="WHAT",
    help="With --attribute, what to attribute: a year (arrival by then), median, p10, or "
    "restricted_mean; repeatable.",
)
@click.option("--all", "every", is_flag=True, help="List every parameter that differs.")
@click.option("--years", callback=years_decimal, metavar="Y,Y", help="Years of the probabilities.")
@accuracy
@executor
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write differences.csv, comparison.csv and compare.png into this folder, and "
    "attribution.csv and attribution.png.",
)
@quiet
def compare(
    file_names: tuple[str, ...],
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    is_attributed: bool,
    outcomes: tuple[str, ...],
    every: bool,
    years: tuple[float, ...] | None,
    precision: float,
    seed: int,
    executor: str | None,
    out: Path | None,
) -> None:
    """Compare files: where they differ, what that does, and which difference does it.

    A FILE may be a result, too: a folder of "run --out", or an export that "load" reads.

    \b
    bioanchors compare cotra2020 latest --attribute --out why
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.attribution import attribute
    from bioanchors.analysis.comparison import compare as compare_files
    from bioanchors.output.comparison_tables import attribution_screen, comparison_screen
    from bioanchors.output.terminal import Screen

    if len(file_names) < 2:
        raise click.UsageError("found one file; needed: at least two to compare")
    if is_attributed and len(file_names) != 2:
        raise click.UsageError(f"found {len(file_names)} files; allowed with --attribute: two")
    if not is_attributed:
        refuse_idle(["outcomes"], "it is for --attribute")
    with usage_errors():
        files = [parameters_of(name, settings, first_year, last_year) for name in file_names]
    options: dict[str, Any] = {
        "years": years, "seed": seed, "precision": precision, "executor": executor,
    }  # fmt: skip
    console, parts = Screen(), None
    with usage_errors():
        with progress_bar() as progress:
            found = compare_files(*files, **options, progress=progress)
        for each in files:
            warn(each)
        console.print(comparison_screen(found, every))
        if is_attributed:
            with progress_bar() as progress:
                parts = attribute(*files, outcomes=outcomes or None, **options, progress=progress)
            console.print()
            console.print(attribution_screen(parts))
    if out is not None:
        _write(found, parts, out)


def _write(found: Comparison, parts: Attribution | None, out: Path) -> None:
    from bioanchors.formats.sets import FileSet
    from bioanchors.output.comparison_figures import write_comparison, write_waterfall
    from bioanchors.output.comparison_tables import (
        attribution_csv,
        comparison_csv,
        differences_csv,
    )
    from bioanchors.results.exports.provenance import identity

    made = FileSet("compare", [identity(each) for each in found.forecasts])
    made.text("differences.csv", differences_csv(found))
    made.text("comparison.csv", comparison_csv(found))
    made.figure("compare.png", lambda stream: write_comparison(found.forecasts, stream))
    if parts is not None:
        made.text("attribution.csv", attribution_csv(parts))
        if parts.groups:
            made.figure("attribution.png", partial(write_waterfall, parts))
    writing.tell(made.write(out), out)
