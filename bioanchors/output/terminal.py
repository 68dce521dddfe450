"""A forecast on one screen of a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bioanchors.output import summaries as words
from bioanchors.results.comparing import Change
from bioanchors.results.forecast import QUANTILES, Forecast
from bioanchors.results.origin import EVENT_MEANINGS
from bioanchors.results.overlays import PublishedForecast

ACROSS = 5
NARROWEST, USUAL = 40, 80


def screen(
    forecast: Forecast,
    change: Change | None = None,
    overlays: Sequence[PublishedForecast] = (),
) -> RenderableType:
    """Return the summary of a run, for 80 columns and 24 lines.

    Parameters
    ----------
    forecast
        The forecast.
    change
        What an edit did, if it is to be told.
    overlays
        Published forecasts to show beside it.
    """
    # Text, not strings: a title's [brackets] are no markup.
    parts: list[RenderableType] = [
        Text(forecast.title, style="bold"),
        Text(
            f"{forecast.event}: {EVENT_MEANINGS[forecast.event]}",
            style="dim",
        ),
        _years(forecast),
        _probabilities(forecast),
        _hypotheses(forecast),
    ]
    published = words.published_words(forecast)
    # An edited file is no longer meant to reproduce what was published.
    if published and not forecast.parameters.is_edited:
        parts.append(Text(f"published: {published}"))
    parts.extend(
        Text(words.overlay_words(overlay, forecast.parameters.report_years)) for overlay in overlays
    )
    if forecast.has_evidence:
        parts.append(Text(words.evidence_words(forecast)))
    if change is not None:
        parts.append(Text(words.change_words(forecast, change)))
    parts.append(Text(words.made_words(forecast), style="dim"))
    return Group(*parts)


def console(stderr: bool = False) -> Console:
    """Return the terminal, or what stands for it, of a width that can be read."""
    made = Console(highlight=False, stderr=stderr)
    if made.width < NARROWEST:
        # COLUMNS=0 is how some programs say that they know of no width.
        made = Console(highlight=False, stderr=stderr, width=NARROWEST if made.width else USUAL)
    return made


def _grid(*heads: str) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        table.add_column(Text(head), justify="left" if i == 0 else "right", no_wrap=True)
    return table


def _years(forecast: Forecast) -> RenderableType:
    table = _grid("arrival year", *(f"{100 * p:.0f} %" for p in QUANTILES))
    years = [forecast.quantile(p) for p in QUANTILES]
    errors = [forecast.quantile_standard_error(p) for p in QUANTILES]
    table.add_row("", *(words.year_words(forecast, year) for year in years))
    table.add_row(
        Text("standard error", style="dim"),
        *(Text(words.plus_minus(e) if math.isfinite(e) else "", style="dim") for e in errors),
    )
    return Padding(table, (1, 0, 0, 0), expand=False)


def _probabilities(forecast: Forecast) -> RenderableType:
    years = forecast.parameters.report_years
    tables = [_by_years(forecast, years[i : i + ACROSS]) for i in range(0, len(years), ACROSS)]
    return Padding(Group(*tables), (1, 0, 0, 0), expand=False)


def _by_years(forecast: Forecast, years: tuple[int, ...]) -> Table:
    table = _grid("probability by", *(str(year) for year in years))
    table.add_row("", *(words.percent(forecast.probability_by(year)) for year in years))
    errors = [100 * forecast.probability_standard_error(year) for year in years]
    table.add_row(
        Text("error, pp", style="dim"),
        *(Text(words.plus_minus(error), style="dim") for error in errors),
    )
    return table


def _hypotheses(forecast: Forecast) -> RenderableType:
    seen = forecast.has_evidence
    share_heads = ("share before", "after") if seen else ("share used",)
    table = _grid(
        "hypothesis",
        "weight",
        *share_heads,
        'median, no "none"' if seen else 'median ("none" left out)',
    )
    for i, name in enumerate(forecast.hypotheses):
        shares = (forecast.prior_share[i], forecast.share[i]) if seen else (forecast.share[i],)
        table.add_row(
            Text(name),
            f"{forecast.parameters.weights[name]:g}",
            *(words.percent(share) for share in shares),
            words.year_words(forecast, forecast.quantile(0.5, name)),
        )
    return Padding(
        Group(table, Text(f"none of these: {words.none_words(forecast)}")),
        (0 if seen else 1, 0, 0 if seen else 1, 0),
    )
