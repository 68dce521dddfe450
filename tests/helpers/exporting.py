"""Every way to write a forecast that ``load`` reads: a format, JSON as it is and in full."""

from bioanchors import export
from bioanchors.formats.registry import FORMATS
from bioanchors.results.exports.asked import Asked

FULL_JSON = "json --full"
QUICK = ("csv", "json", FULL_JSON, "netcdf", "parquet")
READABLE = (*QUICK, "netcdf4")


def written(forecast, folder, way, stem="x"):
    """Write a forecast into a folder, and return the path."""
    format_ = way.split()[0]
    path = folder / f"{stem}{FORMATS[format_].suffix}"
    export(forecast, path, format_, asked=Asked(is_full=way == FULL_JSON), force=True)
    return path
