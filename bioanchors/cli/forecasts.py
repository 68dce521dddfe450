"""The command ``run``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bioanchors.cli import writing
from bioanchors.cli.options import (
    counting,
    edits,
    parse_weights,
    published_named,
    read,
    refuse_idle,
    seconds,
    share_of_points,
    spans_written,
    warn,
    years_written,
)
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.cli.saying import say

if TYPE_CHECKING:
    import xarray as xr

    from bioanchors.analysis.milestones import Milestones
    from bioanchors.formats.sets import FileSet
    from bioanchors.parameters import Parameters
    from bioanchors.results import Change, Forecast, PublishedForecast
    from bioanchors.results.wanted import Wanted

DRAWS = 2**17


@click.command()
@click.argument("file")
@edits
@click.option(
    "--weights",
    metavar="NAME=W,...",
    help="Weights of hypotheses; those not named get 0. none=0.1 sets both ends of [none].",
)
@click.option(
    "--precision",
    metavar="PP",
    callback=share_of_points,
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
@click.option("--max-seconds", type=float, callback=seconds, help="Add no points past this time.")
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
@counting
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write cdf.csv, summary.json, forecast.nc and cdf.png into this folder, prior_cdf.csv "
    "where there is evidence, and a README.md that says what they are.",
)
@click.option(
    "--overlay",
    "overlays",
    multiple=True,
    metavar="NAME",
    help='Show a published forecast beside it (see "bioanchors published"); repeatable.',
)
@click.option(
    "--milestones",
    "every_milestone",
    is_flag=True,
    help="Run each of the file's milestones on the same draws, and print them in one table; with "
    "--out, milestones.csv, milestone_years.csv, milestones.nc and milestones.png, too.",
)
@click.option(
    "--years",
    metavar="Y,...",
    callback=years_written,
    help="Years of the probabilities instead of the file's: 2030, 2027.5, 2030-07-01 or 2030Q3; a "
    "year or a quarter means its first day.",
)
@click.option(
    "--within",
    metavar="YEARS[:DATE]",
    multiple=True,
    callback=spans_written,
    help="Tell the probability within so many years of a date, given none before: 5:2027-07-01. "
    "Without a date, of what the file's evidence knows, or its first year; repeatable.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print summary.json instead (its schema: bioanchors schema --summary).",
)
@click.option("--dates", is_flag=True, help="Show calendar dates beside decimal years.")
@click.option(
    "--errors",
    is_flag=True,
    help="Show every simulation error, and how many draws the evidence leaves; else those that "
    "reach the last digit shown. Files hold them all.",
)
@click.option(
    "--keep-draws",
    is_flag=True,
    help="Write draws.nc into the folder, too: joint draws of every input, requirement, weight "
    "and arrival year.",
)
@quiet
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
    executor: str | None,
    out: Path | None,
    overlays: tuple[str, ...],
    every_milestone: bool,
    years: dict[str, float] | None,
    within: tuple[tuple[float, float | None], ...],
    as_json: bool,
    dates: bool,
    errors: bool,
    keep_draws: bool,
) -> None:
    """Run the model of FILE and print the forecast."""
    from bioanchors.output.terminal import Screen, screen
    from bioanchors.results import run_with_change
    from bioanchors.results.conflicts import predictive_scores
    from bioanchors.results.remarks import conflict_notes
    from bioanchors.results.summaries import summary_json
    from bioanchors.results.wanted import Wanted

    parameters = read(file, settings, first_year, last_year)
    chosen = parse_weights(weights, parameters)
    beside = [published_named(name) for name in overlays]
    _check_asked(parameters, out, points, estimator, every_milestone, keep_draws)
    _check_wanted(parameters, years, within)
    warn(parameters)
    # Before it runs: what contradicts the file takes many draws.
    told = list(conflict_notes(predictive_scores(parameters)))
    for note in told:
        say(f"note: {parameters.name}: {note}", err=True)
    options = {
        "precision": precision, "seed": seed, "sampler": sampler, "estimator": estimator,
        "executor": executor, "points": points, "max_seconds": max_seconds,
    }  # fmt: skip
    options = {name: value for name, value in options.items() if value is not None}
    with progress_bar() as progress:
        asked = None if years is None else years.values()
        forecast, change = run_with_change(parameters, chosen, asked, progress=progress, **options)
    for note in forecast.notes[len(parameters.warnings) :]:
        if note not in told:
            say(f"note: {parameters.name}: {note}", err=True)
    console, wanted = Screen(), Wanted(years, within)
    if as_json:
        click.echo(summary_json(forecast, change, beside, wanted), nl=False)
    else:
        console.print(screen(forecast, change, beside, wanted=wanted, errors=errors, dates=dates))
    found = _milestones(parameters, chosen, options) if every_milestone else None
    if found is not None and not as_json:
        from bioanchors.output.milestone_tables import milestones_screen

        console.print()
        console.print(milestones_screen(found, years))
    if out is not None:
        files = _files(forecast, change, beside, wanted)
        draws = _draws(forecast, points) if keep_draws else None
        _write(files, forecast, found, draws, wanted, out, as_json)


def _check_asked(
    parameters: Parameters,
    out: Path | None,
    points: int | None,
    estimator: str,
    every_milestone: bool,
    keep_draws: bool,
) -> None:
    """Refuse options that cannot be meant together, before anything is run."""
    from bioanchors.results.draws import MOST_DRAWS

    if keep_draws and out is None:
        raise click.UsageError("--keep-draws needs --out DIR, where the draws are written")
    if keep_draws and points is not None and points > MOST_DRAWS:
        raise click.BadParameter(f"at most {MOST_DRAWS} draws are kept", param_hint="--points")
    if every_milestone and not parameters.tables.milestones:
        name = parameters.name
        raise click.UsageError(f"--milestones: {name} has none; needed: a table [milestones.NAME]")
    if estimator != "count":
        refuse_idle(["executor"], "it is for --estimator count")


def _milestones(
    parameters: Parameters, weights: dict[str, float] | None, options: dict[str, Any]
) -> Milestones:
    from bioanchors.analysis.milestones import milestones

    with progress_bar() as progress:
        return milestones(parameters, weights=weights, progress=progress, **options)


def _write(
    files: FileSet,
    forecast: Forecast,
    found: Milestones | None,
    draws: xr.Dataset | None,
    wanted: Wanted,
    out: Path,
    as_json: bool,
) -> None:
    from bioanchors.output.folder import folder_readme

    if found is not None:
        _add_milestones(files, found)
    if draws is not None:
        files.netcdf("draws.nc", draws)
    if writing.is_ours(out / "README.md"):
        files.text("README.md", folder_readme(forecast, files.names, wanted))
    writing.tell(files.write(out), out, err=as_json)


def _check_wanted(
    parameters: Parameters,
    years: dict[str, float] | None,
    within: tuple[tuple[float, float | None], ...],
) -> None:
    """Refuse what the window does not hold, before anything is run."""
    first, last = parameters.first_year, parameters.last_year
    for text, year in (years or {}).items():
        if not first <= year <= last:
            raise click.BadParameter(
                f"found {text}; allowed: {first} to {last}, or --last-year", param_hint="--years"
            )
    now = parameters.evidence.not_arrived_by
    for duration, date in within:
        start = date if date is not None else first if now is None else now
        if not first <= start <= start + duration <= last:
            raise click.BadParameter(
                f"found {duration:g} years from {start:.6g}; allowed: within {first} to {last}",
                param_hint="--within",
            )


def _files(
    forecast: Forecast, change: Change | None, overlays: list[PublishedForecast], wanted: Wanted
) -> FileSet:
    """Return a forecast's files."""
    from bioanchors.formats.sets import FileSet
    from bioanchors.output.figure import write_cdf
    from bioanchors.output.tables import cdf_csv
    from bioanchors.results.exports.provenance import identity
    from bioanchors.results.summaries import summary_json

    files = FileSet("run", [identity(forecast), repr(change), *(each.title for each in overlays)])
    files.text("cdf.csv", cdf_csv(forecast))
    if forecast.has_evidence:
        files.text("prior_cdf.csv", cdf_csv(forecast.prior))
    files.text("summary.json", summary_json(forecast, change, overlays, wanted))
    files.netcdf("forecast.nc", forecast.dataset)
    files.figure("cdf.png", lambda stream: write_cdf(forecast, stream, overlays))
    return files


def _add_milestones(files: FileSet, found: Milestones) -> None:
    from bioanchors.output.milestone_figures import write_milestones
    from bioanchors.output.milestone_tables import milestone_years_csv, milestones_csv

    files.text("milestones.csv", milestones_csv(found))
    files.text("milestone_years.csv", milestone_years_csv(found))
    files.netcdf("milestones.nc", found.dataset)
    files.figure("milestones.png", partial(write_milestones, found))


def _draws(forecast: Forecast, points: int | None) -> xr.Dataset:
    from bioanchors.results import draw

    return draw(
        forecast.parameters,
        seed=forecast.origin.seed,
        sampler=forecast.origin.sampler,
        replicates=forecast.replicates,
        points=points or DRAWS,
    )
