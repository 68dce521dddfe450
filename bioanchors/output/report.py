"""A forecast as a report: Markdown with figures beside it, and one HTML page that holds all."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bioanchors.formats.sets import FileSet, Written
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
from bioanchors.visible import LINES, visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = {
    "cdf": "Probability of arrival by year, of all hypotheses and of each alone",
    "density": "Probability of arrival per year, and each hypothesis' part of it",
    "requirements": "Training FLOP that each hypothesis asks for",
    "needed": "What the largest run can buy, and what is needed",
    "prior": "Before and after the evidence",
}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .75rem .25rem 0; text-align: left;
  vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; height: auto; }
figcaption, .dim { color: #666; font-size: .9rem; }
pre { background: #f6f6f6; padding: 1rem; overflow-x: auto; font-size: .8rem; }
"""


@dataclass(frozen=True)
class Heading:
    """A heading of the second level."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Some text."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table: heads, then rows of texts."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A figure by its name, with what it shows."""

    name: str
    caption: str


@dataclass(frozen=True)
class Code:
    """Text as it is."""

    text: str


Block = Heading | Paragraph | Grid | Picture | Code


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
    for name, png in pictures.items():
        files.png(_figure_name(name), png)
    files.text("report.md", _markdown(forecast.title, blocks))
    files.text("report.html", _page(forecast.title, blocks, pictures))
    return files.write(folder)


def _figure_name(picture: str) -> str:
    return f"report_{picture}.png"


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
    parameters, tables = forecast.parameters, forecast.parameters.tables
    report = parameters.report_years
    blocks: list[Block] = [
        Paragraph(
            f"The event is that {forecast.subject} is {forecast.event}: "
            f"{event_meaning(parameters)}. "
            "Years are decimal; standard errors say how far a number may be off because points "
            "were drawn, not whether the assumptions are right."
        ),
        *(Paragraph(text) for text in (tables.source, tables.note) if text),
        Heading("Summary"),
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
        Paragraph(f"None of these: {none_words(forecast)}."),
    ]
    published = published_words(forecast)
    if published and not parameters.is_edited:
        blocks.append(Paragraph(f"Against what the file is meant to reproduce: {published}."))
    if forecast.has_evidence:
        blocks.append(Paragraph(evidence_words(forecast)))
    blocks += [Paragraph(overlay_words(overlay, report)) for overlay in overlays]
    blocks += [Paragraph(f"Note: {note}.") for note in forecast.notes]
    blocks += [Picture(name, FIGURES[name]) for name in pictures]
    blocks += _against_parent(forecast, change)
    blocks += [
        Heading("Every value, and where it comes from"),
        Grid(["parameter", "value", "source"], _sources(parameters)),
        Heading("To cite this run"),
        Paragraph(
            f'"{forecast.title}", parameter file {parameters.name} (SHA-256 {parameters.hash}), '
            f"run with bioanchors {forecast.origin.version} on {forecast.origin.created[:10]}, "
            f"seed {forecast.origin.seed}."
        ),
        Paragraph(made_words(forecast)),
        Heading("The whole parameter file"),
        Code(parameters.text),
    ]
    return blocks


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
        if path[-1] in ("source", "note") or path[0] in ("format", "title", "published"):
            continue
        written, told = str(parameters.origin(path)), parameters.source(path)
        bare = (
            {k: v for k, v in value.items() if k not in ("source", "note")}
            if isinstance(value, dict)
            else value
        )
        if isinstance(bare, dict) and set(bare) == {"value"}:
            bare = bare["value"]
        rows.append(
            [".".join(map(str, path)), toml_brief(bare), f"{told} ({written})" if told else written]
        )
    return rows


# Markdown ---------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~$])")


def _escaped(text: str) -> str:
    """Return a text that Markdown, and HTML in it, takes for nothing but text."""
    plain = visible(" ".join(text.split()))
    return _SPECIAL.sub(r"\\\1", plain).replace("&", "&amp;")


def _markdown(title: str, blocks: Sequence[Block]) -> str:
    lines = [f"# {_escaped(title)}", ""]
    for block in blocks:
        if isinstance(block, Heading):
            lines += [f"## {_escaped(block.text)}", ""]
        elif isinstance(block, Paragraph):
            lines += [_escaped(block.text), ""]
        elif isinstance(block, Picture):
            lines += [f"![{_escaped(block.caption)}]({_figure_name(block.name)})", ""]
        elif isinstance(block, Code):
            fence = "`" * (3 + max(map(len, re.findall("`+", block.text)), default=0))
            lines += [f"{fence}toml", block.text.rstrip("\n"), fence, ""]
        else:
            lines.append("| " + " | ".join(map(_escaped, block.heads)) + " |")
            lines.append("|" + "---|" * len(block.heads))
            lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in block.rows]
            lines.append("")
    return "\n".join(lines)


# HTML -------------------------------------------------------------------------------------------


def _page(title: str, blocks: Sequence[Block], pictures: dict[str, bytes]) -> str:
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # Whatever a title holds, the page loads nothing and runs nothing.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">",
        f"<title>{_html(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{_html(title)}</h1>",
    ]
    for block in blocks:
        if isinstance(block, Heading):
            parts.append(f"<h2>{_html(block.text)}</h2>")
        elif isinstance(block, Paragraph):
            parts.append(f"<p>{_html(block.text)}</p>")
        elif isinstance(block, Picture):
            data = base64.b64encode(pictures[block.name]).decode()
            caption = _html(block.caption)
            parts.append(
                f'<figure><img alt="{caption}" src="data:image/png;base64,{data}">'
                f"<figcaption>{caption}</figcaption></figure>"
            )
        elif isinstance(block, Code):
            parts.append(f"<pre>{html.escape(visible(block.text, LINES))}</pre>")
        else:
            heads = "".join(f"<th>{_html(head)}</th>" for head in block.heads)
            rows = "".join(
                "<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>"
                for row in block.rows
            )
            parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
    return "\n".join([*parts, "</body></html>", ""])


def _html(text: str) -> str:
    """Return a text that HTML takes for nothing but text."""
    return html.escape(visible(" ".join(text.split())))
