"""What can happen to a trend from some year on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from bioanchors.model.curves import Array, Curve, Flag, Value
from bioanchors.model.keys import Key


def not_known(line: Curve, before: Value, *values: Value) -> Flag:
    """Return that nothing is known of whether a line goes on rising."""
    return np.asarray(False)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way in which a trend changes.

    Attributes
    ----------
    about
        One line that says what happens.
    keys
        What a change gives of it, besides its year: all of them, or where the trend's speed is set,
        one of them.
    added
        OOM that come to the trend's line, under its ceiling: of decimal years, the year of the
        change, the speed before it (OOM per year), and a value for each key.
    keeps_rising
        Of the trend's line before any change, the speed before this one, and the values: whether a
        line that rises still does; where that is not known, summits are looked for.
    sets_speed
        Whether its one value is the speed from then on.
    jumps
        Whether a line that rises falls at the year of the change alone.
    """

    about: str
    keys: Mapping[str, Key]
    added: Callable[..., Array]
    keeps_rising: Callable[..., Flag] = not_known
    sets_speed: bool = False
    jumps: bool = False
