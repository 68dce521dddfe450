"""The commands ``bounds`` and ``afford``: what the model can reach."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Any

import click

from bioanchors.cli import writing
from bioanchors.cli.options import edits, read, usage_errors, warn
from bioanchors.cli.saying import say


def _tails(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """Return the probabilities of ``0.4,0.05``, or of the same in percent."""
    if value is None:
        return None
    try:
        tails = tuple(
            float(part.removesuffix("%")) / (100 if part.endswith("%") else 1)
            for part in (part.strip() for part in value.split(","))
        )
        if not all(0 < tail < 0.5 for tail in tails) or len(set(tails)) != len(tails):
            raise ValueError
    except ValueError:
        raise click.BadParameter(
            f"found {value}; allowed: different probabilities above 0 and below 0.5, 0.25,0.05"
        ) from None
    return tails


@click.command()
@click.argument("file")
@edits
@click.option(
    "--tail",
    "tails",
    callback=_tails,
    metavar="P,P",
    help="What to cut off of every uncertain input at either end: 0.05 keeps its middle 90 %. "
    "[default: 0.4,0.25,0.05]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write bounds.csv and bounds.nc into this folder.",
)
def bounds(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    tails: tuple[float, ...] | None,
    out: Path | None,
) -> None:
    """Say between which years FILE's model arrives whatever its inputs in their middle parts are.

    \b
    bioanchors bounds cotra2020
    bioanchors bounds latest --tail 0.4,0.1
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.bounding import TAILS
    from bioanchors.analysis.bounding import bounds as find
    from bioanchors.output.bounds_tables import bounds_csv, bounds_screen
    from bioanchors.output.terminal import Screen

    parameters = read(file, settings, first_year, last_year)
    warn(parameters)
    with usage_errors():
        found = find(parameters, TAILS if tails is None else tails)
    Screen().print(bounds_screen(found))
    if out is None:
        return
    from bioanchors.formats.sets import FileSet

    files = FileSet("bounds", [parameters.hash, str(found.tails)])
    files.text("bounds.csv", bounds_csv(found))
    files.netcdf("bounds.nc", found.dataset)
    writing.tell(files.write(out), out)


def _flop(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """Return the numbers of ``1e28,1e30``, or those of ``1e26..1e40``, an OOM apart."""
    if value is None:
        return None
    try:
        if ".." in value:
            low, high = (float(part) for part in value.split("..", 1))
            if not 1 <= low < high <= 1e120:
                raise ValueError
            steps = math.floor(math.log10(high / low) + 1e-9)
            return tuple(float(f"{low * 10.0**i:.12g}") for i in range(steps + 1))
        flop = tuple(float(part) for part in value.split(","))
        if not all(1 <= each <= 1e120 for each in flop):
            raise ValueError
    except ValueError:
        raise click.BadParameter(
            f"found {value}; allowed: numbers from 1 to 1e120, 1e28,1e30, or a range, 1e26..1e40"
        ) from None
    return flop


@click.command()
@click.argument("file")
@edits
@click.option(
    "--flop",
    callback=_flop,
    metavar="X..Y",
    help="Training FLOP: from X to Y an order of magnitude apart, or X,Y,Z. [default: 1e26..1e40]",
)
@click.option(
    "--algorithms",
    metavar="HYPOTHESIS",
    help="Count its algorithmic gain in: FLOP are then those of its requirement.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.folder,
    metavar="DIR",
    help="Write afford.csv, afford.nc and afford.png into this folder.",
)
def afford(
    file: str,
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
    flop: tuple[float, ...] | None,
    algorithms: str | None,
    seed: int,
    out: Path | None,
) -> None:
    """Say when runs of so many FLOP can be bought by FILE, what they cost, and whether ever.

    \b
    bioanchors afford latest
    bioanchors afford cotra2020 --flop 1e28,1e30 --algorithms long_horizon
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.affording import FLOP, affordability
    from bioanchors.output.affordability_figures import write_affordability
    from bioanchors.output.affordability_tables import affordability_csv, affordability_screen
    from bioanchors.output.terminal import Screen
    from bioanchors.parameters.checks.plausible import odd_flop

    parameters = read(file, settings, first_year, last_year)
    warn(parameters)
    odd = odd_flop(flop or ())
    if odd:
        say(f"note: --flop: {odd}", err=True)
    with usage_errors():
        asked = FLOP if flop is None else flop
        found = affordability(parameters, asked, algorithms=algorithms, seed=seed)
    Screen().print(affordability_screen(found))
    if out is None:
        return
    from bioanchors.formats.sets import FileSet

    files = FileSet("afford", [parameters.hash, str(asked), str(algorithms), str(seed)])
    files.text("afford.csv", affordability_csv(found))
    files.netcdf("afford.nc", found.dataset)
    files.figure("afford.png", partial(write_affordability, found))
    writing.tell(files.write(out), out)
