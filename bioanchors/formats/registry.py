"""The formats in which a forecast can be written: a row here, and a file of the row's name.

Nothing is imported here, so that the command line can name them at once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes
    ----------
    module
        File in ``results/exports/`` whose ``content(forecast, asked)`` returns text or bytes.
    suffix
        Of its files.
    about
        What it holds.
    is_text
        Whether it is text, which can be printed.
    beside
        Whether its provenance stands in a file beside it.
    needs, extra
        Library that it needs, and the extra that brings it.
    """

    module: str
    suffix: str
    about: str
    is_text: bool = True
    beside: bool = False
    needs: str = ""
    extra: str = ""


FORMATS: dict[str, Format] = {
    "csv": Format("cdf_csv", ".csv", "CDF and density by whole year", beside=True),
    "quantiles": Format("quantiles_csv", ".csv", "quantile years", beside=True),
    "draws": Format("draws_csv", ".csv", "joint draws, a row for each and hypothesis", beside=True),
    "json": Format("json_format", ".json", "tables and summary; --full adds every number"),
    "netcdf": Format("netcdf", ".nc", "every number, as classic netCDF", is_text=False),
    "netcdf4": Format(
        "netcdf4", ".nc", "every number, as netCDF-4", is_text=False, needs="h5netcdf", extra="io"
    ),
    "parquet": Format(
        "parquet",
        ".parquet",
        "CDF and density, 16 times a year",
        is_text=False,
        needs="pyarrow",
        extra="parquet",
    ),
    "excel": Format("excel", ".xlsx", "a workbook", is_text=False, needs="openpyxl", extra="excel"),
    "squiggle": Format("squiggle", ".squiggle", "source for Squiggle's playground"),
    "metaculus": Format("metaculus", ".json", "CDF values for a continuous question"),
}
"""Each format, by the name that users give it."""
