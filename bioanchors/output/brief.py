"""A report in brief: two pages to print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import numpy as np

from bioanchors.analysis.sensitivities import Sensitivity
from bioanchors.model.delays import CHANCE
from bioanchors.model.spec import Input
from bioanchors.output.documents import Block, Grid, Heading, Paragraph, Picture
from bioanchors.output.figure import draw_cdf, with_named_lines
from bioanchors.output.headline_figures import headline_years
from bioanchors.output.paper import Beside, Title, paper
from bioanchors.output.sensitivity_tables import output_words, share_words
from bioanchors.parameters import Parameters
from bioanchors.parameters.edits.fixing import percentiles
from bioanchors.parameters.tree import node
from bioanchors.results import Forecast, PublishedForecast
from bioanchors.results.input_words import printed, short_number
from bioanchors.results.mechanisms import done_words, seen_words
from bioanchors.results.origin import event_meaning
from bioanchors.results.summaries import QUANTILES
from bioanchors.results.telling import GROUPS, citation_words, methods_words
from bioanchors.results.words import (
    evidence_words,
    none_words,
    overlay_words,
    percent,
    published_words,
    year_words,
)
from bioanchors.visible import shortened

MOST_HYPOTHESES, MOST_GROUPS, MOST_YEARS, MOST_OVERLAYS = 8, 8, 8, 4
ENDS = (0.05, 0.5, 0.95)
OF_ONE = "hypotheses"
"""The table of what belongs to a single hypothesis."""

READING = (
    "Years are decimal: 2030.5 is the middle of 2030. What is forecast follows from assumptions. "
    "It says when a training run would be large enough if they hold, and cannot know whether a "
    "large enough run is all that it takes; other assumptions give other years. OOM: order of "
    "magnitude, a factor of ten."
)
HANGS_ON = (
    "Shares of its variance divide among the inputs how unsure the probability is: each has what "
    "it does alone, and an equal part of what it does together with others (Shapley effects)."
)


def brief(
    forecast: Forecast,
    opening: str,
    hangs_on: Sensitivity | None = None,
    overlays: Sequence[PublishedForecast] = (),
    remarks: Sequence[str] = (),
) -> bytes:
    """Return two pages of A4 as a PDF: what is forecast, and what it rests on.

    Parameters
    ----------
    forecast
        The forecast.
    opening
        Its first paragraph.
    hangs_on
        What the probability by a year hangs on, if anything is uncertain.
    overlays
        Published forecasts to draw and tell beside it.
    remarks
        Sentences to print below its numbers.

    Raises
    ------
    DoesNotFitError
        If the file's texts are too long for two pages.
    """
    origin, parameters = forecast.origin, forecast.parameters
    beside = overlays[:MOST_OVERLAYS]
    foot = (
        f"{shortened(parameters.name)} · SHA-256 {parameters.hash[:12]} · "
        f"bioanchors {origin.version} · {origin.created[:10]}"
    )
    return paper(
        forecast.title,
        [
            _first_page(forecast, opening, hangs_on, beside, remarks),
            _second_page(forecast, READING if hangs_on is None else f"{READING} {HANGS_ON}"),
        ],
        {"cdf": with_named_lines(partial(draw_cdf, forecast, overlays=beside))},
        foot,
        origin.created[:10],
    )


def _first_page(
    forecast: Forecast,
    opening: str,
    hangs_on: Sensitivity | None,
    overlays: Sequence[PublishedForecast],
    remarks: Sequence[str],
) -> list[Block | Beside]:
    years = _years(forecast)
    hypotheses = _hypotheses(forecast)
    told = []
    if forecast.none_probability.max() > 0:
        told.append(f"None of these: {none_words(forecast)}.")
    if forecast.has_evidence:
        seen = f"Seen: {seen_words(forecast.parameters)}."
        told += ["Shares are after the evidence.", seen, _sentence(evidence_words(forecast))]
    told += [*remarks, *(_sentence(overlay_words(each, years)) for each in overlays)]
    return [
        Title(forecast.title),
        Paragraph(opening),
        Picture("cdf", "Probability of arrival by year"),
        Grid(
            ["arrival year", *(f"{100 * p:.0f} %" for p in QUANTILES)],
            [["", *(year_words(forecast, forecast.quantile(p)) for p in QUANTILES)]],
        ),
        Grid(
            ["probability by", *(f"{year:g}" for year in years)],
            [["", *(percent(forecast.probability_by(year)) for year in years)]],
        ),
        hypotheses if hangs_on is None else Beside(hypotheses, _shares(hangs_on)),
        *([Paragraph(" ".join(told))] if told else []),
    ]


def _years(forecast: Forecast) -> list[float]:
    """Return the file's years, of many some that are spread over them, or those of the headline."""
    years = sorted(forecast.parameters.report_years) or headline_years(forecast)
    places = np.linspace(0, len(years) - 1, min(len(years), MOST_YEARS)).round().astype(int)
    return [years[place] for place in places]


def _hypotheses(forecast: Forecast) -> Grid:
    """Return the largest hypotheses, in the order of the file."""
    largest = sorted(range(len(forecast.hypotheses)), key=lambda i: -forecast.share[i])
    rows = [
        [
            forecast.hypotheses[i].replace("_", " "),
            percent(forecast.share[i]),
            year_words(forecast, forecast.quantile(0.5, forecast.hypotheses[i])),
        ]
        for i in sorted(largest[:MOST_HYPOTHESES])
    ]
    others = largest[MOST_HYPOTHESES:]
    if others:
        rows.append([f"{len(others)} others", percent(float(forecast.share[others].sum())), ""])
    return Grid(["hypothesis", "share", "median if it holds"], rows)


def _shares(found: Sensitivity) -> Grid:
    """Return what the output hangs on most."""
    groups = found.groups
    ordered = sorted(groups.effects, key=lambda effect: -effect.shapley.value)
    rows = [
        [GROUPS.get(effect.name, effect.name), share_words(groups, effect.shapley)]
        for effect in ordered[:MOST_GROUPS]
    ]
    return Grid([f"{output_words(found.output)} hangs on", "% of its variance"], rows)


def _second_page(forecast: Forecast, reading: str) -> list[Block]:
    parameters = forecast.parameters
    meaning = f"The event is that {forecast.subject} is {forecast.event}: "
    what = "assumption, before the evidence" if forecast.has_evidence else "assumption"
    blocks: list[Block] = [
        Heading("What it says, and what not"),
        Paragraph(f"{meaning}{event_meaning(parameters)}. {reading}"),
        *(Paragraph(_sentence(note)) for note in forecast.notes),
        Heading("Assumptions in short"),
        Grid([what, *(f"{100 * p:.0f} %" for p in ENDS)], _assumptions(parameters)),
        Heading("Methods"),
        Paragraph(methods_words(forecast)),
    ]
    published = published_words(forecast)
    if published and not parameters.is_edited:
        blocks.append(Paragraph(f"Against what the file is meant to reproduce: {published}."))
    return [*blocks, Heading("To cite"), Paragraph(citation_words(forecast))]


def _assumptions(parameters: Parameters) -> list[list[str]]:
    """Return each input with what it means, and of one that is drawn three percentiles.

    Those of single hypotheses come last.
    """
    rows = []
    for item in sorted(parameters.inputs.values(), key=lambda item: _tables(item)[0] == OF_ONE):
        *tables, _ = _tables(item)
        of = _of(tables, parameters)
        # Of whether it happens nobody wants percentiles.
        chance = _chance(item, parameters)
        if chance is not None:
            what, value = chance
            rows.append([f"{of}: {what}", "", value, ""])
            continue
        meaning = _meaning(item, parameters)
        # A share of something says so already.
        told = item.key.unit in ("", "year") or meaning.startswith(item.key.unit)
        unit = "" if told else f", {item.key.unit}"
        values = percentiles(item, ENDS)
        spread = values[-1] - values[0]
        shown = [_number(value, item, spread) for value in values]
        what = f"{of}: {meaning}{unit}"
        rows.append([what, *(shown if item.is_random else ["", shown[1], ""])])
    return rows


def _of(tables: Sequence[str], parameters: Parameters) -> str:
    """Return whose input it is; of what is done or happens, what that is, too."""
    done = done_words(parameters, tables[0], tables[-1])
    parts = tables[tables[0] == OF_ONE or bool(done) :]
    return " ".join(parts).replace("_", " ") + (f" ({done})" if done else "")


def _chance(item: Input, parameters: Parameters) -> tuple[str, str] | None:
    """Return how likely something is of which an input says whether it happens."""
    *tables, _ = _tables(item)
    if item.is_yes_or_no:
        given = node(parameters.resolved, (*tables, "probability"))
        return "probability that it happens", f"{given:g}"
    if item.name.endswith(CHANCE):
        years = node(parameters.resolved, (*tables, "probability_in"))
        told = ", ".join(f"{year} {share:g}" for year, share in years.items())
        return f"probability that a run has to wait, by its year: {told}", ""
    return None


def _meaning(item: Input, parameters: Parameters) -> str:
    """Return what an input means, with years for the keys beside it that hold them."""
    *tables, _ = _tables(item)
    harder = node(parameters.resolved, (*tables, "harder_than"))
    if tables[0] == "milestones" and harder is not None:
        return f"training FLOP against milestone {str(harder).replace('_', ' ')}"

    def told(found: re.Match[str]) -> str:
        year = node(parameters.resolved, (*tables, found[1]))
        return f"in {year:g}" if isinstance(year, int | float) else found[0]

    return re.sub(r"\bin (\w*year)\b", told, printed(item.key.help))


def _tables(item: Input) -> list[str]:
    return item.path.split(".")


def _number(value: float, item: Input, spread: float) -> str:
    """Return a number as files have it: ``1e15``; what rounding has left of 0 is 0."""
    if abs(value) < 1e-9 * spread:
        return "0"
    return f"{value:.6g}" if item.key.unit == "year" else short_number(value)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
