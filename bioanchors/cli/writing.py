"""Where commands write: looked at before they run, and told when they have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bioanchors.cli.saying import say

if TYPE_CHECKING:
    from bioanchors.formats.sets import Written

FIGURES = (".png", ".svg", ".pdf")


def folder(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """Return a folder to write into, which may be yet to be made."""
    from bioanchors.formats.files import refusal
    from bioanchors.formats.sets import SETS

    if value is not None:
        why = refusal(value)
        if not why and value.exists() and not value.is_dir():
            raise click.BadParameter(f"{value} is a file; allowed: a folder")
        if why:
            raise click.BadParameter(f"no folder can be made at {value}: {why}; allowed: another")
        for name in SETS[str(ctx.command.name)]:
            if (value / name).exists() and not (value / name).is_file():
                raise click.BadParameter(f"{value / name} is no file; allowed: a file, or nothing")
    return value


def file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """Return a file to write, a device or a pipe."""
    from bioanchors.formats.files import is_stream, refusal

    if value is not None and not is_stream(value):
        why = refusal(value)
        if not why and value.is_dir():
            raise click.BadParameter(f"{value} is a folder; allowed: a file")
        if why:
            raise click.BadParameter(f"no file can be written at {value}: {why}; allowed: another")
    return value


def check_figure(path: Path, option: str) -> None:
    """Refuse a figure of which the name does not say what kind of file it is to be."""
    if path.suffix not in FIGURES:
        raise click.BadParameter(
            f"found {path}; allowed: a name ending in {', '.join(FIGURES)}", param_hint=option
        )


def is_ours(path: Path) -> bool:
    """Return whether there is nothing at a path, or a file that a run wrote there."""
    from bioanchors.formats.sets import run_id

    return not path.exists() or run_id(path) is not None


def tell_file(written: list[Path], replaced: bool) -> None:
    """Print which files were written, on standard error if one is standard output itself."""
    from bioanchors.formats.files import is_stream

    if replaced:
        say(f"note: replaced {written[0]}", err=True)
    say(f"written: {', '.join(map(str, written))}", err=any(map(is_stream, written)))


def tell(written: Written, out: Path, err: bool = False) -> None:
    """Print what was written, and in a line of its own what is no longer there.

    To standard error where standard output is somebody else's.
    """
    if written.replaced or written.removed:
        parts = [f"replaced {', '.join(written.replaced)}"] if written.replaced else []
        if written.removed:
            parts.append(f"removed {', '.join(written.removed)} of the older set")
        say(f"note: in {out}: {'; '.join(parts)}", err=True)
    say(f"written: {', '.join(written.names)} in {out}", err=err)
