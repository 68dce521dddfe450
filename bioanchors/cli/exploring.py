"""The commands ``explore`` and ``from-link``."""

from __future__ import annotations

from pathlib import Path

import click

from bioanchors.cli import writing
from bioanchors.cli.options import PAGE, read, usage_errors, warn
from bioanchors.cli.saying import say


@click.command()
@click.argument("file")
@click.argument("other", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.file,
    required=True,
    metavar="PATH",
    help="Page to write: .html.",
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
def explore(
    file: str,
    other: str | None,
    out: Path,
    force: bool,
) -> None:
    """Write one HTML page on which anybody can move what FILE assumes, and send it on.

    It needs no network: it computes in the browser. OTHER's forecast is drawn beside it.

    \b
    bioanchors explore cotra2020 --out page.html
    """  # noqa: D301 - click wants the character itself
    from bioanchors.formats.files import is_replaced
    from bioanchors.output.page import explore as write

    if out.suffix != PAGE:
        raise click.BadParameter(f"found {out}; allowed: a name in {PAGE}", param_hint="--out")
    replaced = is_replaced(out)
    if replaced and not force:
        raise click.UsageError(f"{out} exists; allowed: another name, or --force")
    if "#" in file:
        raise click.BadParameter(
            f"found {file}; allowed: a preset, or a parameter file (see from-link)",
            param_hint="FILE",
        )
    parameters = read(file, (), None, None)
    beside = None if other is None else read(other, (), None, None)
    warn(parameters)
    writing.tell_file([write(parameters, beside, out=out)], replaced)


@click.command(name="from-link")
@click.argument("link")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=writing.file,
    metavar="PATH",
    help="Parameter file to write; else it is printed.",
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
def from_link(link: str, out: Path | None, force: bool) -> None:
    """Write the parameter file of a view that was shared as a LINK.

    \b
    bioanchors from-link 'page.html#...' --out mine.toml
    """  # noqa: D301 - click wants the character itself
    from bioanchors.formats.files import is_replaced, write_text
    from bioanchors.output.page.links import from_link as parameters_of

    with usage_errors():
        text = parameters_of(link).text
    if out is None:
        say(text)
        return
    replaced = is_replaced(out)
    if replaced and not force:
        raise click.UsageError(f"{out} exists; allowed: another name, or --force")
    write_text(out, text)
    writing.tell_file([out], replaced)
