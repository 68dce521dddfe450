"""What one key of a file is, on a screen."""

from __future__ import annotations

import math

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bioanchors.analysis.explaining import Explained
from bioanchors.model.keys import REALS
from bioanchors.output.tables import headed
from bioanchors.parameters import toml_value
from bioanchors.parameters.problems import number
from bioanchors.parameters.shape import bare
from bioanchors.results.input_words import printed
from bioanchors.results.words import number_text, percent, year_text


def explained_screen(found: Explained) -> RenderableType:
    """Return what a key is, its value and source, where it acts, and what it changes."""
    key = found.key
    meaning = _meaning(found)
    lines = [Text(found.path, style="bold"), *([Text(meaning)] if meaning else [])]
    if found.value is None:
        lines.append(Text(f"{found.parameters.title} does not give it"))
    else:
        unit = f" {key.unit}" if key is not None and key.unit else ""
        lines.append(Text(f"value: {toml_value(bare(found.value))}{unit}, {found.origin}"))
        if found.percentiles:
            low, middle, high = (
                number_text(each, key.unit if key else "") for each in found.percentiles
            )
            lines.append(Text(f"5 %, 50 %, 95 %: {low}, {middle}, {high}{unit}"))
        if found.source:
            lines.append(Text(f"source: {found.source}"))
        if found.acts_on is not None:
            lines.append(Text(f"acts on: {', '.join(found.acts_on) or 'nothing in this file'}"))
    parts: list[RenderableType] = [*lines]
    if found.changed:
        parts.append(Padding(_table(found), (1, 0, 0, 0)))
    elif found.percentiles:
        parts.append(Text("a little more or less of it the file does not allow"))
    return Group(*parts)


def _meaning(found: Explained) -> str:
    key = found.key
    if key is None:
        return found.help
    allowed = f"a number from {number(key.low)} to {number(key.high)}"
    if key.domain != REALS:
        allowed = f"{key.domain.words}, {allowed}"
    return f"{printed(key.help)}; {key.unit or 'no unit'}; allowed: {allowed}"


def _table(found: Explained) -> RenderableType:
    window = found.parameters
    table = headed(["", "median year", "change", f"by {found.year:g}", "change"])

    def year(value: float) -> str:
        return year_text(value, window.first_year, window.last_year)

    table.add_row("as it is", year(found.median_year), "", percent(found.probability), "")
    for each in found.changed:
        moved = each.median_year - found.median_year
        table.add_row(
            Text(each.words),
            year(each.median_year),
            f"{round(moved, 1) + 0.0:+.1f}" if math.isfinite(moved) else "",
            percent(each.probability),
            f"{round(100 * (each.probability - found.probability), 1) + 0.0:+.1f} pp",
        )
    return table
