"""A forecast as a report: Markdown with figures beside it, and one HTML page that holds all."""

from __future__ import annotations

import io
import shlex
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from bioanchors.formats.sets import FileSet, Written
from bioanchors.output.brief import brief
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
from bioanchors.output.figure import with_named_lines, write_drawn
from bioanchors.output.glossary import find
from bioanchors.output.opening import Opening, opening
from bioanchors.output.paper import check_paper
from bioanchors.output.plots import DRAWN, drawing, drawn_words
from bioanchors.parameters import (
    BadParameters,
    Difference,
    Parameters,
    Source,
    as_parameters,
    differences,
    leaves,
    toml_brief,
)
from bioanchors.parameters.shape import WORDS, bare
from bioanchors.results import Change, Forecast, PublishedForecast, run_with_change
from bioanchors.results.exports.provenance import identity
from bioanchors.results.origin import event_meaning
from bioanchors.results.overlays import published_forecast
from bioanchors.results.running import PRECISION, SEED
from bioanchors.results.summaries import QUANTILES
from bioanchors.results.telling import citation_words, methods_words, opening_words
from bioanchors.results.words import (
    SHARE_DIGIT,
    YEAR_DIGIT,
    adjusted_words,
    change_words,
    error_row,
    evidence_words,
    made_words,
    none_words,
    overlay_words,
    percent,
    published_words,
    without_words,
    year_words,
)
from bioanchors.types import Progress

FIGURES = ("cdf", "density", "requirements", "needed", "prior")
CAPTIONS = {
    "cdf": "Probability of arrival by year, of all hypotheses and of each alone",
    "density": f"{DRAWN['density']}, and each hypothesis' part of it",
}
"""Of figures that say less than this by themselves."""


EXPLAINED = ("event", "hypothesis", "weight", "none", "median", "evidence", "refuted", "OOM")
"""Terms of the glossary that a report uses."""


def report(
    source: Source,
    folder: str | Path,
    *,
    weights: Mapping[str, float] | None = None,
    overlays: Sequence[str] = (),
    pdf: bool = False,
    precision: float = PRECISION,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Written:
    """Write a report: Markdown with its figures, and one HTML page that needs nothing else.

    Parameters
    ----------
    source
        A preset's name, a path or ``Parameters``.
    folder
        Where to.
    weights
        As ``run``.
    overlays
        Names of published forecasts to tell beside it.
    pdf
        Write report.pdf, too: two pages of A4 to print; needs the extra ``pdf``.
    precision, seed
        As ``run``.
    progress
        Called with how much of the present step is done, and of how much.

    Returns
    -------
    Written
        Names of the files, and what they replaced.

    Raises
    ------
    BadParameters
        If the file cannot be used.
    ValueError
        If there is no such published forecast, or its texts are too long for two pages.
    MissingExtraError
        If the library that sets the pages is missing.
    """
    if pdf:
        check_paper()
    beside = [published_forecast(name) for name in overlays]
    forecast, change = run_with_change(
        as_parameters(source), weights, precision=precision, seed=seed, progress=progress
    )
    told = opening(forecast, progress)
    return write_report(forecast, Path(folder), change, beside, told, pdf=pdf)


def write_report(
    forecast: Forecast,
    folder: Path,
    change: Change | None = None,
    overlays: Sequence[PublishedForecast] = (),
    told: Opening | None = None,
    *,
    pdf: bool = False,
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
    told
        What it begins with; by default what the forecast itself can say.
    pdf
        Write report.pdf, too.

    Returns
    -------
    Written
        Names of the files, and what they replaced.
    """
    told = told or Opening(opening_words(forecast))
    pictures = _pictures(forecast)
    blocks = [Paragraph(told.text), *_blocks(forecast, change, overlays, tuple(pictures), told)]
    beside = [overlay.title for overlay in overlays]
    files = FileSet("report", [identity(forecast), *beside, repr(change)])
    names = {name: f"report_{name}.png" for name in pictures}
    for name, png in pictures.items():
        files.png(names[name], png)
    files.text("report.md", markdown(forecast.title, blocks, names))
    files.text("report.html", page(forecast.title, blocks, pictures))
    if pdf:
        remarks = () if told.without is None else (without_words(forecast, told.without),)
        files.pdf("report.pdf", brief(forecast, told.text, told.hangs_on, overlays, remarks))
    return files.write(folder)


def _pictures(forecast: Forecast) -> dict[str, bytes]:
    pictures = {}
    for name in FIGURES:
        if name == "prior" and not forecast.has_evidence:
            continue
        buffer = io.BytesIO()
        write_drawn(buffer, with_named_lines(partial(drawing(name), forecast)))
        pictures[name] = buffer.getvalue()
    return pictures


def _blocks(
    forecast: Forecast,
    change: Change | None,
    overlays: Sequence[PublishedForecast],
    pictures: Sequence[str],
    told: Opening,
) -> list[Block]:
    first, *others = (
        Picture(name, CAPTIONS.get(name) or drawn_words(name, forecast.has_evidence))
        for name in pictures
    )
    return [
        first,
        Heading("Summary"),
        *_opening(forecast),
        *_summary(forecast),
        *_of_milestones(forecast, told.milestones),
        *([] if told.without is None else [Paragraph(without_words(forecast, told.without))]),
        *_remarks(forecast, overlays),
        *others,
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
        "Years are decimal. Simulation error, told where it reaches the last digit shown, says how "
        "far a number may be off because points were drawn, not how unsure the future is."
    )
    return [Paragraph(text) for text in (event, tables.source, tables.note) if text]


def _summary(forecast: Forecast) -> list[Block]:
    parameters = forecast.parameters
    before = ["share before evidence"] if forecast.has_evidence else []
    report = parameters.report_years
    of_years = error_row([forecast.quantile_standard_error(p) for p in QUANTILES], YEAR_DIGIT)
    of_chances = error_row(
        [100 * forecast.probability_standard_error(year) for year in report], 100 * SHARE_DIGIT
    )
    return [
        Grid(
            ["arrival year", *(f"{100 * p:.0f} %" for p in QUANTILES)],
            [
                ["", *(year_words(forecast, forecast.quantile(p)) for p in QUANTILES)],
                *([["simulation error", *of_years]] if of_years else []),
            ],
        ),
        Grid(
            ["probability by", *(f"{year:g}" for year in report)],
            [
                ["", *(percent(forecast.probability_by(year)) for year in report)],
                *([["simulation error, pp", *of_chances]] if of_chances else []),
            ],
        ),
        Grid(
            ["hypothesis", "weight", *before, "share", "median if it holds"],
            [
                [
                    name,
                    f"{parameters.weights[name]:g}",
                    *([percent(forecast.prior_share[i])] if before else []),
                    percent(forecast.share[i]),
                    year_words(forecast, forecast.quantile(0.5, name)),
                ]
                for i, name in enumerate(forecast.hypotheses)
            ],
        ),
    ]


def _of_milestones(forecast: Forecast, made: Mapping[str, Forecast]) -> list[Block]:
    """Return the median and probabilities of each of the file's milestones as a table."""
    if not made:
        return []
    report = forecast.parameters.report_years
    rows = [
        [
            name.replace("_", " "),
            year_words(each, each.quantile(0.5)),
            *(percent(each.probability_by(year)) for year in report),
        ]
        for name, each in made.items()
    ]
    return [Grid(["milestone", "median", *(f"by {year:g}" for year in report)], rows)]


def _remarks(forecast: Forecast, overlays: Sequence[PublishedForecast]) -> list[Block]:
    parameters = forecast.parameters
    texts = [f"None of these: {none_words(forecast)}."]
    if not parameters.is_edited:
        texts.append(f"To move all this in a browser: {_page_command(parameters)}")
    adjusted = adjusted_words(forecast)
    if adjusted and not parameters.is_edited:
        texts.append(f"A judgement on top of the model: {adjusted}.")
    published = published_words(forecast)
    if published and not parameters.is_edited:
        texts.append(f"Against what the file is meant to reproduce: {published}.")
    if forecast.has_evidence:
        texts.append(evidence_words(forecast))
    texts += [overlay_words(overlay, parameters.report_years) for overlay in overlays]
    texts += [f"Note: {note}." for note in forecast.notes]
    return [Paragraph(text) for text in texts]


def _how_made(forecast: Forecast) -> list[Block]:
    return [
        Heading("Methods, to paste"),
        Paragraph(methods_words(forecast)),
        Heading("To cite this run"),
        Paragraph(citation_words(forecast)),
        Paragraph(made_words(forecast)),
        Heading("Words"),
        Grid(["word", "what it means"], [[term.name, term.text] for term in map(find, EXPLAINED)]),
    ]


def _page_command(parameters: Parameters) -> str:
    return f"bioanchors explore {shlex.quote(parameters.name)} --out page.html"


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
