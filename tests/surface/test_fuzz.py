"""A little of what ``tools/fuzz.py`` does for as long as one likes: what people write."""

import math

import pytest
from fuzzing import writing


@pytest.mark.slow
def test_what_people_write_ends_well_or_in_one_clear_message():
    counts = writing.run(math.inf, seed=1, most=40, patience=math.inf)
    assert counts.inputs == 40
    assert not counts.faults, counts
