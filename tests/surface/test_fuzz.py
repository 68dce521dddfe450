"""A little of what ``tools/fuzz.py`` does for as long as one likes: what people write."""

import pytest
from fuzzing import writing


@pytest.mark.slow
def test_what_people_write_ends_well_or_in_one_clear_message():
    counts = writing.run(10, seed=1)
    assert counts.inputs > 30
    assert not counts.faults, counts
