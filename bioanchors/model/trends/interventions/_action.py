"""What somebody can do to what can be bought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bioanchors.model.curves import Array, Flag
from bioanchors.model.keys import Key


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done to a quantity, while it lasts.

    Attributes
    ----------
    about
        One line that says what is done.
    value
        Of decimal years, the curve without it, its first year, the year in which it ends (``inf``
        where never), whether it is done (1 or 0), and the value of the key, if there is one: the
        curve with it, log10.
    keeps_rising
        Of the same, but for the year: whether the curve with it falls nowhere if the one without
        does not.
    key
        What an intervention gives of it; None where nothing but that it is done.
    delays
        Whether all that comes later comes so many years later as it lasts.
    jumps
        Whether the curve with it falls at the two years alone, if the one without falls nowhere.
    """

    about: str
    value: Callable[..., Array]
    keeps_rising: Callable[..., Flag]
    key: Key | None = None
    delays: bool = False
    jumps: bool = False
