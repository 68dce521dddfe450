"""The page: one HTML file in which a forecast is moved, exactly, and sent on."""

from __future__ import annotations

from pathlib import Path

from bioanchors.formats.files import write_text
from bioanchors.output.page.data import page_data
from bioanchors.output.page.inlining import page_text
from bioanchors.parameters import Source, as_parameters

__all__ = ["explore"]


def explore(source: Source, other: Source | None = None, *, out: str | Path) -> Path:
    """Write a page on which a forecast's assumptions can be moved.

    One HTML file, which loads nothing and sends nothing: it computes in the browser what the file
    says with other weights, trends and evidence.

    Parameters
    ----------
    source
        A preset's name, a path, or ``Parameters``.
    other
        Another one, whose forecast is drawn beside it.
    out
        The file to write.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        If settings were laid over the file: what the page saves extends it as it is.
    BadParameters
        If a file cannot be used, or a requirement is correlated with a trend.
    """
    beside = None if other is None else as_parameters(other)
    parameters = as_parameters(source)
    if parameters.is_edited:
        raise ValueError("edits cannot be shared; allowed: a preset or a file that holds them")
    text = page_text(page_data(parameters, beside))
    write_text(Path(out), text)
    return Path(out)
