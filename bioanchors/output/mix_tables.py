"""A mix of forecasts on a screen."""

from __future__ import annotations

import math

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.mixing import Mix
from bioanchors.output.tables import grid
from bioanchors.results.words import percent, year_text

YEARS = (2027, 2030, 2036, 2050, 2075, 2100)
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def mix_screen(found: Mix) -> RenderableType:
    """Return the mix beside its parts, at years of which all of them speak."""
    first, last = found.years[0], found.years[-1]
    years = [year for year in YEARS if first <= year <= last]
    rows = [
        [part.name, percent(part.weight), *map(percent, part.at(np.array(years, dtype=float)))]
        for part in found.parts
    ]
    mixed = np.interp(years, found.years, found.cdf)
    rows.append(["mixed", "", *map(percent, mixed)])
    told = [year_text(_quantile(found, share), first, last) for share in SHARES]
    heads = [f"{100 * share:.0f} %" for share in SHARES]
    of = "a mix" if found.event else "a mix of different milestones,"
    return Group(
        grid(["probability by", "weight", *map(str, years)], rows),
        Padding(grid(["mixed, year", *heads], [["", *told]]), (1, 0, 1, 0)),
        Text(
            f"{of} of {first:g} to {last:g}, of which all of them speak",
            style="dim",
        ),
    )


def _quantile(found: Mix, share: float) -> float:
    """Return a quantile year, infinite where it lies before or after the years of the mix."""
    year = found.quantile(share)
    if not math.isnan(year):
        return year
    return -math.inf if share < found.cdf[0] else math.inf
