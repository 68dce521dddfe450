"""What the command line says: nothing that a file or its name holds steers the terminal."""

from __future__ import annotations

from typing import Any, TextIO

import click

from bioanchors.visible import LINES, visible


def say(text: str, err: bool = False) -> None:
    """Print one line, whatever line breaks a name in it holds."""
    click.echo(visible(text), err=err)


class Shown:
    """A stream of text whose reader sees all that is written to it.

    Attributes
    ----------
    plain
        The stream beneath, for who writes control characters of his own: ``Screen``.
    """

    def __init__(self, plain: TextIO) -> None:
        self.plain = plain

    def write(self, text: str | bytes) -> int:
        """Write a text, control characters as escapes; click writes a completion as bytes."""
        self.plain.write(visible(text if isinstance(text, str) else text.decode(), LINES))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        # click would write into the buffer, past this.
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.plain, name)
