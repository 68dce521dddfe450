"""A mix of forecasts on a screen."""

from __future__ import annotations

import math

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.mixing import Mix
from bioanchors.output.tables import grid
from bioanchors.results.words import percent

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
    quantiles = [found.quantile(share) for share in SHARES]
    told = ["" if math.isnan(year) else f"{year:.1f}" for year in quantiles]
    heads = [f"{100 * share:.0f} %" for share in SHARES]
    return Group(
        grid(["probability by", "weight", *map(str, years)], rows),
        Padding(grid(["mixed, year", *heads], [["", *told]]), (1, 0, 1, 0)),
        Text(
            f"a mix of different milestones, of {first:g} to {last:g}, of which all of them speak",
            style="dim",
        ),
    )
