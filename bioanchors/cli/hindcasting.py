"""The command ``hindcast``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from bioanchors.cli import writing
from bioanchors.cli.options import edits, read, usage_errors, warn
from bioanchors.cli.progress import progress_bar, quiet


@click.command()
@click.argument("file_names", metavar="FILE...", nargs=-1, required=True)
@edits
@click.option(
    "--observations",
    metavar="FILE",
    help="What was measured: [evidence.observations.NAME] of a .toml file. "
    "[default: observations-2026]",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write hindcast.csv, hindcast.json, hindcast.nc and hindcast.png into this folder.",
)
@quiet
def hindcast(
    file_names: tuple[str, ...],
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    observations: str | None,
    seed: int,
    out: Path | None,
) -> None:
    """Say how each FILE fared with what was measured since it was written.

    \b
    bioanchors hindcast cotra2020 cotra2020-uncertain
    bioanchors hindcast mine.toml --observations seen.toml
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.hindcasting import hindcast as score
    from bioanchors.output.hindcast_tables import hindcast_csv, hindcast_json, hindcast_screen
    from bioanchors.output.terminal import Screen
    from bioanchors.parameters.observation_files import read_observations

    files = [read(name, settings, first_year, last_year) for name in file_names]
    seen = read_observations(observations)
    for each in files:
        warn(each)
    with usage_errors(), progress_bar() as progress:
        found = score(*files, observations=seen, seed=seed, progress=progress)
    Screen().print(hindcast_screen(found))
    if out is None:
        return
    from bioanchors.formats.sets import FileSet
    from bioanchors.output.hindcast_figures import write_hindcast

    made = FileSet("hindcast", [*(each.hash for each in files), seen.digest, str(seed)])
    made.text("hindcast.csv", hindcast_csv(found))
    made.text("hindcast.json", hindcast_json(found))
    made.netcdf("hindcast.nc", found.dataset)
    made.figure("hindcast.png", partial(write_hindcast, found))
    writing.tell(made.write(out), out)
