"""Dates as decimal years."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from typing import Any

from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.shape import year_at

QUARTER = r"([0-9]{4})-?[Qq]([1-4])"


def decimal_year(moment: dt.date | str) -> float:
    """Return a date, or a date with its time, as decimal year.

    Parameters
    ----------
    moment
        A date (its start is meant), a time, either as ISO 8601 writes it, or a quarter, whose first
        day is meant, as a year's is; times in a zone are brought to UTC.

    Raises
    ------
    ValueError
        If a text is no date.

    Examples
    --------
    >>> decimal_year("2024-07-01")  # the 183rd of 366 days
    2024.4972677595629
    >>> decimal_year("2024Q3") == decimal_year("2024-07-01")
    True
    """
    quarter = re.fullmatch(QUARTER, moment.strip()) if isinstance(moment, str) else None
    if quarter is not None:
        moment = dt.datetime(int(quarter[1]), 3 * int(quarter[2]) - 2, 1)
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment.strip())
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
        except OverflowError:
            raise ValueError("a time before the year 1 or after 9999") from None
    year = dt.timedelta(days=366 if _is_leap(moment.year) else 365)
    return moment.year + (moment - dt.datetime(moment.year, 1, 1)) / year


def date_of(year: float) -> str:
    """Return the day within which a decimal year falls, as ISO 8601 writes it.

    Parameters
    ----------
    year
        From 1 to 9999.

    Examples
    --------
    >>> date_of(2024.5)  # 183 of 366 days have passed
    '2024-07-02'
    """
    whole = math.floor(year)
    days = 366 if _is_leap(whole) else 365
    # A date read as decimal year is the same day again, whatever was rounded.
    passed = min(math.floor((year - whole) * days + 1e-6), days - 1)
    return (dt.date(whole, 1, 1) + dt.timedelta(days=passed)).isoformat()


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def no_such_day(text: str) -> str:
    """Say how many days its month has, of a text that is a date but for its day; else nothing.

    Examples
    --------
    >>> no_such_day("2025-06-31")
    'June 2025 has 30 days'
    """
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})(?:[T ].*)?", text.strip())
    if match is None or match[1] == "0000":
        return ""
    year, month, day = (int(part) for part in match.groups())
    days = calendar.monthrange(year, month)[1]
    return "" if 1 <= day <= days else f"{calendar.month_name[month]} {year} has {days} days"


def year_of(text: str) -> float:
    """Return a decimal year, written as a number or as a date.

    Raises
    ------
    ValueError
        If it is neither.
    """
    try:
        return float(text)
    except ValueError:
        return decimal_year(text)


def whole_year_of(text: str) -> int:
    """Return a whole year, written as a number or as its first day.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if re.fullmatch("[0-9]{1,9}", text.strip()):
        return int(text)
    year = decimal_year(text)
    if not year.is_integer():
        raise ValueError(f"{text} is within a year")
    return int(year)


def with_decimal_years(value: Any, path: KeyPath = ()) -> Any:
    """Return a tree in which dates stand as decimal years, where a year may stand.

    Where only a whole year may, the first of January is one; any other date is left, to be refused.
    """
    if isinstance(value, dict):
        return {key: with_decimal_years(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [with_decimal_years(item, (*path, i)) for i, item in enumerate(value)]
    if not isinstance(value, dt.date | str):
        return value
    mark = year_at(path)
    if mark is None:
        return value
    try:
        year = decimal_year(value)
    except ValueError:
        return value
    if not mark.is_whole:
        return year
    return int(year) if year.is_integer() else value
