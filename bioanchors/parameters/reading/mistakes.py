"""What somebody meant who wrote what is not TOML: ``10^15``, ``2,5 years``, a missing quote."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.quantities.interval_specs import is_interval
from bioanchors.parameters.reading.dates import no_such_day
from bioanchors.parameters.reading.numbers_meant import number_meant
from bioanchors.parameters.reading.positions import key_lines
from bioanchors.parameters.reading.toml_text import toml_key, toml_value
from bioanchors.parameters.shape import models_in
from bioanchors.parameters.tables import Tables

LONGEST = 120
"""Characters of a line that is shown."""
FARTHEST = 30
"""Lines above the place at which a parser gave up, in which to look for the mistake."""
TEXTS = {
    "title", "source", "note", "kind", "dist", "event", "extends", "quantity", "hypothesis",
}  # fmt: skip
"""Keys that hold texts."""


# Lines ------------------------------------------------------------------------------------------

_PART = r"(?:[A-Za-z0-9_*-]+|\"[^\"]*\"|'[^']*')"
_KEY = rf"{_PART}(?:\s*\.\s*{_PART})*"
_STATEMENT = re.compile(rf"\s*({_KEY})\s*=\s*(.*?)\s*$")
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_WORD = re.compile(r"[^\W\d][\w .:/\\-]*")
_CALLS = {
    "normal": ("normal", "mean", "sd"),
    "uniform": ("uniform", "low", "high"),
    "loguniform": ("log_uniform", "low", "high"),
    "log_uniform": ("log_uniform", "low", "high"),
    "triangular": ("triangular", "low", "mode", "high"),
}


def mended(line: str) -> str | None:
    """Return a line as TOML that was meant by one that is none, or None.

    What is returned is TOML: it is read to make sure.

    Examples
    --------
    >>> mended("doubling_years: 2,5 years")
    'doubling_years = 2.5'
    >>> mended("[hypotheses.*]")
    '[hypotheses."*"]'
    """
    if len(line) > 1000 or not _is_text(line):
        return None
    line = line.strip()
    for mend in (_plain_quotes, _header, _assignment, _key, _ending, _value):
        line = mend(line)
        if is_toml(line):
            return line
    return None


def _is_text(line: str) -> bool:
    return not re.search(r"[\ud800-\udfff]", line)


def is_toml(text: str) -> bool:
    """Whether a text is TOML."""
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _plain_quotes(line: str) -> str:
    line = re.sub("[“”„«»″]", '"', line)
    return re.sub("[‘’‚‹›′]", "'", line).replace("\xa0", " ")


def _header(line: str) -> str:
    match = re.fullmatch(r"(\[\[?|\{)\s*([^\[\]{}=,:]*?)\s*[\]}]*\s*[:;]?\s*(#.*)?", line)
    if match is None:
        return line
    brackets = 2 if match[1] == "[[" else 1
    parts = [part.strip().strip("\"'") for part in match[2].split(".")]
    name = ".".join(toml_key(part if part == "*" else re.sub(r"\s+", "_", part)) for part in parts)
    return "[" * brackets + name + "]" * brackets


def _assignment(line: str) -> str:
    # The first of these behind the key; a space alone only before what cannot go on a key.
    return re.sub(
        rf"^({_KEY})\s*(?::=|==|=>|->|<-|:|=)\s*(?==|\S|$)|^({_KEY})\s+(?=[\d\"'\[{{.$+-])",
        lambda match: f"{match[1] or match[2]} = ",
        line,
        count=1,
    )


def _key(line: str) -> str:
    """Put a star in quotes."""
    return re.sub(r"^([^=\"']*?)\.\*(?=[.\s=])", r'\1."*"', line)


def _ending(line: str) -> str:
    """Leave out a comment of another language, and what ends a line there."""
    outside = rf"^((?:[^\"'/;]|{_QUOTED}|/(?!/))*?)"
    line = re.sub(rf"{outside}\s*(?://.*|;\s*)$", r"\1", line)
    return re.sub(r"(?<=[\w\"'\]}])\s*,\s*$", "", line)


def _value(line: str) -> str:
    match = _STATEMENT.match(line)
    if match is None:
        return line
    key, value = match.groups()
    last = re.split(r"\s*\.\s*", key)[-1].strip("\"'")
    for way in _ways(last, _without_comment(value)):
        if is_toml(f"{key} = {way}"):
            return f"{key} = {way}"
    return line


def _without_comment(value: str) -> str:
    match = re.match(rf"((?:[^\"'#]|{_QUOTED})*?)\s+#", value)
    return match[1] if match is not None else value


def _ways(key: str, value: str) -> Iterator[str]:
    """Yield what a value may have been meant as, the likeliest first."""
    if not value:
        return
    if key in TEXTS:
        yield from _texts(value)
        return
    meant = number_meant(value, key)
    if meant is not None:
        yield meant
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", value):
        yield "-".join(part.zfill(2) for part in value.split("-"))
    ends = re.split(r"\s*(?:\bto\b|\.\.+|–|—|:|\s-)\s*", value)
    if len(ends) == 2:
        low, high = (number_meant(end, key) for end in ends)
        if low is not None and high is not None:
            yield f"{{ ci90 = [{low}, {high}] }}"
    call = re.fullmatch(r"(\w+)\(([^()]*)\)", value)
    if call is not None and call[1].lower() in _CALLS:
        yield from _called(*_CALLS[call[1].lower()], given=call[2], key=key)
    if value[0] in "[{(":
        yield from _containers(value, key)
    if value[0] in "\"'":
        yield from _texts(value)


def _called(family: str, *names: str, given: str, key: str) -> Iterator[str]:
    numbers = [number_meant(part, key) for part in given.split(",")]
    if len(numbers) == len(names) and None not in numbers:
        arguments = ", ".join(f"{n} = {v}" for n, v in zip(names, numbers, strict=True))
        yield f'{{ dist = "{family}", {arguments} }}'


def _texts(value: str) -> Iterator[str]:
    inside = value.strip("\"'")
    if "\\" in inside and "'" not in inside:
        yield f"'{inside}'"  # a path of Windows
    yield toml_value(inside)


def _containers(value: str, key: str) -> Iterator[str]:
    """Yield a list or an inline table with its items mended, its brackets closed."""
    if value[0] == "(" and value[-1] == ")":
        value = f"[{value[1:-1]}]"
    # Within a table a comma that no key follows is in a number.
    value = re.sub(r"(=\s*)(\d{1,3}(?:,\d{3})+)(?=\s*[,}])",
                   lambda m: m[1] + m[2].replace(",", ""), value)  # fmt: skip
    value = re.sub(r"(=\s*[+-]?\d+),(\d+)(?=\s*[,}])", r"\1.\2", value)
    value = re.sub(rf"([{{,]\s*{_PART})\s*:\s*", r"\1 = ", value)
    value = re.sub(r",\s*}", " }", value.replace(";", ","))
    tokens = rf"({_QUOTED}|[\[\]{{}},=])"
    parts = re.split(tokens, value)
    owner, open_ = key, []
    for i, part in enumerate(parts):
        bare = part.strip()
        following = parts[i + 1] if i + 1 < len(parts) else ""
        if part in ("[", "{"):
            open_.append("]" if part == "[" else "}")
        elif part in ("]", "}") and open_ and open_[-1] == part:
            open_.pop()
        elif bare and not re.fullmatch(tokens, part):
            if following == "=":
                owner = bare if bare not in ("low", "high", "median", "mean", "mode") else key
                continue
            item = number_meant(bare, key)
            if item is None and (owner in TEXTS or _WORD.fullmatch(bare)):
                item = toml_value(bare)
            if item is not None:
                parts[i] = part.replace(bare, item)
    yield "".join(parts).rstrip() + "".join(f" {each}" if each == "}" else each
                                            for each in reversed(open_))  # fmt: skip


# Messages ---------------------------------------------------------------------------------------


def what_is_wrong(text: str, line: int, complaint: str) -> tuple[int, str] | None:
    """Return the line of a mistake, and what to write there, where it can be told.

    Parameters
    ----------
    text
        What is not TOML.
    line
        Where a parser gave up.
    complaint
        What the parser said.

    Notes
    -----
    A file that is no parameter file may be anything, and none of it is to be echoed: only a line
    that begins with a key or table of parameter files is shown.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if re.match("Cannot (overwrite|declare|mutate)|Duplicate", complaint):
        return _given_twice(text, lines, line)
    for at in range(min(line, len(lines)), max(line - FARTHEST, 0), -1):
        whole = lines[at - 1].strip()
        if not whole or whole.startswith("#") or not is_ours(whole) or is_toml(whole):
            continue
        if at < line and whole[-1] in "[,":
            return _in_a_list(lines, at, line)
        better = _joined(lines, at) or mended(whole)
        if better is not None:
            found, write = _around(whole, better)
            return at, f"not TOML: found {found}; write {write}{_or(whole)}"
        if at == line:
            return at, f"not TOML: found {_shown(whole)}; {_allowed(whole)}"
    return None


def _in_a_list(lines: list[str], first: int, line: int) -> tuple[int, str]:
    """Say what is wrong in a list over several lines."""
    for at in range(first + 1, min(line, len(lines)) + 1):
        item = re.sub(r"\s*,?\s*(#.*)?$", "", lines[at - 1]).strip()
        if item and not is_toml(f"v = [{item}]"):
            better = number_meant(item)
            if better is not None:
                return at, f"not TOML: found {_shown(item)}; write {better}"
    opened = _shown(lines[first - 1].strip())
    return first, f"not TOML: found {opened}, a list that is not closed; allowed: ] at its end"


def _or(line: str) -> str:
    """Say what else a comma before three digits may mean."""
    match = re.search(r"=\s*([+-]?[1-9]\d{0,2}),(\d{3})\s*(?:#.*)?$", line)
    return f" (or {match[1]}.{match[2]}, where the comma is the point)" if match is not None else ""


def _shown(line: str) -> str:
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


def _around(line: str, better: str) -> tuple[str, str]:
    """Cut two long lines to where they begin to differ."""
    if max(len(line), len(better)) <= LONGEST:
        return line, better
    pairs = enumerate(zip(line, better, strict=False))
    alike = next((i for i, (one, other) in pairs if one != other), min(len(line), len(better)))
    start = max(alike - LONGEST // 2, 0)
    lead = "..." if start else ""
    return _shown(lead + line[start:]), _shown(lead + better[start:])


def _allowed(line: str) -> str:
    match = _STATEMENT.match(line)
    if match is None:
        return "allowed: key = value, or a table's name in [ ]"
    if not match[2] or match[2].lower() in ("none", "null", "nil", "-"):
        return "allowed: a value; leave the line out where there is none"
    if match[1].split(".")[-1].strip() in TEXTS:
        return "allowed: text in quotes"
    days = no_such_day(_without_comment(match[2]))
    if days:
        return f"allowed: a day that there is; {days}"
    return "allowed: a number, text in quotes, a list in [ ] or a table in { }"


def _joined(lines: list[str], at: int) -> str | None:
    """Return an inline table that was written over several lines on one."""
    if "{" not in lines[at - 1]:
        return None
    whole = ""
    for line in lines[at - 1 : at + 20]:
        if len(whole) > 2000:
            break
        whole += f" {line.strip()}"
        one = re.sub(r",\s*}", " }", whole.strip())
        if is_toml(one):
            return one if line != lines[at - 1] else None
    return None


def _given_twice(text: str, lines: list[str], line: int) -> tuple[int, str] | None:
    """Say where a key or table was given first."""
    here = lines[line - 1].strip() if line <= len(lines) else ""
    if not is_ours(here):
        return None
    above: tuple[str, ...] = ()
    header = re.compile(rf"\[\[?\s*({_KEY})\s*\]\]?")
    place = header.match(here)
    if place is None:
        found = (header.match(each.strip()) for each in reversed(lines[: line - 1]))
        opened = next((match for match in found if match is not None), None)
        above = _parts(opened[1]) if opened is not None else ()
        place = _STATEMENT.match(here)
    if place is None:
        return None
    known = key_lines("\n".join(lines[: line - 1]))
    path = (*above, *_parts(place[1]))
    # What a longer key opened cannot be opened again, either.
    first = known.get(path)
    if first is None:
        return None
    what = f"[{place[1]}]" if here.startswith("[") else place[1]
    other = "add to it there" if here.startswith("[") else "leave one of them out"
    return line, f"not TOML: {what} is given twice, first on line {first}; {other}"


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(_PART, key))


def is_ours(line: str) -> bool:
    """Whether a line begins with a key or table that parameter files have."""
    match = re.match(rf"\s*[\[{{]*\s*({_KEY})", line)
    if match is None:
        return False
    parts = _parts(match[1])
    last = parts[-1]
    return parts[0] in Tables.model_fields or last in _known_keys() or is_interval(last)


@cache
def _known_keys() -> frozenset[str]:
    names: set[str] = set()
    models: list[type[BaseModel]] = [Tables, *FAMILIES.values()]
    for model in models:
        names.update(model.model_fields)
        for info in model.model_fields.values():
            models += [each for each in models_in(info.annotation) if each not in models]
    return frozenset(names)
