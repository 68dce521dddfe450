"""The command ``plot``."""

from __future__ import annotations

from pathlib import Path

import click

from bioanchors.cli import writing
from bioanchors.cli.options import accuracy, edits, read, refuse_idle, usage_errors, warn
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.cli.results import result_of
from bioanchors.output.kinds import KINDS, KINDS_OF_SEVERAL


@click.command()
@click.argument("file_names", metavar="FILE...", nargs=-1)
@click.option(
    "--library",
    "is_library",
    is_flag=True,
    help="Draw every preset, every published forecast and what arrives in each, in one figure.",
)
@edits
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    metavar="KIND",
    default="cdf",
    show_default=True,
    help=f"What to draw: {', '.join(KINDS)}; of several files {', '.join(KINDS_OF_SEVERAL)}.",
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
    is_library: bool,
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

    A FILE may be a result, too: a folder of "run --out", a .nc or full .json file of an export, and
    alone a mix that "mix --out" wrote.

    \b
    bioanchors plot latest --kind needed --out needed.svg
    bioanchors plot latest --kind headline --out headline.png
    bioanchors plot cotra2020 latest --out both.png
    bioanchors plot --library --out library.png
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.mixing import is_mix, read_mix
    from bioanchors.formats.files import is_replaced
    from bioanchors.output.mix_figures import write_mix
    from bioanchors.output.plots import write_plot
    from bioanchors.results import run

    writing.check_figure(out, "--out")
    replaced = is_replaced(out)
    if replaced and not force:
        raise click.UsageError(f"{out} exists; allowed: another name, or --force")
    if is_library:
        if file_names:
            raise click.UsageError("--library is of all that comes with the package; name no file")
        refuse_idle(["kind", "settings", "first_year", "last_year"], "--library takes files as is")
        _library(out, precision, seed)
        writing.tell_file([out], replaced)
        return
    if not file_names:
        raise click.UsageError("missing FILE; needed: one or more, or --library")
    if len(file_names) > 1 and kind not in KINDS_OF_SEVERAL:
        allowed = ", ".join(KINDS_OF_SEVERAL)
        raise click.UsageError(f"{kind} is of one file; allowed for several: {allowed}")
    if len(file_names) == 1 and is_mix(file_names[0]):
        idle = ["kind", "settings", "first_year", "last_year", "precision", "seed"]
        refuse_idle(idle, "a mix is drawn as it is")
        with usage_errors(), progress_bar():
            write_mix(read_mix(file_names[0]), out)
        writing.tell_file([out], replaced)
        return
    with usage_errors():
        results = [result_of(name) for name in file_names]
    if all(results):
        refuse_idle(["precision", "seed"], "a result is as it is; allowed: a parameter file")
    files = [
        read(name, settings, first_year, last_year) if result is None else result.parameters
        for name, result in zip(file_names, results, strict=True)
    ]
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
        made = [
            result or run(each, seed=seed, precision=precision, progress=progress)
            for each, result in zip(files, results, strict=True)
        ]
    with usage_errors():
        write_plot(made, kind, out)
    writing.tell_file([out], replaced)


def _library(out: Path, precision: float, seed: int) -> None:
    """Draw all that comes with the package."""
    from bioanchors.output.library_figures import published_row, row_of, write_library
    from bioanchors.parameters.reading.preset_files import ALIASES, GROUPS
    from bioanchors.results import published_forecasts, run

    groups = []
    total = sum(map(len, GROUPS.values()))
    with progress_bar() as progress:
        done = 0
        for group, names in GROUPS.items():
            rows = []
            for name in names:
                if name not in ALIASES:
                    rows.append(row_of(run(name, seed=seed, precision=precision)))
                done += 1
                progress(done, total)
            groups.append((group, rows))
    groups.append(("published", [published_row(each) for each in published_forecasts().values()]))
    write_library(groups, out)
