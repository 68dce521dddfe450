"""Parameter files: reading, merging, checking, editing, and the schema."""

from bioanchors.model.spec import CorrelatedGroup, HypothesisInputs, Input
from bioanchors.parameters.bounds import bounds_of, key_of
from bioanchors.parameters.edits.fixing import percentiles, with_fixed
from bioanchors.parameters.edits.swapping import (
    Difference,
    assumed,
    differences,
    leaves,
    place_of,
    swapped,
)
from bioanchors.parameters.edits.weights import weight_values
from bioanchors.parameters.json_schema import schema
from bioanchors.parameters.parameters import (
    Parameters,
    Source,
    as_parameters,
    parse_parameters,
    read_parameters,
)
from bioanchors.parameters.problems import BadParameters, Problem, dotted, found, nearest
from bioanchors.parameters.reading.dates import date_of, decimal_year, whole_year_of, year_of
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.preset_files import presets
from bioanchors.parameters.reading.toml_text import toml_brief, toml_key, toml_value
from bioanchors.parameters.tables.evidence import Evidence

__all__ = [
    "BadParameters",
    "CorrelatedGroup",
    "Difference",
    "Evidence",
    "HypothesisInputs",
    "Input",
    "KeyPath",
    "Parameters",
    "Problem",
    "Source",
    "as_parameters",
    "assumed",
    "bounds_of",
    "date_of",
    "decimal_year",
    "differences",
    "dotted",
    "found",
    "key_of",
    "leaves",
    "nearest",
    "parse_parameters",
    "percentiles",
    "place_of",
    "presets",
    "read_parameters",
    "schema",
    "swapped",
    "toml_brief",
    "toml_key",
    "toml_value",
    "weight_values",
    "whole_year_of",
    "with_fixed",
    "year_of",
]
