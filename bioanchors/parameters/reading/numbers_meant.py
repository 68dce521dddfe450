"""The number that somebody meant who wrote it as no TOML: ``10^15``, ``2,5``, ``30 months``."""

from __future__ import annotations

import math
import re

from bioanchors.parameters.problems import number

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
