"""A forecast on one screen of a terminal."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from bioanchors.output.tables import Cells, headed
from bioanchors.parameters import date_of
from bioanchors.results import words
from bioanchors.results.comparing import Change
from bioanchors.results.forecast import Forecast
from bioanchors.results.origin import event_meaning
from bioanchors.results.overlays import PublishedForecast
from bioanchors.results.summaries import QUANTILES
from bioanchors.results.wanted import USUAL, Wanted
from bioanchors.visible import LINES, visible

NARROWEST, NOT_KNOWN = 40, 80


class Screen(Console):
    """A terminal that is coloured by us alone: control characters in texts are shown as escapes.

    Parameters
    ----------
    is_error
        Standard error instead of standard output.
    """

    def __init__(self, is_error: bool = False) -> None:
        stream = sys.stderr if is_error else sys.stdout
        # The command line's own stream would show our colours as escapes, too.
        # A size that is no number, as rich reads numbers, is none.
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("COLUMNS", "LINES") or re.fullmatch("[0-9]{1,6}", value)
        }
        super().__init__(
            file=getattr(stream, "plain", stream), highlight=False, _environ=environment
        )
        if self.width < NARROWEST:
            # COLUMNS=0 is how some programs say that they know of no width.
            self.width = NARROWEST if self.width else NOT_KNOWN

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Return the segments of what is printed, each text visible throughout."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text, LINES), style, control)


def screen(
    forecast: Forecast,
    change: Change | None = None,
    overlays: Sequence[PublishedForecast] = (),
    *,
    wanted: Wanted = USUAL,
    errors: bool = False,
    dates: bool = False,
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
    wanted
        Other years than the file's, and spans of years.
    errors
        All simulation errors, not only those that are above the last digit shown.
    dates
        Calendar dates beside decimal years.
    """
    # Text, not strings: a title's [brackets] are no markup.
    parts: list[RenderableType] = [
        Text(forecast.title, style="bold"),
        Text(
            f"{forecast.event}: {event_meaning(forecast.parameters)}",
            style="dim",
        ),
        _years(forecast, errors, dates),
        _probabilities(forecast, wanted.years_of(forecast), errors, dates),
        _hypotheses(forecast),
    ]
    parts += [Text(words.within_words(forecast, *span)) for span in wanted.spans(forecast)]
    published = words.published_words(forecast)
    # An edited file is no longer meant to reproduce what was published.
    if published and not forecast.parameters.is_edited:
        parts.append(Text(f"published: {published}"))
    adjusted = words.adjusted_words(forecast)
    if adjusted and not forecast.parameters.is_edited:
        parts.append(Text(f"adjusted: {adjusted}"))
    years = wanted.years_of(forecast)
    parts.extend(Text(words.overlay_words(overlay, [*years.values()])) for overlay in overlays)
    if forecast.has_evidence:
        parts.append(Text(words.evidence_words(forecast)))
        if errors:
            parts.append(Text(words.draws_words(forecast)))
    if change is not None:
        parts.append(Text(words.change_words(forecast, change)))
    parts.append(Text(words.made_words(forecast), style="dim"))
    return Group(*parts)


def _years(forecast: Forecast, errors: bool, dates: bool) -> RenderableType:
    table = headed(["arrival year", *(f"{100 * p:.0f} %" for p in QUANTILES)], gap=3)
    years = [forecast.quantile(p) for p in QUANTILES]
    table.add_row("", *(words.year_words(forecast, year) for year in years))
    if dates:
        table.add_row(*_dates(years))
    found = [forecast.quantile_standard_error(p) for p in QUANTILES]
    _add_errors(table, "simulation error", found, words.YEAR_DIGIT, errors)
    return Padding(table, (1, 0, 0, 0), expand=False)


def _probabilities(
    forecast: Forecast, years: Mapping[str, float], errors: bool, dates: bool
) -> RenderableType:
    table = headed(["probability by", *years], gap=3)
    if dates:
        table.add_row(*_dates(years.values()))
    table.add_row("", *(words.percent(forecast.probability_by(y)) for y in years.values()))
    found = [100 * forecast.probability_standard_error(year) for year in years.values()]
    _add_errors(table, "simulation error, pp", found, 100 * words.SHARE_DIGIT, errors)
    return Padding(table, (1, 0, 0, 0), expand=False)


def _dates(years: Iterable[float]) -> list[Text]:
    """Return a row of the dates of decimal years, empty where there is none."""
    cells = [date_of(year) if math.isfinite(year) else "" for year in years]
    return [Text(cell, style="dim") for cell in ("date", *cells)]


def _add_errors(
    table: Cells, head: str, errors: Sequence[float], digit: float, every: bool
) -> None:
    """Add a row of errors, if any is to be shown."""
    row = words.error_row(errors, digit, every=every)
    if row:
        table.add_row(Text(head, style="dim"), *(Text(cell, style="dim") for cell in row))


def _hypotheses(forecast: Forecast) -> RenderableType:
    seen = forecast.has_evidence
    share_heads = ("share before", "after evidence") if seen else ("share",)
    table = headed(["hypothesis", "weight", *share_heads, "median if it holds"], gap=3)
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
