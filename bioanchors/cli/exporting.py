"""The commands ``export`` and ``load``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bioanchors.cli import writing
from bioanchors.cli.options import (
    accuracy,
    edits,
    parse_weights,
    read,
    refuse_idle,
    usage_errors,
    warn,
)
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.cli.results import EDITS, refuse_mix, result_of
from bioanchors.cli.saying import say
from bioanchors.formats.registry import FORMATS

if TYPE_CHECKING:
    from bioanchors.formats.question import Question
    from bioanchors.results import Forecast
    from bioanchors.results.wanted import Wanted


@click.command()
@click.argument("source")
@edits
@click.option("--weights", metavar="NAME=W,...", help="As of run.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="What to write.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.file,
    metavar="PATH",
    help="File to write; without it, formats that are text are printed.",
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@click.option(
    "--points",
    type=click.IntRange(1, 2**20),
    default=4096,
    show_default=True,
    help="Joint draws, for --format draws.",
)
@click.option(
    "--full", "is_full", is_flag=True, help="Every number, not only what people read; for json."
)
@click.option(
    "--question",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Question as downloaded from Metaculus (JSON).",
)
@click.option("--range", "ends", metavar="FROM:TO", help="Bounds of the question, dates or years.")
@click.option(
    "--scale",
    metavar="linear|log:DATE",
    default="linear",
    show_default=True,
    help="Scale of the question; a logarithmic one with its zero point.",
)
@click.option(
    "--open",
    "open_ends",
    type=click.Choice(["lower", "upper", "both", "none"]),
    default="upper",
    show_default=True,
    help="Ends of the question beyond which the answer may lie.",
)
@click.option(
    "--condition",
    is_flag=True,
    help="Give the forecast given arrival by the question's end, and not before a closed start.",
)
@accuracy
@quiet
def export(
    source: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    weights: str | None,
    format_name: str,
    out: Path | None,
    force: bool,
    points: int,
    is_full: bool,
    question: Path | None,
    ends: str | None,
    scale: str,
    open_ends: str,
    condition: bool,
    precision: float,
    seed: int,
) -> None:
    """Write a forecast for another program: of a FILE to run, or of a result.

    A result is a folder of "run --out", or a .nc or full .json file of an export. A preset's name
    is the preset; a folder of that name is written ./NAME.

    \b
    bioanchors export latest --format excel --out latest.xlsx
    bioanchors export latest --format metaculus --range 2027:2100 --open both --out q.json
    """  # noqa: D301 - click wants the character itself
    from bioanchors.formats.files import is_replaced, is_stream
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.exports.writing import MissingExtraError, content, find
    from bioanchors.results.exports.writing import export as write

    if format_name != "draws":
        refuse_idle(["points"], "it is for --format draws")
    if format_name != "json":
        refuse_idle(["is_full"], "it is for --format json")
    if format_name != "metaculus":
        idle = ["question", "ends", "scale", "open_ends", "condition"]
        refuse_idle(idle, "it is for --format metaculus")
    elif question is not None:
        refuse_idle(["scale", "open_ends"], "the question says it")
    if out is None:
        refuse_idle(["force"], "it needs --out PATH")
    with usage_errors():
        try:
            known = find(format_name)
        except MissingExtraError as error:
            raise click.UsageError(str(error)) from None
        if out is None and not known.is_text:
            raise click.UsageError(f"{format_name} is no text; needed: --out PATH")
        replaced = out is not None and is_replaced(out)
        if replaced and not force:
            raise click.UsageError(f"{out} exists; allowed: another name, or --force")
        asked = Asked(points, _question(question, ends, scale, open_ends), condition, is_full)
        if format_name == "metaculus" and asked.question is None:
            raise click.UsageError("metaculus needs --question FILE, or --range FROM:TO")
        forecast = _forecast(source, settings, first_year, last_year, weights, precision, seed)
        if out is None:
            click.echo(content(forecast, format_name, asked), nl=False)
            if known.suffix == ".csv":
                say("note: with --out, the parameters, seed and errors stand beside it", err=True)
            return
        try:
            written = write(forecast, out, format_name, asked=asked, force=force)
        except FileExistsError as error:
            raise click.UsageError(str(error)) from None
    writing.tell_file(written, replaced)
    if format_name == "metaculus":
        say(_said_of(forecast, content(forecast, format_name, asked)), err=is_stream(out))


def _said_of(forecast: Forecast, text: str | bytes) -> str:
    """Return of what event the values are, and how far the site's rules moved the curve."""
    made = json.loads(text)
    lag = ", the lag is in it" if forecast.event != "affordable" else ", before any lag"
    given = " given arrival by the end" if made["conditional_on_arrival_by_upper_bound"] else ""
    if made["not_before_lower_bound"]:
        given += " and not before the start"
    return (
        f"event: {made['event']} ({made['event_meaning']}){lag}{given}; no arrival by the end: "
        f"{100 * made['probability_beyond_upper_bound']:.1f} %; the rules moved the curve by at "
        f"most {100 * made['largest_move_by_the_rules']:.2f} pp"
    )


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--repeat", "is_repeated", is_flag=True, help="Make the run again and compare.")
@quiet
def load(path: Path, is_repeated: bool) -> None:
    """Read back an export or a folder of "run --out", and print the forecast."""
    from bioanchors.output.terminal import Screen, screen
    from bioanchors.results.exports.reading import LoadedTable, read_back
    from bioanchors.results.exports.writing import MissingExtraError
    from bioanchors.results.repeating import repeated
    from bioanchors.results.words import year_text

    refuse_mix(path)
    with usage_errors():
        try:
            reading = read_back(path)
        except MissingExtraError as error:
            raise click.UsageError(str(error)) from None
    loaded = reading.result
    for note in reading.notes:
        say(f"note: {path}: {note}", err=True)
    if isinstance(loaded, LoadedTable):
        made, largest = loaded.provenance, loaded.provenance.get("largest_standard_error")
        parameters = loaded.parameters
        say(f"{parameters.title} ({parameters.event}): {loaded.whole_years} years")
        median = year_text(loaded.quantile(0.5), loaded.years[0], loaded.years[-1])
        say(f"median {median}; probability by {loaded.years[-1]:g} {loaded.cdf[-1]:.3f}")
        say(
            f"seed {made['seed']}, bioanchors {made['bioanchors_version']}, largest standard error "
            + ("unknown" if largest is None else f"{100 * largest:.2g} pp")
        )
    else:
        Screen().print(screen(loaded, wanted=_asked_of(path)))
    for key, table in loaded.parameters.table_files.items():
        say(f"{key}: from {table['file']}, SHA-256 {table['sha256']}")
    if is_repeated:
        from bioanchors.results.exports.provenance import provenance

        made = loaded.provenance if isinstance(loaded, LoadedTable) else provenance(loaded)
        with usage_errors(), progress_bar():
            again = repeated(made)
        far = max(
            abs(again.probability_by(float(year)) - loaded.probability_by(float(year)))
            for year in loaded.years
        )
        say(f"made again: largest difference of the CDF {far:.3g}")


def _asked_of(path: Path) -> Wanted:
    """Return the years and spans that a folder's run was asked for."""
    from bioanchors.results.summaries import wanted_in
    from bioanchors.results.wanted import USUAL

    summary = path / "summary.json"
    if not summary.is_file():
        return USUAL
    try:
        return wanted_in(summary.read_bytes())
    except ValueError:
        # It is forecast.nc that says what was forecast; of this only the years are taken.
        say(f"note: {summary}: not as run --out writes it; the years are the file's", err=True)
        return USUAL


def _forecast(
    source: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    weights: str | None,
    precision: float,
    seed: int,
) -> Forecast:
    from bioanchors.results import run

    result = result_of(source, [*EDITS, "weights", "precision", "seed"])
    if result is not None:
        return result
    parameters = read(source, settings, first_year, last_year)
    chosen = parse_weights(weights, parameters)
    warn(parameters)
    with progress_bar() as progress:
        return run(parameters, seed=seed, precision=precision, weights=chosen, progress=progress)


def _question(path: Path | None, ends: str | None, scale: str, open_ends: str) -> Question | None:
    from bioanchors.formats.question import Question
    from bioanchors.results.exports.questions import decimal_year, read_question
    from bioanchors.results.exports.reading import json_object

    if path is not None:
        if ends is not None:
            raise ValueError("allowed: one of --question and --range")
        try:
            return read_question(json_object(path))
        except (ValueError, OSError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise ValueError(f"{path}: {said}") from None
    if ends is None:
        return None
    parts = ends.split(":")
    if len(parts) != 2:
        raise ValueError(f"found {ends!r}; allowed: FROM:TO, such as 2026-01-01:2100-01-01")
    zero = None
    if scale != "linear":
        kind, colon, date = scale.partition(":")
        if kind != "log" or not colon:
            raise ValueError(f"found {scale!r}; allowed: linear, or log:DATE with its zero point")
        zero = decimal_year(date)
    return Question(
        decimal_year(parts[0]),
        decimal_year(parts[1]),
        open_ends in ("lower", "both"),
        open_ends in ("upper", "both"),
        zero,
    )
