"""The README.md of a folder that ``run --out`` wrote: what each file is, how to cite and repeat."""

from __future__ import annotations

from collections.abc import Sequence

from bioanchors.output.documents import Block, Grid, Heading, Paragraph, markdown
from bioanchors.results import Forecast
from bioanchors.results.telling import citation_words, opening_words
from bioanchors.results.wanted import USUAL, Wanted

FILES = {
    "cdf.csv": "probability of arrival by whole year, its error, and given each hypothesis",
    "prior_cdf.csv": "the same before the evidence",
    "summary.json": "the figures that people quote, and the parameters that made them",
    "forecast.nc": "every number, labelled (netCDF): Python's xarray, R, Julia",
    "cdf.png": "the figure",
    "draws.nc": "joint draws of every input, requirement and arrival year",
    "milestones.csv": "each milestone's CDF by whole year",
    "milestone_years.csv": "percentiles of each milestone's year, and of years between two",
    "milestones.nc": "the same, labelled",
    "milestones.png": "the milestones' figure",
}


def folder_readme(forecast: Forecast, names: Sequence[str], wanted: Wanted = USUAL) -> str:
    """Return the README.md of a folder with some of the files, and what was wanted of it."""
    blocks: list[Block] = [
        Paragraph(opening_words(forecast, wanted=wanted)),
        Grid(["file", "what it is"], [[name, FILES[name]] for name in FILES if name in names]),
        Heading("To repeat it"),
        Paragraph(
            f"With bioanchors {forecast.origin.version}, bioanchors load FOLDER --repeat runs it "
            "again from what is in forecast.nc, and says how far the numbers are apart. The "
            "resolved parameter file is the text parameters in summary.json."
        ),
        Heading("To cite it"),
        Paragraph(citation_words(forecast)),
        Paragraph(
            "Years are decimal: 2030.5 is the middle of 2030. Standard errors are of the "
            "simulation; how unsure the forecast is, its percentiles say."
        ),
    ]
    return markdown(forecast.title, blocks, {})
