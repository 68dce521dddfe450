"""The command ``observe``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from bioanchors.cli import writing
from bioanchors.cli.options import usage_errors
from bioanchors.cli.saying import say


def _columns(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Return the heads of ``flop=HEAD``, ..."""
    from bioanchors.analysis.run_tables import GUESSES

    told = {}
    for text in value:
        what, equals, head = text.partition("=")
        if not equals or what not in GUESSES or not head:
            raise click.BadParameter(
                f"found {text}; allowed: NAME=HEAD, where NAME is {', '.join(GUESSES)}"
            )
        told[what] = head
    return told


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.file,
    required=True,
    metavar="PATH",
    help="File of observations to write (.toml); the figure of the fit stands beside it (.png).",
)
@click.option(
    "--since",
    type=float,
    default=2018.0,
    show_default=True,
    help="Decimal year from which runs are fitted, and records taken.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="NAME=HEAD",
    help="Which column is name, date, flop, usd or confidence, where the guess is wrong; "
    "repeatable.",
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
def observe(table: Path, out: Path, since: float, columns: dict[str, str], force: bool) -> None:
    """Make observations and insufficient runs of a TABLE of training runs (CSV).

    \b
    bioanchors observe runs.csv --out seen.toml
    bioanchors hindcast latest --observations seen.toml
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.run_tables import read_runs
    from bioanchors.analysis.seen_runs import seen_in
    from bioanchors.formats.files import is_replaced, write_text
    from bioanchors.output.run_figures import growth_words, write_runs
    from bioanchors.parameters.reading.dates import decimal_year

    if out.suffix != ".toml":
        raise click.BadParameter(f"found {out}; allowed: a name ending in .toml")
    picture = out.with_suffix(".png")
    taken = [path for path in (out, picture) if is_replaced(path)]
    if taken and not force:
        raise click.UsageError(f"{taken[0]} exists; allowed: another name, or --force")
    read = read_runs(table, columns)
    with usage_errors():
        seen = seen_in(read, since)
    say("columns: " + ", ".join(f"{what} is {head}" for what, head in read.columns.items()))
    dollars = "" if read.dollars is None else f" in dollars of {read.dollars}"
    costs = sum(run.usd == run.usd for run in read.runs)
    say(f"{len(read.runs)} runs, {costs} with a cost{dollars}; {len(seen.records)} records")
    for remark in read.remarks:
        say(remark)
    for each in seen.growth:
        say(
            f"{each.quantity}: {growth_words(each)}, {each.runs} runs from {each.from_year:.1f} to "
            f"{each.year:.1f}, {each.scatter:.2f} OOM about the line"
        )
    today = dt.datetime.now(dt.UTC)
    later = [run for run in seen.records if run.year > decimal_year(today)]
    if later:
        named = ", ".join(f"{run.name} ({run.year:.1f})" for run in later)
        say(
            f"note: dated after today, {today.date()}: {named}; what has not been made is no run "
            "that was not enough",
            err=True,
        )
    say("standard errors of growth: a normal with them has the same 90 %")
    say("errors by confidence are judgements; look at each value before it is used")
    write_text(out, seen.text)
    with picture.open("wb") as stream:
        write_runs(seen, stream)
    writing.tell_file([out, picture], bool(taken))
