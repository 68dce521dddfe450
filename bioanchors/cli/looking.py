"""The command ``sensitivity``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bioanchors.cli import writing
from bioanchors.cli.options import (
    edits,
    executor,
    read,
    refuse_idle,
    seconds,
    usage_errors,
    warn,
    years_decimal,
)
from bioanchors.cli.progress import progress_bar, quiet

if TYPE_CHECKING:
    from rich.console import Console

    from bioanchors.formats.sets import FileSet
    from bioanchors.parameters import Parameters

VIEWS = ("variance", "regional", "tornado", "ledger")


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    parameters: Parameters
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    years: tuple[float, ...] | None
    seed: int
    max_draws: int
    max_seconds: float | None
    executor: str | None
    files: FileSet | None

    @property
    def output(self) -> str | None:
        """The one output, or None for that which goes without saying."""
        return self.outputs[0] if self.outputs else None


@click.command()
@click.argument("file")
@edits
@click.option(
    "--output",
    "outputs",
    metavar="WHAT",
    multiple=True,
    help="A year (arrival by then), median, arrival_year or restricted_mean; of the variance, "
    "repeatable. [default: the middle one of the file's report years]",
)
@click.option(
    "--view",
    "views",
    type=click.Choice([*VIEWS, "all"]),
    multiple=True,
    help="variance (the default): shares of the variance; regional: inputs of early and of late "
    "arrivals; tornado: one input at a time; ledger: orders of magnitude by year. Repeatable.",
)
@click.option(
    "--input", "inputs", multiple=True, metavar="KEY", help="For the tornado; repeatable."
)
@click.option("--years", callback=years_decimal, metavar="Y,Y", help="Years of the ledger.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--max-draws",
    type=click.IntRange(1),
    default=2**22,
    show_default=True,
    help="Double the draws until the largest effects are told apart, and not past these; for "
    "groups and for inputs each.",
)
@click.option("--max-seconds", type=float, callback=seconds, help="Add no draws past this time.")
@executor
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write each view as CSV and PNG into this folder.",
)
@quiet
def sensitivity(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    outputs: tuple[str, ...],
    views: tuple[str, ...],
    inputs: tuple[str, ...],
    years: tuple[float, ...] | None,
    seed: int,
    max_draws: int,
    max_seconds: float | None,
    executor: str | None,
    out: Path | None,
) -> None:
    """Say which input of FILE to look into: what an output hangs on.

    \b
    bioanchors sensitivity latest --output 2036
    bioanchors sensitivity latest --view tornado --view ledger --out why
    """  # noqa: D301 - click wants the character itself
    from bioanchors.formats.sets import FileSet
    from bioanchors.output.terminal import Screen

    parameters = read(file, settings, first_year, last_year)
    chosen = VIEWS if "all" in views else (views or ("variance",))
    for view, idle in (
        ("variance", ["max_draws", "max_seconds"]),
        ("tornado", ["inputs", "executor"]),
        ("ledger", ["years"]),
    ):
        if view not in chosen:
            refuse_idle(idle, f"it is for --view {view}")
    if set(chosen) == {"ledger"}:
        refuse_idle(["outputs"], "a ledger is of the years")
    if len(outputs) > 1 and {"regional", "tornado"} & set(chosen):
        raise click.UsageError("--output more than once is for --view variance")
    from bioanchors.analysis.outputs import read_output

    with usage_errors():
        for output in outputs or (None,):
            read_output(output, parameters)
    warn(parameters)
    console = Screen()
    about = [parameters.hash, *map(str, (outputs, inputs, years, seed, max_draws))]
    files = None if out is None else FileSet("sensitivity", about)
    asked = Asked(parameters, outputs, inputs, years, seed, max_draws, max_seconds, executor, files)
    for i, view in enumerate(view for view in VIEWS if view in chosen):
        if i:
            console.print()
        with usage_errors():
            _SHOW[view](console, asked)
    if files is not None and out is not None:
        writing.tell(files.write(out), out)


@click.command()
@click.argument("file")
@edits
@click.option(
    "--years", callback=years_decimal, metavar="Y,Y", help="Years; of two, what is between."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write oom_ledger.csv and oom_ledger.png into this folder.",
)
def ledger(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    years: tuple[float, ...] | None,
    seed: int,
    out: Path | None,
) -> None:
    """Say how many orders of magnitude each trend of FILE brings by a year, and what is missing.

    \b
    bioanchors ledger latest --years 2027,2036
    """  # noqa: D301 - click wants the character itself
    from bioanchors.formats.sets import FileSet
    from bioanchors.output.terminal import Screen

    parameters = read(file, settings, first_year, last_year)
    warn(parameters)
    about = [parameters.hash, str(years), str(seed)]
    files = None if out is None else FileSet("ledger", about)
    asked = Asked(parameters, (), (), years, seed, 0, None, None, files)
    with usage_errors():
        _ledger(Screen(), asked, "oom_ledger")
    if files is not None and out is not None:
        writing.tell(files.write(out), out)


def _variance(console: Console, asked: Asked) -> None:
    from bioanchors.analysis.sensitivities import dataset_of, sensitivities
    from bioanchors.output.sensitivity_tables import sensitivity_csv, sensitivity_screen

    with progress_bar() as progress:
        every = sensitivities(
            asked.parameters,
            asked.outputs or [None],
            seed=asked.seed,
            max_draws=asked.max_draws,
            max_seconds=asked.max_seconds or math.inf,
            progress=progress,
        )
    for i, found in enumerate(every):
        if i:
            console.print()
        console.print(sensitivity_screen(found))
    if asked.files is None:
        return
    from bioanchors.output.sensitivity_figures import write_effects

    asked.files.text("sensitivity.csv", sensitivity_csv(every))
    asked.files.netcdf("sensitivity.nc", dataset_of(every))
    asked.files.figure("sensitivity.png", partial(write_effects, every))


def _regional(console: Console, asked: Asked) -> None:
    from bioanchors.analysis.early_and_late import pawn, regional
    from bioanchors.analysis.outputs import read_output
    from bioanchors.output.sensitivity_tables import regional_csv, regional_screen
    from bioanchors.results import run
    from bioanchors.results.outcomes import ProbabilityBy

    _, outcome = read_output(asked.output, asked.parameters)
    split = outcome.year if isinstance(outcome, ProbabilityBy) else None
    with progress_bar():
        forecast = run(asked.parameters, seed=asked.seed)
        found, moved = regional(forecast, split, seed=asked.seed), pawn(forecast, seed=asked.seed)
    console.print(regional_screen(found, moved))
    if asked.files is None:
        return
    asked.files.text("early_and_late.csv", regional_csv(found, moved))


def _tornado(console: Console, asked: Asked) -> None:
    from bioanchors.analysis.one_at_a_time import tornado
    from bioanchors.output.tornado_tables import pairs_csv, tornado_csv, tornado_screen

    with progress_bar() as progress:
        found = tornado(
            asked.parameters,
            asked.output,
            inputs=asked.inputs or None,
            seed=asked.seed,
            executor=asked.executor,
            progress=progress,
        )
    console.print(tornado_screen(found))
    if asked.files is None:
        return
    from bioanchors.output.sensitivity_figures import write_tornado

    asked.files.text("tornado.csv", tornado_csv(found))
    asked.files.text("tornado_pairs.csv", pairs_csv(found))
    asked.files.figure("tornado.png", partial(write_tornado, found))


def _ledger(console: Console, asked: Asked, name: str = "ledger") -> None:
    from bioanchors.analysis.ledgers import ledger
    from bioanchors.output.ledger_tables import ledger_csv, ledger_screen

    with progress_bar():
        found = ledger(asked.parameters, asked.years, seed=asked.seed)
    console.print(ledger_screen(found))
    if asked.files is None:
        return
    from bioanchors.output.sensitivity_figures import write_ledger

    asked.files.text(f"{name}.csv", ledger_csv(found))
    asked.files.figure(f"{name}.png", partial(write_ledger, found))


_SHOW: dict[str, Callable[[Console, Asked], None]] = {
    "variance": _variance,
    "regional": _regional,
    "tornado": _tornado,
    "ledger": _ledger,
}
