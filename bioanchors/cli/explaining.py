"""The command ``explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bioanchors.cli.options import edits, read, usage_errors, warn
from bioanchors.cli.progress import progress_bar, quiet
from bioanchors.cli.saying import say

if TYPE_CHECKING:
    from bioanchors.parameters import Parameters


@click.command()
@click.argument("words", nargs=-1, metavar="[TERM | FILE KEY]")
@edits
@quiet
def explain(
    words: tuple[str, ...],
    settings: tuple[str, ...],
    first_year: int | None,
    last_year: int | None,
) -> None:
    """Say what a term means; or what a key of FILE is, where it acts and what it changes.

    \b
    bioanchors explain horizon
    bioanchors explain cotra2020 hardware.doubling_years
    """  # noqa: D301 - click wants the character itself
    from rich.text import Text

    from bioanchors.output.glossary import TERMS, find
    from bioanchors.output.terminal import Screen

    if words and (_is_file(words[0]) or (len(words) == 2 and "." in words[1])):
        if len(words) != 2:
            name = words[0]
            raise click.UsageError(
                f"found {len(words) - 1} keys of {name}; allowed: one, as in bioanchors explain "
                f"{name} hardware.doubling_years (bioanchors show {name} prints them all)"
            )
        _key(read(words[0], settings, first_year, last_year), words[1])
        return
    if settings or first_year is not None or last_year is not None:
        raise click.UsageError("edits need FILE and KEY: explain FILE hardware.doubling_years")
    if not words:
        for term in sorted(TERMS, key=lambda each: each.name.lower()):
            say(term.name)
        return
    try:
        term = find(" ".join(words))
    except LookupError as error:
        raise click.UsageError(
            f'{error}; allowed: one of those that "bioanchors explain" lists, or FILE KEY'
        ) from None
    console = Screen()
    console.print(Text.assemble((term.name, "bold"), f": {term.text}"))
    if term.see:
        console.print(Text(f"see: {', '.join(term.see)}", style="dim"))


def _is_file(name: str) -> bool:
    from bioanchors.parameters.reading.preset_files import preset_names

    return name.endswith(".toml") or name in preset_names()


def _key(parameters: Parameters, path: str) -> None:
    from bioanchors.analysis.explaining import explain as find
    from bioanchors.output.explaining import explained_screen
    from bioanchors.output.terminal import Screen

    warn(parameters)
    with usage_errors(), progress_bar() as progress:
        found = find(parameters, path, progress)
    Screen().print(explained_screen(found))
