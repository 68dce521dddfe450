"""Parameter files: reading, merging, checking, and the schema."""

from bioanchors.model.spec import CorrelatedGroup, HypothesisInputs, Input
from bioanchors.parameters.parameters import (
    Parameters,
    Source,
    as_parameters,
    parse_parameters,
    read_parameters,
    schema,
)
from bioanchors.parameters.preset_files import presets
from bioanchors.parameters.problems import BadParameters, Problem
from bioanchors.parameters.weights import weight_values

__all__ = [
    "BadParameters",
    "CorrelatedGroup",
    "HypothesisInputs",
    "Input",
    "Parameters",
    "Problem",
    "Source",
    "as_parameters",
    "parse_parameters",
    "presets",
    "read_parameters",
    "schema",
    "weight_values",
]
