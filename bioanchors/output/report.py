"""A forecast as a report: Markdown with figures beside it, and one HTML page that holds all."""

from __future__ import annotations

import io
import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bioanchors.formats.sets import FileSet, Written
from bioanchors.output.documents import (
    Block,
    Code,
    Grid,
    Heading,
    Paragraph,
    Picture,
    markdown,
    page,
)
from bioanchors.output.figure import beside, write_drawn
from bioanchors.output.plots import drawing
from bioanchors.parameters import (
    BadParameters,
    Difference,
    Parameters,
    differences,
    leaves,
    toml_brief,
)
from bioanchors.parameters.shape import WORDS, bare
from bioanchors.results import Change, Forecast, PublishedForecast
from bioanchors.results.exports.provenance import identity
from bioanchors.results.origin import event_meaning
from bioanchors.results.summaries import QUANTILES
from bioanchors.results.words import (
    change_words,
    evidence_words,
    made_words,
    none_words,
    overlay_words,
    percent,
    plus_minus,
    published_words,
    year_words,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = {
    "cdf": "Probability of arrival by year, of all hypotheses and of each alone",
    "density": "Probability of arrival per year, and each hypothesis' part of it",
    "requirements": "Training FLOP that each hypothesis asks for",
    "needed": "What the largest run can buy, and what is needed",
    "prior": "Before and after the evidence",
}


def write_report(
    forecast: Forecast,
    folder: Path,
    change: Change | None = None,
    overlays: Sequence[PublishedForecast] = (),
) -> Written:
    """Write report.md, its figures, and report.html, which needs no other file and no network.

    Parameters
    ----------
    forecast
        The forecast.
    folder
        Where to.
    change
        What an edit, or the file against its parent, did.
    overlays
        Published forecasts to tell beside it.

    Returns
    -------
    Written
        Names of the files, and what they replaced.
    """
    pictures = _pictures(forecast)
    blocks = _blocks(forecast, change, overlays, tuple(pictures))
    beside = [overlay.title for overlay in overlays]
    files = FileSet("report", [identity(forecast), *beside, repr(change)])
    names = {name: f"report_{name}.png" for name in pictures}
    for name, png in pictures.items():
        files.png(names[name], png)
    files.text("report.md", markdown(forecast.title, blocks, names))
    files.text("report.html", page(forecast.title, blocks, pictures))
    return files.write(folder)


def _pictures(forecast: Forecast) -> dict[str, bytes]:
    pictures = {}
    for name in FIGURES:
        if name == "prior" and not forecast.has_evidence:
            continue
        buffer = io.BytesIO()
        write_drawn(buffer, partial(_draw, forecast, name))
        pictures[name] = buffer.getvalue()
    return pictures


def _draw(forecast: Forecast, name: str, figure: Figure) -> None:
    axes = figure.subplots()
    drawing(name)(forecast, axes)
    beside(figure, axes)


def _blocks(
    forecast: Forecast,
    change: Change | None,
    overlays: Sequence[PublishedForecast],
    pictures: Sequence[str],
) -> list[Block]:
    return [
        *_opening(forecast),
        Heading("Summary"),
        *_summary(forecast),
        *_remarks(forecast, overlays),
        *(Picture(name, FIGURES[name]) for name in pictures),
        *_against_parent(forecast, change),
        Heading("Every value, and where it comes from"),
        Grid(["parameter", "value", "source"], _sources(forecast.parameters)),
        *_how_made(forecast),
        Heading("The whole parameter file"),
        Code(forecast.parameters.text),
    ]


def _opening(forecast: Forecast) -> list[Block]:
    tables = forecast.parameters.tables
    event = (
        f"The event is that {forecast.subject} is {forecast.event}: "
        f"{event_meaning(forecast.parameters)}. "
        "Years are decimal; standard errors say how far a number may be off because points "
        "were drawn, not whether the assumptions are right."
    )
    return [Paragraph(text) for text in (event, tables.source, tables.note) if text]


def _summary(forecast: Forecast) -> list[Block]:
    parameters = forecast.parameters
    report = parameters.report_years
    return [
        Grid(
            ["arrival year", *(f"{100 * p:.0f} %" for p in QUANTILES)],
            [
                ["", *(year_words(forecast, forecast.quantile(p)) for p in QUANTILES)],
                [
                    "standard error",
                    *(_error(forecast.quantile_standard_error(p)) for p in QUANTILES),
                ],
            ],
        ),
        Grid(
            ["probability by", *map(str, report)],
            [
                ["", *(percent(forecast.probability_by(year)) for year in report)],
                [
                    "standard error, pp",
                    *(_error(100 * forecast.probability_standard_error(y)) for y in report),
                ],
            ],
        ),
        Grid(
            ["hypothesis", "weight", "share before evidence", "share", 'median without "none"'],
            [
                [
                    name,
                    f"{parameters.weights[name]:g}",
                    percent(forecast.prior_share[i]),
                    percent(forecast.share[i]),
                    year_words(forecast, forecast.quantile(0.5, name)),
                ]
                for i, name in enumerate(forecast.hypotheses)
            ],
        ),
    ]


def _remarks(forecast: Forecast, overlays: Sequence[PublishedForecast]) -> list[Block]:
    parameters = forecast.parameters
    texts = [f"None of these: {none_words(forecast)}."]
    if not parameters.is_edited:
        texts.append(f"To move all this in a browser: {_page_command(parameters)}")
    published = published_words(forecast)
    if published and not parameters.is_edited:
        texts.append(f"Against what the file is meant to reproduce: {published}.")
    if forecast.has_evidence:
        texts.append(evidence_words(forecast))
    texts += [overlay_words(overlay, parameters.report_years) for overlay in overlays]
    texts += [f"Note: {note}." for note in forecast.notes]
    return [Paragraph(text) for text in texts]


def _how_made(forecast: Forecast) -> list[Block]:
    parameters, origin = forecast.parameters, forecast.origin
    return [
        Heading("To cite this run"),
        Paragraph(
            f'"{forecast.title}", parameter file {parameters.name} (SHA-256 {parameters.hash}), '
            f"run with bioanchors {origin.version} on {origin.created[:10]}, seed {origin.seed}."
        ),
        Paragraph(made_words(forecast)),
    ]


def _page_command(parameters: Parameters) -> str:
    return f"bioanchors explore {shlex.quote(parameters.name)} --out page.html"


def _error(error: float) -> str:
    words = plus_minus(error)
    return "" if words == "± ?" else words


def _against_parent(forecast: Forecast, change: Change | None) -> list[Block]:
    parameters = forecast.parameters
    try:
        baseline = parameters.baseline()
    except BadParameters:
        # A parent may be a fragment that is no file of its own.
        baseline = None
    if baseline is None:
        return []
    found: tuple[Difference, ...] = differences(baseline, parameters)
    blocks: list[Block] = [Heading(f"What differs from {baseline.name}")]
    if change is not None:
        blocks.append(Paragraph(change_words(forecast, change)))
    rows = [
        [each.name, each.first or "(not there)", each.second or "(not there)", each.second_source]
        for each in found
    ]
    blocks.append(Grid(["parameter", "there", "here", "source"], rows))
    return blocks


def _sources(parameters: Parameters) -> list[list[str]]:
    rows = []
    for path, value in leaves(parameters.resolved):
        if path[-1] in WORDS or path[0] in ("format", "title", "published"):
            continue
        written, told = str(parameters.origin(path)), parameters.source(path)
        origin = f"{told} ({written})" if told else written
        rows.append([".".join(map(str, path)), toml_brief(bare(value)), origin])
    return rows
