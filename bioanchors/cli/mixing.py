"""The command ``mix``."""

from __future__ import annotations

from pathlib import Path

import click

from bioanchors.cli import writing
from bioanchors.cli.options import accuracy, usage_errors
from bioanchors.cli.progress import progress_bar
from bioanchors.cli.saying import say


def _weights(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, float]:
    """Return the weights of ``NAME=WEIGHT``."""
    from bioanchors.parameters.reading.numbers_meant import number_meant

    told: dict[str, float] = {}
    for text in value:
        name, equals, weight = text.rpartition("=")
        try:
            told[name] = float(weight)
        except ValueError:
            equals = ""
        if not equals or not name:
            write = number_meant(weight) if name else None
            hint = "" if write is None else f"; write {name}={write}"
            raise click.BadParameter(f"found {text}; allowed: NAME=WEIGHT, as latest=0.7{hint}")
    return told


@click.command()
@click.argument("weights", metavar="NAME=WEIGHT...", nargs=-1, callback=_weights)
@accuracy
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.file,
    metavar="PATH",
    help="Write the mix (.json), with what it is made of.",
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    callback=writing.file,
    metavar="PATH",
    help="Draw the mix and its parts: .png, .svg or .pdf.",
)
@click.option(
    "--again", type=click.Path(path_type=Path), metavar="PATH", help="Make such a mix once more."
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
def mix(
    weights: dict[str, float],
    precision: float,
    seed: int,
    out: Path | None,
    figure: Path | None,
    again: Path | None,
    force: bool,
) -> None:
    """Mix forecasts by weight: files, published ones, tables of years (.csv).

    \b
    bioanchors mix latest=0.7 metaculus_5121_2026-09=0.3
    bioanchors mix latest=0.5 mine.csv=0.5 --out mix.json --figure mix.png
    """  # noqa: D301 - click wants the character itself
    from bioanchors.analysis.mixing import mix as mixed
    from bioanchors.analysis.mixing import read_mix
    from bioanchors.formats.files import is_replaced, write_text
    from bioanchors.output.mix_figures import write_mix
    from bioanchors.output.mix_tables import mix_screen
    from bioanchors.output.terminal import Screen

    if figure is not None:
        writing.check_figure(figure, "--figure")
    replaced = [path for path in (out, figure) if path is not None and is_replaced(path)]
    if replaced and not force:
        raise click.UsageError(f"{replaced[0]} exists; allowed: another name, or --force")
    if again is not None and weights:
        raise click.UsageError("--again is of a mix that was written; name nothing to mix")
    with usage_errors(), progress_bar():
        found = mixed(weights, seed=seed, precision=precision) if again is None else read_mix(again)
    Screen().print(mix_screen(found))
    if again is not None:
        say("made again, it comes out the same")
    if out is not None:
        write_text(out, found.text)
        writing.tell_file([out], out in replaced)
    if figure is not None:
        write_mix(found, figure)
        writing.tell_file([figure], figure in replaced)
