"""Write a tree of parameters as TOML, with a comment behind each key.

:mod:`tomllib` only reads. What this module writes, it reads back to the same values, floats to
the last bit.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.visible import visible

__all__ = ["toml_brief", "toml_document", "toml_key", "toml_value"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

# Integral floats from here on are written with an exponent: 2.13e13 reads better than its zeros.
_EXPONENT_FROM = 1e6

_LONG_LIST = 20  # as many percentiles are still looked at one by one

# Comments of a section are aligned only where that does not push them all far to the right.
_ALIGN_BELOW = 80

_SHORT_ESCAPES = {
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}
_SPECIAL = re.compile(r"[^ !#-\[\]-~]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def toml_value(value: Any) -> str:
    """Write a value on one line.

    Parameters
    ----------
    value : str, bool, int, float, list or dict
        The value. A list becomes an array, a dict an inline table.

    Returns
    -------
    str
        The value in TOML. An integral float below a million is written like ``3.0``, a larger
        one like ``2.13e13``, any other with the fewest digits that give the same float back.

    Raises
    ------
    ValueError
        If a float is infinite or not a number, or a string holds a lone surrogate, which is no
        character and has no place in UTF-8.
    TypeError
        If the value, or one that it holds, is of another type.
    """
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):  # before int, of which bool is a kind
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))  # int(): a member of an IntEnum as its number
    if isinstance(value, float):
        return _float(float(value))  # float(): NumPy's float64 has a repr of its own
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, dict):
        items = ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    raise TypeError(f"no TOML for a value of type {type(value).__name__}: {value!r}")


def toml_brief(value: Any) -> str:
    """Write a value as `toml_value` does, but long lists by their ends: to look at, not to read in.

    Examples
    --------
    >>> toml_brief({"samples": [float(i) for i in range(500)]})
    '{ samples = [0.0, 1.0, ... 500 in all ..., 499.0] }'
    """
    if isinstance(value, dict):
        items = ", ".join(f"{toml_key(key)} = {toml_brief(item)}" for key, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, list) and len(value) > _LONG_LIST:
        first, second, last = map(toml_brief, (*value[:2], value[-1]))
        return f"[{first}, {second}, ... {len(value)} in all ..., {last}]"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_brief, value)) + "]"
    return toml_value(value)


def toml_key(key: str) -> str:
    """Write one key: bare where TOML allows that, else quoted.

    Parameters
    ----------
    key : str
        The key, dots in it being part of it.

    Returns
    -------
    str
        The key in TOML.

    Raises
    ------
    TypeError
        If the key is no string.
    ValueError
        If it holds a lone surrogate.
    """
    if not isinstance(key, str):
        raise TypeError(f"a TOML key must be a string, not {key!r}")
    return key if _BARE_KEY.fullmatch(key) else _string(key)


def _never(path: KeyPath, table: dict[str, Any]) -> bool:
    """Say that no table is written inline."""
    return False


def toml_document(
    tree: Mapping[str, Any],
    comments: Mapping[KeyPath, str] | None = None,
    inline: Callable[[KeyPath, dict[str, Any]], bool] = _never,
) -> str:
    """Write a tree as a document of tables.

    Parameters
    ----------
    tree : mapping
        The document's keys and values.
    comments : mapping, optional
        A comment for the line of a key or table, by its path. Line breaks in it become spaces.
        Comments on what has no line of its own (what is written inside of an inline table or an
        array, and a table without a header) are left out.
    inline : callable, optional
        Whether to write the dict at a path as an inline table. By default each dict that is not
        in a list gets a section.

    Returns
    -------
    str
        The document: the values of the top level, then a section for each table in the tree's
        order. In each table values come before sub-tables, for TOML would take them as the
        sub-table's. A table that holds nothing but sub-tables has no header. Lists of dicts
        are arrays of inline tables.

    Raises
    ------
    TypeError, ValueError
        If a key or value cannot be written (see `toml_value`).
    """
    sections: list[str] = []
    _add_sections(sections, (), tree, comments or {}, inline)
    return "\n".join(sections)


def _add_sections(
    sections: list[str],
    path: KeyPath,
    table: Mapping[str, Any],
    comments: Mapping[KeyPath, str],
    inline: Callable[[KeyPath, dict[str, Any]], bool],
) -> None:
    """Append the section of a table and those of its sub-tables."""
    lines: list[tuple[str, str]] = []  # each with its comment
    sub_tables: list[tuple[KeyPath, dict[str, Any]]] = []
    for key, value in table.items():
        key_path = (*path, key)
        if isinstance(value, dict) and not inline(key_path, value):
            sub_tables.append((key_path, value))
        else:
            comment = _flat(comments.get(key_path, ""))
            lines.append((f"{toml_key(key)} = {toml_value(value)}", comment))
    if path and (lines or not sub_tables):  # an empty table is there only by its header
        header = ".".join(toml_key(str(part)) for part in path)
        lines.insert(0, (f"[{header}]", _flat(comments.get(path, ""))))
    if lines:
        sections.append(_with_comments(lines))
    for sub_path, sub_table in sub_tables:
        _add_sections(sections, sub_path, sub_table, comments, inline)


def _with_comments(lines: list[tuple[str, str]]) -> str:
    """Join a section's lines, each with its comment behind it."""
    # Lines without a comment have no say in where the comments start.
    width = max((len(code) for code, comment in lines if comment), default=0)
    if width >= _ALIGN_BELOW:
        width = 0
    return "".join(
        f"{code:<{width}}  # {comment}\n" if comment else f"{code}\n" for code, comment in lines
    )


def _flat(comment: str) -> str:
    """Bring a comment to one line, without the characters that TOML forbids in it."""
    return visible(" ".join(comment.split()))


def _string(text: str) -> str:
    """Write a basic string."""
    if _SURROGATE.search(text):
        raise ValueError(f"no TOML for a string with a lone surrogate: {text!r}")
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    """Escape quotes, backslashes and what is invisible."""
    char = found[0]
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if visible(char) == char:
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def _float(number: float) -> str:
    """Write a finite float with the fewest digits that give it back."""
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number for a parameter file")
    if not (number.is_integer() and abs(number) >= _EXPONENT_FROM):
        # repr is shortest but for its exponent, which it pads to two digits.
        return repr(number).replace("e-0", "e-")
    sign, digits, _ = Decimal(repr(number)).normalize().as_tuple()
    first, *rest = map(str, digits)
    mantissa = "-" * sign + first + ("." + "".join(rest) if rest else "")
    exponent = Decimal(repr(number)).adjusted()
    return f"{mantissa}e{exponent}"
