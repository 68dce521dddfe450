"""Parameter files: reading, merging, checking, and the schema."""

from bioanchors.model.spec import CorrelatedGroup, HypothesisInputs, Input
from bioanchors.parameters.parameters import (
    Parameters,
    parse_parameters,
    read_parameters,
    schema,
)
from bioanchors.parameters.preset_files import presets
from bioanchors.parameters.problems import BadParameters, Problem

__all__ = [
    "BadParameters",
    "CorrelatedGroup",
    "HypothesisInputs",
    "Input",
    "Parameters",
    "Problem",
    "parse_parameters",
    "presets",
    "read_parameters",
    "schema",
]
