"""Texts as a terminal or a page may have them: what would steer it, or hides, is written out.

A title or a file's name may hold anything. Escape sequences, returns and backspaces can rewrite
what a terminal shows; marks of direction (bidi) let a line read otherwise than it is; and a line
break in a title makes a line of its own. None of them is taken away: each is shown by its escape.
"""

from __future__ import annotations

import json
import re

SPACES = "".join(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
JOINERS = "\u200c\u200d"
"""They join letters, or part them, in Persian, Indic scripts and emoji, and move nothing."""

TEXT = SPACES + JOINERS
LINES = TEXT + "\n\t"

LONGEST = 60
"""Characters of a text that is told in passing."""

_UNCOMMON = re.compile(r"[^ -~]")


def visible(text: str, kept: str = TEXT) -> str:
    r"""Return a text with everything that is no visible character written as an escape.

    Parameters
    ----------
    text
        Any text.
    kept
        Of what is invisible, what may stay: by default the spaces of typography, such as the
        narrow one before a %, and what joins letters. ``LINES`` keeps line breaks and tabs, too.

    Returns
    -------
    str
        The text, with control characters (C0, DEL, C1), separators of lines, marks of direction,
        other formats, surrogates and what Unicode does not assign as ``\n``, ``\x1b``, ``\u202e``.

    Examples
    --------
    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _UNCOMMON.sub(lambda found: _escaped(found[0], kept), text)


def _escaped(char: str, kept: str) -> str:
    if char.isprintable() or char in kept:
        return char
    return char.encode("unicode_escape").decode()


def json_text(document: object, indent: int | None = None) -> str:
    """Return plain data as JSON that holds nothing invisible but its own line breaks.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
    # Outside of strings JSON has nothing that is to be escaped; within them \u is lossless.
    return _UNCOMMON.sub(lambda found: _json_escaped(found[0]), text) + "\n"


def _json_escaped(char: str) -> str:
    return char if char.isprintable() or char in LINES else json.dumps(char)[1:-1]


def shortened(text: str) -> str:
    """Cut a text to a readable length."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
