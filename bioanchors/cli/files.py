"""Commands about parameter files and what comes with the package."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bioanchors.cli.exits import BAD_INPUT
from bioanchors.cli.options import edits, published_named, read, warn
from bioanchors.cli.saying import say


@click.command()
@click.argument("file")
@edits
def show(
    file: str, settings: tuple[str, ...], first_year: int | None, last_year: int | None
) -> None:
    """Print FILE as resolved: parents merged, each value with where it was written."""
    parameters = read(file, settings, first_year, last_year)
    click.echo(parameters.annotated_text(), nl=False)
    warn(parameters)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check(files: tuple[str, ...]) -> None:
    """Check each FILE; print every problem with file, line and key."""
    from bioanchors.parameters import BadParameters, read_parameters

    bad = False
    for file in files:
        try:
            parameters = read_parameters(file)
        except BadParameters as error:
            click.echo(str(error), err=True)
            bad = True
        else:
            warn(parameters)
            say(f"{file}: no problems")
    if bad:
        sys.exit(BAD_INPUT)


@click.command()
def presets() -> None:
    """List the parameter files that come with the package."""
    from bioanchors.parameters import presets as titles
    from bioanchors.parameters.reading.preset_files import GROUPS

    known = titles()
    width = max(len(name) for name in known)
    for group, names in GROUPS.items():
        say(f"{group}:")
        for name in names:
            say(f"  {name:<{width}}  {known[name]}")


@click.command()
@click.argument("name", required=False)
def published(name: str | None) -> None:
    """List published forecasts to lay over one's own, or print the one named."""
    from bioanchors.results.overlays import published_forecasts

    if name is None:
        known = published_forecasts()
        width = max(len(each) for each in known)
        for each, forecast in known.items():
            say(f"{each:<{width}}  {forecast.title}")
        return
    forecast = published_named(name)
    say(f"{forecast.title} (published {forecast.published})")
    say(f"milestone: {forecast.milestone}")
    for year, probability in zip(forecast.years, forecast.probabilities, strict=True):
        say(f"  {year:g}  {100 * probability:.4g} %")
    say(f"source: {forecast.reference}; confidence in the figures: {forecast.confidence}")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--from", "parent", default="cotra2020", show_default=True, help="What the new file extends."
)
@click.option("--full", is_flag=True, help="Copy the preset with its comments instead.")
def new(path: Path, parent: str, full: bool) -> None:
    """Write a new parameter file to PATH."""
    from bioanchors.output.starter import new as write_new
    from bioanchors.parameters.reading.preset_files import SCHEMA_NAME

    if path.suffix != ".toml":
        raise click.BadParameter(f"found {path}; allowed: a name ending in .toml")
    schema = path.with_name(SCHEMA_NAME)
    before = schema.stat().st_ino if schema.is_file() else None
    try:
        write_new(path, parent, full=full)
    except (FileExistsError, ValueError) as error:
        if not isinstance(error, FileExistsError) and type(error) is not ValueError:
            raise
        raise click.UsageError(str(error)) from None
    warn(read(str(path), (), None, None))
    if schema.is_file() and schema.stat().st_ino != before:
        done = "written" if before is None else "replaced"
        say(f"note: {done} beside it: {SCHEMA_NAME}, by which editors check it", err=True)
    say(f"written: {path}; next: bioanchors run {_as_argument(path)}")


@click.command()
@click.option("--summary", is_flag=True, help='That of summary.json and "run --json" instead.')
def schema(summary: bool) -> None:
    """Print the JSON Schema of parameter files."""
    from bioanchors.parameters import schema as text
    from bioanchors.results.summaries import SCHEMA

    click.echo(SCHEMA.read_text(encoding="utf-8") if summary else text(), nl=False)


def _as_argument(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text
