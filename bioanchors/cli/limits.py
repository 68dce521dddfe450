"""The command ``bounds``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bioanchors.cli import writing
from bioanchors.cli.options import edits, read, usage_errors, warn


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
