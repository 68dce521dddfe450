"""The commands ``sweep`` and ``solve``."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bioanchors.cli import writing
from bioanchors.cli.options import (
    accuracy,
    edits,
    executor,
    parse_weights,
    read,
    refuse_idle,
    usage_errors,
    warn,
    years_list,
)
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.cli.saying import say
from bioanchors.cli.values import number, values_of

if TYPE_CHECKING:
    from bioanchors.analysis.sweeping import Sweep
    from bioanchors.parameters import Parameters


@click.command()
@click.argument("file_names", metavar="FILE...", nargs=-1, required=True)
@edits
@click.option("--files", is_flag=True, help="Sweep over the files named (several always are).")
@click.option(
    "--edits",
    "listed_edits",
    metavar="FILE",
    help='Sweep over the edits that a TOML file lists: [edits] and lines "NAME" = ["KEY=VALUE"]; '
    "alternatives-2026 comes with the package.",
)
@click.option(
    "--simplex",
    metavar="A,B,C",
    help="Sweep the weights of two or three hypotheses. [default: those that differ by horizon]",
)
@click.option(
    "--between",
    nargs=2,
    metavar="W1 W2",
    help="Sweep the line between two weightings, each NAME=W,NAME=W.",
)
@click.option(
    "--weightings",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help='Sweep the weightings of a CSV file: a column for each hypothesis, and perhaps "none".',
)
@click.option(
    "--step", type=float, default=0.05, show_default=True, help="Step of a simplex or line."
)
@click.option(
    "--others",
    type=click.Choice(["keep", "zero"]),
    default="keep",
    show_default=True,
    help="On a simplex, whether the other hypotheses keep their shares.",
)
@click.option(
    "--none", metavar="keep|P", default="keep", show_default=True, help='Probability of "none".'
)
@click.option(
    "--vary",
    "varied",
    multiple=True,
    metavar="KEY=LOW:HIGH:COUNT",
    help="Sweep a key over so many values (LOW:HIGH:COUNT:log at equal ratios), or over a TOML "
    "list, KEY=[2, 3]; repeatable, for all combinations.",
)
@click.option(
    "--mark",
    "marked",
    multiple=True,
    metavar="FILE",
    help="Mark another file's weights on the map.",
)
@click.option("--years", callback=years_list, metavar="Y,Y", help="Years of the probabilities.")
@accuracy
@executor
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write sweep.csv, sweep.nc and, where one fits, sweep.png into this folder.",
)
@quiet
def sweep(
    file_names: tuple[str, ...],
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    files: bool,
    listed_edits: str | None,
    simplex: str | None,
    between: tuple[str, str] | None,
    weightings: Path | None,
    step: float,
    others: str,
    none: str,
    varied: tuple[str, ...],
    marked: tuple[str, ...],
    years: tuple[int, ...] | None,
    precision: float,
    seed: int,
    executor: str | None,
    out: Path | None,
) -> None:
    """Sweep FILE's horizon weights, or what the options name.

    Alone, a map of the median year and of the probability by a year over the weights of the
    hypotheses that differ by their horizon. Weightings need no new draws; under evidence they are
    prior weights.

    \b
    bioanchors sweep cotra2020 --out map --mark colleague.toml
    bioanchors sweep cotra2020 --vary hardware.doubling_years=1.5:3.5:9
    bioanchors sweep cotra2020 --between short_horizon=1 long_horizon=1
    bioanchors sweep --files cotra2020 shah2020
    bioanchors sweep latest --edits alternatives-2026
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.sweeping import sweep as sweep_over
    from bioanchors.output.sweep_tables import sweep_screen
    from bioanchors.output.terminal import Screen

    several = files or listed_edits is not None or len(file_names) > 1
    _refuse_idle(simplex, bool(varied or several), between, weightings)
    parameters = [read(name, settings, first_year, last_year) for name in file_names]
    if listed_edits is not None:
        parameters = _each_edited(parameters, listed_edits)
    with usage_errors():
        asked = _asked(parameters[0], simplex, between, weightings, none, varied)
        marks = {name: read(name, (), None, None).weights for name in marked}
        for each in parameters:
            warn(each)
        with progress_bar() as progress:
            result = sweep_over(
                parameters if several else parameters[0],
                **asked,
                marks=marks,
                step=step,
                others=others,
                report_years=years,
                seed=seed,
                precision=precision,
                executor=executor,
                progress=progress,
            )
    Screen().print(sweep_screen(result))
    if out is not None:
        run_of = [*(each.hash for each in parameters), str(seed), str(precision)]
        _write(result, run_of, out)


def _each_edited(parameters: list[Parameters], listed: str) -> list[Parameters]:
    """Return the one file with each edit of a list."""
    from bioanchors.parameters.edits.listed import each_edited, read_edits

    if len(parameters) > 1:
        raise click.UsageError(f"found {len(parameters)} files; allowed with --edits: one")
    return each_edited(parameters[0], read_edits(listed))


def _refuse_idle(
    simplex: str | None, varied: bool, between: tuple[str, str] | None, weightings: Path | None
) -> None:
    """Refuse options that cannot act on what is swept."""
    if simplex is not None or not (varied or between or weightings):
        return  # a map
    refuse_idle(["others"], "it is for a simplex")
    if not between:
        refuse_idle(["step"], "it is for a simplex or a line")
        if not weightings:
            refuse_idle(["none", "marked"], "no weights are swept")


def _asked(
    parameters: Parameters,
    simplex: str | None,
    between: tuple[str, str] | None,
    weightings: Path | None,
    none: str,
    varied: tuple[str, ...],
) -> dict[str, Any]:
    """Return what is swept, as ``ba.sweep`` takes it."""
    from bioanchors.analysis.weightings import read_weightings

    chosen = _none(none)
    listed = None if weightings is None else read_weightings(weightings, parameters, chosen)
    vary = dict(values_of(text) for text in varied)
    if len(vary) < len(varied):
        raise ValueError("a key is varied twice; allowed: once")
    return {
        "weightings": listed,
        "simplex_of": [part.strip() for part in simplex.split(",")] if simplex else None,
        "between": _ends(between, parameters),
        "vary": vary,
        "none": chosen,
    }


def _write(result: Sweep, run_of: list[str], out: Path) -> None:
    from bioanchors.formats.sets import FileSet
    from bioanchors.output.sweep_figures import write_sweep_figure
    from bioanchors.output.sweep_tables import sweep_csv

    made = FileSet("sweep", run_of)
    made.text("sweep.csv", sweep_csv(result))
    made.netcdf("sweep.nc", result.dataset)
    made.figure("sweep.png", partial(write_sweep_figure, result))
    writing.tell(made.write(out), out)


@click.command()
@click.argument("file")
@edits
@click.option(
    "--vary",
    required=True,
    metavar="KEY[=LOW:HIGH]",
    help="The number to solve for, by default within the key's bounds.",
)
@click.option(
    "--target", required=True, metavar="TARGET", help="median=2031, p10=2030, or 2036=0.5."
)
@accuracy
@executor
@quiet
def solve(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    vary: str,
    target: str,
    precision: float,
    seed: int,
    executor: str | None,
) -> None:
    """Find what a key of FILE would have to be for the forecast to say TARGET.

    \b
    bioanchors solve cotra2020 --vary hardware.doubling_years --target median=2031
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.solving import solve as solve_for
    from bioanchors.output.sweep_tables import solution_words

    parameters = read(file, settings, first_year, last_year)
    key, equals, ends = vary.partition("=")
    with usage_errors():
        low = high = None
        if equals:
            parts = ends.split(":")
            if len(parts) != 2:
                raise ValueError(f"found {vary!r}; allowed: KEY=LOW:HIGH")
            low, high = (number(part, vary) for part in parts)
        warn(parameters)
        with progress_bar() as progress:
            solution = solve_for(
                parameters,
                key.strip(),
                target,
                low=low,
                high=high,
                seed=seed,
                precision=precision,
                executor=executor,
                progress=progress,
            )
    for words in solution_words(solution).splitlines():
        say(words)


def _none(text: str) -> float | None:
    if text == "keep":
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise click.BadParameter(
            f"found {text}; allowed: keep, or a probability", param_hint="--none"
        )
    return value


def _ends(
    between: tuple[str, str] | None, parameters: Parameters
) -> tuple[dict[str, float], dict[str, float]] | None:
    if not between:
        return None
    first, second = (parse_weights(text, parameters, "--between") or {} for text in between)
    return first, second
