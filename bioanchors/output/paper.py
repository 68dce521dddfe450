"""A document on paper: pages of A4 as one PDF, set by Matplotlib, which draws the figures anyway.

Nothing else has to be installed for it, neither a browser nor libraries of the system. All lengths
are in points, and heights are measured from the top of the page.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from bioanchors.output.documents import Block, Grid, Heading, Paragraph, Picture
from bioanchors.output.figure import style
from bioanchors.output.labelling import AWAY, FONT_POINTS, label_lines
from bioanchors.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Draw = Callable[[Axes], object]

WIDTH, HEIGHT = 595.28, 841.89
"""Of A4."""

MARGIN, TOP, BOTTOM = 58.0, 52.0, 60.0
ROOM = WIDTH - 2 * MARGIN
FOOT = 26.0
"""From the end of what stands on a page down to its small print."""

LEADING = 1.38
TITLE_SIZE, SMALL_SIZE = 15.0, 7.0
TITLE_LINES = 2
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Of running text: the largest in which everything fits."""

OF_GRIDS, OF_HEADINGS = 0.92, 1.2
"""Sizes of tables and headings, times that of the text."""

GAP = 11.0
"""Between columns."""

APART = 24.0
HALF = (ROOM - APART) / 2
"""Between two tables that stand next to each other, and the width of each."""

NARROWEST = 90.0
"""Of a column whose texts take several lines."""

SHORT = 16
"""Characters of the longest cell of a column of numbers, which stand to the right."""

LEAST_FIGURE, MOST_FIGURE = 170.0, 340.0
YEARS_BELOW, NUMBERS_LEFT = 34.0, 40.0
"""Room below a figure's axes and to their left."""

LEAST_ROWS = 3
"""Of a table that is cut."""

INK, DIM, RULE = "#222222", "#555555", "#cccccc"


@dataclass(frozen=True)
class Beside:
    """Two tables next to each other."""

    left: Grid
    right: Grid


class DoesNotFitError(ValueError):
    """What was to stand on a page is longer than it, even in the smallest type."""


def paper(
    title: str,
    pages: Sequence[Sequence[Block | Beside]],
    pictures: Mapping[str, Draw],
    foot: str,
) -> bytes:
    """Return pages as a PDF, each with all that it was given.

    A figure takes the height that is left. Of a page that is too full the longest table ends where
    the page does, and says how many rows it leaves out; then type gets smaller.

    Parameters
    ----------
    title
        Of the document.
    pages
        What stands on each.
    pictures
        What draws each figure.
    foot
        Small print at the bottom of every page, before its number.

    Raises
    ------
    DoesNotFitError
        If there is too much all the same.
    """
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
    from matplotlib.figure import Figure

    made = io.BytesIO()
    # No time of day: what is made of the same run on the same day is the same file.
    metadata = {"Title": _plain(title), "Creator": "bioanchors", "CreationDate": None}
    with style(), warnings.catch_warnings():
        # A title may be in a script that matplotlib's own fonts lack; the page is sound.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        with PdfPages(made, metadata=metadata) as pdf:
            for i, blocks in enumerate(pages):
                figure = Figure(
                    figsize=(WIDTH / 72, HEIGHT / 72),
                    layout="none",  # type: ignore[arg-type]  # documented, not in its types
                )
                FigureCanvasPdf(figure)
                y = TOP
                for box in _fitted(title if i == 0 else "", blocks, pictures):
                    box.draw(figure, y)
                    y += box.height
                _draw_foot(figure, foot, f"page {i + 1} of {len(pages)}")
                pdf.savefig(figure)
    return made.getvalue()


def _fitted(
    title: str, blocks: Sequence[Block | Beside], pictures: Mapping[str, Draw]
) -> list[_Box]:
    """Return what stands on a page, in the largest type in which it does."""
    for size in SIZES:
        boxes: list[_Box] = [_title(title)] if title else []
        boxes += [_box(block, pictures, size) for block in blocks]
        left = HEIGHT - TOP - BOTTOM - sum(box.height for box in boxes)
        for i, box in enumerate(boxes):
            if isinstance(box, _Picture):
                high = min(LEAST_FIGURE + max(left, 0.0), MOST_FIGURE)
                boxes[i] = replace(box, height=high)
                left -= high - LEAST_FIGURE
        grids = [box for box in boxes if isinstance(box, _Grid)]
        if left < 0 and grids:
            longest = max(grids, key=lambda grid: grid.height)
            cut = longest.cut_by(-left)
            if cut is not None:
                boxes[boxes.index(longest)] = cut
                return boxes
        if left >= 0:
            return boxes
    raise DoesNotFitError("too long for two pages of paper; allowed: a report without --pdf")


def _draw_foot(figure: Figure, text: str, page: str) -> None:
    y = HEIGHT - BOTTOM + FOOT
    _rule(figure, y - SMALL_SIZE - 5.0)
    room = ROOM - _width(page, SMALL_SIZE) - GAP
    _write(figure, MARGIN, y, _wrapped(text, SMALL_SIZE, room, most=1)[0], SMALL_SIZE, color=DIM)
    _write(figure, WIDTH - MARGIN, y, page, SMALL_SIZE, color=DIM, ha="right")


# What has a height, and draws itself from a height on --------------------------------------------


@dataclass(frozen=True)
class _Lines:
    """Lines of text, with room before and after."""

    lines: Sequence[str]
    size: float
    bold: bool
    before: float
    after: float

    @property
    def height(self) -> float:
        return self.before + len(self.lines) * LEADING * self.size + self.after

    def draw(self, figure: Figure, y: float) -> None:
        for i, line in enumerate(self.lines):
            base = y + self.before + (i + 0.8) * LEADING * self.size
            _write(figure, MARGIN, base, line, self.size, bold=self.bold)


@dataclass(frozen=True)
class _Picture:
    """Axes, with what their lines are to the right of them."""

    draw_axes: Draw
    height: float = LEAST_FIGURE

    def draw(self, figure: Figure, y: float) -> None:
        left, wide = MARGIN + NUMBERS_LEFT, ROOM - NUMBERS_LEFT
        low, high = HEIGHT - y - self.height + YEARS_BELOW, self.height - YEARS_BELOW - 10.0
        axes = figure.add_axes((left / WIDTH, low / HEIGHT, wide / WIDTH, high / HEIGHT))
        self.draw_axes(axes)
        names = axes.get_legend_handles_labels()[1]
        labels = max((_width(name, FONT_POINTS) for name in names), default=0.0)
        wide = (wide - labels - 4.0) / (1 + AWAY)
        axes.set_position((left / WIDTH, low / HEIGHT, wide / WIDTH, high / HEIGHT))
        label_lines(figure, axes)


@dataclass(frozen=True)
class _Grid:
    """A table, with its cells broken into lines."""

    rows: Sequence[Sequence[Sequence[str]]]
    widths: Sequence[float]
    right: Sequence[bool]
    size: float
    left_out: int = 0

    @property
    def height(self) -> float:
        return sum(map(self._high, self.rows)) + (self._line if self.left_out else 0) + self.size

    @property
    def _line(self) -> float:
        return 1.3 * self.size

    def _high(self, row: Sequence[Sequence[str]]) -> float:
        return max(map(len, row)) * self._line + 0.2 * self.size

    def cut_by(self, height: float) -> _Grid | None:
        """Return a table that is lower by so much, if some of it is left."""
        rows, saved = list(self.rows), -self._line
        while len(rows) > 1 + LEAST_ROWS and saved < height:
            saved += self._high(rows.pop())
        out = len(self.rows) - len(rows)
        return replace(self, rows=rows, left_out=out) if saved >= height else None

    def draw(self, figure: Figure, y: float, start: float = MARGIN) -> None:
        for i, row in enumerate(self.rows):
            x = start
            for cell, width, right in zip(row, self.widths, self.right, strict=True):
                for k, line in enumerate(cell if any(cell) else ()):
                    _write(
                        figure,
                        x + width if right else x,
                        y + (k + 0.85) * self._line,
                        line,
                        self.size,
                        color=INK if i else DIM,
                        ha="right" if right else "left",
                    )
                x += width + GAP
            y += self._high(row)
            _rule(figure, y, start, x - GAP)
        if self.left_out:
            more = f"and {self.left_out} more, in report.html"
            _write(figure, start, y + 0.95 * self._line, more, self.size, color=DIM)


@dataclass(frozen=True)
class _Beside:
    """Two tables next to each other."""

    left: _Grid
    right: _Grid

    @property
    def height(self) -> float:
        return max(self.left.height, self.right.height)

    def draw(self, figure: Figure, y: float) -> None:
        self.left.draw(figure, y)
        self.right.draw(figure, y, MARGIN + HALF + APART)


_Box = _Lines | _Picture | _Grid | _Beside


def _title(text: str) -> _Lines:
    return _Lines(
        _wrapped(text, TITLE_SIZE, bold=True, most=TITLE_LINES), TITLE_SIZE, True, 0.0, 6.0
    )


def _box(block: Block | Beside, pictures: Mapping[str, Draw], size: float) -> _Box:
    """Return a block in type of a size."""
    if isinstance(block, Picture):
        return _Picture(pictures[block.name])
    if isinstance(block, Grid):
        return _grid(block, OF_GRIDS * size)
    if isinstance(block, Beside):
        left, right = (_grid(each, OF_GRIDS * size, HALF) for each in (block.left, block.right))
        return _Beside(left, right)
    if isinstance(block, Heading):
        big = OF_HEADINGS * size
        return _Lines(_wrapped(block.text, big, bold=True), big, True, 0.4 * size, 0.3 * size)
    if isinstance(block, Paragraph):
        return _Lines(_wrapped(block.text, size), size, False, 0.0, 0.7 * size)
    raise TypeError(f"{type(block).__name__} has no place on paper")


def _grid(grid: Grid, size: float, room: float = ROOM) -> _Grid:
    """Return a table whose widest column of texts takes the lines that it needs."""
    rows = [list(grid.heads), *map(list, grid.rows)]
    columns = [[_plain(cell) for cell in column] for column in zip(*rows, strict=True)]
    widths = [max(_width(cell, size) for cell in column) for column in columns]
    right = [
        i > 0 and max(map(len, column[1:]), default=0) <= SHORT for i, column in enumerate(columns)
    ]
    over = sum(widths) + GAP * (len(widths) - 1) - room
    while over > 0:
        widest = max(range(len(widths)), key=lambda i: widths[i])
        narrower = max(widths[widest] - over, NARROWEST)
        over -= widths[widest] - narrower
        if widths[widest] <= NARROWEST:
            raise DoesNotFitError("a table has too many columns for paper")
        widths[widest] = narrower
    cells = [
        [_wrapped(cell, size, width) for cell in column]
        for column, width in zip(columns, widths, strict=True)
    ]
    return _Grid(list(zip(*cells, strict=True)), widths, right, size)


# Text --------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return visible(" ".join(text.split()))


def _wrapped(
    text: str, size: float, room: float = ROOM, bold: bool = False, most: int | None = None
) -> list[str]:
    """Return a text in lines that are no wider than there is room; of more than ``most``, those."""
    lines, line = [], ""
    # A number keeps its unit.
    text = re.sub(r"(?<=[0-9]) (?=%|pp\b)", "\N{NO-BREAK SPACE}", _plain(text))
    space, wide = _width(" ", size, bold), 0.0
    for word in text.split(" "):
        # Word by word: the same words come again and again, and have been measured.
        longer = wide + space + _width(word, size, bold) if line else _width(word, size, bold)
        if longer <= room + 0.01:
            line, wide = (f"{line} {word}" if line else word), longer
            continue
        if line:
            lines.append(line)
        while _width(word, size, bold) > room + 0.01:
            fits = next(n for n in range(len(word), 0, -1) if _width(word[:n], size, bold) <= room)
            lines.append(word[:fits])
            word = word[fits:]
        line, wide = word, _width(word, size, bold)
    lines.append(line)
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while _width(f"{last}…", size, bold) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last}…"]
    return lines


@cache
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(size=size, weight="bold" if bold else "normal")


def _width(text: str, size: float, bold: bool = False) -> float:
    return size * _of_size_1(text, bold)


@lru_cache(maxsize=2**14)
def _of_size_1(text: str, bold: bool) -> float:
    from matplotlib.textpath import text_to_path

    if not text:
        return 0.0
    # A space alone has no ink to be measured.
    around = "nn" if text == " " else ""
    font, given = _font(1.0, bold), f"{around[:1]}{text}{around[1:]}"
    wide, bare = (
        text_to_path.get_text_width_height_descent(each, font, ismath=False)[0] if each else 0.0
        for each in (given, around)
    )
    return float(wide - bare)


def _write(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    bold: bool = False,
    color: str = INK,
    ha: str = "left",
) -> None:
    figure.text(
        x / WIDTH,
        1 - y / HEIGHT,
        text,
        fontproperties=_font(size, bold),
        color=color,
        ha=ha,
        va="baseline",
        parse_math=False,
    )


def _rule(figure: Figure, y: float, start: float = MARGIN, end: float = WIDTH - MARGIN) -> None:
    from matplotlib.lines import Line2D

    across = [start / WIDTH, end / WIDTH]
    figure.add_artist(Line2D(across, [1 - y / HEIGHT] * 2, color=RULE, linewidth=0.5))
