"""The command ``hindcast``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bioanchors.cli import writing
from bioanchors.cli.options import edits, read, refuse_idle, usage_errors, warn
from bioanchors.cli.progress import progress_bar, quiet

if TYPE_CHECKING:
    from bioanchors.parameters import Parameters
    from bioanchors.parameters.observation_files import Observations


def _year(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return a decimal year, written as one or as a date."""
    from bioanchors.parameters import year_of

    try:
        return None if value is None else year_of(value)
    except ValueError:
        message = f"found {value}; allowed: a decimal year or a date"
        raise click.BadParameter(message) from None


@click.command()
@click.argument("file_names", metavar="FILE...", nargs=-1)
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
@click.option(
    "--predict",
    "predicted_year",
    callback=_year,
    metavar="YEAR",
    help="Write down what each FILE says will be measured by a decimal year or date, as "
    "predictions.toml in the folder of --out.",
)
@click.option(
    "--score",
    "told",
    metavar="FILE",
    help="Score predictions that were written down, by --observations.",
)
@click.option(
    "--waterfall",
    "is_waterfall",
    is_flag=True,
    help="Say how the median of each FILE moves as what it assumed is replaced by what was "
    "measured: levels, growth, algorithms and their caps.",
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
    predicted_year: float | None,
    told: str | None,
    is_waterfall: bool,
) -> None:
    """Say how each FILE fared with what was measured since it was written.

    \b
    bioanchors hindcast cotra2020 cotra2020-uncertain
    bioanchors hindcast mine.toml --observations seen.toml
    bioanchors hindcast latest --predict 2027.9 --out told
    bioanchors hindcast --score told/predictions.toml --observations seen.toml
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.hindcasting import hindcast as score
    from bioanchors.output.hindcast_tables import hindcast_csv, hindcast_json, hindcast_screen
    from bioanchors.output.terminal import Screen
    from bioanchors.parameters.observation_files import read_observations

    if told is not None:
        if file_names:
            raise click.UsageError("--score is of the files that were written down; name none")
        refuse_idle(
            ["predicted_year", "seed", "out", "settings", "is_waterfall"],
            "--score reads what was said",
        )
        _score(told, observations)
        return
    if not file_names:
        raise click.UsageError("missing FILE; needed: one or more, or --score")
    files = [read(name, settings, first_year, last_year) for name in file_names]
    for each in files:
        warn(each)
    if predicted_year is not None:
        refuse_idle(["observations", "is_waterfall"], "--predict is of what is yet to be measured")
        _predict(files, predicted_year, seed, out)
        return
    seen = read_observations(observations)
    with usage_errors(), progress_bar() as progress:
        found = score(*files, observations=seen, seed=seed, progress=progress)
    Screen().print(hindcast_screen(found))
    if is_waterfall:
        _waterfall(files, seen, seed)
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


def _predict(files: list[Parameters], year: float, seed: int, out: Path | None) -> None:
    from bioanchors.analysis.predictions import predictions
    from bioanchors.output.hindcast_tables import predictions_screen
    from bioanchors.output.terminal import Screen

    with usage_errors(), progress_bar():
        made = predictions(*files, year=year, seed=seed)
    Screen().print(predictions_screen(made))
    if out is not None:
        from bioanchors.formats.files import is_replaced, write_text

        out.mkdir(parents=True, exist_ok=True)
        path = out / "predictions.toml"
        replaced = is_replaced(path)
        write_text(path, made.text)
        writing.tell_file([path], replaced)


def _score(told: str, observations: str | None) -> None:
    from bioanchors.analysis.scored_predictions import read_predictions, score_predictions
    from bioanchors.output.hindcast_tables import scored_screen
    from bioanchors.output.terminal import Screen
    from bioanchors.parameters.observation_files import read_observations

    made = read_predictions(told)
    with usage_errors():
        found = score_predictions(made, read_observations(observations))
    Screen().print(scored_screen(made, found))


def _waterfall(files: list[Parameters], seen: Observations, seed: int) -> None:
    from bioanchors.analysis.replacing import replaced
    from bioanchors.output.hindcast_tables import replaced_screen
    from bioanchors.output.terminal import Screen

    for each in files:
        with usage_errors(), progress_bar() as progress:
            found = replaced(each, seen, seed=seed, progress=progress)
        Screen().print()
        Screen().print(replaced_screen(found))
