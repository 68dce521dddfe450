"""A document on paper: pages of A4 as one PDF, set by fpdf2. All lengths are in points."""

from __future__ import annotations

import io
import logging
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bioanchors.output.documents import Block, Grid, Heading, Paragraph, Picture
from bioanchors.output.figure import write_drawn
from bioanchors.results.exports.writing import check_extra
from bioanchors.visible import visible

if TYPE_CHECKING:
    from fpdf import FPDF
    from matplotlib.figure import Figure

    Draw = Callable[[Figure], None]

MARGIN, BOTTOM, SMALL = 58.0, 60.0, 7.0
"""Of a page, and the size of the small print at its bottom."""

GAP, APART = 11.0, 24.0
"""Between columns, and between tables next to each other."""

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
"""Of running text: the largest in which everything fits."""

OF_TITLE, OF_HEADING, OF_GRID, LEADING = 1.67, 1.2, 0.92, 1.38
"""Times the size of the text."""

LEAST_FIGURE, MOST_FIGURE = 170.0, 340.0
INK, DIM, RULE = "#222222", "#555555", "#cccccc"

# What it leaves out of a drawing, a date, say, is nothing that anybody is to be told of.
logging.getLogger("fpdf").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Title(Heading):
    """The heading of a document."""


@dataclass(frozen=True)
class Beside:
    """Two tables next to each other."""

    left: Grid
    right: Grid


Blocks = Sequence[Block | Beside]


class DoesNotFitError(ValueError):
    """What was to stand on a page is longer than it, even in the smallest type."""


def check_paper() -> None:
    """Make sure that pages can be set; raise ``MissingExtraError`` otherwise."""
    check_extra("a PDF", "fpdf", "pdf")


def paper(
    title: str, pages: Sequence[Blocks], pictures: Mapping[str, Draw], foot: str, day: str
) -> bytes:
    """Return pages as a PDF, each with all that it was given.

    A figure takes the height that is left. Where a page is too full type gets smaller; then its
    longest table ends where the page does, and says how many rows it leaves out.

    Parameters
    ----------
    title
        Of the document, to those who list it.
    pages
        What stands on each.
    pictures
        What draws each figure.
    foot
        Small print at the bottom of every page, before its number.
    day
        Of which it is, such as 2026-11-27; there is no time of day in it.

    Raises
    ------
    DoesNotFitError
        If there is too much all the same.
    """
    from fpdf import FPDF
    from matplotlib import get_data_path

    pdf = FPDF(unit="pt")
    pdf.set_title(_plain(title))
    pdf.set_creator("bioanchors")
    pdf.set_lang("en")
    pdf.set_creation_date(datetime.fromisoformat(f"{day}T00:00Z"))
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(False, BOTTOM)
    pdf.c_margin = 0
    pdf.set_draw_color(RULE)
    pdf.set_line_width(0.5)
    fonts = Path(get_data_path(), "fonts", "ttf")
    pdf.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
    pdf.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
    try:
        for i, blocks in enumerate(pages):
            pdf.add_page()
            fitted, size, left = _fitted(pdf, blocks)
            _fill(pdf, fitted, size, min(LEAST_FIGURE + left, MOST_FIGURE), pictures)
            pdf.set_text_color(DIM)
            y = pdf.page_break_trigger + 20.0
            pdf.line(MARGIN, y, pdf.w - MARGIN, y)
            for text, align in ((foot, "L"), (f"page {i + 1} of {len(pages)}", "R")):
                pdf.set_xy(MARGIN, y + 5.0)
                _write(pdf, text, SMALL, align=align)
        return bytes(pdf.output())
    finally:
        opened: Mapping[str, Any] = pdf.fonts
        for font in opened.values():
            font.close()


def _fitted(pdf: FPDF, blocks: Blocks) -> tuple[Blocks, float, float]:
    """Return what of some blocks fits on a page, in which size, and the height that is left."""

    def left(blocks: Blocks, size: float) -> float:
        with pdf.offset_rendering():
            _fill(pdf, blocks, size)
            return pdf.page_break_trigger - pdf.get_y()

    def cut(out: int) -> Blocks:
        def shorter(grid: Grid) -> Grid:
            more = [f"and {out} more, in report.html", *[""] * (len(grid.heads) - 1)]
            return replace(grid, rows=[*grid.rows[:-out], more])

        return [shorter(b) if isinstance(b, Grid) and len(b.rows) == most else b for b in blocks]

    for size in SIZES:
        if (rest := left(blocks, size)) >= 0:
            return blocks, size, rest
    most = max((len(block.rows) for block in blocks if isinstance(block, Grid)), default=0)
    outs = range(1, most)
    n = bisect_left(outs, True, key=lambda out: left(cut(out), size) >= 0)
    if n == len(outs):
        raise DoesNotFitError("too long for two pages of paper; allowed: a report without --pdf")
    return cut(outs[n]), size, 0.0


def _fill(
    pdf: FPDF,
    blocks: Blocks,
    size: float,
    high: float = LEAST_FIGURE,
    pictures: Mapping[str, Draw] | None = None,
) -> None:
    """Set a page; without what draws its figures, with room for them."""
    pdf.set_text_color(INK)
    for block in blocks:
        top = pdf.get_y()
        if isinstance(block, Picture):
            if pictures is not None:
                drawn = io.BytesIO()
                inches = pdf.epw / 72, high / 72
                write_drawn(drawn, pictures[block.name], size=inches, suffix=".svg")
                pdf.image(drawn, MARGIN, top, pdf.epw, high)
            pdf.set_y(top + high + 0.7 * size)
        elif isinstance(block, Grid):
            _tabulate(pdf, block, size, pdf.epw)
        elif isinstance(block, Beside):
            half = (pdf.epw - APART) / 2
            _tabulate(pdf, block.left, size, half)
            end = pdf.get_y()
            pdf.set_xy(MARGIN + half + APART, top)
            _tabulate(pdf, block.right, size, half)
            pdf.set_y(max(end, pdf.get_y()))
        elif isinstance(block, Heading):
            large = OF_TITLE if isinstance(block, Title) else OF_HEADING
            _write(pdf, block.text, large * size, "B")
            pdf.ln(0.3 * size)
        elif isinstance(block, Paragraph):
            _write(pdf, block.text, size)
            pdf.ln(size)
        else:
            raise TypeError(f"{type(block).__name__} has no place on paper")


def _write(
    pdf: FPDF, text: str, size: float, style: Literal["", "B"] = "", align: str = "L"
) -> None:
    pdf.set_font("DejaVu", style, size)
    # A number keeps its unit.
    text = re.sub(r"(?<=[0-9]) (?=%|pp\b)", "\N{NO-BREAK SPACE}", _letters(pdf, text))
    pdf.multi_cell(0, LEADING * size, text, align=align, new_x="LMARGIN", new_y="NEXT")


def _tabulate(pdf: FPDF, grid: Grid, size: float, room: float) -> None:
    """Set a table of numbers, whose first column takes the lines that it needs."""
    from fpdf.fonts import FontFace

    pdf.set_font("DejaVu", "", OF_GRID * size)
    rows = [[_letters(pdf, cell) for cell in row] for row in (grid.heads, *grid.rows)]
    first, *others = (
        max(map(pdf.get_string_width, column)) + GAP for column in zip(*rows, strict=True)
    )
    widths = [min(first, room - sum(others)), *others]
    with pdf.table(
        align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        col_widths=widths,
        headings_style=FontFace(color=DIM),
        line_height=1.2 * size,
        text_align=("LEFT", *["RIGHT"] * len(others)),
        v_align="TOP",
        width=min(sum(widths), room),  # the sum's last digit is not to be too much
    ) as table:
        for row in rows:
            cells = table.row()
            for i, text in enumerate(row):
                # A little less than the gap: rounding is to break no line.
                cells.cell(text, padding=(0.1 * size, 0, 0.1 * size, GAP - 0.5 if i else 0))
    pdf.ln(size)


def _plain(text: str) -> str:
    return visible(" ".join(text.split()))


def _letters(pdf: FPDF, text: str) -> str:
    """Return a text in a line, with a box for what the font lacks."""
    font: Any = pdf.current_font
    return "".join(char if ord(char) in font.cmap else "□" for char in _plain(text))
