"""A document of headings, paragraphs, tables and pictures: as Markdown, and as one HTML page."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bioanchors.visible import LINES, visible

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .75rem .25rem 0; text-align: left;
  vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.texts { display: table; table-layout: fixed; width: 100%; }
table.texts td, table.texts th { overflow-wrap: anywhere; }
table.texts td.n { text-align: left; white-space: normal; }
table:not(.texts) th:not(:first-child) { text-align: right; }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; }
figcaption, .dim { color: #666; font-size: .9rem; }
pre { background: #f6f6f6; padding: 1rem; overflow-x: auto; font-size: .8rem; }
p, li, h1, h2 { overflow-wrap: break-word; }
@media (max-width: 480px) {
  body { margin: 1rem auto; }
  th, td { padding-right: .4rem; font-size: .8rem; }
  table.texts, table.texts tbody, table.texts tr, table.texts td { display: block; width: auto; }
  table.texts thead { display: none; }
  table.texts tr { border-bottom: 1px solid #ddd; padding: .25rem 0; }
  table.texts td { border: 0; padding: 0; }
  table.texts td:first-child { font-weight: 600; }
  table.texts td:not(:first-child)::before { content: attr(data-head) ": "; color: #666; }
}
@media print {
  @page { margin: 15mm; }
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }
  table { display: table; overflow: visible; font-size: 8.5pt; }
  table.texts { font-size: 7.5pt; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  h2 { break-after: avoid; }
  img { max-height: 90mm; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7pt; padding: 0; }
}
"""


LONG = 40
NUMBER = re.compile(r"(± )?[-+<]?[0-9.,]+( %)?|(after|before) [0-9]{4}")


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

    @property
    def is_of_texts(self) -> bool:
        """Whether any cell is long, so that cells take several lines."""
        return any(len(cell) > LONG for row in self.rows for cell in row)


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


# Markdown ---------------------------------------------------------------------------------------

# Parentheses are plain where no bracket stands before them: paragraphs are there to be copied.
_SPECIAL = re.compile(r"([\\`*_{}\[\]#+!|<>~$])")


def _escaped(text: str) -> str:
    """Return a text that Markdown, and HTML in it, takes for nothing but text."""
    plain = visible(" ".join(text.split()))
    return _SPECIAL.sub(r"\\\1", plain).replace("&", "&amp;")


def markdown(title: str, blocks: Sequence[Block], files: Mapping[str, str]) -> str:
    """Return a document as Markdown; ``files`` are the pictures' names beside it."""
    lines = [f"# {_escaped(title)}", ""]
    for block in blocks:
        if isinstance(block, Heading):
            lines += [f"## {_escaped(block.text)}", ""]
        elif isinstance(block, Paragraph):
            lines += [_escaped(block.text), ""]
        elif isinstance(block, Picture):
            lines += [f"![{_escaped(block.caption)}]({files[block.name]})", ""]
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


def page(title: str, blocks: Sequence[Block], pictures: Mapping[str, bytes]) -> str:
    """Return a document as one HTML page that holds its pictures, PNG, and loads nothing."""
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
                f"<tr>{''.join(map(_cell, row, block.heads))}</tr>" for row in block.rows
            )
            kind = ' class="texts"' if block.is_of_texts else ""
            parts.append(
                f"<table{kind}><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            )
    return "\n".join([*parts, "</body></html>", ""])


def _cell(text: str, head: str) -> str:
    """Return a cell with its head, which it names on a telephone, where cells are lines."""
    kind = ' class="n"' if NUMBER.fullmatch(text) else ""
    return f'<td{kind} data-head="{_html(head)}">{_html(text)}</td>'


def _html(text: str) -> str:
    """Return a text that HTML takes for nothing but text."""
    return html.escape(visible(" ".join(text.split())))
