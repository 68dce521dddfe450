"""Options and helpers that several commands share."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bioanchors.cli.saying import say

if TYPE_CHECKING:
    from bioanchors.parameters import Parameters
    from bioanchors.results import PublishedForecast

PAGE = ".html"
COARSE = 0.01
"""Standard error from which on a number without its unit is probably one of percentage points."""

Command = Callable[..., Any]


def whole_year(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Return a whole year, written as a number or as its first day."""
    from bioanchors.parameters import whole_year_of

    try:
        return None if value is None else whole_year_of(value)
    except ValueError:
        raise click.BadParameter(
            f"found {value}; allowed: a whole year, 2030, or its first day, 2030-01-01"
        ) from None


def share_of_points(ctx: click.Context, param: click.Parameter, value: str) -> float:
    """Return a standard error of a probability, ``0.1pp`` or ``0.001``, as a share."""
    from bioanchors.results.running import FINEST

    text = value.strip().lower()
    try:
        share = float(text.removesuffix("pp")) / (100 if text.endswith("pp") else 1)
    except ValueError:
        share = math.nan
    if not FINEST <= share < 1:
        raise click.BadParameter(
            f"found {value}; allowed: 0.1pp, or 0.001, and the like, from {FINEST:g} to 1"
        )
    if share >= COARSE and not text.endswith("pp"):
        say(
            f"note: {param.opts[0]} {value}: taken as {100 * share:g} percentage points; "
            f"for {value} of one, write {value}pp",
            err=True,
        )
    return share


def edits(command: Command) -> Command:
    """Options that edit a file on its way in; ``--drop`` comes to a command as a setting."""

    @functools.wraps(command)
    def edited(*args: Any, drops: tuple[str, ...], settings: tuple[str, ...], **kwargs: Any) -> Any:
        from bioanchors.parameters import toml_value

        try:
            dropped = (f"drop={toml_value(list(drops))}",) if drops else ()
        except ValueError:  # what is no character is in no file's names
            raise click.BadParameter("not UTF-8 text", param_hint="--drop") from None
        return command(*args, settings=(*dropped, *settings), **kwargs)

    for option in (
        click.option(
            "--drop",
            "drops",
            multiple=True,
            metavar="NAME",
            help="Take away a table, hypothesis or key, as drop in a file does: evidence; "
            "repeatable.",
        ),
        click.option(
            "--last-year", callback=whole_year, metavar="YEAR", help="Last year of the window."
        ),
        click.option(
            "--first-year", callback=whole_year, metavar="YEAR", help="First year of the window."
        ),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="Set a key, the value in TOML; repeatable. The path may reach into a "
            "distribution: brain.flop_per_s.median=1e16, or stand for every hypothesis: "
            "hypotheses.*.weight=1.",
        ),
    ):
        edited = option(edited)
    return edited


def accuracy(command: Command) -> Command:
    """Options for how accurate a run is, and from which draws."""
    for option in (
        click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws."),
        click.option(
            "--precision",
            metavar="PP",
            callback=share_of_points,
            default="0.1pp",
            show_default=True,
            help="Standard error of the probabilities to reach in each run.",
        ),
    ):
        command = option(command)
    return command


def _executor(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return a text that names an executor."""
    from bioanchors.results.executors import read_executor

    if value is not None:
        try:
            read_executor(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return value


executor = click.option(
    "--executor",
    metavar="KIND",
    callback=_executor,
    default="auto",
    show_default=True,
    help="Where to make the runs: auto (in processes once that pays), threads:N, processes:N, "
    "dask:N or dask:HOST:PORT; the numbers are the same.",
)
"""Where many runs are made."""

counting = click.option(
    "--executor",
    metavar="KIND",
    callback=_executor,
    help="Where to count blocks of joint draws, as of sweep. [default: threads]",
)
"""Where one run counts."""


def refuse_idle(names: Collection[str], why: str) -> None:
    """Refuse options that were written and cannot act.

    Parameters
    ----------
    names
        Of parameters of the command that is running.
    why
        What they would need, or what they are for.
    """
    context = click.get_current_context()
    for param in context.command.params:
        written = context.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
        if param.name in names and written:
            raise click.UsageError(f"{param.opts[0]} cannot act here: {why}")


def read(
    file: str, settings: tuple[str, ...], first_year: int | None, last_year: int | None
) -> Parameters:
    """Read a file, or the view of a link, with ``--set`` and the window laid over it."""
    from bioanchors.parameters import read_parameters

    years = [
        f"forecast.{name}={year}"
        for name, year in (("first_year", first_year), ("last_year", last_year))
        if year is not None
    ]
    edits = [*settings, *years]
    if not (file.endswith(PAGE) or "#" in file) or file.endswith(".toml"):
        return read_parameters(file, edits)
    from bioanchors.output.page.links import from_link

    with usage_errors():
        parameters = from_link(file)
    return parameters.edited(*edits) if edits else parameters


def published_named(name: str) -> PublishedForecast:
    """Return a published forecast, or the error that names those there are."""
    from bioanchors.results.overlays import published_forecast

    try:
        return published_forecast(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def years_list(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """Return the whole years of ``2030,2050``."""
    if value is None:
        return None
    from bioanchors.parameters import whole_year_of

    try:
        years = tuple(whole_year_of(part.strip()) for part in value.split(","))
        if len(set(years)) != len(years):
            raise ValueError
    except ValueError:
        raise click.BadParameter(
            f"found {value}; allowed: different whole years, 2030,2050"
        ) from None
    return years


def years_written(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> dict[str, float] | None:
    """Return the years of ``2030,2027.5,2030-07-01``, by how they are written."""
    if value is None:
        return None
    years = {part.strip(): _year_written(part.strip(), value) for part in value.split(",")}
    if len(set(years.values())) < value.count(",") + 1:
        raise click.BadParameter(f"found {value}; allowed: each year once")
    return years


def years_decimal(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[float, ...] | None:
    """Return the years of ``2030,2027.5,2030Q3``, whole ones as integers."""
    years = years_written(ctx, param, value)
    if years is None:
        return None
    return tuple(int(year) if year.is_integer() else year for year in years.values())


def spans_written(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[float, float | None], ...]:
    """Return years and start, None for now, of each ``5`` or ``5:2027-07-01``."""
    spans = []
    for value in values:
        years, colon, start = value.partition(":")
        try:
            duration = float(years)
        except ValueError:
            duration = math.nan
        if not 0 < duration < math.inf:
            raise click.BadParameter(
                f"found {value}; allowed: years, 5, or years from a date, 5:2027-07-01"
            )
        spans.append((duration, _year_written(start.strip(), value) if colon else None))
    return tuple(spans)


def _year_written(text: str, whole: str) -> float:
    from bioanchors.parameters import decimal_year

    try:
        if re.fullmatch(r"[0-9]{4}(\.[0-9]{1,6})?", text):
            return float(text)
        return decimal_year(text)
    except ValueError:
        found = whole if text in whole else text
        raise click.BadParameter(
            f"found {found}; allowed: years, 2030 or 2027.5, dates, 2030-07-01, or quarters, 2030Q3"
        ) from None


def whole_number(text: str) -> int | None:
    """Return the number of up to nine plain digits, else None."""
    return int(text) if re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else None


def seconds(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Return a time above 0, which is not NaN."""
    if value is not None and not value > 0:
        raise click.BadParameter(f"found {value:g}; allowed: a number above 0")
    return value


def parse_weights(
    text: str | None, parameters: Parameters, hint: str = "--weights"
) -> dict[str, float] | None:
    """Return the weights of ``NAME=W,...``."""
    from bioanchors.parameters import weight_values
    from bioanchors.parameters.reading.numbers_meant import number_meant

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
                write = number_meant(number)
                instead = "" if write is None else f"; write {name.strip()}={write}"
                raise ValueError(f"found {number.strip()!r}; allowed: a number{instead}") from None
        weight_values(tuple(parameters.weights), weights)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from None
    return weights


def warn(parameters: Parameters) -> None:
    """Print what is worth a look in a file."""
    for warning in (*parameters.warnings, *parameters.oddities):
        say(f"note: {parameters.name}: {warning}", err=True)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn a ValueError about what was asked for into a message and exit code 2."""
    try:
        yield
    except ValueError as error:
        # Its subclasses are other mistakes, with messages of their own.
        if type(error) is not ValueError:
            raise
        raise click.UsageError(str(error)) from None
