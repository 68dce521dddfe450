"""The command line: parse, call, print."""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bioanchors import __version__

if TYPE_CHECKING:
    from bioanchors.parameters import Parameters
    from bioanchors.results import Change, Forecast, PublishedForecast

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
PROGRESS_AFTER_S = 2.0
DRAWS = 2**17

Command = Callable[..., Any]


def _precision(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """Return a standard error of a probability, ``0.1pp`` or ``0.001``, as a share."""
    text = value.strip().lower()
    try:
        share = float(text.removesuffix("pp")) / (100 if text.endswith("pp") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share < 1:
        raise click.BadParameter(f"found {value}; allowed: 0.1pp, or 0.001, and the like")
    return share


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bioanchors")
def cli() -> None:
    """Forecast when somebody could afford to train a transformative AI.

    A Monte Carlo biological-anchors model: from a parameter file to an arrival-year CDF.
    FILE is a preset's name (see "bioanchors presets") or a path to a .toml file.

    \b
    bioanchors run cotra2020
    bioanchors run cotra2020 --set hardware.doubling_years=2
    bioanchors new mine.toml --from cotra2020
    """  # noqa: D301 - click wants the character itself


def _edits(command: Command) -> Command:
    """Options that edit a file on its way in."""
    for option in (
        click.option("--last-year", type=int, metavar="YEAR", help="Last year of the window."),
        click.option("--first-year", type=int, metavar="YEAR", help="First year of the window."),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="Set a key, the value in TOML; repeatable. The path may reach into a "
            "distribution: brain.flop_per_s.median=1e16.",
        ),
    ):
        command = option(command)
    return command


@cli.command()
@click.argument("file")
@_edits
@click.option(
    "--weights",
    metavar="NAME=W,...",
    help="Weights of hypotheses; those not named get 0. none=0.1 sets both ends of [none].",
)
@click.option(
    "--precision",
    metavar="PP",
    callback=_precision,
    default="0.1pp",
    show_default=True,
    help="Add points until the standard error of the probability by every whole year is at most "
    "this.",
)
@click.option(
    "--points",
    type=click.IntRange(1, 2**30),
    help="The most points in all, rounded up to replicates times a power of two. "
    "[default: 16777216, and 131072 for --keep-draws]",
)
@click.option(
    "--max-seconds", type=click.FloatRange(0, min_open=True), help="Add no points past this time."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--sampler",
    type=click.Choice(["sobol", "random"]),
    default="sobol",
    show_default=True,
    help="Sobol' points or pseudo-random numbers.",
)
@click.option(
    "--estimator",
    type=click.Choice(["integrate", "count"]),
    default="integrate",
    show_default=True,
    help="Integrate over requirements and trends apart, or count joint draws, as a check.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write cdf.csv, summary.json, forecast.nc and cdf.png into this folder, and "
    "prior_cdf.csv where there is evidence.",
)
@click.option(
    "--overlay",
    "overlays",
    multiple=True,
    metavar="NAME",
    help='Show a published forecast beside it (see "bioanchors published"); repeatable.',
)
@click.option(
    "--keep-draws",
    is_flag=True,
    help="Write draws.nc into the folder, too: joint draws of every input, requirement, weight "
    "and arrival year.",
)
def run(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    weights: str | None,
    precision: float,
    points: int | None,
    max_seconds: float | None,
    seed: int,
    sampler: str,
    estimator: str,
    out: Path | None,
    overlays: tuple[str, ...],
    keep_draws: bool,
) -> None:
    """Run the model of FILE and print the forecast."""
    from rich.console import Console

    from bioanchors.output.terminal import print_plainly, screen

    parameters = _read(file, settings, first_year, last_year)
    chosen = _parse_weights(weights, parameters)
    beside = [_published(name) for name in overlays]
    if out is not None and out.exists() and not out.is_dir():
        raise click.BadParameter(f"{out} is a file; allowed: a folder", param_hint="--out")
    if keep_draws and out is None:
        raise click.UsageError("--keep-draws needs --out DIR, where the draws are written")
    from bioanchors.results.draws import MOST_DRAWS

    if keep_draws and points is not None and points > MOST_DRAWS:
        raise click.BadParameter(f"at most {MOST_DRAWS} draws are kept", param_hint="--points")
    _warn(parameters)
    options: dict[str, Any] = {
        "precision": precision,
        "seed": seed,
        "sampler": sampler,
        "estimator": estimator,
    }
    if points is not None:
        options["points"] = points
    if max_seconds is not None:
        options["max_seconds"] = max_seconds
    with _progress() as progress:
        forecast, change = _forecast(parameters, chosen, options, progress)
    for note in forecast.notes[len(parameters.warnings) :]:
        click.echo(f"note: {parameters.name}: {note}", err=True)
    console = Console(highlight=False)
    console.print(screen(forecast, change, beside))
    if out is not None:
        written = _write(forecast, change, beside, out)
        if keep_draws:
            written.append(_write_draws(forecast, points, out))
        print_plainly(console, f"written: {', '.join(sorted(written))} in {out}")


@cli.command()
@click.argument("file")
@_edits
def show(
    file: str, settings: tuple[str, ...], first_year: int | None, last_year: int | None
) -> None:
    """Print FILE as resolved: parents merged, each value with where it was written."""
    parameters = _read(file, settings, first_year, last_year)
    click.echo(parameters.annotated_text(), nl=False)
    _warn(parameters)


@cli.command()
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
            _warn(parameters)
            click.echo(f"{file}: no problems")
    if bad:
        sys.exit(BAD_INPUT)


@cli.command()
def presets() -> None:
    """List the parameter files that come with the package."""
    from bioanchors.parameters import presets as titles

    known = titles()
    width = max(len(name) for name in known)
    for name, title in known.items():
        click.echo(f"{name:<{width}}  {title}")


@cli.command()
@click.argument("name", required=False)
def published(name: str | None) -> None:
    """List published forecasts to lay over one's own, or print the one named."""
    from bioanchors.results.overlays import published_forecasts

    if name is None:
        known = published_forecasts()
        width = max(len(each) for each in known)
        for each, forecast in known.items():
            click.echo(f"{each:<{width}}  {forecast.title}")
        return
    forecast = _published(name)
    click.echo(f"{forecast.title} (published {forecast.published})")
    click.echo(f"milestone: {forecast.milestone}")
    for year, probability in zip(forecast.years, forecast.probabilities, strict=True):
        click.echo(f"  {year:g}  {100 * probability:.4g} %")
    click.echo(f"source: {forecast.reference}; confidence in the figures: {forecast.confidence}")


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--from", "parent", default="cotra2020", show_default=True, help="What the new file extends."
)
@click.option("--full", is_flag=True, help="Copy the preset with its comments instead.")
def new(path: Path, parent: str, full: bool) -> None:
    """Write a new parameter file to PATH."""
    from bioanchors.output.starter import new as write_new

    if path.suffix != ".toml":
        raise click.BadParameter(f"found {path}; allowed: a name ending in .toml")
    try:
        write_new(path, parent, full=full)
    except (FileExistsError, ValueError) as error:
        if not isinstance(error, FileExistsError) and type(error) is not ValueError:
            raise
        raise click.UsageError(str(error)) from None
    click.echo(f"written: {path}; next: bioanchors run {_as_argument(path)}")


@cli.command()
def schema() -> None:
    """Print the JSON Schema of parameter files."""
    from bioanchors.parameters import schema as text

    click.echo(text(), nl=False)


def _as_argument(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text


def _read(
    file: str, settings: tuple[str, ...], first_year: int | None, last_year: int | None
) -> Parameters:
    from bioanchors.parameters import read_parameters

    years = [
        f"forecast.{name}={year}"
        for name, year in (("first_year", first_year), ("last_year", last_year))
        if year is not None
    ]
    return read_parameters(file, [*settings, *years])


def _published(name: str) -> PublishedForecast:
    from bioanchors.results.overlays import published_forecast

    try:
        return published_forecast(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _parse_weights(text: str | None, parameters: Parameters) -> dict[str, float] | None:
    from bioanchors.results.forecast import weight_settings

    if text is None:
        return None
    weights: dict[str, float] = {}
    try:
        for part in text.split(","):
            name, equals, number = part.partition("=")
            if not equals:
                raise ValueError(f"found {part.strip()!r}; allowed: NAME=NUMBER, NAME=NUMBER, ...")
            if name.strip() in weights:
                raise ValueError(f"{name.strip()} is named twice")
            try:
                weights[name.strip()] = float(number)
            except ValueError:
                raise ValueError(f"found {number.strip()!r}; allowed: a number") from None
        weight_settings(parameters, weights)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--weights") from None
    return weights


def _forecast(
    parameters: Parameters,
    weights: dict[str, float] | None,
    options: dict[str, Any],
    progress: Callable[[int, int], None],
) -> tuple[Forecast, Change | None]:
    """Run the parameters and, where they are an edit of something, what they are an edit of."""
    from bioanchors.parameters import BadParameters
    from bioanchors.results import Forecast
    from bioanchors.results import change as compare
    from bioanchors.results import run as run_model

    forecast = run_model(parameters, **options, weights=weights, progress=progress)
    if weights is not None and not parameters.is_edited:
        before = Forecast(parameters, forecast.sums, forecast.origin)
        return forecast, compare(forecast, before, parameters.name)
    try:
        baseline = parameters.baseline()
    except BadParameters:
        # A parent may be a fragment that is no forecast of its own.
        baseline = None
    if baseline is None:
        return forecast, None
    before = run_model(baseline, **options, progress=progress)
    return forecast, compare(forecast, before, baseline.name)


def _write(
    forecast: Forecast, change: Change | None, overlays: list[PublishedForecast], folder: Path
) -> list[str]:
    """Write a forecast's files; return their names."""
    from bioanchors.output.figure import write_figure
    from bioanchors.output.files import write_text
    from bioanchors.output.summaries import summary_json
    from bioanchors.output.tables import cdf_csv

    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "cdf.csv", cdf_csv(forecast))
    prior = []
    if forecast.has_evidence:
        prior = ["prior_cdf.csv"]
        write_text(folder / prior[0], cdf_csv(forecast.prior))
    write_text(folder / "summary.json", summary_json(forecast, change, overlays))
    forecast.to_netcdf(folder / "forecast.nc")
    write_figure(forecast, folder / "cdf.png", overlays)
    return ["cdf.csv", *prior, "summary.json", "forecast.nc", "cdf.png"]


def _write_draws(forecast: Forecast, points: int | None, folder: Path) -> str:
    from bioanchors.output.files import write_netcdf
    from bioanchors.results import draw

    draws = draw(
        forecast.parameters,
        seed=forecast.origin.seed,
        sampler=forecast.origin.sampler,
        replicates=forecast.replicates,
        points=points or DRAWS,
    )
    write_netcdf(draws, folder / "draws.nc")
    return "draws.nc"


def _warn(parameters: Parameters) -> None:
    for warning in parameters.warnings:
        click.echo(f"note: {parameters.name}: {warning}", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a callback that shows a bar on a terminal once two seconds have passed."""
    import time

    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("drawing", total=None)
    started = time.monotonic()
    shown = False

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if not shown and time.monotonic() - started > PROGRESS_AFTER_S:
            bar.start()
            shown = True
        bar.update(task, completed=done, total=total)

    try:
        yield progress
    finally:
        if shown:
            bar.stop()


def main() -> NoReturn:
    """Run the command line; exit with 0 done, 2 bad input, 130 interrupted, 1 anything else."""
    sys.exit(_main())


def _main() -> int:
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a title's letters shows question marks instead.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return BAD_INPUT if isinstance(error, click.UsageError) else FAILED
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (``| head``); the interpreter must not complain later.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        click.echo(f"{error.strerror or error}{where}", err=True)
        return FAILED
    except ValueError as error:
        from bioanchors.parameters import BadParameters

        if not isinstance(error, BadParameters):
            raise
        click.echo(str(error), err=True)
        return BAD_INPUT
    return DONE


if __name__ == "__main__":
    main()
