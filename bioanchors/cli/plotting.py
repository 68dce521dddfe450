"""The command ``plot``."""

from __future__ import annotations

from pathlib import Path

import click

from bioanchors.cli import writing
from bioanchors.cli.options import accuracy, edits, read, usage_errors, warn
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.output.kinds import KINDS

SUFFIXES = (".png", ".svg", ".pdf")


@click.command()
@click.argument("file_names", metavar="FILE...", nargs=-1, required=True)
@edits
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="cdf",
    show_default=True,
    help="What to draw; of several files, their CDFs.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.file,
    required=True,
    metavar="PATH",
    help="Figure to write: .png, .svg or .pdf.",
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@accuracy
@quiet
def plot(
    file_names: tuple[str, ...],
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    kind: str,
    out: Path,
    force: bool,
    precision: float,
    seed: int,
) -> None:
    """Draw a forecast: its CDF, its density, what is needed and what can be bought.

    \b
    bioanchors plot latest --kind needed --out needed.svg
    bioanchors plot cotra2020 latest --out both.png
    """  # noqa: D301 - click wants the character itself
    from bioanchors.formats.files import is_replaced
    from bioanchors.output.plots import write_plot
    from bioanchors.results import run

    if out.suffix not in SUFFIXES:
        raise click.BadParameter(
            f"found {out}; allowed: a name ending in {', '.join(SUFFIXES)}", param_hint="--out"
        )
    replaced = is_replaced(out)
    if replaced and not force:
        raise click.UsageError(f"{out} exists; allowed: another name, or --force")
    if len(file_names) > 1 and kind != "cdf":
        raise click.UsageError(f"{kind} is of one file; allowed for several: cdf")
    files = [read(name, settings, first_year, last_year) for name in file_names]
    if kind == "prior" and not files[0].has_evidence:
        raise click.UsageError(f"{file_names[0]} has no evidence; allowed: a file with [evidence]")
    if kind == "loss" and files[0].tables.scaling_law is None:
        raise click.UsageError(
            f"{file_names[0]} has no scaling law; allowed: a file with [scaling_law]"
        )
    if kind == "interventions" and not files[0].spec.interventions:
        raise click.UsageError(
            f"{file_names[0]} has no interventions; allowed: a file with [interventions.NAME]"
        )
    for each in files:
        warn(each)
    with progress_bar() as progress:
        made = [run(each, seed=seed, precision=precision, progress=progress) for each in files]
    with usage_errors():
        write_plot(made, kind, out)
    writing.tell_file([out], replaced)
