"""What somebody meant who wrote what is not TOML: ``10^15``, ``2,5 years``, a missing quote."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from bioanchors.parameters.positions import key_lines
from bioanchors.parameters.problems import number
from bioanchors.parameters.quantities import FAMILIES
from bioanchors.parameters.shape import models_in
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.toml_text import toml_key, toml_value

LONGEST = 120
"""Characters of a line that is shown."""
FARTHEST = 30
"""Lines above the place at which a parser gave up, in which to look for the mistake."""
TEXTS = {
    "title", "source", "note", "kind", "dist", "event", "extends", "quantity", "hypothesis",
}  # fmt: skip
"""Keys that hold texts."""


# Numbers ----------------------------------------------------------------------------------------

_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "x", "·": "x", "\xa0": " ", "\u202f": " "})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_GROUPED = re.compile(
    r"([+-]?[1-9]\d{0,2})(?:([, '’])\d{3}(?:\2\d{3})*|(\.)\d{3}(?:\.\d{3})+)(?![\d])"
)
_POWER = re.compile(
    rf"(?:({_NUMBER})\s*(?:x|\*)\s*)?10\s*(?:\^|\*\*)\s*\(?([+-]?\d{{1,3}}(?:\.\d+)?)\)?(.*)"
)
_SCALES = {
    "k": 1e3, "thousand": 1e3, "M": 1e6, "mn": 1e6, "million": 1e6, "B": 1e9, "bn": 1e9,
    "billion": 1e9, "T": 1e12, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_PREFIXES = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "Z": 1e21, "Y": 1e24}
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0, "week": 604800.0,
            "month": 31557600.0 / 12, "year": 31557600.0}  # fmt: skip
_TIMES = {
    "sec": "s", "second": "s", "minute": "min", "hour": "h", "hr": "h", "d": "day", "wk": "week",
    "mo": "month", "mth": "month", "yr": "year", "y": "year", "a": "year",
}  # fmt: skip
_OTHER_UNITS = re.compile(
    r"(?:flops?|usd|us\$|\$|€|eur|dollars?|ooms?|parameters?|params?|samples?|times|"
    r"x|individuals?|/|per|s|sec|seconds?|yr|years?|\s)+",
    re.IGNORECASE,
)


def number_meant(text: str, key: str = "") -> str | None:
    """Return the number that was meant as TOML writes it, in the unit of a key, or None.

    Examples
    --------
    >>> [number_meant(text) for text in ("10^15", "1,000,000", "2,5", "50 %", ".5", "3 million")]
    ['1e15', '1000000', '2.5', '0.5', '0.5', '3e6']
    >>> number_meant("30 months", "doubling_years")
    '2.5'
    """
    raised = re.sub(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda m: "^" + m[0].translate(_RAISED), text)
    text = raised.translate(_SIGNS).strip()
    text = re.sub(r"^(?:~|≈|about\s|ca\.?\s|[$€£]|US\$)+\s*", "", text)
    grouped = _GROUPED.match(text)
    if grouped is not None:
        whole = re.sub(r"[^\d+-]", "", grouped[0])
        text = whole + text[grouped.end() :]
    text = re.sub(r"^([+-]?\d+),(\d+)", r"\1.\2", text)
    power = _POWER.fullmatch(text)
    if power is not None:
        text = _power(power[1], power[2]) + power[3]
    match = re.match(_NUMBER, text)
    if match is None:
        return None
    value, unit = _as_toml(match[0]), text[match.end() :].strip()
    factor = _factor(unit, key)
    if factor is None:
        return None
    if not math.isfinite(float(value) * factor):
        return None
    # The nearest short number: 0.07 for 7 %, not 0.07000000000000001.
    return value if factor == 1 else number(float(f"{float(value) * factor:.15g}"))


def _power(times: str | None, exponent: str) -> str:
    if "." not in exponent and "e" not in (times or "").lower():
        return f"{times or 1}e{int(exponent)}"
    return f"{float(times or 1) * 10.0 ** min(float(exponent), 308.0):.8g}"


def _as_toml(text: str) -> str:
    """Write a number's digits as TOML wants them: some before and behind the point, no zeros."""
    sign, digits = re.fullmatch(r"([+-]?)(.*)", text).groups()  # type: ignore[union-attr]
    whole, rest = re.fullmatch(r"(\d*)(.*)", digits).groups()  # type: ignore[union-attr]
    rest = re.sub(r"^\.(?!\d)", ".0", rest)
    return f"{sign}{whole.lstrip('0') or '0'}{rest}"


def _factor(unit: str, key: str) -> float | None:
    """Return by what a number with a unit behind it is to be taken, or None if it is no unit."""
    if not unit:
        return 1.0
    if re.fullmatch(r"(?:%|percent|per cent)(?:\s*(?:/|per|a)\s*(?:yr|year))?", unit):
        return 0.01
    scale = re.match(r"([A-Za-z]+)\b", unit)
    if scale is not None and scale[1] in _SCALES:
        rest = _factor(unit[scale.end() :].strip(), key)
        return None if rest is None else _SCALES[scale[1]] * rest
    prefixed = re.match(r"([kMGTPEZY])(?=FLOP|flop)", unit)
    if prefixed is not None:
        rest = _factor(unit[1:], key)
        return None if rest is None else _PREFIXES[prefixed[1]] * rest
    written, wanted = _time(unit), _time(key.rsplit("_", 1)[-1])
    if written is not None and wanted is not None and "_" in key:
        # A year is twelve months whatever its days.
        return _SECONDS[written] / _SECONDS[wanted]
    if written is not None:
        return 1.0
    return 1.0 if _OTHER_UNITS.fullmatch(unit) else None


def _time(unit: str) -> str | None:
    name = unit.lower().rstrip(".")
    name = name[:-1] if len(name) > 1 and name.endswith("s") else name
    name = _TIMES.get(name, name)
    return name if name in _SECONDS else None


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
    return parts[0] in Tables.model_fields or parts[-1] in _known_keys()


@cache
def _known_keys() -> frozenset[str]:
    names: set[str] = set()
    models: list[type[BaseModel]] = [Tables, *FAMILIES.values()]
    for model in models:
        names.update(model.model_fields)
        for info in model.model_fields.values():
            models += [each for each in models_in(info.annotation) if each not in models]
    return frozenset(names)
