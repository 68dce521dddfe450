"""On which line of a TOML document each key is written.

:mod:`tomllib` reads values but forgets where they stood. An error message that names a line
needs that, so this module scans the text a second time, for the positions alone.
"""

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import count

__all__ = ["KeyPath", "dotted_tables", "key_lines"]

KeyPath = tuple[str | int, ...]
"""The keys, and the indices into arrays, that lead from the document to a value."""

# What may stand between two tokens. Commas are among it: in a valid document they only separate.
_GAP = re.compile(r"(?:[ \t\r\n,]+|#[^\n]*)*")

# The repetitions are unrolled (`x*(?:yx*)*`, where y cannot start like x), so that a string
# that is never closed fails in linear time.
_BASIC = r'"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_LITERAL = r"'(?!'')[^'\n]*'"
# One or two quotes may stand inside of a multi-line string, and right before its closing three.
_LONG_BASIC = r'"""[^"\\]*(?:(?:\\(?s:.)|"{1,2}(?!"))[^"\\]*)*"{3,5}'
_LONG_LITERAL = r"'''[^']*(?:'{1,2}(?!')[^']*)*'{3,5}"

# One part of a dotted key: bare or quoted, with the spaces around it and the dot behind it.
_KEY_PART = re.compile(rf"[ \t]*(?:([A-Za-z0-9_-]+)|({_BASIC}|{_LITERAL}))[ \t]*(\.?)")

# A value that holds no others. The last alternative is numbers, booleans and dates; a date and
# its time may be separated by a space.
_SCALAR = re.compile(
    rf"{_LONG_BASIC}|{_LONG_LITERAL}|{_BASIC}|{_LITERAL}|[^\s,=\[\]{{}}\"'#][^,\]}}#\r\n]*"
)

# The scan makes at most this many path entries, plus some for each character. Only documents
# nested absurdly deep need more; their paths alone would take quadratic time and memory.
_LEAST_BUDGET = 1_000_000
_BUDGET_PER_CHARACTER = 8


def key_lines(text: str) -> dict[KeyPath, int]:
    """Find the line on which each key of a TOML document is written.

    Parameters
    ----------
    text : str
        A document that :func:`tomllib.loads` accepts. It may start with a byte-order mark, and
        its lines may end in CRLF.

    Returns
    -------
    dict
        From key path to line, counted from 1, in the document's order. There is a path for each
        table, array, value and array element; an array is indexed by integers. An element has
        the line it starts on. A table or array mentioned several times has the line of its first
        mention, be it its own header or a longer key that implies it.

    Notes
    -----
    Nothing is validated and nothing raised. Where the text is not TOML after all, or its paths
    are out of all proportion to its length, the result holds what was found up to there.
    """
    return _scanned(text).lines


def dotted_tables(text: str) -> frozenset[KeyPath]:
    """Find the tables of a TOML document that only dotted keys lead into, as ``a`` in ``a.b = 1``.

    Parameters
    ----------
    text : str
        As of `key_lines`.

    Returns
    -------
    frozenset
        Their paths, below what headers and inline tables open.
    """
    return frozenset(_scanned(text).dotted)


@lru_cache(maxsize=1)
def _scanned(text: str) -> "_Scanner":
    scanner = _Scanner(text)
    with suppress(_LostError):  # what was found before is still right
        scanner.scan()
    return scanner


class _LostError(Exception):
    """The text does not continue as TOML does, or the budget is used up."""


class _Scanner:
    """One pass over a document.

    Parameters
    ----------
    text : str
        The document.

    Attributes
    ----------
    lines : dict
        The line of each path found so far.
    dotted : set
        The tables that dotted keys led into.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.dotted: set[KeyPath] = set()
        self._text = text
        self._at = 1 if text.startswith("\ufeff") else 0
        self._line = 1
        self._counted = 0  # newlines before this position are counted in _line
        self._last_index: dict[KeyPath, int] = {}  # of each array of tables
        self._budget = _LEAST_BUDGET + _BUDGET_PER_CHARACTER * len(text)

    def scan(self) -> None:
        """Scan the document, and raise ``_LostError`` where that cannot go on."""
        table: KeyPath = ()
        while char := self._peek():
            if char == "[":
                table = self._header()
            else:
                self._value(self._key(table))

    def _header(self) -> KeyPath:
        """Scan ``[table]`` or ``[[array]]``, and return the path of the table it opens."""
        line = self._current_line()
        of_array = self._text.startswith("[[", self._at)
        brackets = 2 if of_array else 1
        self._at += brackets
        parts = self._key_parts()
        path: KeyPath = ()
        for number, part in enumerate(parts, start=1):
            path += (part,)
            self._note(path, line)
            if of_array and number == len(parts):
                self._last_index[path] = self._last_index.get(path, -1) + 1
            # A header that leads through an array of tables means the last of them so far.
            if path in self._last_index:
                path += (self._last_index[path],)
                self._note(path, line)
        self._expect("]" * brackets)
        return path

    def _key(self, table: KeyPath) -> KeyPath:
        """Scan a possibly dotted key and its equals sign, and return the key's path."""
        line = self._current_line()
        path = table
        for part in self._key_parts():
            if path != table:
                self.dotted.add(path)
            path += (part,)
            self._note(path, line)
        self._expect("=")
        return path

    def _key_parts(self) -> list[str]:
        """Scan the parts of a dotted key."""
        parts = []
        dot = "."
        while dot:
            match = _KEY_PART.match(self._text, self._at)
            if match is None:
                raise _LostError
            bare, quoted, dot = match.groups()
            parts.append(_unquoted(quoted) if bare is None else bare)
            self._at = match.end()
        return parts

    def _value(self, path: KeyPath) -> None:
        """Scan the value at a path, with all that it holds."""
        # The arrays and inline tables that are open here, from the outermost in. An array comes
        # with the indices it has yet to give out, a table with None.
        containers: list[tuple[KeyPath, Iterator[int] | None]] = []
        char = self._peek()
        while True:
            if char == "[":
                self._at += 1
                containers.append((path, count()))
            elif char == "{":
                self._at += 1
                containers.append((path, None))
            else:
                match = _SCALAR.match(self._text, self._at)
                if match is None:
                    raise _LostError
                self._at = match.end()

            while containers and (char := self._peek()) in {"]", "}"}:
                self._at += 1
                containers.pop()
            if not containers:
                return
            if not char:
                raise _LostError
            path, indices = containers[-1]
            if indices is None:
                path = self._key(path)
                char = self._peek()
            else:  # the element starts at the character that did not close the array
                path += (next(indices),)
                self._note(path, self._current_line())

    def _note(self, path: KeyPath, line: int) -> None:
        """Record a mention of a path; the first one counts."""
        self._budget -= len(path)
        if self._budget < 0:
            raise _LostError
        self.lines.setdefault(path, line)

    def _peek(self) -> str:
        """Skip what stands before the next token; return its first character, "" at the end."""
        match = _GAP.match(self._text, self._at)
        if match is not None:  # always: it matches nothing at all, too
            self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _expect(self, token: str) -> None:
        """Step over a token that must come here."""
        if not self._text.startswith(token, self._at):
            raise _LostError
        self._at += len(token)

    def _current_line(self) -> int:
        """Return the line of the current position."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _unquoted(quoted: str) -> str:
    """Return the key that a quoted key means."""
    if "\\" not in quoted or quoted.startswith("'"):
        return quoted[1:-1]
    try:
        # tomllib knows its escapes best, and it refuses the ones that mean no character.
        return next(iter(tomllib.loads(f"{quoted} = 0")))
    except tomllib.TOMLDecodeError as error:
        raise _LostError from error
